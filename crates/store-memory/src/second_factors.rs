//! Second factors of sign-ins.

use async_trait::async_trait;
use rf_accounts::{SecondFactor, SecondFactorRepository, User};
use rf_kernel::{AccountId, Revision, StoreError, UserId};

use crate::unit::MemoryUnit;

#[async_trait]
impl SecondFactorRepository for MemoryUnit {
    async fn second_factor_of(
        &mut self,
        tenant: AccountId,
        user: UserId,
    ) -> Result<Option<SecondFactor>, StoreError> {
        self.read(|state, view| {
            let own = |factor: &&SecondFactor| factor.account_id == tenant && view.covers(tenant);
            Ok(state.second_factors.get(&user).filter(own).cloned())
        })
    }

    async fn keep_second_factor(
        &mut self,
        factor: &SecondFactor,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            view.wall(factor.account_id)?;
            let present = state.second_factors.get(&factor.user_id);
            let own = present.is_none_or(|kept| kept.account_id == factor.account_id);
            if !own || present.map(|kept| kept.revision) != expected {
                return Ok(false);
            }
            state.require_user(factor.account_id, Some(factor.user_id), "fk_second_factors_user")?;
            state.second_factors.put(factor.user_id, factor.clone());
            Ok(true)
        })
    }

    async fn remove_second_factor(&mut self, tenant: AccountId, user: UserId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let kept = state.second_factors.get(&user);
            let own = kept.is_some_and(|kept| kept.account_id == tenant && view.covers(tenant));
            if own {
                state.second_factors.remove(&user);
            }
            Ok(own)
        })
    }

    async fn people_with_second_factor(&mut self, tenant: AccountId) -> Result<Vec<UserId>, StoreError> {
        self.read(|state, view| {
            let counts = |factor: &&SecondFactor| {
                factor.account_id == tenant && view.covers(tenant) && factor.confirmed_at.is_some()
            };
            Ok(state.second_factors.values().filter(counts).map(|factor| factor.user_id).collect())
        })
    }

    async fn settle_second_factors_due(&mut self, tenant: AccountId) -> Result<(), StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| user.account_id == tenant && view.covers(tenant);
            let required = state.accounts.get(&tenant).is_some_and(|account| account.requires_second_factor);
            let people: Vec<_> = state.users.values().filter(own).cloned().collect();
            for user in people {
                let factor = state.second_factors.get(&user.id);
                let has_one = factor.is_some_and(|factor| factor.confirmed_at.is_some());
                state.users.put(user.id, User { second_factor_due: required && !has_one, ..user });
            }
            Ok(())
        })
    }
}
