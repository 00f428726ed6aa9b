//! Questions asked beside the work: chats, their answers, the account's documents, and what all of it is found in.

mod ask;
mod chats;
mod documents;
mod embed;
mod library;

use rf_assistant::{Chat, ChatMessage, DocumentSummary};

pub use ask::{AskAssistant, PlannedAnswer};
pub(crate) use embed::EmbedLibrary;
pub(crate) use library::{Asked, KnownLibraries};

/// A chat with what was said in it.
#[derive(Clone, Debug)]
pub struct ChatView {
    /// The chat.
    pub chat: Chat,
    /// What was said, in order.
    pub messages: Vec<ChatMessage>,
}

/// A page of chats.
#[derive(Clone, Debug)]
pub struct ChatPage {
    /// Its chats.
    pub items: Vec<Chat>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<rf_assistant::ChatCursor>,
}

/// A document as lists show it to somebody.
#[derive(Clone, Debug)]
pub struct DocumentLine {
    /// The document.
    pub document: DocumentSummary,
    /// Who brought it.
    pub created_by_name: Option<String>,
    /// Whether they may delete it.
    pub can_delete: bool,
}
