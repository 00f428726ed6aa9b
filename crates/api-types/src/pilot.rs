//! The copilot: conversations, turns, fixes.

mod documentation;

use rf_kernel::Timestamp;
use rf_sessions::ai::{
    AiSessionStatus, ConfidenceTier, EngineNote, FixStatus, HiddenName, IntakeType, MessageRole, SentText,
    StepKind, StepOption, StepSource, VerdictKind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub use self::documentation::*;
use crate::uploads::UploadBody;

/// What comes in.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeContentBody {
    /// What was written.
    #[serde(default)]
    pub text: Option<String>,
    /// Lines of a log.
    #[serde(default)]
    pub log_content: Option<String>,
    /// Where pictures are kept, at most 10.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub image_urls: Vec<String>,
    /// The ticket as the PSA has it.
    #[serde(default)]
    pub ticket_data: Option<Value>,
}

/// A conversation to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AiSessionCreate {
    /// How it begins; told from what comes in when not sent.
    #[serde(default)]
    pub intake_type: Option<IntakeType>,
    /// What comes in; 256 KiB of text at most.
    pub intake_content: IntakeContentBody,
    /// The ticket's number at the PSA.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    #[serde(default)]
    #[schema(max_length = 255)]
    pub client_name: Option<String>,
    /// Files that come with it, as `POST /uploads` named them; at most 10.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub uploads: Vec<Uuid>,
}

/// Which conversations to list: the caller's own and those they took over.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AiSessionQuery {
    /// Where they stand: one, or several with commas between.
    #[serde(default)]
    pub status: Option<String>,
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What the engineer does in a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnKind {
    /// Writes something: `text`.
    Message,
    /// Says what became of the open step: `verdict`, and what goes with it.
    Verdict,
    /// Wants that flow: `tree_id`.
    Pick,
    /// Wants another approach.
    Widen,
    /// Wants the step before.
    Back,
    /// Wants a model to look at where it stands; for installations that have one.
    Think,
}

/// A turn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnRequest {
    /// Made by the client; a repeat changes nothing.
    pub entry_id: Uuid,
    /// The turns the client has seen.
    pub turn: i64,
    /// What is done.
    pub kind: TurnKind,
    /// What is written; may be left out where files come with it.
    #[serde(default)]
    pub text: Option<String>,
    /// Files that come with a message, as `POST /uploads` named them; at most 10.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub uploads: Vec<Uuid>,
    /// What became of the step.
    #[serde(default)]
    pub verdict: Option<VerdictKind>,
    /// Which of its options.
    #[serde(default)]
    pub option_id: Option<String>,
    /// Why it does not apply.
    #[serde(default)]
    pub reason: Option<String>,
    /// What was seen.
    #[serde(default)]
    pub notes: Option<String>,
    /// The flow.
    #[serde(default)]
    pub tree_id: Option<Uuid>,
}

/// The end of a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AiSessionResolve {
    /// What fixed it.
    #[schema(min_length = 1, max_length = 4000)]
    pub resolution_summary: String,
    /// The step that fixed it.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub resolution_action: Option<String>,
}

/// How good the copilot was.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AiSessionRating {
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: i64,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub feedback: Option<String>,
}

/// The ticket a conversation belongs to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketLink {
    /// Its number at the PSA.
    #[schema(min_length = 1, max_length = 100)]
    pub psa_ticket_id: String,
}

/// What became of a fix.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FixOutcomeRequest {
    /// Where it stands now; never `proposed`.
    pub status: FixStatus,
    /// What is waited for; needed with `applied_pending`.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub pending_reason: Option<String>,
    /// When to look again, with `applied_pending`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// What it helped with; needed with `applied_partial`.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub notes: Option<String>,
}

/// A conversation as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiSessionSummaryBody {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: Option<String>,
    /// The problem in a line.
    pub problem_summary: Option<String>,
    /// What it is about.
    pub problem_domain: Option<String>,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// Where it stands.
    pub status: AiSessionStatus,
    /// How sure the copilot is.
    pub confidence_tier: ConfidenceTier,
    /// Steps proposed so far.
    pub step_count: i64,
    /// Whose work it is.
    pub user_id: Uuid,
    /// Who has it now.
    pub escalated_to_id: Option<Uuid>,
    /// Who took it over last, and has not put it back.
    pub picked_up_by: Option<Uuid>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When something last happened.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
}

