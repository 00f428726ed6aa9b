//! Signing in with another address.

use futures_util::future::join_all;
use rf_audit::events::{EMAIL_CHANGE_REQUESTED, EMAIL_CHANGED};
use rf_test_support::PASSWORD;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{log_in, mails, mails_to, newest_token, registered, reset, reset_token, token_of};
use crate::support::{Answer, Client, NewPerson, World, every_store};

every_store! {
    an_address_is_changed_by_the_link_alone,
    the_answer_is_the_same_for_a_taken_address,
    an_old_sign_in_shows_its_password_first,
    what_is_no_new_address_is_refused,
    one_link_a_minute_and_the_newest_counts,
    whoever_confirms_signed_in_stays_so,
    links_to_the_old_address_die,
    a_new_password_ends_the_wish,
    every_dead_link_says_why,
    of_many_who_want_an_address_one_gets_it,
}

const NEW: &str = "new@north.example";

async fn ask(client: &Client, email: &str) -> Answer {
    client.post("/auth/email/change", json!({ "email": email })).await
}

async fn confirm(client: &Client, token: &str) -> Answer {
    client.post("/auth/email/change/confirm", json!({ "token": token })).await
}

async fn change_token(w: &World, email: &str) -> String {
    newest_token(w, email, "change_email").await
}

async fn an_address_is_changed_by_the_link_alone(w: World) {
    let old = w.engineer.email.clone();
    let before = w.engineer().get("/auth/me").await.expect(200);
    let other = log_in(&w.anonymous(), &old, PASSWORD).await.expect(200);
    // Written anyhow, kept as all addresses are.
    assert_eq!(ask(&w.engineer(), "  New@North.Example ").await.expect(202), json!({ "email": NEW }));
    assert_eq!(w.engineer().get("/auth/me").await.expect(200), before, "nothing changed yet");
    assert_eq!(mails_to(&w, &old, "email_change_asked").await.len(), 1);
    let token = change_token(&w, NEW).await;
    confirm(&w.anonymous(), &token).await.expect_empty();
    log_in(&w.anonymous(), &old, PASSWORD).await.refused(401, "invalid_credentials");
    let signed_in = log_in(&w.anonymous(), NEW, PASSWORD).await.expect(200);
    let me = w.anonymous().with_token(signed_in["access_token"].as_str().unwrap());
    let me = me.get("/auth/me").await.expect(200);
    assert_eq!((&me["email"], &me["id"]), (&json!(NEW), &before["id"]));
    assert!(me["email_verified_at"].is_string(), "{me}");
    // All sign-ins from before ended, at once.
    w.engineer().get("/auth/me").await.refused(401, "not_authenticated");
    for refresh in [w.engineer.tokens.refresh_token.expose_secret(), other["refresh_token"].as_str().unwrap()]
    {
        let answer = w.anonymous().post("/auth/refresh", json!({ "refresh_token": refresh })).await;
        answer.refused(401, "invalid_refresh_token");
    }
    w.colleague().get("/auth/me").await.expect(200);
    assert_eq!(mails_to(&w, &old, "email_changed").await.len(), 1);
    assert_eq!(w.audited(EMAIL_CHANGE_REQUESTED).await, 1);
    let entries = w.test.app.audit_entries(w.north.id, EMAIL_CHANGED).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    let expected = json!({ "before": { "email": old }, "after": { "email": NEW }, "revoked_count": 2 });
    assert_eq!(entry.payload, expected);
    assert_eq!((entry.actor_id, entry.target_id), (Some(w.engineer.id), Some(w.engineer.id.uuid())));
    confirm(&w.anonymous(), &token).await.refused(400, "link_used");
}

/// Only the mailbox of the address learns that somebody has it.
async fn the_answer_is_the_same_for_a_taken_address(w: World) {
    registered(&w, "taken@tailspin.example").await;
    let mut answers = Vec::new();
    for (client, email) in
        [(w.engineer(), "taken@tailspin.example"), (w.colleague(), "free@tailspin.example")]
    {
        let answer = ask(&client, email).await;
        assert_eq!(answer.expect(202), json!({ "email": email }));
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        answers.push(names);
        assert_eq!(mails_to(&w, email, "change_email").await.len(), 1);
    }
    assert_eq!(answers[0], answers[1]);
    let token = change_token(&w, "taken@tailspin.example").await;
    let taken = "Somebody signs in with this address already.";
    confirm(&w.anonymous(), &token).await.says(409, "email_taken", taken);
    // Nothing came of it: neither sign-ins nor the link ended.
    w.engineer().get("/auth/me").await.expect(200);
    log_in(&w.anonymous(), &w.engineer.email, PASSWORD).await.expect(200);
    assert_eq!(w.audited(EMAIL_CHANGED).await, 0);
    confirm(&w.anonymous(), &token).await.refused(409, "email_taken");
}

