//! The anti-parrot guard (FIX-12): a prompt holds nothing an answer could repeat as if it had happened, and an answer
//! that repeats the prompt is refused.

use std::{collections::HashSet, sync::LazyLock};

use regex::Regex;

use crate::regex;

/// Words in a row that are no coincidence.
const RUN: usize = 6;
/// A sentence shorter than a run is looked at as a whole from this many words on.
const SHORT: usize = 4;

/// The sentences of a text that repeat the prompt, and not what was `given`: what stands in the case may be said.
#[must_use]
pub fn parroted<'t>(prompt: &str, given: &str, text: &'t str) -> Vec<&'t str> {
    let (prompt, given) = (words(prompt), words(given));
    let runs = |words: &[String], length: usize| -> HashSet<Vec<String>> {
        words.windows(length).map(<[String]>::to_vec).collect()
    };
    let mut known: Vec<Option<HashSet<Vec<String>>>> = vec![None; RUN + 1];
    let mut repeats = |said: &[String]| {
        let length = said.len().min(RUN);
        if length < SHORT {
            return false;
        }
        let known = known[length].get_or_insert_with(|| {
            let given = runs(&given, length);
            runs(&prompt, length).into_iter().filter(|run| !given.contains(run)).collect()
        });
        said.windows(length).any(|run| known.contains(run))
    };
    sentences(text).filter(|sentence| repeats(&words(sentence))).collect()
}

/// The sentences of a text, without what ends them.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '?', '!', '\n', ';', ':']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Words in capitals within a sentence that name nobody and nothing: the titles of notes, and the trade.
const CAPITALS: &[&str] = &["IT", "Problem", "Done", "Where", "What", "Resolution", "Symptoms", "How", "Use"];

/// Things of the trade: a prompt that names one tells a case.
const THINGS: &str = "account antivirus backup bitlocker bluescreen browser cable certificate computer dhcp disk dns docking \
    domain driver exchange excel firewall firmware gateway headset intune ip laptop licence license mailbox monitor network \
    onedrive outlook password pc policy port printer profile proxy queue reboot router server sharepoint spooler ssl switch \
    sync teams tenant toner update vpn wifi windows workstation";

static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let rules = [
        (r"[0-9]", "has a figure"),
        (r#"["“”„«»`]|(?:^|\s)'[^'\n]+'(?:\s|[.,;:]|$)"#, "quotes something"),
        (
            r"(?i)\b(?:e\.\s?g\.|for (?:example|instance)|examples?|such as|like this|sample|imagine|suppose)",
            "gives an example",
        ),
        (
            r"\b[A-Z][A-Z0-9]{2,}(?:_[A-Z0-9]+)*\b|\b[A-Z0-9]+_[A-Z0-9_]+\b",
            "has what looks like an error's name",
        ),
        (r"\{\{?\w+\}?\}|<[a-z_ ]+>", "has a place to fill in"),
        (r"#\w", "has what looks like a ticket's number"),
        (
            r"(?i)\b(?:user|client|customer|caller|engineer) (?:confirmed|reported that|verified|called back|rebooted|says that)\b",
            "tells an outcome",
        ),
        (
            r"(?i)\b(?:was|were|been) (?:restarted|rebooted|replaced|reinstalled|reset|cleared|unlocked|resolved|fixed|restored|verified)\b",
            "tells an outcome",
        ),
        (
            r"(?i)\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|this morning|o'clock|noon)\b",
            "has a time",
        ),
    ];
    rules.into_iter().map(|(pattern, what)| (regex(pattern), what)).collect()
});

/// What is wrong with the words of a prompt, each with where: a model that does not know better takes whatever looks like
/// a case for one.
#[must_use]
pub fn lint(prompt: &str) -> Vec<String> {
    let text = prompt;
    let mut wrong = Vec::new();
    for (rule, what) in RULES.iter() {
        wrong.extend(rule.find_iter(text).map(|found| format!("{what}: {}", found.as_str().trim())));
    }
    for sentence in sentences(text) {
        let all: Vec<&str> = sentence
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .collect();
        for (n, word) in all.iter().enumerate() {
            let folded = word.to_lowercase();
            if THINGS.split_whitespace().any(|thing| folded == thing || folded == format!("{thing}s")) {
                wrong.push(format!("names a thing of the trade: {word}"));
            }
            if n > 0 && word.starts_with(char::is_uppercase) && !CAPITALS.contains(word) {
                wrong.push(format!("has what looks like a name: {word}"));
            }
        }
    }
    let options =
        rf_notes::RedactionOptions { hostnames: true, unc_paths: true, guids: true, custom: Vec::new() };
    if let Ok(redactor) = rf_notes::Redactor::new(&options) {
        let found = redactor.find(text);
        wrong.extend(found.into_iter().map(|hit| format!("has {:?}: {}", hit.kind, &text[hit.range])));
    }
    wrong
}
