use serde_json::json;

use super::escalated;
use crate::{
    pilot::{open, take},
    support::{World, every_store},
};

every_store! {
    the_numbers_are_those_of_what_happened,
}

async fn the_numbers_are_those_of_what_happened(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let from = w.now();
    let (path, _) = escalated(&engineer).await;
    escalated(&engineer).await;
    w.clock().advance(90);
    let session = colleague.post(&format!("{path}/pickup"), json!({ "mode": "continue" })).await.expect(200);
    w.clock().advance(30);
    // Back to the restart, which was done before, and done again.
    let session = take(&colleague, &path, &session, json!({ "kind": "back" })).await.expect(200);
    assert_eq!(open(&session)["title"], "Restart the spooler");
    let verdict = json!({ "kind": "verdict", "verdict": "did_not_work" });
    take(&colleague, &path, &session, verdict).await.expect(200);
    w.clock().advance(60);
    let end = json!({ "resolution_summary": "The driver was replaced." });
    colleague.post(&format!("{path}/resolve"), end).await.expect(200);
    let numbers = engineer.get("/analytics/escalations").await.expect(200);
    assert_eq!((&numbers["volume"], &numbers["claimed"]), (&json!(2), &json!(1)));
    assert_eq!(numbers["resolved_after_pickup"], 1);
    assert_eq!(numbers["median_time_to_claim_seconds"], 90);
    assert_eq!(numbers["median_time_to_first_action_seconds"], 30);
    assert_eq!(numbers["median_time_to_resolve_seconds"], 90);
    assert_eq!(numbers["repeated_steps"], 1);
    assert_eq!(numbers["by_domain"][0]["key"], "printing");
    assert_eq!(numbers["by_engineer"][0]["name"], "Eli");
    assert_eq!(
        (&numbers["by_claimer"][0]["name"], &numbers["by_claimer"][0]["volume"]),
        (&json!("Cora"), &json!(1))
    );
    assert_eq!(numbers["by_client"], json!([]), "no client was named");
    let (from, now) = (from.to_string(), w.now().to_string());
    let path = "/analytics/escalations";
    let none = engineer.find(path, &[("from", now.as_str())]).await.expect(200);
    assert_eq!((&none["volume"], &none["median_time_to_claim_seconds"]), (&json!(0), &json!(null)));
    let all = engineer.find(path, &[("from", from.as_str()), ("to", now.as_str())]).await.expect(200);
    assert_eq!(all["volume"], 2);
    let backwards = engineer.find(path, &[("from", now.as_str()), ("to", from.as_str())]).await;
    backwards.refuses_fields(&[("query.from", "out_of_range")]);
    assert_eq!(w.stranger().get(path).await.expect(200)["volume"], 0);
    w.viewer().get(path).await.refused(403, "forbidden");
}
