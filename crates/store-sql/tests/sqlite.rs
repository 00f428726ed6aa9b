//! The store rules, on a SQLite file.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use rf_store::Store;
use rf_store_conformance::{Fresh, conformance_tests, testdb};
use rf_store_sql::{SqlOptions, SqlStore};

struct OnFile {
    store: SqlStore,
    _file: testdb::TestDb,
}

impl Fresh for OnFile {
    fn store(&self) -> &dyn Store {
        &self.store
    }
}

async fn fresh() -> OnFile {
    let file = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&file.url)).await.unwrap();
    store.migrate().await.unwrap();
    OnFile { store, _file: file }
}

conformance_tests!(fresh());
