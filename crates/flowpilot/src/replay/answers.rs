//! Answers of models, recorded and read again: whether a changed prompt, schema or check still takes what was right and
//! refuses what was wrong. Nobody is asked.

use rf_kernel::Failure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Conversation;
use crate::{
    Domain,
    advice::Advice,
    document::{CaseRecord, DocumentKind},
    llm::{LlmAnswer, Part, StopReason, Usage},
    prompts::{Doing, NextStep, NotePrompt, Prompt, ask, take},
    pseudonyms::{Finder, Pseudonyms},
};

/// What a model was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedFor {
    /// What to do next.
    NextStep,
    /// Where the case stands.
    TicketSummary,
    /// What was done and what came of it.
    ResolutionNote,
    /// The same for the client.
    ClientSummary,
    /// What the next engineer should know.
    KnowledgeArticle,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// It is taken, all of it.
    Taken,
    /// A part of it is left out: sentences that are not in their evidence.
    Mended,
    /// It is refused.
    Refused,
}

/// What a model answered at the end of a conversation, as it came over the wire: the call of the prompt's tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedAnswer {
    /// What it was asked for.
    pub asked: AskedFor,
    /// The prompt it was told, with its version. A changed prompt has to be asked anew.
    pub prompt: String,
    /// The model, for people.
    pub model: String,
    /// What it called the tool with.
    pub input: Value,
    /// What should become of it.
    pub then: Expected,
}

/// Reads the recorded answers of a case; answers what is wrong, each in a sentence.
pub(super) fn judge(
    answers: &[RecordedAnswer],
    case: &CaseRecord<'_>,
    domain: Domain,
    talk: &Conversation,
    finder: &Finder,
) -> Result<Vec<String>, Failure> {
    let mut wrong = Vec::new();
    for answer in answers {
        let doing = if talk.steps.len() > 1 { Doing::Judged } else { Doing::Began };
        let (version, found) = match answer.asked {
            AskedFor::NextStep => {
                let read = |read: crate::prompts::Advice| match Advice::of(read, &answer.model) {
                    Ok(_) => Expected::Taken,
                    Err(_) => Expected::Refused,
                };
                become_of(&NextStep::new(case, domain, &[], doing), answer, finder, read)
            }
            AskedFor::TicketSummary => note(DocumentKind::TicketSummary, case, answer, finder),
            AskedFor::ResolutionNote => note(DocumentKind::ResolutionNote, case, answer, finder),
            AskedFor::ClientSummary => note(DocumentKind::ClientSummary, case, answer, finder),
            AskedFor::KnowledgeArticle => note(DocumentKind::KnowledgeArticle, case, answer, finder),
        };
        if answer.prompt != version {
            wrong.push(format!("{} was answered, and the prompt is {version}: ask anew", answer.prompt));
        } else if found != answer.then {
            wrong.push(format!("an answer to {version} is {found:?} and should be {:?}", answer.then));
        }
    }
    Ok(wrong)
}

fn note(
    kind: DocumentKind,
    case: &CaseRecord<'_>,
    answer: &RecordedAnswer,
    finder: &Finder,
) -> (&'static str, Expected) {
    become_of(&NotePrompt::new(kind, case), answer, finder, |drafted| {
        if drafted.refused.is_empty() { Expected::Taken } else { Expected::Mended }
    })
}

/// The prompt's version as it is now, and what becomes of the answer.
fn become_of<P: Prompt>(
    prompt: &P,
    answer: &RecordedAnswer,
    finder: &Finder,
    read: impl FnOnce(P::Answer) -> Expected,
) -> (&'static str, Expected) {
    // The table is made as it was made then: by asking.
    let mut table = Pseudonyms::new(Uuid::from_u128(1));
    let asked = ask(prompt, finder, &mut table);
    let call =
        Part::ToolUse { id: "recorded".to_owned(), name: asked.tool.name, input: answer.input.clone() };
    let whole = LlmAnswer { parts: vec![call], stop: StopReason::ToolUse, usage: Usage::default() };
    (asked.prompt, take(prompt, &whole, &table).map_or(Expected::Refused, read))
}
