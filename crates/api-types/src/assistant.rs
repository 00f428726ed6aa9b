//! The assistant: chats, their answers, the account's documents.

use rf_assistant::Citation;
use rf_kernel::Timestamp;
use rf_sessions::ai::{EngineNote, MessageRole};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A chat to begin.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatCreate {
    /// The conversation with the copilot it is beside.
    #[serde(default)]
    pub ai_session_id: Option<Uuid>,
}

/// Which of the caller's chats to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChatQuery {
    /// Those beside that conversation.
    #[serde(default)]
    pub ai_session_id: Option<Uuid>,
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What a chat is to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatRename {
    /// On one line.
    #[schema(min_length = 1, max_length = 120)]
    pub title: String,
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatQuestion {
    /// Made by the client; a repeat changes nothing.
    pub entry_id: Uuid,
    /// What is asked.
    #[schema(min_length = 1, max_length = 8000)]
    pub text: String,
}

/// A chat as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatBody {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// The conversation with the copilot it is beside.
    pub ai_session_id: Option<Uuid>,
    /// Messages in it.
    pub messages_count: i64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When something was last said.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A chat with what was said in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatResponse {
    /// The chat.
    #[serde(flatten)]
    pub chat: ChatBody,
    /// What was said, in order.
    pub messages: Vec<ChatMessageBody>,
}

/// Something said in a chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessageBody {
    /// Its id; of a question, the client's.
    pub id: Uuid,
    /// Who.
    pub role: MessageRole,
    /// What, in Markdown.
    pub text: String,
    /// What wrote an answer, and why no model where one could have.
    pub engine: Option<EngineNote>,
    /// What an answer rests on, as it was read then.
    pub citations: Vec<Citation>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A document to bring in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentCreate {
    /// What it is called.
    #[schema(min_length = 1, max_length = 255)]
    pub title: String,
    /// Markdown or plain text, 200 KiB at most.
    #[schema(min_length = 1)]
    pub text: String,
}

/// A document as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentSummaryBody {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// How long it is, bytes.
    pub bytes: i64,
    /// Who brought it.
    pub created_by_id: Uuid,
    /// What they are called.
    pub created_by_name: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Whether the caller may delete it.
    pub can_delete: bool,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentResponse {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Who brought it.
    pub created_by_id: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}
