//! The site admins' area: what they see and change over all accounts, and that nobody else knows it is there.

use rf_accounts::User;
use rf_audit::events;
use rf_auth_policy::Role;
use rf_store::Access;
use rf_test_support::{PASSWORD, Person};
use rf_usecases::SiteAdminOutcome;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, NewPerson, World, every_store, troubleshooting_flow};

every_store! {
    nobody_else_knows_the_area,
    accounts_are_found_and_shown,
    a_plan_is_set_by_hand,
    people_are_found_whatever_their_account,
    a_person_is_switched_off_at_once,
    switched_on_again_a_person_needs_a_seat,
    all_logs_are_one_list,
    jobs_and_mails_are_listed,
    reading_a_kept_mail_is_written_down,
    the_operator_makes_site_admins,
}

/// Somebody who runs the installation, from an account of their own.
async fn site_admin(w: &World) -> (Person, Client) {
    let account = w.account("Site", rf_accounts::Plan::Free).await;
    let person = account.person(&w.test, w.store(), "Ada", Role::Viewer, None).await;
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    let user = unit.user_for_sign_in(person.id).await.unwrap().unwrap();
    assert!(!user.is_super_admin);
    unit.make_super_admin(person.id, w.now()).await.unwrap();
    unit.commit().await.unwrap();
    let client = w.being(&person);
    (person, client)
}

