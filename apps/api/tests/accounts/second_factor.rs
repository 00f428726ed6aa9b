//! The second factor of a sign-in: set up, asked, lost, required.

use rf_audit::events;
use rf_test_support::{PASSWORD, Person};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret};

use super::{log_in, refresh};
use crate::support::{Answer, Client, World, every_store};

every_store! {
    a_second_factor_is_asked_once_it_is_proven,
    a_code_and_a_challenge_are_of_one_sign_in,
    wrong_codes_are_few_and_counted,
    of_many_at_once_one_code_signs_in,
    recovery_codes_work_once_each,
    stepping_up_takes_a_code_too,
    an_account_may_require_it,
    an_owner_helps_whoever_lost_their_phone,
    it_takes_a_fresh_password,
    what_ends_access_ends_half_a_sign_in,
}

const OWN: &str = "/auth/me/second-factor";
const POLICY: &str = "/accounts/me/second-factor";

/// What the authenticator app shows now.
fn code(w: &World, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let app = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret).build().unwrap();
    app.generate(u64::try_from(w.now().unix()).unwrap()).to_string()
}

/// The app's secret and the recovery codes of somebody who has just set one up; the next code may be used.
async fn set_up(w: &World, client: &Client) -> (String, Vec<String>) {
    let begun = client.post(OWN, json!({})).await.expect(200);
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let url = begun["otpauth_url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/ResolutionFlow:") && url.contains(&secret), "{url}");
    let confirmed = client.post(&format!("{OWN}/confirm"), json!({ "code": code(w, &secret) })).await;
    let codes = confirmed.expect(200)["recovery_codes"].clone();
    let codes: Vec<String> = serde_json::from_value(codes).unwrap();
    assert_eq!(codes.len(), 10);
    w.clock().advance(30);
    (secret, codes)
}

/// The challenge of a sign-in with the right password.
async fn half(w: &World, person: &Person) -> String {
    let refused = log_in(&w.anonymous(), &person.email).await.refused(401, "second_factor_required");
    assert_eq!(refused["detail"]["expires_in"], 300);
    refused["detail"]["challenge"].as_str().unwrap().to_owned()
}

async fn finish(w: &World, challenge: &str, code: &str) -> Answer {
    w.anonymous().post("/auth/second-factor", json!({ "challenge": challenge, "code": code })).await
}

fn with(w: &World, tokens: &Value) -> Client {
    w.anonymous().with_token(tokens["access_token"].as_str().unwrap())
}

async fn a_second_factor_is_asked_once_it_is_proven(w: World) {
    let engineer = w.engineer();
    let none = json!({ "confirmed_at": null, "recovery_codes_left": 0, "required": false });
    assert_eq!(engineer.get(OWN).await.expect(200), none);
    engineer
        .post(&format!("{OWN}/confirm"), json!({ "code": "000000" }))
        .await
        .refused(409, "second_factor_missing");
    let begun = engineer.post(OWN, json!({})).await.expect(200);
    // Begun is not proven: whoever closes the window now is not shut out.
    log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    assert_eq!(engineer.get(OWN).await.expect(200), none);
    let confirm = format!("{OWN}/confirm");
    engineer.post(&confirm, json!({ "code": "12345" })).await.refuses_fields(&[("code", "incorrect")]);
    let (secret, _codes) = set_up(&w, &engineer).await;
    assert_ne!(begun["secret"], secret.as_str(), "begun again it is another");
    let view = engineer.get(OWN).await.expect(200);
    assert_eq!(view["recovery_codes_left"], 10);
    assert!(view["confirmed_at"].is_string(), "{view}");
    engineer.post(OWN, json!({})).await.refused(409, "second_factor_exists");
    // The sign-in goes on only with a code.
    let challenge = half(&w, &w.engineer).await;
    let tokens = finish(&w, &challenge, &code(&w, &secret)).await.expect(200);
    with(&w, &tokens).get("/auth/me").await.expect(200);
    refresh(&w.anonymous(), tokens["refresh_token"].as_str().unwrap()).await.expect(200);
    let form = w.anonymous().request(reqwest::Method::POST, "/auth/login");
    let form = form.form(&[("username", w.engineer.email.as_str()), ("password", PASSWORD)]);
    Answer::of(form).await.refused(401, "second_factor_required");
    // Who has none is not asked.
    log_in(&w.anonymous(), &w.colleague.email).await.expect(200);
    engineer.delete(OWN).await.expect_empty();
    log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    engineer.delete(OWN).await.refused(409, "second_factor_missing");
    assert_eq!(w.audited(events::SECOND_FACTOR_ADDED).await, 1);
    assert_eq!(w.audited(events::SECOND_FACTOR_REMOVED).await, 1);
}

