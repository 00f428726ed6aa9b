//! A second vendor over the wire: connected as the first, notes and time in its tickets, and what it cannot do said.

use rf_simulators::halo::{Simulator, keys};
use serde_json::{Value, json};

use crate::support::{Database, World};

fn entered(simulator: &Simulator) -> Value {
    json!({
        "provider": "halo", "site_url": simulator.url(), "company_id": "",
        "client_id": keys::CLIENT_ID, "private_key": keys::CLIENT_SECRET,
    })
}

#[tokio::test]
async fn a_team_connects_its_halo_and_works_with_its_tickets() {
    let simulator = Simulator::start().unwrap();
    let world = World::with_psa(Database::sqlite().await, simulator.address()).await;
    let owner = world.owner();
    let mut wrong = entered(&simulator);
    wrong["private_key"] = json!("wrong");
    let tested = owner.post("/integrations/psa/test", wrong).await.expect(200);
    assert_eq!(tested["ok"], false, "{tested}");
    let mut missing = entered(&simulator);
    missing["private_key"] = json!("");
    let refused = owner.put("/integrations/psa", missing).await.refused(422, "validation_failed");
    assert_eq!(refused["errors"][0]["loc"], "private_key", "{refused}");
    let kept = owner.put("/integrations/psa", entered(&simulator)).await;
    assert!(!kept.text.contains(keys::CLIENT_SECRET), "{kept:?}");
    let kept = kept.expect(200);
    assert_eq!((&kept["provider"], &kept["status"]), (&json!("halo"), &json!("ok")), "{kept}");
    // It signs no callbacks, so none are waited for.
    assert_eq!(kept["connection"]["callbacks"], false);
    let resolution = json!({ "note_visibility": "resolution" });
    owner.patch("/integrations/psa/settings", resolution).await.refused(422, "validation_failed");
    assert_eq!(
        kept["connection"]["note_visibilities"],
        json!(["internal", "discussion"]),
        "what it has alone"
    );
    let engineer = world.engineer();
    let known = engineer.get("/integrations/psa").await.expect(200);
    assert_eq!((&known["provider"], &known["connection"]), (&json!("halo"), &Value::Null));
    let tickets = engineer.get("/integrations/psa/tickets").await.expect(200);
    let ticket = tickets[0]["id"].as_str().unwrap().to_owned();
    let options = engineer.get("/integrations/psa/options").await.expect(200);
    assert!(!options["boards"].as_array().unwrap().is_empty(), "{options}");
    let said = json!({ "intake_content": {}, "psa_ticket_id": ticket });
    let session = engineer.post("/ai-sessions", said).await.expect(201);
    let kept = &session["intake_content"]["ticket_data"];
    assert_eq!((&kept["ticket"]["id"], &kept["warning"]), (&json!(ticket), &Value::Null), "{kept}");
}

#[tokio::test]
async fn settings_of_another_psa_stay_as_far_as_this_one_has_them() {
    let simulator = Simulator::start().unwrap();
    let world = World::with_psa(Database::memory().await, simulator.address()).await;
    let owner = world.owner();
    // Kept whatever the test of it says.
    let other = json!({
        "provider": "connectwise", "site_url": simulator.url(), "company_id": "vantage", "public_key": "a",
        "private_key": "b", "client_id": "c",
    });
    let kept = owner.put("/integrations/psa", other).await.expect(200);
    let all = json!(["internal", "discussion", "resolution"]);
    assert_eq!(kept["connection"]["note_visibilities"], all);
    let changes = json!({ "note_visibility": "resolution", "push_on_escalate": false });
    owner.patch("/integrations/psa/settings", changes).await.expect(200);
    let kept = owner.put("/integrations/psa", entered(&simulator)).await.expect(200);
    let settings = &kept["connection"]["settings"];
    assert_eq!(
        (&settings["note_visibility"], &settings["push_on_escalate"]),
        (&json!("internal"), &json!(false)),
        "shown to fewer, never to more"
    );
    // So the next change is not refused for what nobody touched.
    owner.patch("/integrations/psa/settings", json!({ "push_on_resolve": false })).await.expect(200);
}
