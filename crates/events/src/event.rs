//! One event.

use std::{fmt, str::FromStr};

use rf_kernel::{AccountId, EventId, Timestamp, UserId};
use serde_json::Value;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// Somebody handed a conversation over.
    HandoffCreated,
    /// What is likely and what to do next has been worked out for a handoff, or cannot be.
    HandoffAssessmentReady,
    /// Somebody took a handoff.
    HandoffClaimed,
    /// Whoever had a handoff gave it back.
    HandoffReleased,
    /// A person has a new notification.
    NotificationCreated,
    /// A note on its way into a ticket got further, or did not.
    PsaPushChanged,
    /// Others changed a ticket that sessions are under way for.
    PsaTicketChanged,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::HandoffCreated,
        Self::HandoffAssessmentReady,
        Self::HandoffClaimed,
        Self::HandoffReleased,
        Self::NotificationCreated,
        Self::PsaPushChanged,
        Self::PsaTicketChanged,
    ];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandoffCreated => "handoff_created",
            Self::HandoffAssessmentReady => "handoff_assessment_ready",
            Self::HandoffClaimed => "handoff_claimed",
            Self::HandoffReleased => "handoff_released",
            Self::NotificationCreated => "notification_created",
            Self::PsaPushChanged => "psa_push_changed",
            Self::PsaTicketChanged => "psa_ticket_changed",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventKind {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == s)
            .ok_or_else(|| format!("unknown event kind {s:?}"))
    }
}

/// An event as a use case appends it. Its account is the tenant it is appended for.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// The one person it concerns; `None` for everybody in the account who may listen.
    pub user_id: Option<UserId>,
    /// Ids and short texts, a few hundred bytes at most; never a secret. Whoever needs more asks for it.
    pub about: Value,
    /// When.
    pub at: Timestamp,
}

impl NewEvent {
    /// For everybody in the account who may listen.
    #[must_use]
    pub const fn new(id: EventId, kind: EventKind, about: Value, at: Timestamp) -> Self {
        Self { id, kind, user_id: None, about, at }
    }

    /// For one person alone.
    #[must_use]
    pub const fn personal(id: EventId, kind: EventKind, user: UserId, about: Value, at: Timestamp) -> Self {
        Self { id, kind, user_id: Some(user), about, at }
    }
}

/// An event that was published.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its public number: from 1, rising in the order of publishing over all accounts. Numbers may be left out.
    pub sequence: i64,
    /// Its id.
    pub id: EventId,
    /// The account in which it happened.
    pub account_id: AccountId,
    /// The one person it concerns; `None` for everybody in the account who may listen.
    pub user_id: Option<UserId>,
    /// What happened.
    pub kind: EventKind,
    /// Ids and short texts.
    pub about: Value,
    /// When.
    pub at: Timestamp,
}

impl Event {
    /// Whether it is for that person of that account.
    #[must_use]
    pub fn concerns(&self, account: AccountId, user: UserId) -> bool {
        self.account_id == account && self.user_id.is_none_or(|only| only == user)
    }
}
