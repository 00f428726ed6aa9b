//! Cleaning of untrusted text, before anything looks for secrets in it.
//!
//! Cleaning comes first because an invisible character inside a word ("pass\u{200b}word") would hide it from the rules
//! and not from the reader. What is left is printable characters and `\n`.

use std::borrow::Cow;

/// Cleans text that may have several lines: newlines normalised, control, direction and invisible characters removed,
/// odd spaces made plain, trailing blanks and surplus empty lines dropped.
pub(crate) fn lines(text: &str) -> String {
    let clean = visible(text);
    if !clean.contains('\n') {
        return clean.trim().to_owned();
    }
    let mut out = String::with_capacity(clean.len());
    let mut blank = false;
    for line in clean.trim_start().split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        out.push_str(line);
    }
    out
}

/// Cleans text that must stay on one line.
pub(crate) fn single_line(text: &str) -> String {
    let clean = lines(text);
    if !clean.contains('\n') {
        return clean;
    }
    let parts = clean.split('\n').map(str::trim).filter(|l| !l.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// Text without control, direction and invisible characters, with `\n` alone between its lines and plain spaces. What
/// [`find`](crate::find) should be given.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b) || b == b'\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str("    "),
            c if is_invisible(c) || c.is_control() => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Direction controls, zero-width characters, tags, annotation and other characters a reader cannot see. The joiners
/// U+200C and U+200D stay: scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newlines_are_normalised_and_surplus_blank_lines_go() {
        assert_eq!(lines("a\r\nb\rc\u{2028}d  \n\n\n\ne\n\n"), "a\nb\nc\nd\n\ne");
        assert_eq!(lines("\n\n  a\n  indented\n"), "a\n  indented");
    }

    #[test]
    fn invisible_and_control_characters_go() {
        assert_eq!(lines("pass\u{200b}wo\u{202e}rd\u{7}:\u{a0}x\u{feff}"), "password: x");
        assert_eq!(lines("a\tb\u{1b}[31m"), "a    b[31m");
    }

    #[test]
    fn one_line_joins_with_a_blank() {
        assert_eq!(single_line("a\n\n  b\r\nc"), "a b c");
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        for text in ["a\n \n\n b \n", "x\u{85}y", "  a  ", "\n\n", ""] {
            assert_eq!(lines(&lines(text)), lines(text));
        }
    }
}
