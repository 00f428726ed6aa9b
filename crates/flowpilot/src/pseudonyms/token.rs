//! What a token looks like.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::regex;

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PseudonymKind {
    /// A client's name.
    Client,
    /// A person's name, or what they sign in with.
    Person,
    /// An e-mail address.
    Mail,
    /// A telephone number.
    Phone,
    /// A machine's name, qualified or not.
    Host,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A MAC address.
    Mac,
    /// A network path.
    Path,
    /// A GUID: a tenant, a device, a request.
    Guid,
    /// Text that looks like a token and is none.
    Text,
}

impl PseudonymKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Client,
        Self::Person,
        Self::Mail,
        Self::Phone,
        Self::Host,
        Self::Ip,
        Self::Mac,
        Self::Path,
        Self::Guid,
        Self::Text,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Person => "person",
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::Host => "host",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Path => "path",
            Self::Guid => "guid",
            Self::Text => "text",
        }
    }
}

/// Letters and digits of a tag; no vowels, so that it spells nothing, and nothing that is read for something else.
const TAG: &[u8; 27] = b"BCDFGHJKMNPQRSTVWXZ23456789";

/// The tag of a conversation: four characters of its id. It need not be secret, because what comes in cannot be taken for
/// a token; it keeps a model's own words apart from them.
pub(super) fn tag_of(conversation: Uuid) -> String {
    // The low half of a version 7 id is its random part.
    let mut rest = conversation.as_u128() as u64;
    let mut tag = String::new();
    for _ in 0..4 {
        tag.push(char::from(TAG[(rest % TAG.len() as u64) as usize]));
        rest /= TAG.len() as u64;
    }
    tag
}

/// A token: of what kind, which of them, and in which of its spellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: PseudonymKind,
    /// From 1.
    pub(super) number: usize,
    /// From 0; the first one is not written.
    pub(super) spelling: usize,
}

impl Token {
    pub(super) fn write(self, tag: &str) -> String {
        let word = self.kind.as_str().to_ascii_uppercase();
        format!("{word}_{}{}_{tag}", self.number, letters(self.spelling))
    }
}

/// What looks like a token: anywhere in a word where its tag ends it, and standing alone where it has none.
static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
    let words = PseudonymKind::ALL.map(PseudonymKind::as_str).join("|");
    regex(&format!(
        r"(?i-u)(?P<kind>{words})_(?P<number>[0-9]{{1,9}})(?P<spelling>[a-z]{{0,3}})(?:_(?P<tag>[bcdfghjkmnpqrstvwxz2-9]{{4}})|\b)"
    ))
});

/// What looks like a token in a text, in order; the token where it has the tag asked for.
pub(super) fn shapes<'t>(
    text: &'t str,
    tag: &'t str,
) -> impl Iterator<Item = (std::ops::Range<usize>, Option<Token>)> + 't {
    SHAPE.captures_iter(text).filter_map(move |found| {
        let range = found.get(0)?.range();
        let kind =
            PseudonymKind::ALL.into_iter().find(|kind| found["kind"].eq_ignore_ascii_case(kind.as_str()));
        let ours = found.name("tag").is_some_and(|found| found.as_str().eq_ignore_ascii_case(tag));
        let token = kind.zip(found["number"].parse().ok()).zip(spelling(&found["spelling"]));
        let token = token.map(|((kind, number), spelling)| Token { kind, number, spelling });
        Some((range, token.filter(|_| ours)))
    })
}

/// Nothing, `B`, `C`, … `Z`, `AA`, …
fn letters(spelling: usize) -> String {
    let (mut rest, mut letters) = (spelling + 1, String::new());
    while rest > 0 && spelling > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters
}

/// The other way round.
fn spelling(letters: &str) -> Option<usize> {
    let value = |sum: usize, letter: u8| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A' + 1);
    match letters.bytes().fold(0, value) {
        0 => Some(0),
        // `A` is never written.
        1 => None,
        n => Some(n - 1),
    }
}

/// Spellings one value can have; the letters end there.
pub(super) const MOST_SPELLINGS: usize = 26 * 26 * 26;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        for spelling in [0, 1, 2, 25, 26, 27, 701, 702, MOST_SPELLINGS - 1] {
            for kind in PseudonymKind::ALL {
                let token = Token { kind, number: 12, spelling };
                let text = token.write("K7QM");
                let read: Vec<_> = shapes(&text, "K7QM").collect();
                assert_eq!(read, [(0..text.len(), Some(token))], "{text}");
            }
        }
    }

    #[test]
    fn only_the_tag_of_the_conversation_makes_a_token() {
        for (text, shape) in [
            ("see HOST_1_K7QM.", Some(true)),
            ("_host_1_k7qm_", Some(true)),
            ("GHOST_1_K7QMs", Some(true)),
            ("HOST_1_ZZZZ", Some(false)),
            ("HOST_1", Some(false)),
            ("HOST_1A_K7QM", Some(false)),
            ("HOST_99999999999", None),
            ("LOCALHOST", None),
            ("host 1", None),
        ] {
            let found: Vec<_> = shapes(text, "K7QM").collect();
            assert_eq!(found.first().map(|(_, token)| token.is_some()), shape, "{text}: {found:?}");
        }
    }

    /// Otherwise text before a token and the token could be read as another token.
    #[test]
    fn no_kind_ends_in_another() {
        for one in PseudonymKind::ALL {
            let longer = |other: &PseudonymKind| *other != one && other.as_str().ends_with(one.as_str());
            assert!(!PseudonymKind::ALL.iter().any(longer), "{one:?}");
        }
    }

    #[test]
    fn tags_are_of_their_alphabet_and_differ() {
        let tag = tag_of(Uuid::from_u128(0x1234_5678_9abc_def0));
        assert!(tag.len() == 4 && tag.bytes().all(|letter| TAG.contains(&letter)), "{tag}");
        assert_ne!(tag, tag_of(Uuid::from_u128(0x1234_5678_9abc_def1)));
    }
}
