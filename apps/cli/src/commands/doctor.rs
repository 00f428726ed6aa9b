//! Looks for what keeps the server from starting, in the order in which it would meet it.

use std::process::ExitCode;

use rf_bootstrap::{Config, Finding, Overrides};
use serde_json::json;

use crate::output::{FAULT, FINE, Output, WARNING, styled};

pub(crate) async fn doctor(overrides: &Overrides, output: Output) -> anyhow::Result<ExitCode> {
    let findings = match Config::load(overrides) {
        Ok(config) => rf_bootstrap::examine(&config).await,
        // Nothing else can be looked at without it.
        Err(error) => vec![Finding::fault("configuration", error.to_string())],
    };
    let faults = findings.iter().filter(|finding| finding.is_fault).count();
    let mut lines: Vec<String> = findings
        .iter()
        .map(|Finding { what, is_fault, is_warning, text }| {
            let mark = match (is_fault, is_warning) {
                (true, _) => styled(FAULT, "FAULT "),
                (_, true) => styled(WARNING, "warn  "),
                _ => styled(FINE, "ok    "),
            };
            format!("{mark} {what}: {text}")
        })
        .collect();
    lines.push(format!("{faults} {} found", if faults == 1 { "fault" } else { "faults" }));
    output.tell(&json!({ "faults": faults, "findings": findings }), &lines.join("\n"))?;
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
