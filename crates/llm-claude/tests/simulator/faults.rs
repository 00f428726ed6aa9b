//! Every way a call goes wrong, asked for whole and as a stream.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use rf_flowpilot::llm::{LlmClient, LlmErrorKind as K, LlmEvent};
use rf_llm_claude::{BreakerPolicy, Claude, ClaudeSettings, Deadlines};
use rf_simulators::messages::{Answer, Block, Break, KEY, MessagesApi, Outcome, Reply};
use serde_json::json;

use crate::support::{Hand, both_fail, claude, question, says_no_secret, settings, streamed, with};

const LIMITED: K = K::RateLimited { retry_after: None };
const SPENT: K = K::BudgetSpent { resets_in: None };

/// A text that quotes what was sent, as a provider may.
fn quoting(status: u16, kind: &str) -> Reply {
    Reply::refusal(status, kind, format!("the key {KEY} and {}", crate::support::TICKET))
}

#[tokio::test]
async fn refusals_are_told_apart_asked_once_and_never_quoted() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let page = format!("<html>{KEY} {}</html>", crate::support::TICKET);
    let cases = [
        (quoting(400, "invalid_request_error"), K::InvalidRequest),
        (quoting(401, "authentication_error"), K::Auth),
        (quoting(403, "permission_error"), K::Auth),
        (quoting(404, "not_found_error"), K::InvalidRequest),
        (quoting(413, "request_too_large"), K::InvalidRequest),
        (quoting(402, "billing_error"), SPENT),
        (Reply::rate_limited(Some(7)), LIMITED),
        (Reply::rate_limited(None), LIMITED),
        (Reply::spend_limit(), SPENT),
        (quoting(500, "api_error"), K::Server),
        (quoting(504, "timeout_error"), K::Timeout),
        (Reply::overloaded(), K::Overloaded),
        // Of a proxy between us.
        (Reply::raw(502, "text/html", page.clone()), K::Server),
        (Reply::raw(503, "text/html", ""), K::Overloaded),
        (Reply::raw(429, "text/plain", page), LIMITED),
    ];
    let tried = cases.len() * 2;
    for (reply, expected) in cases {
        api.push(reply.clone());
        api.push(reply.clone());
        assert_eq!(both_fail(&claude).await, [expected; 2], "{reply:?}");
    }
    assert_eq!(api.asked().len(), tried, "nothing is tried twice behind the caller's back");
}

#[tokio::test]
async fn a_wrong_key_is_told_as_such() {
    let api = MessagesApi::start().unwrap();
    let key = "sk-ant-hunter2";
    let claude = with(&ClaudeSettings { api_key: key.into(), ..settings(api.url()) });
    let error = claude.complete(&question()).await.unwrap_err();
    assert_eq!(error.kind, K::Auth);
    let printed = format!("{error} {error:?} {claude:?}");
    assert!(printed.contains("HTTP 401, authentication_error, request req_simulated000000"), "{printed}");
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_never_a_whole_answer() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let error = |kind: &str| Break::Error { kind: kind.into(), message: KEY.into() };
    // message_start, ping, content_block_start, "one ", "two ", "three", content_block_stop, message_delta, message_stop
    let cases = [
        (0, Break::End, "", K::Garbage),
        (0, Break::Cut, "", K::CutStream),
        (1, Break::End, "", K::CutStream),
        (5, Break::End, "one two ", K::CutStream),
        (5, Break::Cut, "one two ", K::CutStream),
        (7, Break::End, "one two three", K::CutStream),
        (8, Break::End, "one two three", K::CutStream),
        (8, Break::Cut, "one two three", K::CutStream),
        (4, error("overloaded_error"), "one ", K::Overloaded),
        (4, error("api_error"), "one ", K::Server),
        (4, error("rate_limit_error"), "one ", LIMITED),
        (4, error("strange_error"), "one ", K::Server),
        (4, Break::Bytes(b"event: content_block_delta\ndata: {\"type\":\n\n".to_vec()), "one ", K::Garbage),
        (
            4,
            Break::Bytes(b"event: content_block_delta\ndata: {\"type\":\"new\"}\n\n".to_vec()),
            "one ",
            K::Garbage,
        ),
        (4, Break::Bytes(b"event: ping\ndata: \xff\xfe\n\n".to_vec()), "one ", K::Garbage),
        (4, Break::Bytes(b"event: invented\ndata: {}\n\n: comment\n\n".to_vec()), "one ", K::CutStream),
    ];
    for (after, how, words, expected) in cases {
        api.push(Reply::text("one two three").breaking_after(after, how.clone()));
        let (came, failure) = streamed(&claude).await;
        let failure = failure.unwrap_or_else(|| panic!("a whole answer after {after} and {how:?}"));
        assert_eq!((came.as_str(), failure.kind), (words, expected), "after {after}, {how:?}: {failure}");
        says_no_secret(&format!("{failure:?}"));
    }
    // All of it is an answer, with whatever a newer provider adds.
    api.push(Reply::text("one two three").breaking_after(9, Break::End));
    assert_eq!(streamed(&claude).await, ("one two three".to_owned(), None));
}

