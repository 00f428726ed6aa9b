//! Adapters into the application.

use std::{fs, io, net::SocketAddr, path::PathBuf, sync::Arc};

use rf_auth_policy::SessionPolicyDefaults;
use rf_blobs::{BlobSetupError, Blobs, S3Settings};
use rf_bus_redis::{RedisSignal, RedisUrlError};
use rf_channel_webhooks::ChannelWebhooks;
use rf_embed_voyage::VoyageError;
use rf_kernel::{Clock, Failure, IdSource, StoreError};
use rf_llm_claude::ClaudeError;
use rf_mail_smtp::{SmtpError, SmtpMailer};
use rf_notifications::Mailer;
use rf_psa::PsaVendor;
use rf_psa_http::Ways;
use rf_store::Store;
use rf_store_memory::MemoryStore;
use rf_store_sql::{ConnectError, RoleError, SqlOptions, SqlStore};
use rf_uploads::BlobStore;
use rf_usecases::{
    App, AppParts, PasswordHasher, PasswordSettings, RandomIds, Settings, SystemClock, job_handlers,
};
use rf_vault::Vault;
use rf_worker::{Worker, WorkerSettings};
use secrecy::ExposeSecret;
use url::Url;

use crate::{
    Config, KeyError,
    identity_providers::identity_providers,
    keys::{throwaway_secret, token_keys, vault},
    model::{embedder, model},
    payments::payments,
};

