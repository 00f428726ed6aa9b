//! What a person is told inside the product.

use std::str::FromStr;

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, NotificationId, StoreError, Timestamp, UserId};

use crate::Preferences;

/// Longest title, characters.
pub const MAX_TITLE_CHARS: usize = 200;
/// Longest text below it, characters.
pub const MAX_BODY_CHARS: usize = 1_000;
/// Of a problem, what a title shows at most, characters (NOTIF-05).
const SNIPPET_CHARS: usize = 70;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Somebody escalated a session.
    SessionEscalated,
    /// Somebody took a handoff one made.
    HandoffClaimed,
    /// A handoff waits again.
    HandoffReleased,
    /// A handoff is meant for one.
    HandoffAssigned,
    /// A handoff waits and nobody takes it.
    HandoffUnclaimed,
    /// A note did not get into its ticket.
    PushFailed,
    /// A fix that waits for verification is to be looked at now.
    FixDue,
    /// A message did not get into its channel, or nobody knows whether it did.
    ChannelFailed,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::SessionEscalated,
        Self::HandoffClaimed,
        Self::HandoffReleased,
        Self::HandoffAssigned,
        Self::HandoffUnclaimed,
        Self::PushFailed,
        Self::FixDue,
        Self::ChannelFailed,
    ];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionEscalated => "session.escalated",
            Self::HandoffClaimed => "handoff.claimed",
            Self::HandoffReleased => "handoff.released",
            Self::HandoffAssigned => "handoff.assigned",
            Self::HandoffUnclaimed => "handoff.unclaimed",
            Self::PushFailed => "psa.push_failed",
            Self::FixDue => "fix.due",
            Self::ChannelFailed => "channel.failed",
        }
    }
}

impl FromStr for NoticeKind {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == s)
            .ok_or_else(|| format!("unknown notice kind {s:?}"))
    }
}

/// One line of a person's bell panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Whose.
    pub user_id: UserId,
    /// What it is about.
    pub kind: NoticeKind,
    /// One line.
    pub title: String,
    /// More, where there is more to say.
    pub body: Option<String>,
    /// The page it leads to: a path of the app.
    pub link: Option<String>,
    /// When.
    pub created_at: Timestamp,
    /// When the person had seen it.
    pub read_at: Option<Timestamp>,
}

/// What is to be told, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// One line; cut at [`MAX_TITLE_CHARS`].
    pub title: String,
    /// More, where there is more to say; cut at [`MAX_BODY_CHARS`].
    pub body: Option<String>,
    /// The page it leads to: a path of the app.
    pub link: Option<String>,
    /// Whom; those who cannot sign in any more are left out.
    pub to: Vec<UserId>,
}

/// The title of an escalation: who, the ticket where there is one, and what the problem is, briefly.
#[must_use]
pub fn escalation_title(by_name: &str, ticket: Option<&str>, problem: &str) -> String {
    let ticket = ticket.map(|ticket| format!(" · #{ticket}")).unwrap_or_default();
    format!("Escalation from {by_name}{ticket}: {}", cut(problem.trim(), SNIPPET_CHARS))
}

/// Where an escalation's notification leads: taking the session over.
#[must_use]
pub fn escalation_link(session: AiSessionId) -> String {
    format!("/pilot/{session}?pickup=true")
}

/// At most that many characters of a text's first line; what is left out shows as an ellipsis.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    let is_all = line.len() == text.len() && line.chars().count() <= most;
    if is_all {
        return line.to_owned();
    }
    let kept: String = line.chars().take(most).collect();
    format!("{}…", kept.trim_end())
}

/// The place in a list of notifications, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationCursor {
    /// When the last one seen was made.
    pub created_at: Timestamp,
    /// Its id.
    pub id: NotificationId,
}

/// Keeps what people are told inside the product, and how they want to be told.
#[async_trait]
pub trait NotificationRepository: Send {
    /// Keeps a new notification of a person of the account.
    async fn insert_notification(
        &mut self,
        tenant: AccountId,
        notification: &Notification,
    ) -> Result<(), StoreError>;

    /// A person's notifications after the cursor, newest first; the unread ones alone where asked.
    async fn notifications(
        &mut self,
        tenant: AccountId,
        user: UserId,
        unread_only: bool,
        after: Option<NotificationCursor>,
        limit: u64,
    ) -> Result<Vec<Notification>, StoreError>;

    /// How many a person has not read.
    async fn unread_notifications(&mut self, tenant: AccountId, user: UserId) -> Result<u64, StoreError>;

    /// Marks one as read and answers it; the first reading stays. `None` if that person has none of that id.
    async fn read_notification(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError>;

    /// Marks all of a person's as read; answers how many were not.
    async fn read_notifications(
        &mut self,
        tenant: AccountId,
        user: UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Takes away what was made before that, read or not; answers how many.
    async fn prune_notifications(&mut self, before: Timestamp) -> Result<u64, StoreError>;

    /// How a person wants to be told; `None` where they never said.
    async fn notification_preferences(
        &mut self,
        tenant: AccountId,
        user: UserId,
    ) -> Result<Option<Preferences>, StoreError>;

    /// Keeps how a person wants to be told, in place of what was.
    async fn keep_notification_preferences(
        &mut self,
        tenant: AccountId,
        user: UserId,
        preferences: &Preferences,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_title_names_the_ticket_where_there_is_one() {
        assert_eq!(
            escalation_title("Jane", Some("12345"), "Outlook will not start"),
            "Escalation from Jane · #12345: Outlook will not start"
        );
        assert_eq!(escalation_title("Jane", None, "Outlook"), "Escalation from Jane: Outlook");
    }

    #[test]
    fn a_problem_is_cut_at_seventy_characters() {
        let exact = "ü".repeat(70);
        assert_eq!(escalation_title("J", None, &exact), format!("Escalation from J: {exact}"));
        assert_eq!(escalation_title("J", None, &format!("{exact}x")), format!("Escalation from J: {exact}…"));
        let word = format!("{} tail", "a".repeat(69));
        assert_eq!(escalation_title("J", None, &word), format!("Escalation from J: {}…", "a".repeat(69)));
        assert_eq!(escalation_title("J", None, "first\nsecond"), "Escalation from J: first…");
    }

    #[test]
    fn an_escalation_leads_to_taking_it_over() {
        let id = AiSessionId(Uuid::from_u128(7));
        assert_eq!(escalation_link(id), "/pilot/00000000-0000-0000-0000-000000000007?pickup=true");
    }

    #[test]
    fn kinds_have_names() {
        for kind in NoticeKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("session.exploded".parse::<NoticeKind>().is_err());
    }
}
