//! The stream of events: server-sent events over one long answer.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentEncoding},
    web::{Bytes, Data},
};
use futures_util::stream;
use rf_events::{Delivery, Event, Subscription};
use rf_kernel::Failure;
use rf_usecases::{App, Caller, EventStream, Replay};
use serde_json::json;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::{
    error::ApiError,
    extract::{AppData, Auth},
};

/// How streams are kept alive and watched.
#[derive(Clone, Copy, Debug)]
pub struct StreamSettings {
    /// How often something is sent although nothing happens: proxies end what is silent, and a client that has gone
    /// is noticed when it does not take what is sent.
    pub heartbeat: Duration,
    /// How often it is asked whether the listener still may.
    pub check: Duration,
}

impl Default for StreamSettings {
    /// 25 seconds, below the half minute or minute after which common proxies end a silent answer; and four seconds,
    /// so that a revoked sign-in hears nothing more after five.
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(25), check: Duration::from_secs(4) }
    }
}

/// The event a client names as the last it has seen.
const LAST_EVENT_ID: &str = "last-event-id";

/// What happens in the account, as it happens: a stream of server-sent events.
///
/// First comes `ready`, then every event under its name: `handoff_created`, `handoff_assessment_ready`,
/// `handoff_claimed`, `handoff_released`, `notification_created` (one's own alone), `psa_push_changed` and
/// `psa_ticket_changed`, with its number
/// as `id` and what it is about as JSON. `resync` says that some cannot be told: read again whatever you know. A comment
/// comes every 25 seconds. The answer ends when the access token does; connect again with a new one.
#[utoipa::path(get, path = "/api/v1/ai-sessions/escalations/stream", tag = "events", operation_id = "event_stream",
    params(("Last-Event-ID" = Option<i64>, Header, description = "The `id` of the last event seen: those after it come first")),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub(crate) async fn stream_events(
    app: AppData,
    auth: Auth,
    stopping: Data<CancellationToken>,
    settings: Data<StreamSettings>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let after = last_seen(&request)?;
    let EventStream { subscription, replay, position } = app.open_event_stream(&auth.0, after).await?;
    let first = first_frames(subscription.id(), replay, position);
    open_streams().increment(1.0);
    let listening = Listening {
        app,
        caller: auth.0,
        stopping: stopping.get_ref().clone(),
        heartbeat: every(settings.heartbeat),
        check: every(settings.check),
        subscription,
        position,
        first,
        has_ended: false,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Compressed, events would wait in the encoder for more to come.
        .insert_header(ContentEncoding::Identity)
        // nginx would collect them likewise.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(listening, Listening::next)))
}

fn last_seen(request: &HttpRequest) -> Result<Option<i64>, Failure> {
    let Some(value) = request.headers().get(LAST_EVENT_ID) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|number| *number >= 0);
    number.map(Some).ok_or_else(|| {
        Failure::invalid_field("header.last-event-id", "not_an_event_id", "send the id of an event, as it is")
    })
}

fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// `ready`, and what was missed. `ready` moves the client on to `position` only where nothing more is to be told: had
/// it done so and the connection broken, what follows would be lost.
fn first_frames(connection: u64, replay: Replay, position: i64) -> VecDeque<Bytes> {
    let data = json!({ "connection_id": connection });
    let mut frames = VecDeque::new();
    match replay {
        Replay::Fresh => frames.push_back(frame("ready", Some(position), &data)),
        Replay::Missed(events) => {
            frames.push_back(frame("ready", None, &data));
            frames.extend(events.iter().map(event_frame));
        }
        Replay::Resync => {
            frames.push_back(frame("ready", None, &data));
            frames.push_back(frame("resync", Some(position), &json!({})));
        }
    }
    frames
}

/// One event on the wire. JSON written by serde has no line breaks of its own.
fn frame(name: &str, id: Option<i64>, data: &serde_json::Value) -> Bytes {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: {name}\n{id}data: {data}\n\n").into()
}

fn event_frame(event: &Event) -> Bytes {
    frame(event.kind.as_str(), Some(event.sequence), &event.about)
}

/// How many listen, for whoever watches the server.
fn open_streams() -> metrics::Gauge {
    metrics::gauge!("event_streams_open")
}

/// One who listens, between two frames.
struct Listening {
    app: AppData,
    caller: Caller,
    stopping: CancellationToken,
    heartbeat: Interval,
    check: Interval,
    subscription: Subscription,
    /// What is not above it was told already.
    position: i64,
    first: VecDeque<Bytes>,
    has_ended: bool,
}

impl Drop for Listening {
    fn drop(&mut self) {
        open_streams().decrement(1.0);
    }
}

impl Listening {
    /// The next frame, and the listener after it; `None` ends the answer.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if let Some(frame) = self.first.pop_front() {
            return Some((Ok(frame), self));
        }
        if self.has_ended {
            return None;
        }
        loop {
            let frame = tokio::select! {
                biased;
                () = self.stopping.cancelled() => {
                    self.has_ended = true;
                    // Not all at once: whoever comes up meanwhile has more to do than take everybody back.
                    let milliseconds = 1_000 + self.subscription.id() * 7_919 % 4_000;
                    Bytes::from(format!("retry: {milliseconds}\n\n"))
                }
                _ = self.check.tick() => match self.app.may_listen(&self.caller).await {
                    Err(failure) if App::ends_stream(&failure) => return None,
                    Err(failure) => {
                        tracing::warn!(%failure, "whether somebody may still listen could not be asked");
                        continue;
                    }
                    Ok(()) => continue,
                },
                delivery = self.subscription.next() => match delivery {
                    Delivery::Event(event) if event.sequence <= self.position => continue,
                    Delivery::Event(event) => {
                        self.position = event.sequence;
                        event_frame(&event)
                    }
                    Delivery::Resync => {
                        metrics::counter!("event_resyncs_total").increment(1);
                        frame("resync", None, &json!({}))
                    }
                },
                _ = self.heartbeat.tick() => Bytes::from_static(b": heartbeat\n\n"),
            };
            return Some((Ok(frame), self));
        }
    }
}
