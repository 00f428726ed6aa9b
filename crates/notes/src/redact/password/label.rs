//! Labels whose value stands in the line below.

use std::sync::LazyLock;

use regex::Regex;

use super::super::regex;
use super::super::rules::Sink;
use super::super::words::{is_state, longer_than, looks_made_up};
use super::{KEYWORD, Word, kind_of, word_class};

/// A line that announces the value below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redact) enum Label {
    /// "Password:" with nothing behind it: any one word that is no state.
    Alone,
    /// Speaks of a password, as in "Password for both accounts:": what looks like nothing else.
    Loose,
}

/// Whether a line is a label without its value.
pub(in crate::redact) fn label(line: &str) -> Option<Label> {
    let label = line.trim_end();
    if label.len() > 80 {
        return None;
    }
    let colon = label.ends_with([':', '=']);
    let words = label.trim_end_matches([':', '=', ' ', '*', '_']);
    let keywords = KEYWORD.find_iter(words).filter(|k| word_class(k.as_str()) != Word::Credentials);
    let last = keywords.last()?;
    let at_end = last.end() == words.len();
    match (colon, at_end) {
        (true, true) => Some(Label::Alone),
        (true, false) => Some(Label::Loose),
        // "what's the wifi pw?", and the answer below.
        (false, _) => Some(Label::Loose),
    }
}

/// The value below a label that stood alone: a line of one word.
pub(in crate::redact) fn find_below_label(line: &str, label: Label, sink: &mut Sink<'_>) {
    let mut value = line.trim();
    if label == Label::Loose {
        // "[10:03] ana: …"
        value = CHAT_START.find(value).map_or(value, |m| &value[m.end()..]);
    }
    if value.contains(char::is_whitespace)
        || !longer_than(value, 2)
        || is_state(value)
        || value.ends_with(':')
        || label == Label::Loose && !looks_made_up(value)
    {
        return;
    }
    let start = line.trim_end().len() - value.len();
    sink.push(kind_of(value, ""), start..start + value.len());
}

static CHAT_START: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:\[[^\]]{1,30}\] ?)?(?:[\p{L}.-]{1,30}(?: [\p{L}.-]{1,30})?: ?)?"));
