//! One request, from its headers to the last byte of its answer.

use std::{io, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{Bytes, Data},
};
use futures_util::stream;
use serde_json::Value;

use super::{
    Asked, Break, KEY, Outcome, Reply, State, Tokens, check, lock,
    reply::{Answer, Block, Kind},
    wire::{self, Sent},
};

/// The versions of the API that are spoken: to these requests and answers they are one.
const VERSIONS: [&str; 2] = ["2023-06-01", "2026-10-21"];

/// Says what became of a request when its answer is dropped, which is also what happens when whoever asked goes away.
struct Open {
    state: Data<State>,
    number: usize,
    outcome: Outcome,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.state.journal.set(self.number, self.outcome);
    }
}

impl Open {
    fn refuse(self, status: u16, kind: &str, message: &str) -> HttpResponse {
        let number = self.number;
        self.refusal(status).json(told(number, wire::error(kind, message, None)))
    }

    /// The head of a refusal.
    fn refusal(mut self, status: u16) -> HttpResponseBuilder {
        self.outcome = Outcome::Refused(status);
        let mut response = HttpResponse::build(status_of(status));
        response.insert_header(("request-id", request_id(self.number)));
        response
    }
}

/// The same with the id of its request.
fn told(number: usize, mut error: Value) -> Value {
    error["request_id"] = request_id(number).into();
    error
}

pub(super) async fn nothing_here() -> HttpResponse {
    HttpResponse::NotFound().json(wire::error("not_found_error", "Not Found", None))
}

pub(super) async fn messages(
    state: Data<State>,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = header("authorization").strip_prefix("Bearer ").unwrap_or_else(|| header("x-api-key"));
    let kept = headers.iter().filter(|(name, _)| !matches!(name.as_str(), "x-api-key" | "authorization"));
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let read = body.as_ref().ok().map(|bytes| serde_json::from_slice::<Value>(bytes));
    let asked = Asked {
        headers: kept.map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: read.as_ref().and_then(|read| read.as_ref().ok()).cloned().unwrap_or_default(),
        outcome: Outcome::Open,
    };
    let number = state.journal.add(asked.clone());
    let open = Open { state: state.clone(), number, outcome: Outcome::Abandoned };
    let wrong = match read {
        _ if key.is_empty() => Some((401, "authentication_error", "x-api-key header is required".into())),
        _ if key != KEY => Some((401, "authentication_error", "invalid x-api-key".into())),
        _ if !VERSIONS.contains(&header("anthropic-version")) => {
            Some((400, "invalid_request_error", "anthropic-version: header is required".into()))
        }
        None => Some((413, "request_too_large", "Request exceeds the maximum size".into())),
        Some(Err(error)) => {
            Some((400, "invalid_request_error", format!("The request body is not valid JSON: {error}")))
        }
        Some(Ok(body)) => check::check(&body).err().map(|why| (400, "invalid_request_error", why)),
    };
    if let Some((status, kind, message)) = wrong {
        return open.refuse(status, kind, &message);
    }
    let pushed = lock(&state.replies).pop_front();
    let reply = pushed.or_else(|| state.responder.as_ref().map(|respond| respond(&asked)));
    let reply = reply.unwrap_or_else(|| Reply::refusal(500, "api_error", "no reply is scripted"));
    answer(open, &asked, reply).await
}