fn names(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn nobody_else_knows_the_area(w: World) {
    let id = w.north.id;
    for path in
        ["/admin/accounts", "/admin/users", "/admin/health", "/admin/audit", "/admin/jobs", "/admin/outbox"]
    {
        for client in [w.owner(), w.engineer(), w.viewer(), w.stranger()] {
            client.get(path).await.says(404, "not_found", "There is nothing at this address.");
        }
        w.anonymous().get(path).await.refused(401, "not_authenticated");
    }
    w.owner().get(&format!("/admin/accounts/{id}")).await.refused(404, "not_found");
    let pro = json!({ "plan": "pro", "status": "active" });
    w.owner().patch(&format!("/admin/accounts/{id}/subscription"), pro).await.refused(404, "not_found");
    let off = json!({ "is_active": false });
    w.owner().patch(&format!("/admin/users/{}", w.engineer.id), off).await.refused(404, "not_found");
    w.engineer().get("/auth/me").await.expect(200);
}

async fn jobs_and_mails_are_listed(w: World) {
    let (_, admin) = site_admin(&w).await;
    for path in ["/admin/jobs", "/admin/jobs?state=parked&limit=10", "/admin/outbox"] {
        assert_eq!(admin.get(path).await.expect(200), json!([]), "{path}");
    }
    admin.get("/admin/jobs?state=lost").await.refused(422, "validation_failed");
    let nothing = w.test.app.new_id::<uuid::Uuid>();
    admin.post(&format!("/admin/jobs/{nothing}/retry"), json!({})).await.refused(404, "not_found");
    admin.get(&format!("/admin/outbox/{nothing}")).await.refused(404, "not_found");
}

/// Whoever reads what is kept here could sign in as somebody, so that it is written down whose and by whom.
async fn reading_a_kept_mail_is_written_down(w: World) {
    let (person, admin) = site_admin(&w).await;
    let body = json!({ "email": "ina@north.example", "role": "viewer" });
    w.owner().post("/accounts/me/invites", body).await.expect(201);
    let listed = admin.get("/admin/outbox").await.expect(200);
    let mail = &listed[0];
    assert_eq!((&mail["state"], &mail["to"]), (&json!("kept"), &json!("ina@north.example")));
    // A list names mails and says nothing of what would sign somebody in.
    assert!(mail["subject"].is_string() && mail["text"].is_null() && mail["html"].is_null(), "{mail}");
    assert_eq!(w.audited(events::MAIL_READ).await, 0);
    let read = admin.get(&format!("/admin/outbox/{}", mail["id"].as_str().unwrap())).await.expect(200);
    assert!(read["text"].as_str().unwrap().contains("/invite/"));
    let entries = w.test.app.audit_entries(w.north.id, events::MAIL_READ).await.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(entry.payload, json!({ "about": "invitation", "to": "ina@north.example" }));
    assert_eq!(entry.actor_id, Some(person.id));
    assert_eq!(entry.target_id.unwrap().to_string(), mail["id"].as_str().unwrap());
}

async fn accounts_are_found_and_shown(w: World) {
    let (_, admin) = site_admin(&w).await;
    w.engineer().post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    for number in 0..60 {
        w.account(&format!("Müller {number}"), rf_accounts::Plan::Free).await;
    }
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("/admin/accounts?search=M%C3%9CLLER{cursor}")).await.expect(200);
        found.extend(names(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let newest_first: Vec<_> = (0..60).rev().map(|number| format!("Müller {number}")).collect();
    assert_eq!(found, newest_first);
    let page = admin.get("/admin/accounts?search=north").await.expect(200);
    assert_eq!(names(&page), ["North"]);
    let north = &page["items"][0];
    assert_eq!((&north["member_count"], &north["tree_count"]), (&json!(5), &json!(1)));
    assert_eq!(north["subscription"]["plan"], "pro");
    let one = admin.get(&format!("/admin/accounts/{}", w.north.id)).await.expect(200);
    let people: Vec<_> =
        one["people"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect();
    assert_eq!(people, ["Cora", "Eli", "Olivia", "Tess", "Vic"]);
    assert_eq!(one["name"], "North");
    assert!(!one.to_string().contains("password"));
    admin.get(&format!("/admin/accounts/{}", Uuid::nil())).await.refused(404, "not_found");
    admin.get("/admin/accounts?search=nobody-is-called-so").await.expect(200);
}

async fn a_plan_is_set_by_hand(w: World) {
    let (person, admin) = site_admin(&w).await;
    let path = format!("/admin/accounts/{}/subscription", w.north.id);
    let answer = admin.patch(&path, json!({ "plan": "pro", "status": "locked" })).await;
    assert_eq!(answer.expect(200)["subscription"]["status"], "locked");
    w.engineer().get("/trees").await.refused(402, "subscription_required");
    let answer = admin.patch(&path, json!({ "plan": "free", "status": "active" })).await;
    answer.expect(200);
    w.engineer().get("/trees").await.expect(200);
    admin.patch(&path, json!({ "plan": "free", "status": "active" })).await.expect(200);
    let entries = w.test.app.audit_entries(w.north.id, events::SUBSCRIPTION_CHANGED).await.unwrap();
    assert_eq!(entries.len(), 2, "what changes nothing is no event");
    assert_eq!(entries[0].actor_id, Some(person.id));
    assert_eq!(entries[0].request_id.to_string(), answer.header("x-request-id"));
    assert_eq!(entries[0].payload["before"]["status"], "locked");
    for bad in
        [json!({}), json!({ "plan": "gold", "status": "active" }), json!({ "plan": "pro", "status": "off" })]
    {
        admin.patch(&path, bad).await.refused(422, "validation_failed");
    }
}

async fn people_are_found_whatever_their_account(w: World) {
    let (_, admin) = site_admin(&w).await;
    let email: &str = &w.stranger.email;
    let page = admin.find("/admin/users", &[("search", email)]).await.expect(200);
    assert_eq!(names(&page), ["Sam"]);
    assert_eq!(page["items"][0]["account_id"], w.stranger.account_id.to_string());
    let page = admin.get("/admin/users?search=OLIV").await.expect(200);
    assert_eq!(names(&page), ["Olivia"]);
    let all = admin.get("/admin/users").await.expect(200);
    assert_eq!(names(&all), ["Ada", "Sam", "Vic", "Cora", "Eli", "Tess", "Olivia"], "newest first");
}

async fn a_person_is_switched_off_at_once(w: World) {
    let (person, admin) = site_admin(&w).await;
    let path = format!("/admin/users/{}", w.engineer.id);
    let answer = admin.patch(&path, json!({ "is_active": false })).await;
    assert_eq!(answer.expect(200)["is_active"], false);
    w.engineer().get("/auth/me").await.refused(401, "not_authenticated");
    let refresh =
        json!({ "refresh_token": secrecy::ExposeSecret::expose_secret(&w.engineer.tokens.refresh_token) });
    w.anonymous().post("/auth/refresh", refresh).await.refused(401, "invalid_refresh_token");
    admin.patch(&path, json!({ "is_active": false })).await.expect(200);
    admin.patch(&path, json!({ "is_active": true })).await.expect(200);
    w.again(&w.engineer).await.get("/auth/me").await.expect(200);
    for action in [events::USER_DEACTIVATED, events::USER_REACTIVATED] {
        let entries = w.test.app.audit_entries(w.north.id, action).await.unwrap();
        assert_eq!((entries.len(), entries[0].actor_id), (1, Some(person.id)), "{action}");
    }
    let own = format!("/admin/users/{}", person.id);
    admin.patch(&own, json!({ "is_active": false })).await.refused(409, "cannot_switch_self_off");
    let nobody = format!("/admin/users/{}", Uuid::nil());
    admin.patch(&nobody, json!({ "is_active": false })).await.refused(404, "not_found");
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    let admin: Option<User> = unit.user_for_sign_in(person.id).await.unwrap();
    assert!(admin.is_some_and(|user| user.is_active));
}

async fn switched_on_again_a_person_needs_a_seat(w: World) {
    let (_, admin) = site_admin(&w).await;
    let plan = format!("/admin/accounts/{}/subscription", w.north.id);
    admin.patch(&plan, json!({ "plan": "free", "status": "active" })).await.expect(200);
    let path = format!("/admin/users/{}", w.engineer.id);
    admin.patch(&path, json!({ "is_active": false })).await.expect(200);
    // Somebody else has the fifth seat now.
    w.person("Nina", Role::Viewer, None).await;
    admin.patch(&path, json!({ "is_active": true })).await.refused(402, "seat_limit_reached");
    w.engineer().get("/auth/me").await.refused(401, "not_authenticated");
    admin.patch(&plan, json!({ "plan": "pro", "status": "active" })).await.expect(200);
    admin.patch(&path, json!({ "is_active": true })).await.expect(200);
}

async fn all_logs_are_one_list(w: World) {
    let (_, admin) = site_admin(&w).await;
    w.clock().advance(1);
    w.engineer().post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    w.clock().advance(1);
    w.stranger().post("/trees", troubleshooting_flow("Scanner")).await.expect(201);
    let page = admin.find("/admin/audit", &[("action", "tree.created"), ("limit", "1")]).await.expect(200);
    assert_eq!(page["items"][0]["payload"]["name"], "Scanner");
    assert_eq!(page["items"][0]["account_id"], w.stranger.account_id.to_string());
    assert_eq!(page["items"][0]["actor"]["name"], "Sam");
    let cursor = page["next_cursor"].as_str().unwrap();
    let query = [("action", "tree.created"), ("limit", "1"), ("cursor", cursor)];
    let page = admin.find("/admin/audit", &query).await.expect(200);
    assert_eq!(page["items"][0]["payload"]["name"], "Printer");
    assert_eq!(page["next_cursor"], Value::Null);
    let health = admin.get("/admin/health").await.expect(200);
    assert_eq!((&health["store"], &health["store_answers"]), (&json!(w.store().kind()), &json!(true)));
}

/// CLI-01 to CLI-03, CLI-05, CLI-06.
async fn the_operator_makes_site_admins(w: World) {
    let app = &w.test.app;
    let (user, outcome) = app.create_site_admin(" Root@Site.Example", false).await.unwrap();
    assert_eq!(outcome, SiteAdminOutcome::Created);
    assert_eq!((user.email.as_str(), user.role), ("root@site.example", Role::Owner));
    assert!(user.is_super_admin && user.password_hash.is_none());
    assert_eq!(user.email_verified_at, Some(w.now()));
    // No password opens it.
    for password in ["", PASSWORD] {
        let body = json!({ "email": "root@site.example", "password": password });
        w.anonymous().post("/auth/login/json", body).await.refused(401, "invalid_credentials");
    }
    w.clock().advance(60);
    for promote_only in [false, true] {
        let again = app.create_site_admin("ROOT@site.example", promote_only).await.unwrap();
        assert_eq!(again, (user.clone(), SiteAdminOutcome::Unchanged));
    }
    assert_eq!(w.audited_of(user.account_id, events::SITE_ADMIN_CREATED).await, 1);
    // Somebody who is there keeps all but the flag; a missing verification is made good.
    let bare =
        w.unusual("bare@example.test", NewPerson { has_password: false, ..NewPerson::default() }).await;
    let (promoted, outcome) = app.create_site_admin("bare@example.test", true).await.unwrap();
    assert_eq!((outcome, promoted.id, promoted.role), (SiteAdminOutcome::Promoted, bare, Role::Engineer));
    let (owner, outcome) = app.create_site_admin(&w.owner.email, false).await.unwrap();
    assert_eq!((outcome, owner.account_id), (SiteAdminOutcome::Promoted, w.north.id));
    w.owner().get("/admin/accounts").await.expect(200);
    assert_eq!(w.audited(events::SITE_ADMIN_PROMOTED).await, 2);
    let failure = app.create_site_admin("nobody@example.test", true).await.unwrap_err();
    assert_eq!(failure.code.name, "not_found");
}
