//! Invitations that are accepted with a provider: by somebody new, who joins with it, and by somebody who is here,
//! who is signed in and decides.

use reqwest::Method;
use rf_audit::events::{IDENTITY_LINKED, INVITE_ACCEPTED, SIGN_IN_FAILED};
use rf_store::Access;
use serde_json::{Value, json};

use super::{Way, person, sign_in, world};
use crate::{
    mail::{invite, newest_token},
    support::{Answer, Client, Database, World},
};

const NEW: &str = "nora@north.example";

async fn start(w: &World, token: &str, provider: &str) -> Answer {
    w.anonymous().post(&format!("/auth/invites/{token}/oauth/{provider}/start"), json!({})).await
}

/// To the provider for that invitation, and back as whoever these claims say.
async fn way(w: &World, token: &str, provider: &'static str, claims: &Value) -> Way {
    Way::begun(provider, &start(w, token, provider).await).sign_in(claims).await
}

/// Somebody is invited; the token of the mail, and where the invitation is.
async fn invited(w: &World, email: &str) -> (String, String) {
    let owner = w.again(&w.owner).await;
    let made = invite(&owner, email, "engineer").await;
    let path = format!("/accounts/me/invites/{}", made["id"].as_str().unwrap());
    (newest_token(w, email, "invitation").await, path)
}

async fn me(w: &World, answer: &Answer) -> (Client, Value) {
    let client = w.anonymous().with_token(answer.expect(200)["access_token"].as_str().unwrap());
    let me = client.get("/auth/me").await.expect(200);
    (client, me)
}

#[tokio::test]
async fn somebody_new_joins_with_a_provider() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        // Registration is closed: an invitation is what lets people in.
        let (w, _provider) = super::closed_world(database).await;
        for provider in ["google", "microsoft"] {
            let email = format!("{provider}@north.example");
            let (token, _) = invited(&w, &email).await;
            let mut claims = person(provider, &email.to_uppercase());
            claims["xms_edov"] = json!(true);
            let way = way(&w, &token, provider, &claims).await;
            assert!(!way.authorization_url.contains(&token) && !way.cookie.contains(&token));
            let (client, me) = me(&w, &way.finish(&w.anonymous()).await).await;
            let told = (&me["account_name"], &me["role"], &me["email"], &me["name"]);
            assert_eq!(told, (&json!("North"), &json!("engineer"), &json!(email), &json!("Nora Newcomer")));
            assert!(me["email_verified_at"].is_string(), "{me}");
            let own = client.get("/auth/identities").await.expect(200);
            assert_eq!(
                (&own["has_password"], &own["identities"][0]["provider"]),
                (&json!(false), &json!(provider))
            );
            // From now on one click is enough, and the invitation has had its day.
            sign_in(&w, provider, &claims).await.expect(200);
            start(&w, &token, provider).await.refused(409, "invite_used");
        }
        assert_eq!((w.audited(INVITE_ACCEPTED).await, w.audited(IDENTITY_LINKED).await), (2, 2));
        // Whoever was not invited is not let in.
        sign_in(&w, "google", &person("mallory", "mallory@north.example")).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn the_provider_must_vouch_for_the_invited_address() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let (token, path) = invited(&w, NEW).await;
    let mut unverified = person("nora", NEW);
    unverified["email_verified"] = json!(false);
    let refused = [
        ("google", unverified.clone()),
        ("google", person("nora", "nora@elsewhere.example")),
        // A directory's administrator may write any address into a token.
        ("microsoft", person("nora", NEW)),
    ];
    let failures = w.audited(SIGN_IN_FAILED).await;
    for (provider, claims) in &refused {
        let answer = way(&w, &token, provider, claims).await.finish(&w.anonymous()).await;
        let body = answer.refused(403, "invite_for_somebody_else");
        assert!(body["detail"].as_str().unwrap().contains(NEW), "{body}");
    }
    assert_eq!(w.audited(SIGN_IN_FAILED).await, failures + refused.len());
    let without = json!({ "sub": "nora", "name": "Nora" });
    way(&w, &token, "google", &without).await.finish(&w.anonymous()).await.refused(409, "oauth_no_email");
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    assert_eq!(unit.user_by_email(&rf_accounts::Email::parse(NEW).unwrap()).await.unwrap(), None);
    drop(unit);
    let listed = w.owner().get("/accounts/me/invites").await.expect(200);
    assert_eq!(listed[0]["state"], "open", "nothing was used up");
    w.owner().delete(&path).await.expect_empty();
    start(&w, &token, "google").await.refused(409, "invite_revoked");
    start(&w, "unknown", "google").await.refused(404, "invite_not_found");
    start(&w, &token, "github").await.refused(409, "oauth_not_offered");
}

/// What happens to the invitation while somebody is at the provider counts when they are back.
#[tokio::test]
async fn an_invitation_that_ends_on_the_way_ends() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let (token, path) = invited(&w, NEW).await;
    let claims = person("nora", NEW);
    let (late, late_too) =
        (way(&w, &token, "google", &claims).await, way(&w, &token, "google", &claims).await);
    w.clock().advance(60);
    w.again(&w.owner).await.post(&format!("{path}/resend"), json!({})).await.expect(200);
    late.finish(&w.anonymous()).await.refused(404, "invite_not_found");
    w.again(&w.owner).await.delete(&path).await.expect_empty();
    late_too.finish(&w.anonymous()).await.refused(404, "invite_not_found");
    assert_eq!(w.audited(INVITE_ACCEPTED).await, 0);
}

/// Moving out of an account is asked for: the way back signs them in, and accepting is the next step.
#[tokio::test]
async fn somebody_who_is_here_signs_in_and_decides() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let claims = person("nora", NEW);
    let (_, before) = me(&w, &sign_in(&w, "google", &claims).await).await;
    let (token, _) = invited(&w, NEW).await;
    let back = way(&w, &token, "google", &claims).await.finish(&w.anonymous()).await;
    let (client, now) = me(&w, &back).await;
    assert_eq!((&now["id"], &now["account_id"]), (&before["id"], &before["account_id"]), "nobody was moved");
    let accepted = client.post(&format!("/auth/invites/{token}/accept"), json!({})).await;
    let (_, moved) = me(&w, &accepted).await;
    assert_eq!((&moved["account_name"], &moved["role"]), (&json!("North"), &json!("engineer")));
    let (_, again) = me(&w, &sign_in(&w, "google", &claims).await).await;
    assert_eq!(again["id"], moved["id"], "the linked sign-in came along");
}

/// The address of somebody who is here opens nothing, with an invitation either.
#[tokio::test]
async fn an_invitation_buys_no_account() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let victim = "victim@tailspin.example";
    w.unusual(victim, crate::support::NewPerson::default()).await;
    let (token, _) = invited(&w, "somebody@north.example").await;
    let claims = person("attacker", victim);
    let back = way(&w, &token, "google", &claims).await.finish(&w.anonymous()).await;
    back.refused(409, "oauth_email_in_use");
    // A way begun for an invitation is one person's in one browser, as any other.
    let own = way(&w, &token, "google", &person("somebody", "somebody@north.example")).await;
    let foreign = w.anonymous().request(Method::POST, "/auth/oauth/google/callback").json(&own.body());
    Answer::of(foreign).await.refused(400, "oauth_state_refused");
    own.finish(&w.anonymous()).await.expect(200);
}
