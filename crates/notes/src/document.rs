//! The note as a document without a format: what is said, in which order. Rendering only decides how it looks.
//!
//! A [`Run`] is one piece of text that belongs together ("Reason: …", "Question — answer"): it is resolved, cleaned and
//! redacted as a whole, so a label and the value it announces are always seen together.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};

use crate::clean;
use crate::model::{EntryKind, LogEntry, NoteInput, TreeType};
use crate::options::{Format, NoteOptions};
use crate::redact::{Keep, Kind, Mark, Masked, RedactionSummary, Redactor};
use crate::variables::{Resolver, SECRET_TOKEN};

/// A whole note.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) blocks: Vec<Block>,
}

/// A part of a note.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// The note's title.
    Title(Run),
    /// "Label: value" lines.
    Facts(Vec<Run>),
    /// Heading of a section.
    Heading(Run),
    /// Text, one or more lines.
    Paragraph(Run),
    /// Numbered steps.
    Steps(Vec<Step>),
    /// The last line, about the note itself.
    Footer(Run),
}

/// A numbered step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// "14:05", or with the date in front where the day changed.
    pub(crate) time: Option<String>,
    /// What was done, on one line.
    pub(crate) what: Run,
    /// Notes and evidence below it.
    pub(crate) details: Vec<Run>,
}

/// A piece of text; `label` bytes at its start are the label ("Ticket:").
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) label: usize,
    pub(crate) text: String,
    /// What was masked in it, or kept.
    pub(crate) marks: Vec<Mark>,
}

impl Run {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn labelled(label: &str, text: &str) -> Self {
        Self { label: label.len() + 1, text: format!("{label}: {text}"), marks: Vec::new() }
    }

    /// Where its lines are.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        self.lines_from(0)
    }

    /// Where the lines behind the label are, for formats that set the label off.
    pub(crate) fn lines_from(&self, from: usize) -> impl Iterator<Item = Range<usize>> {
        self.text[from..].split('\n').scan(from, |at, line| {
            let start = *at;
            *at += line.len() + 1;
            Some(start..start + line.len())
        })
    }
}

/// Builds the document: texts resolved and cleaned, not yet redacted.
pub(crate) fn build<'a>(
    input: &'a NoteInput,
    options: &'a NoteOptions,
    resolver: &mut Resolver<'a>,
) -> Document {
    let mut builder = Builder { input, options, resolver, blocks: Vec::new() };
    builder.header();
    builder.details();
    builder.work();
    builder.outcome();
    builder.next_steps();
    builder.scratchpad();
    Document { blocks: builder.blocks }
}

/// Redacts every run; counts go to `summary`. What `keep` names is masked first, like the rest, and then put back.
pub(crate) fn redact(
    document: &mut Document,
    redactor: &Redactor,
    keep: Option<Keep<'_>>,
    summary: &mut RedactionSummary,
) {
    let mut mask = |run: &mut Run| {
        if let Some(mut masked) = redactor.mask(&run.text, keep, summary) {
            // The label keeps its looks only if it is untouched.
            if masked.text.get(..run.label) != run.text.get(..run.label) {
                run.label = 0;
            }
            masked.restore();
            let Masked { text, marks } = masked;
            (run.text, run.marks) = (text, marks);
        }
        if keep.is_some() {
            mark_resolved(run);
        }
    };
    for block in &mut document.blocks {
        match block {
            Block::Title(run) | Block::Heading(run) | Block::Paragraph(run) | Block::Footer(run) => mask(run),
            Block::Facts(runs) => runs.iter_mut().for_each(&mut mask),
            Block::Steps(steps) => {
                for step in steps {
                    if step.time.as_deref().is_some_and(|t| !redactor.find(t).is_empty()) {
                        step.time = None;
                    }
                    mask(&mut step.what);
                    step.details.iter_mut().for_each(&mut mask);
                }
            }
        }
    }
}

/// Marks the secrets that resolution already replaced: a preview shows them too.
fn mark_resolved(run: &mut Run) {
    let marked = |marks: &[Mark], at: usize| marks.iter().any(|m| m.range.contains(&at));
    let resolved = run.text.match_indices(SECRET_TOKEN).filter(|(at, _)| !marked(&run.marks, *at));
    let resolved = resolved.map(|(at, token)| Mark {
        range: at..at + token.len(),
        kind: Kind::Secret,
        key: None,
        kept: None,
        label: None,
    });
    let resolved: Vec<Mark> = resolved.collect();
    if !resolved.is_empty() {
        run.marks.extend(resolved);
        run.marks.sort_by_key(|m| m.range.start);
    }
}

