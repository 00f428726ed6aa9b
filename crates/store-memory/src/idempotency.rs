//! Keys of requests that may be sent twice.

use async_trait::async_trait;
use rf_accounts::{IdempotencyRepository, KeptAnswer, KeyClaim, KeyOutcome};
use rf_kernel::{StoreError, Timestamp};

use crate::unit::MemoryUnit;

/// A claimed key; the answer comes before the commit.
#[derive(Clone, Debug)]
pub(crate) struct KeyRow {
    request_hash: String,
    answer: Option<KeptAnswer>,
    expires_at: Timestamp,
}

fn unanswered() -> StoreError {
    StoreError::Other("the key was claimed by a unit that kept no answer".into())
}

#[async_trait]
impl IdempotencyRepository for MemoryUnit {
    async fn claim_key(&mut self, claim: &KeyClaim) -> Result<KeyOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(claim.account_id)?;
            state.require_user(claim.account_id, Some(claim.user_id), "fk_idempotency_keys_user")?;
            let ended: Vec<_> = state
                .keys
                .entries()
                .filter(|((account, ..), row)| *account == claim.account_id && row.expires_at <= claim.now)
                .map(|(key, _)| key.clone())
                .collect();
            for key in &ended {
                state.keys.remove(key);
            }
            let key = (claim.account_id, claim.user_id, claim.key.clone());
            if let Some(row) = state.keys.get(&key) {
                return Ok(KeyOutcome::Known {
                    request_hash: row.request_hash.clone(),
                    answer: row.answer.clone().ok_or_else(unanswered)?,
                });
            }
            let (request_hash, expires_at) = (claim.request_hash.clone(), claim.expires_at);
            state.keys.put(key, KeyRow { request_hash, answer: None, expires_at });
            Ok(KeyOutcome::Claimed)
        })
    }

    async fn keep_answer(&mut self, claim: &KeyClaim, answer: &KeptAnswer) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(claim.account_id)?;
            let key = (claim.account_id, claim.user_id, claim.key.clone());
            let row = state.keys.get(&key).cloned().ok_or_else(unanswered)?;
            state.keys.put(key, KeyRow { answer: Some(answer.clone()), ..row });
            Ok(())
        })
    }
}
