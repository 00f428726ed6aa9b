//! The adapter against the simulator of the Messages API, over real sockets: answers, and every way they go wrong.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod faults;
mod support;

use std::time::Duration;

use futures_util::{StreamExt, future::join_all};
use rf_flowpilot::llm::{
    ImageType, LlmClient, LlmEvent, LlmRequest, Message, Part, StopReason, SystemBlock, Tool, ToolChoice,
    Usage, collect,
};
use rf_simulators::messages::{Answer, Block, MessagesApi, Outcome, Reply, Tokens};
use serde_json::json;

use crate::support::{claude, question};

/// Words, a thought, and two calls of tools.
fn rich() -> Answer {
    Answer::of([
        Block::Thinking("Which server?".into()),
        Block::Text("Grüße 📬, look at the queue.".into()),
        Block::ToolUse {
            name: "next_step".into(),
            input: json!({ "title": "Größe 📦 of the queue", "commands": ["Get-Queue", "Get-Message"], "sure": 0.5 }),
        },
        Block::ToolUse { name: "done".into(), input: json!({}) },
    ])
    .costing(Tokens { input: 11, output: 22, cache_read: 33, cache_write: 44 })
}

#[tokio::test]
async fn an_answer_is_the_same_whole_streamed_and_cut_anywhere() {
    let api = MessagesApi::start().unwrap();
    let claude: Box<dyn LlmClient> = Box::new(claude(&api));
    api.push(Reply::answer(rich()));
    let whole = claude.complete(&question()).await.unwrap();
    assert_eq!(whole.text(), "Grüße 📬, look at the queue.");
    let step =
        json!({ "title": "Größe 📦 of the queue", "commands": ["Get-Queue", "Get-Message"], "sure": 0.5 });
    assert_eq!(whole.tool_input("next_step"), Some(&step));
    assert_eq!(whole.tool_input("done"), Some(&json!({})));
    assert_eq!(whole.parts.len(), 3, "thoughts are left out: {whole:?}");
    assert_eq!(whole.stop, StopReason::ToolUse);
    let usage = Usage { input_tokens: 11, output_tokens: 22, cache_read_tokens: 33, cache_write_tokens: 44 };
    assert_eq!(whole.usage, usage);
    // Single bytes cut letters, events and the line between them.
    for bytes in [1, 7, 100, 100_000] {
        api.push(Reply::answer(rich()).in_pieces_of(bytes));
        let streamed = collect(claude.stream(&question()).await.unwrap()).await.unwrap();
        // The calls of tools are named anew for each request.
        assert_eq!(streamed.text(), whole.text(), "in pieces of {bytes}");
        assert_eq!(streamed.tool_input("next_step"), Some(&step), "in pieces of {bytes}");
        assert_eq!(streamed.tool_input("done"), Some(&json!({})));
        assert_eq!((streamed.stop, streamed.usage), (StopReason::ToolUse, usage));
    }
    assert!(api.asked().iter().all(|asked| asked.outcome == Outcome::Served), "{:?}", api.asked());
}

#[tokio::test]
async fn events_come_in_order_and_the_cost_is_known_before_the_words() {
    let api = MessagesApi::start().unwrap();
    let tokens = Tokens { input: 7, output: 9, cache_read: 5, cache_write: 0 };
    api.push(Reply::answer(
        Answer::of([Block::Text("one two".into())]).stopped_by("max_tokens").costing(tokens),
    ));
    let events: Vec<_> = claude(&api).stream(&question()).await.unwrap().map(Result::unwrap).collect().await;
    let usage = |output_tokens| {
        LlmEvent::Usage(Usage { input_tokens: 7, output_tokens, cache_read_tokens: 5, cache_write_tokens: 0 })
    };
    let words = ["one ", "two"].map(|word| LlmEvent::TextDelta(word.into()));
    let [one, two] = words;
    assert_eq!(events, [usage(1), one, two, usage(9), LlmEvent::Done(StopReason::MaxTokens)]);
}

#[tokio::test]
async fn a_tool_s_input_can_be_watched_while_it_comes() {
    let api = MessagesApi::start().unwrap();
    let given = json!({ "reply": "It hangs, restart the spooler and look again.", "certainty": 60 });
    api.push(Reply::tool("next_step", given.clone()));
    let events: Vec<_> = claude(&api).stream(&question()).await.unwrap().map(Result::unwrap).collect().await;
    let pieces: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            LlmEvent::ToolDelta(piece) => Some(piece.as_str()),
            _ => None,
        })
        .collect();
    assert!(pieces.len() > 3, "{pieces:?}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&pieces.concat()).unwrap(), given);
    let whole = events.iter().find_map(|event| match event {
        LlmEvent::ToolUse { input, .. } => Some(input),
        _ => None,
    });
    assert_eq!(whole, Some(&given));
}

