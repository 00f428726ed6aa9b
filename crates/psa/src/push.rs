//! How a push stands and what is done next: pure rules, so that they hold whoever carries them out.
//!
//! ```text
//! queued ──> sending ──> sent ──> confirmed
//!               │  └───────────────^   (found by its marker)
//!               ├──> failed ──> sending   after 5 minutes, 3 times
//!               └──> needs_review ──> queued   by hand
//! ```
//!
//! A push is `sending` before anything is sent and in a unit of its own, so that one found `sending` by a worker that
//! holds its lease is one whose outcome nobody knows.

use std::str::FromStr;

use rf_kernel::{Failure, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Delivery, PsaError, PsaId, codes};

/// How long a failed push waits, seconds.
pub const RETRY_AFTER_SECONDS: i64 = 300;
/// How often a failed push is tried again by itself.
pub const MAX_RETRIES: u32 = 3;

/// How a push stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PushState {
    /// Waits for a worker.
    Queued,
    /// A worker writes, or died writing.
    Sending,
    /// The PSA said that it kept it.
    Sent,
    /// It was read back.
    Confirmed,
    /// Not written, or nobody knows; tried again by itself.
    Failed,
    /// Somebody has to look.
    NeedsReview,
}

impl PushState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Sending, Self::Sent, Self::Confirmed, Self::Failed, Self::NeedsReview];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::NeedsReview => "needs_review",
        }
    }
}

impl FromStr for PushState {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == s);
        known.ok_or_else(|| format!("unknown push state {s:?}"))
    }
}

/// A push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// How it stands.
    pub state: PushState,
    /// How often it was begun since it was queued.
    pub tries: u32,
    /// Whether an earlier try may have written it.
    pub maybe_there: bool,
    /// When something is to be done about it; none when nothing is.
    pub due_at: Option<Timestamp>,
    /// What the PSA calls it, once it is known to be there.
    pub remote_id: Option<PsaId>,
    /// What went wrong last.
    pub error: Option<PushError>,
}

/// What went wrong with a push, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushError {
    /// The class, as [`PsaError::class`] has it.
    pub class: String,
    /// What is told to whoever looks.
    pub words: String,
}

impl PushError {
    fn new(class: &str, words: impl Into<String>) -> Self {
        Self { class: class.into(), words: words.into() }
    }
}

/// What a worker does with a push it has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Write it.
    Write,
    /// Look for its marker, and write it only where that is not found.
    LookThenWrite,
    /// Look for its marker, to be sure.
    Confirm,
    /// Nothing: it is not due, done, or waits for somebody.
    Nothing,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The PSA said that it kept it.
    Sent(PsaId),
    /// Its marker was found.
    Found(PsaId),
    /// Its marker was looked for, to be sure, and is not there.
    Missing,
    /// It went wrong.
    Error(PsaError),
}

impl From<Result<Delivery, PsaError>> for Outcome {
    fn from(result: Result<Delivery, PsaError>) -> Self {
        match result {
            Ok(Delivery::Sent(id)) => Self::Sent(id),
            Ok(Delivery::Found(id)) => Self::Found(id),
            Err(error) => Self::Error(error),
        }
    }
}

impl Push {
    /// A new one, due at once.
    #[must_use]
    pub const fn queued(now: Timestamp) -> Self {
        Self {
            state: PushState::Queued,
            tries: 0,
            maybe_there: false,
            due_at: Some(now),
            remote_id: None,
            error: None,
        }
    }

    /// Begins. The changed push is kept before anything is sent. Whoever calls this holds the push's lease: one that
    /// is `sending` was left behind by somebody who held it before.
    #[must_use]
    pub fn begin(self, now: Timestamp) -> (Self, Begin) {
        let due = self.due_at.is_some_and(|at| at <= now);
        match self.state {
            PushState::Queued | PushState::Failed if due => {
                let what = if self.maybe_there { Begin::LookThenWrite } else { Begin::Write };
                (Self { state: PushState::Sending, tries: self.tries + 1, due_at: None, ..self }, what)
            }
            PushState::Sending if self.tries > MAX_RETRIES => {
                let error =
                    Some(PushError::new("unknown_outcome", "The server stopped while it was writing."));
                let state = PushState::NeedsReview;
                (Self { state, maybe_there: true, due_at: None, error, ..self }, Begin::Nothing)
            }
            PushState::Sending => (
                Self { tries: self.tries + 1, maybe_there: true, due_at: None, ..self },
                Begin::LookThenWrite,
            ),
            PushState::Sent if due => (Self { tries: self.tries + 1, ..self }, Begin::Confirm),
            _ => (self, Begin::Nothing),
        }
    }

