//! A turn: what each input does to the state.

use std::collections::BTreeMap;

use rf_kernel::{AiStepId, Failure, TreeId};
use rf_sessions::ai::{AiStep, ConfidenceTier, Proposal, StepKind, StepSource, Verdict};

use super::{
    FixOffer,
    state::{EngineState, Following, Phase, PutOff, Ranked, percent},
    tell,
    world::{Flow, Input, Turn, World},
};
use crate::{Domain, Reading, codes};

/// From this score on a flow is offered before the playbook asks.
pub(super) const LIKELY: f64 = 0.4;
/// Below this score a flow is offered only to somebody who asks for another approach.
pub(super) const THINKABLE: f64 = 0.15;
/// By how much another flow has to fit better than the one followed before it is offered in its place.
const CLEARLY_BETTER: f64 = 0.15;
/// What it tells that the engineer picked a flow.
const PICKED: f64 = 0.1;

/// A turn being taken.
pub(super) struct Taking<'a> {
    pub(super) state: EngineState,
    pub(super) open: Option<&'a AiStep>,
    pub(super) steps: &'a [AiStep],
    pub(super) verdict: Option<&'a Verdict>,
    pub(super) flows: &'a BTreeMap<TreeId, Flow>,
    matches: Vec<Ranked>,
    pub(super) said: Vec<String>,
    pub(super) step: Option<Proposal>,
    pub(super) fix: Option<FixOffer>,
    pub(super) resolution: Option<String>,
    withdraw_open: bool,
    withdraw: Vec<AiStepId>,
}

impl<'a> Taking<'a> {
    pub(super) fn new(
        state: &EngineState,
        open: Option<&'a AiStep>,
        steps: &'a [AiStep],
        input: &'a Input,
        world: &World<'a>,
    ) -> Self {
        let verdict = if let Input::Verdict(verdict) = input { Some(verdict) } else { None };
        Self {
            state: state.clone(),
            open,
            steps,
            verdict,
            flows: world.flows,
            matches: world.matches.iter().map(Ranked::from).collect(),
            said: Vec::new(),
            step: None,
            fix: None,
            resolution: None,
            withdraw_open: false,
            withdraw: Vec::new(),
        }
    }

    pub(super) fn take(mut self, input: &Input) -> Result<Turn, Failure> {
        match (input, self.state.problem.is_some()) {
            (Input::Begin(_) | Input::TakeOn { .. }, true) => {
                return Err(Failure::new(codes::COPILOT_BEGUN, "This conversation has begun already."));
            }
            (Input::Begin(reading), false) => self.begin(reading),
            (Input::TakeOn { text, tree, name, at }, false) => {
                self.take_on(text, *tree, name, at.as_deref());
            }
            (_, false) => {
                return Err(Failure::new(codes::COPILOT_NOT_BEGUN, "This conversation has not begun yet."));
            }
            (Input::Message { text }, true) => self.message(text),
            (Input::Verdict(verdict), true) => {
                let open = self.open.ok_or_else(|| {
                    Failure::new(codes::NO_OPEN_STEP, "No step is open. Write what you see, or pick a flow.")
                })?;
                self.verdict(open, verdict);
            }
            (Input::Pick(tree), true) => self.pick(*tree)?,
            (Input::Widen, true) => self.widen(),
            (Input::Back, true) => self.back()?,
            (Input::Think, true) => self.say_where_it_stands(),
        }
        let matched_flow = self.state.following.as_ref().map(|flow| (flow.tree_id, flow.score));
        Ok(Turn {
            score: self.state.score(),
            reasons: self.state.reasons(),
            matched_flow,
            problem: self.state.problem.clone().unwrap_or_else(|| (String::new(), Domain::Unknown)),
            reply: self.said.join("\n\n"),
            step: self.step,
            withdraw_open: self.withdraw_open,
            withdraw: self.withdraw,
            fix: self.fix,
            resolution: self.resolution,
            state: self.state,
        })
    }

    fn begin(&mut self, reading: &Reading) {
        self.state.problem = Some((reading.summary.clone(), reading.domain));
        self.state.ranked = std::mem::take(&mut self.matches);
        self.say_signatures(reading);
        self.set_out();
    }

