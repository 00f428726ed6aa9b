//! GUIDs, where an account wants them masked.

use std::sync::LazyLock;

use regex::Regex;

use super::rules::Sink;
use super::{Kind, regex};

static GUID: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u)[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"));

/// Finds GUIDs that are no part of something longer.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    let bytes = line.as_bytes();
    let joined = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
    for found in GUID.find_iter(line) {
        let before = found.start().checked_sub(1).and_then(|i| bytes.get(i));
        if !joined(before) && !joined(bytes.get(found.end())) {
            sink.push(Kind::Guid, found.range());
        }
    }
}
