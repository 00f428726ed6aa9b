//! Events of the wire, put together: inputs of tools whole, usage field by field, and an end only where one was told.

use std::{collections::BTreeMap, collections::VecDeque};

use anthropic_sdk::{
    streaming::RawStream,
    types::messages::{RawContentBlockDelta, RawMessageStreamEvent},
};
use futures_util::{StreamExt, stream};
use rf_flowpilot::llm::{LlmError, LlmErrorKind, LlmEvent, LlmStream, Part, StopReason, Usage};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use crate::{Deadlines, breaker::Permit, failure, late};

/// The longest input of a tool, bytes; no answer of a sensible length comes near.
const MAX_INPUT_BYTES: usize = 1_024 * 1_024;

/// Reads the events of a call, and tells its breaker how it ended.
pub(crate) fn read(
    events: RawStream<RawMessageStreamEvent>,
    permit: Permit,
    deadlines: Deadlines,
) -> LlmStream {
    let call = Call {
        open: Some((events, permit)),
        reader: Reader::default(),
        ready: VecDeque::new(),
        deadlines,
        ends: Instant::now() + deadlines.stream,
    };
    stream::unfold(call, Call::next).boxed()
}

struct Call {
    /// Until its end; dropping the events closes the connection.
    open: Option<(RawStream<RawMessageStreamEvent>, Permit)>,
    reader: Reader,
    ready: VecDeque<LlmEvent>,
    deadlines: Deadlines,
    ends: Instant,
}

