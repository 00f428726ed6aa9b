//! What models were asked: each call as it left the machine, and what an account may still spend today.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, ModelCallId, StoreError, Timestamp};
use serde::{Deserialize, Serialize};

use super::TurnToken;

/// A text that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentText {
    /// What it was to the model: `system`, `user`, `assistant` or `tool`.
    pub role: String,
    /// To the letter.
    pub text: String,
}

/// A word that stood in for a name or a secret in what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HiddenName {
    /// The word.
    pub token: String,
    /// What sort of thing it stood for, such as `email`; never the thing.
    pub kind: String,
}

/// One call of a model. Written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCall {
    /// Its id.
    pub id: ModelCallId,
    /// The conversation it was for.
    pub session_id: AiSessionId,
    /// The turns the conversation had had.
    pub turn: TurnToken,
    /// What was needed, such as `next_step`.
    pub purpose: String,
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
    /// Tokens read, those of the provider's cache too, of all tries.
    pub input_tokens: i64,
    /// Tokens written, of all tries.
    pub output_tokens: i64,
    /// Why its answer was of no use, a sentence; `None` when it was of use.
    pub failure: Option<String>,
    /// When it ended.
    pub at: Timestamp,
}

/// What an account has spent on models in one day, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelTokens {
    /// The day, counted from 1970-01-01.
    pub day: i64,
    /// Tokens of calls that ended.
    pub spent: i64,
    /// Tokens that calls under way may still cost.
    pub reserved: i64,
}

/// Keeps what models were asked.
#[async_trait]
pub trait ModelCallRepository: Send {
    /// Keeps a call for a conversation of the account.
    async fn insert_model_call(&mut self, tenant: AccountId, call: &ModelCall) -> Result<(), StoreError>;
    /// The calls for a conversation, oldest first.
    async fn model_calls(&mut self, tenant: AccountId, id: AiSessionId)
    -> Result<Vec<ModelCall>, StoreError>;
    /// What the account has spent, nothing on day 0 where it never has; other units that ask the same wait until this
    /// one ends.
    async fn model_tokens_for_update(&mut self, tenant: AccountId) -> Result<ModelTokens, StoreError>;
    /// Keeps what it has spent; asked for before in the same unit.
    async fn keep_model_tokens(&mut self, tenant: AccountId, tokens: ModelTokens) -> Result<(), StoreError>;
}
