//! What is kept of a note of a conversation: what a model drafted, and what its engineer made of it.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, Checks, Failure, Revision, StoreError, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::EngineNote;

/// The notes a conversation can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Where it stands, for whoever opens the ticket.
    TicketSummary,
    /// What was done and what came of it, for the ticket.
    ResolutionNote,
    /// The same for the client: no internals, no host names, no commands.
    ClientSummary,
    /// What the next engineer with this problem should know.
    KnowledgeArticle,
}

impl DocumentKind {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::TicketSummary, Self::ResolutionNote, Self::ClientSummary, Self::KnowledgeArticle];

    /// The one of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TicketSummary => "ticket_summary",
            Self::ResolutionNote => "resolution_note",
            Self::ClientSummary => "client_summary",
            Self::KnowledgeArticle => "knowledge_article",
        }
    }
}

/// Longest text an engineer makes of a note, characters.
pub const MAX_EDITED: usize = 20_000;

/// What a model drafted, checked and mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteDraft {
    /// What it was drafted from, as a digest.
    pub digest: String,
    /// What drafted it.
    pub engine: EngineNote,
    /// The note, as whoever drafts reads and writes it.
    pub document: Value,
}

/// What an engineer made of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteEdit {
    /// The text, in Markdown.
    pub text: String,
    /// Where the work stood, as a digest.
    pub standing: String,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What is kept of a note of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNote {
    /// What a model drafted.
    pub draft: Option<NoteDraft>,
    /// What its engineer made of it; `None` where it is as it was generated.
    pub edit: Option<NoteEdit>,
    /// Counts the changes of the edit; 0 where there never was one.
    pub revision: Revision,
}

impl Default for KeptNote {
    fn default() -> Self {
        Self { draft: None, edit: None, revision: Revision(0) }
    }
}

impl KeptNote {
    /// The engineer's text, as long as the work stands where it was written.
    #[must_use]
    pub fn edit_for(&self, standing: &str) -> Option<&NoteEdit> {
        self.edit.as_ref().filter(|edit| edit.standing == standing)
    }
}

impl NoteEdit {
    /// An engineer's text, without what nobody sees.
    ///
    /// # Errors
    /// `validation_failed` where it is empty, too long or no text.
    pub fn new(text: &str, standing: String, by: UserId, at: Timestamp) -> Result<Self, Failure> {
        let mut checks = Checks::new();
        checks.text("text", text, 1..=MAX_EDITED);
        checks.finish()?;
        let text = rf_notes::visible(text).trim().to_owned();
        let mut checks = Checks::new();
        checks.text("text", &text, 1..=MAX_EDITED);
        checks.finish()?;
        Ok(Self { text, standing, by, at })
    }

    /// Its parts by their headings, for whoever writes headings in a way of their own: title and text. What stands before
    /// the first heading has none.
    #[must_use]
    pub fn sections(&self) -> Vec<(Option<String>, String)> {
        let mut parts: Vec<(Option<String>, String)> = vec![(None, String::new())];
        for line in self.text.lines() {
            let heading = line.trim_start_matches('#');
            let marks = line.len() - heading.len();
            if (1..=6).contains(&marks) && heading.starts_with(' ') && !heading.trim().is_empty() {
                parts.push((Some(heading.trim().to_owned()), String::new()));
            } else if let Some((_, body)) = parts.last_mut() {
                body.push_str(line);
                body.push('\n');
            }
        }
        for (_, body) in &mut parts {
            *body = body.trim().to_owned();
        }
        parts.retain(|(title, body)| title.is_some() || !body.is_empty());
        parts
    }
}

/// What became of keeping an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepNoteOutcome {
    /// It is kept.
    Kept,
    /// Somebody else changed it first.
    Stale,
}

/// Keeps notes of conversations.
#[async_trait]
pub trait KeptNoteRepository: Send {
    /// What is kept of a note; nothing drafted and nothing edited where there is nothing.
    async fn kept_note(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
    ) -> Result<KeptNote, StoreError>;
    /// Keeps a draft in the place of the one before. An edit stays as it is.
    async fn keep_note_draft(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        draft: &NoteDraft,
    ) -> Result<(), StoreError>;
    /// Keeps an edit, or that there is none, as the revision after `expected`. The draft stays as it is.
    async fn keep_note_edit(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        edit: Option<&NoteEdit>,
        expected: Revision,
    ) -> Result<KeepNoteOutcome, StoreError>;
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn edit(text: &str) -> Result<NoteEdit, Failure> {
        NoteEdit::new(text, "here".into(), UserId::from(Uuid::from_u128(1)), Timestamp::from_unix(0).unwrap())
    }

    #[test]
    fn nothing_too_much_and_no_text_are_refused_in_words() {
        let long = "x".repeat(MAX_EDITED + 1);
        for (text, code) in [
            ("", "too_short"),
            (" \n ", "too_short"),
            ("\u{200b}\u{202e}", "too_short"),
            ("a\0b", "control_character"),
            (long.as_str(), "too_long"),
        ] {
            let refused = edit(text).unwrap_err();
            assert_eq!(refused.errors[0].code, code, "{text:?}");
            assert_eq!(refused.errors[0].loc, "text");
        }
        assert_eq!(edit("  two\r\nlines\u{202e} ").unwrap().text, "two\nlines");
        assert!(edit(&"ä".repeat(MAX_EDITED)).is_ok());
    }

    #[test]
    fn parts_are_found_by_their_headings() {
        let parts =
            edit("Before.\n\n## Problem\n\n- One\n- Two\n#no heading\n\n# Done\n").unwrap().sections();
        let part = |title: Option<&str>, body: &str| (title.map(str::to_owned), body.to_owned());
        assert_eq!(
            parts,
            [
                part(None, "Before."),
                part(Some("Problem"), "- One\n- Two\n#no heading"),
                part(Some("Done"), "")
            ]
        );
        assert_eq!(edit("All in one.").unwrap().sections(), [part(None, "All in one.")]);
    }
}
