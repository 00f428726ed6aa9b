//! C4: a message of the provider acts once, whatever is sent how often in which order; and only a genuine one does.

use futures_util::future::join_all;
use rf_accounts::{Plan, SubscriptionStatus};
use rf_audit::events;
use serde_json::json;

use super::{Event, deliver, send, signed, subscription};
use crate::support::{Database, NEW_SECRET, OLD_SECRET, World, stripe_client};

/// Emits each test for every store. Their provider is away: messages need nothing from it.
macro_rules! messages {
    ($($store:ident)+ => $tests:tt) => { $(messages! { @store $store $tests })+ };
    (@store $store:ident { $($test:ident),+ $(,)? }) => {
        mod $store {
            $(
                #[tokio::test]
                async fn $test() {
                    let away = std::sync::Arc::new(super::stripe_client("http://127.0.0.1:9".into()));
                    let database = super::Database::$store().await;
                    super::$test(super::World::with_payments(database, away).await).await;
                }
            )+
        }
    };
}

messages! { memory sqlite postgres => {
    a_thousand_copies_have_one_effect,
    the_newest_state_wins_in_any_order,
    news_of_one_second_end_the_same_in_any_order,
    only_genuine_messages_of_now_count,
    messages_about_nobody_are_taken_and_change_nothing,
    what_was_never_paid_changes_nothing,
} }

fn event(w: &World, id: &str, created: i64, status: &'static str) -> Event {
    let kind = match status {
        "canceled" => "customer.subscription.deleted",
        _ => "customer.subscription.updated",
    };
    let customer = "cus_north".to_owned();
    Event { id: id.into(), kind, created, status, account: w.north.id, customer, seats: created % 100 }
}

/// An order that is the same at every run and looks like none.
fn shuffled<T>(mut items: Vec<T>, mut seed: u64) -> Vec<T> {
    for index in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(seed >> 33).unwrap() % (index + 1);
        items.swap(index, other);
    }
    items
}

async fn a_thousand_copies_have_one_effect(w: World) {
    let body = event(&w, "evt_1", w.now().unix(), "past_due").body();
    let signature = signed(NEW_SECRET, w.now().unix(), std::slice::from_ref(&body)).remove(0);
    let client = w.anonymous();
    for _ in 0..20 {
        let answers = join_all((0..50).map(async |_| deliver(&client, &body, &signature).await)).await;
        answers.iter().for_each(crate::support::Answer::expect_empty);
    }
    let now = subscription(&w, w.north.id).await;
    assert_eq!((now.plan, now.status), (Plan::Pro, SubscriptionStatus::PastDue));
    assert_eq!(now.customer_id.as_deref(), Some("cus_north"));
    assert_eq!(w.audited(events::SUBSCRIPTION_CHANGED).await, 1);
    // A copy that comes late changes nothing either.
    let later = event(&w, "evt_2", w.now().unix() + 1, "active");
    send(&w, &[later]).await;
    deliver(&client, &body, &signature).await.expect_empty();
    assert_eq!(subscription(&w, w.north.id).await.status, SubscriptionStatus::Active);
    assert_eq!(w.audited(events::SUBSCRIPTION_CHANGED).await, 2);
}

async fn the_newest_state_wins_in_any_order(w: World) {
    let start = w.now().unix();
    let statuses = ["trialing", "active", "past_due", "active", "past_due", "unpaid", "active", "canceled"];
    let bodies: Vec<_> = (0..40)
        .map(|number| {
            let created = start - 40 + number;
            let status = statuses[usize::try_from(number).unwrap() % statuses.len()];
            event(&w, &format!("evt_{number}"), created, status).body()
        })
        .collect();
    let signatures = signed(NEW_SECRET, start, &bodies);
    let sent: Vec<_> = bodies.iter().zip(&signatures).cycle().take(200).collect();
    let client = w.anonymous();
    for batch in shuffled(sent, 7).chunks(25) {
        let answers =
            join_all(batch.iter().map(async |(body, signature)| deliver(&client, body, signature).await))
                .await;
        answers.iter().for_each(crate::support::Answer::expect_empty);
    }
    let now = subscription(&w, w.north.id).await;
    assert_eq!(now.status, SubscriptionStatus::Canceled, "the last of 40 states");
    assert_eq!(now.seats, (start - 1) % 100);
    assert_eq!(now.current_period_end, Some(w.now().plus_seconds(2_592_000 - 1)));
}

