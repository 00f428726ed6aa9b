//! Settings: built-in values, then `resolutionflow.toml`, then `RESOLUTIONFLOW_*` in the environment, then the
//! command line. Read once, at the start. `cargo xtask config` makes `docs/configuration.md` of the words here.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use rf_auth_policy::{SessionPolicy, SessionPolicyDefaults};
use rf_embed_voyage::VoyageSettings;
use rf_flowpilot::llm::{ModelTiers, StepKind};
use rf_kernel::Checks;
use rf_llm_claude::ClaudeSettings;
use rf_oauth::OpenIdSettings;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

/// Where the installation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// On somebody's own machine.
    Development,
    /// For real: settings that are not safe are refused.
    Production,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Every setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `development` or `production`, which refuses unsafe settings: no `token_secret`, no https `public_url`, the
    /// demo account, cheap hashing, loose CORS.
    pub environment: Environment,
    /// Where the SQLite file and the generated signing key are kept.
    pub data_dir: PathBuf,
    /// `sqlite://path` or `postgres://user:password@host/database`, also read from `DATABASE_URL`; the SQLite file in
    /// `data_dir` when not set. A SQLite file named here must exist, or the address end with `?mode=rwc`.
    pub database_url: Option<SecretString>,
    /// Postgres: the role that owns the tables, for migrations and sign-in, when `database_url` is a limited one. Also
    /// read from `ADMIN_DATABASE_URL`.
    pub admin_database_url: Option<SecretString>,
    /// Connections kept to Postgres.
    pub database_connections: u32,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address people use; links in mails follow it, and with https cookies are https-only.
    pub public_url: String,
    /// Exact origins of development servers that may call the API, comma separated; page and API normally share one.
    pub cors_origins: Vec<String>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed, for rate limits.
    pub trusted_proxies: Vec<IpAddr>,
    /// Signs tokens, 32 bytes or more. In development generated into `data_dir/token.key` when not set.
    pub token_secret: Option<SecretString>,
    /// Whether anybody may register.
    pub signup_enabled: bool,
    /// Minutes without use after which a sign-in ends, where the account does not say.
    pub session_idle_minutes_default: i64,
    /// Minutes after which a sign-in ends in any case, where the account does not say.
    pub session_absolute_minutes_default: i64,
    /// Password hashing, 4 to 16; each step doubles the work.
    pub bcrypt_cost: u32,
    /// Passwords hashed at once; more wait, beyond 64 are refused with 503.
    pub password_workers: usize,
    /// Sign-ins and registrations per minute and address.
    pub sign_in_per_minute: NonZeroU32,
    /// Passwords tried per minute for one person from addresses they have not signed in from before; half of it is kept
    /// for addresses that have hardly tried.
    pub guesses_per_person: NonZeroU32,
    /// The same for all people together.
    pub guesses_in_all: NonZeroU32,
    /// Refreshes and sign-outs per minute and address.
    pub refresh_per_minute: NonZeroU32,
    /// Stripe's secret key; nothing is sold without it.
    pub stripe_secret_key: Option<SecretString>,
    /// What Stripe signs its messages with, comma separated; two while one is exchanged for another.
    pub stripe_webhook_secrets: Vec<SecretString>,
    /// Where Stripe's API is.
    pub stripe_api_url: String,
    /// What Google calls this installation; nobody signs in with Google without it.
    pub google_client_id: Option<String>,
    /// The secret that goes with `google_client_id`.
    pub google_client_secret: Option<SecretString>,
    /// Where Google's OpenID description is.
    pub google_issuer: String,
    /// What Microsoft calls this installation; nobody signs in with Microsoft without it.
    pub microsoft_client_id: Option<String>,
    /// The secret that goes with `microsoft_client_id`.
    pub microsoft_client_secret: Option<SecretString>,
    /// Where Microsoft's OpenID description is; with the id of a directory in place of `common` only its people sign in.
    pub microsoft_issuer: String,
    /// Keys that credentials of PSAs and second factors are sealed with: each 32 random bytes in URL-safe base64, comma separated. The first
    /// seals, all of them open: to exchange a key, put the new one first. Without any, one is made in `data_dir`; never
    /// lose it, for nothing opens what it sealed.
    pub credential_keys: Vec<SecretString>,
    /// Where the ConnectWise simulator listens on this machine, such as `127.0.0.1:8025`: the one address beside the public
    /// network that a PSA may have. Not in production.
    pub psa_simulator: Option<SocketAddr>,
    /// The same for the HaloPSA simulator.
    pub halo_simulator: Option<SocketAddr>,
    /// Hosts of chat webhooks beside those of Slack and Teams, comma separated; one that begins with a dot stands for all
    /// below it.
    pub channel_hosts: Vec<String>,
    /// Where the simulator of chat webhooks listens on this machine, such as `127.0.0.1:8026`: the one address beside the
    /// public network that a channel may have. Not in production.
    pub channel_simulator: Option<SocketAddr>,
    /// The mail server: `smtps://user:password@mail.example:465`, or `smtp://user:password@mail.example:587?tls=required`.
    /// Without it mails are kept in the outbox, where the site admin reads them.
    pub smtp_url: Option<SecretString>,
    /// A file with the certificate (PEM) of an authority to trust for the mail server, beside those the machine trusts.
    pub smtp_ca_file: Option<PathBuf>,
    /// Whom mails come from: `address` or `name <address>`.
    pub mail_from: Option<String>,
    /// The key of the model's provider (Claude, or what speaks its wire); the copilot works without a model when not set.
    pub model_api_key: Option<SecretString>,
    /// Where the provider's API is, without a path; a local one is pointed at here.
    pub model_url: String,
    /// The model for simple steps, as the provider spells it.
    pub model_fast: String,
    /// The model for complex decisions; may be the same.
    pub model_deep: String,
    /// What the deep model is asked however sure the copilot is, comma separated: `intake`, `next_step`, `diagnosis`,
    /// `suggested_fix`, `documentation`, `escalation`, `chat`.
    pub model_always_deep: Vec<String>,
    /// Surer than that, percent, the copilot asks the fast model.
    pub model_fast_above: u8,
    /// Seconds somebody waits for a model, all tries together, 5 to 120; then the copilot answers without it.
    pub model_deadline_seconds: u64,
    /// Tokens an account may spend on models in a day, UTC.
    pub model_daily_tokens: u64,
    /// The key of Voyage AI, whose vectors find by meaning what words do not; things are found by words when not set.
    pub voyage_api_key: Option<SecretString>,
    /// Where its API is, without a path.
    pub voyage_url: String,
    /// Its model; what was made by another one is made anew.
    pub voyage_model: String,
    /// Where files people bring are kept: `s3://bucket` or `s3://bucket/folder`; the folder `uploads` in `data_dir` when
    /// not set. Several servers over one database share a bucket, or a folder that all of them see.
    pub uploads_url: Option<String>,
    /// The region of the bucket.
    pub uploads_s3_region: String,
    /// Where the bucket is, such as `https://minio.example:9000`, when it is not Amazon's.
    pub uploads_s3_endpoint: Option<String>,
    /// The name of the bucket's key.
    pub uploads_s3_key_id: Option<String>,
    /// The bucket's key.
    pub uploads_s3_secret: Option<SecretString>,
    /// Megabytes of files an account may keep.
    pub uploads_quota_mb: u64,
    /// Where several servers over one database tell each other of events at once, `redis://host:6379`, or
    /// `rediss://host:6379` over TLS. Without it each looks every second.
    pub redis_url: Option<SecretString>,
    /// A file with the certificate (PEM) of the authority to trust for Redis, in place of those the machine trusts.
    pub redis_ca_file: Option<PathBuf>,
    /// Server threads; 0 is one for each core.
    pub workers: usize,
    /// `text` for people or `json` for machines, one object a line.
    pub log_format: LogFormat,
    /// What is logged, such as `info` or `info,rf_usecases=debug`.
    pub log_filter: String,
    /// Load the demo account at the start, whose password is published.
    pub demo: bool,
}

