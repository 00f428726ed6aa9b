//! Over a Redis of the test's own. Needs the program `redis-server`, which `scripts/test` installs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use std::time::Duration;

use rf_bus_redis::{RedisSignal, RedisUrlError};
use rf_events::EventSignal;
use rf_test_support::RedisServer;
use tokio::time::timeout;
use uuid::Uuid;

fn signal(redis: &RedisServer, name: u128) -> RedisSignal {
    RedisSignal::new(&redis.url().into(), Uuid::from_u128(name)).unwrap()
}

async fn hears(signal: &RedisSignal) {
    timeout(Duration::from_secs(20), signal.heard()).await.expect("it is heard");
}

/// Nothing for half a second: longer than an announcement takes, shorter than a heartbeat.
async fn hears_nothing(signal: &RedisSignal) {
    assert!(timeout(Duration::from_millis(500), signal.heard()).await.is_err());
}

#[tokio::test]
async fn an_announcement_is_heard_by_the_others_also_after_redis_was_away() {
    let redis = RedisServer::start();
    let port = redis.port();
    let (a, b) = (signal(&redis, 1), signal(&redis, 2));
    // Each looks once when it is connected, and again at the other's first heartbeat.
    hears(&a).await;
    hears(&b).await;
    while timeout(Duration::from_millis(500), a.heard()).await.is_ok() {}
    while timeout(Duration::from_millis(500), b.heard()).await.is_ok() {}
    a.announce().await;
    hears(&b).await;
    hears_nothing(&a).await;
    drop(redis);
    // Neither fails nor waits.
    timeout(Duration::from_millis(100), a.announce()).await.unwrap();
    let _redis = RedisServer::start_on(port);
    // Back again, each looks for what it may not have been told.
    hears(&a).await;
    hears(&b).await;
}

#[test]
fn a_bad_address_is_refused_without_repeating_it() {
    let refused = RedisSignal::new(&"redis//:secret@host".into(), Uuid::nil()).unwrap_err();
    assert_eq!(refused, RedisUrlError);
    assert!(!refused.to_string().contains("secret@"));
}
