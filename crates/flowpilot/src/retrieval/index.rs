//! The index: which passages have a word, kept source by source.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use uuid::Uuid;

use super::{Meaning, Passage, Source, SourceDoc, digest_of, fuse::RRF, meaning::dot};
use crate::matching::{Word, related, words};

/// BM25: how soon a word said again counts no more, and how much length counts against a passage.
const AGAIN: f32 = 1.2;
const LENGTH: f32 = 0.5;
/// What a word of the title and of the heading counts, beside 1 in the text.
const TITLE: f32 = 2.0;
const HEADING: f32 = 2.5;
/// What is explained of a question at least; less is a word in common by chance.
const LEAST_EXPLAINED: f32 = 0.28;
/// What a passage earns at least, beside the best.
const LEAST_OF_BEST: f32 = 0.35;
/// How much a word nobody knows takes from what is explained.
const UNKNOWN: f32 = 0.5;
/// A passage is close in meaning from here on; the vectors of any two texts of a trade are not far apart.
const CLOSE: f32 = 0.45;
/// Passages of one source.
const OF_ONE: usize = 2;
/// Passages that are looked at in either order.
const DEEP: usize = 50;

#[derive(Clone, Debug)]
struct Entry {
    source: Source,
    title: Arc<str>,
    passage: Passage,
    digest: String,
    /// Its words, weighed.
    length: f32,
}

/// A passage that may answer a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it is of.
    pub source: Source,
    /// What that is called.
    pub title: String,
    /// The passage.
    pub passage: Passage,
    /// Whether it shares no words with the question, and was found by its meaning alone.
    pub by_meaning: bool,
}

impl Found {
    /// All that says what it is about.
    pub(super) fn text(&self) -> String {
        text_of(&self.title, &self.passage)
    }
}

/// What an account knows, ready to be asked; asking it changes nothing.
#[derive(Clone, Debug, Default)]
pub struct PassageIndex {
    entries: Vec<Option<Entry>>,
    places: BTreeMap<(u8, Uuid), Vec<u32>>,
    terms: HashMap<String, Vec<(u32, f32)>>,
    live: usize,
    length: f32,
}

impl PassageIndex {
    /// Puts a source in, in the place of what was known of it.
    pub fn put(&mut self, doc: SourceDoc) {
        self.remove(doc.source);
        let title: Arc<str> = doc.title.into();
        for passage in doc.passages {
            self.add(doc.source, Arc::clone(&title), passage);
        }
    }

    fn add(&mut self, source: Source, title: Arc<str>, passage: Passage) {
        let Ok(place) = u32::try_from(self.entries.len()) else { return };
        let digest = digest_of(&text_of(&title, &passage));
        let mut counts: HashMap<String, f32> = HashMap::new();
        let heading = passage.heading.as_deref().unwrap_or_default();
        for (text, worth) in [(&*title, TITLE), (heading, HEADING), (passage.text.as_str(), 1.0)] {
            for word in words(text) {
                *counts.entry(word.term).or_default() += worth;
            }
        }
        let length = counts.values().sum();
        for (term, count) in counts {
            self.terms.entry(term).or_default().push((place, count));
        }
        self.entries.push(Some(Entry { source, title, passage, digest, length }));
        self.places.entry(source.key()).or_default().push(place);
        self.live += 1;
        self.length += length;
    }

    /// Takes a source out, if it is in.
    pub fn remove(&mut self, source: Source) {
        for place in self.places.remove(&source.key()).unwrap_or_default() {
            if let Some(entry) = self.entries[place as usize].take() {
                self.live -= 1;
                self.length -= entry.length;
            }
        }
        if self.entries.len() > 2 * self.live + DEEP {
            self.close_up();
        }
    }

    /// Closes the places of what was taken out.
    fn close_up(&mut self) {
        let mut new = Self::default();
        for entry in std::mem::take(&mut self.entries).into_iter().flatten() {
            new.add(entry.source, entry.title, entry.passage);
        }
        *self = new;
    }

    /// How many passages it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.live
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// The text of every passage as a model of embeddings reads it, by its digest.
    #[must_use]
    pub fn texts(&self) -> BTreeMap<String, String> {
        let entries = self.entries.iter().flatten();
        entries.map(|entry| (entry.digest.clone(), text_of(&entry.title, &entry.passage))).collect()
    }

    /// The passages that may answer a question, the best first, at most so many, of the sources that are allowed.
    pub fn rank(
        &self,
        question: &str,
        most: usize,
        allowed: impl Fn(Source) -> bool,
        meaning: Option<&Meaning<'_>>,
    ) -> Vec<Found> {
        let mut may: HashMap<(u8, Uuid), bool> = HashMap::new();
        let mut may = |source: Source| *may.entry(source.key()).or_insert_with(|| allowed(source));
        let by_words = self.by_words(question, &mut may);
        let close = meaning.map(|meaning| self.by_meaning(meaning, &mut may)).unwrap_or_default();
        let said: HashSet<u32> = by_words.iter().copied().collect();
        let mut order: HashMap<u32, f32> = HashMap::new();
        for list in [by_words, close] {
            for (rank, place) in list.into_iter().enumerate() {
                *order.entry(place).or_default() += 1.0 / (RRF + rank as f32);
            }
        }
        let mut order: Vec<(u32, f32)> = order.into_iter().collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut found = Vec::new();
        let mut of_one: HashMap<(u8, Uuid), usize> = HashMap::new();
        for (place, _) in order {
            let Some(entry) = &self.entries[place as usize] else { continue };
            let count = of_one.entry(entry.source.key()).or_default();
            if *count == OF_ONE || found.len() == most {
                continue;
            }
            *count += 1;
            found.push(Found {
                source: entry.source,
                title: entry.title.to_string(),
                passage: entry.passage.clone(),
                by_meaning: !said.contains(&place),
            });
        }
        found
    }

