//! What somebody says about a session's time before it is charged.

use async_trait::async_trait;
use rf_kernel::{AccountId, Checks, Failure, Revision, StoreError, Timestamp, UserId};

use crate::{PsaId, PushKey, Rounding, SessionRef};

/// What somebody changed of what will be charged for a session. What is not said is as measured and as the account's
/// settings have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeEdit {
    /// The tenant.
    pub account_id: AccountId,
    /// Whose time it is.
    pub session: SessionRef,
    /// How long, in place of what was measured.
    pub minutes: Option<u32>,
    /// Whether the client pays for it, where the PSA should not decide.
    pub billable: Option<bool>,
    /// The kind of work, in place of the settings'.
    pub work_type: Option<PsaId>,
    /// What was done, in place of the session's own words.
    pub note: Option<String>,
    /// The push that has taken it; a later one of the session begins from what is measured.
    pub taken_by: Option<PushKey>,
    /// Who changed it last.
    pub edited_by: UserId,
    /// When.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub revision: Revision,
}

impl TimeEdit {
    /// The longest note, characters.
    pub const MAX_NOTE_CHARS: usize = 2_000;

    /// Whether it can be kept.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        if self.minutes.is_some_and(|minutes| !(1..=Rounding::MOST_MINUTES).contains(&minutes)) {
            checks.refuse(
                "minutes",
                "out_of_range",
                format!("must be between 1 and {}", Rounding::MOST_MINUTES),
            );
        }
        checks.optional_text("note", self.note.as_deref(), 1..=Self::MAX_NOTE_CHARS);
        checks.finish()
    }

    /// Whether a push may take it: nobody has, or that very push did before.
    #[must_use]
    pub fn is_for(&self, key: &PushKey) -> bool {
        self.taken_by.as_ref().is_none_or(|taken| taken == key)
    }
}

/// Keeps what people say about time.
#[async_trait]
pub trait TimeEditRepository: Send {
    /// What was said about a session.
    async fn time_edit(
        &mut self,
        tenant: AccountId,
        session: SessionRef,
    ) -> Result<Option<TimeEdit>, StoreError>;
    /// Keeps what is said, if what was said before is still at `expected` (`None`: nothing was said); whether it was.
    async fn keep_time_edit(
        &mut self,
        edit: &TimeEdit,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError>;
}
