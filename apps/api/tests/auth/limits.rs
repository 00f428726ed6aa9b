//! L3: guessing is bounded by address, whatever a client says about its address.

use std::{net::IpAddr, num::NonZeroU32};

use reqwest::Method;
use rf_api::{RateLimits, ServerOptions};
use serde_json::json;

use super::{log_in, refresh};
use crate::support::{Answer, Client, Database, World, options};

async fn limited(trusted_proxies: Vec<IpAddr>) -> World {
    let rate_limits = RateLimits {
        sign_in_per_minute: NonZeroU32::new(3).unwrap(),
        refresh_per_minute: NonZeroU32::new(4).unwrap(),
    };
    let options = ServerOptions { rate_limits, trusted_proxies, ..options() };
    World::with_options(Database::memory().await, options).await
}

fn wait_seconds(answer: &Answer) -> u64 {
    let body = answer.refused(429, "rate_limited");
    let seconds = answer.header("retry-after").parse().expect("seconds");
    assert_eq!(body["detail"], format!("Too many attempts. Try again in {seconds} s."));
    seconds
}

/// A sign-in attempt as it comes through proxies.
async fn attempt(client: &Client, forwarded: &[&str]) -> Answer {
    let body = json!({ "email": "victim@example.test", "password": "a guess" });
    let mut request = client.request(Method::POST, "/auth/login/json").json(&body);
    for address in forwarded {
        request = request.header("x-forwarded-for", *address);
    }
    Answer::of(request).await
}

#[tokio::test]
async fn the_bucket_holds_for_all_ways_to_sign_in_together() {
    let w = limited(Vec::new()).await;
    let before = w.test.app.passwords().verifications();
    let client = w.anonymous();
    log_in(&client, &w.engineer.email).await.expect(200);
    let form = "username=x&password=y";
    let answer = client.post_raw("/auth/login", "application/x-www-form-urlencoded", form).await;
    answer.refused(401, "invalid_credentials");
    client.post("/auth/register", json!({ "email": "x" })).await.refused(422, "validation_failed");
    for _ in 0..20 {
        let seconds = wait_seconds(&log_in(&client, &w.engineer.email).await);
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    assert_eq!(w.test.app.passwords().verifications() - before, 2);
    // Who is signed in already notices nothing.
    w.engineer().get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn refreshing_and_signing_out_have_a_bucket_of_their_own() {
    let w = limited(Vec::new()).await;
    let client = w.anonymous();
    for _ in 0..2 {
        refresh(&client, "nonsense").await.refused(401, "invalid_refresh_token");
        client.post("/auth/logout", json!({})).await.expect_empty();
    }
    wait_seconds(&refresh(&client, "nonsense").await);
    log_in(&client, &w.engineer.email).await.expect(200);
}

#[tokio::test]
async fn a_forwarded_address_counts_only_from_a_proxy_of_ours() {
    let w = limited(Vec::new()).await;
    for number in 0..3 {
        attempt(&w.anonymous(), &[&format!("198.51.100.{number}")]).await.refused(401, "invalid_credentials");
    }
    wait_seconds(&attempt(&w.anonymous(), &["198.51.100.99"]).await);
}

#[tokio::test]
async fn behind_our_proxy_the_address_it_added_counts() {
    let w = limited(vec![[127, 0, 0, 1].into()]).await;
    let client = w.anonymous();
    for number in 0..3 {
        // What the client claims comes first.
        let forwarded = format!("203.0.113.{number}, 198.51.100.7");
        attempt(&client, &[&forwarded]).await.refused(401, "invalid_credentials");
    }
    wait_seconds(&attempt(&client, &["203.0.113.99, 198.51.100.7"]).await);
    attempt(&client, &["198.51.100.8"]).await.refused(401, "invalid_credentials");
}

/// Somebody with IPv6 has 2^64 addresses.
#[tokio::test]
async fn an_ipv6_network_is_one_client() {
    let w = limited(vec![[127, 0, 0, 1].into()]).await;
    let client = w.anonymous();
    for number in 0..3 {
        let own = format!("2001:db8:1:2:{number}::{number}");
        attempt(&client, &[&own]).await.refused(401, "invalid_credentials");
    }
    wait_seconds(&attempt(&client, &["2001:db8:1:2:ffff::1"]).await);
    attempt(&client, &["2001:db8:1:3::1"]).await.refused(401, "invalid_credentials");
    // The same address in another notation is the same client.
    for _ in 0..3 {
        attempt(&client, &["198.51.100.9"]).await.refused(401, "invalid_credentials");
    }
    wait_seconds(&attempt(&client, &["::ffff:198.51.100.9"]).await);
}

/// Some proxies add a line of their own instead of extending the client's.
#[tokio::test]
async fn a_second_header_line_is_the_proxys() {
    let w = limited(vec![[127, 0, 0, 1].into()]).await;
    let client = w.anonymous();
    for number in 0..3 {
        let claimed = format!("203.0.113.{number}");
        attempt(&client, &[&claimed, "198.51.100.7"]).await.refused(401, "invalid_credentials");
    }
    wait_seconds(&attempt(&client, &["203.0.113.99", "198.51.100.7"]).await);
}