    /// What a push that was begun becomes.
    #[must_use]
    pub fn settle(self, outcome: Outcome, now: Timestamp) -> Self {
        let later = |seconds: i64| Some(now.plus_seconds(seconds.max(RETRY_AFTER_SECONDS)));
        match outcome {
            Outcome::Sent(id) => Self {
                state: PushState::Sent,
                tries: 0,
                maybe_there: true,
                due_at: later(0),
                remote_id: Some(id),
                error: None,
            },
            Outcome::Found(id) => Self {
                state: PushState::Confirmed,
                maybe_there: true,
                due_at: None,
                remote_id: Some(id),
                error: None,
                ..self
            },
            Outcome::Missing => {
                let words = "The PSA said that it kept this, but it is not in the ticket any more.";
                let error = Some(PushError::new("not_found", words));
                Self { state: PushState::NeedsReview, due_at: None, error, ..self }
            }
            Outcome::Error(error) => {
                let again = error.is_passing() && self.tries <= MAX_RETRIES;
                let wait = match &error {
                    PsaError::RateLimited { retry_after: Some(seconds) } => {
                        i64::try_from(*seconds).unwrap_or(i64::MAX)
                    }
                    _ => 0,
                };
                let state = match self.state {
                    // It is there as far as anybody knows; that it could not be read back makes nobody's work.
                    PushState::Sent => PushState::Sent,
                    _ if again => PushState::Failed,
                    _ => PushState::NeedsReview,
                };
                Self {
                    state,
                    maybe_there: self.maybe_there || matches!(error, PsaError::UnknownOutcome(_)),
                    due_at: if again { later(wait) } else { None },
                    error: Some(PushError::new(error.class(), error.to_string())),
                    ..self
                }
            }
        }
    }

