//! Two accounts with people of every role.

use std::{net::SocketAddr, sync::Arc};

use rf_accounts::{Email, Payments, Plan, User};
use rf_api::ServerOptions;
use rf_auth_policy::Role;
use rf_flowpilot::retrieval::Embedder;
use rf_kernel::{AccountId, Clock, RequestId, TeamId, Timestamp, UserId};
use rf_notifications::{ChannelPoster, Mailer};
use rf_store::{Access, Store};
use rf_test_support::{AccountBuilder, ManualClock, PASSWORD, Person, TestAccount, TestApp};
use rf_usecases::{
    App, AppParts, IdentityProviders, Model, PasswordHasher, PasswordSettings, RandomIds, Settings,
};
use uuid::Uuid;

use super::{Client, Database, TestServer, options};

/// A server with people to be. `north` is the account of most tests; `stranger` owns the other one.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) test: TestApp,
    pub(crate) database: Database,
    pub(crate) north: TestAccount,
    pub(crate) owner: Person,
    pub(crate) team_admin: Person,
    pub(crate) engineer: Person,
    pub(crate) colleague: Person,
    pub(crate) viewer: Person,
    pub(crate) stranger: Person,
    /// Where a ConnectWise simulator listens, if one does.
    simulator: Option<SocketAddr>,
}

/// What a person can be beside name and role.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewPerson {
    pub(crate) has_password: bool,
    pub(crate) is_active: bool,
    pub(crate) is_deleted: bool,
}

impl Default for NewPerson {
    fn default() -> Self {
        Self { has_password: true, is_active: true, is_deleted: false }
    }
}

impl World {
    pub(crate) async fn over(database: Database) -> Self {
        Self::with_options(database, options()).await
    }

    pub(crate) async fn with_options(database: Database, options: ServerOptions) -> Self {
        let test = TestApp::over(Arc::clone(&database.store));
        Self::of(test, database, options).await
    }

    /// Where somebody takes payments.
    pub(crate) async fn with_payments(database: Database, payments: Arc<dyn Payments>) -> Self {
        let test = TestApp::with_payments(Arc::clone(&database.store), Some(payments));
        Self::of(test, database, options()).await
    }

    /// Where the copilot can ask a model.
    pub(crate) async fn with_model(database: Database, model: Model) -> Self {
        let test = TestApp::with_model(Arc::clone(&database.store), model);
        Self::of(test, database, options()).await
    }

    /// Where something makes vectors.
    pub(crate) async fn with_embedder(database: Database, embedder: Arc<dyn Embedder>) -> Self {
        let test = TestApp::with_embedder(Arc::clone(&database.store), embedder);
        Self::of(test, database, options()).await
    }

    /// Where something sends mails.
    pub(crate) async fn with_mailer(database: Database, mailer: Arc<dyn Mailer>) -> Self {
        let test = TestApp::with_mailer(Arc::clone(&database.store), mailer);
        Self::of(test, database, options()).await
    }

    /// Where something posts into channels.
    pub(crate) async fn with_chat(database: Database, chat: Arc<dyn ChannelPoster>) -> Self {
        let test = TestApp::with_chat(Arc::clone(&database.store), chat);
        Self::of(test, database, options()).await
    }

    /// Where people sign in with providers.
    pub(crate) async fn with_identity_providers(
        database: Database,
        providers: IdentityProviders,
        signup_enabled: bool,
    ) -> Self {
        let settings = Settings { signup_enabled, ..rf_test_support::settings() };
        let test = TestApp::with_identity_providers(Arc::clone(&database.store), providers, settings);
        Self::of(test, database, options()).await
    }

    /// Where a ConnectWise simulator listens on this machine.
    pub(crate) async fn with_psa(database: Database, simulator: SocketAddr) -> Self {
        let test = TestApp::with_psa(Arc::clone(&database.store), simulator);
        let world = Self::of(test, database, options()).await;
        Self { simulator: Some(simulator), ..world }
    }

    async fn of(test: TestApp, database: Database, options: ServerOptions) -> Self {
        let server = TestServer::start(&test, options);
        let store = database.store.as_ref();
        let north = AccountBuilder::new(&test, "North").create(&test, store).await;
        let south = AccountBuilder::new(&test, "South").create(&test, store).await;
        let person =
            async |account: &TestAccount, name, role| account.person(&test, store, name, role, None).await;
        let owner = person(&north, "Olivia", Role::Owner).await;
        let team_admin = person(&north, "Tess", Role::TeamAdmin).await;
        let engineer = person(&north, "Eli", Role::Engineer).await;
        let colleague = person(&north, "Cora", Role::Engineer).await;
        let viewer = person(&north, "Vic", Role::Viewer).await;
        let stranger = person(&south, "Sam", Role::Owner).await;
        Self {
            server,
            test,
            database,
            north,
            owner,
            team_admin,
            engineer,
            colleague,
            viewer,
            stranger,
            simulator: None,
        }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.database.store.as_ref()
    }

