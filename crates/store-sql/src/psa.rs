//! Connections to PSAs, who is who there, and the push log.

use async_trait::async_trait;
use rf_kernel::{AccountId, Page, PushId, Revision, StoreError, UserId};
use rf_psa::{
    InsertPushOutcome, MemberMapping, PsaConnection, PsaConnectionRepository, Push, PushCursor, PushFilter,
    PushKey, PushLog, PushRecord, SessionRef,
};
use rf_vault::Sealed;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Set,
    sea_query::OnConflict,
};

use crate::{
    convert::{corrupt, from_json, instant, json, maybe_instant, maybe_micros, micros, named},
    dialect::store_error,
    entities::{psa_connections as connections, psa_member_mappings as members, psa_post_log as pushes},
    unit::SqlUnit,
};

fn connection(row: &QueryResult) -> Result<PsaConnection, StoreError> {
    let row = connections::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(PsaConnection {
        id: row.id.into(),
        account_id: row.account_id.into(),
        vendor: named(&row.provider)?,
        site_url: row.site_url,
        company_id: row.company_id,
        public_key_hint: row.public_key_hint,
        credentials: Sealed::from_stored(row.credentials),
        settings: from_json(&row.flowpilot_settings)?,
        status: named(&row.status)?,
        diagnosis: row.diagnosis.as_deref().map(from_json).transpose()?,
        last_tested_at: maybe_instant(row.last_tested_at)?,
        connected_by: row.connected_by_id.into(),
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

fn connection_row(connection: &PsaConnection) -> Result<connections::Model, StoreError> {
    Ok(connections::Model {
        id: connection.id.into(),
        account_id: connection.account_id.into(),
        provider: connection.vendor.as_str().to_owned(),
        site_url: connection.site_url.clone(),
        company_id: connection.company_id.clone(),
        public_key_hint: connection.public_key_hint.clone(),
        credentials: connection.credentials.as_str().to_owned(),
        flowpilot_settings: json(&connection.settings)?,
        status: connection.status.as_str().to_owned(),
        diagnosis: connection.diagnosis.as_ref().map(json).transpose()?,
        last_tested_at: maybe_micros(connection.last_tested_at),
        connected_by_id: connection.connected_by.into(),
        created_at: micros(connection.created_at),
        updated_at: micros(connection.updated_at),
        revision: connection.revision.0,
    })
}

fn member(row: &QueryResult) -> Result<MemberMapping, StoreError> {
    let row = members::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(MemberMapping {
        account_id: row.account_id.into(),
        user_id: row.user_id.into(),
        member_id: row.member_id.parse().map_err(corrupt)?,
        member_identifier: row.member_identifier,
        member_name: row.member_name,
        updated_at: instant(row.updated_at)?,
    })
}

fn record(row: &QueryResult) -> Result<PushRecord, StoreError> {
    let row = pushes::Model::from_query_result(row, "").map_err(store_error)?;
    let minutes = row.minutes.map(u32::try_from).transpose().map_err(corrupt)?;
    Ok(PushRecord {
        id: row.id.into(),
        account_id: row.account_id.into(),
        connection_id: row.connection_id.into(),
        session: SessionRef::new(named(&row.session_kind)?, row.session_id),
        occasion: named(&row.occasion)?,
        ticket: row.ticket_id.parse().map_err(corrupt)?,
        artefact: named(&row.artefact)?,
        key: PushKey::from_stored(row.idempotency_key),
        minutes,
        content: row.content.as_deref().map(from_json).transpose()?,
        warnings: from_json(&row.warnings)?,
        push: Push {
            state: named(&row.state)?,
            tries: u32::try_from(row.tries).map_err(corrupt)?,
            maybe_there: row.maybe_there,
            due_at: maybe_instant(row.due_at)?,
            remote_id: row.remote_id.map(|id| id.parse()).transpose().map_err(corrupt)?,
            error: row.error.as_deref().map(from_json).transpose()?,
        },
        requested_by: row.requested_by_id.into(),
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

fn record_row(record: &PushRecord) -> Result<pushes::Model, StoreError> {
    let push = &record.push;
    Ok(pushes::Model {
        id: record.id.into(),
        account_id: record.account_id.into(),
        connection_id: record.connection_id.into(),
        session_kind: record.session.kind().as_str().to_owned(),
        session_id: record.session.uuid(),
        occasion: record.occasion.as_str().to_owned(),
        ticket_id: record.ticket.as_str().to_owned(),
        artefact: record.artefact.as_str().to_owned(),
        idempotency_key: record.key.as_str().to_owned(),
        minutes: record.minutes.map(i64::from),
        content: record.content.as_ref().map(json).transpose()?,
        warnings: json(&record.warnings)?,
        state: push.state.as_str().to_owned(),
        tries: i64::from(push.tries),
        maybe_there: push.maybe_there,
        due_at: maybe_micros(push.due_at),
        remote_id: push.remote_id.as_ref().map(|id| id.as_str().to_owned()),
        error: push.error.as_ref().map(json).transpose()?,
        requested_by_id: record.requested_by.into(),
        created_at: micros(record.created_at),
        updated_at: micros(record.updated_at),
        revision: record.revision.0,
    })
}

#[async_trait]
impl PsaConnectionRepository for SqlUnit {
    async fn insert_psa_connection(&mut self, connection: &PsaConnection) -> Result<(), StoreError> {
        self.require_write_to(connection.account_id)?;
        let row = self.check(connection_row(connection))?;
        self.insert(row).await
    }

    async fn psa_connection(&mut self, tenant: AccountId) -> Result<Option<PsaConnection>, StoreError> {
        let own = self.own(connections::Column::AccountId, tenant);
        self.read_one(&connections::Entity::find().filter(own).into_query(), connection).await
    }

    async fn update_psa_connection(
        &mut self,
        connection: &PsaConnection,
        expected: Revision,
    ) -> Result<bool, StoreError> {
        self.require_write()?;
        let row = self.check(connection_row(connection))?;
        let changes = connections::ActiveModel {
            id: NotSet,
            account_id: NotSet,
            created_at: NotSet,
            ..row.into_active_model().reset_all()
        };
        let update = connections::Entity::update_many()
            .set(changes)
            .filter(self.own(connections::Column::AccountId, connection.account_id))
            .filter(connections::Column::Id.eq(connection.id.uuid()))
            .filter(connections::Column::Revision.eq(expected.0));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn delete_psa_connection(&mut self, tenant: AccountId) -> Result<bool, StoreError> {
        self.require_write()?;
        let own = self.own(members::Column::AccountId, tenant);
        self.write(&members::Entity::delete_many().filter(own).into_query()).await?;
        let own = self.own(connections::Column::AccountId, tenant);
        Ok(self.write(&connections::Entity::delete_many().filter(own).into_query()).await? > 0)
    }

    async fn psa_members(&mut self, tenant: AccountId) -> Result<Vec<MemberMapping>, StoreError> {
        let query = members::Entity::find()
            .filter(self.own(members::Column::AccountId, tenant))
            .order_by_asc(members::Column::UserId)
            .into_query();
        self.read(&query, member).await
    }

    async fn set_psa_member(&mut self, mapping: &MemberMapping) -> Result<(), StoreError> {
        self.require_write_to(mapping.account_id)?;
        let row = members::Model {
            account_id: mapping.account_id.into(),
            user_id: mapping.user_id.into(),
            member_id: mapping.member_id.as_str().to_owned(),
            member_identifier: mapping.member_identifier.clone(),
            member_name: mapping.member_name.clone(),
            updated_at: micros(mapping.updated_at),
        };
        let known = OnConflict::columns([members::Column::AccountId, members::Column::UserId])
            .update_columns([
                members::Column::MemberId,
                members::Column::MemberIdentifier,
                members::Column::MemberName,
                members::Column::UpdatedAt,
            ])
            .to_owned();
        let insert = members::Entity::insert(row.into_active_model()).on_conflict(known);
        self.write(&insert.into_query()).await?;
        Ok(())
    }

    async fn clear_psa_member(&mut self, tenant: AccountId, user: UserId) -> Result<bool, StoreError> {
        self.require_write()?;
        let delete = members::Entity::delete_many()
            .filter(self.own(members::Column::AccountId, tenant))
            .filter(members::Column::UserId.eq(user.uuid()));
        Ok(self.write(&delete.into_query()).await? > 0)
    }
}

#[async_trait]
impl PushLog for SqlUnit {
    async fn insert_push(&mut self, record: &PushRecord) -> Result<InsertPushOutcome, StoreError> {
        self.require_write_to(record.account_id)?;
        let row = self.check(record_row(record))?;
        let known = OnConflict::columns([pushes::Column::AccountId, pushes::Column::IdempotencyKey])
            .do_nothing()
            .to_owned();
        let insert = pushes::Entity::insert(row.into_active_model()).on_conflict(known);
        let kept = self.write(&insert.into_query()).await? > 0;
        Ok(if kept { InsertPushOutcome::Kept } else { InsertPushOutcome::Known })
    }

    async fn push_by_id(&mut self, tenant: AccountId, id: PushId) -> Result<Option<PushRecord>, StoreError> {
        let query = pushes::Entity::find()
            .filter(self.own(pushes::Column::AccountId, tenant))
            .filter(pushes::Column::Id.eq(id.uuid()))
            .into_query();
        self.read_one(&query, record).await
    }

    async fn push_by_key(
        &mut self,
        tenant: AccountId,
        key: &PushKey,
    ) -> Result<Option<PushRecord>, StoreError> {
        let query = pushes::Entity::find()
            .filter(self.own(pushes::Column::AccountId, tenant))
            .filter(pushes::Column::IdempotencyKey.eq(key.as_str()))
            .into_query();
        self.read_one(&query, record).await
    }

    async fn update_push(&mut self, record: &PushRecord, expected: Revision) -> Result<bool, StoreError> {
        self.require_write()?;
        let row = self.check(record_row(record))?;
        let changes = pushes::ActiveModel {
            minutes: Set(row.minutes),
            content: Set(row.content),
            warnings: Set(row.warnings),
            state: Set(row.state),
            tries: Set(row.tries),
            maybe_there: Set(row.maybe_there),
            due_at: Set(row.due_at),
            remote_id: Set(row.remote_id),
            error: Set(row.error),
            updated_at: Set(row.updated_at),
            revision: Set(row.revision),
            ..Default::default()
        };
        let update = pushes::Entity::update_many()
            .set(changes)
            .filter(self.own(pushes::Column::AccountId, record.account_id))
            .filter(pushes::Column::Id.eq(record.id.uuid()))
            .filter(pushes::Column::Revision.eq(expected.0));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn list_pushes(
        &mut self,
        tenant: AccountId,
        filter: &PushFilter,
        after: Option<PushCursor>,
        page: Page,
    ) -> Result<Vec<PushRecord>, StoreError> {
        let mut wanted = self.own(pushes::Column::AccountId, tenant);
        if let Some(session) = filter.session {
            wanted = wanted.add(pushes::Column::SessionId.eq(session));
        }
        if let Some(state) = filter.state {
            wanted = wanted.add(pushes::Column::State.eq(state.as_str()));
        }
        if let Some(person) = filter.requested_by {
            wanted = wanted.add(pushes::Column::RequestedById.eq(person.uuid()));
        }
        if let Some(PushCursor { created_at, id }) = after {
            let earlier = Condition::any().add(pushes::Column::CreatedAt.lt(micros(created_at))).add(
                Condition::all()
                    .add(pushes::Column::CreatedAt.eq(micros(created_at)))
                    .add(pushes::Column::Id.lt(id.uuid())),
            );
            wanted = wanted.add(earlier);
        }
        let query = pushes::Entity::find()
            .filter(wanted)
            .order_by_desc(pushes::Column::CreatedAt)
            .order_by_desc(pushes::Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, record).await
    }
}
