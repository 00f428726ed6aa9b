//! CommonMark. Text is escaped so that it reads as itself in CommonMark and GitHub's dialect; the only markup is ours.

use std::ops::Range;

use super::sheet::Sheet;
use crate::document::{Block, Document, Run, Step};

pub(super) fn write(document: &Document) -> Sheet {
    let mut out = Sheet::default();
    for block in &document.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Title(run) => line(&mut out, "# ", run),
            Block::Heading(run) => line(&mut out, "## ", run),
            Block::Facts(runs) => runs.iter().for_each(|run| {
                out.push_str("- ");
                labelled(&mut out, run, "  ");
            }),
            Block::Paragraph(run) => labelled(&mut out, run, ""),
            Block::Steps(list) => steps(&mut out, list),
            Block::Footer(run) => {
                out.push_str("---\n\n*");
                out.begin();
                escape(&mut out, run, 0..run.text.len());
                out.push_str("*\n");
            }
        }
    }
    out
}

fn line(out: &mut Sheet, before: &str, run: &Run) {
    out.push_str(before);
    out.begin();
    escape(out, run, 0..run.text.len());
    out.push('\n');
}

/// Text of one or more lines, with its label in bold. Lines are kept by hard breaks, empty ones make paragraphs.
fn labelled(out: &mut Sheet, run: &Run, indent: &str) {
    out.begin();
    if run.label > 0 {
        out.push_str("**");
        escape(out, run, 0..run.label);
        out.push_str("**");
        if run.text[run.label..].starts_with(' ') {
            out.push(' ');
        }
    }
    let mut rest = run.lines_from(run.label).peekable();
    let mut first = true;
    while let Some(line) = rest.next() {
        if !first && !line.is_empty() {
            out.push_str(indent);
        }
        first = false;
        escape(out, run, line.clone());
        if rest.peek().is_some_and(|next| !next.is_empty()) && !line.is_empty() {
            out.push('\\');
        }
        out.push('\n');
    }
}

fn steps(out: &mut Sheet, list: &[Step]) {
    for (i, step) in list.iter().enumerate() {
        let number = format!("{}. ", i + 1);
        let indent = " ".repeat(number.len());
        out.push_str(&number);
        if let Some(time) = &step.time {
            out.push_str(&format!("`{time}` "));
        }
        labelled(out, &step.what, &indent);
        for detail in &step.details {
            out.push_str(&indent);
            out.push_str("- ");
            labelled(out, detail, &format!("{indent}  "));
        }
    }
}

/// Writes one line of a run. Leading blanks go: four of them would be code.
fn escape(out: &mut Sheet, run: &Run, line: Range<usize>) {
    let text = &run.text[line.clone()];
    let start = line.end - text.trim_start().len();
    let mark = line_start_mark(&run.text[start..line.end]);
    out.write(
        run,
        start..line.end,
        |text, i| if Some(i) == mark { backslashed(text, i) } else { inline(text, i) },
    );
}

/// Where the sign stands that would begin a heading, list, quote, rule or underline.
fn line_start_mark(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line.as_bytes().get(digits)? {
        b'.' | b')' if (1..=9).contains(&digits) => Some(digits),
        b'#' | b'+' | b'-' | b'=' | b'>' | b':' if digits == 0 => Some(0),
        _ => None,
    }
}

/// What stands for byte `i` of a line, if it is not itself.
fn inline(text: &str, i: usize) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let escaped = match bytes[i] {
        b'\\' | b'`' | b'*' | b'[' | b']' | b'<' | b'~' | b'|' | b'{' | b'}' | b'$' => true,
        // Inside a word it is plain, and escaping it there would break bare addresses.
        b'_' => {
            !(i > 0
                && bytes[i - 1].is_ascii_alphanumeric()
                && bytes.get(i + 1).is_some_and(u8::is_ascii_alphanumeric))
        }
        b'&' => is_entity(&bytes[i + 1..]),
        b'!' => bytes.get(i + 1) == Some(&b'['),
        _ => false,
    };
    if escaped { backslashed(text, i) } else { None }
}

/// A sign with the backslash that makes it plain.
fn backslashed(text: &str, i: usize) -> Option<&'static str> {
    const SIGNS: [&str; 22] = [
        r"\\", r"\`", r"\*", r"\[", r"\]", r"\<", r"\~", r"\|", r"\{", r"\}", r"\$", r"\_", r"\&", r"\!",
        r"\.", r"\)", r"\#", r"\+", r"\-", r"\=", r"\>", r"\:",
    ];
    SIGNS.into_iter().find(|sign| sign.as_bytes()[1] == text.as_bytes()[i])
}

fn is_entity(rest: &[u8]) -> bool {
    let name = rest.iter().take(34).take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
    name > 0 && rest.get(name) == Some(&b';')
}

/// One line as a reader sees it.
pub(super) fn visible(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(i) = rest.find(['\\', '*', '`']) {
        out.push_str(&rest[..i]);
        let sign = rest.as_bytes()[i];
        rest = &rest[i + 1..];
        // A backslash makes the sign behind it plain; the others, unescaped, are ours.
        if sign == b'\\' && rest.starts_with(|c: char| c.is_ascii_punctuation()) {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
}
