//! Plans and payment.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an account has and has used.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingResponse {
    /// The plan; `null` where there is no subscription.
    pub plan: Option<PlanBody>,
    /// How it stands; `null` where there is no subscription.
    pub status: Option<SubscriptionStatusBody>,
    /// Until when it is paid for.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// How many seats are paid for.
    pub seats: i64,
    /// How many flows of its own the account keeps.
    pub tree_count: u64,
    /// How many it may keep; `null` = any number.
    pub tree_limit: Option<u64>,
    /// How many documents were turned into flows.
    pub kb_conversions_used: i64,
    /// How many may be; `null` = any number.
    pub kb_conversions_limit: Option<i64>,
    /// Whether anything can be bought here.
    pub billing_enabled: bool,
    /// Whether anything was bought: only then is there a portal to open.
    pub is_customer: bool,
}

/// What an account has, for everybody in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionBody {
    /// The plan.
    pub plan: PlanBody,
    /// How it stands.
    pub status: SubscriptionStatusBody,
    /// Whether the account may work with the product. When not, all but the account, billing and sign-in is answered
    /// with 402.
    pub in_force: bool,
    /// Until when it is paid for.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// How many flows of its own the account may keep; `null` = any number.
    pub tree_limit: Option<u64>,
    /// How many documents may be turned into flows; `null` = any number.
    pub kb_conversions_limit: Option<i64>,
}

/// A plan.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanBody {
    /// Free, with limits.
    Free,
    /// Paid.
    Pro,
}

/// How a subscription stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatusBody {
    /// In force.
    Active,
    /// In force, not paid yet.
    Trialing,
    /// A payment failed; still in force.
    PastDue,
    /// Ended by the customer, in force until what is paid for ends.
    Canceled,
    /// Closed for non-payment.
    Locked,
}

/// How often is paid.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntervalBody {
    /// Each month.
    Month,
    /// Each year.
    Year,
}

/// A plan to buy.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidPlanBody {
    /// The paid plan.
    Pro,
}

/// A purchase to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckoutRequest {
    /// What.
    pub plan: PaidPlanBody,
    /// How often is paid.
    pub interval: IntervalBody,
}

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingPageResponse {
    /// A page of the payment provider.
    pub url: String,
}
