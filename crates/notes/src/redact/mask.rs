//! Masking: tokens in the place of hits, and where they stand.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::{Hit, HitKey, Kind, RedactionSummary, Redactor, Salt, Scope, merge};

/// What masking asks about the engineer's choices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keep<'a> {
    pub(crate) salt: Salt,
    pub(crate) keys: &'a BTreeSet<HitKey>,
}

/// A place in a text that was masked, or would have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
    /// Known if somebody asked, and only for what may be kept.
    pub(crate) key: Option<HitKey>,
    /// What stood there, if the engineer keeps it.
    pub(crate) kept: Option<String>,
    /// The account's own words for it.
    pub(crate) label: Option<Arc<str>>,
}

/// A masked text. Kept values are masked in it too, and an account's own words for what was masked are not in it, until
/// [`Masked::restore`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masked {
    pub(crate) text: String,
    /// Sorted, apart, one for each token.
    pub(crate) marks: Vec<Mark>,
}

impl Redactor {
    /// The masked text, or `None` when there is nothing to mask.
    ///
    /// Runs until nothing is left: masking one thing can uncover another (a number that stuck to a masked word). In
    /// practice that is one round, and a look at the lines it changed that finds nothing. Text that goes on uncovering
    /// loses whole lines.
    ///
    /// What is kept takes part in this as if it were not, so that keeping one thing decides nothing about another.
    pub(crate) fn mask(
        &self,
        text: &str,
        keep: Option<Keep<'_>>,
        summary: &mut RedactionSummary,
    ) -> Option<Masked> {
        const ROUNDS: usize = 8;
        let mut masked: Option<Masked> = None;
        for round in 0.. {
            let current = masked.as_ref().map_or(text, |m| &m.text);
            let mut hits = self.find_from(current, Scope::Run, masked.as_ref().map(|m| m.marks.as_slice()));
            // A whole line holds tokens; nobody could tell what keeping it would show.
            let keep = if round >= ROUNDS { None } else { keep };
            if round >= ROUNDS {
                hits = merge(hits.into_iter().map(|hit| whole_lines(current, &hit)).collect());
            }
            if hits.is_empty() {
                return masked;
            }
            let before = masked.as_ref().map_or(&[][..], |m| &m.marks);
            let next = self.replace(current, before, &hits, keep, summary);
            masked = Some(next);
        }
        masked
    }

    /// One round: tokens for `hits`; the marks there were move along, unless a hit swallows them.
    fn replace(
        &self,
        text: &str,
        before: &[Mark],
        hits: &[Hit],
        keep: Option<Keep<'_>>,
        summary: &mut RedactionSummary,
    ) -> Masked {
        let mut out = String::with_capacity(text.len() + 16 * hits.len());
        let mut marks = Vec::with_capacity(before.len() + hits.len());
        let mut before = before.iter().peekable();
        let mut at = 0;
        for hit in hits {
            while let Some(mark) = before.next_if(|m| m.range.end <= hit.range.start) {
                marks.push(moved(mark, at, out.len()));
            }
            while before.next_if(|m| m.range.start < hit.range.end).is_some() {}
            out.push_str(&text[at..hit.range.start]);
            at = hit.range.end;
            let value = &text[hit.range.clone()];
            let key = keep.and_then(|k| k.salt.key(hit.kind, value));
            let kept = keep.zip(key.as_ref()).is_some_and(|(k, key)| k.keys.contains(key));
            summary.add(hit.kind, u32::from(!kept));
            let start = out.len();
            out.push_str(hit.kind.token());
            let kept = kept.then(|| value.to_owned());
            marks.push(Mark { range: start..out.len(), kind: hit.kind, key, kept, label: self.label(hit) });
        }
        marks.extend(before.map(|mark| moved(mark, at, out.len())));
        out.push_str(&text[at..]);
        Masked { text: out, marks }
    }
}

impl Masked {
    /// Puts the kept values back, and the account's words in.
    pub(crate) fn restore(&mut self) {
        if self.marks.iter().all(|m| m.kept.is_none() && m.label.is_none()) {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for mark in &mut self.marks {
            text.push_str(&self.text[at..mark.range.start]);
            at = mark.range.end;
            let start = text.len();
            let shown = mark.kept.as_deref().or(mark.label.as_deref());
            text.push_str(shown.unwrap_or(&self.text[mark.range.clone()]));
            mark.range = start..text.len();
        }
        text.push_str(&self.text[at..]);
        self.text = text;
    }
}

/// A mark behind `at` in the old text, where `at` is `now` in the new one.
fn moved(mark: &Mark, at: usize, now: usize) -> Mark {
    let range = mark.range.start - at + now..mark.range.end - at + now;
    Mark { range, ..mark.clone() }
}

fn whole_lines(text: &str, hit: &Hit) -> Hit {
    let start = text[..hit.range.start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[hit.range.end..].find('\n').map_or(text.len(), |i| hit.range.end + i);
    Hit { range: start..end, ..hit.clone() }
}
