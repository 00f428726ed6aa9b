//! A model in a conversation: planned in a unit that reads, asked while none is open, taken in a unit that writes.
//!
//! The deterministic copilot has taken the turn before a model is asked, so every failure has an answer already. What was
//! sent is kept whatever came of it.

mod call;
mod pictures;
mod sent;
mod turn;

use std::{fmt, sync::Arc, time::Duration};

use rf_flowpilot::{
    advice::Advice,
    llm::{LlmClient, LlmErrorKind, LlmRetries, ModelTiers},
    pseudonyms::Pseudonyms,
};
use rf_kernel::EntryId;
use rf_sessions::ai::EngineNote;
use tokio::sync::mpsc;

pub(crate) use call::{Called, Question, hidden, sent};
pub(crate) use turn::Known;
pub use turn::PlannedTurn;

/// Who runs a model, and how it is used.
#[derive(Clone)]
pub struct Model {
    /// Who runs it.
    pub client: Arc<dyn LlmClient>,
    /// Which model answers what.
    pub tiers: ModelTiers,
    /// How long somebody waits for an answer, all tries together.
    pub deadline: Duration,
    /// How often a call that failed is made again.
    pub retries: LlmRetries,
    /// Tokens an account may spend in a day, UTC.
    pub daily_tokens: u64,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("tiers", &self.tiers).finish_non_exhaustive()
    }
}

/// Where the words of an answer go as they come. When nobody reads them any more, the model is stopped.
#[derive(Clone, Debug)]
pub struct LiveWords(mpsc::Sender<String>);

impl LiveWords {
    /// Words that wait for a slow reader before the model waits, too.
    const WAITING: usize = 64;

    /// Both ends. Dropping the one that reads is how an answer is stopped.
    #[must_use]
    pub fn channel() -> (Self, mpsc::Receiver<String>) {
        let (sender, receiver) = mpsc::channel(Self::WAITING);
        (Self(sender), receiver)
    }

    /// Hands words on; nothing when nobody reads them.
    pub(in crate::pilot) async fn say(&self, words: String) {
        self.0.send(words).await.ok();
    }

    /// Waits until nobody reads.
    async fn stopped(live: Option<&Self>) {
        match live {
            Some(live) => live.0.closed().await,
            None => std::future::pending().await,
        }
    }
}

/// Takes the next piece of an answer's JSON, and says what of it can be shown now.
pub(crate) type Reader<'a> = Box<dyn FnMut(&str) -> Option<String> + Send + 'a>;

/// Where an answer is shown while it comes.
#[derive(Clone, Copy)]
pub(crate) struct Showing<'a> {
    /// Where its words go.
    pub(crate) words: &'a LiveWords,
    /// How they are found in its JSON, from the start of each try.
    pub(crate) reader: &'a (dyn Fn() -> Reader<'a> + Sync),
}

/// What became of asking a model.
#[derive(Clone, Debug)]
pub(super) struct Advised {
    /// What it said, checked.
    pub(super) advice: Option<Advice>,
    /// What answers, and why not a model where one was asked.
    pub(super) note: EngineNote,
    /// What stands in for names, grown by this turn.
    pub(super) pseudonyms: Option<Pseudonyms>,
    /// What the model was told to be.
    pub(super) prompt: Option<String>,
    /// The id of what the copilot says, where a repeat is to be recognised by it.
    pub(super) message_id: Option<EntryId>,
}

impl Advised {
    /// The copilot alone; with a reason where a model could have answered.
    pub(super) fn alone(reason: Option<String>) -> Self {
        Self {
            advice: None,
            note: EngineNote::offline(reason),
            pseudonyms: None,
            prompt: None,
            message_id: None,
        }
    }
}

/// Why a model's answer is not there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NoAnswer {
    /// The call failed.
    Failed(LlmErrorKind),
    /// The answer breaks the rules.
    Refused(String),
    /// Nobody waits for it any more.
    Stopped,
}

impl NoAnswer {
    /// For people, in a sentence.
    pub(crate) fn sentence(&self) -> String {
        let why = match self {
            Self::Failed(kind) => kind.to_string(),
            Self::Refused(why) => format!("the model's answer was refused: {why}"),
            Self::Stopped => "the model was stopped".to_owned(),
        };
        let mut letters = why.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        format!("{first}{}. This was answered without it.", letters.as_str())
    }
}
