//! Turns of which the words come as a model says them: server-sent events.

use std::{convert::Infallible, future::ready, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::to_bytes,
    http::header::{self, ContentEncoding, HeaderValue},
    rt::{spawn, task::JoinHandle},
    web::Bytes,
};
use futures_util::{
    Stream,
    stream::{once, unfold},
};
use rf_kernel::Failure;
use rf_usecases::{AiSessionView, Caller, LiveWords, PlannedTurn};
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use crate::{error::ApiError, extract::AppData, map};

/// After so long without a word a comment is sent, so that no proxy takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The media type.
const EVENTS: &str = "text/event-stream";

/// Whether the answer is to come as events.
pub(crate) fn is_wanted(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    let types = accepted.flat_map(|value| value.split(','));
    types
        .map(|kind| kind.split(';').next().unwrap_or_default().trim())
        .any(|kind| kind.eq_ignore_ascii_case(EVENTS))
}

/// Finishes a turn in a task of its own: once planned it is taken, whether or not somebody still reads the answer.
pub(crate) async fn detached(
    app: AppData,
    caller: Caller,
    planned: PlannedTurn,
) -> Result<AiSessionView, Failure> {
    ended(begin(app, caller, planned, None)).await
}

fn begin(app: AppData, caller: Caller, planned: PlannedTurn, live: Option<LiveWords>) -> Taking {
    spawn(async move { app.finish_turn(&caller, planned, live.as_ref()).await })
}

type Taking = JoinHandle<Result<AiSessionView, Failure>>;

async fn ended(taking: Taking) -> Result<AiSessionView, Failure> {
    taking.await.unwrap_or_else(|error| Err(Failure::internal(error.to_string())))
}

/// What is still to come of an answer.
enum Coming {
    Words { words: mpsc::Receiver<String>, taking: Taking, caller: Caller },
    Nothing,
}

/// The turn as events. Dropped by a reader who went away, it stops the model.
pub(crate) fn turn(app: AppData, caller: Caller, planned: PlannedTurn) -> HttpResponse {
    let (live, words) = LiveWords::channel();
    let taking = begin(app, caller.clone(), planned, Some(live));
    let events = unfold(Coming::Words { words, taking, caller }, |coming| async {
        let Coming::Words { mut words, taking, caller } = coming else { return None };
        let (event, next) = match timeout(HEARTBEAT, words.recv()).await {
            Err(_) => (Bytes::from_static(b":\n\n"), Coming::Words { words, taking, caller }),
            Ok(Some(text)) => (
                event("delta", &json!({ "text": text }).to_string()),
                Coming::Words { words, taking, caller },
            ),
            Ok(None) => (last(ended(taking).await, &caller).await, Coming::Nothing),
        };
        Some((Ok::<_, Infallible>(event), next))
    });
    response(Box::pin(events))
}

/// A turn that is taken already, as events.
pub(crate) fn whole(view: AiSessionView) -> Result<HttpResponse, Failure> {
    let body = serde_json::to_string(&map::ai_session(view)).map_err(Failure::internal)?;
    Ok(response(once(ready(Ok::<_, Infallible>(event("done", &body))))))
}

fn response(events: impl Stream<Item = Result<Bytes, Infallible>> + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(EVENTS)
        // Compressed events would wait for one another.
        .insert_header(ContentEncoding::Identity)
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events)
}

/// How it ended.
async fn last(taken: Result<AiSessionView, Failure>, caller: &Caller) -> Bytes {
    let failure = match taken {
        Ok(view) => match serde_json::to_string(&map::ai_session(view)) {
            Ok(body) => return event("done", &body),
            Err(error) => Failure::internal(error),
        },
        Err(failure) => failure,
    };
    let error = ApiError::from(failure).in_request(caller.request_id).error_response();
    let body = to_bytes(error.into_body()).await.unwrap_or_default();
    event("error", &String::from_utf8_lossy(&body))
}

/// One event; its data is JSON, which has no line breaks.
fn event(name: &str, data: &str) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}
