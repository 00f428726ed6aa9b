//! Over a Redis of the test's own. Needs the program `redis-server`, which `scripts/test` installs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use std::time::Duration;

use rf_bus_redis::{RedisSignal, RedisUrlError};
use rf_events::EventSignal;
use rf_simulators::Tls;
use rf_test_support::RedisServer;
use tokio::time::timeout;
use uuid::Uuid;

fn signal(redis: &RedisServer, name: u128) -> RedisSignal {
    RedisSignal::new(&redis.url().into(), None, Uuid::from_u128(name)).unwrap()
}

fn signal_over(tls: &Tls, authority: &str, name: u128) -> RedisSignal {
    let url = format!("rediss://{}", tls.address());
    RedisSignal::new(&url.into(), Some(authority.into()), Uuid::from_u128(name)).unwrap()
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

#[tokio::test]
async fn it_is_spoken_to_over_tls_where_its_authority_is_trusted() {
    let redis = RedisServer::start();
    let tls = Tls::before(([127, 0, 0, 1], redis.port()).into(), ([127, 0, 0, 1], 0).into()).unwrap();
    let plain = signal(&redis, 1);
    hears(&plain).await;
    // Another authority's server is not spoken to, though it has as much time for it.
    let other = Tls::before(tls.address(), ([127, 0, 0, 1], 0).into()).unwrap();
    let refused = signal_over(&tls, other.authority(), 3);
    let over_tls = signal_over(&tls, tls.authority(), 2);
    hears(&over_tls).await;
    hears_nothing(&refused).await;
    while timeout(Duration::from_millis(500), plain.heard()).await.is_ok() {}
    over_tls.announce().await;
    hears(&plain).await;
}

#[tokio::test]
async fn a_bad_address_is_refused_without_repeating_it() {
    let pem = || Some(b"no certificate".to_vec());
    for (url, authority, why) in [
        ("redis//:secret@host", None, RedisUrlError::Address),
        ("rediss://:secret@host/#insecure", None, RedisUrlError::Address),
        ("redis://:secret@host", pem(), RedisUrlError::AuthorityWithoutTls),
        ("rediss://:secret@host", pem(), RedisUrlError::Authority),
    ] {
        let refused = RedisSignal::new(&url.into(), authority, Uuid::nil()).unwrap_err();
        assert_eq!(refused, why, "{url}");
        assert!(!refused.to_string().contains("secret@"));
    }
}
