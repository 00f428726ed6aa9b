//! The copilot without a model: one pure step function.
//!
//! [`take`] looks at what happened and at the flows it is given, and says what comes next. It reads no clock and
//! makes no ids; the same turn gives the same answer. However verdicts fall, a conversation ends: every node of a
//! flow is proposed at most twice, every flow followed once by itself, every question of the playbook asked once.

mod known;
mod playbook;
mod propose;
mod state;
mod tell;
mod turn;
mod verdict;
mod walk;
mod world;

pub use known::Known;
pub use state::EngineState;
pub(crate) use walk::proposal as proposal_of;
pub use world::{FixOffer, Flow, Input, Turn, World};

use rf_kernel::Failure;
use rf_sessions::ai::AiStep;

/// Takes a turn. `open` is the step the engineer is asked for now, `steps` all of the conversation in order; whether
/// the verdict is in them already makes no difference.
///
/// # Errors
/// `copilot_not_begun`, `copilot_begun`, `no_open_step`, `nothing_before`, `flow_not_available`.
pub fn take(
    state: &EngineState,
    open: Option<&AiStep>,
    steps: &[AiStep],
    input: &Input,
    world: &World<'_>,
) -> Result<Turn, Failure> {
    turn::Taking::new(state, open, steps, input, world).take(input)
}

#[cfg(test)]
mod tests;
