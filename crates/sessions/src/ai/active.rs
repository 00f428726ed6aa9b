//! How long somebody worked in a conversation, as far as what they did there tells.

use super::{AiSession, AiStep};
use crate::session::LONGEST_COUNTED_GAP_SECONDS;

impl AiSession {
    /// Seconds of work: from one thing that happened to the next, and of a longer pause as much as a guided session
    /// counts of one.
    #[must_use]
    pub fn active_seconds(&self, steps: &[AiStep]) -> i64 {
        let said = self.conversation_messages.iter().map(|message| message.at);
        let done = steps.iter().filter_map(|step| step.answer.as_ref()).map(|answer| answer.at);
        let mut instants: Vec<_> =
            said.chain(done).chain([self.created_at]).chain(self.resolved_at).collect();
        // What was worked in a guided session before is that session's time.
        instants.retain(|at| *at >= self.created_at);
        instants.sort_unstable();
        let gap = |pair: &[rf_kernel::Timestamp]| {
            pair[1].seconds_since(pair[0]).clamp(0, LONGEST_COUNTED_GAP_SECONDS)
        };
        instants.windows(2).map(gap).sum()
    }
}
