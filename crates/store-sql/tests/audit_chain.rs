//! The audit log against whoever has the database: what the role of tenant units may do, what tampering leaves to
//! see, and a log from before there were chains (promise G3).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use rf_audit::{ChainCheck, ChainFault};
use rf_store_conformance::{
    fixtures::{self as fx, Tenant},
    testdb,
};
use rf_store_sql::{SqlOptions, SqlStore};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

/// An account with six entries.
async fn fill(store: &SqlStore) -> Tenant {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.write(store).await;
    for number in 0..6 {
        unit.append_audit(fx::audit_entry(tenant.id(), number)).await.unwrap();
    }
    unit.commit().await.unwrap();
    tenant
}

async fn check(store: &SqlStore, tenant: &Tenant) -> Result<u64, ChainFault> {
    let mut unit = tenant.read(store).await;
    let mut check = ChainCheck::new(unit.audit_chain(tenant.id()).await.unwrap().unwrap());
    let links = unit.audit_links(tenant.id(), -1, 100).await.unwrap();
    links.iter().try_for_each(|link| check.entry(link))?;
    check.finish()
}

/// Runs a statement as somebody who may do everything, and answers how many rows it touched.
async fn meddle(url: &str, sql: String) -> u64 {
    let sql = AssertSqlSafe(sql);
    if url.starts_with("sqlite") {
        let mut raw = SqliteConnection::connect(url).await.unwrap();
        raw.execute(sql).await.unwrap().rows_affected()
    } else {
        let mut raw = PgConnection::connect(url).await.unwrap();
        raw.execute(sql).await.unwrap().rows_affected()
    }
}

/// Does something to a fresh log as somebody who may do everything, and says what the check finds.
async fn tampered(url: &str, store: &SqlStore, sql: impl Fn(&str) -> String) -> Result<u64, ChainFault> {
    let tenant = fill(store).await;
    let id = tenant.id().uuid();
    let id = if url.starts_with("sqlite") { format!("X'{}'", id.simple()) } else { format!("'{id}'") };
    assert_eq!(check(store, &tenant).await, Ok(6));
    let touched = meddle(url, sql(&format!("account_id = {id}"))).await;
    assert!(touched > 0, "nothing was tampered with");
    check(store, &tenant).await
}

async fn tampering_is_found(url: &str, store: SqlStore) {
    use ChainFault::{Changed, CutOff, Foreign, Missing};
    let log = |what: &str, where_: &str| {
        let (what, where_) = (what.to_owned(), where_.to_owned());
        move |own: &str| format!("{what} WHERE {own} {where_}")
    };
    let cases: [(&str, &str, ChainFault); 9] = [
        ("UPDATE audit_log SET action = 'tree.archived'", "AND seq = 3", Changed(3)),
        ("UPDATE audit_log SET payload = '{\"version\":4}'", "AND seq = 6", Changed(6)),
        ("UPDATE audit_log SET actor_id = NULL", "AND seq = 1", Changed(1)),
        ("UPDATE audit_log SET at = at + 1", "AND seq = 2", Changed(2)),
        ("DELETE FROM audit_log", "AND seq = 4", Missing(4)),
        ("DELETE FROM audit_log", "AND seq = 1", Missing(1)),
        ("DELETE FROM audit_log", "AND seq > 4", CutOff { expected: 6, found: 4 }),
        ("UPDATE audit_log SET seq = 0", "AND seq = 5", Foreign(0)),
        ("UPDATE audit_chains SET seq = 5", "", Foreign(6)),
    ];
    for (what, where_, fault) in cases {
        assert_eq!(tampered(url, &store, log(what, where_)).await, Err(fault), "{what} {where_}");
    }
}

#[tokio::test]
async fn tampering_is_found_on_sqlite() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    store.migrate().await.unwrap();
    tampering_is_found(&db.url, store).await;
}

#[tokio::test]
async fn tampering_is_found_on_postgres() {
    let db = testdb::postgres().await;
    tampering_is_found(&db.url, SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap()).await;
}

/// A program that was broken into has no more than the grants.
#[tokio::test]
async fn the_app_role_adds_to_its_log_and_nothing_else() {
    let db = testdb::postgres().await;
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    let tenant = fill(&store).await;
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    for sql in [
        "UPDATE audit_log SET action = 'x'",
        "UPDATE audit_log SET payload = '{}' WHERE seq = 1",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "DELETE FROM audit_chains",
        "TRUNCATE audit_chains",
    ] {
        let mut transaction = raw.begin().await.unwrap();
        let setup =
            format!("SET LOCAL ROLE rf_app; SELECT set_config('app.account_id', '{}', true)", tenant.id());
        transaction.execute(sqlx::raw_sql(AssertSqlSafe(setup))).await.unwrap();
        let refused = transaction.execute(sql).await.unwrap_err();
        let code =
            refused.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{sql}: {refused}");
        transaction.rollback().await.unwrap();
    }
    // Nor does a unit of the account prune.
    assert!(tenant.write(&store).await.prune_audit(tenant.id(), fx::at(100)).await.is_err());
    assert_eq!(check(&store, &tenant).await, Ok(6));
}

/// Entries from before the chain get their place once, at the next start; what is put in later does not.
#[tokio::test]
async fn an_old_log_is_chained_once() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    store.migrate().await.unwrap();
    let (old, other) = (fill(&store).await, fill(&store).await);
    let id = format!("X'{}'", old.id().uuid().simple());
    // As the log was before.
    meddle(&db.url, format!("UPDATE audit_log SET seq = 0, hash = '' WHERE account_id = {id}")).await;
    meddle(&db.url, format!("DELETE FROM audit_chains WHERE account_id = {id}")).await;
    let filter = rf_audit::AuditFilter::default();
    let listed = old.read(&store).await.list_audit(old.id(), &filter, None, 100).await.unwrap();
    assert_eq!(listed.len(), 6);
    store.migrate().await.unwrap();
    assert_eq!(check(&store, &old).await, Ok(6));
    assert_eq!(check(&store, &other).await, Ok(6));
    let chained = old.read(&store).await.list_audit(old.id(), &filter, None, 100).await.unwrap();
    assert_eq!(chained, listed);
    meddle(&db.url, format!("UPDATE audit_log SET seq = 0 WHERE account_id = {id} AND seq = 6")).await;
    store.migrate().await.unwrap();
    assert_eq!(check(&store, &old).await, Err(ChainFault::Foreign(0)));
}
