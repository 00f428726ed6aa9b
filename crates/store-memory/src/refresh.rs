//! Refresh tokens.

use async_trait::async_trait;
use rf_accounts::{
    ConsumeOutcome, RefreshTokenRepository, RefreshTokenRow, RevokeReason, SignIns, SparedSignIn, User,
};
use rf_kernel::{AccountId, FamilyId, JwtId, StoreError, Timestamp, UserId};

use crate::{
    state::{State, require},
    unit::MemoryUnit,
};

/// Revokes the live tokens `which` holds for; answers how many.
fn revoke(
    state: &mut State,
    which: impl Fn(&RefreshTokenRow) -> bool,
    reason: RevokeReason,
    at: Timestamp,
) -> u64 {
    let live: Vec<_> =
        state.refresh_tokens.values().filter(|row| row.revoked.is_none() && which(row)).cloned().collect();
    let count = live.len() as u64;
    for row in live {
        let revoked = Some((at, reason));
        state.refresh_tokens.put(row.jti, RefreshTokenRow { revoked, ..row });
    }
    count
}

#[async_trait]
impl RefreshTokenRepository for MemoryUnit {
    async fn insert_refresh_token(&mut self, token: &RefreshTokenRow) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(token.account_id)?;
            require(
                token.parent_jti.is_none()
                    || state.refresh_tokens.values().all(|other| other.parent_jti != token.parent_jti),
                "uq_refresh_tokens_parent",
            )?;
            state.require_user(token.account_id, Some(token.user_id), "fk_refresh_tokens_user")?;
            state.refresh_tokens.insert("pk_refresh_tokens", token.jti, token.clone())
        })
    }

    async fn consume_refresh_token(
        &mut self,
        jti: JwtId,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<ConsumeOutcome, StoreError> {
        self.write(|state, view| {
            let found = state.refresh_tokens.get(&jti).filter(|row| view.covers(row.account_id)).cloned();
            Ok(match found {
                None => ConsumeOutcome::NotFound,
                Some(row) if row.revoked.is_some() => ConsumeOutcome::AlreadyRevoked(row),
                Some(row) => {
                    let revoked = Some((at, reason));
                    state.refresh_tokens.put(jti, RefreshTokenRow { revoked, ..row.clone() });
                    ConsumeOutcome::Consumed(row)
                }
            })
        })
    }

    async fn refresh_token_successor(&mut self, jti: JwtId) -> Result<Option<RefreshTokenRow>, StoreError> {
        self.read(|state, view| {
            Ok(state
                .refresh_tokens
                .values()
                .find(|row| row.parent_jti == Some(jti) && view.covers(row.account_id))
                .cloned())
        })
    }

    async fn revoke_family(
        &mut self,
        family: FamilyId,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write(|state, view| {
            Ok(revoke(state, |row| row.family_id == family && view.covers(row.account_id), reason, at))
        })
    }

    async fn revoke_sign_ins(
        &mut self,
        tenant: AccountId,
        which: SignIns,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let own = |row: &RefreshTokenRow| view.covers(tenant) && row.account_id == tenant;
            Ok(revoke(state, |row| own(row) && which.include(row.user_id, row.family_id), reason, at))
        })
    }

    async fn sweep_refresh_tokens(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let ran_out = |row: &&RefreshTokenRow| row.expires_at <= before && view.covers(row.account_id);
            let gone: Vec<_> = state.refresh_tokens.values().filter(ran_out).map(|row| row.jti).collect();
            for jti in &gone {
                state.refresh_tokens.remove(jti);
            }
            Ok(gone.len() as u64)
        })
    }

    async fn refuse_access(&mut self, tenant: AccountId, which: SignIns) -> Result<(), StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            let users: Vec<_> =
                state.users.values().filter(own).filter(|user| which.concern(user.id)).cloned().collect();
            for user in users {
                let session_epoch = user.session_epoch + 1;
                state.users.put(user.id, User { session_epoch, spared: None, ..user });
            }
            Ok(())
        })
    }

    async fn spare_access(
        &mut self,
        tenant: AccountId,
        user: UserId,
        spared: SparedSignIn,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            if let Some(user) = state.users.get(&user).filter(own).cloned() {
                state.users.put(user.id, User { spared: Some(spared), ..user });
            }
            Ok(())
        })
    }
}
