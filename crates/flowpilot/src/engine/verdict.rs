//! What each verdict on each sort of step leads to.

use rf_kernel::TreeId;
use rf_sessions::ai::{AiStep, Proposal, StepKind, StepOption, StepSource, Verdict, VerdictKind};

use super::{
    playbook,
    state::{Phase, PutOff, Ranked},
    tell,
    turn::{LIKELY, Taking},
    walk::{self, Way},
    world::Flow,
};
use crate::words_of;

/// The choice to go on with the flow followed.
pub(super) const STAY: &str = "stay";
/// Below this score the engineer is asked whether the flow followed is the right one.
const DOUBT: f64 = 0.4;

/// How much a verdict moves the score. Judged: a step that shows what was hoped for tells more than an answer, and
/// one that does not apply tells most against the flow.
const fn moves(kind: VerdictKind) -> f64 {
    match kind {
        VerdictKind::Answered => 0.02,
        VerdictKind::Worked => 0.1,
        VerdictKind::DidNotWork => -0.06,
        VerdictKind::NotApplicable => -0.1,
        VerdictKind::CannotNow => -0.02,
    }
}

impl<'a> Taking<'a> {
    pub(super) fn verdict(&mut self, open: &AiStep, verdict: &Verdict) {
        match (&open.proposal.source, open.proposal.kind) {
            (_, StepKind::Outcome) => self.on_outcome(open, verdict),
            (_, StepKind::Escalation) => self.on_escalation(open, verdict),
            (StepSource::Candidates, _) => self.on_choice(open, verdict),
            (StepSource::Playbook { question_id, .. }, _) => self.on_playbook(open, question_id, verdict),
            (StepSource::Flow { tree_id, tree_name, node_id }, kind) => {
                self.resume_flow(*tree_id, tree_name);
                self.weigh(open, verdict);
                match self.flows.get(tree_id) {
                    Some(flow) => self.on_node(open, flow, node_id, kind, verdict),
                    None => self.flow_over(),
                }
            }
            (StepSource::Model { .. } | StepSource::Handoff { .. }, kind) => {
                self.weigh(open, verdict);
                if kind == StepKind::Action && verdict.kind == VerdictKind::Worked {
                    self.confirm(open);
                } else {
                    self.elsewhere();
                }
            }
        }
    }

    /// Lets the verdict move the score, and says why.
    fn weigh(&mut self, open: &AiStep, verdict: &Verdict) {
        self.state.gain(open.step_order, moves(verdict.kind), tell::weighed(&open.proposal, verdict));
    }

    fn on_node(&mut self, open: &AiStep, flow: &Flow, node: &str, kind: StepKind, verdict: &Verdict) {
        if verdict.kind == VerdictKind::CannotNow && !walk::is_checklist(flow) {
            self.put_off(flow.tree_id, node);
        }
        let why = tell::after(&open.proposal, verdict);
        match walk::way(flow, node, kind, verdict) {
            Way::To(next) if self.doubts() => self.doubt(next),
            Way::To(next) => self.propose(&next, why),
            Way::Which(options) => self.ask_which(open, node, options),
            Way::Fixed => self.confirm(open),
            Way::Over => self.flow_over(),
        }
    }

    fn put_off(&mut self, tree_id: TreeId, node: &str) {
        if !self.state.put_off.iter().any(|put| put.tree_id == tree_id && put.node_id == node) {
            self.state.put_off.push(PutOff { tree_id, node_id: node.to_owned(), again: false });
        }
    }

    /// Whether the flow has disappointed so much that another one is worth a look; asked once of each flow.
    fn doubts(&self) -> bool {
        let doubted = self.state.following.as_ref().is_none_or(|flow| flow.doubted);
        !doubted && self.state.score() < DOUBT && self.state.open_flows().any(|flow| flow.score >= LIKELY)
    }

    fn doubt(&mut self, next: String) {
        let others: Vec<Ranked> =
            self.state.open_flows().filter(|flow| flow.score >= LIKELY).cloned().collect();
        let Some(present) = &mut self.state.following else { return self.elsewhere() };
        present.doubted = true;
        let present = present.clone();
        let score = tell::percent(self.state.score());
        self.say(format!("“{}” fits less and less, now to {score}.", present.name));
        self.state.resume = Some(next);
        self.offer(others, Some(&present));
    }

    fn on_outcome(&mut self, open: &AiStep, verdict: &Verdict) {
        match yes(verdict) {
            Some(true) => {
                let resolution = self.resolution_of(&open.proposal);
                self.state.gain(open.step_order, 0.0, "You confirmed that it is fixed.");
                self.state.phase = Phase::Fixed;
                self.say(format!("Fixed. Resolve the session with:\n\n> {resolution}"));
                self.resolution = Some(resolution);
            }
            None => {
                self.state.phase = Phase::Waiting;
                self.say(
                    "It shows later, then. Mark the fix as waiting, with what you wait for and when to look again. \
                     Write here once you know.",
                );
            }
            Some(false) => self.not_fixed(open),
        }
    }

    /// What was thought to be the end is none: the step before it did not help.
    fn not_fixed(&mut self, open: &AiStep) {
        let text = format!("It was not fixed at “{}”.", open.proposal.title);
        self.state.gain(open.step_order, moves(VerdictKind::DidNotWork), text);
        match &open.proposal.source {
            StepSource::Flow { tree_id, tree_name, .. } => {
                self.resume_flow(*tree_id, tree_name);
                let Some(flow) = self.flows.get(tree_id) else { return self.flow_over() };
                if walk::is_checklist(flow) {
                    return self.flow_over();
                }
                let Some((step, node)) = self.last_tried(*tree_id, open) else { return self.flow_over() };
                let failed =
                    Verdict { kind: VerdictKind::DidNotWork, option_id: None, reason: None, notes: None };
                let why = format!("“{}” did not fix it after all.", step.proposal.title);
                match walk::way(flow, &node, StepKind::Action, &failed) {
                    Way::To(next) => self.propose(&next, why),
                    Way::Which(options) => self.ask_which(step, &node, options),
                    Way::Fixed | Way::Over => self.flow_over(),
                }
            }
            StepSource::Playbook { .. }
            | StepSource::Candidates
            | StepSource::Model { .. }
            | StepSource::Handoff { .. } => {
                self.elsewhere();
            }
        }
    }

