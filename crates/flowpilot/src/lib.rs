//! The copilot without a model: what a ticket says ([`Reading`]), which flow it needs ([`FlowIndex`]), what to do next
//! ([`engine`]) and what to write down ([`document`]). Pure: no time, no storage, no network.
#![warn(missing_docs)]

pub mod advice;
pub mod document;
pub mod engine;
pub mod guided;
mod intake;
pub mod llm;
mod matching;
pub mod prompts;
pub mod pseudonyms;
mod reading;
pub mod replay;
pub mod retrieval;

pub use intake::{Intake, MAX_INTAKE_BYTES};
pub use matching::{FlowDoc, FlowIndex, FlowMatch};
pub use reading::{Domain, MEANINGS, Meaning, Reading, Signature, SignatureKind, meaning_of, read_log};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// There is nothing in it to work on.
    pub const INTAKE_EMPTY: Code = Code::new("intake_empty", Kind::Invalid);
    /// It is larger than any ticket; the part that matters is enough.
    pub const INTAKE_TOO_LARGE: Code = Code::new("intake_too_large", Kind::TooLarge);
    /// It is no text.
    pub const INTAKE_BINARY: Code = Code::new("intake_binary", Kind::UnsupportedMedia);
    /// The conversation has not begun: nothing came in yet.
    pub const COPILOT_NOT_BEGUN: Code = Code::new("copilot_not_begun", Kind::Conflict);
    /// The conversation has begun already.
    pub const COPILOT_BEGUN: Code = Code::new("copilot_begun", Kind::Conflict);
    /// No step waits for a verdict.
    pub const NO_OPEN_STEP: Code = Code::new("no_open_step", Kind::Conflict);
    /// There is no step to go back to.
    pub const NOTHING_BEFORE: Code = Code::new("nothing_before", Kind::Conflict);
    /// The flow picked is gone, or not this person's to see.
    pub const FLOW_NOT_AVAILABLE: Code = Code::new("flow_not_available", Kind::NotFound);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        INTAKE_EMPTY,
        INTAKE_TOO_LARGE,
        INTAKE_BINARY,
        COPILOT_NOT_BEGUN,
        COPILOT_BEGUN,
        NO_OPEN_STEP,
        NOTHING_BEFORE,
        FLOW_NOT_AVAILABLE,
    ];
}

/// Compiles one of the crate's own patterns.
#[expect(clippy::expect_used, reason = "constants, all compiled by the tests")]
pub(crate) fn regex(pattern: &str) -> regex::Regex {
    regex::Regex::new(pattern).expect("a constant pattern compiles")
}

/// The telling words of a text, folded.
pub(crate) fn words_of(text: &str) -> std::collections::BTreeSet<String> {
    const EMPTY: [&str; 12] = ["the", "a", "an", "is", "it", "of", "to", "in", "and", "or", "that", "this"];
    let folded = rf_trees::fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !EMPTY.contains(word)).map(str::to_owned).collect()
}
