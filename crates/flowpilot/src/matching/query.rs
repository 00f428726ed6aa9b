//! What a ticket asks for: its words, each with how much it counts and what else it may be.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::{
    index::FlowIndex,
    words::{Word, related, words},
};
use crate::{Reading, intake::LOG_LINE, regex};

/// Words of a ticket that are looked at; a log goes on for ever. Some more for what signs and errors mean.
const MOST: usize = 64;
const MOST_MEANT: usize = MOST + 32;
/// How much the first line counts, which is the subject of a mail; a line of a log; what an error means.
const FIRST: f32 = 1.3;
const LOG: f32 = 0.5;
const MEANING: f32 = 0.6;
/// What each time a word is said again adds, by the logarithm of the times.
const AGAIN: f32 = 0.25;
/// How much of a word is left when it was read as a known one.
const TYPO: f32 = 0.75;
/// How much a word nobody knows takes from what is explained, beside 1 for the rarest one known.
const UNKNOWN: f32 = 0.45;

/// What a ticket writes in signs, and what it means in words.
static SIGNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    vec![
        (regex(r"(?i)\b[d-z]:(?:\s|\\|$)|\b[d-z][ -]?drive\b|\b(?:drive|laufwerk) [d-z]\b"), "network drive"),
        (regex(r"\\\\[\w.-]+\\"), "network share"),
        (regex(r"\b169\.254\."), "dhcp address"),
        (regex(r"(?i)\bc:(?:\s|$)|\b\d+(?:\.\d+)? ?[gmt]b (?:free|left|remaining)\b"), "disk space"),
    ]
});

/// A known word that a word of the ticket is, or may be about.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub term: u32,
    /// How much of the word it is: 1 is the word itself.
    pub share: f32,
}

/// A word of the ticket.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// As it stands in the ticket, folded; `None` when only the meaning of an error says it.
    pub surface: Option<String>,
    /// The known word it was read as, when nobody knows it as it stands.
    pub meant: Option<String>,
    /// How much it counts.
    pub weight: f32,
    /// The known words it may be; a flow earns the best of them. Empty when nobody knows it.
    pub references: Vec<Reference>,
    /// What it would be worth to a flow that has all of it.
    pub ceiling: f32,
}

/// A ticket as the index is asked.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub asked: Vec<Asked>,
}

struct Said {
    word: Word,
    /// Whether it stands in the ticket itself.
    itself: bool,
    weight: f32,
    times: u16,
}

impl Query {
    pub(super) fn new(index: &FlowIndex, reading: &Reading) -> Self {
        let mut said: Vec<Said> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut say = |word: Word, weight: f32, itself: bool, most: usize| match places.get(&word.term) {
            Some(&at) => {
                let known: &mut Said = &mut said[at];
                known.weight = known.weight.max(weight);
                known.times = known.times.saturating_add(1);
            }
            None if said.len() >= most => {}
            None => {
                places.insert(word.term.clone(), said.len());
                said.push(Said { word, itself, weight, times: 1 });
            }
        };
        let lines = reading.text.lines().filter(|line| !line.trim().is_empty());
        // What somebody wrote is not crowded out by the log above it.
        let (log, written): (Vec<&str>, Vec<&str>) = lines.partition(|line| LOG_LINE.is_match(line));
        let written = written.into_iter().zip(std::iter::once(FIRST).chain(std::iter::repeat(1.0)));
        for (line, weight) in written.chain(log.into_iter().map(|line| (line, LOG))) {
            words(line).into_iter().for_each(|word| say(word, weight, true, MOST));
        }
        for (sign, meaning) in SIGNS.iter() {
            if let Some(found) = sign.find(&reading.text) {
                let surface = found.as_str().trim().to_lowercase();
                words(meaning)
                    .into_iter()
                    .for_each(|word| say(Word { surface: surface.clone(), ..word }, 1.0, true, MOST_MEANT));
            }
        }
        for signature in &reading.signatures {
            let meaning = words(signature.meaning.unwrap_or_default());
            meaning.into_iter().for_each(|word| say(word, MEANING, false, MOST_MEANT));
        }
        Self { asked: said.into_iter().filter_map(|said| asked(index, &said)).collect() }
    }

    /// What the ticket would be worth to a flow that explains all of it.
    pub(super) fn ceiling(&self) -> f32 {
        self.asked.iter().map(|asked| asked.weight * asked.ceiling).sum()
    }
}

/// Looks a word up; `None` when it tells nothing whether it is known or not.
fn asked(index: &FlowIndex, said: &Said) -> Option<Asked> {
    let Word { term, surface } = &said.word;
    let weight = said.weight * (1.0 + AGAIN * f32::from(said.times).ln());
    let refer = |term: &str, share: f32| Some(Reference { term: index.term(term)?, share });
    let itself = refer(term, 1.0);
    let near = related(term).iter().filter_map(|(other, share)| refer(other, *share));
    let mut references: Vec<Reference> = itself.into_iter().chain(near).collect();
    let mut meant = None;
    if references.is_empty()
        && said.word.is_plain()
        && let Some((word, term)) = index.typos.meant(surface)
    {
        references.push(Reference { term, share: TYPO });
        meant = Some(word.to_owned());
    }
    let ceilings = references.iter().map(|reference| reference.share * index.ceiling(reference.term));
    let ceiling = ceilings.fold(0.0, f32::max);
    if references.is_empty() && !said.word.is_plain() {
        return None;
    }
    let ceiling = if references.is_empty() { UNKNOWN } else { ceiling };
    let surface = said.itself.then(|| surface.clone());
    Some(Asked { surface, meant, weight, references, ceiling })
}
