//! Conversations handed over: the request, the handoff, the queue, the numbers.

use rf_handoff::{AssessmentStatus, HandoffIntent, HandoffStatus, ResumeMode};
use rf_kernel::Timestamp;
use rf_sessions::ai::{AiSessionStatus, ConfidenceTier, VerdictKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A conversation to hand over, or to put aside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoffRequest {
    /// What for.
    pub intent: HandoffIntent,
    /// Why, in the engineer's words.
    #[schema(min_length = 1, max_length = 4000)]
    pub reason: String,
    /// Who is asked to take it; anybody may. Not with `park`.
    #[serde(default)]
    pub target_user_id: Option<Uuid>,
}

/// The same at the older address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateRequest {
    /// Why.
    #[schema(min_length = 1, max_length = 4000)]
    pub escalation_reason: String,
    /// Who is asked to take it.
    #[serde(default)]
    pub escalate_to_id: Option<Uuid>,
}

/// A handoff that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffMadeResponse {
    /// The handoff.
    pub handoff: HandoffBody,
    /// Where the conversation stands now.
    pub session_status: AiSessionStatus,
    /// The note for the ticket; `null` where it was only put aside.
    pub documentation: Option<HandoffDocumentationBody>,
    /// What becomes of the note at the PSA.
    pub psa_result: PsaResultBody,
}

/// The note for the ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffDocumentationBody {
    /// The note, masked as the account says, in Markdown.
    pub text: String,
}

/// What becomes of the note at the PSA.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaResultBody {
    /// `no_psa` where none is connected, `off` where nothing is pushed then, `no_ticket` where the session belongs to
    /// none, `queued` where it is on its way.
    pub status: &'static str,
}

/// A handoff.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffBody {
    /// Its id.
    pub id: Uuid,
    /// The conversation.
    pub session_id: Uuid,
    /// What for.
    pub intent: HandoffIntent,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub status: HandoffStatus,
    /// Who handed it over.
    pub created_by: Uuid,
    /// What they are called.
    pub created_by_name: String,
    /// Who was asked to take it.
    pub target_user_id: Option<Uuid>,
    /// What they are called.
    pub target_name: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The conversation as it stood.
    pub snapshot: HandoffSnapshotBody,
    /// What may be wrong, in Markdown.
    pub ai_assessment: Option<String>,
    /// The same in parts.
    pub ai_assessment_data: Option<HandoffAssessmentBody>,
    /// Whether there is one.
    pub assessment_status: AssessmentStatus,
    /// Who has it.
    pub claimed_by: Option<Uuid>,
    /// What they are called.
    pub claimed_by_name: Option<String>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub claimed_at: Option<Timestamp>,
}

/// A conversation as it stood when it was handed over.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffSnapshotBody {
    /// The problem in a line.
    pub problem_summary: Option<String>,
    /// What it is about.
    pub problem_domain: Option<String>,
    /// Steps worked.
    pub steps_on_record: i64,
    /// How sure the copilot was.
    pub confidence_tier: ConfidenceTier,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// What was tried, in order; left out in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<Vec<TriedStepBody>>,
    /// What was seen.
    pub seen: Vec<String>,
    /// A fix of which it is not known yet whether it helped.
    pub pending_fix: Option<PendingFixBody>,
}

/// A step that was worked.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedStepBody {
    /// Counted from 1 in the conversation.
    pub order: i64,
    /// What it was.
    pub title: String,
    /// What became of it.
    pub verdict: VerdictKind,
    /// The answer, what was seen, or why not.
    pub note: Option<String>,
}

/// A fix that waits for verification.
#[derive(Debug, Serialize, ToSchema)]
pub struct PendingFixBody {
    /// Its id.
    pub id: Uuid,
    /// What was done.
    pub title: String,
    /// What is waited for.
    pub awaiting: Option<String>,
    /// When to look again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
}

