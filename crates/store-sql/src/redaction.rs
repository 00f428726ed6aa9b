//! What accounts have masked in their notes.

use async_trait::async_trait;
use rf_accounts::{KeepRedactionOutcome, RedactionRepository, RedactionSettings};
use rf_kernel::{AccountId, Revision, StoreError};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryResult, QueryTrait, sea_query::OnConflict,
};

use crate::{
    convert::{from_json, json, maybe_instant, maybe_micros, uuids},
    dialect::store_error,
    entities::redaction_settings::{ActiveModel, Column, Entity, Model},
    unit::SqlUnit,
};

fn settings(row: &QueryResult) -> Result<RedactionSettings, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(RedactionSettings {
        account_id: row.account_id.into(),
        options: from_json(&row.options)?,
        updated_by_id: row.updated_by_id.map(Into::into),
        updated_at: maybe_instant(row.updated_at)?,
        revision: Revision(row.revision),
    })
}

#[async_trait]
impl RedactionRepository for SqlUnit {
    async fn redaction_settings(
        &mut self,
        tenant: AccountId,
    ) -> Result<Option<RedactionSettings>, StoreError> {
        let query = Entity::find().filter(self.own(Column::AccountId, tenant)).into_query();
        self.read_one(&query, settings).await
    }

    async fn keep_redaction_settings(
        &mut self,
        settings: &RedactionSettings,
        expected: Revision,
    ) -> Result<KeepRedactionOutcome, StoreError> {
        self.require_write_to(settings.account_id)?;
        let options = self.check(json(&settings.options))?;
        let row = Model {
            account_id: settings.account_id.into(),
            options,
            updated_by_id: uuids(settings.updated_by_id),
            updated_at: maybe_micros(settings.updated_at),
            revision: settings.revision.0,
        };
        let statement = if expected == Revision(0) {
            let known = OnConflict::column(Column::AccountId).do_nothing().to_owned();
            self.write(&Entity::insert(row.into_active_model()).on_conflict(known).into_query()).await?
        } else {
            let changes = ActiveModel { account_id: NotSet, ..row.into_active_model().reset_all() };
            let update = Entity::update_many()
                .set(changes)
                .filter(self.own(Column::AccountId, settings.account_id))
                .filter(Column::Revision.eq(expected.0));
            self.write(&update.into_query()).await?
        };
        Ok(if statement == 0 { KeepRedactionOutcome::Stale } else { KeepRedactionOutcome::Kept })
    }
}
