//! The status a ticket gets once everything of a session is in it: not before, for many statuses take no time entry.

use std::sync::Arc;

use async_trait::async_trait;
use rf_jobs::{AtOnce, Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, Failure, Page, PushId};
use rf_psa::{
    Occasion, PsaConnection, PsaError, PushFilter, PushRecord, PushSettings, PushState, StatusSettings,
    Ticket,
};
use rf_store::{Access, UnitOfWork};
use serde_json::json;

use crate::App;

/// The kind of job that sets a ticket's status.
const STATUS_JOB: &str = "psa.status";
/// As a push: three retries, five minutes apart.
const TRYING: RetryPolicy = RetryPolicy { max_attempts: 4, first_seconds: 300, longest_seconds: 300 };

/// Sets statuses.
pub(crate) struct SetPsaStatus(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for SetPsaStatus {
    fn kind(&self) -> &'static str {
        STATUS_JOB
    }

    fn policy(&self) -> RetryPolicy {
        TRYING
    }

    fn at_once(&self) -> AtOnce {
        AtOnce { in_all: 8, of_one_account: 4 }
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let id = serde_json::from_value::<PushId>(job.payload["push_id"].clone())
            .map_err(|_| JobError::Park("the job names no push".into()))?;
        let is_last = TRYING.wait(job.attempts, job.id.uuid()).is_none();
        match self.0.set_ticket_status(job.account_id, id).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.is_passing() && !is_last => Err(JobError::Retry(error.to_string())),
            Ok(Err(error)) => {
                let warned = self.0.warn(job.account_id, id, &error).await;
                warned.map_err(|failure| JobError::Retry(failure.to_string()))
            }
            Err(failure) => Err(JobError::Retry(failure.to_string())),
        }
    }
}

fn wanted(settings: &PushSettings, occasion: Occasion) -> Option<&str> {
    match occasion {
        Occasion::Resolve => settings.status.on_resolve.as_deref(),
        Occasion::Escalate => settings.status.on_escalate.as_deref(),
    }
}

impl App {
    /// Lets the status be set, where the account wants one and this was the last of its session that had to arrive. In
    /// the unit that keeps the arrival.
    pub(super) async fn enqueue_status(
        &self,
        unit: &mut dyn UnitOfWork,
        arrived: &PushRecord,
    ) -> Result<(), Failure> {
        let account = arrived.account_id;
        let connection = unit.psa_connection(account).await?;
        if connection.is_none_or(|connection| wanted(&connection.settings, arrived.occasion).is_none()) {
            return Ok(());
        }
        // Of two that arrive at once the second to get here sees the first.
        unit.lock_account(account).await?;
        let filter = PushFilter { session: Some(arrived.session.uuid()), ..PushFilter::default() };
        let all = unit.list_pushes(account, &filter, None, Page { skip: 0, limit: Page::MAX_LIMIT }).await?;
        let mut beside = all.iter().filter(|other| {
            other.occasion == arrived.occasion && other.ticket == arrived.ticket && other.id != arrived.id
        });
        if beside.any(|other| !matches!(other.push.state, PushState::Sent | PushState::Confirmed)) {
            return Ok(());
        }
        unit.enqueue_job(&JobSpec {
            id: self.new_id(),
            account_id: account,
            kind: STATUS_JOB.into(),
            payload: json!({ "push_id": arrived.id }),
            delay_seconds: 0,
            dedupe_key: Some(format!("psa-status/{}", arrived.key.as_str())),
        })
        .await?;
        Ok(())
    }

    /// Sets the status the account wants; what the PSA says to it is the inner answer.
    async fn set_ticket_status(
        &self,
        account: AccountId,
        id: PushId,
    ) -> Result<Result<(), PsaError>, Failure> {
        let mut unit = self.store.begin(Access::read(account)).await?;
        let record = unit.push_by_id(account, id).await?;
        let connection = unit.psa_connection(account).await?;
        drop(unit);
        let (Some(record), Some(connection)) = (record, connection) else { return Ok(Ok(())) };
        match self.apply_status(&connection, &record).await {
            Ok(changed) => {
                if let Some(ticket) = changed {
                    self.keep_own_change(account, &ticket).await?;
                }
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// The ticket with its new status; none where it had it.
    async fn apply_status(
        &self,
        connection: &PsaConnection,
        record: &PushRecord,
    ) -> Result<Option<Ticket>, PsaError> {
        let Some(name) = wanted(&connection.settings, record.occasion) else { return Ok(None) };
        let provider = self.provider_of(connection)?;
        let ticket = provider.ticket(&record.ticket).await?;
        let no_such = || {
            PsaError::NotFound(format!(
                "The ticket's board has no status “{name}” in use. Name one that it has under Integrations."
            ))
        };
        let board = ticket.board.as_ref().ok_or_else(no_such)?;
        let statuses = provider.statuses(&board.id).await?;
        let status = StatusSettings::find(name, &statuses).ok_or_else(no_such)?;
        if ticket.status.is_some_and(|present| present.id == status.id) {
            return Ok(None);
        }
        Ok(Some(provider.set_status(&record.ticket, &status.id).await?))
    }

    /// Says at a push that its ticket did not get its status.
    async fn warn(&self, account: AccountId, id: PushId, error: &PsaError) -> Result<(), Failure> {
        let now = self.now();
        self.account_write(account, async |unit| {
            let Some(mut record) = unit.push_by_id(account, id).await? else { return Ok(()) };
            let before = record.revision;
            record.warnings.push(format!("The ticket's status was not set: {error}"));
            record.touch(now);
            if unit.update_push(&record, before).await? {
                return Ok(());
            }
            Err(Failure::internal("a push changed while a warning was kept"))
        })
        .await
    }
}