impl Call {
    async fn next(mut self) -> Option<(Result<LlmEvent, LlmError>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            let (events, _) = self.open.as_mut()?;
            let until = self.ends.min(Instant::now() + self.deadlines.idle);
            let taken = match timeout_at(until, events.next()).await {
                Err(_) => Err(late("the next part of the answer")),
                Ok(None) => Err(self.reader.cut()),
                Ok(Some(Err(error))) => Err(failure::of(&error)),
                Ok(Some(Ok(event))) => self.reader.take(event),
            };
            match taken {
                Ok(events) => {
                    if matches!(events.last(), Some(LlmEvent::Done(_))) {
                        self.close(None);
                    }
                    self.ready.extend(events);
                }
                Err(error) => {
                    self.close(Some(&error));
                    return Some((Err(error), self));
                }
            }
        }
    }

    fn close(&mut self, error: Option<&LlmError>) {
        if let Some((_, permit)) = self.open.take() {
            permit.settle(error);
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    begun: bool,
    usage: Usage,
    stop: Option<String>,
    /// Calls of tools whose input is not complete, by the number of their block.
    calls: BTreeMap<usize, OpenCall>,
}

struct OpenCall {
    id: String,
    name: String,
    /// What a provider sent at once; the pieces replace it.
    input: Value,
    pieces: String,
}

impl Reader {
    fn take(&mut self, event: RawMessageStreamEvent) -> Result<Vec<LlmEvent>, LlmError> {
        use RawMessageStreamEvent as E;
        let events = match event {
            E::MessageStart { message } => {
                self.begun = true;
                merge(&mut self.usage, &message.usage);
                vec![LlmEvent::Usage(self.usage)]
            }
            E::ContentBlockStart { index, content_block } => self.begin(index, &content_block)?,
            E::ContentBlockDelta { index, delta } => self.add(index, delta)?,
            E::ContentBlockStop { index } => {
                self.calls.remove(&index).map(OpenCall::close).transpose()?.into_iter().collect()
            }
            E::MessageDelta { delta, usage } => {
                self.stop = delta.stop_reason.or(self.stop.take());
                let set = |field: &mut u64, told: Option<u64>| *field = told.unwrap_or(*field);
                set(&mut self.usage.input_tokens, usage.input_tokens);
                set(&mut self.usage.output_tokens, Some(usage.output_tokens));
                set(&mut self.usage.cache_read_tokens, usage.cache_read_input_tokens);
                set(&mut self.usage.cache_write_tokens, usage.cache_creation_input_tokens);
                vec![LlmEvent::Usage(self.usage)]
            }
            E::MessageStop if self.calls.is_empty() => {
                vec![LlmEvent::Done(stop_reason(self.stop.as_deref())?)]
            }
            E::MessageStop => return Err(garbage("a call of a tool has no end")),
        };
        Ok(events)
    }

    fn begin(&mut self, index: usize, block: &Value) -> Result<Vec<LlmEvent>, LlmError> {
        match part(block)? {
            Some(Part::Text(text)) if !text.is_empty() => Ok(vec![LlmEvent::TextDelta(text)]),
            Some(Part::ToolUse { id, name, input }) => {
                self.calls.insert(index, OpenCall { id, name, input, pieces: String::new() });
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn add(&mut self, index: usize, delta: RawContentBlockDelta) -> Result<Vec<LlmEvent>, LlmError> {
        match delta {
            RawContentBlockDelta::TextDelta { text } if !text.is_empty() => {
                Ok(vec![LlmEvent::TextDelta(text)])
            }
            RawContentBlockDelta::InputJsonDelta { partial_json } => {
                // Tools that run at the provider have blocks of their own, which nobody asked for.
                if let Some(call) = self.calls.get_mut(&index) {
                    call.pieces.push_str(&partial_json);
                    if call.pieces.len() > MAX_INPUT_BYTES {
                        return Err(garbage("the input of a tool is longer than 1 MiB"));
                    }
                    if !partial_json.is_empty() {
                        return Ok(vec![LlmEvent::ToolDelta(partial_json)]);
                    }
                }
                Ok(Vec::new())
            }
            // Thoughts and their signatures, citations, and what is still to be invented.
            _ => Ok(Vec::new()),
        }
    }

    /// It ended, and nobody said that this is the end.
    fn cut(&self) -> LlmError {
        if self.begun {
            LlmError::new(LlmErrorKind::CutStream, "it ended without an end")
        } else {
            garbage("no event stream")
        }
    }
}

impl OpenCall {
    fn close(self) -> Result<LlmEvent, LlmError> {
        let input = if self.pieces.is_empty() {
            self.input
        } else {
            serde_json::from_str(&self.pieces).map_err(|_| garbage("the input of a tool is no JSON"))?
        };
        if !input.is_object() {
            return Err(garbage("the input of a tool is no object"));
        }
        Ok(LlmEvent::ToolUse { id: self.id, name: self.name, input })
    }
}

/// A block as a part of ours; `None` for what we have no use for, such as thoughts.
pub(crate) fn part(block: &Value) -> Result<Option<Part>, LlmError> {
    let text = |name: &str| {
        block[name].as_str().map(str::to_owned).ok_or_else(|| garbage("a block lacks what its kind has"))
    };
    match block["type"].as_str() {
        Some("text") => Ok(Some(Part::Text(text("text")?))),
        Some("tool_use") => {
            let input = block.get("input").cloned().unwrap_or_else(|| Value::Object(Map::new()));
            if !input.is_object() {
                return Err(garbage("the input of a tool is no object"));
            }
            Ok(Some(Part::ToolUse { id: text("id")?, name: text("name")?, input }))
        }
        Some(_) => Ok(None),
        None => Err(garbage("a block has no kind")),
    }
}

/// Takes over the fields that are told; they are totals.
pub(crate) fn merge(usage: &mut Usage, told: &Value) {
    let set = |field: &mut u64, name: &str| *field = told[name].as_u64().unwrap_or(*field);
    set(&mut usage.input_tokens, "input_tokens");
    set(&mut usage.output_tokens, "output_tokens");
    set(&mut usage.cache_read_tokens, "cache_read_input_tokens");
    set(&mut usage.cache_write_tokens, "cache_creation_input_tokens");
}

pub(crate) fn stop_reason(told: Option<&str>) -> Result<StopReason, LlmError> {
    match told {
        None => Err(garbage("it ended for no reason")),
        Some("end_turn" | "stop_sequence") => Ok(StopReason::EndTurn),
        Some("tool_use") => Ok(StopReason::ToolUse),
        Some("max_tokens") => Ok(StopReason::MaxTokens),
        Some("refusal") => Ok(StopReason::Refusal),
        Some(other) => Ok(StopReason::Other(other.to_owned())),
    }
}

fn garbage(what: &'static str) -> LlmError {
    LlmError::new(LlmErrorKind::Garbage, what)
}
