//! Promise S8: only our tokens, only for their purpose.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SECRET: &str = "a-test-secret-of-more-than-32-bytes!";

fn keys() -> TokenKeys {
    TokenKeys::new(vec![TokenKey { id: "k1".into(), secret: SECRET.into() }]).unwrap()
}
fn at(unix: i64) -> Timestamp {
    Timestamp::from_unix(unix).unwrap()
}
fn forge(header: &Header, body: &Value, secret: &str) -> String {
    encode(header, body, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}
fn header() -> Header {
    Header { kid: Some("k1".into()), ..Header::new(Algorithm::HS256) }
}
fn access_body() -> Value {
    json!({"iss": ISSUER, "aud": ACCESS_AUDIENCE, "typ": "access", "sub": Uuid::nil(), "account": Uuid::nil(), "sid": Uuid::nil(), "auth_time": 1_000, "epoch": 0,
           "iat": 1_000, "exp": 1_300, "jti": Uuid::nil()})
}
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}
fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

#[test]
fn a_token_round_trips_until_the_second_it_ends() {
    let (user, account) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
    let token = keys().sign_access(&AccessClaims::of(user, account, 7, at(1_000)), Uuid::nil()).unwrap();
    let claims = keys().read_access(&token, at(1_299)).unwrap();
    assert_eq!((claims.user_id, claims.account_id, claims.expires_at), (user, account, 1_300));
    assert_eq!(keys().read_access(&token, at(1_300)), Err(TokenError::Expired));
}

#[test]
fn a_refresh_token_goes_idle_at_its_deadline_and_keeps_its_claims() {
    let claims = RefreshClaims { auth_time: 900, idle_max: 60, abs_max: 600 };
    let token = keys().sign_refresh(Uuid::nil().into(), Uuid::nil().into(), claims, at(1_000)).unwrap();
    assert_eq!(keys().read_refresh(&token, at(1_059)).unwrap().claims, Some(claims));
    assert_eq!(keys().read_refresh(&token, at(1_060)), Err(TokenError::Expired));
}

#[test]
fn a_legacy_refresh_token_reads_as_one_without_claims() {
    let body = json!({"iss": ISSUER, "aud": REFRESH_AUDIENCE, "typ": "refresh", "sub": Uuid::nil(),
                      "jti": Uuid::nil(), "iat": 1_000, "exp": 2_000});
    assert_eq!(keys().read_refresh(&forge(&header(), &body, SECRET), at(1_500)).unwrap().claims, None);
}

#[test]
fn forgeries_are_refused() {
    let keys = keys();
    let good = forge(&header(), &access_body(), SECRET);
    assert!(
        keys.read_access(&good, at(1_100)).is_ok(),
        "the unforged token must pass, or this test proves nothing"
    );
    let mut parts = good.split('.');
    let (head, body, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let alg = |alg| Header { kid: Some("k1".into()), ..Header::new(alg) };
    let mut forged = vec![
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}.{body}.{signature}x"),
        format!("{head}.{body}x.{signature}"),
        format!("{good}."),
        String::new(),
        ".".into(),
        "..".into(),
        "a.b.c".into(),
        format!("{head}.{body}.{}", "A".repeat(5_000)),
        "x".repeat(100_000),
        forge(&header(), &access_body(), "another-secret-of-more-than-32-bytes"),
        forge(&alg(Algorithm::HS384), &access_body(), SECRET),
        forge(&alg(Algorithm::HS512), &access_body(), SECRET),
        forge(&Header { kid: Some("k2".into()), ..header() }, &access_body(), SECRET),
        forge(&Header { kid: Some("../k1".into()), ..header() }, &access_body(), SECRET),
        forge(&Header { kid: Some(String::new()), ..header() }, &access_body(), SECRET),
        forge(&Header { kid: None, ..header() }, &access_body(), SECRET),
        forge(
            &Header { kid: None, jku: Some("http://127.0.0.1/keys".into()), ..header() },
            &access_body(),
            SECRET,
        ),
        forge(
            &Header { kid: None, x5u: Some("http://127.0.0.1/cert".into()), ..header() },
            &access_body(),
            SECRET,
        ),
        forge(&Header { kid: Some("retired".into()), ..header() }, &access_body(), SECRET),
    ];
    for name in ["iss", "aud", "typ", "sub", "account", "sid", "auth_time", "epoch", "iat", "exp", "jti"] {
        forged.push(forge(&header(), &without(access_body(), name), SECRET));
    }
    for (name, value) in [
        ("iss", json!("somebody-else")),
        ("aud", json!(REFRESH_AUDIENCE)),
        ("aud", json!("")),
        ("typ", json!("refresh")),
        ("typ", json!("ACCESS")),
        ("sub", json!("not-a-uuid")),
        ("sub", json!(null)),
        ("account", json!("")),
        ("sid", json!("")),
        ("auth_time", json!("1000")),
        ("epoch", json!(null)),
        ("exp", json!(9_999_999_999_i64)),
        ("exp", json!("1300")),
        ("exp", json!(1e300)),
        ("iat", json!(-1)),
        ("jti", json!(7)),
    ] {
        forged.push(forge(&header(), &with(access_body(), name, value), SECRET));
    }
    assert!(forged.len() >= 40, "{} forgeries", forged.len());
    for (index, token) in forged.iter().enumerate() {
        assert_eq!(
            keys.read_access(token, at(1_100)),
            Err(TokenError::Invalid),
            "forgery {index}: {token:.80}"
        );
    }
}

#[test]
fn a_step_up_token_is_read_for_five_minutes_and_is_no_other_token() {
    let (user, family) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
    let token = keys().sign_step_up(user, family, Uuid::nil(), at(1_000)).unwrap();
    let read = StepUp { user_id: user, family_id: family, issued_at: 1_000 };
    assert_eq!(keys().read_step_up(&token, at(1_299)), Ok(read));
    assert_eq!(keys().read_step_up(&token, at(1_300)), Err(TokenError::Expired));
    assert_eq!(keys().read_access(&token, at(1_001)), Err(TokenError::Invalid));
    assert_eq!(keys().read_refresh(&token, at(1_001)), Err(TokenError::Invalid));
    let access = AccessClaims::of(user, Uuid::nil().into(), 0, at(1_000));
    let access = keys().sign_access(&access, Uuid::nil()).unwrap();
    assert_eq!(keys().read_step_up(&access, at(1_001)), Err(TokenError::Invalid));
}

#[test]
fn an_access_token_does_not_refresh_and_a_refresh_token_gives_no_access() {
    let claims = RefreshClaims { auth_time: 1_000, idle_max: 300, abs_max: 600 };
    let access = keys()
        .sign_access(&AccessClaims::of(Uuid::nil().into(), Uuid::nil().into(), 0, at(1_000)), Uuid::nil())
        .unwrap();
    let refresh = keys().sign_refresh(Uuid::nil().into(), Uuid::nil().into(), claims, at(1_000)).unwrap();
    assert_eq!(keys().read_refresh(&access, at(1_001)), Err(TokenError::Invalid));
    assert_eq!(keys().read_access(&refresh, at(1_001)), Err(TokenError::Invalid));
}

#[test]
fn a_short_key_is_refused_with_its_name() {
    let error = TokenKeys::new(vec![TokenKey { id: "k1".into(), secret: "short".into() }]).unwrap_err();
    assert!(error.contains("k1"));
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(token in "\\PC{0,300}") {
        prop_assert_eq!(keys().read_access(&token, at(0)), Err(TokenError::Invalid));
        prop_assert_eq!(keys().read_refresh(&token, at(0)), Err(TokenError::Invalid));
    }
}
