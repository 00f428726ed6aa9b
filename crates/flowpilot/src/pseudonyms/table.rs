//! The table of a conversation: which token stands for what.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    ops::Range,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Finder, PseudonymKind,
    find::{Hiding, joined},
    names,
    token::{MOST_SPELLINGS, Token, shapes, tag_of},
};

/// Which token stands for what, in one conversation. Belongs to the conversation's data and is as confidential: it holds
/// the originals, and shows none of them but by [`Pseudonyms::restore`] and serde.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Pseudonyms {
    tag: String,
    originals: Vec<Original>,
    /// Where an original is, by its kind and folded spelling.
    index: HashMap<(PseudonymKind, String), usize>,
    /// Originals by kind, in order of their number.
    numbers: BTreeMap<PseudonymKind, Vec<usize>>,
}

/// A value and the ways it was spelled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Original {
    kind: PseudonymKind,
    spellings: Vec<String>,
}

/// A table as it is kept.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    tag: String,
    originals: Vec<Original>,
}

/// A text with the originals in the place of their tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Restored {
    /// The text.
    pub text: String,
    /// What looks like a token and stands for nothing here: the model made it up.
    pub unknown: Vec<String>,
}

impl Pseudonyms {
    /// An empty table for that conversation.
    #[must_use]
    pub fn new(conversation: Uuid) -> Self {
        Self {
            tag: tag_of(conversation),
            originals: Vec::new(),
            index: HashMap::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// Says that a value is one to hide wherever it stands: the client's name, people on the ticket, their machines. A
    /// person's first and last name are hidden by themselves too, and so is a client's name without its legal form.
    pub fn know(&mut self, kind: PseudonymKind, name: &str) {
        let name = rf_notes::visible(name);
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return;
        }
        let at = self.place(kind, &name).0;
        let aliases: Vec<&str> = match kind {
            PseudonymKind::Person => names::parts(&name).collect(),
            PseudonymKind::Client => names::without_legal_form(&name).into_iter().collect(),
            _ => Vec::new(),
        };
        for alias in aliases {
            if let std::collections::hash_map::Entry::Vacant(vacant) = self.index.entry((kind, fold(alias))) {
                vacant.insert(at);
                self.originals[at].spellings.push(alias.to_owned());
            }
        }
    }

    /// The text as a model may see it; secrets are gone for good. Not to be done twice: a token is text like any other.
    pub fn hide(&mut self, finder: &Finder, text: &str) -> String {
        let text = rf_notes::visible(text);
        let mut found = finder.find(&text);
        for range in names::find(&text) {
            self.know(PseudonymKind::Person, &text[range.clone()]);
            found.push((range, Hiding::Token(PseudonymKind::Person)));
        }
        for (range, hiding) in &found {
            if let (Hiding::Token(PseudonymKind::Mail), Some(name)) =
                (hiding, names::of_mail(&text[range.clone()]))
            {
                self.know(PseudonymKind::Person, &name);
            }
        }
        // What a machine or person was called once is hidden where nothing announces it, too.
        for (range, hiding) in &found {
            if *hiding == Hiding::Token(PseudonymKind::Host) {
                self.place(PseudonymKind::Host, &text[range.clone()]);
            }
        }
        found.extend(self.known(&text));
        let forged = shapes(&text, &self.tag).map(|(range, _)| (range, Hiding::Token(PseudonymKind::Text)));
        found.extend(forged);
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (range, hiding) in joined(found) {
            out.push_str(&text[from..range.start]);
            match hiding {
                Hiding::Dropped(kind) => out.push_str(kind.token()),
                Hiding::Token(kind) => {
                    let (at, spelling) = self.place(kind, &text[range.clone()]);
                    out.push_str(&self.token(at, spelling).write(&self.tag));
                }
            }
            from = range.end;
        }
        out.push_str(&text[from..]);
        out
    }

    /// Puts the originals in the place of their tokens. What is put in is not looked at again.
    #[must_use]
    pub fn restore(&self, text: &str) -> Restored {
        let (mut out, mut unknown, mut from) = (String::with_capacity(text.len()), Vec::new(), 0);
        for (range, token) in shapes(text, &self.tag) {
            out.push_str(&text[from..range.start]);
            match token.and_then(|token| self.original(token)) {
                Some(original) => out.push_str(original),
                None => {
                    out.push_str(&text[range.clone()]);
                    unknown.push(text[range.clone()].to_owned());
                }
            }
            from = range.end;
        }
        out.push_str(&text[from..]);
        Restored { text: out, unknown }
    }

    /// As [`Self::restore`], in every text of a value; the names in objects stay. Also what is unknown.
    #[must_use]
    pub fn restore_value(&self, value: &Value) -> (Value, Vec<String>) {
        let mut unknown = Vec::new();
        let value = self.restored(value, &mut unknown);
        (value, unknown)
    }

    fn restored(&self, value: &Value, unknown: &mut Vec<String>) -> Value {
        match value {
            Value::String(text) => {
                let restored = self.restore(text);
                unknown.extend(restored.unknown);
                Value::String(restored.text)
            }
            Value::Array(list) => list.iter().map(|value| self.restored(value, unknown)).collect(),
            Value::Object(map) => {
                map.iter().map(|(name, value)| (name.clone(), self.restored(value, unknown))).collect()
            }
            other => other.clone(),
        }
    }

    /// Every token given out, in order, with its kind: what may be shown of the table.
    pub fn tokens(&self) -> impl Iterator<Item = (String, PseudonymKind)> + '_ {
        self.originals.iter().enumerate().flat_map(move |(at, original)| {
            let spellings = 0..original.spellings.len();
            spellings.map(move |spelling| (self.token(at, spelling).write(&self.tag), original.kind))
        })
    }

