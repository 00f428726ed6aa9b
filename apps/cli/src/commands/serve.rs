//! The server, the schema, the API document.

use std::{io::Write, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use rf_api::{GuessLimits, RateLimits, Server, ServerOptions, StreamSettings};
use rf_bootstrap::{Config, Started, init_telemetry};
use rf_kernel::Clock;
use rf_psa::PsaVendor;
use rf_usecases::{App, DEMO_PASSWORD, DemoPerson, SYNC_EVERY_SECONDS, SweptUploads};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::simulated::SimulatedPsa;
use crate::output::Output;

/// Longer than a proxy takes between two questions whether we are ready, shorter than anybody minds.
const DRAIN: Duration = Duration::from_secs(1);

/// What the server tells the time by.
pub(crate) type ServerClock = Arc<dyn Clock>;

pub(crate) async fn serve(
    mut config: Config,
    simulate: Option<(PsaVendor, SocketAddr)>,
    clock: ServerClock,
) -> anyhow::Result<ExitCode> {
    init_telemetry(&config)?;
    let simulator = simulate.map(SimulatedPsa::start).transpose();
    let simulator = simulator
        .context("the simulated PSA cannot listen; give --simulate-psa or --simulate-halo another address")?;
    if let Some(simulator) = &simulator {
        simulator.allow(&mut config);
    }
    let config = &config;
    let started = rf_bootstrap::start_at(config, clock).await?;
    if let Some(simulator) = &simulator {
        let connection = simulator.connection();
        started.app.connect_demo_psa(&connection).await.context("the demo account's PSA")?;
        tracing::info!(site = connection.site_url, "the demo account is connected to a simulated PSA");
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
            () = look_at_psas(&started.app) => {}
            () = send_callbacks(simulator.as_ref()) => {}
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
        match started.app.prune_channel_messages().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old messages for channels were taken away"),
            Err(error) => tracing::warn!(%error, "old messages for channels could not be taken away"),
        }
        match started.app.sweep_uploads().await {
            Ok(SweptUploads { loose: 0, strays: 0 }) => {}
            Ok(SweptUploads { loose, strays }) => {
                tracing::info!(loose, strays, "files that belong to nothing were taken away");
            }
            Err(error) => tracing::warn!(%error, "files that belong to nothing could not be taken away"),
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

/// Has the connected PSAs looked at for what their callbacks missed.
async fn look_at_psas(app: &App) {
    let seconds = u64::try_from(SYNC_EVERY_SECONDS).unwrap_or(600);
    let mut every = tokio::time::interval(Duration::from_secs(seconds));
    loop {
        every.tick().await;
        if let Err(error) = app.sync_psas().await {
            tracing::warn!(%error, "the connected PSAs could not be looked at");
        }
    }
}

async fn send_callbacks(simulator: Option<&SimulatedPsa>) {
    match simulator {
        Some(simulator) => simulator.send_callbacks().await,
        None => std::future::pending().await,
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
