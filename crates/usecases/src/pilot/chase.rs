//! Fixes that wait for verification are brought up again when they are due.

use std::sync::Arc;

use async_trait::async_trait;
use rf_audit::events;
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, AiSessionId, Failure, FixId, JobId, Timestamp};
use rf_notifications::{Notice, NoticeKind, cut};
use rf_sessions::ai::{AiSession, FixStatus, SuggestedFix};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{App, audit::Event};

/// The kind of job that brings a fix up again.
const KIND: &str = "fix.remind";
const TRIES: RetryPolicy = RetryPolicy { max_attempts: 6, first_seconds: 5, longest_seconds: 300 };
/// Of a fix, what a title shows at most, characters.
const SNIPPET_CHARS: usize = 100;

/// What a job is about: a fix, and when it was to be looked at as it was parked. Parked anew it has another job.
#[derive(Serialize, Deserialize)]
struct Due {
    session_id: AiSessionId,
    fix_id: FixId,
    due_at: Timestamp,
}

pub(crate) struct RemindOfFix(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for RemindOfFix {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn policy(&self) -> RetryPolicy {
        TRIES
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let due = serde_json::from_value(job.payload.clone())
            .map_err(|_| JobError::Park("the job names no fix".to_owned()))?;
        let reminded = self.0.remind_of_fix(job.account_id, &due).await;
        reminded.map_err(|error| JobError::Retry(error.to_string()))
    }
}

/// The job that brings a parked fix up when it is due; none where nobody said when.
pub(super) fn job(id: JobId, account: AccountId, fix: &SuggestedFix, now: Timestamp) -> Option<JobSpec> {
    let due_at = fix.due_at.filter(|_| fix.status == FixStatus::AppliedPending)?;
    let due = Due { session_id: fix.session_id, fix_id: fix.id, due_at };
    Some(JobSpec {
        id,
        account_id: account,
        kind: KIND.to_owned(),
        payload: serde_json::to_value(due).ok()?,
        delay_seconds: due_at.seconds_since(now).max(0),
        dedupe_key: None,
    })
}

impl App {
    /// Tells whoever works the conversation that a fix is to be looked at, unless it was looked at or put off meanwhile.
    async fn remind_of_fix(&self, account: AccountId, due: &Due) -> Result<(), Failure> {
        let ctx = self.ctx(self.new_id());
        self.account_write(account, async |unit| {
            let Some(session) = unit.ai_session_by_id(account, due.session_id).await? else { return Ok(()) };
            let fixes = unit.fixes_of(account, due.session_id).await?;
            let waits = |fix: &&SuggestedFix| {
                fix.id == due.fix_id
                    && fix.status == FixStatus::AppliedPending
                    && fix.due_at == Some(due.due_at)
            };
            let Some(fix) = fixes.iter().find(waits) else { return Ok(()) };
            self.notify(unit, account, ctx.now, &notice(&session, fix)).await?;
            let payload = json!({ "fix_id": fix.id });
            let event = Event::new(events::AI_SESSION_FIX_REMINDED, "ai_session", session.id.uuid(), payload);
            self.audit_in(unit, account, None, &ctx, event).await
        })
        .await
    }
}

fn notice(session: &AiSession, fix: &SuggestedFix) -> Notice {
    let ticket = session.psa_ticket_id.as_ref().map(|ticket| format!(" · #{ticket}")).unwrap_or_default();
    Notice {
        kind: NoticeKind::FixDue,
        title: format!("Verify now{ticket}: {}", cut(fix.title.trim(), SNIPPET_CHARS)),
        body: fix.pending_reason.as_ref().map(|reason| format!("You waited for: {reason}")),
        link: Some(format!("/pilot/{}", session.id)),
        to: vec![session.escalated_to_id.unwrap_or(session.user_id)],
    }
}
