//! The database schema, for SQLite and Postgres from one text. Forward only; no clock, no entities.
//!
//! Decisions that hold for every table:
//! - Instants are whole microseconds since 1970 in a 64-bit integer on both engines: they order, compare and come
//!   back exactly, and no engine's idea of a date is in the way. To read one: `to_timestamp(x / 1e6)` on Postgres,
//!   `datetime(x / 1000000, 'unixepoch')` on SQLite.
//! - UUIDs are `uuid` on Postgres and 16-byte blobs on SQLite. JSON is text on both: it is passed through, never
//!   queried, and may hold `\u0000`, which `jsonb` refuses.
//! - Whatever is searched or sorted without regard to letter case has a lower-cased column beside it, made by the
//!   application, and compares by code point. So both engines agree, whatever their locale.
//! - Every constraint has a name, and the adapters report it by that name.
//! - References between tenant tables carry the account, so that a row cannot point into another account.
#![warn(missing_docs)]

mod dialect;
mod script;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, SqliteTransactionMode, TransactionOptions,
        TransactionTrait,
    },
};

use script::SqlMigration;

/// The role tenant units act as on Postgres: no login, no superuser, bound by row-level security.
pub const APP_ROLE: &str = "rf_app";

/// Tables with rows of tenants: all but the migrations' own. A test compares this with the catalogue.
pub const TENANT_TABLES: [&str; 54] = [
    "accounts",
    "ai_session_steps",
    "ai_sessions",
    "app_notifications",
    "audit_chains",
    "audit_log",
    "channel_messages",
    "channels",
    "chat_messages",
    "chats",
    "documents",
    "embeddings",
    "events",
    "folder_trees",
    "folders",
    "handoffs",
    "idempotency_keys",
    "identities",
    "invites",
    "jobs",
    "kept_notes",
    "link_tokens",
    "mails",
    "model_calls",
    "model_tokens",
    "notification_preferences",
    "oauth_flows",
    "payment_events",
    "plan_prices",
    "psa_callbacks",
    "psa_connections",
    "psa_feeds",
    "psa_kept_tickets",
    "psa_member_mappings",
    "psa_post_log",
    "psa_time_edits",
    "redaction_settings",
    "refresh_tokens",
    "second_factors",
    "session_log",
    "sessions",
    "subscriptions",
    "suggested_fixes",
    "teams",
    "tree_favourites",
    "tree_snapshots",
    "tree_tags",
    "tree_usage",
    "tree_versions",
    "tree_words",
    "trees",
    "uploads",
    "users",
    "word_trigrams",
];

/// The SQL of the folder `$name`; with the word `policies`, its row-level security as well.
macro_rules! sql {
    ($name:literal) => {
        SqlMigration::new($name, include_str!(concat!($name, "/tables.sql")), None)
    };
    ($name:literal, policies) => {
        SqlMigration::new(
            $name,
            include_str!(concat!($name, "/tables.sql")),
            Some(include_str!(concat!($name, "/row_level_security.sql"))),
        )
    };
}

