//! The copilot without a model: what a ticket says ([`Reading`]). Pure: no time, no storage, no network.
#![warn(missing_docs)]

mod intake;
pub mod llm;
mod reading;

pub use intake::{Intake, MAX_INTAKE_BYTES};
pub use reading::{Domain, MEANINGS, Meaning, Reading, Signature, SignatureKind, meaning_of};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// There is nothing in it to work on.
    pub const INTAKE_EMPTY: Code = Code::new("intake_empty", Kind::Invalid);
    /// It is larger than any ticket; the part that matters is enough.
    pub const INTAKE_TOO_LARGE: Code = Code::new("intake_too_large", Kind::TooLarge);
    /// It is no text.
    pub const INTAKE_BINARY: Code = Code::new("intake_binary", Kind::UnsupportedMedia);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[INTAKE_EMPTY, INTAKE_TOO_LARGE, INTAKE_BINARY];
}

/// Compiles one of the crate's own patterns.
#[expect(clippy::expect_used, reason = "constants, all compiled by the tests")]
pub(crate) fn regex(pattern: &str) -> regex::Regex {
    regex::Regex::new(pattern).expect("a constant pattern compiles")
}
