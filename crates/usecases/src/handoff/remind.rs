//! Handoffs nobody takes are brought up again, a few times.

use std::sync::Arc;

use async_trait::async_trait;
use rf_audit::events;
use rf_events::EventKind;
use rf_handoff::{Handoff, HandoffStatus};
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, Failure, HandoffId, JobId};
use rf_notifications::NoticeKind;
use serde_json::json;

use crate::{App, audit::Event};

/// The kind of job that brings a handoff up again.
const KIND: &str = "handoff.remind";
/// How long a handoff waits before it is brought up again.
const AFTER_SECONDS: i64 = 15 * 60;
/// How often it is brought up.
const MOST: i64 = 4;
const TRIES: RetryPolicy = RetryPolicy { max_attempts: 6, first_seconds: 5, longest_seconds: 300 };

pub(crate) struct RemindOfHandoff(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for RemindOfHandoff {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn policy(&self) -> RetryPolicy {
        TRIES
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let id = serde_json::from_value::<HandoffId>(job.payload["handoff_id"].clone())
            .map_err(|_| JobError::Park("the job names no handoff".to_owned()))?;
        let reminded = self.0.remind_of_handoff(job, job.account_id, id).await;
        reminded.map_err(|error| JobError::Retry(error.to_string()))
    }
}

/// The job that brings a handoff up next, each time after twice as long.
pub(super) fn job(id: JobId, handoff: &Handoff) -> JobSpec {
    JobSpec {
        id,
        account_id: handoff.account_id,
        kind: KIND.to_owned(),
        payload: json!({ "handoff_id": handoff.id, "round": handoff.reminders }),
        delay_seconds: AFTER_SECONDS << handoff.reminders.clamp(0, MOST),
        dedupe_key: None,
    }
}

impl App {
    async fn remind_of_handoff(&self, due: &Job, account: AccountId, id: HandoffId) -> Result<(), Failure> {
        let ctx = self.ctx(self.new_id());
        self.account_write(account, async |unit| {
            let handoff = unit.handoff_by_id(account, id).await?;
            let Some(mut handoff) = handoff.filter(|handoff| handoff.status == HandoffStatus::Waiting) else {
                return Ok(());
            };
            // A job that is run twice reminds once.
            let round = due.payload["round"].as_i64().unwrap_or(0);
            if handoff.reminders > round || handoff.reminders >= MOST {
                return Ok(());
            }
            handoff.reminders += 1;
            if !unit.update_handoff(account, &handoff, HandoffStatus::Waiting).await? {
                return Ok(());
            }
            let from = unit.user_by_id(account, handoff.created_by).await?.map(|user| user.name);
            let from = from.unwrap_or_default();
            self.append_handoff_event(unit, EventKind::HandoffCreated, &handoff, &from, ctx.now).await?;
            let told = NoticeKind::HandoffUnclaimed;
            self.tell_those_who_can_take(unit, told, &handoff, &from, None, ctx.now).await?;
            let payload = json!({ "handoff_id": id, "reminder": handoff.reminders });
            let target = handoff.session_id.uuid();
            let event = Event::new(events::AI_SESSION_HANDOFF_REMINDED, "ai_session", target, payload);
            self.audit_in(unit, account, None, &ctx, event).await?;
            if handoff.reminders < MOST {
                unit.enqueue_job(&job(self.new_id(), &handoff)).await?;
            }
            Ok(())
        })
        .await
    }
}
