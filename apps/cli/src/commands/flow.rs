//! Flow files: check, import, export.

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, bail};
use rf_bootstrap::Config;
use rf_kernel::{Page, TreeId};
use rf_trees::{Severity, TreeFilter, TreeListItem, from_yaml, lint};
use rf_usecases::{App, Caller};
use serde_json::json;

use super::{person, told};
use crate::output::{FAULT, FINE, Output, WARNING, styled};

/// Largest flow file read, bytes.
const MAX_FILE_BYTES: u64 = 4 * 1_024 * 1_024;

pub(super) fn read_file(path: &Path) -> anyhow::Result<String> {
    let file = fs::File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let mut text = String::new();
    let read = file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text);
    read.with_context(|| format!("{} is not a text file", path.display()))?;
    if text.len() as u64 > MAX_FILE_BYTES {
        bail!("{} is larger than 4 MiB; a flow file is a few dozen KiB", path.display());
    }
    Ok(text)
}

/// Checks each file, also after one that cannot be read.
pub(crate) fn lint_files(files: &[impl AsRef<Path>], output: Output) -> anyhow::Result<ExitCode> {
    let (mut documents, mut lines) = (Vec::new(), Vec::new());
    let mut failed = false;
    for path in files {
        let path = path.as_ref();
        let name = path.display().to_string();
        let draft = read_file(path).map_err(|error| (None, format!("{error:#}"))).and_then(|text| {
            from_yaml(&text).map_err(|error| (Some((error.line, error.column)), error.message))
        });
        let draft = match draft {
            Ok(draft) => draft,
            Err((place, message)) => {
                failed = true;
                let (line, column) = place.unzip();
                documents.push(json!({
                    "file": name, "readable": false, "line": line, "column": column, "message": message,
                }));
                let place = match place {
                    Some((Some(line), Some(column))) => format!("line {line}, column {column}: "),
                    _ => String::new(),
                };
                lines.push(format!("{name}: {place}{}", styled(FAULT, message)));
                continue;
            }
        };
        let report = lint(&draft);
        failed |= !report.can_publish();
        documents.push(json!({
            "file": name, "readable": true,
            "can_publish": report.can_publish(), "findings": report.findings,
        }));
        for finding in &report.findings {
            let severity = match finding.severity {
                Severity::Error => styled(FAULT, "error"),
                Severity::Warning => styled(WARNING, "warning"),
                Severity::Info => "info".to_owned(),
            };
            let place = finding.node_id.as_ref().map(|id| format!(" at {id}")).unwrap_or_default();
            lines.push(format!("{name}: {severity}{place}: {} [{}]", finding.message, finding.code));
        }
        if report.findings.is_empty() {
            lines.push(format!("{name}: {}, {} steps", styled(FINE, "fine"), draft.structure.step_count()));
        }
    }
    output.tell(&documents.into(), &lines.join("\n"))?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Writes the file whole or not at all: a full disk leaves what was there.
pub(super) fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The mode of any other new file; whoever is not to read it is kept out by the umask.
    let mode = fs::Permissions::from_mode(0o666);
    let mut file = tempfile::Builder::new().permissions(mode).tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    fs::File::open(folder)?.sync_all()
}

pub(crate) async fn import(
    config: &Config,
    file: &Path,
    email: &str,
    publish: bool,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let text = read_file(file)?;
    let app = rf_bootstrap::start(config).await?.app;
    let caller = person(&app, email).await?;
    let view = app.import_tree(&caller, &text).await.map_err(told)?;
    let view =
        if publish { app.publish_tree(&caller, view.tree.id, None).await.map_err(told)? } else { view };
    let (id, name, status) = (view.tree.id, &view.tree.content.name, view.tree.status.as_str());
    output.tell(&json!({ "id": id, "name": name, "status": status }), &format!("{id} {name} ({status})"))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn export(
    config: &Config,
    flow: &str,
    email: &str,
    file: Option<&Path>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let caller = person(&app, email).await?;
    let id = find_flow(&app, &caller, flow).await?;
    let (name, text) = app.export_tree(&caller, id).await.map_err(told)?;
    match file {
        None => output.tell(&json!({ "name": name, "text": text }), text.trim_end_matches('\n'))?,
        Some(path) => {
            write_whole(path, text.as_bytes()).with_context(|| {
                format!("{} cannot be written; what was there is as it was", path.display())
            })?;
            let path = path.display().to_string();
            output.tell(&json!({ "file": path }), &path)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The flow with that id, or the only one whose name has those words.
pub(super) async fn find_flow(app: &App, caller: &Caller, wanted: &str) -> anyhow::Result<TreeId> {
    if let Ok(id) = wanted.parse::<TreeId>() {
        return Ok(id);
    }
    let filter = TreeFilter {
        search: wanted.split_whitespace().map(str::to_lowercase).collect(),
        ..TreeFilter::default()
    };
    let page = Page { skip: 0, limit: Page::MAX_LIMIT };
    let (items, _) = app.list_trees(caller, &filter, page).await.map_err(told)?;
    let lower = wanted.to_lowercase();
    let name = |item: &TreeListItem| item.tree.content.name.to_lowercase();
    // The name itself, then its beginning, then a part of it, then anything the search found.
    let fits: [&dyn Fn(&TreeListItem) -> bool; 4] = [
        &|item| name(item) == lower,
        &|item| name(item).starts_with(&lower),
        &|item| name(item).contains(&lower),
        &|_| true,
    ];
    let closest = fits.iter().find_map(|fit| {
        let found: Vec<_> = items.iter().filter(|(item, _)| fit(item)).collect();
        (!found.is_empty()).then_some(found)
    });
    match closest.as_deref() {
        None => bail!("no flow matches {wanted:?}"),
        Some([(item, _)]) => Ok(item.tree.id),
        Some(items) => {
            let names: Vec<String> = items
                .iter()
                .take(10)
                .map(|(item, _)| format!("  {}  {}", item.tree.id, item.tree.content.name))
                .collect();
            bail!("several flows match {wanted:?}; name one by its id:\n{}", names.join("\n"))
        }
    }
}