/// What may be wrong and what to do next.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffAssessmentBody {
    /// What may be the cause, likeliest first.
    pub likely: Vec<HypothesisBody>,
    /// What to do next.
    pub suggested_steps: Vec<String>,
    /// What weighed it: `offline`, or a model's name.
    pub engine: String,
    /// The problem, what is certain and what is open, where a model says it.
    pub summary: Option<String>,
    /// Why no model weighed it, where one was asked.
    pub engine_reason: Option<String>,
}

/// Something that may be the cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct HypothesisBody {
    /// What.
    pub cause: String,
    /// What points to it.
    pub evidence_for: Vec<String>,
    /// What speaks against it.
    pub evidence_against: Vec<String>,
}

/// Which escalations of the queue.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EscalationQuery {
    /// What they are about, such as `printing`.
    #[serde(default)]
    pub domain: Option<String>,
    /// Those the caller handed over instead of those they could take.
    #[serde(default)]
    pub mine: bool,
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// How many wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationCountResponse {
    /// Escalations that wait and that the caller could take.
    pub count: u64,
}

/// A handoff to let go of.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoffRelease {
    /// Why.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
}

/// Somebody else to ask.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoffAssign {
    /// Who.
    pub user_id: Uuid,
}

/// How to go on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PickupRequest {
    /// Where the other left off, or from what came in.
    pub mode: ResumeMode,
}

/// A handover to judge before it is made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationQualityRequest {
    /// The conversation.
    pub session_id: Uuid,
    /// The reason as written so far; may be empty.
    #[schema(max_length = 4000)]
    pub reason: String,
    /// What it is about, where the engineer knows better.
    #[serde(default)]
    pub domain: Option<String>,
}

/// A reason for handing a guided session over, to be judged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuidedQualityRequest {
    /// The reason as written so far; may be empty.
    #[schema(max_length = 4000)]
    pub reason: String,
    /// What it is about, where the engineer knows better.
    #[serde(default)]
    pub domain: Option<String>,
}

/// What the receiver will ask.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationQualityResponse {
    /// How much of it is on record, 0 to 100.
    pub score: u8,
    /// The questions.
    pub asks: Vec<EscalationAskBody>,
}

/// A question the receiver will ask.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationAskBody {
    /// Its name.
    pub key: String,
    /// The question.
    pub question: String,
    /// Whether the record or the reason answers it.
    pub answered: bool,
}

/// Which time to count.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EscalationNumbersQuery {
    /// From then on; thirty days before the end when not sent.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Before then; now when not sent.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

/// The numbers of some escalations; times in seconds, `null` where nothing was measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationNumbersBody {
    /// Escalations made.
    pub volume: u64,
    /// Of them taken by somebody.
    pub claimed: u64,
    /// Of them fixed by whoever took them.
    pub resolved_after_pickup: u64,
    /// From the handover until somebody took it.
    pub median_time_to_claim_seconds: Option<i64>,
    /// From then until they did something new.
    pub median_time_to_first_action_seconds: Option<i64>,
    /// From then until it was fixed.
    pub median_time_to_resolve_seconds: Option<i64>,
    /// Steps worked again after the handover.
    pub repeated_steps: i64,
}

/// The numbers of those that have something in common.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationGroupBody {
    /// What they have in common: a domain, a client, a person's id.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Their numbers.
    #[serde(flatten)]
    pub numbers: EscalationNumbersBody,
}

/// The numbers of a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalationNumbersResponse {
    /// From then on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Before then.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Of all.
    #[serde(flatten)]
    pub all: EscalationNumbersBody,
    /// By what they are about.
    pub by_domain: Vec<EscalationGroupBody>,
    /// By client.
    pub by_client: Vec<EscalationGroupBody>,
    /// By who handed over.
    pub by_engineer: Vec<EscalationGroupBody>,
    /// By who took over.
    pub by_claimer: Vec<EscalationGroupBody>,
}
