//! What the simulator answers with, and how it goes wrong.

use std::time::Duration;

use serde_json::Value;

/// What a request gets.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) kind: Kind,
    /// Before the first byte.
    pub(super) wait: Duration,
    /// Before each further event.
    pub(super) pace: Duration,
    /// Bytes sent at once; all of an event where it is not said.
    pub(super) piece: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Answer {
        answer: Answer,
        broken: Option<(usize, Break)>,
    },
    Refusal {
        status: u16,
        kind: String,
        message: String,
        code: Option<&'static str>,
        retry_after: Option<u64>,
    },
    Raw {
        status: u16,
        content_type: String,
        body: Vec<u8>,
    },
    Silence,
}

/// How an answer breaks off.
#[derive(Clone, Debug)]
pub enum Break {
    /// The connection is lost.
    Cut,
    /// It ends as if it were whole.
    End,
    /// Nothing more comes.
    Hang,
    /// An `error` event.
    Error {
        /// Such as `overloaded_error`.
        kind: String,
        /// What it says.
        message: String,
    },
    /// These bytes come, and then the end.
    Bytes(Vec<u8>),
}

impl Reply {
    const fn new(kind: Kind) -> Self {
        Self { kind, wait: Duration::ZERO, pace: Duration::ZERO, piece: None }
    }

    /// An answer, whole or as a stream, as the request wants it.
    #[must_use]
    pub const fn answer(answer: Answer) -> Self {
        Self::new(Kind::Answer { answer, broken: None })
    }

    /// An answer of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::answer(Answer::of([Block::Text(text.into())]))
    }

    /// An answer that calls a tool.
    pub fn tool(name: impl Into<String>, input: Value) -> Self {
        Self::answer(Answer::of([Block::ToolUse { name: name.into(), input }]))
    }

    /// A refusal, of the type the real one gives, such as `invalid_request_error`.
    pub fn refusal(status: u16, kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Kind::Refusal {
            status,
            kind: kind.into(),
            message: message.into(),
            code: None,
            retry_after: None,
        })
    }

    /// 429, with or without the seconds to wait.
    #[must_use]
    pub fn rate_limited(retry_after: Option<u64>) -> Self {
        Self::new(Kind::Refusal {
            status: 429,
            kind: "rate_limit_error".into(),
            message: "This request would exceed your organization's rate limit.".into(),
            code: None,
            retry_after,
        })
    }

    /// 429 because nothing more may be spent this month, which no waiting helps against.
    #[must_use]
    pub fn spend_limit() -> Self {
        Self::new(Kind::Refusal {
            status: 429,
            kind: "rate_limit_error".into(),
            message: "You have reached your specified API usage limits.".into(),
            code: Some("enforced_spend_limit_reached"),
            retry_after: None,
        })
    }

    /// 529.
    #[must_use]
    pub fn overloaded() -> Self {
        Self::refusal(529, "overloaded_error", "Overloaded")
    }

    /// Whatever bytes: garbage, a proxy's page, events written by hand.
    pub fn raw(status: u16, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Raw { status, content_type: content_type.into(), body: body.into() })
    }

    /// Not even headers.
    #[must_use]
    pub const fn silence() -> Self {
        Self::new(Kind::Silence)
    }

    /// The same, begun after that time.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The same, with that time before every further event.
    #[must_use]
    pub fn every(self, pace: Duration) -> Self {
        Self { pace, ..self }
    }

    /// The same, so many bytes at once, wherever that cuts.
    #[must_use]
    pub fn in_pieces_of(self, bytes: usize) -> Self {
        Self { piece: Some(bytes.max(1)), ..self }
    }

    /// An answer that breaks off after so many events; one that is no stream has two of them, the halves of its body.
    /// Anything but an answer stays as it is.
    #[must_use]
    pub fn breaking_after(mut self, events: usize, how: Break) -> Self {
        if let Kind::Answer { broken, .. } = &mut self.kind {
            *broken = Some((events, how));
        }
        self
    }
}

/// What the model says.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) blocks: Vec<Block>,
    pub(super) stop_reason: Option<String>,
    pub(super) tokens: Option<Tokens>,
}

/// One block of it.
#[derive(Clone, Debug)]
pub enum Block {
    /// Words.
    Text(String),
    /// Thoughts, which come before words where the model thinks aloud.
    Thinking(String),
    /// A tool is called.
    ToolUse {
        /// The tool.
        name: String,
        /// What it is called with.
        input: Value,
    },
}

/// What an answer costs, tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read, beyond those of the cache.
    pub input: u64,
    /// Written.
    pub output: u64,
    /// Read from the cache.
    pub cache_read: u64,
    /// Put into the cache.
    pub cache_write: u64,
}

impl Answer {
    /// An answer of these blocks.
    pub fn of(blocks: impl IntoIterator<Item = Block>) -> Self {
        Self { blocks: blocks.into_iter().collect(), stop_reason: None, tokens: None }
    }

    /// The same, ended for that reason instead of `end_turn` or `tool_use`.
    #[must_use]
    pub fn stopped_by(self, reason: impl Into<String>) -> Self {
        Self { stop_reason: Some(reason.into()), ..self }
    }

    /// The same at that cost, instead of a quarter of the letters.
    #[must_use]
    pub fn costing(self, tokens: Tokens) -> Self {
        Self { tokens: Some(tokens), ..self }
    }

    pub(super) fn stop_reason(&self) -> &str {
        let calls = self.blocks.iter().any(|block| matches!(block, Block::ToolUse { .. }));
        self.stop_reason.as_deref().unwrap_or(if calls { "tool_use" } else { "end_turn" })
    }
}
