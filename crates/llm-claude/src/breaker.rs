//! Leaves a provider alone that fails: whoever waits for it waits for nothing, and the copilot without a model answers
//! at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rf_flowpilot::llm::{LlmError, LlmErrorKind};
use rf_kernel::{Clock, Timestamp};

/// When the provider is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// After so many failures in a row; 1 at least.
    pub failures: u32,
    /// For so many seconds. Then one call is let through, and its end decides.
    pub pause_seconds: u32,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self { failures: 5, pause_seconds: 20 }
    }
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Timestamp,
    },
    /// One call is out to see.
    Probing,
}

pub(crate) struct Breaker {
    policy: BreakerPolicy,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl Breaker {
    pub(crate) fn new(policy: BreakerPolicy, clock: Arc<dyn Clock>) -> Self {
        Self { policy, clock, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Lets a call through, or says when one will be.
    pub(crate) fn enter(self: &Arc<Self>) -> Result<Permit, LlmError> {
        let now = self.clock.now();
        let mut state = self.lock();
        let is_probe = match *state {
            State::Closed { .. } => false,
            State::Open { until } if until <= now => {
                *state = State::Probing;
                true
            }
            State::Open { until } => return Err(self.open(until, now)),
            // It may be over any moment.
            State::Probing => return Err(self.open(now.plus_seconds(1), now)),
        };
        Ok(Permit { breaker: Arc::clone(self), is_probe, settled: false })
    }

    fn open(&self, until: Timestamp, now: Timestamp) -> LlmError {
        let retry_after = (until.utc() - now.utc()).to_std().unwrap_or_default();
        let detail = format!("{} calls in a row failed", self.policy.failures);
        LlmError::new(LlmErrorKind::BreakerOpen { retry_after }, detail)
    }

    fn settle(&self, is_probe: bool, failed: bool) {
        let now = self.clock.now();
        let mut state = self.lock();
        *state = match *state {
            State::Probing if is_probe && !failed => State::Closed { failures: 0 },
            State::Probing if is_probe => self.opened(now),
            State::Closed { .. } if !failed => State::Closed { failures: 0 },
            State::Closed { failures } if failures + 1 >= self.policy.failures => self.opened(now),
            State::Closed { failures } => State::Closed { failures: failures + 1 },
            // Calls that were begun before it opened decide nothing any more.
            late @ (State::Open { .. } | State::Probing) => late,
        };
    }

    fn opened(&self, now: Timestamp) -> State {
        let seconds = self.policy.pause_seconds;
        tracing::warn!(seconds, "the model fails and is left alone");
        State::Open { until: now.plus_seconds(seconds.into()) }
    }

    /// Nothing that holds it panics.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call. Dropped without an end, by somebody who went away, it says nothing about the provider.
pub(crate) struct Permit {
    breaker: Arc<Breaker>,
    is_probe: bool,
    settled: bool,
}

impl Permit {
    /// The call's end. An answer that refuses what was asked is one of a provider that works.
    pub(crate) fn settle(mut self, error: Option<&LlmError>) {
        use LlmErrorKind as K;
        self.settled = true;
        let failed = error.is_some_and(|error| match error.kind {
            K::RateLimited { .. }
            | K::Overloaded
            | K::Server
            | K::Unreachable
            | K::Timeout
            | K::CutStream
            | K::Garbage => true,
            K::Auth | K::InvalidRequest | K::BreakerOpen { .. } | K::BudgetSpent { .. } => false,
        });
        self.breaker.settle(self.is_probe, failed);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.is_probe && !self.settled {
            // The next call is the one that sees.
            *self.breaker.lock() = State::Open { until: self.breaker.clock.now() };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicI64, Ordering},
        time::Duration,
    };

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_unix(self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    fn breaker() -> (Arc<Breaker>, Arc<Hand>) {
        let hand = Arc::new(Hand::default());
        let policy = BreakerPolicy { failures: 3, pause_seconds: 20 };
        (Arc::new(Breaker::new(policy, hand.clone())), hand)
    }

    fn error(kind: LlmErrorKind) -> LlmError {
        LlmError::new(kind, "")
    }

    fn fail(breaker: &Arc<Breaker>, times: u32) {
        for _ in 0..times {
            breaker.enter().unwrap().settle(Some(&error(LlmErrorKind::Server)));
        }
    }

    fn pause(breaker: &Arc<Breaker>) -> Option<Duration> {
        breaker.enter().err().and_then(|error| error.retry_after())
    }

    #[test]
    fn failures_in_a_row_open_it_and_others_do_not() {
        let (breaker, _) = breaker();
        fail(&breaker, 2);
        breaker.enter().unwrap().settle(None);
        fail(&breaker, 2);
        breaker.enter().unwrap().settle(Some(&error(LlmErrorKind::InvalidRequest)));
        fail(&breaker, 2);
        drop(breaker.enter().unwrap());
        fail(&breaker, 1);
        assert_eq!(pause(&breaker), Some(Duration::from_secs(20)));
    }

    #[test]
    fn after_the_pause_one_call_sees_and_its_end_decides() {
        let (breaker, hand) = breaker();
        fail(&breaker, 3);
        hand.0.store(19, Ordering::SeqCst);
        assert_eq!(pause(&breaker), Some(Duration::from_secs(1)));
        hand.0.store(20, Ordering::SeqCst);
        let probe = breaker.enter().unwrap();
        assert_eq!(pause(&breaker), Some(Duration::from_secs(1)), "a second one waits");
        probe.settle(Some(&error(LlmErrorKind::Timeout)));
        assert_eq!(pause(&breaker), Some(Duration::from_secs(20)));
        hand.0.store(40, Ordering::SeqCst);
        breaker.enter().unwrap().settle(None);
        fail(&breaker, 2);
        assert_eq!(pause(&breaker), None, "it counts anew");
    }

    #[test]
    fn a_probe_that_is_given_up_leaves_the_place_to_the_next() {
        let (breaker, hand) = breaker();
        fail(&breaker, 3);
        hand.0.store(20, Ordering::SeqCst);
        drop(breaker.enter().unwrap());
        breaker.enter().unwrap().settle(None);
        assert_eq!(pause(&breaker), None);
    }

    #[test]
    fn calls_from_before_decide_nothing_any_more() {
        let (breaker, hand) = breaker();
        let (good, bad) = (breaker.enter().unwrap(), breaker.enter().unwrap());
        fail(&breaker, 3);
        good.settle(None);
        hand.0.store(10, Ordering::SeqCst);
        bad.settle(Some(&error(LlmErrorKind::Server)));
        assert_eq!(pause(&breaker), Some(Duration::from_secs(10)));
    }
}
