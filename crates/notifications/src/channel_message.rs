//! Messages on their way into channels, and the port that posts them.

use async_trait::async_trait;
use rf_jobs::RetryPolicy;
use rf_kernel::{AccountId, ChannelId, ChannelMessageId, Revision, StoreError, Timestamp, names};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Channel, ChannelKind, NoticeKind};

/// About nine hours, for a chat that is away. One that asks for more patience gets it.
pub const POSTING: RetryPolicy = RetryPolicy { max_attempts: 16, first_seconds: 15, longest_seconds: 3_600 };

names! {
    /// How a message stands.
    ChannelMessageState {
        /// Waits to be posted, for the first time or again.
        Queued = "queued",
        /// Is being posted.
        Sending = "sending",
        /// The chat took it.
        Sent = "sent",
        /// The chat refuses it, or has not taken it for too long: somebody has to look.
        Failed = "failed",
        /// Nobody knows whether the chat took it. It is not posted again unless somebody says so.
        Uncertain = "uncertain",
    }
}

names! {
    /// What came of one try.
    ChannelOutcome {
        /// The chat took it.
        Sent = "sent",
        /// Not taken; it is tried again.
        Later = "later",
        /// Refused.
        Refused = "refused",
        /// No answer came.
        Unknown = "unknown",
    }
}

/// One try to post a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelAttempt {
    /// When it ended.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: ChannelOutcome,
    /// In words for people.
    pub words: String,
}

/// A message for a channel, and the record of its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelMessage {
    /// Its id.
    pub id: ChannelMessageId,
    /// The tenant.
    pub account_id: AccountId,
    /// Into which channel.
    pub channel_id: ChannelId,
    /// What it is about.
    pub kind: NoticeKind,
    /// One line, as it happened; what must not leave is masked when it is posted.
    pub title: String,
    /// More, where there is more to say.
    pub body: Option<String>,
    /// The page it leads to: a path of the app.
    pub link: Option<String>,
    /// How it stands.
    pub state: ChannelMessageState,
    /// Every try, oldest first.
    pub attempts: Vec<ChannelAttempt>,
    /// Tries since somebody last sent it on its way.
    pub tries: i64,
    /// When it is posted next.
    pub due_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub revision: Revision,
}

/// Why a message was not posted. The words are for people and hold no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// Not taken, and later it may be: after so many seconds, where the chat says.
    #[error("{words}")]
    Later {
        /// After so many seconds.
        retry_after: Option<i64>,
        /// Why.
        words: String,
    },
    /// Will not be taken however often it is posted.
    #[error("{0}")]
    Refused(String),
    /// No answer came: it may or may not be there.
    #[error("{0}")]
    Unknown(String),
}

/// What is to be done about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginChat {
    /// Post it: it is being sent now.
    Post,
    /// Look again after so many seconds.
    Wait(i64),
    /// Keep that nobody knows what became of it.
    Settled,
    /// Nothing.
    Nothing,
}

impl ChannelMessage {
    /// Begins a try. One that was begun before and never ended was left by a server that stopped: nobody knows whether
    /// the chat took it.
    pub fn begin(&mut self, now: Timestamp) -> BeginChat {
        match self.state {
            ChannelMessageState::Queued => match self.due_at.filter(|due| *due > now) {
                Some(due) => BeginChat::Wait(due.seconds_since(now) + 1),
                None => {
                    self.state = ChannelMessageState::Sending;
                    self.touch(now);
                    BeginChat::Post
                }
            },
            ChannelMessageState::Sending => {
                let words = "The server stopped while it was being sent. Look in the channel before you send it again.";
                self.settle(&Err(ChannelError::Unknown(words.into())), now);
                self.touch(now);
                BeginChat::Settled
            }
            ChannelMessageState::Sent | ChannelMessageState::Failed | ChannelMessageState::Uncertain => {
                BeginChat::Nothing
            }
        }
    }