    /// Where a value is, and in which of its spellings; it is put in where it is new.
    fn place(&mut self, kind: PseudonymKind, value: &str) -> (usize, usize) {
        let folded = fold(value);
        let at = match self.index.get(&(kind, folded.clone())) {
            Some(at) => *at,
            None => {
                let at = self.originals.len();
                self.originals.push(Original { kind, spellings: Vec::new() });
                self.numbers.entry(kind).or_default().push(at);
                self.index.insert((kind, folded), at);
                at
            }
        };
        let spellings = &mut self.originals[at].spellings;
        let spelling = spellings.iter().position(|known| known == value);
        let spelling = spelling.unwrap_or_else(|| {
            // So many spellings of one word are no spellings; the last one stands for them.
            if spellings.len() == MOST_SPELLINGS {
                spellings.pop();
            }
            spellings.push(value.to_owned());
            spellings.len() - 1
        });
        (at, spelling)
    }

    fn token(&self, at: usize, spelling: usize) -> Token {
        let kind = self.originals[at].kind;
        let among = self.numbers.get(&kind).map_or(0, |numbers| numbers.partition_point(|other| *other < at));
        Token { kind, number: among + 1, spelling }
    }

    fn original(&self, token: Token) -> Option<&str> {
        let at = *self.numbers.get(&token.kind)?.get(token.number.checked_sub(1)?)?;
        self.originals[at].spellings.get(token.spelling).map(String::as_str)
    }

    /// Where clients, people and machines of the table stand in a text.
    fn known(&self, text: &str) -> Vec<(Range<usize>, Hiding)> {
        let mut by_first: HashMap<&str, Vec<(&str, PseudonymKind)>> = HashMap::new();
        for (kind, folded) in self.index.keys() {
            if matches!(kind, PseudonymKind::Client | PseudonymKind::Person | PseudonymKind::Host) {
                let first = folded.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
                by_first.entry(first.unwrap_or_default()).or_default().push((folded, *kind));
            }
        }
        if by_first.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut before = None;
        for (start, c) in text.char_indices() {
            let begins = c.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric);
            before = Some(c);
            if !begins {
                continue;
            }
            let rest = &text[start..];
            let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let Some(names) = by_first.get(fold(word).as_str()) else { continue };
            for (name, kind) in names {
                // A name of one word is written with a capital; a sign-in name is not always small.
                let bare = *kind == PseudonymKind::Person && !name.contains(|c: char| !c.is_alphanumeric());
                if bare && !c.is_uppercase() && !self.is_spelled_small(*kind, name) {
                    continue;
                }
                if let Some(length) = spelled(rest, name) {
                    found.push((start..start + length, Hiding::Token(*kind)));
                }
            }
        }
        found
    }

    fn is_spelled_small(&self, kind: PseudonymKind, folded: &str) -> bool {
        let at = self.index.get(&(kind, folded.to_owned()));
        at.is_some_and(|at| self.originals[*at].spellings.iter().any(|spelling| spelling == folded))
    }
}

/// Bytes at the start of a text that spell a name, as a word of its own.
fn spelled(text: &str, name: &str) -> Option<usize> {
    let mut name = name.chars().peekable();
    let mut chars = text.char_indices();
    while name.peek().is_some() {
        let (_, c) = chars.next()?;
        for folded in c.to_lowercase() {
            if name.next()? != folded {
                return None;
            }
        }
    }
    let rest = chars.as_str();
    (!rest.chars().next().is_some_and(char::is_alphanumeric)).then_some(text.len() - rest.len())
}

fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.numbers.iter().map(|(kind, numbers)| (kind.as_str(), numbers.len()));
        f.write_str("Pseudonyms ")?;
        f.debug_map().entries(counts).finish()
    }
}

impl fmt::Debug for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored({} bytes, {} unknown)", self.text.len(), self.unknown.len())
    }
}

impl From<Pseudonyms> for Stored {
    fn from(table: Pseudonyms) -> Self {
        Self { tag: table.tag, originals: table.originals }
    }
}

impl TryFrom<Stored> for Pseudonyms {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        if stored.tag.len() != 4 || stored.originals.iter().any(|original| original.spellings.is_empty()) {
            return Err("this is no table of pseudonyms");
        }
        let mut table = Self {
            tag: stored.tag,
            originals: stored.originals,
            index: HashMap::new(),
            numbers: BTreeMap::new(),
        };
        for (at, original) in table.originals.iter().enumerate() {
            table.numbers.entry(original.kind).or_default().push(at);
            for spelling in &original.spellings {
                table.index.entry((original.kind, fold(spelling))).or_insert(at);
            }
        }
        Ok(table)
    }
}
