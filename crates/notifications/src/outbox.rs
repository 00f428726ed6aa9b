//! Where mails wait, and what became of them. Implemented by the store adapters.

use std::str::FromStr;

use async_trait::async_trait;
use rf_kernel::{AccountId, MailId, Page, StoreError, Timestamp};

use crate::Letter;

/// How a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// Waits to be sent.
    Queued,
    /// A server took it.
    Sent,
    /// No way of sending is configured; the site admin reads it here.
    Kept,
    /// Could not be sent.
    Failed,
}

impl MailState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Sent, Self::Kept, Self::Failed];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for MailState {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == s)
            .ok_or_else(|| format!("unknown mail state {s:?}"))
    }
}

/// A mail, and the record of its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// The account it concerns.
    pub account_id: AccountId,
    /// To whom.
    pub to: String,
    /// What it is about.
    pub letter: Letter,
    /// How it stands.
    pub state: MailState,
    /// How often it was tried to send it.
    pub attempts: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When a server took it.
    pub sent_at: Option<Timestamp>,
    /// What the server said the last time, or why it could not be reached.
    pub response: Option<String>,
}

/// Keeps mails. A unit of an account adds mails and sees its own; the rest belongs to system units.
#[async_trait]
pub trait MailOutbox: Send {
    /// Keeps a new mail; its account is the tenant.
    async fn insert_mail(&mut self, mail: &Mail) -> Result<(), StoreError>;

    /// A mail.
    async fn mail_by_id(&mut self, id: MailId) -> Result<Option<Mail>, StoreError>;

    /// The mails in that state, or all, newest first.
    async fn list_mails(&mut self, state: Option<MailState>, page: Page) -> Result<Vec<Mail>, StoreError>;

    /// Keeps what became of an attempt to send, and what the server said. A mail that was sent stays sent; whether
    /// there was one that was not.
    async fn record_mail_attempt(
        &mut self,
        id: MailId,
        became: MailState,
        at: Timestamp,
        response: &str,
    ) -> Result<bool, StoreError>;
}