    /// Begins with what was worked in a flow by hand, and goes on with that flow where it stood.
    fn take_on(&mut self, reading: &Reading, tree: TreeId, name: &str, at: Option<&str>) {
        self.state.problem = Some((reading.summary.clone(), reading.domain));
        self.state.ranked = std::mem::take(&mut self.matches);
        self.say_signatures(reading);
        for step in self.steps.iter().filter(|step| !step.withdrawn) {
            if let StepSource::Flow { tree_id, node_id, .. } = &step.proposal.source {
                self.state.visit(*tree_id, node_id);
            }
        }
        let Some(at) = at.filter(|_| self.flows.contains_key(&tree)) else {
            self.state.done_with.insert(tree);
            return self.set_out();
        };
        self.resume_flow(tree, name);
        self.say(format!("“{name}” was worked by hand until here. I go on where it stood."));
        self.propose(at, "The guided session stood here.".to_owned());
    }

    /// Takes the way the best match calls for.
    fn set_out(&mut self) {
        let best = self.state.open_flows().next().cloned();
        match best.as_ref().map_or(ConfidenceTier::Discovery, |best| ConfidenceTier::of(best.score)) {
            ConfidenceTier::Guided => {
                if let Some(best) = best {
                    self.follow_best(best);
                }
            }
            ConfidenceTier::Exploring | ConfidenceTier::Discovery => self.elsewhere(),
        }
    }

    fn follow_best(&mut self, best: Ranked) {
        let because = tell::because(&best.reasons);
        self.say(format!(
            "This looks like **{}** ({}){because}. I follow that flow.",
            best.name,
            percent(best.score)
        ));
        let second = self.state.open_flows().find(|flow| flow.tree_id != best.tree_id && flow.score > 0.8);
        if let Some(second) = second {
            let text = format!("**{}** fits to {} as well.", second.name, percent(second.score));
            self.say(text);
        }
        let why =
            format!("“{}” fits to {}{because}; this is its first step.", best.name, percent(best.score));
        self.follow(best, why);
    }

    fn message(&mut self, text: &Reading) {
        self.rank_anew();
        if let Some((_, domain @ Domain::Unknown)) = &mut self.state.problem {
            *domain = text.domain;
        }
        self.say_signatures(text);
        match self.state.phase {
            Phase::Following => self.consider_switch(),
            Phase::Offering | Phase::Asking | Phase::HandingOver => self.consider_flow(),
            Phase::Waiting => self.resume_waiting(),
            Phase::Fixed => self.say("Noted. If it is not fixed after all, ask for another approach."),
            Phase::HandedOver => self.say("Noted. It goes with the handover."),
        }
        self.say_what_it_answers(text);
    }

    /// The open question stays, and what was written sounds like one of its answers: says which, and leaves it to the
    /// engineer to give it.
    fn say_what_it_answers(&mut self, text: &Reading) {
        let Some(open) = self.open.filter(|_| self.step.is_none()) else { return };
        if let Some(option) = super::walk::meant(&open.proposal.options, &text.text) {
            self.say(format!("That sounds like “{}”: pick it if it is.", option.label));
        }
    }

    /// Takes the new ranking; the flow followed is weighed anew as well.
    fn rank_anew(&mut self) {
        if self.matches.is_empty() {
            return;
        }
        self.state.ranked = std::mem::take(&mut self.matches);
        if let Some(flow) = &mut self.state.following
            && let Some(now) = self.state.ranked.iter().find(|ranked| ranked.tree_id == flow.tree_id)
        {
            flow.score = now.score;
            flow.reasons.clone_from(&now.reasons);
        }
    }

    /// A flow is followed: another one is offered when it is clearly better.
    fn consider_switch(&mut self) {
        let Some(present) = self.state.following.clone() else { return self.consider_flow() };
        let better = self.state.open_flows().next();
        let better = better.filter(|best| best.score > 0.8 && best.score >= present.score + CLEARLY_BETTER);
        let Some(better) = better.cloned() else {
            return self.say_still_next();
        };
        self.say(format!(
            "With that, **{}** fits better: {}{}; “{}” now fits to {}.",
            better.name,
            percent(better.score),
            tell::because(&better.reasons),
            present.name,
            percent(present.score)
        ));
        self.withdraw_present();
        self.state.resume = self.open_node().map(|(_, node)| node);
        if let Some((tree, node)) = self.open_node() {
            self.state.unvisit(tree, &node);
        }
        self.offer(vec![better], Some(&present));
    }

