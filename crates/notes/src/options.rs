//! How a note is to be rendered.

use serde::{Deserialize, Serialize};

use crate::redact::CustomRule;

/// Format of the finished note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text with underlined headings.
    #[default]
    Text,
    /// CommonMark.
    Markdown,
    /// A complete, self-contained HTML document.
    Html,
    /// Compact plain text for a PSA's note field (ConnectWise style).
    Psa,
}

impl Format {
    /// All formats, in wire order.
    pub const ALL: [Self; 4] = [Self::Text, Self::Markdown, Self::Html, Self::Psa];

    /// The `Content-Type` of a note in this format.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Text | Self::Psa => "text/plain; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// Whether the pattern rules run. Declared secrets are masked in both modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RedactionMode {
    /// Mask whatever the rules find, append a footer with the counts.
    #[default]
    Mask,
    /// Pattern rules off; only values of secret variables are masked, no summary, no footer.
    None,
}

/// What is looked for beyond the rules that always run. Everything is off by default.
///
/// These are settings of an account: [`Redactor::new`](crate::Redactor::new) says whether they can be used, and is the
/// thing to call before they are saved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedactionOptions {
    /// Host names: qualified (`fs01.contoso.local`) and bare (`SRV-DC01`).
    pub hostnames: bool,
    /// UNC paths (`\\server\share`).
    pub unc_paths: bool,
    /// GUIDs: tenants, devices, correlations.
    pub guids: bool,
    /// Rules of the account.
    pub custom: Vec<CustomRule>,
}

/// Options of one rendering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteOptions {
    /// Output format.
    pub format: Format,
    /// Redaction mode.
    pub redaction: RedactionMode,
    /// Optional detectors and the account's own rules; they run in [`RedactionMode::Mask`] only.
    pub rules: RedactionOptions,
    /// Dates and the time of each step (UTC).
    pub timestamps: bool,
    /// The engineer's scratchpad. Off by default: working notes are not written for the client.
    pub scratchpad: bool,
    /// The "Work performed" section.
    pub decisions: bool,
    /// The "Next steps" section.
    pub next_steps: bool,
    /// The "Time spent" line.
    pub time_spent: bool,
    /// The recorded (non-secret) variables as a "Details" section.
    pub details: bool,
}

impl Default for NoteOptions {
    fn default() -> Self {
        Self {
            format: Format::Text,
            redaction: RedactionMode::Mask,
            rules: RedactionOptions::default(),
            timestamps: true,
            scratchpad: false,
            decisions: true,
            next_steps: true,
            time_spent: true,
            details: true,
        }
    }
}