#[tokio::test]
async fn a_call_of_a_tool_that_breaks_off_is_never_made() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let input = json!({ "title": "reboot the server", "risk": "high" });
    // message_start, ping, content_block_start, pieces of the input, content_block_stop, message_delta, message_stop
    for after in 2..=8 {
        for how in [Break::End, Break::Cut] {
            api.push(Reply::tool("next_step", input.clone()).breaking_after(after, how));
            let mut stream = claude.stream(&question()).await.unwrap();
            let mut last = None;
            while let Some(event) = stream.next().await {
                assert!(!matches!(event, Ok(LlmEvent::ToolUse { .. })), "after {after}: {event:?}");
                last = Some(event);
            }
            assert_eq!(last.unwrap().unwrap_err().kind, K::CutStream, "after {after}");
        }
    }
}

/// Events written by hand.
fn events(data: &[serde_json::Value]) -> Reply {
    let text: String = data
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()))
        .collect();
    Reply::raw(200, "text/event-stream", text)
}

#[tokio::test]
async fn inputs_of_tools_that_are_no_objects_are_garbage_and_mixed_blocks_are_not() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let start = json!({ "type": "message_start", "message": { "id": "m", "usage": { "input_tokens": 3 } } });
    let call = |index: usize, name: &str| {
        let block = json!({ "type": "tool_use", "id": format!("t{index}"), "name": name, "input": {} });
        json!({ "type": "content_block_start", "index": index, "content_block": block })
    };
    let piece = |index: usize, text: &str| {
        let delta = json!({ "type": "input_json_delta", "partial_json": text });
        json!({ "type": "content_block_delta", "index": index, "delta": delta })
    };
    let stop = |index: usize| json!({ "type": "content_block_stop", "index": index });
    let reason = json!({
        "type": "message_delta", "delta": { "stop_reason": "tool_use" }, "usage": { "output_tokens": 5 },
    });
    let end = json!({ "type": "message_stop" });

    for input in ["{\"a\":", "[1]", "7", "{\"a\":1} {\"a\":2}"] {
        api.push(events(&[
            start.clone(),
            call(0, "a"),
            piece(0, input),
            stop(0),
            reason.clone(),
            end.clone(),
        ]));
        assert_eq!(streamed(&claude).await.1.unwrap().kind, K::Garbage, "{input}");
    }
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(1_100_000));
    api.push(events(&[start.clone(), call(0, "a"), piece(0, &huge), stop(0), reason.clone(), end.clone()]));
    assert_eq!(streamed(&claude).await.1.unwrap().kind, K::Garbage);
    // The end comes before the input's.
    api.push(events(&[start.clone(), call(0, "a"), piece(0, "{}"), reason.clone(), end.clone()]));
    assert_eq!(streamed(&claude).await.1.unwrap().kind, K::Garbage);
    // No reason to stop.
    api.push(events(&[start.clone(), end.clone()]));
    assert_eq!(streamed(&claude).await.1.unwrap().kind, K::Garbage);

    api.push(events(&[
        start,
        call(0, "a"),
        call(1, "b"),
        piece(1, "{\"n\":"),
        piece(0, "{\"n\":"),
        piece(1, "2}"),
        piece(0, "1}"),
        stop(1),
        stop(0),
        reason,
        end,
    ]));
    let answer = rf_flowpilot::llm::collect(claude.stream(&question()).await.unwrap()).await.unwrap();
    assert_eq!(answer.tool_input("a"), Some(&json!({ "n": 1 })));
    assert_eq!(answer.tool_input("b"), Some(&json!({ "n": 2 })));
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (3, 5));
}

#[tokio::test]
async fn a_whole_answer_that_is_none_is_told_as_such() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let message = |content: serde_json::Value, stop: serde_json::Value| {
        let message = json!({ "id": "m", "type": "message", "content": content, "stop_reason": stop });
        Reply::raw(200, "application/json", message.to_string())
    };
    let cases = [
        (Reply::raw(200, "application/json", ""), K::Garbage),
        (Reply::raw(200, "application/json", "{\"id\":\"m\""), K::Garbage),
        (Reply::raw(200, "text/html", "<html>welcome</html>"), K::Garbage),
        (Reply::raw(200, "application/json", "{}"), K::Garbage),
        (Reply::raw(200, "application/json", b"\xff\xfe".to_vec()), K::Garbage),
        (message(json!([{ "type": "text" }]), json!("end_turn")), K::Garbage),
        (message(json!([{ "text": "no kind" }]), json!("end_turn")), K::Garbage),
        (
            message(json!([{ "type": "tool_use", "id": "t", "name": "a", "input": "x" }]), json!("tool_use")),
            K::Garbage,
        ),
        (message(json!([]), json!(null)), K::Garbage),
        (Reply::text("cut in the middle").breaking_after(1, Break::Cut), K::CutStream),
        (Reply::text("ended in the middle").breaking_after(1, Break::End), K::Garbage),
    ];
    for (reply, expected) in cases {
        api.push(reply.clone());
        let error = claude.complete(&question()).await.unwrap_err();
        assert_eq!(error.kind, expected, "{reply:?}");
        says_no_secret(&format!("{error:?}"));
    }
    // A stream was asked for, and a page came.
    api.push(Reply::raw(200, "text/html", "<html>welcome</html>"));
    assert_eq!(streamed(&claude).await.1.unwrap().kind, K::Garbage);
}

