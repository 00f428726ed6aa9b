//! A flow is bound to one browser and good once, and a token is believed for good reasons only (promise L9).

use futures_util::future::join_all;
use rf_accounts::OAUTH_FLOW_SECONDS;
use rf_audit::events;
use rf_test_support::PUBLIC_URL;
use serde_json::{Value, json};
use url::Url;

use super::{NORTH, SOUTH, Way, person, sign_in, way, whose, world};
use crate::support::{Answer, Database, World};

fn nora() -> Value {
    person("nora", "nora@gmail.com")
}

/// Nobody was let in: no account was made.
async fn nobody(w: &World) {
    let mut unit = w.store().begin(rf_store::Access::system_read()).await.unwrap();
    let email = rf_accounts::Email::parse("nora@gmail.com").unwrap();
    assert_eq!(unit.user_by_email(&email).await.unwrap(), None);
}

#[tokio::test]
async fn a_sign_in_answers_as_one_with_a_password_does() {
    let (w, _provider) = world(Database::memory().await).await;
    for provider in ["google", "microsoft"] {
        let answer = sign_in(&w, provider, &person("n", &format!("n@{provider}.example"))).await;
        let body = answer.expect(200);
        let login = json!({ "email": w.owner.email, "password": rf_test_support::PASSWORD });
        let with_password = w.anonymous().post("/auth/login/json", login).await.expect(200);
        let names = |body: &Value| body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&body), names(&with_password));
        for field in ["idle_expires_at", "absolute_expires_at", "expires_in", "idle_expires_in"] {
            assert_eq!(body[field], with_password[field], "{field}");
        }
        let refreshed =
            w.anonymous().post("/auth/refresh", json!({ "refresh_token": body["refresh_token"] })).await;
        assert_eq!(whose(&w, &refreshed).await, whose(&w, &answer).await);
    }
}

#[tokio::test]
async fn in_cookie_mode_the_refresh_token_stays_out_of_reach() {
    let (w, _provider) = world(Database::memory().await).await;
    let way = way(&w, "google", &nora()).await;
    let request = w.anonymous().request(reqwest::Method::POST, "/auth/oauth/google/callback");
    let request = request.header("x-auth-mode", "cookie").header("cookie", &way.cookie).json(&way.body());
    let answer = Answer::of(request).await;
    assert!(answer.expect(200)["refresh_token"].is_null());
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
    let refresh = cookies.iter().find(|cookie| cookie.starts_with("rf_refresh=ey")).unwrap();
    assert!(refresh.contains("HttpOnly") && refresh.contains("SameSite=Strict"), "{refresh}");
    let gone = cookies.iter().find(|cookie| cookie.starts_with("rf_oauth=;")).unwrap();
    assert!(gone.contains("Max-Age=0"), "{gone}");
}

#[tokio::test]
async fn the_way_there_says_all_that_is_checked_on_the_way_back() {
    let (w, _provider) = world(Database::memory().await).await;
    for provider in ["google", "microsoft"] {
        let hosts = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example"),
        ];
        for (header, value) in hosts {
            let request =
                w.anonymous().request(reqwest::Method::GET, &format!("/auth/oauth/{provider}/start"));
            let answer = Answer::of(request.header(header, value)).await;
            let cookie = answer.header("set-cookie").to_owned();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
            assert!(cookie.contains("Max-Age=600") && cookie.contains("Path=/api/v1/auth"), "{cookie}");
            let way = Way::begun(provider, &answer);
            let url = Url::parse(&way.authorization_url).unwrap();
            let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
            assert_eq!(query["redirect_uri"], format!("{PUBLIC_URL}/oauth/callback/{provider}"));
            assert_eq!(
                (query["response_type"].as_str(), query["code_challenge_method"].as_str()),
                ("code", "S256")
            );
            let secret = way.cookie.split_once('=').unwrap().1;
            for name in ["state", "nonce", "code_challenge"] {
                assert!(query[name].len() >= 43 && query[name] != secret, "{name}");
            }
        }
    }
    w.anonymous().get("/auth/oauth/github/start").await.refused(409, "oauth_not_offered");
    let meta = w.anonymous().get("/meta").await.expect(200);
    assert_eq!(meta["oauth_providers"], json!(["google", "microsoft"]));
}

#[tokio::test]
async fn of_fifty_returns_with_one_code_one_signs_in() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let (w, _provider) = world(database).await;
        let way = way(&w, "google", &nora()).await;
        let client = w.anonymous();
        let answers = join_all((0..50).map(|_| way.finish(&client))).await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(good.len(), 1);
        for answer in bad {
            answer.refused(400, "oauth_state_refused");
        }
        let client = w.anonymous().with_token(good[0].json()["access_token"].as_str().unwrap());
        let account =
            client.get("/auth/me").await.expect(200)["account_id"].as_str().unwrap().parse().unwrap();
        assert_eq!(w.audited_of(account, events::SIGNED_IN).await, 1);
    }
}

