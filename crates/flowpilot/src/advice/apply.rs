//! Advice put into a turn.

use rf_sessions::ai::{AiStep, StepSource};

use super::{Advice, Leave, present};
use crate::engine::Turn;

impl Advice {
    /// Puts it into the engine's turn, as far as that turn leaves room for it now: the library may have changed since
    /// the model was asked.
    pub fn apply(&self, turn: &mut Turn, open: Option<&AiStep>, steps: &[AiStep]) {
        let leave = Leave::of(turn, open, steps);
        turn.reply.clone_from(&self.reply);
        if let Some(step) = self.step.as_ref().filter(|_| leave.step) {
            if let Some(replaced) = present(turn, open) {
                let replaced = replaced.source.clone();
                turn.state.not_asked(&replaced);
            }
            turn.withdraw_open |= open.is_some_and(AiStep::is_open);
            turn.step = Some(step.clone());
            turn.fix.clone_from(&self.fix);
            return;
        }
        if let Some(step) = turn.step.as_mut().filter(|step| step.source == StepSource::Candidates) {
            let place = |id: &str| self.rank.iter().position(|ranked| ranked == id).unwrap_or(usize::MAX);
            // What is not ranked, and the answers that are no flows, stay behind in their order.
            step.options.sort_by_key(|option| place(&option.id));
        }
    }
}
