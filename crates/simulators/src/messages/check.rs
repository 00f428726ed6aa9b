//! What the real API refuses, in about its words, so that a wrong request does not pass here and fail there.

use serde_json::{Map, Value};

const FIELDS: [&str; 21] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "temperature",
    "top_p",
    "top_k",
    "stream",
    "stop_sequences",
    "metadata",
    "thinking",
    "service_tier",
    "output_config",
    "container",
    "cache_control",
    "diagnostics",
    "inference_geo",
    "speed",
    "workspace_id",
];
/// Blocks that may be marked for the cache.
const MAX_CACHED: usize = 4;

/// Why it is refused.
type Refused = Result<(), String>;

pub(super) fn check(body: &Value) -> Refused {
    let Some(body) = body.as_object() else { return refuse("The request body must be an object") };
    if let Some(unknown) = body.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return refuse(format!("{unknown}: Extra inputs are not permitted"));
    }
    require(text(body, "model"), "model: Field required")?;
    require(body.get("max_tokens").and_then(Value::as_u64).is_some(), "max_tokens: Field required")?;
    let temperature = body.get("temperature").map_or(Some(0.0), Value::as_f64);
    require(temperature.is_some_and(|t| (0.0..=1.0).contains(&t)), "temperature: range: 0..1")?;
    let tools = body.get("tools").and_then(Value::as_array);
    for (index, tool) in tools.into_iter().flatten().enumerate() {
        require(tool["name"].is_string(), format!("tools.{index}.name: Field required"))?;
        require(
            tool["input_schema"]["type"] == "object",
            format!("tools.{index}.input_schema.type: Field required"),
        )?;
    }
    if let Some(choice) = body.get("tool_choice") {
        require(
            tools.is_some_and(|tools| !tools.is_empty()),
            "tool_choice: may only be specified while providing tools",
        )?;
        let kinds = ["auto", "any", "tool", "none"];
        require(
            choice["type"].as_str().is_some_and(|kind| kinds.contains(&kind)),
            "tool_choice: Input tag is invalid",
        )?;
    }
    if let Some(Value::Array(system)) = body.get("system") {
        for (index, block) in system.iter().enumerate() {
            require(block["type"] == "text", format!("system.{index}.type: Input should be 'text'"))?;
            require(has_text(block), "system: text content blocks must be non-empty")?;
        }
    }
    require(
        marked(&Value::Object(body.clone())) <= MAX_CACHED,
        "A maximum of 4 blocks with cache_control may be provided.",
    )?;
    let messages = body.get("messages").and_then(Value::as_array);
    require(
        messages.is_some_and(|messages| !messages.is_empty()),
        "messages: at least one message is required",
    )?;
    let mut called = Vec::new();
    for (index, message) in messages.into_iter().flatten().enumerate() {
        called = check_message(index, message, &called)?;
    }
    Ok(())
}

/// Checks one message after the calls of tools it has to answer, and gives those that it makes.
fn check_message(index: usize, message: &Value, called: &[String]) -> Result<Vec<String>, String> {
    let role = message["role"].as_str().unwrap_or_default();
    require(
        matches!(role, "user" | "assistant"),
        format!("messages.{index}.role: Input should be 'user' or 'assistant'"),
    )?;
    let empty = Vec::new();
    let blocks = match &message["content"] {
        Value::String(text) => {
            require(
                !text.is_empty(),
                format!("messages.{index}: user messages must have non-empty content"),
            )?;
            &empty
        }
        Value::Array(blocks) if !blocks.is_empty() => blocks,
        _ => return Err(format!("messages.{index}.content: Field required")),
    };
    let mut calls = Vec::new();
    let mut results = Vec::new();
    for block in blocks {
        let string = |name: &str| block[name].as_str().unwrap_or_default().to_owned();
        match block["type"].as_str() {
            Some("text") => require(has_text(block), "messages: text content blocks must be non-empty")?,
            Some("image") => check_image(&block["source"])?,
            Some("tool_use") => calls.push(string("id")),
            Some("tool_result") => results.push(string("tool_use_id")),
            Some("thinking" | "redacted_thinking" | "document") => {}
            _ => return Err(format!("messages.{index}.content: Input tag is invalid")),
        }
    }
    if let Some(missing) = called.iter().find(|id| !results.contains(id)) {
        return Err(format!(
            "messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {missing}"
        ));
    }
    if let Some(stray) = results.iter().find(|id| !called.contains(id)) {
        return Err(format!(
            "messages.{index}: unexpected `tool_use_id` found in `tool_result` blocks: {stray}"
        ));
    }
    Ok(calls)
}

