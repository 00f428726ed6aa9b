//! What people change about themselves.

use rf_audit::events;
use rf_kernel::Page;
use rf_store::Access;
use rf_test_support::PASSWORD;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{log_in, refresh, token_of};
use crate::support::{Client, NewPerson, World, every_store};

every_store! {
    everybody_renames_themselves,
    a_new_password_ends_the_other_sign_ins_and_keeps_this_one,
    a_password_needs_the_present_one_and_must_be_good,
    whoever_has_no_password_changes_none,
    of_two_changes_at_once_one_counts,
}

const NEW: &str = "an even longer password";

async fn change(client: &Client, current: &str, new: &str) -> crate::support::Answer {
    client.post("/auth/password", json!({ "current_password": current, "new_password": new })).await
}

async fn everybody_renames_themselves(w: World) {
    assert_eq!(w.viewer().patch("/auth/me", json!({ "name": " Vera " })).await.expect(200)["name"], "Vera");
    assert_eq!(w.viewer().get("/auth/me").await.expect(200)["name"], "Vera");
    let entries = w.test.app.audit_entries(w.north.id, events::USER_RENAMED).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(entry.payload, json!({ "before": { "name": "Vic" }, "after": { "name": "Vera" } }));
    for wrong in
        [json!({ "name": "" }), json!({ "name": "x".repeat(201) }), json!({ "role": "owner" }), json!({})]
    {
        w.viewer().patch("/auth/me", wrong).await.refused(422, "validation_failed");
    }
}

async fn a_new_password_ends_the_other_sign_ins_and_keeps_this_one(w: World) {
    let other = log_in(&w.anonymous(), &w.engineer.email).await;
    let other_client = w.anonymous().with_token(other.expect(200)["access_token"].as_str().unwrap());
    let answer = change(&w.engineer(), PASSWORD, NEW).await.expect(200);
    assert_eq!(answer["revoked_count"], 1);
    // This sign-in goes on, by the token answered and by its refresh token.
    let again = w.anonymous().with_token(answer["access_token"].as_str().unwrap());
    again.get("/auth/me").await.expect(200);
    refresh(&w.anonymous(), w.engineer.tokens.refresh_token.expose_secret()).await.expect(200);
    // The other one ended, at once.
    other_client.get("/auth/me").await.refused(401, "not_authenticated");
    w.engineer().get("/auth/me").await.refused(401, "not_authenticated");
    refresh(&w.anonymous(), &token_of(&other)).await.refused(401, "invalid_refresh_token");
    log_in(&w.anonymous(), &w.engineer.email).await.refused(401, "invalid_credentials");
    let body = json!({ "email": w.engineer.email, "password": NEW });
    w.anonymous().post("/auth/login/json", body).await.expect(200);
    // Nobody else's.
    w.colleague().get("/auth/me").await.expect(200);
    // They are told, in case it was somebody else.
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    let mails = unit.list_mails(None, Page { skip: 0, limit: Page::MAX_LIMIT }).await.unwrap();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert_eq!((mail.letter.about(), &mail.to), ("password_changed", &w.engineer.email));
    drop(unit);
    let entries = w.test.app.audit_entries(w.north.id, events::PASSWORD_CHANGED).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(entry.payload, json!({ "revoked_count": 1 }));
}

async fn a_password_needs_the_present_one_and_must_be_good(w: World) {
    let engineer = w.engineer();
    change(&engineer, "not my password", NEW).await.refuses_fields(&[("current_password", "incorrect")]);
    for (new, code) in [
        ("short", "too_short"),
        ("password123", "too_common"),
        (&"x".repeat(72), "too_long"),
        (PASSWORD, "unchanged"),
    ] {
        change(&engineer, PASSWORD, new).await.refuses_fields(&[("new_password", code)]);
    }
    engineer.get("/auth/me").await.expect(200);
    log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    assert_eq!(w.audited(events::PASSWORD_CHANGED).await, 0);
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    assert!(unit.list_mails(None, Page { skip: 0, limit: 1 }).await.unwrap().is_empty());
}

async fn whoever_has_no_password_changes_none(w: World) {
    let email = "oauth@north.example";
    let id = w.unusual(email, NewPerson { has_password: false, ..NewPerson::default() }).await;
    let claims = rf_auth_policy::AccessClaims::of(id, w.north.id, 0, w.now());
    let token = rf_test_support::token_keys().sign_access(&claims, w.test.app.new_id()).unwrap();
    let client = w.anonymous().with_token(token);
    change(&client, PASSWORD, NEW).await.refused(409, "no_password");
}

/// Both showed the password that was; the second finds it is no more.
async fn of_two_changes_at_once_one_counts(w: World) {
    let (first, second) = (w.engineer(), w.again(&w.engineer).await);
    let (a, b) = tokio::join!(
        change(&first, PASSWORD, "the first of two passwords"),
        change(&second, PASSWORD, "the second of two passwords")
    );
    let succeeded = [&a, &b].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(succeeded, 1, "{a:?} {b:?}");
    assert_eq!(w.audited(events::PASSWORD_CHANGED).await, 1);
}
