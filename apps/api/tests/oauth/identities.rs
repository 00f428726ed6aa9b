//! What people have linked.

use rf_audit::events;
use rf_test_support::PASSWORD;
use serde_json::json;

use super::{Way, link, person, sign_in, whose, world};
use crate::support::{Database, World, every_store};

every_store!(nothing_is_linked_at_first);

async fn nothing_is_linked_at_first(w: World) {
    let own = w.viewer().get("/auth/identities").await.expect(200);
    assert_eq!(own, json!({ "identities": [], "has_password": true }));
    w.anonymous().get("/auth/identities").await.refused(401, "not_authenticated");
    w.viewer().post("/auth/identities/google/start", json!({})).await.refused(409, "oauth_not_offered");
    w.anonymous().get("/auth/oauth/google/start").await.refused(409, "oauth_not_offered");
}

#[tokio::test]
async fn a_linked_identity_signs_in_until_it_is_taken_away() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let (w, _provider) = world(database).await;
        let claims = person("eli", "eli@work.example");
        let linked = link(&w.engineer(), "microsoft", &claims).await.expect(200);
        assert_eq!(
            (&linked["provider"], &linked["email"]),
            (&json!("microsoft"), &json!("eli@work.example"))
        );
        // Once more is the same.
        assert_eq!(link(&w.engineer(), "microsoft", &claims).await.expect(200), linked);
        assert_eq!(whose(&w, &sign_in(&w, "microsoft", &claims).await).await, w.engineer.id.to_string());
        let own = w.engineer().get("/auth/identities").await.expect(200);
        assert_eq!(own["identities"][0]["last_used_at"], json!(w.now().to_string()));
        let path = format!("/auth/identities/{}", linked["id"].as_str().unwrap());
        for somebody in [w.colleague(), w.owner(), w.stranger()] {
            somebody.delete(&path).await.refused(404, "not_found");
            link(&somebody, "microsoft", &claims).await.refused(409, "identity_taken");
        }
        w.engineer().delete(&path).await.expect_empty();
        w.engineer().delete(&path).await.refused(404, "not_found");
        assert_ne!(whose(&w, &sign_in(&w, "microsoft", &claims).await).await, w.engineer.id.to_string());
        assert_eq!(w.audited(events::IDENTITY_LINKED).await, 1);
        assert_eq!(w.audited(events::IDENTITY_UNLINKED).await, 1);
    }
}

/// Whoever has no password would sign in to nothing.
#[tokio::test]
async fn linked_sign_ins_come_along_into_another_account() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let (w, _provider) = world(database).await;
        let claims = person("nora", "nora@gmail.com");
        let first = sign_in(&w, "google", &claims).await;
        let before = whose(&w, &first).await;
        let nora = w.anonymous().with_token(first.expect(200)["access_token"].as_str().unwrap());
        link(&nora, "microsoft", &person("nora", "nora@work.example")).await.expect(200);
        let names = async |client: &crate::support::Client| {
            let own = client.get("/auth/identities").await.expect(200);
            let all = own["identities"].as_array().unwrap().iter();
            all.map(|one| (one["provider"].clone(), one["email"].clone())).collect::<Vec<_>>()
        };
        let linked = names(&nora).await;
        assert_eq!(linked.len(), 2);
        let invited = json!({ "email": "nora@gmail.com", "role": "engineer" });
        w.owner().post("/accounts/me/invites", invited).await.expect(201);
        let token = crate::mail::newest_token(&w, "nora@gmail.com", "invitation").await;
        let moved = nora.post(&format!("/auth/invites/{token}/accept"), json!({})).await.expect(200);
        let moved = w.anonymous().with_token(moved["access_token"].as_str().unwrap());
        assert_eq!(names(&moved).await, linked);
        let me = moved.get("/auth/me").await.expect(200);
        assert_eq!(me["account_name"], "North");
        assert_ne!(me["id"], json!(before));
        for (provider, email) in [("google", "nora@gmail.com"), ("microsoft", "nora@work.example")] {
            let again = sign_in(&w, provider, &person("nora", email)).await;
            assert_eq!(json!(whose(&w, &again).await), me["id"], "{provider}");
        }
    }
}

