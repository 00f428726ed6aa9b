//! Faults on demand: at which addresses, at which call, and what goes wrong.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// The connection ends before anything is done.
    DropBeforeCommit,
    /// It is done, and the connection ends with no answer.
    DropAfterCommit,
    /// The connection ends, and it is done when `release` is called: a request that
    /// waited in a queue of the original.
    DropAndCommitLater,
    /// 429, after so many seconds calls are taken again; nothing is done.
    TooManyRequests {
        /// For `Retry-After`.
        retry_after: u64,
    },
    /// 500; nothing is done.
    ServerError,
    /// It is done, and the answer is 500 with a timeout in its words.
    ServerErrorAfterCommit,
    /// 502 with a page of a proxy; nothing is done.
    BadGatewayPage,
    /// It is done, and the answer is 200 with a page of a proxy.
    PageAfterCommit,
    /// It is done, and half of the answer's JSON comes.
    Truncated,
    /// It is done, and the answer comes so late.
    Slow {
        /// Milliseconds.
        milliseconds: u64,
    },
    /// 302 to another address; nothing is done.
    Redirect,
}

/// A fault and where it strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Of these requests alone: `POST`; all when not given.
    #[serde(default)]
    pub method: Option<String>,
    /// Whose path has this part: `/notes`.
    pub path: String,
    /// At these calls of those that match, counted from 1; at every one when empty.
    #[serde(default)]
    pub calls: Vec<u64>,
    /// What goes wrong.
    pub fault: Fault,
}

/// Rules with how often each was met.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(FaultRule, u64)>);

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.0.push((rule, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Counts a request with every rule it matches; the fault of the first one that strikes.
    pub(crate) fn strike(&mut self, method: &str, path: &str) -> Option<Fault> {
        let mut struck = None;
        for (rule, count) in &mut self.0 {
            let same_method = rule.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
            if same_method && path.contains(&rule.path) {
                *count += 1;
                if rule.calls.is_empty() || rule.calls.contains(count) {
                    struck = struck.or(Some(rule.fault));
                }
            }
        }
        struck
    }
}
