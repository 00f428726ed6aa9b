//! How good an engine is on recorded conversations, and whether that is good enough to change it.

use std::collections::BTreeMap;

use rf_auth_policy::{Actor, Role};
use rf_kernel::{AccountId, AiSessionId, Failure, Timestamp, TreeId, UserId};
use rf_notes::RedactionOptions;
use rf_sessions::ai::{AiSession, IntakeContent, IntakeType, NewAiSession};
use rf_trees::{FlowDraft, FlowFileError, from_yaml, starter_flows};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BEGIN, Conversation, Difference, Recording, answers::judge, replay};
use crate::{
    Domain, FlowDoc, FlowIndex, Reading,
    document::{CaseRecord, DocumentKind, check, evidence_of, render},
    engine::{Flow, Known},
    llm::Part,
    prompts::{Asked, Doing, NextStep, NotePrompt, ask},
    pseudonyms::{Finder, Pseudonyms},
};

/// Flows of a ranking a conversation is given, as the use case gives them.
const RANKED: usize = 5;
/// Bytes of English a token is on average; a provider counts exactly, and only after it was paid.
const BYTES_PER_TOKEN: usize = 4;

/// The flows a replay may follow, and the index that ranks them.
#[derive(Clone, Debug)]
pub struct Library {
    flows: BTreeMap<TreeId, Flow>,
    index: FlowIndex,
}

/// How one recording went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// What it shows.
    pub name: String,
    /// Turns played, the beginning among them.
    pub turns: usize,
    /// The share of turns that led to the recorded step, 0 to 1.
    pub step_agreement: f64,
    /// Where it went another way.
    pub differences: Vec<Difference>,
    /// Sentences of its notes.
    pub sentences: usize,
    /// The share of them that the checker finds in their evidence, 0 to 1.
    pub faithfulness: f64,
    /// Tokens that asking a model once for the next step and for each note would read, estimated.
    pub prompt_tokens: usize,
    /// Recorded answers of models.
    pub answers: usize,
    /// What is wrong with how they are read now.
    pub answers_wrong: Vec<String>,
}

/// How all of them went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Each recording.
    pub scores: Vec<Score>,
    /// Turns that led to the recorded step, of all turns.
    pub step_agreement: f64,
    /// Sentences in their evidence, of all sentences.
    pub faithfulness: f64,
    /// Tokens of the prompts on average, estimated.
    pub prompt_tokens: usize,
    /// Recorded answers of models that are read as they should be, of all of them; 1 where there are none.
    pub answer_agreement: f64,
}

/// What an engine, a prompt or a flow has to keep to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Recordings at least: taking away the hard ones does not make it better.
    pub recordings: usize,
    /// Least share of turns.
    pub step_agreement: f64,
    /// Least share of turns of the worst recording.
    pub worst_step_agreement: f64,
    /// Least share of sentences.
    pub faithfulness: f64,
    /// Most tokens on average.
    pub prompt_tokens: usize,
    /// Recorded answers of models at least.
    #[serde(default)]
    pub answers: usize,
    /// Least share of them that is read as it should be.
    #[serde(default)]
    pub answer_agreement: f64,
}

impl Library {
    /// A library of these flows.
    pub fn new(drafts: impl IntoIterator<Item = FlowDraft>) -> Self {
        let mut library = Self { flows: BTreeMap::new(), index: FlowIndex::default() };
        for (draft, n) in drafts.into_iter().zip(1_u128..) {
            let tree_id = TreeId(Uuid::from_u128(n));
            library.index.put(FlowDoc::of(tree_id, &draft));
            library.flows.insert(
                tree_id,
                Flow { tree_id, name: draft.name, structure: draft.structure, known: Known::default() },
            );
        }
        library
    }

    /// The flows that ship with the product.
    ///
    /// # Errors
    /// A flow file that is none.
    pub fn starters() -> Result<Self, FlowFileError> {
        let drafts: Result<Vec<FlowDraft>, _> =
            starter_flows().into_iter().map(|flow| from_yaml(flow.yaml)).collect();
        drafts.map(Self::new)
    }

    /// Plays a recording again over this library.
    #[must_use]
    pub fn replay(&self, recording: &Recording) -> super::Replayed {
        replay(recording, &self.flows, |reading| self.index.rank(reading, RANKED, |_| true))
    }
}

