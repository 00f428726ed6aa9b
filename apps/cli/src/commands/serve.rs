//! The server, the schema, the API document.

use std::{io::Write, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use rf_api::{GuessLimits, RateLimits, Server, ServerOptions, StreamSettings};
use rf_bootstrap::{Config, Started, init_telemetry};
use rf_psa::PsaVendor;
use rf_simulators::connectwise::{Simulator, keys};
use rf_usecases::{App, ConnectPsa, DEMO_PASSWORD, DemoPerson};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::output::Output;

/// Longer than a proxy takes between two questions whether we are ready, shorter than anybody minds.
const DRAIN: Duration = Duration::from_secs(1);

pub(crate) async fn serve(mut config: Config, simulate_psa: Option<SocketAddr>) -> anyhow::Result<ExitCode> {
    init_telemetry(&config)?;
    let simulator = simulate_psa.map(Simulator::start_at).transpose();
    let simulator =
        simulator.context("the simulated PSA cannot listen; give --simulate-psa another address")?;
    if let Some(simulator) = &simulator {
        config.psa_simulator = Some(simulator.address());
    }
    let config = &config;
    let started = rf_bootstrap::start(config).await?;
    if let Some(simulator) = &simulator {
        started.app.connect_demo_psa(&demo_connection(simulator)).await.context("the demo account's PSA")?;
        tracing::info!(site = simulator.url(), "the demo account is connected to a simulated PSA");
    }
    tracing::info!(store = started.app.store_kind(), "started");
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let options = ServerOptions {
        listen: config.listen,
        workers: if config.workers == 0 { cores } else { config.workers },
        cors_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        secure_cookies: config.secure_cookies(),
        rate_limits: RateLimits {
            sign_in_per_minute: config.sign_in_per_minute,
            refresh_per_minute: config.refresh_per_minute,
            guesses: GuessLimits { per_person: config.guesses_per_person, in_all: config.guesses_in_all },
        },
        demo: config.demo,
        signup_enabled: config.signup_enabled,
        drain: DRAIN,
        streams: StreamSettings::default(),
    };
    let server = Server::bind(Arc::clone(&started.app), options)?;
    // Before the address is told: whoever waits for it may stop us at once.
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl+C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    if let Err(error) = announce(config, &server) {
        // Nobody reads our standard output any more; that is no reason to serve nobody.
        tracing::warn!(%error, "the address could not be announced");
    }
    let stop = CancellationToken::new();
    let serving = server.run(async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = upkeep(&started) => {}
        }
        tracing::info!("stopping");
        // Jobs and requests end side by side.
        stop.cancel();
    });
    let serving = async {
        let served = serving.await;
        stop.cancel();
        served
    };
    let publishing = started.app.dispatch_events(stop.cancelled());
    let (served, (), ()) = tokio::join!(serving, started.worker.run(stop.clone()), publishing);
    served.context("the server failed")?;
    if let Some(simulator) = simulator {
        simulator.stop().await.context("the simulated PSA did not end well")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a team would enter to connect to the simulator.
fn demo_connection(simulator: &Simulator) -> ConnectPsa {
    ConnectPsa {
        vendor: PsaVendor::ConnectWise,
        site_url: simulator.url(),
        company_id: keys::COMPANY.into(),
        public_key: Some(keys::PUBLIC.into()),
        private_key: Some(keys::PRIVATE.into()),
        client_id: Some(keys::CLIENT_ID.into()),
    }
}

/// What is done beside serving, at the start and every day after. A failure is logged, and tried again.
async fn upkeep(started: &Started) {
    if started.has_older_flows {
        refresh_flows(&started.app).await;
    }
    let mut every_day = tokio::time::interval(Duration::from_secs(86_400));
    loop {
        every_day.tick().await;
        match started.app.prune_audit().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "audit entries were older than their accounts keep them"),
            Err(error) => tracing::warn!(%error, "old audit entries could not be taken away"),
        }
        match started.app.sweep_ai_sessions().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "sessions nobody went on with for a month are abandoned"),
            Err(error) => tracing::warn!(%error, "sessions nobody goes on with could not be marked"),
        }
        match started.app.prune_events().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old events were taken away"),
            Err(error) => tracing::warn!(%error, "old events could not be taken away"),
        }
        match started.app.prune_notifications().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old notifications were taken away"),
            Err(error) => tracing::warn!(%error, "old notifications could not be taken away"),
        }
        match started.app.sweep_tokens().await {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!(count, "refresh tokens and links that ran out long ago were taken away");
            }
            Err(error) => tracing::warn!(%error, "tokens that ran out could not be taken away"),
        }
    }
}

/// Brings the flows that ship up to date while the server serves those of the version before.
async fn refresh_flows(app: &App) {
    match app.load_starter_flows().await {
        Ok(0) => {}
        Ok(written) => tracing::info!(written, "the starter flows are up to date"),
        // What is there can be worked with, and the next start tries again.
        Err(error) => tracing::warn!(%error, "the starter flows could not be brought up to date"),
    }
}

/// Says where, and whom to try it as. Scripts wait for the first line.
fn announce(config: &Config, server: &Server) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{}", server.address())?;
    if config.demo {
        writeln!(out, "\nOpen {} and sign in as one of:", open_address(config, server))?;
        for person in DemoPerson::ALL {
            writeln!(out, "  {:<26} {:<11} {}", person.email, person.role, person.name)?;
        }
        writeln!(out, "Everybody's password: {DEMO_PASSWORD}\n")?;
    }
    out.flush()?;
    Ok(())
}

fn open_address(config: &Config, server: &Server) -> String {
    let port = server.address().port();
    if config.listen.port() == port && config.public_url.ends_with(&format!(":{port}")) {
        config.public_url.clone()
    } else {
        format!("http://localhost:{port}")
    }
}

pub(crate) async fn migrate(config: &Config, output: Output) -> anyhow::Result<ExitCode> {
    let store = rf_bootstrap::connect(config).await?;
    rf_bootstrap::migrate(&store).await?;
    let schema = store.schema_version().await?;
    output.tell(&json!({ "schema": schema }), "The schema is up to date.")?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn openapi() -> anyhow::Result<ExitCode> {
    let document = serde_json::from_str(&rf_api::document().to_pretty_json()?)?;
    Output::Json.tell(&document, "")?;
    Ok(ExitCode::SUCCESS)
}
