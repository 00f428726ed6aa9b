//! The port that sends mails. Implemented by one adapter per way of sending.

use async_trait::async_trait;
use rf_kernel::MailId;

use crate::Rendered;

/// A mail ready to go.
#[derive(Clone, Debug)]
pub struct OutgoingMail {
    /// Its id: the Message-ID is made of it, so that a mail sent twice is recognised as one.
    pub id: MailId,
    /// To whom.
    pub to: String,
    /// What it says.
    pub words: Rendered,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// May work later: the server is away, busy, or says so.
    #[error("{0}")]
    Later(String),
    /// Will never work, such as an address nobody has.
    #[error("{0}")]
    Never(String),
}

/// Sends mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one, within a limited time; answers what the server said.
    async fn send(&self, mail: &OutgoingMail) -> Result<String, MailError>;
}
