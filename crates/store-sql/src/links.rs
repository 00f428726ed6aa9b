//! Links of mails that work once, and invitations.

use async_trait::async_trait;
use rf_accounts::{Email, Invite, InviteRepository, LinkToken, LinkTokenRepository};
use rf_auth_policy::LinkPurpose;
use rf_kernel::{AccountId, InviteId, LinkTokenId, StoreError, Timestamp, UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, sea_query::Expr,
};

use crate::{
    convert::{instant, maybe_instant, maybe_micros, micros, named},
    dialect::store_error,
    entities::{invites, link_tokens},
    unit::SqlUnit,
};

fn link_token(row: &QueryResult) -> Result<LinkToken, StoreError> {
    let row = link_tokens::Model::from_query_result(row, "").map_err(store_error)?;
    let end = row.ended_as.as_deref().map(named).transpose()?;
    Ok(LinkToken {
        id: row.id.into(),
        account_id: row.account_id.into(),
        user_id: row.user_id.into(),
        purpose: named(&row.purpose)?,
        hash: row.token_hash,
        email: Email::from_stored(row.email),
        created_at: instant(row.created_at)?,
        expires_at: instant(row.expires_at)?,
        ended: end.zip(maybe_instant(row.ended_at)?),
    })
}

fn invite(row: &QueryResult) -> Result<Invite, StoreError> {
    let row = invites::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Invite {
        id: row.id.into(),
        account_id: row.account_id.into(),
        email: Email::from_stored(row.email),
        role: named(&row.role)?,
        invited_by_id: row.invited_by_id.into(),
        token_id: row.token_id.into(),
        hash: row.token_hash,
        created_at: instant(row.created_at)?,
        sent_at: instant(row.sent_at)?,
        expires_at: instant(row.expires_at)?,
        accepted: row.accepted_by_id.map(Into::into).zip(maybe_instant(row.accepted_at)?),
        revoked_at: maybe_instant(row.revoked_at)?,
    })
}

/// Neither accepted nor revoked.
fn waiting() -> Condition {
    Condition::all().add(invites::Column::AcceptedAt.is_null()).add(invites::Column::RevokedAt.is_null())
}

#[async_trait]
impl LinkTokenRepository for SqlUnit {
    async fn insert_link_token(&mut self, token: &LinkToken) -> Result<(), StoreError> {
        self.require_write_to(token.account_id)?;
        self.insert(link_tokens::Model {
            id: token.id.into(),
            account_id: token.account_id.into(),
            user_id: token.user_id.into(),
            purpose: token.purpose.as_str().to_owned(),
            token_hash: token.hash.clone(),
            email: token.email.as_str().to_owned(),
            created_at: micros(token.created_at),
            expires_at: micros(token.expires_at),
            ended_at: token.ended.map(|(_, at)| micros(at)),
            ended_as: token.ended.map(|(end, _)| end.as_str().to_owned()),
        })
        .await
    }

    async fn link_token_by_hash(&mut self, hash: &str) -> Result<Option<LinkToken>, StoreError> {
        let query = link_tokens::Entity::find()
            .filter(link_tokens::Column::TokenHash.eq(hash))
            .filter(self.seen(link_tokens::Column::AccountId))
            .into_query();
        self.read_one(&query, link_token).await
    }

    async fn newest_link_token(
        &mut self,
        tenant: AccountId,
        user: UserId,
        purpose: LinkPurpose,
    ) -> Result<Option<LinkToken>, StoreError> {
        let query = link_tokens::Entity::find()
            .filter(self.own(link_tokens::Column::AccountId, tenant))
            .filter(link_tokens::Column::UserId.eq(user.uuid()))
            .filter(link_tokens::Column::Purpose.eq(purpose.as_str()))
            .order_by_desc(link_tokens::Column::CreatedAt)
            .order_by_desc(link_tokens::Column::Id)
            .limit(1)
            .into_query();
        self.read_one(&query, link_token).await
    }