async fn a_code_and_a_challenge_are_of_one_sign_in(w: World) {
    let (secret, _) = set_up(&w, &w.engineer()).await;
    let (colleagues, _) = set_up(&w, &w.being(&w.colleague)).await;
    let challenge = half(&w, &w.engineer).await;
    finish(&w, &challenge, &code(&w, &colleagues)).await.refused(401, "second_factor_refused");
    let now = code(&w, &secret);
    finish(&w, &challenge, &now).await.expect(200);
    finish(&w, &challenge, &now).await.refused(401, "second_factor_refused");
    w.clock().advance(30);
    finish(&w, &challenge, &now).await.refused(401, "second_factor_refused");
    w.clock().advance(270);
    let late = code(&w, &secret);
    finish(&w, &challenge, &late).await.refused(401, "second_factor_refused");
    // Neither an access token nor the challenge is good for the other's purpose.
    let access = &w.engineer.tokens.access_token;
    finish(&w, access, &late).await.refused(401, "second_factor_refused");
    let challenge = half(&w, &w.engineer).await;
    w.anonymous().with_token(&challenge).get("/auth/me").await.refused(401, "not_authenticated");
    finish(&w, &challenge, &late).await.expect(200);
}

async fn wrong_codes_are_few_and_counted(w: World) {
    let (secret, codes) = set_up(&w, &w.engineer()).await;
    let wrong = |n: usize| if n.is_multiple_of(2) { "000000" } else { "what was it" };
    for n in 0..5 {
        // A new challenge gives no new tries.
        let challenge = half(&w, &w.engineer).await;
        finish(&w, &challenge, wrong(n)).await.refused(401, "second_factor_refused");
    }
    let challenge = half(&w, &w.engineer).await;
    for right in [code(&w, &secret), codes[0].clone()] {
        let refused = finish(&w, &challenge, &right).await;
        let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=900).contains(&seconds), "{seconds}");
        refused.refused(429, "second_factor_tries");
    }
    assert_eq!(w.audited(events::SIGN_IN_FAILED).await, 5);
    w.clock().advance(900);
    let challenge = half(&w, &w.engineer).await;
    finish(&w, &challenge, &code(&w, &secret)).await.expect(200);
}

async fn of_many_at_once_one_code_signs_in(w: World) {
    let (secret, codes) = set_up(&w, &w.engineer()).await;
    for typed in [code(&w, &secret), codes[3].clone()] {
        let challenge = half(&w, &w.engineer).await;
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (client, challenge, typed) = (w.anonymous(), challenge.clone(), typed.clone());
            tries.spawn(async move {
                let body = json!({ "challenge": challenge, "code": typed });
                client.post("/auth/second-factor", body).await.status
            });
        }
        let answers = tries.join_all().await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [200, 401, 429].contains(status)), "{answers:?}");
        w.clock().advance(900);
    }
}

async fn recovery_codes_work_once_each(w: World) {
    let engineer = w.engineer();
    let (secret, codes) = set_up(&w, &engineer).await;
    let challenge = half(&w, &w.engineer).await;
    let typed = codes[0].to_lowercase().replace('-', " ");
    finish(&w, &challenge, &typed).await.expect(200);
    finish(&w, &challenge, &codes[0]).await.refused(401, "second_factor_refused");
    assert_eq!(engineer.get(OWN).await.expect(200)["recovery_codes_left"], 9);
    let new = engineer.post(&format!("{OWN}/recovery-codes"), json!({})).await.expect(200);
    assert_eq!(engineer.get(OWN).await.expect(200)["recovery_codes_left"], 10);
    finish(&w, &challenge, &codes[1]).await.refused(401, "second_factor_refused");
    finish(&w, &challenge, new["recovery_codes"][9].as_str().unwrap()).await.expect(200);
    finish(&w, &challenge, &code(&w, &secret)).await.expect(200);
    assert_eq!(w.audited(events::RECOVERY_CODES_RENEWED).await, 1);
    w.being(&w.colleague)
        .post(&format!("{OWN}/recovery-codes"), json!({}))
        .await
        .refused(409, "second_factor_missing");
}

async fn stepping_up_takes_a_code_too(w: World) {
    let engineer = w.engineer();
    let (secret, _) = set_up(&w, &engineer).await;
    let step_up = async |body: Value| engineer.post("/auth/step-up", body).await;
    step_up(json!({ "password": PASSWORD })).await.refuses_fields(&[("code", "required")]);
    step_up(json!({ "password": PASSWORD, "code": "000000" })).await.refuses_fields(&[("code", "incorrect")]);
    step_up(json!({ "password": "wrong", "code": code(&w, &secret) }))
        .await
        .refuses_fields(&[("password", "incorrect")]);
    step_up(json!({ "password": PASSWORD, "code": code(&w, &secret) })).await.expect(200);
}