/// Counts secrets that resolution already replaced.
pub(crate) fn count_resolved(resolver: &Resolver<'_>, summary: &mut RedactionSummary) {
    summary.add(Kind::Secret, resolver.secrets_put_in());
}

struct Builder<'a, 'r> {
    input: &'a NoteInput,
    options: &'a NoteOptions,
    resolver: &'r mut Resolver<'a>,
    blocks: Vec<Block>,
}

impl Builder<'_, '_> {
    fn line(&mut self, text: &str) -> String {
        clean::single_line(&self.resolver.resolve(text))
    }

    fn text(&mut self, text: &str) -> String {
        clean::lines(&self.resolver.resolve(text))
    }

    fn optional_line(&mut self, text: Option<&str>) -> Option<String> {
        text.map(|t| self.line(t)).filter(|t| !t.is_empty())
    }

    fn optional_text(&mut self, text: Option<&str>) -> Option<String> {
        text.map(|t| self.text(t)).filter(|t| !t.is_empty())
    }

    fn heading(&mut self, text: &str) {
        let colon = if self.options.format == Format::Psa { ":" } else { "" };
        self.blocks.push(Block::Heading(Run::plain(format!("{text}{colon}"))));
    }

    fn header(&mut self) {
        let input = self.input;
        let mut facts = Vec::new();
        let name = self.line(&input.flow_name);
        let name = if name.is_empty() { "Untitled flow".to_owned() } else { name };
        if self.options.format == Format::Psa {
            let label = if input.tree_type == TreeType::Troubleshooting { "Issue" } else { "Procedure" };
            facts.push(Run::labelled(label, &name));
        } else {
            self.blocks.push(Block::Title(Run::plain(name)));
        }
        let people = [
            ("Client", &input.client_name),
            ("Ticket", &input.ticket_number),
            ("Target", &input.target_label),
            ("Engineer", &input.engineer_name),
        ];
        for (label, value) in people {
            if let Some(value) = self.optional_line(value.as_deref()) {
                facts.push(Run::labelled(label, &value));
            }
        }
        if self.options.timestamps {
            self.dates(&mut facts);
        }
        if self.options.time_spent && input.started_at.is_some() && input.active_seconds > 0 {
            facts.push(Run::labelled("Time spent", &format_duration(input.active_seconds)));
        }
        if !facts.is_empty() {
            self.blocks.push(Block::Facts(facts));
        }
    }

    fn dates(&self, facts: &mut Vec<Run>) {
        let Some(started) = self.input.started_at else { return };
        let stamp = |t: DateTime<Utc>| t.format("%Y-%m-%d %H:%M UTC").to_string();
        if self.options.format == Format::Psa {
            let date = match self.input.completed_at {
                Some(done) if done.date_naive() == started.date_naive() => {
                    format!("{}-{} UTC", started.format("%Y-%m-%d %H:%M"), done.format("%H:%M"))
                }
                Some(done) => format!("{} to {}", started.format("%Y-%m-%d %H:%M"), stamp(done)),
                None => stamp(started),
            };
            facts.push(Run::labelled("Date", &date));
            return;
        }
        facts.push(Run::labelled("Started", &stamp(started)));
        if let Some(done) = self.input.completed_at {
            facts.push(Run::labelled("Completed", &stamp(done)));
        }
    }

    fn details(&mut self) {
        if !self.options.details {
            return;
        }
        let mut facts = Vec::new();
        for variable in self.input.variables.iter().filter(|v| !v.secret) {
            // Values are data: not resolved.
            let value = clean::lines(&variable.value);
            if value.is_empty() {
                continue;
            }
            let label = clean::single_line(if variable.label.trim().is_empty() {
                &variable.name
            } else {
                &variable.label
            });
            facts.push(Run::labelled(label.trim_end_matches([':', ' ']), &value));
        }
        if !facts.is_empty() {
            self.heading("Details");
            self.blocks.push(Block::Facts(facts));
        }
    }

    fn work(&mut self) {
        if !self.options.decisions {
            return;
        }
        self.heading("Work performed");
        let input = self.input;
        let mut day = input.started_at.map(|t| t.date_naive());
        let entries = input.entries.iter().filter(|e| e.kind.is_work());
        let steps: Vec<Step> = entries.filter_map(|e| self.step(e, &mut day)).collect();
        if !steps.is_empty() {
            self.blocks.push(Block::Steps(steps));
        } else if input.started_at.is_none() {
            self.blocks.push(Block::Paragraph(Run::plain("Prepared, not started yet.")));
        } else {
            self.blocks.push(Block::Paragraph(Run::plain("No steps recorded.")));
        }
    }

