//! How long a sign-in lasts.
//!
//! Two limits: *idle* (time since the last refresh, the refresh token's own `exp`) and *absolute* (time since
//! the password was typed). Both are fixed at sign-in and carried forward unchanged, so a policy change applies
//! from the next sign-in on.

use rf_kernel::{Checks, Timestamp};
use serde::{Deserialize, Serialize};

/// The system's defaults, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicyDefaults {
    /// Idle limit where the account has none of its own.
    pub idle_minutes: i64,
    /// Absolute limit where the account has none of its own.
    pub absolute_minutes: i64,
}

impl Default for SessionPolicyDefaults {
    /// 3 days and 14 days: the "Strict" preset (requirement SESS-01).
    fn default() -> Self {
        Self { idle_minutes: 4_320, absolute_minutes: 20_160 }
    }
}

/// A pair of limits with a name, for owners who do not want to count minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPreset {
    /// Its name on the wire.
    pub name: &'static str,
    /// Minutes.
    pub idle_minutes: i64,
    /// Minutes.
    pub absolute_minutes: i64,
}

impl SessionPreset {
    /// 3 and 14 days; 7 and 30 days.
    pub const ALL: [Self; 2] = [
        Self { name: "strict", idle_minutes: 4_320, absolute_minutes: 20_160 },
        Self { name: "standard", idle_minutes: 10_080, absolute_minutes: 43_200 },
    ];
}

/// What an account may set its limits to, in minutes (requirement SESS-02).
#[derive(Clone, Copy, Debug)]
pub struct PolicyBounds;

impl PolicyBounds {
    /// Shortest idle limit: 15 minutes.
    pub const IDLE_MIN: i64 = 15;
    /// Longest idle limit: 30 days.
    pub const IDLE_MAX: i64 = 43_200;
    /// Shortest absolute limit: 1 hour.
    pub const ABSOLUTE_MIN: i64 = 60;
    /// Longest absolute limit: 90 days.
    pub const ABSOLUTE_MAX: i64 = 129_600;
}

/// An account's limits with the defaults filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// Minutes without use after which the sign-in ends.
    pub idle_minutes: i64,
    /// Minutes after sign-in at which it ends in any case.
    pub absolute_minutes: i64,
}

impl SessionPolicy {
    /// The account's overrides, `None` meaning the default.
    #[must_use]
    pub fn resolve(idle: Option<i64>, absolute: Option<i64>, defaults: SessionPolicyDefaults) -> Self {
        Self {
            idle_minutes: idle.unwrap_or(defaults.idle_minutes),
            absolute_minutes: absolute.unwrap_or(defaults.absolute_minutes),
        }
    }

    /// Complains about overrides outside the bounds, and about a pair whose *effective* idle limit is longer
    /// than the absolute one: the database cannot see the default half of a partial override.
    pub fn check(
        idle: Option<i64>,
        absolute: Option<i64>,
        defaults: SessionPolicyDefaults,
        checks: &mut Checks,
    ) {
        let mut bound = |loc: &str, value: Option<i64>, min: i64, max: i64| {
            if value.is_some_and(|v| v < min || v > max) {
                checks.refuse(loc, "out_of_range", format!("must be between {min} and {max} minutes"));
            }
        };
        bound("session_idle_minutes", idle, PolicyBounds::IDLE_MIN, PolicyBounds::IDLE_MAX);
        bound("session_absolute_minutes", absolute, PolicyBounds::ABSOLUTE_MIN, PolicyBounds::ABSOLUTE_MAX);
        let effective = Self::resolve(idle, absolute, defaults);
        if checks.is_empty() && effective.idle_minutes > effective.absolute_minutes {
            checks.refuse(
                "session_idle_minutes",
                "idle_exceeds_absolute",
                format!(
                    "the idle limit ({} minutes) must not exceed the absolute limit ({} minutes)",
                    effective.idle_minutes, effective.absolute_minutes
                ),
            );
        }
    }
}

/// The policy a refresh token carries, in seconds; fixed when the password was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshClaims {
    /// Unix time of the sign-in; never reset by a rotation.
    pub auth_time: i64,
    /// Idle limit, seconds.
    pub idle_max: i64,
    /// Absolute limit, seconds.
    pub abs_max: i64,
}

/// Whether a refresh may mint a successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshDecision {
    /// Yes.
    Mint,
    /// The absolute limit has been reached.
    AbsoluteExpired,
}

impl RefreshClaims {
    /// The claims of a sign-in at `now` under `policy`.
    #[must_use]
    pub fn at_sign_in(now: Timestamp, policy: SessionPolicy) -> Self {
        Self {
            auth_time: now.unix(),
            idle_max: policy.idle_minutes.saturating_mul(60),
            abs_max: policy.absolute_minutes.saturating_mul(60),
        }
    }

    /// When a token minted at `now` goes idle. It may lie after the absolute deadline, which is checked on its own.
    #[must_use]
    pub fn idle_expires_unix(&self, now: Timestamp) -> i64 {
        now.unix().saturating_add(self.idle_max)
    }

    /// When the sign-in ends whatever happens.
    #[must_use]
    pub fn absolute_expires_unix(&self) -> i64 {
        self.auth_time.saturating_add(self.abs_max)
    }

    /// A deadline equal to now has passed.
    #[must_use]
    pub fn decide(&self, now: Timestamp) -> RefreshDecision {
        if now.unix() >= self.absolute_expires_unix() {
            RefreshDecision::AbsoluteExpired
        } else {
            RefreshDecision::Mint
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix: i64) -> Timestamp {
        Timestamp::from_unix(unix).unwrap()
    }

    fn refusals(idle: Option<i64>, absolute: Option<i64>) -> Vec<&'static str> {
        let mut checks = Checks::new();
        SessionPolicy::check(idle, absolute, SessionPolicyDefaults::default(), &mut checks);
        checks.finish().err().map(|f| f.errors.iter().map(|e| e.code).collect()).unwrap_or_default()
    }

    #[test]
    fn strict_defaults_and_overrides_become_seconds() {
        let strict = SessionPolicy::resolve(None, None, SessionPolicyDefaults::default());
        let claims = RefreshClaims::at_sign_in(at(1_000), strict);
        assert_eq!((claims.auth_time, claims.idle_max, claims.abs_max), (1_000, 259_200, 1_209_600));
        let own = SessionPolicy::resolve(Some(60), Some(240), SessionPolicyDefaults::default());
        let claims = RefreshClaims::at_sign_in(at(1_000), own);
        assert_eq!((claims.idle_max, claims.abs_max), (3_600, 14_400));
    }

    #[test]
    fn the_absolute_deadline_itself_is_expired() {
        let claims = RefreshClaims { auth_time: 1_000, idle_max: 60, abs_max: 100 };
        assert_eq!(claims.decide(at(1_099)), RefreshDecision::Mint);
        assert_eq!(claims.decide(at(1_100)), RefreshDecision::AbsoluteExpired);
        assert_eq!(claims.decide(at(1_101)), RefreshDecision::AbsoluteExpired);
    }

    #[test]
    fn bounds_and_the_effective_pair_are_checked() {
        assert!(refusals(None, None).is_empty());
        assert!(refusals(Some(15), Some(60)).is_empty());
        assert_eq!(refusals(Some(14), None), ["out_of_range"]);
        assert_eq!(refusals(None, Some(129_601)), ["out_of_range"]);
        assert_eq!(refusals(Some(240), Some(60)), ["idle_exceeds_absolute"]);
        // 30 days idle against the default 14 days absolute.
        assert_eq!(refusals(Some(43_200), None), ["idle_exceeds_absolute"]);
    }
}
