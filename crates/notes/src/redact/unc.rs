//! UNC paths, where an account wants them masked.

use std::sync::LazyLock;

use regex::Regex;

use super::rules::Sink;
use super::{Kind, regex};

/// Server, share and what follows; `file://server/share` is the same path in a browser's spelling.
static UNC: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\\\\(?:\?\\UNC\\)?[A-Za-z0-9][A-Za-z0-9._-]{0,253}\\[^\s\\/:*?\x22<>|;,()']+(?:\\[^\s\\/:*?\x22<>|;,()']*)*",
        r"|(?i-u:file:)(//[A-Za-z0-9][A-Za-z0-9._-]{0,253}/[^\s\x22<>|;,()']+)"
    ))
});

/// Finds UNC paths. One in quotes goes on to the closing quote: names of folders have blanks.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    let mut done = 0;
    for found in UNC.captures_iter(line) {
        let Some(path) = found.get(1).or(found.get(0)).filter(|m| m.start() >= done) else { continue };
        // `\\\\server` is code, not a path.
        if line[..path.start()].ends_with('\\') {
            continue;
        }
        let quote = line[..path.start()].chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let close = quote.and_then(|q| line[path.start()..].find(q)).map(|i| path.start() + i);
        let end = close.unwrap_or_else(|| {
            let trimmed = path.as_str().trim_end_matches(['.', '!', ']', '}', '`']);
            path.start() + trimmed.len()
        });
        sink.push(Kind::UncPath, path.start()..end);
        done = end;
    }
}
