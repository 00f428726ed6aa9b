//! Passwords on command lines, as engineers paste them.

use std::sync::LazyLock;

use regex::Regex;

use super::rules::Sink;
use super::{Kind, regex};

static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u)(?:\B--?(?:admin|user|account)?(?:password|passwd|pwd)[ =]+|\B[/-]pass[: ] *|/p:",
        r"|\bnet +user +[A-Za-z0-9._\\@-]+ +|\bnet +use +(?:[a-z]: +|\* +)?\\\\[A-Za-z0-9._\\$-]+ +",
        r"|ConvertTo-SecureString +(?:-String +)?",
        // The stretch between a command and its switch is bounded, so that no line is read over and over.
        r"|\b(?:psexec|sshpass)(?:\.exe)?\b[ -{}~]{0,120}? -p +|\bmysql(?:dump|admin)?\b[ -{}~]{0,120}? -p",
        r"|\bcurl\b[ -{}~]{0,120}? (?:-u|--user) +['\x22]?[!-&(-9;-~]+:",
        // Cisco
        r"|\benable +(?:secret|password) +(?:[0-9] +)?|\bpassword +[0-9] +|\bsnmp-server +community +)"
    ))
});

/// The word, or quoted text, that follows a command's password position. Switches and variables are no values.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    for command in COMMAND.find_iter(line) {
        let rest = &line[command.end()..];
        let Some(first) = rest.chars().next() else { continue };
        let (start, end) = match first {
            '"' | '\'' => match rest[1..].find(first) {
                Some(len) => (1, 1 + len),
                None => continue,
            },
            '-' | '/' | '$' | '*' | '(' | '<' | '|' | '[' => continue,
            _ => (0, rest.find([' ', '\t', '\'', '"']).unwrap_or(rest.len())),
        };
        let value = &rest[start..end];
        let prose = first != '"'
            && first != '\''
            && !command.as_str().starts_with(['-', '/'])
            && value.bytes().all(|b| b.is_ascii_lowercase());
        if value.chars().nth(2).is_some() && !prose {
            sink.push(Kind::Password, command.end() + start..command.end() + end);
        }
    }
}
