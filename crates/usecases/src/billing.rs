//! Plans: what an account has, how it pays, and what the payment provider says came of it.
//!
//! No unit is open while the provider is asked. Its messages need nothing from it, so they are handled whether it
//! answers or not.

use std::sync::Arc;

use rf_accounts::{
    Checkout, Interval, LIBRARY_ACCOUNT_ID, Message, NewsOutcome, Payments, Plan, PlanPrice, QuotaOutcome,
    Subscription, SubscriptionNews,
    codes::{ALREADY_SUBSCRIBED, BILLING_DISABLED, NOT_A_CUSTOMER, PLAN_NOT_FOR_SALE},
    kb_quota_exhausted,
};
use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{AccountId, Ctx, Failure, RequestId};
use rf_store::{Access, UnitOfWork};
use serde_json::{Value, json};

use crate::{
    App, Caller, Work,
    audit::{Event, SITE},
    work::Decided,
};

/// What an owner sees of the plan.
#[derive(Clone, Debug)]
pub struct BillingView {
    /// The subscription; `None` where somebody took it away.
    pub subscription: Option<Subscription>,
    /// How many flows of its own the account keeps.
    pub tree_count: u64,
    /// Whether anything can be bought here.
    pub billing_enabled: bool,
}

impl App {
    /// Whether anything can be bought here.
    #[must_use]
    pub const fn billing_enabled(&self) -> bool {
        self.payments.is_some()
    }

    fn payments(&self) -> Result<&Arc<dyn Payments>, Failure> {
        let disabled = || {
            let detail =
                "Payments are not set up on this installation. Ask whoever runs it to change your plan.";
            Failure::new(BILLING_DISABLED, detail)
        };
        self.payments.as_ref().ok_or_else(disabled)
    }

