//! The ticket as the PSA had it when work on it began. It stays with the session, whatever becomes of the ticket.

use rf_kernel::{PsaConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Company, Configuration, Contact, Marker, Note, PsaId, Ticket, names::names};

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

/// Changes that are kept, the newest.
const MOST_CHANGES: usize = 10;
/// Characters kept of what changed.
const CHANGE_CHARS: usize = 200;

names! {
    /// What somebody did to a ticket in the PSA.
    ChangeKind {
        /// It has another status.
        Status = "status",
        /// It is closed.
        Closed = "closed",
        /// It is open again.
        Reopened = "reopened",
        /// It has another summary.
        Summary = "summary",
        /// Somebody wrote a note.
        Note = "note",
        /// It is not there any more.
        Deleted = "deleted",
    }
}

/// A change of a ticket that was not ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChange {
    /// When we saw it.
    pub at: Timestamp,
    /// What.
    pub kind: ChangeKind,
    /// How it is now: the status, the summary, the beginning of the note.
    pub now: String,
}

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
    /// What others changed since, the oldest first.
    #[serde(default)]
    pub changes: Vec<TicketChange>,
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
            changes: Vec::new(),
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

    /// The ticket as it was read anew, with what others have changed meanwhile: our own notes are known by their markers.
    #[must_use]
    pub fn renewed(mut self, mut newer: Self) -> Self {
        let at = newer.fetched_at;
        let mut found: Vec<(ChangeKind, String)> = Vec::new();
        if let (Some(before), Some(after)) = (&self.ticket, &newer.ticket) {
            if before.summary != after.summary {
                found.push((ChangeKind::Summary, after.summary.clone()));
            }
            let status = after.status.as_ref().map(|status| status.name.clone()).unwrap_or_default();
            match (before.closed, after.closed) {
                (false, true) => found.push((ChangeKind::Closed, status)),
                (true, false) => found.push((ChangeKind::Reopened, status)),
                _ if before.status != after.status => found.push((ChangeKind::Status, status)),
                _ => {}
            }
            let last = self.recent_notes.last().and_then(|note| note.at);
            let known = |note: &Note| {
                self.recent_notes
                    .iter()
                    .any(|old| (&old.id, old.of_time_entry) == (&note.id, note.of_time_entry))
            };
            let new = newer.recent_notes.iter().filter(|note| !known(note) && note.at >= last);
            let theirs = new.filter(|note| !Marker::is_any_in(&note.text));
            found.extend(theirs.map(|note| (ChangeKind::Note, note.text.clone())));
        }
        newer.changes = std::mem::take(&mut self.changes);
        for (kind, now) in found {
            newer.note_change(kind, &now, at);
        }
        newer
    }

    /// Keeps that something changed; among many the newest.
    pub fn note_change(&mut self, kind: ChangeKind, now: &str, at: Timestamp) {
        let line = now.split_whitespace().collect::<Vec<_>>().join(" ");
        self.changes.push(TicketChange { at, kind, now: shown(&line, CHANGE_CHARS) });
        let skip = self.changes.len().saturating_sub(MOST_CHANGES);
        self.changes.drain(..skip);
    }

    /// Whether it says something else than another but for when it was read.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        let same_time = Self { fetched_at: other.fetched_at, ..self.clone() };
        same_time != *other
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

    fn read(at: i64, status: &str, closed: bool, notes: &[(i64, &str)]) -> TicketSnapshot {
        let at = Timestamp::from_unix(at).unwrap();
        let mut snapshot = TicketSnapshot::empty(Uuid::nil().into(), 100.into(), at);
        snapshot.take_ticket(Ticket {
            id: 100.into(),
            summary: "Printer".into(),
            board: None,
            status: Some(crate::Named { id: 1.into(), name: status.into() }),
            closed,
            priority: None,
            company: None,
            contact: None,
            assigned: Vec::new(),
            created_at: None,
            updated_at: None,
        });
        let note = |(id, text): &(i64, &str)| Note {
            id: (*id).into(),
            kinds: Vec::new(),
            text: (*text).into(),
            author: None,
            at: Timestamp::from_unix(*id),
            of_time_entry: false,
        };
        snapshot.take_notes(notes.iter().map(note).collect());
        snapshot
    }

    #[test]
    fn what_others_changed_is_told_and_what_we_did_is_not() {
        let first = read(0, "New", false, &[(1, "It is offline")]);
        let ours =
            format!("Done [ResolutionFlow {}]", Marker::new(Uuid::from_u128(7), crate::Artefact::Note));
        let same = first.clone().renewed(read(9, "New", false, &[(1, "It is offline"), (2, &ours)]));
        assert_eq!(same.changes, [], "our own note is an echo");
        let mut next = read(10, "Closed", true, &[(1, "It is offline"), (2, &ours), (3, "Works\nagain")]);
        next.ticket.as_mut().unwrap().summary = "Label printer".into();
        let next = same.renewed(next);
        let told: Vec<_> = next.changes.iter().map(|change| (change.kind, change.now.as_str())).collect();
        assert_eq!(
            told,
            [
                (ChangeKind::Summary, "Label printer"),
                (ChangeKind::Closed, "Closed"),
                (ChangeKind::Note, "Works again"),
            ]
        );
        assert!(!next.clone().renewed(next.clone()).differs_from(&next), "read twice, told once");
        // A note that was deleted lets an older one come back into view: that is no news.
        let five: Vec<_> = (1..=6).map(|id| (id, "x")).collect();
        let whole = read(0, "New", false, &five);
        let fewer = read(1, "New", false, &five[..5]);
        assert_eq!(whole.renewed(fewer).changes, []);
    }

    #[test]
    fn of_many_changes_the_newest_are_kept() {
        let mut snapshot = read(0, "New", false, &[]);
        for number in 0..20 {
            let at = Timestamp::from_unix(number).unwrap();
            snapshot.note_change(ChangeKind::Status, &format!("{number}"), at);
        }
        assert_eq!(snapshot.changes.len(), MOST_CHANGES);
        assert_eq!(snapshot.changes.last().unwrap().now, "19");
    }

    #[test]
    fn a_snapshot_that_was_kept_before_changes_were_told_is_read() {
        let mut kept = serde_json::to_value(read(0, "New", false, &[])).unwrap();
        kept.as_object_mut().unwrap().remove("changes");
        assert!(serde_json::from_value::<TicketSnapshot>(kept).unwrap().changes.is_empty());
    }
}
