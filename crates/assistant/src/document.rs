//! A document of an account: Markdown or plain text, read by the assistant.

use rf_auth_policy::{Action, Actor, decide};
use rf_kernel::{AccountId, Checks, DocumentId, Failure, Timestamp, UserId};

use crate::codes;

/// Longest document, bytes.
pub const MAX_DOCUMENT_BYTES: usize = 200 * 1_024;
/// Documents of an account.
pub const MAX_DOCUMENTS: u64 = 500;

/// A document. Its text is never changed: another version is another document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The tenant.
    pub account_id: AccountId,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Who brought it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

/// A document as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSummary {
    /// Its id.
    pub id: DocumentId,
    /// What it is called.
    pub title: String,
    /// How long it is, bytes.
    pub bytes: i64,
    /// Who brought it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

impl Document {
    /// A new one: its title on one line, its text without what nobody sees.
    ///
    /// # Errors
    /// `validation_failed`, `document_too_large`, `document_binary`.
    pub fn new(id: DocumentId, by: &Actor, title: &str, text: &str, now: Timestamp) -> Result<Self, Failure> {
        if text.len() > MAX_DOCUMENT_BYTES {
            let detail = format!(
                "The document has {} KB; up to {} KB are read. Split it, or bring the part that matters.",
                text.len() / 1_024,
                MAX_DOCUMENT_BYTES / 1_024
            );
            return Err(Failure::new(codes::DOCUMENT_TOO_LARGE, detail));
        }
        // Text has line breaks and tabs, and no other signs of control.
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) {
            let detail = "This is no text. Bring Markdown or plain text, in UTF-8.";
            return Err(Failure::new(codes::DOCUMENT_BINARY, detail));
        }
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.replace("\r\n", "\n");
        let mut checks = Checks::new();
        checks.text("title", &title, 1..=255);
        if text.trim().is_empty() {
            checks.refuse("text", "missing", "there is nothing in it");
        }
        checks.finish()?;
        Ok(Self {
            id,
            account_id: by.account_id,
            title,
            text: text.trim().to_owned(),
            created_by: by.user_id,
            created_at: now,
        })
    }

    /// There is none.
    #[must_use]
    pub fn not_found() -> Failure {
        Failure::new(codes::DOCUMENT_NOT_FOUND, "Document not found")
    }
}

impl DocumentSummary {
    /// What lists show of a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        Self {
            id: document.id,
            title: document.title.clone(),
            bytes: i64::try_from(document.text.len()).unwrap_or(i64::MAX),
            created_by: document.created_by,
            created_at: document.created_at,
        }
    }

    /// Whether they may take it away: who brought it, and who manages the library.
    #[must_use]
    pub fn can_delete(&self, actor: &Actor) -> bool {
        let own = self.created_by == actor.user_id && decide(actor, Action::AuthorTrees);
        own || decide(actor, Action::ManageTrees)
    }

    /// The same, as a refusal.
    ///
    /// # Errors
    /// `document_access_denied`.
    pub fn require_deleter(&self, actor: &Actor) -> Result<(), Failure> {
        if self.can_delete(actor) {
            return Ok(());
        }
        let detail = "Somebody else brought this document. They or a team admin can delete it.";
        Err(Failure::new(codes::DOCUMENT_ACCESS_DENIED, detail))
    }
}
