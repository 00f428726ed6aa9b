//! The layers of the house, checked against cargo's own account of the dependencies.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context, bail};
use serde::Deserialize;

/// A crate's layer, name and what it is for. Arrows point down: a crate may depend on lower layers only, and the
/// domain crates of layers 0 to 3 on none of their own layer.
const CRATES: &[(u8, &str, &str)] = &[
    (0, "rf-kernel", "Ids, time, error codes, paging, text checks"),
    (1, "rf-auth-policy", "Roles, permissions, sign-in policy, tokens, password rules; no I/O"),
    (1, "rf-audit", "Audit entries, their chain, and the port that keeps them"),
    (1, "rf-events", "Events: what happened, whom it concerns, and the log that numbers them"),
    (1, "rf-jobs", "Jobs: leases, when to try again, and the port of the queue"),
    (1, "rf-notes", "Notes from a step log: variables, rendering, redaction; pure"),
    (1, "rf-vault", "Credentials at rest: sealed, bound to their record, keys exchanged"),
    (2, "rf-accounts", "Accounts, people, teams, refresh-token families, subscriptions"),
    (2, "rf-trees", "Flows: model, lint, versions, forks, the portable file, starter flows"),
    (3, "rf-psa", "A PSA: its tickets, the port to it, notes that arrive once, rounding, settings; pure"),
    (3, "rf-handoff", "Handing a conversation over: snapshot, claim, briefing, assessment, numbers; pure"),
    (
        3,
        "rf-uploads",
        "Files people bring: what they are by their bytes, what is kept, who may see them; pure",
    ),
    (3, "rf-assistant", "Questions beside the work: chats, citations, the documents of an account; pure"),
    (3, "rf-sessions", "Guided sessions and their step log"),
    (
        3,
        "rf-notifications",
        "What people are told: notifications, preferences, mails, channels, what waits, the ports that send",
    ),
    (4, "rf-flowpilot", "The copilot: reading a ticket, the next step, the notes; the port to a model; pure"),
    (4, "rf-store", "The port to storage: store, unit of work"),
    (5, "rf-usecases", "One method per use case"),
    (5, "rf-worker", "Runs jobs under leases; generic over the store"),
    (
        6,
        "rf-outbound",
        "The one way out to addresses somebody else chose: vetted, no redirects, bounded, patient",
    ),
    (6, "rf-channel-webhooks", "Messages into channels of Slack and Teams, by their webhooks"),
    (6, "rf-mail-smtp", "Mails over SMTP with TLS"),
    (6, "rf-oauth", "Google and Microsoft as OpenID providers, with the checks their tokens need"),
    (6, "rf-store-memory", "Storage in memory"),
    (6, "rf-store-sql", "Storage in SQLite and Postgres"),
    (6, "rf-payments-stripe", "The payment provider Stripe: checkout, portal, prices, signed messages"),
    (6, "rf-bus-redis", "Servers tell each other over Redis that there are events to read"),
    (6, "rf-blobs", "The bytes of files, in a folder or in a bucket of S3"),
    (6, "rf-embed-voyage", "Voyage AI behind the port of embeddings: batches, waits, deadlines"),
    (6, "rf-llm-claude", "The model Claude over the Messages API: deadlines, breaker, whole streams"),
    (6, "rf-psa-http", "What adapters of PSAs share: the check of a site, retries of reads, lost answers"),
    (6, "rf-psa-connectwise", "ConnectWise PSA behind the port: discovery, paging, tickets, notes, time"),
    (6, "rf-psa-halo", "HaloPSA behind the port: tokens, tickets, actions as notes and time"),
    (6, "rf-api-types", "Wire bodies with their OpenAPI schemas"),
    (6, "migration", "The database schema for both engines"),
    (7, "rf-bootstrap", "Configuration, logging, wiring of adapters"),
    (8, "rf-psa-conformance", "The rules every PSA adapter keeps, as tests"),
    (8, "rf-store-conformance", "The rules every store keeps, as tests; test databases"),
    (8, "rf-test-support", "Builders for tests"),
    (9, "rf-simulators", "Local stand-ins for outside systems, for tests and demonstrations alone"),
    (9, "rf-api", "The HTTP shell and the embedded web app"),
    (10, "rf-bench", "Figures beside their limits: `scripts/bench`"),
    (10, "rf-cli", "The `rf` command"),
    (10, "xtask", "Checks and generators"),
];

/// Libraries that belong to an outer layer, and the lowest layer that may name them.
const OUTSIDE: &[(&str, u8)] = &[
    ("sea-orm", 6),
    ("sqlx", 6),
    ("sea-orm-migration", 6),
    ("actix-web", 9),
    ("redis", 6),
    ("object_store", 6),
    ("reqwest", 6),
    ("lettre", 6),
    ("anthropic-sdk-rs", 6),
    ("config", 7),
    ("clap", 10),
];

/// Pairs in one layer that are allowed, with the reason.
const SAME_LAYER: &[(&str, &str)] = &[
    ("rf-store-sql", "migration"),
    // A handoff is of a conversation; sessions know nothing of it.
    ("rf-handoff", "rf-sessions"),
    ("rf-psa-http", "rf-outbound"),
    ("rf-channel-webhooks", "rf-outbound"),
    // A chat may be beside a conversation, and says who spoke in its words.
    ("rf-assistant", "rf-sessions"),
    ("rf-psa-connectwise", "rf-psa-http"),
    ("rf-psa-halo", "rf-psa-http"),
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let layers: BTreeMap<&str, u8> = CRATES.iter().map(|(layer, name, _)| (*name, *layer)).collect();
    let mut faults = Vec::new();
    for package in metadata.packages.iter().filter(|p| metadata.workspace_members.contains(&p.id)) {
        let Some(layer) = layers.get(package.name.as_str()) else {
            faults.push(format!("{} has no layer: add it to apps/xtask/src/layers.rs", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev")) {
            let same = SAME_LAYER.contains(&(package.name.as_str(), dependency.name.as_str()));
            if let Some(below) = layers.get(dependency.name.as_str())
                && below >= layer
                && !same
            {
                faults.push(format!(
                    "{} (layer {layer}) depends on {} (layer {below}); arrows point down",
                    package.name, dependency.name
                ));
            }
            if let Some((name, lowest)) = OUTSIDE.iter().find(|(name, _)| *name == dependency.name)
                && layer < lowest
            {
                faults.push(format!(
                    "{} (layer {layer}) names {name}, which starts at layer {lowest}",
                    package.name
                ));
            }
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    table(check)
}

/// The crate table inside `docs/architecture.md`.
fn table(check: bool) -> anyhow::Result<()> {
    const BEGIN: &str = "<!-- crates: generated by `cargo xtask layers` -->\n";
    const END: &str = "<!-- /crates -->";
    let path = Path::new("docs/architecture.md");
    let text = fs::read_to_string(path).context("docs/architecture.md")?;
    let (head, rest) =
        text.split_once(BEGIN).context("docs/architecture.md has no place for the crate table")?;
    let (_, tail) = rest.split_once(END).context("the crate table in docs/architecture.md has no end")?;
    let mut rows = String::from("| layer | crate | what it is for |\n|---|---|---|\n");
    for (layer, name, purpose) in CRATES {
        rows.push_str(&format!("| {layer} | `{name}` | {purpose} |\n"));
    }
    crate::keep(path, &format!("{head}{BEGIN}{rows}{END}{tail}"), check)
}
