//! A PSA tried from the terminal, and a simulated one.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use rf_bootstrap::{PsaKeys, psa};
use rf_psa::{
    Artefact, Delivery, NewNote, NoteFor, NoteKind, PsaId, PsaProvider, PsaVendor, PushKey, Section, Shape,
    TicketQuery, note_text, push_note,
};
use rf_simulators::{
    connectwise::{self, Tls},
    halo,
};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::output::{FINE, Output, WARNING, styled};

/// Which PSA, and where its keys are.
pub(crate) struct Site {
    pub(crate) vendor: PsaVendor,
    pub(crate) site: String,
    pub(crate) keys_file: Option<PathBuf>,
    pub(crate) simulator: bool,
}

impl Site {
    fn connect(self) -> anyhow::Result<Arc<dyn PsaProvider>> {
        let keys = PsaKeys::load(self.vendor, self.keys_file.as_deref()).context(match self.vendor {
            PsaVendor::ConnectWise => {
                "give the keys in --keys-file FILE or in CONNECTWISE_COMPANY, _PUBLIC_KEY, _PRIVATE_KEY and _CLIENT_ID"
            }
            PsaVendor::Halo => "give the keys in --keys-file FILE or in HALO_CLIENT_ID, _CLIENT_SECRET and _TENANT",
        })?;
        Ok(psa(&self.site, keys, self.simulator)?)
    }
}

/// Tells where it listens and with what it is entered, and waits to be stopped. The text is a keys file.
async fn until_stopped(
    name: &str,
    site: String,
    entered: &[(&str, &str)],
    output: Output,
) -> anyhow::Result<()> {
    // Before the address is told: whoever waits for it may stop us at once.
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl+C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut lines = vec![format!(
        "# A simulated {name} at {site}. This text is a keys file for rf psa test and rf psa tickets."
    )];
    lines.extend(entered.iter().map(|(key, value)| format!("{key} = \"{value}\"")));
    let mut document = json!({ "site": site });
    for (key, value) in entered {
        document[*key] = json!(value);
    }
    output.tell(&document, &lines.join("\n"))?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Writes down whom to trust, once it is listened to.
fn speak_tls(tls: io::Result<Tls>, listen: SocketAddr, file: &Path) -> anyhow::Result<Tls> {
    let tls = tls.with_context(|| format!("cannot listen on {listen}"))?;
    std::fs::write(file, tls.authority()).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(tls)
}

pub(crate) async fn run_psa_simulator(
    vendor: PsaVendor,
    listen: SocketAddr,
    tls: Option<&Path>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let deaf = || format!("cannot listen on {listen}");
    // What speaks TLS stands before the simulator, which takes a free port then.
    let inner = if tls.is_some() { SocketAddr::new(listen.ip(), 0) } else { listen };
    let stopped = match vendor {
        PsaVendor::ConnectWise => {
            use connectwise::keys;
            let simulator = connectwise::Simulator::start_at(inner).with_context(deaf)?;
            let secure = tls.map(|file| speak_tls(simulator.listen_tls(listen), listen, file)).transpose()?;
            let site = secure.as_ref().map_or_else(|| simulator.url(), Tls::url);
            let entered = [
                ("company", keys::COMPANY),
                ("public_key", keys::PUBLIC),
                ("private_key", keys::PRIVATE),
                ("client_id", keys::CLIENT_ID),
            ];
            until_stopped("ConnectWise", site, &entered, output).await?;
            simulator.stop().await
        }
        PsaVendor::Halo => {
            use halo::keys;
            let simulator = halo::Simulator::start_at(inner).with_context(deaf)?;
            let secure = tls.map(|file| speak_tls(simulator.listen_tls(listen), listen, file)).transpose()?;
            let site = secure.as_ref().map_or_else(|| simulator.url(), Tls::url);
            let entered = [("client_id", keys::CLIENT_ID), ("client_secret", keys::CLIENT_SECRET)];
            until_stopped("Halo", site, &entered, output).await?;
            simulator.stop().await
        }
    };
    stopped.context("the simulator did not end well")?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn test_psa(site: Site, output: Output) -> anyhow::Result<ExitCode> {
    let connected = site.connect()?.test_connection().await?;
    let version = connected.version.as_deref().unwrap_or("unknown version");
    let mut lines = vec![format!("{} {}, {version}", styled(FINE, "connected:"), connected.company)];
    lines.extend(connected.warnings.iter().map(|warning| styled(WARNING, warning)));
    let document = json!({
        "company": connected.company, "version": connected.version, "warnings": connected.warnings,
    });
    output.tell(&document, &lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn search_psa_tickets(
    site: Site,
    search: Option<String>,
    all: bool,
    limit: u32,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let query = TicketQuery { text: search, open_only: !all, limit, ..TicketQuery::default() };
    let page = site.connect()?.search_tickets(&query).await?;
    let lines: Vec<String> = page
        .items
        .iter()
        .map(|ticket| {
            let name =
                |named: &Option<rf_psa::Named>| named.as_ref().map_or("-", |named| &named.name).to_owned();
            let (status, company) = (name(&ticket.status), name(&ticket.company));
            printable(&format!("#{} {} [{status}] {company}", ticket.id, ticket.summary))
        })
        .collect();
    output.tell(&json!({ "tickets": page.items, "next": page.next }), &lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn push_psa_note(
    site: Site,
    ticket: &str,
    kind: &str,
    file: &Path,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let ticket: PsaId = ticket.parse().map_err(anyhow::Error::msg)?;
    let kind = NoteKind::ALL.into_iter().find(|known| known.as_str() == kind).unwrap_or_default();
    let body = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin()).context("the standard input cannot be read")?
    } else {
        std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
    };
    anyhow::ensure!(!body.trim().is_empty(), "there is nothing to write");
    let provider = site.connect()?;
    // By what it says and where it goes: whoever sends it again after a lost answer finds it.
    let marker = PushKey::from_stored(format!("command/{ticket}/{body}")).marker(Artefact::Note);
    let shape = Shape { purpose: NoteFor::Plain, max_chars: provider.capabilities().max_note_chars };
    let text = note_text(shape, &[Section { title: "Note".into(), body }], marker);
    let delivery =
        push_note(provider.as_ref(), &NewNote { ticket: ticket.clone(), kind, text }, true).await?;
    let outcome = match &delivery {
        Delivery::Sent(_) => "written",
        Delivery::Found(_) => "there already",
    };
    let document = json!({ "ticket": ticket, "note": delivery.id(), "outcome": outcome });
    let line = format!("{} note {} of ticket {ticket}", styled(FINE, format!("{outcome}:")), delivery.id());
    output.tell(&document, &line)?;
    Ok(ExitCode::SUCCESS)
}

/// Without what would steer the terminal: tickets come from anywhere.
fn printable(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}
