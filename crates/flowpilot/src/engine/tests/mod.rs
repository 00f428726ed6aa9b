mod ends;
mod inputs;
mod ways;

use std::{collections::BTreeMap, sync::LazyLock};

use rf_kernel::TreeId;
use rf_sessions::ai::{Verdict, VerdictKind};
use uuid::Uuid;

use super::*;
use crate::{FlowMatch, Intake, Reading, replay::Conversation};

pub(super) fn id(n: u128) -> TreeId {
    TreeId(Uuid::from_u128(n))
}

/// The starter flows, numbered from 1 in their order; read once.
static LIBRARY: LazyLock<BTreeMap<TreeId, Flow>> = LazyLock::new(|| {
    let flow = |(starter, n): (rf_trees::StarterFlow, u128)| {
        let draft = rf_trees::from_yaml(starter.yaml).unwrap();
        (
            id(n),
            Flow { tree_id: id(n), name: draft.name, structure: draft.structure, known: Known::default() },
        )
    };
    rf_trees::starter_flows().into_iter().zip(1..).map(flow).collect()
});

pub(super) fn library() -> BTreeMap<TreeId, Flow> {
    LIBRARY.clone()
}

/// A starter flow by its file's name.
pub(super) fn slug(name: &str) -> TreeId {
    let at = rf_trees::starter_flows().iter().position(|flow| flow.slug == name).unwrap();
    id(at as u128 + 1)
}

pub(super) fn reading(text: &str) -> Reading {
    Reading::of(&Intake::read(text.as_bytes()).unwrap())
}

pub(super) fn matching(flows: &BTreeMap<TreeId, Flow>, scores: &[(TreeId, f64)]) -> Vec<FlowMatch> {
    let of = |(tree_id, score): &(TreeId, f64)| FlowMatch {
        tree_id: *tree_id,
        name: flows[tree_id].name.clone(),
        score: *score,
        reasons: vec!["its name has “printer”".into()],
    };
    scores.iter().map(of).collect()
}

pub(super) fn verdict(kind: VerdictKind) -> Input {
    let reason = (kind == VerdictKind::NotApplicable).then(|| "no such printer here".to_owned());
    Input::Verdict(Verdict { kind, option_id: None, reason, notes: None })
}

pub(super) fn answer(option: &str) -> Input {
    let option_id = Some(option.to_owned());
    Input::Verdict(Verdict { kind: VerdictKind::Answered, option_id, reason: None, notes: None })
}

pub(super) fn written(text: &str) -> Input {
    let notes = Some(text.to_owned());
    Input::Verdict(Verdict { kind: VerdictKind::Answered, option_id: None, reason: None, notes })
}

/// A conversation, the flows it may follow and the last ranking.
pub(super) struct Play {
    pub(super) flows: BTreeMap<TreeId, Flow>,
    pub(super) talk: Conversation,
}

impl Play {
    pub(super) fn begin(text: &str, scores: &[(TreeId, f64)]) -> Self {
        let flows = library();
        let mut play = Self { flows, talk: Conversation::default() };
        play.ranked(&Input::Begin(reading(text)), scores);
        play
    }

    pub(super) fn ranked(&mut self, input: &Input, scores: &[(TreeId, f64)]) -> Turn {
        let matches = matching(&self.flows, scores);
        self.talk.turn(input, &World { matches: &matches, flows: &self.flows }).unwrap()
    }

    pub(super) fn turn(&mut self, input: &Input) -> Turn {
        self.ranked(input, &[])
    }

    pub(super) fn refused(&mut self, input: &Input) -> rf_kernel::Failure {
        let before = self.talk.clone();
        let failure = self.talk.turn(input, &World { matches: &[], flows: &self.flows }).unwrap_err();
        assert_eq!(self.talk, before, "a refused turn changes nothing");
        failure
    }

    pub(super) fn open(&self) -> &rf_sessions::ai::Proposal {
        &self.talk.open().expect("a step is open").proposal
    }

    /// The node or question the open step stands for.
    pub(super) fn at(&self) -> String {
        use rf_sessions::ai::StepSource::{Candidates, Flow, Handoff, Model, Playbook};
        match &self.open().source {
            Flow { node_id, .. } => node_id.clone(),
            Playbook { question_id, .. } => question_id.clone(),
            Candidates => "candidates".into(),
            Model { model } => model.clone(),
            Handoff { handoff_id } => handoff_id.to_string(),
        }
    }
}
