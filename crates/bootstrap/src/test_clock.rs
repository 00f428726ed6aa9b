//! A clock tests set. Compiled into debug builds alone: a release has no way to switch it on.

use std::{fs, path::PathBuf};

use rf_kernel::{Clock, Timestamp};
use rf_usecases::SystemClock;

/// The machine's clock and as many seconds more as stand in a file, read each time; none where there is no such file.
#[derive(Clone, Debug)]
pub struct ClockAhead(PathBuf);

impl ClockAhead {
    /// With the seconds in that file.
    #[must_use]
    pub const fn of(file: PathBuf) -> Self {
        Self(file)
    }
}

impl Clock for ClockAhead {
    fn now(&self) -> Timestamp {
        let seconds = fs::read_to_string(&self.0).ok().and_then(|text| text.trim().parse().ok());
        SystemClock.now().plus_seconds(seconds.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ahead_by_what_the_file_says_at_the_moment() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ahead");
        let clock = ClockAhead::of(file.clone());
        let ahead = || clock.now().unix() - SystemClock.now().unix();
        assert!(ahead() <= 1);
        for seconds in [600, 86_400, 0] {
            fs::write(&file, format!("{seconds}\n")).unwrap();
            assert!((seconds - 1..=seconds + 1).contains(&ahead()), "{seconds}");
        }
    }
}
