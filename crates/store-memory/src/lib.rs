//! A store in memory: the plainest statement of what a store does, and the one most tests run on.
//!
//! It keeps what the SQL schema keeps: the same named constraints, the same visibility, the same order. Write
//! units hold one async mutex from begin to end, so they happen one after another; each works on a copy that
//! replaces the shared state at commit. Tables are shared until written to, so opening a unit costs next to
//! nothing. Reading units see the state as it was when they were opened and wait for nobody.
#![warn(missing_docs)]

mod ai_sessions;
mod assistant;
mod audit;
mod channels;
mod events;
mod folders;
mod handoffs;
mod idempotency;
mod identities;
mod jobs;
mod kept_notes;
mod links;
mod mails;
mod model_calls;
mod notifications;
mod payments;
mod people;
mod psa;
mod psa_feed;
mod redaction;
mod refresh;
mod sealed;
mod second_factors;
mod sessions;
mod state;
mod trees;
mod unit;
mod uploads;

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use rf_kernel::StoreError;
use rf_store::{Access, Mode, Store, UnitOfWork};
use tokio::sync::Mutex;

use crate::{state::State, unit::MemoryUnit};

/// A store in memory. A clone is the same store.
#[derive(Clone, Default)]
pub struct MemoryStore {
    writer: Arc<Mutex<()>>,
    shared: Arc<RwLock<State>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryStore")
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self, access: Access) -> Result<Box<dyn UnitOfWork>, StoreError> {
        // The lock comes first: the copy must be of the state the last writer left behind.
        let turn = match access.mode {
            Mode::Write => Some(Arc::clone(&self.writer).lock_owned().await),
            Mode::Read => None,
        };
        let state = self.shared.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Box::new(MemoryUnit::new(access.scope, turn, state, Arc::clone(&self.shared))))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn kind(&self) -> &'static str {
        "memory"
    }
}
