//! A log as it is attached: the error signatures in all of it, and the lines that say what is wrong.

use std::sync::LazyLock;

use regex::Regex;
use rf_uploads::{LogCode, LogDigest};

use super::signature;
use crate::regex;

/// Lines of an excerpt; enough that each signature has one.
const MOST_LINES: usize = 60;
/// Lines beside those with a signature.
const MOST_OTHERS: usize = 20;
/// Longest line, characters.
const LONGEST_LINE: usize = 300;
/// Most of an excerpt, bytes.
const MOST_BYTES: usize = 16 * 1_024;

static WRONG: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)\b(?:error|fatal|critical|panic|exception|failed|failure|denied|refused|unreachable|time(?:d )?-?out",
        r"|cannot|could not|unable to|fehler|fehlgeschlagen|corrupt\w*)\b",
    ))
});

/// Reads a log: its signatures, and the lines with the first of each, then those with words of failure, the last ones
/// first, and where there is nothing of the kind the last lines.
#[must_use]
pub fn read_log(text: &str) -> LogDigest {
    let found = signature::extract(text);
    let lines: Vec<&str> = text.lines().collect();
    let mut wanted: Vec<usize> = Vec::new();
    let mut missing: Vec<String> =
        found.iter().map(|signature| signature.code.to_ascii_lowercase()).collect();
    for (at, line) in lines.iter().enumerate() {
        if missing.is_empty() {
            break;
        }
        let line = line.to_ascii_lowercase();
        let before = missing.len();
        missing.retain(|code| place(&line, code).is_none());
        if missing.len() < before {
            wanted.push(at);
        }
    }
    let wrong = |at: &usize| WRONG.is_match(lines[*at]);
    let others: Vec<usize> = (0..lines.len()).rev().filter(wrong).take(MOST_OTHERS).collect();
    if wanted.is_empty() && others.is_empty() {
        let said = |at: &usize| !lines[*at].trim().is_empty();
        wanted = (0..lines.len()).rev().filter(said).take(MOST_OTHERS).collect();
    }
    let mut excerpt: Vec<(u64, String)> = Vec::new();
    let mut bytes = 0;
    for at in wanted.into_iter().chain(others) {
        let number = at as u64 + 1;
        if excerpt.len() == MOST_LINES || excerpt.iter().any(|(known, _)| *known == number) {
            continue;
        }
        let line = shortened(lines[at].trim(), &found);
        bytes += line.len();
        if bytes > MOST_BYTES {
            break;
        }
        excerpt.push((number, line));
    }
    excerpt.sort();
    let codes = found
        .into_iter()
        .map(|signature| LogCode { kind: signature.kind.as_str().to_owned(), code: signature.code })
        .collect();
    LogDigest { lines: lines.len() as u64, excerpt, codes }
}

/// Where in the line a code begins, with zeros before it or none, both in small letters.
fn place(line: &str, code: &str) -> Option<usize> {
    let bare = code.strip_prefix("0x").unwrap_or(code);
    let alone = |(at, _): &(usize, &str)| {
        !line[at + bare.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
            && !line[..*at].trim_end_matches('0').ends_with(|c: char| c.is_ascii_digit())
    };
    let found = line.match_indices(bare).find(alone).map(|(at, _)| at);
    // A stop code may be spoken.
    found.or_else(|| bare.contains('_').then(|| line.find(&bare.replace('_', " "))).flatten())
}

/// A line no longer than a page shows, with its first code in it.
fn shortened(line: &str, found: &[super::Signature]) -> String {
    if line.chars().count() <= LONGEST_LINE {
        return line.to_owned();
    }
    let small = line.to_ascii_lowercase();
    let places = found.iter().filter_map(|signature| place(&small, &signature.code.to_ascii_lowercase()));
    let at = places.min().unwrap_or(0);
    let before = line.char_indices().take_while(|(byte, _)| *byte < at).count();
    let begin = if before + 40 < LONGEST_LINE { 0 } else { before - LONGEST_LINE / 2 };
    let shown: String = line.chars().skip(begin).take(LONGEST_LINE).collect();
    format!("{}{}…", if begin > 0 { "…" } else { "" }, shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(digest: &LogDigest) -> Vec<u64> {
        digest.excerpt.iter().map(|(number, _)| *number).collect()
    }

    #[test]
    fn each_code_has_its_first_line_and_failures_have_theirs() {
        let log = "INFO begin\nEvent ID 4740 for j.doe\nINFO 10:04:53.4740 nothing\nWARN 0x80070005\n\
                   ERROR cannot connect\nINFO 0x80070005 again\nstop code: critical process died\nINFO end";
        let digest = read_log(log);
        let codes: Vec<&str> = digest.codes.iter().map(|found| found.code.as_str()).collect();
        assert_eq!(codes, ["4740", "0x80070005", "CRITICAL_PROCESS_DIED"]);
        assert_eq!((digest.lines, lines_of(&digest)), (8, vec![2, 4, 5, 7]));
        assert_eq!(digest.excerpt[1].1, "WARN 0x80070005");
    }

    #[test]
    fn a_log_without_any_shows_its_end() {
        let log: String = (1..=100).map(|n| format!("INFO line {n}\n")).collect();
        let digest = read_log(&log);
        assert_eq!(lines_of(&digest), (81..=100).collect::<Vec<u64>>());
        assert_eq!(digest.codes, []);
        let failing: String = (1..=100).map(|n| format!("ERROR line {n}\n")).collect();
        assert_eq!(lines_of(&read_log(&failing)), (81..=100).collect::<Vec<u64>>(), "the last ones");
    }

    #[test]
    fn an_excerpt_is_short_however_long_its_lines_are() {
        let long = format!("{} 0x80070005 {}", "a".repeat(5_000), "ü".repeat(5_000));
        let digest = read_log(&format!("{long}\n{}", "ERROR x ".repeat(2_000)));
        assert!(digest.excerpt[0].1.contains("0x80070005"), "{:?}", digest.excerpt[0]);
        assert!(digest.excerpt.iter().all(|(_, line)| line.chars().count() <= LONGEST_LINE + 2));
        let many: String =
            (0..500).map(|n| format!("AADSTS{} error {}\n", 50_000 + n, "x".repeat(290))).collect();
        let digest = read_log(&many);
        let bytes: usize = digest.excerpt.iter().map(|(_, line)| line.len()).sum();
        assert!(bytes <= MOST_BYTES && digest.codes.len() == 50, "{bytes} {}", digest.codes.len());
    }
}
