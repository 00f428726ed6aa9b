//! Channels of a team's chat, and what is on its way into them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rf_kernel::{AccountId, ChannelId, ChannelMessageId, Revision, StoreError, Timestamp};
use rf_notifications::{Channel, ChannelMessage, ChannelMessageCursor, ChannelRepository, NoticeKind};
use rf_vault::Sealed;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Set, sea_query::Query,
};

use crate::{
    convert::{from_json, instant, json, maybe_instant, maybe_micros, micros, named},
    dialect::store_error,
    entities::{channel_messages as messages, channels},
    unit::SqlUnit,
};

fn channel(row: &QueryResult) -> Result<Channel, StoreError> {
    let row = channels::Model::from_query_result(row, "").map_err(store_error)?;
    let events: Vec<String> = from_json(&row.events)?;
    Ok(Channel {
        id: row.id.into(),
        account_id: row.account_id.into(),
        kind: named(&row.kind)?,
        name: row.name,
        url: Sealed::from_stored(row.url),
        host: row.host,
        events: events.iter().map(|name| named(name)).collect::<Result<BTreeSet<NoticeKind>, _>>()?,
        enabled: row.enabled,
        test: row.test.as_deref().map(from_json).transpose()?,
        created_by: row.created_by_id.into(),
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

fn channel_row(channel: &Channel) -> Result<channels::Model, StoreError> {
    let events: Vec<&str> = channel.events.iter().map(|kind| kind.as_str()).collect();
    Ok(channels::Model {
        id: channel.id.into(),
        account_id: channel.account_id.into(),
        kind: channel.kind.as_str().to_owned(),
        name: channel.name.clone(),
        url: channel.url.as_str().to_owned(),
        host: channel.host.clone(),
        events: json(&events)?,
        enabled: channel.enabled,
        test: channel.test.as_ref().map(json).transpose()?,
        created_by_id: channel.created_by.into(),
        created_at: micros(channel.created_at),
        updated_at: micros(channel.updated_at),
        revision: channel.revision.0,
    })
}

fn message(row: &QueryResult) -> Result<ChannelMessage, StoreError> {
    let row = messages::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(ChannelMessage {
        id: row.id.into(),
        account_id: row.account_id.into(),
        channel_id: row.channel_id.into(),
        kind: named(&row.kind)?,
        title: row.title,
        body: row.body,
        link: row.link,
        state: named(&row.state)?,
        attempts: from_json(&row.attempts)?,
        tries: row.tries,
        due_at: maybe_instant(row.due_at)?,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

fn message_row(message: &ChannelMessage) -> Result<messages::Model, StoreError> {
    Ok(messages::Model {
        id: message.id.into(),
        account_id: message.account_id.into(),
        channel_id: message.channel_id.into(),
        kind: message.kind.as_str().to_owned(),
        title: message.title.clone(),
        body: message.body.clone(),
        link: message.link.clone(),
        state: message.state.as_str().to_owned(),
        attempts: json(&message.attempts)?,
        tries: message.tries,
        due_at: maybe_micros(message.due_at),
        created_at: micros(message.created_at),
        updated_at: micros(message.updated_at),
        revision: message.revision.0,
    })
}

#[async_trait]
impl ChannelRepository for SqlUnit {
    async fn insert_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        self.require_write_to(channel.account_id)?;
        let row = self.check(channel_row(channel))?;
        self.insert(row).await
    }

    async fn channels(&mut self, tenant: AccountId) -> Result<Vec<Channel>, StoreError> {
        let query = channels::Entity::find()
            .filter(self.own(channels::Column::AccountId, tenant))
            .order_by_asc(channels::Column::CreatedAt)
            .order_by_asc(channels::Column::Id)
            .into_query();
        self.read(&query, channel).await
    }

    async fn channel_by_id(
        &mut self,
        tenant: AccountId,
        id: ChannelId,
    ) -> Result<Option<Channel>, StoreError> {
        let query = channels::Entity::find()
            .filter(self.own(channels::Column::AccountId, tenant))
            .filter(channels::Column::Id.eq(id.uuid()))
            .into_query();
        self.read_one(&query, channel).await
    }

    async fn update_channel(&mut self, channel: &Channel, expected: Revision) -> Result<bool, StoreError> {
        self.require_write()?;
        let row = self.check(channel_row(channel))?;
        let changes = channels::ActiveModel {
            id: NotSet,
            account_id: NotSet,
            created_at: NotSet,
            ..row.into_active_model().reset_all()
        };
        let update = channels::Entity::update_many()
            .set(changes)
            .filter(self.own(channels::Column::AccountId, channel.account_id))
            .filter(channels::Column::Id.eq(channel.id.uuid()))
            .filter(channels::Column::Revision.eq(expected.0));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn delete_channel(&mut self, tenant: AccountId, id: ChannelId) -> Result<bool, StoreError> {
        self.require_write()?;
        let delete = channels::Entity::delete_many()
            .filter(self.own(channels::Column::AccountId, tenant))
            .filter(channels::Column::Id.eq(id.uuid()));
        Ok(self.write(&delete.into_query()).await? > 0)
    }

    async fn insert_channel_message(&mut self, message: &ChannelMessage) -> Result<(), StoreError> {
        self.require_write_to(message.account_id)?;
        let row = self.check(message_row(message))?;
        self.insert(row).await
    }

    async fn channel_message_by_id(
        &mut self,
        tenant: AccountId,
        id: ChannelMessageId,
    ) -> Result<Option<ChannelMessage>, StoreError> {
        let query = messages::Entity::find()
            .filter(self.own(messages::Column::AccountId, tenant))
            .filter(messages::Column::Id.eq(id.uuid()))
            .into_query();
        self.read_one(&query, message).await
    }

    async fn update_channel_message(
        &mut self,
        message: &ChannelMessage,
        expected: Revision,
    ) -> Result<bool, StoreError> {
        self.require_write()?;
        let row = self.check(message_row(message))?;
        let changes = messages::ActiveModel {
            state: Set(row.state),
            attempts: Set(row.attempts),
            tries: Set(row.tries),
            due_at: Set(row.due_at),
            updated_at: Set(row.updated_at),
            revision: Set(row.revision),
            ..Default::default()
        };
        let update = messages::Entity::update_many()
            .set(changes)
            .filter(self.own(messages::Column::AccountId, message.account_id))
            .filter(messages::Column::Id.eq(message.id.uuid()))
            .filter(messages::Column::Revision.eq(expected.0));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn channel_messages(
        &mut self,
        tenant: AccountId,
        channel: Option<ChannelId>,
        after: Option<ChannelMessageCursor>,
        limit: u64,
    ) -> Result<Vec<ChannelMessage>, StoreError> {
        let earlier = after.map(|ChannelMessageCursor { created_at, id }| {
            Condition::any().add(messages::Column::CreatedAt.lt(micros(created_at))).add(
                Condition::all()
                    .add(messages::Column::CreatedAt.eq(micros(created_at)))
                    .add(messages::Column::Id.lt(id.uuid())),
            )
        });
        let wanted = self
            .own(messages::Column::AccountId, tenant)
            .add_option(channel.map(|channel| messages::Column::ChannelId.eq(channel.uuid())))
            .add_option(earlier);
        let query = messages::Entity::find()
            .filter(wanted)
            .order_by_desc(messages::Column::CreatedAt)
            .order_by_desc(messages::Column::Id)
            .limit(limit)
            .into_query();
        self.read(&query, message).await
    }

    async fn prune_channel_messages(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = Query::delete()
            .from_table(messages::Entity)
            .cond_where(self.seen(messages::Column::AccountId))
            .cond_where(messages::Column::CreatedAt.lt(micros(before)))
            .to_owned();
        self.write(&delete).await
    }
}
