//! Prompts: what a model is told, what it is given, and what is taken from its answer.
//!
//! The words are files beside this code (`prompts/*.md`), each with a version; [`ask`] puts a case into data blocks whose
//! ends nothing in the case can write, with pseudonyms in the place of names ([`crate::pseudonyms`]). [`take`] is the only
//! way back: the answer has to call the prompt's tool in its shape, cite what exists, name no token or address that was not
//! sent, and not repeat the prompt. What it says of the case is checked against the evidence ([`crate::document`]).

mod assistant;
mod blocks;
mod escalation;
mod files;
mod guard;
mod live_note;
mod next_step;
mod notes;
mod parrot;
mod shape;

pub use assistant::{Answered, AssistantQuestion, Said};
pub use escalation::{Assessment, EscalationPackage, LikelyCause};
pub use files::PromptFile;
pub use live_note::LiveNote;
pub use next_step::{Advice, Doing, NextStep, Way};
pub use notes::{Drafted, NotePrompt};
pub use parrot::{lint, parroted};

use serde_json::Value;

use crate::{
    document::{CaseRecord, Evidence},
    llm::{LlmAnswer, LlmRequest, Message, Part, SystemBlock, Tool, ToolChoice},
    pseudonyms::{Finder, Pseudonyms},
};
use blocks::Page;
use rf_sessions::ai::FixStatus;

/// One thing a model is asked for, with what it is to be asked about.
pub trait Prompt {
    /// What comes of it.
    type Answer;

    /// The words and the version.
    fn file(&self) -> PromptFile;

    /// The JSON Schema of the answer, an object.
    fn schema(&self) -> Value;

    /// Writes what is known into data blocks.
    fn write(&self, page: &mut Page<'_>);

    /// Reads an answer whose names are restored and whose shape is still open.
    ///
    /// # Errors
    /// [`Refused`], naming the place and never quoting the answer.
    fn read(&self, answer: &Value) -> Result<Self::Answer, Refused>;
}

/// Why an answer is not taken. Quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The tool was not called, or the answer is not whole.
    #[error("the model did not answer with the tool `{tool}`")]
    NoAnswer {
        /// The tool.
        tool: &'static str,
    },
    /// A part of it is missing, too long, or not of its kind.
    #[error("{at}: {problem}")]
    Shape {
        /// Where, a dotted path.
        at: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// It cites evidence, a flow or a fix that does not exist.
    #[error("{at}: it cites what does not exist")]
    Unknown {
        /// Where, a dotted path.
        at: String,
    },
    /// It has tokens that stand for nothing in this conversation.
    #[error("it names {count} things nobody told it of")]
    UnknownToken {
        /// How many.
        count: usize,
    },
    /// It has a picture, a link or an address that is not in what it was given.
    #[error("it points to an address that is not in the case")]
    Link,
    /// It repeats its instructions.
    #[error("it repeats its instructions instead of speaking of the case")]
    Parroted,
    /// It claims to answer from the sources and cites none.
    #[error("it cites no source")]
    Uncited,
    /// A fix waits to be verified, and the answer does not put it where it belongs (FIX-07).
    #[error("a fix waits for its result, and the answer does not say so where it has to")]
    PendingFix,
    /// Every sentence was refused.
    #[error("none of its sentences is in its evidence")]
    NothingLeft,
}

/// What is sent, and what is needed to read the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The prompt with its version, `next_step@1`: kept with the conversation.
    pub prompt: &'static str,
    /// What the model is told about its job. Always the same for a version, so a provider may keep it.
    pub system: Vec<SystemBlock>,
    /// The case in data blocks; a picture may be put behind it.
    pub parts: Vec<Part>,
    /// What the answer has to call.
    pub tool: Tool,
}

impl Asked {
    /// The request to a model.
    #[must_use]
    pub fn request(self, model: impl Into<String>, max_tokens: u32) -> LlmRequest {
        LlmRequest {
            system: self.system,
            tool_choice: ToolChoice::Tool(self.tool.name.clone()),
            tools: vec![self.tool],
            ..LlmRequest::new(model, vec![Message::user(self.parts)], max_tokens)
        }
    }
}

/// Puts a prompt into words. Everything of the case is hidden on the way, and the table remembers what stands for what.
pub fn ask<P: Prompt>(prompt: &P, finder: &Finder, table: &mut Pseudonyms) -> Asked {
    let file = prompt.file();
    let mut page = Page::new(finder, table);
    prompt.write(&mut page);
    let cached = |text: &str, cached| SystemBlock { text: text.to_owned(), cached };
    Asked {
        prompt: file.id(),
        system: vec![cached(PromptFile::RULES, false), cached(file.text(), true)],
        parts: vec![Part::text(page.text())],
        tool: Tool {
            name: file.tool().to_owned(),
            description: "The answer. Call it once.".to_owned(),
            input_schema: prompt.schema(),
        },
    }
}

/// Takes an answer: with its names restored, its shape read and its claims checked.
///
/// # Errors
/// [`Refused`]; then the deterministic copilot answers instead.
pub fn take<P: Prompt>(prompt: &P, answer: &LlmAnswer, table: &Pseudonyms) -> Result<P::Answer, Refused> {
    let tool = prompt.file().tool();
    let input = answer.tool_input(tool).ok_or(Refused::NoAnswer { tool })?;
    let (input, unknown) = table.restore_value(input);
    if !unknown.is_empty() {
        return Err(Refused::UnknownToken { count: unknown.len() });
    }
    prompt.read(&input)
}

/// A fix that was applied and whose result is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PendingFix<'a> {
    /// Its id among the evidence.
    id: String,
    title: &'a str,
    awaited: Option<&'a str>,
}

/// The fixes of a case that wait for their result.
fn pending<'a>(case: &CaseRecord<'a>) -> Vec<PendingFix<'a>> {
    let waiting = case.fixes.iter().zip(1..).filter(|(fix, _)| fix.status == FixStatus::AppliedPending);
    waiting
        .map(|(fix, n)| PendingFix {
            id: format!("fix-{n}"),
            title: &fix.title,
            awaited: fix.pending_reason.as_deref(),
        })
        .collect()
}

/// Writes the evidence of a case, and the fixes that wait.
fn write_case(case: &CaseRecord<'_>, evidence: &[Evidence], page: &mut Page<'_>) {
    page.know(case);
    for piece in evidence {
        page.evidence(piece);
    }
    for fix in pending(case) {
        let awaited = fix.awaited.unwrap_or("Its result is awaited.");
        page.block("pending", &fix.id, &[], &format!("{}\nAwaited: {awaited}", fix.title));
    }
}

#[cfg(test)]
mod tests;
