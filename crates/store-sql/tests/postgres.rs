//! The store rules, on Postgres.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use rf_store::Store;
use rf_store_conformance::{Fresh, conformance_tests, testdb};
use rf_store_sql::{SqlOptions, SqlStore};

struct OnServer {
    store: SqlStore,
    _database: testdb::TestDb,
}

impl Fresh for OnServer {
    fn store(&self) -> &dyn Store {
        &self.store
    }
}

async fn fresh() -> OnServer {
    let database = testdb::postgres().await;
    let store = SqlStore::connect(&SqlOptions::new(&database.url)).await.unwrap();
    OnServer { store, _database: database }
}

conformance_tests!(fresh());
