//! The hard facts of a text: what has to be in the evidence letter by letter.

use std::collections::BTreeSet;

use super::words;

/// A hard fact a sentence states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// Words in quotes or as code.
    Quoted(String),
    /// A number, an address, a host, a path, an error code: as compared.
    Exact(String),
    /// A word with a capital that no sentence begins with.
    Name(String),
}

/// What a text states, in order.
pub(super) fn facts(text: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = quotes(text).into_iter().map(Fact::Quoted).collect();
    let mut begins = true;
    for raw in text.split_whitespace() {
        let token = bare(raw);
        if !token.is_empty() {
            let is_word = token.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'));
            if is_word {
                for part in token.split('-') {
                    if let Some(digits) = words::digits(&part.to_lowercase()) {
                        facts.push(Fact::Exact(digits.to_owned()));
                    }
                }
                let capitals = token.chars().filter(|c| c.is_uppercase()).count();
                // A sentence begins with one capital; more of them are a name wherever they stand.
                if capitals > 1 || (capitals == 1 && !begins) {
                    facts.push(Fact::Name(owner(token).to_lowercase()));
                }
            } else {
                facts.extend(exact(token).into_iter().map(Fact::Exact));
            }
        }
        begins = raw.trim_end_matches(['”', '"', '\'', ')', '`', '*']).ends_with(['.', '?', '!']);
    }
    facts
}

/// All exact forms a text contains, to find facts in.
pub(super) fn known(text: &str) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for token in text.split_whitespace().map(bare).filter(|token| !token.is_empty()) {
        known.extend(exact(token));
        // What stands between strokes and colons is known on its own as well: `Id=4740`, `srv01\share`.
        for part in token.split(['/', '\\', '=', ':', ',', ';', '(', ')', '[', ']', '"', '\'', '@', '|']) {
            known.extend(exact(bare(part)));
        }
        for part in token.split('-') {
            known.extend(words::digits(&part.to_lowercase()).map(str::to_owned));
        }
    }
    known
}

/// The forms in which a token is compared: without case, leading zeros of hexadecimals, and units.
fn exact(token: &str) -> Vec<String> {
    let token = token.to_lowercase();
    if token.is_empty() {
        return Vec::new();
    }
    if let Some(hex) = token.strip_prefix("0x")
        && hex.chars().all(|c| c.is_ascii_hexdigit())
    {
        return vec![format!("0x{}", hex.trim_start_matches('0'))];
    }
    let end = token.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(token.len());
    let (number, unit) = token.split_at(end);
    if !number.is_empty() && unit.chars().all(|c| c.is_alphabetic() || c == '%') && unit.chars().count() <= 5
    {
        return vec![number.trim_end_matches(['.', ',']).to_owned()];
    }
    vec![token]
}

/// A token without the marks around it.
fn bare(token: &str) -> &str {
    let token = token.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '\\' | '/' | '_' | '$'));
    token.trim_end_matches(['.', ',', '/', '\\'])
}

/// A name without its possessive.
fn owner(token: &str) -> &str {
    token.strip_suffix("'s").or_else(|| token.strip_suffix("’s")).unwrap_or(token)
}

fn quotes(text: &str) -> Vec<String> {
    let mut quotes = Vec::new();
    for (open, close) in [('“', '”'), ('"', '"'), ('`', '`'), ('‘', '’')] {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once(open) {
            let Some((quoted, after)) = behind.split_once(close) else { break };
            quotes.push(plain(quoted));
            rest = after;
        }
    }
    quotes.retain(|quoted| !quoted.is_empty());
    quotes
}

/// A text as quotes are compared: in lower case, blanks joined, no mark at its end.
pub(super) fn plain(text: &str) -> String {
    let joined = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_matches(['.', ',', ':', ';', ' ']).to_owned()
}

/// Whether a text gives away what a client has no use for: hosts, addresses, paths, codes, commands.
pub(super) fn is_internal(text: &str) -> bool {
    if text.contains('`') || text.contains("](") {
        return true;
    }
    text.split_whitespace().map(bare).any(|token| {
        let has = |test: fn(char) -> bool| token.chars().any(test);
        let digits = has(|c| c.is_ascii_digit());
        let letters = has(char::is_alphabetic);
        let inner_dot = token.trim_matches('.').contains('.') && letters;
        let address =
            token.split('.').count() == 4 && token.split('.').all(|part| part.parse::<u8>().is_ok());
        let host = digits && letters && token.contains('-');
        let short_host =
            digits && letters && token.len() >= 4 && !token.starts_with(|c: char| c.is_ascii_digit());
        let cmdlet = token.split_once('-').is_some_and(|(verb, noun)| {
            let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
            capital(verb) && capital(noun) && noun.chars().filter(|c| c.is_uppercase()).count() > 1
        });
        let hexadecimal = token.to_lowercase().starts_with("0x");
        let path = token.contains(['\\', '_', '@', '$']) || token.starts_with('/') || token.contains("://");
        inner_dot || address || host || short_host || cmdlet || hexadecimal || path
    })
}
