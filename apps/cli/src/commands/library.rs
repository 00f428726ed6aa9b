//! The whole library, out and in.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context, bail};
use rf_bootstrap::Config;
use rf_usecases::ImportedLibrary;
use serde_json::json;

use super::{flow::write_whole, person, told};
use crate::output::{FAULT, Output, styled};

/// Largest archive read, bytes.
const MAX_ARCHIVE_BYTES: u64 = 64 * 1_024 * 1_024;

/// Writes the library of that person's account. The file is whole or as it was before.
pub(crate) async fn export_library(
    config: &Config,
    file: &Path,
    email: &str,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let caller = person(&app, email).await?;
    let archive = app.export_library(&caller).await.map_err(told)?;
    write_whole(file, &archive)
        .with_context(|| format!("{} cannot be written; what was there is as it was", file.display()))?;
    let path = file.display().to_string();
    output.tell(&json!({ "file": path }), &path)?;
    Ok(ExitCode::SUCCESS)
}

/// Keeps the flows of an archive. Fails when a file was refused; the others are kept all the same.
pub(crate) async fn import_library(
    config: &Config,
    file: &Path,
    email: &str,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let size = fs::metadata(file).with_context(|| format!("{} cannot be opened", file.display()))?.len();
    if size > MAX_ARCHIVE_BYTES {
        bail!("{} is larger than 64 MiB", file.display());
    }
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let app = rf_bootstrap::start(config).await?.app;
    let caller = person(&app, email).await?;
    let ImportedLibrary { files: report, notes } = app.import_library(&caller, &bytes).await.map_err(told)?;
    for note in &notes {
        eprintln!("rf: {note}");
    }
    let refused = report.iter().filter(|file| file.outcome.is_err()).count();
    let documents = report.iter().map(|file| match &file.outcome {
        Ok(flow) => {
            json!({ "file": file.file, "tree_id": flow.id, "name": flow.name, "status": flow.status })
        }
        Err(why) => json!({ "file": file.file, "code": why.code, "message": why.message }),
    });
    let documents: Vec<_> = documents.collect();
    let mut lines: Vec<_> = report
        .iter()
        .map(|file| match &file.outcome {
            Ok(flow) => format!("{}: {} {} ({})", file.file, flow.id, flow.name, flow.status.as_str()),
            Err(why) => {
                format!("{}: {}: {} [{}]", file.file, styled(FAULT, "refused"), why.message, why.code)
            }
        })
        .collect();
    lines.push(format!("{} imported, {refused} refused", report.len() - refused));
    output.tell(&documents.into(), &lines.join("\n"))?;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("library.zip");
        write_whole(&file, b"first").expect("a file");
        write_whole(&file, b"second").expect("a file");
        assert_eq!(fs::read(&file).expect("a file"), b"second");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        // A folder is in the way: the rename fails, as on a full disk, and nothing is left over.
        let taken = folder.path().join("taken");
        fs::create_dir_all(taken.join("inside")).expect("a folder");
        assert!(write_whole(&taken, b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
        assert!(write_whole(&folder.path().join("missing/library.zip"), b"x").is_err());
    }
}
