//! A request in the words of the Messages API.

use std::collections::BTreeMap;

use anthropic_sdk::types::messages::{MessageContent, MessageCreateParams, MessageParam};
use base64::{Engine, engine::general_purpose::STANDARD};
use rf_flowpilot::llm::{LlmRequest, Part, Speaker, SystemBlock, Tool, ToolChoice};
use serde_json::{Value, json};

pub(crate) fn params(request: &LlmRequest) -> MessageCreateParams {
    let mut extra = BTreeMap::new();
    let mut put = |name: &str, value: Value| extra.insert(name.to_owned(), value);
    if !request.system.is_empty() {
        put("system", request.system.iter().map(system).collect());
    }
    if !request.tools.is_empty() {
        put("tools", request.tools.iter().map(tool).collect());
        put("tool_choice", tool_choice(&request.tool_choice));
    }
    if let Some(temperature) = request.temperature {
        put("temperature", temperature.into());
    }
    let messages = request.messages.iter().map(|message| MessageParam {
        role: match message.speaker {
            Speaker::User => "user".into(),
            Speaker::Assistant => "assistant".into(),
        },
        content: MessageContent::Blocks(message.parts.iter().map(block).collect()),
    });
    MessageCreateParams {
        model: request.model.clone(),
        max_tokens: request.max_tokens.into(),
        messages: messages.collect(),
        stream: None,
        extra,
    }
}

fn system(block: &SystemBlock) -> Value {
    let mut system = json!({ "type": "text", "text": block.text });
    if block.cached {
        system["cache_control"] = json!({ "type": "ephemeral" });
    }
    system
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "input_schema": tool.input_schema })
}

fn tool_choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!({ "type": "auto" }),
        ToolChoice::Any => json!({ "type": "any" }),
        ToolChoice::Tool(name) => json!({ "type": "tool", "name": name }),
        ToolChoice::None => json!({ "type": "none" }),
    }
}

fn block(part: &Part) -> Value {
    match part {
        Part::Text(text) => json!({ "type": "text", "text": text }),
        Part::Image { kind, bytes } => {
            let source = json!({
                "type": "base64", "media_type": kind.media_type(), "data": STANDARD.encode(bytes),
            });
            json!({ "type": "image", "source": source })
        }
        Part::ToolUse { id, name, input } => {
            json!({ "type": "tool_use", "id": id, "name": name, "input": input })
        }
        Part::ToolResult { tool_use_id, content, is_error } => {
            json!({ "type": "tool_result", "tool_use_id": tool_use_id, "content": content, "is_error": is_error })
        }
    }
}
