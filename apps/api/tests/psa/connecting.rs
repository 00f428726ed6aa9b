//! Connecting: good keys, wrong ones, addresses nobody talks to, and who may.

use rf_simulators::connectwise::keys;
use serde_json::{Value, json};

use super::{Desk, connection};
use crate::support::{Database, every_store};

mod stores {
    use super::*;

    every_store! { connecting_is_kept_without_its_keys }

    async fn connecting_is_kept_without_its_keys(w: crate::support::World) {
        super::keys_are_never_told(w).await;
    }
}

/// Over every store the round trip; the simulator comes with the world of the other tests.
async fn keys_are_never_told(w: crate::support::World) {
    let nothing = w.owner().get("/integrations/psa").await.expect(200);
    let unconnected = json!({
        "connected": false, "provider": null, "status": null, "push_on_resolve": false, "push_on_escalate": false,
        "connection": null,
    });
    assert_eq!(nothing, unconnected);
    w.owner().delete("/integrations/psa").await.refused(409, "psa_not_connected");
    assert_eq!(w.engineer().get("/integrations/psa").await.expect(200), unconnected);
}

#[tokio::test]
async fn a_team_connects_tests_changes_and_disconnects() {
    let desk = Desk::over(Database::sqlite().await).await;
    let owner = desk.world.owner();
    let shown = owner.get("/integrations/psa").await;
    for secret in [keys::PRIVATE, keys::PUBLIC, keys::CLIENT_ID] {
        assert!(!shown.text.contains(secret), "{shown:?}");
    }
    let shown = shown.expect(200);
    assert_eq!(shown["connection"]["public_key_hint"], "Key1");
    assert_eq!(shown["connection"]["settings"]["push_on_resolve"], true);
    let steps = shown["connection"]["diagnosis"]["steps"].as_array().unwrap().clone();
    assert!(steps.len() == 4 && steps.iter().all(|step| step["ok"] == true), "{steps:?}");
    // Who works with it learns that it is there, and nothing else.
    let known = desk.world.engineer().get("/integrations/psa").await.expect(200);
    assert_eq!(
        known,
        json!({
            "connected": true, "provider": "connectwise", "status": "ok", "push_on_resolve": true,
            "push_on_escalate": true, "connection": null,
        })
    );
    let tested = owner.post("/integrations/psa/test", json!({})).await.expect(200);
    assert_eq!(tested["ok"], true);
    // Keys stay as they are for the same site and company, and go nowhere else.
    let same = json!({
        "provider": "connectwise", "site_url": desk.simulator.url(), "company_id": keys::COMPANY,
    });
    let kept = owner.put("/integrations/psa", same.clone()).await.expect(200);
    assert_eq!(kept["connection"]["status"], "ok");
    let mut elsewhere = same;
    elsewhere["site_url"] = json!("psa.brightwater.example");
    let refused = owner.put("/integrations/psa", elsewhere).await.refused(422, "validation_failed");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 3, "{refused}");
    owner.delete("/integrations/psa").await.expect_empty();
    let nothing = owner.get("/integrations/psa").await.expect(200);
    assert_eq!(nothing["connected"], false);
    for action in ["psa.connected", "psa.changed", "psa.disconnected"] {
        assert_eq!(desk.world.audited(action).await, 1, "{action}");
    }
}

/// What is wrong, how it is called, and what to do about it.
#[tokio::test]
async fn what_is_wrong_is_said_in_words() {
    let desk = Desk::unconnected(Database::memory().await).await;
    let owner = desk.world.owner();
    let good = connection(&desk.simulator);
    for (field, value, step) in
        [("private_key", "wrong", "Company and keys"), ("company_id", "nobody", "Company and keys")]
    {
        let mut wrong = good.clone();
        wrong[field] = json!(value);
        let tested = owner.post("/integrations/psa/test", wrong.clone()).await.expect(200);
        let last = tested["diagnosis"]["steps"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&tested["ok"], &last["name"]), (&json!(false), &json!(step)), "{tested}");
        assert!(!tested["diagnosis"]["what_to_do"].as_str().unwrap().is_empty());
        let kept = owner.put("/integrations/psa", wrong).await.expect(200);
        assert_eq!(kept["connection"]["status"], "failing", "{field}");
        owner.delete("/integrations/psa").await.expect_empty();
    }
    // A member that may only read is told apart when something is written, not here.
    let mut reader = good.clone();
    reader["public_key"] = json!(keys::READER_PUBLIC);
    reader["private_key"] = json!(keys::READER_PRIVATE);
    assert_eq!(owner.post("/integrations/psa/test", reader).await.expect(200)["ok"], true);
    for site in
        ["127.0.0.1", "http://127.0.0.1:1", "https://169.254.169.254", "http://eu.myconnectwise.net", "psa"]
    {
        let mut inside = good.clone();
        inside["site_url"] = json!(site);
        let refused = owner.put("/integrations/psa", inside).await.refused(422, "psa_address_refused");
        assert!(refused["detail"].as_str().unwrap().contains("Enter"), "{site}: {refused}");
    }
    assert_eq!(owner.get("/integrations/psa").await.expect(200)["connected"], false);
}

#[tokio::test]
async fn settings_change_in_what_is_named_alone() {
    let desk = Desk::over(Database::memory().await).await;
    let owner = desk.world.owner();
    let patch = json!({ "time_entry": { "create": true }, "status": { "on_resolve": "Resolved" } });
    let kept = owner.patch("/integrations/psa/settings", patch).await.expect(200);
    assert_eq!(kept["time_entry"], json!({ "create": true, "work_type": null, "work_role": null }));
    assert_eq!((&kept["push_on_resolve"], &kept["status"]["on_resolve"]), (&json!(true), &json!("Resolved")));
    let kept = owner.patch("/integrations/psa/settings", json!({ "status": null })).await.expect(200);
    assert_eq!(kept["status"]["on_resolve"], Value::Null);
    for wrong in [
        json!({ "rounding": { "step_minutes": 7 } }),
        json!({ "push": true }),
        json!({ "note_visibility": "public" }),
        json!([]),
    ] {
        owner.patch("/integrations/psa/settings", wrong).await.refused(422, "validation_failed");
    }
    let engineer = desk.world.engineer();
    engineer.patch("/integrations/psa/settings", json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn who_is_who_is_said_or_suggested() {
    let desk = Desk::over(Database::memory().await).await;
    let owner = desk.world.owner();
    let listed = owner.get("/integrations/psa/members").await.expect(200);
    let engineer = desk.world.engineer.id.to_string();
    let line = |listed: &Value| {
        let items = listed["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["user_id"] == engineer).unwrap()
    };
    assert_eq!(line(&listed)["how"], "none");
    let member = listed["psa_members"][2].clone();
    let path = format!("/integrations/psa/members/{engineer}");
    owner.put(&path, json!({ "member_id": member["id"] })).await.expect_empty();
    let said = line(&owner.get("/integrations/psa/members").await.expect(200));
    assert_eq!((&said["how"], &said["member_name"]), (&json!("manual"), &member["name"]));
    owner.put(&path, json!({ "member_id": "9999" })).await.refused(404, "psa_not_found");
    owner.put(&path, json!({ "member_id": null })).await.expect_empty();
    assert_eq!(line(&owner.get("/integrations/psa/members").await.expect(200))["how"], "none");
    let stranger = desk.world.stranger.id;
    let path = format!("/integrations/psa/members/{stranger}");
    owner.put(&path, json!({ "member_id": member["id"] })).await.refused(404, "not_found");
}
