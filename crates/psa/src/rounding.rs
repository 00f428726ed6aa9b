//! From measured working time to what is charged.

use rf_kernel::Checks;
use serde::{Deserialize, Serialize};

/// In which direction time is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A step that was begun counts in full.
    #[default]
    Up,
    /// To the nearer step; in the middle, up.
    Nearest,
    /// Only full steps count.
    Down,
}

/// How working time is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rounding {
    /// Steps of so many minutes, one of [`Rounding::STEPS`].
    pub step_minutes: u32,
    /// Which way.
    pub direction: Direction,
    /// Any work at all counts for at least so many minutes, 0 to 480.
    pub least_minutes: u32,
}

impl Default for Rounding {
    fn default() -> Self {
        Self { step_minutes: 15, direction: Direction::Up, least_minutes: 0 }
    }
}

impl Rounding {
    /// The steps there are, minutes: parts of an hour that are whole hundredths of it or usual all the same.
    pub const STEPS: [u32; 8] = [1, 3, 5, 6, 10, 15, 30, 60];
    /// The longest working time that one entry charges, minutes: PSAs take a day at most.
    pub const MOST_MINUTES: u32 = 24 * 60;

    /// The minutes to charge; 0 means that there is nothing to charge. Never more than a day.
    #[must_use]
    pub fn minutes(self, worked_seconds: u64) -> u32 {
        if worked_seconds == 0 {
            return 0;
        }
        // Steps above a day are refused by `check`; 0 would divide.
        let step = u64::from(self.step_minutes.max(1)) * 60;
        let steps = match self.direction {
            Direction::Up => worked_seconds.div_ceil(step),
            Direction::Nearest => {
                worked_seconds / step + u64::from(worked_seconds % step >= step.div_ceil(2))
            }
            Direction::Down => worked_seconds / step,
        };
        let minutes = steps.saturating_mul(step) / 60;
        let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
        minutes.max(self.least_minutes).min(Self::MOST_MINUTES)
    }

    pub(crate) fn check(self, checks: &mut Checks) {
        if !Self::STEPS.contains(&self.step_minutes) {
            checks.refuse(
                "rounding.step_minutes",
                "not_a_choice",
                format!("must be one of {:?} minutes", Self::STEPS),
            );
        }
        if self.least_minutes > 480 {
            checks.refuse("rounding.least_minutes", "too_large", "must be at most 480 minutes");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rounding(step_minutes: u32, direction: Direction, least_minutes: u32) -> Rounding {
        Rounding { step_minutes, direction, least_minutes }
    }

    #[test]
    fn every_direction_is_exact_at_its_edges() {
        for (direction, seconds, minutes) in [
            (Direction::Up, 0, 0),
            (Direction::Up, 1, 15),
            (Direction::Up, 900, 15),
            (Direction::Up, 901, 30),
            (Direction::Nearest, 449, 0),
            (Direction::Nearest, 450, 15),
            (Direction::Nearest, 1_349, 15),
            (Direction::Nearest, 1_350, 30),
            (Direction::Down, 899, 0),
            (Direction::Down, 900, 15),
            (Direction::Down, 1_799, 15),
        ] {
            assert_eq!(rounding(15, direction, 0).minutes(seconds), minutes, "{direction:?} {seconds}");
        }
        assert_eq!(rounding(1, Direction::Nearest, 0).minutes(30), 1);
        assert_eq!(rounding(1, Direction::Nearest, 0).minutes(29), 0);
    }

    #[test]
    fn the_least_counts_only_where_somebody_worked() {
        let rounding = rounding(15, Direction::Down, 10);
        assert_eq!((rounding.minutes(0), rounding.minutes(1), rounding.minutes(900)), (0, 10, 15));
    }

    proptest! {
        #[test]
        fn rounding_stays_within_a_step_and_a_day(seconds: u64, step in prop::sample::select(Rounding::STEPS.to_vec())) {
            let [up, nearest, down] = [Direction::Up, Direction::Nearest, Direction::Down]
                .map(|direction| rounding(step, direction, 0).minutes(seconds));
            prop_assert!(down <= nearest && nearest <= up && up <= Rounding::MOST_MINUTES);
            prop_assert!(up - down <= step);
            prop_assert!([up, nearest, down].iter().all(|minutes| minutes % step == 0));
        }
    }
}
