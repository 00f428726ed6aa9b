use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use rf_simulators::messages::{Break, KEY, MessagesApi, Outcome};
use serde_json::{Value, json};

use super::{advises, asking, lab, last_words, open, says, take};
use crate::{
    sessions::entry_id,
    support::{Answer, Client},
};

/// A reply that takes a while.
const LONG: &str = "First words, and then many more of them, so that whoever breaks off does so in the middle of what is said, \
                    and not before the first of them was heard or after the last one was.";
/// So many events are within it, wherever in the answer it stands.
const WITHIN: usize = 20;

/// Events as they come.
pub(super) struct Events {
    response: Response,
    buffer: Vec<u8>,
}

impl Events {
    /// Takes a turn and reads what comes of it.
    async fn of(client: &Client, path: &str, session: &Value, mut body: Value) -> Self {
        body["entry_id"] = json!(entry_id());
        body["turn"] = session["turn"].clone();
        Self::from(client, &format!("{path}/turns"), &body).await
    }

    /// Posts something and reads what comes of it.
    pub(super) async fn from(client: &Client, path: &str, body: &Value) -> Self {
        let request = client.request(Method::POST, path).json(body);
        let response = request.header("accept", "text/event-stream").header("accept-encoding", "gzip").send();
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, buffer: Vec::new() }
    }

    /// The next event's name and data; comments are passed over.
    pub(super) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.buffer.drain(..end + 2).collect();
                let event = String::from_utf8(event).unwrap();
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
                if let Some(name) = field("event: ") {
                    return Some((name, serde_json::from_str(&field("data: ").unwrap()).unwrap()));
                }
                continue;
            }
            let more = self.response.chunk().await.unwrap()?;
            self.buffer.extend(&more);
        }
    }

    /// All words, and the last event.
    pub(super) async fn rest(mut self) -> (String, (String, Value)) {
        let mut words = String::new();
        loop {
            match self.next().await.expect("an end") {
                (name, data) if name == "delta" => words.push_str(data["text"].as_str().unwrap()),
                last => {
                    assert_eq!(self.next().await, None, "nothing after the end");
                    return (words, last);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_words_come_as_they_are_said_and_the_conversation_last() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    let reply = "The uplink of the branch may be dead, so look at its lamp before anything else.";
    lab.provider.push(advises(reply).every(Duration::from_millis(5)));
    let mut events = Events::of(&engineer, &path, &session, says("Everything is down")).await;
    let (name, first) = events.next().await.unwrap();
    assert_eq!(name, "delta");
    let (rest, (name, done)) = events.rest().await;
    assert_eq!(name, "done");
    assert_eq!(format!("{}{rest}", first["text"].as_str().unwrap()), reply);
    assert_eq!(last_words(&done)["text"], reply);
    assert_eq!(engineer.get(&path).await.expect(200), done);
}

#[tokio::test]
async fn a_turn_without_a_model_streams_its_end_alone() {
    let w = crate::support::World::over(crate::support::Database::memory().await).await;
    let engineer = w.engineer();
    let (path, session) = super::begun(&engineer).await;
    let events = Events::of(&engineer, &path, &session, says("Everything is down")).await;
    let (words, (name, done)) = events.rest().await;
    assert_eq!((words.as_str(), name.as_str()), ("", "done"));
    assert_eq!(engineer.get(&path).await.expect(200), done);
}

#[tokio::test]
async fn what_is_refused_before_it_begins_has_its_status() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    lab.provider.push(advises("So."));
    take(&engineer, &path, &session, says("One")).await.expect(200);
    let body = json!({ "entry_id": entry_id(), "turn": session["turn"], "kind": "message", "text": "Two" });
    let request = engineer.request(Method::POST, &format!("{path}/turns")).json(&body);
    Answer::of(request.header("accept", "text/event-stream")).await.refused(409, "stale_turn");
}

#[tokio::test]
async fn whoever_is_slower_hears_so_in_the_stream() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    lab.provider.push(advises("A long time coming, this one is.").every(Duration::from_millis(20)));
    let mut events = Events::of(&engineer, &path, &session, says("Slowly")).await;
    events.next().await.unwrap();
    let click = json!({ "kind": "verdict", "verdict": "cannot_now" });
    let clicked = take(&engineer, &path, &session, click).await.expect(200);
    let (_, (name, error)) = events.rest().await;
    assert_eq!((name.as_str(), &error["code"]), ("error", &json!("stale_turn")));
    assert!(error["request_id"].is_string());
    assert_eq!(engineer.get(&path).await.expect(200)["turn"], clicked["turn"]);
}

/// Stop: the client hangs up. The model is stopped, and the turn is taken without it.
#[tokio::test]
async fn whoever_hangs_up_stops_the_model_and_finds_the_turn_taken() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    let reply = advises(LONG).breaking_after(WITHIN, Break::Hang);
    lab.provider.push(reply);
    let mut events = Events::of(&engineer, &path, &session, says("Everything is down")).await;
    events.next().await.unwrap();
    let started = Instant::now();
    drop(events);
    lab.provider.until(|asked| asked[0].outcome == Outcome::Abandoned).await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let settled = loop {
        let now = engineer.get(&path).await.expect(200);
        if now["turn"] != session["turn"] {
            break now;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(settled["engine"]["name"], "offline");
    assert!(settled["engine"]["reason"].as_str().unwrap().contains("stopped"), "{}", settled["engine"]);
    assert_eq!(open(&settled)["source"]["kind"], "playbook");
    // The next turn is an ordinary one.
    lab.provider.push(advises("Here again."));
    let session = take(&engineer, &path, &settled, says("Again")).await.expect(200);
    assert_eq!(last_words(&session)["text"], "Here again.");
}

#[tokio::test]
async fn a_stream_that_is_cut_ends_with_the_answer_that_needs_no_model() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    lab.provider.push(advises(LONG).breaking_after(WITHIN, Break::Cut));
    let events = Events::of(&engineer, &path, &session, says("Everything is down")).await;
    let (words, (name, done)) = events.rest().await;
    assert!(!words.is_empty());
    assert_eq!(name, "done");
    assert_eq!(done["engine"]["name"], "offline");
    assert!(
        !last_words(&done)["text"].as_str().unwrap().contains(words.trim()),
        "what was half said is gone"
    );
    assert_eq!(lab.calls(), 1, "nobody hears the same twice");
}

/// What our server adds to the time until the first words: reading and writing the conversation, hiding and restoring names.
#[tokio::test]
async fn the_first_words_take_hardly_longer_than_from_the_provider_itself() {
    let provider = MessagesApi::start_with(|_| advises("First words and some more of them.")).unwrap();
    let lab = super::lab_of(provider, 100_000_000).await;
    let engineer = lab.w.engineer();
    let (path, mut session) = asking(&engineer).await;
    let http = reqwest::Client::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for n in 0..20 {
        let started = Instant::now();
        let mut events = Events::of(&engineer, &path, &session, says(&format!("Number {n}"))).await;
        events.next().await.unwrap();
        ours.push(started.elapsed());
        session = events.rest().await.1.1;
        let body = lab.provider.asked().pop().unwrap().body;
        let request = http.post(format!("{}/v1/messages", lab.provider.url())).json(&body);
        let started = Instant::now();
        let request = request.header("x-api-key", KEY).header("anthropic-version", "2023-06-01");
        let mut response = request.send().await.unwrap();
        while !String::from_utf8_lossy(&response.chunk().await.unwrap().unwrap())
            .contains("content_block_delta")
        {}
        theirs.push(started.elapsed());
        while response.chunk().await.unwrap().is_some() {}
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    println!("first words: {ours:?} through the server, {theirs:?} from the provider");
    // Generous: an unoptimized build, with twenty messages to hide names in, on a machine that does other things too.
    assert!(ours < theirs + Duration::from_millis(500), "{ours:?} and {theirs:?}");
}
