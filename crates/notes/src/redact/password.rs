//! Passwords in prose: a word that announces one, something that links, and a value.
//!
//! How much the value must look like a password depends on the link. After `password:` anything but a state ("expired",
//! "reset") is masked; after "the password is …" a plain word only at the end of its clause; where nothing but a blank
//! links ("temp password Winter2026!"), only what cannot be a word. Hiding too much is the lesser fault here.

mod label;
mod link;
mod said;
mod value;

use std::ops::Range;
use std::sync::LazyLock;

pub(super) use label::{Label, find_below_label, label};
use link::{Link, link};
use regex::Regex;
pub(super) use said::{find_changed, find_said, find_seasonal};
use value::{LEADING, TRAILING, Value, word_end};

use super::net::tail;
use super::rules::Sink;
use super::tokens::is_recovery_key;
use super::words::{
    ends_english, is_shuffled, is_state, longer_than, looks_made_up, looks_secret, looks_unmistakable,
};
use super::{Kind, regex};

/// Words that announce a password. The long ones also count at the end of an identifier (`DB_PASSWORD`, `newPwd`).
static KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u)pass(?:word|wort)s?[0-9]?|kennwort|pass words?|passwd|pwd[0-9]?|pass[ -]?phrases?|pass[ -]?codes?",
        r"|\bmot de passe|contrase(?:n|(?u:ñ))a|wachtwoord",
        r"|\b(?:pw|p/w|pass|pin(?: ?code)?|puk(?: ?code)?|psk|pre-?shared key|wi-?fi key|wpa2? key|network key",
        r"|credentials?|creds|log[io]n|(?:logged|signed) in (?:as|with)|us(?:e?r|ername) ?[/|] ?(?:pass(?:word)?|pwd|pw))\b"
    ))
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Password,
    /// Several words may follow.
    Phrase,
    /// Digits are enough.
    Pin,
    /// Also an English verb or noun: "pass", "pw".
    Short,
    /// Only "name / password" counts.
    Credentials,
}

/// Finds passwords in one line.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    let mut done = 0;
    for keyword in KEYWORD.find_iter(line) {
        // A temporary access pass has a rule of its own.
        if keyword.start() < done || ends_with_word(&line[..keyword.start()], "temporary access") {
            continue;
        }
        let found = after(line, keyword.range()).or_else(|| some_words_on(line, keyword.range()));
        if let Some(range) = found {
            done = range.end;
            let value = &line[range.clone()];
            sink.push(kind_of(value, &line[..keyword.start()]), range);
            done = find_more(line, done, sink);
        }
    }
}

/// "Recovery password" and "one-time password" announce things with names of their own.
fn kind_of(value: &str, before: &str) -> Kind {
    let before = before.trim_end_matches(' ').as_bytes();
    let last = before.len().saturating_sub(8);
    let one_time =
        before[last..].eq_ignore_ascii_case(b"one-time") || before[last..].eq_ignore_ascii_case(b"one time");
    if is_recovery_key(value) {
        Kind::RecoveryKey
    } else if one_time && is_pin(value) {
        Kind::OneTimeCode
    } else {
        Kind::Password
    }
}

/// "Summer2025! and Summer2026!": the second of two. Says where the last one ends.
fn find_more(line: &str, mut end: usize, sink: &mut Sink<'_>) -> usize {
    while let Some(link) = [" and ", ", ", " or ", ", then "].iter().find(|l| line[end..].starts_with(**l)) {
        let start = end + link.len();
        let len = word_end(&line[start..]);
        let value = line[start..start + len].trim_end_matches(TRAILING);
        if !looks_made_up(value) {
            break;
        }
        end = start + value.len();
        sink.push(Kind::Password, start..end);
    }
    end
}

/// "the password I gave him (…)", "passwords … and …": the first word that can be nothing else, a few words on.
fn some_words_on(line: &str, keyword: Range<usize>) -> Option<Range<usize>> {
    const WORDS: usize = 9;
    let rest = head(&line[keyword.end..], 120);
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    for word in rest.split_whitespace().take(WORDS) {
        let value = word.trim_end_matches(TRAILING).trim_start_matches(LEADING);
        if looks_made_up(value) {
            // `word` is a piece of `line`.
            let start = keyword.end + (value.as_ptr() as usize - rest.as_ptr() as usize);
            return Some(start..start + value.len());
        }
    }
    None
}

