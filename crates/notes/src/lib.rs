//! Ticket notes from a session's step log: variables, rendering, redaction.
//!
//! The documentation writes itself, so this crate is where a customer's secrets would escape into a ticket. Everything
//! here is pure (no I/O, no clock, no randomness) and runs in one fixed order:
//!
//! 1. a format-free document is built from the step log ([`NoteInput`]);
//! 2. `{{variables}}` are put in, once, never recursively ([`resolve_variables`]);
//! 3. every run of text is cleaned (control and direction characters) and redacted ([`redact`]);
//! 4. the document is rendered with the escaping of its format, so no text can become markup;
//! 5. the footer with the counts is appended;
//! 6. the finished note is read back the way a reader sees it and searched once more. Anything found there means the
//!    pipeline is at fault: [`NoteError::RedactionFailed`], and no text leaves.
//!
//! What the rules find can be looked at first ([`preview`]) and decided about ([`RedactionChoices`], [`render_with`]): the
//! same pipeline with the same verification, where what is kept counts as masked until the last moment.
//!
//! Values of variables declared `secret` are masked in **every** mode, [`RedactionMode::None`] included: an engineer can
//! switch the pattern rules off, never a declared secret.
#![warn(missing_docs)]

mod choices;
mod clean;
mod document;
mod model;
mod options;
mod redact;
mod render;
mod variables;

pub use choices::{MAX_CHOICES, MAX_MARKED_LENGTH, NoteHit, Preview, RedactionChoices};
pub use clean::visible;
pub use document::format_duration;
pub use model::{EntryKind, LogEntry, NoteInput, Outcome, TreeType, Variable};
pub use options::{Format, NoteOptions, RedactionMode, RedactionOptions};
pub use redact::{
    CustomRule, Hit, HitKey, Kind, MAX_CUSTOM_RULES, MAX_LABEL_LENGTH, MAX_PATTERN_LENGTH,
    MAX_RULE_NAME_LENGTH, Redacted, RedactionSummary, Redactor, RuleError, RuleProblem, find, redact,
};
pub use render::{Note, NoteError, preview, render, render_with};
pub use variables::{BUILT_IN_VARIABLES, resolve_variables};
