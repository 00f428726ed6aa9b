//! T5, R11: connections carry nothing over, and when there is none left people are told so in time.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use rf_accounts::Plan;
use rf_auth_policy::Role;
use rf_store::{Access, Store};
use rf_store_conformance::testdb;
use rf_store_sql::{SqlOptions, SqlStore};
use rf_test_support::{AccountBuilder, TestApp};
use serde_json::json;

use super::size;
use crate::support::{Answer, TestServer, checklist_flow, options};

/// T5: two connections, fifty accounts; one in five requests is given up midway, dropped open, or panics with a unit
/// in its hands.
#[tokio::test]
async fn two_connections_serve_fifty_accounts_and_mix_nothing() {
    let requests = size("PROOF_POOL_REQUESTS", 2_000);
    let database = testdb::postgres().await;
    let patience = Duration::from_secs(60);
    let two = SqlOptions { max_connections: 2, acquire_timeout: patience, ..SqlOptions::new(&database.url) };
    let store = Arc::new(SqlStore::connect(&two).await.unwrap());
    let test = TestApp::over(Arc::clone(&store) as Arc<dyn Store>);
    let server = TestServer::start(&test, options());
    let mut tenants = Vec::new();
    for number in 0..50 {
        let account =
            AccountBuilder::new(&test, &format!("A{number}")).plan(Plan::Pro).create(&test, &*store).await;
        let person = account.person(&test, &*store, "P", Role::Engineer, None).await;
        let client = server.client().with_token(&person.tokens.access_token);
        client.post("/trees", checklist_flow(&format!("Flow of {number}"))).await.expect(201);
        tenants.push((account.id, person.id, client, format!("Flow of {number}")));
    }
    let tenants = &tenants;
    let kinds: [AtomicUsize; 4] = Default::default();
    let counts = &kinds;
    stream::iter(0..requests)
        .for_each_concurrent(16, |number| {
            let store = Arc::clone(&store);
            async move {
                let (account, person, client, name) = &tenants[number * 7 % tenants.len()];
                match number % 15 {
                    0 => {
                        // The client goes away, or our own deadline strikes: the future is dropped midway.
                        counts[1].fetch_add(1, Ordering::Relaxed);
                        let micros = u64::try_from(number % 40).unwrap() * 100;
                        let midway = async {
                            let mut unit = store.begin(Access::write(*account)).await.unwrap();
                            unit.lock_account(*account).await.unwrap();
                            unit.members(*account).await.unwrap();
                            std::future::pending::<()>().await;
                        };
                        assert!(tokio::time::timeout(Duration::from_micros(micros), midway).await.is_err());
                    }
                    5 => {
                        counts[2].fetch_add(1, Ordering::Relaxed);
                        let (store, account) = (Arc::clone(&store), *account);
                        #[expect(clippy::disallowed_methods, reason = "its panic is awaited below")]
                        let panicked = tokio::spawn(async move {
                            let mut unit = store.begin(Access::write(account)).await.unwrap();
                            unit.lock_account(account).await.unwrap();
                            // As a handler's panic, without its page of output.
                            std::panic::resume_unwind(Box::new("a bug"));
                        });
                        assert!(panicked.await.unwrap_err().is_panic());
                    }
                    10 => {
                        counts[3].fetch_add(1, Ordering::Relaxed);
                        let mut unit = store.begin(Access::write(*account)).await.unwrap();
                        // An error of the database's aborts the transaction; then it is dropped.
                        let own = unit.account_by_id(*account).await.unwrap().unwrap();
                        assert!(unit.insert_account(&own).await.is_err());
                    }
                    _ => {
                        counts[0].fetch_add(1, Ordering::Relaxed);
                        let trees = client.get("/trees").await.expect(200);
                        let names: Vec<_> =
                            trees["items"].as_array().unwrap().iter().map(|tree| &tree["name"]).collect();
                        assert_eq!(names, [name], "exactly one's own");
                        let me = client.get("/auth/me").await.expect(200);
                        assert_eq!(me["id"], json!(person));
                    }
                }
            }
        })
        .await;
    // Both connections, held at once: neither has a tenant, a role or a transaction of anybody's.
    let mut units = vec![
        store.begin(Access::system_read()).await.unwrap(),
        store.begin(Access::system_read()).await.unwrap(),
    ];
    for unit in &mut units {
        for (account, person, ..) in tenants {
            let user = unit.user_for_sign_in(*person).await.unwrap();
            assert_eq!(user.map(|user| user.account_id), Some(*account), "a system unit sees every account");
        }
    }
    let [good, dropped, panicked, aborted] = kinds.map(AtomicUsize::into_inner);
    println!(
        "T5: {requests} requests of 50 accounts over 2 connections: {good} answered, {dropped} dropped midway, {panicked} \
         panicked, {aborted} aborted, 0 foreign rows"
    );
}

/// R11 on both engines: every connection is taken, and for SQLite the one that writes.
#[tokio::test]
async fn a_dry_pool_is_told_in_two_seconds() {
    for database in [testdb::postgres().await, testdb::sqlite()] {
        let store = SqlStore::connect(&SqlOptions { max_connections: 2, ..SqlOptions::new(&database.url) })
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let store = Arc::new(store);
        let test = TestApp::over(Arc::clone(&store) as Arc<dyn Store>);
        let server = TestServer::start(&test, options());
        let account = AccountBuilder::new(&test, "A").create(&test, &*store).await;
        let person = account.person(&test, &*store, "P", Role::Engineer, None).await;
        let client = server.client().with_token(&person.tokens.access_token);
        let mut held = Vec::new();
        for _ in 0..2 {
            held.push(store.begin(Access::read(account.id)).await.unwrap());
        }
        if store.kind() == "sqlite" {
            held.push(store.begin(Access::write(account.id)).await.unwrap());
        }
        let mut waits = BTreeMap::new();
        for (what, request) in [
            ("read", client.request(reqwest::Method::GET, "/trees")),
            ("write", client.request(reqwest::Method::POST, "/trees").json(&checklist_flow("F"))),
            ("readiness", client.request(reqwest::Method::GET, "//readyz")),
        ] {
            let asked = Instant::now();
            let answer = Answer::of(request).await;
            let waited = asked.elapsed();
            answer.refused(503, "unavailable");
            assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
            assert!(waited <= Duration::from_secs(2), "{} {what}: {waited:?}", store.kind());
            waits.insert(what, waited);
        }
        client.get("//healthz").await.expect(200);
        drop(held);
        client.get("//readyz").await.expect(200);
        client.post("/trees", checklist_flow("F")).await.expect(201);
        assert_eq!(client.get("/trees").await.expect(200)["total"], 1);
        println!(
            "R11: {} with no connection left: {waits:?}, alive throughout, then recovered",
            store.kind()
        );
    }
}