#[tokio::test]
async fn reasons_to_stop_are_told_apart() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    for (told, expected) in [
        ("end_turn", StopReason::EndTurn),
        ("stop_sequence", StopReason::EndTurn),
        ("max_tokens", StopReason::MaxTokens),
        ("refusal", StopReason::Refusal),
        ("pause_turn", StopReason::Other("pause_turn".into())),
    ] {
        api.push(Reply::answer(Answer::of([Block::Text("so".into())]).stopped_by(told)));
        assert_eq!(claude.complete(&question()).await.unwrap().stop, expected);
    }
}

/// A request with everything in it.
fn everything() -> LlmRequest {
    let tool = |name: &str| Tool {
        name: name.into(),
        description: "One step.".into(),
        input_schema: json!({ "type": "object", "properties": { "title": { "type": "string" } } }),
    };
    LlmRequest {
        system: vec![
            SystemBlock { text: "You help engineers. ".repeat(50), cached: true },
            SystemBlock { text: "The client is Contoso.".into(), cached: false },
        ],
        tools: vec![tool("next_step"), tool("done")],
        tool_choice: ToolChoice::Tool("next_step".into()),
        temperature: Some(0.2),
        ..LlmRequest::new(
            "claude-test",
            vec![
                Message::user(vec![
                    Part::text("see"),
                    Part::Image { kind: ImageType::Png, bytes: b"\x89PNG\r\n\x1a\n".to_vec() },
                ]),
                Message::assistant(vec![Part::ToolUse {
                    id: "toolu_1".into(),
                    name: "next_step".into(),
                    input: json!({ "title": "reboot" }),
                }]),
                Message::user(vec![
                    Part::ToolResult {
                        tool_use_id: "toolu_1".into(),
                        content: "did not help".into(),
                        is_error: true,
                    },
                    Part::text("what now?"),
                ]),
            ],
            64_000,
        )
    }
}

#[tokio::test]
async fn a_request_goes_out_whole_and_a_marked_beginning_is_cached() {
    let api = MessagesApi::start_with(|asked| Reply::text(asked.last_words())).unwrap();
    let claude = claude(&api);
    let request = everything();
    let first = claude.complete(&request).await.unwrap();
    assert_eq!(first.text(), "what now?");
    let again = collect(claude.stream(&request).await.unwrap()).await.unwrap();
    assert!(first.usage.cache_write_tokens > 200 && first.usage.cache_read_tokens == 0, "{first:?}");
    assert_eq!(again.usage.cache_read_tokens, first.usage.cache_write_tokens);

    let asked = api.asked();
    let body = &asked[0].body;
    assert_eq!(body["model"], "claude-test");
    assert_eq!(body["max_tokens"], 64_000);
    assert_eq!(body["temperature"], 0.2);
    assert_eq!(body["system"][0]["cache_control"], json!({ "type": "ephemeral" }));
    assert!(body["system"][1].get("cache_control").is_none());
    assert_eq!(body["tool_choice"], json!({ "type": "tool", "name": "next_step" }));
    assert_eq!(body["tools"][1]["name"], "done");
    let image = json!({ "type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo=" });
    assert_eq!(body["messages"][0]["content"][1], json!({ "type": "image", "source": image }));
    assert_eq!(
        body["messages"][1]["content"][0],
        json!({ "type": "tool_use", "id": "toolu_1", "name": "next_step", "input": { "title": "reboot" } })
    );
    assert_eq!(
        body["messages"][2]["content"][0],
        json!({ "type": "tool_result", "tool_use_id": "toolu_1", "content": "did not help", "is_error": true })
    );
    assert!(!asked[0].streams() && asked[1].streams());
}

#[tokio::test]
async fn each_choice_of_tools_is_one_the_provider_takes() {
    let api = MessagesApi::start_with(|_| Reply::text("yes")).unwrap();
    let claude = claude(&api);
    for choice in [ToolChoice::Auto, ToolChoice::Any, ToolChoice::None] {
        claude.complete(&LlmRequest { tool_choice: choice, ..everything() }).await.unwrap();
    }
    claude.complete(&question()).await.unwrap();
    let sent: Vec<_> = api.asked().iter().map(|asked| asked.body["tool_choice"]["type"].clone()).collect();
    assert_eq!(sent, [json!("auto"), json!("any"), json!("none"), json!(null)]);
}

#[tokio::test]
async fn many_streams_side_by_side_keep_apart() {
    let api = MessagesApi::start_with(|asked| {
        Reply::text(asked.last_words().repeat(20)).in_pieces_of(64).every(Duration::from_millis(2))
    })
    .unwrap();
    let claude = claude(&api);
    let asking = (0..200).map(async |number: usize| {
        let text = format!("ticket {number} ");
        let request = LlmRequest::new("m", vec![Message::user(vec![Part::text(text.clone())])], 100);
        let answer = collect(claude.stream(&request).await.unwrap()).await.unwrap();
        assert_eq!(answer.text(), text.repeat(20));
    });
    join_all(asking).await;
    assert_eq!(api.asked().len(), 200);
}

#[tokio::test]
async fn a_request_that_cannot_be_answered_is_not_sent() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let request = LlmRequest { max_tokens: 0, ..question() };
    assert!(claude.complete(&request).await.is_err());
    assert!(claude.stream(&request).await.is_err());
    assert!(api.asked().is_empty());
}