/// A client with one short deadline, which is long enough for a busy machine to send some words in.
fn impatient(api: &MessagesApi, deadlines: fn(&mut Deadlines, Duration)) -> Claude {
    let mut settings = settings(api.url());
    deadlines(&mut settings.deadlines, Duration::from_millis(500));
    with(&settings)
}

#[tokio::test]
async fn every_wait_has_an_end() {
    let api = MessagesApi::start().unwrap();
    let begun = Instant::now();

    let whole = impatient(&api, |deadlines, short| deadlines.complete = short);
    for reply in [
        Reply::silence(),
        // Its headers are there, and the body stands still.
        Reply::text("half").breaking_after(1, Break::Hang),
        Reply::text("late").after(Duration::from_secs(20)),
    ] {
        api.push(reply.clone());
        assert_eq!(whole.complete(&question()).await.unwrap_err().kind, K::Timeout, "{reply:?}");
    }

    let open = impatient(&api, |deadlines, short| deadlines.open = short);
    api.push(Reply::silence());
    assert_eq!(
        streamed(&open).await,
        (String::new(), Some(crate::support::timed_out("the beginning of the answer")))
    );

    let idle = impatient(&api, |deadlines, short| deadlines.idle = short);
    api.push(Reply::text("one two").breaking_after(4, Break::Hang));
    assert_eq!(
        streamed(&idle).await,
        ("one ".to_owned(), Some(crate::support::timed_out("the next part of the answer")))
    );

    // Each part is in time and there is no end of them.
    let all = impatient(&api, |deadlines, short| deadlines.stream = short);
    api.push(Reply::text("on and ".repeat(10_000)).every(Duration::from_millis(5)));
    let (words, failure) = streamed(&all).await;
    assert!(words.starts_with("on and "), "{words}");
    assert_eq!(failure, Some(crate::support::timed_out("the next part of the answer")));

    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    // Whoever gave up has hung up.
    api.until(|asked| asked.iter().all(|asked| asked.outcome == Outcome::Abandoned)).await;
}

#[tokio::test]
async fn a_call_that_is_dropped_is_ended_at_the_provider() {
    let api = MessagesApi::start().unwrap();
    let claude = claude(&api);
    let endless = || Reply::text("on and ".repeat(10_000)).every(Duration::from_millis(5));

    api.push(endless());
    let mut stream = claude.stream(&question()).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    assert_eq!(api.asked()[0].outcome, Outcome::Open);
    drop(stream);
    api.until(|asked| asked[0].outcome == Outcome::Abandoned).await;

    api.push(Reply::silence());
    let request = question();
    let whole = claude.complete(&request);
    tokio::select! {
        answer = whole => panic!("{answer:?}"),
        () = api.until(|asked| asked.len() == 2) => {}
    }
    api.until(|asked| asked[1].outcome == Outcome::Abandoned).await;
}

#[tokio::test]
async fn nobody_at_the_address_is_told_as_such() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let claude = with(&settings(format!("http://{free}")));
    assert_eq!(both_fail(&claude).await, [K::Unreachable; 2]);
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_and_asked_again_later() {
    let api = MessagesApi::start().unwrap();
    let hand = Arc::new(Hand::default());
    let policy = BreakerPolicy { failures: 4, pause_seconds: 20 };
    let claude =
        Claude::new(&ClaudeSettings { breaker: policy, ..settings(api.url()) }, hand.clone()).unwrap();
    let good = || Reply::answer(Answer::of([Block::Text("well".into())]));

    // Whole or streamed, refused or cut, it is one provider.
    for reply in [Reply::overloaded(), Reply::rate_limited(None)] {
        api.push(reply);
        claude.complete(&question()).await.unwrap_err();
    }
    api.push(Reply::overloaded());
    assert!(streamed(&claude).await.1.is_some());
    api.push(Reply::text("one two").breaking_after(4, Break::Cut));
    assert!(streamed(&claude).await.1.is_some());

    let begun = Instant::now();
    let pause = Duration::from_secs(20);
    assert_eq!(both_fail(&claude).await, [K::BreakerOpen { retry_after: pause }; 2]);
    assert!(begun.elapsed() < Duration::from_millis(300), "{:?}", begun.elapsed());
    assert_eq!(api.asked().len(), 4);

    hand.advance(20);
    api.push(good());
    let mut probe = claude.stream(&question()).await.unwrap();
    let second = claude.complete(&question()).await.unwrap_err();
    assert_eq!(second.kind, K::BreakerOpen { retry_after: Duration::from_secs(1) });
    while let Some(event) = probe.next().await {
        event.unwrap();
    }
    api.push(good());
    assert_eq!(claude.complete(&question()).await.unwrap().text(), "well");
}
