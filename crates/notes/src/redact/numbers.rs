//! Telephone and card numbers. Both are groups of digits, so one scanner cuts the groups and both shapes are tried on
//! them. A number is a candidate only where a number may begin and end: never inside a word, an address, a date or a path.

use std::sync::LazyLock;

use regex::Regex;

use super::net::tail;
use super::rules::Sink;
use super::{Kind, regex};

/// A group of digits and how it is tied to the one before.
#[derive(Debug, Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    /// Byte between this group and the one before; 0 for the first.
    joint: u8,
    plus: bool,
    parens: bool,
}

impl Group {
    fn len(&self) -> usize {
        self.digits_end() - self.digits_start()
    }

    fn digits_start(&self) -> usize {
        self.start + usize::from(self.plus) + usize::from(self.parens)
    }

    fn digits_end(&self) -> usize {
        self.end - usize::from(self.parens)
    }

    fn digits<'a>(&self, line: &'a str) -> &'a str {
        &line[self.digits_start()..self.digits_end()]
    }
}

/// "030/5550-199", as Germans write it; without a word for it, that is a date or a fraction.
static WITH_STROKE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)(?:\(0\) ?[1-9][0-9]{1,4}|\(0[1-9][0-9]{1,4}\) ?|\b0[1-9][0-9]{1,4}) ?/ ?[0-9]{3,8}(?:-[0-9]{1,5})?\b",
    )
});

/// Finds telephone and card numbers in one line.
pub(super) fn find(line: &str, sink: &mut Sink<'_>) {
    if line.contains('/') {
        for found in WITH_STROKE.find_iter(line) {
            let goes_on = line[found.end()..].starts_with(['/', '-']);
            if !goes_on && PHONE_WORD.is_match(tail(line, found.start(), 32)) {
                sink.push(Kind::Phone, found.range());
            }
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        at = cut(line, at, &mut groups);
        let mut i = 0;
        while i < groups.len() {
            if i > 0 && groups[i].joint != b' ' && !groups[i].plus {
                i += 1;
                continue;
            }
            let found = card(line, &groups, i).map(|n| (Kind::Card, n));
            match found.or_else(|| phone(line, &groups, i).map(|n| (Kind::Phone, n))) {
                Some((kind, n)) => {
                    let mut end = groups[i + n - 1].end;
                    if kind == Kind::Phone {
                        end += EXTENSION.find(&line[end..]).map_or(0, |m| m.len());
                    }
                    sink.push(kind, groups[i].start..end);
                    i += n;
                }
                None => i += 1,
            }
        }
    }
}

static EXTENSION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?i-u:,? ?(?:x|ext\.?|extension) ?[0-9]{1,6}\b)"));

/// Extensions that stand alone: "extension 4410", "Ext: 318".
static LONE_EXTENSION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:ext|extn|extension|durchwahl)\b\.?(?: (?:is|was|number|no\.?)){0,2}[ :#]{1,3}([0-9]{3,6})\b",
    )
});

/// Finds extensions that stand alone.
pub(super) fn find_extensions(line: &str, sink: &mut Sink<'_>) {
    for found in LONE_EXTENSION.captures_iter(line).filter_map(|c| c.get(1)) {
        let rest = &line[found.end()..];
        let goes_on = rest.starts_with(['-', '.', ':', '/', ',', '%'])
            && rest[1..].starts_with(|c: char| c.is_alphanumeric());
        let amount = ["days", "months", "weeks", "years", "users", "mb", "gb", "kb"]
            .iter()
            .any(|unit| rest.trim_start().get(..unit.len()).is_some_and(|r| r.eq_ignore_ascii_case(unit)));
        if !goes_on && !amount {
            sink.push(Kind::Phone, found.range());
        }
    }
}

/// Cuts the next run of groups at or after `at` into `groups`; says where to go on.
fn cut(line: &str, mut at: usize, groups: &mut Vec<Group>) -> usize {
    let bytes = line.as_bytes();
    groups.clear();
    while at < bytes.len() && !starts_group(bytes, at) {
        at += 1;
    }
    let first = at;
    let mut joint = 0;
    while let Some(group) = group_at(bytes, at, joint) {
        at = group.end;
        groups.push(group);
        // One sign joins two groups; nothing does around parentheses.
        match bytes.get(at) {
            Some(sign @ (b' ' | b'-' | b'.')) if starts_group(bytes, at + 1) => {
                joint = *sign;
                at += 1;
            }
            Some(b'(' | b'0'..=b'9') if starts_group(bytes, at) => joint = b'-',
            _ => break,
        }
    }
    if groups.is_empty() {
        return at.max(first + 1).min(bytes.len());
    }
    let joined_after = match bytes.get(at) {
        Some(b'/' | b':' | b'.' | b'-') => bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric),
        Some(b) => {
            b.is_ascii_alphanumeric()
                || matches!(b, b'_' | b'%' | b'\\')
                || *b >= 0x80 && is_letter_at(line, at)
        }
        None => false,
    };
    if joined_after {
        drop_last_word(groups);
    }
    if joined_before(line, first) {
        drop_first_word(groups);
    }
    at
}

