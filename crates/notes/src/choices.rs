//! What an engineer decides after a look at the note: what the rules masked for nothing, and what they missed.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::redact::{HitKey, Kind};
use crate::render::{Note, NoteError};

/// Most entries of each list of [`RedactionChoices`].
pub const MAX_CHOICES: usize = 500;
/// Longest text to mask, in bytes.
pub const MAX_MARKED_LENGTH: usize = 2_000;

/// An engineer's decisions about one note. They belong to one session: keys of another mean nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedactionChoices {
    /// Findings to show as they are, by the key a preview gave them: everywhere this value was found as this kind. Keys
    /// of declared secrets do not exist, and unknown keys keep nothing.
    pub keep: Vec<HitKey>,
    /// Texts to mask wherever they appear, in every redaction mode. Literal and case-sensitive; three characters or fewer
    /// only as a word of their own, as with declared secrets. A text to mask wins over a finding to keep.
    pub mask: Vec<String>,
}

/// A note to look at before it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The note as it would leave with these choices.
    pub note: Note,
    /// What was masked in it, or kept, in the order of the text.
    pub hits: Vec<NoteHit>,
    /// Keys to keep that kept nothing: the text was edited since, or it is masked for another reason.
    pub unused: Vec<HitKey>,
}

/// A place in a finished note where something was masked, or kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteHit {
    /// What it is.
    pub kind: Kind,
    /// Where it is in the note's text, in bytes, on character boundaries: the token, or the kept value with the escaping
    /// of the format. A HTML note says its title twice, so hits in it come twice too.
    pub range: Range<usize>,
    /// Its name for [`RedactionChoices::keep`]; `None` for what is never shown (declared secrets, marked texts).
    pub key: Option<HitKey>,
    /// Shown as it is, by the engineer's choice.
    pub kept: bool,
}

impl Preview {
    /// The ranges of the hits in UTF-16 code units, as browsers count.
    #[must_use]
    pub fn utf16_ranges(&self) -> Vec<Range<usize>> {
        let text = &self.note.text;
        let (mut at, mut units) = (0, 0);
        let mut count = |to: usize| {
            units += text[at..to].encode_utf16().count();
            at = to;
            units
        };
        self.hits.iter().map(|hit| count(hit.range.start)..count(hit.range.end)).collect()
    }
}

/// The choices, if they are within bounds.
pub(crate) fn checked(choices: &RedactionChoices) -> Result<(&[String], BTreeSet<HitKey>), NoteError> {
    let too_many = |what, max| Err(NoteError::TooManyChoices { what, max });
    if choices.keep.len() > MAX_CHOICES {
        return too_many("findings to keep", MAX_CHOICES);
    }
    if choices.mask.len() > MAX_CHOICES {
        return too_many("texts to mask", MAX_CHOICES);
    }
    if choices.mask.iter().any(|text| text.len() > MAX_MARKED_LENGTH) {
        return too_many("bytes in a text to mask", MAX_MARKED_LENGTH);
    }
    Ok((&choices.mask, choices.keep.iter().cloned().collect()))
}
