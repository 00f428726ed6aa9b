//! Builders for tests: an application over any store, a clock that is set by hand, people to sign in as.
#![warn(missing_docs)]
#![allow(clippy::expect_used, reason = "a panic is a failed test")]

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use rf_accounts::{Account, Email, Payments, Plan, Subscription, Team, User};
use rf_auth_policy::{Role, SessionPolicyDefaults, TokenKey, TokenKeys};
use rf_blobs::Blobs;
use rf_channel_webhooks::ChannelWebhooks;
use rf_flowpilot::retrieval::Embedder;
use rf_kernel::{AccountId, Clock, RequestId, TeamId, Timestamp, UserId};
use rf_notifications::{ChannelPoster, Mailer};
use rf_psa::{PsaProviders, PsaVendor};
use rf_psa_http::Ways;
use rf_store::{Access, Store};
use rf_store_memory::MemoryStore;
use rf_uploads::BlobStore;
use rf_usecases::{
    App, AppParts, Caller, IdentityProviders, Model, PasswordHasher, PasswordSettings, RandomIds, Settings,
    SignIn, SignedIn,
};
use rf_vault::Vault;
use uuid::Uuid;

mod redis;

pub use redis::RedisServer;

/// Everybody's password.
pub const PASSWORD: &str = "a long enough password";

/// Where people use the product, as mails say it.
pub const PUBLIC_URL: &str = "https://desk.example";

/// A clock that stands still until it is told.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at 2026-11-23T14:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicI64::new(1_795_442_400))
    }

    /// Moves on.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Stands at that Unix second.
    pub fn set(&self, unix: i64) {
        self.0.store(unix, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).expect("a second chrono knows")
    }
}

/// An application for a test.
#[derive(Debug)]
pub struct TestApp {
    /// The application.
    pub app: Arc<App>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
}

/// A person in a test, signed in.
#[derive(Debug)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their account.
    pub account_id: AccountId,
    /// Their sign-in name.
    pub email: String,
    /// Their tokens.
    pub tokens: SignedIn,
    /// Them as the caller of a use case.
    pub caller: Caller,
}

/// What tests seal with: one key for all, so that two applications over one store open the same credentials.
///
/// # Panics
/// Never: the key is one.
#[must_use]
pub fn vault() -> Vault {
    Vault::new(&["cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=".into()]).expect("a key")
}

/// Signing keys for tests.
#[must_use]
pub fn token_keys() -> TokenKeys {
    let key = TokenKey { id: "test".into(), secret: "a-test-secret-of-more-than-32-bytes!".into() };
    TokenKeys::new(vec![key]).expect("a key that is long enough")
}

/// The ways to PSAs for tests: to the simulator at that address, and else to the public network alone.
#[must_use]
pub fn psa_providers(simulator: Option<SocketAddr>) -> Arc<dyn PsaProviders> {
    let ways = Ways::new(simulator).with(PsaVendor::ConnectWise, rf_psa_connectwise::way);
    Arc::new(ways.with(PsaVendor::Halo, rf_psa_halo::way))
}

/// What posts into channels in tests: to the simulator at that address, and else to the public network alone.
#[must_use]
pub fn chat(simulator: Option<SocketAddr>) -> Arc<dyn ChannelPoster> {
    Arc::new(ChannelWebhooks::new(Vec::new(), simulator))
}

/// Where the bytes of files are in tests: in memory.
#[must_use]
pub fn blobs() -> Arc<dyn BlobStore> {
    Arc::new(Blobs::in_memory())
}

/// The same, in a folder.
///
/// # Panics
/// Where there can be none.
#[must_use]
pub fn blobs_in(folder: &Path) -> Arc<dyn BlobStore> {
    Arc::new(Blobs::in_folder(folder).expect("a folder"))
}

/// Settings for tests: registration is open, and links lead to [`PUBLIC_URL`].
#[must_use]
pub fn settings() -> Settings {
    Settings {
        session_policy: SessionPolicyDefaults::default(),
        signup_enabled: true,
        public_url: PUBLIC_URL.into(),
        upload_quota_bytes: 64 * 1_024 * 1_024,
    }
}

