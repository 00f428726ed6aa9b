//! Claude over the Messages API.
//!
//! `anthropic-sdk-rs` is the transport and nothing else: it sends JSON and cuts a stream into events. What it leaves
//! open is done here: it sets no deadline once an answer has begun, takes a stream that was cut for a whole one, loses
//! parts of a tool's input and of the usage when it puts an answer together, and prints its key.
#![warn(missing_docs)]

mod breaker;
mod failure;
mod request;
mod stream;

use std::{fmt, sync::Arc, time::Duration};

use anthropic_sdk::{Anthropic, ClientOptions, types::messages::Message};
use async_trait::async_trait;
use http::{HeaderMap, HeaderValue};
use rf_flowpilot::llm::{LlmAnswer, LlmClient, LlmError, LlmErrorKind, LlmRequest, LlmStream};
use rf_kernel::Clock;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use url::Url;

use breaker::Breaker;
pub use breaker::BreakerPolicy;

/// How to talk to the provider.
#[derive(Clone, Debug)]
pub struct ClaudeSettings {
    /// The key of its API. A local provider that wants none gets any word.
    pub api_key: SecretString,
    /// Where its API is, without a path: `/v1/messages` comes behind it.
    pub base_url: String,
    /// How long it may take.
    pub deadlines: Deadlines,
    /// When it is left alone.
    pub breaker: BreakerPolicy,
}

impl ClaudeSettings {
    /// Where the provider's API is.
    pub const BASE_URL: &'static str = "https://api.anthropic.com";

    /// The usual way to talk to it.
    #[must_use]
    pub fn new(api_key: SecretString) -> Self {
        Self {
            api_key,
            base_url: Self::BASE_URL.into(),
            deadlines: Deadlines::default(),
            breaker: BreakerPolicy::default(),
        }
    }
}

/// How long the provider may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For a whole answer.
    pub complete: Duration,
    /// Until a stream begins.
    pub open: Duration,
    /// From one event of a stream to the next. Pings do not count: they say that the provider lives, not that it works.
    pub idle: Duration,
    /// For all of a stream.
    pub stream: Duration,
}

impl Default for Deadlines {
    /// Nobody looks at an empty screen for longer than 45 s; five minutes are more than the longest note takes.
    fn default() -> Self {
        Self {
            complete: Duration::from_secs(45),
            open: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            stream: Duration::from_secs(300),
        }
    }
}

/// Why the provider cannot be talked to with these settings. Repeats neither the key nor the address, which may hold a
/// password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaudeError {
    /// The address.
    #[error("the model's address is not usable: {0}; it looks like https://api.anthropic.com")]
    BaseUrl(&'static str),
    /// The key.
    #[error("the model's key is empty or has characters that no key has, such as a line break at its end")]
    Key,
    /// The HTTP client.
    #[error("the HTTP client for the model cannot be made")]
    Http,
}

/// The provider.
pub struct Claude {
    api: Anthropic,
    deadlines: Deadlines,
    breaker: Arc<Breaker>,
}

impl fmt::Debug for Claude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claude").field("deadlines", &self.deadlines).finish_non_exhaustive()
    }
}

impl Claude {
    /// Gets ready to talk; nothing is sent yet.
    ///
    /// # Errors
    /// [`ClaudeError`].
    pub fn new(settings: &ClaudeSettings, clock: Arc<dyn Clock>) -> Result<Self, ClaudeError> {
        let mut key =
            HeaderValue::from_str(settings.api_key.expose_secret()).map_err(|_| ClaudeError::Key)?;
        if key.is_empty() {
            return Err(ClaudeError::Key);
        }
        // As a header of ours it is sensitive; as an option of the library it would be printed.
        key.set_sensitive(true);
        let options = ClientOptions {
            api_key: None,
            auth_token: None,
            base_url: Some(base_url(&settings.base_url)?),
            // Per try until the headers are there; the whole is bounded here. Unset, long answers would be refused.
            timeout: Some(settings.deadlines.complete.max(settings.deadlines.open)),
            // Whoever asks knows how much time is left and tries again; two that do would multiply.
            max_retries: Some(0),
            default_headers: HeaderMap::from_iter([(http::HeaderName::from_static("x-api-key"), key)]),
        };
        let api = Anthropic::new(options).map_err(|_| ClaudeError::Http)?;
        let breaker = Arc::new(Breaker::new(settings.breaker, clock));
        Ok(Self { api, deadlines: settings.deadlines, breaker })
    }

