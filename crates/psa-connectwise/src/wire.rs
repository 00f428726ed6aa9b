//! The API's bodies, as far as they are read. Whatever may be missing in some version is optional here.

use rf_kernel::Timestamp;
use rf_psa::{Board, Company, Configuration, Contact, Member, Named, Note, NoteKind, Status, Ticket};
use serde::{Deserialize, Deserializer};

/// A text or null or nothing; `Some` only with something in it.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// An instant; one that is written in a way nobody expects is none, and no reason to lose the rest.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse::<chrono::DateTime<chrono::Utc>>().ok()).map(Timestamp::from))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    #[serde(default, deserialize_with = "instant")]
    last_updated: Option<Timestamp>,
    #[serde(default, deserialize_with = "instant")]
    date_entered: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    entered_by: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Reference {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    identifier: Option<String>,
}

impl From<Reference> for Named {
    fn from(Reference { id, name, identifier }: Reference) -> Self {
        Self { id: id.into(), name: name.or(identifier).unwrap_or_default() }
    }
}

/// What was created.
#[derive(Deserialize)]
pub(crate) struct Created {
    pub(crate) id: i64,
}

/// A registered callback.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireCallback {
    pub(crate) id: i64,
    #[serde(default)]
    pub(crate) url: String,
    pub(crate) inactive_flag: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireTicket {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    summary: Option<String>,
    board: Option<Reference>,
    status: Option<Reference>,
    closed_flag: Option<bool>,
    priority: Option<Reference>,
    company: Option<Reference>,
    contact: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    resources: Option<String>,
    #[serde(default, rename = "_info")]
    info: Info,
}

impl From<WireTicket> for Ticket {
    fn from(wire: WireTicket) -> Self {
        let assigned = wire.resources.unwrap_or_default();
        let assigned = assigned.split(',').map(str::trim).filter(|name| !name.is_empty());
        Self {
            id: wire.id.into(),
            summary: wire.summary.unwrap_or_default(),
            board: wire.board.map(Named::from),
            status: wire.status.map(Named::from),
            closed: wire.closed_flag.unwrap_or(false),
            priority: wire.priority.map(Named::from),
            company: wire.company.map(Named::from),
            contact: wire.contact.map(Named::from),
            assigned: assigned.map(str::to_owned).collect(),
            created_at: wire.info.date_entered,
            updated_at: wire.info.last_updated,
        }
    }
}

/// A note of `allNotes` or `notes`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireNote {
    id: i64,
    note_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    text: Option<String>,
    detail_description_flag: Option<bool>,
    internal_analysis_flag: Option<bool>,
    resolution_flag: Option<bool>,
    member: Option<Reference>,
    contact: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    created_by: Option<String>,
    #[serde(default, deserialize_with = "instant")]
    date_created: Option<Timestamp>,
    #[serde(default, rename = "_info")]
    info: Info,
}

impl From<WireNote> for Note {
    fn from(wire: WireNote) -> Self {
        let flags = [
            (wire.internal_analysis_flag, NoteKind::Internal),
            (wire.detail_description_flag, NoteKind::Discussion),
            (wire.resolution_flag, NoteKind::Resolution),
        ];
        let person = wire.member.or(wire.contact).map(|person| Named::from(person).name);
        Self {
            id: wire.id.into(),
            kinds: flags.into_iter().filter(|(flag, _)| *flag == Some(true)).map(|(_, kind)| kind).collect(),
            text: wire.text.unwrap_or_default(),
            author: person.filter(|name| !name.is_empty()).or(wire.created_by).or(wire.info.entered_by),
            at: wire.date_created.or(wire.info.date_entered).or(wire.info.last_updated),
            of_time_entry: wire.note_type.as_deref() == Some("TimeEntryNote"),
        }
    }
}

/// As much of a time entry as tells whether it is ours.
#[derive(Deserialize)]
pub(crate) struct WireTime {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "text")]
    pub(crate) notes: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireBoard {
    id: i64,
    #[serde(default)]
    name: String,
    inactive_flag: Option<bool>,
}