/// Plays the recordings again and scores what comes of it.
///
/// # Errors
/// A time outside the calendar.
pub fn evaluate(recordings: &[Recording], library: &Library) -> Result<Evaluation, Failure> {
    let scores: Vec<Score> =
        recordings.iter().map(|recording| score(recording, library)).collect::<Result<_, _>>()?;
    let share = |count: fn(&Score) -> usize, good: fn(&Score) -> f64| {
        let all: usize = scores.iter().map(count).sum();
        let good: f64 = scores.iter().map(|score| good(score) * count(score) as f64).sum();
        if all == 0 { 0.0 } else { good / all as f64 }
    };
    let answers: usize = scores.iter().map(|score| score.answers).sum();
    let wrong: usize = scores.iter().map(|score| score.answers_wrong.len()).sum();
    Ok(Evaluation {
        answer_agreement: if answers == 0 { 1.0 } else { 1.0 - wrong as f64 / answers as f64 },
        step_agreement: share(|score| score.turns, |score| score.step_agreement),
        faithfulness: share(|score| score.sentences, |score| score.faithfulness),
        prompt_tokens: scores.iter().map(|score| score.prompt_tokens).sum::<usize>() / scores.len().max(1),
        scores,
    })
}

fn score(recording: &Recording, library: &Library) -> Result<Score, Failure> {
    let replayed = library.replay(recording);
    let talk = &replayed.conversation;
    let session = session(recording)?;
    let reading = crate::Intake::read(recording.intake.as_bytes()).map(|intake| Reading::of(&intake))?;
    let case =
        CaseRecord { session: &session, steps: &talk.steps, fixes: &[], signatures: &reading.signatures };
    let evidence = evidence_of(&case);
    let (mut sentences, mut refused) = (0, 0);
    for kind in DocumentKind::ALL {
        let document = render(kind, &case);
        sentences += document.sentences().count();
        refused += check(&document, &evidence).len();
    }
    // Both counts are small.
    let faithfulness = if sentences == 0 { 1.0 } else { 1.0 - refused as f64 / sentences as f64 };
    let finder = finder()?;
    Ok(Score {
        answers: recording.answers.len(),
        answers_wrong: judge(&recording.answers, &case, reading.domain, talk, &finder)?,
        name: recording.name.clone(),
        turns: replayed.turns,
        step_agreement: replayed.agreement(),
        sentences,
        faithfulness,
        prompt_tokens: prompt_tokens(&case, reading.domain, talk, &finder),
        differences: replayed.differences,
    })
}

/// What the prompts of a case would read.
fn prompt_tokens(case: &CaseRecord<'_>, domain: Domain, talk: &Conversation, finder: &Finder) -> usize {
    let mut table = Pseudonyms::new(Uuid::from_u128(1));
    let doing = if talk.steps.len() > 1 { Doing::Judged } else { Doing::Began };
    let next = ask(&NextStep::new(case, domain, &[], doing), finder, &mut table);
    let mut bytes = bytes(&next);
    for kind in DocumentKind::ALL {
        bytes += self::bytes(&ask(&NotePrompt::new(kind, case), finder, &mut table));
    }
    bytes / BYTES_PER_TOKEN
}

/// What hides names in recordings.
fn finder() -> Result<Finder, Failure> {
    Finder::new(&RedactionOptions::default())
        .map_err(|_| Failure::internal("the redaction's own rules cannot be used"))
}

fn bytes(asked: &Asked) -> usize {
    let system: usize = asked.system.iter().map(|block| block.text.len()).sum();
    let parts = asked.parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 });
    system + parts.sum::<usize>() + asked.tool.input_schema.to_string().len()
}

/// The conversation's own row, as a replay has none.
fn session(recording: &Recording) -> Result<AiSession, Failure> {
    let actor = Actor {
        user_id: UserId(Uuid::from_u128(1)),
        account_id: AccountId(Uuid::from_u128(1)),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: "Engineer".into(),
    };
    let new = NewAiSession {
        id: AiSessionId(Uuid::from_u128(1)),
        intake_type: IntakeType::FreeText,
        intake: IntakeContent { text: Some(recording.intake.clone()), ..IntakeContent::default() },
        psa_ticket_id: None,
        client_name: None,
        engine: "offline".into(),
    };
    let begin = Timestamp::from_unix(BEGIN)
        .map_or_else(|| Err(Failure::internal("a conversation outside the calendar")), Ok)?;
    Ok(new.begun(&actor, begin))
}

