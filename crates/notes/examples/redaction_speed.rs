//! How fast redaction is: `cargo run --release -p rf-notes --example redaction_speed`.
//!
//! Prints MB/s on one core for text with a hit in every fourth line, for text with none, for lines made to be slow, and
//! the time of a note of 500 steps.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use rf_notes::{EntryKind, Format, LogEntry, NoteInput, NoteOptions, find, redact, render};

const QUIET: [&str; 6] = [
    "Opened Event Viewer, System log: event 1074 at 14:05, planned restart by the update agent.",
    "User confirmed that Outlook opens, the calendar shows all 14 shared entries and nothing is missing.",
    "Checked free space on C: 42 GB of 238 GB; removed old installers from the Downloads folder.",
    "Restarted the Print Spooler service, test page printed from the tray that had failed before.",
    "Is the green light on the switch port on? — Yes, and the cable was swapped with a tested one.",
    "Group policy refreshed (gpupdate /force), the drive is mapped again after the next sign-in.",
];

const HITS: [&str; 6] = [
    "Reset the password to Winter2026! and informed the user, who signed in on the second try.",
    "Call-back number agreed with the user: 415-555-0142, best reached after 14:00 on weekdays.",
    "Gateway 192.168.40.1 answers, the printer at 192.168.40.77 does not; replaced its cable.",
    "Sent the summary to jane.doe@contoso.com and closed the vendor's case 00938821 as well.",
    "Temporary access for the technician: login admin, password: hunter2, revoked after the visit.",
    "Switch shows 00:1A:2B:3C:4D:5E on port 14, the phone that was moved yesterday afternoon.",
];

fn text(size: usize, every: usize) -> String {
    let mut out = String::with_capacity(size + 200);
    let mut n = 0;
    while out.len() < size {
        out.push_str(if every > 0 && n % every == 0 { HITS[n / every % 6] } else { QUIET[n % 6] });
        out.push('\n');
        n += 1;
    }
    out
}

/// Time this thread was given a core for, where the system says so: other builds on the machine do not count.
fn on_cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Time of one piece of work: the mean over a good while, as the system's account is coarse.
fn each(mut work: impl FnMut()) -> Duration {
    let started = Instant::now();
    let now = || on_cpu().unwrap_or_else(|| started.elapsed());
    let (before, mut runs) = (now(), 0);
    while runs < 3 || now() - before < Duration::from_millis(400) {
        work();
        runs += 1;
        if started.elapsed() > Duration::from_secs(20) {
            break;
        }
    }
    (now() - before) / runs
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn report(name: &str, size: usize, time: Duration) {
    println!("{name:<34} {:>8.1} MB/s", size as f64 / 1e6 / time.as_secs_f64());
}

fn main() {
    let size = 8_000_000;
    for (name, every) in [("a hit in every 4th line", 4), ("a hit in every line", 1), ("no hit", 0)] {
        let text = text(size, every);
        report(&format!("redact, {name}"), text.len(), each(|| drop(redact(&text))));
        report(&format!("find, {name}"), text.len(), each(|| drop(find(&text))));
    }
    for unit in ["password ", "1 ", "a@", "password=a&b", "curl -u ", "otp 1", "ssid key ", "10.0.0.1 "] {
        let time = |size: usize| {
            let line = unit.repeat(size / unit.len());
            each(|| drop(redact(&line)))
        };
        let (one, two) = (time(100_000), time(200_000));
        println!("one line of {unit:?}: 100 kB {one:?}, 200 kB {two:?}");
    }
    let note = input(500);
    for format in Format::ALL {
        let options = NoteOptions { format, ..NoteOptions::default() };
        println!("note of 500 steps, {format:?}: {:?}", each(|| drop(render(&note, &options))));
    }
}

fn input(steps: usize) -> NoteInput {
    let start = DateTime::<Utc>::UNIX_EPOCH;
    let entry = |i: usize| LogEntry {
        at: start + TimeDelta::seconds(40 * i64::try_from(i).unwrap_or(0)),
        kind: EntryKind::Done,
        title: QUIET[i % 6].to_owned(),
        notes: Some(format!(
            "{}\n{}",
            if i.is_multiple_of(2) { HITS[i / 2 % 6] } else { QUIET[(i + 1) % 6] },
            QUIET[(i + 2) % 6]
        )),
        ..LogEntry::default()
    };
    NoteInput {
        flow_name: "Outlook will not connect".into(),
        started_at: Some(start),
        entries: (0..steps).map(entry).collect(),
        ..NoteInput::default()
    }
}