async fn an_account_may_require_it(w: World) {
    let owner = w.owner();
    owner.put(POLICY, json!({ "required": true })).await.refused(409, "second_factor_missing");
    assert_eq!(owner.get(POLICY).await.expect(200), json!({ "required": false, "people": [] }));
    set_up(&w, &owner).await;
    let policy = owner.put(POLICY, json!({ "required": true })).await.expect(200);
    assert_eq!(policy, json!({ "required": true, "people": [w.owner.id] }));
    owner.put(POLICY, json!({ "required": true })).await.expect(200);
    assert_eq!(w.audited(events::SECOND_FACTOR_POLICY).await, 1);
    owner.delete(OWN).await.refused(409, "second_factor_kept");
    // At once, with the tokens people have: nothing goes on but setting one up.
    let engineer = w.engineer();
    for path in ["/trees", "/sessions", "/ai-sessions", "/accounts/me/members"] {
        let refused = engineer.get(path).await.refused(403, "second_factor_due");
        assert!(refused["detail"].as_str().unwrap().contains("Set one up"), "{refused}");
        owner.get(path).await.expect(200);
    }
    engineer.get("/auth/me").await.expect(200);
    let tokens = log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    let engineer = with(&w, &tokens);
    engineer.get("/trees").await.refused(403, "second_factor_due");
    assert_eq!(engineer.get(OWN).await.expect(200)["required"], true);
    set_up(&w, &engineer).await;
    engineer.get("/trees").await.expect(200);
    // Others' accounts are theirs.
    w.stranger().get("/trees").await.expect(200);
    owner.put(POLICY, json!({ "required": false })).await.expect(200);
    w.being(&w.colleague).get("/trees").await.expect(200);
    w.engineer().put(POLICY, json!({ "required": false })).await.refused(403, "forbidden");
}

async fn an_owner_helps_whoever_lost_their_phone(w: World) {
    let owner = w.owner();
    set_up(&w, &owner).await;
    let engineer = w.engineer();
    set_up(&w, &engineer).await;
    owner.put(POLICY, json!({ "required": true })).await.expect(200);
    let path = format!("/accounts/me/people/{}/second-factor", w.engineer.id);
    engineer.delete(&path).await.refused(403, "forbidden");
    w.stranger().delete(&path).await.refused(404, "person_not_found");
    owner.delete(&path).await.expect_empty();
    owner.delete(&path).await.refused(409, "second_factor_missing");
    // Their password is enough again, and good for setting up another.
    let tokens = log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    with(&w, &tokens).get("/trees").await.refused(403, "second_factor_due");
    set_up(&w, &with(&w, &tokens)).await;
    with(&w, &tokens).get("/trees").await.expect(200);
}

async fn it_takes_a_fresh_password(w: World) {
    let owner = w.owner();
    set_up(&w, &owner).await;
    let tokens = log_in(&w.anonymous(), &w.colleague.email).await.expect(200);
    w.clock().advance(299);
    let old = refresh(&w.anonymous(), tokens["refresh_token"].as_str().unwrap()).await.expect(200);
    w.clock().advance(1);
    let colleague = with(&w, &old);
    for answer in [
        colleague.post(OWN, json!({})).await,
        colleague.post(&format!("{OWN}/recovery-codes"), json!({})).await,
        colleague.delete(OWN).await,
    ] {
        answer.refused(403, "step_up_required");
    }
    let tokens = refresh(&w.anonymous(), w.owner.tokens.refresh_token.expose_secret()).await.expect(200);
    let owner = with(&w, &tokens);
    owner.put(POLICY, json!({ "required": true })).await.refused(403, "step_up_required");
    let path = format!("/accounts/me/people/{}/second-factor", w.engineer.id);
    owner.delete(&path).await.refused(403, "step_up_required");
}

async fn what_ends_access_ends_half_a_sign_in(w: World) {
    let engineer = w.engineer();
    let (secret, _) = set_up(&w, &engineer).await;
    let challenge = half(&w, &w.engineer).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "quite another one" });
    engineer.post("/auth/password", change).await.expect(200);
    finish(&w, &challenge, &code(&w, &secret)).await.refused(401, "second_factor_refused");
    let (secret, _) = set_up(&w, &w.being(&w.colleague)).await;
    let challenge = half(&w, &w.colleague).await;
    let off = json!({ "is_active": false });
    w.owner().patch(&format!("/accounts/me/people/{}", w.colleague.id), off).await.expect(200);
    finish(&w, &challenge, &code(&w, &secret)).await.refused(401, "second_factor_refused");
}
