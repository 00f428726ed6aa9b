//! What a turn is given and what it amounts to.

use std::collections::BTreeMap;

use rf_kernel::{AiStepId, TreeId};
use rf_sessions::ai::{NewFix, Proposal, Verdict};
use rf_trees::Structure;

use super::{EngineState, Known};
use crate::{Domain, FlowMatch, Reading};

/// A flow the engine can walk.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Its id.
    pub tree_id: TreeId,
    /// Its name.
    pub name: String,
    /// Its nodes, or its sections with steps.
    pub structure: Structure,
    /// What belongs into the names its texts leave open.
    pub known: Known,
}

/// What one turn may look at; loaded before the turn.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    /// The flows that may fit, best first, ranked over everything said so far. Looked at when the conversation
    /// begins, at a message and at another approach; in other turns the last ranking counts on.
    pub matches: &'a [FlowMatch],
    /// Every flow among the matches, and those [`EngineState::flows`] names.
    pub flows: &'a BTreeMap<TreeId, Flow>,
}

/// What happens in a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The conversation begins with what came in.
    Begin(Reading),
    /// The conversation begins with the steps of a flow that were worked by hand, and goes on at that one.
    TakeOn {
        /// What came in.
        text: Reading,
        /// The flow.
        tree: TreeId,
        /// Its name.
        name: String,
        /// The step it stands at; none where all were worked.
        at: Option<String>,
    },
    /// The engineer wrote something.
    Message {
        /// What.
        text: Reading,
    },
    /// What became of the open step.
    Verdict(Verdict),
    /// The engineer wants that flow.
    Pick(TreeId),
    /// The engineer wants another approach.
    Widen,
    /// The engineer wants the step before the open one again.
    Back,
    /// The engineer wants to hear more about where it stands; nothing changes.
    Think,
}

/// A fix the engine suggests; it belongs to the step proposed in the same turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixOffer {
    /// What to do, in a line.
    pub title: String,
    /// How, in Markdown.
    pub body: Option<String>,
}

impl FixOffer {
    /// The fix, with the step it stands in.
    #[must_use]
    pub fn at(self, step_order: i64) -> NewFix {
        NewFix { title: self.title, body: self.body, step_order }
    }
}

/// What a turn amounts to.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The state the next turn begins with.
    pub state: EngineState,
    /// How sure the copilot is, 0 to 1.
    pub score: f64,
    /// Why, each in a sentence.
    pub reasons: Vec<String>,
    /// The flow it follows, and how well that fits, 0 to 1.
    pub matched_flow: Option<(TreeId, f64)>,
    /// The problem in a line, and what it is about.
    pub problem: (String, Domain),
    /// What the copilot says, in Markdown.
    pub reply: String,
    /// What it proposes next. `None` when the open step stays (after a message, and a pick of the flow followed), when
    /// it has ended or waits, and when nothing is left to propose.
    pub step: Option<Proposal>,
    /// Whether the open step is withdrawn, unanswered.
    pub withdraw_open: bool,
    /// Answered steps that no longer count, because the engineer went back behind them.
    pub withdraw: Vec<AiStepId>,
    /// A fix to suggest, with the step proposed.
    pub fix: Option<FixOffer>,
    /// What to offer as the resolution's text, once there is an end to confirm.
    pub resolution: Option<String>,
}
