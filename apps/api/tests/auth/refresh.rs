//! The refresh taxonomy (SESS-06..13) and what happens to used tokens (S1, S2, S3, S5).

use futures_util::future::join_all;
use jsonwebtoken::{EncodingKey, Header};
use rf_accounts::RefreshTokenRow;
use rf_auth_policy::Role;
use rf_kernel::{JwtId, RequestId};
use rf_store::Access;
use rf_test_support::{AccountBuilder, Person};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{claims_of, log_in, refresh, token_of};
use crate::support::{NewPerson, World, every_store};

const INVALID: &str = "invalid_refresh_token";
const IDLE: &str = "session_expired_idle";
const ABSOLUTE: &str = "session_expired_absolute";

every_store! {
    a_rotation_carries_the_claims_forward,
    auth_time_outlives_a_thousand_rotations,
    idle_expiry_is_exact,
    absolute_expiry_is_exact,
    an_absolute_expired_token_is_used_up_by_the_attempt,
    a_policy_change_applies_from_the_next_sign_in,
    a_legacy_token_gets_one_rotation_under_the_present_policy,
    whatever_is_not_a_living_token_is_invalid,
    of_200_parallel_refreshes_one_wins,
    of_two_servers_one_wins_too,
    another_tab_is_not_a_thief,
    a_used_token_outside_the_grace_ends_the_family,
    a_used_token_whose_successor_was_used_ends_the_family,
    no_restart_and_no_same_second_revives_a_token,
    a_sign_out_beats_a_refresh_in_flight,
    a_theft_beats_a_refresh_in_flight,
}

#[track_caller]
fn refused(answer: &crate::support::Answer, detail: &str) {
    // Code and text are the same word (SESS-09).
    answer.says(401, detail, detail);
}

