//! Which flow a ticket needs.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use rf_flowpilot::{FlowDoc, FlowIndex, Intake, MAX_INTAKE_BYTES, Reading};
use rf_kernel::TreeId;
use rf_sessions::ai::ConfidenceTier;
use rf_trees::{FlowDraft, from_yaml, starter_flows};
use serde_json::json;
use uuid::Uuid;

use super::{flow::read_file, told};
use crate::output::{FINE, Output, styled};

/// Ranks the flows of a folder, or the starter flows, for a ticket from a file or from standard input.
pub(crate) fn match_ticket(
    ticket: Option<&Path>,
    folder: Option<&Path>,
    most: usize,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let flows = match folder {
        Some(folder) => flows_of(folder)?,
        None => starters()?,
    };
    let intake = Intake::read(&read_ticket(ticket)?).map_err(told)?;
    // The index asks for ids; here a flow is known by its place in the list.
    let docs = flows.iter().zip(0_u128..);
    let index =
        FlowIndex::build(docs.map(|((_, draft), at)| FlowDoc::of(TreeId(Uuid::from_u128(at)), draft)));
    let found = index.rank(&Reading::of(&intake), most, |_| true);
    let (mut documents, mut lines) = (Vec::new(), Vec::new());
    for flow in &found {
        let place = usize::try_from(flow.tree_id.0.as_u128()).ok().and_then(|at| flows.get(at));
        let place = place.map_or("", |(place, _)| place);
        documents
            .push(json!({ "flow": place, "name": flow.name, "score": flow.score, "reasons": flow.reasons }));
        let score = format!("{:3.0} %", flow.score * 100.0);
        let is_clear = ConfidenceTier::of(flow.score) == ConfidenceTier::Guided;
        let score = if is_clear { styled(FINE, score) } else { score };
        lines.push(format!("{score}  {} ({place})", flow.name));
        lines.extend(flow.reasons.iter().map(|reason| format!("       {reason}")));
    }
    if found.is_empty() {
        lines.push("no flow has anything of what the ticket says".to_owned());
    }
    output.tell(&documents.into(), &lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn read_ticket(file: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    // One more than is taken, so that what is too large is refused as that.
    let most = MAX_INTAKE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    match file {
        Some(path) => {
            let file =
                fs::File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
            let read = file.take(most).read_to_end(&mut bytes);
            read.with_context(|| format!("{} cannot be read", path.display()))?;
        }
        None => {
            let read = io::stdin().lock().take(most).read_to_end(&mut bytes);
            read.context("standard input cannot be read")?;
        }
    }
    Ok(bytes)
}

fn starters() -> anyhow::Result<Vec<(String, FlowDraft)>> {
    let read = |flow: rf_trees::StarterFlow| anyhow::Ok((flow.slug.to_owned(), from_yaml(flow.yaml)?));
    starter_flows().into_iter().map(read).collect()
}

/// The flow files of a folder, not of those in it, by name.
fn flows_of(folder: &Path) -> anyhow::Result<Vec<(String, FlowDraft)>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let entries: Result<Vec<PathBuf>, io::Error> =
        fs::read_dir(folder).with_context(unreadable)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files = entries.with_context(unreadable)?;
    files.retain(|path| path.to_string_lossy().ends_with(".flow.yaml"));
    files.sort();
    if files.is_empty() {
        bail!("{} has no flow files: their names end in .flow.yaml", folder.display());
    }
    let read = |path: &PathBuf| {
        let name = path.display().to_string();
        let draft = from_yaml(&read_file(path)?).with_context(|| format!("{name} is no flow file"))?;
        anyhow::Ok((name, draft))
    };
    files.iter().map(read).collect()
}
