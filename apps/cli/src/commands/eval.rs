//! How good the copilot is on recorded conversations, and whether that is good enough.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use rf_flowpilot::replay::{Evaluation, Library, Recording, Thresholds, evaluate};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::told;
use crate::output::{FAULT, FINE, Output, styled};

/// Plays the recordings of a folder again over the starter flows, and tells where the copilot went another way.
pub(crate) fn evaluate_recordings(
    folder: &Path,
    thresholds: Option<&Path>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let recordings: Vec<Recording> = files_of(folder)?.iter().map(read).collect::<Result<_, _>>()?;
    let thresholds: Option<Thresholds> = thresholds.map(read).transpose()?;
    let evaluation = evaluate(&recordings, &Library::starters()?).map_err(told)?;
    let short = thresholds.map(|thresholds| evaluation.short_of(&thresholds)).unwrap_or_default();
    let document = json!({ "engine": "offline", "evaluation": evaluation, "short_of": short });
    output.tell(&document, &lines(&evaluation, &short).join("\n"))?;
    Ok(if short.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn lines(evaluation: &Evaluation, short: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for score in &evaluation.scores {
        let agreed = format!("{:3.0} %", score.step_agreement * 100.0);
        let style = if score.differences.is_empty() { FINE } else { FAULT };
        lines.push(format!("{}  {} ({} turns)", styled(style, agreed), score.name, score.turns));
        for difference in &score.differences {
            let (turn, expected, found) = (difference.turn, &difference.expected, &difference.found);
            lines.push(format!("       turn {turn}: “{expected}” was right, “{found}” was taken"));
        }
        lines.extend(score.answers_wrong.iter().map(|wrong| format!("       {wrong}")));
    }
    lines.push(format!(
        "{} recordings: step agreement {:.3}, faithfulness of notes {:.3}, about {} tokens of prompts for a case, recorded answers {:.3}",
        evaluation.scores.len(),
        evaluation.step_agreement,
        evaluation.faithfulness,
        evaluation.prompt_tokens,
        evaluation.answer_agreement
    ));
    lines.extend(short.iter().map(|what| styled(FAULT, format!("not good enough: {what}"))));
    lines
}

/// The recordings of a folder, not of those in it, by name.
fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let entries: Result<Vec<PathBuf>, io::Error> =
        fs::read_dir(folder).with_context(unreadable)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files = entries.with_context(unreadable)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        bail!("{} has no recordings: their names end in .json", folder.display());
    }
    Ok(files)
}

fn read<T: DeserializeOwned>(path: impl AsRef<Path>) -> anyhow::Result<T> {
    let path = path.as_ref();
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not what it should be", path.display()))
}
