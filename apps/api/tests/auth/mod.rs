//! Registration, sign-in, refresh, sign-out: AUTH and SESS-01..13, promises S1 S2 S3 S5 S8 L1 L3 L4.

mod cookies;
mod forgeries;
mod limits;
mod model;
mod refresh;
mod sign_in;

use rf_test_support::PASSWORD;
use serde_json::{Value, json};

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

/// What a token says, signature unread.
fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&base64url(payload)).expect("JSON claims")
}

/// Decodes base64url without padding.
fn base64url(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == byte).expect("base64url");
        bits = (bits << 6) | u32::try_from(value).expect("six bits");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(((bits >> count) & 0xff) as u8);
        }
    }
    bytes
}
