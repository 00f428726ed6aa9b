//! C3: limits are exact, whichever way flows come in and however many come at once.

use futures_util::future::join_all;
use rf_accounts::{Plan, SubscriptionStatus};
use rf_store::Access;
use serde_json::json;

use super::{billing, stand};
use crate::support::{World, every_store, troubleshooting_flow};

every_store! {
    of_100_parallel_ways_to_a_flow_three_fit,
    a_limit_says_how_much_is_used,
    of_100_parallel_conversions_three_count,
}

const LIMIT: usize = 25;

/// Fills the account up to that many flows and gives one of them, and a finished session with it.
async fn fill(w: &World, count: usize) -> (String, String) {
    let mut last = String::new();
    for number in 0..count {
        let flow = troubleshooting_flow(&format!("Flow {number}"));
        last = w.engineer().post("/trees", flow).await.expect(201)["id"].as_str().unwrap().to_owned();
    }
    let session = w.engineer().post("/sessions", json!({ "tree_id": last })).await.expect(201);
    (last, session["id"].as_str().unwrap().to_owned())
}

async fn of_100_parallel_ways_to_a_flow_three_fit(w: World) {
    let (tree, session) = fill(&w, LIMIT - 3).await;
    let client = w.engineer();
    let export = client.get(&format!("/trees/{tree}/export")).await.text;
    stand(&w, w.north.id, Plan::Free, SubscriptionStatus::Active).await;
    let answers = join_all((0..100).map(async |number| match number % 4 {
        0 => client.post("/trees", troubleshooting_flow("One more")).await,
        1 => client.post(&format!("/trees/{tree}/fork"), json!({})).await,
        2 => client.post_raw("/trees/import", "application/yaml", export.clone()).await,
        _ => client.post(&format!("/sessions/{session}/save-as-tree"), json!({ "status": "draft" })).await,
    }))
    .await;
    let kept = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(kept, 3, "of {} flows, {LIMIT} fit", LIMIT - 3 + 100);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.says(
            402,
            "tree_limit_reached",
            "Tree limit reached (25/25). Upgrade your plan to create more trees.",
        );
    }
    assert_eq!(billing(&w).await["tree_count"], LIMIT);
    // Archiving one makes room for one; bringing it back needs it again.
    client.delete(&format!("/trees/{tree}")).await.expect_empty();
    client.post("/trees", troubleshooting_flow("In its place")).await.expect(201);
    client
        .put(&format!("/trees/{tree}"), json!({ "is_active": true }))
        .await
        .refused(402, "tree_limit_reached");
    // A plan without a limit has none.
    stand(&w, w.north.id, Plan::Pro, SubscriptionStatus::Active).await;
    client.put(&format!("/trees/{tree}"), json!({ "is_active": true })).await.expect(200);
}

async fn a_limit_says_how_much_is_used(w: World) {
    stand(&w, w.north.id, Plan::Free, SubscriptionStatus::Active).await;
    fill(&w, 2).await;
    let free = billing(&w).await;
    assert_eq!((&free["plan"], &free["status"]), (&json!("free"), &json!("active")));
    assert_eq!((&free["tree_count"], &free["tree_limit"]), (&json!(2), &json!(25)));
    assert_eq!((&free["kb_conversions_used"], &free["kb_conversions_limit"]), (&json!(0), &json!(3)));
    stand(&w, w.north.id, Plan::Pro, SubscriptionStatus::Trialing).await;
    let pro = billing(&w).await;
    assert_eq!((&pro["tree_limit"], &pro["kb_conversions_limit"]), (&json!(null), &json!(null)));
    for client in [w.engineer(), w.viewer(), w.being(&w.team_admin)] {
        client.get("/billing").await.refused(403, "forbidden");
    }
}

/// BILL-06 and QA-12: three in a lifetime on the free plan, counted with what they made.
async fn of_100_parallel_conversions_three_count(w: World) {
    stand(&w, w.north.id, Plan::Free, SubscriptionStatus::Active).await;
    let taken = join_all((0..100).map(async |_| {
        let mut unit = w.store().begin(Access::write(w.north.id)).await.unwrap();
        let taken = unit.take_kb_conversion(w.north.id, Some(3)).await.unwrap();
        unit.commit().await.unwrap();
        taken
    }))
    .await;
    assert_eq!(taken.iter().filter(|outcome| **outcome == rf_accounts::QuotaOutcome::Taken).count(), 3);
    assert_eq!(billing(&w).await["kb_conversions_used"], 3);
}
