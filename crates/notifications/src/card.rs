//! What a message looks like in a chat. Texts come from tickets and people: in a chat they are words and nothing else - no
//! mention of everybody, no link, no picture.

use serde_json::{Value, json};

use crate::{ChannelKind, NoticeKind, render::one_line};

/// Slack takes 3,000 characters in a section.
const MAX_SECTION_BYTES: usize = 2_900;

/// A message, as far as it is the same for every chat.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// What it is about, in a few words of ours.
    pub heading: &'a str,
    /// One line.
    pub title: &'a str,
    /// More, where there is more to say.
    pub body: Option<&'a str>,
    /// Where it leads: a whole address of ours.
    pub link: &'a str,
}

/// The words above a message of that kind.
#[must_use]
pub const fn heading(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::SessionEscalated => "Escalated",
        NoticeKind::HandoffClaimed => "Taken over",
        NoticeKind::HandoffReleased => "Waiting again",
        NoticeKind::HandoffAssigned => "Handed over",
        NoticeKind::HandoffUnclaimed => "Still waiting",
        NoticeKind::FixDue => "To be verified",
        NoticeKind::PushFailed => "Not in the ticket",
        NoticeKind::ChannelFailed => "Not in the channel",
    }
}

impl Card<'_> {
    /// As the body of a request to a webhook of that chat.
    #[must_use]
    pub fn for_chat(&self, kind: ChannelKind) -> Value {
        match kind {
            ChannelKind::Slack => self.slack(),
            ChannelKind::Teams => self.teams(),
        }
    }

    /// Blocks, with the same in one line for what shows no blocks: a phone's lock screen. `verbatim` keeps Slack from
    /// making links and mentions out of words.
    fn slack(&self) -> Value {
        let words = |text: String| json!({ "type": "mrkdwn", "text": text, "verbatim": true });
        let title = slack_words(&one_line(self.title));
        let mut blocks =
            vec![json!({ "type": "section", "text": words(format!("*{}*\n{title}", self.heading)) })];
        if let Some(body) = self.body {
            let lines: Vec<_> = body.lines().map(one_line).collect();
            blocks.push(json!({ "type": "section", "text": words(fitting(&lines.join("\n"))) }));
        }
        let link = format!("<{}|Open in ResolutionFlow>", slack_words(self.link));
        blocks.push(json!({ "type": "context", "elements": [words(link)] }));
        json!({
            "text": format!("{}: {title}", self.heading),
            "blocks": blocks,
            "unfurl_links": false,
            "unfurl_media": false,
        })
    }

    /// An adaptive card. A `TextRun` takes its text as it is; a `TextBlock` would read Markdown in it.
    fn teams(&self) -> Value {
        let run = |text: String, bold: bool| {
            let weight = if bold { "Bolder" } else { "Default" };
            json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text, "weight": weight }] })
        };
        let mut body = vec![run(self.heading.to_owned(), true), run(one_line(self.title), false)];
        if let Some(text) = self.body {
            body.extend(
                text.lines()
                    .map(one_line)
                    .filter(|line| !line.trim().is_empty())
                    .map(|line| run(line, false)),
            );
        }
        json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "fallbackText": format!("{}: {}", self.heading, one_line(self.title)),
                    "body": body,
                    "actions": [{ "type": "Action.OpenUrl", "title": "Open in ResolutionFlow", "url": self.link }],
                },
            }],
        })
    }
}

/// A section's text: Slack counts what was escaped, and refuses the whole message when one is too long.
fn fitting(text: &str) -> String {
    let mut words = String::new();
    for c in text.chars() {
        let next = slack_words(c.encode_utf8(&mut [0; 4]));
        if words.len() + next.len() > MAX_SECTION_BYTES {
            words.push('…');
            break;
        }
        words.push_str(&next);
    }
    words
}

/// The three characters that mean something to Slack: without them there is no mention, no link and no command.
fn slack_words(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str =
        "<!channel> <https://evil.example|Reset> [Reset](https://evil.example) & **now**\r\n\u{202e}";

    fn card() -> Card<'static> {
        Card {
            heading: heading(NoticeKind::SessionEscalated),
            title: NASTY,
            body: Some("Line one\nLine <two>"),
            link: "https://desk.example/pilot/7?pickup=true",
        }
    }

    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
            _ => {}
        }
    }

    #[test]
    fn slack_is_told_words_and_one_link_of_ours() {
        let body = card().for_chat(ChannelKind::Slack);
        let mut found = Vec::new();
        texts(&body, &mut found);
        let marked: Vec<_> = found.iter().filter(|text| text.contains('<')).collect();
        assert_eq!(marked, ["<https://desk.example/pilot/7?pickup=true|Open in ResolutionFlow>"]);
        assert_eq!(
            body["blocks"][0]["text"]["text"],
            "*Escalated*\n&lt;!channel&gt; &lt;https://evil.example|Reset&gt; [Reset](https://evil.example) &amp; **now**   "
        );
        assert_eq!(body["blocks"][1]["text"]["text"], "Line one\nLine &lt;two&gt;");
        let verbatim = body["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "section");
        assert!(verbatim.clone().all(|block| block["text"]["verbatim"] == true));
        assert!(body["text"].as_str().unwrap().starts_with("Escalated: &lt;!channel&gt;"));
    }

    #[test]
    fn teams_is_told_runs_of_text_and_one_link_of_ours() {
        let body = card().for_chat(ChannelKind::Teams);
        let content = &body["attachments"][0]["content"];
        let blocks = content["body"].as_array().unwrap();
        assert!(blocks.iter().all(|block| block["type"] == "RichTextBlock"), "none that reads Markdown");
        assert_eq!(blocks.len(), 4);
        assert_eq!(blocks[2]["inlines"][0]["text"], "Line one");
        assert_eq!(content["actions"].as_array().unwrap().len(), 1);
        assert_eq!(content["actions"][0]["url"], "https://desk.example/pilot/7?pickup=true");
        assert!(!blocks[1]["inlines"][0]["text"].as_str().unwrap().contains(['\r', '\n', '\u{202e}']));
    }

    #[test]
    fn the_longest_message_fits_a_chat() {
        let (title, text) = ("<".repeat(crate::MAX_TITLE_CHARS), "<".repeat(crate::MAX_BODY_CHARS - 1));
        let longest = Card { title: &title, body: Some(&text), ..card() };
        let slack = longest.for_chat(ChannelKind::Slack);
        for block in slack["blocks"].as_array().unwrap() {
            // Slack's limit of a section.
            assert!(block["text"]["text"].as_str().is_none_or(|text| text.chars().count() <= 3_000));
        }
        assert!(longest.for_chat(ChannelKind::Teams).to_string().len() < 28 * 1_024, "Teams' limit");
    }
}
