//! What is paid for, as the payment provider tells it: the port to it, and what its news mean for a subscription.

use std::str::FromStr;

use async_trait::async_trait;
use rf_kernel::{AccountId, Failure, StoreError, Timestamp};

use crate::{Plan, Subscription, SubscriptionStatus};

/// How often is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// Each month.
    Month,
    /// Each year.
    Year,
}

impl Interval {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Month, Self::Year];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl FromStr for Interval {
    type Err = UnknownInterval;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|interval| interval.as_str() == s)
            .ok_or_else(|| UnknownInterval(s.to_owned()))
    }
}

/// A name no interval has.
#[derive(Debug, thiserror::Error)]
#[error("unknown interval {0:?}")]
pub struct UnknownInterval(String);

/// A price of the provider that stands for one of our plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPrice {
    /// Its id there.
    pub price_id: String,
    /// The plan it pays for.
    pub plan: Plan,
    /// How often.
    pub interval: Interval,
}

/// A purchase to begin.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// For whom.
    pub account_id: AccountId,
    /// Where the receipt goes when the provider does not know the customer yet.
    pub email: String,
    /// The account's name at the provider, when it has one.
    pub customer_id: Option<String>,
    /// What is bought.
    pub price_id: String,
    /// The plan that is.
    pub plan: Plan,
    /// How many seats.
    pub seats: u64,
    /// Makes a repeated request one request.
    pub key: String,
}

/// What the provider says about a subscription at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionNews {
    /// The event's id: the same news may come many times.
    pub event_id: String,
    /// When the provider made it; news may come in any order.
    pub at: Timestamp,
    /// Whose subscription, as we had it written on at the purchase.
    pub account_id: Option<AccountId>,
    /// Whose, as the provider calls them.
    pub customer_id: String,
    /// What the price is called there.
    pub price_id: Option<String>,
    /// The plan, as we had it written on at the purchase.
    pub plan: Option<Plan>,
    /// How it stands. `None` for what has not begun or never did.
    pub status: Option<SubscriptionStatus>,
    /// Of news of one second, the later stage wins.
    pub stage: i64,
    /// Until when it is paid for.
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// How many seats.
    pub seats: i64,
}

/// Which of two news is the newer, whatever order they came in: by the provider's clock, then by stage, then by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewsVersion {
    /// When it was made.
    pub at: Timestamp,
    /// Its stage.
    pub stage: i64,
    /// Its id.
    pub event_id: String,
}

impl SubscriptionNews {
    /// Where it stands among all news.
    #[must_use]
    pub fn version(&self) -> NewsVersion {
        NewsVersion { at: self.at, stage: self.stage, event_id: self.event_id.clone() }
    }

    /// The subscription as the news has it.
    #[must_use]
    pub fn applied_to(
        &self,
        subscription: &Subscription,
        plan: Plan,
        status: SubscriptionStatus,
    ) -> Subscription {
        Subscription {
            plan,
            status,
            current_period_end: self.current_period_end,
            cancel_at_period_end: self.cancel_at_period_end,
            seats: self.seats,
            customer_id: Some(self.customer_id.clone()),
            ..subscription.clone()
        }
    }
}

/// What became of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewsOutcome {
    /// Kept.
    Applied,
    /// Newer news were there before.
    Older,
    /// The account has no subscription.
    NotFound,
}

/// A message of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// About a subscription.
    Subscription(Box<SubscriptionNews>),
    /// About something that changes nothing here.
    Other,
}

/// The payment provider.
#[async_trait]
pub trait Payments: Send + Sync {
    /// The address where the purchase is made.
    ///
    /// # Errors
    /// `payments_unavailable`.
    async fn checkout_url(&self, checkout: &Checkout) -> Result<String, Failure>;

    /// The address where a customer sees invoices, changes cards, cancels.
    ///
    /// # Errors
    /// `payments_unavailable`.
    async fn portal_url(&self, customer_id: &str) -> Result<String, Failure>;

    /// The provider's prices for our plans.
    ///
    /// # Errors
    /// `payments_unavailable`.
    async fn prices(&self) -> Result<Vec<PlanPrice>, Failure>;

    /// Reads a message, if its signature is genuine and not old.
    ///
    /// # Errors
    /// `webhook_refused`, always the same whatever is wrong with it.
    fn read_message(&self, body: &[u8], signature: &str, now: Timestamp) -> Result<Message, Failure>;
}

/// Keeps what the provider told. System units, but for reading.
#[async_trait]
pub trait PaymentRepository: Send {
    /// Remembers that a message was handled for the account; answers whether it is new.
    async fn record_payment_event(
        &mut self,
        tenant: AccountId,
        event_id: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps what the news say, unless newer ones were there before.
    async fn apply_subscription_news(
        &mut self,
        tenant: AccountId,
        subscription: &Subscription,
        version: &NewsVersion,
    ) -> Result<NewsOutcome, StoreError>;

    /// System: the account the provider calls so.
    async fn account_of_customer(&mut self, customer_id: &str) -> Result<Option<AccountId>, StoreError>;

    /// The prices kept under an account; the site's are under the library's.
    async fn plan_prices(&mut self, tenant: AccountId) -> Result<Vec<PlanPrice>, StoreError>;

    /// Replaces them.
    async fn set_plan_prices(&mut self, tenant: AccountId, prices: &[PlanPrice]) -> Result<(), StoreError>;
}
