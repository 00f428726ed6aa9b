//! The event log.

use async_trait::async_trait;
use rf_events::{Event, EventLog, EventSpan, NewEvent};
use rf_kernel::{AccountId, StoreError, Timestamp};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Query, SelectStatement, TableRef},
};

use crate::{
    convert::{corrupt, from_json, instant, json, micros, named, uuids},
    dialect::store_error,
    entities::events::{Column, Entity, Model},
    unit::SqlUnit,
};

/// Servers that number events take turns by it; any number that nothing else locks would do.
const NUMBERING: i64 = 7_165_010_927_312_901;

fn event(row: &QueryResult) -> Result<Event, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Event {
        sequence: row.sequence.ok_or_else(|| corrupt("a published event has no number"))?,
        id: row.id.into(),
        account_id: row.account_id.into(),
        user_id: row.user_id.map(Into::into),
        kind: named(&row.kind)?,
        about: from_json(&row.about)?,
        at: instant(row.created_at)?,
    })
}

fn after(seen: Condition, number: i64, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(seen)
        .filter(Column::Sequence.gt(number))
        .order_by_asc(Column::Sequence)
        .limit(limit)
}

/// The next numbers for the events that wait longest, counted from the newest there is.
fn next_numbers(seen: Condition, limit: u64) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(Column::Id), "event_id")
        .expr_as(
            Expr::cust(
                "row_number() OVER (ORDER BY created_at, id)
                 + (SELECT coalesce(max(sequence), 0) FROM events WHERE sequence IS NOT NULL)",
            ),
            "number",
        )
        .from(Entity)
        .and_where(Column::Sequence.is_null())
        .cond_where(seen)
        .order_by(Column::CreatedAt, sea_orm::Order::Asc)
        .order_by(Column::Id, sea_orm::Order::Asc)
        .limit(limit)
        .to_owned()
}

#[async_trait]
impl EventLog for SqlUnit {
    async fn append_event(&mut self, tenant: AccountId, event: &NewEvent) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let about = self.check(json(&event.about))?;
        self.insert(Model {
            id: event.id.into(),
            account_id: tenant.into(),
            user_id: uuids(event.user_id),
            kind: event.kind.as_str().to_owned(),
            about,
            created_at: micros(event.at),
            sequence: None,
        })
        .await?;
        self.note_new_event();
        Ok(())
    }

    async fn has_unpublished_events(&mut self) -> Result<bool, StoreError> {
        let query = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Sequence.is_null())
            .filter(self.seen(Column::AccountId))
            .limit(1)
            .into_query();
        Ok(!self.read(&query, |_| Ok(())).await?.is_empty())
    }

    async fn publish_events(&mut self, limit: u64) -> Result<Vec<Event>, StoreError> {
        self.require_write()?;
        // Until the unit ends: the next to count then sees the numbers given here. SQLite has one writer anyway.
        self.lock_until_the_end(NUMBERING).await?;
        let numbers = next_numbers(self.seen(Column::AccountId), limit);
        let publish = Query::update()
            .table(Entity)
            .value(Column::Sequence, Expr::col(("numbers", "number")))
            .from(TableRef::SubQuery(Box::new(numbers), "numbers".into()))
            .and_where(Expr::col((Entity, Column::Id)).equals(("numbers", "event_id")))
            .returning(Query::returning().columns([
                Column::Id,
                Column::AccountId,
                Column::UserId,
                Column::Kind,
                Column::About,
                Column::CreatedAt,
                Column::Sequence,
            ]))
            .to_owned();
        let mut events = self.write_returning(&publish, event).await?;
        events.sort_by_key(|event| event.sequence);
        Ok(events)
    }

    async fn published_events(&mut self, number: i64, limit: u64) -> Result<Vec<Event>, StoreError> {
        let query = after(self.seen(Column::AccountId), number, limit).into_query();
        self.read(&query, event).await
    }

    async fn events_of(
        &mut self,
        tenant: AccountId,
        number: i64,
        limit: u64,
    ) -> Result<Vec<Event>, StoreError> {
        let query = after(self.own(Column::AccountId, tenant), number, limit).into_query();
        self.read(&query, event).await
    }

    async fn event_span(&mut self) -> Result<Option<EventSpan>, StoreError> {
        let query = Entity::find()
            .select_only()
            .column_as(Column::Sequence.min(), "oldest")
            .column_as(Column::Sequence.max(), "newest")
            .filter(Column::Sequence.is_not_null())
            .filter(self.seen(Column::AccountId))
            .into_query();
        let span = |row: &QueryResult| {
            let number = |name| row.try_get::<Option<i64>>("", name).map_err(store_error);
            Ok(number("oldest")?.zip(number("newest")?).map(|(oldest, newest)| EventSpan { oldest, newest }))
        };
        Ok(self.read_one(&query, span).await?.flatten())
    }

    async fn prune_events(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let Some(EventSpan { newest, .. }) = self.event_span().await? else {
            self.require_write()?;
            return Ok(0);
        };
        let delete = Query::delete()
            .from_table(Entity)
            .and_where(Column::Sequence.ne(newest))
            .and_where(Column::Sequence.is_not_null())
            .and_where(Column::CreatedAt.lt(micros(before)))
            .cond_where(self.seen(Column::AccountId))
            .to_owned();
        self.write(&delete).await
    }
}
