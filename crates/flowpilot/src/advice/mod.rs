//! What a model adds to a turn: words, an order of the flows offered, a step of its own where the engine would ask a
//! question of its playbook. Pure: [`request`] says what it is asked, [`read`] takes or refuses what it answers, and
//! [`Advice::apply`] puts that into the engine's turn.
//!
//! The engine stays in charge. A model calls nothing and writes nothing: its "tools" are the shapes of what it may
//! propose. It never changes a step of a flow, never ends a conversation, never hands over, and does not move the
//! confidence.

mod apply;
mod live;
mod read;
mod request;
mod safe;

pub use live::Live;
pub use read::{Refused, read};
pub use request::{Asked, PROMPT, PROMPT_VERSION, request};

use rf_sessions::ai::{AiStep, Proposal, StepKind, StepSource};

use crate::engine::{FixOffer, Turn};

/// Steps a model may propose in one conversation: the playbook and the flows end by themselves, a model does not.
pub const MOST_STEPS: usize = 20;
/// The longest answer, tokens: a reply of a few sentences and one step.
pub const MAX_TOKENS: u32 = 2_000;

/// What a model may do in a turn, beside saying something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leave {
    /// It may propose a step, in the place of the engine's.
    pub step: bool,
    /// It may put these answers of the open choice between flows into another order; ids.
    pub rank: Vec<String>,
}

impl Leave {
    /// What it may do in that turn. `open` is the step that was open before it, `steps` all of them.
    #[must_use]
    pub fn of(turn: &Turn, open: Option<&AiStep>, steps: &[AiStep]) -> Self {
        let Some(present) = present(turn, open) else { return Self::default() };
        let asks = matches!(present.source, StepSource::Playbook { .. } | StepSource::Candidates);
        let ends = matches!(present.kind, StepKind::Outcome | StepKind::Escalation);
        let own =
            steps.iter().filter(|step| matches!(step.proposal.source, StepSource::Model { .. })).count();
        let is_new_choice = turn.step.is_some() && present.source == StepSource::Candidates;
        let flow = |id: &str| id.parse::<rf_kernel::TreeId>().is_ok();
        let ids = present.options.iter().map(|option| option.id.clone()).filter(|id| flow(id));
        Self {
            step: asks && !ends && own < MOST_STEPS,
            rank: if is_new_choice { ids.collect() } else { Vec::new() },
        }
    }
}

/// What stands in front of the engineer after the turn.
fn present<'a>(turn: &'a Turn, open: Option<&'a AiStep>) -> Option<&'a Proposal> {
    let open = open.filter(|open| open.is_open() && !turn.withdraw_open);
    turn.step.as_ref().or_else(|| open.map(|open| &open.proposal))
}

/// What a model answers, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What it says, in Markdown.
    pub reply: String,
    /// What it proposes.
    pub step: Option<Proposal>,
    /// The fix that is in that step.
    pub fix: Option<FixOffer>,
    /// The flows offered, best first; ids.
    pub rank: Vec<String>,
}

#[cfg(test)]
mod tests;
