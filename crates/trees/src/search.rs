//! Ranked search: what a flow is found by, and how well it fits. Pure, and the only place that decides: stores
//! narrow down with indexes and add up the points given here, so all of them answer the same order.
//!
//! Texts are compared folded ([`fold`]): without letter case and diacritics. A flow is known by its distinct
//! words, each with the best field it stands in ([`FlowDraft::search_words`]). Every word asked for has to match
//! one of them, in the best way [`match_words`] finds; it earns [`points`], the way's quality times the field's
//! weight, and the flow's score is the sum of the best points of each word ([`SearchQuery::score`]).
//!
//! What is asked with signs in it (`c:\temp`, `100%`, `kb-12`) has to occur as it is written; its parts are scored
//! like words.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::FlowDraft;

/// Longer words are known by their beginning.
const WORD: usize = 64;
/// A flow is known by that many distinct words: those of its name first, of its last steps last.
const WORDS: usize = 4_000;
/// Words of a question; what comes after them is not looked at.
const ASKED: usize = 24;
/// Shorter words are matched from their beginning only: inside others they are everywhere.
const INSIDE: usize = 3;

/// Shorter words are other words with one character changed.
const SLIP: usize = 5;

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchField {
    /// In the name.
    Name,
    /// In a tag or the category.
    Label,
    /// In the description.
    Description,
    /// In the text of a step.
    Step,
}

impl SearchField {
    /// Every field, weightiest first.
    pub const ALL: [Self; 4] = [Self::Name, Self::Label, Self::Description, Self::Step];

    /// Its number in a store.
    #[must_use]
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// How much a match in it counts.
    #[must_use]
    pub const fn weight(self) -> i64 {
        match self {
            Self::Name => 8,
            Self::Label => 4,
            Self::Description => 2,
            Self::Step => 1,
        }
    }
}

/// How a word matches the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordMatch {
    /// It is the same.
    Exact,
    /// It begins with it.
    Prefix,
    /// It contains it.
    Inside,
    /// It shares most of its trigrams: one typing error.
    Close,
    /// It shares many of its trigrams: another ending, a worse typing error.
    Near,
}

impl WordMatch {
    /// How much it counts.
    #[must_use]
    pub const fn quality(self) -> i64 {
        match self {
            Self::Exact => 100,
            Self::Prefix => 80,
            Self::Inside => 60,
            Self::Close => 50,
            Self::Near => 30,
        }
    }
}

/// What a match in a field earns.
#[must_use]
pub const fn points(how: WordMatch, field: SearchField) -> i64 {
    how.quality() * field.weight()
}

/// Without letter case and diacritics; compatibility forms (full-width letters, ligatures) as their plain ones.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            // A lower-case letter can bring its own mark along: the dot of İ.
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// The words of a folded text.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD).collect())
}

/// Every three characters in a row, with two blanks before and one after, so that beginnings weigh more.
#[must_use]
pub fn trigrams(word: &str) -> BTreeSet<String> {
    let padded: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
    padded.windows(3).map(|gram| gram.iter().collect()).collect()
}

/// How many trigrams a word has to share with the asked one to be worth a look: [`match_words`] finds nothing
/// but beginnings below it.
#[must_use]
pub fn least_shared_trigrams(asked: &str) -> usize {
    // A quarter; of a short word at least what its inside has.
    trigrams(asked).len().div_ceil(4).min(asked.chars().count().saturating_sub(2)).max(1)
}

/// How `word` matches `asked`, the best way first; both are folded. Words are similar when they share 40 % of
/// their trigrams, or 25 % and are long and one slip of the finger apart.
#[must_use]
pub fn match_words(asked: &str, word: &str) -> Option<WordMatch> {
    if word == asked {
        return Some(WordMatch::Exact);
    }
    if word.starts_with(asked) {
        return Some(WordMatch::Prefix);
    }
    if asked.chars().count() < INSIDE {
        return None;
    }
    if word.contains(asked) {
        return Some(WordMatch::Inside);
    }
    let (ours, theirs) = (trigrams(asked), trigrams(word));
    let shared = ours.intersection(&theirs).count();
    let all = ours.len() + theirs.len() - shared;
    if shared * 5 >= all * 3 {
        Some(WordMatch::Close)
    } else if shared * 5 >= all * 2 {
        Some(WordMatch::Near)
    } else {
        let slip = asked.chars().count() >= SLIP && shared * 4 >= all && one_slip(asked, word);
        slip.then_some(WordMatch::Near)
    }
}

