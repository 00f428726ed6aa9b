//! How accounts hear of changes in their PSA, and which sessions are under way for which ticket.

use async_trait::async_trait;
use rf_kernel::{AccountId, SessionId, StoreError, Timestamp};
use rf_psa::{PsaCallback, PsaFeed, PsaFeedRepository, SessionRef, TicketSnapshot};
use rf_sessions::ai::AiSessionStatus;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    convert::{corrupt, instant, maybe_instant, maybe_micros, micros},
    dialect::store_error,
    entities::{
        ai_sessions, psa_callbacks as callbacks, psa_connections as connections, psa_feeds as feeds,
        psa_kept_tickets as kept, sessions,
    },
    unit::SqlUnit,
};

fn feed(row: &QueryResult) -> Result<PsaFeed, StoreError> {
    let row = feeds::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(PsaFeed {
        account_id: row.account_id.into(),
        connection_id: row.connection_id.into(),
        token_id: row.token_id.into(),
        callback_id: row.callback_id.map(|id| id.parse()).transpose().map_err(corrupt)?,
        problem: row.problem,
        seen_until: maybe_instant(row.seen_until)?,
        synced_at: maybe_instant(row.synced_at)?,
        updated_at: instant(row.updated_at)?,
    })
}

/// Conversations that have not ended.
fn under_way() -> Condition {
    let ended = [AiSessionStatus::Resolved, AiSessionStatus::Abandoned].map(AiSessionStatus::as_str);
    Condition::all().add(ai_sessions::Column::Status.is_not_in(ended))
}

#[async_trait]
impl PsaFeedRepository for SqlUnit {
    async fn psa_feed(&mut self, tenant: AccountId) -> Result<Option<PsaFeed>, StoreError> {
        let own = self.own(feeds::Column::AccountId, tenant);
        self.read_one(&feeds::Entity::find().filter(own).into_query(), feed).await
    }

    async fn put_psa_feed(&mut self, feed: &PsaFeed) -> Result<(), StoreError> {
        self.require_write_to(feed.account_id)?;
        let row = feeds::Model {
            account_id: feed.account_id.into(),
            connection_id: feed.connection_id.into(),
            token_id: feed.token_id.into(),
            callback_id: feed.callback_id.as_ref().map(|id| id.as_str().to_owned()),
            problem: feed.problem.clone(),
            seen_until: maybe_micros(feed.seen_until),
            synced_at: maybe_micros(feed.synced_at),
            updated_at: micros(feed.updated_at),
        };
        let known = OnConflict::column(feeds::Column::AccountId)
            .update_columns([
                feeds::Column::ConnectionId,
                feeds::Column::TokenId,
                feeds::Column::CallbackId,
                feeds::Column::Problem,
                feeds::Column::SeenUntil,
                feeds::Column::SyncedAt,
                feeds::Column::UpdatedAt,
            ])
            .to_owned();
        let insert = feeds::Entity::insert(row.into_active_model()).on_conflict(known);
        self.write(&insert.into_query()).await?;
        Ok(())
    }

    async fn delete_psa_feed(&mut self, tenant: AccountId) -> Result<bool, StoreError> {
        self.require_write()?;
        let own = self.own(feeds::Column::AccountId, tenant);
        Ok(self.write(&feeds::Entity::delete_many().filter(own).into_query()).await? > 0)
    }

    async fn keep_psa_callback(&mut self, callback: &PsaCallback) -> Result<bool, StoreError> {
        self.require_write_to(callback.account_id)?;
        let row = callbacks::Model {
            account_id: callback.account_id.into(),
            digest: callback.digest.clone(),
            connection_id: callback.connection_id.into(),
            ticket_id: callback.ticket.as_ref().map(|id| id.as_str().to_owned()),
            body: callback.body.clone(),
            received_at: micros(callback.received_at),
        };
        let known = OnConflict::columns([callbacks::Column::AccountId, callbacks::Column::Digest])
            .do_nothing()
            .to_owned();
        let insert = callbacks::Entity::insert(row.into_active_model()).on_conflict(known);
        Ok(self.write(&insert.into_query()).await? > 0)
    }

    async fn prune_psa_callbacks(&mut self, tenant: AccountId, before: Timestamp) -> Result<u64, StoreError> {
        self.require_write()?;
        let delete = callbacks::Entity::delete_many()
            .filter(self.own(callbacks::Column::AccountId, tenant))
            .filter(callbacks::Column::ReceivedAt.lt(micros(before)));
        self.write(&delete.into_query()).await
    }

