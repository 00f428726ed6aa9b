//! S8: only our tokens, only for their purpose. Forty forgeries, one and the same answer.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::{claims_of, log_in, token_of};
use crate::support::{Answer, Client, World, every_store};

every_store! { forged_access_tokens_open_nothing, forged_refresh_tokens_mint_nothing }

const SECRET: &[u8] = b"a-test-secret-of-more-than-32-bytes!";

fn header() -> Header {
    Header { kid: Some("test".into()), ..Header::new(Algorithm::HS256) }
}

fn signed(header: &Header, claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).expect("a token")
}

/// Encodes base64url without padding.
fn encoded(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

/// A token with that header, unsigned or with that signature.
fn bare(header: &Value, claims: &Value, signature: &str) -> String {
    format!(
        "{}.{}.{signature}",
        encoded(header.to_string().as_bytes()),
        encoded(claims.to_string().as_bytes())
    )
}

/// Everything a genuine token must not become.
fn forgeries(genuine: &str, other_purpose: &str) -> Vec<(&'static str, String)> {
    let claims = claims_of(genuine);
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        signed(&header(), &claims, SECRET)
    };
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        signed(&header(), &claims, SECRET)
    };
    let headed = |header: Header| signed(&header, &claims, SECRET);
    let parts: Vec<&str> = genuine.split('.').collect();
    let now = claims["iat"].as_i64().unwrap();
    vec![
        ("nothing but dots", "..".into()),
        ("one part", parts[0].into()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{genuine}.{}", parts[2])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        (
            "another's signature",
            format!("{}.{}.{}", parts[0], parts[1], other_purpose.split('.').nth(2).unwrap()),
        ),
        (
            "another's claims",
            format!("{}.{}.{}", parts[0], other_purpose.split('.').nth(1).unwrap(), parts[2]),
        ),
        ("the other purpose", other_purpose.into()),
        ("a signature cut short", genuine[..genuine.len() - 2].into()),
        ("alg none", bare(&json!({ "alg": "none", "typ": "JWT", "kid": "test" }), &claims, "")),
        ("alg None", bare(&json!({ "alg": "None", "kid": "test" }), &claims, parts[2])),
        ("no alg", bare(&json!({ "typ": "JWT", "kid": "test" }), &claims, parts[2])),
        ("HS384", headed(Header { alg: Algorithm::HS384, ..header() })),
        ("HS512", headed(Header { alg: Algorithm::HS512, ..header() })),
        ("RS256 by name", bare(&json!({ "alg": "RS256", "kid": "test" }), &claims, parts[2])),
        ("ES256 by name", bare(&json!({ "alg": "ES256", "kid": "test" }), &claims, parts[2])),
        ("EdDSA by name", bare(&json!({ "alg": "EdDSA", "kid": "test" }), &claims, parts[2])),
        ("a header that is no JSON", format!("{}.{}.{}", encoded(b"{"), parts[1], parts[2])),
        ("claims that are no JSON", format!("{}.{}.{}", parts[0], encoded(b"{"), parts[2])),
        ("claims that are a list", signed(&header(), &json!([1]), SECRET)),
        ("no kid", headed(Header { kid: None, ..header() })),
        ("an unknown kid", headed(Header { kid: Some("other".into()), ..header() })),
        ("a kid with a path", headed(Header { kid: Some("../../dev/null".into()), ..header() })),
        ("a kid with SQL", headed(Header { kid: Some("test' OR '1'='1".into()), ..header() })),
        ("a jwk of the forger's", {
            let key = json!({ "kty": "oct", "k": encoded(b"the forger's own key of 32 bytes.") });
            let head = json!({ "alg": "HS256", "kid": "other", "jwk": key });
            bare(&head, &claims, parts[2])
        }),
        (
            "a jku of the forger's",
            headed(Header { jku: Some("https://evil.example/k".into()), kid: None, ..header() }),
        ),
        (
            "an x5u of the forger's",
            headed(Header { x5u: Some("https://evil.example/k".into()), kid: None, ..header() }),
        ),
        ("an empty secret", signed(&header(), &claims, b"")),
        ("another secret", signed(&header(), &claims, b"another secret of more than 32 bytes")),
        ("the kid as secret", signed(&header(), &claims, b"test")),
        ("another issuer", with("iss", json!("someone-else"))),
        ("no issuer", without("iss")),
        ("another audience", with("aud", json!("resolutionflow:reset"))),
        ("no audience", without("aud")),
        ("another type", with("typ", json!("reset"))),
        ("no type", without("typ")),
        ("no expiry", without("exp")),
        ("an expiry in words", with("exp", json!("never"))),
        ("no subject", without("sub")),
        ("a subject that is no id", with("sub", json!("1 OR 1=1"))),
        ("somebody else as subject", {
            let mut claims = claims.clone();
            claims["sub"] = json!("00000000-0000-7000-8000-000000000000");
            signed(&header(), &claims, SECRET)
        }),
        ("no id of its own", without("jti")),
        ("larger than any token", with("padding", json!("x".repeat(8_192)))),
        ("issued an age ago", with("iat", json!(now - 1_000_000_000))),
    ]
}

fn body_without_request_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    body
}

async fn pair(client: &Client, email: &str) -> (String, String) {
    let answer = log_in(client, email).await;
    (answer.expect(200)["access_token"].as_str().unwrap().to_owned(), token_of(&answer))
}

async fn forged_access_tokens_open_nothing(w: World) {
    let (access, refresh) = pair(&w.anonymous(), &w.engineer.email).await;
    let mut cases = forgeries(&access, &refresh);
    let mut forever = claims_of(&access);
    forever["exp"] = json!(i64::MAX);
    cases.push(("a life without end", signed(&header(), &forever, SECRET)));
    let mut day = claims_of(&access);
    day["exp"] = json!(w.now().unix() + 86_400);
    cases.push(("a life of a day", signed(&header(), &day, SECRET)));
    assert!(cases.len() >= 40);
    let mut bodies = Vec::new();
    for (name, token) in cases {
        let answer = w.anonymous().with_token(token).get("/auth/me").await;
        assert_eq!(answer.status, 401, "{name}");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
        bodies.push(body_without_request_id(&answer));
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:#?}");
    w.anonymous().with_token(access).get("/auth/me").await.expect(200);
}

async fn forged_refresh_tokens_mint_nothing(w: World) {
    let (access, refresh) = pair(&w.anonymous(), &w.engineer.email).await;
    // How old a refresh token says it is counts for nothing: its row and its claims decide.
    let cases = forgeries(&refresh, &access).into_iter().filter(|(name, _)| *name != "issued an age ago");
    for (name, token) in cases {
        let answer = super::refresh(&w.anonymous(), &token).await;
        assert_eq!(answer.status, 401, "{name}");
        answer.says(401, "invalid_refresh_token", "invalid_refresh_token");
    }
    super::refresh(&w.anonymous(), &refresh).await.expect(200);
}
