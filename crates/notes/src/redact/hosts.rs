//! Host names, where an account wants them masked. Names of machines look like many other things, so this asks for a
//! shape machines are given (`SRV-DC01`, `DESKTOP-4J2LLMA`, `fs01.contoso.local`) or for a word that announces one.

use std::sync::LazyLock;

use regex::Regex;

use super::net::tail;
use super::rules::Sink;
use super::{Kind, regex};

/// Words of letters, digits, hyphens and dots.
static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)[A-Za-z0-9](?:[A-Za-z0-9_-]|\.[A-Za-z0-9])*"));

/// Finds host names in one line.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    for word in WORD.find_iter(line) {
        let text = word.as_str().trim_end_matches(['-', '_']);
        let (before, after) = (&line[..word.start()], &line[word.start() + text.len()..]);
        let part_of_path = before.ends_with(['\\', '@', '.', '%', '$', '_', '-'])
            || before.ends_with('/') && !before.ends_with("//")
            || after.starts_with(['\\', '@', '_'])
            || before.chars().next_back().is_some_and(|c| !c.is_ascii() && c.is_alphanumeric())
            || after.chars().next().is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
        if part_of_path && !before.ends_with(r"\\") || !(3..=253).contains(&text.len()) {
            continue;
        }
        let is_host = if text.contains('.') {
            is_qualified(text)
        } else {
            is_machine(text) && !NUMBERED.is_match(tail(line, word.start(), 24))
                || text.contains(|c: char| c.is_ascii_digit() || c == '-')
                    && is_label(text)
                    && ANNOUNCED.is_match(tail(line, word.start(), 32))
        };
        if is_host {
            sink.push(Kind::Hostname, word.start()..word.start() + text.len());
        }
    }
}

fn is_label(text: &str) -> bool {
    text.len() <= 63
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// `fs01.contoso.local`: labels, and an ending that domains have and files or classes do not.
fn is_qualified(text: &str) -> bool {
    const TOPS: [&str; 36] = [
        "local", "lan", "internal", "corp", "home", "intra", "intranet", "private", "domain", "test",
        "example", "invalid", "com", "net", "org", "edu", "gov", "io", "co", "uk", "de", "fr", "nl", "at",
        "ch", "eu", "us", "ca", "au", "nz", "ie", "es", "it", "be", "cloud", "dev",
    ];
    let labels: Vec<&str> = text.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    // `com.apple.Safari` has the ending in front, and two labels are `Node.js` as often as a machine.
    let framework =
        labels.len() == 2 && ["asp", "ado", "vb"].iter().any(|f| f.eq_ignore_ascii_case(labels[0]));
    let known = !framework && TOPS.iter().any(|t| t.eq_ignore_ascii_case(top));
    known && labels.iter().all(|l| is_label(l) || !l.is_empty() && l.bytes().all(|b| b.is_ascii_digit()))
}

/// `SRV-DC01`, `DC01`, `LAPTOP-8F2K1QZ`.
fn is_machine(text: &str) -> bool {
    text.len() <= 24 && (MACHINE.is_match(text) || NAMED.is_match(text))
}

/// Capitals with a hyphen and a numbered last part that begins with letters.
static MACHINE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?-u)[A-Z][A-Z0-9]{1,14}(?:-[A-Z0-9]{2,10}){0,2}-[A-Z]{2,8}[0-9]{1,3}$"));

/// A word for a kind of machine at the start, and a number or name behind it.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"^(?-u)(?:(?i:(?:srv|dc|sql|fs|ws|exch|esx|esxi|nas|vm|rds|rdp|ts|hv|hyperv|wsus|app|web|db|print|file|bkp|bdr|sccm)",
        r"-?(?:[a-z]{2,10}-?)?[0-9]{1,3})",
        r"|(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{6,12}",
        r"|(?:[A-Z]{2,6}-)?(?:SRV|SERVER|PC|WS|NB|LT|FW|SW|AP|DC|FS|KIOSK|TERM|VM|NAS)(?:-[A-Z0-9]{2,12}){1,2})$"
    ))
});

static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:host ?name|computer ?name|machine name|device name|netbios name|host|computer|workstation)(?: name)?(?: is| was)?[ :=]{1,4}$",
    )
});

/// `version app-12` and the like are no machines.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i-u)\b(?:version|ver|build|error|code|event|kb|ticket|part|model|sku)[ :#=]{1,3}$")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines() {
        for name in
            ["SRV-DC01", "DC01", "sql01", "NYC-FS02", "CON-WS-014", "DESKTOP-4J2LLMA", "srv-app2", "FW-HQ-01"]
        {
            assert!(is_machine(name), "{name}");
        }
        for name in
            ["USB-C", "COVID-19", "SHA-1", "ISO-27001", "READ-ONLY", "RAID-5", "T-1000", "UTF-8", "COM3"]
        {
            assert!(!is_machine(name), "{name}");
        }
    }
}
