//! How the servers of one installation tell each other that there is something to read.

use std::fmt::Debug;

use async_trait::async_trait;

/// Tells the other servers that events were published. It carries no event: what was published is read from the
/// log, so a signal that is lost costs time and nothing else.
#[async_trait]
pub trait EventSignal: Debug + Send + Sync {
    /// Tells the others; does not wait for them, and a failure is logged where it happens.
    async fn announce(&self);

    /// Resolves once another server has announced something since the last time. May be dropped while it waits.
    async fn heard(&self);
}
