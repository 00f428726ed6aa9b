//! The port to storage: a [`Store`] opens [`UnitOfWork`]s, and a unit is a transaction with every repository
//! on it. Nothing else.
#![warn(missing_docs)]

use async_trait::async_trait;
use rf_accounts::{
    AccountRepository, IdempotencyRepository, IdentityRepository, InviteRepository, LinkTokenRepository,
    PaymentRepository, RedactionRepository, RefreshTokenRepository, SecondFactorRepository,
    SubscriptionRepository, TeamRepository, UserRepository,
};
use rf_assistant::{AssistantRepository, EmbeddingRepository};
use rf_audit::AuditLog;
use rf_events::EventLog;
use rf_handoff::HandoffRepository;
use rf_jobs::JobQueue;
use rf_kernel::{AccountId, StoreError};
use rf_notifications::{ChannelRepository, MailOutbox, NotificationRepository};
use rf_psa::{PsaConnectionRepository, PsaFeedRepository, PushLog, TimeEditRepository};
use rf_sessions::{
    SessionRepository,
    ai::{AiSessionRepository, KeptNoteRepository, ModelCallRepository},
};
use rf_trees::{FolderRepository, TreeRepository};
use rf_uploads::UploadRepository;
use rf_vault::SealedRows;

/// What a unit may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One account's rows and what is shared with everybody. Where the database can enforce it, it does.
    Tenant(AccountId),
    /// Every account's rows: sign-in, registration, start-up. Few places, all listed in `docs/operations.md`.
    System,
}

/// What a unit may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read only; writing answers [`StoreError::ReadOnly`].
    Read,
    /// Read and write.
    Write,
}

/// How a unit is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// What it may see.
    pub scope: Scope,
    /// What it may do.
    pub mode: Mode,
}

impl Access {
    /// Reading as one account.
    #[must_use]
    pub const fn read(tenant: AccountId) -> Self {
        Self { scope: Scope::Tenant(tenant), mode: Mode::Read }
    }
    /// Writing as one account.
    #[must_use]
    pub const fn write(tenant: AccountId) -> Self {
        Self { scope: Scope::Tenant(tenant), mode: Mode::Write }
    }
    /// Reading everything.
    #[must_use]
    pub const fn system_read() -> Self {
        Self { scope: Scope::System, mode: Mode::Read }
    }
    /// Writing everything.
    #[must_use]
    pub const fn system_write() -> Self {
        Self { scope: Scope::System, mode: Mode::Write }
    }
}

/// A transaction with every repository on it. Dropping it rolls back.
///
/// Any error poisons the unit: later calls and [`UnitOfWork::commit`] answer [`StoreError::Poisoned`]. Postgres
/// would otherwise answer Ok to the commit of a failed transaction, and the data would be gone.
#[async_trait]
pub trait UnitOfWork:
    AccountRepository
    + UserRepository
    + TeamRepository
    + SubscriptionRepository
    + PaymentRepository
    + RedactionRepository
    + RefreshTokenRepository
    + IdempotencyRepository
    + LinkTokenRepository
    + InviteRepository
    + IdentityRepository
    + SecondFactorRepository
    + SealedRows
    + AuditLog
    + EventLog
    + JobQueue
    + MailOutbox
    + NotificationRepository
    + ChannelRepository
    + TreeRepository
    + FolderRepository
    + SessionRepository
    + AiSessionRepository
    + HandoffRepository
    + ModelCallRepository
    + KeptNoteRepository
    + AssistantRepository
    + EmbeddingRepository
    + UploadRepository
    + PsaConnectionRepository
    + PsaFeedRepository
    + PushLog
    + TimeEditRepository
    + Send
{
    /// Whether it has added jobs: once it is committed, whoever runs them can be told.
    fn has_new_jobs(&self) -> bool;
    /// Whether it has appended events: once it is committed, whoever publishes them can be told.
    fn has_new_events(&self) -> bool;
    /// Keeps everything the unit wrote, durably.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Something that keeps data.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit. Never call it under a timeout that can cancel it.
    async fn begin(&self, access: Access) -> Result<Box<dyn UnitOfWork>, StoreError>;
    /// Answers when the store can be read and, once it has refused a write for want of the database, written again.
    async fn ping(&self) -> Result<(), StoreError>;
    /// What it is, for people: `memory`, `sqlite` or `postgres`.
    fn kind(&self) -> &'static str;
}
