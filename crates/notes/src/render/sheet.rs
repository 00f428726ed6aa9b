//! The text being written, and where the marks of its runs end up in it: escaping moves things, so it happens here.

use std::borrow::Cow;
use std::ops::Range;

use crate::choices::NoteHit;
use crate::document::Run;
use crate::redact::{HitKey, Kind};

/// A note being written.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    text: String,
    /// In the order of the text, apart.
    pub(super) spans: Vec<Span>,
    /// Where the spans of the present run begin.
    run: usize,
}

/// Where a mark stands in the finished text.
#[derive(Debug)]
pub(super) struct Span {
    range: Range<usize>,
    kind: Kind,
    key: Option<HitKey>,
    pub(super) kept: bool,
    /// The account's own words stand there, or would.
    labelled: bool,
    /// Which mark of its run.
    mark: usize,
}

impl From<Span> for NoteHit {
    fn from(span: Span) -> Self {
        Self { kind: span.kind, range: span.range, key: span.key, kept: span.kept }
    }
}

impl Sheet {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Something of our own.
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    /// A run begins; its parts follow, in order.
    pub(super) fn begin(&mut self) {
        self.run = self.spans.len();
    }

    /// Writes part of a run. `escape` says what stands for a byte, if it is not itself.
    pub(super) fn write(
        &mut self,
        run: &Run,
        part: Range<usize>,
        escape: impl Fn(&str, usize) -> Option<&'static str>,
    ) {
        let first = run.marks.partition_point(|m| m.range.end <= part.start);
        let mut at = part.start;
        for (i, mark) in
            run.marks.iter().enumerate().skip(first).take_while(|(_, m)| m.range.start < part.end)
        {
            let (from, to) = (mark.range.start.max(part.start), mark.range.end.min(part.end));
            self.escaped(&run.text[part.clone()], at - part.start..from - part.start, &escape);
            let start = self.text.len();
            self.escaped(&run.text[part.clone()], from - part.start..to - part.start, &escape);
            at = to;
            let end = self.text.len();
            // A mark may go over several lines.
            match self.spans[self.run..].last_mut().filter(|s| s.mark == i) {
                Some(span) => span.range.end = end,
                None => self.spans.push(Span {
                    range: start..end,
                    kind: mark.kind,
                    key: mark.key.clone(),
                    kept: mark.kept.is_some(),
                    labelled: mark.label.is_some(),
                    mark: i,
                }),
            }
        }
        self.escaped(&run.text[part.clone()], at - part.start..part.len(), &escape);
    }

    fn escaped(
        &mut self,
        text: &str,
        part: Range<usize>,
        escape: impl Fn(&str, usize) -> Option<&'static str>,
    ) {
        let mut copied = part.start;
        for i in part.clone() {
            if let Some(escaped) = escape(text, i) {
                self.text.push_str(&text[copied..i]);
                self.text.push_str(escaped);
                copied = i + 1;
            }
        }
        self.text.push_str(&text[copied..part.end]);
    }

    /// The note with tokens of ours in the place of what is kept and of an account's own words.
    pub(super) fn with_kept_masked(&self) -> Cow<'_, str> {
        self.with_tokens(|span| span.kept || span.labelled)
    }

    /// The note with tokens of ours in the place of an account's own words.
    pub(super) fn with_labels_masked(&self) -> Cow<'_, str> {
        self.with_tokens(|span| span.labelled && !span.kept)
    }

    fn with_tokens(&self, which: impl Fn(&Span) -> bool) -> Cow<'_, str> {
        if !self.spans.iter().any(&which) {
            return Cow::Borrowed(&self.text);
        }
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for span in self.spans.iter().filter(|s| which(s)) {
            out.push_str(&self.text[at..span.range.start]);
            out.push_str(span.kind.token());
            at = span.range.end;
        }
        out.push_str(&self.text[at..]);
        Cow::Owned(out)
    }
}

/// Text that is itself.
pub(super) fn plain(_: &str, _: usize) -> Option<&'static str> {
    None
}