    /// The last step of a flow that was answered before an end.
    fn last_tried(&self, tree: TreeId, end: &AiStep) -> Option<(&'a AiStep, String)> {
        let before =
            self.steps.iter().rev().filter(|step| step.step_order < end.step_order && !step.withdrawn);
        let mut tried = before.filter(|step| step.answer.is_some()).filter_map(|step| {
            match (&step.proposal.source, step.proposal.kind) {
                (_, StepKind::Outcome | StepKind::Escalation) => None,
                (StepSource::Flow { tree_id, node_id, .. }, _) if *tree_id == tree => {
                    Some((step, node_id.clone()))
                }
                _ => None,
            }
        });
        tried.next()
    }

    fn on_escalation(&mut self, open: &AiStep, verdict: &Verdict) {
        match verdict.kind {
            VerdictKind::Worked | VerdictKind::Answered => {
                self.state.phase = Phase::HandedOver;
                self.say("Handed over, with what was tried.");
            }
            VerdictKind::CannotNow => {
                self.state.phase = Phase::Waiting;
                self.say("It waits, then. Write here once it can be handed over, or when you know more.");
            }
            VerdictKind::DidNotWork | VerdictKind::NotApplicable => match &open.proposal.source {
                StepSource::Flow { .. } if self.state.following.is_some() => self.flow_over(),
                _ => self.elsewhere(),
            },
        }
    }

    fn on_choice(&mut self, open: &AiStep, verdict: &Verdict) {
        let options = &open.proposal.options;
        let said = || verdict.notes.as_deref().and_then(|notes| walk::meant(options, notes));
        let picked = verdict.option_id.clone().or_else(|| said().map(|option| option.id.clone()));
        let picked = picked.filter(|_| verdict.kind == VerdictKind::Answered);
        if picked.as_deref() == Some(STAY)
            && let Some(next) = self.state.resume.take()
        {
            self.state.phase = Phase::Following;
            let offered = std::mem::take(&mut self.state.offered);
            let present = self.state.following.as_ref().map(|flow| flow.tree_id);
            self.state.done_with.extend(offered.into_iter().filter(|id| Some(*id) != present));
            self.say("We stay with it.");
            return self.propose(&next, "You stay with this flow.".to_owned());
        }
        let tree: Option<TreeId> = picked.as_deref().and_then(|id| id.parse().ok());
        if let Some(tree) = tree.filter(|tree| self.state.offered.contains(tree)) {
            let label = options.iter().find(|option| option.id == tree.to_string());
            let name = label.map_or_else(String::new, |option| option.label.clone());
            return self.picked(tree, name);
        }
        let offered = std::mem::take(&mut self.state.offered);
        self.state.done_with.extend(offered);
        self.state.leave();
        self.state.gain(
            open.step_order,
            moves(VerdictKind::NotApplicable),
            "None of the flows offered fits.",
        );
        self.say("None of these, then.");
        self.elsewhere();
    }

    fn on_playbook(&mut self, open: &AiStep, question_id: &str, verdict: &Verdict) {
        self.state.phase = Phase::Asking;
        self.weigh(open, verdict);
        if open.proposal.kind == StepKind::Action && verdict.kind == VerdictKind::Worked {
            return self.confirm(open);
        }
        if verdict.kind == VerdictKind::Answered
            && let Some((step, fix)) = self.task_of(open, question_id, verdict)
        {
            self.say_next(&step);
            self.fix = fix;
            self.step = Some(step);
            return;
        }
        self.elsewhere();
    }

    /// What the playbook has to do after that answer.
    fn task_of(
        &self,
        open: &AiStep,
        question_id: &str,
        verdict: &Verdict,
    ) -> Option<(Proposal, Option<super::FixOffer>)> {
        let StepSource::Playbook { domain, .. } = &open.proposal.source else { return None };
        let (domain, question) = playbook::question(domain, question_id)?;
        let options: &[StepOption] = &open.proposal.options;
        let said = || verdict.notes.as_deref().and_then(|notes| walk::meant(options, notes));
        let picked = verdict.option_id.clone().or_else(|| said().map(|option| option.id.clone()))?;
        question.task(domain, &picked)
    }
}

/// Whether the engineer says that it is fixed; `None` when it cannot be told yet.
fn yes(verdict: &Verdict) -> Option<bool> {
    const YES: [&str; 7] = ["yes", "fixed", "works", "working", "worked", "solved", "resolved"];
    const NO: [&str; 9] = ["no", "not", "still", "nope", "t", "never", "broken", "fails", "same"];
    match verdict.kind {
        VerdictKind::Worked => Some(true),
        VerdictKind::DidNotWork | VerdictKind::NotApplicable => Some(false),
        VerdictKind::CannotNow => None,
        VerdictKind::Answered => {
            let said = words_of(verdict.notes.as_deref().unwrap_or_default());
            let says = |words: &[&str]| words.iter().any(|word| said.contains(*word));
            match (says(&NO), says(&YES)) {
                (true, _) => Some(false),
                (false, true) => Some(true),
                (false, false) => None,
            }
        }
    }
}
