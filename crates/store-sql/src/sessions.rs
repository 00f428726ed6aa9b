//! Sessions, their snapshots and their step logs.

use async_trait::async_trait;
use rf_kernel::{AccountId, EntryId, Page, Revision, SessionId, StoreError};
use rf_sessions::{
    AppendOutcome, LogEntry, Session, SessionCursor, SessionFilter, SessionRepository, SessionUpdateOutcome,
};
use rf_trees::Snapshot;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QueryResult,
    QueryTrait,
    sea_query::{LockType, OnConflict, Query, SelectStatement},
};

use crate::{
    convert::{
        corrupt, from_json, instant, json, key, maybe_instant, maybe_key, maybe_micros, micros, named, uuids,
    },
    dialect::store_error,
    entities::{session_log, sessions},
    unit::SqlUnit,
};

fn session(row: sessions::Model, snapshot: Snapshot) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.id.into(),
        account_id: row.account_id.into(),
        tree_id: row.tree_id.into(),
        user_id: row.user_id.into(),
        snapshot,
        tree_name: row.tree_name,
        path_taken: from_json(&row.path_taken)?,
        decisions: from_json(&row.decisions)?,
        custom_steps: from_json(&row.custom_steps)?,
        variables: from_json(&row.variables)?,
        scratchpad: row.scratchpad,
        ticket_number: row.ticket_number,
        client_name: row.client_name,
        batch_id: row.batch_id.map(Into::into),
        target_label: row.target_label,
        prepared_by_id: row.prepared_by_id.map(Into::into),
        assigned_to_id: row.assigned_to_id.map(Into::into),
        started_at: maybe_instant(row.started_at)?,
        completed_at: maybe_instant(row.completed_at)?,
        outcome: row.outcome.as_deref().map(named).transpose()?,
        outcome_notes: row.outcome_notes,
        next_steps: row.next_steps,
        exported: row.exported,
        active_seconds: row.active_seconds,
        last_activity_at: maybe_instant(row.last_activity_at)?,
        log_length: row.log_length,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

/// `snapshot_hash` is what its snapshot is kept under.
fn row(session: &Session, snapshot_hash: String) -> Result<sessions::Model, StoreError> {
    Ok(sessions::Model {
        id: session.id.into(),
        account_id: session.account_id.into(),
        tree_id: session.tree_id.into(),
        user_id: session.user_id.into(),
        snapshot_hash,
        tree_name: session.tree_name.clone(),
        tree_name_key: key(&session.tree_name),
        path_taken: json(&session.path_taken)?,
        decisions: json(&session.decisions)?,
        custom_steps: json(&session.custom_steps)?,
        variables: json(&session.variables)?,
        scratchpad: session.scratchpad.clone(),
        ticket_number: session.ticket_number.clone(),
        ticket_key: maybe_key(session.ticket_number.as_deref()),
        client_name: session.client_name.clone(),
        client_key: maybe_key(session.client_name.as_deref()),
        batch_id: uuids(session.batch_id),
        target_label: session.target_label.clone(),
        prepared_by_id: uuids(session.prepared_by_id),
        assigned_to_id: uuids(session.assigned_to_id),
        started_at: maybe_micros(session.started_at),
        completed_at: maybe_micros(session.completed_at),
        outcome: session.outcome.map(|outcome| outcome.as_str().to_owned()),
        outcome_notes: session.outcome_notes.clone(),
        next_steps: session.next_steps.clone(),
        exported: session.exported,
        active_seconds: session.active_seconds,
        last_activity_at: maybe_micros(session.last_activity_at),
        log_length: session.log_length,
        created_at: micros(session.created_at),
        updated_at: micros(session.updated_at),
        revision: session.revision.0,
    })
}

fn log_entry(row: &QueryResult) -> Result<LogEntry, StoreError> {
    let row = session_log::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(LogEntry {
        seq: row.seq,
        entry_id: row.entry_id.map(Into::into),
        at: instant(row.at)?,
        actor_id: row.actor_id.into(),
        kind: named(&row.kind)?,
        node_id: row.node_id,
        title: row.title,
        answer: row.answer,
        option_id: row.option_id,
        reason: row.reason,
        notes: row.notes,
    })
}

impl SqlUnit {
    /// The tenant's session of that id.
    fn session_query(&self, tenant: AccountId, id: SessionId) -> SelectStatement {
        sessions::Entity::find()
            .filter(self.own(sessions::Column::AccountId, tenant))
            .filter(sessions::Column::Id.eq(id.uuid()))
            .into_query()
    }

