//! Outermost: request id, log line, metrics, security headers, deadline, and the net under a panic.

use std::{any::Any, borrow::Cow, panic::AssertUnwindSafe, time::Duration};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, AcceptEncoding, Encoding, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;
use rf_kernel::{Failure, RequestId, codes};
use rf_usecases::App;
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use super::security_headers;
use crate::{
    error::{ApiError, REQUEST_ID},
    routes::ALLOWED,
};

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// No handler may take longer, whether or not its client waits.
const HANDLER_DEADLINE: Duration = Duration::from_secs(30);
/// Where a model may be asked; it has a deadline of its own, of two minutes at most.
const MODEL_DEADLINE: Duration = Duration::from_secs(130);
/// The ends of those addresses.
const ASKS_MODEL: [&str; 3] = ["/turns", "/documentation", "/messages"];

/// The addresses whose GET takes query parameters; they refuse unknown ones themselves.
const WITH_QUERY: [&str; 19] = [
    "/api/v1/accounts/me/audit",
    "/api/v1/accounts/me/audit/export",
    "/api/v1/accounts/me/people",
    "/api/v1/admin/accounts",
    "/api/v1/admin/audit",
    "/api/v1/admin/jobs",
    "/api/v1/admin/outbox",
    "/api/v1/admin/users",
    "/api/v1/ai-sessions",
    "/api/v1/ai-sessions/escalations",
    "/api/v1/analytics/escalations",
    "/api/v1/assistant/chats",
    "/api/v1/integrations/channels/messages",
    "/api/v1/integrations/psa/pushes",
    "/api/v1/integrations/psa/tickets",
    "/api/v1/notifications",
    "/api/v1/sessions",
    "/api/v1/trees",
    "/api/v1/trees/facets",
];

/// Files are brought to it, with their name as a parameter.
const UPLOADS: &str = "/api/v1/uploads";

/// What PSAs call; the end of the path is a secret.
const CALLBACKS: &str = "/api/v1/integrations/psa/callbacks/";

/// How answers can be encoded.
const WE_WRITE: [Encoding; 2] = [Encoding::identity(), Encoding::gzip()];

/// Gives the request its id and its surroundings.
pub(crate) async fn context<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id: RequestId =
        request.app_data::<Data<App>>().map_or(RequestId(uuid::Uuid::nil()), |app| app.new_id());
    request.extensions_mut().insert(id);
    let method = method_label(request.method());
    let span = tracing::info_span!("request", %id, method, path = &*loggable(request.path()));
    let started = Instant::now();
    let answer = answer(request, next, id).instrument(span.clone()).await;

    let (status, route) = match &answer {
        Ok(response) => (response.status().as_u16(), response.request().match_pattern()),
        Err(error) => (error.as_response_error().status_code().as_u16(), None),
    };
    let elapsed = started.elapsed();
    let route = route.unwrap_or_else(|| "unmatched".to_owned());
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    span.in_scope(|| tracing::info!(status, microseconds = elapsed.as_micros() as u64, "answered"));

    let mut response = answer?;
    let headers = response.headers_mut();
    for (name, value) in security_headers() {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    Ok(response)
}

async fn answer<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
    id: RequestId,
) -> Result<ServiceResponse<B>, Error> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        // Decompressing for strangers is a memory amplifier.
        return Err(ApiError::new(
            codes::UNSUPPORTED_MEDIA_TYPE,
            "Compressed request bodies are not accepted; send the body as it is.",
        )
        .in_request(id)
        .into());
    }
    if has_stray_query(&request) {
        let failure =
            Failure::invalid_field("query", "unknown_parameter", "this address takes no parameters");
        return Err(ApiError::from(failure).in_request(id).into());
    }
    if request
        .get_header::<AcceptEncoding>()
        .is_some_and(|accepted| accepted.negotiate(WE_WRITE.iter()).is_none())
    {
        // A client that claims to read nothing we write gets plain answers: better than none.
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    let asks_model = ASKS_MODEL.iter().any(|end| request.path().ends_with(end));
    let deadline = if asks_model { MODEL_DEADLINE } else { HANDLER_DEADLINE };
    let handled = REQUEST_ID.scope(id, AssertUnwindSafe(next.call(request)).catch_unwind());
    match timeout(deadline, handled).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => {
            Err(ApiError::from(Failure::internal(panic_text(panic.as_ref()))).in_request(id).into())
        }
        Err(_) => Err(ApiError::new(codes::UNAVAILABLE, "The request took too long and was stopped.")
            .retry_after(5)
            .in_request(id)
            .into()),
    }
}

/// The path without the tokens some hold: whoever reads a log must not be able to follow a link.
fn loggable(path: &str) -> Cow<'_, str> {
    for before in ["/api/v1/auth/invites/", "/invite/", CALLBACKS] {
        if path.starts_with(before) {
            return format!("{before}…").into();
        }
    }
    path.into()
}

/// The method by its name, if it is one of those we know: clients can make up as many as they like.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Whether an address that takes no query parameters got some.
fn has_stray_query(request: &ServiceRequest) -> bool {
    let path = request.path();
    let is_list = *request.method() == Method::GET && WITH_QUERY.contains(&path);
    let is_upload = *request.method() == Method::POST && path == UPLOADS;
    // The PSA appends what it likes; nothing of it is read.
    let is_callback = path.starts_with(CALLBACKS);
    path.starts_with("/api/v1/")
        && !request.query_string().is_empty()
        && !is_list
        && !is_upload
        && !is_callback
        && takes_method(request)
}

/// Where the address takes no such method, that is what is wrong.
fn takes_method(request: &ServiceRequest) -> bool {
    let pattern = request.match_pattern();
    let methods = pattern.as_ref().and_then(|path| ALLOWED.get(path));
    methods.is_some_and(|methods| methods.split(", ").any(|method| method == request.method().as_str()))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("a handler panicked: {}", text.unwrap_or_default())
}
