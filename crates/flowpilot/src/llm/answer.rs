//! What a model answers, whole or as it comes.

use futures_util::StreamExt;
use serde_json::Value;

use super::{LlmError, LlmErrorKind, LlmStream, Part};

/// Tokens of one call, as the provider counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read, beyond those of the cache.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
    /// Read from the cache.
    pub cache_read_tokens: u64,
    /// Read and put into the cache.
    pub cache_write_tokens: u64,
}

impl Usage {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.input_tokens
            .saturating_add(self.output_tokens)
            .saturating_add(self.cache_read_tokens)
            .saturating_add(self.cache_write_tokens)
    }
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The model had said it all.
    EndTurn,
    /// It waits for the result of a tool.
    ToolUse,
    /// `max_tokens` were written; what there is may end in the middle of a sentence.
    MaxTokens,
    /// It does not want to.
    Refusal,
    /// Any other reason, in the provider's word.
    Other(String),
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum LlmEvent {
    /// The next words.
    TextDelta(String),
    /// The next piece of the JSON a tool is called with, to be looked at while it comes; [`LlmEvent::ToolUse`] has all
    /// of it.
    ToolDelta(String),
    /// A tool is called; its input is complete.
    ToolUse {
        /// Names the call, for its result.
        id: String,
        /// The tool.
        name: String,
        /// What it is called with; an object.
        input: Value,
    },
    /// The tokens of the call so far; the last one counts. Comes before the answer too, so that a call that breaks off
    /// is counted.
    Usage(Usage),
    /// The answer is whole.
    Done(StopReason),
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct LlmAnswer {
    /// Texts and calls of tools, in order.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub stop: StopReason,
    /// What it cost.
    pub usage: Usage,
}

impl LlmAnswer {
    /// All its words.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// What the tool was called with, the first time.
    #[must_use]
    pub fn tool_input(&self, tool: &str) -> Option<&Value> {
        self.parts.iter().find_map(|part| match part {
            Part::ToolUse { name, input, .. } if name == tool => Some(input),
            _ => None,
        })
    }
}

/// Reads a stream to its end.
///
/// # Errors
/// The stream's own, or that it ended without saying so.
pub async fn collect(mut stream: LlmStream) -> Result<LlmAnswer, LlmError> {
    let mut parts = Vec::new();
    let mut usage = Usage::default();
    while let Some(event) = stream.next().await {
        match event? {
            LlmEvent::TextDelta(more) => match parts.last_mut() {
                Some(Part::Text(text)) => text.push_str(&more),
                _ => parts.push(Part::Text(more)),
            },
            LlmEvent::ToolDelta(_) => {}
            LlmEvent::ToolUse { id, name, input } => parts.push(Part::ToolUse { id, name, input }),
            LlmEvent::Usage(counted) => usage = counted,
            LlmEvent::Done(stop) => return Ok(LlmAnswer { parts, stop, usage }),
        }
    }
    Err(LlmError::new(LlmErrorKind::CutStream, "it ended without an end"))
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, stream};
    use serde_json::json;

    use super::*;

    fn read(events: Vec<Result<LlmEvent, LlmError>>) -> Result<LlmAnswer, LlmError> {
        collect(stream::iter(events).boxed()).now_or_never().unwrap()
    }

    fn words(text: &str) -> Result<LlmEvent, LlmError> {
        Ok(LlmEvent::TextDelta(text.into()))
    }

    #[test]
    fn pieces_become_parts_in_their_order_and_the_last_count_is_the_cost() {
        let call = || LlmEvent::ToolUse { id: "t".into(), name: "step".into(), input: json!({ "n": 1 }) };
        let usage = |output_tokens| LlmEvent::Usage(Usage { output_tokens, ..Usage::default() });
        let answer = read(vec![
            Ok(usage(1)),
            words("one "),
            words("two"),
            Ok(call()),
            words("three"),
            Ok(usage(9)),
            Ok(LlmEvent::Done(StopReason::ToolUse)),
        ])
        .unwrap();
        assert_eq!(answer.parts.len(), 3);
        assert_eq!(
            (answer.parts[0].clone(), answer.text().as_str()),
            (Part::text("one two"), "one twothree")
        );
        assert_eq!(answer.tool_input("step"), Some(&json!({ "n": 1 })));
        assert_eq!(answer.tool_input("other"), None);
        assert_eq!((answer.usage.total(), answer.stop), (9, StopReason::ToolUse));
    }

    #[test]
    fn half_an_answer_is_a_failure() {
        assert_eq!(read(vec![words("one")]).unwrap_err().kind, LlmErrorKind::CutStream);
        let error = LlmError::new(LlmErrorKind::Overloaded, "");
        assert_eq!(read(vec![words("one"), Err(error.clone())]), Err(error));
    }
}
