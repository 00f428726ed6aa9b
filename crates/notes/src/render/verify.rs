//! The last look: the finished note is read back as a reader sees it, line by line, and searched again.
//!
//! Reading it back (entities, escapes and tags undone) is what makes this both strict and free of false alarms: an escape
//! can neither hide a secret from the rules nor make one up. The list numbers and times of our own are left out.

use super::sheet::Sheet;
use super::{NoteError, html, markdown};
use crate::options::Format;
use crate::redact::{OWN_START, Redactor, Scope};

/// Searches the finished note. What the engineer keeps is looked at as if it were masked: the note with tokens in its
/// place must be clean, so keeping one thing lets nothing else through. Declared and marked values may not appear at all.
/// What an account calls its own findings is no finding.
pub(super) fn verify(sheet: &Sheet, format: Format, redactor: &Redactor) -> Result<(), NoteError> {
    let masked = sheet.with_kept_masked();
    let mut left = redactor.find_in(&visible(&masked, format), Scope::Output).len();
    if sheet.spans.iter().any(|s| s.kept) {
        left += redactor.find_values(&visible(&sheet.with_labels_masked(), format), Scope::Output).len();
    }
    if left == 0 { Ok(()) } else { Err(NoteError::RedactionFailed { left }) }
}

/// An underline or a rule.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'='))
}

/// The note as a reader sees it.
pub(super) fn visible(note: &str, format: Format) -> String {
    let mut out = String::with_capacity(note.len());
    for line in note.lines() {
        let line = match format {
            // The style sheet is a constant and no text.
            Format::Html if line.starts_with(html::STYLE_LINE) => continue,
            Format::Html => line,
            _ if is_rule(line) => continue,
            _ => &line[OWN_START.find(line).map_or(0, |m| m.end())..],
        };
        match format {
            Format::Text | Format::Psa => out.push_str(line),
            Format::Markdown => markdown::visible(line, &mut out),
            Format::Html => html::visible(line, &mut out),
        }
        out.push('\n');
    }
    out
}