/// What is tied to a letter, a date or a path goes, with all that is tied to it by more than a blank.
fn drop_last_word(groups: &mut Vec<Group>) {
    while let Some(group) = groups.pop() {
        if group.joint == b' ' {
            break;
        }
    }
}

fn drop_first_word(groups: &mut Vec<Group>) {
    let keep = groups.iter().skip(1).position(|g| g.joint == b' ' || g.plus).map_or(groups.len(), |i| i + 1);
    groups.drain(..keep);
}

fn starts_group(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'0'..=b'9') => true,
        Some(b'+') => matches!(bytes.get(at + 1), Some(b'0'..=b'9')),
        Some(b'(') => parens_end(bytes, at).is_some(),
        _ => false,
    }
}

/// End of "(415)" at `at`.
fn parens_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes[at + 1..].iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    ((1..=5).contains(&digits) && bytes.get(at + 1 + digits) == Some(&b')')).then_some(at + digits + 2)
}

fn group_at(bytes: &[u8], at: usize, joint: u8) -> Option<Group> {
    match bytes.get(at)? {
        b'(' => parens_end(bytes, at).map(|end| Group { start: at, end, joint, plus: false, parens: true }),
        first => {
            let plus = *first == b'+';
            let digits = bytes[at + usize::from(plus)..].iter().take_while(|b| b.is_ascii_digit()).count();
            let end = at + usize::from(plus) + digits;
            (digits > 0).then_some(Group { start: at, end, joint, plus, parens: false })
        }
    }
}

fn is_letter_at(line: &str, at: usize) -> bool {
    line.get(at..).and_then(|s| s.chars().next()).is_some_and(char::is_alphanumeric)
}

fn joined_before(line: &str, at: usize) -> bool {
    let mut before = line[..at].chars().rev();
    match before.next() {
        Some(':') => before.next().is_some_and(|c| c.is_ascii_digit()),
        Some('#') => {
            let name = tail(line, at - 1, 8).trim_end().to_ascii_lowercase();
            !(name.ends_with("cc") || name.ends_with("card"))
        }
        Some(c) => c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '\\' | '#' | '$' | '€' | '£'),
        None => false,
    }
}

/// Whether a number may end behind group `i + n - 1`.
fn ends(groups: &[Group], i: usize, n: usize) -> bool {
    groups.get(i + n).is_none_or(|next| next.joint == b' ')
}

fn shape(groups: &[Group], i: usize, lengths: &[usize]) -> bool {
    groups.len() >= i + lengths.len()
        && groups[i..].iter().zip(lengths).all(|(g, n)| g.len() == *n)
        && ends(groups, i, lengths.len())
}

/// How many groups from `i` on are a card number.
fn card(line: &str, groups: &[Group], i: usize) -> Option<usize> {
    const SHAPES: [&[usize]; 6] =
        [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 4, 4, 4, 2], &[4, 4, 5]];
    let n = if (13..=19).contains(&groups[i].len()) && ends(groups, i, 1) {
        1
    } else {
        SHAPES.iter().find(|s| shape(groups, i, s))?.len()
    };
    let digits: String = groups[i..i + n].iter().map(|g| g.digits(line)).collect();
    (is_issuer(&digits) && luhn(&digits) && !groups[i].plus).then_some(n)
}

