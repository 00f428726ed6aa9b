//! What people say about time before it is charged.

use async_trait::async_trait;
use rf_kernel::{AccountId, Revision, StoreError};
use rf_psa::{PushKey, SessionRef, TimeEdit, TimeEditRepository};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryResult, QueryTrait, sea_query::OnConflict,
};

use crate::{
    convert::{corrupt, instant, micros, named},
    dialect::store_error,
    entities::psa_time_edits::{ActiveModel, Column, Entity, Model},
    unit::SqlUnit,
};

fn edit(row: &QueryResult) -> Result<TimeEdit, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(TimeEdit {
        account_id: row.account_id.into(),
        session: SessionRef::new(named(&row.session_kind)?, row.session_id),
        minutes: row.minutes.map(u32::try_from).transpose().map_err(corrupt)?,
        billable: row.billable,
        work_type: row.work_type.map(|id| id.parse()).transpose().map_err(corrupt)?,
        note: row.note,
        taken_by: row.taken_by.map(PushKey::from_stored),
        edited_by: row.edited_by_id.into(),
        updated_at: instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

#[async_trait]
impl TimeEditRepository for SqlUnit {
    async fn time_edit(
        &mut self,
        tenant: AccountId,
        session: SessionRef,
    ) -> Result<Option<TimeEdit>, StoreError> {
        let query = Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::SessionId.eq(session.uuid()))
            .filter(Column::SessionKind.eq(session.kind().as_str()))
            .into_query();
        self.read_one(&query, edit).await
    }

    async fn keep_time_edit(
        &mut self,
        edit: &TimeEdit,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        self.require_write_to(edit.account_id)?;
        let row = Model {
            account_id: edit.account_id.into(),
            session_kind: edit.session.kind().as_str().to_owned(),
            session_id: edit.session.uuid(),
            minutes: edit.minutes.map(i64::from),
            billable: edit.billable,
            work_type: edit.work_type.as_ref().map(|id| id.as_str().to_owned()),
            note: edit.note.clone(),
            taken_by: edit.taken_by.as_ref().map(|key| key.as_str().to_owned()),
            edited_by_id: edit.edited_by.into(),
            updated_at: micros(edit.updated_at),
            revision: edit.revision.0,
        };
        let rows = match expected {
            None => {
                let known =
                    OnConflict::columns([Column::AccountId, Column::SessionId]).do_nothing().to_owned();
                self.write(&Entity::insert(row.into_active_model()).on_conflict(known).into_query()).await?
            }
            Some(expected) => {
                let changes = ActiveModel {
                    account_id: NotSet,
                    session_kind: NotSet,
                    session_id: NotSet,
                    ..row.into_active_model().reset_all()
                };
                let update = Entity::update_many()
                    .set(changes)
                    .filter(self.own(Column::AccountId, edit.account_id))
                    .filter(Column::SessionId.eq(edit.session.uuid()))
                    .filter(Column::Revision.eq(expected.0));
                self.write(&update.into_query()).await?
            }
        };
        Ok(rows == 1)
    }
}
