//! Where a password begins and ends.

use std::ops::Range;

use super::link::Link;
use super::{Word, head};

/// A value found behind a link.
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) quoted: bool,
    /// Nothing but punctuation, or nothing at all, follows in the clause.
    pub(super) ends_clause: bool,
}

/// Punctuation around a value that belongs to the sentence.
pub(super) const TRAILING: [char; 14] =
    ['.', ',', ';', ':', ')', ']', '}', '>', '"', '\'', '`', '*', '”', '’'];

pub(super) const LEADING: [char; 8] = ['(', '<', '[', '"', '\'', '`', '“', '‘'];

impl Value {
    pub(super) fn at(line: &str, start: usize, link: Link, word: Word) -> Option<Self> {
        let rest = &line[start..];
        if let Some(len) = quoted(rest) {
            let open = rest.chars().next()?.len_utf8();
            return Some(Self { range: start + open..start + len, quoted: true, ends_clause: true });
        }
        let mut len = word_end(rest);
        if link == Link::Strong {
            len = pair_end(&rest[..len]);
            if word == Word::Phrase {
                len = rest.find([',', ';', '.']).unwrap_or(rest.len());
            } else if len == LONGEST_WORD {
                // Nothing that long needs judging; it goes as a whole.
                len = rest.find(char::is_whitespace).unwrap_or(rest.len());
            }
        }
        let token = &rest[..len];
        let trimmed = token.trim_end_matches(TRAILING).trim_end();
        let value = trimmed.trim_start_matches(LEADING);
        if value.is_empty() {
            return None;
        }
        let end = start + trimmed.len();
        let behind = &line[end..];
        let ends_clause = behind.trim_start().is_empty() || behind.starts_with(['.', ',', ';', ')']);
        Some(Self { range: end - value.len()..end, quoted: false, ends_clause })
    }
}

/// Bytes of a word that are looked at. Judging a word reads it; without a limit, a line that is one long word with many
/// announcements in it would be read once for each.
const LONGEST_WORD: usize = 512;

pub(super) fn word_end(text: &str) -> usize {
    let window = head(text, LONGEST_WORD);
    window.find(char::is_whitespace).unwrap_or(window.len())
}

/// Length up to the closing quote of a quoted value.
fn quoted(rest: &str) -> Option<usize> {
    let close = match rest.chars().next()? {
        c @ ('"' | '\'' | '`') => c,
        '“' => '”',
        '‘' => '’',
        '«' => '»',
        _ => return None,
    };
    let open = rest.chars().next()?.len_utf8();
    let len = head(&rest[open..], 200).find(close)?;
    (len > 0).then_some(open + len)
}

/// Where the value of `password=value;Next=…` or `password=value&next=…` ends.
fn pair_end(token: &str) -> usize {
    let next = |i: usize| {
        let name = token[i + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        token[i + 1..].is_empty() || name > 0 && name < 40 && token[i + 1 + name..].starts_with('=')
    };
    let ends = token.match_indices([';', '&']).take(16).map(|(i, _)| i);
    let mut ends = ends;
    ends.find(|i| next(*i)).unwrap_or(token.len())
}
