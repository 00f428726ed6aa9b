//! What to do next, asked where the library alone does not lead on.

use rf_kernel::TreeId;
use rf_sessions::ai::{Proposal, StepKind, StepOption, StepSource};
use serde_json::{Value, json};

use super::{
    Page, Prompt, PromptFile, Refused,
    guard::{given, no_new_addresses, no_parrot},
    shape::Place,
    write_case,
};
use crate::{
    Domain, FlowMatch,
    document::{CaseRecord, Evidence, evidence_of},
    engine::FixOffer,
};

/// Longest texts, characters, and most entries of the lists.
const LONGEST_REPLY: usize = 2_000;
const LONGEST_LINE: usize = 200;
const LONGEST_BODY: usize = 4_000;
const MOST_COMMANDS: usize = 8;
const MOST_OPTIONS: usize = 8;
const MOST_CITED: usize = 20;

/// What the engineer just did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing<'a> {
    /// The case came in.
    Began,
    /// Wrote something.
    Wrote(&'a str),
    /// Gave a verdict on the last step.
    Judged,
    /// Wants another approach.
    WantsAnother,
}

/// Asks for the next step.
#[derive(Clone, Debug)]
pub struct NextStep<'a> {
    case: CaseRecord<'a>,
    evidence: Vec<Evidence>,
    domain: Domain,
    flows: &'a [FlowMatch],
    doing: Doing<'a>,
}

/// What a model advises.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What the copilot says, in Markdown.
    pub reply: String,
    /// Where it goes on.
    pub way: Way,
    /// How sure the model is of it, percent; its own word, to be weighed.
    pub certainty: u8,
    /// Ids of the evidence that speaks for it, at least one.
    pub evidence: Vec<String>,
}

/// Where a case goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// By a step.
    Step {
        /// It.
        step: Box<Proposal>,
        /// Set where it would end the problem.
        fix: Option<FixOffer>,
    },
    /// By a flow among those it was given.
    Flow(TreeId),
    /// By handing over.
    Handover,
}

/// The way as the answer names it.
#[derive(Clone, Copy)]
enum Named {
    Step,
    Flow,
    Handover,
}

impl<'a> NextStep<'a> {
    /// The prompt for a case; `flows` may fit, best first.
    #[must_use]
    pub fn new(case: &CaseRecord<'a>, domain: Domain, flows: &'a [FlowMatch], doing: Doing<'a>) -> Self {
        Self { case: *case, evidence: evidence_of(case), domain, flows, doing }
    }

    fn flow(&self, place: &Place<'_>) -> Result<TreeId, Refused> {
        let id = place.line(64)?;
        let number: Option<usize> = id.strip_prefix("flow-").and_then(|number| number.parse().ok());
        let flow = number.and_then(|number| self.flows.get(number.checked_sub(1)?));
        flow.map(|flow| flow.tree_id).ok_or_else(|| place.unknown())
    }

    fn given(&self) -> String {
        let said = if let Doing::Wrote(text) = self.doing { text } else { "" };
        let flows: Vec<&str> = self.flows.iter().map(|flow| flow.name.as_str()).collect();
        format!("{}\n{said}\n{}", given(&self.evidence), flows.join("\n"))
    }
}

/// A step of the answer. Its source has no model's name yet: [`Advice::of_model`] puts it in.
fn step(place: &Place<'_>) -> Result<(Proposal, bool), Refused> {
    place.only(&["kind", "title", "body", "warning", "commands", "options", "why", "fix"])?;
    let kinds = [("question", StepKind::Question), ("check", StepKind::Check), ("action", StepKind::Action)];
    let kind = place.part("kind")?.word(&kinds)?;
    let text = |name: &str, most: usize| place.optional(name)?.map(|place| place.text(most)).transpose();
    let lines = |name: &str, most: usize, longest: usize| -> Result<Vec<String>, Refused> {
        let Some(list) = place.optional(name)? else { return Ok(Vec::new()) };
        list.list(most)?.iter().map(|place| place.line(longest)).collect()
    };
    let options = lines("options", MOST_OPTIONS, LONGEST_LINE)?;
    if kind != StepKind::Question && !options.is_empty() {
        return Err(place.refuse("has answers, and is no question"));
    }
    let named = |(n, label): (usize, String)| StepOption { id: format!("option-{}", n + 1), label };
    let fix = place.optional("fix")?.map(|place| place.flag()).transpose()?.unwrap_or(false);
    if fix && kind != StepKind::Action {
        return Err(place.refuse("is called a fix, and is no action"));
    }
    let step = Proposal {
        kind,
        title: place.part("title")?.line(LONGEST_LINE)?,
        body: text("body", LONGEST_BODY)?,
        warning: text("warning", LONGEST_BODY)?,
        commands: lines("commands", MOST_COMMANDS, LONGEST_BODY)?,
        options: options.into_iter().enumerate().map(named).collect(),
        source: StepSource::Model { model: String::new() },
        why: place.part("why")?.line(LONGEST_LINE * 2)?,
        // A note's words come from the record, never from a model's idea of a step.
        note: None,
    };
    Ok((step, fix))
}

