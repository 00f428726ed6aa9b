//! Failures as answers: the one error body, and the one place where a kind becomes a status.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use rf_api_types::error::{ErrorBody, FieldErrorBody};
use rf_kernel::{Code, Detail, Failure, Kind, RequestId};

tokio::task_local! {
    /// The id of the request this task answers.
    pub(crate) static REQUEST_ID: RequestId;
}

/// A failure on its way out.
#[derive(Debug)]
pub(crate) struct ApiError {
    failure: Box<Failure>,
    retry_after: Option<u64>,
    /// Where the request's task-local is out of reach.
    request_id: Option<RequestId>,
}

impl ApiError {
    pub(crate) fn new(code: Code, detail: impl Into<Detail>) -> Self {
        Failure::new(code, detail).into()
    }

    /// Of that request; for failures that leave the request's task.
    pub(crate) const fn in_request(mut self, id: RequestId) -> Self {
        self.request_id = Some(id);
        self
    }

    /// With a `Retry-After` of that many seconds.
    pub(crate) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let soon = (failure.code.kind == Kind::Unavailable).then_some(1);
        let retry_after = failure.retry_after.or(soon);
        Self { failure: Box::new(failure), retry_after, request_id: None }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Timeout => StatusCode::REQUEST_TIMEOUT,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The status of a code: its kind's, but for the one HTTP itself names.
pub(crate) fn status_of(code: Code) -> StatusCode {
    if code == rf_kernel::codes::METHOD_NOT_ALLOWED {
        StatusCode::METHOD_NOT_ALLOWED
    } else {
        status(code.kind)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status_of(self.failure.code)
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if status.is_server_error() {
            // The chain once, here; the caller gets the id to ask for it.
            let mut chain = Vec::new();
            let mut next: Option<&dyn std::error::Error> =
                self.failure.cause.as_ref().map(|cause| cause.as_ref() as _);
            while let Some(error) = next {
                chain.push(error.to_string());
                next = error.source();
            }
            tracing::error!(code = self.failure.code.name, causes = ?chain, "request failed");
        }
        let request_id = self.request_id.or_else(|| REQUEST_ID.try_with(|id| *id).ok());
        let request_id = request_id.map(|id| id.to_string()).unwrap_or_default();
        let body = ErrorBody {
            detail: match &self.failure.detail {
                Detail::Text(text) => text.clone().into_owned().into(),
                Detail::Object(value) => value.clone(),
            },
            code: self.failure.code.name.to_owned(),
            request_id: request_id.clone(),
            errors: self
                .failure
                .errors
                .iter()
                .map(|error| FieldErrorBody {
                    loc: error.loc.clone(),
                    code: error.code.to_owned(),
                    message: error.message.clone(),
                })
                .collect(),
        };
        let mut response = HttpResponse::build(status);
        if self.request_id.is_some() {
            // Such an answer passes no middleware any more.
            for (name, value) in crate::middleware::security_headers() {
                response.insert_header((name, value));
            }
            response.insert_header(("x-request-id", request_id.as_str()));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.json(body)
    }
}
