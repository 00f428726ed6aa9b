//! The sentences of a drafted note while they come, each shown once the checker took it.

use serde_json::Value;

use super::{NotePrompt, notes::Reading};
use crate::pseudonyms::Pseudonyms;

/// How deep the parts of a note stand: the list of sections, a section, the list of its sentences, a sentence.
const SECTION: usize = 3;
const SENTENCE: usize = 5;

/// Reads a note out of an answer of which the JSON is still coming. What it shows has passed the same checks as the whole
/// will, which is read at its end and replaces what was shown.
#[derive(Debug)]
pub struct LiveNote<'a> {
    reading: Reading<'a>,
    pseudonyms: &'a Pseudonyms,
    /// The section that is coming, from its brace.
    section: String,
    depth: usize,
    in_text: bool,
    escaped: bool,
    /// Sentences of the section that were looked at.
    seen: usize,
    /// Whether anything of the section was shown, and anything at all.
    has_begun: bool,
    has_shown: bool,
}

impl<'a> LiveNote<'a> {
    /// For the answer to such a prompt.
    #[must_use]
    pub fn new(prompt: &'a NotePrompt<'a>, pseudonyms: &'a Pseudonyms) -> Self {
        Self {
            reading: Reading::of(prompt),
            pseudonyms,
            section: String::new(),
            depth: 0,
            in_text: false,
            escaped: false,
            seen: 0,
            has_begun: false,
            has_shown: false,
        }
    }

    /// The next piece of the answer's JSON; answers what of the note can be shown now, in Markdown.
    pub fn push(&mut self, json: &str) -> Option<String> {
        let mut shown = String::new();
        for c in json.chars() {
            if self.depth >= SECTION {
                self.section.push(c);
            }
            if self.in_text {
                match c {
                    _ if self.escaped => self.escaped = false,
                    '\\' => self.escaped = true,
                    '"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match c {
                '"' => self.in_text = true,
                '{' | '[' => {
                    self.depth += 1;
                    if self.depth == SECTION {
                        (self.section, self.seen, self.has_begun) = (c.to_string(), 0, false);
                    }
                }
                '}' | ']' => {
                    match self.depth {
                        SENTENCE => self.look("]}", &mut shown),
                        SECTION => self.look("", &mut shown),
                        _ => {}
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                _ => {}
            }
        }
        (!shown.is_empty()).then_some(shown)
    }

    /// Looks at the section as far as it has come, with what would end it here.
    fn look(&mut self, end: &str, shown: &mut String) {
        let Ok(section) = serde_json::from_str::<Value>(&format!("{}{end}", self.section)) else { return };
        let title = self.reading.title(&section);
        if title.is_none() && section.get("title").is_some() {
            return;
        }
        let sentences = section.get("sentences").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for sentence in sentences.iter().skip(self.seen) {
            self.seen += 1;
            // For a token nobody gave out the whole answer is refused at its end.
            let (sentence, unknown) = self.pseudonyms.restore_value(sentence);
            let Some(text) = self.reading.sentence(&sentence).filter(|_| unknown.is_empty()) else {
                continue;
            };
            if !self.has_begun {
                self.has_begun = true;
                if self.has_shown {
                    shown.push('\n');
                }
                // A heading that comes behind its sentences is in the whole.
                if let Some(title) = title {
                    shown.push_str(&format!("## {title}\n\n"));
                }
            }
            self.has_shown = true;
            shown.push_str(&format!("- {text}\n"));
        }
    }
}