/// A conversation with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiSessionResponse {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: AiSessionSummaryBody,
    /// The guided session it goes on from.
    pub guided_session_id: Option<Uuid>,
    /// How it began.
    pub intake_type: IntakeType,
    /// What came in.
    pub intake_content: IntakeContentBody,
    /// How sure the copilot is, 0 to 1.
    pub confidence_score: f64,
    /// Why, each in a sentence.
    pub confidence_reasons: Vec<String>,
    /// The flow it follows.
    pub matched_flow_id: Option<Uuid>,
    /// Its name.
    pub matched_flow_name: Option<String>,
    /// How well it fits, 0 to 1.
    pub match_score: Option<f64>,
    /// What fixed it.
    pub resolution_summary: Option<String>,
    /// The step that fixed it.
    pub resolution_action: Option<String>,
    /// What to offer as the resolution, once there is an end to confirm.
    pub suggested_resolution: Option<String>,
    /// How good the copilot was, 1 to 5.
    pub session_rating: Option<i64>,
    /// And why.
    pub session_feedback: Option<String>,
    /// Tokens sent to models.
    pub total_input_tokens: i64,
    /// Tokens models wrote.
    pub total_output_tokens: i64,
    /// What answered last, and why it was no model.
    pub engine: EngineNote,
    /// Turns taken; send it with the next one.
    pub turn: i64,
    /// Counts its changes.
    pub revision: i64,
    /// Whether the caller may go on with it.
    pub can_work: bool,
    /// What was said.
    pub messages: Vec<AiMessageBody>,
    /// What was proposed, in order. The open one is the last without an answer that was not withdrawn.
    pub steps: Vec<AiStepBody>,
    /// Fixes suggested, oldest first.
    pub fixes: Vec<SuggestedFixBody>,
    /// Error signatures in what was said.
    pub signatures: Vec<SignatureBody>,
    /// Files that came with what was said, in the order they came.
    pub uploads: Vec<UploadBody>,
}

/// Something that was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiMessageBody {
    /// Its id; of an engineer's the one the client made.
    pub id: Uuid,
    /// Who.
    pub role: MessageRole,
    /// What, in Markdown.
    pub text: String,
    /// The step it belongs to.
    pub step_order: Option<i64>,
    /// The person, of an engineer's.
    pub by: Option<Uuid>,
    /// What wrote it, of the copilot's.
    pub engine: Option<EngineNote>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// What a model was asked, as it left the machine.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentBody {
    /// The turns the conversation had had.
    pub turn: i64,
    /// What the answer was needed for, such as `next_step`.
    pub purpose: String,
    /// The model.
    pub model: String,
    /// How much thought was asked for: `fast` or `deep`.
    pub tier: String,
    /// Which prompt, and which version of it.
    pub prompt_version: String,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The texts, in order, to the letter.
    pub sent: Vec<SentText>,
    /// What stood in for names in them. What they stand for is not told here.
    pub pseudonyms: Vec<HiddenName>,
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
    /// Why the answer was of no use, where it was not.
    pub failure: Option<String>,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiStepBody {
    /// Its id.
    pub id: Uuid,
    /// Counted from 1.
    pub step_order: i64,
    /// What it is for.
    pub kind: StepKind,
    /// The question, or what to do, in a line.
    pub title: String,
    /// How, in Markdown.
    pub body: Option<String>,
    /// Shown first when it can do harm.
    pub warning: Option<String>,
    /// Commands to run, in order.
    pub commands: Vec<String>,
    /// Answers; empty where a verdict is asked.
    pub options: Vec<StepOption>,
    /// Where it comes from.
    pub source: StepSource,
    /// Why it is next.
    pub why: String,
    /// How sure the copilot was then, 0 to 1.
    pub confidence_score: f64,
    /// What became of it.
    pub answer: Option<AiAnswerBody>,
    /// The engineer went back behind it, or another way was taken.
    pub withdrawn: bool,
    /// When it was proposed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// What became of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiAnswerBody {
    /// What.
    pub verdict: VerdictKind,
    /// The answer's id.
    pub option_id: Option<String>,
    /// Its label then.
    pub label: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What was seen.
    pub notes: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: Uuid,
}

/// A suggested fix.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedFixBody {
    /// Its id.
    pub id: Uuid,
    /// The conversation.
    pub session_id: Uuid,
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
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// What it helped with and what not.
    pub partial_notes: Option<String>,
    /// When it was done.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub applied_at: Option<Timestamp>,
    /// When it was seen to help, or not to.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    /// When it was suggested.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When something last happened to it.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A fix that waits for verification and is due.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueFixBody {
    /// The fix.
    #[serde(flatten)]
    pub fix: SuggestedFixBody,
    /// The problem it is for.
    pub problem_summary: Option<String>,
}

/// An error signature.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureBody {
    /// What sort of name it is, such as `hresult`.
    pub kind: String,
    /// The code.
    pub code: String,
    /// What it means, where it is known.
    pub meaning: Option<String>,
}

/// Something the account met before that is like a conversation's problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimilarBody {
    /// A resolved conversation, or a step of a flow.
    pub kind: rf_assistant::SourceKind,
    /// The conversation, or the flow.
    pub source_id: Uuid,
    /// What that is called.
    pub title: String,
    /// The step within it.
    pub heading: Option<String>,
    /// What it says, shortened.
    pub excerpt: String,
    /// How much of the problem it speaks of, 0 to 1.
    pub score: f64,
    /// Why it is here, in a sentence.
    pub why: String,
}
