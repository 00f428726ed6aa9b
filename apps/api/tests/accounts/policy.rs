//! How long sign-ins last: SESS-14..18, QA-04, QA-05.

use rf_audit::events::SESSION_POLICY_UPDATE;
use serde_json::{Value, json};

use super::log_in;
use crate::support::{World, every_store};

every_store! {
    an_owner_sees_policy_bounds_and_presets,
    whoever_is_signed_in_is_listed_last_sign_in_first,
    whoever_s_sign_in_ran_out_is_not_listed_and_later_swept,
    a_change_is_kept_and_the_next_sign_in_has_it,
    null_goes_back_to_the_systems_limit_and_absent_leaves_it,
    limits_out_of_bounds_are_refused_field_by_field,
    a_partial_override_is_held_against_the_default,
    nobody_but_an_owner_sees_or_changes_it,
    a_change_is_audited_once,
    a_policy_is_the_accounts_own,
}

const PATH: &str = "/accounts/me/security";

async fn an_owner_sees_policy_bounds_and_presets(w: World) {
    let mut body = w.owner().get(PATH).await.expect(200);
    body["active_users"].take();
    let expected = json!({
        "session_idle_minutes": null, "session_absolute_minutes": null,
        "effective_idle_minutes": 4_320, "effective_absolute_minutes": 20_160,
        "bounds": { "idle_min": 15, "idle_max": 43_200, "absolute_min": 60, "absolute_max": 129_600 },
        "presets": [
            { "name": "strict", "idle_minutes": 4_320, "absolute_minutes": 20_160 },
            { "name": "standard", "idle_minutes": 10_080, "absolute_minutes": 43_200 },
        ],
        "active_users": null,
    });
    assert_eq!(body, expected);
}

/// SESS-15, QA-05: once each, however many sign-ins they have, and not those whose sign-ins have ended.
async fn whoever_is_signed_in_is_listed_last_sign_in_first(w: World) {
    let names = async || {
        let body = w.owner().get(PATH).await.expect(200);
        let users = body["active_users"].as_array().unwrap().clone();
        users.into_iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names().await.len(), 5);
    w.clock().advance(10);
    log_in(&w.anonymous(), &w.viewer.email).await.expect(200);
    w.clock().advance(10);
    let eli = super::token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    assert_eq!(names().await[..2], ["Eli", "Vic"]);
    let body = w.owner().get(PATH).await.expect(200);
    let expected = json!({ "user_id": w.engineer.id, "name": "Eli", "email": w.engineer.email, "last_login_at": w.now() });
    assert_eq!(body["active_users"][0], expected);
    // Eli has two sign-ins; ending one leaves him there.
    w.anonymous().post("/auth/logout", json!({ "refresh_token": eli })).await.expect_empty();
    assert_eq!(names().await.len(), 5);
    let first = secrecy::ExposeSecret::expose_secret(&w.engineer.tokens.refresh_token);
    w.anonymous().post("/auth/logout", json!({ "refresh_token": first })).await.expect_empty();
    assert!(!names().await.contains(&"Eli".to_owned()));
}

/// A sign-in is idle for three days and a month later its row goes.
async fn whoever_s_sign_in_ran_out_is_not_listed_and_later_swept(w: World) {
    const DAY: i64 = 86_400;
    w.clock().advance(3 * DAY);
    let owner = w.again(&w.owner).await;
    let security = owner.get(PATH).await.expect(200);
    let names: Vec<_> =
        security["active_users"].as_array().unwrap().iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["Olivia"]);
    w.clock().advance(30 * DAY - 1);
    assert_eq!(w.test.app.sweep_tokens().await.unwrap(), 0);
    w.clock().advance(1);
    // Of the six people of both accounts.
    assert_eq!(w.test.app.sweep_tokens().await.unwrap(), 6);
    w.clock().advance(3 * DAY);
    assert_eq!(w.test.app.sweep_tokens().await.unwrap(), 1, "the owner's second");
    assert_eq!(w.test.app.sweep_tokens().await.unwrap(), 0);
}

async fn a_change_is_kept_and_the_next_sign_in_has_it(w: World) {
    let change = json!({ "session_idle_minutes": 60, "session_absolute_minutes": 240 });
    let body = w.owner().patch(PATH, change).await.expect(200);
    let limits = |body: &Value| {
        [
            "session_idle_minutes",
            "session_absolute_minutes",
            "effective_idle_minutes",
            "effective_absolute_minutes",
        ]
        .map(|field| body[field].clone())
    };
    assert_eq!(limits(&body), [60, 240, 60, 240]);
    assert_eq!(limits(&w.owner().get(PATH).await.expect(200)), [60, 240, 60, 240]);
    let answer = log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    assert_eq!((&answer["idle_expires_in"], &answer["absolute_expires_in"]), (&json!(3_600), &json!(14_400)));
    // A sign-in from before keeps the limits it began with (SESS-07).
    let before = secrecy::ExposeSecret::expose_secret(&w.engineer.tokens.refresh_token);
    let answer = super::refresh(&w.anonymous(), before).await.expect(200);
    assert_eq!(
        (&answer["idle_expires_in"], &answer["absolute_expires_in"]),
        (&json!(259_200), &json!(1_209_600))
    );
}