    fn step(&mut self, entry: &LogEntry, day: &mut Option<NaiveDate>) -> Option<Step> {
        let mut notes = self.optional_text(entry.notes.as_deref());
        let title = self.line(&entry.title);
        let mut what = match entry.kind {
            EntryKind::Skipped => format!("Skipped: {}", untitled(title)),
            EntryKind::Back => format!("Returned to: {}", untitled(title)),
            // A remark is its own text; a long one goes below.
            EntryKind::Note => match notes.take() {
                Some(text) if !text.contains('\n') => format!("Note: {text}"),
                Some(text) => {
                    notes = Some(text);
                    if title.is_empty() { "Note".to_owned() } else { format!("Note on: {title}") }
                }
                None => return None,
            },
            _ => {
                match (self.optional_line(entry.note.as_deref()), self.optional_line(entry.answer.as_deref()))
                {
                    (Some(note), _) => note,
                    (None, Some(answer)) => format!("{} — {answer}", untitled(title)),
                    (None, None) => untitled(title),
                }
            }
        };
        if let Some(reason) = self.optional_line(entry.reason.as_deref()) {
            what.push_str(" — ");
            what.push_str(&reason);
        }
        if let Some(actor) = self.other_actor(entry) {
            what.push_str(&format!(" (by {actor})"));
        }
        let mut details: Vec<Run> = notes.iter().map(|text| Run::labelled("Notes", text)).collect();
        let evidence: Vec<String> =
            entry.evidence.iter().map(|e| self.line(e)).filter(|e| !e.is_empty()).collect();
        if !evidence.is_empty() {
            details.push(Run::labelled("Evidence", &evidence.join("; ")));
        }
        Some(Step { time: self.time(entry.at, day), what: Run::plain(what), details })
    }

    fn other_actor(&mut self, entry: &LogEntry) -> Option<String> {
        let actor = self.optional_line(entry.actor_name.as_deref())?;
        let engineer = self.input.engineer_name.as_deref();
        (engineer.map(clean::single_line).as_deref() != Some(actor.as_str())).then_some(actor)
    }

    fn time(&self, at: DateTime<Utc>, day: &mut Option<NaiveDate>) -> Option<String> {
        if !self.options.timestamps {
            return None;
        }
        let same_day = day.replace(at.date_naive()) == Some(at.date_naive());
        Some(at.format(if same_day { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string())
    }

    fn outcome(&mut self) {
        let input = self.input;
        let notes = self.optional_text(input.outcome_notes.as_deref());
        let state = match (input.outcome, input.started_at) {
            (Some(outcome), _) => outcome.label(),
            (None, None) => "Not started",
            (None, Some(_)) if input.completed_at.is_some() => "Completed",
            (None, Some(_)) => "In progress",
        };
        self.heading("Outcome");
        self.blocks.push(Block::Paragraph(Run::plain(state)));
        if let Some(notes) = notes {
            self.blocks.push(Block::Paragraph(Run::plain(notes)));
        }
    }

    fn next_steps(&mut self) {
        let text = self.input.next_steps.as_deref().filter(|_| self.options.next_steps);
        if let Some(text) = self.optional_text(text) {
            self.heading("Next steps");
            self.blocks.push(Block::Paragraph(Run::plain(text)));
        }
    }

    fn scratchpad(&mut self) {
        let text = Some(self.input.scratchpad.as_str()).filter(|_| self.options.scratchpad);
        if let Some(text) = self.optional_text(text) {
            self.heading("Working notes");
            self.blocks.push(Block::Paragraph(Run::plain(text)));
        }
    }
}

fn untitled(title: String) -> String {
    if title.is_empty() { "Untitled step".to_owned() } else { title }
}

/// Time spent as people write it: `1 h 12 min`, `2 h`, `45 min`; less than a minute counts as one.
#[must_use]
pub fn format_duration(seconds: u64) -> String {
    let minutes = if seconds == 0 { 0 } else { (seconds.saturating_add(30) / 60).max(1) };
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            (0, "0 min"),
            (1, "1 min"),
            (89, "1 min"),
            (90, "2 min"),
            (3600, "1 h"),
            (4320, "1 h 12 min"),
            (3590, "1 h"),
        ];
        for (seconds, text) in cases {
            assert_eq!(format_duration(seconds), text);
        }
        assert!(format_duration(u64::MAX).contains(" h"));
    }
}