fn check_image(source: &Value) -> Refused {
    if source["type"] == "url" {
        return Ok(());
    }
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let kind = source["media_type"].as_str().unwrap_or_default();
    require(
        kinds.contains(&kind),
        "image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    )?;
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let data = source["data"].as_str().unwrap_or_default();
    let base64 = !data.is_empty() && data.len().is_multiple_of(4) && data.bytes().all(letter);
    require(base64, "image.source.base64: invalid base64 data")
}

/// How many blocks are marked for the cache, anywhere.
fn marked(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            usize::from(fields.contains_key("cache_control")) + fields.values().map(marked).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(marked).sum(),
        _ => 0,
    }
}

fn has_text(block: &Value) -> bool {
    block["text"].as_str().is_some_and(|text| !text.is_empty())
}

fn text(body: &Map<String, Value>, name: &str) -> bool {
    body.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

fn refuse(why: impl Into<String>) -> Refused {
    Err(why.into())
}

fn require(holds: bool, otherwise: impl Into<String>) -> Refused {
    if holds { Ok(()) } else { refuse(otherwise) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whole() -> Value {
        json!({
            "model": "m", "max_tokens": 9, "temperature": 0.5, "stream": true, "tool_choice": { "type": "auto" },
            "system": [{ "type": "text", "text": "s", "cache_control": { "type": "ephemeral" } }],
            "tools": [{ "name": "t", "input_schema": { "type": "object" } }],
            "messages": [
                { "role": "user", "content": [
                    { "type": "text", "text": "look" },
                    { "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": "AAAA" } },
                ] },
                { "role": "assistant", "content": [{ "type": "tool_use", "id": "a", "name": "t", "input": {} }] },
                { "role": "user", "content": [{ "type": "tool_result", "tool_use_id": "a", "content": "done" }] },
            ],
        })
    }

    #[test]
    fn a_whole_request_passes() {
        assert_eq!(check(&whole()), Ok(()));
        let plain =
            json!({ "model": "m", "max_tokens": 1, "messages": [{ "role": "user", "content": "hi" }] });
        assert_eq!(check(&plain), Ok(()));
    }

    #[test]
    fn each_fault_is_told_by_its_field() {
        let cases = [
            ("/model", json!(""), "model"),
            ("/max_tokens", json!(-1), "max_tokens"),
            ("/temperature", json!(2), "temperature"),
            ("/tools/0/name", json!(null), "tools.0.name"),
            ("/tools/0/input_schema/type", json!("string"), "tools.0.input_schema"),
            ("/tools", json!([]), "tool_choice"),
            ("/tool_choice/type", json!("must"), "tool_choice"),
            ("/system/0/text", json!(""), "system"),
            ("/messages", json!([]), "messages"),
            ("/messages/0/role", json!("system"), "messages.0.role"),
            ("/messages/0/content", json!([]), "messages.0.content"),
            ("/messages/0/content/0/text", json!(""), "non-empty"),
            ("/messages/0/content/1/source/media_type", json!("image/bmp"), "media_type"),
            ("/messages/0/content/1/source/data", json!("AAA"), "base64"),
            ("/messages/2/content/0/tool_use_id", json!("b"), "immediately after: a"),
            ("/messages/1/content/0", json!({ "type": "text", "text": "no call" }), "unexpected"),
        ];
        for (place, value, word) in cases {
            let mut body = whole();
            *body.pointer_mut(place).unwrap() = value;
            let said = check(&body).unwrap_err();
            assert!(said.contains(word), "{place}: {said}");
        }
        let mut body = whole();
        body["prompt"] = json!("old");
        assert!(check(&body).unwrap_err().starts_with("prompt: Extra"));
        body = whole();
        body["system"] = json!(vec![body["system"][0].clone(); 5]);
        assert!(check(&body).unwrap_err().contains("maximum of 4"));
    }
}
