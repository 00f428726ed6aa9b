//! Stores that fail, and one that waits.

use std::sync::Arc;

use async_trait::async_trait;
use rf_kernel::StoreError;
use rf_store::{Access, Store, UnitOfWork};
use tokio::sync::{Semaphore, mpsc};

/// What goes wrong when a unit is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The database is away.
    Away,
    /// Another writer is in the way, each time.
    Busy,
    /// It said something nobody expected.
    Odd,
    /// A bug.
    Panic,
}

/// What no answer may say.
pub(crate) const INSIDES: &str = "postgres://rf:hunter2@db.internal/rf";

#[async_trait]
impl Store for Fault {
    async fn begin(&self, _: Access) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Err(match self {
            Self::Away => StoreError::Unavailable(INSIDES.into()),
            Self::Busy => StoreError::Busy(INSIDES.into()),
            Self::Odd => StoreError::Other(INSIDES.into()),
            Self::Panic => panic!("{INSIDES}"),
        })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.begin(Access::system_read()).await.map(drop)
    }

    fn kind(&self) -> &'static str {
        "broken"
    }
}

/// A store whose units wait until they are let through, and that says when one does.
pub(crate) struct Gate {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) waiting: mpsc::UnboundedSender<()>,
}

#[async_trait]
impl Store for Gate {
    async fn begin(&self, access: Access) -> Result<Box<dyn UnitOfWork>, StoreError> {
        // Nobody listens any more at the end of a test.
        self.waiting.send(()).ok();
        let pass = self.gate.acquire().await.map_err(|closed| StoreError::Other(closed.into()))?;
        pass.forget();
        self.store.begin(access).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    fn kind(&self) -> &'static str {
        "gate"
    }
}
