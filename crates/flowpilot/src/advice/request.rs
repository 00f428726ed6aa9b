//! What a model is asked in a turn.

use rf_sessions::ai::{AiStep, Proposal, StepSource};
use serde_json::json;

use super::{Leave, MAX_TOKENS};
use crate::{
    document::{CaseRecord, Standing, evidence_of},
    engine::Turn,
    llm::{LlmRequest, Message, Part, SystemBlock, Tool, ToolChoice},
};

/// What a model is told about its job.
pub const PROMPT: &str = include_str!("turn.md");
/// Which version of it that is. It goes up with every change of the text: a test compares both.
pub const PROMPT_VERSION: &str = "turn 1";

/// The shape of a step.
pub(super) const PROPOSE_STEP: &str = "propose_step";
/// The shape of an order of flows.
pub(super) const RANK_FLOWS: &str = "rank_flows";

/// Characters of one piece of evidence that are sent; a log is long, and its signatures are read here.
const MOST_OF_ONE: usize = 6_000;
/// Characters of all of it. The newest comes first in line for them.
const MOST_OF_ALL: usize = 40_000;

/// A turn a model is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The conversation, with what the engineer said and did in this turn.
    pub case: CaseRecord<'a>,
    /// What the engine makes of it.
    pub turn: &'a Turn,
    /// The step that was open before.
    pub open: Option<&'a AiStep>,
    /// What the engineer did, in a line.
    pub did: &'a str,
}

/// The request, with every text of the case as `hide` lets it out. Each text goes through `hide` once.
pub fn request(
    asked: &Asked<'_>,
    leave: &Leave,
    model: &str,
    mut hide: impl FnMut(&str) -> String,
) -> LlmRequest {
    let mut text = String::from("What is known of the case, oldest first:\n");
    text.push_str(&evidence(&asked.case, &mut hide));
    text.push_str("\nWhat the engineer just did:\n");
    text.push_str(&data("turn", &[], &hide(asked.did)));
    text.push_str("\nWhat the engine says and has decided:\n");
    text.push_str(&data("engine", &[], &hide(&asked.turn.reply)));
    let open = asked.open.filter(|open| open.is_open() && !asked.turn.withdraw_open);
    match asked.turn.step.as_ref().or_else(|| open.map(|open| &open.proposal)) {
        Some(next) => {
            text.push_str(&data("next-step", &[("source", source(next))], &hide(&told(next, leave))))
        }
        None => text.push_str("There is no next step.\n"),
    }
    let confidence = (asked.turn.score * 100.0).round();
    text.push_str(&format!("\nThe engine is {confidence} % sure. Its reasons:\n"));
    text.push_str(&data("reasons", &[], &hide(&asked.turn.reasons.join("\n"))));
    let mut request = LlmRequest::new(model, vec![Message::user(vec![Part::text(text)])], MAX_TOKENS);
    request.system = vec![SystemBlock { text: PROMPT.to_owned(), cached: true }];
    request.tools = tools(leave);
    if request.tools.is_empty() {
        request.tool_choice = ToolChoice::Auto;
    }
    request
}

fn evidence(case: &CaseRecord<'_>, hide: &mut impl FnMut(&str) -> String) -> String {
    let mut left = MOST_OF_ALL;
    let mut pieces = Vec::new();
    for known in evidence_of(case).iter().rev() {
        let most = MOST_OF_ONE.min(left);
        let cut: String = known.text.chars().take(most).collect();
        if cut.is_empty() {
            continue;
        }
        left -= cut.chars().count();
        // Hidden after the cut: a token is never torn, and a name that was torn is gone with the rest of its text.
        pieces.push(data(&known.id, &[("standing", standing(known.standing))], &hide(&cut)));
    }
    pieces.reverse();
    pieces.concat()
}

/// A text as material. It cannot end its element: it has no `<`.
fn data(id: &str, attributes: &[(&str, &str)], text: &str) -> String {
    let attributes: String = attributes.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
    format!("<data id=\"{id}\"{attributes}>\n{}\n</data>\n", text.replace('<', "&lt;").trim())
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Reported => "reported",
        Standing::Done => "done",
        Standing::Worked => "done and it helped",
        Standing::DidNotHelp => "done and it did not help",
        Standing::Provisional => "done, not verified yet",
        Standing::NotDone => "not done",
    }
}

const fn source(step: &Proposal) -> &'static str {
    match step.source {
        StepSource::Flow { .. } => "a flow of the library",
        StepSource::Playbook { .. } => "the playbook",
        StepSource::Candidates => "flows that may fit",
        StepSource::Model { .. } => "a model, earlier",
    }
}

fn told(step: &Proposal, leave: &Leave) -> String {
    let mut text = step.title.clone();
    for part in step.body.iter().chain(&step.warning) {
        text.push_str(&format!("\n{part}"));
    }
    for command in &step.commands {
        text.push_str(&format!("\n$ {command}"));
    }
    for option in &step.options {
        text.push_str(&format!("\n- {}", option.label));
        if let Some(place) = leave.rank.iter().position(|id| *id == option.id) {
            text.push_str(&format!(" ({})", flow_name(place)));
        }
    }
    text
}

/// What the model calls a flow that is offered.
pub(super) fn flow_name(place: usize) -> String {
    format!("flow-{}", place + 1)
}

fn tools(leave: &Leave) -> Vec<Tool> {
    let mut tools = Vec::new();
    if leave.step {
        tools.push(Tool {
            name: PROPOSE_STEP.into(),
            description: "One step to take in the place of the engine's. Only where it is better; otherwise leave it."
                .into(),
            input_schema: json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["kind", "title", "why"],
                "properties": {
                    "kind": { "enum": ["question", "check", "action"] },
                    "title": { "type": "string", "maxLength": 200, "description": "The question, or what to do, in a line" },
                    "body": { "type": "string", "maxLength": 2_000, "description": "How, in Markdown" },
                    "commands": { "type": "array", "maxItems": 6, "items": { "type": "string", "maxLength": 500 } },
                    "options": {
                        "type": "array", "maxItems": 6, "items": { "type": "string", "maxLength": 120 },
                        "description": "Answers of a question; leave them out where the engineer writes one"
                    },
                    "why": { "type": "string", "maxLength": 400, "description": "Why it is next, in a sentence, from the known facts" },
                    "may_fix": { "type": "boolean", "description": "Whether the action may be the fix" },
                },
            }),
        });
    }
    if !leave.rank.is_empty() {
        let names: Vec<String> = (0..leave.rank.len()).map(flow_name).collect();
        tools.push(Tool {
            name: RANK_FLOWS.into(),
            description: "The flows offered in another order. Only where the engine's order is wrong.".into(),
            input_schema: json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["best_first"],
                "properties": {
                    "best_first": { "type": "array", "uniqueItems": true, "items": { "enum": names } },
                },
            }),
        });
    }
    tools
}
