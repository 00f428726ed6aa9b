//! What the originals take.

use serde_json::Value;

/// Slack's limit of a section's text.
const MAX_SECTION_CHARS: usize = 3_000;
/// Teams' limit of a whole message.
const MAX_CARD_BYTES: usize = 28 * 1_024;

const SLACK_FIELDS: [&str; 6] = ["text", "blocks", "unfurl_links", "unfurl_media", "thread_ts", "mrkdwn"];

pub(super) fn slack(body: &Value) -> Result<(), &'static str> {
    let fields = body.as_object().ok_or("invalid_payload")?;
    if fields.keys().any(|name| !SLACK_FIELDS.contains(&name.as_str())) {
        return Err("invalid_payload");
    }
    if body["text"].as_str().is_none_or(str::is_empty) {
        return Err("no_text");
    }
    for block in body["blocks"].as_array().into_iter().flatten() {
        let texts: Vec<&Value> = match block["type"].as_str() {
            Some("section") => vec![&block["text"]],
            Some("context") => block["elements"].as_array().ok_or("invalid_blocks")?.iter().collect(),
            Some("divider") => Vec::new(),
            _ => return Err("invalid_blocks"),
        };
        for text in texts {
            let fits = |words: &str| (1..=MAX_SECTION_CHARS).contains(&words.chars().count());
            let is_kind = matches!(text["type"].as_str(), Some("mrkdwn" | "plain_text"));
            if !is_kind || !text["text"].as_str().is_some_and(fits) {
                return Err("invalid_blocks");
            }
        }
    }
    Ok(())
}

pub(super) fn teams(body: &Value) -> Result<(), &'static str> {
    let attachments = body["attachments"].as_array().ok_or("Property 'attachments' is required.")?;
    if body["type"] != "message" || attachments.is_empty() {
        return Err("Property 'type' must be 'message'.");
    }
    if body.to_string().len() > MAX_CARD_BYTES {
        return Err("Message size is too large.");
    }
    for attachment in attachments {
        let card = &attachment["content"];
        let is_card = attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
            && card["type"] == "AdaptiveCard"
            && card["version"].is_string()
            && card["body"].as_array().is_some_and(|blocks| blocks.iter().all(is_block));
        if !is_card {
            return Err("The card is not an adaptive card.");
        }
    }
    Ok(())
}

fn is_block(block: &Value) -> bool {
    match block["type"].as_str() {
        Some("TextBlock") => block["text"].is_string(),
        Some("RichTextBlock") => {
            let is_run = |run: &Value| run["type"] == "TextRun" && run["text"].is_string();
            block["inlines"].as_array().is_some_and(|runs| !runs.is_empty() && runs.iter().all(is_run))
        }
        _ => false,
    }
}