/// One character more, less or other, or two neighbours exchanged.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 => {
            let exchanged =
                short.len() >= 2 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
            exchanged || short.get(1..) == long.get(1..)
        }
        1 => *short == long[1..],
        _ => false,
    }
}

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<String>,
    literals: Vec<String>,
}

impl SearchQuery {
    /// Reads a question, given piece by piece.
    #[must_use]
    pub fn new<S: AsRef<str>>(asked: &[S]) -> Self {
        let mut query = Self::default();
        for piece in asked {
            let piece = fold(piece.as_ref());
            // The full stop of a sentence is not meant; a sign that stands alone is.
            let plain = piece.trim_end_matches(['.', ',', ';', ':', '!', '?']);
            query.add(if plain.contains(char::is_alphanumeric) { plain } else { &piece });
        }
        query.words.truncate(ASKED);
        query.literals.truncate(ASKED);
        query
    }

    fn add(&mut self, piece: &str) {
        let piece = piece.trim();
        if piece.is_empty() {
            return;
        }
        if is_word(piece) {
            push_new(&mut self.words, piece);
            return;
        }
        push_new(&mut self.literals, piece);
        // Where the piece occurs, what follows a sign begins a word, and its first part is in one.
        let parts = piece.split(|c: char| !c.is_alphanumeric());
        for (index, part) in parts.enumerate() {
            if is_word(part) && (index > 0 || part.chars().count() >= INSIDE) {
                push_new(&mut self.words, part);
            }
        }
    }

    /// Words that each have to match one of the flow's.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Texts that each have to occur in the flow's folded text.
    #[must_use]
    pub fn literals(&self) -> &[String] {
        &self.literals
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.literals.is_empty()
    }

    /// How well a flow of those words and that folded text fits; `None` when it does not.
    #[must_use]
    pub fn score(&self, known: &[(String, SearchField)], text: &str) -> Option<i64> {
        if !self.literals.iter().all(|literal| text.contains(literal)) {
            return None;
        }
        let best = |asked: &String| {
            let earned =
                known.iter().filter_map(|(word, field)| Some(points(match_words(asked, word)?, *field)));
            earned.max()
        };
        self.words.iter().map(best).sum()
    }
}

/// Letters and digits alone, of a length and a script in which words are told apart.
fn is_word(piece: &str) -> bool {
    !piece.is_empty()
        && piece.chars().count() <= WORD
        // Chinese and Japanese put no blanks between words; there the text is searched as it stands.
        && piece.chars().all(|c| c.is_alphanumeric() && c < '\u{2e80}')
}

fn push_new(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

impl FlowDraft {
    /// What is found as it is written: all texts, folded, with a blank between them.
    #[must_use]
    pub fn search_text(&self) -> String {
        let texts: Vec<String> = self.search_parts().map(|(_, text)| fold(text)).collect();
        texts.join(" ")
    }

    /// The distinct words the flow is found by, each with the best field it stands in.
    #[must_use]
    pub fn search_words(&self) -> Vec<(String, SearchField)> {
        let mut known = BTreeMap::new();
        for (field, text) in self.search_parts() {
            for word in words(&fold(text)) {
                if known.len() >= WORDS {
                    return known.into_iter().collect();
                }
                // Weightier fields come first.
                known.entry(word).or_insert(field);
            }
        }
        known.into_iter().collect()
    }

    fn search_parts(&self) -> impl Iterator<Item = (SearchField, &str)> {
        let labels = self.category.iter().chain(&self.tags);
        [(SearchField::Name, self.name.as_str())]
            .into_iter()
            .chain(labels.map(|label| (SearchField::Label, label.as_str())))
            .chain(self.description.iter().map(|text| (SearchField::Description, text.as_str())))
            .chain(self.structure.texts().into_iter().map(|(_, text)| (SearchField::Step, text)))
    }
}

#[cfg(test)]
mod tests;
