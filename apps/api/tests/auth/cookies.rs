//! The refresh token of the web app lives in a cookie no script can read.

use reqwest::Method;
use rf_api::ServerOptions;
use rf_test_support::PASSWORD;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Database, World, every_store, options};

every_store! {
    a_cookie_sign_in_keeps_the_refresh_token_out_of_the_body,
    a_cookie_works_only_with_the_header_a_foreign_page_cannot_send,
    signing_out_takes_the_cookie_back,
}

async fn cookie_post(client: &Client, path: &str, cookie: Option<&str>, body: Value) -> Answer {
    let mut request = client.request(Method::POST, path).header("x-auth-mode", "cookie").json(&body);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    Answer::of(request).await
}

async fn sign_in(w: &World) -> Answer {
    let body = json!({ "email": w.engineer.email, "password": PASSWORD });
    cookie_post(&w.anonymous(), "/auth/login/json", None, body).await
}

/// The cookie of an answer, as a browser sends it back, and its attributes.
#[track_caller]
fn cookie_of(answer: &Answer) -> (String, Vec<String>) {
    let mut parts = answer.header("set-cookie").split("; ").map(str::to_owned);
    let cookie = parts.next().expect("a cookie");
    let mut attributes: Vec<_> = parts.collect();
    attributes.sort();
    (cookie, attributes)
}

async fn a_cookie_sign_in_keeps_the_refresh_token_out_of_the_body(w: World) {
    let answer = sign_in(&w).await;
    assert_eq!(answer.expect(200)["refresh_token"], Value::Null);
    let (cookie, attributes) = cookie_of(&answer);
    assert!(cookie.starts_with("rf_refresh=ey"), "{cookie}");
    assert_eq!(attributes, ["HttpOnly", "Max-Age=259200", "Path=/api/v1/auth", "SameSite=Strict"]);

    let refreshed = cookie_post(&w.anonymous(), "/auth/refresh", Some(&cookie), json!({})).await;
    assert_eq!(refreshed.expect(200)["refresh_token"], Value::Null);
    let (next, _) = cookie_of(&refreshed);
    assert_ne!(next, cookie);
    // Used up like any other.
    let again = cookie_post(&w.anonymous(), "/auth/refresh", Some(&cookie), json!({})).await;
    again.says(401, "invalid_refresh_token", "invalid_refresh_token");
}

async fn a_cookie_works_only_with_the_header_a_foreign_page_cannot_send(w: World) {
    let (cookie, _) = cookie_of(&sign_in(&w).await);
    let plain =
        w.anonymous().request(Method::POST, "/auth/refresh").header("cookie", &cookie).json(&json!({}));
    Answer::of(plain).await.refused(401, "invalid_refresh_token");
    let plain =
        w.anonymous().request(Method::POST, "/auth/logout").header("cookie", &cookie).json(&json!({}));
    Answer::of(plain).await.expect_empty();
    cookie_post(&w.anonymous(), "/auth/refresh", Some(&cookie), json!({})).await.expect(200);
    // And in cookie mode a token in the body counts for nothing.
    let token = super::token_of(&super::log_in(&w.anonymous(), &w.engineer.email).await);
    let body = json!({ "refresh_token": token });
    cookie_post(&w.anonymous(), "/auth/refresh", None, body).await.refused(401, "invalid_refresh_token");
}

async fn signing_out_takes_the_cookie_back(w: World) {
    let (cookie, _) = cookie_of(&sign_in(&w).await);
    let out = cookie_post(&w.anonymous(), "/auth/logout", Some(&cookie), json!({})).await;
    out.expect_empty();
    let (empty, attributes) = cookie_of(&out);
    assert_eq!(empty, "rf_refresh=");
    assert_eq!(attributes, ["HttpOnly", "Max-Age=0", "Path=/api/v1/auth", "SameSite=Strict"]);
    let refused = cookie_post(&w.anonymous(), "/auth/refresh", Some(&cookie), json!({})).await;
    refused.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let options = ServerOptions { secure_cookies: true, ..options() };
    let w = World::with_options(Database::memory().await, options).await;
    let (_, attributes) = cookie_of(&sign_in(&w).await);
    assert!(attributes.contains(&"Secure".to_owned()), "{attributes:?}");
}