/// The value announced by the keyword at `keyword`.
fn after(line: &str, keyword: Range<usize>) -> Option<Range<usize>> {
    let rest = &line[keyword.end..];
    let next = rest.bytes().next()?;
    if next.is_ascii_alphanumeric() || next == b'_' {
        return None;
    }
    let name = &line[keyword.clone()];
    let word = word_class(name);
    if let Some(len) = in_parentheses(rest) {
        let start = keyword.end + rest.find('(')? + 1;
        return Some(start..start + len);
    }
    if let Some(len) = in_element(&line[..keyword.start], rest) {
        return Some(keyword.end + 1..keyword.end + 1 + len);
    }
    let (link, skip) = link(head(rest, 200))?;
    let value = Value::at(line, keyword.end + skip, link, word)?;
    let text = &line[value.range.clone()];
    let link = if link == Link::Loose && is_dash(&rest[..skip]) { Link::Dash } else { link };
    let ok = match (word, link) {
        (Word::Password, Link::Strong) if is_phrase_behind_state(line, &value.range) => true,
        (Word::Credentials, _) => return credentials(line, value.range, link),
        (Word::Phrase, Link::Strong) => !is_state(text),
        (Word::Pin, Link::Strong) => is_pin(text) || looks_secret(text),
        (Word::Pin, _) => is_pin(text) || looks_made_up(text) || is_shuffled(text),
        (Word::Short, Link::Strong) => {
            !is_state(text) && text.contains(char::is_alphabetic) && longer_than(text, 3)
        }
        (_, Link::Strong) => !is_state(text) && longer_than(text, 2) && !is_sentence(line, text, &value),
        (_, Link::Verb) => {
            let plain_word = value.ends_clause && !ends_english(text);
            looks_secret(text) || !is_state(text) && longer_than(text, 3) && (value.quoted || plain_word)
        }
        (_, Link::Dash) => {
            // "Wi-Fi password — guestguest": what was handed out may be a plain word, if it is the last of its line.
            let handed_out =
                is_fresh(&line[..keyword.start]) && line[value.range.end..].trim_start().is_empty();
            let plain_word = handed_out && longer_than(text, 5) && !is_state(text) && !ends_english(text);
            looks_secret(text) || value.quoted && !is_state(text) && longer_than(text, 3) || plain_word
        }
        (_, Link::To | Link::Loose) => {
            looks_secret(text) || value.quoted && !is_state(text) && longer_than(text, 3)
        }
        (_, Link::Bare) => {
            value.quoted && (looks_secret(text) || is_quoted_word(text))
                || looks_unmistakable(text)
                || is_shuffled(text)
                || looks_secret(text)
                    && (word == Word::Short || name.len() <= 4 || is_fresh(&line[..keyword.start]))
        }
    };
    if !ok {
        return None;
    }
    let end = with_second_half(line, value.range.end, name);
    let several = word == Word::Password && link == Link::Strong && !value.quoted && end == value.range.end;
    Some(value.range.start..if several { with_more_words(line, value.range) } else { end })
}

/// A dash, as between a question and its answer; not after a question mark.
fn is_dash(link: &str) -> bool {
    link.contains(['-', '–', '—']) && !link.contains('?')
}

/// One word in quotes: `the password "letmein"`.
fn is_quoted_word(text: &str) -> bool {
    longer_than(text, 3) && !is_state(text) && !text.contains(char::is_whitespace)
}

/// "password: posted at reception", "passwd: password expiry information changed": a sentence, not a value.
fn is_sentence(line: &str, text: &str, value: &Value) -> bool {
    let goes_on = line[value.range.end..].trim_start().starts_with(|c: char| c.is_alphabetic());
    !value.quoted && goes_on && (ends_english(text) || text.eq_ignore_ascii_case("password"))
}

/// Length of the value in `<password>…</password>`.
fn in_element(before: &str, rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('>')?;
    let before = tail(before, before.len(), 40);
    before.rfind('<').filter(|i| !before[*i..].contains(['>', ' ']))?;
    let len = head(inside, 200).find("</")?;
    let value = &inside[..len];
    (!is_state(value) && longer_than(value, 2) && !value.contains('<')).then_some(len)
}