const ALL: &[SqlMigration] = &[
    // The first schema: accounts and people, sign-ins, audit, flows, sessions.
    sql!("m20261123_000001_initial", policies),
    // The library as a tool: words to search by, favourites, success.
    sql!("m20261123_000002_library", policies),
    // What accounts have masked in their notes.
    sql!("m20261128_000004_redaction_rules", policies),
    // Ending sign-ins: a number in every access token, and the live refresh tokens of an account.
    sql!("m20261128_000005_people"),
    // Jobs, and the mails they send.
    sql!("m20261128_000006_jobs", policies),
    // Teams that can be taken away.
    sql!("m20261128_000007_people_teams", policies),
    // Links of mails that work once, and invitations.
    sql!("m20261128_000008_links", policies),
    // What is paid for: how a subscription stands at the payment provider, its messages, its prices.
    sql!("m20261128_000009_billing", policies),
    // The audit log as a chain: a number and a digest for each entry, and where each chain ends.
    sql!("m20261128_000010_audit_chain", policies),
    // Who people are at Google and Microsoft, and their ways there and back.
    sql!("m20261128_000011_identities", policies),
    // What a client may send twice: the answers to creating requests, by the key it chose.
    sql!("m20261128_000013_idempotency", policies),
    // Folders of the library, and what is in them.
    sql!("m20261128_000014_folders", policies),
    // Lists of sessions that stay fast however many there are.
    sql!("m20261128_000015_session_pages"),
    // Links that change an address.
    sql!("m20261129_000016_email_changes", policies),
    // Conversations with the copilot, their steps and the fixes it suggests.
    sql!("m20261129_000017_ai_sessions", policies),
    // Conversations handed over or put aside.
    sql!("m20261129_000018_handoffs", policies),
    // What happened, for those who listen, and what people are told.
    sql!("m20261129_000019_events", policies),
    // Connections to PSAs, who is who there, and what is on its way into tickets.
    sql!("m20261129_000020_psa", policies),
    // What models were asked in conversations, and what an account has spent on them today.
    sql!("m20261129_000021_pilot_model", policies),
    // Second factors, and which accounts require them.
    sql!("m20261129_000022_second_factors", policies),
    // How accounts hear of changes in their PSA.
    sql!("m20261129_000023_psa_feeds", policies),
    // What people say about time before it is charged, and a second PSA.
    sql!("m20261129_000024_psa_time", policies),
    // Channels of a team's chat, and what is on its way into them.
    sql!("m20261129_000025_channels", policies),
    // Questions beside the work: chats, what was said in them, the documents of accounts.
    sql!("m20261129_000027_assistant", policies),
    // Texts of an account as vectors.
    sql!("m20261129_000028_embeddings", policies),
    // Whose sign-ins were ended but for one, and ways to a provider that accept an invitation.
    sql!("m20261129_000029_spared_sign_ins"),
    // What is kept of the tickets of guided sessions.
    sql!("m20261129_000032_psa_kept_tickets", policies),
    // Files people brought.
    sql!("m20261130_000026_uploads", policies),
    // What models drafted and engineers made of the notes of conversations.
    sql!("m20261130_000030_kept_notes", policies),
    // Conversations that go on from a guided session, and who took one over.
    sql!("m20261130_000031_taken_over"),
];

/// The list of migrations.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        ALL.iter().map(|script| Box::new(*script) as Box<dyn MigrationTrait>).collect()
    }
}

/// Brings the schema up to date: all pending migrations together, or none. Safe to interrupt, safe to run from
/// several processes at once: the others wait, and then find nothing to do.
///
/// # Errors
/// What the database says; after an error the schema is as it was.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    up_by(db, None).await
}

/// [`up`], by so many of the pending migrations: the schema of an earlier version.
///
/// # Errors
/// As [`up`].
pub async fn up_by(db: &DatabaseConnection, migrations: Option<u32>) -> Result<(), DbErr> {
    let all_or_nothing = db
        .begin_with_options(TransactionOptions {
            // The write lock first: two processes that read and then write would both fail.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    if db.get_database_backend() == DbBackend::Postgres {
        // One at a time; then wait no longer than 5 s for a table somebody uses, because whoever comes after
        // waits behind us.
        all_or_nothing
            .execute_unprepared(
                "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s';
                 SELECT pg_advisory_xact_lock(7165010927312900);
                 SET LOCAL lock_timeout = '5s'",
            )
            .await?;
    }
    Migrator::up(&all_or_nothing, migrations).await?;
    all_or_nothing.commit().await
}

/// How many migrations there are.
#[must_use]
pub const fn count() -> usize {
    ALL.len()
}

/// The name of the newest migration this program has.
#[must_use]
pub fn newest() -> String {
    Migrator::migrations().last().map(|migration| migration.name().to_owned()).unwrap_or_default()
}

/// Changes whenever the schema's text or the list of migrations does; names the template of test databases.
#[must_use]
pub fn fingerprint() -> String {
    // FNV-1a: short, stable between compilers, and nothing but a name hangs on it.
    let hash = ALL
        .iter()
        .flat_map(SqlMigration::text)
        .flat_map(str::bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