    /// The plan, what is used of it, and how it stands.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn billing(&self, caller: &Caller) -> Result<BillingView, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManageBilling)?;
            let tenant = work.actor.account_id;
            Ok(BillingView {
                subscription: work.unit.subscription_of(tenant).await?,
                tree_count: work.unit.count_own_trees(tenant).await?,
                billing_enabled: self.billing_enabled(),
            })
        })
        .await
    }

    /// Where to buy a plan.
    ///
    /// # Errors
    /// `forbidden`, `billing_disabled`, `already_subscribed`, `plan_not_for_sale`, `payments_unavailable`.
    pub async fn begin_checkout(
        &self,
        caller: &Caller,
        plan: Plan,
        interval: Interval,
    ) -> Result<String, Failure> {
        let (subscription, members, email) = self
            .read(caller, async |work| {
                require(&work.actor, Action::ManageBilling)?;
                let tenant = work.actor.account_id;
                let members = work.unit.members(tenant).await?;
                let own = members.iter().find(|user| user.id == work.actor.user_id);
                let email = own.map(|user| user.email.as_str().to_owned()).unwrap_or_default();
                Ok((work.unit.subscription_of(tenant).await?, members.len(), email))
            })
            .await?;
        let payments = self.payments()?;
        let runs = subscription.as_ref().is_some_and(|subscription| {
            subscription.plan == plan
                && subscription.customer_id.is_some()
                && subscription.is_in_force(self.now())
        });
        if runs {
            // A second one would be paid beside the first.
            let detail = "The account has this plan already. Change it in the payment portal.";
            return Err(Failure::new(ALREADY_SUBSCRIBED, detail));
        }
        let prices = self.store.begin(Access::system_read()).await?.plan_prices(SITE).await?;
        let price = prices.into_iter().find(|price| (price.plan, price.interval) == (plan, interval));
        let price = price.ok_or_else(|| {
            let detail =
                "This plan has no price yet. Whoever runs the installation can run `rf billing sync-plans`.";
            Failure::new(PLAN_NOT_FOR_SALE, detail)
        })?;
        let checkout = Checkout {
            account_id: caller.claims.account_id,
            email,
            customer_id: subscription.and_then(|subscription| subscription.customer_id),
            price_id: price.price_id,
            plan,
            seats: u64::try_from(members).unwrap_or(1).max(1),
            key: self.new_id::<RequestId>().to_string(),
        };
        let url = payments.checkout_url(&checkout).await?;
        let payload =
            json!({ "plan": plan.as_str(), "interval": interval.as_str(), "seats": checkout.seats });
        self.audit_billing(caller, events::CHECKOUT_STARTED, payload).await?;
        Ok(url)
    }

    /// Where to see invoices, change the card, cancel.
    ///
    /// # Errors
    /// `forbidden`, `billing_disabled`, `not_a_customer`, `payments_unavailable`.
    pub async fn open_portal(&self, caller: &Caller) -> Result<String, Failure> {
        let subscription = self
            .read(caller, async |work| {
                require(&work.actor, Action::ManageBilling)?;
                Ok(work.unit.subscription_of(work.actor.account_id).await?)
            })
            .await?;
        let payments = self.payments()?;
        let customer = subscription.and_then(|subscription| subscription.customer_id).ok_or_else(|| {
            Failure::new(NOT_A_CUSTOMER, "Nothing was bought for this account yet. Choose a plan first.")
        })?;
        let url = payments.portal_url(&customer).await?;
        self.audit_billing(caller, events::PORTAL_OPENED, json!({})).await?;
        Ok(url)
    }

    async fn audit_billing(
        &self,
        caller: &Caller,
        action: &'static str,
        payload: Value,
    ) -> Result<(), Failure> {
        self.write(caller, async |work| {
            let account = work.actor.account_id.uuid();
            self.audit(work, Event::new(action, "account", account, payload.clone())).await
        })
        .await
    }

    /// Handles a message of the payment provider. The same one twice changes nothing the second time; an older one
    /// after a newer changes nothing at all.
    ///
    /// # Errors
    /// `billing_disabled`, `webhook_refused`.
    pub async fn receive_payment_message(
        &self,
        body: &[u8],
        signature: &str,
        request_id: RequestId,
    ) -> Result<(), Failure> {
        let ctx = self.ctx(request_id);
        match self.payments()?.read_message(body, signature, ctx.now)? {
            Message::Other => Ok(()),
            Message::Subscription(news) => {
                self.system_write(async |unit| self.take_news(unit, &news, &ctx).await.map(Decided::Answer))
                    .await
            }
        }
    }

    async fn take_news(
        &self,
        unit: &mut dyn UnitOfWork,
        news: &SubscriptionNews,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        let Some(account) = whose(unit, news).await? else {
            tracing::warn!(event = news.event_id, "a payment message is about nobody here");
            return Ok(());
        };
        // Messages of one account take turns, so that what was before is what it says.
        unit.lock_account(account).await?;
        if !unit.record_payment_event(account, &news.event_id, ctx.now).await? {
            return Ok(());
        }
        let Some(status) = news.status else { return Ok(()) };
        let known = unit.plan_prices(SITE).await?;
        let priced = known.iter().find(|price| Some(&price.price_id) == news.price_id.as_ref());
        let Some(plan) = priced.map(|price| price.plan).or(news.plan) else {
            tracing::warn!(event = news.event_id, "a payment message has a price that stands for no plan");
            return Ok(());
        };
        let Some(before) = unit.subscription_of(account).await? else { return Ok(()) };
        let after = news.applied_to(&before, plan, status);
        if unit.apply_subscription_news(account, &after, &news.version()).await? == NewsOutcome::Applied
            && after != before
        {
            self.audit_subscription(unit, &before, &after, None, ctx).await?;
        }
        Ok(())
    }

    /// Keeps that a subscription is not what it was, whoever changed it.
    pub(crate) async fn audit_subscription(
        &self,
        unit: &mut dyn UnitOfWork,
        before: &Subscription,
        after: &Subscription,
        actor: Option<rf_kernel::UserId>,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        let payload = json!({ "before": facts(before), "after": facts(after) });
        let id = after.id.uuid();
        let event = Event::new(events::SUBSCRIPTION_CHANGED, "subscription", id, payload);
        self.audit_in(unit, after.account_id, actor, ctx, event).await
    }

    /// Asks the provider what it calls our plans, and keeps the answer. For the operator; again is the same.
    ///
    /// # Errors
    /// `billing_disabled`, `plan_not_for_sale` when the provider has none of our prices, `payments_unavailable`.
    pub async fn sync_plans(&self) -> Result<Vec<PlanPrice>, Failure> {
        let prices = self.payments()?.prices().await?;
        if prices.is_empty() {
            let detail = "The payment provider has no active price with the lookup key resolutionflow_pro_month or \
                          resolutionflow_pro_year. Make them there first.";
            return Err(Failure::new(PLAN_NOT_FOR_SALE, detail));
        }
        let ctx = self.ctx(self.new_id());
        self.system_write(async |unit| {
            let before = unit.plan_prices(LIBRARY_ACCOUNT_ID).await?;
            let mut after = prices.clone();
            after.sort_by(|a, b| a.price_id.cmp(&b.price_id));
            if before != after {
                unit.set_plan_prices(LIBRARY_ACCOUNT_ID, &prices).await?;
                let ids = |prices: &[PlanPrice]| -> Vec<String> {
                    prices.iter().map(|price| price.price_id.clone()).collect()
                };
                let payload = json!({ "before": ids(&before), "after": ids(&after) });
                let event = Event::new(events::PLANS_SYNCED, "site", None, payload);
                self.audit_in(unit, SITE, None, &ctx, event).await?;
            }
            Ok(Decided::Answer(()))
        })
        .await?;
        Ok(prices)
    }
}

/// Counts a document turned into a flow, in the unit that keeps the flow: only what succeeded counts.
///
/// # Errors
/// `kb_conversion_limit_reached` with `{limit, used, upgrade_url}`, `subscription_required`.
pub async fn take_kb_conversion(work: &mut Work) -> Result<(), Failure> {
    let tenant = work.actor.account_id;
    let subscription = work.unit.subscription_of(tenant).await?;
    rf_accounts::check_in_force(subscription.as_ref(), work.ctx.now)?;
    let limit = subscription.map_or(Some(0), |subscription| subscription.plan.kb_conversions_limit());
    match work.unit.take_kb_conversion(tenant, limit).await? {
        QuotaOutcome::Taken => Ok(()),
        QuotaOutcome::Exhausted => Err(kb_quota_exhausted(limit.unwrap_or(0))),
    }
}

/// The account the news are about: the one written on at the purchase, if it is there and not another's customer.
async fn whose(unit: &mut dyn UnitOfWork, news: &SubscriptionNews) -> Result<Option<AccountId>, Failure> {
    let by_customer = unit.account_of_customer(&news.customer_id).await?;
    if by_customer.is_some() {
        return Ok(by_customer);
    }
    let Some(named) = news.account_id else { return Ok(None) };
    Ok(unit.account_by_id(named).await?.map(|account| account.id))
}

fn facts(subscription: &Subscription) -> Value {
    json!({
        "plan": subscription.plan.as_str(),
        "status": subscription.status.as_str(),
        "current_period_end": subscription.current_period_end,
        "cancel_at_period_end": subscription.cancel_at_period_end,
        "seats": subscription.seats,
    })
}
