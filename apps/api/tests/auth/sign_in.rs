//! Who gets in, who does not, and what that tells them.

use rf_auth_policy::{AccessClaims, Role};
use rf_test_support::PASSWORD;
use serde_json::{Value, json};

use super::{claims_of, log_in, token_of};
use crate::support::{Answer, NewPerson, World, every_store};

every_store! {
    registering_makes_an_account_with_its_owner,
    registering_refuses_what_is_no_registration,
    an_address_registers_once_whatever_its_case,
    both_logins_mint_the_same_kind_of_pair,
    a_refresh_token_carries_the_policy_of_the_account,
    me_says_who_i_am,
    members_are_the_active_people_of_my_account,
    whoever_may_not_sign_in_gets_one_and_the_same_answer,
    the_whole_password_counts,
    a_person_switched_off_is_refused_on_the_next_request,
    signing_out_ends_the_family,
}

async fn registering_makes_an_account_with_its_owner(w: World) {
    let body = json!({ "email": " New@Example.Test ", "password": PASSWORD, "name": "Nora", "account_name": "Nordic" });
    let user = w.anonymous().post("/auth/register", body).await.expect(201);
    assert_eq!(user["email"], "new@example.test");
    assert_eq!((&user["name"], &user["account_name"]), (&json!("Nora"), &json!("Nordic")));
    assert_eq!((&user["role"], &user["is_super_admin"]), (&json!("owner"), &json!(false)));
    assert_eq!((&user["is_active"], &user["last_login"]), (&json!(true), &Value::Null));
    let account = user["account_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(w.audited_of(account, rf_audit::events::ACCOUNT_REGISTERED).await, 1);

    let tokens = log_in(&w.anonymous(), "NEW@example.test").await.expect(200);
    let me =
        w.anonymous().with_token(tokens["access_token"].as_str().unwrap()).get("/auth/me").await.expect(200);
    assert_eq!(me["id"], user["id"]);
    assert_eq!(me["last_login"], w.now().to_string());
}

async fn registering_refuses_what_is_no_registration(w: World) {
    let register = async |email: &str, password: &str, name: &str| {
        let body = json!({ "email": email, "password": password, "name": name });
        w.anonymous().post("/auth/register", body).await
    };
    register("nobody", PASSWORD, "N").await.refuses_fields(&[("email", "not_an_email")]);
    register("a@b.example", "short", "N").await.refuses_fields(&[("password", "too_short")]);
    register("a@b.example", "password123", "N").await.refuses_fields(&[("password", "too_common")]);
    register("a@b.example", PASSWORD, " ").await.refuses_fields(&[("name", "too_short")]);
    register("a@b.example", PASSWORD, &"n".repeat(201)).await.refuses_fields(&[("name", "too_long")]);
    let three = [("name", "too_short"), ("password", "too_short"), ("email", "not_an_email")];
    register("", "", "").await.refuses_fields(&three);
}

async fn an_address_registers_once_whatever_its_case(w: World) {
    let register = async |email: &str| {
        let body = json!({ "email": email, "password": PASSWORD, "name": "N" });
        w.anonymous().post("/auth/register", body).await
    };
    register("one@example.test").await.expect(201);
    register("ONE@Example.test").await.says(409, "email_taken", "Email already registered");
}

async fn both_logins_mint_the_same_kind_of_pair(w: World) {
    let form =
        format!("grant_type=password&username={}&password={}", w.engineer.email, PASSWORD.replace(' ', "+"));
    let by_form = w.anonymous().post_raw("/auth/login", "application/x-www-form-urlencoded", form).await;
    let by_json = log_in(&w.anonymous(), &w.engineer.email).await;
    for answer in [by_form, by_json] {
        let body = answer.expect(200);
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(300)));
        // The defaults, 3 days and 14 days (SESS-01), as ISO 8601 in UTC (AUTH-03).
        assert_eq!(body["idle_expires_at"], w.now().plus_seconds(259_200).to_string());
        assert_eq!(body["absolute_expires_at"], w.now().plus_seconds(1_209_600).to_string());
        assert_eq!(
            (&body["idle_expires_in"], &body["absolute_expires_in"]),
            (&json!(259_200), &json!(1_209_600))
        );
        let access = claims_of(body["access_token"].as_str().unwrap());
        assert_eq!(access["sub"], w.engineer.id.to_string());
        assert_eq!(access["exp"].as_i64().unwrap(), w.now().unix() + 300);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

async fn a_refresh_token_carries_the_policy_of_the_account(w: World) {
    let own = rf_test_support::AccountBuilder::new(&w.test, "Own")
        .session_policy(Some(60), Some(240))
        .create(&w.test, w.store())
        .await;
    let half = rf_test_support::AccountBuilder::new(&w.test, "Half")
        .session_policy(None, Some(8_640))
        .create(&w.test, w.store())
        .await;
    let ola = own.person(&w.test, w.store(), "Ola", Role::Owner, None).await;
    let hal = half.person(&w.test, w.store(), "Hal", Role::Owner, None).await;
    // SESS-05: strict defaults, overrides, and a partial override.
    for (email, idle, absolute) in
        [(&w.engineer.email, 259_200, 1_209_600), (&ola.email, 3_600, 14_400), (&hal.email, 259_200, 518_400)]
    {
        let claims = claims_of(&token_of(&log_in(&w.anonymous(), email).await));
        assert_eq!(claims["auth_time"], w.now().unix());
        assert_eq!((&claims["idle_max"], &claims["abs_max"]), (&json!(idle), &json!(absolute)));
        assert_eq!(claims["exp"].as_i64().unwrap(), w.now().unix() + idle);
    }
}

async fn me_says_who_i_am(w: World) {
    let me = w.engineer().get("/auth/me").await.expect(200);
    let expected = json!({
        "id": w.engineer.id, "email": w.engineer.email, "name": "Eli", "role": "engineer",
        "account_id": w.north.id, "account_name": "North", "team_id": null, "is_active": true,
        "is_super_admin": false, "email_verified_at": w.now(), "last_login": w.now(), "created_at": w.now(),
        "subscription": {
            "plan": "pro", "status": "active", "in_force": true, "current_period_end": null,
            "cancel_at_period_end": false, "tree_limit": null, "kb_conversions_limit": null,
        },
        "second_factor_due": false,
    });
    assert_eq!(me, expected);
    w.anonymous().get("/auth/me").await.says(401, "not_authenticated", "Not authenticated");
    // AUTH-05: five minutes, and the last second is not one of them.
    w.clock().advance(299);
    w.engineer().get("/auth/me").await.expect(200);
    w.clock().advance(1);
    w.engineer().get("/auth/me").await.says(401, "not_authenticated", "Could not validate credentials");
}

async fn members_are_the_active_people_of_my_account(w: World) {
    w.unusual("off@example.test", NewPerson { is_active: false, ..NewPerson::default() }).await;
    let members = w.viewer().get("/accounts/me/members").await.expect(200);
    let names: Vec<_> = members.as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Cora", "Eli", "Olivia", "Tess", "Vic"]);
    let eli = &members[1];
    let expected = json!({ "id": w.engineer.id, "name": "Eli", "email": w.engineer.email, "role": "engineer", "team_id": null });
    assert_eq!(*eli, expected);
}

/// L1: nothing in the answer, and nothing in the work done for it, says which of these an address is.
async fn whoever_may_not_sign_in_gets_one_and_the_same_answer(w: World) {
    let usual = NewPerson::default();
    w.unusual("oauth-only@example.test", NewPerson { has_password: false, ..usual }).await;
    w.unusual("off@example.test", NewPerson { is_active: false, ..usual }).await;
    w.unusual("deleted@example.test", NewPerson { is_deleted: true, ..usual }).await;
    let wrong = "another password entirely";
    let attempts = [
        ("unknown@example.test", PASSWORD),
        ("not an address", PASSWORD),
        ("oauth-only@example.test", PASSWORD),
        ("off@example.test", PASSWORD),
        ("deleted@example.test", PASSWORD),
        (w.engineer.email.as_str(), wrong),
        (w.engineer.email.as_str(), ""),
    ];
    let mut answers = Vec::new();
    for (email, password) in attempts {
        let before = w.test.app.passwords().verifications();
        let answer =
            w.anonymous().post("/auth/login/json", json!({ "email": email, "password": password })).await;
        assert_eq!(w.test.app.passwords().verifications() - before, 1, "{email}");
        answer.says(401, "invalid_credentials", "Incorrect email or password");
        answers.push(without_request_id(&answer));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
}

fn without_request_id(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    let headers =
        answer.headers.iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
    // The order of headers, and of the words in a list, is each worker's own.
    let sorted = |value: &str| {
        let mut words: Vec<_> = value.split(", ").collect();
        words.sort_unstable();
        words.join(", ")
    };
    let headers = headers.map(|(name, value)| (name.to_string(), sorted(value.to_str().unwrap())));
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    (answer.status, headers, body)
}

/// L4: two passwords that differ anywhere do not match, and what bcrypt would cut is refused before hashing.
async fn the_whole_password_counts(w: World) {
    let longest = "p".repeat(71);
    let body = json!({ "email": "long@example.test", "password": longest, "name": "Long" });
    w.anonymous().post("/auth/register", body).await.expect(201);
    let attempt = async |password: String| {
        let body = json!({ "email": "long@example.test", "password": password });
        w.anonymous().post("/auth/login/json", body).await
    };
    attempt(longest.clone()).await.expect(200);
    for other in ["p".repeat(70), format!("{}q", "p".repeat(70)), format!("{}\u{1}", "p".repeat(70))] {
        attempt(other).await.refused(401, "invalid_credentials");
    }
    let before = w.test.app.passwords().verifications();
    for bytes in [72, 73, 128, 1_024] {
        let too_long = "p".repeat(bytes);
        attempt(too_long.clone()).await.refuses_fields(&[("password", "too_long")]);
        let body = json!({ "email": format!("l{bytes}@example.test"), "password": too_long, "name": "L" });
        w.anonymous().post("/auth/register", body).await.refuses_fields(&[("password", "too_long")]);
    }
    assert_eq!(w.test.app.passwords().verifications(), before);
    // The same letters composed and decomposed are two passwords: nobody's input is rewritten.
    let body = json!({ "email": "nfc@example.test", "password": "caf\u{e9} caf\u{e9}", "name": "N" });
    w.anonymous().post("/auth/register", body).await.expect(201);
    let decomposed = json!({ "email": "nfc@example.test", "password": "cafe\u{301} cafe\u{301}" });
    w.anonymous().post("/auth/login/json", decomposed).await.refused(401, "invalid_credentials");
}

/// S7: a genuine, living access token of a person who is off or deleted opens nothing.
async fn a_person_switched_off_is_refused_on_the_next_request(w: World) {
    let usual = NewPerson::default();
    let off = w.unusual("off@example.test", NewPerson { is_active: false, ..usual }).await;
    let deleted = w.unusual("deleted@example.test", NewPerson { is_deleted: true, ..usual }).await;
    let nobody = w.test.app.new_id();
    let keys = rf_test_support::token_keys();
    let id = w.test.app.new_id::<uuid::Uuid>();
    for user in [off, deleted, nobody] {
        let claims = AccessClaims::of(user, w.north.id, 0, w.now());
        let token = keys.sign_access(&claims, w.test.app.new_id()).unwrap();
        let client = w.anonymous().with_token(token);
        for path in [
            "/auth/me".to_owned(),
            "/accounts/me/members".to_owned(),
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
            client.get(&path).await.refused(401, "not_authenticated");
        }
        let flow = crate::support::troubleshooting_flow("Not kept");
        client.post("/trees", flow).await.refused(401, "not_authenticated");
        client.delete(&format!("/trees/{id}")).await.refused(401, "not_authenticated");
        client.post("/sessions", json!({ "tree_id": id })).await.refused(401, "not_authenticated");
        client.post(&format!("/sessions/{id}/start"), json!({})).await.refused(401, "not_authenticated");
        let end = json!({ "outcome": "resolved" });
        client.post(&format!("/sessions/{id}/complete"), end).await.refused(401, "not_authenticated");
    }
    // A token that names another account than the person's is no better.
    let claims = AccessClaims::of(w.engineer.id, w.stranger.account_id, 0, w.now());
    let token = keys.sign_access(&claims, w.test.app.new_id()).unwrap();
    w.anonymous().with_token(token).get("/auth/me").await.refused(401, "not_authenticated");
}

async fn signing_out_ends_the_family(w: World) {
    let first = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let second = token_of(&super::refresh(&w.anonymous(), &first).await);
    let other_device = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    w.anonymous().post("/auth/logout", json!({ "refresh_token": second })).await.expect_empty();
    super::refresh(&w.anonymous(), &second).await.says(401, "invalid_refresh_token", "invalid_refresh_token");
    super::refresh(&w.anonymous(), &other_device).await.expect(200);
    // A used token ends its family too, and whatever else is sent, the answer is the same.
    let third = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    let fourth = token_of(&super::refresh(&w.anonymous(), &third).await);
    w.anonymous().post("/auth/logout", json!({ "refresh_token": third })).await.expect_empty();
    super::refresh(&w.anonymous(), &fourth).await.refused(401, "invalid_refresh_token");
    for token in [json!({ "refresh_token": second }), json!({ "refresh_token": "nonsense" }), json!({})] {
        w.anonymous().post("/auth/logout", token).await.expect_empty();
    }
    assert_eq!(w.audited(rf_audit::events::REFRESH_TOKEN_REUSED).await, 0);
}