async fn an_old_sign_in_shows_its_password_first(w: World) {
    w.clock().advance(300);
    // A refreshed access token is as old as its sign-in.
    let old = w.engineer.tokens.refresh_token.expose_secret();
    let rotated = w.anonymous().post("/auth/refresh", json!({ "refresh_token": old })).await.expect(200);
    let engineer = w.anonymous().with_token(rotated["access_token"].as_str().unwrap());
    ask(&engineer, NEW).await.refused(403, "step_up_required");
    assert_eq!(mails(&w).await, []);
    let shown = engineer.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(200);
    let request = engineer
        .request(reqwest::Method::POST, "/auth/email/change")
        .header("x-step-up", shown["step_up_token"].as_str().unwrap())
        .json(&json!({ "email": NEW }));
    Answer::of(request).await.expect(202);
    ask(&w.anonymous(), NEW).await.refused(401, "not_authenticated");
}

async fn what_is_no_new_address_is_refused(w: World) {
    let long = format!("{}@north.example", "x".repeat(254));
    for (email, code) in [
        ("", "not_an_email"),
        ("no address", "not_an_email"),
        (long.as_str(), "not_an_email"),
        (&w.engineer.email.to_uppercase(), "unchanged"),
    ] {
        ask(&w.engineer(), email).await.refuses_fields(&[("email", code)]);
    }
    for body in [json!({}), json!({ "email": NEW, "password": PASSWORD }), json!({ "email": 7 })] {
        w.engineer().post("/auth/email/change", body).await.refused(422, "validation_failed");
    }
    assert_eq!(mails(&w).await, []);
}

async fn one_link_a_minute_and_the_newest_counts(w: World) {
    ask(&w.engineer(), "typo@nort.example").await.expect(202);
    w.clock().advance(59);
    let soon = ask(&w.engineer(), NEW).await;
    soon.refused(429, "rate_limited");
    assert_eq!(soon.header("retry-after"), "1");
    w.clock().advance(1);
    ask(&w.engineer(), NEW).await.expect(202);
    let typo = change_token(&w, "typo@nort.example").await;
    confirm(&w.anonymous(), &typo).await.refused(400, "link_superseded");
    let token = change_token(&w, NEW).await;
    confirm(&w.anonymous(), &token).await.expect_empty();
}

async fn whoever_confirms_signed_in_stays_so(w: World) {
    ask(&w.engineer(), NEW).await.expect(202);
    let other = log_in(&w.anonymous(), &w.engineer.email, PASSWORD).await.expect(200);
    let token = change_token(&w, NEW).await;
    confirm(&w.anonymous().with_token("stale"), &token).await.refused(401, "not_authenticated");
    confirm(&w.engineer(), &token).await.expect_empty();
    let refresh = |token: &str| {
        let body = json!({ "refresh_token": token });
        let client = w.anonymous();
        async move { client.post("/auth/refresh", body).await }
    };
    let next = refresh(w.engineer.tokens.refresh_token.expose_secret()).await.expect(200);
    let me = w.anonymous().with_token(next["access_token"].as_str().unwrap());
    assert_eq!(me.get("/auth/me").await.expect(200)["email"], NEW);
    refresh(other["refresh_token"].as_str().unwrap()).await.refused(401, "invalid_refresh_token");
    // Somebody else's sign-in in the same browser is nothing to spare, and nothing to end.
    w.clock().advance(60);
    ask(&me, "third@north.example").await.expect(202);
    let token = change_token(&w, "third@north.example").await;
    confirm(&w.colleague(), &token).await.expect_empty();
    refresh(next["refresh_token"].as_str().unwrap()).await.refused(401, "invalid_refresh_token");
    w.colleague().get("/auth/me").await.expect(200);
}

