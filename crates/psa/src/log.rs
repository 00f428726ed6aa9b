//! The push log: what is on its way into a ticket, and what became of it.

use std::fmt;

use rf_kernel::{
    AccountId, AiSessionId, Failure, PsaConnectionId, PushId, Revision, SessionId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Artefact, Marker, NewNote, NewTimeEntry, NoteKind, NoteText, PsaId, Push, names::names};

names! {
    /// Why something is pushed.
    Occasion {
        /// The work has ended well.
        Resolve = "resolve",
        /// Somebody else takes over.
        Escalate = "escalate",
    }
}

names! {
    /// Which kind of session.
    SessionKind {
        /// One run of a flow.
        Guided = "guided",
        /// A conversation with the copilot.
        Ai = "ai",
    }
}

/// A session of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionRef {
    /// One run of a flow.
    Guided(SessionId),
    /// A conversation with the copilot.
    Ai(AiSessionId),
}

impl SessionRef {
    /// Of that kind and id.
    #[must_use]
    pub fn new(kind: SessionKind, id: Uuid) -> Self {
        match kind {
            SessionKind::Guided => Self::Guided(id.into()),
            SessionKind::Ai => Self::Ai(id.into()),
        }
    }

    /// Which kind.
    #[must_use]
    pub const fn kind(self) -> SessionKind {
        match self {
            Self::Guided(_) => SessionKind::Guided,
            Self::Ai(_) => SessionKind::Ai,
        }
    }

    /// The bare id.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Guided(id) => id.uuid(),
            Self::Ai(id) => id.uuid(),
        }
    }
}

/// What makes a push the same push: one artefact of one occasion of one session in one ticket. An account has one
/// record for each key, so that asking twice pushes once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PushKey(String);

impl PushKey {
    /// Of an artefact. `turn` tells one escalation of a session from the next; a session is resolved once.
    #[must_use]
    pub fn new(
        session: SessionRef,
        occasion: Occasion,
        turn: i64,
        ticket: &PsaId,
        artefact: Artefact,
    ) -> Self {
        let turn = match occasion {
            Occasion::Resolve => 0,
            Occasion::Escalate => turn,
        };
        let (kind, id) = (session.kind().as_str(), session.uuid());
        let (occasion, artefact) = (occasion.as_str(), artefact.as_str());
        Self(format!("{kind}/{id}/{occasion}/{turn}/{ticket}/{artefact}"))
    }

    /// What a store keeps.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// For a store to keep.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The marker of what this key writes. It hangs on the key alone, so that a look at a note before it is pushed shows
    /// the very text, and one that was pushed before a connection was made anew is recognised.
    #[must_use]
    pub fn marker(&self, artefact: Artefact) -> Marker {
        let digest: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Marker::new(Uuid::from_bytes(half), artefact)
    }
}

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is written, as it was fixed before the first try: every later try writes the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "artefact", rename_all = "snake_case")]
pub enum PushContent {
    /// A note.
    Note {
        /// Where it is shown.
        kind: NoteKind,
        /// What it says, with its marker.
        text: String,
    },
    /// A time entry.
    Time {
        /// Whose time, as the PSA names its members; none is the connection's own.
        member: Option<String>,
        /// From when.
        start: Timestamp,
        /// How long.
        minutes: u32,
        /// Seconds of work measured for it; of these a later entry of the session charges none again.
        #[serde(default)]
        worked_seconds: u64,
        /// Whether the client pays for it; as the PSA decides when not given.
        #[serde(default)]
        billable: Option<bool>,
        /// The kind of work.
        work_type: Option<PsaId>,
        /// The role it was done in.
        work_role: Option<PsaId>,
        /// What was done, with its marker.
        text: String,
    },
}

/// What a provider is given for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// A note.
    Note(NewNote),
    /// A time entry.
    Time(NewTimeEntry),
}

impl PushContent {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Note { text, .. } | Self::Time { text, .. } => text,
        }
    }
}

/// A row of the push log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushRecord {
    /// Its id.
    pub id: PushId,
    /// The tenant.
    pub account_id: AccountId,
    /// Through which connection it was asked for; that may be gone.
    pub connection_id: PsaConnectionId,
    /// Whose work it is about.
    pub session: SessionRef,
    /// Why it is pushed.
    pub occasion: Occasion,
    /// Into which ticket.
    pub ticket: PsaId,
    /// What.
    pub artefact: Artefact,
    /// What makes it the same push.
    pub key: PushKey,
    /// Minutes to charge, where somebody said; else as measured.
    pub minutes: Option<u32>,
    /// What is written; none before the first try.
    pub content: Option<PushContent>,
    /// What went well and should be looked at all the same.
    pub warnings: Vec<String>,
    /// How it stands.
    pub push: Push,
    /// Who asked for it, or ended the work.
    pub requested_by: UserId,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub revision: Revision,
}

impl PushRecord {
    /// What a provider is given.
    ///
    /// # Errors
    /// When nothing was fixed yet, or what was has lost its marker: a row somebody changed by hand.
    pub fn written(&self) -> Result<Written, Failure> {
        let marker = self.key.marker(self.artefact);
        let broken = || Failure::internal("a push without its text or marker");
        let ticket = self.ticket.clone();
        match self.content.clone().ok_or_else(broken)? {
            PushContent::Note { kind, text } => {
                let text = NoteText::kept(text, marker).ok_or_else(broken)?;
                Ok(Written::Note(NewNote { ticket, kind, text }))
            }
            PushContent::Time { member, start, minutes, billable, work_type, work_role, text, .. } => {
                let text = NoteText::kept(text, marker).ok_or_else(broken)?;
                Ok(Written::Time(NewTimeEntry {
                    ticket,
                    member,
                    start,
                    minutes,
                    billable,
                    work_type,
                    work_role,
                    text,
                }))
            }
        }
    }

    /// Counts a change.
    pub fn touch(&mut self, now: Timestamp) {
        self.revision = self.revision.next();
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(occasion: Occasion, turn: i64, ticket: i64, artefact: Artefact) -> PushKey {
        PushKey::new(SessionRef::Ai(Uuid::from_u128(7).into()), occasion, turn, &ticket.into(), artefact)
    }

    #[test]
    fn a_key_is_one_artefact_of_one_occasion_in_one_ticket() {
        let first = key(Occasion::Resolve, 3, 100, Artefact::Note);
        assert_eq!(first, key(Occasion::Resolve, 4, 100, Artefact::Note), "a session is resolved once");
        assert_eq!(
            first.marker(Artefact::Note),
            key(Occasion::Resolve, 4, 100, Artefact::Note).marker(Artefact::Note)
        );
        for other in [
            key(Occasion::Escalate, 3, 100, Artefact::Note),
            key(Occasion::Resolve, 3, 101, Artefact::Note),
            key(Occasion::Resolve, 3, 100, Artefact::Time),
        ] {
            assert_ne!(first, other);
            assert_ne!(first.marker(Artefact::Note), other.marker(Artefact::Note));
        }
        assert_ne!(
            key(Occasion::Escalate, 3, 100, Artefact::Note),
            key(Occasion::Escalate, 4, 100, Artefact::Note)
        );
    }
}
