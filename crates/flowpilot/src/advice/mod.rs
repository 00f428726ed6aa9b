//! What a model adds to a turn: words, which of the flows offered is the likeliest, and a step of its own where the engine
//! would ask a question of its playbook. Pure: [`Advice::of`] takes what a model advises as far as the turn leaves room
//! for it, and [`Advice::apply`] puts it into the engine's turn.
//!
//! The engine stays in charge. A model calls nothing and writes nothing. It never changes a step of a flow, never follows
//! a flow by itself, never ends a conversation, never hands over, and does not move the confidence.

mod apply;
mod live;
mod safe;

pub use live::Live;
pub(crate) use safe::{refuse_commands_in, without_links};

use rf_sessions::ai::{AiStep, Proposal, StepKind, StepSource};

use crate::{
    engine::{FixOffer, Turn},
    prompts::{self, Way},
};

/// Steps a model may propose in one conversation: the playbook and the flows end by themselves, a model does not.
pub const MOST_STEPS: usize = 20;
/// The longest answer, tokens: a reply of a few sentences and one step.
pub const MAX_TOKENS: u32 = 2_000;
/// What every step a model proposes carries, where there is something to do.
const WARNING: &str = "Proposed by a model, from no flow of your library. Read it before you do it.";

/// Whether a model's step may stand in the place of the engine's in that turn. `open` is the step that was open before it,
/// `steps` all of them.
#[must_use]
pub fn leaves_step(turn: &Turn, open: Option<&AiStep>, steps: &[AiStep]) -> bool {
    let Some(present) = present(turn, open) else { return false };
    let asks = !matches!(present.source, StepSource::Flow { .. });
    let ends = matches!(present.kind, StepKind::Outcome | StepKind::Escalation);
    let own = steps.iter().filter(|step| matches!(step.proposal.source, StepSource::Model { .. })).count();
    asks && !ends && own < MOST_STEPS
}

/// What stands in front of the engineer after the turn.
fn present<'a>(turn: &'a Turn, open: Option<&'a AiStep>) -> Option<&'a Proposal> {
    let open = open.filter(|open| open.is_open() && !turn.withdraw_open);
    turn.step.as_ref().or_else(|| open.map(|open| &open.proposal))
}

/// What a model adds to a turn, made harmless.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What it says, in Markdown.
    reply: String,
    /// What it proposes, and the fix that is in it.
    step: Option<(Proposal, Option<FixOffer>)>,
    /// The flow it takes for the right one.
    flow: Option<rf_kernel::TreeId>,
}

/// A step that asks the engineer to do harm. Quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Harmful(pub(crate) &'static str);

impl Advice {
    /// What a model advises, with addresses as text that nobody can click by mistake.
    ///
    /// # Errors
    /// [`Harmful`]; all of the advice is refused then: who proposes that is not to be trusted with the words either.
    pub fn of(advice: prompts::Advice, model: &str) -> Result<Self, Harmful> {
        let prompts::Advice { reply, way, .. } = advice.of_model(model);
        let (step, flow) = match way {
            Way::Step { step, fix } => (Some((harmless(*step)?, fix)), None),
            Way::Flow(flow) => (None, Some(flow)),
            Way::Handover => (None, None),
        };
        let text = |text: String| safe::without_links(&text);
        let step = step.map(|(step, fix)| {
            let fix = fix.map(|fix| FixOffer { title: text(fix.title), body: fix.body.map(text) });
            (step, fix)
        });
        Ok(Self { reply: text(reply), step, flow })
    }
}

fn harmless(step: Proposal) -> Result<Proposal, Harmful> {
    for command in &step.commands {
        safe::refuse_command(command).map_or(Ok(()), |why| Err(Harmful(why)))?;
    }
    let text = |text: String| safe::without_links(&text);
    let warning = match (step.kind, step.warning) {
        (StepKind::Question, warning) => warning.map(text),
        (_, None) => Some(WARNING.to_owned()),
        (_, Some(own)) => Some(format!("{}\n\n{WARNING}", text(own))),
    };
    Ok(Proposal {
        title: text(step.title),
        body: step.body.map(text),
        why: text(step.why),
        warning,
        options: step
            .options
            .into_iter()
            .map(|option| rf_sessions::ai::StepOption { label: text(option.label), ..option })
            .collect(),
        ..step
    })
}

#[cfg(test)]
mod tests;
