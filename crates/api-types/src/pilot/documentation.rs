//! What a conversation leaves in writing.

use rf_kernel::Timestamp;
use rf_sessions::ai::EngineNote;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKindBody {
    /// What came in and how it stands, for whoever opens the ticket.
    TicketSummary,
    /// What was done and what fixed it.
    ResolutionNote,
    /// For the client: nothing internal.
    ClientSummary,
    /// A draft for the knowledge base.
    KnowledgeArticle,
}

/// A text to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentationRequest {
    /// What is to be written.
    pub kind: DocumentKindBody,
    /// Whether what is private is masked; `mask` when not sent.
    #[serde(default)]
    #[schema(value_type = Option<RedactionModeBody>)]
    pub redaction_mode: Option<rf_notes::RedactionMode>,
    /// Whether a model drafts it again that drafted it before; no when not sent.
    #[serde(default)]
    pub anew: bool,
}

/// What an engineer makes of a text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentationEdit {
    /// Of which.
    pub kind: DocumentKindBody,
    /// What it is to say, in Markdown; `null` is what is generated.
    #[serde(deserialize_with = "said")]
    #[schema(required = true)]
    pub text: Option<String>,
    /// Whether what is private is masked in the answer; `mask` when not sent.
    #[serde(default)]
    #[schema(value_type = Option<RedactionModeBody>)]
    pub redaction_mode: Option<rf_notes::RedactionMode>,
}

/// A text that is said, be it `null`: leaving it out says nothing.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// What an engineer made of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditedNoteBody {
    /// What it says, in Markdown.
    pub text: String,
    /// Who wrote it; `null` where they are gone.
    pub by: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether the work still stands where it was written. Where it does not, what is generated leaves instead.
    pub holds: bool,
}

/// Whether what is private is masked.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RedactionModeBody {
    /// It is.
    Mask,
    /// Nothing is.
    None,
}

/// A text to read before it leaves.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentationResponse {
    /// What it is.
    pub kind: DocumentKindBody,
    /// What wrote the generated text, and why it was no model.
    pub engine: EngineNote,
    /// The parts of the generated text.
    pub sections: Vec<DocumentSectionBody>,
    /// What its sentences rest on.
    pub evidence: Vec<EvidenceBody>,
    /// What leaves, as one text in Markdown: what an engineer made of it, where that holds.
    pub text: String,
    /// What an engineer made of it; `null` where nobody did.
    pub edit: Option<EditedNoteBody>,
    /// Counts what engineers made of it; for `If-Match`.
    pub revision: i64,
    /// How much was masked; `null` where nothing is to be.
    #[schema(value_type = Option<crate::redaction::RedactionSummaryBody>)]
    pub redaction: Option<rf_notes::RedactionSummary>,
}

/// A part of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentSectionBody {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub sentences: Vec<SentenceBody>,
}

/// A statement with what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentenceBody {
    /// What it says.
    pub text: String,
    /// Ids of its evidence.
    pub evidence: Vec<String>,
}

/// One thing that is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceBody {
    /// Unique in the text.
    pub id: String,
    /// Its sort.
    pub kind: EvidenceKindBody,
    /// What it is called.
    pub label: String,
    /// All it says.
    pub text: String,
    /// The step it belongs to.
    pub step_order: Option<i64>,
    /// When it was.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// What sort of evidence it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKindBody {
    /// What came in.
    Intake,
    /// A step, or a fix suggested in it.
    Step,
    /// Something the engineer wrote.
    Message,
    /// An error signature.
    Signature,
    /// The ticket's own fields.
    Ticket,
}