/// What the command line says; wins over everything.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The configuration file; `resolutionflow.toml` where there is one when not given.
    pub config_file: Option<PathBuf>,
    /// `data_dir`.
    pub data_dir: Option<PathBuf>,
    /// `database_url`.
    pub database_url: Option<String>,
    /// `admin_database_url`.
    pub admin_database_url: Option<String>,
    /// `listen`.
    pub listen: Option<SocketAddr>,
    /// `demo`.
    pub demo: bool,
}

/// Why the settings were refused. Names the setting.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable that cannot be read as what it should be.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(String),
    /// A value that makes no sense, or is not safe in production.
    #[error("the setting {setting} is refused: {reason}")]
    Refused {
        /// Which.
        setting: &'static str,
        /// Why, and what to do.
        reason: String,
    },
}

/// The built-in values; a setting without one is not set.
fn built_in() -> Result<config::ConfigBuilder<config::builder::DefaultState>, config::ConfigError> {
    let defaults = SessionPolicyDefaults::default();
    config::Config::builder()
        .set_default("environment", "development")
        .and_then(|b| b.set_default("data_dir", "data"))
        .and_then(|b| b.set_default("database_connections", 10))
        .and_then(|b| b.set_default("listen", "127.0.0.1:8000"))
        .and_then(|b| b.set_default("public_url", "http://localhost:8000"))
        .and_then(|b| b.set_default("cors_origins", Vec::<String>::new()))
        .and_then(|b| b.set_default("trusted_proxies", Vec::<String>::new()))
        .and_then(|b| b.set_default("signup_enabled", true))
        .and_then(|b| b.set_default("session_idle_minutes_default", defaults.idle_minutes))
        .and_then(|b| b.set_default("session_absolute_minutes_default", defaults.absolute_minutes))
        .and_then(|b| b.set_default("bcrypt_cost", 12))
        .and_then(|b| b.set_default("password_workers", 2))
        .and_then(|b| b.set_default("sign_in_per_minute", 30))
        .and_then(|b| b.set_default("guesses_per_person", 10))
        .and_then(|b| b.set_default("guesses_in_all", 600))
        .and_then(|b| b.set_default("refresh_per_minute", 600))
        .and_then(|b| b.set_default("stripe_webhook_secrets", Vec::<String>::new()))
        .and_then(|b| b.set_default("stripe_api_url", "https://api.stripe.com"))
        .and_then(|b| b.set_default("google_issuer", OpenIdSettings::GOOGLE))
        .and_then(|b| b.set_default("microsoft_issuer", OpenIdSettings::MICROSOFT))
        .and_then(|b| b.set_default("model_url", ClaudeSettings::BASE_URL))
        .and_then(|b| b.set_default("model_fast", "claude-haiku-4-5"))
        .and_then(|b| b.set_default("model_deep", "claude-sonnet-4-5"))
        .and_then(|b| b.set_default("model_always_deep", vec!["diagnosis", "suggested_fix", "escalation"]))
        .and_then(|b| b.set_default("model_fast_above", u64::from(ModelTiers::FAST_ABOVE)))
        .and_then(|b| b.set_default("model_deadline_seconds", 45))
        .and_then(|b| b.set_default("model_daily_tokens", 2_000_000))
        .and_then(|b| b.set_default("voyage_url", VoyageSettings::BASE_URL))
        .and_then(|b| b.set_default("voyage_model", VoyageSettings::MODEL))
        .and_then(|b| b.set_default("uploads_s3_region", "us-east-1"))
        .and_then(|b| b.set_default("uploads_quota_mb", 2_048))
        .and_then(|b| b.set_default("credential_keys", Vec::<String>::new()))
        .and_then(|b| b.set_default("channel_hosts", Vec::<String>::new()))
        .and_then(|b| b.set_default("workers", 0))
        .and_then(|b| b.set_default("log_format", "text"))
        .and_then(|b| b.set_default("log_filter", "info"))
        .and_then(|b| b.set_default("demo", false))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn unreadable(error: config::ConfigError) -> ConfigError {
    ConfigError::Unreadable(error.to_string())
}

/// Whether it is an https:// scheme and a host, perhaps with a port, and nothing more.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or_default();
    !host.is_empty()
        && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c))
        && !host.starts_with(':')
}

