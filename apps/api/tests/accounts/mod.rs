//! The account: session policy (SESS-14..22, QA-04..06) ending sign-ins (S4, S7), people and teams
//! (AUTH-12), and oneself.

mod people;
mod policy;
mod profile;
mod revoke;
mod second_factor;

use rf_test_support::PASSWORD;
use serde_json::json;

use crate::support::{Answer, Client};

async fn log_in(client: &Client, email: &str) -> Answer {
    client.post("/auth/login/json", json!({ "email": email, "password": PASSWORD })).await
}

async fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/auth/refresh", json!({ "refresh_token": token })).await
}

/// The refresh token of an answer with a pair.
#[track_caller]
fn token_of(answer: &Answer) -> String {
    answer.expect(200)["refresh_token"].as_str().expect("a refresh token").to_owned()
}
