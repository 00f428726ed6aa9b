//! The payment provider, for whoever runs the installation.

use std::process::ExitCode;

use rf_bootstrap::Config;
use serde_json::json;

use super::told;
use crate::output::Output;

pub(crate) async fn sync_plans(config: &Config, output: Output) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let (mut documents, mut lines) = (Vec::new(), Vec::new());
    for price in app.sync_plans().await.map_err(told)? {
        let (plan, interval, id) = (price.plan.as_str(), price.interval.as_str(), price.price_id);
        lines.push(format!("{plan} {interval} {id}"));
        documents.push(json!({ "plan": plan, "interval": interval, "price_id": id }));
    }
    output.tell(&json!({ "prices": documents }), &lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