async fn a_rotation_carries_the_claims_forward(w: World) {
    let first = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    w.clock().advance(1_000);
    let answer = refresh(&w.anonymous(), &first).await;
    let body = answer.expect(200);
    let (before, after) = (claims_of(&first), claims_of(&token_of(&answer)));
    for claim in ["auth_time", "idle_max", "abs_max", "sub"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert_ne!(before["jti"], after["jti"]);
    // Idle starts again, absolute does not.
    assert_eq!(body["idle_expires_at"], w.now().plus_seconds(259_200).to_string());
    assert_eq!(body["absolute_expires_at"], w.now().plus_seconds(1_209_600 - 1_000).to_string());
    assert_eq!(body["absolute_expires_in"], 1_208_600);
    let me = w.anonymous().with_token(body["access_token"].as_str().unwrap()).get("/auth/me").await;
    assert_eq!(me.expect(200)["id"], w.engineer.id.to_string());
}

async fn auth_time_outlives_a_thousand_rotations(w: World) {
    let mut token = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let signed_in = w.now().unix();
    for _ in 0..1_000 {
        w.clock().advance(60);
        let next = w.test.app.refresh(&token, RequestId(Uuid::nil())).await.expect("a rotation");
        token = secrecy::ExposeSecret::expose_secret(&next.refresh_token).to_owned();
    }
    assert_eq!(claims_of(&token)["auth_time"], signed_in);
}

/// Somebody whose account has these limits, in minutes.
async fn person_with(w: &World, idle: Option<i64>, absolute: Option<i64>) -> Person {
    let account = AccountBuilder::new(&w.test, "Limits").session_policy(idle, absolute);
    account.create(&w.test, w.store()).await.person(&w.test, w.store(), "Lin", Role::Owner, None).await
}

/// S5: a second before the deadline works, the deadline itself does not (SESS-08, SESS-11).
async fn idle_expiry_is_exact(w: World) {
    for (idle, absolute, deadline) in
        [(None, None, 259_200), (Some(60), Some(240), 3_600), (Some(15), None, 900)]
    {
        let email = person_with(&w, idle, absolute).await.email;
        for (at, expected) in [(deadline - 1, None), (deadline, Some(IDLE)), (deadline + 1, Some(IDLE))] {
            let token = token_of(&log_in(&w.anonymous(), &email).await);
            w.clock().advance(at);
            let answer = refresh(&w.anonymous(), &token).await;
            match expected {
                None => drop(answer.expect(200)),
                Some(detail) => refused(&answer, detail),
            }
        }
    }
}

async fn absolute_expiry_is_exact(w: World) {
    // Idle as long as absolute: kept busy half way, the absolute limit is the one met.
    for (idle, absolute, deadline) in
        [(Some(240), Some(240), 14_400), (Some(20_160), None, 1_209_600), (None, Some(4_320), 259_200)]
    {
        let email = person_with(&w, idle, absolute).await.email;
        for (at, expected) in
            [(deadline - 1, None), (deadline, Some(ABSOLUTE)), (deadline + 1, Some(ABSOLUTE))]
        {
            let first = token_of(&log_in(&w.anonymous(), &email).await);
            w.clock().advance(deadline / 2);
            let second = token_of(&refresh(&w.anonymous(), &first).await);
            w.clock().advance(at - deadline / 2);
            let answer = refresh(&w.anonymous(), &second).await;
            match expected {
                None => drop(answer.expect(200)),
                Some(detail) => refused(&answer, detail),
            }
        }
    }
}

/// SESS-12: its revoke survives the refusal, so the second try is an unknown token's.
async fn an_absolute_expired_token_is_used_up_by_the_attempt(w: World) {
    let email = person_with(&w, Some(60), Some(60)).await.email;
    let first = token_of(&log_in(&w.anonymous(), &email).await);
    w.clock().advance(1_800);
    let second = token_of(&refresh(&w.anonymous(), &first).await);
    w.clock().advance(1_800);
    refused(&refresh(&w.anonymous(), &second).await, ABSOLUTE);
    refused(&refresh(&w.anonymous(), &second).await, INVALID);
}

/// SESS-07; that a change by an owner waits for the next sign-in is in `accounts::policy`.
async fn a_policy_change_applies_from_the_next_sign_in(w: World) {
    let email = person_with(&w, Some(60), Some(240)).await.email;
    let answer = log_in(&w.anonymous(), &email).await;
    let owner = w.anonymous().with_token(answer.expect(200)["access_token"].as_str().unwrap());
    let shorter = json!({ "session_idle_minutes": 15, "session_absolute_minutes": 60 });
    owner.patch("/accounts/me/security", shorter).await.expect(200);

    // Past the new idle limit, not past the one it was signed in under.
    w.clock().advance(3_599);
    let old = token_of(&refresh(&w.anonymous(), &token_of(&answer)).await);
    let new = token_of(&log_in(&w.anonymous(), &email).await);
    for (token, idle, absolute) in [(&old, 3_600, 14_400), (&new, 900, 3_600)] {
        let claims = claims_of(token);
        assert_eq!((&claims["idle_max"], &claims["abs_max"]), (&json!(idle), &json!(absolute)));
        assert_eq!(claims["exp"].as_i64().unwrap(), w.now().unix() + idle);
    }
}

/// A refresh token as it was before policies were embedded, with its row.
async fn legacy_token(w: &World, person: &Person) -> String {
    let jti: JwtId = w.test.app.new_id();
    insert_row(w, person, jti).await;
    sign(&json!({
        "iss": "resolutionflow", "aud": "resolutionflow:refresh", "typ": "refresh",
        "sub": person.id, "jti": jti, "iat": w.now().unix(), "exp": w.now().unix() + 604_800,
    }))
}

async fn insert_row(w: &World, person: &Person, jti: JwtId) {
    let mut unit = w.store().begin(Access::system_write()).await.expect("a unit");
    unit.insert_refresh_token(&RefreshTokenRow {
        jti,
        user_id: person.id,
        account_id: person.account_id,
        family_id: w.test.app.new_id(),
        parent_jti: None,
        generation: 0,
        issued_at: w.now(),
        expires_at: w.now().plus_seconds(604_800),
        revoked: None,
    })
    .await
    .expect("a row");
    unit.commit().await.expect("a commit");
}

fn sign(claims: &Value) -> String {
    let header = Header { kid: Some("test".into()), ..Header::default() };
    let key = EncodingKey::from_secret(b"a-test-secret-of-more-than-32-bytes!");
    jsonwebtoken::encode(&header, claims, &key).expect("a token")
}

async fn a_legacy_token_gets_one_rotation_under_the_present_policy(w: World) {
    let person = person_with(&w, Some(60), Some(240)).await;
    let token = legacy_token(&w, &person).await;
    w.clock().advance(100_000);
    let answer = refresh(&w.anonymous(), &token).await;
    let claims = claims_of(&token_of(&answer));
    assert_eq!(claims["auth_time"], w.now().unix());
    assert_eq!((&claims["idle_max"], &claims["abs_max"]), (&json!(3_600), &json!(14_400)));
    refused(&refresh(&w.anonymous(), &token).await, INVALID);
    // Its own expiry is its idle limit.
    let old = legacy_token(&w, &person).await;
    w.clock().advance(604_800);
    refused(&refresh(&w.anonymous(), &old).await, IDLE);
}

async fn whatever_is_not_a_living_token_is_invalid(w: World) {
    let body = log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    let access = body["access_token"].as_str().unwrap();
    let good = body["refresh_token"].as_str().unwrap();
    refused(&refresh(&w.anonymous(), access).await, INVALID);
    refused(&refresh(&w.anonymous(), &good[..good.len() - 4]).await, INVALID);
    refused(&refresh(&w.anonymous(), "").await, INVALID);
    refused(&refresh(&w.anonymous(), &"x".repeat(10_000)).await, INVALID);
    refused(&w.anonymous().post("/auth/refresh", json!({})).await, INVALID);
    refused(&w.anonymous().post("/auth/refresh", json!({ "refresh_token": null })).await, INVALID);
    // Signed by us, but without a row.
    let claims = claims_of(good);
    let unknown = json!({ "jti": w.test.app.new_id::<Uuid>() });
    let mut other = claims.clone();
    other["jti"] = unknown["jti"].clone();
    refused(&refresh(&w.anonymous(), &sign(&other)).await, INVALID);
    // The row of one person, the token of another: neither gets anything, and the row stays alive.
    let mut stolen = claims;
    stolen["sub"] = json!(w.colleague.id);
    refused(&refresh(&w.anonymous(), &sign(&stolen)).await, INVALID);
    refresh(&w.anonymous(), good).await.expect(200);
    // Of a person who may not sign in any more.
    let usual = NewPerson::default();
    for (email, what) in [
        ("off@example.test", NewPerson { is_active: false, ..usual }),
        ("deleted@example.test", NewPerson { is_deleted: true, ..usual }),
    ] {
        let id = w.unusual(email, what).await;
        let person = Person { id, ..w.person("Tmp", Role::Engineer, None).await };
        let token = legacy_token(&w, &person).await;
        refused(&refresh(&w.anonymous(), &token).await, INVALID);
    }
}

/// S1. The other 199 lose a race, which does not end the winner's sign-in.
async fn of_200_parallel_refreshes_one_wins(w: World) {
    for _round in 0..50 {
        let token = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
        let client = w.anonymous();
        let answers = join_all((0..200).map(|_| refresh(&client, &token))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 199));
        for answer in lost {
            refused(answer, INVALID);
        }
        refresh(&w.anonymous(), &token_of(won[0])).await.expect(200);
    }
    assert_eq!(w.audited(rf_audit::events::REFRESH_TOKEN_REUSED).await, 0);
}

