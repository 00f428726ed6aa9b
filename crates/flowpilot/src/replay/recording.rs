//! Recorded conversations, played again: whether an engine still takes the steps that were right.

use std::collections::BTreeMap;

use rf_kernel::TreeId;
use rf_sessions::ai::{AiStep, StepSource, Verdict, VerdictKind};
use serde::{Deserialize, Serialize};

use super::{Conversation, RecordedAnswer};
use crate::{
    FlowMatch, Intake, Reading,
    engine::{Flow, Input, World},
};

/// A conversation as it should go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// What it shows.
    pub name: String,
    /// What came in.
    pub intake: String,
    /// The step that should come first, as [`step_name`] has it.
    pub begins: String,
    /// What the engineer did, turn by turn.
    pub turns: Vec<RecordedTurn>,
    /// What models answered about it at its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<RecordedAnswer>,
}

/// One turn of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedTurn {
    /// What the engineer did.
    pub did: Did,
    /// The step that should be open afterwards, as [`step_name`] has it.
    pub then: String,
}

/// What an engineer did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Did {
    /// Answered with that option.
    Answered(String),
    /// Picked the flow of that name from those offered, or from the library.
    Picked(String),
    /// Did the step, and it worked.
    Worked,
    /// Did the step, and it did not help.
    DidNotWork,
    /// Said why the step does not apply.
    NotApplicable(String),
    /// Put the step off.
    CannotNow,
    /// Wrote something.
    Wrote(String),
    /// Asked for another approach.
    Widened,
    /// Went back.
    WentBack,
}

/// Where a replay went another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The turn, counted from 0 for the beginning.
    pub turn: usize,
    /// The step the recording has.
    pub expected: String,
    /// The step the engine took, or why it refused the turn.
    pub found: String,
}

/// What a replay amounts to.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// Turns played, the beginning among them.
    pub turns: usize,
    /// Where it went another way.
    pub differences: Vec<Difference>,
    /// The conversation, for its notes.
    pub conversation: Conversation,
}

impl Replayed {
    /// The share of turns that led to the recorded step, 0 to 1.
    #[must_use]
    pub fn agreement(&self) -> f64 {
        // As turns of one conversation both counts are small.
        1.0 - self.differences.len() as f64 / self.turns as f64
    }
}

/// Plays a recording again. `rank` ranks the library over all that was said so far; `flows` holds every flow it names.
/// After a difference the replay goes on, as far as what the engineer did still fits.
pub fn replay(
    recording: &Recording,
    flows: &BTreeMap<TreeId, Flow>,
    rank: impl Fn(&Reading) -> Vec<FlowMatch>,
) -> Replayed {
    let mut talk = Conversation::default();
    let mut said = recording.intake.clone();
    let mut differences = Vec::new();
    let begin = reading(&said).map(Input::Begin).ok_or_else(|| "nothing to read in it".to_owned());
    let dids = recording.turns.iter().map(|turn| (input(&turn.did, flows), &turn.then, &turn.did));
    let first = std::iter::once((begin, &recording.begins, None));
    let turns = first.chain(dids.map(|(input, then, did)| (input, then, Some(did))));
    for (turn, (input, expected, did)) in turns.enumerate() {
        if let Some(Did::Wrote(text)) = did {
            said = format!("{said}\n{text}");
        }
        let played = input.and_then(|input| {
            let ranks = matches!(input, Input::Begin(_) | Input::Message { .. } | Input::Widen);
            let matches = reading(&said).filter(|_| ranks).map(|reading| rank(&reading)).unwrap_or_default();
            let world = World { matches: &matches, flows };
            talk.turn(&input, &world).map_err(|failure| failure.to_string())
        });
        let found =
            played.map_or_else(|refused| refused, |_| talk.open().map_or_else(|| "none".into(), step_name));
        if found != *expected {
            differences.push(Difference { turn, expected: expected.clone(), found });
        }
    }
    Replayed { turns: recording.turns.len() + 1, differences, conversation: talk }
}

fn reading(text: &str) -> Option<Reading> {
    Intake::read(text.as_bytes()).ok().map(|intake| Reading::of(&intake))
}

fn input(did: &Did, flows: &BTreeMap<TreeId, Flow>) -> Result<Input, String> {
    let verdict = |kind, option_id: Option<String>, reason: Option<String>| {
        Ok(Input::Verdict(Verdict { kind, option_id, reason, notes: None }))
    };
    match did {
        Did::Answered(option) => verdict(VerdictKind::Answered, Some(option.clone()), None),
        Did::Worked => verdict(VerdictKind::Worked, None, None),
        Did::DidNotWork => verdict(VerdictKind::DidNotWork, None, None),
        Did::NotApplicable(reason) => verdict(VerdictKind::NotApplicable, None, Some(reason.clone())),
        Did::CannotNow => verdict(VerdictKind::CannotNow, None, None),
        Did::Widened => Ok(Input::Widen),
        Did::WentBack => Ok(Input::Back),
        Did::Wrote(text) => {
            let text = reading(text).ok_or_else(|| "nothing to read in it".to_owned())?;
            Ok(Input::Message { text })
        }
        Did::Picked(name) => {
            let flow = flows.values().find(|flow| flow.name == *name);
            flow.map(|flow| Input::Pick(flow.tree_id)).ok_or_else(|| format!("no flow is called {name:?}"))
        }
    }
}

/// A step as recordings name it: what it is for and where it comes from, `action test-page`, `question candidates`.
#[must_use]
pub fn step_name(step: &AiStep) -> String {
    use rf_sessions::ai::StepKind;
    let kind = match step.proposal.kind {
        StepKind::Question => "question",
        StepKind::Action => "action",
        StepKind::Check => "check",
        StepKind::Outcome => "outcome",
        StepKind::Escalation => "escalation",
    };
    let from = match &step.proposal.source {
        StepSource::Flow { node_id, .. } => node_id.as_str(),
        StepSource::Playbook { question_id, .. } => question_id.as_str(),
        StepSource::Candidates => "candidates",
        StepSource::Model { .. } => "model",
        StepSource::Handoff { .. } => "handoff",
    };
    format!("{kind} {from}")
}