    pub(crate) fn clock(&self) -> &ManualClock {
        &self.test.clock
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.test.clock.now()
    }

    /// Another server over the same data, with connections of its own and the same clock.
    pub(crate) async fn second_server(&self) -> TestServer {
        let (_, app) = self.another_app().await;
        let test = TestApp { app: Arc::new(app), clock: Arc::clone(&self.test.clock) };
        TestServer::start(&test, options())
    }

    /// Another application over the same data, with connections of its own and the same clock.
    pub(crate) async fn another_app(&self) -> (Arc<dyn Store>, App) {
        let store = self.database.connect_again().await;
        let parts = AppParts {
            store: Arc::clone(&store),
            clock: Arc::clone(&self.test.clock) as Arc<dyn Clock>,
            ids: Arc::new(RandomIds),
            keys: rf_test_support::token_keys(),
            vault: rf_test_support::vault(),
            passwords: PasswordHasher::new(PasswordSettings { cost: 4, ..PasswordSettings::default() })
                .expect("a cost bcrypt knows"),
            mailer: None,
            chat: rf_test_support::chat(None),
            identity_providers: Default::default(),
            payments: None,
            model: None,
            embedder: None,
            blobs: rf_test_support::blobs(),
            psa_providers: rf_test_support::psa_providers(self.simulator),
            settings: rf_test_support::settings(),
        };
        (store, App::new(parts))
    }

    /// Nobody in particular.
    pub(crate) fn anonymous(&self) -> Client {
        self.server.client()
    }

    /// That person, with the access token they got at the start.
    pub(crate) fn being(&self, person: &Person) -> Client {
        self.anonymous().with_token(&person.tokens.access_token)
    }

    pub(crate) fn owner(&self) -> Client {
        self.being(&self.owner)
    }

    pub(crate) fn engineer(&self) -> Client {
        self.being(&self.engineer)
    }

    pub(crate) fn colleague(&self) -> Client {
        self.being(&self.colleague)
    }

    pub(crate) fn viewer(&self) -> Client {
        self.being(&self.viewer)
    }

    pub(crate) fn stranger(&self) -> Client {
        self.being(&self.stranger)
    }

    /// That person with a fresh access token, after the clock was moved.
    pub(crate) async fn again(&self, person: &Person) -> Client {
        let sign_in = rf_usecases::SignIn { email: person.email.clone(), password: PASSWORD.into() };
        let tokens = self.test.app.sign_in(sign_in, RequestId(Uuid::nil())).await.expect("a sign-in");
        self.anonymous().with_token(tokens.access_token)
    }

    pub(crate) async fn team(&self, name: &str) -> TeamId {
        self.north.team(&self.test, self.store(), name).await
    }

    /// Somebody else of the north account.
    pub(crate) async fn person(&self, name: &str, role: Role, team: Option<TeamId>) -> Person {
        self.north.person(&self.test, self.store(), name, role, team).await
    }

    /// Another account.
    pub(crate) async fn account(&self, name: &str, plan: Plan) -> TestAccount {
        AccountBuilder::new(&self.test, name).plan(plan).create(&self.test, self.store()).await
    }

    /// Somebody who may not be able to sign in. Their password, if they have one, is everybody's.
    pub(crate) async fn unusual(&self, email: &str, what: NewPerson) -> UserId {
        let hash = self.test.app.passwords().hash(&PASSWORD.into()).await.expect("a hash");
        let user = User {
            id: self.test.app.new_id(),
            account_id: self.north.id,
            team_id: None,
            email: Email::parse(email).expect("an address"),
            name: email.into(),
            role: Role::Engineer,
            is_super_admin: false,
            is_active: what.is_active,
            deleted_at: what.is_deleted.then(|| self.now()),
            email_verified_at: Some(self.now()),
            password_hash: what.has_password.then_some(hash),
            last_login: None,
            created_at: self.now(),
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        };
        let mut unit = self.store().begin(Access::system_write()).await.expect("a unit");
        unit.insert_user(&user).await.expect("the person");
        unit.commit().await.expect("a commit");
        user.id
    }

    /// How many audit entries with that action the north account has.
    pub(crate) async fn audited(&self, action: &str) -> usize {
        self.audited_of(self.north.id, action).await
    }

    pub(crate) async fn audited_of(&self, account: AccountId, action: &str) -> usize {
        self.test.app.audit_entries(account, action).await.expect("the audit log").len()
    }
}
