//! Failures as people and programs see them.
//!
//! A domain crate declares each thing that can go wrong once, as a [`Code`]; the HTTP shell maps [`Kind`] to a
//! status in one match. `detail` is what the wire contract says, a text or an object.

use std::{borrow::Cow, fmt};

use serde_json::Value;

use crate::StoreError;

/// What sort of failure a code is; decides the HTTP status and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is wrong (400).
    BadRequest,
    /// Not signed in, or not any more (401).
    Unauthenticated,
    /// The plan does not cover it (402).
    PaymentRequired,
    /// Signed in, but not allowed (403).
    Forbidden,
    /// There is no such thing, or not for this account (404).
    NotFound,
    /// Too slow a sender (408).
    Timeout,
    /// The thing is in another state than the request assumes (409).
    Conflict,
    /// Larger than accepted (413).
    TooLarge,
    /// A media type or encoding we do not take (415).
    UnsupportedMedia,
    /// Well-formed but not acceptable (422).
    Invalid,
    /// Too many requests (429).
    RateLimited,
    /// Our fault (500).
    Internal,
    /// Cannot serve just now; trying again helps (503).
    Unavailable,
}

/// A stable, documented name for one way to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// snake_case, never renamed once released.
    pub name: &'static str,
    /// Decides the status.
    pub kind: Kind,
}

impl Code {
    /// Declares a code.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}

/// Codes that belong to no single domain crate.
pub mod codes {
    use super::{Code, Kind};

    /// One or more fields are not acceptable; `errors` lists them.
    pub const VALIDATION_FAILED: Code = Code::new("validation_failed", Kind::Invalid);
    /// The body is not JSON, or not the JSON expected.
    pub const MALFORMED_REQUEST: Code = Code::new("malformed_request", Kind::BadRequest);
    /// No row of this account with that id.
    pub const NOT_FOUND: Code = Code::new("not_found", Kind::NotFound);
    /// The method is not offered at this address.
    pub const METHOD_NOT_ALLOWED: Code = Code::new("method_not_allowed", Kind::BadRequest);
    /// Missing, expired or revoked access token.
    pub const NOT_AUTHENTICATED: Code = Code::new("not_authenticated", Kind::Unauthenticated);
    /// The caller's role does not allow it.
    pub const FORBIDDEN: Code = Code::new("forbidden", Kind::Forbidden);
    /// Somebody else changed it first.
    pub const STALE_REVISION: Code = Code::new("stale_revision", Kind::Conflict);
    /// The body is larger than accepted.
    pub const PAYLOAD_TOO_LARGE: Code = Code::new("payload_too_large", Kind::TooLarge);
    /// A content type or content encoding we do not accept.
    pub const UNSUPPORTED_MEDIA_TYPE: Code = Code::new("unsupported_media_type", Kind::UnsupportedMedia);
    /// The body did not arrive in time.
    pub const REQUEST_TIMEOUT: Code = Code::new("request_timeout", Kind::Timeout);
    /// Too many attempts; wait.
    pub const RATE_LIMITED: Code = Code::new("rate_limited", Kind::RateLimited);
    /// The server failed; the log has the cause under the request id.
    pub const INTERNAL_ERROR: Code = Code::new("internal_error", Kind::Internal);
    /// The server or its database is busy or away.
    pub const UNAVAILABLE: Code = Code::new("unavailable", Kind::Unavailable);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        VALIDATION_FAILED,
        MALFORMED_REQUEST,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        NOT_AUTHENTICATED,
        FORBIDDEN,
        STALE_REVISION,
        PAYLOAD_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        REQUEST_TIMEOUT,
        RATE_LIMITED,
        INTERNAL_ERROR,
        UNAVAILABLE,
    ];
}

/// The `detail` of an error answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A sentence, or the exact text the contract fixes.
    Text(Cow<'static, str>),
    /// A structured detail, where the contract has one.
    Object(Value),
}

impl From<&'static str> for Detail {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}
impl From<Value> for Detail {
    fn from(value: Value) -> Self {
        Self::Object(value)
    }
}
impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Object(value) => value.fmt(f),
        }
    }
}

/// One field that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a dotted path into the request, such as `intake_form.fields[2].name`.
    pub loc: String,
    /// snake_case reason, such as `too_long`.
    pub code: &'static str,
    /// What to do about it.
    pub message: String,
}

/// A use case that did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{}: {detail}", code.name)]
pub struct Failure {
    /// Which failure.
    pub code: Code,
    /// What the caller is told.
    pub detail: Detail,
    /// Refused fields, for [`codes::VALIDATION_FAILED`].
    pub errors: Vec<FieldError>,
    /// After so many seconds it is not refused any more, where that is known.
    pub retry_after: Option<u64>,
    /// The cause, for the log alone: it is never shown to a caller.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// A failure with its detail.
    pub fn new(code: Code, detail: impl Into<Detail>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None, cause: None }
    }

    /// Refused fields; the detail says how many.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => format!("{}: {}", only.loc, only.message),
            many => format!("{} fields were refused", many.len()),
        };
        Self { errors, ..Self::new(codes::VALIDATION_FAILED, detail) }
    }

    /// One refused field.
    pub fn invalid_field(loc: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { loc: loc.into(), code, message: message.into() }])
    }

    /// The same, said to be over after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// A failure of ours: a fixed text outside, the cause in the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                codes::INTERNAL_ERROR,
                "The server could not finish this request. Nothing was changed.",
            )
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Unavailable(_) => Self {
                cause: Some(Box::new(error)),
                ..Self::new(codes::UNAVAILABLE, "The database is busy or away. Please try again in a moment.")
            },
            other => Self::internal(other),
        }
    }
}
