//! One-time codes: a few digits that open a door, where the text says so.

use std::sync::LazyLock;

use regex::Regex;

use super::net::tail;
use super::rules::Sink;
use super::{Kind, regex};

static ANY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i-u)code|\b(?:otps?|totp)\b|access pass|one[ -]time"));

/// Words that make digits near them a code.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u)(?:\b(?:(?:mfa|2fa|totp|otp|verification|authenticat(?:or|ion)|security|sms|login|log-?in|sign-?in|backup",
        r"|confirmation|access|auth|token|fob)[ -](?:pass ?)?codes?|one[ -]time[ -](?:pass ?)?(?:codes?|password|pin)|otps?|totp)\b)"
    ))
});

/// "code 482913", where the line speaks of signing in.
static CODE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i-u)\bcode\b"));
static CONTEXT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:mfa|2fa|otp|totp|2-step|two-step|two-factor|verif(?:y|ication)|authenticator|text(?:ed)?|sms)\b",
    )
});
/// Codes of something else.
static OTHER_CODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:error|exit|stop|status|http|return|result|event|country|area|zip|postal|post|reason|failure|promo|product|part|item|site|dial|source|order|cost|sign-?in error)[ -]$",
    )
});

/// What stands between the word and its digits.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"^(?i)(?:[ \t]*\([^()]{0,20}\))?(?:[ ,]+(?:sent|from|to|on|for|via|by|the|a|an|her|his|their|my|your|user|phone|mobile|app|rsa|fob|token|sms|and|he|she|they|replied|read|out|with|entered|typed|gave|got|received)){0,10}"#,
        r#"[ \t]*(?:(?-u:\b)(?:is|was))?[ \t]*(?:[:=]+|->|=>|[-\x{2013}\x{2014}]|,)?[ \t]*["'(]?"#
    ))
});

/// "482913", "482 913", "31 44 09", "4821-9930".
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?-u)(?:[0-9]{3}[ -][0-9]{3}|[0-9]{4}[ -][0-9]{4}|[0-9]{2} [0-9]{2} [0-9]{2}|[0-9]{4,8})\b")
});

/// "G-448120 is your … code", "use 205118 to verify".
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:G-)?([0-9]{3}[ -][0-9]{3}|[0-9]{4,8}) is (?:your|the|my|his|her)(?: [a-z]+){0,3} (?:code|otp|passcode)\b",
    )
});

static ACCESS_PASS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i-u)\btemporary access pass(?: \(tap\))?(?: (?:is|was))?[ :=]{1,3}([!-~]{6,})")
});

/// Finds one-time codes in one line.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    // One cheap look for the five below.
    if !ANY.is_match(line) {
        return;
    }
    for word in ANNOUNCED.find_iter(line) {
        values(line, word.end(), sink);
    }
    if CONTEXT.is_match(line) {
        for word in CODE.find_iter(line).filter(|w| !OTHER_CODE.is_match(tail(line, w.start(), 24))) {
            values(line, word.end(), sink);
        }
    }
    for found in BEFORE.captures_iter(line).filter_map(|c| c.get(1)) {
        sink.push(Kind::OneTimeCode, found.range());
    }
    for found in ACCESS_PASS.captures_iter(line).filter_map(|c| c.get(1)) {
        if found.as_str().contains(|c: char| c.is_ascii_digit()) {
            sink.push(Kind::OneTimeCode, found.range());
        }
    }
}

/// The codes behind a word at `at`: one, or a list.
fn values(line: &str, mut at: usize, sink: &mut Sink<'_>) {
    let Some(link) = LINK.find(&line[at..]).filter(|l| !l.is_empty()) else { return };
    at += link.end();
    while let Some(digits) = DIGITS.find(&line[at..]) {
        let end = at + digits.end();
        let rest = &line[end..];
        // A time, a date, an amount or a version goes on.
        let goes_on = rest.starts_with(['.', ':', '-', '/', '%', '@'])
            && rest[1..].starts_with(|c: char| c.is_alphanumeric());
        if goes_on {
            return;
        }
        sink.push(Kind::OneTimeCode, at..end);
        let Some(next) = [", ", " and ", " / "].iter().find(|s| rest.starts_with(**s)) else { return };
        at = end + next.len();
    }
}
