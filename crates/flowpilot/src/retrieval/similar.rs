//! What an account knows that is like a problem: how much, and why.

use std::collections::HashSet;

use super::{Found, Meaning, Passage, PassageIndex, Source, meaning::dot};
use crate::matching::{related, words};

/// Words quoted as the reason.
const QUOTED: usize = 3;
/// How much is in common at least; less is by chance.
const LEAST: f64 = 0.3;
/// How like a passage is at most that shares no word.
const BY_MEANING: f64 = 0.6;

/// A passage that is like a problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// What it is of.
    pub source: Source,
    /// What that is called.
    pub title: String,
    /// The passage.
    pub passage: Passage,
    /// How much of the problem it speaks of, 0 to 1.
    pub score: f64,
    /// Why it was found, in a sentence.
    pub why: String,
}

impl PassageIndex {
    /// The passages most like a problem, the likest first, at most so many, of the sources that are allowed.
    pub fn similar(
        &self,
        problem: &str,
        most: usize,
        allowed: impl Fn(Source) -> bool,
        meaning: Option<&Meaning<'_>>,
    ) -> Vec<Similar> {
        let mut asked = words(problem);
        let mut once = HashSet::new();
        asked.retain(|word| once.insert(word.term.clone()));
        let asked: Vec<(String, String, f64)> = asked
            .into_iter()
            .map(|word| {
                let worth = f64::from(self.worth(&word.term));
                (word.term, word.surface, worth)
            })
            .collect();
        let whole: f64 = asked.iter().map(|(_, _, worth)| worth).sum();
        let weigh = |found: Found| {
            let text = found.text();
            let has: HashSet<String> = words(&text).into_iter().map(|word| word.term).collect();
            let mut shared: Vec<&(String, String, f64)> = asked
                .iter()
                .filter(|(term, _, _)| {
                    has.contains(term) || related(term).iter().any(|(other, _)| has.contains(other))
                })
                .collect();
            shared.sort_by(|a, b| b.2.total_cmp(&a.2));
            let by_words =
                shared.iter().map(|(_, _, worth)| worth).sum::<f64>() / whole.max(f64::MIN_POSITIVE);
            let near = meaning.and_then(|meaning| {
                let vector = meaning.vectors.of(&super::digest_of(&text))?;
                Some(f64::from(dot(vector, meaning.question)).clamp(0.0, 1.0) * BY_MEANING)
            });
            let near = near.unwrap_or_default();
            let why = if near > by_words || shared.is_empty() {
                "Its words differ, and it means something close.".to_owned()
            } else {
                format!("Both speak of {}.", quoted(&shared))
            };
            let score = by_words.max(near).min(1.0);
            let Found { source, title, passage, .. } = found;
            (score >= LEAST).then_some(Similar { source, title, passage, score, why })
        };
        let mut similar: Vec<Similar> =
            self.rank(problem, most, allowed, meaning).into_iter().filter_map(weigh).collect();
        similar.sort_by(|a, b| b.score.total_cmp(&a.score));
        similar
    }
}

/// “a”, “b” and “c”.
fn quoted(shared: &[&(String, String, f64)]) -> String {
    let words: Vec<String> =
        shared.iter().take(QUOTED).map(|(_, surface, _)| format!("“{surface}”")).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
