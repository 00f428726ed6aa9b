//! Choosing a new password and proving an address.

use rf_accounts::LIBRARY_ACCOUNT_ID;
use rf_audit::events::{EMAIL_VERIFICATION_SENT, EMAIL_VERIFIED, PASSWORD_RESET, PASSWORD_RESET_REQUESTED};
use rf_kernel::AccountId;
use rf_test_support::PASSWORD;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{forgot, log_in, mails, mails_to, newest_token, registered, reset, reset_token, token_of, work};
use crate::support::{NewPerson, World, every_store};

every_store! {
    forgetting_answers_the_same_for_every_address,
    a_reset_changes_the_password_and_ends_all_sign_ins,
    every_dead_link_says_why,
    a_link_works_until_its_last_instant,
    one_link_a_minute,
    a_link_that_ran_out_is_swept_a_month_later,
    somebody_without_a_password_gets_one,
    somebody_switched_off_meanwhile_gets_none,
    what_no_password_can_be_leaves_the_link_open,
    registration_asks_to_prove_the_address,
    another_verification_is_sent_on_demand,
}

const NEW: &str = "another long password";

/// Until then it says what became of it.
async fn a_link_that_ran_out_is_swept_a_month_later(w: World) {
    let token = reset_token(&w, &w.engineer.email).await;
    w.clock().advance(30 * 86_400);
    reset(&w, &token, NEW).await.refused(400, "link_expired");
    w.test.app.sweep_tokens().await.unwrap();
    reset(&w, &token, NEW).await.refused(400, "link_expired");
    w.clock().advance(86_400);
    assert!(w.test.app.sweep_tokens().await.unwrap() > 0);
    reset(&w, &token, NEW).await.refused(400, "link_unknown");
}

