//! One job.

use std::str::FromStr;

use rf_kernel::{AccountId, JobId, LeaseId, Timestamp};
use serde_json::Value;

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSpec {
    /// Its id.
    pub id: JobId,
    /// For which account.
    pub account_id: AccountId,
    /// Which handler does it, such as `mail.send`.
    pub kind: String,
    /// What the handler needs to know. Never a secret.
    pub payload: Value,
    /// How long to wait first.
    pub delay_seconds: i64,
    /// Of jobs of one account with the same key only the first is kept, for as long as it is there.
    pub dedupe_key: Option<String>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its time.
    Ready,
    /// A worker has it.
    Running,
    /// Failed for good; somebody has to look.
    Parked,
    /// Done.
    Done,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Running, Self::Parked, Self::Done];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Parked => "parked",
            Self::Done => "done",
        }
    }
}

impl FromStr for JobState {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == s)
            .ok_or_else(|| format!("unknown job state {s:?}; known are ready, running, parked and done"))
    }
}

/// A job as the queue keeps it. Its instants are of the store's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// For which account.
    pub account_id: AccountId,
    /// Which handler does it.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: Value,
    /// Keeps others with the same key out.
    pub dedupe_key: Option<String>,
    /// How it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: i64,
    /// When it is due.
    pub run_at: Timestamp,
    /// Who has it and until when, while it is running.
    pub lease: Option<(LeaseId, Timestamp)>,
    /// Why it failed the last time.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was done or parked.
    pub finished_at: Option<Timestamp>,
}
