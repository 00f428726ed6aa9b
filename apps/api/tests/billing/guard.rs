//! QA-13: who has no subscription in force reaches what it takes to get one, and nothing else.

use rf_accounts::{Plan, SubscriptionStatus};
use rf_auth_policy::Role;
use rf_store::Access;
use rf_test_support::{Person, TestAccount};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stand;
use crate::support::{Client, World, every_store, troubleshooting_flow};

every_store! {
    a_locked_account_is_told_what_to_do,
    statuses_in_force_open_the_product,
    an_account_without_a_subscription_is_told_so,
    every_address_is_on_one_side,
    paying_opens_at_once,
}

#[track_caller]
fn barred(answer: &crate::support::Answer, status: &str, plan: &Value) {
    let body = answer.refused(402, "subscription_required");
    let detail = &body["detail"];
    assert_eq!(detail["code"], "subscription_required");
    assert_eq!((&detail["status"], &detail["plan"]), (&json!(status), plan));
    assert_eq!(detail["upgrade_url"], "/account/billing");
    assert!(detail["message"].as_str().is_some_and(|message| message.contains("owner")), "{detail}");
}

async fn a_locked_account_is_told_what_to_do(w: World) {
    let tree = w.engineer().post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    let session = w.engineer().post("/sessions", json!({ "tree_id": tree["id"] })).await.expect(201);
    stand(&w, w.north.id, Plan::Pro, SubscriptionStatus::Locked).await;
    let (tree, session) = (tree["id"].as_str().unwrap(), session["id"].as_str().unwrap());
    let pro = json!("pro");
    for client in [w.owner(), w.engineer(), w.viewer()] {
        for path in ["/trees", "/trees/facets", "/sessions"] {
            barred(&client.get(path).await, "locked", &pro);
        }
        barred(&client.get(&format!("/trees/{tree}")).await, "locked", &pro);
        barred(&client.get(&format!("/sessions/{session}/log")).await, "locked", &pro);
    }
    let client = w.engineer();
    barred(&client.post("/trees", troubleshooting_flow("New")).await, "locked", &pro);
    barred(&client.put(&format!("/trees/{tree}"), json!({ "name": "New" })).await, "locked", &pro);
    barred(&client.delete(&format!("/trees/{tree}")).await, "locked", &pro);
    barred(&client.post(&format!("/trees/{tree}/fork"), json!({})).await, "locked", &pro);
    barred(&client.post("/sessions", json!({ "tree_id": tree })).await, "locked", &pro);
    let complete = json!({ "outcome": "resolved" });
    barred(&client.post(&format!("/sessions/{session}/complete"), complete).await, "locked", &pro);
    let export = json!({ "format": "text" });
    barred(&client.post(&format!("/sessions/{session}/export"), export).await, "locked", &pro);
    // The way back.
    for path in ["/auth/me", "/accounts/me/members", "/billing", "/accounts/me/audit"] {
        assert_eq!(w.owner().get(path).await.status, 200, "{path}");
    }
    let me = w.again(&w.engineer).await.get("/auth/me").await.expect(200);
    assert_eq!(
        (&me["subscription"]["status"], &me["subscription"]["in_force"]),
        (&json!("locked"), &json!(false))
    );
    // Nothing was changed, and the other account noticed nothing.
    stand(&w, w.north.id, Plan::Pro, SubscriptionStatus::Active).await;
    assert_eq!(w.engineer().get(&format!("/trees/{tree}")).await.expect(200)["name"], "Printer");
    w.stranger().get("/trees").await.expect(200);
}

async fn statuses_in_force_open_the_product(w: World) {
    use SubscriptionStatus::{Active, Canceled, Locked, PastDue, Trialing};
    for plan in [Plan::Free, Plan::Pro] {
        for (status, open) in
            [(Active, true), (Trialing, true), (PastDue, true), (Canceled, false), (Locked, false)]
        {
            stand(&w, w.north.id, plan, status).await;
            let answer = w.engineer().get("/trees").await;
            if open {
                answer.expect(200);
            } else {
                barred(&answer, status.as_str(), &json!(plan.as_str()));
            }
        }
    }
}

async fn an_account_without_a_subscription_is_told_so(w: World) {
    let account = rf_accounts::Account {
        id: w.test.app.new_id(),
        name: "Bare".into(),
        session_idle_minutes: None,
        session_absolute_minutes: None,
        requires_second_factor: false,
        created_at: w.now(),
    };
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    unit.insert_account(&account).await.unwrap();
    unit.commit().await.unwrap();
    let account = TestAccount { id: account.id, name: account.name };
    let person: Person = account.person(&w.test, w.store(), "Bea", Role::Owner, None).await;
    barred(&w.being(&person).get("/trees").await, "missing", &Value::Null);
    let billing = w.being(&person).get("/billing").await.expect(200);
    assert_eq!((&billing["plan"], &billing["status"]), (&Value::Null, &Value::Null));
    assert_eq!(w.being(&person).get("/auth/me").await.expect(200)["subscription"], Value::Null);
}

/// Addresses a lapsed account reaches.
const OPEN: [&str; 7] = ["accounts", "admin", "auth", "billing", "flow-file.schema.json", "invites", "meta"];

/// What PSAs call, for nobody: it answers all alike, and the job that follows is the account's.
const CALLBACK: &str = "/integrations/psa/callbacks/";

async fn every_address_is_on_one_side(w: World) {
    stand(&w, w.north.id, Plan::Pro, SubscriptionStatus::Locked).await;
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let (mut open, mut guarded) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        let area = path.split('/').nth(1).unwrap();
        // Every placeholder is an id nobody has, or a text.
        let filled: Vec<_> = path
            .split('/')
            .map(|part| if part.starts_with('{') { Uuid::nil().to_string() } else { part.to_owned() })
            .collect();
        let filled = filled.join("/");
        for method in methods.as_object().unwrap().keys() {
            // The owner's sign-ins would end, and with them this test.
            if filled.ends_with("/logout") || filled.ends_with("revoke-sessions") {
                continue;
            }
            let client: Client = w.owner();
            let method = method.to_uppercase().parse().unwrap();
            let request = client.request(method, &filled).json(&json!({}));
            let answer = crate::support::Answer::of(request).await;
            if OPEN.contains(&area) || filled.starts_with(CALLBACK) {
                assert_ne!(
                    answer.status, 402,
                    "{filled} keeps a lapsed customer from recovering: {answer:?}"
                );
                open += 1;
            } else {
                // A body that says nothing may be refused before it is known who sends it.
                let reads_nothing = [422, 415].contains(&answer.status);
                assert!(answer.status == 402 || reads_nothing, "{filled} works without a plan: {answer:?}");
                guarded += usize::from(answer.status == 402);
            }
        }
    }
    assert!(open > 10 && guarded > 15, "{open} open, {guarded} guarded");
}

async fn paying_opens_at_once(w: World) {
    stand(&w, w.north.id, Plan::Free, SubscriptionStatus::Locked).await;
    w.engineer().get("/trees").await.refused(402, "subscription_required");
    stand(&w, w.north.id, Plan::Pro, SubscriptionStatus::Active).await;
    w.engineer().get("/trees").await.expect(200);
}
