//! What a model answers, taken or refused.

use rf_sessions::ai::{Proposal, StepKind, StepOption, StepSource};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Advice, Leave,
    request::{PROPOSE_STEP, RANK_FLOWS, flow_name},
    safe,
};
use crate::{
    engine::FixOffer,
    llm::{LlmAnswer, Part, StopReason},
    pseudonyms::Pseudonyms,
};

/// Longest reply, characters.
const MOST_REPLY: usize = 4_000;
/// What every step a model proposes carries.
const WARNING: &str = "Proposed by a model, from no flow of your library. Read it before you do it.";

/// An answer of no use. Says why, for the log and for people, and quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

fn refuse<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

/// A step as the model writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepInput {
    kind: KindInput,
    title: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    commands: Vec<String>,
    #[serde(default)]
    options: Vec<String>,
    why: String,
    #[serde(default)]
    may_fix: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindInput {
    Question,
    Check,
    Action,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankInput {
    best_first: Vec<String>,
}

/// Takes a whole answer, with what names the client put back. Whatever is wrong with it, all of it is refused: half of
/// an answer that breaks the rules is worth no trust either.
///
/// # Errors
/// [`Refused`].
pub fn read(
    answer: &LlmAnswer,
    leave: &Leave,
    model: &str,
    pseudonyms: &Pseudonyms,
) -> Result<Advice, Refused> {
    match &answer.stop {
        StopReason::EndTurn | StopReason::ToolUse => {}
        StopReason::MaxTokens => return refuse("its answer was too long"),
        StopReason::Refusal => return refuse("it does not want to answer"),
        StopReason::Other(_) => return refuse("its answer ended for a reason nobody knows"),
    }
    let text = |text: &str| -> Result<String, Refused> {
        let restored = pseudonyms.restore(text);
        if !restored.unknown.is_empty() {
            return refuse("it names something that is not in this conversation");
        }
        Ok(restored.text)
    };
    let reply = safe::without_links(text(answer.text().trim())?.trim());
    require(!reply.is_empty(), "it says nothing")?;
    require(reply.chars().count() <= MOST_REPLY, "its answer is too long")?;
    require(is_plain(&reply), "its answer holds characters that are no text")?;
    let mut advice = Advice { reply, step: None, fix: None, rank: Vec::new() };
    for part in &answer.parts {
        let Part::ToolUse { name, input, .. } = part else { continue };
        match name.as_str() {
            PROPOSE_STEP if leave.step && advice.step.is_none() => {
                let input: StepInput = shape(input)?;
                let may_fix = input.may_fix;
                let step = step(input, model, &text)?;
                let is_fix = may_fix && step.kind == StepKind::Action;
                advice.fix = is_fix.then(|| FixOffer { title: step.title.clone(), body: step.body.clone() });
                advice.step = Some(step);
            }
            RANK_FLOWS if !leave.rank.is_empty() && advice.rank.is_empty() => {
                let RankInput { best_first } = shape(input)?;
                for name in best_first {
                    let place = (0..leave.rank.len()).find(|place| flow_name(*place) == name);
                    match place {
                        Some(place) => advice.rank.push(leave.rank[place].clone()),
                        None => return refuse("it ranks a flow that was not offered"),
                    }
                }
            }
            PROPOSE_STEP | RANK_FLOWS => return refuse("it proposes what it was not asked for"),
            _ => return refuse("it calls something that does not exist"),
        }
    }
    Ok(advice)
}

fn shape<T: for<'a> Deserialize<'a>>(input: &Value) -> Result<T, Refused> {
    // The reason quotes the input, which may hold anything.
    T::deserialize(input).map_err(|_| Refused("what it proposes has not the shape that was asked for".into()))
}

fn step(
    input: StepInput,
    model: &str,
    text: &impl Fn(&str) -> Result<String, Refused>,
) -> Result<Proposal, Refused> {
    let line = |given: &str, most: usize| -> Result<String, Refused> {
        let line = text(given)?.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = (1..=most).contains(&line.chars().count()) && is_plain(&line);
        require(fits, "a line of its step is empty, too long or no text")?;
        Ok(safe::without_links(&line))
    };
    let title = line(&input.title, 200)?;
    let why = line(&input.why, 400)?;
    let body = input.body.as_deref().map(text).transpose()?;
    let body = body.map(|body| safe::without_links(body.trim())).filter(|body| !body.is_empty());
    let fits = |body: &String| body.chars().count() <= MOST_REPLY && is_plain(body);
    require(body.as_ref().is_none_or(fits), "the text of its step is too long or no text")?;
    require(input.commands.len() <= 6, "its step has more than six commands")?;
    let mut commands = Vec::new();
    for command in &input.commands {
        let command = text(command)?;
        let command = command.trim();
        let fits = (1..=500).contains(&command.chars().count()) && !command.chars().any(char::is_control);
        require(fits, "a command of its step is empty, too long or more than a line")?;
        if let Some(why) = safe::refuse_command(command) {
            return refuse(why);
        }
        commands.push(command.to_owned());
    }
    let kind = match input.kind {
        KindInput::Question => StepKind::Question,
        KindInput::Check => StepKind::Check,
        KindInput::Action => StepKind::Action,
    };
    let is_question = kind == StepKind::Question;
    require(is_question || input.options.is_empty(), "answers go with a question alone")?;
    require(
        input.options.len() <= 6 && input.options.len() != 1,
        "a question has two to six answers or none",
    )?;
    require(!is_question || commands.is_empty(), "commands go with a check or an action")?;
    let mut options: Vec<StepOption> = Vec::new();
    for (label, number) in input.options.iter().zip(1..) {
        let label = line(label, 120)?;
        require(
            options.iter().all(|known| known.label != label),
            "two answers of its question are the same",
        )?;
        options.push(StepOption { id: format!("answer-{number}"), label });
    }
    Ok(Proposal {
        kind,
        title,
        body,
        warning: (!is_question).then(|| WARNING.to_owned()),
        commands,
        options,
        source: StepSource::Model { model: model.to_owned() },
        why,
        note: None,
    })
}

fn require(holds: bool, otherwise: &str) -> Result<(), Refused> {
    if holds { Ok(()) } else { refuse(otherwise) }
}

/// Letters and line breaks, and nothing that changes the direction of reading or hides.
fn is_plain(text: &str) -> bool {
    let hides = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}');
    !text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || hides(c))
}