    /// Sessions of the tenant, with their snapshots.
    pub(crate) async fn read_sessions(
        &mut self,
        tenant: AccountId,
        query: &SelectStatement,
    ) -> Result<Vec<Session>, StoreError> {
        let rows =
            self.read(query, |row| sessions::Model::from_query_result(row, "").map_err(store_error)).await?;
        let hashes = rows.iter().map(|row| row.snapshot_hash.as_str());
        let snapshots = self.snapshots(tenant, hashes).await?;
        let whole = |row: sessions::Model| {
            let snapshot = snapshots.get(&row.snapshot_hash).cloned();
            session(row, snapshot.ok_or_else(|| corrupt("a session without its snapshot"))?)
        };
        self.check(rows.into_iter().map(whole).collect())
    }

    /// The tenant's log entries of one session.
    fn log_query(&self, tenant: AccountId, id: SessionId) -> sea_orm::Select<session_log::Entity> {
        session_log::Entity::find()
            .filter(self.own(session_log::Column::AccountId, tenant))
            .filter(session_log::Column::SessionId.eq(id.uuid()))
    }
}

#[async_trait]
impl SessionRepository for SqlUnit {
    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.require_write_to(session.account_id)?;
        let snapshot_hash = self.keep_snapshot(session.account_id, &session.snapshot).await?;
        let row = self.check(row(session, snapshot_hash))?;
        self.insert(row).await
    }

    async fn session_by_id(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        let query = self.session_query(tenant, id);
        Ok(self.read_sessions(tenant, &query).await?.pop())
    }

    async fn session_for_update(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        self.require_write()?;
        // Of the session alone: snapshots are shared and never change. SQLite ignores the clause.
        let query =
            self.session_query(tenant, id).lock_with_tables(LockType::NoKeyUpdate, [sessions::Entity]).take();
        Ok(self.read_sessions(tenant, &query).await?.pop())
    }

    async fn update_session(
        &mut self,
        tenant: AccountId,
        session: &Session,
        expected: Revision,
    ) -> Result<SessionUpdateOutcome, StoreError> {
        self.require_write()?;
        // What snapshot it runs never changes.
        let row = self.check(row(session, String::new()))?;
        let changes = sessions::ActiveModel {
            id: NotSet,
            account_id: NotSet,
            snapshot_hash: NotSet,
            created_at: NotSet,
            ..row.into_active_model().reset_all()
        };
        let own =
            self.own(sessions::Column::AccountId, tenant).add(sessions::Column::Id.eq(session.id.uuid()));
        let update = sessions::Entity::update_many()
            .set(changes)
            .filter(own.clone())
            .filter(sessions::Column::Revision.eq(expected.0))
            .into_query();
        if self.write(&update).await? > 0 {
            return Ok(SessionUpdateOutcome::Updated);
        }
        let known =
            Query::select().column(sessions::Column::Id).from(sessions::Entity).cond_where(own).take();
        Ok(match self.read_one(&known, |_| Ok(())).await? {
            Some(()) => SessionUpdateOutcome::Stale,
            None => SessionUpdateOutcome::NotFound,
        })
    }

    async fn list_sessions(
        &mut self,
        tenant: AccountId,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> Result<Vec<Session>, StoreError> {
        self.page_of_sessions(tenant, filter, after, page).await
    }

    async fn append_log(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: &LogEntry,
    ) -> Result<AppendOutcome, StoreError> {
        self.require_write_to(tenant)?;
        let row = session_log::Model {
            session_id: id.into(),
            account_id: tenant.into(),
            seq: entry.seq,
            entry_id: uuids(entry.entry_id),
            at: micros(entry.at),
            actor_id: entry.actor_id.into(),
            kind: entry.kind.as_str().to_owned(),
            node_id: entry.node_id.clone(),
            title: entry.title.clone(),
            answer: entry.answer.clone(),
            option_id: entry.option_id.clone(),
            reason: entry.reason.clone(),
            notes: entry.notes.clone(),
        };
        let repeated = OnConflict::columns([session_log::Column::SessionId, session_log::Column::EntryId])
            .do_nothing()
            .to_owned();
        let insert = session_log::Entity::insert(row.into_active_model()).on_conflict(repeated).into_query();
        Ok(match self.write(&insert).await? {
            0 => AppendOutcome::Duplicate,
            _ => AppendOutcome::Appended,
        })
    }

    async fn has_log_entry(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: EntryId,
    ) -> Result<bool, StoreError> {
        let query =
            self.log_query(tenant, id).filter(session_log::Column::EntryId.eq(entry.uuid())).into_query();
        Ok(self.read_one(&query, |_| Ok(())).await?.is_some())
    }

    async fn session_log(&mut self, tenant: AccountId, id: SessionId) -> Result<Vec<LogEntry>, StoreError> {
        let query = self.log_query(tenant, id).order_by_asc(session_log::Column::Seq).into_query();
        self.read(&query, log_entry).await
    }
}
