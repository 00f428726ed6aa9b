//! Notes of a conversation whose every sentence names its evidence.
//!
//! [`evidence_of`] lists what is known, [`render`] writes the notes from it without a model, and [`check`] refuses
//! sentences, whoever wrote them, that say more than the evidence they cite. What was withdrawn is no evidence, and
//! neither is what the copilot said: only what came in, what was answered and what was done.

mod check;
mod client;
mod evidence;
mod facts;
mod mend;
mod render;
mod words;

pub use check::{Rejected, check};
pub use evidence::{CaseRecord, Evidence, EvidenceKind, Standing, evidence_of};
pub use mend::mended;
pub use render::render;

use serde::{Deserialize, Serialize};

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

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Which.
    pub kind: DocumentKind,
    /// Its parts, none empty.
    pub sections: Vec<DocumentSection>,
}

/// A part of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSection {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub sentences: Vec<Sentence>,
}

/// A statement with what it rests on; may be more than one sentence by grammar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// What it says.
    pub text: String,
    /// Ids of its evidence.
    pub evidence: Vec<String>,
}

impl Document {
    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.sections.iter().flat_map(|section| &section.sentences)
    }

    /// The note as Markdown: headings and one line for each sentence.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            text.push_str(&format!("## {}\n\n", section.title));
            for sentence in &section.sentences {
                text.push_str(&format!("- {}\n", sentence.text.replace('\n', "\n  ")));
            }
            text.push('\n');
        }
        text.trim_end().to_owned()
    }

    /// The note without the sentences refused, and without the sections that leaves empty.
    #[must_use]
    pub fn without(mut self, rejected: &[Rejected]) -> Self {
        for section in &mut self.sections {
            section
                .sentences
                .retain(|sentence| !rejected.iter().any(|refused| refused.sentence == *sentence));
        }
        self.sections.retain(|section| !section.sentences.is_empty());
        self
    }
}

#[cfg(test)]
pub(crate) mod tests;
