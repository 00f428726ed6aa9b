//! Ending sign-ins: SESS-19..22, QA-06, promises S4 and S7, and the fresh password it needs.

use std::time::{Duration, Instant};

use rf_accounts::PersonChange;
use rf_audit::events::SESSIONS_REVOKED_BULK;
use rf_auth_policy::Role;
use rf_store::Access;
use rf_test_support::{PASSWORD, Person};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{log_in, refresh, token_of};
use crate::{
    events::Stream,
    support::{Answer, Client, NewPerson, World, every_store},
};

every_store! {
    all_ends_the_owners_own_sign_in_too,
    others_spares_the_sign_in_that_asks,
    the_owner_s_other_devices_lose_access_at_once,
    an_access_token_refused_before_is_not_spared,
    another_account_is_not_touched,
    ending_sign_ins_is_audited_once_each_time,
    a_scope_nobody_knows_is_refused,
    ended_means_now,
    no_refresh_in_flight_outlives_a_bulk_revoke,
    no_sign_in_in_flight_escapes_the_count,
    an_old_sign_in_shows_its_password_again,
    a_step_up_token_is_of_one_person_and_sign_in,
    whoever_has_no_password_signs_in_again,
}

const PATH: &str = "/accounts/me/security/revoke-sessions";

async fn revoke(client: &Client, scope: &str) -> Value {
    let body = client.post(PATH, json!({ "scope": scope })).await.expect(200);
    assert_eq!(body["scope"], scope);
    body["revoked_count"].clone()
}

#[track_caller]
fn invalid(answer: &Answer) {
    // The zero-rows path (SESS-21): a plain sign-out, without a banner.
    answer.says(401, "invalid_refresh_token", "invalid_refresh_token");
}

fn refresh_token(person: &Person) -> &str {
    person.tokens.refresh_token.expose_secret()
}

/// QA-06 #17, #22. The body is optional and means `all` (SESS-19).
async fn all_ends_the_owners_own_sign_in_too(w: World) {
    let body = w.owner().post(PATH, json!({})).await.expect(200);
    assert_eq!(body, json!({ "revoked_count": 5, "scope": "all" }));
    for person in [&w.owner, &w.team_admin, &w.engineer, &w.colleague, &w.viewer] {
        invalid(&refresh(&w.anonymous(), refresh_token(person)).await);
    }
    // Again at once: nothing is left to count, and the owner's access token was not touched.
    assert_eq!(revoke(&w.owner(), "all").await, 0);
    assert_eq!(w.audited(SESSIONS_REVOKED_BULK).await, 2);
}

/// QA-06 #18: that one sign-in and no other, not of the owner's other devices either.
async fn others_spares_the_sign_in_that_asks(w: World) {
    let second_device = token_of(&log_in(&w.anonymous(), &w.owner.email).await);
    assert_eq!(revoke(&w.owner(), "others").await, 5);
    refresh(&w.anonymous(), refresh_token(&w.owner)).await.expect(200);
    invalid(&refresh(&w.anonymous(), &second_device).await);
    invalid(&refresh(&w.anonymous(), refresh_token(&w.engineer)).await);
    w.owner().get("/auth/me").await.expect(200);
    assert_eq!(revoke(&w.owner(), "others").await, 0);
    let security = w.owner().get("/accounts/me/security").await.expect(200);
    assert_eq!(security["active_users"].as_array().unwrap().len(), 1);
}

/// S7 for the owner's own devices: requests and streams of all but the one that asks end now, and not with their tokens.
async fn the_owner_s_other_devices_lose_access_at_once(w: World) {
    for scope in ["others", "all"] {
        let device = async || {
            let tokens = log_in(&w.anonymous(), &w.owner.email).await.expect(200);
            w.anonymous().with_token(tokens["access_token"].as_str().unwrap())
        };
        let (asks, other) = (device().await, device().await);
        let mut kept = Stream::open(&asks, None).await;
        let mut ended = Stream::open(&other, None).await;
        for stream in [&mut kept, &mut ended] {
            assert_eq!(stream.event().await.event, "ready");
        }
        revoke(&asks, scope).await;
        other.get("/auth/me").await.refused(401, "not_authenticated");
        asks.get("/auth/me").await.expect(200);
        let begun = Instant::now();
        assert_eq!(ended.rest().await, [], "{scope}");
        assert!(begun.elapsed() <= Duration::from_secs(5), "{scope}: {:?}", begun.elapsed());
        // The one that asks is spared by nobody else's end: not by that of another device of theirs.
        let third = device().await;
        revoke(&third, scope).await;
        asks.get("/auth/me").await.refused(401, "not_authenticated");
        assert_eq!(kept.rest().await, [], "{scope}");
        third.get("/auth/me").await.expect(200);
    }
}

