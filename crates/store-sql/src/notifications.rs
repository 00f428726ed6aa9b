//! What people are told inside the product.

use async_trait::async_trait;
use rf_kernel::{AccountId, NotificationId, StoreError, Timestamp, UserId};
use rf_notifications::{Notification, NotificationCursor, NotificationRepository, Preferences};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict, Query},
};

use crate::{
    convert::{from_json, instant, json, maybe_instant, maybe_micros, micros, named},
    dialect::store_error,
    entities::{
        app_notifications::{Column, Entity, Model},
        notification_preferences as preferences,
    },
    unit::SqlUnit,
};

fn notification(row: &QueryResult) -> Result<Notification, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Notification {
        id: row.id.into(),
        user_id: row.user_id.into(),
        kind: named(&row.kind)?,
        title: row.title,
        body: row.body,
        link: row.link,
        created_at: instant(row.created_at)?,
        read_at: maybe_instant(row.read_at)?,
    })
}

impl SqlUnit {
    /// A person's, as the unit may see them.
    fn notifications_of(&self, tenant: AccountId, user: UserId) -> Condition {
        self.own(Column::AccountId, tenant).add(Column::UserId.eq(user.uuid()))
    }
}

#[async_trait]
impl NotificationRepository for SqlUnit {
    async fn insert_notification(
        &mut self,
        tenant: AccountId,
        notification: &Notification,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        self.insert(Model {
            id: notification.id.into(),
            account_id: tenant.into(),
            user_id: notification.user_id.into(),
            kind: notification.kind.as_str().to_owned(),
            title: notification.title.clone(),
            body: notification.body.clone(),
            link: notification.link.clone(),
            created_at: micros(notification.created_at),
            read_at: maybe_micros(notification.read_at),
        })
        .await
    }

    async fn notifications(
        &mut self,
        tenant: AccountId,
        user: UserId,
        unread_only: bool,
        after: Option<NotificationCursor>,
        limit: u64,
    ) -> Result<Vec<Notification>, StoreError> {
        let earlier = after.map(|NotificationCursor { created_at, id }| {
            Condition::any().add(Column::CreatedAt.lt(micros(created_at))).add(
                Condition::all().add(Column::CreatedAt.eq(micros(created_at))).add(Column::Id.lt(id.uuid())),
            )
        });
        let wanted = self
            .notifications_of(tenant, user)
            .add_option(unread_only.then(|| Column::ReadAt.is_null()))
            .add_option(earlier);
        let query = Entity::find()
            .filter(wanted)
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .into_query();
        self.read(&query, notification).await
    }

    async fn unread_notifications(&mut self, tenant: AccountId, user: UserId) -> Result<u64, StoreError> {
        let query = Entity::find()
            .select_only()
            .column_as(Column::Id.count(), "unread")
            .filter(self.notifications_of(tenant, user))
            .filter(Column::ReadAt.is_null())
            .into_query();
        let count = |row: &QueryResult| row.try_get::<i64>("", "unread").map_err(store_error);
        let count = self.read_one(&query, count).await?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn read_notification(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        let update = Query::update()
            .table(Entity)
            .value(Column::ReadAt, Expr::col(Column::ReadAt).if_null(micros(at)))
            .cond_where(self.notifications_of(tenant, user))
            .and_where(Column::Id.eq(id.uuid()))
            .returning_all()
            .to_owned();
        Ok(self.write_returning(&update, notification).await?.pop())
    }

    async fn read_notifications(
        &mut self,
        tenant: AccountId,
        user: UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let update = Query::update()
            .table(Entity)
            .value(Column::ReadAt, micros(at))
            .cond_where(self.notifications_of(tenant, user))
            .and_where(Column::ReadAt.is_null())
            .to_owned();
        self.write(&update).await
    }

    async fn prune_notifications(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = Query::delete()
            .from_table(Entity)
            .and_where(Column::CreatedAt.lt(micros(before)))
            .cond_where(self.seen(Column::AccountId))
            .to_owned();
        self.write(&delete).await
    }

    async fn notification_preferences(
        &mut self,
        tenant: AccountId,
        user: UserId,
    ) -> Result<Option<Preferences>, StoreError> {
        let query = preferences::Entity::find_by_id(user.uuid())
            .filter(self.own(preferences::Column::AccountId, tenant))
            .into_query();
        self.read_one(&query, |row| {
            let row = preferences::Model::from_query_result(row, "").map_err(store_error)?;
            from_json(&row.preferences)
        })
        .await
    }

    async fn keep_notification_preferences(
        &mut self,
        tenant: AccountId,
        user: UserId,
        kept: &Preferences,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let text = self.check(json(kept))?;
        let row = preferences::Model {
            user_id: user.into(),
            account_id: tenant.into(),
            preferences: text,
            updated_at: micros(at),
        };
        let known = OnConflict::column(preferences::Column::UserId)
            .update_columns([preferences::Column::Preferences, preferences::Column::UpdatedAt])
            .to_owned();
        let insert = preferences::Entity::insert(row.into_active_model()).on_conflict(known);
        self.write(&insert.into_query()).await?;
        Ok(())
    }
}
