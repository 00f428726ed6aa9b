//! Pure code on one core: masking, a long note, lint of a large flow. Run by `scripts/bench`, or
//! `cargo bench -p rf-bench`.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rf_notes::{EntryKind, Format, LogEntry, NoteInput, NoteOptions, redact, render};

/// Lines as technicians write them; every fourth holds something to mask, as in the corpus's ticket notes.
const LINES: [&str; 8] = [
    "Opened Event Viewer, System log: event 1074 at 14:05, planned restart by the update agent.",
    "User confirmed that Outlook opens, the calendar shows all 14 shared entries and nothing is missing.",
    "Checked free space on C: 42 GB of 238 GB; removed old installers from the Downloads folder.",
    "Reset the password to Winter2026! and informed the user, who signed in on the second try.",
    "Restarted the Print Spooler service, test page printed from the tray that had failed before.",
    "Is the green light on the switch port on? — Yes, and the cable was swapped with a tested one.",
    "Group policy refreshed (gpupdate /force), the drive is mapped again after the next sign-in.",
    "Call-back number agreed with the user: 415-555-0142, best reached after 14:00 on weekdays.",
];

fn text(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 100);
    for line in LINES.iter().cycle() {
        if text.len() >= bytes {
            return text;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// A session of that many steps, each with a note of two lines.
fn session(steps: usize) -> NoteInput {
    let start = DateTime::<Utc>::UNIX_EPOCH;
    let entries = (0..steps).map(|i| LogEntry {
        at: start + TimeDelta::seconds(40 * i64::try_from(i).unwrap_or_default()),
        kind: EntryKind::Done,
        title: LINES[i % 8].to_owned(),
        notes: Some(format!("{}\n{}", LINES[(i + 3) % 8], LINES[(i + 1) % 8])),
        ..LogEntry::default()
    });
    NoteInput {
        flow_name: "Outlook will not connect".into(),
        started_at: Some(start),
        entries: entries.collect(),
        ..NoteInput::default()
    }
}

/// A flow file in which every question leads on to the next one and to an end of its own.
fn flow_file(nodes: usize) -> String {
    let mut yaml = String::from("schema: 1\nname: A large flow\ndescription: For measuring.\n");
    yaml.push_str("type: troubleshooting\nroot: q0\nnodes:\n");
    for i in 0..nodes / 2 {
        let next = if i + 1 == nodes / 2 { format!("e{i}") } else { format!("q{}", i + 1) };
        let end = if i.is_multiple_of(2) { "outcome" } else { "escalation" };
        let _ = write!(
            yaml,
            "  - id: q{i}\n    type: question\n    title: Does check {i} pass?\n    options:\n      \
             - {{ label: 'Yes', next: {next} }}\n      - {{ label: 'No', next: e{i} }}\n  \
             - id: e{i}\n    type: {end}\n    title: End {i}\n    body: What was found at check {i}.\n"
        );
    }
    yaml
}

fn pure(c: &mut Criterion) {
    let ticket = text(1_000_000);
    let mut group = c.benchmark_group("redaction");
    group.throughput(Throughput::Bytes(ticket.len() as u64));
    group.bench_function("1_MB", |b| b.iter(|| redact(&ticket)));
    group.finish();

    let long = session(500);
    let options = NoteOptions { format: Format::Psa, ..NoteOptions::default() };
    c.bench_function("note_500_steps", |b| b.iter(|| render(&long, &options)));

    let draft = rf_trees::from_yaml(&flow_file(1_000)).map_err(|error| error.to_string());
    let draft = draft.unwrap_or_else(|error| panic!("the flow to measure with cannot be read: {error}"));
    c.bench_function("lint_1000_nodes", |b| b.iter(|| rf_trees::lint(&draft)));
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = pure }
criterion_main!(benches);