    /// What somebody can do about one that waits for them; none where nothing does.
    #[must_use]
    pub fn what_to_do(&self) -> Option<&'static str> {
        let error = self.error.as_ref().filter(|_| self.state == PushState::NeedsReview)?;
        Some(match error.class.as_str() {
            "address" | "auth" => {
                "An owner or team admin puts the connection right under Integrations. Then try again."
            }
            "permission" => "Have the API member's security role given the right in the PSA. Then try again.",
            "not_found" => {
                "The ticket may be deleted or merged. The text is kept with the session: copy it into the right ticket."
            }
            "invalid" | "conflict" | "unsupported" => {
                "Put it right in the PSA: a closed ticket, or one whose status takes no time, has to be opened first. \
                 Then try again."
            }
            "unknown_outcome" => {
                "Nobody knows whether it is there. Try again: it is looked for first, and written only where it is not."
            }
            "rate_limited" | "transient" => "The PSA was away for too long. Try again once it answers.",
            _ => "Look at the ticket in the PSA. Try again to have it written anew.",
        })
    }

    /// Queues it again by hand, with all its retries. What may be there already is looked for first.
    ///
    /// # Errors
    /// `push_not_waiting` for one that is under way or done.
    pub fn retry(self, now: Timestamp) -> Result<Self, Failure> {
        match self.state {
            PushState::Failed | PushState::NeedsReview => {
                Ok(Self { state: PushState::Queued, tries: 0, due_at: Some(now), ..self })
            }
            state => Err(Failure::new(
                codes::PUSH_NOT_WAITING,
                format!("Only a push that failed can be tried again; this one is {}.", state.as_str()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds).unwrap()
    }

    fn id() -> PsaId {
        PsaId::from(5)
    }

    fn transient() -> Outcome {
        Outcome::Error(PsaError::Transient("away".into()))
    }

    fn unknown() -> Outcome {
        Outcome::Error(PsaError::UnknownOutcome("lost".into()))
    }

    #[test]
    fn the_good_way_is_written_once_and_read_back_later() {
        let (push, what) = Push::queued(at(0)).begin(at(0));
        assert_eq!((push.state, what), (PushState::Sending, Begin::Write));
        let push = push.settle(Outcome::Sent(id()), at(1));
        assert_eq!((push.state, push.remote_id.clone()), (PushState::Sent, Some(id())));
        assert_eq!(push.clone().begin(at(300)).1, Begin::Nothing);
        let (push, what) = push.begin(at(301));
        assert_eq!(what, Begin::Confirm);
        let push = push.settle(Outcome::Found(id()), at(302));
        assert_eq!((push.state, push.due_at), (PushState::Confirmed, None));
        assert_eq!(push.begin(at(9_999)).1, Begin::Nothing);
    }

    #[test]
    fn a_failed_push_is_tried_again_every_five_minutes_three_times() {
        let (mut push, mut now) = (Push::queued(at(0)), at(0));
        for _ in 0..3 {
            let (begun, what) = push.begin(now);
            assert_eq!(what, Begin::Write, "nothing of it can be there");
            push = begun.settle(transient(), now);
            assert_eq!(push.state, PushState::Failed);
            assert_eq!(push.clone().begin(now.plus_seconds(299)).1, Begin::Nothing);
            now = now.plus_seconds(300);
        }
        let (begun, _) = push.begin(now);
        let push = begun.settle(transient(), now);
        assert_eq!((push.state, push.tries, push.due_at), (PushState::NeedsReview, 4, None));
        assert_eq!(push.error.as_ref().unwrap().class, "transient");
        let push = push.retry(now).unwrap();
        assert_eq!((push.state, push.tries, push.due_at), (PushState::Queued, 0, Some(now)));
    }

    #[test]
    fn what_may_be_there_is_looked_for_before_every_later_try() {
        let (push, _) = Push::queued(at(0)).begin(at(0));
        let push = push.settle(unknown(), at(0));
        let (push, what) = push.begin(at(300));
        assert_eq!(what, Begin::LookThenWrite);
        let push = push.settle(transient(), at(300));
        assert_eq!(push.begin(at(600)).1, Begin::LookThenWrite, "a failed look says nothing");
    }

    #[test]
    fn a_worker_that_died_leaves_a_push_to_look_for() {
        let (mut push, what) = Push::queued(at(0)).begin(at(0));
        assert_eq!(what, Begin::Write);
        for _ in 0..3 {
            let (taken_over, what) = push.begin(at(60));
            assert_eq!((taken_over.state, what), (PushState::Sending, Begin::LookThenWrite));
            push = taken_over;
        }
        let (push, what) = push.begin(at(60));
        assert_eq!((push.state, what), (PushState::NeedsReview, Begin::Nothing));
        let (_, what) = push.retry(at(61)).unwrap().begin(at(61));
        assert_eq!(what, Begin::LookThenWrite);
    }

    #[test]
    fn what_no_retry_mends_needs_somebody_at_once() {
        for error in [
            PsaError::Auth("a".into()),
            PsaError::Address("a".into()),
            PsaError::Permission("p".into()),
            PsaError::NotFound("n".into()),
            PsaError::Conflict("c".into()),
            PsaError::Invalid { field: None, message: "i".into() },
            PsaError::Unsupported("u"),
        ] {
            let (push, _) = Push::queued(at(0)).begin(at(0));
            let push = push.settle(Outcome::Error(error.clone()), at(0));
            assert_eq!((push.state, push.due_at), (PushState::NeedsReview, None), "{error:?}");
            assert!(!push.maybe_there);
        }
    }

    #[test]
    fn a_psa_that_says_how_long_is_left_alone_for_so_long() {
        for (told, waits) in [(None, 300), (Some(10), 300), (Some(900), 900)] {
            let (push, _) = Push::queued(at(0)).begin(at(0));
            let push = push.settle(Outcome::Error(PsaError::RateLimited { retry_after: told }), at(0));
            assert_eq!(push.due_at, Some(at(waits)));
        }
    }

    #[test]
    fn a_note_that_vanished_needs_somebody_and_one_that_cannot_be_read_back_does_not() {
        let sent = || Push::queued(at(0)).begin(at(0)).0.settle(Outcome::Sent(id()), at(0));
        let (push, _) = sent().begin(at(300));
        assert_eq!(push.settle(Outcome::Missing, at(300)).state, PushState::NeedsReview);
        let (mut push, mut now) = (sent(), at(300));
        for _ in 0..4 {
            let (begun, what) = push.begin(now);
            assert_eq!(what, Begin::Confirm);
            push = begun.settle(transient(), now);
            assert_eq!(push.state, PushState::Sent);
            now = now.plus_seconds(300);
        }
        assert_eq!(push.due_at, None);
    }

    #[test]
    fn only_what_waits_for_somebody_is_tried_again_by_hand() {
        let (sending, _) = Push::queued(at(0)).begin(at(0));
        let confirmed = sending.clone().settle(Outcome::Found(id()), at(0));
        for push in [Push::queued(at(0)), sending, confirmed] {
            assert_eq!(push.retry(at(1)).unwrap_err().code, codes::PUSH_NOT_WAITING);
        }
    }

    #[test]
    fn states_have_one_name_each() {
        for state in PushState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert!("lost".parse::<PushState>().is_err());
    }
}
