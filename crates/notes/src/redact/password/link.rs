//! What ties a password to the word that announces it.

use std::sync::LazyLock;

use regex::Regex;

use super::super::regex;

/// How a value is tied to its keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// `:` `=` `→`
    Strong,
    /// "is", "was", "as"
    Verb,
    /// "to": "set the password to …", but also "password to expire"
    To,
    /// A dash, a question mark, a tab: also what stands between a question and its answer in a note
    Loose,
    /// A dash between a label and its value at the end of the line
    Dash,
    /// One blank
    Bare,
}

static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"^["'`*_)\]]{0,4}(?:[\p{Zs}\t]*\([^()]{0,40}\))?"#,
        r"(?:[\p{Zs}\t]+(?:for|of|on|in|at)(?:[\p{Zs}\t]+[^\s:=;,?!]+){1,6}?)?",
        r"(?:(?:[\p{Zs}\t]+(?i-u:has|have|been|was|is|changed|set|reset|updated|now|back)){0,5}[\p{Zs}\t]+(?i-u:is|was|as|to|lautet|ist|est))?",
        r#"(?:[\p{Zs}\t]*\.[\p{Zs}.]{2,60})?[\p{Zs}\t]*(?::=|=>|->|[→⇒➔➜🡒]|:|=|：)[:=>]{0,2}[*_]{0,3}[\p{Zs}\t]*"#
    ))
});

static VERB: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"^["'`*_)\]]{0,4}(?:[\p{Zs}\t]*\([^()]{0,40}\))?"#,
        r"(?:[\p{Zs}\t]+(?:for|of|on|in|at)(?:[\p{Zs}\t]+[^\s:=;,?!]+){1,6}?)?",
        r"(?:[\p{Zs}\t]+(?i-u:has|have|had|was|were|is|been|be|now|changed|set|reset|updated|temporarily|currently",
        r"|will|should|back|over|again)){0,5}",
        r"[\p{Zs}\t]+(?i-u:is|was|as|be|are|ist|lautet|est|to)(?:[\p{Zs}\t]+(?i-u:now|currently|still|just|simply))?[\p{Zs}\t]+"
    ))
});

static LOOSE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"^["'`*_)\]]{0,4}(?:\?[\p{Zs}\t]*[-–—:]?[\p{Zs}\t]+|[\p{Zs}\t]+[-–—|][\p{Zs}\t]+|,|\t[\p{Zs}\t]*|\p{Zs}[\p{Zs}\t]+)"#,
    )
});

/// Words a link of several words begins with.
const LINK_WORDS: [&str; 31] = [
    "are",
    "ist",
    "est",
    "lautet",
    "for",
    "of",
    "on",
    "in",
    "at",
    "is",
    "was",
    "as",
    "be",
    "to",
    "has",
    "have",
    "had",
    "were",
    "been",
    "now",
    "changed",
    "set",
    "reset",
    "updated",
    "temporarily",
    "currently",
    "will",
    "should",
    "back",
    "over",
    "again",
];

/// A cheap look before the expressions below: does anything like a link begin here?
fn may_link(rest: &str) -> bool {
    let after = rest.trim_start_matches(['"', '\'', '`', '*', '_', ')', ']']).trim_start();
    if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return true;
    }
    let word = &after[..after.bytes().take_while(u8::is_ascii_alphabetic).count()];
    LINK_WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// The link at the start of `rest`, and where the value begins.
pub(super) fn link(rest: &str) -> Option<(Link, usize)> {
    if !may_link(rest) {
        return loose_link(rest);
    }
    if let Some(found) = STRONG.find(rest) {
        return Some((Link::Strong, found.end()));
    }
    if let Some(found) = VERB.find(rest) {
        // Groups would cost more than reading its last words again.
        let adverb = |w: &&str| {
            !["now", "currently", "still", "just", "simply"].iter().any(|a| a.eq_ignore_ascii_case(w))
        };
        let last = found.as_str().split_whitespace().rev().find(adverb)?;
        return Some((if last.eq_ignore_ascii_case("to") { Link::To } else { Link::Verb }, found.end()));
    }
    loose_link(rest)
}

fn loose_link(rest: &str) -> Option<(Link, usize)> {
    if let Some(found) = LOOSE.find(rest) {
        return Some((Link::Loose, found.end()));
    }
    let blank = rest.chars().next().filter(|c| c.is_whitespace())?;
    Some((Link::Bare, blank.len_utf8()))
}
