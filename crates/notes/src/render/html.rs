//! HTML: a small complete document of semantic elements. All text goes through [`escaped`]; attributes are constants.

use super::sheet::Sheet;
use crate::document::{Block, Document, Run, Step};

pub(super) const STYLE_LINE: &str = "<style>";

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem}\
h1{font-size:1.4em}h2{font-size:1.1em;margin:1.2em 0 .3em}ul{padding-left:1.2em}li{margin:.2em 0}\
time{color:#555;margin-right:.4em}footer{margin-top:1.5em;color:#555;font-size:.9em}";

const TIME_OPEN: &str = "<time>";
const TIME_CLOSE: &str = "</time> ";

/// A note needs no script, image or frame; should one ever get in, it does not run.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub(super) fn write(document: &Document) -> Sheet {
    let mut out = Sheet::default();
    out.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<title>"));
    if let Some(Block::Title(run)) = document.blocks.first() {
        out.begin();
        out.write(run, 0..run.text.len(), escaped);
    }
    out.push_str(&format!("</title>\n{STYLE_LINE}{STYLE}</style>\n</head>\n<body>\n"));
    for block in &document.blocks {
        match block {
            Block::Title(run) => element(&mut out, "h1", run),
            Block::Heading(run) => element(&mut out, "h2", run),
            Block::Paragraph(run) => element(&mut out, "p", run),
            Block::Footer(run) => element(&mut out, "footer", run),
            Block::Facts(runs) => {
                list(&mut out, "ul", |out| {
                    for run in runs {
                        element(out, "li", run);
                    }
                });
            }
            Block::Steps(steps) => list(&mut out, "ol", |out| steps.iter().for_each(|step| item(out, step))),
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn list(out: &mut Sheet, tag: &str, items: impl FnOnce(&mut Sheet)) {
    out.push_str(&format!("<{tag}>\n"));
    items(out);
    out.push_str(&format!("</{tag}>\n"));
}

fn element(out: &mut Sheet, tag: &str, run: &Run) {
    out.push_str(&format!("<{tag}>"));
    content(out, run);
    out.push_str(&format!("</{tag}>\n"));
}

fn item(out: &mut Sheet, step: &Step) {
    out.push_str("<li>");
    if let Some(time) = &step.time {
        out.push_str(TIME_OPEN);
        out.push_str(time);
        out.push_str(TIME_CLOSE);
    }
    content(out, &step.what);
    if !step.details.is_empty() {
        out.push('\n');
        list(out, "ul", |out| step.details.iter().for_each(|run| element(out, "li", run)));
    }
    out.push_str("</li>\n");
}

fn content(out: &mut Sheet, run: &Run) {
    out.begin();
    if run.label > 0 {
        out.push_str("<strong>");
        out.write(run, 0..run.label, escaped);
        out.push_str("</strong>");
    }
    for (i, line) in run.lines_from(run.label).enumerate() {
        if i > 0 {
            out.push_str("<br>\n");
        }
        out.write(run, line, escaped);
    }
}

/// What stands for byte `i` of a text, if it is not itself.
fn escaped(text: &str, i: usize) -> Option<&'static str> {
    match text.as_bytes()[i] {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    }
}

/// One line as a reader sees it: tags gone, entities read.
pub(super) fn visible(line: &str, out: &mut String) {
    const ENTITIES: [(&str, char); 5] =
        [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("#39;", '\'')];
    // The time of a step is ours.
    let mut rest = match line.strip_prefix("<li><time>").and_then(|l| l.split_once(TIME_CLOSE)) {
        Some((_, rest)) => rest,
        None => line,
    };
    while let Some(i) = rest.find(['<', '&']) {
        out.push_str(&rest[..i]);
        let after = &rest[i + 1..];
        if rest.as_bytes()[i] == b'<' {
            rest = after.find('>').map_or("", |end| &after[end + 1..]);
            continue;
        }
        match ENTITIES.iter().find(|(name, _)| after.starts_with(name)) {
            Some((name, c)) => {
                out.push(*c);
                rest = &after[name.len()..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}
