//! What the engine remembers from one turn to the next.

use std::collections::{BTreeMap, BTreeSet};

use rf_kernel::TreeId;
use rf_sessions::ai::StepSource;
use serde::{Deserialize, Serialize};

use crate::Domain;
use crate::FlowMatch;

/// Most the score of a conversation can be while no flow is followed: it offers, it does not know.
const OFFERING: f64 = 0.8;
/// Most it can be while the playbook asks.
const ASKING: f64 = 0.39;
/// Reasons shown at once.
const REASONS: usize = 6;
/// How often a node of a flow is proposed: once, and once more to ask what was seen or after a loop of the flow.
const MOST_VISITS: u8 = 2;

/// What the engine remembers; the default is a conversation that has not begun. Opaque but for serde.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineState {
    /// The problem in a line, and what it is about.
    pub(super) problem: Option<(String, Domain)>,
    /// The last ranking.
    pub(super) ranked: Vec<Ranked>,
    /// The flow followed.
    pub(super) following: Option<Following>,
    /// Flows that are not offered again by themselves: followed before, or refused.
    pub(super) done_with: BTreeSet<TreeId>,
    /// Flows the open choice offers.
    pub(super) offered: Vec<TreeId>,
    /// Questions of the playbook that were asked.
    pub(super) asked: BTreeSet<String>,
    /// Steps put off; each is asked for once more before handing over.
    pub(super) put_off: Vec<PutOff>,
    /// How often each node of a flow was proposed.
    pub(super) visits: BTreeMap<TreeId, BTreeMap<String, u8>>,
    /// Where the flow followed goes on when the engineer stays with it.
    pub(super) resume: Option<String>,
    /// Whether handing over was proposed already.
    pub(super) handed: bool,
    /// What moved the score, in order.
    pub(super) gains: Vec<Gain>,
    /// What it does now.
    pub(super) phase: Phase,
}

/// What the engine does now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// Follows a flow.
    Following,
    /// Offers flows.
    Offering,
    /// Asks the playbook's questions.
    #[default]
    Asking,
    /// Has proposed to hand over.
    HandingOver,
    /// Waits for the engineer to tell whether it is fixed.
    Waiting,
    /// Fixed.
    Fixed,
    /// Somebody else has it.
    HandedOver,
}

/// A flow of the last ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ranked {
    pub(super) tree_id: TreeId,
    pub(super) name: String,
    pub(super) score: f64,
    pub(super) reasons: Vec<String>,
}

/// The flow followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Following {
    pub(super) tree_id: TreeId,
    pub(super) name: String,
    /// How well it fitted when it was last ranked.
    pub(super) score: f64,
    pub(super) reasons: Vec<String>,
    /// Whether the engineer was told that it fits badly; told once.
    pub(super) doubted: bool,
}

/// A step put off, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PutOff {
    pub(super) tree_id: TreeId,
    pub(super) node_id: String,
    /// Whether it was asked for again.
    pub(super) again: bool,
}

/// What moved the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Gain {
    /// The step that moved it.
    pub(super) step: i64,
    /// By how much, -1 to 1.
    pub(super) by: f64,
    /// Why, in a sentence.
    pub(super) because: String,
}

impl From<&FlowMatch> for Ranked {
    fn from(found: &FlowMatch) -> Self {
        Self {
            tree_id: found.tree_id,
            name: found.name.clone(),
            score: found.score.clamp(0.0, 1.0),
            reasons: found.reasons.clone(),
        }
    }
}

impl EngineState {
    /// The flows the next turn may need besides those of a new ranking: the one followed, those last offered or
    /// ranked, and those with a step put off.
    #[must_use]
    pub fn flows(&self) -> BTreeSet<TreeId> {
        let ranked = self.ranked.iter().map(|flow| flow.tree_id);
        let put_off = self.put_off.iter().map(|step| step.tree_id);
        let offered = self.offered.iter().copied();
        ranked.chain(put_off).chain(offered).chain(self.following.iter().map(|flow| flow.tree_id)).collect()
    }

    /// Takes back that a step of that source was proposed: something else is asked in its place. A question of the
    /// playbook may come again, a choice between flows is made anew.
    pub(crate) fn not_asked(&mut self, source: &StepSource) {
        match source {
            StepSource::Playbook { question_id, .. } => {
                self.asked.remove(question_id);
            }
            StepSource::Candidates => self.offered.clear(),
            StepSource::Flow { .. } | StepSource::Model { .. } | StepSource::Handoff { .. } => return,
        }
        self.phase = Phase::Asking;
    }

    /// Flows of the last ranking that were neither followed nor refused, best first.
    pub(super) fn open_flows(&self) -> impl Iterator<Item = &Ranked> {
        self.ranked.iter().filter(|flow| !self.done_with.contains(&flow.tree_id))
    }

    /// How sure the engine is, 0 to 1.
    pub(super) fn score(&self) -> f64 {
        let moved: f64 = self.gains.iter().map(|gain| gain.by).sum();
        let best = self.open_flows().map(|flow| flow.score).fold(0.0, f64::max);
        match (&self.following, self.phase) {
            (_, Phase::Fixed) => 1.0,
            (Some(flow), _) => (flow.score + moved).clamp(0.0, 1.0),
            (None, Phase::Offering) => (best + moved).clamp(0.0, OFFERING),
            (None, _) => (best + moved).clamp(0.0, ASKING),
        }
    }

    /// Why it is that sure.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut reasons = match (&self.following, self.phase) {
            (Some(flow), _) => {
                let fits = format!("“{}” fits to {}.", flow.name, percent(flow.score));
                std::iter::once(fits).chain(flow.reasons.iter().map(|reason| sentence(reason))).collect()
            }
            (None, Phase::Offering) => {
                let best = self.open_flows().next();
                best.map(|flow| format!("The best flow, “{}”, fits to {}.", flow.name, percent(flow.score)))
                    .into_iter()
                    .collect()
            }
            (None, _) => vec!["No flow of the library fits well enough to follow.".to_owned()],
        };
        reasons.truncate(REASONS / 2);
        let rest = REASONS - reasons.len();
        let moved: Vec<&Gain> = self.gains.iter().filter(|gain| gain.by != 0.0).collect();
        reasons.extend(moved.iter().skip(moved.len().saturating_sub(rest)).map(|gain| gain.because.clone()));
        reasons
    }

    /// Notes that a step moved the score.
    pub(super) fn gain(&mut self, step: i64, by: f64, because: impl Into<String>) {
        self.gains.push(Gain { step, by, because: because.into() });
    }

    /// Leaves the flow followed; what moved its score says nothing of the next one.
    pub(super) fn leave(&mut self) {
        if self.following.take().is_some() {
            self.gains.clear();
        }
        self.resume = None;
    }

    /// Counts that a node is proposed; `false` when it was often enough.
    pub(super) fn visit(&mut self, tree: TreeId, node: &str) -> bool {
        let visits = self.visits.entry(tree).or_default().entry(node.to_owned()).or_default();
        let may = *visits < MOST_VISITS;
        *visits += u8::from(may);
        may
    }

    /// Takes a visit back.
    pub(super) fn unvisit(&mut self, tree: TreeId, node: &str) {
        if let Some(visits) = self.visits.get_mut(&tree).and_then(|nodes| nodes.get_mut(node)) {
            *visits = visits.saturating_sub(1);
        }
    }
}

/// A share as people read it.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A reason as a sentence of its own.
fn sentence(reason: &str) -> String {
    let mut chars = reason.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if reason.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
