//! The answer to a question beside the work, from passages of the library.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::{
    Page, Prompt, PromptFile, Refused,
    guard::{no_new_addresses, no_parrot},
    shape::Place,
    write_case,
};
use crate::{
    advice::{Harmful, refuse_commands_in, without_links},
    document::{CaseRecord, evidence_of},
    retrieval::Found,
};

/// Longest reply, characters.
const LONGEST: usize = 6_000;
/// Numbers in square brackets, by themselves.
static MARKER: LazyLock<Regex> = LazyLock::new(|| crate::regex(r"\[\s*(\d{1,4})\s*\]"));

/// Something said in the chat before.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// By the engineer; otherwise by the assistant.
    pub by_engineer: bool,
    /// What.
    pub text: &'a str,
}

/// Asks for an answer.
#[derive(Clone, Debug)]
pub struct AssistantQuestion<'a> {
    /// What is asked.
    pub question: &'a str,
    /// What was said before, the oldest first.
    pub said: Vec<Said<'a>>,
    /// What it may be answered from, the best first.
    pub sources: &'a [Found],
    /// The case the engineer works on.
    pub case: Option<CaseRecord<'a>>,
}

/// An answer whose citations exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What it says, in Markdown, with addresses as text.
    pub reply: String,
    /// The numbers of the sources it rests on, counted from 1, in order.
    pub cited: Vec<usize>,
    /// Whether the sources answer the question.
    pub found: bool,
}

impl AssistantQuestion<'_> {
    /// All it was given, as one text.
    fn given(&self) -> String {
        let mut given = self.question.to_owned();
        for source in self.sources {
            let heading = source.passage.heading.as_deref().unwrap_or_default();
            for text in [source.title.as_str(), heading, &source.passage.text] {
                given.push('\n');
                given.push_str(text);
            }
        }
        for said in &self.said {
            given.push('\n');
            given.push_str(said.text);
        }
        for evidence in self.case.iter().flat_map(evidence_of) {
            given.push('\n');
            given.push_str(&evidence.text);
        }
        given
    }

    fn number(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("source-")?.parse().ok()?;
        (1..=self.sources.len()).contains(&number).then_some(number)
    }
}

impl Prompt for AssistantQuestion<'_> {
    type Answer = Answered;

    fn file(&self) -> PromptFile {
        PromptFile::AssistantAnswer
    }

    fn schema(&self) -> Value {
        json!({
            "type": "object",
            "properties": {
                "reply": {
                    "type": "string",
                    "description": "The answer in Markdown, with the numbers of its sources in square brackets."
                },
                "found": { "type": "boolean", "description": "Whether the sources answer the question." },
                "sources": {
                    "type": "array",
                    "items": { "type": "string" },
                    "description": "Ids of the source blocks the reply rests on."
                }
            },
            "required": ["reply", "found", "sources"],
            "additionalProperties": false
        })
    }

    fn write(&self, page: &mut Page<'_>) {
        if let Some(case) = &self.case {
            write_case(case, &evidence_of(case), page);
        }
        for (source, number) in self.sources.iter().zip(1..) {
            let heading = source.passage.heading.as_deref().unwrap_or_default();
            let content = format!("{}\n{heading}\n{}", source.title, source.passage.text);
            page.block("source", &format!("source-{number}"), &[source.source.kind.as_str()], &content);
        }
        for said in &self.said {
            page.block("said", if said.by_engineer { "engineer" } else { "assistant" }, &[], said.text);
        }
        page.block("question", "question", &[], self.question);
    }

    fn read(&self, answer: &Value) -> Result<Answered, Refused> {
        let root = Place::root(answer);
        root.only(&["reply", "found", "sources"])?;
        let place = root.part("reply")?;
        let reply = place.text(LONGEST)?;
        let found = root.part("found")?.flag()?;
        let ids = root.part("sources")?.ids(self.sources.len().max(1), |id| self.number(id).is_some())?;
        let given = self.given();
        no_new_addresses(answer, &given)?;
        no_parrot(self.file(), answer, &given)?;
        refuse_commands_in(&reply).map_err(|Harmful(problem)| place.refuse(problem))?;
        // Two numbers side by side are no link by reference.
        let reply = without_links(&reply.replace("][", "] ["));
        let mut cited: Vec<usize> = ids.iter().filter_map(|id| self.number(id)).collect();
        for marker in MARKER.captures_iter(&reply) {
            match marker[1].parse::<usize>() {
                Ok(number) if (1..=self.sources.len()).contains(&number) => cited.push(number),
                _ => return Err(place.unknown()),
            }
        }
        cited.sort_unstable();
        cited.dedup();
        if found && cited.is_empty() {
            return Err(Refused::Uncited);
        }
        Ok(Answered { reply, cited, found })
    }
}
