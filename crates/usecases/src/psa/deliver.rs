//! The job that gets a push into its ticket: read, talk to the PSA, keep what came of it; no unit is open meanwhile.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use rf_jobs::{AtOnce, Job, JobError, JobHandler, RetryPolicy};
use rf_kernel::{AccountId, Failure, PushId, Timestamp};
use rf_psa::{
    Begin, Outcome, PsaConnection, PsaError, PsaProvider, Push, PushContent, PushRecord, PushState, Written,
    push_note, push_time,
};
use rf_store::Access;
use tokio::time::Instant;

use super::content::Material;
use crate::App;

/// The kind of job that carries out a push.
pub(super) const PUSH_JOB: &str = "psa.push";
/// How long the PSA is talked to about one push, all in all. Shorter than a worker's lease (60 seconds), so that nobody
/// still writes when another takes the push over.
const PUSH_DEADLINE: Duration = Duration::from_secs(45);
/// A PSA that takes no calls for at most so long is waited for; the push is put off else.
const PATIENCE: Duration = Duration::from_secs(15);

/// Carries out pushes.
pub(crate) struct PushToPsa(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for PushToPsa {
    fn kind(&self) -> &'static str {
        PUSH_JOB
    }

    /// For trouble of our own store: what the PSA says is a push's own matter.
    fn policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 100, first_seconds: 1, longest_seconds: 60 }
    }

    /// Twice as many as there are connections to one PSA: while some talk, others read and keep.
    fn at_once(&self) -> AtOnce {
        AtOnce { in_all: 16, of_one_account: 8 }
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let id = serde_json::from_value::<PushId>(job.payload["push_id"].clone())
            .map_err(|_| JobError::Park("the job names no push".into()))?;
        let carried_out = self.0.carry_out(job.account_id, id).await;
        carried_out.map_err(|failure| JobError::Retry(failure.to_string()))
    }
}

impl App {
    /// Does what is to be done about a push.
    async fn carry_out(&self, account: AccountId, id: PushId) -> Result<(), Failure> {
        let now = self.now();
        let mut unit = self.store.begin(Access::read(account)).await?;
        let Some(mut record) = unit.push_by_id(account, id).await? else { return Ok(()) };
        let (begun, what) = record.push.clone().begin(now);
        if what == Begin::Nothing {
            drop(unit);
            return self.put_off(record, begun, now).await;
        }
        let connection = unit.psa_connection(account).await?;
        let settings = connection.as_ref().map(|connection| connection.settings.clone());
        let material = match settings.filter(|_| record.content.is_none()) {
            Some(settings) => Material::read(unit.as_mut(), account, record.session, settings).await?,
            None => None,
        };
        drop(unit);
        let made_from =
            material.as_ref().and_then(|made| made.edit_for(&record.key)).map(|edit| edit.revision);
        let is_new = record.content.is_none();
        let ready = self.make_ready(&mut record, connection.as_ref(), material).await;
        let takes_time = is_new && matches!(record.content, Some(PushContent::Time { .. }));
        // Kept before anything is sent. Where somebody changed it meanwhile, they look after it.
        let before = record.revision;
        record.push = begun;
        record.touch(now);
        let kept = self
            .account_write(account, async |unit| {
                if takes_time && !self.take_time_edit(unit, account, &record, made_from).await? {
                    // Somebody has just changed it: made anew from that.
                    self.enqueue_push(unit, account, id, 0).await?;
                    return Ok(false);
                }
                Ok(unit.update_push(&record, before).await?)
            })
            .await?;
        if !kept {
            return Ok(());
        }
        let outcome = match ready {
            Ok(provider) => talk(provider.as_ref(), &record, what).await?,
            Err(error) => Outcome::Error(error),
        };
        self.settle_push(record, outcome).await
    }

    /// Sends nothing: keeps that somebody has to look, or puts off what is not due. The clocks of the queue and ours may
    /// differ.
    async fn put_off(&self, mut record: PushRecord, begun: Push, now: Timestamp) -> Result<(), Failure> {
        let (account, id, before) = (record.account_id, record.id, record.revision);
        if begun == record.push {
            let Some(due) = begun.due_at.filter(|due| *due > now) else { return Ok(()) };
            let wait = due.seconds_since(now) + 1;
            return self
                .account_write(account, async |unit| self.enqueue_push(unit, account, id, wait).await)
                .await;
        }
        record.push = begun;
        record.touch(now);
        self.account_write(account, async |unit| {
            if unit.update_push(&record, before).await? {
                self.push_changed(unit, &record).await?;
            }
            Ok(())
        })
        .await
    }