async fn news_of_one_second_end_the_same_in_any_order(w: World) {
    let second = w.now().unix();
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let (mut sent, mut accounts) = (Vec::new(), Vec::new());
    for (number, order) in orders.into_iter().enumerate() {
        let account = w.account(&format!("Order {number}"), Plan::Free).await.id;
        let of = |id: &str, kind, status| Event {
            id: format!("evt_{number}_{id}"),
            kind,
            status,
            account,
            customer: format!("cus_{number}"),
            ..event(&w, "", second, "active")
        };
        let events = [
            of("a", "customer.subscription.created", "trialing"),
            of("b", "customer.subscription.updated", "active"),
            of("c", "customer.subscription.updated", "past_due"),
        ];
        sent.extend(order.map(|index| events[index].clone()));
        accounts.push(account);
    }
    send(&w, &sent).await;
    let mut ends = Vec::new();
    for account in accounts {
        ends.push(subscription(&w, account).await.status);
    }
    assert_eq!(ends, [SubscriptionStatus::PastDue; 6]);
}

async fn only_genuine_messages_of_now_count(w: World) {
    let (client, now) = (w.anonymous(), w.now().unix());
    let body = event(&w, "evt_1", now, "unpaid").body();
    let one = |secret: &str, second| signed(secret, second, std::slice::from_ref(&body)).remove(0);
    let good = one(NEW_SECRET, now);
    let altered = body.replacen("unpaid", "active", 1);
    let before = subscription(&w, w.north.id).await;
    for (body, signature, what) in [
        (&body, one("whsec_somebody_else_s", now), "another secret"),
        (&body, one(NEW_SECRET, now - 301), "too old"),
        (&body, one(NEW_SECRET, now + 301), "from the future"),
        (&body, good.replacen(&now.to_string(), &(now - 1).to_string(), 1), "another second"),
        (&altered, good.clone(), "altered"),
        (&format!("{body} "), good.clone(), "a byte more"),
        (&body, String::new(), "no signature"),
        (&body, "nonsense".into(), "nonsense"),
        (&body, good.replace("v1=", "v0="), "a test scheme"),
    ] {
        let answer = deliver(&client, body, &signature).await;
        answer.says(400, "webhook_refused", "The message is not genuine, or too old.");
        assert_eq!(subscription(&w, w.north.id).await, before, "{what}");
    }
    let broken = r#"{"id":"evt_9","type":"customer.subscription.updated","created":1,"data":{"object":{}}}"#;
    let signature = signed(NEW_SECRET, now, &[broken.to_owned()]).remove(0);
    deliver(&client, broken, &signature).await.refused(400, "webhook_refused");
    assert_eq!(w.audited(events::SUBSCRIPTION_CHANGED).await, 0);
    // The secret before still counts while they are exchanged; to the second.
    deliver(&client, &body, &one(OLD_SECRET, now - 300)).await.expect_empty();
    assert_eq!(subscription(&w, w.north.id).await.status, SubscriptionStatus::Locked);
    w.engineer().get("/trees").await.refused(402, "subscription_required");
    // Payment opens again.
    send(&w, &[event(&w, "evt_2", now + 1, "active")]).await;
    w.engineer().get("/trees").await.expect(200);
    let entries = w.test.app.audit_entries(w.north.id, events::SUBSCRIPTION_CHANGED).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].payload["before"]["status"], json!("locked"));
    assert_eq!(entries[0].payload["after"]["status"], json!("active"));
    assert_eq!(entries[0].actor_id, None);
}

async fn messages_about_nobody_are_taken_and_change_nothing(w: World) {
    let now = w.now().unix();
    let unknown =
        Event { account: w.test.app.new_id(), customer: "cus_x".into(), ..event(&w, "evt_1", now, "active") };
    send(&w, &[unknown]).await;
    let other = json!({ "id": "evt_2", "type": "invoice.paid", "created": now, "data": { "object": {} } })
        .to_string();
    let signature = signed(NEW_SECRET, now, std::slice::from_ref(&other)).remove(0);
    deliver(&w.anonymous(), &other, &signature).await.expect_empty();
    // A known customer stays its account's, whatever account a message names.
    send(&w, &[event(&w, "evt_3", now, "active")]).await;
    let stranger = w.stranger.account_id;
    let before = subscription(&w, stranger).await;
    let crossed = Event { account: stranger, ..event(&w, "evt_4", now + 1, "unpaid") };
    send(&w, &[crossed]).await;
    assert_eq!(subscription(&w, stranger).await, before);
    assert_eq!(subscription(&w, w.north.id).await.status, SubscriptionStatus::Locked);
}

async fn what_was_never_paid_changes_nothing(w: World) {
    let now = w.now().unix();
    let before = subscription(&w, w.north.id).await;
    send(&w, &[event(&w, "evt_1", now, "incomplete"), event(&w, "evt_2", now, "incomplete_expired")]).await;
    assert_eq!(subscription(&w, w.north.id).await, before);
}
