//! L3: guessing is bounded by address, whatever a client says about its address.

use std::{collections::BTreeMap, net::IpAddr, num::NonZeroU32};

use futures_util::{StreamExt, stream};
use reqwest::Method;
use rf_api::{GuessLimits, RateLimits, ServerOptions};
use rf_test_support::PASSWORD;
use serde_json::json;

use super::{log_in, refresh};
use crate::{
    proof::size,
    support::{Answer, Client, Database, World, options},
};

async fn limited(trusted_proxies: Vec<IpAddr>) -> World {
    let rate_limits = RateLimits {
        sign_in_per_minute: NonZeroU32::new(3).unwrap(),
        refresh_per_minute: NonZeroU32::new(4).unwrap(),
        ..options().rate_limits
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

/// Behind a proxy, where only the bounds on guessing count.
async fn guarded(per_person: u32, in_all: u32) -> World {
    let guesses = GuessLimits {
        per_person: NonZeroU32::new(per_person).unwrap(),
        in_all: NonZeroU32::new(in_all).unwrap(),
    };
    let rate_limits = RateLimits { guesses, ..options().rate_limits };
    let trusted_proxies = vec![[127, 0, 0, 1].into()];
    let options = ServerOptions { rate_limits, trusted_proxies, ..options() };
    World::with_options(Database::memory().await, options).await
}

async fn try_as(w: &World, from: &str, email: &str, password: &str, form: bool) -> Answer {
    let client = w.anonymous();
    let request = if form {
        let form = [("username", email), ("password", password)];
        client.request(Method::POST, "/auth/login").form(&form)
    } else {
        let body = json!({ "email": email, "password": password });
        client.request(Method::POST, "/auth/login/json").json(&body)
    };
    Answer::of(request.header("x-forwarded-for", from)).await
}

/// The address in letters of either case, another way for each number.
fn in_some_case(email: &str, number: usize) -> String {
    let letters = email.chars().enumerate();
    letters.map(|(at, c)| if (number >> (at % 8)) & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect()
}

/// Wrong passwords for somebody, from fifty addresses at once, each with a forged one before it. How many got which
/// status.
async fn flood(w: &World, email: &str, count: usize) -> BTreeMap<u16, usize> {
    let answers = stream::iter(0..count).map(|number| async move {
        let from = format!("203.0.113.{}, 198.51.100.{}", number % 250, number % 50);
        let answer =
            try_as(w, &from, &in_some_case(email, number), "a wrong password", number % 3 == 0).await;
        match answer.status {
            429 => assert!((1..=60).contains(&wait_seconds(&answer))),
            _ => drop(answer.refused(401, "invalid_credentials")),
        }
        answer.status
    });
    let statuses = answers.buffer_unordered(40).collect::<Vec<_>>().await;
    statuses.into_iter().fold(BTreeMap::new(), |mut counts, status| {
        *counts.entry(status).or_default() += 1;
        counts
    })
}

/// L3: whatever the attacker has, as many passwords are verified as the bucket holds, and the person gets in.
#[tokio::test]
async fn guessing_is_bounded_and_shuts_nobody_out() {
    let attempts = size("PROOF_GUESSES", 500);
    let w = guarded(10, 1_000).await;
    let email = w.owner.email.as_str();
    let verified = || w.test.app.passwords().verifications();
    // Their usual address.
    try_as(&w, "192.0.2.1", email, PASSWORD, false).await.expect(200);
    // What that took from the bucket is back.
    w.clock().advance(60);

    let before = verified();
    let counts = flood(&w, email, attempts).await;
    assert_eq!(verified() - before, 10, "the bucket and nothing more");
    assert_eq!(counts, BTreeMap::from([(401, 10), (429, attempts - 10)]));

    // From where they were before, at once.
    try_as(&w, "192.0.2.1", email, PASSWORD, false).await.expect(200);
    // From a new address as soon as they are told, and not sooner, although the attack goes on.
    let waits = wait_seconds(&try_as(&w, "192.0.2.2", email, PASSWORD, false).await);
    assert!(waits <= 60, "{waits}");
    w.clock().advance(i64::try_from(waits).unwrap() - 1);
    flood(&w, email, 100).await;
    assert_eq!(wait_seconds(&try_as(&w, "192.0.2.2", email, PASSWORD, true).await), 1);
    w.clock().advance(1);
    let before = verified();
    flood(&w, email, 100).await;
    let meanwhile = verified() - before;
    try_as(&w, "192.0.2.2", email, PASSWORD, true).await.expect(200);

    // Nobody learns from it who is here.
    let nobody = flood(&w, "nobody@example.test", 100).await;
    assert_eq!(nobody.get(&401), Some(&5), "fifty addresses that have tried share one half");
    // A colleague is not concerned.
    try_as(&w, "192.0.2.3", &w.engineer.email, PASSWORD, false).await.expect(200);
    println!(
        "L3: {attempts} wrong passwords from 50 addresses, forged and in any case: 10 verified, {} answered 429; in from the \
         usual address at once, from a new one after {waits} s with {meanwhile} more verified meanwhile",
        counts[&429]
    );
}

/// One password for many people is guessing as well.
#[tokio::test]
async fn trying_one_password_with_everybody_is_bounded_too() {
    let w = guarded(10, 40).await;
    let before = w.test.app.passwords().verifications();
    for number in 0..300 {
        let from = format!("198.51.100.{}", number % 50);
        let email = format!("person-{number}@example.test");
        let answer = try_as(&w, &from, &email, "Summer2026!", false).await;
        assert!([401, 429].contains(&answer.status), "{answer:?}");
    }
    assert_eq!(w.test.app.passwords().verifications() - before, 40);
    // Somebody new comes in when told, as above.
    let waits = wait_seconds(&try_as(&w, "192.0.2.2", &w.engineer.email, PASSWORD, false).await);
    w.clock().advance(i64::try_from(waits).unwrap());
    try_as(&w, "192.0.2.2", &w.engineer.email, PASSWORD, false).await.expect(200);
}

/// A clock that is set back holds nobody up for longer than one that was right.
#[tokio::test]
async fn a_clock_set_back_shuts_nobody_out() {
    let w = limited(Vec::new()).await;
    let client = w.anonymous();
    for _ in 0..3 {
        attempt(&client, &[]).await.refused(401, "invalid_credentials");
    }
    w.clock().advance(-7_200);
    let waits = wait_seconds(&attempt(&client, &[]).await);
    assert!(waits <= 20, "{waits}");
    w.clock().advance(i64::try_from(waits).unwrap());
    attempt(&client, &[]).await.refused(401, "invalid_credentials");
}
