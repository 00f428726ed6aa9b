//! What a use case knows about its surroundings, read once at its start.

use uuid::Uuid;

use crate::{RequestId, Timestamp};

/// The surroundings of one use case. The domain sees these values and never asks for the time itself.
#[derive(Clone, Copy, Debug)]
pub struct Ctx {
    /// The instant the use case happens at, all of it.
    pub now: Timestamp,
    /// Ties log lines, audit entries and answers together.
    pub request_id: RequestId,
}

/// Where time comes from. Tests set it.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Where ids come from.
pub trait IdSource: Send + Sync {
    /// A new UUID, version 7: rows sort by creation.
    fn new_id(&self) -> Uuid;
}