async fn links_to_the_old_address_die(w: World) {
    let nina = registered(&w, "nina@tailspin.example").await;
    let verify = newest_token(&w, "nina@tailspin.example", "verify_email").await;
    let forgotten = reset_token(&w, "nina@tailspin.example").await;
    ask(&nina, "nina@fabrikam.example").await.expect(202);
    let token = change_token(&w, "nina@fabrikam.example").await;
    confirm(&w.anonymous(), &token).await.expect_empty();
    reset(&w, &forgotten, "another long password").await.refused(400, "link_superseded");
    let answer = w.anonymous().post("/auth/email/verify", json!({ "token": verify })).await;
    answer.refused(400, "link_superseded");
    // The address that is free now is anybody's.
    registered(&w, "nina@tailspin.example").await;
}

/// What the notice tells whoever did not ask: with a new password, either way, the link works no more.
async fn a_new_password_ends_the_wish(w: World) {
    ask(&w.engineer(), NEW).await.expect(202);
    let body = json!({ "current_password": PASSWORD, "new_password": "another long password" });
    w.engineer().post("/auth/password", body).await.expect(200);
    confirm(&w.anonymous(), &change_token(&w, NEW).await).await.refused(400, "link_superseded");
    ask(&w.colleague(), "other@north.example").await.expect(202);
    let forgotten = reset_token(&w, &w.colleague.email).await;
    reset(&w, &forgotten, "another long password").await.expect_empty();
    let token = change_token(&w, "other@north.example").await;
    confirm(&w.anonymous(), &token).await.refused(400, "link_superseded");
    assert_eq!(w.audited(EMAIL_CHANGED).await, 0);
}

async fn every_dead_link_says_why(w: World) {
    ask(&w.engineer(), NEW).await.expect(202);
    let token = change_token(&w, NEW).await;
    for unknown in ["", "x", &token[1..], &"a".repeat(100_000)] {
        confirm(&w.anonymous(), unknown).await.refused(400, "link_unknown");
    }
    // A link does what it is for and nothing else.
    let verify = w.anonymous().post("/auth/email/verify", json!({ "token": token })).await;
    verify.refused(400, "link_unknown");
    reset(&w, &token, "another long password").await.refused(400, "link_unknown");
    w.clock().advance(3 * 86_400);
    confirm(&w.anonymous(), &token).await.refused(400, "link_expired");
    let off = w.unusual("soon-off@north.example", NewPerson::default()).await;
    let person = log_in(&w.anonymous(), "soon-off@north.example", PASSWORD).await.expect(200);
    let person = w.anonymous().with_token(person["access_token"].as_str().unwrap());
    ask(&person, "off@elsewhere.example").await.expect(202);
    let mut unit = w.store().begin(rf_store::Access::system_write()).await.unwrap();
    assert!(unit.set_user_active(w.north.id, off, false).await.unwrap());
    unit.commit().await.unwrap();
    let token = change_token(&w, "off@elsewhere.example").await;
    confirm(&w.anonymous(), &token).await.refused(400, "link_unknown");
}

/// Whatever comes at once: one link changes one address, once, and registration is in the race as well.
async fn of_many_who_want_an_address_one_gets_it(w: World) {
    for client in [w.engineer(), w.colleague(), w.viewer()] {
        ask(&client, NEW).await.expect(202);
    }
    let tokens: Vec<_> = mails_to(&w, NEW, "change_email").await.iter().map(token_of).collect();
    assert_eq!(tokens.len(), 3);
    let client = w.anonymous();
    let confirmations = join_all(tokens.iter().cycle().take(30).map(|token| confirm(&client, token)));
    let body = json!({ "email": NEW, "password": PASSWORD, "name": "Nina", "account_name": "Tailspin" });
    let (answers, registration) = tokio::join!(confirmations, client.post("/auth/register", body));
    let changed = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(changed + usize::from(registration.status == 201), 1, "{answers:?} {registration:?}");
    for answer in answers.iter().filter(|answer| answer.status != 204) {
        let code = answer.json()["code"].clone();
        assert!(code == "email_taken" || code == "link_used", "{answer:?}");
    }
    assert_eq!(w.audited(EMAIL_CHANGED).await, changed);
    log_in(&client, NEW, PASSWORD).await.expect(200);
}