    /// No flow is followed: one is, when it has become clear; those that may fit are offered when they are new.
    fn consider_flow(&mut self) {
        let best = self.state.open_flows().next().cloned();
        if let Some(best) = best.filter(|best| best.score > 0.8) {
            self.withdraw_present();
            return self.follow_best(best);
        }
        let likely: Vec<Ranked> =
            self.state.open_flows().filter(|flow| flow.score >= LIKELY).cloned().collect();
        let new = likely.iter().any(|flow| !self.state.offered.contains(&flow.tree_id));
        if new {
            self.withdraw_present();
            self.state.handed = false;
            self.offer(likely, None);
        } else if self.open.is_some() {
            self.say_still_next();
        } else {
            self.elsewhere();
        }
    }

    /// Something was waited for and the engineer is back.
    fn resume_waiting(&mut self) {
        let waited = self.steps.iter().rev().find(|step| !step.withdrawn && step.answer.is_some());
        match waited {
            Some(step) if step.proposal.kind == StepKind::Outcome => {
                self.resolution = Some(self.resolution_of(&step.proposal));
                let why = "You wanted to look again whether it is fixed.".to_owned();
                self.step = Some(Proposal { why, ..step.proposal.clone() });
                let flow = self.state.following.is_some();
                self.state.phase = if flow { Phase::Following } else { Phase::Asking };
                self.say("Is it fixed now?");
            }
            _ => {
                self.state.handed = false;
                self.consider_flow();
            }
        }
    }

    fn pick(&mut self, tree: TreeId) -> Result<(), Failure> {
        if self.state.following.as_ref().is_some_and(|flow| flow.tree_id == tree) && self.open.is_some() {
            self.say("That flow is being followed already.");
            return Ok(());
        }
        let Some(flow) = self.flows.get(&tree) else {
            return Err(Failure::new(
                codes::FLOW_NOT_AVAILABLE,
                "That flow is not in the library any more, or not yours to see. Pick another one.",
            ));
        };
        self.withdraw_present();
        self.state.visits.remove(&tree);
        self.picked(tree, flow.name.clone());
        Ok(())
    }

    /// Follows a flow the engineer wants.
    pub(super) fn picked(&mut self, tree: TreeId, name: String) {
        let known = self.state.ranked.iter().find(|flow| flow.tree_id == tree).cloned();
        let ranked = known.unwrap_or(Ranked { tree_id: tree, name, score: LIKELY, reasons: Vec::new() });
        self.say(format!("I follow **{}**.", ranked.name));
        let why = format!("You picked “{}”; this is its first step.", ranked.name);
        let name = ranked.name.clone();
        self.state.leave();
        let step = self.open.map_or(0, |open| open.step_order);
        self.state.gain(step, PICKED, format!("You picked “{name}”."));
        self.follow(ranked, why);
    }

    /// Begins a flow at its first step.
    fn follow(&mut self, flow: Ranked, why: String) {
        self.state.phase = Phase::Following;
        self.state.offered.clear();
        self.state.done_with.insert(flow.tree_id);
        let Ranked { tree_id, name, score, reasons } = flow;
        self.state.following = Some(Following { tree_id, name, score, reasons, doubted: false });
        let first = self.flows.get(&tree_id).and_then(super::walk::first).map(str::to_owned);
        match first {
            Some(first) => self.propose(&first, why),
            None => self.flow_over(),
        }
    }

    fn widen(&mut self) {
        self.rank_anew();
        // First, as what is left may be all there was: then nothing is left to widen to.
        let offered = std::mem::take(&mut self.state.offered);
        self.state.done_with.extend(offered);
        if self.state.phase == Phase::HandingOver && self.state.open_flows().next().is_none() {
            return self.say("I know no other approach. Hand it over, or write what else you see.");
        }
        self.withdraw_present();
        if let Some((tree, node)) = self.open_node() {
            // Put off before and left now: it does not come again at once.
            let same = |put: &&mut PutOff| put.tree_id == tree && put.node_id == node;
            self.state.put_off.iter_mut().filter(same).for_each(|put| put.again = true);
        }
        if let Some(flow) = &self.state.following {
            let text = format!("I leave “{}”.", flow.name);
            self.say(text);
        }
        self.state.leave();
        let others: Vec<Ranked> = self.state.open_flows().cloned().collect();
        if others.is_empty() {
            self.elsewhere();
        } else {
            self.offer(others, None);
        }
    }