/// Why the application did not start.
#[derive(Debug, thiserror::Error)]
pub enum WiringError {
    /// The database cannot be used; says what to do.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Schema(#[source] StoreError),
    /// A later version of the product has been here.
    #[error(
        "the database has the schema {0}, which is newer than this version of rf knows: start the newer version, or \
         restore the backup made before the upgrade"
    )]
    SchemaNewer(String),
    /// Row-level security would not hold.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// The data folder cannot be made.
    #[error("the data folder {0} cannot be made: {1}")]
    DataDir(PathBuf, io::Error),
    /// The signing key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// bcrypt refused the cost.
    #[error("the setting bcrypt_cost is refused: {0}")]
    Password(String),
    /// Mails cannot be sent with these settings.
    #[error("the mail settings are refused: {0}")]
    Mail(#[from] SmtpError),
    /// The payment provider cannot be talked to.
    #[error("the payment provider cannot be talked to: {0}")]
    Payments(String),
    /// Nobody could sign in with that provider.
    #[error("sign-in with {0} cannot be set up: {1}")]
    IdentityProvider(&'static str, String),
    /// The model's provider cannot be talked to.
    #[error("the model cannot be set up: {0}")]
    Model(#[from] ClaudeError),
    /// The maker of vectors cannot be talked to.
    #[error("the setting voyage_url is refused: {0}")]
    Voyage(#[from] VoyageError),
    /// Files cannot be kept.
    #[error("files cannot be kept (uploads_url): {0}")]
    Uploads(#[from] BlobSetupError),
    /// Servers cannot tell each other of events.
    #[error("the setting redis_url is refused: {0}")]
    Redis(#[from] RedisUrlError),
    /// The authority to trust for Redis cannot be read.
    #[error("the setting redis_ca_file is refused: {0}")]
    RedisAuthority(std::io::Error),
    /// What an installation starts with could not be written.
    #[error("the starting data could not be written: {0}")]
    Seed(Failure),
}

/// A started application.
#[derive(Debug)]
pub struct Started {
    /// The application.
    pub app: Arc<App>,
    /// Whether the starter flows are still those of an earlier start: to be brought up to date with
    /// [`App::load_starter_flows`], which reads them all and so takes longer than the rest of a start.
    pub has_older_flows: bool,
    /// What runs its jobs.
    pub worker: Worker,
}

/// Connects to the configured database.
///
/// # Errors
/// [`WiringError`].
pub async fn connect(config: &Config) -> Result<Arc<SqlStore>, WiringError> {
    if config.uses_default_file() {
        let dir = &config.data_dir;
        fs::create_dir_all(dir).map_err(|error| WiringError::DataDir(dir.clone(), error))?;
    }
    Ok(Arc::new(SqlStore::connect(&sql_options(config)).await?))
}

/// How the configured database is opened. A file that somebody names is not made unless they say so: a typing error in
/// its address would else be a new, empty installation.
pub(crate) fn sql_options(config: &Config) -> SqlOptions {
    let url = config.effective_database_url();
    let options = match &config.admin_database_url {
        Some(admin) => SqlOptions {
            app_url: Some(url.expose_secret().to_owned()),
            ..SqlOptions::new(admin.expose_secret())
        },
        None => SqlOptions::new(url.expose_secret()),
    };
    let create_if_missing = config.uses_default_file() || url.expose_secret().contains("mode=rwc");
    SqlOptions { max_connections: config.database_connections, create_if_missing, ..options }
}

/// Brings the database's schema up to date.
///
/// # Errors
/// [`WiringError`].
pub async fn migrate(store: &SqlStore) -> Result<(), WiringError> {
    if let Some(newer) = store.newer_schema().await.map_err(WiringError::Schema)? {
        return Err(WiringError::SchemaNewer(newer));
    }
    store.migrate().await.map_err(WiringError::Schema)?;
    store.check_roles().await?;
    Ok(())
}

/// Connects, migrates, and loads what a new installation starts with.
///
/// # Errors
/// [`WiringError`].
pub async fn start(config: &Config) -> Result<Started, WiringError> {
    start_at(config, Arc::new(SystemClock)).await
}

/// [`start`], with what time it is by that clock.
///
/// # Errors
/// [`WiringError`].
pub async fn start_at(config: &Config, clock: Arc<dyn Clock>) -> Result<Started, WiringError> {
    let store = connect(config).await?;
    migrate(&store).await?;
    let (app, worker) = application(config, store, clock, blobs(config)?)?;
    let has_older_flows = app.has_starter_flows().await.map_err(WiringError::Seed)?;
    if !has_older_flows {
        app.load_starter_flows().await.map_err(WiringError::Seed)?;
    }
    if config.demo {
        app.load_demo().await.map_err(WiringError::Seed)?;
    }
    Ok(Started { app, worker, has_older_flows })
}

/// An application over a store in memory, for work on a flow file that needs no database. Nothing outlives it.
///
/// # Errors
/// [`WiringError`].
pub async fn start_in_memory(config: &Config) -> Result<Started, WiringError> {
    let config = Config {
        token_secret: Some(throwaway_secret()),
        credential_keys: vec![Vault::generate_key()],
        bcrypt_cost: 4,
        ..config.clone()
    };
    let blobs = Arc::new(Blobs::in_memory());
    let (app, worker) = application(&config, Arc::new(MemoryStore::new()), Arc::new(SystemClock), blobs)?;
    app.load_starter_flows().await.map_err(WiringError::Seed)?;
    app.load_demo().await.map_err(WiringError::Seed)?;
    Ok(Started { app, worker, has_older_flows: false })
}

fn application(
    config: &Config,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    blobs: Arc<dyn BlobStore>,
) -> Result<(Arc<App>, Worker), WiringError> {
    let passwords = PasswordSettings {
        cost: config.bcrypt_cost,
        parallel: config.password_workers,
        ..PasswordSettings::default()
    };
    let app = App::new(AppParts {
        store: Arc::clone(&store),
        clock,
        ids: Arc::new(RandomIds),
        keys: token_keys(config)?,
        passwords: PasswordHasher::new(passwords)
            .map_err(|error| WiringError::Password(error.to_string()))?,
        mailer: mailer(config)?,
        chat: Arc::new(ChannelWebhooks::new(config.channel_hosts.clone(), config.channel_simulator)),
        identity_providers: identity_providers(config)?,
        payments: payments(config)?,
        model: model(config)?,
        vault: vault(config)?,
        embedder: embedder(config)?,
        blobs,
        psa_providers: Arc::new(psa_ways([config.psa_simulator, config.halo_simulator])),
        settings: Settings {
            session_policy: SessionPolicyDefaults {
                idle_minutes: config.session_idle_minutes_default,
                absolute_minutes: config.session_absolute_minutes_default,
            },
            signup_enabled: config.signup_enabled,
            public_url: config.public_url.clone(),
            upload_quota_bytes: config.uploads_quota_mb.saturating_mul(1_024 * 1_024),
        },
    });
    let app = Arc::new(match &config.redis_url {
        Some(url) => {
            let authority = config.redis_ca_file.as_ref().map(fs::read).transpose();
            let authority = authority.map_err(WiringError::RedisAuthority)?;
            app.with_event_signal(Arc::new(RedisSignal::new(url, authority, RandomIds.new_id())?))
        }
        None => app,
    });
    let worker = Worker::new(store, Arc::new(RandomIds), job_handlers(&app), WorkerSettings::default())
        .woken_by(app.work_added());
    Ok((app, worker))
}

/// Where files are kept.
fn blobs(config: &Config) -> Result<Arc<dyn BlobStore>, BlobSetupError> {
    let Some(url) = &config.uploads_url else {
        return Ok(Arc::new(Blobs::in_folder(&config.data_dir.join(Config::UPLOADS_FOLDER))?));
    };
    let url = Url::parse(url).map_err(|error| BlobSetupError::Bucket(error.to_string()))?;
    Ok(Arc::new(Blobs::in_bucket(&S3Settings {
        url,
        region: config.uploads_s3_region.clone(),
        endpoint: config.uploads_s3_endpoint.clone(),
        key_id: config.uploads_s3_key_id.clone().unwrap_or_default(),
        secret: config.uploads_s3_secret.clone().unwrap_or_default(),
    })?))
}

fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>, SmtpError> {
    let Some((url, from)) = config.smtp_url.as_ref().zip(config.mail_from.as_ref()) else { return Ok(None) };
    let read = |path| fs::read(path).map_err(|error| SmtpError::Ca(error.to_string()));
    let ca = config.smtp_ca_file.as_ref().map(read).transpose()?;
    Ok(Some(Arc::new(SmtpMailer::new(url, from, ca.as_deref())?)))
}

/// The ways to all PSAs there are. `simulators`: the addresses of this machine that may be talked to.
fn psa_ways(simulators: [Option<SocketAddr>; 2]) -> Ways {
    Ways::new(simulators.into_iter().flatten())
        .with(PsaVendor::ConnectWise, rf_psa_connectwise::way)
        .with(PsaVendor::Halo, rf_psa_halo::way)
}
