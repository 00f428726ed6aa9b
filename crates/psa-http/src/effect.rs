//! Whether a call changes something, and what that makes of an answer that did not come.

use std::time::Duration;

use rf_psa::PsaError;

/// More of the PSA's own words is not shown.
const MAX_WORDS: usize = 240;
/// A PSA that asks for more patience is asked again after an hour all the same.
const MOST_PATIENCE: Duration = Duration::from_secs(3_600);

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

/// The seconds of a `Retry-After`; one that gives a date is not read.
#[must_use]
pub fn patience(header: Option<&str>) -> Option<u64> {
    let seconds = header?.trim().parse::<u64>().ok()?;
    Some(seconds.min(MOST_PATIENCE.as_secs()))
}

/// Words of somebody else on one line, not too many of them.
#[must_use]
pub fn shown(words: &str) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_WORDS).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_counted_in_seconds_and_ends() {
        assert_eq!(patience(Some(" 30 ")), Some(30));
        assert_eq!(patience(Some("999999")), Some(3_600));
        for none in [None, Some("soon"), Some("-1"), Some("Wed, 21 Oct 2026 07:28:00 GMT")] {
            assert_eq!(patience(none), None);
        }
    }
}
