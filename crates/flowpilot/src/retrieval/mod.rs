//! Passages of what an account knows, and which of them answer a question.
//!
//! A source (a flow, a resolved conversation, a document) is cut into passages, each with the step or heading it stands
//! under. They are ranked by words (BM25, stems and vocabulary as in [`crate::FlowIndex`]) and, where there are vectors, by
//! meaning too; the two orders are fused by reciprocal ranks ([`fused`]). Who may read what is decided before anything is
//! ranked: the caller says which sources are allowed.

mod cut;
mod extract;
mod fuse;
mod index;
mod meaning;
mod similar;

pub use cut::{passages_of_document, passages_of_flow, passages_of_session};
pub use extract::excerpt;
pub use fuse::{fuse_flows, fused};
pub use index::{Found, PassageIndex};
pub use meaning::{EmbedError, EmbedErrorKind, EmbedKind, Embedder, Meaning, Vectors, digest_of, dot, unit};
pub use similar::Similar;

use rf_assistant::SourceKind;
use uuid::Uuid;

/// What a passage is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// The flow, the conversation or the document.
    pub id: Uuid,
}

impl Source {
    /// Sources in one order, whatever they are.
    pub(crate) const fn key(self) -> (u8, Uuid) {
        let kind = match self.kind {
            SourceKind::Flow => 0,
            SourceKind::Session => 1,
            SourceKind::Document => 2,
        };
        (kind, self.id)
    }
}

/// A piece of a source, short enough to be read at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The step or the heading it stands under.
    pub heading: Option<String>,
    /// What it says.
    pub text: String,
}

/// A source, cut into passages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDoc {
    /// What it is.
    pub source: Source,
    /// What it is called.
    pub title: String,
    /// Its passages, in order.
    pub passages: Vec<Passage>,
}

#[cfg(test)]
mod tests;