impl From<WireBoard> for Board {
    fn from(wire: WireBoard) -> Self {
        Self { id: wire.id.into(), name: wire.name, active: !wire.inactive_flag.unwrap_or(false) }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireStatus {
    id: i64,
    #[serde(default)]
    name: String,
    closed_status: Option<bool>,
    time_entry_not_allowed: Option<bool>,
    inactive: Option<bool>,
}

impl From<WireStatus> for Status {
    fn from(wire: WireStatus) -> Self {
        Self {
            id: wire.id.into(),
            name: wire.name,
            closes: wire.closed_status.unwrap_or(false),
            takes_time: !wire.time_entry_not_allowed.unwrap_or(false),
            active: !wire.inactive.unwrap_or(false),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireMember {
    id: i64,
    identifier: String,
    #[serde(default, deserialize_with = "text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    default_email: Option<String>,
    #[serde(default, deserialize_with = "text")]
    office_email: Option<String>,
    inactive_flag: Option<bool>,
}

impl From<WireMember> for Member {
    fn from(wire: WireMember) -> Self {
        let names: Vec<_> = [wire.first_name, wire.last_name].into_iter().flatten().collect();
        // In one list it is the address, in another the word that says which address is the usual one.
        let email = wire.office_email.or(wire.default_email).filter(|email| email.contains('@'));
        Self {
            id: wire.id.into(),
            name: if names.is_empty() { wire.identifier.clone() } else { names.join(" ") },
            identifier: wire.identifier,
            email,
            active: !wire.inactive_flag.unwrap_or(false),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireCompany {
    id: i64,
    #[serde(default)]
    name: String,
    #[serde(default, deserialize_with = "text")]
    identifier: Option<String>,
    #[serde(default, deserialize_with = "text")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    website: Option<String>,
    #[serde(default, deserialize_with = "text")]
    address_line1: Option<String>,
    #[serde(default, deserialize_with = "text")]
    address_line2: Option<String>,
    #[serde(default, deserialize_with = "text")]
    city: Option<String>,
    #[serde(default, deserialize_with = "text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "text")]
    zip: Option<String>,
}

impl From<WireCompany> for Company {
    fn from(wire: WireCompany) -> Self {
        let lines = [wire.address_line1, wire.address_line2, wire.zip, wire.city, wire.state];
        let lines: Vec<_> = lines.into_iter().flatten().collect();
        Self {
            id: wire.id.into(),
            name: wire.name,
            identifier: wire.identifier,
            phone: wire.phone_number,
            website: wire.website,
            address: if lines.is_empty() { None } else { Some(lines.join(", ")) },
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommunicationItem {
    #[serde(default)]
    value: String,
    #[serde(default)]
    communication_type: String,
    default_flag: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireContact {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    title: Option<String>,
    communication_items: Option<Vec<CommunicationItem>>,
}

impl From<WireContact> for Contact {
    fn from(wire: WireContact) -> Self {
        let items = wire.communication_items.unwrap_or_default();
        let usual = |kind: &str| {
            let mut of_kind =
                items.iter().filter(|item| item.communication_type == kind && !item.value.is_empty());
            let usual = of_kind.clone().find(|item| item.default_flag == Some(true));
            usual.or_else(|| of_kind.next()).map(|item| item.value.clone())
        };
        let names: Vec<_> = [wire.first_name, wire.last_name].into_iter().flatten().collect();
        Self {
            id: wire.id.into(),
            name: names.join(" "),
            title: wire.title,
            email: usual("Email"),
            phone: usual("Phone"),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireConfiguration {
    id: i64,
    #[serde(default)]
    name: String,
    #[serde(rename = "type")]
    kind: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    serial_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    model_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    os_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    os_info: Option<String>,
    #[serde(default, deserialize_with = "text")]
    ip_address: Option<String>,
    active_flag: Option<bool>,
}

impl From<WireConfiguration> for Configuration {
    fn from(wire: WireConfiguration) -> Self {
        Self {
            id: wire.id.into(),
            name: wire.name,
            kind: wire.kind.map(|kind| Named::from(kind).name),
            serial_number: wire.serial_number,
            model: wire.model_number,
            os: wire.os_info.or(wire.os_type),
            ip_address: wire.ip_address,
            active: wire.active_flag.unwrap_or(true),
        }
    }
}
