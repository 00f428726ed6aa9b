//! Whether a call changes something, and what that makes of an answer that did not come.

use rf_psa::PsaError;

/// Whether a call changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only looks.
    Reads,
    /// It writes, and doing it twice would be wrong.
    Writes,
}

impl Effect {
    /// For a call of which nobody knows whether it was carried out: a read may simply be made again.
    #[must_use]
    pub fn lost(self, what: &str) -> PsaError {
        match self {
            Self::Reads => PsaError::Transient(format!("{what} Please try again in a moment.")),
            Self::Writes => {
                PsaError::UnknownOutcome(format!("{what} Whether it was kept is being looked up."))
            }
        }
    }
}
