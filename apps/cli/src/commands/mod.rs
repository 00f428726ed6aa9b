//! One module per group of commands. Each answers an exit code, or an error that says what to do.

mod admin;
mod audit;
mod backup;
mod billing;
mod channels;
mod credentials;
mod doctor;
mod eval;
mod flow;
mod library;
mod matching;
mod psa;
mod run;
mod serve;
mod simulated;

use anyhow::Context;
use rf_kernel::{Failure, RequestId};
use rf_usecases::App;

pub(crate) use admin::{Reset, create_site_admin};
pub(crate) use audit::{prune_audit, verify_audit};
pub(crate) use backup::{backup, restore};
pub(crate) use billing::sync_plans;
pub(crate) use channels::run_channel_simulator;
pub(crate) use credentials::rewrap;
pub(crate) use doctor::doctor;
pub(crate) use eval::evaluate_recordings;
pub(crate) use flow::{export, import, lint_files};
pub(crate) use library::{export_library, import_library};
pub(crate) use matching::match_ticket;
pub(crate) use psa::{Site, push_psa_note, run_psa_simulator, search_psa_tickets, test_psa};
pub(crate) use run::{Run, run_flow};
pub(crate) use serve::{ServerClock, migrate, openapi, serve};

/// `name=value`, for `--var`.
pub(crate) fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

/// A failure of a use case, with every refused field.
fn told(failure: Failure) -> anyhow::Error {
    let mut text = match &failure.detail {
        rf_kernel::Detail::Text(text) => text.to_string(),
        rf_kernel::Detail::Object(object) => {
            let part = |name: &str| object.get(name).filter(|value| !value.is_null());
            let mut text = part("message").and_then(|m| m.as_str()).unwrap_or("refused").to_owned();
            for finding in part("errors").and_then(|e| e.as_array()).into_iter().flatten() {
                text.push_str("\n  ");
                text.push_str(finding.get("message").and_then(|m| m.as_str()).unwrap_or_default());
            }
            match (part("line"), part("column")) {
                (Some(line), Some(column)) => format!("line {line}, column {column}: {text}"),
                _ => text,
            }
        }
    };
    for error in &failure.errors {
        text.push_str(&format!("\n  {}: {}", error.loc, error.message));
    }
    match failure.cause {
        Some(cause) => anyhow::anyhow!("{text} ({cause})"),
        None => anyhow::anyhow!(text),
    }
}

/// The caller with that e-mail.
async fn person(app: &App, email: &str) -> anyhow::Result<rf_usecases::Caller> {
    let request_id: RequestId = app.new_id();
    app.operator(email, request_id).await.map_err(told).context("--as")
}
