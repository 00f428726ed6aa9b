//! An answer as bytes: one JSON object, or the events of a stream.

use serde_json::{Value, json};

use super::reply::{Answer, Block, Tokens};

/// Letters of a tool's input that come in one event.
const INPUT_LETTERS: usize = 12;

/// An answer to one request.
pub(super) struct Sent<'a> {
    pub(super) answer: &'a Answer,
    pub(super) model: &'a str,
    pub(super) tokens: Tokens,
    pub(super) number: usize,
}

impl Sent<'_> {
    /// All of it at once.
    pub(super) fn whole(&self) -> Value {
        let blocks = self.answer.blocks.iter().enumerate().map(|(index, block)| match block {
            Block::Text(text) => json!({ "type": "text", "text": text }),
            Block::Thinking(thought) => {
                json!({ "type": "thinking", "thinking": thought, "signature": "c2lnbmVk" })
            }
            Block::ToolUse { name, input } => {
                json!({ "type": "tool_use", "id": self.call(index), "name": name, "input": input })
            }
        });
        let stop = Some(self.answer.stop_reason());
        self.message(&blocks.collect::<Vec<_>>(), stop, self.tokens.output)
    }

    fn message(&self, content: &[Value], stop_reason: Option<&str>, output: u64) -> Value {
        json!({
            "id": format!("msg_simulated{:06}", self.number), "type": "message", "role": "assistant",
            "model": self.model, "content": content, "stop_reason": stop_reason, "stop_sequence": null,
            "usage": {
                "input_tokens": self.tokens.input, "output_tokens": output,
                "cache_read_input_tokens": self.tokens.cache_read,
                "cache_creation_input_tokens": self.tokens.cache_write, "service_tier": "standard",
            },
        })
    }

    fn call(&self, index: usize) -> String {
        format!("toolu_simulated{:06}n{index}", self.number)
    }

    /// Its events; the tokens written are told at the end alone, as the real one may do.
    pub(super) fn events(&self) -> Vec<Vec<u8>> {
        let start = json!({ "type": "message_start", "message": self.message(&[], None, 1) });
        let mut events = vec![start, json!({ "type": "ping" })];
        for (index, block) in self.answer.blocks.iter().enumerate() {
            let (begun, deltas) = self.block(index, block);
            events.push(json!({ "type": "content_block_start", "index": index, "content_block": begun }));
            let deltas = deltas.into_iter();
            events.extend(
                deltas.map(|delta| json!({ "type": "content_block_delta", "index": index, "delta": delta })),
            );
            events.push(json!({ "type": "content_block_stop", "index": index }));
        }
        events.push(json!({
            "type": "message_delta", "usage": { "output_tokens": self.tokens.output },
            "delta": { "stop_reason": self.answer.stop_reason(), "stop_sequence": null },
        }));
        events.push(json!({ "type": "message_stop" }));
        events.iter().map(event).collect()
    }

    fn block(&self, index: usize, block: &Block) -> (Value, Vec<Value>) {
        match block {
            Block::Text(text) => {
                let words = text.split_inclusive(' ');
                let deltas = words.map(|word| json!({ "type": "text_delta", "text": word })).collect();
                (json!({ "type": "text", "text": "" }), deltas)
            }
            Block::Thinking(thought) => {
                let thinking = json!({ "type": "thinking_delta", "thinking": thought });
                let signature = json!({ "type": "signature_delta", "signature": "c2lnbmVk" });
                (json!({ "type": "thinking", "thinking": "", "signature": "" }), vec![thinking, signature])
            }
            Block::ToolUse { name, input } => {
                let letters: Vec<char> = input.to_string().chars().collect();
                let pieces = letters.chunks(INPUT_LETTERS).map(|piece| piece.iter().collect::<String>());
                // The first one is always empty.
                let pieces = std::iter::once(String::new()).chain(pieces);
                let deltas = pieces.map(|piece| json!({ "type": "input_json_delta", "partial_json": piece }));
                let begun = json!({ "type": "tool_use", "id": self.call(index), "name": name, "input": {} });
                (begun, deltas.collect())
            }
        }
    }
}

/// One event as it stands in a stream.
pub(super) fn event(data: &Value) -> Vec<u8> {
    let name = data["type"].as_str().unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n").into_bytes()
}

/// What every refusal looks like.
pub(super) fn error(kind: &str, message: &str, code: Option<&str>) -> Value {
    let mut error = json!({ "type": "error", "error": { "type": kind, "message": message } });
    if let Some(code) = code {
        error["error"]["details"] = json!({ "error_code": code });
    }
    error
}

/// A quarter of the letters, which is about what a text costs; never nothing.
pub(super) fn tokens_of(text: &str) -> u64 {
    u64::try_from(text.chars().count() / 4).unwrap_or(u64::MAX).max(1)
}