/// L2's shape: one status, one body, one kind of work; what happened shows in mailboxes and the logs alone.
async fn forgetting_answers_the_same_for_every_address(w: World) {
    let off = NewPerson { is_active: false, ..NewPerson::default() };
    w.unusual("off@north.example", off).await;
    let addresses = [&w.engineer.email, "nobody@nowhere.example", "off@north.example"];
    let mut answers = Vec::new();
    for address in addresses {
        let answer = forgot(&w, address).await;
        answer.expect(202);
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        answers.push((answer.text, names));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(mails(&w).await, [], "nothing is looked up while somebody waits");
    assert_eq!(work(&w).await, 3);
    let sent = mails(&w).await;
    assert_eq!(sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [w.engineer.email.as_str()]);
    assert_eq!(w.audited(PASSWORD_RESET_REQUESTED).await, 1);
    assert_eq!(w.audited_of(LIBRARY_ACCOUNT_ID, PASSWORD_RESET_REQUESTED).await, 2);
    forgot(&w, "no address").await.refuses_fields(&[("email", "not_an_email")]);
}

async fn a_reset_changes_the_password_and_ends_all_sign_ins(w: World) {
    let other_device = log_in(&w.anonymous(), &w.engineer.email, PASSWORD).await.expect(200);
    let token = reset_token(&w, &w.engineer.email).await;
    reset(&w, &token, NEW).await.expect_empty();
    for refresh in
        [w.engineer.tokens.refresh_token.expose_secret(), other_device["refresh_token"].as_str().unwrap()]
    {
        let answer = w.anonymous().post("/auth/refresh", json!({ "refresh_token": refresh })).await;
        answer.says(401, "invalid_refresh_token", "invalid_refresh_token");
    }
    w.engineer().get("/auth/me").await.refused(401, "not_authenticated");
    log_in(&w.anonymous(), &w.engineer.email, PASSWORD).await.refused(401, "invalid_credentials");
    log_in(&w.anonymous(), &w.engineer.email, NEW).await.expect(200);
    // Nobody else's.
    log_in(&w.anonymous(), &w.colleague.email, PASSWORD).await.expect(200);
    w.colleague().get("/auth/me").await.expect(200);
    assert_eq!(mails_to(&w, &w.engineer.email, "password_changed").await.len(), 1);
    let entries = w.test.app.audit_entries(w.north.id, PASSWORD_RESET).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(entry.payload, json!({ "revoked_count": 2 }));
    assert_eq!((entry.actor_id, entry.target_id), (Some(w.engineer.id), Some(w.engineer.id.uuid())));
}

async fn every_dead_link_says_why(w: World) {
    let superseded = reset_token(&w, &w.engineer.email).await;
    let used = reset_token(&w, &w.engineer.email).await;
    reset(&w, &superseded, NEW).await.refused(400, "link_superseded");
    reset(&w, &used, NEW).await.expect_empty();
    reset(&w, &used, NEW).await.refused(400, "link_used");
    let expired = reset_token(&w, &w.colleague.email).await;
    w.clock().advance(3_600);
    reset(&w, &expired, NEW).await.refused(400, "link_expired");
    for unknown in ["", "x", &used[1..], "' OR 1=1", &"a".repeat(100_000)] {
        reset(&w, unknown, NEW).await.refused(400, "link_unknown");
    }
    // A link does what it is for and nothing else.
    registered(&w, "nina@tailspin.example").await;
    let verify = newest_token(&w, "nina@tailspin.example", "verify_email").await;
    reset(&w, &verify, NEW).await.refused(400, "link_unknown");
    let answer = w.anonymous().post("/auth/email/verify", json!({ "token": expired })).await;
    answer.refused(400, "link_unknown");
    log_in(&w.anonymous(), &w.colleague.email, PASSWORD).await.expect(200);
}

async fn a_link_works_until_its_last_instant(w: World) {
    let token = reset_token(&w, &w.engineer.email).await;
    w.clock().advance(3_599);
    reset(&w, &token, NEW).await.expect_empty();
}

/// Nobody fills somebody's mailbox through us; who was not sent another mail can still use the first.
async fn one_link_a_minute(w: World) {
    let first = reset_token(&w, &w.engineer.email).await;
    for _ in 0..3 {
        w.clock().advance(19);
        forgot(&w, &w.engineer.email).await.expect(202);
        work(&w).await;
    }
    assert_eq!(mails_to(&w, &w.engineer.email, "reset_password").await.len(), 1);
    w.clock().advance(3);
    forgot(&w, &w.engineer.email).await.expect(202);
    work(&w).await;
    assert_eq!(mails_to(&w, &w.engineer.email, "reset_password").await.len(), 2);
    reset(&w, &first, NEW).await.refused(400, "link_superseded");
}

/// CLI-05: a site admin is made without one.
async fn somebody_without_a_password_gets_one(w: World) {
    let without = NewPerson { has_password: false, ..NewPerson::default() };
    w.unusual("new-admin@north.example", without).await;
    log_in(&w.anonymous(), "new-admin@north.example", NEW).await.refused(401, "invalid_credentials");
    let token = reset_token(&w, "new-admin@north.example").await;
    reset(&w, &token, NEW).await.expect_empty();
    log_in(&w.anonymous(), "new-admin@north.example", NEW).await.expect(200);
}

async fn somebody_switched_off_meanwhile_gets_none(w: World) {
    let token = reset_token(&w, &w.engineer.email).await;
    let mut unit = w.store().begin(rf_store::Access::system_write()).await.unwrap();
    assert!(unit.set_user_active(w.north.id, w.engineer.id, false).await.unwrap());
    unit.commit().await.unwrap();
    reset(&w, &token, NEW).await.refused(400, "link_unknown");
    assert_eq!(w.audited(PASSWORD_RESET).await, 0);
}

async fn what_no_password_can_be_leaves_the_link_open(w: World) {
    let token = reset_token(&w, &w.engineer.email).await;
    let long = "x".repeat(72);
    for (password, code) in [("short", "too_short"), (long.as_str(), "too_long"), ("password", "too_common")]
    {
        reset(&w, &token, password).await.refuses_fields(&[("password", code)]);
    }
    reset(&w, &token, NEW).await.expect_empty();
}

async fn registration_asks_to_prove_the_address(w: World) {
    let nina = registered(&w, "nina@tailspin.example").await;
    assert!(nina.get("/auth/me").await.expect(200)["email_verified_at"].is_null());
    let token = newest_token(&w, "nina@tailspin.example", "verify_email").await;
    w.anonymous().post("/auth/email/verify", json!({ "token": token })).await.expect_empty();
    let me = nina.get("/auth/me").await.expect(200);
    assert!(me["email_verified_at"].is_string(), "{me}");
    let again = w.anonymous().post("/auth/email/verify", json!({ "token": token })).await;
    again.refused(400, "link_used");
    nina.post("/auth/email/verification", json!({})).await.refused(409, "email_already_verified");
    let account = me["account_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(w.audited_of(AccountId(account), EMAIL_VERIFIED).await, 1);
    // Links are for three days, and the proof stays.
    assert_eq!(mails_to(&w, "nina@tailspin.example", "verify_email").await.len(), 1);
}

async fn another_verification_is_sent_on_demand(w: World) {
    let nina = registered(&w, "nina@tailspin.example").await;
    let me = nina.get("/auth/me").await.expect(200);
    let first = newest_token(&w, "nina@tailspin.example", "verify_email").await;
    nina.post("/auth/email/verification", json!({})).await.expect(202);
    assert_eq!(mails_to(&w, "nina@tailspin.example", "verify_email").await.len(), 1, "a moment ago");
    w.clock().advance(60);
    nina.post("/auth/email/verification", json!({})).await.expect(202);
    let sent = mails_to(&w, "nina@tailspin.example", "verify_email").await;
    assert_eq!(sent.len(), 2);
    let answer = w.anonymous().post("/auth/email/verify", json!({ "token": first })).await;
    answer.refused(400, "link_superseded");
    let token = token_of(&sent[0]);
    w.clock().advance(3 * 86_400 - 1);
    w.anonymous().post("/auth/email/verify", json!({ "token": token })).await.expect_empty();
    let account = me["account_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(w.audited_of(AccountId(account), EMAIL_VERIFICATION_SENT).await, 1);
    w.anonymous().post("/auth/email/verification", json!({})).await.refused(401, "not_authenticated");
}
