//! A text as the words it is compared by: folded, synonyms as one, endings off.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use rf_trees::fold;

use super::vocabulary::{COMMON, NEAR, SAME};

/// Longer words are codes and keys, which nobody is found by.
const LONGEST: usize = 40;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// What it is compared by.
    pub term: String,
    /// What stands in the text, folded; several words when they mean one thing together.
    pub surface: String,
}

impl Word {
    /// Whether not having met it tells anything: a number or a code is always new.
    pub(super) fn is_plain(&self) -> bool {
        self.surface.chars().all(char::is_alphabetic)
    }
}

struct Phrase {
    rest: Vec<&'static str>,
    term: &'static str,
}

/// Phrases by their first word, the longest first.
static PHRASES: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<_, Vec<Phrase>> = HashMap::new();
    for (term, spellings) in SAME {
        for spelling in *spellings {
            let mut parts = spelling.split(' ');
            if let Some(first) = parts.next() {
                phrases.entry(first).or_default().push(Phrase { rest: parts.collect(), term });
            }
        }
    }
    for list in phrases.values_mut() {
        list.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
    }
    phrases
});

static STOP: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON.split_whitespace().collect());

/// What a term is about as well, with how much of it.
static RELATED: LazyLock<HashMap<String, Vec<(String, f32)>>> = LazyLock::new(|| {
    let term = |word: &str| match words(word).as_slice() {
        [only] => only.term.clone(),
        _ => word.to_owned(),
    };
    let mut related: HashMap<String, Vec<(String, f32)>> = HashMap::new();
    for (word, others) in NEAR {
        let others = others.iter().map(|(other, share)| (term(other), *share));
        related.entry(term(word)).or_default().extend(others);
    }
    related
});

/// What a term is about as well.
pub(crate) fn related(term: &str) -> &'static [(String, f32)] {
    RELATED.get(term).map_or(&[], Vec::as_slice)
}

/// The words of a text, in their order, without those that say nothing.
pub(crate) fn words(text: &str) -> Vec<Word> {
    // Most texts are plain ASCII, where folding is a tenth of the work.
    let folded = if text.is_ascii() { text.to_ascii_lowercase() } else { fold(text) };
    let raw: Vec<&str> = folded
        // "don't" is one word; an address or a path is its parts.
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|part| part.trim_matches('\''))
        .filter(|part| !part.is_empty() && part.len() <= LONGEST)
        .collect();
    let mut words = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let (word, taken) = next(&raw[at..]);
        words.extend(word);
        at += taken;
    }
    words
}

/// The word a list of parts begins with, and how many parts it is made of.
fn next(raw: &[&str]) -> (Option<Word>, usize) {
    let Some(first) = raw.first().copied() else { return (None, 1) };
    // SRV-FILE01 is a file server, PRINT01 one for printing.
    let bare = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = if bare.len() >= 2 && bare.chars().all(char::is_alphabetic) { bare } else { first };
    let bare_too = (bare.len() < first.len()).then_some(bare);
    for spelling in std::iter::once(first).chain(bare_too) {
        for phrase in PHRASES.get(spelling).map_or(&[][..], Vec::as_slice) {
            if raw[1..].iter().take(phrase.rest.len()).eq(phrase.rest.iter()) {
                let taken = 1 + phrase.rest.len();
                let surface = raw[..taken].join(" ");
                return (Some(Word { term: phrase.term.to_owned(), surface }), taken);
            }
        }
    }
    let plain = if bare.contains('\'') { bare.replace('\'', "") } else { bare.to_owned() };
    if STOP.contains(plain.as_str()) {
        return (None, 1);
    }
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    let term = match plain.strip_prefix("0x") {
        Some(hex) if !hex.is_empty() => format!("0x{}", hex.trim_start_matches('0')),
        // A port or an event id; shorter numbers are everywhere, longer ones are nowhere else.
        _ if digits == plain.len() => {
            if !(3..=5).contains(&digits) {
                return (None, 1);
            }
            plain
        }
        _ if plain.chars().count() < 2 => return (None, 1),
        _ => stem(&plain),
    };
    (Some(Word { term, surface: first.to_owned() }), 1)
}

/// A word without its ending, so that printer, printing and prints meet. Not a word itself.
pub(super) fn stem(word: &str) -> String {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let mut stem = singular(word);
    // Neither is what the other does.
    if stem == "driver" {
        return stem;
    }
    for (ending, least) in
        [("ing", 3), ("ed", 3), ("er", 4), ("or", 5), ("ure", 4), ("ment", 4), ("ion", 5), ("ly", 4)]
    {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.len() >= least
            && rest.bytes().any(|b| b"aeiouy".contains(&b))
        {
            stem = undoubled(rest).to_owned();
            break;
        }
    }
    if stem.len() >= 4
        && let Some(rest) = stem.strip_suffix('e')
    {
        stem = rest.to_owned();
    }
    stem
}

fn singular(word: &str) -> String {
    if word.len() > 4
        && let Some(rest) = word.strip_suffix("ies")
    {
        return format!("{rest}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let keeps = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    match word.strip_suffix('s') {
        Some(rest) if !keeps => rest.to_owned(),
        _ => word.to_owned(),
    }
}

/// "mapp" of "mapped" is "map"; "install" and "access" keep theirs.
fn undoubled(stem: &str) -> &str {
    let bytes = stem.as_bytes();
    match bytes {
        [.., a, b] if a == b && !b"lsaeiou".contains(b) => &stem[..stem.len() - 1],
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn forms_of_a_word_meet() {
        for group in [
            &["print", "prints", "printer", "printers", "printing", "printed"][..],
            &["fail", "fails", "failed", "failing", "failure"],
            &["map", "maps", "mapped", "mapping"],
            &["connect", "connection", "connections", "connected"],
            &["update", "updates", "updating", "updated"],
            &["encrypt", "encrypted", "encryption"],
            &["policy", "policies"],
        ] {
            for word in group {
                assert_eq!(stem(word), stem(group[0]), "{word}");
            }
        }
        for (one, other) in [("user", "use"), ("server", "service"), ("access", "acces"), ("status", "stat")]
        {
            assert_ne!(stem(one), stem(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_is_called_differently_is_one_word() {
        assert_eq!(terms("Wi-Fi WLAN wireless"), ["wifi"; 3]);
        assert_eq!(terms("e-mail, mails"), ["email"; 2]);
        assert_eq!(terms("he is locked out of Office 365"), ["lockout", "m365"]);
        assert_eq!(terms("Remote Desktop to the other desktop"), ["rdp", "pc"]);
    }

    #[test]
    fn names_of_hosts_say_what_they_are_and_small_words_and_numbers_nothing() {
        assert_eq!(terms("SRV-SQL01 PRINT02"), ["server", "sql", "print"]);
        assert_eq!(terms("please help, it doesn't work 12 123456789"), Vec::<String>::new());
        assert_eq!(terms("port 3389, 0x0000011B"), ["port", "3389", "0x11b"]);
    }

    #[test]
    fn every_spelling_of_the_vocabulary_is_read_as_what_it_stands_for() {
        for (term, spellings) in SAME {
            for spelling in *spellings {
                assert_eq!(terms(spelling), [*term], "{spelling}");
            }
        }
    }
}