/// S1 over two servers with connections of their own to the same database.
async fn of_two_servers_one_wins_too(w: World) {
    let other = w.second_server().await;
    for _round in 0..5 {
        let token = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
        let clients = [w.anonymous(), other.client()];
        let answers = join_all((0..40).map(|number| refresh(&clients[number % 2], &token))).await;
        assert!(answers.iter().all(|answer| [200, 401].contains(&answer.status)), "{answers:?}");
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        refresh(&other.client(), &token_of(won[0])).await.expect(200);
    }
}

/// S4: once the sign-out is answered, no token of the sign-in lives, whichever came first.
async fn a_sign_out_beats_a_refresh_in_flight(w: World) {
    for _round in 0..30 {
        let client = w.anonymous();
        let first = token_of(&log_in(&client, &w.engineer.email).await);
        let second = token_of(&refresh(&client, &first).await);
        let body = json!({ "refresh_token": first });
        let (out, refreshed) = tokio::join!(client.post("/auth/logout", body), refresh(&client, &second));
        out.expect_empty();
        if refreshed.status == 200 {
            refused(&refresh(&client, &token_of(&refreshed)).await, INVALID);
        }
        refused(&refresh(&client, &second).await, INVALID);
    }
}

/// S2, S4: a used token that comes back ends the sign-in though its newest token is just being exchanged.
async fn a_theft_beats_a_refresh_in_flight(w: World) {
    for _round in 0..30 {
        let client = w.anonymous();
        let first = token_of(&log_in(&client, &w.engineer.email).await);
        let second = token_of(&refresh(&client, &first).await);
        let third = token_of(&refresh(&client, &second).await);
        let (replayed, refreshed) = tokio::join!(refresh(&client, &first), refresh(&client, &third));
        refused(&replayed, INVALID);
        if refreshed.status == 200 {
            refused(&refresh(&client, &token_of(&refreshed)).await, INVALID);
        }
        refused(&refresh(&client, &third).await, INVALID);
    }
    assert_eq!(w.audited(rf_audit::events::REFRESH_TOKEN_REUSED).await, 30);
}

