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
    // How large a dump of Postgres will be, nobody knows before.
    let whole = rf_bootstrap::sqlite_file(config).map_or(0, |database| size_of(&database));
    let copied = file.to_owned();
    let work = rf_bootstrap::backup(config, file);
    let (manifest, files) = with_progress("copying", whole, move || size_of(&copied), work).await?;
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
    let partial = rf_bootstrap::sqlite_file(config)
        .map(|database| PathBuf::from(format!("{}.restoring", database.display())));
    let whole = partial.as_ref().map_or(0, |_| size_of(file));
    let done = move || partial.as_deref().map_or(0, size_of);
    let work = rf_bootstrap::restore(config, file);
    let (target, manifest, files) = with_progress("restoring", whole, done, work).await?;
    output.tell(
        &json!({ "database": target, "manifest": manifest, "files": files }),
        &format!(
            "{target}: restored as of {}, schema {}{}",
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