    /// The way to the PSA; the text is made where none was fixed yet.
    async fn make_ready(
        &self,
        record: &mut PushRecord,
        connection: Option<&PsaConnection>,
        material: Option<Material>,
    ) -> Result<Arc<dyn PsaProvider>, PsaError> {
        let gone =
            || PsaError::Address("The account has no PSA any more. Connect one, then try again.".into());
        let provider = self.provider_of(connection.ok_or_else(gone)?)?;
        if record.content.is_some() {
            return Ok(provider);
        }
        let no_session = || PsaError::NotFound("The session is not there any more.".into());
        let composed = material
            .ok_or_else(no_session)?
            .compose(provider.as_ref(), record.occasion, record.artefact, &record.key, record.minutes)
            .await
            .map_err(|failure| not_composed(&failure))?;
        record.content = Some(composed.content);
        record.warnings = composed.warnings;
        Ok(provider)
    }

    /// Keeps what came of it, with the job that looks after it next.
    async fn settle_push(&self, mut record: PushRecord, outcome: Outcome) -> Result<(), Failure> {
        let now = self.now();
        let before = record.revision;
        let begun_as = record.push.state;
        record.push = record.push.settle(outcome, now);
        record.touch(now);
        let (account, id, state) = (record.account_id, record.id, record.push.state);
        let was_there = begun_as == PushState::Sent;
        let arrived = !was_there && matches!(state, PushState::Sent | PushState::Confirmed);
        let next = record.push.due_at.map(|due| due.seconds_since(now).max(0));
        let kept = self
            .account_write(account, async |unit| {
                let kept = unit.update_push(&record, before).await?;
                if let Some(wait) = next.filter(|_| kept) {
                    self.enqueue_push(unit, account, id, wait).await?;
                }
                if kept && arrived {
                    self.enqueue_status(unit, &record).await?;
                }
                if kept {
                    self.push_changed(unit, &record).await?;
                }
                Ok(kept)
            })
            .await?;
        if !kept {
            tracing::warn!(push = %id, "somebody else took a push over; what came of it here does not count");
        }
        let class = record.push.error.as_ref().map(|error| error.class.as_str());
        tracing::info!(push = %id, state = state.as_str(), tries = record.push.tries, class, "a push");
        Ok(())
    }
}

/// Talks to the PSA about a push, within [`PUSH_DEADLINE`]. When that is over nobody knows what was done.
async fn talk(provider: &dyn PsaProvider, record: &PushRecord, what: Begin) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let written = record.written()?;
    let deadline = began + PUSH_DEADLINE;
    let talking = async {
        loop {
            let outcome = once(provider, record, &written, what).await;
            let wait = match &outcome {
                // Nothing was done, and it says how long that lasts.
                Outcome::Error(PsaError::RateLimited { retry_after: Some(seconds) }) => {
                    Duration::from_secs(*seconds)
                }
                _ => return outcome,
            };
            if wait > PATIENCE || Instant::now() + wait >= deadline {
                return outcome;
            }
            tokio::time::sleep(wait).await;
        }
    };
    let late = |_| Outcome::Error(PsaError::UnknownOutcome("The PSA took too long to answer.".into()));
    Ok(tokio::time::timeout_at(deadline, talking).await.unwrap_or_else(late))
}

async fn once(provider: &dyn PsaProvider, record: &PushRecord, written: &Written, what: Begin) -> Outcome {
    let look_first = what == Begin::LookThenWrite;
    match (what, written) {
        (Begin::Confirm, _) => {
            let marker = record.key.marker(record.artefact);
            match provider.find_by_marker(record.artefact, &record.ticket, &marker).await {
                Ok(Some(id)) => Outcome::Found(id),
                Ok(None) => Outcome::Missing,
                Err(error) => Outcome::Error(error),
            }
        }
        (_, Written::Note(note)) => push_note(provider, note, look_first).await.into(),
        (_, Written::Time(entry)) => push_time(provider, entry, look_first).await.into(),
    }
}

/// Why no text could be made, in words for the push log. What went wrong inside is in the log alone.
fn not_composed(failure: &Failure) -> PsaError {
    let told = failure.errors.first().map(|error| error.message.clone());
    let message = told.unwrap_or_else(|| failure.detail.to_string());
    tracing::warn!(code = failure.code.name, "the text of a push could not be made");
    PsaError::Invalid { field: None, message }
}
