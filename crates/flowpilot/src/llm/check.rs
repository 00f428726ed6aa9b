//! What a provider would refuse, said before anything is sent.

use std::collections::BTreeSet;

use super::{LlmError, LlmErrorKind, LlmRequest, Part, Speaker, ToolChoice};

/// The largest picture, bytes: the Messages API takes 5 MB of base64, which is a third longer than the file.
pub const MAX_IMAGE_BYTES: usize = 5 * 1_024 * 1_024 / 4 * 3;
/// So many blocks may be marked for the cache, by the Messages API.
pub const MAX_CACHED_BLOCKS: usize = 4;

impl LlmRequest {
    /// Whether it can be answered at all.
    ///
    /// # Errors
    /// [`LlmErrorKind::InvalidRequest`], with what to change.
    pub fn check(&self) -> Result<(), LlmError> {
        self.check_settings().and_then(|()| self.check_tools()).and_then(|()| self.check_conversation())
    }

    fn check_settings(&self) -> Result<(), LlmError> {
        require(!self.model.trim().is_empty(), "it names no model")?;
        require(self.max_tokens > 0, "max_tokens is 0; it has to be 1 at least")?;
        let temperature = self.temperature.unwrap_or(0.0);
        require((0.0..=1.0).contains(&temperature), "the temperature has to be from 0 to 1")?;
        require(
            !self.system.iter().any(|block| block.text.is_empty()),
            "a system block is empty; leave it out",
        )?;
        let cached = self.system.iter().filter(|block| block.cached).count();
        require(cached <= MAX_CACHED_BLOCKS, "more than four blocks are marked for the cache")
    }

    fn check_tools(&self) -> Result<(), LlmError> {
        let mut names = BTreeSet::new();
        for tool in &self.tools {
            let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let well_named = (1..=64).contains(&tool.name.len()) && tool.name.chars().all(letter);
            require(well_named, "a tool's name is not 1 to 64 letters, digits, _ and -")?;
            require(
                tool.input_schema["type"] == "object",
                "the schema of a tool's input is not that of an object",
            )?;
            require(names.insert(tool.name.as_str()), "two tools have one name")?;
        }
        match &self.tool_choice {
            ToolChoice::Auto | ToolChoice::None => Ok(()),
            ToolChoice::Any => require(!names.is_empty(), "a tool has to be called and there is none"),
            ToolChoice::Tool(name) => require(
                names.contains(name.as_str()),
                "the tool that has to be called is not among the tools",
            ),
        }
    }

    fn check_conversation(&self) -> Result<(), LlmError> {
        let begins = self.messages.first().is_some_and(|message| message.speaker == Speaker::User);
        require(begins, "the conversation has to begin with what the user says")?;
        let mut called: BTreeSet<&str> = BTreeSet::new();
        for message in &self.messages {
            require(!message.parts.is_empty(), "a message has no parts")?;
            let mut answered: BTreeSet<&str> = BTreeSet::new();
            let mut calls = BTreeSet::new();
            for part in &message.parts {
                match (message.speaker, part) {
                    (_, Part::Text(text)) => {
                        require(!text.trim().is_empty(), "a text is empty; leave it out")?;
                    }
                    (Speaker::User, Part::Image { bytes, .. }) => {
                        require(!bytes.is_empty(), "a picture is empty")?;
                        require(
                            bytes.len() <= MAX_IMAGE_BYTES,
                            "a picture is larger than 3.75 MiB; make it smaller",
                        )?;
                    }
                    (Speaker::Assistant, Part::ToolUse { id, input, .. }) => {
                        require(input.is_object(), "a tool was called with something else than an object")?;
                        require(calls.insert(id.as_str()), "two calls of tools have one id")?;
                    }
                    (Speaker::User, Part::ToolResult { tool_use_id, .. }) => {
                        require(answered.insert(tool_use_id), "a call of a tool has two results")?;
                    }
                    (Speaker::Assistant, Part::Image { .. } | Part::ToolResult { .. }) => {
                        return refuse("the model sends no pictures and no results of tools");
                    }
                    (Speaker::User, Part::ToolUse { .. }) => return refuse("only the model calls tools"),
                }
            }
            require(answered == called, "the calls of tools and the results in the next message differ")?;
            called = calls;
        }
        require(called.is_empty(), "the last calls of tools have no results")
    }
}

fn refuse(why: &'static str) -> Result<(), LlmError> {
    Err(LlmError::new(LlmErrorKind::InvalidRequest, why))
}

