//! Passwords that no word right before them announces.

use std::sync::LazyLock;

use regex::Regex;

use super::super::rules::Sink;
use super::super::words::{longer_than, looks_made_up, looks_secret, looks_unmistakable};
use super::super::{Kind, regex};
use super::value::TRAILING;

/// The value before its word: "… is the local admin password", "root/calvin, default password".
static SAID_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)([^\s/|]+) (?:is|was) (?:the|his|her|my|our|your|their|its) (?:[a-z-]{1,20} ){0,4}(?:password|passphrase|pw)(?-u:\b)",
        r"|(?-u:\b)[a-z][a-z0-9._-]{1,30}/([^\s/,;.]{3,40}),? (?:(?:is|are|was) )?(?:still )?(?:the )?default (?:password|pw|creds|credentials|login)(?-u:\b)"
    ))
});

/// "SSID …, key …": anywhere else a key is something one types or turns.
static WIFI_KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(?-u:\b)(?:ssid|wi-?fi|wlan|wpa[23]?)(?-u:\b)[^\n]{0,60}?(?-u:\b)key[ \t]*[ :=][ \t]*["']?([^\s"',;]+)"#,
    )
});

/// "Set to …", "changed it to …": a password even where the word stands a line above, if it looks like nothing else.
static CHANGED_TO: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(?-u:\b)(?:(?:re)?set|changed?)(?: (?:it|this|that|hers?|his|theirs?|pw|back)){0,2} to ["'(]?([^\s"'(]+)"#,
    )
});

/// A season, a year and a sign: the password half the world has, wherever it stands.
static SEASONAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?-u)\b(?:Spring|Summer|Autumn|Fall|Winter|Sommer|Herbst|Welcome|Password|Passw0rd|P@ssw0rd|P@ssword)",
        r"[@#_-]?(?:20)?[0-9]{1,2}[!@#$%&*+]{1,4}"
    ))
});

/// Finds passwords that everybody knows for one.
pub(in crate::redact) fn find_seasonal(line: &str, sink: &mut Sink<'_>) {
    for found in SEASONAL.find_iter(line) {
        sink.push(Kind::Password, found.range());
    }
}

/// Passwords that were set without being called one.
pub(in crate::redact) fn find_changed(line: &str, sink: &mut Sink<'_>) {
    for found in
        CHANGED_TO.captures_iter(if line.contains(" to ") { line } else { "" }).filter_map(|c| c.get(1))
    {
        let value = found.as_str().trim_end_matches(TRAILING);
        if looks_made_up(value) || value.contains('$') && looks_unmistakable(value) {
            sink.push(Kind::Password, found.start()..found.start() + value.len());
        }
    }
}

/// The value before its word, and keys of wireless networks.
pub(in crate::redact) fn find_said(line: &str, sink: &mut Sink<'_>) {
    let said = line.contains(" is ") || line.contains(" was ") || line.contains("default");
    for found in SAID_BEFORE.captures_iter(if said { line } else { "" }) {
        let plain = found.get(2);
        if let Some(value) =
            found.get(1).filter(|m| looks_secret(m.as_str()) && longer_than(m.as_str(), 7)).or(plain)
        {
            sink.push(Kind::Password, value.range());
        }
    }
    let key = line.contains("key") || line.contains("Key") || line.contains("KEY");
    for found in WIFI_KEY.captures_iter(if key { line } else { "" }).filter_map(|c| c.get(1)) {
        if looks_secret(found.as_str()) {
            sink.push(Kind::Password, found.range());
        }
    }
}
