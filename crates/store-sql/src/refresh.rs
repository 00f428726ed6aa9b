//! Refresh tokens.

use async_trait::async_trait;
use rf_accounts::{
    ConsumeOutcome, RefreshTokenRepository, RefreshTokenRow, RevokeReason, SignIns, SparedSignIn,
};
use rf_kernel::{AccountId, FamilyId, JwtId, StoreError, Timestamp, UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, UpdateMany,
    sea_query::{Expr, ExprTrait, LockType},
};
use uuid::Uuid;

use crate::{
    convert::{corrupt, instant, maybe_instant, maybe_micros, micros, named, uuids},
    dialect::store_error,
    entities::{
        refresh_tokens::{Column, Entity, Model},
        users,
    },
    unit::SqlUnit,
};

fn token(row: &QueryResult) -> Result<RefreshTokenRow, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(RefreshTokenRow {
        jti: row.jti.into(),
        user_id: row.user_id.into(),
        account_id: row.account_id.into(),
        family_id: row.family_id.into(),
        parent_jti: row.parent_jti.map(Into::into),
        generation: row.generation,
        issued_at: instant(row.issued_at)?,
        expires_at: instant(row.expires_at)?,
        revoked: match (maybe_instant(row.revoked_at)?, row.revoked_reason) {
            (Some(at), Some(reason)) => Some((at, named(&reason)?)),
            (None, None) => None,
            _ => return Err(corrupt(format!("refresh token {} is half revoked", row.jti))),
        },
    })
}

/// The people whose sign-ins these are.
fn people(which: SignIns) -> Condition {
    match which {
        SignIns::Everybodys | SignIns::AllBut(_) => Condition::all(),
        SignIns::Of(only) | SignIns::OfBut(only, _) => {
            Condition::all().add(users::Column::Id.eq(only.uuid()))
        }
    }
}

/// Their tokens.
fn tokens(which: SignIns) -> Condition {
    match which {
        SignIns::Everybodys => Condition::all(),
        SignIns::AllBut(kept) => Condition::all().add(Column::FamilyId.ne(kept.uuid())),
        SignIns::Of(only) => Condition::all().add(Column::UserId.eq(only.uuid())),
        SignIns::OfBut(only, kept) => {
            Condition::all().add(Column::UserId.eq(only.uuid())).add(Column::FamilyId.ne(kept.uuid()))
        }
    }
}

/// Revokes whatever of the rows is still live.
fn revoke(reason: RevokeReason, at: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(at)))
        .col_expr(Column::RevokedReason, Expr::value(reason.as_str()))
        .filter(Column::RevokedAt.is_null())
}

#[async_trait]
impl RefreshTokenRepository for SqlUnit {
    async fn insert_refresh_token(&mut self, token: &RefreshTokenRow) -> Result<(), StoreError> {
        self.require_write_to(token.account_id)?;
        self.insert(Model {
            jti: token.jti.into(),
            account_id: token.account_id.into(),
            user_id: token.user_id.into(),
            family_id: token.family_id.into(),
            parent_jti: uuids(token.parent_jti),
            generation: token.generation,
            issued_at: micros(token.issued_at),
            expires_at: micros(token.expires_at),
            revoked_at: maybe_micros(token.revoked.map(|(at, _)| at)),
            revoked_reason: token.revoked.map(|(_, reason)| reason.as_str().to_owned()),
        })
        .await
    }

    async fn consume_refresh_token(
        &mut self,
        jti: JwtId,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<ConsumeOutcome, StoreError> {
        let seen = self.seen(Column::AccountId);
        let update = revoke(reason, at).filter(Column::Jti.eq(jti.uuid())).filter(seen.clone()).into_query();
        let consumed = self.write(&update).await? == 1;
        let query = Entity::find_by_id(jti.uuid()).filter(seen).into_query();
        Ok(match self.read_one(&query, token).await? {
            None => ConsumeOutcome::NotFound,
            Some(row) if consumed => ConsumeOutcome::Consumed(RefreshTokenRow { revoked: None, ..row }),
            Some(row) => ConsumeOutcome::AlreadyRevoked(row),
        })
    }

    async fn refresh_token_successor(&mut self, jti: JwtId) -> Result<Option<RefreshTokenRow>, StoreError> {
        let query = Entity::find()
            .filter(Column::ParentJti.eq(jti.uuid()))
            .filter(self.seen(Column::AccountId))
            .into_query();
        self.read_one(&query, token).await
    }

    async fn revoke_family(
        &mut self,
        family: FamilyId,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.require_write()?;
        let rows = self.seen(Column::AccountId).add(Column::FamilyId.eq(family.uuid()));
        // A rotation under way holds the lock of the token it consumed. Waiting for it before the update begins
        // lets the update see the successor it has minted; without, that token would live on. The order keeps two
        // revocations from waiting for each other.
        let wait = Entity::find()
            .select_only()
            .column(Column::Jti)
            .filter(rows.clone())
            .order_by_asc(Column::Jti)
            .lock(LockType::NoKeyUpdate)
            .into_query();
        self.read(&wait, |_| Ok(())).await?;
        self.write(&revoke(reason, at).filter(rows).into_query()).await
    }

    async fn revoke_sign_ins(
        &mut self,
        tenant: AccountId,
        which: SignIns,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.require_write()?;
        // Whoever mints holds a lock on the person (see `user_for_sign_in`, `record_sign_in`). With these locks no
        // minting is under way, and the update sees all that was minted. The order keeps two from waiting for each
        // other.
        let wait = users::Entity::find()
            .select_only()
            .column(users::Column::Id)
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(people(which))
            .order_by_asc(users::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_query();
        self.read(&wait, |_| Ok(())).await?;
        let rows = self.own(Column::AccountId, tenant).add(tokens(which));
        self.write(&revoke(reason, at).filter(rows).into_query()).await
    }

    async fn sweep_refresh_tokens(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let ran_out = Entity::delete_many()
            .filter(Column::ExpiresAt.lte(micros(before)))
            .filter(self.seen(Column::AccountId));
        self.write(&ran_out.into_query()).await
    }

    async fn refuse_access(&mut self, tenant: AccountId, which: SignIns) -> Result<(), StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::SessionEpoch, Expr::col(users::Column::SessionEpoch).add(1))
            .col_expr(users::Column::SparedFamilyId, Expr::value(None::<Uuid>))
            .col_expr(users::Column::SparedEpoch, Expr::value(None::<i64>))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(people(which))
            .into_query();
        self.write(&update).await?;
        Ok(())
    }

    async fn spare_access(
        &mut self,
        tenant: AccountId,
        user: UserId,
        spared: SparedSignIn,
    ) -> Result<(), StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::SparedFamilyId, Expr::value(spared.family_id.uuid()))
            .col_expr(users::Column::SparedEpoch, Expr::value(spared.epoch))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.eq(user.uuid()))
            .into_query();
        self.write(&update).await?;
        Ok(())
    }
}