/// First digits and lengths that are in use.
fn is_issuer(digits: &str) -> bool {
    let prefix = |n: usize| digits[..n].parse::<u32>().unwrap_or(0);
    match digits.len() {
        13 | 19 => prefix(1) == 4 || prefix(1) == 6,
        14 => matches!(prefix(3), 300..=305 | 360..=369 | 380..=399),
        15 => matches!(prefix(2), 34 | 37),
        16 => {
            prefix(1) == 4
                || matches!(prefix(2), 51..=55)
                || matches!(prefix(4), 2221..=2720 | 3528..=3589 | 6011 | 6440..=6599 | 5018 | 5020 | 5038 | 6304 | 6759)
                || prefix(2) == 62
        }
        17 | 18 => prefix(2) == 62 || prefix(2) == 67,
        _ => false,
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// How many groups from `i` on are a telephone number.
fn phone(line: &str, groups: &[Group], i: usize) -> Option<usize> {
    let first = &groups[i];
    if first.plus {
        return international(line, groups, i);
    }
    // Shapes first: they are cheap, and most numbers have none.
    let shaped = north_american(line, groups, i).or_else(|| trunk(line, groups, i));
    let found = shaped.or_else(|| announced(line, groups, i))?;
    let other_thing = !first.parens && NUMBERED_THING.is_match(tail(line, first.start, 32));
    if other_thing {
        return None;
    }
    // A label may stand some words before its number: "Call-back number agreed with the user: 555-0142". Bare digits
    // ask for a nearer one; durations and sizes look like them.
    let reach = if found == 1 { 32 } else { 72 };
    (shaped.is_some() || PHONE_WORD.is_match(clause(tail(line, first.start, reach)))).then_some(found)
}

/// The last sentence of a text.
fn clause(before: &str) -> &str {
    before.rfind(". ").map_or(before, |i| &before[i + 2..])
}

/// "+1 415 555 0100", "+44 (0)20 7946 0958", "+14155550100".
fn international(line: &str, groups: &[Group], i: usize) -> Option<usize> {
    let is_one = groups[i].digits(line).starts_with('1');
    let most = if is_one { 11 } else { 15 };
    let (mut digits, mut n) = (0, 0);
    for group in &groups[i..] {
        let more = digits + group.len();
        if more > most || n > 0 && group.plus {
            break;
        }
        digits = more;
        n += 1;
    }
    (digits >= 8).then_some(n)
}

/// "415-555-0100", "(415) 555-0100", "1 415.555.0100".
fn north_american(line: &str, groups: &[Group], i: usize) -> Option<usize> {
    let (n, area) = if shape(groups, i, &[3, 3, 4]) {
        (3, i)
    } else if shape(groups, i, &[1, 3, 3, 4]) && groups[i].digits(line) == "1" {
        (4, i + 1)
    } else if shape(groups, i, &[1, 1, 3, 3, 4]) && groups[i].digits(line) == "9" {
        // A nine for the outside line.
        (5, i + 2)
    } else {
        return None;
    };
    let plausible = |g: &Group| g.digits(line).as_bytes()[0] >= b'2';
    let blanks_only = groups[i + 1..i + n].iter().all(|g| g.joint == b' ') && !groups[area].parens;
    // Columns of figures are also "212 345 6789 …": with blanks alone, nothing else may stand in the row.
    let alone = i == 0 && groups.len() == n;
    (plausible(&groups[area]) && plausible(&groups[area + 1]) && (!blanks_only || alone)).then_some(n)
}

/// "020 7946 0958", "(030) 1234567", "01 23 45 67 89", "0044 20 7946 0958".
fn trunk(line: &str, groups: &[Group], i: usize) -> Option<usize> {
    let first = groups[i].digits(line);
    if !first.starts_with('0') || first.len() < 2 || first.len() > 6 {
        return None;
    }
    let n = groups[i..].iter().skip(1).take(6).take_while(|g| !g.plus).count() + 1;
    let number = &groups[i..i + n];
    let digits: usize = number.iter().map(Group::len).sum();
    let most = if first.starts_with("00") { 15 } else { 12 };
    let joints = &number[1..];
    let uniform = joints.windows(2).all(|w| w[0].joint == w[1].joint) || groups[i].parens || n == 2;
    let dates = n >= 3 && number[..3].iter().map(Group::len).eq([2, 2, 4]);
    let grouped = (2..=6).contains(&n) && number.iter().all(|g| g.len() >= 2);
    // As above: a row of figures is no number.
    let alone = i == 0 && groups.len() == n || joints.iter().any(|g| g.joint != b' ');
    // So is one of numbers that are padded with zeros.
    let padded = n >= 3 && number.iter().all(|g| g.len() > 2 && g.digits(line).starts_with("00"));
    (grouped && uniform && alone && !padded && !dates && (9..=most).contains(&digits)).then_some(n)
}

/// Shapes that are a telephone number only because the text says so.
fn announced(line: &str, groups: &[Group], i: usize) -> Option<usize> {
    if shape(groups, i, &[3, 4]) {
        return Some(2);
    }
    let digits = groups[i].digits(line);
    let single = ends(groups, i, 1)
        && match digits.len() {
            10 => digits.as_bytes()[0] != b'1',
            11 => matches!(digits.as_bytes()[0], b'0' | b'1'),
            12..=14 => digits.starts_with("00"),
            _ => false,
        };
    single.then_some(1).or_else(|| (digits.len() == 3 && shape(groups, i, &[3, 3, 4])).then_some(3))
}

/// Words after which a number is the number of something else.
static NUMBERED_THING: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u)\b(?:ticket|case|kb|serial|sn|s/n|order|invoice|po|ref|reference|id|part|sku|model|asset|tag|build|version|ver|v",
        r"|error|event|vlans?|rooms?|inc|incident|req|request|change|chg|task|license|licence|contract|account|key|code|job|batch|hash|pid|port)",
        r"(?: (?:number|no|num|id|code))?[ .:#=]{0,4}$"
    ))
});

/// Words that announce a telephone number.
static PHONE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)phone|\b(?:tel|pager|paged|cb|caller|contact|number is|number to|call|calls|called|callback|mobile|mob|cell|fax|ring|rang|dial|dialed|dialled|sms|text|texted|whatsapp|landline|ddi|did|voicemail|reach)\b",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_check() {
        assert!(luhn("4111111111111111"));
        assert!(luhn("378282246310005"));
        assert!(!luhn("4111111111111112"));
    }
}
