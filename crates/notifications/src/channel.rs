//! An account's channels: where a chat of its team hears of what happens.

use std::{collections::BTreeSet, fmt};

use rf_kernel::{AccountId, ChannelId, Checks, Failure, Revision, Timestamp, UserId, names};
use rf_vault::{Place, Sealed};
use serde::{Deserialize, Serialize};

use crate::NoticeKind;

/// Longest name, characters.
pub const MAX_CHANNEL_NAME_CHARS: usize = 80;
/// Longest address, characters; those of workflows have some 300.
pub const MAX_WEBHOOK_CHARS: usize = 2_000;
/// Channels of one account at most: every notice is written once for each.
pub const MAX_CHANNELS: usize = 20;

names! {
    /// Whose chat it is.
    ChannelKind {
        /// A Slack channel, by an incoming webhook.
        Slack = "slack",
        /// A Teams channel, by a workflow or an incoming webhook.
        Teams = "teams",
    }
}

impl ChannelKind {
    /// As people call it.
    #[must_use]
    pub const fn vendor(self) -> &'static str {
        match self {
            Self::Slack => "Slack",
            Self::Teams => "Teams",
        }
    }
}

/// What the last message that was sent to try a channel came to, in words for whoever set it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelTest {
    /// When.
    pub at: Timestamp,
    /// Whether the message is there.
    pub ok: bool,
    /// How it is, in a sentence.
    pub headline: String,
    /// What to do about it; empty when there is nothing to do.
    pub what_to_do: String,
}

/// An account's way into a channel of its team's chat.
#[derive(Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// The tenant.
    pub account_id: AccountId,
    /// Whose chat it is.
    pub kind: ChannelKind,
    /// What the account calls it.
    pub name: String,
    /// The webhook's address. It is a secret: whoever has it writes into the channel.
    pub url: Sealed,
    /// The address's host, to tell one from another.
    pub host: String,
    /// What is told there.
    pub events: BTreeSet<NoticeKind>,
    /// Whether anything is.
    pub enabled: bool,
    /// The last try, since the address was changed.
    pub test: Option<ChannelTest>,
    /// Who set it up.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub revision: Revision,
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, kind, name, host, events, enabled, revision, .. } = self;
        f.debug_struct("Channel")
            .field("id", id)
            .field("kind", kind)
            .field("name", name)
            .field("host", host)
            .field("events", events)
            .field("enabled", enabled)
            .field("revision", revision)
            .finish_non_exhaustive()
    }
}

impl Channel {
    /// What a channel can be told: all but what speaks to one person, or of a channel that cannot be told.
    pub const EVENTS: [NoticeKind; 5] = [
        NoticeKind::SessionEscalated,
        NoticeKind::HandoffUnclaimed,
        NoticeKind::HandoffReleased,
        NoticeKind::HandoffClaimed,
        NoticeKind::PushFailed,
    ];

    /// Where its address is sealed for.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { account_id: self.account_id, record_id: self.id.uuid() }
    }

    /// Whether it is told of that.
    #[must_use]
    pub fn hears_of(&self, kind: NoticeKind) -> bool {
        self.enabled && self.events.contains(&kind)
    }

    /// Whether its name and events make sense.
    ///
    /// # Errors
    /// `validation_failed` naming the field.
    pub fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        if self.name.is_empty() || self.name.chars().count() > MAX_CHANNEL_NAME_CHARS {
            let message = format!("must have 1 to {MAX_CHANNEL_NAME_CHARS} characters");
            checks.refuse("name", "length", message);
        }
        if self.name.contains(char::is_control) {
            checks.refuse("name", "control_character", "must be one line");
        }
        if let Some(kind) = self.events.iter().find(|kind| !Self::EVENTS.contains(kind)) {
            let known = Self::EVENTS.map(NoticeKind::as_str).join(", ");
            let message = format!("{} is for one person; a channel hears of {known}", kind.as_str());
            checks.refuse("events", "not_for_channels", message);
        }
        checks.finish()
    }
}
