//! A server for a test, on a free port, in a thread of its own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use rf_api::{GuessLimits, RateLimits, Server, ServerOptions, StreamSettings};
use rf_store::Store;
use rf_store_conformance::{
    contents::{Contents, contents},
    testdb::{self, TestDb},
};
use rf_store_memory::MemoryStore;
use rf_store_sql::{SqlOptions, SqlStore};
use rf_test_support::TestApp;
use tokio::sync::oneshot;

use super::Client;

/// A fresh, empty store, and whatever has to live as long as it does.
#[derive(Clone)]
pub(crate) struct Database {
    pub(crate) store: Arc<dyn Store>,
    /// `None` in memory. Declared after the store: connections go first.
    sql: Option<Arc<TestDb>>,
}

impl Database {
    pub(crate) async fn memory() -> Self {
        Self { store: Arc::new(MemoryStore::new()), sql: None }
    }

    pub(crate) async fn sqlite() -> Self {
        let database = testdb::sqlite();
        let store = connect(&database).await;
        store.migrate().await.expect("the schema");
        Self { store: Arc::new(store), sql: Some(Arc::new(database)) }
    }

    pub(crate) async fn postgres() -> Self {
        let database = testdb::postgres().await;
        Self { store: Arc::new(connect(&database).await), sql: Some(Arc::new(database)) }
    }

    /// Every row there is; `None` in memory.
    pub(crate) async fn contents(&self) -> Option<Contents> {
        match &self.sql {
            Some(database) => Some(contents(&database.url).await),
            None => None,
        }
    }

    /// The same data over connections of their own.
    pub(crate) async fn connect_again(&self) -> Arc<dyn Store> {
        match &self.sql {
            Some(database) => Arc::new(connect(database).await),
            None => Arc::clone(&self.store),
        }
    }
}

/// Hundreds of requests at once wait for a connection on a busy machine: when to give up is another test's.
const PATIENCE: Duration = Duration::from_secs(60);

async fn connect(database: &TestDb) -> SqlStore {
    let options =
        SqlOptions { acquire_timeout: PATIENCE, busy_timeout: PATIENCE, ..SqlOptions::new(&database.url) };
    SqlStore::connect(&options).await.expect("a database to open")
}

/// Settings of a test server: nothing is limited, nothing is secure.
pub(crate) fn options() -> ServerOptions {
    let plenty = NonZeroU32::new(1_000_000).unwrap();
    ServerOptions {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        workers: 2,
        cors_origins: Vec::new(),
        trusted_proxies: Vec::new(),
        secure_cookies: false,
        rate_limits: RateLimits {
            sign_in_per_minute: plenty,
            refresh_per_minute: plenty,
            guesses: GuessLimits { per_person: plenty, in_all: plenty },
        },
        demo: false,
        signup_enabled: true,
        drain: Duration::ZERO,
        streams: StreamSettings::default(),
    }
}

/// A server that runs until it is dropped.
pub(crate) struct TestServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl TestServer {
    pub(crate) fn start(test: &TestApp, options: ServerOptions) -> Self {
        let server = Server::bind(Arc::clone(&test.app), options).expect("a free port");
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(server.run(async {
                // A dropped sender means the same.
                stopped.await.ok();
            }))
        });
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Asks it to stop, and gives the thread that ends when it has.
    pub(crate) fn begin_stop(&mut self) -> JoinHandle<std::io::Result<()>> {
        drop(self.stop.take());
        self.thread.take().expect("a server is stopped once")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !thread::panicking() {
                ended.expect("the server does not panic").expect("the server ends well");
            }
        }
    }
}
