//! From a document to a finished note, and the last look at it before it leaves.

mod html;
mod markdown;
mod sheet;
mod text;
mod verify;

use serde::Serialize;
use sheet::Sheet;

use crate::choices::{self, NoteHit, Preview, RedactionChoices};
use crate::document::{self, Block, Document, Run};
use crate::model::NoteInput;
use crate::options::{Format, NoteOptions, RedactionMode};
use crate::redact::{Keep, RedactionSummary, Redactor, RuleError, Salt, Scope, Secrets};
use crate::variables::Resolver;

/// A finished note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The note.
    pub text: String,
    /// Its `Content-Type`.
    pub media_type: &'static str,
    /// What was masked; `None` when the pattern rules did not run.
    pub redaction: Option<RedactionSummary>,
}

/// Why there is no note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The finished note still held something that must not leave, so it does not. A fault of ours, not of the input.
    #[error("Redaction processing failed")]
    RedactionFailed {
        /// How many things were left, for the log. Never what or where.
        left: usize,
    },
    /// A rule of the account cannot be used. Checked when it is saved ([`Redactor::new`]), so this is rare.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// More choices, or longer ones, than a person makes.
    #[error("At most {max} {what} are allowed")]
    TooManyChoices {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is allowed.
        max: usize,
    },
}

/// Renders a note.
///
/// # Errors
///
/// [`NoteError::RedactionFailed`] if the verification of the finished note finds anything, [`NoteError::Rule`] if a rule
/// of the account cannot be used.
pub fn render(input: &NoteInput, options: &NoteOptions) -> Result<Note, NoteError> {
    finish(input, options, None).map(|(note, _)| note)
}

/// Renders a note as an engineer decided after a [`preview`]: some findings kept, some more text masked.
///
/// # Errors
///
/// As [`render`], and [`NoteError::TooManyChoices`].
pub fn render_with(
    input: &NoteInput,
    options: &NoteOptions,
    choices: &RedactionChoices,
) -> Result<Note, NoteError> {
    finish(input, options, Some(choices)).map(|(note, _)| note)
}

/// Renders a note and says where in it something was masked, or kept.
///
/// The note is the one [`render_with`] makes of the same arguments, footer and all. Pure as the rest: a preview promises
/// nothing, the choices are applied and verified again in the rendering that counts.
///
/// ```
/// use rf_notes::{NoteInput, NoteOptions, RedactionChoices, preview};
/// let input = NoteInput { next_steps: Some("Call 415-555-0132".into()), ..NoteInput::default() };
/// let options = NoteOptions::default();
/// let first = preview(&input, &options, &RedactionChoices::default())?;
/// let choices = RedactionChoices { keep: first.hits[0].key.iter().cloned().collect(), ..Default::default() };
/// let second = preview(&input, &options, &choices)?;
/// assert_eq!(&second.note.text[second.hits[0].range.clone()], "415-555-0132");
/// assert!(second.hits[0].kept && second.hits[0].key == first.hits[0].key);
/// # Ok::<(), rf_notes::NoteError>(())
/// ```
///
/// # Errors
///
/// As [`render_with`].
pub fn preview(
    input: &NoteInput,
    options: &NoteOptions,
    choices: &RedactionChoices,
) -> Result<Preview, NoteError> {
    let (note, sheet) = finish(input, options, Some(choices))?;
    let hits: Vec<NoteHit> = sheet.spans.into_iter().map(NoteHit::from).collect();
    let used = |key| hits.iter().any(|h| h.kept && h.key.as_ref() == Some(key));
    let unused = choices.keep.iter().filter(|key| !used(*key)).cloned().collect();
    Ok(Preview { note, hits, unused })
}

/// With choices, the spans of all hits are known afterwards.
fn finish(
    input: &NoteInput,
    options: &NoteOptions,
    choices: Option<&RedactionChoices>,
) -> Result<(Note, Sheet), NoteError> {
    let (marked, keys) = choices.map(choices::checked).transpose()?.unwrap_or_default();
    let secrets = Secrets::of(&input.variables).and_marked(marked);
    let redactor = Redactor::for_note(options.redaction, &options.rules, secrets)?;
    let mut resolver = Resolver::new(input);
    let mut document = document::build(input, options, &mut resolver);

    let mut summary = RedactionSummary::default();
    document::count_resolved(&resolver, &mut summary);
    let keep = choices.map(|_| Keep { salt: Salt::of(input), keys: &keys });
    document::redact(&mut document, &redactor, keep, &mut summary);

    let masking = options.redaction == RedactionMode::Mask;
    // The one text written after redaction. It may share a word with a declared secret; then it stays away.
    let clean = |footer: &String| redactor.find_in(footer, Scope::Run).is_empty();
    if let Some(footer) = summary.footer().filter(|_| masking).filter(clean) {
        document.blocks.push(Block::Footer(Run::plain(footer)));
    }
    let sheet = write(&document, options.format);
    verify::verify(&sheet, options.format, &redactor)?;
    let text = sheet.as_str().to_owned();
    Ok((Note { text, media_type: options.format.media_type(), redaction: masking.then_some(summary) }, sheet))
}

fn write(document: &Document, format: Format) -> Sheet {
    match format {
        Format::Text => text::write(document, text::Layout::Airy),
        Format::Psa => text::write(document, text::Layout::Compact),
        Format::Markdown => markdown::write(document),
        Format::Html => html::write(document),
    }
}

#[cfg(test)]
mod choice_tests;
#[cfg(test)]
mod tests;
