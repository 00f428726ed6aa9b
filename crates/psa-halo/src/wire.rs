//! What Halo answers, as far as it is read. A field that is missing or of another kind is no reason to lose the rest.

use chrono::{DateTime, NaiveDateTime, Utc};
use rf_kernel::Timestamp;
use rf_psa::{Company, Configuration, Contact, Member, Named, Note, NoteKind, PsaId};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The number of the status of closed tickets.
pub(crate) const CLOSED: i64 = 9;

/// A text; empty is none, and so is anything else.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    let text = value.as_ref().and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    Ok(text.map(str::to_owned))
}

/// An instant; one without a zone is UTC.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = text(deserializer)?;
    Ok(text.and_then(|text| {
        let zoned = text.parse::<DateTime<Utc>>().ok();
        zoned.or_else(|| text.parse::<NaiveDateTime>().ok().map(|at| at.and_utc())).map(Timestamp::from)
    }))
}

/// An id that is there: Halo writes 0 and less for none.
fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    Ok(value.as_ref().and_then(Value::as_i64).filter(|id| *id > 0))
}

/// One row, also where it comes as a list of one.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum One<T> {
    List(Vec<T>),
    Row(T),
}

impl<T> One<T> {
    pub(crate) fn row(self) -> Option<T> {
        match self {
            Self::List(list) => list.into_iter().next(),
            Self::Row(row) => Some(row),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireNamed {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "text")]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) inactive: Option<bool>,
}

impl WireNamed {
    pub(crate) fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }
}

/// What was created or changed.
#[derive(Deserialize)]
pub(crate) struct Created {
    pub(crate) id: i64,
}

#[derive(Deserialize)]
pub(crate) struct WireTickets {
    pub(crate) record_count: u64,
    pub(crate) tickets: Vec<WireTicket>,
}

#[derive(Deserialize)]
pub(crate) struct WireTicket {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "text")]
    pub(crate) summary: Option<String>,
    #[serde(default, deserialize_with = "positive")]
    pub(crate) tickettype_id: Option<i64>,
    #[serde(default, deserialize_with = "positive")]
    pub(crate) status_id: Option<i64>,
    #[serde(default, deserialize_with = "positive")]
    pub(crate) priority_id: Option<i64>,
    #[serde(default, deserialize_with = "positive")]
    client_id: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    client_name: Option<String>,
    #[serde(default, deserialize_with = "positive")]
    user_id: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    user_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(crate) agent_name: Option<String>,
    #[serde(default, deserialize_with = "instant")]
    pub(crate) dateoccurred: Option<Timestamp>,
    #[serde(default, deserialize_with = "instant")]
    pub(crate) lastactiondate: Option<Timestamp>,
}

impl WireTicket {
    pub(crate) fn company(&self) -> Option<Named> {
        named(self.client_id, &self.client_name)
    }

    pub(crate) fn contact(&self) -> Option<Named> {
        named(self.user_id, &self.user_name)
    }
}

fn named(id: Option<i64>, name: &Option<String>) -> Option<Named> {
    let id = id?;
    Some(Named { id: id.into(), name: name.clone().unwrap_or_else(|| id.to_string()) })
}

#[derive(Deserialize)]
pub(crate) struct WireActions {
    pub(crate) actions: Vec<WireAction>,
}

/// Something done in a ticket: a note, and time where it has hours.
#[derive(Deserialize)]
pub(crate) struct WireAction {
    id: i64,
    #[serde(default)]
    note: Option<String>,
    hiddenfromuser: Option<bool>,
    #[serde(default, deserialize_with = "text")]
    who: Option<String>,
    #[serde(default, deserialize_with = "instant")]
    datetime: Option<Timestamp>,
    #[serde(default)]
    timetaken: Option<f64>,
}

