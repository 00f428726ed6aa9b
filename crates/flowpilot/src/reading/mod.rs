//! What a ticket says, as far as rules can tell: a summary line, the domain, the error signatures.

mod domain;
mod log;
mod meanings;
mod signature;

pub use domain::Domain;
pub use log::read_log;
pub use meanings::{MEANINGS, Meaning, meaning_of};
pub use signature::{Signature, SignatureKind};

use crate::Intake;

/// Characters of a summary.
const SUMMARY: usize = 120;

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reading {
    /// The cleaned text.
    pub text: String,
    /// Its first sentence, on one line.
    pub summary: String,
    /// What it is about, as far as its words tell.
    pub domain: Domain,
    /// The error signatures in it, in the order they stand there, each once.
    pub signatures: Vec<Signature>,
}

impl Reading {
    /// Reads an intake.
    #[must_use]
    pub fn of(intake: &Intake) -> Self {
        let text = intake.text().to_owned();
        let signatures = signature::extract(&text);
        let domain = domain::guess(&text, &signatures);
        Self { summary: summary(&text), text, domain, signatures }
    }
}

/// What a text about IT is about, by its words alone.
pub(crate) fn domain_of(text: &str) -> Domain {
    domain::guess(text, &[])
}

/// The error signatures of a text.
pub(crate) fn signatures_of(text: &str) -> Vec<Signature> {
    // Each has a number in it or words joined by a line, or follows the words stop code.
    let may_have = text.contains(|c: char| c.is_ascii_digit() || c == '_') || text.contains("top");
    if may_have { signature::extract(text) } else { Vec::new() }
}

/// The first line that says something, to the end of its first sentence, not longer than a list shows.
fn summary(text: &str) -> String {
    const GREETINGS: [&str; 8] = ["hi", "hello", "hey", "dear", "good", "fyi", "hallo", "morning"];
    let says = |line: &&str| {
        let first = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        let short = line.split_whitespace().count() <= 4;
        let is_greeting = short && GREETINGS.contains(&first.as_str());
        !line.trim().is_empty() && !is_greeting
    };
    let line = text.lines().find(says).or_else(|| text.lines().find(|line| !line.trim().is_empty()));
    let line = line.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = line.find(['.', '!', '?']).filter(|end| *end >= 20 && line[*end + 1..].starts_with(' '));
    let line = sentence.map_or(line.as_str(), |end| &line[..end]);
    if line.chars().count() <= SUMMARY {
        return line.to_owned();
    }
    let cut: String = line.chars().take(SUMMARY - 1).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}

#[cfg(test)]
mod tests;