async fn null_goes_back_to_the_systems_limit_and_absent_leaves_it(w: World) {
    let change = async |body: Value| {
        let body = w.owner().patch(PATH, body).await.expect(200);
        (body["session_idle_minutes"].clone(), body["session_absolute_minutes"].clone())
    };
    assert_eq!(change(json!({ "session_idle_minutes": 30 })).await, (json!(30), Value::Null));
    assert_eq!(change(json!({ "session_absolute_minutes": 600 })).await, (json!(30), json!(600)));
    assert_eq!(change(json!({})).await, (json!(30), json!(600)));
    // The default idle limit is longer than 600 minutes: clearing it alone would break the pair.
    let refused = w.owner().patch(PATH, json!({ "session_idle_minutes": null })).await;
    refused.refuses_fields(&[("session_idle_minutes", "idle_exceeds_absolute")]);
    let both = json!({ "session_idle_minutes": null, "session_absolute_minutes": null });
    assert_eq!(change(both).await, (Value::Null, Value::Null));
}

async fn limits_out_of_bounds_are_refused_field_by_field(w: World) {
    let patch = async |idle: Value, absolute: Value| {
        let body = json!({ "session_idle_minutes": idle, "session_absolute_minutes": absolute });
        w.owner().patch(PATH, body).await
    };
    let out = "out_of_range";
    for idle in [14, 43_201, 0, -15, i64::MIN, i64::MAX] {
        patch(json!(idle), Value::Null).await.refuses_fields(&[("session_idle_minutes", out)]);
    }
    for absolute in [59, 129_601, 0, -60, i64::MIN, i64::MAX] {
        patch(Value::Null, json!(absolute)).await.refuses_fields(&[("session_absolute_minutes", out)]);
    }
    let both = [("session_idle_minutes", out), ("session_absolute_minutes", out)];
    patch(json!(1), json!(1)).await.refuses_fields(&both);
    patch(json!(240), json!(60)).await.refuses_fields(&[("session_idle_minutes", "idle_exceeds_absolute")]);
    let shape = [("session_idle_minutes", "wrong_shape")];
    for odd in [json!("60"), json!(60.5), json!(true), json!([60]), json!(1e300)] {
        patch(odd, Value::Null).await.refuses_fields(&shape);
    }
    w.owner().patch(PATH, json!({ "idle": 60 })).await.refuses_fields(&[("idle", "wrong_shape")]);
    // The ends of the range are in it, and an idle limit may equal the absolute one.
    patch(json!(15), json!(60)).await.expect(200);
    patch(json!(43_200), json!(129_600)).await.expect(200);
    patch(json!(43_200), json!(43_200)).await.expect(200);
}

/// SESS-17: the database cannot see the default half.
async fn a_partial_override_is_held_against_the_default(w: World) {
    let body = json!({ "session_idle_minutes": 43_200, "session_absolute_minutes": null });
    let answer = w.owner().patch(PATH, body).await;
    answer.refuses_fields(&[("session_idle_minutes", "idle_exceeds_absolute")]);
    let body = json!({ "session_absolute_minutes": 60 });
    w.owner().patch(PATH, body).await.refuses_fields(&[("session_idle_minutes", "idle_exceeds_absolute")]);
    assert_eq!(w.audited(SESSION_POLICY_UPDATE).await, 0);
    assert_eq!(w.owner().get(PATH).await.expect(200)["session_idle_minutes"], Value::Null);
}

async fn nobody_but_an_owner_sees_or_changes_it(w: World) {
    for person in [&w.team_admin, &w.engineer, &w.viewer] {
        w.being(person).get(PATH).await.refused(403, "forbidden");
        w.being(person).patch(PATH, json!({ "session_idle_minutes": 60 })).await.refused(403, "forbidden");
        let revoke = w.being(person).post(&format!("{PATH}/revoke-sessions"), json!({})).await;
        revoke.refused(403, "forbidden");
    }
    w.anonymous().get(PATH).await.refused(401, "not_authenticated");
    w.anonymous().patch(PATH, json!({})).await.refused(401, "not_authenticated");
    assert_eq!(w.audited(SESSION_POLICY_UPDATE).await, 0);
}

/// SESS-18.
async fn a_change_is_audited_once(w: World) {
    w.owner().patch(PATH, json!({ "session_idle_minutes": 60 })).await.expect(200);
    let entries = w.test.app.audit_entries(w.north.id, SESSION_POLICY_UPDATE).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    let expected = json!({
        "old": { "session_idle_minutes": null, "session_absolute_minutes": null },
        "new": { "session_idle_minutes": 60, "session_absolute_minutes": null },
        "effective_old": { "idle_minutes": 4_320, "absolute_minutes": 20_160 },
        "effective_new": { "idle_minutes": 60, "absolute_minutes": 20_160 },
    });
    assert_eq!(entry.payload, expected);
    assert_eq!((entry.actor_id, entry.target_id), (Some(w.owner.id), Some(w.north.id.uuid())));
    assert_eq!((entry.target_kind.as_str(), entry.at), ("account", w.now()));
    assert_eq!(w.audited_of(w.stranger.account_id, SESSION_POLICY_UPDATE).await, 0);
}

async fn a_policy_is_the_accounts_own(w: World) {
    let change = json!({ "session_idle_minutes": 60, "session_absolute_minutes": 240 });
    w.owner().patch(PATH, change).await.expect(200);
    let theirs = w.stranger().get(PATH).await.expect(200);
    assert_eq!(
        (&theirs["session_idle_minutes"], &theirs["effective_idle_minutes"]),
        (&Value::Null, &json!(4_320))
    );
    let users = theirs["active_users"].as_array().unwrap();
    assert_eq!(users.iter().map(|user| user["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Sam"]);
}
