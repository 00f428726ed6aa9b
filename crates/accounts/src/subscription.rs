//! Plans and what they allow.

use std::str::FromStr;

use rf_kernel::{AccountId, Code, Failure, Kind, SubscriptionId, Timestamp};
use serde_json::json;

/// The plan's number of flows is used up.
pub const TREE_LIMIT_REACHED: Code = Code::new("tree_limit_reached", Kind::PaymentRequired);

/// The account has no subscription in force.
pub const SUBSCRIPTION_REQUIRED: Code = Code::new("subscription_required", Kind::PaymentRequired);
/// The plan's number of converted documents is used up.
pub const KB_CONVERSION_LIMIT_REACHED: Code = Code::new("kb_conversion_limit_reached", Kind::PaymentRequired);

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
        impl $name {
            /// The name on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($text => Ok(Self::$variant),)+ other => Err(UnknownName(other.to_owned())) }
            }
        }
    };
}

/// A name no plan or status has.
#[derive(Debug, thiserror::Error)]
#[error("unknown name {0:?}")]
pub struct UnknownName(String);

named! {
    /// What an account pays for.
    Plan {
        /// Registering gives this one.
        Free = "free",
        /// The paid plan.
        Pro = "pro",
    }
}

named! {
    /// How the subscription stands.
    SubscriptionStatus {
        /// In force.
        Active = "active",
        /// In force, not paid yet.
        Trialing = "trialing",
        /// A payment failed; still in force.
        PastDue = "past_due",
        /// Ended by the customer.
        Canceled = "canceled",
        /// Closed for non-payment.
        Locked = "locked",
    }
}

impl Plan {
    /// How many flows of its own an account may keep; `None` = any number. Free plans hold a team's first
    /// library; the number is ours, the seeds give none.
    #[must_use]
    pub const fn tree_limit(self) -> Option<u64> {
        match self {
            Self::Free => Some(25),
            Self::Pro => None,
        }
    }

    /// How many documents an account may ever turn into flows; `None` = any number.
    #[must_use]
    pub const fn kb_conversions_limit(self) -> Option<i64> {
        match self {
            Self::Free => Some(3),
            Self::Pro => None,
        }
    }
}

/// An account's subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose.
    pub account_id: AccountId,
    /// Which plan.
    pub plan: Plan,
    /// How it stands.
    pub status: SubscriptionStatus,
    /// Until when it is paid for.
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// How many seats are paid for.
    pub seats: i64,
    /// How many documents were turned into flows, ever.
    pub kb_conversions_used: i64,
    /// The account's name at the payment provider.
    pub customer_id: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
}

impl Subscription {
    /// A subscription that begins now and runs for ever.
    #[must_use]
    pub const fn begin(id: SubscriptionId, account_id: AccountId, plan: Plan, now: Timestamp) -> Self {
        Self {
            id,
            account_id,
            plan,
            status: SubscriptionStatus::Active,
            current_period_end: None,
            cancel_at_period_end: false,
            seats: 1,
            kb_conversions_used: 0,
            customer_id: None,
            created_at: now,
        }
    }

    /// Whether the account may work. A failed payment closes nothing yet; a cancelled subscription runs to the end
    /// of what is paid for.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        match self.status {
            SubscriptionStatus::Active | SubscriptionStatus::Trialing | SubscriptionStatus::PastDue => true,
            SubscriptionStatus::Canceled => self.current_period_end.is_some_and(|end| now < end),
            SubscriptionStatus::Locked => false,
        }
    }
}

/// The account's subscription covers working with the product.
///
/// # Errors
/// `subscription_required` with `{code, status, plan, message, upgrade_url}`.
pub fn check_in_force(subscription: Option<&Subscription>, now: Timestamp) -> Result<(), Failure> {
    if subscription.is_some_and(|subscription| subscription.is_in_force(now)) {
        return Ok(());
    }
    let message = match subscription.map(|subscription| subscription.status) {
        None => "This account has no subscription. An owner can choose a plan.",
        Some(SubscriptionStatus::Canceled) => "The subscription has ended. An owner can renew it.",
        Some(_) => "The account is locked because a payment is missing. An owner can settle it.",
    };
    let detail = json!({
        "code": SUBSCRIPTION_REQUIRED.name,
        "status": subscription.map_or("missing", |subscription| subscription.status.as_str()),
        "plan": subscription.map(|subscription| subscription.plan.as_str()),
        "message": message,
        "upgrade_url": "/account/billing",
    });
    Err(Failure::new(SUBSCRIPTION_REQUIRED, detail))
}

/// What became of one use of a limited thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaOutcome {
    /// Counted.
    Taken,
    /// The limit is reached; nothing was counted.
    Exhausted,
}

/// The answer to a use beyond the limit.
#[must_use]
pub fn kb_quota_exhausted(limit: i64) -> Failure {
    let detail = json!({
        "code": KB_CONVERSION_LIMIT_REACHED.name,
        "message": format!("All {limit} conversions of the free plan are used. Upgrade your plan to convert more."),
        "limit": limit,
        "used": limit,
        "upgrade_url": "/account/billing",
    });
    Failure::new(KB_CONVERSION_LIMIT_REACHED, detail)
}

/// Whether one more flow fits the plan. `count` is the account's own flows that are not archived, read in the
/// same unit under the account's lock.
///
/// # Errors
/// `tree_limit_reached`, with the text the contract fixes.
pub fn check_tree_limit(plan: Plan, count: u64) -> Result<(), Failure> {
    match plan.tree_limit() {
        Some(limit) if count >= limit => Err(Failure::new(
            TREE_LIMIT_REACHED,
            format!("Tree limit reached ({count}/{limit}). Upgrade your plan to create more trees."),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_reached_at_the_number_itself() {
        assert!(check_tree_limit(Plan::Free, 24).is_ok());
        let failure = check_tree_limit(Plan::Free, 25).unwrap_err();
        assert_eq!(
            failure.detail.to_string(),
            "Tree limit reached (25/25). Upgrade your plan to create more trees."
        );
        assert!(check_tree_limit(Plan::Pro, 1_000_000).is_ok());
    }

    #[test]
    fn what_is_in_force_follows_the_status_and_the_end_of_what_is_paid() {
        let now = Timestamp::from_unix(1_800_000_000).unwrap();
        let nil = uuid::Uuid::nil();
        let begun = Subscription::begin(nil.into(), nil.into(), Plan::Pro, now);
        let with = |status, end: Option<i64>| Subscription {
            status,
            current_period_end: end.map(|seconds| now.plus_seconds(seconds)),
            ..begun.clone()
        };
        use SubscriptionStatus::{Active, Canceled, Locked, PastDue, Trialing};
        for (status, end, in_force) in [
            (Active, None, true),
            (Active, Some(-1), true),
            (Trialing, None, true),
            (PastDue, Some(-1), true),
            (Canceled, None, false),
            (Canceled, Some(1), true),
            (Canceled, Some(0), false),
            (Locked, Some(1), false),
        ] {
            assert_eq!(with(status, end).is_in_force(now), in_force, "{status:?} {end:?}");
        }
        let failure = check_in_force(None, now).unwrap_err();
        assert_eq!(failure.code, SUBSCRIPTION_REQUIRED);
    }
}
