//! What models were asked, and what accounts have spent on them today.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, StoreError};
use rf_sessions::ai::{ModelCall, ModelCallRepository, ModelTokens};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QueryResult,
    QueryTrait, Set,
    sea_query::{LockType, OnConflict},
};

use crate::{
    convert::{from_json, instant, json, micros},
    dialect::store_error,
    entities::{model_calls as calls, model_tokens as tokens},
    unit::SqlUnit,
};

fn call(row: &QueryResult) -> Result<ModelCall, StoreError> {
    let row = calls::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(ModelCall {
        id: row.id.into(),
        session_id: row.session_id.into(),
        turn: row.turn,
        purpose: row.purpose,
        model: row.model,
        tier: row.tier,
        prompt_version: row.prompt_version,
        sent: from_json(&row.sent)?,
        hidden: from_json(&row.hidden)?,
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
        failure: row.failure,
        at: instant(row.at)?,
    })
}

fn spent(row: &QueryResult) -> Result<ModelTokens, StoreError> {
    let row = tokens::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(ModelTokens { day: row.day, spent: row.spent, reserved: row.reserved })
}

#[async_trait]
impl ModelCallRepository for SqlUnit {
    async fn insert_model_call(&mut self, tenant: AccountId, call: &ModelCall) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let texts = json(&call.sent).and_then(|sent| Ok((sent, json(&call.hidden)?)));
        let (sent, hidden) = self.check(texts)?;
        self.insert(calls::Model {
            id: call.id.into(),
            account_id: tenant.into(),
            session_id: call.session_id.into(),
            turn: call.turn,
            purpose: call.purpose.clone(),
            model: call.model.clone(),
            tier: call.tier.clone(),
            prompt_version: call.prompt_version.clone(),
            sent,
            hidden,
            input_tokens: call.input_tokens,
            output_tokens: call.output_tokens,
            failure: call.failure.clone(),
            at: micros(call.at),
        })
        .await
    }

    async fn model_calls(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Vec<ModelCall>, StoreError> {
        let query = calls::Entity::find()
            .filter(self.own(calls::Column::AccountId, tenant))
            .filter(calls::Column::SessionId.eq(id.uuid()))
            .order_by_asc(calls::Column::At)
            .order_by_asc(calls::Column::Id)
            .into_query();
        self.read(&query, call).await
    }

    async fn model_tokens_for_update(&mut self, tenant: AccountId) -> Result<ModelTokens, StoreError> {
        self.require_write_to(tenant)?;
        // The row is there before it is locked: two first calls side by side wait for one another, too.
        let none = tokens::Model { account_id: tenant.into(), day: 0, spent: 0, reserved: 0 };
        let known = OnConflict::column(tokens::Column::AccountId).do_nothing().to_owned();
        let insert = tokens::Entity::insert(none.into_active_model()).on_conflict(known);
        self.write(&insert.into_query()).await?;
        let query = tokens::Entity::find()
            .filter(self.own(tokens::Column::AccountId, tenant))
            .into_query()
            .lock(LockType::NoKeyUpdate)
            .take();
        Ok(self.read_one(&query, spent).await?.unwrap_or_default())
    }

    async fn keep_model_tokens(&mut self, tenant: AccountId, kept: ModelTokens) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let changes = tokens::ActiveModel {
            day: Set(kept.day),
            spent: Set(kept.spent),
            reserved: Set(kept.reserved),
            ..Default::default()
        };
        let update =
            tokens::Entity::update_many().set(changes).filter(self.own(tokens::Column::AccountId, tenant));
        self.write(&update.into_query()).await?;
        Ok(())
    }
}
