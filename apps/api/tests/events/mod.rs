//! The stream of events and the bell panel, over real sockets.

mod notifications;
mod servers;
mod streams;

use std::time::Duration;

use reqwest::{Method, Response};
use rf_events::{EventKind, NewEvent};
use rf_kernel::AccountId;
use rf_store::Access;
use rf_usecases::App;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Client, World};

pub(crate) const STREAM: &str = "/ai-sessions/escalations/stream";
/// What takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(20);

/// One frame of a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    pub(crate) event: String,
    pub(crate) id: Option<i64>,
    pub(crate) data: Value,
    pub(crate) comment: String,
    pub(crate) retry: Option<u64>,
}

/// A stream somebody reads.
pub(crate) struct Stream {
    pub(crate) response: Response,
    buffer: Vec<u8>,
}

impl Stream {
    /// Opens it, after the event of that number.
    pub(crate) async fn open(client: &Client, after: Option<i64>) -> Self {
        let request = client.request(Method::GET, STREAM).header("accept", "text/event-stream");
        let request = match after {
            Some(number) => request.header("last-event-id", number.to_string()),
            None => request,
        };
        let response =
            timeout(PATIENCE, request.send()).await.expect("an answer in time").expect("an answer");
        assert_eq!(response.status(), 200);
        Self { response, buffer: Vec::new() }
    }

    /// The next frame; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\n\n") {
                let text: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(parse(&String::from_utf8(text).expect("UTF-8")));
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("a frame in time");
            // A connection that is cut is an end too.
            self.buffer.extend_from_slice(&chunk.ok().flatten()?);
        }
    }

    /// The next frame that is an event.
    #[track_caller]
    pub(crate) fn event(&mut self) -> impl Future<Output = Frame> {
        let caller = std::panic::Location::caller();
        async move {
            loop {
                let frame = self.next().await.unwrap_or_else(|| panic!("the stream ended; {caller}"));
                if !frame.event.is_empty() {
                    return frame;
                }
            }
        }
    }

    /// Reads to the end, and how it ended.
    pub(crate) async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }
}

fn parse(text: &str) -> Frame {
    let mut frame = Frame::default();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (field, value) = line.split_once(':').expect("a field");
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => frame.event = value.into(),
            "id" => frame.id = Some(value.parse().expect("a number")),
            "data" => frame.data = serde_json::from_str(value).expect("JSON"),
            "retry" => frame.retry = Some(value.parse().expect("milliseconds")),
            "" => frame.comment = value.into(),
            other => panic!("{other}: no such field"),
        }
    }
    frame
}

/// Publishes events while `body` runs.
pub(crate) async fn dispatching<T>(app: &App, body: impl Future<Output = T>) -> T {
    tokio::select! {
        () = app.dispatch_events(std::future::pending()) => unreachable!("it ends when it is told to"),
        answer = body => answer,
    }
}

/// An event for everybody in the account, with that text.
pub(crate) fn about(w: &World, text: &str) -> NewEvent {
    let about = json!({ "reason_snippet": text });
    NewEvent::new(w.test.app.new_id(), EventKind::HandoffCreated, about, w.now())
}

/// Keeps events in one unit, as a use case would.
pub(crate) async fn append(w: &World, account: AccountId, events: &[NewEvent]) {
    let mut unit = w.store().begin(Access::write(account)).await.unwrap();
    for event in events {
        unit.append_event(account, event).await.unwrap();
    }
    w.test.app.commit(unit).await.unwrap();
}
