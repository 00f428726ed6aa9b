//! The Messages API as its maker's own Python library sees it: what it sends is taken, what it gets is read, and every
//! fault is the exception it has for it.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::process::Command;

use rf_simulators::messages::{Answer, Asked, Block, Break, KEY, MessagesApi, Outcome, Reply, Tokens};
use serde_json::{Value, json};

/// The last one that speaks the version of the API the product speaks, and the newest.
const LIBRARIES: [&str; 2] = ["anthropic==1.17.0", "anthropic==2.14.0"];

/// Runs a few lines with the library; `client` is one that tries nothing twice. Gives what they print, as JSON.
fn python(library: &str, api: &MessagesApi, key: &str, script: &str) -> Value {
    const HEAD: &str = "
import anthropic, base64, json, sys
client = anthropic.Anthropic(base_url=sys.argv[1], api_key=sys.argv[2], max_retries=0, timeout=20)
ask = dict(model='claude-test', max_tokens=100, messages=[{'role': 'user', 'content': 'No mail since noon'}])
def fault(call):
    try:
        call()
    except anthropic.APIStatusError as error:
        return [type(error).__name__, error.status_code, (error.body or {}).get('error', {}).get('type') if isinstance(error.body, dict) else None]
    except Exception as error:
        return [type(error).__name__]
def read(stream):
    with stream as events:
        return events.get_final_message().to_dict()
";
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let found = Command::new(format!("{root}/scripts/lib/python")).arg(library).output().unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let interpreter = String::from_utf8(found.stdout).unwrap();
    let output = Command::new(interpreter.trim())
        .args(["-c", &format!("{HEAD}{script}"), &api.url(), key])
        // Settings of whoever runs the tests are not the library's.
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Words, a thought and a call of a tool.
fn rich() -> Answer {
    Answer::of([
        Block::Thinking("Which server?".into()),
        Block::Text("Grüße 📬, look at the queue first.".into()),
        Block::ToolUse {
            name: "next_step".into(),
            input: json!({ "title": "Queue", "commands": ["Get-Queue"], "sure": 0.5 }),
        },
    ])
    .costing(Tokens { input: 11, output: 22, cache_read: 33, cache_write: 44 })
}

#[test]
fn an_answer_is_the_same_whole_and_streamed() {
    LIBRARIES.into_iter().for_each(answer_is_the_same);
}

fn answer_is_the_same(library: &str) {
    let api = MessagesApi::start().unwrap();
    api.push(Reply::answer(rich()));
    api.push(Reply::answer(rich()).in_pieces_of(7));
    let said = python(
        library,
        &api,
        KEY,
        "
whole = client.messages.create(**ask).to_dict()
print(json.dumps([whole, read(client.messages.stream(**ask))]))
",
    );
    for (index, message) in said.as_array().unwrap().iter().enumerate() {
        let content = &message["content"];
        assert_eq!(content[0]["thinking"], "Which server?", "{message}");
        assert_eq!(content[1]["text"], "Grüße 📬, look at the queue first.");
        assert_eq!(content[2]["name"], "next_step");
        assert_eq!(content[2]["input"], json!({ "title": "Queue", "commands": ["Get-Queue"], "sure": 0.5 }));
        assert_eq!(message["stop_reason"], "tool_use");
        let usage = &message["usage"];
        let tokens =
            ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
        assert_eq!(tokens.map(|name| usage[name].as_u64().unwrap()), [11, 22, 33, 44]);
        assert_eq!(message["id"], format!("msg_simulated{index:06}"));
    }
    assert!(api.asked().iter().all(|asked| asked.outcome == Outcome::Served), "{:?}", api.asked());
    assert_eq!(api.asked().iter().map(Asked::streams).collect::<Vec<_>>(), [false, true]);
    api.stop().unwrap();
}

#[test]
fn what_the_library_sends_is_taken_and_a_marked_beginning_is_cached() {
    LIBRARIES.into_iter().for_each(requests_are_taken);
}

fn requests_are_taken(library: &str) {
    let api = MessagesApi::start_with(|asked| Reply::text(format!("heard: {}", asked.last_words()))).unwrap();
    let said = python(
        library,
        &api,
        KEY,
        "
ask.update(
    system=[{'type': 'text', 'text': 'You help engineers. ' * 50, 'cache_control': {'type': 'ephemeral'}}],
    tools=[{'name': 'next_step', 'description': 'One step', 'input_schema': {'type': 'object', 'properties': {}}}],
    tool_choice={'type': 'auto'},
    messages=[
        {'role': 'user', 'content': [
            {'type': 'image', 'source': {'type': 'base64', 'media_type': 'image/png', 'data': base64.b64encode(b'12345').decode()}},
            {'type': 'text', 'text': 'see'}]},
        {'role': 'assistant', 'content': [{'type': 'tool_use', 'id': 'toolu_1', 'name': 'next_step', 'input': {}}]},
        {'role': 'user', 'content': [
            {'type': 'tool_result', 'tool_use_id': 'toolu_1', 'content': 'worked', 'is_error': False},
            {'type': 'text', 'text': 'what now?'}]},
    ])
answers = [client.messages.create(**ask), client.messages.create(**ask)]
print(json.dumps([[a.content[0].text, a.usage.cache_creation_input_tokens, a.usage.cache_read_input_tokens] for a in answers]))
",
    );
    let [first, second] = [&said[0], &said[1]];
    assert_eq!((&first[0], &second[0]), (&json!("heard: what now?"), &json!("heard: what now?")));
    assert!(first[1].as_u64().unwrap() > 200 && first[2] == 0, "{said}");
    assert_eq!((&second[1], &second[2]), (&json!(0), &first[1]));
}

#[test]
fn every_fault_has_the_librarys_exception_for_it() {
    let api = MessagesApi::start().unwrap();
    for reply in [
        Reply::rate_limited(Some(7)),
        Reply::spend_limit(),
        Reply::overloaded(),
        Reply::refusal(500, "api_error", "Internal server error"),
        Reply::refusal(403, "permission_error", "not allowed"),
        Reply::raw(200, "application/json", "{\"type\":"),
        Reply::text("cut in the middle of this").breaking_after(1, Break::Cut),
        Reply::text("one two three").breaking_after(
            5,
            Break::Error { kind: "overloaded_error".into(), message: "Overloaded".into() },
        ),
        Reply::text("one two three").breaking_after(5, Break::Cut),
    ] {
        api.push(reply);
    }
    let said = python(
        LIBRARIES[1],
        &api,
        KEY,
        "
create = lambda: client.messages.create(**ask)
stream = lambda: read(client.messages.stream(**ask))
limited = None
try:
    create()
except anthropic.RateLimitError as error:
    limited = error.response.headers['retry-after']
print(json.dumps([limited] + [fault(create) for _ in range(6)] + [fault(stream) for _ in range(2)]))
",
    );
    assert_eq!(said[0], "7");
    assert_eq!(said[1], json!(["EnforcedSpendLimitReachedError", 429, "rate_limit_error"]), "{said}");
    assert_eq!(said[2], json!(["OverloadedError", 529, "overloaded_error"]));
    assert_eq!(said[3], json!(["InternalServerError", 500, "api_error"]));
    assert_eq!(said[4], json!(["PermissionDeniedError", 403, "permission_error"]));
    assert_eq!(said[5], json!(["JSONDecodeError"]));
    assert_eq!(said[6], json!(["APIConnectionError"]));
    // The library leaves a lost connection in the middle of a stream to its HTTP client.
    assert_eq!(said[8], json!(["RemoteProtocolError"]), "{said}");
    assert_eq!(said[7][2], "overloaded_error", "{said}");
}

#[test]
fn a_wrong_key_and_a_wrong_request_are_told_as_such() {
    let api = MessagesApi::start().unwrap();
    let wrong = python(
        LIBRARIES[1],
        &api,
        "sk-ant-wrong",
        "print(json.dumps(fault(lambda: client.messages.create(**ask))))",
    );
    assert_eq!(wrong, json!(["AuthenticationError", 401, "authentication_error"]));
    let said = python(
        LIBRARIES[1],
        &api,
        KEY,
        "
ask['messages'].append({'role': 'assistant', 'content': [{'type': 'tool_use', 'id': 'a', 'name': 't', 'input': {}}]})
ask['messages'].append({'role': 'user', 'content': 'no result'})
print(json.dumps(fault(lambda: client.messages.create(**ask))))
",
    );
    assert_eq!(said, json!(["BadRequestError", 400, "invalid_request_error"]));
    let outcomes: Vec<_> = api.asked().iter().map(|asked| asked.outcome).collect();
    assert_eq!(outcomes, [Outcome::Refused(401), Outcome::Refused(400)]);
    let printed = format!("{:?} {api:?}", api.asked());
    assert!(!printed.contains("sk-ant"), "{printed}");
}