impl Prompt for NextStep<'_> {
    type Answer = Advice;

    fn file(&self) -> PromptFile {
        PromptFile::NextStep
    }

    fn schema(&self) -> Value {
        let list =
            |what: &str| json!({ "type": "array", "items": { "type": "string" }, "description": what });
        json!({
            "type": "object",
            "properties": {
                "reply": { "type": "string", "description": "To the engineer, in a few sentences." },
                "way": { "type": "string", "enum": ["step", "flow", "handover"] },
                "flow": { "type": "string", "description": "With the way flow: the id of a flow block." },
                "step": {
                    "type": "object",
                    "description": "With the way step.",
                    "properties": {
                        "kind": { "type": "string", "enum": ["question", "check", "action"] },
                        "title": { "type": "string", "description": "One line: the question, or what to do." },
                        "body": { "type": "string", "description": "How, in Markdown." },
                        "warning": { "type": "string", "description": "What can do harm, and how to undo it." },
                        "commands": list("Commands to run, one per entry."),
                        "options": list("Of a question: short answers to pick from."),
                        "why": { "type": "string", "description": "One line: why this is next." },
                        "fix": { "type": "boolean", "description": "Of an action: whether it would end the problem." }
                    },
                    "required": ["kind", "title", "why"],
                    "additionalProperties": false
                },
                "evidence": list("Ids of the evidence blocks this rests on; at least one."),
                "certainty": { "type": "integer", "minimum": 0, "maximum": 100 }
            },
            "required": ["reply", "way", "evidence", "certainty"],
            "additionalProperties": false
        })
    }

    fn write(&self, page: &mut Page<'_>) {
        write_case(&self.case, &self.evidence, page);
        for (flow, n) in self.flows.iter().zip(1..) {
            let fits = format!("{:.0}%", flow.score * 100.0);
            let content = format!("{}\n{}", flow.name, flow.reasons.join("\n"));
            page.block("flow", &format!("flow-{n}"), &[&fits], content.trim_end());
        }
        let (word, text) = match self.doing {
            Doing::Began => ("began", ""),
            Doing::Wrote(text) => ("wrote", text),
            Doing::Judged => ("judged_the_last_step", ""),
            Doing::WantsAnother => ("wants_another_approach", ""),
        };
        page.block("turn", word, &[self.domain.as_str()], text);
    }

    fn read(&self, answer: &Value) -> Result<Advice, Refused> {
        let root = Place::root(answer);
        root.only(&["reply", "way", "flow", "step", "evidence", "certainty"])?;
        let ways = [("step", Named::Step), ("flow", Named::Flow), ("handover", Named::Handover)];
        let way = match root.part("way")?.word(&ways)? {
            Named::Step => {
                let (step, is_fix) = step(&root.part("step")?)?;
                let fix = is_fix.then(|| FixOffer { title: step.title.clone(), body: step.body.clone() });
                Way::Step { step: Box::new(step), fix }
            }
            Named::Flow => Way::Flow(self.flow(&root.part("flow")?)?),
            Named::Handover => Way::Handover,
        };
        let cited = root.part("evidence")?;
        let evidence = cited.ids(MOST_CITED, |id| self.evidence.iter().any(|evidence| evidence.id == id))?;
        if evidence.is_empty() {
            return Err(cited.refuse("is empty"));
        }
        let given = self.given();
        no_new_addresses(answer, &given)?;
        no_parrot(self.file(), answer, &given)?;
        Ok(Advice {
            reply: root.part("reply")?.text(LONGEST_REPLY)?,
            way,
            certainty: root.part("certainty")?.percent()?,
            evidence,
        })
    }
}

impl Advice {
    /// The advice with the name of the model that gave it, as its step tells its source.
    #[must_use]
    pub fn of_model(mut self, name: &str) -> Self {
        if let Way::Step { step, .. } = &mut self.way {
            step.source = StepSource::Model { model: name.to_owned() };
        }
        self
    }
}
