//! The application: ports, settings and the two ways to open a unit.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use rf_accounts::{IdentityProvider, OauthProvider, Payments};
use rf_auth_policy::{SessionPolicyDefaults, TokenKeys};
use rf_events::{BusLimits, EventBus, EventSignal};
use rf_flowpilot::retrieval::Embedder;
use rf_kernel::{AccountId, Clock, Ctx, IdSource, RequestId, Timestamp};
use rf_notifications::{ChannelPoster, Mailer};
use rf_psa::PsaProviders;
use rf_store::{Store, UnitOfWork};
use rf_uploads::BlobStore;
use rf_vault::Vault;
use tokio::sync::Notify;

use crate::{Model, PasswordHasher, assistant::KnownLibraries, pilot::FlowIndexes};

/// The configured providers.
pub type IdentityProviders = BTreeMap<OauthProvider, Arc<dyn IdentityProvider>>;

/// Settings of the use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long sign-ins last where the account does not say.
    pub session_policy: SessionPolicyDefaults,
    /// Whether anybody may register an account.
    pub signup_enabled: bool,
    /// The address people use; all links begin with it, whatever a request says.
    pub public_url: String,
    /// Bytes of files an account may keep.
    pub upload_quota_bytes: u64,
}

/// What an [`App`] is made of.
pub struct AppParts {
    /// Where data is kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn IdSource>,
    /// What tokens are signed with.
    pub keys: TokenKeys,
    /// What seals credentials at rest.
    pub vault: Vault,
    /// How passwords are hashed.
    pub passwords: PasswordHasher,
    /// What sends mails; without it they are kept for the site admin to read.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// What posts into channels of chats.
    pub chat: Arc<dyn ChannelPoster>,
    /// Whom people can sign in with.
    pub identity_providers: IdentityProviders,
    /// Who takes payments; `None` where nothing is sold.
    pub payments: Option<Arc<dyn Payments>>,
    /// Who runs a model for the copilot; it works without one.
    pub model: Option<Model>,
    /// Who makes vectors of texts; what is looked for is found by its words without.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Where the bytes of files are.
    pub blobs: Arc<dyn BlobStore>,
    /// Makes the way to a PSA.
    pub psa_providers: Arc<dyn PsaProviders>,
    /// Settings.
    pub settings: Settings,
}

/// Every use case of the product.
pub struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) keys: TokenKeys,
    pub(crate) vault: Vault,
    pub(crate) passwords: PasswordHasher,
    pub(crate) mailer: Option<Arc<dyn Mailer>>,
    pub(crate) chat: Arc<dyn ChannelPoster>,
    pub(crate) identity_providers: IdentityProviders,
    pub(crate) payments: Option<Arc<dyn Payments>>,
    pub(crate) model: Option<Model>,
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) psa_providers: Arc<dyn PsaProviders>,
    pub(crate) settings: Settings,
    pub(crate) flow_indexes: FlowIndexes,
    pub(crate) known_libraries: KnownLibraries,
    work_added: Arc<Notify>,
    pub(crate) events: EventBus,
    pub(crate) events_added: Notify,
    pub(crate) event_signal: Option<Arc<dyn EventSignal>>,
    /// All events up to this number have been handed to those who listen; `None` before anybody did.
    pub(crate) relayed: Mutex<Option<i64>>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("store", &self.store.kind()).finish_non_exhaustive()
    }
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: AppParts) -> Self {
        let AppParts {
            store,
            clock,
            ids,
            keys,
            vault,
            passwords,
            mailer,
            chat,
            identity_providers,
            payments,
            model,
            embedder,
            blobs,
            psa_providers,
            settings,
        } = parts;
        Self {
            store,
            clock,
            ids,
            keys,
            vault,
            passwords,
            mailer,
            chat,
            identity_providers,
            payments,
            model,
            embedder,
            blobs,
            psa_providers,
            settings,
            flow_indexes: FlowIndexes::default(),
            known_libraries: KnownLibraries::default(),
            work_added: Arc::new(Notify::new()),
            events: EventBus::default(),
            events_added: Notify::new(),
            event_signal: None,
            relayed: Mutex::default(),
        }
    }

    /// Tells other servers of events by that, and hears of theirs; without it they look from time to time.
    #[must_use]
    pub fn with_event_signal(mut self, signal: Arc<dyn EventSignal>) -> Self {
        self.event_signal = Some(signal);
        self
    }

    /// Holds as many who listen as that says.
    #[must_use]
    pub fn with_bus_limits(mut self, limits: BusLimits) -> Self {
        self.events = EventBus::new(limits);
        self
    }

    /// Is notified whenever a unit that added jobs has been committed, so that nobody waits for the next look at
    /// the queue.
    #[must_use]
    pub fn work_added(&self) -> Arc<Notify> {
        Arc::clone(&self.work_added)
    }

    /// Keeps what the unit wrote, and wakes who runs jobs and who publishes events if there are new ones.
    ///
    /// # Errors
    /// What the store says; nothing is kept then.
    pub async fn commit(&self, unit: Box<dyn UnitOfWork>) -> Result<(), rf_kernel::StoreError> {
        let (has_new_jobs, has_new_events) = (unit.has_new_jobs(), unit.has_new_events());
        unit.commit().await?;
        if has_new_jobs {
            self.work_added.notify_one();
        }
        if has_new_events {
            self.events_added.notify_one();
        }
        Ok(())
    }

    /// Whether the copilot can ask a model.
    #[must_use]
    pub const fn has_model(&self) -> bool {
        self.model.is_some()
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id, for a request or anything else.
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> T {
        self.ids.new_id().into()
    }

    /// The password hasher, for its counters.
    #[must_use]
    pub const fn passwords(&self) -> &PasswordHasher {
        &self.passwords
    }

    /// Answers when the store can.
    ///
    /// # Errors
    /// What the store says.
    pub async fn ready(&self) -> Result<(), rf_kernel::StoreError> {
        self.store.ping().await
    }

    /// Which store is behind it.
    #[must_use]
    pub fn store_kind(&self) -> &'static str {
        self.store.kind()
    }

    pub(crate) fn ctx(&self, request_id: RequestId) -> Ctx {
        Ctx { now: self.clock.now(), request_id }
    }

    /// Audit entries of an account with that action, newest first.
    ///
    /// # Errors
    /// What the store says.
    pub async fn audit_entries(
        &self,
        account: AccountId,
        action: &str,
    ) -> Result<Vec<rf_audit::AuditEntry>, rf_kernel::StoreError> {
        let mut unit = self.store.begin(rf_store::Access::read(account)).await?;
        unit.audit_entries(account, action, 100).await
    }
}