    /// The sources of a kind by how close the closest of their passages is to what is meant, 0 to 1, the closest first.
    pub fn closest(&self, meaning: &Meaning<'_>, allowed: impl Fn(Source) -> bool) -> Vec<(Source, f32)> {
        let mut best: BTreeMap<(u8, Uuid), (Source, f32)> = BTreeMap::new();
        let mut may: HashMap<(u8, Uuid), bool> = HashMap::new();
        for entry in self.entries.iter().flatten() {
            let key = entry.source.key();
            if !*may.entry(key).or_insert_with(|| allowed(entry.source)) {
                continue;
            }
            if let Some(vector) = meaning.vectors.of(&entry.digest) {
                let near = dot(vector, meaning.question);
                let known = best.entry(key).or_insert((entry.source, near));
                known.1 = known.1.max(near);
            }
        }
        let mut close: Vec<(Source, f32)> = best.into_values().filter(|(_, near)| *near >= CLOSE).collect();
        close.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.key().cmp(&b.0.key())));
        close
    }

    fn by_meaning(&self, meaning: &Meaning<'_>, may: &mut impl FnMut(Source) -> bool) -> Vec<u32> {
        let mut close = Vec::new();
        for (place, entry) in (0..).zip(&self.entries) {
            let Some(entry) = entry else { continue };
            let Some(vector) = meaning.vectors.of(&entry.digest) else { continue };
            let near = dot(vector, meaning.question);
            if near >= CLOSE && may(entry.source) {
                close.push((place, near));
            }
        }
        best(close, DEEP)
    }

    fn by_words(&self, question: &str, may: &mut impl FnMut(Source) -> bool) -> Vec<u32> {
        let asked = asked(question);
        let mean = (self.length / (self.live.max(1) as f32)).max(1.0);
        let mut points: HashMap<u32, (f32, f32)> = HashMap::new();
        let mut whole = 0.0;
        for (word, again) in &asked {
            let own = [(word.term.clone(), 1.0)];
            let spelled = own.iter().chain(related(&word.term));
            let mut of_word: HashMap<u32, (f32, f32)> = HashMap::new();
            let mut worth = 0.0_f32;
            for (term, share) in spelled {
                let with: Vec<(u32, f32)> = self.live_with(term).collect();
                if with.is_empty() {
                    continue;
                }
                let rare = rarity(with.len(), self.live);
                worth = worth.max(rare * share);
                for (place, count) in with {
                    let Some(entry) = &self.entries[place as usize] else { continue };
                    let length = 1.0 - LENGTH + LENGTH * entry.length / mean;
                    let earned = rare * share * count * (AGAIN + 1.0) / (count + AGAIN * length);
                    let known = of_word.entry(place).or_default();
                    *known = (known.0.max(earned), known.1.max(rare * share));
                }
            }
            whole += if of_word.is_empty() { UNKNOWN } else { worth };
            for (place, (earned, explained)) in of_word {
                let known = points.entry(place).or_default();
                known.0 += earned * (1.0 + 0.2 * (again - 1.0).min(3.0));
                known.1 += explained;
            }
        }
        let explained =
            points.into_iter().filter(|(_, (_, explained))| *explained >= whole * LEAST_EXPLAINED);
        let mut scored = Vec::new();
        for (place, (points, _)) in explained {
            if self.entries[place as usize].as_ref().is_some_and(|entry| may(entry.source)) {
                scored.push((place, points));
            }
        }
        let top = scored.iter().map(|(_, points)| *points).fold(0.0, f32::max);
        scored.retain(|(_, points)| *points >= top * LEAST_OF_BEST);
        best(scored, DEEP)
    }

    /// What a word of a question is worth: how much it tells, little where nobody knows it.
    pub(super) fn worth(&self, term: &str) -> f32 {
        let of = |term: &str, share: f32| match self.live_with(term).count() {
            0 => 0.0,
            with => rarity(with, self.live) * share,
        };
        let own = of(term, 1.0);
        let worth = related(term).iter().map(|(term, share)| of(term, *share)).fold(own, f32::max);
        if worth > 0.0 { worth } else { UNKNOWN }
    }

    /// The passages that have a term.
    fn live_with(&self, term: &str) -> impl Iterator<Item = (u32, f32)> + '_ {
        let with = self.terms.get(term).map_or(&[][..], Vec::as_slice).iter().copied();
        with.filter(|(place, _)| self.entries[*place as usize].is_some())
    }
}

/// The words of a question, each once, with how often it is said.
fn asked(question: &str) -> Vec<(Word, f32)> {
    let mut asked: Vec<(Word, f32)> = Vec::new();
    for word in words(question) {
        match asked.iter_mut().find(|(known, _)| known.term == word.term) {
            Some((_, again)) => *again += 1.0,
            None => asked.push((word, 1.0)),
        }
    }
    asked
}

/// The passage with all that says what it is about.
fn text_of(title: &str, passage: &Passage) -> String {
    let heading = passage.heading.as_deref().filter(|heading| *heading != title).unwrap_or_default();
    let parts = [title, heading, passage.text.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The best of them, the first in the index where equal.
fn best(mut scored: Vec<(u32, f32)>, most: usize) -> Vec<u32> {
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.into_iter().take(most).map(|(place, _)| place).collect()
}

/// How much a word tells that so many of the passages have: 1 when one alone has it.
fn rarity(with: usize, of: usize) -> f32 {
    let idf = |with: f32| (1.0 + (of as f32 - with + 0.5) / (with + 0.5)).ln();
    idf(with as f32) / idf(1.0)
}
