//! What models were asked, and what accounts have spent on them today.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, StoreError};
use rf_sessions::ai::{ModelCall, ModelCallRepository, ModelTokens};

use crate::{
    state::{State, require},
    unit::{MemoryUnit, View},
};

fn is_own(state: &State, view: View, tenant: AccountId, id: AiSessionId) -> bool {
    view.covers(tenant) && state.ai_sessions.get(&id).is_some_and(|session| session.account_id == tenant)
}

#[async_trait]
impl ModelCallRepository for MemoryUnit {
    async fn insert_model_call(&mut self, tenant: AccountId, call: &ModelCall) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            require(is_own(state, view, tenant, call.session_id), "fk_model_calls_session")?;
            state.model_calls.insert("pk_model_calls", call.id, call.clone())
        })
    }

    async fn model_calls(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Vec<ModelCall>, StoreError> {
        self.read(|state, view| {
            if !is_own(state, view, tenant, id) {
                return Ok(Vec::new());
            }
            let of = |call: &&ModelCall| call.session_id == id;
            let mut calls: Vec<ModelCall> = state.model_calls.values().filter(of).cloned().collect();
            calls.sort_by_key(|call| (call.at, call.id));
            Ok(calls)
        })
    }

    async fn model_tokens_for_update(&mut self, tenant: AccountId) -> Result<ModelTokens, StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_account(tenant, "fk_model_tokens_account")?;
            let known = state.model_tokens.get(&tenant).copied();
            if known.is_none() {
                state.model_tokens.put(tenant, ModelTokens::default());
            }
            Ok(known.unwrap_or_default())
        })
    }

    async fn keep_model_tokens(&mut self, tenant: AccountId, tokens: ModelTokens) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            if state.model_tokens.get(&tenant).is_some() {
                state.model_tokens.put(tenant, tokens);
            }
            Ok(())
        })
    }
}