fn require(holds: bool, otherwise: &'static str) -> Result<(), LlmError> {
    if holds { Ok(()) } else { refuse(otherwise) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::llm::{ImageType, Message, SystemBlock, Tool};

    fn tool(name: &str) -> Tool {
        Tool {
            name: name.into(),
            description: "Says the step.".into(),
            input_schema: json!({ "type": "object" }),
        }
    }

    fn call(id: &str) -> Part {
        Part::ToolUse { id: id.into(), name: "step".into(), input: json!({}) }
    }

    fn result(id: &str) -> Part {
        Part::ToolResult { tool_use_id: id.into(), content: String::new(), is_error: false }
    }

    /// A request with everything in it.
    fn whole() -> LlmRequest {
        LlmRequest {
            system: vec![SystemBlock { text: "You help.".into(), cached: true }],
            tools: vec![tool("step"), tool("note-2")],
            tool_choice: ToolChoice::Tool("step".into()),
            temperature: Some(1.0),
            ..LlmRequest::new(
                "model",
                vec![
                    Message::user(vec![
                        Part::text("no mail"),
                        Part::Image { kind: ImageType::Png, bytes: vec![1] },
                    ]),
                    Message::assistant(vec![Part::text("let me see"), call("a"), call("b")]),
                    Message::user(vec![result("b"), result("a"), Part::text("go on")]),
                ],
                100,
            )
        }
    }

    #[test]
    fn a_whole_request_passes() {
        whole().check().unwrap();
        LlmRequest::new("model", vec![Message::user(vec![Part::text("hello")])], 1).check().unwrap();
    }

    #[test]
    fn what_a_provider_would_refuse_is_refused_here() {
        type Spoil = fn(&mut LlmRequest);
        let cases: [(&str, Spoil); 25] = [
            ("names no model", |r| r.model = " ".into()),
            ("max_tokens", |r| r.max_tokens = 0),
            ("temperature", |r| r.temperature = Some(1.1)),
            ("temperature", |r| r.temperature = Some(f64::NAN)),
            ("system block", |r| r.system[0].text.clear()),
            ("more than four", |r| r.system = vec![r.system[0].clone(); 5]),
            ("1 to 64", |r| r.tools[0].name = "two words".into()),
            ("1 to 64", |r| r.tools[0].name = "x".repeat(65)),
            ("1 to 64", |r| r.tools[0].name.clear()),
            ("object", |r| r.tools[0].input_schema = json!({ "type": "string" })),
            ("object", |r| r.tools[0].input_schema = json!(7)),
            ("one name", |r| r.tools[1].name = "step".into()),
            ("there is none", |r| (r.tools, r.tool_choice) = (vec![], ToolChoice::Any)),
            ("not among", |r| r.tool_choice = ToolChoice::Tool("other".into())),
            ("begin", |r| r.messages.clear()),
            ("begin", |r| drop(r.messages.remove(0))),
            ("no parts", |r| r.messages[0].parts.clear()),
            ("text is empty", |r| r.messages[0].parts[0] = Part::text(" \n")),
            ("picture is empty", |r| {
                r.messages[0].parts[1] = Part::Image { kind: ImageType::Gif, bytes: vec![] }
            }),
            ("larger", |r| {
                r.messages[0].parts[1] =
                    Part::Image { kind: ImageType::Gif, bytes: vec![0; MAX_IMAGE_BYTES + 1] };
            }),
            ("than an object", |r| {
                r.messages[1].parts[1] =
                    Part::ToolUse { id: "a".into(), name: "step".into(), input: json!([]) };
            }),
            ("one id", |r| r.messages[1].parts[1] = call("b")),
            ("two results", |r| r.messages[2].parts[0] = result("a")),
            ("differ", |r| drop(r.messages[2].parts.remove(0))),
            ("no results", |r| drop(r.messages.remove(2))),
        ];
        for (word, spoil) in cases {
            let mut request = whole();
            spoil(&mut request);
            let error = request.check().unwrap_err();
            assert_eq!(error.kind, LlmErrorKind::InvalidRequest);
            assert!(error.detail.contains(word), "{word}: {error}");
        }
    }

    #[test]
    fn each_says_what_is_theirs() {
        for (message, word) in [
            (
                Message::assistant(vec![Part::Image { kind: ImageType::Png, bytes: vec![1] }]),
                "sends no pictures",
            ),
            (Message::user(vec![call("c")]), "only the model"),
            (Message::user(vec![result("c")]), "differ"),
        ] {
            let mut request = whole();
            request.messages.push(message);
            let error = request.check().unwrap_err();
            assert!(error.detail.contains(word), "{word}: {error}");
        }
    }
}
