//! Notes of a conversation whose every sentence names its evidence.
//!
//! [`evidence_of`] lists what is known, [`render`] writes the notes from it without a model, and [`check`] refuses
//! sentences, whoever wrote them, that say more than the evidence they cite. What was withdrawn is no evidence, and
//! neither is what the copilot said: only what came in, what was answered and what was done.

mod check;
mod client;
mod evidence;
mod facts;
mod kept;
mod mend;
mod render;
mod words;

pub use check::{Rejected, check};
pub use evidence::{CaseRecord, Evidence, EvidenceKind, Standing, evidence_of};
pub use kept::{digest_of, standing_of};
pub use mend::mended;
pub use render::render;
pub use rf_sessions::ai::DocumentKind;

use serde::{Deserialize, Serialize};

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
    /// The note piece by piece, in Markdown: all pieces together are [`Document::markdown`].
    #[must_use]
    pub fn pieces(&self) -> Vec<String> {
        let mut pieces = Vec::new();
        for (section, n) in self.sections.iter().zip(0..) {
            let gap = if n > 0 { "\n" } else { "" };
            let mut heading = format!("{gap}## {}\n\n", section.title);
            for sentence in &section.sentences {
                let line = format!("- {}\n", sentence.text.replace('\n', "\n  "));
                pieces.push(std::mem::take(&mut heading) + &line);
            }
        }
        pieces
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.sections.iter().flat_map(|section| &section.sentences)
    }

    /// The note as Markdown: headings and one line for each sentence. No section is empty.
    #[must_use]
    pub fn markdown(&self) -> String {
        self.pieces().concat().trim_end().to_owned()
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
