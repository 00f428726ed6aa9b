//! Simulated webhooks of chats.

use std::{net::SocketAddr, process::ExitCode};

use anyhow::Context;
use rf_simulators::channels::Simulator;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::output::Output;

pub(crate) async fn run_channel_simulator(listen: SocketAddr, output: Output) -> anyhow::Result<ExitCode> {
    let simulator = Simulator::start_at(listen).with_context(|| format!("cannot listen on {listen}"))?;
    // Before the address is told: whoever waits for it may stop us at once.
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl+C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let (slack, teams) = (simulator.slack("dispatch"), simulator.teams("dispatch"));
    let document = json!({ "site": simulator.url(), "slack": slack, "teams": teams });
    let lines = format!(
        "Simulated webhooks: start the server with RESOLUTIONFLOW_CHANNEL_SIMULATOR={}\nSlack: {slack}\nTeams: {teams}\n\
         What they were told: {}/sim/journal",
        simulator.address(),
        simulator.url()
    );
    output.tell(&document, &lines)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    simulator.stop().await.context("the simulator did not end well")?;
    Ok(ExitCode::SUCCESS)
}