/// The built-in value of each setting that has one, as text, for the generated reference.
///
/// # Errors
/// Never in practice: they are written in the code.
pub fn built_in_values() -> Result<BTreeMap<String, String>, ConfigError> {
    let values: BTreeMap<String, config::Value> = built_in()
        .and_then(config::ConfigBuilder::<config::builder::DefaultState>::build)
        .and_then(config::Config::try_deserialize)
        .map_err(unreadable)?;
    Ok(values.into_iter().map(|(name, value)| (name, value.to_string())).collect())
}

impl Config {
    /// The folder of files in `data_dir`.
    pub const UPLOADS_FOLDER: &str = "uploads";
    /// The SQLite file's name in `data_dir`.
    pub const DEFAULT_FILE: &str = "resolutionflow.sqlite";

    /// Reads all sources.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        let file = overrides.config_file.as_deref().unwrap_or(Path::new("resolutionflow.toml"));
        let mut builder = built_in()
            .map_err(unreadable)?
            .add_source(config::File::from(file).required(overrides.config_file.is_some()))
            .add_source(
                config::Environment::with_prefix("RESOLUTIONFLOW")
                    .prefix_separator("_")
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("cors_origins")
                    .with_list_parse_key("model_always_deep")
                    .with_list_parse_key("channel_hosts")
                    .with_list_parse_key("credential_keys")
                    .with_list_parse_key("stripe_webhook_secrets")
                    .with_list_parse_key("trusted_proxies"),
            );
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        let given = [
            ("data_dir", overrides.data_dir.as_ref().map(text)),
            ("database_url", overrides.database_url.clone()),
            ("admin_database_url", overrides.admin_database_url.clone()),
            ("listen", overrides.listen.map(|listen| listen.to_string())),
            ("demo", overrides.demo.then(|| "true".to_owned())),
        ];
        for (name, value) in given {
            builder = builder.set_override_option(name, value).map_err(unreadable)?;
        }
        let config: Self = builder.build().and_then(config::Config::try_deserialize).map_err(unreadable)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |setting, reason: &str| Err(ConfigError::Refused { setting, reason: reason.to_owned() });
        let mut policy = Checks::new();
        let (idle, absolute) = (self.session_idle_minutes_default, self.session_absolute_minutes_default);
        SessionPolicy::check(Some(idle), Some(absolute), SessionPolicyDefaults::default(), &mut policy);
        if let Err(failure) = policy.finish() {
            return refuse("session_idle_minutes_default", &failure.detail.to_string());
        }
        if !(4..=16).contains(&self.bcrypt_cost) {
            return refuse("bcrypt_cost", "must be between 4 and 16; 12 is right for most machines");
        }
        if self.password_workers == 0 {
            return refuse("password_workers", "must be at least 1");
        }
        if self.token_secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < 32) {
            return refuse(
                "token_secret",
                "must have at least 32 bytes; `openssl rand -base64 48` makes a good one",
            );
        }
        if !self.public_url.starts_with("http://") && !self.public_url.starts_with("https://") {
            return refuse("public_url", "must begin with http:// or https://");
        }
        if self.stripe_secret_key.is_some() && self.stripe_webhook_secrets.is_empty() {
            return refuse(
                "stripe_webhook_secrets",
                "must be set with stripe_secret_key: without it no payment would ever be noticed",
            );
        }
        if self.google_client_id.is_some() != self.google_client_secret.is_some() {
            return refuse("google_client_secret", "must be set with google_client_id, and only with it");
        }
        if self.microsoft_client_id.is_some() != self.microsoft_client_secret.is_some() {
            return refuse(
                "microsoft_client_secret",
                "must be set with microsoft_client_id, and only with it",
            );
        }
        if let Some(url) = &self.uploads_url {
            let is_bucket = Url::parse(url).is_ok_and(|url| {
                url.scheme() == "s3" && url.has_host() && url.query().is_none() && url.username().is_empty()
            });
            if !is_bucket {
                return refuse("uploads_url", "must be s3://bucket or s3://bucket/folder");
            }
            if self.uploads_s3_key_id.is_none() || self.uploads_s3_secret.is_none() {
                return refuse(
                    "uploads_s3_secret",
                    "must be set with uploads_url, and uploads_s3_key_id as well",
                );
            }
        }
        if let Some(endpoint) = &self.uploads_s3_endpoint
            && !Url::parse(endpoint)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        {
            return refuse("uploads_s3_endpoint", "must begin with http:// or https://");
        }
        if self.uploads_quota_mb == 0 {
            return refuse("uploads_quota_mb", "must be at least 1");
        }
        if self.smtp_url.is_some() && self.mail_from.is_none() {
            return refuse("mail_from", "must be set with smtp_url, such as ResolutionFlow <rf@example.com>");
        }
        if let Some(unknown) = self.model_always_deep.iter().find(|name| StepKind::from_name(name).is_none())
        {
            let known = StepKind::ALL.map(StepKind::as_str).join(", ");
            return refuse("model_always_deep", &format!("has {unknown:?}, which is none of {known}"));
        }
        let is_host = |host: &String| {
            let host = host.strip_prefix('.').unwrap_or(host);
            host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
        };
        if let Some(odd) = self.channel_hosts.iter().find(|host| !is_host(host)) {
            return refuse(
                "channel_hosts",
                &format!("has {odd:?}, which is no host, such as hooks.chat.example"),
            );
        }
        if self.model_fast_above > 100 {
            return refuse("model_fast_above", "must be 0 to 100, percent");
        }
        if !(5..=120).contains(&self.model_deadline_seconds) {
            return refuse("model_deadline_seconds", "must be 5 to 120");
        }
        if self.environment == Environment::Production {
            let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
            let is_local = local.iter().any(|host| self.model_url.starts_with(host));
            if self.model_api_key.is_some() && !self.model_url.starts_with("https://") && !is_local {
                return refuse(
                    "model_url",
                    "must be an https:// address in production, or one of this machine",
                );
            }
            let is_local = local.iter().any(|host| self.voyage_url.starts_with(host));
            if self.voyage_api_key.is_some() && !self.voyage_url.starts_with("https://") && !is_local {
                return refuse(
                    "voyage_url",
                    "must be an https:// address in production, or one of this machine",
                );
            }
            if !self.stripe_api_url.starts_with("https://") {
                return refuse("stripe_api_url", "must be an https:// address in production");
            }
            if !self.google_issuer.starts_with("https://") {
                return refuse("google_issuer", "must be an https:// address in production");
            }
            if !self.microsoft_issuer.starts_with("https://") {
                return refuse("microsoft_issuer", "must be an https:// address in production");
            }
            let clear = |url: &SecretString| {
                let url = url.expose_secret();
                !url.starts_with("smtps://") && !url.ends_with("tls=required")
            };
            if self.smtp_url.as_ref().is_some_and(clear) {
                return refuse(
                    "smtp_url",
                    "must use TLS in production: smtps://, or smtp:// with ?tls=required at its end",
                );
            }
            if self.token_secret.is_none() {
                return refuse("token_secret", "must be set in production");
            }
            let distinct = self.token_secret.iter().flat_map(|secret| secret.expose_secret().bytes());
            if distinct.collect::<BTreeSet<_>>().len() < 10 {
                return refuse("token_secret", "can be guessed; `openssl rand -base64 48` makes a good one");
            }
            if !self.public_url.starts_with("https://") {
                return refuse("public_url", "must be an https:// address in production");
            }
            if !is_origin(self.public_url.trim_end_matches('/')) {
                return refuse("public_url", "must be https:// with a host and nothing more");
            }
            if self.credential_keys.is_empty() {
                return refuse(
                    "credential_keys",
                    "must be set in production; `openssl rand -base64 32 | tr '+/' '-_'` makes one",
                );
            }
            for (name, simulator) in
                [("psa_simulator", self.psa_simulator), ("halo_simulator", self.halo_simulator)]
            {
                if simulator.is_some() {
                    return refuse(name, "the simulator has published keys; not in production");
                }
            }
            if self.channel_simulator.is_some() {
                return refuse(
                    "channel_simulator",
                    "everybody on this machine reads what it is told; not in production",
                );
            }
            if self.demo {
                return refuse("demo", "the demo account has a published password; not in production");
            }
            if self.bcrypt_cost < 12 {
                return refuse("bcrypt_cost", "must be at least 12 in production");
            }
            if !self.cors_origins.iter().all(|origin| is_origin(origin)) {
                return refuse("cors_origins", "must be exact https:// origins in production");
            }
        }
        if self.cors_origins.iter().any(|origin| origin.contains('*')) {
            return refuse(
                "cors_origins",
                "must be exact origins; a wildcard would let any page call the API",
            );
        }
        Ok(())
    }

    /// The database to use.
    #[must_use]
    pub fn effective_database_url(&self) -> SecretString {
        self.database_url.clone().unwrap_or_else(|| {
            format!("sqlite://{}", self.data_dir.join(Self::DEFAULT_FILE).display()).into()
        })
    }

    /// The folder of files, where they are not in a bucket.
    #[must_use]
    pub fn uploads_folder(&self) -> Option<PathBuf> {
        self.uploads_url.is_none().then(|| self.data_dir.join(Self::UPLOADS_FOLDER))
    }

    /// Whether the database is the SQLite file in `data_dir`.
    #[must_use]
    pub const fn uses_default_file(&self) -> bool {
        self.database_url.is_none() && self.admin_database_url.is_none()
    }

    /// Whether cookies travel over https only.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("resolutionflow.toml");
        std::fs::write(&file, toml).unwrap();
        let overrides = Overrides { config_file: Some(file), ..Overrides::default() };
        Config::load(&overrides).map_err(|error| error.to_string())
    }

    #[test]
    fn the_built_in_values_are_safe_and_enough() {
        let config = load("").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8000");
        assert!(config.effective_database_url().expose_secret().ends_with("data/resolutionflow.sqlite"));
        assert_eq!((config.bcrypt_cost, config.demo), (12, false));
    }

    #[test]
    fn an_unsafe_production_is_refused_by_the_setting_s_name() {
        let good = "environment='production'\ntoken_secret='0123456789012345678901234567890123456789'\n\
                    public_url='https://rf.example'\n\
                    credential_keys=['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=']\n";
        load(good).unwrap();
        for (line, setting) in [
            ("demo=true", "demo"),
            ("bcrypt_cost=10", "bcrypt_cost"),
            ("cors_origins=['*']", "cors_origins"),
            ("cors_origins=['http://x.example']", "cors_origins"),
            ("smtp_url='smtps://mail.example'", "mail_from"),
            ("smtp_url='smtp://mail.example'\nmail_from='rf@rf.example'", "smtp_url"),
            ("session_idle_minutes_default=1", "session_idle_minutes_default"),
            ("psa_simulator='127.0.0.1:8025'", "psa_simulator"),
            ("halo_simulator='127.0.0.1:8026'", "halo_simulator"),
            ("channel_simulator='127.0.0.1:8026'", "channel_simulator"),
            ("channel_hosts=['https://hooks.chat.example']", "channel_hosts"),
            ("stripe_secret_key='sk'", "stripe_webhook_secrets"),
            ("stripe_api_url='http://pay.example'", "stripe_api_url"),
            ("model_api_key='k'\nmodel_url='http://model.example'", "model_url"),
            ("voyage_api_key='k'\nvoyage_url='http://voyage.example'", "voyage_url"),
            ("uploads_url='https://bucket.example'", "uploads_url"),
            ("uploads_url='s3://bucket'", "uploads_s3_secret"),
            ("uploads_s3_endpoint='minio'", "uploads_s3_endpoint"),
            ("uploads_quota_mb=0", "uploads_quota_mb"),
            ("model_always_deep=['everything']", "model_always_deep"),
            ("model_deadline_seconds=600", "model_deadline_seconds"),
        ] {
            let error = load(&format!("{good}{line}\n")).unwrap_err();
            assert!(error.contains(setting), "{line}: {error}");
        }
        let error = load("environment='production'\npublic_url='https://rf.example'").unwrap_err();
        assert!(error.contains("token_secret"), "{error}");
        let secret = "environment='production'\ntoken_secret='0123456789012345678901234567890123456789'\n";
        let error = load(secret).unwrap_err();
        assert!(error.contains("public_url"), "{error}");
        let error = load(&format!("{secret}public_url='https://rf.example'")).unwrap_err();
        assert!(error.contains("credential_keys"), "{error}");
    }

    #[test]
    fn a_wrong_key_or_type_names_itself() {
        assert!(load("lissten='x'").unwrap_err().contains("lissten"));
        assert!(load("listen='nowhere'").unwrap_err().contains("listen"));
        assert!(load("token_secret='short'").unwrap_err().contains("token_secret"));
    }
}
