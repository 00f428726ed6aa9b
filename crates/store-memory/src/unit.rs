//! The unit of work: a copy of the state, and what every call on it has in common.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use rf_kernel::{AccountId, StoreError};
use rf_store::{Scope, UnitOfWork};
use tokio::sync::OwnedMutexGuard;

use crate::state::{State, require};

/// What refuses a row of another account; on Postgres the database does.
const TENANT_WALL: &str = "tenant_wall";

/// An open unit. Dropping it drops its copy of the state, which is the rollback.
pub(crate) struct MemoryUnit {
    scope: Scope,
    /// The writer's turn; `None` in a unit opened for reading.
    turn: Option<OwnedMutexGuard<()>>,
    state: State,
    shared: Arc<RwLock<State>>,
    poisoned: bool,
    new_jobs: bool,
    new_events: bool,
}

/// What a unit may see.
#[derive(Clone, Copy)]
pub(crate) struct View(Scope);

impl View {
    /// Whether rows of `account` are visible.
    pub(crate) fn covers(self, account: AccountId) -> bool {
        match self.0 {
            Scope::Tenant(tenant) => tenant == account,
            Scope::System => true,
        }
    }

    /// Refuses to write rows of an account that is not visible.
    pub(crate) fn wall(self, account: AccountId) -> Result<(), StoreError> {
        require(self.covers(account), TENANT_WALL)
    }
}

impl MemoryUnit {
    pub(crate) const fn new(
        scope: Scope,
        turn: Option<OwnedMutexGuard<()>>,
        state: State,
        shared: Arc<RwLock<State>>,
    ) -> Self {
        Self { scope, turn, state, shared, poisoned: false, new_jobs: false, new_events: false }
    }

    /// Every reading call goes through here.
    pub(crate) fn read<T>(
        &mut self,
        call: impl FnOnce(&State, View) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.guarded(|unit| call(&unit.state, View(unit.scope)))
    }

    /// Every writing call goes through here.
    pub(crate) fn write<T>(
        &mut self,
        call: impl FnOnce(&mut State, View) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.guarded(|unit| {
            if unit.turn.is_none() {
                return Err(StoreError::ReadOnly);
            }
            call(&mut unit.state, View(unit.scope))
        })
    }

    /// A job was added.
    pub(crate) fn note_new_job(&mut self) {
        self.new_jobs = true;
    }

    /// An event was appended.
    pub(crate) fn note_new_event(&mut self) {
        self.new_events = true;
    }

    fn guarded<T>(&mut self, call: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        let answer = call(self);
        self.poisoned = answer.is_err();
        answer
    }
}

#[async_trait]
impl UnitOfWork for MemoryUnit {
    fn has_new_jobs(&self) -> bool {
        self.new_jobs
    }

    fn has_new_events(&self) -> bool {
        self.new_events
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        if self.turn.is_some() {
            *self.shared.write().unwrap_or_else(PoisonError::into_inner) = self.state;
        }
        Ok(())
    }
}
