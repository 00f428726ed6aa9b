//! Conversations without a server: the engine's turns played in memory, as the use case plays them against a store.
//!
//! Ids and times are counted, so that the same inputs give the same conversation.

mod answers;
mod evaluation;
mod recording;

pub use answers::{AskedFor, Expected, RecordedAnswer};
pub use evaluation::{Evaluation, Library, Score, Thresholds, evaluate};
pub use recording::{Did, Difference, RecordedTurn, Recording, Replayed, replay, step_name};

use rf_kernel::{AiSessionId, AiStepId, EntryId, Failure, Timestamp, UserId};
use rf_sessions::ai::{AiStep, NewFix};
use uuid::Uuid;

use crate::engine::{EngineState, Input, Turn, World, take};

/// When every such conversation begins: seconds since 1970, an arbitrary day.
const BEGIN: i64 = 1_800_000_000;
/// Seconds between two turns.
const PACE: i64 = 60;

/// A conversation in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// The engine's state after the last turn.
    pub state: EngineState,
    /// All steps, in order.
    pub steps: Vec<AiStep>,
    /// What the copilot said, turn by turn.
    pub replies: Vec<String>,
    /// The fixes it suggested.
    pub fixes: Vec<NewFix>,
    turns: i64,
}

impl Conversation {
    /// The step the engineer is asked for now.
    #[must_use]
    pub fn open(&self) -> Option<&AiStep> {
        self.steps.last().filter(|step| step.is_open())
    }

    /// Plays a turn. A turn that is refused changes nothing.
    ///
    /// # Errors
    /// Those of the engine, and of the verdict on the open step.
    pub fn turn(&mut self, input: &Input, world: &World<'_>) -> Result<Turn, Failure> {
        let now = Timestamp::from_unix(BEGIN + self.turns * PACE)
            .map_or_else(|| Err(Failure::internal("a conversation longer than the calendar")), Ok)?;
        let mut steps = self.steps.clone();
        if let (Input::Verdict(verdict), Some(open)) = (input, steps.last_mut().filter(|step| step.is_open()))
        {
            open.take(EntryId(self.id(1)), verdict.clone(), UserId(Uuid::from_u128(1)), now)?;
        }
        let turn = take(&self.state, self.open(), &self.steps, input, world)?;
        if turn.withdraw_open
            && let Some(open) = steps.last_mut().filter(|step| step.is_open())
        {
            open.withdrawn = true;
        }
        for step in &mut steps {
            step.withdrawn |= turn.withdraw.contains(&step.id);
        }
        let step_order = steps.last().map_or(1, |last| last.step_order + 1);
        if let Some(proposal) = &turn.step {
            steps.push(AiStep {
                id: AiStepId(self.id(2)),
                session_id: AiSessionId(Uuid::from_u128(1)),
                step_order,
                proposal: proposal.clone(),
                confidence_score: turn.score,
                answer: None,
                withdrawn: false,
                created_at: now,
            });
        }
        self.fixes.extend(turn.fix.clone().map(|fix| fix.at(step_order)));
        self.steps = steps;
        self.replies.push(turn.reply.clone());
        self.state = turn.state.clone();
        self.turns += 1;
        Ok(turn)
    }

    /// An id of its own for each turn and purpose.
    fn id(&self, purpose: u128) -> Uuid {
        Uuid::from_u128(u128::from(self.turns.unsigned_abs()) << 8 | purpose)
    }
}

#[cfg(test)]
mod tests;
