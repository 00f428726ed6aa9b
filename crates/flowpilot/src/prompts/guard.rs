//! What no answer may have, whatever it is: addresses nobody gave it, pictures, and the prompt's own words.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{PromptFile, Refused, parrot::parroted};
use crate::{document::Evidence, regex};

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"(?i)(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)[^\s"'<>)\]`]*"#,
        r#"|\b(?:mailto:|javascript:|data:[a-z]+/)[^\s"'<>)\]`]+"#
    ))
});
static PICTURE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)!\[[^\]]*\]\s*[\[(]|<\s*(?:img|iframe|script|object|embed|video|audio|svg|link|a)\b")
});

/// Refuses an answer that points anywhere but to what was given, or shows a picture.
pub(super) fn no_new_addresses(answer: &Value, given: &str) -> Result<(), Refused> {
    let known = |address: &str| given.contains(address.trim_end_matches(['.', ',', ';', ':', '!', '?']));
    let points = |text: &str| {
        PICTURE.is_match(text) || ADDRESS.find_iter(text).any(|address| !known(address.as_str()))
    };
    if texts(answer).into_iter().any(points) { Err(Refused::Link) } else { Ok(()) }
}

/// Refuses an answer that repeats the prompt.
pub(super) fn no_parrot(file: PromptFile, answer: &Value, given: &str) -> Result<(), Refused> {
    let prompt = prompt_of(file);
    let repeats = |text: &str| !parroted(&prompt, given, text).is_empty();
    if texts(answer).into_iter().any(repeats) { Err(Refused::Parroted) } else { Ok(()) }
}

/// All a prompt says.
pub(super) fn prompt_of(file: PromptFile) -> String {
    format!("{}\n{}", PromptFile::RULES, file.text())
}

/// All the case says.
pub(super) fn given(evidence: &[Evidence]) -> String {
    evidence.iter().flat_map(|evidence| [evidence.label.as_str(), "\n", &evidence.text, "\n"]).collect()
}

/// Every text of a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