/// Where a passphrase of several plain words ends. The rest of the clause must be nothing but such words, or it is a
/// sentence that goes on behind a password of one word.
fn with_more_words(line: &str, first: Range<usize>) -> usize {
    const MOST: usize = 7;
    let plain = |w: &str| longer_than(w, 2) && w.chars().all(char::is_alphabetic);
    if !plain(&line[first.clone()]) {
        return first.end;
    }
    let rest = head(&line[first.end..], 120);
    let clause = &rest[..rest.find(['.', ',', ';', '(', '\t']).unwrap_or(rest.len())];
    let words: Vec<&str> = clause.split(' ').filter(|w| !w.is_empty()).collect();
    let all_plain =
        words.iter().all(|w| plain(w) && !is_state(w) && !ends_english(w) && !is_function_word(w));
    if words.is_empty() || words.len() > MOST || !all_plain || clause.contains("  ") {
        return first.end;
    }
    first.end + clause.trim_end().len()
}

/// "password: correct horse battery staple": a state where it stands alone, not with three more words that are none.
fn is_phrase_behind_state(line: &str, first: &Range<usize>) -> bool {
    let end = with_more_words(line, first.clone());
    line[first.start..end].split(' ').filter(|w| longer_than(w, 3)).count() >= 4
}

/// Words that hold a sentence together; no passphrase of picked words has one.
fn is_function_word(word: &str) -> bool {
    const WORDS: [&str; 26] = [
        "and", "but", "not", "for", "with", "was", "has", "sent", "works", "worked", "given", "gave", "told",
        "works", "user", "username", "login", "email", "mail", "phone", "sms", "per", "into", "from", "over",
        "didn",
    ];
    WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let text = text.trim_end().as_bytes();
    text.len() >= word.len() && text[text.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
}

/// Length of the value in "the password (Winter2026!) was sent".
fn in_parentheses(rest: &str) -> Option<usize> {
    let inside = rest.trim_start().strip_prefix('(')?;
    let len = head(inside, 64).find([')', ' '])?;
    (inside[len..].starts_with(')') && looks_secret(&inside[..len])).then_some(len)
}

fn word_class(keyword: &str) -> Word {
    let k = keyword.to_ascii_lowercase();
    if k.contains("phrase") {
        Word::Phrase
    } else if k.starts_with("pin") || k.starts_with("puk") || k.contains("code") {
        Word::Pin
    } else if k.starts_with("cred")
        || k.starts_with("log")
        || k.starts_with("sig")
        || k.starts_with("us") && !k.contains("password")
    {
        Word::Credentials
    } else if matches!(k.as_str(), "pass" | "pw" | "p/w") {
        Word::Short
    } else {
        Word::Password
    }
}

fn head(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// "admin / Winter2026!" after "credentials:" or "login". Both halves: a name is half of what one needs.
fn credentials(line: &str, first: Range<usize>, link: Link) -> Option<Range<usize>> {
    let text = &line[first.clone()];
    if let Some((name, password)) = text.split_once(['/', '|']) {
        // "login and/or …", a path, a date.
        let sure = link == Link::Strong || !name.is_empty() && looks_made_up(password);
        return (sure && looks_secret(password)).then_some(first);
    }
    let end = with_second_half(line, first.end, "/");
    let password = line[first.end..end].trim_start_matches([' ', '/', '|']);
    let sure = matches!(link, Link::Strong | Link::Verb)
        || is_mixed(password)
        || looks_unmistakable(password)
        || looks_made_up(password);
    (end > first.end && looks_secret(password) && sure).then_some(first.start..end)
}

/// Both cases and digits.
fn is_mixed(text: &str) -> bool {
    longer_than(text, 7)
        && text.contains(|c: char| c.is_ascii_digit())
        && text.contains(char::is_uppercase)
        && text.contains(char::is_lowercase)
}

/// Where a "name / password" pair ends, if the keyword announced one.
fn with_second_half(line: &str, end: usize, keyword: &str) -> usize {
    if !keyword.contains(['/', '|']) {
        return end;
    }
    let rest = &line[end..];
    let Some(second) = rest.trim_start().strip_prefix(['/', '|']).map(str::trim_start) else { return end };
    let len = word_end(second);
    line.len() - second.len() + len
}

fn is_pin(text: &str) -> bool {
    (4..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// A password was just handed out: "temp password …".
fn is_fresh(before: &str) -> bool {
    let last = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    [
        "temp",
        "temporary",
        "new",
        "initial",
        "default",
        "old",
        "wifi",
        "fi",
        "admin",
        "guest",
        "wlan",
        "sudo",
        "root",
    ]
    .iter()
    .any(|w| last.eq_ignore_ascii_case(w))
}