#[tokio::test]
async fn a_state_is_of_one_browser_one_provider_and_ten_minutes() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let refused = async |way: &Way| {
        way.finish(&w.anonymous()).await.refused(400, "oauth_state_refused");
    };
    let (own, foreign) = (way(&w, "google", &nora()).await, way(&w, "google", &nora()).await);
    refused(&Way { cookie: foreign.cookie.clone(), ..own.clone() }).await;
    refused(&Way { cookie: "other=1".into(), ..own.clone() }).await;
    refused(&Way { cookie: "rf_oauth=".into(), ..own.clone() }).await;
    refused(&Way { state: foreign.state.clone(), ..own.clone() }).await;
    refused(&Way { state: String::new(), ..own.clone() }).await;
    refused(&Way { cookie: "rf_oauth=made-up".into(), state: "made-up".into(), ..own.clone() }).await;
    // At another provider's page it is used up for nothing.
    refused(&Way { provider: "microsoft", ..foreign.clone() }).await;
    refused(&foreign).await;
    // A sign-in cannot be finished as a link.
    let for_link = way(&w, "google", &nora()).await;
    for_link.finish_link(&w.owner()).await.refused(400, "oauth_state_refused");
    refused(&for_link).await;
    nobody(&w).await;
    let late = way(&w, "google", &nora()).await;
    own.finish(&w.anonymous()).await.expect(200);
    refused(&own).await;
    w.clock().advance(OAUTH_FLOW_SECONDS);
    refused(&late).await;
}

#[tokio::test]
async fn a_code_without_its_verifier_is_worth_nothing() {
    let (w, _provider) = world(Database::memory().await).await;
    let start = w.anonymous().get("/auth/oauth/google/start").await;
    let mut begun = Way::begun("google", &start);
    let mut url = Url::parse(&begun.authorization_url).unwrap();
    let query: Vec<_> = url.query_pairs().into_owned().collect();
    let swapped = query.iter().map(|(name, value)| match name.as_str() {
        "code_challenge" => (name.as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        _ => (name.as_str(), value.as_str()),
    });
    url.query_pairs_mut().clear().extend_pairs(swapped);
    begun.authorization_url = url.into();
    begun.sign_in(&nora()).await.finish(&w.anonymous()).await.refused(401, "oauth_refused");
    // A stolen code in the thief's own flow: the provider misses the verifier it was asked for with.
    let (victim, thief) = (way(&w, "google", &nora()).await, way(&w, "google", &nora()).await);
    let injected = Way { code: victim.code, ..thief };
    injected.finish(&w.anonymous()).await.refused(401, "oauth_refused");
    let invented = Way { code: "invented".into(), ..way(&w, "google", &nora()).await };
    invented.finish(&w.anonymous()).await.refused(401, "oauth_refused");
    nobody(&w).await;
}

#[tokio::test]
async fn tokens_nobody_should_believe_are_not_believed() {
    let (w, provider) = world(Database::memory().await).await;
    let other = |name: &str| format!("{}/{name}", provider.base);
    let forgeries = [
        ("another issuer", json!({ "claims": { "iss": "https://evil.example" } })),
        ("another provider's issuer", json!({ "claims": { "iss": other("google/x") } })),
        ("another client's", json!({ "claims": { "aud": "another" } })),
        ("several clients'", json!({ "claims": { "aud": ["resolutionflow", "another"] } })),
        ("made for another client", json!({ "claims": { "azp": "another" } })),
        ("no client's", json!({ "claims": { "aud": null } })),
        ("expired", json!({ "claims": { "exp": 1_700_000_000 } })),
        ("never to expire", json!({ "claims": { "exp": null } })),
        ("another flow's", json!({ "claims": { "nonce": "another" } })),
        ("no flow's", json!({ "claims": { "nonce": null } })),
        ("nobody's", json!({ "claims": { "sub": "" } })),
        ("no subject's", json!({ "claims": { "sub": null } })),
        ("an attacker's under a known name", json!({ "key": "attacker" })),
        ("an attacker's under their own", json!({ "key": "unknown" })),
        ("unsigned", json!({ "alg": "none" })),
        ("signed with what everybody knows", json!({ "alg": "HS256" })),
    ];
    for provider in ["google", "microsoft"] {
        for (what, forge) in &forgeries {
            let mut claims = nora();
            claims["forge"] = forge.clone();
            let answer = sign_in(&w, provider, &claims).await;
            assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("oauth_refused")), "{what}");
        }
    }
    // A directory says that it is another one.
    for tid in [json!(SOUTH), json!(null), json!("../common"), json!("")] {
        let mut claims = nora();
        claims["forge"] = json!({ "claims": { "tid": tid } });
        sign_in(&w, "microsoft", &claims).await.refused(401, "oauth_refused");
    }
    nobody(&w).await;
    let mut genuine = nora();
    genuine["forge"] = json!({ "claims": { "tid": NORTH, "azp": "resolutionflow" } });
    sign_in(&w, "microsoft", &genuine).await.expect(200);
}

#[tokio::test]
async fn exchanged_keys_are_found() {
    let (w, provider) = world(Database::memory().await).await;
    let id = whose(&w, &sign_in(&w, "google", &nora()).await).await;
    provider.rotate().await;
    // Whoever sends strange keys does not have us ask the provider each time.
    sign_in(&w, "google", &nora()).await.refused(401, "oauth_refused");
    w.clock().advance(10);
    assert_eq!(whose(&w, &sign_in(&w, "google", &nora()).await).await, id);
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be() {
    let (w, provider) = world(Database::memory().await).await;
    let begun = way(&w, "google", &nora()).await;
    drop(provider);
    begun.finish(&w.anonymous()).await.refused(503, "oauth_unavailable");
    w.anonymous().get("/auth/oauth/microsoft/start").await.refused(503, "oauth_unavailable");
}
