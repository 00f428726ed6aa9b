//! A chat and what was said in it.

use rf_auth_policy::Actor;
use rf_kernel::{AccountId, AiSessionId, ChatId, Checks, EntryId, Failure, Timestamp, UserId, names};
use rf_sessions::ai::{EngineNote, HiddenName, MessageRole, SentText};
use serde::{Deserialize, Serialize};

use crate::codes::CHAT_NOT_FOUND;

/// Longest question, characters.
pub const MAX_QUESTION: usize = 8_000;
/// Longest name of a chat, characters.
pub const MAX_TITLE: usize = 120;
/// What a chat is called before anybody asked (CHAT-04).
const NEW_CHAT: &str = "New chat";

names! {
    /// What an answer may rest on.
    SourceKind {
        /// A flow of the library, or a step of it.
        Flow = "flow",
        /// A conversation with the copilot that was resolved.
        Session = "session",
        /// A document of the account.
        Document = "document",
    }
}

/// A passage an answer rests on, as it was read then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Citation {
    /// What the answer calls it: `[1]`.
    pub number: u32,
    /// What it is.
    pub kind: SourceKind,
    /// The flow, the conversation or the document.
    pub source_id: uuid::Uuid,
    /// What that is called.
    pub title: String,
    /// The step or the heading within it.
    #[serde(default)]
    pub heading: Option<String>,
    /// What it says, shortened.
    pub excerpt: String,
}

/// A call of a model for an answer, as it left the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageCall {
    /// The model.
    pub model: String,
    /// How much thought was asked for: `fast` or `deep`.
    pub tier: String,
    /// Which prompt, and which version of it.
    pub prompt_version: String,
    /// The texts, in order.
    pub sent: Vec<SentText>,
    /// What stood in for something else in them.
    pub hidden: Vec<HiddenName>,
    /// Tokens read, of all tries.
    pub input_tokens: i64,
    /// Tokens written, of all tries.
    pub output_tokens: i64,
    /// Why its answer was of no use, a sentence.
    #[serde(default)]
    pub failure: Option<String>,
}

/// Something said in a chat. Written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Of a question: made by the client, so that a repeat is recognised.
    pub id: EntryId,
    /// The chat.
    pub chat_id: ChatId,
    /// Its place in the chat, counted from 1.
    pub position: i64,
    /// Who.
    pub role: MessageRole,
    /// What, in Markdown.
    pub text: String,
    /// What wrote an answer.
    pub engine: Option<EngineNote>,
    /// What an answer rests on.
    pub citations: Vec<Citation>,
    /// When; the server's time.
    pub at: Timestamp,
}

/// A row of questions and answers. Its owner's alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// The tenant.
    pub account_id: AccountId,
    /// Whose it is.
    pub user_id: UserId,
    /// The conversation with the copilot it is beside.
    pub ai_session_id: Option<AiSessionId>,
    /// What it is called.
    pub title: String,
    /// Messages in it.
    pub messages: i64,
    /// What stands in for names in what a model is sent; JSON of the copilot's.
    pub pseudonyms: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last said.
    pub updated_at: Timestamp,
}

impl Chat {
    /// A new one, with nothing said.
    #[must_use]
    pub fn new(id: ChatId, by: &Actor, beside: Option<AiSessionId>, now: Timestamp) -> Self {
        Self {
            id,
            account_id: by.account_id,
            user_id: by.user_id,
            ai_session_id: beside,
            title: NEW_CHAT.to_owned(),
            messages: 0,
            pseudonyms: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Somebody else's is like none at all.
    ///
    /// # Errors
    /// `chat_not_found`.
    pub fn require_owner(&self, actor: &Actor) -> Result<(), Failure> {
        if self.user_id == actor.user_id && self.account_id == actor.account_id {
            return Ok(());
        }
        Err(Self::not_found())
    }

    /// There is none.
    #[must_use]
    pub fn not_found() -> Failure {
        Failure::new(CHAT_NOT_FOUND, "Chat not found")
    }

    /// Calls it something else.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn rename(&mut self, title: &str) -> Result<(), Failure> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut checks = Checks::new();
        checks.text("title", &title, 1..=MAX_TITLE);
        checks.finish()?;
        self.title = title;
        Ok(())
    }

    /// Takes a question and its answer to its end. The first question names the chat.
    pub fn say(&mut self, question: &mut ChatMessage, answer: &mut ChatMessage, now: Timestamp) {
        if self.messages == 0 && self.title == NEW_CHAT {
            self.title = title_of(&question.text);
        }
        question.position = self.messages + 1;
        answer.position = self.messages + 2;
        self.messages += 2;
        self.updated_at = now;
    }
}

/// What a chat is called after its first question.
#[must_use]
pub fn title_of(question: &str) -> String {
    const LONGEST: usize = 60;
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(NEW_CHAT);
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}