#[tokio::test]
async fn the_last_way_in_stays() {
    for database in [Database::memory().await, Database::postgres().await] {
        let (w, _provider) = world(database).await;
        let first = sign_in(&w, "google", &person("nora", "nora@gmail.com")).await;
        let nora = w.anonymous().with_token(first.expect(200)["access_token"].as_str().unwrap());
        let own = nora.get("/auth/identities").await.expect(200);
        assert_eq!(own["has_password"], false);
        let path = |of: &serde_json::Value| format!("/auth/identities/{}", of["id"].as_str().unwrap());
        let google = path(&own["identities"][0]);
        nora.delete(&google).await.refused(409, "last_way_in");
        let microsoft =
            path(&link(&nora, "microsoft", &person("nora", "nora@work.example")).await.expect(200));
        // Both at once: one of them stays.
        let (a, b) = tokio::join!(nora.delete(&google), nora.delete(&microsoft));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
    }
}

#[tokio::test]
async fn linking_needs_the_password_fresh_and_the_same_person_to_the_end() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let claims = person("eli", "eli@work.example");
    let start = w.engineer().post("/auth/identities/google/start", json!({})).await;
    let begun = Way::begun("google", &start).sign_in(&claims).await;
    // Somebody else's page finishes nothing, and it cannot be finished as a sign-in.
    begun.finish_link(&w.colleague()).await.refused(400, "oauth_state_refused");
    let start = w.engineer().post("/auth/identities/google/start", json!({})).await;
    let begun = Way::begun("google", &start).sign_in(&claims).await;
    begun.finish(&w.anonymous()).await.refused(400, "oauth_state_refused");

    let login = json!({ "email": w.engineer.email, "password": PASSWORD });
    let tokens = w.anonymous().post("/auth/login/json", login).await.expect(200);
    w.clock().advance(300);
    let fresh =
        w.anonymous().post("/auth/refresh", json!({ "refresh_token": tokens["refresh_token"] })).await;
    let later = w.anonymous().with_token(fresh.expect(200)["access_token"].as_str().unwrap());
    later.post("/auth/identities/google/start", json!({})).await.refused(403, "step_up_required");
}

/// Without a password there is none to show again: a fresh sign-in with the provider stands in for it, five minutes
/// long, and nothing else does.
#[tokio::test]
async fn whoever_has_no_password_signs_in_with_the_provider_again() {
    const REVOKE: &str = "/accounts/me/security/revoke-sessions";
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let (w, _provider) = world(database).await;
        let claims = person("nora", "nora@gmail.com");
        let token = |answer: &serde_json::Value| answer["access_token"].as_str().unwrap().to_owned();
        let first = sign_in(&w, "google", &claims).await.expect(200);
        w.clock().advance(300);
        let body = json!({ "refresh_token": first["refresh_token"] });
        let refreshed = w.anonymous().post("/auth/refresh", body).await.expect(200);
        let old = w.anonymous().with_token(token(&refreshed));
        let others = json!({ "scope": "others" });
        let refused = old.post(REVOKE, others.clone()).await.refused(403, "step_up_required");
        assert!(refused["detail"].as_str().unwrap().contains("sign in again"), "{refused}");
        let to = json!({ "user_id": w.viewer.id });
        old.post("/accounts/me/transfer-ownership", to.clone()).await.refused(403, "step_up_required");
        old.post("/auth/step-up", json!({ "password": PASSWORD })).await.refused(409, "no_password");
        // A fresh sign-in elsewhere changes nothing for this one.
        let again = sign_in(&w, "google", &claims).await.expect(200);
        old.post(REVOKE, others).await.refused(403, "step_up_required");
        let fresh = w.anonymous().with_token(token(&again));
        // Fresh enough: what is left to refuse is that the account has no such person.
        fresh
            .post("/accounts/me/transfer-ownership", to)
            .await
            .refuses_fields(&[("user_id", "unknown_person")]);
    }
}