impl From<WireAction> for Note {
    fn from(wire: WireAction) -> Self {
        let hidden = wire.hiddenfromuser.unwrap_or(false);
        Self {
            id: wire.id.into(),
            kinds: vec![if hidden { NoteKind::Internal } else { NoteKind::Discussion }],
            text: wire.note.unwrap_or_default(),
            author: wire.who,
            at: wire.datetime,
            of_time_entry: wire.timetaken.is_some_and(|hours| hours > 0.0),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireAgent {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    email: Option<String>,
    isdisabled: Option<bool>,
}

impl From<WireAgent> for Member {
    fn from(wire: WireAgent) -> Self {
        let id: PsaId = wire.id.into();
        let name = wire.name.unwrap_or_else(|| id.to_string());
        Self {
            id,
            identifier: name.clone(),
            name,
            email: wire.email.filter(|email| email.contains('@')),
            active: !wire.isdisabled.unwrap_or(false),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireClient {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    website: Option<String>,
    #[serde(default, deserialize_with = "text")]
    main_site_phonenumber: Option<String>,
    #[serde(default, deserialize_with = "text")]
    main_site_address: Option<String>,
}

impl From<WireClient> for Company {
    fn from(wire: WireClient) -> Self {
        Self {
            id: wire.id.into(),
            name: wire.name.unwrap_or_default(),
            identifier: None,
            phone: wire.main_site_phonenumber,
            website: wire.website,
            address: wire.main_site_address,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireUser {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    jobtitle: Option<String>,
    #[serde(default, deserialize_with = "text")]
    emailaddress: Option<String>,
    #[serde(default, deserialize_with = "text")]
    phonenumber: Option<String>,
}

impl From<WireUser> for Contact {
    fn from(wire: WireUser) -> Self {
        Self {
            id: wire.id.into(),
            name: wire.name.unwrap_or_default(),
            title: wire.jobtitle,
            email: wire.emailaddress,
            phone: wire.phonenumber,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireAssets {
    pub(crate) assets: Vec<WireAsset>,
}

#[derive(Deserialize)]
pub(crate) struct WireAsset {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    inventory_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    key_field: Option<String>,
    #[serde(default, deserialize_with = "text")]
    key_field2: Option<String>,
    #[serde(default, deserialize_with = "text")]
    assettype_name: Option<String>,
    inactive: Option<bool>,
}

impl From<WireAsset> for Configuration {
    fn from(wire: WireAsset) -> Self {
        let id: PsaId = wire.id.into();
        // Which key fields a type of asset has is each team's own; the first is what they tell it by.
        let name = wire.key_field.or(wire.inventory_number).unwrap_or_else(|| id.to_string());
        Self {
            id,
            name,
            kind: wire.assettype_name,
            serial_number: wire.key_field2,
            model: None,
            os: None,
            ip_address: None,
            active: !wire.inactive.unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_have_a_zone_or_are_utc() {
        let at = |text: &str| {
            let ticket: WireTicket =
                serde_json::from_value(json!({ "id": 1, "dateoccurred": text })).unwrap();
            ticket.dateoccurred.map(|at| at.utc().format("%Y-%m-%dT%H:%M:%S").to_string())
        };
        for text in [
            "2026-03-01T09:30:00",
            "2026-03-01T09:30:00.123",
            "2026-03-01T09:30:00Z",
            "2026-03-01T10:30:00+01:00",
        ] {
            assert_eq!(at(text).as_deref(), Some("2026-03-01T09:30:00"), "{text}");
        }
        assert_eq!(at("yesterday"), None);
    }

    #[test]
    fn what_is_odd_is_left_out_and_the_rest_is_read() {
        let row = json!({ "id": 5, "summary": 7, "client_id": 0, "user_id": -1, "status_id": "x", "client_name": "A" });
        let ticket: WireTicket = serde_json::from_value(row).unwrap();
        assert!(ticket.summary.is_none() && ticket.status_id.is_none());
        assert!(ticket.company().is_none() && ticket.contact().is_none());
    }

    #[test]
    fn an_action_is_a_note_and_with_hours_time() {
        let note = |hidden: bool, hours: f64| {
            let row = json!({ "id": 1, "note": "x ", "hiddenfromuser": hidden, "timetaken": hours });
            Note::from(serde_json::from_value::<WireAction>(row).unwrap())
        };
        assert_eq!((note(true, 0.0).kinds, note(true, 0.0).of_time_entry), (vec![NoteKind::Internal], false));
        assert_eq!(
            (note(false, 0.25).kinds, note(false, 0.25).of_time_entry),
            (vec![NoteKind::Discussion], true)
        );
        assert_eq!(note(true, 0.0).text, "x ", "a note is kept as it is");
    }
}
