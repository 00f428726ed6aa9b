//! Plain text, airy for people and compact for a PSA's note field. Nothing needs escaping here: control characters and
//! stray newlines went in cleaning, and every line of a text is indented below its step, so none can pose as a step.

use super::sheet::{Sheet, plain};
use crate::document::{Block, Document, Run, Step};

/// How much room a note takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Underlined headings, empty lines.
    Airy,
    /// Headings as they are, one empty line between sections.
    Compact,
}

pub(super) fn write(document: &Document, layout: Layout) -> Sheet {
    let mut out = Sheet::default();
    for block in &document.blocks {
        match block {
            Block::Title(run) => heading(&mut out, run, "=", layout),
            Block::Heading(run) => {
                gap(&mut out);
                heading(&mut out, run, "-", layout);
            }
            Block::Facts(runs) => {
                if layout == Layout::Airy
                    && out.as_str().lines().next_back().is_some_and(|l| l.starts_with('='))
                {
                    gap(&mut out);
                }
                runs.iter().for_each(|run| indented(&mut out, run, "", "  "));
            }
            Block::Paragraph(run) => indented(&mut out, run, "", ""),
            Block::Steps(list) => steps(&mut out, list),
            Block::Footer(run) => {
                gap(&mut out);
                indented(&mut out, run, "", "");
            }
        }
    }
    out
}

fn gap(out: &mut Sheet) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn heading(out: &mut Sheet, run: &Run, underline: &str, layout: Layout) {
    out.begin();
    out.write(run, 0..run.text.len(), plain);
    if layout == Layout::Compact {
        out.push('\n');
        return;
    }
    out.push('\n');
    out.push_str(&underline.repeat(run.text.chars().count().clamp(3, 78)));
    out.push('\n');
}

fn indented(out: &mut Sheet, run: &Run, first: &str, others: &str) {
    out.begin();
    for (i, line) in run.lines().enumerate() {
        if !line.is_empty() {
            out.push_str(if i == 0 { first } else { others });
            out.write(run, line, plain);
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
            out.push_str(&format!("[{time}] "));
        }
        indented(out, &step.what, "", &indent);
        for detail in &step.details {
            indented(out, detail, &indent, &indent);
        }
    }
}
