//! Subscriptions as the payment provider tells of them.

use futures_util::future::join_all;
use rf_accounts::{NewsOutcome, NewsVersion, Plan, QuotaOutcome, Subscription, SubscriptionStatus};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

/// An account with a subscription.
async fn subscribed(store: &dyn Store) -> (Tenant, Subscription) {
    let tenant = Tenant::keep(store).await;
    let subscription = fx::subscription(tenant.id());
    let mut unit = system(store).await;
    unit.insert_subscription(&subscription).await.unwrap();
    unit.commit().await.unwrap();
    (tenant, subscription)
}

async fn now(tenant: &Tenant, store: &dyn Store) -> Subscription {
    tenant.read(store).await.subscription_of(tenant.id()).await.unwrap().unwrap()
}

/// Every field that may change does, but what was used.
pub async fn a_subscription_update_is_kept(store: &dyn Store) {
    let (tenant, subscription) = subscribed(store).await;
    let next = Subscription {
        plan: Plan::Pro,
        status: SubscriptionStatus::PastDue,
        current_period_end: Some(fx::at(7)),
        cancel_at_period_end: true,
        seats: 12,
        customer_id: Some("cus_Ä".into()),
        ..subscription.clone()
    };
    let mut unit = system(store).await;
    let used = Subscription { kb_conversions_used: 99, ..next.clone() };
    assert!(unit.update_subscription(tenant.id(), &used).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(now(&tenant, store).await, next);
    let bare = Tenant::keep(store).await;
    assert!(!system(store).await.update_subscription(bare.id(), &next).await.unwrap());
}

/// `uq_subscriptions_customer`.
pub async fn a_customer_is_one_account(store: &dyn Store) {
    let (first, one) = subscribed(store).await;
    let (second, other) = subscribed(store).await;
    let named = |subscription: &Subscription| Subscription {
        customer_id: Some("cus_1".into()),
        ..subscription.clone()
    };
    let mut unit = system(store).await;
    unit.update_subscription(first.id(), &named(&one)).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    assert_eq!(unit.account_of_customer("cus_1").await.unwrap(), Some(first.id()));
    assert_eq!(unit.account_of_customer("cus_2").await.unwrap(), None);
    drop(unit);
    let mut unit = system(store).await;
    let answer = unit.update_subscription(second.id(), &named(&other)).await;
    assert_constraint(answer, "uq_subscriptions_customer");
    drop(unit);
    let mut unit = system(store).await;
    let answer = unit.apply_subscription_news(second.id(), &named(&other), &fx::news_version(1)).await;
    assert_constraint(answer, "uq_subscriptions_customer");
}

/// A limit is met exactly, however many come at once; without one all count.
pub async fn of_many_conversions_as_many_count_as_fit(store: &dyn Store) {
    let (tenant, _) = subscribed(store).await;
    let take = async |limit| {
        let mut unit = tenant.write(store).await;
        let outcome = unit.take_kb_conversion(tenant.id(), limit).await.unwrap();
        unit.commit().await.unwrap();
        outcome
    };
    let outcomes = join_all((0..20).map(async |_| take(Some(3)).await)).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == QuotaOutcome::Taken).count(), 3);
    assert_eq!(now(&tenant, store).await.kb_conversions_used, 3);
    assert_eq!(take(None).await, QuotaOutcome::Taken);
    assert_eq!(now(&tenant, store).await.kb_conversions_used, 4);
    let mut unit = tenant.write(store).await;
    unit.take_kb_conversion(tenant.id(), None).await.unwrap();
    drop(unit);
    assert_eq!(now(&tenant, store).await.kb_conversions_used, 4, "what is rolled back does not count");
    let bare = Tenant::keep(store).await;
    let mut unit = bare.write(store).await;
    assert_eq!(unit.take_kb_conversion(bare.id(), None).await.unwrap(), QuotaOutcome::Exhausted);
}

/// Of many copies at once too.
pub async fn a_message_is_recorded_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let recorded = join_all((0..12).map(async |_| {
        let mut unit = system(store).await;
        let new = unit.record_payment_event(tenant.id(), "evt_1", fx::at(1)).await.unwrap();
        unit.commit().await.unwrap();
        new
    }))
    .await;
    assert_eq!(recorded.iter().filter(|new| **new).count(), 1);
    assert!(system(store).await.record_payment_event(tenant.id(), "evt_2", fx::at(1)).await.unwrap());
}

