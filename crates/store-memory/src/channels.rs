//! Channels of a team's chat, and what is on its way into them.

use std::cmp::Reverse;

use async_trait::async_trait;
use rf_kernel::{AccountId, ChannelId, ChannelMessageId, Revision, StoreError, Timestamp};
use rf_notifications::{Channel, ChannelMessage, ChannelMessageCursor, ChannelRepository};

use crate::{
    state::State,
    unit::{MemoryUnit, View},
};

fn channel(state: &State, view: View, tenant: AccountId, id: ChannelId) -> Option<&Channel> {
    state.channels.get(&id).filter(|channel| view.covers(tenant) && channel.account_id == tenant)
}

fn message(state: &State, view: View, tenant: AccountId, id: ChannelMessageId) -> Option<&ChannelMessage> {
    state.channel_messages.get(&id).filter(|message| view.covers(tenant) && message.account_id == tenant)
}

#[async_trait]
impl ChannelRepository for MemoryUnit {
    async fn insert_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        self.write(|state, view| {
            let account = channel.account_id;
            view.wall(account)?;
            state.require_account(account, "fk_channels_account")?;
            state.require_user(account, Some(channel.created_by), "fk_channels_person")?;
            state.channels.insert("pk_channels", channel.id, channel.clone())
        })
    }

    async fn channels(&mut self, tenant: AccountId) -> Result<Vec<Channel>, StoreError> {
        self.read(|state, view| {
            let theirs = |channel: &&Channel| view.covers(tenant) && channel.account_id == tenant;
            let mut found: Vec<Channel> = state.channels.values().filter(theirs).cloned().collect();
            found.sort_by_key(|channel| (channel.created_at, channel.id));
            Ok(found)
        })
    }

    async fn channel_by_id(
        &mut self,
        tenant: AccountId,
        id: ChannelId,
    ) -> Result<Option<Channel>, StoreError> {
        self.read(|state, view| Ok(channel(state, view, tenant, id).cloned()))
    }

    async fn update_channel(&mut self, changed: &Channel, expected: Revision) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let account = changed.account_id;
            let kept = channel(state, view, account, changed.id).filter(|kept| kept.revision == expected);
            let Some(created_at) = kept.map(|kept| kept.created_at) else { return Ok(false) };
            state.require_user(account, Some(changed.created_by), "fk_channels_person")?;
            state.channels.put(changed.id, Channel { created_at, ..changed.clone() });
            Ok(true)
        })
    }

    async fn delete_channel(&mut self, tenant: AccountId, id: ChannelId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let known = channel(state, view, tenant, id).is_some();
            if known {
                state.channels.remove(&id);
            }
            Ok(known)
        })
    }

    async fn insert_channel_message(&mut self, message: &ChannelMessage) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(message.account_id)?;
            state.require_account(message.account_id, "fk_channel_messages_account")?;
            state.channel_messages.insert("pk_channel_messages", message.id, message.clone())
        })
    }

    async fn channel_message_by_id(
        &mut self,
        tenant: AccountId,
        id: ChannelMessageId,
    ) -> Result<Option<ChannelMessage>, StoreError> {
        self.read(|state, view| Ok(message(state, view, tenant, id).cloned()))
    }

    async fn update_channel_message(
        &mut self,
        changed: &ChannelMessage,
        expected: Revision,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let kept = message(state, view, changed.account_id, changed.id).cloned();
            let Some(kept) = kept.filter(|kept| kept.revision == expected) else { return Ok(false) };
            let now = ChannelMessage {
                state: changed.state,
                attempts: changed.attempts.clone(),
                tries: changed.tries,
                due_at: changed.due_at,
                updated_at: changed.updated_at,
                revision: changed.revision,
                ..kept
            };
            state.channel_messages.put(changed.id, now);
            Ok(true)
        })
    }

    async fn channel_messages(
        &mut self,
        tenant: AccountId,
        channel: Option<ChannelId>,
        after: Option<ChannelMessageCursor>,
        limit: u64,
    ) -> Result<Vec<ChannelMessage>, StoreError> {
        self.read(|state, view| {
            let place = |message: &ChannelMessage| (message.created_at, message.id);
            let wanted = |message: &&ChannelMessage| {
                view.covers(tenant)
                    && message.account_id == tenant
                    && channel.is_none_or(|channel| message.channel_id == channel)
                    && after.is_none_or(|ChannelMessageCursor { created_at, id }| {
                        place(message) < (created_at, id)
                    })
            };
            let mut found: Vec<&ChannelMessage> = state.channel_messages.values().filter(wanted).collect();
            found.sort_by_key(|message| Reverse(place(message)));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found.into_iter().cloned().collect())
        })
    }

    async fn prune_channel_messages(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let old =
                |message: &&ChannelMessage| view.covers(message.account_id) && message.created_at < before;
            let ids: Vec<_> = state.channel_messages.values().filter(old).map(|message| message.id).collect();
            for id in &ids {
                state.channel_messages.remove(id);
            }
            Ok(ids.len() as u64)
        })
    }
}
