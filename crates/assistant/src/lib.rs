//! Questions asked beside the work: chats, what an answer cites, and the documents of an account. Pure: no time, no
//! storage, no network.
//!
//! What was said is never changed. An answer keeps what it cites as it was read then, so that it can be judged after its
//! source has changed.
#![warn(missing_docs)]

mod chat;
mod document;
mod embedding;
mod repository;

pub use chat::{Chat, ChatMessage, Citation, MAX_QUESTION, MAX_TITLE, MessageCall, SourceKind, title_of};
pub use document::{Document, DocumentSummary, MAX_DOCUMENT_BYTES, MAX_DOCUMENTS};
pub use embedding::{Embedding, EmbeddingRepository, EmbeddingStamp};
pub use repository::{AssistantRepository, ChatCursor, DocumentStamp};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// No such chat of that person.
    pub const CHAT_NOT_FOUND: Code = Code::new("chat_not_found", Kind::NotFound);
    /// No such document of the account.
    pub const DOCUMENT_NOT_FOUND: Code = Code::new("document_not_found", Kind::NotFound);
    /// The document is larger than what is read.
    pub const DOCUMENT_TOO_LARGE: Code = Code::new("document_too_large", Kind::TooLarge);
    /// The document is no text.
    pub const DOCUMENT_BINARY: Code = Code::new("document_binary", Kind::UnsupportedMedia);
    /// The account has as many documents as it may.
    pub const TOO_MANY_DOCUMENTS: Code = Code::new("too_many_documents", Kind::Conflict);
    /// It is somebody else's document.
    pub const DOCUMENT_ACCESS_DENIED: Code = Code::new("document_access_denied", Kind::Forbidden);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        CHAT_NOT_FOUND,
        DOCUMENT_NOT_FOUND,
        DOCUMENT_TOO_LARGE,
        DOCUMENT_BINARY,
        TOO_MANY_DOCUMENTS,
        DOCUMENT_ACCESS_DENIED,
    ];
}

#[cfg(test)]
mod tests;
