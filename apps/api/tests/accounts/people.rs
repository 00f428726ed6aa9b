//! People and teams: who manages whom, and that it counts at once (AUTH-12, S7).

use futures_util::future::join_all;
use rf_accounts::Plan;
use rf_audit::events;
use rf_auth_policy::Role;
use rf_test_support::Person;
use serde_json::{Value, json};

use super::{log_in, refresh, revoke::opens_nothing, token_of};
use crate::support::{Answer, Client, NewPerson, World, every_store, troubleshooting_flow};

every_store! {
    people_are_listed_and_found,
    a_role_counts_at_once,
    nobody_acts_on_somebody_above,
    deactivated_means_now,
    whoever_is_switched_on_again_needs_a_seat,
    an_account_keeps_an_owner,
    ownership_needs_the_password_fresh,
    of_two_owners_who_step_down_at_once_one_stays,
    teams_are_made_renamed_and_deleted,
    an_account_is_renamed,
    ownership_is_handed_over,
}

/// Of many at once no more than there are seats.
async fn whoever_is_switched_on_again_needs_a_seat(w: World) {
    let small = w.account("Small", Plan::Free).await;
    let person = async |name, role| small.person(&w.test, w.store(), name, role, None).await;
    let owner = person("Sal", Role::Owner).await;
    let mut people = Vec::new();
    for name in ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hal"] {
        let somebody = person(name, Role::Viewer).await;
        change(&w.being(&owner), &somebody, json!({ "is_active": false })).await.expect(200);
        people.push(somebody);
    }
    let client = w.being(&owner);
    let answers = join_all(people.iter().map(|one| change(&client, one, json!({ "is_active": true })))).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert_eq!(refused.len(), 4, "of eight four find a seat beside the owner");
    for answer in refused {
        let body = answer.refused(402, "seat_limit_reached");
        assert_eq!((&body["detail"]["limit"], &body["detail"]["used"]), (&json!(5), &json!(5)));
    }
    let members = client.get("/accounts/me/members").await.expect(200);
    assert_eq!(members.as_array().unwrap().len(), 5);
    // Whoever is in already takes no seat: other changes go on.
    let out = answers.iter().position(|answer| answer.status != 200).unwrap();
    let inside = answers.iter().position(|answer| answer.status == 200).unwrap();
    let both = json!({ "is_active": true, "role": "engineer" });
    change(&client, &people[inside], both).await.expect(200);
    // A free seat is found.
    change(&client, &people[inside], json!({ "is_active": false })).await.expect(200);
    change(&client, &people[out], json!({ "is_active": true })).await.expect(200);
}

fn path(person: &Person) -> String {
    format!("/accounts/me/people/{}", person.id)
}

async fn change(client: &Client, person: &Person, change: Value) -> Answer {
    client.patch(&path(person), change).await
}