    fn back(&mut self) -> Result<(), Failure> {
        let before = self.open.map_or(i64::MAX, |open| open.step_order);
        let same = |step: &AiStep| {
            self.open.is_some_and(|open| {
                let (open, step) = (&open.proposal, &step.proposal);
                open.source == step.source
                    && open.title == step.title
                    && open.kind == step.kind
                    && open.options == step.options
            })
        };
        let mut earlier = Vec::new();
        let mut to = None;
        for step in self.steps.iter().rev() {
            if step.step_order < before && step.answer.is_some() && !step.withdrawn {
                earlier.push(step.id);
                if !same(step) {
                    to = Some(step);
                    break;
                }
            }
        }
        let to =
            to.ok_or_else(|| Failure::new(codes::NOTHING_BEFORE, "There is no step before this one."))?;
        self.withdraw_present();
        self.withdraw = earlier;
        self.forget_open();
        self.restore(to);
        self.say(format!("Back to **{}**.", to.proposal.title));
        let why = "You came back to this step.".to_owned();
        if to.proposal.kind == StepKind::Outcome {
            self.resolution = Some(self.resolution_of(&to.proposal));
        }
        self.step = Some(Proposal { why, ..to.proposal.clone() });
        Ok(())
    }

    /// As if the open step had never been proposed.
    fn forget_open(&mut self) {
        let Some(open) = self.open else { return };
        match &open.proposal.source {
            StepSource::Flow { tree_id, node_id, .. } => self.state.unvisit(*tree_id, node_id),
            StepSource::Playbook { question_id, .. } => {
                self.state.asked.remove(question_id);
                if open.proposal.kind == StepKind::Escalation {
                    self.state.handed = false;
                }
            }
            StepSource::Candidates | StepSource::Model { .. } | StepSource::Handoff { .. } => {}
        }
    }

    /// The state as it was when that step was open.
    fn restore(&mut self, step: &AiStep) {
        self.state.gains.retain(|gain| gain.step < step.step_order);
        match &step.proposal.source {
            StepSource::Flow { tree_id, tree_name, node_id } => {
                self.state.phase = Phase::Following;
                let undone = |put: &PutOff| !put.again && put.tree_id == *tree_id && put.node_id == *node_id;
                self.state.put_off.retain(|put| !undone(put));
                self.resume_flow(*tree_id, tree_name);
            }
            StepSource::Candidates => {
                self.state.following = None;
                self.state.phase = Phase::Offering;
                let ids = step.proposal.options.iter().filter_map(|option| option.id.parse().ok());
                self.state.offered = ids.collect();
                for id in &self.state.offered {
                    self.state.done_with.remove(id);
                }
            }
            StepSource::Playbook { .. } | StepSource::Model { .. } | StepSource::Handoff { .. } => {
                self.state.following = None;
                let over = step.proposal.kind == StepKind::Escalation;
                self.state.phase = if over { Phase::HandingOver } else { Phase::Asking };
            }
        }
    }

    /// Follows that flow, where it is not the one followed already.
    pub(super) fn resume_flow(&mut self, tree_id: TreeId, name: &str) {
        self.state.phase = Phase::Following;
        if self.state.following.as_ref().is_some_and(|flow| flow.tree_id == tree_id) {
            return;
        }
        let known = self.state.ranked.iter().find(|flow| flow.tree_id == tree_id).cloned();
        let (score, reasons) = known.map_or((LIKELY, Vec::new()), |flow| (flow.score, flow.reasons));
        self.state.done_with.insert(tree_id);
        self.state.following =
            Some(Following { tree_id, name: name.to_owned(), score, reasons, doubted: false });
    }

    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.said.push(text.into());
    }

    fn say_signatures(&mut self, reading: &Reading) {
        if let Some(text) = tell::signatures(reading) {
            self.say(text);
        }
    }

    fn say_still_next(&mut self) {
        match self.open {
            Some(open) => self.say(format!("Noted. **{}** is still next.", open.proposal.title)),
            None => self.say("Noted."),
        }
    }

    fn say_where_it_stands(&mut self) {
        match self.open {
            Some(open) => self.say(format!("**{}** is next. {}", open.proposal.title, open.proposal.why)),
            None => self.say("Nothing is open. Write what you see, or pick a flow."),
        }
    }

    fn withdraw_present(&mut self) {
        self.withdraw_open = self.open.is_some();
    }

    /// The flow's node the open step stands for.
    fn open_node(&self) -> Option<(TreeId, String)> {
        match &self.open?.proposal.source {
            StepSource::Flow { tree_id, node_id, .. } => Some((*tree_id, node_id.clone())),
            _ => None,
        }
    }
}
