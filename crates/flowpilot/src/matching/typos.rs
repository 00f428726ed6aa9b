//! Words nobody knows, read as the known ones they are a slip away from.

use std::{collections::HashMap, sync::Arc};

/// Shorter words are other words with one letter changed.
const SHORTEST: usize = 5;
/// From this length on two slips are forgiven.
const LONG: usize = 8;
/// Known words that are looked at closely, those with most in common first.
const LOOKED_AT: usize = 40;

/// The words of the library as they are written there, by what they are made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Typos {
    known: Vec<Spelling>,
    numbers: HashMap<Arc<str>, u32>,
    grams: HashMap<[char; 3], Vec<u32>>,
}

/// A word as it is written.
#[derive(Clone, Debug)]
struct Spelling {
    word: Arc<str>,
    term: u32,
    /// Flows that have it; a word of no flow is nobody's.
    flows: u32,
}

impl Typos {
    /// The number of a word that stands for that term.
    pub(super) fn learn(&mut self, word: String, term: u32) -> u32 {
        if let Some(number) = self.numbers.get(word.as_str()) {
            return *number;
        }
        let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        if word.chars().count() >= SHORTEST && word.chars().all(char::is_alphabetic) {
            for gram in grams(&word) {
                let with = self.grams.entry(gram).or_default();
                if with.last() != Some(&number) {
                    with.push(number);
                }
            }
        }
        let word: Arc<str> = word.into();
        self.known.push(Spelling { word: Arc::clone(&word), term, flows: 0 });
        self.numbers.insert(word, number);
        number
    }

    /// One more flow has these words.
    pub(super) fn hold(&mut self, numbers: &[u32]) {
        numbers.iter().for_each(|number| self.known[*number as usize].flows += 1);
    }

    /// One flow less has them.
    pub(super) fn release(&mut self, numbers: &[u32]) {
        numbers.iter().for_each(|number| self.known[*number as usize].flows -= 1);
    }

    /// What a word stands for.
    pub(super) fn term(&self, number: u32) -> u32 {
        self.known[number as usize].term
    }

    /// Memory it keeps, bytes.
    pub(super) fn bytes(&self) -> usize {
        let entry = size_of::<Spelling>() + size_of::<(Arc<str>, u32)>();
        let known = self.known.iter().map(|spelling| spelling.word.len() + entry);
        let grams = self.grams.values().map(|with| with.len() * 4 + size_of::<([char; 3], Vec<u32>)>());
        known.chain(grams).sum()
    }

    /// The known word an unknown one was meant to be, with its term; of several the most alike.
    pub(super) fn meant(&self, word: &str) -> Option<(&str, u32)> {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < SHORTEST {
            return None;
        }
        let slips = if letters.len() >= LONG { 2 } else { 1 };
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for gram in grams(word) {
            for at in self.grams.get(&gram).into_iter().flatten() {
                *shared.entry(*at).or_default() += 1;
            }
        }
        let mut alike: Vec<(usize, &Spelling)> =
            shared.into_iter().map(|(at, count)| (count, &self.known[at as usize])).collect();
        alike.retain(|(_, known)| known.flows > 0);
        // By the word where they are equal: what a library finds does not depend on how it came to be.
        alike.sort_unstable_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.word.cmp(&other.word)));
        let near = alike.into_iter().take(LOOKED_AT).filter_map(|(_, known)| {
            let known_letters: Vec<char> = known.word.chars().collect();
            let distance = distance(&letters, &known_letters, slips)?;
            Some((distance, &*known.word, known.term))
        });
        near.min_by_key(|(distance, ..)| *distance).map(|(_, known, term)| (known, term))
    }
}

/// Every three letters in a row, with two blanks before and one after.
fn grams(word: &str) -> Vec<[char; 3]> {
    let padded: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
    padded.windows(3).map(|gram| [gram[0], gram[1], gram[2]]).collect()
}

/// Letters more, less, other or exchanged with their neighbour; `None` when there are more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect::<Vec<usize>>(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        let [before, last, now] = &mut rows;
        now[0] = i;
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            now[j] = (last[j] + 1).min(now[j - 1] + 1).min(last[j - 1] + other);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                now[j] = now[j].min(before[j - 2] + 1);
            }
        }
        rows.rotate_left(1);
    }
    let slips = rows[1][b.len()];
    (slips <= most).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_forgiven_and_another_word_is_not() {
        let words = ["printer", "outlook", "certificate", "encrypted", "monitoring"];
        let mut typos = Typos::default();
        let numbers: Vec<u32> =
            words.into_iter().zip(0..).map(|(word, term)| typos.learn(word.to_owned(), term)).collect();
        typos.hold(&numbers);
        for (typed, meant) in [
            ("pinter", Some("printer")),
            ("outlok", Some("outlook")),
            ("otulook", Some("outlook")),
            ("certifcate", Some("certificate")),
            ("cretifciate", Some("certificate")),
            ("encripted", Some("encrypted")),
            ("look", None),
            ("monitor", None),
            ("keyboard", None),
        ] {
            assert_eq!(typos.meant(typed).map(|(word, _)| word), meant, "{typed}");
        }
    }

    #[test]
    fn a_word_no_flow_has_any_more_is_not_meant() {
        let mut typos = Typos::default();
        let number = typos.learn("printer".to_owned(), 0);
        assert_eq!(typos.meant("pinter"), None);
        typos.hold(&[number]);
        assert_eq!(typos.meant("pinter"), Some(("printer", 0)));
        typos.release(&[number]);
        assert_eq!(typos.meant("pinter"), None);
    }

    #[test]
    fn slips_are_counted() {
        let count =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 9);
        for (a, b, slips) in
            [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abcd", "abd", 1), ("ab", "xyz", 3)]
        {
            assert_eq!(count(a, b), Some(slips), "{a} {b}");
            assert_eq!(count(b, a), Some(slips), "{b} {a}");
        }
    }
}
