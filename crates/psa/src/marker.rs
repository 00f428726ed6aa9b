//! What tells our notes from all others, however a PSA treats their text.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Digits no two of which look alike; the same as in Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 80 bits: among a billion notes two share a marker with a chance below one in a million, and both would have to
/// be in one ticket to be confused.
const LENGTH: usize = 16;
const PREFIX: &str = "RF-";

/// What is written into a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Artefact {
    /// A note.
    Note,
    /// A time entry.
    Time,
}

impl Artefact {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Note, Self::Time];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Time => "time",
        }
    }
}

impl FromStr for Artefact {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|artefact| artefact.as_str() == s);
        known.ok_or_else(|| format!("unknown artefact {s:?}"))
    }
}

/// A word such as `RF-7K3M9Q2XWD4T8ABC` that one push writes and nothing else.
///
/// It is one word of letters, digits and a hyphen, so that it survives escaping, wrapping, Markdown, HTML, changed
/// line ends and changed letter case. It is made from the push's id, so that a worker that died and another that
/// takes over write the same one. It is no secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Marker([u8; LENGTH]);

impl Marker {
    /// The marker of what the push with this id writes.
    #[must_use]
    pub fn new(push: Uuid, artefact: Artefact) -> Self {
        let digest = Sha256::new()
            .chain_update(b"resolutionflow/psa-marker/1/")
            .chain_update(artefact.as_str())
            .chain_update(push.as_bytes())
            .finalize();
        let mut word = [0; LENGTH];
        for (digit, byte) in word.iter_mut().zip(digest) {
            *digit = DIGITS[usize::from(byte % 32)];
        }
        Self(word)
    }

    /// Whether a text has a marker of anything that was ever pushed.
    #[must_use]
    pub fn is_any_in(text: &str) -> bool {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        words.filter_map(|word| word.get(..PREFIX.len()).map(|start| (start, &word[PREFIX.len()..]))).any(
            |(start, rest)| {
                start.eq_ignore_ascii_case(PREFIX)
                    && rest.len() == LENGTH
                    && rest.bytes().all(|byte| DIGITS.contains(&byte.to_ascii_uppercase()))
            },
        )
    }

    /// Whether a text read back from the PSA has it, as a word of its own and in any letter case.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let whole = PREFIX.len() + LENGTH;
        let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        bytes.windows(whole).enumerate().any(|(start, window)| {
            let (prefix, rest) = window.split_at(PREFIX.len());
            prefix.eq_ignore_ascii_case(PREFIX.as_bytes())
                && rest.eq_ignore_ascii_case(&self.0)
                && !word(start.checked_sub(1).and_then(|before| bytes.get(before)))
                && !word(bytes.get(start + whole))
        })
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        Marker::new(Uuid::from_u128(7), Artefact::Note)
    }

    #[test]
    fn a_push_has_one_marker_for_each_artefact() {
        assert_eq!(marker(), Marker::new(Uuid::from_u128(7), Artefact::Note));
        assert_ne!(marker(), Marker::new(Uuid::from_u128(7), Artefact::Time));
        assert_ne!(marker(), Marker::new(Uuid::from_u128(8), Artefact::Note));
        let text = marker().to_string();
        assert!(text.len() == 19 && text.starts_with("RF-"), "{text}");
        assert_eq!(text, "RF-EH9Q8W6316QQ35M6", "released markers never change: old notes carry them");
    }

    #[test]
    fn it_is_recognised_whatever_a_psa_does_to_the_text() {
        let marker = marker();
        for text in [
            format!("{marker}"),
            format!("Done.\r\n[{marker}]"),
            format!("<p>Done.</p><p>&#91;{marker}&#93;</p>"),
            format!("> {} <", marker.to_string().to_lowercase()),
            format!("**{marker}**"),
            format!("ü{marker}ü"),
        ] {
            assert!(marker.is_in(&text), "{text}");
        }
    }

    #[test]
    fn a_marker_of_anything_is_recognised() {
        let marker = marker();
        assert!(Marker::is_any_in(&format!("ü Done.\r\n[ResolutionFlow {marker}]")));
        assert!(Marker::is_any_in(&marker.to_string().to_lowercase()));
        for text in ["", "RF-", "RF-12", "ü-ü", "RF-EH9Q8W6316QQ35MU", "xRF-EH9Q8W6316QQ35M6"] {
            assert!(!Marker::is_any_in(text), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_taken_for_it() {
        let marker = marker();
        let other = Marker::new(Uuid::from_u128(8), Artefact::Note);
        for text in [
            String::new(),
            "RF-".into(),
            format!("{other}"),
            format!("x{marker}"),
            format!("{marker}0"),
            marker.to_string().replace('-', ""),
            marker.to_string()[..18].to_owned(),
        ] {
            assert!(!marker.is_in(&text), "{text}");
        }
    }
}
