//! Suggested fixes: their outcomes, and those somebody has to look at again.

use rf_auth_policy::{Action, require};
use rf_kernel::{AiSessionId, Failure, FixId, Page};
use rf_sessions::{
    ai::{AiSessionStatus, FixOutcome, SuggestedFix},
    codes,
};

use super::{AiSessionView, chase};
use crate::{App, Caller};

/// Fixes listed as due.
const MOST_DUE: u64 = 50;

/// A fix that waits for verification and is due.
#[derive(Clone, Debug)]
pub struct DueFix {
    /// The fix.
    pub fix: SuggestedFix,
    /// The problem it is for.
    pub problem_summary: Option<String>,
}

impl App {
    /// Takes what became of a fix.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_closed`, `fix_not_found`, `fix_outcome_final`,
    /// `validation_failed`, `forbidden`.
    pub async fn set_fix_outcome(
        &self,
        caller: &Caller,
        id: AiSessionId,
        fix_id: FixId,
        outcome: &FixOutcome,
    ) -> Result<AiSessionView, Failure> {
        self.change_ai_session(caller, id, async |work, session| {
            // Of a paused one too: what was waited for comes when it comes.
            if session.status != AiSessionStatus::Paused {
                session.require_active()?;
            }
            let fixes = work.unit.fixes_of(session.account_id, id).await?;
            let fix = fixes.into_iter().find(|fix| fix.id == fix_id);
            let mut fix = fix
                .ok_or_else(|| Failure::new(codes::FIX_NOT_FOUND, "There is no such fix in this session."))?;
            fix.take(outcome.clone(), work.ctx.now)?;
            work.unit.update_fix(session.account_id, &fix).await?;
            if let Some(job) = chase::job(self.new_id(), session.account_id, &fix, work.ctx.now) {
                work.unit.enqueue_job(&job).await?;
            }
            session.touch(work.ctx.now);
            Ok(())
        })
        .await
    }

    /// The caller's fixes that wait for verification and are due, soonest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn due_fixes(&self, caller: &Caller) -> Result<Vec<DueFix>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let page = Page { skip: 0, limit: MOST_DUE };
            let mut due = Vec::new();
            for fix in work.unit.fixes_due(tenant, work.actor.user_id, work.ctx.now, page).await? {
                let session = work.unit.ai_session_by_id(tenant, fix.session_id).await?;
                due.push(DueFix {
                    problem_summary: session.and_then(|session| session.problem_summary),
                    fix,
                });
            }
            Ok(due)
        })
        .await
    }
}
