//! The audit log, for whoever runs the installation.

use std::process::ExitCode;

use rf_bootstrap::Config;
use rf_kernel::AccountId;
use serde_json::json;

use super::told;
use crate::output::{FAULT, FINE, Output, styled};

pub(crate) async fn verify_audit(
    config: &Config,
    account: Option<AccountId>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let reports = app.verify_audit(account).await.map_err(told)?;
    let (mut documents, mut lines) = (Vec::new(), Vec::new());
    let mut faults = 0;
    for report in &reports {
        let id = report.account_id;
        match &report.checked {
            // The digest is for a place out of the database's reach.
            Ok(count) => {
                let (seq, hash) = (report.seq, &report.hash);
                lines.push(format!(
                    "{} {id}: {count} entries, the newest {seq} {hash}",
                    styled(FINE, "ok    ")
                ));
                documents.push(json!({ "account_id": id, "entries": count, "seq": seq, "hash": hash }));
            }
            Err(fault) => {
                faults += 1;
                lines.push(format!("{} {id}: {fault}", styled(FAULT, "FAULT ")));
                documents.push(json!({ "account_id": id, "fault": fault.to_string() }));
            }
        }
    }
    lines.push(format!("{} logs checked, {faults} faults found", reports.len()));
    output.tell(&json!({ "faults": faults, "logs": documents }), &lines.join("\n"))?;
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) async fn prune_audit(config: &Config, output: Output) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let removed = app.prune_audit().await.map_err(told)?;
    output.tell(&json!({ "removed": removed }), &format!("{removed} entries taken away"))?;
    Ok(ExitCode::SUCCESS)
}
