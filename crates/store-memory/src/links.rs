//! Links of mails that work once, and invitations.

use async_trait::async_trait;
use rf_accounts::{Invite, InviteRepository, LinkEnd, LinkToken, LinkTokenRepository};
use rf_auth_policy::LinkPurpose;
use rf_kernel::{AccountId, InviteId, LinkTokenId, StoreError, Timestamp, UserId};

use crate::{
    state::{State, require},
    unit::{MemoryUnit, View},
};

/// Neither accepted nor revoked.
fn waits(invite: &Invite) -> bool {
    invite.accepted.is_none() && invite.revoked_at.is_none()
}

/// The account's invitations, newest first.
fn newest_first(state: &State, view: View, tenant: AccountId) -> Vec<Invite> {
    let own = |invite: &&Invite| view.covers(tenant) && invite.account_id == tenant;
    let mut found: Vec<_> = state.invites.values().filter(own).cloned().collect();
    found.sort_by_key(|invite| std::cmp::Reverse((invite.created_at, invite.id)));
    found
}

fn waiting_of(state: &State, view: View, tenant: AccountId, id: InviteId) -> Option<Invite> {
    let own = |invite: &&Invite| view.covers(tenant) && invite.account_id == tenant && waits(invite);
    state.invites.get(&id).filter(own).cloned()
}

#[async_trait]
impl LinkTokenRepository for MemoryUnit {
    async fn insert_link_token(&mut self, token: &LinkToken) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(token.account_id)?;
            state.require_user(token.account_id, Some(token.user_id), "fk_link_tokens_user")?;
            let known = state.link_tokens.values().any(|other| other.hash == token.hash);
            state.link_tokens.insert("pk_link_tokens", token.id, token.clone())?;
            require(!known, "uq_link_tokens_hash")
        })
    }

    async fn link_token_by_hash(&mut self, hash: &str) -> Result<Option<LinkToken>, StoreError> {
        self.read(|state, view| {
            let fits = |token: &&LinkToken| token.hash == hash && view.covers(token.account_id);
            Ok(state.link_tokens.values().find(fits).cloned())
        })
    }

    async fn newest_link_token(
        &mut self,
        tenant: AccountId,
        user: UserId,
        purpose: LinkPurpose,
    ) -> Result<Option<LinkToken>, StoreError> {
        self.read(|state, view| {
            let fits = |token: &&LinkToken| {
                view.covers(tenant)
                    && token.account_id == tenant
                    && token.user_id == user
                    && token.purpose == purpose
            };
            let newest = state.link_tokens.values().filter(fits);
            Ok(newest.max_by_key(|token| (token.created_at, token.id)).cloned())
        })
    }

    async fn use_link_token(&mut self, id: LinkTokenId, at: Timestamp) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let open = |token: &&LinkToken| view.covers(token.account_id) && token.ended.is_none();
            let Some(token) = state.link_tokens.get(&id).filter(open).cloned() else { return Ok(false) };
            state.link_tokens.put(id, LinkToken { ended: Some((LinkEnd::Used, at)), ..token });
            Ok(true)
        })
    }

    async fn sweep_link_tokens(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let ran_out = |token: &&LinkToken| token.expires_at <= before && view.covers(token.account_id);
            let gone: Vec<_> = state.link_tokens.values().filter(ran_out).map(|token| token.id).collect();
            for id in &gone {
                state.link_tokens.remove(id);
            }
            Ok(gone.len() as u64)
        })
    }

    async fn supersede_link_tokens(
        &mut self,
        tenant: AccountId,
        user: UserId,
        purpose: LinkPurpose,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            let fits = |token: &&LinkToken| {
                view.covers(tenant)
                    && token.account_id == tenant
                    && token.user_id == user
                    && token.purpose == purpose
                    && token.ended.is_none()
            };
            let open: Vec<_> = state.link_tokens.values().filter(fits).cloned().collect();
            for token in open {
                let ended = Some((LinkEnd::Superseded, at));
                state.link_tokens.put(token.id, LinkToken { ended, ..token });
            }
            Ok(())
        })
    }
}

#[async_trait]
impl InviteRepository for MemoryUnit {
    async fn insert_invite(&mut self, invite: &Invite) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(invite.account_id)?;
            let account = invite.account_id;
            state.require_account(account, "fk_invites_account")?;
            state.require_user(account, Some(invite.invited_by_id), "fk_invites_inviter")?;
            state.require_user(account, invite.accepted.map(|(by, _)| by), "fk_invites_person")?;
            require(!(invite.accepted.is_some() && invite.revoked_at.is_some()), "ck_invites_ended")?;
            require(state.invites.get(&invite.id).is_none(), "pk_invites")?;
            let known = state.invites.values().any(|other| other.hash == invite.hash);
            require(!known, "uq_invites_hash")?;
            let same =
                |other: &Invite| waits(other) && other.account_id == account && other.email == invite.email;
            require(!waits(invite) || !state.invites.values().any(same), "uq_invites_open")?;
            state.invites.put(invite.id, invite.clone());
            Ok(())
        })
    }

    async fn invites(&mut self, tenant: AccountId, limit: u64) -> Result<Vec<Invite>, StoreError> {
        self.read(|state, view| {
            let mut found = newest_first(state, view, tenant);
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        })
    }

    async fn waiting_invites(&mut self, tenant: AccountId) -> Result<Vec<Invite>, StoreError> {
        self.read(|state, view| {
            let mut found = newest_first(state, view, tenant);
            found.retain(waits);
            Ok(found)
        })
    }

    async fn invite_by_id(&mut self, tenant: AccountId, id: InviteId) -> Result<Option<Invite>, StoreError> {
        self.read(|state, view| {
            let own = |invite: &&Invite| view.covers(tenant) && invite.account_id == tenant;
            Ok(state.invites.get(&id).filter(own).cloned())
        })
    }

    async fn invite_by_hash(&mut self, hash: &str) -> Result<Option<Invite>, StoreError> {
        self.read(|state, view| {
            let fits = |invite: &&Invite| invite.hash == hash && view.covers(invite.account_id);
            Ok(state.invites.values().find(fits).cloned())
        })
    }

    async fn renew_invite(&mut self, tenant: AccountId, invite: &Invite) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let Some(known) = waiting_of(state, view, tenant, invite.id) else { return Ok(false) };
            let taken = |other: &Invite| other.id != invite.id && other.hash == invite.hash;
            require(!state.invites.values().any(taken), "uq_invites_hash")?;
            let renewed = Invite {
                token_id: invite.token_id,
                hash: invite.hash.clone(),
                sent_at: invite.sent_at,
                expires_at: invite.expires_at,
                ..known
            };
            state.invites.put(invite.id, renewed);
            Ok(true)
        })
    }

    async fn accept_invite(
        &mut self,
        tenant: AccountId,
        invite: &Invite,
        by: UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let known = waiting_of(state, view, tenant, invite.id);
            let Some(known) = known.filter(|known| known.hash == invite.hash && at < known.expires_at) else {
                return Ok(false);
            };
            state.require_user(known.account_id, Some(by), "fk_invites_person")?;
            state.invites.put(known.id, Invite { accepted: Some((by, at)), ..known });
            Ok(true)
        })
    }

    async fn revoke_invite(
        &mut self,
        tenant: AccountId,
        id: InviteId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let Some(known) = waiting_of(state, view, tenant, id) else { return Ok(false) };
            state.invites.put(id, Invite { revoked_at: Some(at), ..known });
            Ok(true)
        })
    }
}
