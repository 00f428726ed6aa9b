//! The one error of every repository.

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not answer. Expected situations (not found, already claimed, stale) are values, not errors.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer was in the way, and trying the whole unit again is right.
    #[error("the store is busy: {0}")]
    Busy(Cause),
    /// The store cannot be reached.
    #[error("the store is unavailable: {0}")]
    Unavailable(Cause),
    /// A named constraint refused the row, and the caller had not expected it.
    #[error("constraint {name} refused the row")]
    Constraint {
        /// The constraint's name, the same on every store.
        name: String,
    },
    /// An earlier call of this unit failed; nothing in it will be kept.
    #[error("the unit failed earlier and cannot be used any more")]
    Poisoned,
    /// A write in a unit that was opened for reading.
    #[error("the unit was opened for reading")]
    ReadOnly,
    /// A row does not hold what the schema promises.
    #[error("a stored row is not readable: {0}")]
    Corrupt(Cause),
    /// Anything else the database said.
    #[error("the store failed: {0}")]
    Other(Cause),
}

impl StoreError {
    /// Whether running the whole unit again may succeed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}