/// Sends what is scripted.
async fn answer(open: Open, asked: &Asked, reply: Reply) -> HttpResponse {
    let stop = open.state.stop.clone();
    if stop.run_until_cancelled(tokio::time::sleep(reply.wait)).await.is_none() {
        return open.refuse(503, "api_error", "the simulator stops");
    }
    let (status, content_type, frames, end) = match reply.kind {
        Kind::Silence => {
            stop.cancelled().await;
            return open.refuse(503, "api_error", "the simulator stops");
        }
        Kind::Refusal { status, kind, message, code, retry_after } => {
            let error = told(open.number, wire::error(&kind, &message, code));
            let mut response = open.refusal(status);
            if let Some(seconds) = retry_after {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            return response.json(error);
        }
        Kind::Raw { status, content_type, body } => (status, content_type, vec![body], End::Whole),
        Kind::Answer { answer, broken } => {
            let (content_type, mut frames) = frames(&open, asked, &answer);
            let mut end = End::Whole;
            if let Some((after, how)) = broken {
                frames.truncate(after);
                end = break_off(&mut frames, how);
            }
            (200, content_type.to_owned(), frames, end)
        }
    };
    let pieces = |frame: Vec<u8>| {
        let size = reply.piece.unwrap_or(frame.len()).max(1);
        frame.chunks(size).map(Bytes::copy_from_slice).collect::<Vec<_>>()
    };
    let pieces: Vec<Bytes> = frames.into_iter().flat_map(pieces).collect();
    let mut response = HttpResponse::build(status_of(status));
    response.insert_header(("request-id", request_id(open.number)));
    response.insert_header((header::CONTENT_TYPE, content_type));
    let body = Body { open, pieces: pieces.into_iter(), pace: reply.pace, begun: false, end };
    response.streaming(stream::unfold(body, Body::next))
}

/// The parts an answer is sent in: a stream's events, or the two halves of a body.
fn frames(open: &Open, asked: &Asked, answer: &Answer) -> (&'static str, Vec<Vec<u8>>) {
    let tokens = answer.tokens.unwrap_or_else(|| count(&open.state, &asked.body, answer));
    let model = asked.body["model"].as_str().unwrap_or_default();
    let sent = Sent { answer, model, tokens, number: open.number };
    if asked.streams() {
        return ("text/event-stream; charset=utf-8", sent.events());
    }
    let body = sent.whole().to_string().into_bytes();
    let (first, second) = body.split_at(body.len() / 2);
    ("application/json", vec![first.to_vec(), second.to_vec()])
}

fn break_off(frames: &mut Vec<Vec<u8>>, how: Break) -> End {
    match how {
        Break::Cut => return End::Cut,
        Break::Hang => return End::Hang,
        Break::End => {}
        Break::Error { kind, message } => frames.push(wire::event(&wire::error(&kind, &message, None))),
        Break::Bytes(bytes) => frames.push(bytes),
    }
    End::Early
}

/// What it costs: a quarter of the letters. A beginning marked in `system` is kept for good, whatever its length.
fn count(state: &State, body: &Value, answer: &Answer) -> Tokens {
    let words = answer.blocks.iter().map(|block| match block {
        Block::Text(text) | Block::Thinking(text) => wire::tokens_of(text),
        Block::ToolUse { input, .. } => wire::tokens_of(&input.to_string()),
    });
    let system = body["system"].as_array().map_or(&[][..], Vec::as_slice);
    let marked = system.iter().rposition(|block| block.get("cache_control").is_some());
    let mut tokens =
        Tokens { input: wire::tokens_of(&body.to_string()), output: words.sum(), ..Tokens::default() };
    if let Some(last) = marked {
        let beginning = Value::from(system[..=last].to_vec()).to_string() + &body["tools"].to_string();
        let kept = wire::tokens_of(&beginning);
        tokens.input = tokens.input.saturating_sub(kept);
        let is_new = lock(&state.cached).insert(beginning);
        *(if is_new { &mut tokens.cache_write } else { &mut tokens.cache_read }) = kept;
    }
    tokens
}

/// How an answer ends.
#[derive(Clone, Copy)]
enum End {
    /// All of it was sent.
    Whole,
    /// It ends before its end.
    Early,
    /// The connection is lost.
    Cut,
    /// It does not end.
    Hang,
}

/// The rest of an answer.
struct Body {
    open: Open,
    pieces: std::vec::IntoIter<Bytes>,
    pace: Duration,
    begun: bool,
    end: End,
}

impl Body {
    async fn next(mut self) -> Option<(io::Result<Bytes>, Self)> {
        let stop = self.open.state.stop.clone();
        if let Some(piece) = self.pieces.next() {
            let waits = self.begun && !self.pace.is_zero();
            self.begun = true;
            if waits && stop.run_until_cancelled(tokio::time::sleep(self.pace)).await.is_none() {
                self.end = End::Early;
                return Some((Err(io::Error::other("the simulator stops")), self));
            }
            if self.pieces.len() == 0 && matches!(self.end, End::Whole) {
                // Now, since whoever has the last piece may go before the end is asked for.
                self.open.outcome = Outcome::Served;
            }
            return Some((Ok(piece), self));
        }
        match self.end {
            End::Whole => self.open.outcome = Outcome::Served,
            End::Early => self.open.outcome = Outcome::Broken,
            End::Cut => {
                // What was handed over leaves before the connection is lost.
                tokio::task::yield_now().await;
                self.end = End::Early;
                return Some((Err(io::Error::other("cut, as scripted")), self));
            }
            End::Hang => stop.cancelled().await,
        }
        None
    }
}

fn request_id(number: usize) -> String {
    format!("req_simulated{number:06}")
}

/// 529 is no registered status, and a script may ask for anything.
fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
