//! Answers of which the words come as a model says them: server-sent events.

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
use rf_usecases::{Caller, LiveWords};
use serde::Serialize;
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use crate::error::ApiError;

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

/// Answers at length: as events where that is asked for, else with the whole. What does not take long is one event. Once
/// asked for it is made, whether or not somebody still reads it.
pub(crate) async fn answer<T: Serialize + 'static, F: Future<Output = Result<T, Failure>> + 'static>(
    request: &HttpRequest,
    caller: Caller,
    takes_long: bool,
    make: impl FnOnce(Option<LiveWords>) -> F,
) -> Result<HttpResponse, ApiError> {
    let wants_live = is_wanted(request);
    if wants_live && takes_long {
        return Ok(stream(caller, |words| make(Some(words))));
    }
    let body = ended(spawn(make(None))).await?;
    Ok(if wants_live { whole(&body)? } else { HttpResponse::Ok().json(body) })
}

type Making<T> = JoinHandle<Result<T, Failure>>;

async fn ended<T>(making: Making<T>) -> Result<T, Failure> {
    making.await.unwrap_or_else(|error| Err(Failure::internal(error.to_string())))
}

/// What is still to come of an answer.
enum Coming<T> {
    Words { words: mpsc::Receiver<String>, making: Making<T>, caller: Caller },
    Nothing,
}

/// An answer as events. Dropped by a reader who went away, it stops the model.
fn stream<T: Serialize + 'static, F: Future<Output = Result<T, Failure>> + 'static>(
    caller: Caller,
    make: impl FnOnce(LiveWords) -> F,
) -> HttpResponse {
    let (live, words) = LiveWords::channel();
    let making = spawn(make(live));
    let events = unfold(Coming::Words { words, making, caller }, |coming| async {
        let Coming::Words { mut words, making, caller } = coming else { return None };
        let (event, next) = match timeout(HEARTBEAT, words.recv()).await {
            Err(_) => (Bytes::from_static(b":\n\n"), Coming::Words { words, making, caller }),
            Ok(Some(text)) => (
                event("delta", &json!({ "text": text }).to_string()),
                Coming::Words { words, making, caller },
            ),
            Ok(None) => (last(ended(making).await, &caller).await, Coming::Nothing),
        };
        Some((Ok::<_, Infallible>(event), next))
    });
    response(Box::pin(events))
}

/// An answer that is made already, as events.
fn whole(body: &impl Serialize) -> Result<HttpResponse, Failure> {
    let body = serde_json::to_string(body).map_err(Failure::internal)?;
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
async fn last(made: Result<impl Serialize, Failure>, caller: &Caller) -> Bytes {
    let failure = match made {
        Ok(body) => match serde_json::to_string(&body) {
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
