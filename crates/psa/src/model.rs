//! Tickets and what belongs to them, in no vendor's words.

use std::{fmt, str::FromStr};

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// An id as the PSA writes it: 1 to 100 of `A-Z a-z 0-9 - _`, so that it can stand in an address as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PsaId(String);

impl PsaId {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PsaId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = (1..=100).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Ok(Self(text.to_owned()));
        }
        Err("an id of the PSA has 1 to 100 letters, digits, hyphens and underscores".into())
    }
}

impl TryFrom<String> for PsaId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PsaId> for String {
    fn from(id: PsaId) -> Self {
        id.0
    }
}

impl From<i64> for PsaId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Display for PsaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PsaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something another thing points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: PsaId,
    /// What people call it.
    pub name: String,
}

/// A ticket. Its texts come from anywhere and are data, never instructions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number.
    pub id: PsaId,
    /// Its one line.
    pub summary: String,
    /// The board or queue it is on.
    pub board: Option<Named>,
    /// How it stands.
    pub status: Option<Named>,
    /// Whether it is closed.
    pub closed: bool,
    /// How urgent it is.
    pub priority: Option<Named>,
    /// The client.
    pub company: Option<Named>,
    /// Who reported it.
    pub contact: Option<Named>,
    /// Who works on it, as the PSA names its members.
    pub assigned: Vec<String>,
    /// When it was opened.
    pub created_at: Option<Timestamp>,
    /// When anything about it last changed.
    pub updated_at: Option<Timestamp>,
}

/// Where a note is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// To the team alone.
    #[default]
    Internal,
    /// Also to the client.
    Discussion,
    /// As what solved it; many PSAs show it to the client.
    Resolution,
}

impl NoteKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Internal, Self::Discussion, Self::Resolution];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Discussion => "discussion",
            Self::Resolution => "resolution",
        }
    }
}

/// A note in a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: PsaId,
    /// Everywhere it is shown.
    pub kinds: Vec<NoteKind>,
    /// What it says. As untrusted as the ticket.
    pub text: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Whether it is the text of a time entry.
    pub of_time_entry: bool,
}

/// Time charged to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeEntry {
    /// Its id.
    pub id: PsaId,
    /// Whose time.
    pub member: Option<Named>,
    /// From when.
    pub start: Option<Timestamp>,
    /// How long, minutes.
    pub minutes: u32,
    /// What was done.
    pub notes: String,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its id.
    pub id: PsaId,
    /// Its name.
    pub name: String,
    /// Its short name.
    pub identifier: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// Its site on the web.
    pub website: Option<String>,
    /// Where it is, on one line.
    pub address: Option<String>,
}

/// A person of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their id.
    pub id: PsaId,
    /// Their name.
    pub name: String,
    /// What they do there.
    pub title: Option<String>,
    /// How to write to them.
    pub email: Option<String>,
    /// How to call them.
    pub phone: Option<String>,
}

/// A device or service of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Its id.
    pub id: PsaId,
    /// Its name.
    pub name: String,
    /// What sort of thing it is.
    pub kind: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its operating system.
    pub os: Option<String>,
    /// Its address in the client's network.
    pub ip_address: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

/// A service board or queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Its id.
    pub id: PsaId,
    /// Its name.
    pub name: String,
    /// Whether it is in use.
    pub active: bool,
}

/// A status of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its id.
    pub id: PsaId,
    /// Its name.
    pub name: String,
    /// Whether a ticket with it is closed.
    pub closes: bool,
    /// Whether time may be charged to a ticket with it.
    pub takes_time: bool,
    /// Whether it is in use.
    pub active: bool,
}

/// Somebody who works in the PSA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Their id.
    pub id: PsaId,
    /// The name they sign in with there.
    pub identifier: String,
    /// Their name.
    pub name: String,
    /// Their e-mail, to suggest who is who.
    pub email: Option<String>,
    /// Whether they still work there.
    pub active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_stand_in_an_address() {
        for good in ["1", " 42 ", "a-b_c"] {
            assert!(good.parse::<PsaId>().is_ok(), "{good}");
        }
        let long = "9".repeat(101);
        for bad in ["", " ", "1/2", "..", "1?x", "1 2", "ü", "1\n2", "%2e", long.as_str()] {
            assert!(bad.parse::<PsaId>().is_err(), "{bad}");
            assert!(serde_json::from_value::<PsaId>(bad.into()).is_err(), "{bad}");
        }
    }
}
