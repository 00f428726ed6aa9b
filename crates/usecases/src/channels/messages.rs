//! The record of what was told in channels.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{ChannelId, ChannelMessageId, Failure, codes::NOT_FOUND};
use rf_notifications::{ChannelMessage, ChannelMessageCursor};
use serde_json::json;

use crate::{App, Caller, audit::Event, work::Decided};

/// How long the record is kept.
const KEPT_SECONDS: i64 = 90 * 86_400;

/// A page of messages.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelMessagePage {
    /// Newest first.
    pub items: Vec<ChannelMessage>,
    /// Where the next page begins, if there is one.
    pub next: Option<ChannelMessageCursor>,
}

impl App {
    /// What was told in the account's channels, newest first; in one of them where asked.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn channel_messages(
        &self,
        caller: &Caller,
        channel: Option<ChannelId>,
        after: Option<ChannelMessageCursor>,
        limit: u64,
    ) -> Result<ChannelMessagePage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            // One more tells whether there is another page.
            let asked = limit.saturating_add(1);
            let mut items = work.unit.channel_messages(work.actor.account_id, channel, after, asked).await?;
            let more = items.len() as u64 > limit;
            items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            let place =
                |last: &ChannelMessage| ChannelMessageCursor { created_at: last.created_at, id: last.id };
            let next = items.last().filter(|_| more).map(place);
            Ok(ChannelMessagePage { items, next })
        })
        .await
    }

    /// Sends a message that waits for somebody on its way again. One that is on its way, or there, stays as it is.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn retry_channel_message(
        &self,
        caller: &Caller,
        id: ChannelMessageId,
    ) -> Result<ChannelMessage, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            let tenant = work.actor.account_id;
            let missing = || Failure::new(NOT_FOUND, "There is no such message.");
            let mut message = work.unit.channel_message_by_id(tenant, id).await?.ok_or_else(missing)?;
            let before = message.revision;
            if !message.send_again(work.ctx.now) {
                return Ok(message);
            }
            if !work.unit.update_channel_message(&message, before).await? {
                // Somebody else has just done the same.
                return work.unit.channel_message_by_id(tenant, id).await?.ok_or_else(missing);
            }
            self.enqueue_channel_message(work.unit.as_mut(), tenant, id, 0).await?;
            let payload = json!({ "channel_id": message.channel_id });
            let event = Event::new(events::CHANNEL_MESSAGE_RETRIED, "channel_message", id.uuid(), payload);
            self.audit(work, event).await?;
            Ok(message)
        })
        .await
    }

    /// Takes messages away that are older than anybody looks back; answers how many.
    ///
    /// # Errors
    /// What the store says.
    pub async fn prune_channel_messages(&self) -> Result<u64, Failure> {
        let before = self.now().plus_seconds(-KEPT_SECONDS);
        self.system_write(async |unit| Ok(Decided::Answer(unit.prune_channel_messages(before).await?))).await
    }
}
