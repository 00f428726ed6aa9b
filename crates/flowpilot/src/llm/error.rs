//! How a call to a model fails.

use std::{borrow::Cow, fmt, time::Duration};

/// What sort of failure it is; decides whether the call is worth making again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LlmErrorKind {
    /// The key is missing, wrong or not allowed to do this.
    Auth,
    /// The request cannot be answered as it is.
    InvalidRequest,
    /// Too much was asked in too short a time.
    RateLimited {
        /// The provider asks for this pause, where it is known.
        retry_after: Option<Duration>,
    },
    /// The provider has more to do than it can.
    Overloaded,
    /// The provider failed.
    Server,
    /// Nobody answers at the address.
    Unreachable,
    /// The answer did not come in time.
    Timeout,
    /// The answer ended before its end.
    CutStream,
    /// The answer is not what the protocol says.
    Garbage,
    /// It failed so often of late that nobody is asked for a while.
    BreakerOpen {
        /// When somebody is asked again, from now.
        retry_after: Duration,
    },
    /// The account has used up its tokens of the day, or the installation what it may spend at the provider.
    BudgetSpent {
        /// When there are new ones, from now, where that is known.
        resets_in: Option<Duration>,
    },
}

impl fmt::Display for LlmErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pause = |f: &mut fmt::Formatter<'_>, what: &str, pause: Duration| {
            write!(f, "{what} for another {} s", pause.as_secs_f64().ceil())
        };
        match self {
            Self::Auth => f.write_str("the model's provider refuses the key"),
            Self::InvalidRequest => f.write_str("the request to the model is wrong"),
            Self::RateLimited { retry_after: None } => f.write_str("the model is asked too often"),
            Self::RateLimited { retry_after: Some(wait) } => pause(f, "the model is asked too often", *wait),
            Self::Overloaded => f.write_str("the model is overloaded"),
            Self::Server => f.write_str("the model's provider failed"),
            Self::Unreachable => f.write_str("the model cannot be reached"),
            Self::Timeout => f.write_str("the model did not answer in time"),
            Self::CutStream => f.write_str("the model's answer broke off"),
            Self::Garbage => f.write_str("the model's answer cannot be read"),
            Self::BreakerOpen { retry_after } => pause(f, "the model is left alone", *retry_after),
            Self::BudgetSpent { resets_in: None } => f.write_str("what may be spent on the model is spent"),
            Self::BudgetSpent { resets_in: Some(wait) } => {
                pause(f, "what may be spent on the model is spent", *wait)
            }
        }
    }
}

/// A call that gave no answer. Its text is for logs: it quotes neither what was asked nor what was answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct LlmError {
    /// What sort of failure.
    pub kind: LlmErrorKind,
    /// What is known about it.
    pub detail: Cow<'static, str>,
}

impl LlmError {
    /// A failure with its detail.
    pub fn new(kind: LlmErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// Whether the same call may go better after a pause. An answer that cannot be read and a breaker that is open are
    /// a matter for the copilot without a model, which does not let anybody wait.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        use LlmErrorKind as K;
        match self.kind {
            K::RateLimited { .. }
            | K::Overloaded
            | K::Server
            | K::Unreachable
            | K::Timeout
            | K::CutStream => true,
            K::Auth | K::InvalidRequest | K::Garbage | K::BreakerOpen { .. } | K::BudgetSpent { .. } => false,
        }
    }

    /// How long to wait at least, where that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self.kind {
            LlmErrorKind::RateLimited { retry_after: wait }
            | LlmErrorKind::BudgetSpent { resets_in: wait } => wait,
            LlmErrorKind::BreakerOpen { retry_after } => Some(retry_after),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_tried_again_and_what_stays_is_not() {
        use LlmErrorKind as K;
        let wait = Duration::from_millis(1_500);
        let passing = [
            K::RateLimited { retry_after: None },
            K::Overloaded,
            K::Server,
            K::Unreachable,
            K::Timeout,
            K::CutStream,
        ];
        let staying = [
            K::Auth,
            K::InvalidRequest,
            K::Garbage,
            K::BreakerOpen { retry_after: wait },
            K::BudgetSpent { resets_in: Some(wait) },
        ];
        assert!(passing.into_iter().all(|kind| LlmError::new(kind, "").retryable()));
        assert!(!staying.into_iter().any(|kind| LlmError::new(kind, "").retryable()));
    }

    #[test]
    fn a_pause_is_told_in_whole_seconds_and_never_too_short() {
        let kind = LlmErrorKind::BreakerOpen { retry_after: Duration::from_millis(1_500) };
        let error = LlmError::new(kind, "5 calls failed");
        assert_eq!(error.to_string(), "the model is left alone for another 2 s: 5 calls failed");
        assert_eq!(error.retry_after(), Some(Duration::from_millis(1_500)));
        assert_eq!(LlmError::new(LlmErrorKind::Server, "").retry_after(), None);
    }
}