/// S2, the benign race: the direct predecessor, within ten seconds, while the successor is unused.
async fn another_tab_is_not_a_thief(w: World) {
    let first = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let second = token_of(&refresh(&w.anonymous(), &first).await);
    w.clock().advance(9);
    refused(&refresh(&w.anonymous(), &first).await, INVALID);
    refresh(&w.anonymous(), &second).await.expect(200);
    assert_eq!(w.audited(rf_audit::events::REFRESH_TOKEN_REUSED).await, 0);
}

async fn a_used_token_outside_the_grace_ends_the_family(w: World) {
    let first = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let other_device = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let second = token_of(&refresh(&w.anonymous(), &first).await);
    w.clock().advance(10);
    refused(&refresh(&w.anonymous(), &first).await, INVALID);
    refused(&refresh(&w.anonymous(), &second).await, INVALID);
    refused(&refresh(&w.anonymous(), &first).await, INVALID);
    // One entry, however often they come back, and only that family.
    assert_eq!(w.audited(rf_audit::events::REFRESH_TOKEN_REUSED).await, 1);
    refresh(&w.anonymous(), &other_device).await.expect(200);
    let entries = w.test.app.audit_entries(w.north.id, rf_audit::events::REFRESH_TOKEN_REUSED).await.unwrap();
    assert_eq!(entries[0].target_id, Some(w.engineer.id.uuid()));
    assert_eq!(entries[0].payload["revoked_count"], 1);
}

async fn a_used_token_whose_successor_was_used_ends_the_family(w: World) {
    let a = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let b = token_of(&refresh(&w.anonymous(), &a).await);
    let c = token_of(&refresh(&w.anonymous(), &b).await);
    // The grandparent is never another tab's, not even in the same second.
    refused(&refresh(&w.anonymous(), &a).await, INVALID);
    refused(&refresh(&w.anonymous(), &c).await, INVALID);
    assert_eq!(w.audited(rf_audit::events::REFRESH_TOKEN_REUSED).await, 1);
}

/// S3: five rotations within one second, then a new server over the same data.
async fn no_restart_and_no_same_second_revives_a_token(w: World) {
    let mut used = vec![token_of(&log_in(&w.anonymous(), &w.engineer.email).await)];
    for _ in 0..5 {
        let next = token_of(&refresh(&w.anonymous(), used.last().unwrap()).await);
        used.push(next);
    }
    used.pop();
    let database = w.database.clone();
    drop(w);
    let restarted = World::over(database).await;
    for token in used {
        refused(&refresh(&restarted.anonymous(), &token).await, INVALID);
    }
}
