//! Channels of a team's chat, and what was told there.

use rf_kernel::Timestamp;
use rf_notifications::{ChannelKind, ChannelMessageState, ChannelOutcome};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What somebody enters to set a channel up, or to change it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelRequest {
    /// Whose chat it is.
    pub kind: ChannelKind,
    /// What you call it.
    #[schema(example = "Dispatch")]
    pub name: String,
    /// The webhook's address. Kept sealed and never told; where none is sent, a kept one stays.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub url: Option<SecretString>,
    /// What is told there: `session.escalated`, `handoff.unclaimed`, `handoff.released`, `handoff.claimed`,
    /// `psa.push_failed`.
    pub events: Vec<String>,
    /// Whether anything is.
    pub enabled: bool,
}

/// A channel. Its address is never told.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelBody {
    /// Its id.
    pub id: Uuid,
    /// Whose chat it is.
    pub kind: ChannelKind,
    /// What the account calls it.
    pub name: String,
    /// The host of its webhook.
    #[schema(example = "hooks.slack.com")]
    pub host: String,
    /// What is told there.
    pub events: Vec<String>,
    /// Whether anything is.
    pub enabled: bool,
    /// The last try, since the address was changed.
    pub test: Option<ChannelTestBody>,
    /// When it was set up.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Counts the changes; send it as `If-Match` with the next one.
    pub revision: i64,
}

/// What a try came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelTestBody {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether the message is there.
    pub ok: bool,
    /// How it is, in a sentence.
    pub headline: String,
    /// What to do about it; empty when there is nothing to do.
    pub what_to_do: String,
}

/// Which messages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChannelMessagesQuery {
    /// Those of this channel alone.
    #[serde(default)]
    pub channel_id: Option<Uuid>,
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A message for a channel, and the record of its delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelMessageBody {
    /// Its id.
    pub id: Uuid,
    /// Into which channel; it may not be there any more.
    pub channel_id: Uuid,
    /// What it is about, such as `session.escalated`.
    pub kind: String,
    /// Its first line.
    pub title: String,
    /// How it stands.
    pub state: ChannelMessageState,
    /// Every try, oldest first.
    pub attempts: Vec<ChannelAttemptBody>,
    /// When it is posted next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// One try to post a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelAttemptBody {
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What came of it.
    pub outcome: ChannelOutcome,
    /// In words.
    pub words: String,
}
