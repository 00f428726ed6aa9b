//! Who people are at providers, and their ways there and back.

use async_trait::async_trait;
use rf_accounts::{Identity, IdentityKey, IdentityOutcome, IdentityRepository, OauthFlow};
use rf_kernel::{AccountId, IdentityId, StoreError, Timestamp, UserId};

use crate::unit::MemoryUnit;

#[async_trait]
impl IdentityRepository for MemoryUnit {
    async fn insert_identity(&mut self, identity: &Identity) -> Result<IdentityOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(identity.account_id)?;
            state.require_user(identity.account_id, Some(identity.user_id), "fk_identities_user")?;
            if state.identities.values().any(|known| known.key == identity.key) {
                return Ok(IdentityOutcome::Taken);
            }
            state.identities.insert("pk_identities", identity.id, identity.clone())?;
            Ok(IdentityOutcome::Inserted)
        })
    }

    async fn identity_by_key(&mut self, key: &IdentityKey) -> Result<Option<Identity>, StoreError> {
        self.read(|state, view| {
            let found = state.identities.values().find(|known| known.key == *key);
            Ok(found.filter(|known| view.covers(known.account_id)).cloned())
        })
    }

    async fn identities_of(&mut self, tenant: AccountId, user: UserId) -> Result<Vec<Identity>, StoreError> {
        self.read(|state, view| {
            let own = |known: &&Identity| known.account_id == tenant && known.user_id == user;
            let mut all: Vec<_> = state
                .identities
                .values()
                .filter(own)
                .filter(|known| view.covers(known.account_id))
                .cloned()
                .collect();
            all.sort_by_key(|known| (known.created_at, known.id));
            Ok(all)
        })
    }

    async fn delete_identity(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: IdentityId,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let found = state.identities.get(&id);
            let own = found.is_some_and(|known| (known.account_id, known.user_id) == (tenant, user))
                && view.covers(tenant);
            if own {
                state.identities.remove(&id);
            }
            Ok(own)
        })
    }

    async fn record_identity_use(
        &mut self,
        id: IdentityId,
        email: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            if let Some(known) = state.identities.get(&id).filter(|known| view.covers(known.account_id)) {
                let used =
                    Identity { email: email.map(str::to_owned), last_used_at: Some(at), ..known.clone() };
                state.identities.put(id, used);
            }
            Ok(())
        })
    }

    async fn insert_oauth_flow(&mut self, flow: &OauthFlow) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(flow.account_id)?;
            state.require_user(flow.account_id, flow.user_id, "fk_oauth_flows_user")?;
            state.oauth_flows.insert("pk_oauth_flows", flow.state_hash.clone(), flow.clone())
        })
    }

    async fn take_oauth_flow(&mut self, state_hash: &str) -> Result<Option<OauthFlow>, StoreError> {
        self.write(|state, view| {
            let key = state_hash.to_owned();
            let found = state.oauth_flows.get(&key).filter(|flow| view.covers(flow.account_id)).cloned();
            if found.is_some() {
                state.oauth_flows.remove(&key);
            }
            Ok(found)
        })
    }

    async fn forget_oauth_flows(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.write(|state, view| {
            let ended: Vec<_> = state
                .oauth_flows
                .values()
                .filter(|flow| flow.expires_at <= now && view.covers(flow.account_id))
                .map(|flow| flow.state_hash.clone())
                .collect();
            for key in &ended {
                state.oauth_flows.remove(key);
            }
            Ok(())
        })
    }
}
