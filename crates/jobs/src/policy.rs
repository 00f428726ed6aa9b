//! When a failed job is tried again.

use uuid::Uuid;

/// How often, and after how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a job is begun before it is parked.
    pub max_attempts: i64,
    /// The wait after the first failure, seconds; it doubles with every further one.
    pub first_seconds: i64,
    /// The longest wait, seconds.
    pub longest_seconds: i64,
}

impl RetryPolicy {
    /// How many seconds after its `attempts`th failure the job is due again; `None` when it has failed often enough.
    ///
    /// A part of the wait is different for every job, so that what failed together does not come back together: up
    /// to a fifth, taken from the job's id, which is random where it matters.
    #[must_use]
    pub fn wait(&self, attempts: i64, id: Uuid) -> Option<i64> {
        if attempts >= self.max_attempts {
            return None;
        }
        let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 40)).unwrap_or(40);
        let wait = self.first_seconds.saturating_mul(1_i64 << doublings).min(self.longest_seconds);
        let (_, low) = id.as_u64_pair();
        // Another part of the id for every attempt.
        let share = i64::try_from(low.rotate_right(doublings * 7) % 1_000).unwrap_or(0);
        Some(wait.saturating_add(wait.saturating_mul(share) / 5_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { max_attempts: 8, first_seconds: 30, longest_seconds: 600 };

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let id = Uuid::from_u128(0);
        let waits: Vec<_> = (1..=8).map(|attempts| POLICY.wait(attempts, id)).collect();
        assert_eq!(
            waits,
            [30, 60, 120, 240, 480, 600, 600].map(Some).into_iter().chain([None]).collect::<Vec<_>>()
        );
        assert_eq!(POLICY.wait(i64::MAX, id), None);
        assert_eq!(POLICY.wait(-1, id), Some(30));
    }

    #[test]
    fn jobs_that_failed_together_come_back_apart() {
        let waits: std::collections::BTreeSet<_> = (0..500_u128)
            .filter_map(|n| POLICY.wait(6, Uuid::from_u128(n * 0x9E37_79B9_7F4A_7C15)))
            .collect();
        assert!(waits.iter().all(|wait| (600..=720).contains(wait)), "{waits:?}");
        assert!(waits.len() > 60, "{} different waits", waits.len());
    }
}
