//! When a call that failed is made again.

use std::time::Duration;

use super::LlmError;

/// How often and after how long, for somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LlmRetries {
    /// How often a call is made again after its first failure.
    pub most: u32,
    /// The wait before the first of them; it doubles.
    pub first: Duration,
    /// The longest wait worth it; a provider that asks for more gets no second call.
    pub longest: Duration,
}

impl Default for LlmRetries {
    fn default() -> Self {
        Self { most: 2, first: Duration::from_millis(500), longest: Duration::from_secs(8) }
    }
}

impl LlmRetries {
    /// How long to wait before the next call after `failures` of them; `None` when there is none, because the failure
    /// stays, because there were enough, or because `left`, the time of whoever waits, would be over before it begins.
    ///
    /// `spread`, from 0 to 1, makes the wait longer by up to a half, so that what failed together does not come back
    /// together; the caller draws it.
    #[must_use]
    pub fn wait(&self, error: &LlmError, failures: u32, left: Duration, spread: f64) -> Option<Duration> {
        if !error.retryable() || failures > self.most {
            return None;
        }
        let doubled = self.first.saturating_mul(1 << failures.saturating_sub(1).min(16));
        let wait = doubled.min(self.longest).max(error.retry_after().unwrap_or_default());
        let wait = (wait <= self.longest).then(|| wait + wait.mul_f64(spread.clamp(0.0, 1.0) / 2.0))?;
        (wait < left).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::LlmErrorKind;

    const LEFT: Duration = Duration::from_secs(45);

    fn wait(kind: LlmErrorKind, failures: u32, left: Duration, spread: f64) -> Option<u128> {
        let error = LlmError::new(kind, "");
        LlmRetries::default().wait(&error, failures, left, spread).map(|wait| wait.as_millis())
    }

    #[test]
    fn what_passes_is_tried_twice_more_after_waits_that_double_and_spread() {
        let waits = |spread| [1, 2, 3].map(|failures| wait(LlmErrorKind::Overloaded, failures, LEFT, spread));
        assert_eq!(waits(0.0), [Some(500), Some(1_000), None]);
        assert_eq!(waits(1.0), [Some(750), Some(1_500), None]);
        assert_eq!(waits(7.0), waits(1.0));
    }

    #[test]
    fn what_stays_is_not_tried_again() {
        let spent = LlmErrorKind::BudgetSpent { resets_in: None };
        let open = LlmErrorKind::BreakerOpen { retry_after: Duration::ZERO };
        for kind in [spent, open, LlmErrorKind::Auth, LlmErrorKind::InvalidRequest, LlmErrorKind::Garbage] {
            assert_eq!(wait(kind, 1, LEFT, 0.0), None, "{kind:?}");
        }
    }

    #[test]
    fn a_provider_that_asks_for_a_pause_gets_it_or_no_second_call() {
        let limited = |seconds| LlmErrorKind::RateLimited { retry_after: Some(Duration::from_secs(seconds)) };
        assert_eq!(wait(limited(3), 1, LEFT, 0.0), Some(3_000));
        assert_eq!(wait(limited(0), 1, LEFT, 0.0), Some(500));
        assert_eq!(wait(limited(9), 1, LEFT, 0.0), None);
        assert_eq!(wait(LlmErrorKind::RateLimited { retry_after: None }, 2, LEFT, 0.0), Some(1_000));
    }

    #[test]
    fn nobody_waits_for_a_call_that_would_come_too_late() {
        assert_eq!(wait(LlmErrorKind::Timeout, 1, Duration::from_millis(500), 0.0), None);
        assert_eq!(wait(LlmErrorKind::Timeout, 1, Duration::from_millis(501), 0.0), Some(500));
        assert_eq!(wait(LlmErrorKind::Timeout, 1, Duration::ZERO, 0.0), None);
    }
}
