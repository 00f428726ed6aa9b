//! Copies of the database.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use rf_bootstrap::Config;
use serde_json::json;

use crate::output::{Output, with_progress};

pub(crate) async fn backup(config: &Config, file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let database = rf_bootstrap::sqlite_file(config)?;
    let copied = file.to_owned();
    let work = rf_bootstrap::backup(config, file);
    let (manifest, files) =
        with_progress("copying", size_of(&database), move || size_of(&copied), work).await?;
    output.tell(
        &json!({ "file": file.display().to_string(), "manifest": manifest, "files": files }),
        &format!(
            "{}: {} bytes, schema {}, begun {}; keep {0}.json{} beside it",
            file.display(),
            manifest.bytes,
            manifest.schema,
            manifest.created_at,
            if files > 0 {
                format!(" and {}.uploads with {}", file.display(), counted(files))
            } else {
                String::new()
            }
        ),
    )?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn restore(config: &Config, file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let partial = PathBuf::from(format!("{}.restoring", rf_bootstrap::sqlite_file(config)?.display()));
    let work = rf_bootstrap::restore(config, file);
    let (target, manifest, files) =
        with_progress("restoring", size_of(file), move || size_of(&partial), work).await?;
    output.tell(
        &json!({ "database": target.display().to_string(), "manifest": manifest, "files": files }),
        &format!(
            "{}: restored as of {}, schema {}{}",
            target.display(),
            manifest.created_at,
            manifest.schema,
            if files > 0 { format!(", with {}", counted(files)) } else { String::new() }
        ),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// So many files, in words.
fn counted(files: u64) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// Bytes of a file; none while it is not there.
fn size_of(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |data| data.len())
}
