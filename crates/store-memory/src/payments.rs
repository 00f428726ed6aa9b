//! What the payment provider told.

use async_trait::async_trait;
use rf_accounts::{NewsOutcome, NewsVersion, PaymentRepository, PlanPrice, Subscription};
use rf_kernel::{AccountId, StoreError, Timestamp};

use crate::{state::require, unit::MemoryUnit};

#[async_trait]
impl PaymentRepository for MemoryUnit {
    async fn record_payment_event(
        &mut self,
        tenant: AccountId,
        event_id: &str,
        _at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            if state.payment_events.get(&event_id.to_owned()).is_some() {
                return Ok(false);
            }
            state.require_account(tenant, "fk_payment_events_account")?;
            state.payment_events.put(event_id.to_owned(), tenant);
            Ok(true)
        })
    }

    async fn apply_subscription_news(
        &mut self,
        tenant: AccountId,
        subscription: &Subscription,
        version: &NewsVersion,
    ) -> Result<NewsOutcome, StoreError> {
        self.write(|state, view| {
            let own = |other: &&Subscription| view.covers(tenant) && other.account_id == tenant;
            let Some(known) = state.subscriptions.values().find(own).cloned() else {
                return Ok(NewsOutcome::NotFound);
            };
            if state.news.get(&tenant).is_some_and(|newest| newest >= version) {
                return Ok(NewsOutcome::Older);
            }
            state.require_customer(tenant, subscription)?;
            state.news.put(tenant, version.clone());
            let kept = Subscription {
                id: known.id,
                account_id: tenant,
                kb_conversions_used: known.kb_conversions_used,
                created_at: known.created_at,
                ..subscription.clone()
            };
            state.subscriptions.put(known.id, kept);
            Ok(NewsOutcome::Applied)
        })
    }

    async fn account_of_customer(&mut self, customer_id: &str) -> Result<Option<AccountId>, StoreError> {
        self.read(|state, view| {
            let known = state.subscriptions.values().find(|subscription| {
                subscription.customer_id.as_deref() == Some(customer_id)
                    && view.covers(subscription.account_id)
            });
            Ok(known.map(|subscription| subscription.account_id))
        })
    }

    async fn plan_prices(&mut self, tenant: AccountId) -> Result<Vec<PlanPrice>, StoreError> {
        self.read(|state, view| {
            let prices = state.plan_prices.get(&tenant).filter(|_| view.covers(tenant));
            Ok(prices.cloned().unwrap_or_default())
        })
    }

    async fn set_plan_prices(&mut self, tenant: AccountId, prices: &[PlanPrice]) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_account(tenant, "fk_plan_prices_account")?;
            let mut sorted = prices.to_vec();
            sorted.sort_by(|a, b| a.price_id.cmp(&b.price_id));
            for (index, price) in sorted.iter().enumerate() {
                let before = &sorted[..index];
                let same_plan =
                    |other: &PlanPrice| (other.plan, other.interval) == (price.plan, price.interval);
                require(before.iter().all(|other| other.price_id != price.price_id), "pk_plan_prices")?;
                require(!before.iter().any(same_plan), "uq_plan_prices_plan")?;
            }
            state.plan_prices.put(tenant, sorted);
            Ok(())
        })
    }
}
