//! Keys of requests that may be sent twice.

use async_trait::async_trait;
use rf_accounts::{IdempotencyRepository, KeptAnswer, KeyClaim, KeyOutcome};
use rf_kernel::StoreError;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryResult,
    QueryTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    convert::{corrupt, micros},
    dialect::store_error,
    entities::idempotency_keys::{Column, Entity, Model},
    unit::SqlUnit,
};

fn known(row: &QueryResult) -> Result<KeyOutcome, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    // Claim and answer are of one unit, so no other sees the one without the other.
    let body = row.answer.ok_or_else(|| corrupt(format!("the key {} has no answer", row.request_key)))?;
    Ok(KeyOutcome::Known { request_hash: row.request_hash, answer: KeptAnswer { etag: row.etag, body } })
}

fn under(claim: &KeyClaim) -> Condition {
    Condition::all()
        .add(Column::AccountId.eq(claim.account_id.uuid()))
        .add(Column::UserId.eq(claim.user_id.uuid()))
        .add(Column::RequestKey.eq(&claim.key))
}

#[async_trait]
impl IdempotencyRepository for SqlUnit {
    async fn claim_key(&mut self, claim: &KeyClaim) -> Result<KeyOutcome, StoreError> {
        self.require_write_to(claim.account_id)?;
        let ended = Entity::delete_many()
            .filter(Column::AccountId.eq(claim.account_id.uuid()))
            .filter(Column::ExpiresAt.lte(micros(claim.now)));
        self.write(&ended.into_query()).await?;
        let row = Model {
            account_id: claim.account_id.into(),
            user_id: claim.user_id.into(),
            request_key: claim.key.clone(),
            request_hash: claim.request_hash.clone(),
            etag: None,
            answer: None,
            expires_at: micros(claim.expires_at),
        };
        // On Postgres a second unit waits here until the first has ended; on SQLite there is no second.
        let taken = OnConflict::columns([Column::AccountId, Column::UserId, Column::RequestKey])
            .do_nothing()
            .to_owned();
        let claimed = Entity::insert(row.into_active_model()).on_conflict(taken).into_query();
        if self.write(&claimed).await? == 1 {
            return Ok(KeyOutcome::Claimed);
        }
        let found = self.read_one(&Entity::find().filter(under(claim)).into_query(), known).await?;
        self.check(found.ok_or_else(|| corrupt("a key that refused another is not there")))
    }

    async fn keep_answer(&mut self, claim: &KeyClaim, answer: &KeptAnswer) -> Result<(), StoreError> {
        self.require_write_to(claim.account_id)?;
        let keep = Entity::update_many()
            .col_expr(Column::Etag, Expr::value(answer.etag.clone()))
            .col_expr(Column::Answer, Expr::value(answer.body.clone()))
            .filter(under(claim));
        let kept = self.write(&keep.into_query()).await?;
        self.check(match kept {
            1 => Ok(()),
            _ => Err(StoreError::Other("an answer was kept under a key nobody had claimed".into())),
        })
    }
}
