//! Credentials at rest, for whoever runs the installation.

use std::process::ExitCode;

use rf_bootstrap::Config;
use rf_usecases::SealedCount;
use serde_json::json;

use super::told;
use crate::output::{FAULT, FINE, Output, WARNING, styled};

pub(crate) async fn rewrap(config: &Config, output: Output) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let counts = app.rewrap_credentials().await.map_err(told)?;
    let mut lines: Vec<String> = counts.iter().map(line).collect();
    let sum = |of: fn(&SealedCount) -> u64| counts.iter().map(of).sum::<u64>();
    let (left, unreadable) = (sum(|count| count.older), sum(|count| count.unreadable.len() as u64));
    lines.push(match (left, unreadable) {
        (0, 0) => "Everything is under the first of credential_keys; the others can be taken away.".into(),
        (_, 0) => "Some were changed meanwhile: run it again.".into(),
        _ => "What no key opens was left as it is: put the key it was sealed with back into credential_keys, or have \
              it entered again. Take no key away before."
            .into(),
    });
    let documents: Vec<_> = counts
        .iter()
        .map(|count| {
            json!({
                "kind": count.kind,
                "rewrapped": count.rewrapped,
                "newest": count.newest,
                "older": count.older,
                "unreadable": count.unreadable,
            })
        })
        .collect();
    output.tell(&json!({ "complete": left + unreadable == 0, "sealed": documents }), &lines.join("\n"))?;
    Ok(if left + unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(count: &SealedCount) -> String {
    let mark = match (count.unreadable.len(), count.older) {
        (0, 0) => styled(FINE, "ok    "),
        (0, _) => styled(WARNING, "again "),
        _ => styled(FAULT, "FAULT "),
    };
    let SealedCount { kind, newest, rewrapped, .. } = count;
    let mut line =
        format!("{mark} {}: {rewrapped} sealed anew, {newest} were under the newest key", kind.plural());
    if count.older > 0 {
        line.push_str(&format!(", {} changed meanwhile", count.older));
    }
    for record in &count.unreadable {
        line.push_str(&format!("\n       no key opens {record}"));
    }
    line
}
