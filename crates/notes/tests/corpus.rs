//! How good redaction is, measured: hundreds of texts with what must be masked marked in them (`tests/corpus`).
//!
//! A hit counts if it has the right kind, covers the whole value, and takes nothing else with it but two characters of
//! punctuation on either side. Everything else found is a false alarm, everything else marked is a miss.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use rf_notes::{CustomRule, Kind, RedactionOptions, Redactor, Variable};

const RECALL: f64 = 0.98;
const PRECISION: f64 = 0.97;
const TEXTS: usize = 400;
const POSITIVES: u32 = 15;

/// A file of the corpus.
struct File {
    name: String,
    redactor: Redactor,
    texts: Vec<String>,
}

struct Marked {
    text: String,
    values: Vec<(Kind, Range<usize>)>,
}

#[derive(Default, Clone, Copy)]
struct Score {
    positives: u32,
    tp: u32,
    fp: u32,
}

impl Score {
    fn recall(self) -> f64 {
        if self.positives == 0 { 1.0 } else { f64::from(self.tp) / f64::from(self.positives) }
    }

    fn precision(self) -> f64 {
        if self.tp + self.fp == 0 { 1.0 } else { f64::from(self.tp) / f64::from(self.tp + self.fp) }
    }

    fn row(self, name: &str) -> String {
        format!(
            "{name:<18}{:>10}{:>6}{:>5}{:>5}{:>9.3}{:>11.3}\n",
            self.positives,
            self.tp,
            self.fp,
            self.positives - self.tp,
            self.recall(),
            self.precision()
        )
    }
}

/// The subset of TOML the corpus is written in: arrays of `"basic"` strings on one line, and `'''literal'''` texts.
fn read(path: &Path) -> File {
    let content = std::fs::read_to_string(path).unwrap();
    let (head, texts) = content.split_once("texts = [").unwrap();
    let list = |name: &str| -> Vec<String> {
        let line = head.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(" = "));
        line.map(|l| serde_json::from_str(l).unwrap()).unwrap_or_default()
    };
    let detectors = list("detectors");
    let on = |name: &str| detectors.iter().any(|d| d == name);
    let custom = list("custom").into_iter().enumerate();
    let options = RedactionOptions {
        hostnames: on("hostnames"),
        unc_paths: on("unc_paths"),
        guids: on("guids"),
        custom: custom
            .map(|(i, pattern)| CustomRule { name: format!("rule {i}"), pattern, ..CustomRule::default() })
            .collect(),
    };
    let secret = |value| Variable { value, secret: true, ..Variable::default() };
    let secrets: Vec<Variable> = list("secrets").into_iter().map(secret).collect();
    File {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        redactor: Redactor::new(&options).unwrap().with_values(&secrets, &list("masks")),
        texts: texts.split("'''").skip(1).step_by(2).map(str::to_owned).collect(),
    }
}

/// Takes the marks out of a text.
fn unmark(text: &str) -> Marked {
    let mut out = Marked { text: String::new(), values: Vec::new() };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟦') {
        out.text.push_str(before);
        let (kind, after) = after.split_once(':').unwrap();
        let (value, after) = after.split_once('⟧').unwrap();
        let kind: Kind = serde_json::from_str(&format!("\"{kind}\"")).unwrap();
        out.values.push((kind, out.text.len()..out.text.len() + value.len()));
        out.text.push_str(value);
        rest = after;
    }
    out.text.push_str(rest);
    out
}

/// Whether a hit is the value, but for a little punctuation around it.
fn is_value(text: &str, hit: &Range<usize>, value: &Range<usize>) -> bool {
    let around = |range: Range<usize>| {
        let piece = &text[range];
        piece.chars().count() <= 2 && !piece.contains(char::is_alphanumeric)
    };
    hit.start <= value.start
        && hit.end >= value.end
        && around(hit.start..value.start)
        && around(value.end..hit.end)
}

#[test]
fn precision_and_recall() {
    let mut paths: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    let files: Vec<File> = paths.iter().map(|path| read(path.as_path())).collect();
    let mut scores: BTreeMap<Kind, Score> =
        Kind::ALL.into_iter().map(|kind| (kind, Score::default())).collect();
    let mut wrong = String::new();
    for file in &files {
        for text in &file.texts {
            let Marked { text, values } = unmark(text);
            let mut hits = file.redactor.find(&text);
            for (kind, value) in &values {
                let score = scores.get_mut(kind).unwrap();
                score.positives += 1;
                match hits.iter().position(|hit| hit.kind == *kind && is_value(&text, &hit.range, value)) {
                    Some(i) => {
                        score.tp += 1;
                        hits.remove(i);
                    }
                    None => writeln!(
                        wrong,
                        "{}: missed {kind:?} {:?} in {text:?}",
                        file.name,
                        &text[value.clone()]
                    )
                    .unwrap(),
                }
            }
            for hit in hits {
                scores.get_mut(&hit.kind).unwrap().fp += 1;
                writeln!(
                    wrong,
                    "{}: wrong {:?} {:?} in {text:?}",
                    file.name,
                    hit.kind,
                    &text[hit.range.clone()]
                )
                .unwrap();
            }
        }
    }

    let mut table = format!(
        "{:<18}{:>10}{:>6}{:>5}{:>5}{:>9}{:>11}\n",
        "kind", "positives", "tp", "fp", "fn", "recall", "precision"
    );
    let mut all = Score::default();
    let mut bad = Vec::new();
    for (kind, score) in &scores {
        let name = serde_json::to_string(kind).unwrap();
        table.push_str(&score.row(name.trim_matches('"')));
        all = Score {
            positives: all.positives + score.positives,
            tp: all.tp + score.tp,
            fp: all.fp + score.fp,
        };
        if score.positives < POSITIVES || score.recall() < RECALL || score.precision() < PRECISION {
            bad.push(*kind);
        }
    }
    table.push_str(&all.row("all"));
    let texts: usize = files.iter().map(|f| f.texts.len()).sum();
    println!("{wrong}\n{table}\n{texts} texts");
    assert!(texts >= TEXTS, "{texts} texts");
    assert!(
        bad.is_empty() && all.recall() >= RECALL && all.precision() >= PRECISION,
        "below {RECALL} recall or {PRECISION} precision: {bad:?}\n{wrong}\n{table}"
    );
}