    async fn use_link_token(&mut self, id: LinkTokenId, at: Timestamp) -> Result<bool, StoreError> {
        let update = link_tokens::Entity::update_many()
            .col_expr(link_tokens::Column::EndedAt, Expr::value(micros(at)))
            .col_expr(link_tokens::Column::EndedAs, Expr::value("used"))
            .filter(self.seen(link_tokens::Column::AccountId))
            .filter(link_tokens::Column::Id.eq(id.uuid()))
            .filter(link_tokens::Column::EndedAt.is_null())
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn sweep_link_tokens(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let ran_out = link_tokens::Entity::delete_many()
            .filter(link_tokens::Column::ExpiresAt.lte(micros(before)))
            .filter(self.seen(link_tokens::Column::AccountId));
        self.write(&ran_out.into_query()).await
    }

    async fn supersede_link_tokens(
        &mut self,
        tenant: AccountId,
        user: UserId,
        purpose: LinkPurpose,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let update = link_tokens::Entity::update_many()
            .col_expr(link_tokens::Column::EndedAt, Expr::value(micros(at)))
            .col_expr(link_tokens::Column::EndedAs, Expr::value("superseded"))
            .filter(self.own(link_tokens::Column::AccountId, tenant))
            .filter(link_tokens::Column::UserId.eq(user.uuid()))
            .filter(link_tokens::Column::Purpose.eq(purpose.as_str()))
            .filter(link_tokens::Column::EndedAt.is_null())
            .into_query();
        self.write(&update).await?;
        Ok(())
    }
}

#[async_trait]
impl InviteRepository for SqlUnit {
    async fn insert_invite(&mut self, invite: &Invite) -> Result<(), StoreError> {
        self.require_write_to(invite.account_id)?;
        self.insert(invites::Model {
            id: invite.id.into(),
            account_id: invite.account_id.into(),
            email: invite.email.as_str().to_owned(),
            role: invite.role.as_str().to_owned(),
            invited_by_id: invite.invited_by_id.into(),
            token_id: invite.token_id.into(),
            token_hash: invite.hash.clone(),
            created_at: micros(invite.created_at),
            sent_at: micros(invite.sent_at),
            expires_at: micros(invite.expires_at),
            accepted_at: invite.accepted.map(|(_, at)| micros(at)),
            accepted_by_id: invite.accepted.map(|(by, _)| by.into()),
            revoked_at: maybe_micros(invite.revoked_at),
        })
        .await
    }

    async fn invites(&mut self, tenant: AccountId, limit: u64) -> Result<Vec<Invite>, StoreError> {
        let query = invites::Entity::find()
            .filter(self.own(invites::Column::AccountId, tenant))
            .order_by_desc(invites::Column::CreatedAt)
            .order_by_desc(invites::Column::Id)
            .limit(limit)
            .into_query();
        self.read(&query, invite).await
    }

    async fn waiting_invites(&mut self, tenant: AccountId) -> Result<Vec<Invite>, StoreError> {
        let query = invites::Entity::find()
            .filter(self.own(invites::Column::AccountId, tenant))
            .filter(waiting())
            .order_by_desc(invites::Column::CreatedAt)
            .order_by_desc(invites::Column::Id)
            .into_query();
        self.read(&query, invite).await
    }

    async fn invite_by_id(&mut self, tenant: AccountId, id: InviteId) -> Result<Option<Invite>, StoreError> {
        let query = invites::Entity::find_by_id(id.uuid())
            .filter(self.own(invites::Column::AccountId, tenant))
            .into_query();
        self.read_one(&query, invite).await
    }

    async fn invite_by_hash(&mut self, hash: &str) -> Result<Option<Invite>, StoreError> {
        let query = invites::Entity::find()
            .filter(invites::Column::TokenHash.eq(hash))
            .filter(self.seen(invites::Column::AccountId))
            .into_query();
        self.read_one(&query, invite).await
    }

    async fn renew_invite(&mut self, tenant: AccountId, invite: &Invite) -> Result<bool, StoreError> {
        let update = invites::Entity::update_many()
            .col_expr(invites::Column::TokenId, Expr::value(invite.token_id.uuid()))
            .col_expr(invites::Column::TokenHash, Expr::value(invite.hash.as_str()))
            .col_expr(invites::Column::SentAt, Expr::value(micros(invite.sent_at)))
            .col_expr(invites::Column::ExpiresAt, Expr::value(micros(invite.expires_at)))
            .filter(self.own(invites::Column::AccountId, tenant))
            .filter(invites::Column::Id.eq(invite.id.uuid()))
            .filter(waiting())
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn accept_invite(
        &mut self,
        tenant: AccountId,
        invite: &Invite,
        by: UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = invites::Entity::update_many()
            .col_expr(invites::Column::AcceptedAt, Expr::value(micros(at)))
            .col_expr(invites::Column::AcceptedById, Expr::value(by.uuid()))
            .filter(self.own(invites::Column::AccountId, tenant))
            .filter(invites::Column::Id.eq(invite.id.uuid()))
            .filter(invites::Column::TokenHash.eq(&invite.hash))
            .filter(invites::Column::ExpiresAt.gt(micros(at)))
            .filter(waiting())
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn revoke_invite(
        &mut self,
        tenant: AccountId,
        id: InviteId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = invites::Entity::update_many()
            .col_expr(invites::Column::RevokedAt, Expr::value(micros(at)))
            .filter(self.own(invites::Column::AccountId, tenant))
            .filter(invites::Column::Id.eq(id.uuid()))
            .filter(waiting())
            .into_query();
        Ok(self.write(&update).await? == 1)
    }
}
