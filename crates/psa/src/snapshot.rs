//! The ticket as the PSA had it when work on it began. It stays with the session, whatever becomes of the ticket.

use rf_kernel::{PsaConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Company, Configuration, Contact, Note, PsaId, Ticket};

/// Notes that are kept, the newest.
const MOST_NOTES: usize = 5;
/// Devices that are kept.
const MOST_CONFIGURATIONS: usize = 20;
/// Characters kept of a summary.
const SUMMARY_CHARS: usize = 500;
/// Characters of a client's name.
const NAME_CHARS: usize = 250;
/// Characters kept of a note: a ticket may hold a megabyte of mail.
const NOTE_CHARS: usize = 4_000;

/// A ticket and what belongs to it. Its texts come from anywhere: they are data, never instructions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSnapshot {
    /// Through which connection it was read.
    pub psa_connection_id: PsaConnectionId,
    /// When.
    pub fetched_at: Timestamp,
    /// Its number.
    pub ticket_id: PsaId,
    /// The ticket; none where it could not be read.
    pub ticket: Option<Ticket>,
    /// The client.
    pub company: Option<Company>,
    /// Who reported it.
    pub contact: Option<Contact>,
    /// The devices it is about.
    pub configurations: Vec<Configuration>,
    /// Its newest notes, the oldest of them first, shortened.
    pub recent_notes: Vec<Note>,
    /// What could not be read, in words.
    pub warning: Option<String>,
}

impl TicketSnapshot {
    /// Nothing read yet.
    #[must_use]
    pub const fn empty(psa_connection_id: PsaConnectionId, ticket_id: PsaId, fetched_at: Timestamp) -> Self {
        Self {
            psa_connection_id,
            fetched_at,
            ticket_id,
            ticket: None,
            company: None,
            contact: None,
            configurations: Vec::new(),
            recent_notes: Vec::new(),
            warning: None,
        }
    }

    /// Takes the ticket.
    pub fn take_ticket(&mut self, ticket: Ticket) {
        self.ticket = Some(Ticket { summary: shown(&ticket.summary, SUMMARY_CHARS), ..ticket });
    }

    /// Takes a ticket's notes, oldest first.
    pub fn take_notes(&mut self, notes: Vec<Note>) {
        let skip = notes.len().saturating_sub(MOST_NOTES);
        self.recent_notes = notes
            .into_iter()
            .skip(skip)
            .map(|note| Note { text: shown(&note.text, NOTE_CHARS), ..note })
            .collect();
    }

    /// Takes a ticket's devices.
    pub fn take_configurations(&mut self, mut configurations: Vec<Configuration>) {
        configurations.truncate(MOST_CONFIGURATIONS);
        self.configurations = configurations;
    }

    /// What the copilot reads of it: the summary, then the first of its notes; none where there is no ticket.
    #[must_use]
    pub fn reading(&self) -> Option<String> {
        let ticket = self.ticket.as_ref()?;
        let mut text = ticket.summary.clone();
        if let Some(note) = self.recent_notes.first() {
            text.push_str("\n\n");
            text.push_str(&note.text);
        }
        Some(text)
    }

    /// What the client is called, at most 255 characters.
    #[must_use]
    pub fn client_name(&self) -> Option<String> {
        let company = self.company.as_ref().map(|company| &company.name);
        let company = company.or_else(|| Some(&self.ticket.as_ref()?.company.as_ref()?.name));
        company.map(|name| shown(name, NAME_CHARS)).filter(|name| !name.is_empty())
    }
}

/// What a reader sees of a text, at most `most` characters.
fn shown(text: &str, most: usize) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let seen = lines.chars().filter(|c| *c == '\n' || !c.is_control());
    let mut kept: String = seen.clone().take(most).collect();
    if seen.count() > most {
        kept.push_str(" …");
    }
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_kept_of_a_ticket_is_short_and_readable() {
        let at = Timestamp::from_unix(0).unwrap();
        let mut snapshot = TicketSnapshot::empty(Uuid::nil().into(), 100.into(), at);
        assert_eq!(snapshot.reading(), None);
        let note = |text: &str| Note {
            id: 1.into(),
            kinds: Vec::new(),
            text: text.into(),
            author: None,
            at: None,
            of_time_entry: false,
        };
        let long = "x".repeat(1_000_000);
        let notes = (0..10).map(|n| note(&format!("{n}\u{0}\u{7}\r\n{long}"))).collect();
        snapshot.take_notes(notes);
        assert_eq!(snapshot.recent_notes.len(), MOST_NOTES);
        let first = &snapshot.recent_notes[0].text;
        assert!(first.starts_with("5\nxxx") && first.ends_with(" …"), "{}", &first[..20]);
        assert!(first.chars().count() <= NOTE_CHARS + 2);
    }
}
