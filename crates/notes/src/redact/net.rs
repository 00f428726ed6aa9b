//! Network addresses: candidates are cut out by hand, `std::net` decides.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

use super::rules::Sink;
use super::{Kind, regex};

/// IPv4 addresses. Those that say nothing about a client stay: loopback, unspecified, netmasks and the public resolvers
/// every engineer pings.
pub(super) fn find_v4(line: &str, sink: &mut Sink<'_>) {
    let bytes = line.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < bytes.len() && (bytes[i].is_ascii_digit() || bytes[i] == b'.') {
            i += 1;
        }
        let mut end = i;
        while bytes[end - 1] == b'.' {
            end -= 1;
        }
        if !(7..=15).contains(&(end - start))
            || is_wordy_before(bytes, start)
            || end == i && is_wordy(bytes, i)
        {
            continue;
        }
        let Ok(address) = line[start..end].parse::<Ipv4Addr>() else { continue };
        if !is_harmless_v4(address) && !is_version(address, line, start) {
            sink.push(Kind::IpAddress, start..end);
        }
    }
}

fn is_wordy(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80)
}

fn is_wordy_before(bytes: &[u8], at: usize) -> bool {
    at > 0 && (is_wordy(bytes, at - 1) || bytes[at - 1] == b'.')
}

fn is_harmless_v4(address: Ipv4Addr) -> bool {
    let is_netmask =
        address.octets()[0] == 255 && address.to_bits().leading_ones() == address.to_bits().count_ones();
    let resolvers = [[8, 8, 8, 8], [8, 8, 4, 4], [1, 1, 1, 1], [1, 0, 0, 1], [9, 9, 9, 9]];
    address.is_loopback() || address.is_unspecified() || is_netmask || resolvers.contains(&address.octets())
}

/// Four-part version numbers look like addresses. Where the words allow both, a private address is one.
fn is_version(address: Ipv4Addr, line: &str, start: usize) -> bool {
    VERSION_BEFORE.is_match(tail(line, start, 24))
        || UPGRADE_BEFORE.is_match(tail(line, start, 48))
        || !address.is_private()
            && (PRODUCT_BEFORE.is_match(tail(line, start, 24))
                || address.octets()[0] < 32 && CHANGE_BEFORE.is_match(tail(line, start, 64)))
}

static PRODUCT_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:fw|driver|agent|bios|client|sections?|chapter|clause|step)(?: is| was| to)?(?:\.|[ :=]){0,3}$",
    )
});

/// "Upgraded from 10.0.1.5 to 10.0.1.9": nobody upgrades an address.
static UPGRADE_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i-u)\b(?:up|down)grad(?:ed?|ing) (?:it )?(?:from|to) (?:[0-9.]{7,15} to )?$"));

/// "Agent updated from 3.1.0.22 to 3.1.0.24".
static CHANGE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u)\b(?:agent|driver|client|bios|firmware|version|app|software|plugin)\b[ -:<-~]{0,24}",
        r"(?:from|to) (?:[0-9.]{7,15} to )?$"
    ))
});

static VERSION_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i-u)\b(?:version|ver|v|build|firmware|release)(?: is| was| to)?(?:\.|[ :=]){0,3}$")
});

/// The last bytes of `line[..end]`, at most `max`, on a character boundary.
pub(super) fn tail(line: &str, end: usize, max: usize) -> &str {
    let mut start = end.saturating_sub(max);
    while !line.is_char_boundary(start) {
        start += 1;
    }
    &line[start..end]
}

/// IPv6 addresses, with or without a zone.
pub(super) fn find_v6(line: &str, sink: &mut Sink<'_>) {
    let bytes = line.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !is_v6_byte(bytes[i]) {
            i += 1;
            continue;
        }
        let mut start = i;
        while i < bytes.len() && is_v6_byte(bytes[i]) {
            i += 1;
        }
        let mut end = i;
        // The colon of a label before it: "address:fe80::1".
        let label = bytes[start] == b':' && bytes.get(start + 1) != Some(&b':');
        if !label && start > 0 && is_wordy(bytes, start - 1) || is_wordy(bytes, end) {
            continue;
        }
        start += usize::from(label);
        // A full stop or colon of the sentence around it.
        while end > start
            && (bytes[end - 1] == b'.' || bytes[end - 1] == b':' && !line[start..end].ends_with("::"))
        {
            end -= 1;
        }
        let candidate = &line[start..end];
        // A digit is asked for so that `std::fs`-like words are not addresses.
        if !(3..=45).contains(&candidate.len()) || !candidate.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let Ok(address) = candidate.parse::<Ipv6Addr>() else { continue };
        // Eight pairs are the name of a disk or a port, not an address.
        let all_pairs = candidate.split(':').all(|g| g.len() == 2);
        if !address.is_loopback() && !address.is_unspecified() && !all_pairs {
            sink.push(Kind::IpAddress, start..end);
        }
    }
}

fn is_v6_byte(b: u8) -> bool {
    b.is_ascii_hexdigit() || b == b':' || b == b'.'
}

static MAC: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}\.|-[0-9A-Fa-f]{4}-)[0-9A-Fa-f]{4}",
    )
});

/// MAC addresses in the three common spellings.
pub(super) fn find_mac(line: &str, sink: &mut Sink<'_>) {
    let bytes = line.as_bytes();
    let joined = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let mut from = 0;
    while let Some(found) = MAC.find_at(line, from) {
        let (start, end) = (found.start(), found.end());
        from = end;
        let before = start > 0
            && (joined(bytes[start - 1])
                || bytes[start - 1] == b':'
                    && start > 1
                    && bytes[start - 2].is_ascii_hexdigit()
                    && is_pair_before(bytes, start - 1));
        let after = bytes.get(end).is_some_and(|b| match b {
            b'.' | b':' | b'-' => bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
            b => joined(*b),
        });
        // Three groups of figures with hyphens are anything.
        let figures = end - start == 14 && line[start..end].bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !before && !after && !figures {
            sink.push(Kind::MacAddress, start..end);
        }
    }
}

/// Spellings that are an address only because the text says so.
static NAMED_MAC: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\bmac(?:[ -]?addr(?:ess)?)?(?: is)?[ :=]{1,3}([0-9a-f]{12}|[0-9a-f]{2}(?: [0-9a-f]{2}){5})\b",
    )
});

/// "MAC 00005E00531A".
pub(super) fn find_named_mac(line: &str, sink: &mut Sink<'_>) {
    for found in NAMED_MAC.captures_iter(line).filter_map(|c| c.get(1)) {
        sink.push(Kind::MacAddress, found.range());
    }
}

/// Whether two hex digits, and no longer word, stand before `at`.
fn is_pair_before(bytes: &[u8], at: usize) -> bool {
    at >= 2
        && bytes[at - 1].is_ascii_hexdigit()
        && bytes[at - 2].is_ascii_hexdigit()
        && !(at > 2 && bytes[at - 3].is_ascii_alphanumeric())
}