impl TestApp {
    /// Over a fresh store in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::over(Arc::new(MemoryStore::new()))
    }

    /// Over that store, with the cheapest password hashing there is.
    #[must_use]
    pub fn over(store: Arc<dyn Store>) -> Self {
        Self::build(store, Outside::default(), settings())
    }

    /// The same, with a model for the copilot.
    #[must_use]
    pub fn with_model(store: Arc<dyn Store>, model: Model) -> Self {
        Self::build(store, Outside { model: Some(model), ..Outside::default() }, settings())
    }

    /// The same, with a maker of vectors.
    #[must_use]
    pub fn with_embedder(store: Arc<dyn Store>, embedder: Arc<dyn Embedder>) -> Self {
        Self::build(store, Outside { embedder: Some(embedder), ..Outside::default() }, settings())
    }

    /// The same, where somebody may take payments.
    #[must_use]
    pub fn with_payments(store: Arc<dyn Store>, payments: Option<Arc<dyn Payments>>) -> Self {
        Self::build(store, Outside { payments, ..Outside::default() }, settings())
    }

    /// The same, with something that sends mails.
    #[must_use]
    pub fn with_mailer(store: Arc<dyn Store>, mailer: Arc<dyn Mailer>) -> Self {
        Self::build(store, Outside { mailer: Some(mailer), ..Outside::default() }, settings())
    }

    /// The same, with somebody to sign in with, and settings of the test's own.
    #[must_use]
    pub fn with_identity_providers(
        store: Arc<dyn Store>,
        identity_providers: IdentityProviders,
        settings: Settings,
    ) -> Self {
        Self::build(store, Outside { identity_providers, ..Outside::default() }, settings)
    }

    /// The same, where a ConnectWise simulator listens on this machine.
    #[must_use]
    pub fn with_psa(store: Arc<dyn Store>, simulator: SocketAddr) -> Self {
        Self::build(store, Outside { simulator: Some(simulator), ..Outside::default() }, settings())
    }

    /// The same, with something else that posts into channels.
    #[must_use]
    pub fn with_chat(store: Arc<dyn Store>, chat: Arc<dyn ChannelPoster>) -> Self {
        Self::build(store, Outside { chat: Some(chat), ..Outside::default() }, settings())
    }

    /// The same, with another place for the bytes of files, and settings of the test's own.
    #[must_use]
    pub fn with_blobs(store: Arc<dyn Store>, blobs: Arc<dyn BlobStore>, settings: Settings) -> Self {
        Self::build(store, Outside { blobs: Some(blobs), ..Outside::default() }, settings)
    }

    fn build(store: Arc<dyn Store>, outside: Outside, settings: Settings) -> Self {
        let Outside { payments, mailer, chat, identity_providers, model, embedder, blobs, simulator } =
            outside;
        let clock = Arc::new(ManualClock::new());
        let passwords = PasswordSettings { cost: 4, parallel: 2, queue: 1_000 };
        let app = App::new(AppParts {
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(RandomIds),
            keys: token_keys(),
            vault: vault(),
            passwords: PasswordHasher::new(passwords).expect("a cost bcrypt knows"),
            payments,
            mailer,
            chat: chat.unwrap_or_else(|| self::chat(None)),
            identity_providers,
            model,
            embedder,
            blobs: blobs.unwrap_or_else(self::blobs),
            psa_providers: psa_providers(simulator),
            settings,
        });
        Self { app: Arc::new(app), clock }
    }
}

/// What of the outside world is there; nothing, by default.
#[derive(Default)]
struct Outside {
    payments: Option<Arc<dyn Payments>>,
    mailer: Option<Arc<dyn Mailer>>,
    chat: Option<Arc<dyn ChannelPoster>>,
    identity_providers: IdentityProviders,
    model: Option<Model>,
    embedder: Option<Arc<dyn Embedder>>,
    blobs: Option<Arc<dyn BlobStore>>,
    simulator: Option<SocketAddr>,
}

/// An account with people, made past the use cases that would limit it.
#[derive(Clone, Debug)]
pub struct AccountBuilder {
    account: Account,
    plan: Plan,
}

impl AccountBuilder {
    /// An account on the pro plan.
    #[must_use]
    pub fn new(app: &TestApp, name: &str) -> Self {
        let account = Account {
            id: app.app.new_id(),
            name: name.into(),
            session_idle_minutes: None,
            session_absolute_minutes: None,
            requires_second_factor: false,
            created_at: app.clock.now(),
        };
        Self { account, plan: Plan::Pro }
    }

    /// On that plan.
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plan = plan;
        self
    }

    /// With its own limits for sign-ins, minutes.
    #[must_use]
    pub fn session_policy(mut self, idle: Option<i64>, absolute: Option<i64>) -> Self {
        self.account.session_idle_minutes = idle;
        self.account.session_absolute_minutes = absolute;
        self
    }

    /// Keeps it.
    pub async fn create(self, app: &TestApp, store: &dyn Store) -> TestAccount {
        let mut unit = store.begin(Access::system_write()).await.expect("a unit");
        unit.insert_account(&self.account).await.expect("the account");
        let (id, begun) = (app.app.new_id(), self.account.created_at);
        let subscription = Subscription::begin(id, self.account.id, self.plan, begun);
        unit.insert_subscription(&subscription).await.expect("the subscription");
        unit.commit().await.expect("a commit");
        TestAccount { id: self.account.id, name: self.account.name }
    }
}

/// An account that is kept.
#[derive(Clone, Debug)]
pub struct TestAccount {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
}

impl TestAccount {
    /// Adds a team.
    pub async fn team(&self, app: &TestApp, store: &dyn Store, name: &str) -> TeamId {
        let team = Team {
            id: app.app.new_id(),
            account_id: self.id,
            name: name.into(),
            created_at: app.clock.now(),
        };
        let mut unit = store.begin(Access::system_write()).await.expect("a unit");
        unit.insert_team(&team).await.expect("the team");
        unit.commit().await.expect("a commit");
        team.id
    }

    /// Adds a person with that role and team, and signs them in.
    pub async fn person(
        &self,
        app: &TestApp,
        store: &dyn Store,
        name: &str,
        role: Role,
        team_id: Option<TeamId>,
    ) -> Person {
        let email = format!("{}.{}@example.test", name.to_lowercase(), self.id);
        let password_hash = app.app.passwords().hash(&PASSWORD.into()).await.expect("a hash");
        let user = User {
            id: app.app.new_id(),
            account_id: self.id,
            team_id,
            email: Email::parse(&email).expect("an address"),
            name: name.into(),
            role,
            is_super_admin: false,
            is_active: true,
            deleted_at: None,
            email_verified_at: Some(app.clock.now()),
            password_hash: Some(password_hash),
            last_login: None,
            created_at: app.clock.now(),
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        };
        let mut unit = store.begin(Access::system_write()).await.expect("a unit");
        unit.insert_user(&user).await.expect("the person");
        unit.commit().await.expect("a commit");
        let sign_in = SignIn { email: email.clone(), password: PASSWORD.into() };
        let tokens = app.app.sign_in(sign_in, RequestId(Uuid::nil())).await.expect("a sign-in");
        let caller =
            app.app.authenticate(&tokens.access_token, RequestId(Uuid::nil())).expect("a genuine token");
        Person { id: user.id, account_id: self.id, email, tokens, caller }
    }
}