/// A new password refuses the access tokens of this sign-in too, and gives out one. The old ones stay refused when the
/// sign-in is spared later on.
async fn an_access_token_refused_before_is_not_spared(w: World) {
    const NEW: &str = "another long password";
    let body = json!({ "current_password": PASSWORD, "new_password": NEW });
    let fresh = w.owner().post("/auth/password", body).await.expect(200);
    let fresh = w.anonymous().with_token(fresh["access_token"].as_str().unwrap());
    w.owner().get("/auth/me").await.refused(401, "not_authenticated");
    assert_eq!(revoke(&fresh, "others").await, 4);
    fresh.get("/auth/me").await.expect(200);
    w.owner().get("/auth/me").await.refused(401, "not_authenticated");
    // Whoever switches the person off, or ends their sign-ins in any other way, spares nothing.
    let off = PersonChange { is_active: Some(false), ..PersonChange::default() };
    let mut unit = w.store().begin(Access::write(w.north.id)).await.unwrap();
    unit.change_person(w.north.id, w.owner.id, &off).await.unwrap();
    unit.commit().await.unwrap();
    fresh.get("/auth/me").await.refused(401, "not_authenticated");
}

/// QA-06 #19: one, not two.
async fn another_account_is_not_touched(w: World) {
    assert_eq!(revoke(&w.stranger(), "all").await, 1);
    refresh(&w.anonymous(), refresh_token(&w.owner)).await.expect(200);
    w.engineer().get("/auth/me").await.expect(200);
    assert_eq!(w.audited(SESSIONS_REVOKED_BULK).await, 0);
    assert_eq!(w.audited_of(w.stranger.account_id, SESSIONS_REVOKED_BULK).await, 1);
}

/// QA-06 #21.
async fn ending_sign_ins_is_audited_once_each_time(w: World) {
    revoke(&w.owner(), "others").await;
    let entries = w.test.app.audit_entries(w.north.id, SESSIONS_REVOKED_BULK).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(entry.payload, json!({ "scope": "others", "revoked_count": 4 }));
    assert_eq!((entry.actor_id, entry.target_id), (Some(w.owner.id), Some(w.north.id.uuid())));
}

async fn a_scope_nobody_knows_is_refused(w: World) {
    for scope in [json!("me"), json!(null), json!(1), json!("ALL")] {
        let answer = w.owner().post(PATH, json!({ "scope": scope })).await;
        answer.refuses_fields(&[("scope", "wrong_shape")]);
    }
    refresh(&w.anonymous(), refresh_token(&w.engineer)).await.expect(200);
    assert_eq!(w.audited(SESSIONS_REVOKED_BULK).await, 0);
}

/// Asks twenty routes with the engineer's access token, which none must take.
pub(super) async fn opens_nothing(w: &World) -> usize {
    let id = w.test.app.new_id::<uuid::Uuid>();
    let mut refused = 0;
    for path in [
        "/auth/me".to_owned(),
        "/accounts/me/members".to_owned(),
        "/accounts/me/security".to_owned(),
        "/trees".to_owned(),
        "/trees/facets".to_owned(),
        format!("/trees/{id}"),
        format!("/trees/{id}/versions"),
        format!("/trees/{id}/lint"),
        format!("/trees/{id}/export"),
        "/sessions".to_owned(),
        format!("/sessions/{id}"),
        format!("/sessions/{id}/log"),
    ] {
        w.engineer().get(&path).await.refused(401, "not_authenticated");
        refused += 1;
    }
    let end = json!({ "outcome": "resolved" });
    for (path, body) in [
        ("/trees".to_owned(), crate::support::troubleshooting_flow("Not kept")),
        (format!("/trees/{id}/publish"), json!({})),
        (format!("/trees/{id}/fork"), json!({})),
        ("/sessions".to_owned(), json!({ "tree_id": id })),
        ("/sessions/prepare".to_owned(), json!({ "tree_id": id })),
        (format!("/sessions/{id}/start"), json!({})),
        (format!("/sessions/{id}/complete"), end),
        ("/auth/step-up".to_owned(), json!({ "password": PASSWORD })),
    ] {
        w.engineer().post(&path, body).await.refused(401, "not_authenticated");
        refused += 1;
    }
    refused
}

