//! E-mail addresses.

use super::Kind;
use super::rules::Sink;

/// Grows an address to both sides of every `@`.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    let bytes = line.as_bytes();
    let mut done = 0;
    for at in bytes.iter().enumerate().filter(|(_, b)| **b == b'@').map(|(i, _)| i) {
        if at < done {
            continue;
        }
        let mut start = at;
        while start > done && is_local(bytes[start - 1]) {
            start -= 1;
        }
        while start < at && matches!(bytes[start], b'.' | b'-' | b'\'') {
            start += 1;
        }
        let mut end = at + 1;
        while end < bytes.len() && is_domain(bytes[end]) {
            end += 1;
        }
        while end > at + 1 && matches!(bytes[end - 1], b'.' | b'-') {
            end -= 1;
        }
        if start < at && is_host(&bytes[at + 1..end]) {
            sink.push(Kind::Email, start..end);
            done = end;
        }
    }
}

/// Bytes above ASCII count as letters, so the range stays on character boundaries.
fn is_local(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'')
}

fn is_domain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'.' | b'-')
}

fn is_host(host: &[u8]) -> bool {
    let mut labels = host.rsplit(|b| *b == b'.');
    let top = labels.next().unwrap_or_default();
    let top_ok = top.len() >= 2 && top.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80)
        || top.starts_with(b"xn--");
    let mut more = labels.peekable();
    top_ok && more.peek().is_some() && more.all(|l| !l.is_empty())
}