/// The payload of the one entry with that action.
async fn logged(w: &World, action: &str) -> Value {
    let entries = w.test.app.audit_entries(w.north.id, action).await.unwrap();
    let [entry] = &entries[..] else { panic!("{action}: {entries:?}") };
    entry.payload.clone()
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

async fn people_are_listed_and_found(w: World) {
    let team = w.team("Projects").await;
    let zoe = w.person("Zoë", Role::Engineer, Some(team)).await;
    w.unusual("off@north.example", NewPerson { is_active: false, ..NewPerson::default() }).await;
    w.unusual("gone@north.example", NewPerson { is_deleted: true, ..NewPerson::default() }).await;
    let admin = w.being(&w.team_admin);
    let all = admin.get("/accounts/me/people").await.expect(200);
    assert_eq!(all["total"], 7);
    assert_eq!(names(&all), ["Cora", "Eli", "off@north.example", "Olivia", "Tess", "Vic", "Zoë"]);
    let olivia = &all["items"][3];
    assert_eq!((&olivia["role"], &olivia["can_edit"]), (&json!("owner"), &json!(false)));
    assert!(olivia["last_login"].is_string() && olivia.get("password_hash").is_none());
    assert_eq!(all["items"][0]["can_edit"], true);
    let team = team.to_string();
    for (query, expected) in [
        (vec![("search", "ZOË")], vec!["Zoë"]),
        (vec![("search", zoe.email.as_str())], vec!["Zoë"]),
        (vec![("search", "%")], vec![]),
        (vec![("role", "engineer"), ("is_active", "true")], vec!["Cora", "Eli", "Zoë"]),
        (vec![("is_active", "false")], vec!["off@north.example"]),
        (vec![("team_id", team.as_str())], vec!["Zoë"]),
        (vec![("skip", "2"), ("limit", "2")], vec!["off@north.example", "Olivia"]),
    ] {
        let page = admin.find("/accounts/me/people", &query).await.expect(200);
        assert_eq!(names(&page), expected, "{query:?}");
    }
    for query in [("role", "boss"), ("limit", "0"), ("is_active", "maybe"), ("stray", "1")] {
        admin.find("/accounts/me/people", &[query]).await.refused(422, "validation_failed");
    }
    w.engineer().get("/accounts/me/people").await.refused(403, "forbidden");
    assert_eq!(names(&w.stranger().get("/accounts/me/people").await.expect(200)), ["Sam"]);
}

/// The role is read on every request: the token says nothing about it.
async fn a_role_counts_at_once(w: World) {
    let team = w.team("Projects").await;
    w.engineer().post("/trees", troubleshooting_flow("F")).await.expect(201);
    let body =
        change(&w.owner(), &w.engineer, json!({ "role": "viewer", "team_id": team })).await.expect(200);
    assert_eq!((&body["role"], &body["team_id"]), (&json!("viewer"), &json!(team)));
    w.engineer().post("/trees", troubleshooting_flow("F")).await.refused(403, "forbidden");
    assert_eq!(
        logged(&w, events::USER_ROLE_CHANGED).await,
        json!({
            "before": { "role": "engineer", "team_id": null },
            "after": { "role": "viewer", "team_id": team },
        })
    );
    change(&w.owner(), &w.engineer, json!({ "team_id": null })).await.expect(200);
    let payload = json!({ "before": { "team_id": team }, "after": { "team_id": null } });
    assert_eq!(logged(&w, events::USER_TEAM_CHANGED).await, payload);
    // What is so already is no change, and is not logged.
    change(&w.owner(), &w.engineer, json!({ "role": "viewer" })).await.expect(200);
    change(&w.owner(), &w.engineer, json!({})).await.expect(200);
    assert_eq!(w.audited(events::USER_ROLE_CHANGED).await, 1);
    let answer = change(&w.owner(), &w.engineer, json!({ "team_id": w.north.id })).await;
    answer.refuses_fields(&[("team_id", "unknown_team")]);
    for wrong in
        [json!({ "role": "boss" }), json!({ "is_super_admin": true }), json!({ "email": "x@y.example" })]
    {
        change(&w.owner(), &w.engineer, wrong).await.refused(422, "validation_failed");
    }
}

async fn nobody_acts_on_somebody_above(w: World) {
    let admin = w.being(&w.team_admin);
    let mut refused = 0;
    for body in [
        json!({ "role": "viewer" }),
        json!({ "is_active": false }),
        json!({ "team_id": null, "role": "team_admin" }),
    ] {
        change(&admin, &w.owner, body.clone()).await.refused(403, "forbidden");
        change(&w.engineer(), &w.colleague, body.clone()).await.refused(403, "forbidden");
        change(&w.viewer(), &w.viewer, body.clone()).await.refused(403, "forbidden");
        change(&w.stranger(), &w.engineer, body).await.refused(404, "person_not_found");
        refused += 4;
    }
    for person in [&w.engineer, &w.team_admin] {
        change(&admin, person, json!({ "role": "owner" })).await.refused(403, "forbidden");
        refused += 1;
    }
    change(&admin, &w.team_admin, json!({ "is_active": false })).await.refused(409, "cannot_switch_self_off");
    for action in [events::USER_ROLE_CHANGED, events::USER_DEACTIVATED] {
        assert_eq!(w.audited(action).await, 0);
    }
    change(&admin, &w.engineer, json!({ "role": "team_admin" })).await.expect(200);
    println!("AUTH-12: {refused} changes by somebody below, {refused} refused");
}

/// S7.
async fn deactivated_means_now(w: World) {
    let token = token_of(&log_in(&w.anonymous(), &w.engineer.email).await);
    w.engineer().get("/auth/me").await.expect(200);
    let admin = w.being(&w.team_admin);
    let body = change(&admin, &w.engineer, json!({ "is_active": false })).await.expect(200);
    assert_eq!(body["is_active"], false);
    let refused = opens_nothing(&w).await;
    println!("S7: {refused} routes refused the access token of somebody deactivated, 0 accepted it");
    refresh(&w.anonymous(), &token).await.refused(401, "invalid_refresh_token");
    log_in(&w.anonymous(), &w.engineer.email).await.refused(401, "invalid_credentials");
    let payload = json!({ "before": { "is_active": true }, "after": { "is_active": false } });
    assert_eq!(logged(&w, events::USER_DEACTIVATED).await, payload);
    // Back again, with nothing of what they had.
    change(&admin, &w.engineer, json!({ "is_active": true })).await.expect(200);
    w.engineer().get("/auth/me").await.refused(401, "not_authenticated");
    refresh(&w.anonymous(), &token).await.refused(401, "invalid_refresh_token");
    log_in(&w.anonymous(), &w.engineer.email).await.expect(200);
    assert_eq!(w.audited(events::USER_REACTIVATED).await, 1);
}

async fn an_account_keeps_an_owner(w: World) {
    change(&w.owner(), &w.owner, json!({ "role": "engineer" })).await.refused(409, "last_owner");
    change(&w.owner(), &w.owner, json!({ "is_active": false })).await.refused(409, "cannot_switch_self_off");
    // An owner who cannot sign in is none.
    let second = w.person("Otto", Role::Owner, None).await;
    change(&w.owner(), &second, json!({ "is_active": false })).await.expect(200);
    change(&w.owner(), &w.owner, json!({ "role": "engineer" })).await.refused(409, "last_owner");
    change(&w.owner(), &second, json!({ "is_active": true })).await.expect(200);
    change(&w.owner(), &w.owner, json!({ "role": "engineer" })).await.expect(200);
    w.owner().get("/accounts/me/security").await.refused(403, "forbidden");
}

async fn ownership_needs_the_password_fresh(w: World) {
    w.clock().advance(301);
    // A rotation's access token is as old as its sign-in.
    let rotated = async |person: &Person| {
        use secrecy::ExposeSecret;
        let answer = refresh(&w.anonymous(), person.tokens.refresh_token.expose_secret()).await.expect(200);
        w.anonymous().with_token(answer["access_token"].as_str().unwrap())
    };
    let owner = rotated(&w.owner).await;
    let transfer = json!({ "user_id": w.team_admin.id });
    change(&owner, &w.team_admin, json!({ "role": "owner" })).await.refused(403, "step_up_required");
    owner.post("/accounts/me/transfer-ownership", transfer.clone()).await.refused(403, "step_up_required");
    change(&owner, &w.engineer, json!({ "role": "viewer" })).await.expect(200);
    let password = json!({ "password": rf_test_support::PASSWORD });
    let shown = owner.post("/auth/step-up", password).await.expect(200)["step_up_token"].clone();
    let request = owner.request(reqwest::Method::POST, "/accounts/me/transfer-ownership");
    let request = request.header("x-step-up", shown.as_str().unwrap());
    assert_eq!(Answer::of(request.json(&transfer)).await.expect(200)["role"], "team_admin");
}

async fn of_two_owners_who_step_down_at_once_one_stays(w: World) {
    let second = w.person("Otto", Role::Owner, None).await;
    let (first, other) = (w.owner(), w.being(&second));
    let down = || json!({ "role": "engineer" });
    let (a, b) = tokio::join!(change(&first, &w.owner, down()), change(&other, &second, down()));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{a:?} {b:?}");
}

async fn teams_are_made_renamed_and_deleted(w: World) {
    let admin = w.being(&w.team_admin);
    let made = admin.post("/accounts/me/teams", json!({ "name": "  Projects " })).await.expect(201);
    assert_eq!((&made["name"], &made["people"]), (&json!("Projects"), &json!(0)));
    let address = format!("/accounts/me/teams/{}", made["id"].as_str().unwrap());
    admin.post("/accounts/me/teams", json!({ "name": "PROJECTS" })).await.refused(409, "team_name_taken");
    for wrong in ["", "   ", &"x".repeat(101)] {
        admin.post("/accounts/me/teams", json!({ "name": wrong })).await.refused(422, "validation_failed");
    }
    let other = admin.post("/accounts/me/teams", json!({ "name": "Network" })).await.expect(201);
    admin.patch(&address, json!({ "name": "network" })).await.refused(409, "team_name_taken");
    assert_eq!(admin.patch(&address, json!({ "name": "projects" })).await.expect(200)["name"], "projects");
    change(&admin, &w.engineer, json!({ "team_id": made["id"] })).await.expect(200);
    let teams = w.viewer().get("/accounts/me/teams").await.expect(200);
    assert_eq!((&teams[0]["name"], &teams[1]["people"]), (&json!("Network"), &json!(1)));
    admin.delete(&address).await.refused(409, "team_in_use");
    change(&admin, &w.engineer, json!({ "team_id": other["id"] })).await.expect(200);
    admin.delete(&address).await.expect_empty();
    admin.delete(&address).await.refused(404, "team_not_found");
    w.engineer().post("/accounts/me/teams", json!({ "name": "Mine" })).await.refused(403, "forbidden");
    let theirs = format!("/accounts/me/teams/{}", other["id"].as_str().unwrap());
    w.stranger().delete(&theirs).await.refused(404, "team_not_found");
    w.stranger().patch(&theirs, json!({ "name": "taken" })).await.refused(404, "team_not_found");
    let payload = json!({ "before": { "name": "Projects" }, "after": { "name": "projects" } });
    assert_eq!(logged(&w, events::TEAM_RENAMED).await, payload);
    assert_eq!(logged(&w, events::TEAM_DELETED).await, json!({ "before": { "name": "projects" } }));
    assert_eq!(w.audited(events::TEAM_CREATED).await, 2);
}

async fn an_account_is_renamed(w: World) {
    assert_eq!(w.viewer().get("/accounts/me").await.expect(200)["name"], "North");
    let renamed = w.owner().patch("/accounts/me", json!({ "name": " Häuser & Söhne " })).await.expect(200);
    assert_eq!(renamed["name"], "Häuser & Söhne");
    assert_eq!(w.engineer().get("/auth/me").await.expect(200)["account_name"], "Häuser & Söhne");
    let payload = json!({ "before": { "name": "North" }, "after": { "name": "Häuser & Söhne" } });
    assert_eq!(logged(&w, events::ACCOUNT_RENAMED).await, payload);
    w.owner().patch("/accounts/me", json!({ "name": " " })).await.refuses_fields(&[("name", "too_short")]);
    w.being(&w.team_admin).patch("/accounts/me", json!({ "name": "Mine" })).await.refused(403, "forbidden");
    assert_eq!(w.stranger().get("/accounts/me").await.expect(200)["name"], "South");
}

async fn ownership_is_handed_over(w: World) {
    const PATH: &str = "/accounts/me/transfer-ownership";
    let off = w.unusual("off@north.example", NewPerson { is_active: false, ..NewPerson::default() }).await;
    for stray in [json!(w.stranger.id), json!(off), json!(w.north.id)] {
        let answer = w.owner().post(PATH, json!({ "user_id": stray })).await;
        answer.refuses_fields(&[("user_id", "unknown_person")]);
    }
    w.owner().post(PATH, json!({ "user_id": w.owner.id })).await.refused(409, "cannot_transfer_to_self");
    let to = json!({ "user_id": w.engineer.id });
    w.being(&w.team_admin).post(PATH, to.clone()).await.refused(403, "forbidden");
    assert_eq!(w.owner().post(PATH, to.clone()).await.expect(200)["role"], "team_admin");
    assert_eq!(w.engineer().get("/auth/me").await.expect(200)["role"], "owner");
    w.owner().post(PATH, to).await.refused(403, "forbidden");
    w.engineer().get("/accounts/me/security").await.expect(200);
    assert_eq!(
        logged(&w, events::OWNERSHIP_TRANSFERRED).await,
        json!({
            "before": [{ "user_id": w.owner.id, "role": "owner" }, { "user_id": w.engineer.id, "role": "engineer" }],
            "after": [{ "user_id": w.owner.id, "role": "team_admin" }, { "user_id": w.engineer.id, "role": "owner" }],
        })
    );
}
