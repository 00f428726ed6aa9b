//! Whether the database takes what is written. A full or failing disk refuses writes and goes on answering reads, so a
//! question that only reads would find nothing wrong.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rf_kernel::StoreError;

/// What a store remembers of its writes. A clone is the same memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writing {
    in_doubt: Arc<AtomicBool>,
}

impl Writing {
    /// A write ended like this. That others succeed proves little: a commit that wrote nothing always does.
    pub(crate) fn noted<T>(&self, answer: &Result<T, StoreError>) {
        if matches!(answer, Err(StoreError::Unavailable(_))) {
            self.in_doubt.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the database has refused a write, and has not been seen to take one since.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.in_doubt.load(Ordering::Relaxed)
    }

    /// It has just taken one.
    pub(crate) fn works_again(&self) {
        self.in_doubt.store(false, Ordering::Relaxed);
    }
}