/// News with their versions, newest last.
fn news(subscription: &Subscription) -> Vec<(Subscription, NewsVersion)> {
    let version = |seconds, stage, id: &str| NewsVersion { at: fx::at(seconds), stage, event_id: id.into() };
    [version(1, 1, "evt_z"), version(2, 0, "evt_z"), version(2, 1, "evt_a"), version(2, 1, "evt_b")]
        .into_iter()
        .enumerate()
        .map(|(index, version)| (Subscription { seats: index as i64 + 1, ..subscription.clone() }, version))
        .collect()
}

/// By instant, then stage, then id; the same news twice are old news.
pub async fn the_newest_news_win_in_any_order(store: &dyn Store) {
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let (tenant, subscription) = subscribed(store).await;
        let news = news(&subscription);
        let mut newest = 0;
        for index in order {
            let mut unit = system(store).await;
            let (next, version) = &news[index];
            let outcome = unit.apply_subscription_news(tenant.id(), next, version).await.unwrap();
            let again = unit.apply_subscription_news(tenant.id(), next, version).await.unwrap();
            unit.commit().await.unwrap();
            let expected = if index + 1 > newest { NewsOutcome::Applied } else { NewsOutcome::Older };
            newest = newest.max(index + 1);
            assert_eq!((outcome, again), (expected, NewsOutcome::Older), "{order:?} {index}");
            assert_eq!(now(&tenant, store).await.seats, newest as i64);
        }
    }
    let bare = Tenant::keep(store).await;
    let (next, version) = (fx::subscription(bare.id()), fx::news_version(1));
    let outcome = system(store).await.apply_subscription_news(bare.id(), &next, &version).await.unwrap();
    assert_eq!(outcome, NewsOutcome::NotFound);
}

/// Whoever is served last.
pub async fn of_simultaneous_news_the_newest_win(store: &dyn Store) {
    let (tenant, subscription) = subscribed(store).await;
    join_all((1..=12).map(async |seats| {
        let next = Subscription { seats, ..subscription.clone() };
        let mut unit = system(store).await;
        unit.apply_subscription_news(tenant.id(), &next, &fx::news_version(seats)).await.unwrap();
        unit.commit().await.unwrap();
    }))
    .await;
    assert_eq!(now(&tenant, store).await.seats, 12);
}

/// All of them, by id.
pub async fn prices_are_replaced(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for prices in [fx::prices("old"), fx::prices("new"), fx::prices("new"), vec![]] {
        let mut unit = system(store).await;
        unit.set_plan_prices(tenant.id(), &prices).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(system_read(store).await.plan_prices(tenant.id()).await.unwrap(), prices);
    }
    let mut twice = fx::prices("one");
    twice.extend(fx::prices("two"));
    assert_constraint(system(store).await.set_plan_prices(tenant.id(), &twice).await, "uq_plan_prices_plan");
}

/// Neither read nor changed.
pub async fn payments_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, subscription) = subscribed(store).await;
    let other = Tenant::keep(store).await;
    let kept = Subscription { customer_id: Some("cus_1".into()), ..subscription };
    let mut unit = system(store).await;
    unit.update_subscription(owner.id(), &kept).await.unwrap();
    unit.set_plan_prices(owner.id(), &fx::prices("own")).await.unwrap();
    unit.commit().await.unwrap();
    let taken = Subscription { seats: 99, ..kept.clone() };
    for tenant in [owner.id(), other.id()] {
        let mut unit = store.begin(Access::write(other.id())).await.unwrap();
        assert_eq!(unit.account_of_customer("cus_1").await.unwrap(), None);
        assert_eq!(unit.plan_prices(tenant).await.unwrap(), []);
        assert!(!unit.update_subscription(tenant, &taken).await.unwrap());
        let outcome = unit.apply_subscription_news(tenant, &taken, &fx::news_version(1)).await.unwrap();
        assert_eq!(outcome, NewsOutcome::NotFound);
        assert_eq!(unit.take_kb_conversion(tenant, None).await.unwrap(), QuotaOutcome::Exhausted);
        unit.commit().await.unwrap();
    }
    assert_eq!(now(&owner, store).await, kept);
}