    async fn accounts_with_psa(&mut self) -> Result<Vec<AccountId>, StoreError> {
        let query = connections::Entity::find()
            .select_only()
            .column(connections::Column::AccountId)
            .filter(self.seen(connections::Column::AccountId))
            .order_by_asc(connections::Column::AccountId)
            .into_query();
        let id = |row: &QueryResult| row.try_get::<Uuid>("", "account_id").map_err(store_error);
        Ok(self.read(&query, id).await?.into_iter().map(Into::into).collect())
    }

    async fn tickets_under_way(&mut self, tenant: AccountId, limit: u64) -> Result<Vec<String>, StoreError> {
        let written = |row: &QueryResult| {
            let ticket = row.try_get::<String>("", "ticket").map_err(store_error)?;
            Ok((row.try_get::<i64>("", "at").map_err(store_error)?, ticket))
        };
        let conversations = ai_sessions::Entity::find()
            .select_only()
            .column_as(ai_sessions::Column::PsaTicketId, "ticket")
            .column_as(ai_sessions::Column::UpdatedAt.max(), "at")
            .filter(self.own(ai_sessions::Column::AccountId, tenant))
            .filter(under_way())
            .filter(ai_sessions::Column::PsaTicketId.is_not_null())
            .group_by(ai_sessions::Column::PsaTicketId)
            .order_by_desc(ai_sessions::Column::UpdatedAt.max())
            .limit(limit)
            .into_query();
        let mut found = self.read(&conversations, written).await?;
        let guided = sessions::Entity::find()
            .select_only()
            .column_as(sessions::Column::TicketNumber, "ticket")
            .column_as(sessions::Column::UpdatedAt.max(), "at")
            .filter(self.own(sessions::Column::AccountId, tenant))
            .filter(sessions::Column::CompletedAt.is_null())
            .filter(sessions::Column::TicketNumber.is_not_null())
            .group_by(sessions::Column::TicketNumber)
            .order_by_desc(sessions::Column::UpdatedAt.max())
            .limit(limit)
            .into_query();
        found.extend(self.read(&guided, written).await?);
        found.sort_by(|a, b| b.cmp(a));
        let mut tickets = Vec::new();
        for (_, ticket) in found {
            if !tickets.contains(&ticket) {
                tickets.push(ticket);
            }
        }
        tickets.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(tickets)
    }

    async fn sessions_of_ticket(
        &mut self,
        tenant: AccountId,
        written: &[String],
    ) -> Result<Vec<SessionRef>, StoreError> {
        let id = |row: &QueryResult| row.try_get::<Uuid>("", "id").map_err(store_error);
        let conversations = ai_sessions::Entity::find()
            .select_only()
            .column(ai_sessions::Column::Id)
            .filter(self.own(ai_sessions::Column::AccountId, tenant))
            .filter(under_way())
            .filter(ai_sessions::Column::PsaTicketId.is_in(written.iter().cloned()))
            .order_by_asc(ai_sessions::Column::Id)
            .into_query();
        let guided = sessions::Entity::find()
            .select_only()
            .column(sessions::Column::Id)
            .filter(self.own(sessions::Column::AccountId, tenant))
            .filter(sessions::Column::CompletedAt.is_null())
            .filter(sessions::Column::TicketNumber.is_in(written.iter().cloned()))
            .order_by_asc(sessions::Column::Id)
            .into_query();
        let ai = self.read(&conversations, id).await?;
        let guided = self.read(&guided, id).await?;
        let ai = ai.into_iter().map(|id| SessionRef::Ai(id.into()));
        Ok(ai.chain(guided.into_iter().map(|id| SessionRef::Guided(id.into()))).collect())
    }

    async fn kept_ticket(
        &mut self,
        tenant: AccountId,
        session: SessionId,
    ) -> Result<Option<TicketSnapshot>, StoreError> {
        let query = kept::Entity::find()
            .filter(self.own(kept::Column::AccountId, tenant))
            .filter(kept::Column::SessionId.eq(session.uuid()))
            .into_query();
        let ticket = |row: &QueryResult| {
            let row = kept::Model::from_query_result(row, "").map_err(store_error)?;
            serde_json::from_str(&row.ticket_data).map_err(corrupt)
        };
        self.read_one(&query, ticket).await
    }

    async fn keep_ticket(
        &mut self,
        tenant: AccountId,
        session: SessionId,
        ticket: &TicketSnapshot,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let row = kept::Model {
            account_id: tenant.into(),
            session_id: session.into(),
            ticket_data: serde_json::to_string(ticket).map_err(corrupt)?,
        };
        let known = OnConflict::columns([kept::Column::AccountId, kept::Column::SessionId])
            .update_column(kept::Column::TicketData)
            .to_owned();
        let insert = kept::Entity::insert(row.into_active_model()).on_conflict(known);
        self.write(&insert.into_query()).await?;
        Ok(())
    }
}
