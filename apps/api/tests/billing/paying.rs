//! Checkout and portal against a provider on a socket of its own, and an installation that sells nothing.

use rf_audit::events;
use serde_json::json;

use super::{Event, billing, deliver, paying_world, send, signed, subscription};
use crate::support::{Database, NEW_SECRET, World, every_store, stripe_client};

every_store! { without_keys_nothing_is_sold }

async fn without_keys_nothing_is_sold(w: World) {
    let plan = billing(&w).await;
    assert_eq!((&plan["billing_enabled"], &plan["is_customer"]), (&json!(false), &json!(false)));
    let buy = json!({ "plan": "pro", "interval": "month" });
    for answer in [
        w.owner().post("/billing/checkout", buy.clone()).await,
        w.owner().post("/billing/portal", json!({})).await,
        deliver(&w.anonymous(), "{}", "t=1,v1=0").await,
    ] {
        answer.refused(409, "billing_disabled");
    }
    // A role that may not learns no more than that.
    w.engineer().post("/billing/checkout", buy).await.refused(403, "forbidden");
    assert_eq!(w.test.app.sync_plans().await.unwrap_err().code.name, "billing_disabled");
}

#[tokio::test]
async fn an_owner_buys_a_plan_and_manages_it() {
    let (w, provider) = paying_world(Database::memory().await).await;
    w.test.app.load_starter_flows().await.unwrap();
    let buy = json!({ "plan": "pro", "interval": "year" });
    w.owner().post("/billing/checkout", buy.clone()).await.refused(409, "plan_not_for_sale");
    assert_eq!(w.test.app.sync_plans().await.unwrap().len(), 2);
    assert_eq!(w.test.app.sync_plans().await.unwrap().len(), 2);
    assert_eq!(
        w.audited_of(rf_accounts::LIBRARY_ACCOUNT_ID, events::PLANS_SYNCED).await,
        1,
        "again is nothing new"
    );

    let answer = w.owner().post("/billing/checkout", buy.clone()).await.expect(200);
    assert_eq!(answer, json!({ "url": "https://pay.example/cs_1" }));
    let asked = provider.asked().pop().unwrap();
    assert_eq!(asked.path, "/v1/checkout/sessions");
    let account = w.north.id.to_string();
    for (name, value) in [
        ("mode", "subscription"),
        ("line_items[0][price]", "price_year"),
        ("line_items[0][quantity]", "5"),
        ("client_reference_id", &account),
        ("subscription_data[metadata][account_id]", &account),
        ("subscription_data[metadata][plan]", "pro"),
        ("customer_email", &w.owner.email),
        ("success_url", "https://rf.example/account/billing?checkout=done"),
    ] {
        assert_eq!(asked.form.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(asked.key.is_some());
    assert_eq!(w.audited(events::CHECKOUT_STARTED).await, 1);
    w.owner().post("/billing/portal", json!({})).await.refused(409, "not_a_customer");

    let bought = Event {
        id: "evt_1".into(),
        kind: "customer.subscription.created",
        created: w.now().unix(),
        status: "active",
        account: w.north.id,
        customer: "cus_7".into(),
        seats: 5,
    };
    send(&w, &[bought]).await;
    let now = billing(&w).await;
    assert_eq!((&now["plan"], &now["status"], &now["seats"]), (&json!("pro"), &json!("active"), &json!(5)));
    assert_eq!(now["current_period_end"], w.now().plus_seconds(2_592_000).to_string());
    let portal = w.owner().post("/billing/portal", json!({})).await.expect(200);
    assert_eq!(portal, json!({ "url": "https://pay.example/cus_7" }));
    w.owner().post("/billing/checkout", buy).await.refused(409, "already_subscribed");
    w.engineer().post("/billing/portal", json!({})).await.refused(403, "forbidden");
    for bad in [
        json!({}),
        json!({ "plan": "free", "interval": "month" }),
        json!({ "plan": "pro", "interval": "day" }),
    ] {
        w.owner().post("/billing/checkout", bad).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn a_provider_with_a_bad_moment_is_asked_again_under_one_key() {
    let (w, provider) = paying_world(Database::memory().await).await;
    w.test.app.load_starter_flows().await.unwrap();
    w.test.app.sync_plans().await.unwrap();
    let before = provider.asked().len();
    let buy = json!({ "plan": "pro", "interval": "month" });
    provider.fail(2);
    w.owner().post("/billing/checkout", buy.clone()).await.expect(200);
    let asked = provider.asked().split_off(before);
    assert_eq!(asked.len(), 3);
    assert!(asked[0].key.is_some() && asked.iter().all(|one| one.key == asked[0].key));
    provider.fail(3);
    let answer = w.owner().post("/billing/checkout", buy).await;
    answer.refused(503, "payments_unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(w.audited(events::CHECKOUT_STARTED).await, 1, "only what was begun");
}

#[tokio::test]
async fn a_provider_without_our_prices_is_named() {
    let (w, provider) = paying_world(Database::memory().await).await;
    provider.sell(&[("somebody_else_s", "price_x")]);
    let failure = w.test.app.sync_plans().await.unwrap_err();
    assert_eq!(failure.code.name, "plan_not_for_sale");
    assert!(failure.detail.to_string().contains("resolutionflow_pro_month"));
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_no_message_waiting() {
    let away = std::sync::Arc::new(stripe_client("http://127.0.0.1:9".into()));
    let w = World::with_payments(Database::memory().await, away).await;
    w.owner().post("/billing/portal", json!({})).await.refused(409, "not_a_customer");
    let event = Event {
        id: "evt_1".into(),
        kind: "customer.subscription.created",
        created: w.now().unix(),
        status: "trialing",
        account: w.north.id,
        customer: "cus_7".into(),
        seats: 1,
    };
    let body = event.body();
    let signature = signed(NEW_SECRET, w.now().unix(), std::slice::from_ref(&body)).remove(0);
    deliver(&w.anonymous(), &body, &signature).await.expect_empty();
    assert_eq!(subscription(&w, w.north.id).await.customer_id.as_deref(), Some("cus_7"));
    w.owner().post("/billing/portal", json!({})).await.refused(503, "payments_unavailable");
}
