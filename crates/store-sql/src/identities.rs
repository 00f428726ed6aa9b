//! Who people are at providers, and their ways there and back.

use async_trait::async_trait;
use rf_accounts::{Identity, IdentityKey, IdentityOutcome, IdentityRepository, OauthFlow};
use rf_kernel::{AccountId, IdentityId, StoreError, Timestamp, UserId};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QueryResult,
    QueryTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    convert::{instant, maybe_instant, maybe_micros, micros, named, uuids},
    dialect::store_error,
    entities::{
        identities::{Column, Entity, Model},
        oauth_flows,
    },
    unit::SqlUnit,
};

fn identity(row: &QueryResult) -> Result<Identity, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Identity {
        id: row.id.into(),
        account_id: row.account_id.into(),
        user_id: row.user_id.into(),
        provider: named(&row.provider)?,
        key: IdentityKey { issuer: row.issuer, directory: row.directory, subject: row.subject },
        email: row.email,
        created_at: instant(row.created_at)?,
        last_used_at: maybe_instant(row.last_used_at)?,
    })
}

fn flow(row: &QueryResult) -> Result<OauthFlow, StoreError> {
    let row = oauth_flows::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(OauthFlow {
        state_hash: row.state_hash,
        account_id: row.account_id.into(),
        user_id: row.user_id.map(Into::into),
        provider: named(&row.provider)?,
        invite_hash: row.invite_hash,
        expires_at: instant(row.expires_at)?,
    })
}

#[async_trait]
impl IdentityRepository for SqlUnit {
    async fn insert_identity(&mut self, identity: &Identity) -> Result<IdentityOutcome, StoreError> {
        self.require_write_to(identity.account_id)?;
        let row = Model {
            id: identity.id.into(),
            account_id: identity.account_id.into(),
            user_id: identity.user_id.into(),
            provider: identity.provider.as_str().to_owned(),
            issuer: identity.key.issuer.clone(),
            directory: identity.key.directory.clone(),
            subject: identity.key.subject.clone(),
            email: identity.email.clone(),
            created_at: micros(identity.created_at),
            last_used_at: maybe_micros(identity.last_used_at),
        };
        let taken =
            OnConflict::columns([Column::Issuer, Column::Directory, Column::Subject]).do_nothing().to_owned();
        let insert = Entity::insert(row.into_active_model()).on_conflict(taken).into_query();
        Ok(match self.write(&insert).await? {
            0 => IdentityOutcome::Taken,
            _ => IdentityOutcome::Inserted,
        })
    }

    async fn identity_by_key(&mut self, key: &IdentityKey) -> Result<Option<Identity>, StoreError> {
        let query = Entity::find()
            .filter(Column::Issuer.eq(&key.issuer))
            .filter(Column::Directory.eq(&key.directory))
            .filter(Column::Subject.eq(&key.subject))
            .filter(self.seen(Column::AccountId))
            .into_query();
        self.read_one(&query, identity).await
    }

    async fn identities_of(&mut self, tenant: AccountId, user: UserId) -> Result<Vec<Identity>, StoreError> {
        let query = Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::UserId.eq(user.uuid()))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .into_query();
        self.read(&query, identity).await
    }

    async fn delete_identity(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: IdentityId,
    ) -> Result<bool, StoreError> {
        let delete = Entity::delete_many()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::UserId.eq(user.uuid()))
            .filter(Column::Id.eq(id.uuid()));
        Ok(self.write(&delete.into_query()).await? == 1)
    }

    async fn record_identity_use(
        &mut self,
        id: IdentityId,
        email: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Entity::update_many()
            .col_expr(Column::Email, Expr::value(email.map(str::to_owned)))
            .col_expr(Column::LastUsedAt, Expr::value(micros(at)))
            .filter(Column::Id.eq(id.uuid()))
            .filter(self.seen(Column::AccountId));
        self.write(&update.into_query()).await?;
        Ok(())
    }

    async fn insert_oauth_flow(&mut self, flow: &OauthFlow) -> Result<(), StoreError> {
        self.require_write_to(flow.account_id)?;
        self.insert(oauth_flows::Model {
            state_hash: flow.state_hash.clone(),
            account_id: flow.account_id.into(),
            user_id: uuids(flow.user_id),
            provider: flow.provider.as_str().to_owned(),
            expires_at: micros(flow.expires_at),
            invite_hash: flow.invite_hash.clone(),
        })
        .await
    }

    async fn take_oauth_flow(&mut self, state_hash: &str) -> Result<Option<OauthFlow>, StoreError> {
        self.require_write()?;
        let account = oauth_flows::Column::AccountId;
        let query = oauth_flows::Entity::find()
            .filter(oauth_flows::Column::StateHash.eq(state_hash))
            .filter(self.seen(account))
            .into_query();
        let Some(found) = self.read_one(&query, flow).await? else { return Ok(None) };
        // Whoever takes the row away has it; on Postgres the others wait here and then find nothing.
        let delete = oauth_flows::Entity::delete_many()
            .filter(oauth_flows::Column::StateHash.eq(state_hash))
            .filter(self.seen(account));
        let taken = self.write(&delete.into_query()).await?;
        Ok((taken == 1).then_some(found))
    }

    async fn forget_oauth_flows(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let ended = oauth_flows::Entity::delete_many()
            .filter(oauth_flows::Column::ExpiresAt.lte(micros(now)))
            .filter(self.seen(oauth_flows::Column::AccountId));
        self.write(&ended.into_query()).await?;
        Ok(())
    }
}