/// S7: the access token of somebody whose sign-ins were ended opens nothing more, while the next sign-in works.
async fn ended_means_now(w: World) {
    w.engineer().get("/auth/me").await.expect(200);
    revoke(&w.owner(), "others").await;
    let refused = opens_nothing(&w).await;
    assert_eq!(refused, 20);
    println!("S7: {refused} routes refused the access token of an ended sign-in, 0 accepted it");
    let answer = log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    let again = w.anonymous().with_token(answer["access_token"].as_str().unwrap());
    again.get("/auth/me").await.expect(200);
}

/// S4: whatever refresh is in flight, after the answer no sign-in in scope is left, the count is what was alive,
/// and a repeat counts 0.
async fn no_refresh_in_flight_outlives_a_bulk_revoke(w: World) {
    const ROUNDS: usize = 40;
    let (mut refreshed_first, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        let scope = if round % 2 == 0 { "others" } else { "all" };
        let client = w.anonymous();
        let first = token_of(&log_in(&client, &w.engineer.email).await);
        let other = token_of(&log_in(&client, &w.colleague.email).await);
        let owner = log_in(&client, &w.owner.email).await;
        let own = token_of(&owner);
        let owner = w.anonymous().with_token(owner.json()["access_token"].as_str().unwrap());
        let chain = async {
            // As many rotations in a row as get through.
            let mut token = first.clone();
            let mut rotations = 0;
            loop {
                let answer = refresh(&client, &token).await;
                if answer.status != 200 || rotations == 20 {
                    break (answer, token, rotations);
                }
                token = token_of(&answer);
                rotations += 1;
            }
        };
        let (count, (last, token, rotations)) = tokio::join!(revoke(&owner, scope), chain);
        let mut alive = 2 + usize::from(scope == "all");
        if round == 0 {
            // The people of the world signed in at the start.
            alive += 5;
        } else if scope == "all" {
            // The owner's that the round before spared.
            alive += 1;
        }
        assert_eq!(count, alive, "{scope}, round {round}");
        refreshed_first += usize::from(rotations > 0);
        if last.status == 200 {
            invalid(&refresh(&client, &token_of(&last)).await);
        }
        invalid(&refresh(&client, &token).await);
        invalid(&refresh(&client, &other).await);
        refused += 2;
        assert_eq!(revoke(&owner, scope).await, 0);
        let kept = refresh(&client, &own).await;
        if scope == "others" {
            // Used up: the next round's count stays what it is.
            token_of(&kept);
        } else {
            invalid(&kept);
        }
    }
    println!(
        "S4 on {}: {ROUNDS} rounds of bulk revoke against refresh; {refreshed_first} had rotations before the end; \
         {refused} later refreshes tried, 0 succeeded; counts exact, every repeat 0",
        w.store().kind()
    );
}

/// A sign-in that meets the revoke is either counted or begins after it: none is both uncounted and older.
async fn no_sign_in_in_flight_escapes_the_count(w: World) {
    revoke(&w.owner(), "all").await;
    for _round in 0..10 {
        let client = w.anonymous();
        let owner = w.owner();
        let (count, answer) = tokio::join!(revoke(&owner, "all"), log_in(&client, &w.engineer.email));
        let counted = count.as_u64().unwrap();
        let lives = refresh(&client, &token_of(&answer)).await.status == 200;
        assert_eq!(counted + u64::from(lives), 1, "counted {counted}, lives {lives}");
        revoke(&owner, "all").await;
    }
}

