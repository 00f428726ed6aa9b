//! What the tests share.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt;
use rf_flowpilot::llm::{LlmClient, LlmError, LlmErrorKind, LlmEvent, LlmRequest, Message, Part};
use rf_kernel::{Clock, Timestamp};
use rf_llm_claude::{BreakerPolicy, Claude, ClaudeSettings, Deadlines};
use rf_simulators::messages::{KEY, MessagesApi};

/// A clock that stands still until it is told.
#[derive(Default)]
pub(crate) struct Hand(AtomicI64);

impl Hand {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Settings for a provider of the tests, with deadlines no test reaches and a breaker none trips.
pub(crate) fn settings(url: String) -> ClaudeSettings {
    ClaudeSettings {
        base_url: url,
        deadlines: Deadlines {
            complete: Duration::from_secs(30),
            open: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            stream: Duration::from_secs(30),
        },
        breaker: BreakerPolicy { failures: 1_000, pause_seconds: 20 },
        ..ClaudeSettings::new(KEY.into())
    }
}

pub(crate) fn with(settings: &ClaudeSettings) -> Claude {
    Claude::new(settings, Arc::new(Hand::default())).unwrap()
}

pub(crate) fn claude(api: &MessagesApi) -> Claude {
    with(&settings(api.url()))
}

/// What nobody may find in an error.
pub(crate) const TICKET: &str = "ticket 4711: no mail since noon";

pub(crate) fn question() -> LlmRequest {
    LlmRequest::new("claude-test", vec![Message::user(vec![Part::text(TICKET)])], 1_000)
}

/// How a stream went: the words that came, and its failure.
pub(crate) async fn streamed(claude: &Claude) -> (String, Option<LlmError>) {
    let mut words = String::new();
    let mut stream = match claude.stream(&question()).await {
        Ok(stream) => stream,
        Err(error) => return (words, Some(error)),
    };
    let mut failure = None;
    while let Some(event) = stream.next().await {
        assert_eq!(failure, None, "nothing comes after a failure");
        match event {
            Ok(LlmEvent::TextDelta(text)) => words.push_str(&text),
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
    }
    (words, failure)
}

/// Asks both ways and gives the two failures, which tell neither the key nor what was asked.
pub(crate) async fn both_fail(claude: &Claude) -> [LlmErrorKind; 2] {
    let whole = claude.complete(&question()).await.unwrap_err();
    let (_, streamed) = streamed(claude).await;
    let failures = [whole, streamed.unwrap()];
    for failure in &failures {
        says_no_secret(&format!("{failure} {failure:?}"));
    }
    failures.map(|failure| failure.kind)
}

pub(crate) fn says_no_secret(text: &str) {
    for secret in [KEY, TICKET, "4711"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// The deadline that was missed.
pub(crate) fn timed_out(what: &'static str) -> LlmError {
    LlmError::new(LlmErrorKind::Timeout, what)
}