    async fn call(&self, request: &LlmRequest) -> Result<LlmAnswer, LlmError> {
        let answering = self.api.messages.create(request::params(request), None);
        match timeout(self.deadlines.complete, answering).await {
            Err(_) => Err(late("the whole answer")),
            Ok(Err(error)) => Err(failure::of(&error)),
            Ok(Ok(message)) => read(&message),
        }
    }
}

/// The address as the library takes it: it drops a path without a word.
fn base_url(given: &str) -> Result<String, ClaudeError> {
    let refuse = |why| Err(ClaudeError::BaseUrl(why));
    let Ok(url) = Url::parse(given) else { return refuse("it is no address") };
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return refuse("it is no http or https address");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("it holds a user or a password; the key goes into its own setting");
    }
    if url.path() != "/" {
        return refuse("it has a path, and `/v1/messages` comes right behind the host");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it has a query or a fragment");
    }
    Ok(url.into())
}

fn late(what: &'static str) -> LlmError {
    LlmError::new(LlmErrorKind::Timeout, what)
}

fn read(message: &Message) -> Result<LlmAnswer, LlmError> {
    let parts = message.content.iter().filter_map(|block| stream::part(block).transpose());
    let mut usage = rf_flowpilot::llm::Usage::default();
    stream::merge(&mut usage, &message.usage);
    Ok(LlmAnswer {
        parts: parts.collect::<Result<_, _>>()?,
        stop: stream::stop_reason(message.stop_reason.as_deref())?,
        usage,
    })
}

#[async_trait]
impl LlmClient for Claude {
    async fn complete(&self, request: &LlmRequest) -> Result<LlmAnswer, LlmError> {
        request.check()?;
        let permit = self.breaker.enter()?;
        let answer = self.call(request).await;
        permit.settle(answer.as_ref().err());
        answer
    }

    async fn stream(&self, request: &LlmRequest) -> Result<LlmStream, LlmError> {
        request.check()?;
        let permit = self.breaker.enter()?;
        let opening = self.api.messages.create_stream(request::params(request), None);
        let opened = match timeout(self.deadlines.open, opening).await {
            Err(_) => Err(late("the beginning of the answer")),
            Ok(opened) => opened.map_err(|error| failure::of(&error)),
        };
        match opened {
            Ok(events) => Ok(stream::read(events, permit, self.deadlines)),
            Err(error) => {
                permit.settle(Some(&error));
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> rf_kernel::Timestamp {
            rf_kernel::Timestamp::from_unix(0).unwrap()
        }
    }

    fn client(key: &str, base_url: &str) -> Result<Claude, ClaudeError> {
        let settings = ClaudeSettings { base_url: base_url.into(), ..ClaudeSettings::new(key.into()) };
        Claude::new(&settings, Arc::new(Stopped))
    }

    #[test]
    fn an_address_is_refused_with_what_is_wrong_and_never_repeated() {
        let cases = [
            ("", "no address"),
            ("api.anthropic.com", "no address"),
            ("ftp://hunter2.example", "http or https"),
            ("https://me:hunter2@host.example", "password"),
            ("https://hunter2@host.example", "user"),
            ("https://host.example/hunter2", "has a path"),
            ("https://host.example/hunter2/", "has a path"),
            ("https://host.example?key=hunter2", "query"),
            ("https://host.example#hunter2", "fragment"),
        ];
        for (given, word) in cases {
            let error = client("key", given).unwrap_err().to_string();
            assert!(error.contains(word) && !error.contains("hunter2"), "{given}: {error}");
        }
        for good in [ClaudeSettings::BASE_URL, "http://127.0.0.1:8080", "https://host.example/"] {
            client("key", good).unwrap();
        }
    }

    #[test]
    fn a_key_is_refused_where_no_header_takes_it_and_is_printed_nowhere() {
        for key in ["", "hunter2\n", "hunter2\u{7f}"] {
            let error = client(key, ClaudeSettings::BASE_URL).unwrap_err();
            assert_eq!(error, ClaudeError::Key);
            assert!(!error.to_string().contains("hunter2"));
        }
        let settings = ClaudeSettings::new("hunter2".into());
        let claude = client("hunter2", ClaudeSettings::BASE_URL).unwrap();
        let printed = format!("{settings:?} {claude:?}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
