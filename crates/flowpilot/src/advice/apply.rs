//! Advice put into a turn.

use rf_sessions::ai::{AiStep, StepSource};

use super::{Advice, leaves_step, present};
use crate::engine::Turn;

impl Advice {
    /// Puts it into the engine's turn, as far as that turn leaves room for it now: the library may have changed since
    /// the model was asked.
    pub fn apply(&self, turn: &mut Turn, open: Option<&AiStep>, steps: &[AiStep]) {
        let leaves_step = leaves_step(turn, open, steps);
        turn.reply.clone_from(&self.reply);
        match &self.step {
            Some((step, fix)) if leaves_step => {
                let replaced = present(turn, open).map(|present| present.source.clone());
                if let Some(source) = replaced {
                    turn.state.not_asked(&source);
                }
                turn.withdraw_open |= open.is_some_and(AiStep::is_open);
                turn.step = Some(step.clone());
                turn.fix.clone_from(fix);
                return;
            }
            // What it would do instead is not what comes next: the engineer is told what does.
            Some(_) => say_next(turn, open),
            None => {}
        }
        let Some(flow) = self.flow else { return };
        match turn.step.as_mut().filter(|step| step.source == StepSource::Candidates) {
            // The engineer chooses; what the model takes for right stands first.
            Some(choice) => {
                let flow = flow.to_string();
                choice.options.sort_by_key(|option| option.id != flow);
            }
            None => say_next(turn, open),
        }
    }
}

fn say_next(turn: &mut Turn, open: Option<&AiStep>) {
    let Some(title) = present(turn, open).map(|present| present.title.clone()) else { return };
    turn.reply.push_str(&format!("\n\n**{title}** is next."));
}
