//! Declared secrets and texts marked by hand: literal values that may not appear anywhere, whatever they look like.

use super::{Hit, Kind, Scope};
use crate::clean;
use crate::model::Variable;

/// From this length on a value is masked even inside a longer word.
const INSIDE_WORDS: usize = 4;
/// From this length on a single line of a value of several lines is masked on its own.
const LINE_ALONE: usize = 8;

/// The values to look for, longest first.
pub(crate) struct Secrets {
    needles: Vec<Needle>,
}

struct Needle {
    value: String,
    kind: Kind,
    whole_word: bool,
}

impl Secrets {
    pub(crate) fn none() -> Self {
        Self { needles: Vec::new() }
    }

    /// Collects the values of the secret variables, cleaned as the texts they are looked for in are cleaned.
    pub(crate) fn of(variables: &[Variable]) -> Self {
        let declared = variables.iter().filter(|v| v.secret).map(|v| v.value.as_str());
        let mut secrets = Self::none();
        secrets.add(declared, Kind::Secret);
        secrets
    }

    /// Adds texts an engineer marked in a preview. They are looked for exactly as declared values are.
    pub(crate) fn and_marked(mut self, marked: &[String]) -> Self {
        self.add(marked.iter().map(String::as_str), Kind::Marked);
        self
    }

    fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>, kind: Kind) {
        let mut values = Vec::new();
        for text in texts {
            let value = clean::lines(text);
            if value.contains('\n') {
                // A title is one line, and a note lays the lines of a text out one by one.
                values.push(clean::single_line(&value));
                let lines = value.lines().map(str::trim).filter(|l| l.chars().count() >= LINE_ALONE);
                values.extend(lines.map(str::to_owned));
            }
            values.push(value);
        }
        values.retain(|v| !v.is_empty());
        let needle = |value: String| Needle { whole_word: value.chars().count() < INSIDE_WORDS, kind, value };
        self.needles.extend(values.into_iter().map(needle));
        let order = |n: &Needle| (std::cmp::Reverse(n.value.len()), n.value.clone(), n.kind);
        self.needles.sort_by_cached_key(order);
        self.needles.dedup_by(|later, kept| later.value == kept.value);
    }

    pub(super) fn find(&self, text: &str, scope: Scope, hits: &mut Vec<Hit>) {
        for Needle { value, kind, whole_word } in &self.needles {
            // Lines of a finished note stand beside each other by chance.
            if scope == Scope::Output && value.contains('\n') {
                continue;
            }
            let mut from = 0;
            while let Some(start) = text[from..].find(value.as_str()).map(|i| from + i) {
                let end = start + value.len();
                if !whole_word || stands_alone(text, start, end) {
                    hits.push(Hit::new(*kind, start..end));
                }
                // The next search starts inside this one: a value may overlap itself.
                from = start + text[start..].chars().next().map_or(1, char::len_utf8);
            }
        }
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    !text[..start].chars().next_back().is_some_and(word) && !text[end..].chars().next().is_some_and(word)
}
