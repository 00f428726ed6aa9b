//! Suggested fixes and what became of them (FIX-01 to FIX-12).

use rf_kernel::{AiSessionId, Checks, Failure, FixId, Timestamp, names};

use crate::codes;

names! {
    /// Where a fix stands.
    FixStatus {
        /// Suggested; nobody has tried it.
        Proposed = "proposed",
        /// Being tried: whether it helped is looked at now.
        Verifying = "verifying",
        /// It helped.
        AppliedSuccess = "applied_success",
        /// It helped in part.
        AppliedPartial = "applied_partial",
        /// Done, but whether it helped shows later.
        AppliedPending = "applied_pending",
        /// It did not help.
        AppliedFailed = "applied_failed",
        /// Not tried, or not meant.
        Dismissed = "dismissed",
    }
}

impl FixStatus {
    /// Whether nothing is expected any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::AppliedSuccess | Self::AppliedFailed | Self::Dismissed)
    }

    /// Whether somebody still owes an answer: what keeps an escalation from going out unnoticed (FIX-11).
    #[must_use]
    pub const fn needs_outcome(self) -> bool {
        matches!(self, Self::Verifying | Self::AppliedPartial | Self::AppliedPending)
    }
}

/// A fix the copilot suggests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFix {
    /// What to do, in a line.
    pub title: String,
    /// How, in Markdown.
    pub body: Option<String>,
    /// The step it stands in.
    pub step_order: i64,
}

/// A suggested fix.
#[derive(Clone, Debug, PartialEq)]
pub struct SuggestedFix {
    /// Its id.
    pub id: FixId,
    /// The conversation.
    pub session_id: AiSessionId,
    /// The step it stands in.
    pub step_order: i64,
    /// What to do, in a line.
    pub title: String,
    /// How, in Markdown.
    pub body: Option<String>,
    /// Where it stands.
    pub status: FixStatus,
    /// What is waited for.
    pub pending_reason: Option<String>,
    /// When to look again.
    pub due_at: Option<Timestamp>,
    /// What it helped with and what not.
    pub partial_notes: Option<String>,
    /// When it was done.
    pub applied_at: Option<Timestamp>,
    /// When it was seen to help, or not to.
    pub verified_at: Option<Timestamp>,
    /// When it was suggested.
    pub created_at: Timestamp,
    /// When something last happened to it.
    pub updated_at: Timestamp,
}

/// What the engineer says of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixOutcome {
    /// Where it stands now; never `proposed`.
    pub status: FixStatus,
    /// What is waited for; required of a pending one (FIX-04).
    pub pending_reason: Option<String>,
    /// When to look again, of a pending one.
    pub due_at: Option<Timestamp>,
    /// What it helped with; required of a partial one.
    pub notes: Option<String>,
}

impl NewFix {
    /// The fix, suggested now.
    #[must_use]
    pub fn suggested(self, id: FixId, session_id: AiSessionId, now: Timestamp) -> SuggestedFix {
        SuggestedFix {
            id,
            session_id,
            step_order: self.step_order,
            title: self.title,
            body: self.body,
            status: FixStatus::Proposed,
            pending_reason: None,
            due_at: None,
            partial_notes: None,
            applied_at: None,
            verified_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}

impl SuggestedFix {
    /// Takes an outcome (FIX-06). Said again it changes the texts; a final one stays.
    ///
    /// # Errors
    /// `fix_outcome_final`, `validation_failed`.
    pub fn take(&mut self, outcome: FixOutcome, now: Timestamp) -> Result<(), Failure> {
        let mut checks = Checks::new();
        let text =
            |text: &Option<String>| text.as_deref().map(str::trim).is_some_and(|text| !text.is_empty());
        match outcome.status {
            FixStatus::Proposed => {
                checks.refuse("status", "not_an_outcome", "a fix is proposed by the copilot alone");
            }
            FixStatus::AppliedPending if !text(&outcome.pending_reason) => {
                checks.refuse("pending_reason", "pending_reason_required", "say what you are waiting for");
            }
            FixStatus::AppliedPartial if !text(&outcome.notes) => {
                checks.refuse("notes", "notes_required", "say what it helped with and what not");
            }
            _ => {}
        }
        if outcome.due_at.is_some() && outcome.status != FixStatus::AppliedPending {
            checks.refuse("due_at", "not_for_this_status", "goes with a fix that waits for verification");
        }
        checks.optional_text("pending_reason", outcome.pending_reason.as_deref(), 0..=1_000);
        checks.optional_text("notes", outcome.notes.as_deref(), 0..=4_000);
        checks.finish()?;
        if self.status.is_final() && self.status != outcome.status {
            let detail = format!("This fix is {} already; that is its last word.", self.status.as_str());
            return Err(Failure::new(codes::FIX_OUTCOME_FINAL, detail));
        }
        let pending = outcome.status == FixStatus::AppliedPending;
        if outcome.status != FixStatus::Dismissed {
            self.applied_at.get_or_insert(now);
        }
        // Verified is what was seen to help or not; a dismissed one never was.
        self.verified_at = match outcome.status {
            FixStatus::AppliedSuccess | FixStatus::AppliedPartial | FixStatus::AppliedFailed => {
                Some(self.verified_at.unwrap_or(now))
            }
            _ => None,
        };
        self.status = outcome.status;
        self.pending_reason = outcome.pending_reason.filter(|_| pending);
        self.due_at = outcome.due_at.filter(|_| pending);
        if outcome.status == FixStatus::AppliedPartial {
            self.partial_notes = outcome.notes;
        }
        self.updated_at = now;
        Ok(())
    }
}