/// A sign-in is fresh for five minutes; the end of the fifth is too late.
async fn an_old_sign_in_shows_its_password_again(w: World) {
    w.clock().advance(299);
    assert_eq!(revoke(&w.owner(), "others").await, 4);
    let old = token_of(&log_in(&w.anonymous(), &w.owner.email).await);
    w.clock().advance(300);
    let rotated = refresh(&w.anonymous(), &old).await.expect(200);
    // A refreshed access token is as old as its sign-in.
    let owner = w.anonymous().with_token(rotated["access_token"].as_str().unwrap());
    let refused = owner.post(PATH, json!({})).await.refused(403, "step_up_required");
    assert!(refused["detail"].as_str().unwrap().contains("password"), "{refused}");
    assert_eq!(w.audited(SESSIONS_REVOKED_BULK).await, 1);
    let wrong = owner.post("/auth/step-up", json!({ "password": "not my password" })).await;
    wrong.refuses_fields(&[("password", "incorrect")]);
    let step_up = owner.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(200);
    assert_eq!(step_up["expires_in"], 300);
    let with = |client: &Client, token: &str| {
        client
            .request(reqwest::Method::POST, PATH)
            .header("x-step-up", token)
            .json(&json!({ "scope": "others" }))
    };
    let token = step_up["step_up_token"].as_str().unwrap();
    Answer::of(with(&owner, token)).await.expect(200);
    Answer::of(with(&owner, "nonsense")).await.refused(403, "step_up_required");
    // It dies with its five minutes, whatever access token it comes with.
    w.clock().advance(299);
    Answer::of(with(&owner, token)).await.expect(200);
    w.clock().advance(1);
    let next = refresh(&w.anonymous(), rotated["refresh_token"].as_str().unwrap()).await.expect(200);
    let owner = w.anonymous().with_token(next["access_token"].as_str().unwrap());
    Answer::of(with(&owner, token)).await.refused(403, "step_up_required");
}

async fn a_step_up_token_is_of_one_person_and_sign_in(w: World) {
    let second_owner = w.person("Otto", Role::Owner, None).await;
    let other_device = log_in(&w.anonymous(), &w.owner.email).await.expect(200);
    let otto =
        w.being(&second_owner).post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(200);
    let device = w.anonymous().with_token(other_device["access_token"].as_str().unwrap());
    let device = device.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(200);
    w.clock().advance(299);
    let rotated = refresh(&w.anonymous(), refresh_token(&w.owner)).await.expect(200);
    w.clock().advance(0);
    let access = rotated["access_token"].as_str().unwrap();
    w.clock().advance(1);
    // Those two tokens have run out by now as well; fresh ones of the same two must not help either.
    let again = log_in(&w.anonymous(), &w.owner.email).await.expect(200);
    let again = w.anonymous().with_token(again["access_token"].as_str().unwrap());
    let again = again.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(200);
    let otto_again = log_in(&w.anonymous(), &second_owner.email).await.expect(200);
    let otto_again = w.anonymous().with_token(otto_again["access_token"].as_str().unwrap());
    let otto_again = otto_again.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(200);
    let owner = w.anonymous().with_token(access);
    for token in [&otto, &device, &again, &otto_again] {
        let token = token["step_up_token"].as_str().unwrap();
        let request = owner.request(reqwest::Method::POST, PATH).header("x-step-up", token).json(&json!({}));
        Answer::of(request).await.refused(403, "step_up_required");
        // Nor is it good for anything else.
        w.anonymous().with_token(token).get("/auth/me").await.refused(401, "not_authenticated");
        invalid(&refresh(&w.anonymous(), token).await);
    }
    // An access token is no step-up token.
    let request = owner.request(reqwest::Method::POST, PATH).header("x-step-up", access).json(&json!({}));
    Answer::of(request).await.refused(403, "step_up_required");
    assert_eq!(w.audited(SESSIONS_REVOKED_BULK).await, 0);
}

async fn whoever_has_no_password_signs_in_again(w: World) {
    let usual = NewPerson::default();
    let id = w.unusual("oauth-only@example.test", NewPerson { has_password: false, ..usual }).await;
    let claims = rf_auth_policy::AccessClaims::of(id, w.north.id, 0, w.now());
    let token = rf_test_support::token_keys().sign_access(&claims, w.test.app.new_id()).unwrap();
    let answer = w.anonymous().with_token(token).post("/auth/step-up", json!({ "password": PASSWORD })).await;
    answer.refused(409, "no_password");
}
