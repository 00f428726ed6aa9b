//! The real clock and the real id source. The only place in the workspace that reads either.

use std::time::SystemTime;

use rf_kernel::{Clock, IdSource, Timestamp};
use uuid::Uuid;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let now = SystemTime::now();
        Timestamp::new(now.into())
    }
}

/// UUIDs, version 7.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn new_id(&self) -> Uuid {
        #[expect(clippy::disallowed_methods, reason = "this is the id source")]
        Uuid::now_v7()
    }
}