impl Evaluation {
    /// What is worse than it may be, each in a sentence; empty when it may be taken.
    #[must_use]
    pub fn short_of(&self, thresholds: &Thresholds) -> Vec<String> {
        let mut short = Vec::new();
        let mut least = |what: &str, found: f64, least: f64| {
            if found < least {
                short.push(format!("{what} is {found:.3}, and {least:.3} is the least"));
            }
        };
        least("step agreement", self.step_agreement, thresholds.step_agreement);
        least("agreement of recorded answers", self.answer_agreement, thresholds.answer_agreement);
        least("faithfulness", self.faithfulness, thresholds.faithfulness);
        for score in &self.scores {
            let what = format!("step agreement of “{}”", score.name);
            least(&what, score.step_agreement, thresholds.worst_step_agreement);
        }
        if self.scores.len() < thresholds.recordings {
            short.push(format!(
                "there are {} recordings, and {} is the least",
                self.scores.len(),
                thresholds.recordings
            ));
        }
        let answers: usize = self.scores.iter().map(|score| score.answers).sum();
        if answers < thresholds.answers {
            let least = thresholds.answers;
            short.push(format!("there are {answers} recorded answers of models, and {least} is the least"));
        }
        if self.prompt_tokens > thresholds.prompt_tokens {
            let (found, most) = (self.prompt_tokens, thresholds.prompt_tokens);
            short.push(format!("the prompts of a case read {found} tokens, and {most} is the most"));
        }
        short
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn recordings() -> Vec<Recording> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("eval/recordings");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()).collect()
    }

    fn thresholds() -> Thresholds {
        serde_json::from_str(include_str!("../../eval/thresholds.json")).unwrap()
    }

    /// The gate itself, with the real index over the flows that ship.
    #[test]
    fn the_copilot_is_as_good_as_it_has_to_be() {
        let evaluation = evaluate(&recordings(), &Library::starters().unwrap()).unwrap();
        let short = evaluation.short_of(&thresholds());
        let differences: Vec<_> =
            evaluation.scores.iter().filter(|score| !score.differences.is_empty()).collect();
        assert!(short.is_empty(), "{short:#?}\n{differences:#?}");
    }

    #[test]
    fn a_library_that_lost_a_flow_is_short_of_it() {
        let drafts = starter_flows()
            .into_iter()
            .filter(|flow| flow.slug != "vpn-will-not-connect")
            .map(|flow| from_yaml(flow.yaml).unwrap());
        let evaluation = evaluate(&recordings(), &Library::new(drafts)).unwrap();
        let short = evaluation.short_of(&thresholds());
        assert!(short.iter().any(|told| told.starts_with("step agreement of “VPN error 809")), "{short:#?}");
    }

    /// An answer that was right and is read otherwise, or was asked with another prompt, is told.
    #[test]
    fn a_changed_prompt_or_check_is_short_of_recorded_answers() {
        let library = Library::starters().unwrap();
        let mut all = recordings();
        let with = all.iter_mut().find(|recording| !recording.answers.is_empty()).unwrap();
        with.answers[0].prompt = "next_step@0".into();
        let evaluation = evaluate(&all, &library).unwrap();
        assert!(evaluation.answer_agreement < 1.0);
        let told: Vec<&String> = evaluation.scores.iter().flat_map(|score| &score.answers_wrong).collect();
        assert!(told.len() == 1 && told[0].contains("ask anew"), "{told:?}");
        let mut all = recordings();
        for answer in all.iter_mut().flat_map(|recording| &mut recording.answers) {
            answer.input = serde_json::json!({});
        }
        assert!(evaluate(&all, &library).unwrap().answer_agreement < 0.7);
    }

    #[test]
    fn every_threshold_can_be_missed() {
        let evaluation = Evaluation {
            scores: Vec::new(),
            step_agreement: 0.94,
            faithfulness: 0.99,
            prompt_tokens: 10_001,
            answer_agreement: 0.5,
        };
        let limits = Thresholds {
            recordings: 1,
            step_agreement: 0.95,
            worst_step_agreement: 0.5,
            faithfulness: 1.0,
            prompt_tokens: 10_000,
            answers: 1,
            answer_agreement: 1.0,
        };
        assert_eq!(
            evaluation.short_of(&limits),
            [
                "step agreement is 0.940, and 0.950 is the least",
                "agreement of recorded answers is 0.500, and 1.000 is the least",
                "faithfulness is 0.990, and 1.000 is the least",
                "there are 0 recordings, and 1 is the least",
                "there are 0 recorded answers of models, and 1 is the least",
                "the prompts of a case read 10001 tokens, and 10000 is the most",
            ]
        );
        assert!(serde_json::from_str::<Thresholds>(r#"{"recordings":1}"#).is_err());
    }
}