    /// Keeps what came of a try.
    pub fn settle(&mut self, posted: &Result<(), ChannelError>, now: Timestamp) {
        self.tries += 1;
        self.due_at = None;
        let (outcome, words) = match posted {
            Ok(()) => {
                self.state = ChannelMessageState::Sent;
                (ChannelOutcome::Sent, "The channel has it.".to_owned())
            }
            Err(ChannelError::Later { retry_after, words }) => match POSTING.wait(self.tries, self.id.uuid())
            {
                Some(wait) => {
                    self.state = ChannelMessageState::Queued;
                    self.due_at = Some(now.plus_seconds(wait.max(retry_after.unwrap_or(0))));
                    (ChannelOutcome::Later, words.clone())
                }
                None => {
                    self.state = ChannelMessageState::Failed;
                    (ChannelOutcome::Refused, format!("{words} It is not tried again by itself."))
                }
            },
            Err(ChannelError::Refused(words)) => {
                self.state = ChannelMessageState::Failed;
                (ChannelOutcome::Refused, words.clone())
            }
            Err(ChannelError::Unknown(words)) => {
                self.state = ChannelMessageState::Uncertain;
                (ChannelOutcome::Unknown, words.clone())
            }
        };
        self.attempts.push(ChannelAttempt { at: now, outcome, words });
    }

    /// Whether it has come to wait for somebody now, and never did before: that is when people are told.
    #[must_use]
    pub fn waits_for_the_first_time(&self) -> bool {
        let waits = matches!(self.state, ChannelMessageState::Failed | ChannelMessageState::Uncertain);
        let ended = |attempt: &&ChannelAttempt| {
            matches!(attempt.outcome, ChannelOutcome::Refused | ChannelOutcome::Unknown)
        };
        waits && self.attempts.iter().filter(ended).count() == 1
    }

    /// Sends what waits for somebody on its way again; whether it did.
    pub fn send_again(&mut self, now: Timestamp) -> bool {
        let waits = matches!(self.state, ChannelMessageState::Failed | ChannelMessageState::Uncertain);
        if waits {
            self.state = ChannelMessageState::Queued;
            self.tries = 0;
            self.due_at = None;
            self.touch(now);
        }
        waits
    }

    /// It has changed.
    pub const fn touch(&mut self, now: Timestamp) {
        self.updated_at = now;
        self.revision = self.revision.next();
    }
}

/// Why a webhook's address is not one: what to do, in a sentence. Holds nothing of the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WebhookRefused(pub String);

/// Posts messages into channels.
#[async_trait]
pub trait ChannelPoster: Send + Sync {
    /// Whether an address is a webhook of that chat; answers its host.
    ///
    /// # Errors
    /// [`WebhookRefused`], saying what to enter.
    fn check(&self, kind: ChannelKind, url: &str) -> Result<String, WebhookRefused>;

    /// Posts a body, once, within a limited time.
    ///
    /// # Errors
    /// [`ChannelError`].
    async fn post(
        &self,
        channel: ChannelId,
        kind: ChannelKind,
        url: &SecretString,
        body: &Value,
    ) -> Result<(), ChannelError>;
}

/// The place in a list of messages, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelMessageCursor {
    /// When the last one seen was asked for.
    pub created_at: Timestamp,
    /// Its id.
    pub id: ChannelMessageId,
}

