//! What may be wrong, weighed in the background (ESC-08, ESC-12): read, weigh with no unit open, keep.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use rf_events::EventKind;
use rf_flowpilot::document::Evidence;
use rf_handoff::{
    Assessment, AssessmentStatus, Case, Handoff, HandoffIntent, Hypothesis, KnownSignature, MatchedFlow,
    assess, escalation_package,
};
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, Failure, HandoffId, JobId};
use rf_notes::RedactionOptions;
use rf_notifications::cut;
use rf_sessions::ai::{AiSession, AiStep, SuggestedFix};
use rf_store::Access;
use rf_trees::Tree;
use serde_json::json;

use super::known_signatures;
use crate::{
    App,
    pilot::{WeighedByModel, Weighing},
};

/// The kind of job that weighs a handoff.
const KIND: &str = "handoff.assess";
/// How long weighing may take, all in all (ESC-09).
const BUDGET: Duration = Duration::from_secs(45);
/// Of it, how long a model may take: what is left is enough to weigh without one and to keep it.
const MODEL_BUDGET: Duration = Duration::from_secs(40);
/// Of a piece of evidence, what stands beside a cause, characters.
const EVIDENCE_CHARS: usize = 160;
/// The store may be away for a moment; after some two minutes people are told that there is none.
const TRIES: RetryPolicy = RetryPolicy { max_attempts: 6, first_seconds: 2, longest_seconds: 60 };

/// What is weighed.
struct Subject {
    session: AiSession,
    steps: Vec<AiStep>,
    fixes: Vec<SuggestedFix>,
    signatures: Vec<KnownSignature>,
    flow: Option<Tree>,
    from: String,
    /// Why it was handed over.
    reason: String,
    /// What the account has masked in what leaves.
    rules: RedactionOptions,
}