/// Keeps an account's channels and what is on its way into them.
#[async_trait]
pub trait ChannelRepository: Send {
    /// Keeps a new channel; its account is the tenant.
    async fn insert_channel(&mut self, channel: &Channel) -> Result<(), StoreError>;
    /// The account's channels, oldest first.
    async fn channels(&mut self, tenant: AccountId) -> Result<Vec<Channel>, StoreError>;
    /// One of them.
    async fn channel_by_id(
        &mut self,
        tenant: AccountId,
        id: ChannelId,
    ) -> Result<Option<Channel>, StoreError>;
    /// Keeps a changed channel if it is still at `expected`; whether it was.
    async fn update_channel(&mut self, channel: &Channel, expected: Revision) -> Result<bool, StoreError>;
    /// Takes a channel away; whether there was one. The record of its messages stays.
    async fn delete_channel(&mut self, tenant: AccountId, id: ChannelId) -> Result<bool, StoreError>;
    /// Keeps a new message; its account is the tenant.
    async fn insert_channel_message(&mut self, message: &ChannelMessage) -> Result<(), StoreError>;
    /// A message of the account.
    async fn channel_message_by_id(
        &mut self,
        tenant: AccountId,
        id: ChannelMessageId,
    ) -> Result<Option<ChannelMessage>, StoreError>;
    /// Keeps how a message stands if it is still at `expected`; whether it was.
    async fn update_channel_message(
        &mut self,
        message: &ChannelMessage,
        expected: Revision,
    ) -> Result<bool, StoreError>;
    /// The account's messages after the cursor, newest first; those of one channel where asked.
    async fn channel_messages(
        &mut self,
        tenant: AccountId,
        channel: Option<ChannelId>,
        after: Option<ChannelMessageCursor>,
        limit: u64,
    ) -> Result<Vec<ChannelMessage>, StoreError>;
    /// Takes messages away that were asked for before `before`, as the unit sees them; how many.
    async fn prune_channel_messages(&mut self, before: Timestamp) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_795_442_400 + seconds).unwrap()
    }

    fn message() -> ChannelMessage {
        ChannelMessage {
            id: ChannelMessageId(Uuid::nil()),
            account_id: AccountId(Uuid::nil()),
            channel_id: ChannelId(Uuid::nil()),
            kind: NoticeKind::SessionEscalated,
            title: "Escalation from Jane".into(),
            body: None,
            link: None,
            state: ChannelMessageState::Queued,
            attempts: Vec::new(),
            tries: 0,
            due_at: None,
            created_at: at(0),
            updated_at: at(0),
            revision: Revision::FIRST,
        }
    }

    fn later(retry_after: Option<i64>) -> Result<(), ChannelError> {
        Err(ChannelError::Later { retry_after, words: "Slack takes no messages just now.".into() })
    }

    #[test]
    fn a_message_is_posted_and_done() {
        let mut sent = message();
        assert_eq!(sent.begin(at(1)), BeginChat::Post);
        assert_eq!(sent.state, ChannelMessageState::Sending);
        sent.settle(&Ok(()), at(2));
        assert_eq!((sent.state, sent.attempts.len()), (ChannelMessageState::Sent, 1));
        assert_eq!(sent.begin(at(3)), BeginChat::Nothing);
        assert!(!sent.send_again(at(3)), "what is there is not sent again");
    }

    #[test]
    fn patience_that_is_asked_for_is_kept_and_ends() {
        let mut waits = message();
        waits.begin(at(0));
        waits.settle(&later(Some(90)), at(0));
        assert_eq!((waits.state, waits.due_at), (ChannelMessageState::Queued, Some(at(90))));
        assert_eq!(waits.begin(at(30)), BeginChat::Wait(61));
        assert_eq!(waits.begin(at(90)), BeginChat::Post);
        waits.settle(&later(None), at(90));
        assert_eq!(waits.due_at, Some(at(90 + 30)), "twice as long as the first time");
        while waits.state == ChannelMessageState::Queued {
            waits.settle(&later(None), at(100));
        }
        assert_eq!((waits.state, waits.attempts.len()), (ChannelMessageState::Failed, 16));
        assert_eq!(waits.begin(at(9_999)), BeginChat::Nothing);
        assert!(waits.send_again(at(9_999)));
        assert_eq!((waits.begin(at(9_999)), waits.tries), (BeginChat::Post, 0));
    }

    #[test]
    fn what_may_be_there_already_is_not_posted_again_by_itself() {
        let mut lost = message();
        lost.begin(at(0));
        lost.settle(&Err(ChannelError::Unknown("Slack did not answer in time.".into())), at(15));
        assert_eq!((lost.state, lost.begin(at(60))), (ChannelMessageState::Uncertain, BeginChat::Nothing));
        // A server that stopped between posting and saying so.
        let mut left = message();
        left.begin(at(0));
        assert_eq!((left.begin(at(60)), left.state), (BeginChat::Settled, ChannelMessageState::Uncertain));
        assert_eq!(left.attempts.len(), 1);
    }
}