pub(crate) struct AssessHandoff(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for AssessHandoff {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn policy(&self) -> RetryPolicy {
        TRIES
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let app = &self.0;
        let id = serde_json::from_value::<HandoffId>(job.payload["handoff_id"].clone())
            .map_err(|_| JobError::Park("the job names no handoff".to_owned()))?;
        let is_last = TRIES.wait(job.attempts, job.id.uuid()).is_none();
        match app.assess_handoff(job.account_id, id).await {
            Err(error) if is_last => {
                // Nobody waits for what will not come.
                if let Err(error) = app.keep_assessment(job.account_id, id, None).await {
                    tracing::warn!(%error, "that there is no assessment could not be kept");
                }
                Err(JobError::Park(error.to_string()))
            }
            Err(error) => Err(JobError::Retry(error.to_string())),
            Ok(()) => Ok(()),
        }
    }
}

/// The job that weighs a handoff.
pub(super) fn job(id: JobId, handoff: &Handoff) -> JobSpec {
    JobSpec {
        id,
        account_id: handoff.account_id,
        kind: KIND.to_owned(),
        payload: json!({ "handoff_id": handoff.id }),
        delay_seconds: 0,
        dedupe_key: None,
    }
}

/// Weighs it by its record alone.
fn weigh_offline(subject: &Subject) -> Assessment {
    let Subject { session, steps, fixes, signatures, flow, .. } = subject;
    let case = Case { session, steps, fixes, signatures };
    let flow = flow.as_ref().map(|tree| MatchedFlow {
        id: tree.id,
        name: &tree.content.name,
        structure: &tree.content.structure,
    });
    assess(&case, flow)
}

/// What a model said, with the words of the evidence it names in the place of their ids.
fn by_model(weighed: WeighedByModel) -> Assessment {
    let WeighedByModel { engine, summary, likely, suggested_steps, evidence } = weighed;
    let words = |ids: &[String]| -> Vec<String> {
        let named = ids.iter().filter_map(|id| evidence.iter().find(|piece| piece.id == *id));
        named.map(told).collect()
    };
    let likely = likely.iter().map(|likely| Hypothesis {
        cause: likely.cause.clone(),
        evidence_for: words(&likely.evidence_for),
        evidence_against: words(&likely.evidence_against),
    });
    Assessment {
        likely: likely.collect(),
        suggested_steps,
        engine,
        summary: Some(summary),
        engine_reason: None,
    }
}

/// A piece of evidence in a line.
fn told(piece: &Evidence) -> String {
    let text = piece.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = if text.starts_with(&piece.label) { text } else { format!("{}: {text}", piece.label) };
    cut(&text, EVIDENCE_CHARS)
}

impl App {
    async fn assess_handoff(&self, account: AccountId, id: HandoffId) -> Result<(), Failure> {
        let Some(subject) = self.subject(account, id).await? else { return Ok(()) };
        let weighed = match tokio::time::timeout(BUDGET, self.weigh(account, &subject)).await {
            Ok(weighed) => Some(weighed?),
            Err(_) => {
                tracing::warn!(handoff = %id, "the assessment of a handoff took too long");
                None
            }
        };
        self.keep_assessment(account, id, weighed.as_ref().map(|weighed| (weighed, &subject))).await
    }

    /// Weighs it: by a model where there is one (ESC-24), and by the record alone whenever that comes to nothing.
    async fn weigh(&self, account: AccountId, subject: &Subject) -> Result<Assessment, Failure> {
        let offline = weigh_offline(subject);
        let Subject { session, steps, fixes, reason, rules, .. } = subject;
        let about = Weighing { session, steps, fixes, reason, rules };
        match self.ask_to_weigh(account, &about, MODEL_BUDGET).await? {
            None => Ok(offline),
            Some(Ok(weighed)) => Ok(by_model(weighed)),
            Some(Err(why)) => Ok(Assessment { engine_reason: Some(why), ..offline }),
        }
    }

    /// The conversation as it was handed over; `None` where there is nothing to weigh any more.
    async fn subject(&self, account: AccountId, id: HandoffId) -> Result<Option<Subject>, Failure> {
        let mut unit = self.store.begin(Access::read(account)).await?;
        let handoff = unit.handoff_by_id(account, id).await?;
        let weighed = |handoff: &Handoff| {
            handoff.assessment_status != AssessmentStatus::Ready && handoff.intent == HandoffIntent::Escalate
        };
        let Some(handoff) = handoff.filter(weighed) else { return Ok(None) };
        let Some(session) = unit.ai_session_by_id(account, handoff.session_id).await? else {
            return Ok(None);
        };
        let made = handoff.created_at;
        let mut steps = unit.ai_steps(account, session.id).await?;
        steps.retain(|step| step.created_at <= made && !step.is_briefing());
        for step in &mut steps {
            // What came after the handover is not what was handed over.
            step.answer = step.answer.take().filter(|answer| answer.at <= made);
        }
        let mut fixes = unit.fixes_of(account, session.id).await?;
        fixes.retain(|fix| fix.created_at <= made);
        let flow = match session.matched_flow_id {
            Some(flow) => unit.tree_by_id(account, flow).await?,
            None => None,
        };
        let from = unit.user_by_id(account, handoff.created_by).await?.map(|user| user.name);
        let rules = unit.redaction_settings(account).await?.map(|kept| kept.options).unwrap_or_default();
        let signatures = known_signatures(&session)?;
        let (from, reason) = (from.unwrap_or_default(), handoff.reason);
        Ok(Some(Subject { session, steps, fixes, signatures, flow, from, reason, rules }))
    }

    /// Keeps an assessment, or that there is none, and says so (ESC-12).
    async fn keep_assessment(
        &self,
        account: AccountId,
        id: HandoffId,
        weighed: Option<(&Assessment, &Subject)>,
    ) -> Result<(), Failure> {
        self.account_write(account, async |unit| {
            let (status, text) = match weighed {
                Some((data, _)) => (AssessmentStatus::Ready, Some(data.text())),
                None => (AssessmentStatus::Unavailable, None),
            };
            let data = weighed.map(|(data, _)| data);
            if !unit.keep_assessment(account, id, status, text.as_deref(), data).await? {
                return Ok(());
            }
            let Some(handoff) = unit.handoff_by_id(account, id).await? else {
                return Ok(());
            };
            if weighed.is_some()
                && let Some(mut session) = unit.ai_session_for_update(account, handoff.session_id).await?
            {
                // The package beside it is not counted as a change: nobody's open page is out of date by it.
                let revision = session.revision;
                session.escalation_package = Some(escalation_package(&handoff));
                unit.update_ai_session(account, &session, revision).await?;
            }
            let from = weighed.map(|(_, subject)| subject.from.as_str()).unwrap_or_default();
            let kind = EventKind::HandoffAssessmentReady;
            self.append_handoff_event(unit, kind, &handoff, from, self.now()).await?;
            Ok(())
        })
        .await
    }
}
