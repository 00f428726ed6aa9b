//! What the library reports, as failures of ours. Its texts are left out: they quote what was sent, and what came.

use anthropic_sdk::{ApiError, Error, HttpApiError};
use rf_flowpilot::llm::{LlmError, LlmErrorKind};
use serde_json::Value;

pub(crate) fn of(error: &Error) -> LlmError {
    use LlmErrorKind as K;
    match error {
        Error::Http(error) => refused(api_error(error)),
        Error::AuthMissing | Error::InvalidHeaderValue(_) => LlmError::new(K::Auth, "there is no usable key"),
        Error::Timeout => LlmError::new(K::Timeout, "the beginning of the answer"),
        Error::Transport(error) if error.is_timeout() => LlmError::new(K::Timeout, "the connection"),
        Error::Transport(error) if error.is_body() || error.is_decode() => {
            LlmError::new(K::CutStream, "the connection was lost")
        }
        Error::Transport(error) if error.is_redirect() => LlmError::new(K::Garbage, "it leads in a circle"),
        Error::Transport(_) => {
            LlmError::new(K::Unreachable, "no connection, or it was lost before an answer")
        }
        Error::Json(error) => {
            LlmError::new(K::Garbage, format!("no JSON of its kind, from column {}", error.column()))
        }
        Error::Aborted => LlmError::new(K::CutStream, "it was given up"),
        Error::Url(_) => LlmError::new(K::InvalidRequest, "the address"),
        Error::InvalidSse(_) | Error::InvalidJsonl(_) | Error::Internal(_) => {
            LlmError::new(K::Garbage, "no event stream")
        }
    }
}

const fn api_error(error: &HttpApiError) -> &ApiError {
    match error {
        HttpApiError::BadRequest(error)
        | HttpApiError::Authentication(error)
        | HttpApiError::PermissionDenied(error)
        | HttpApiError::NotFound(error)
        | HttpApiError::Conflict(error)
        | HttpApiError::UnprocessableEntity(error)
        | HttpApiError::RateLimit(error)
        | HttpApiError::InternalServer(error)
        | HttpApiError::Other(error) => error,
    }
}

/// A refusal, or an `error` event, which has no status.
fn refused(error: &ApiError) -> LlmError {
    let told = |pointer| error.body.as_ref().and_then(|body| body.pointer(pointer)).and_then(Value::as_str);
    let status = error.status.map(|status| status.as_u16());
    let name = told("/error/type").filter(|name| is_name(name));
    let code = told("/error/details/error_code").filter(|code| is_name(code));
    let id = error.request_id.as_deref().or_else(|| told("/request_id")).filter(|id| is_name(id));
    let detail: Vec<String> = [
        status.map(|status| format!("HTTP {status}")),
        name.map(str::to_owned),
        code.map(str::to_owned),
        id.map(|id| format!("request {id}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    LlmError::new(kind(status, name, code), detail.join(", "))
}

/// The API's own word decides; a proxy between us has none, and then the status does.
fn kind(status: Option<u16>, name: Option<&str>, code: Option<&str>) -> LlmErrorKind {
    use LlmErrorKind as K;
    if code.is_some_and(|code| code.ends_with("spend_limit_reached")) {
        // A pause of seconds is no help until the month is over.
        return K::BudgetSpent { resets_in: None };
    }
    match name {
        Some("authentication_error" | "permission_error") => return K::Auth,
        Some("billing_error") => return K::BudgetSpent { resets_in: None },
        // How long to wait stands in a header, and the library gives none of a refusal.
        Some("rate_limit_error") => return K::RateLimited { retry_after: None },
        Some("overloaded_error") => return K::Overloaded,
        Some("api_error") => return K::Server,
        Some("timeout_error") => return K::Timeout,
        Some("invalid_request_error" | "not_found_error" | "request_too_large") => return K::InvalidRequest,
        _ => {}
    }
    match status {
        Some(401 | 403 | 407) => K::Auth,
        Some(402) => K::BudgetSpent { resets_in: None },
        Some(408 | 504) => K::Timeout,
        Some(429) => K::RateLimited { retry_after: None },
        Some(503 | 529) => K::Overloaded,
        Some(400..=499) => K::InvalidRequest,
        Some(..400) => K::Garbage,
        Some(_) | None => K::Server,
    }
}

/// Whether it is a name, such as an error's type or a request's id, and so no text that quotes anything.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apis_word_decides_and_without_one_the_status() {
        use LlmErrorKind as K;
        let cases = [
            (Some(401), Some("authentication_error"), None, K::Auth),
            (Some(403), Some("permission_error"), None, K::Auth),
            (Some(402), Some("billing_error"), None, K::BudgetSpent { resets_in: None }),
            (Some(400), Some("invalid_request_error"), None, K::InvalidRequest),
            (Some(404), Some("not_found_error"), None, K::InvalidRequest),
            (Some(413), Some("request_too_large"), None, K::InvalidRequest),
            (Some(429), Some("rate_limit_error"), None, K::RateLimited { retry_after: None }),
            (
                Some(429),
                Some("rate_limit_error"),
                Some("enforced_spend_limit_reached"),
                K::BudgetSpent { resets_in: None },
            ),
            (Some(500), Some("api_error"), None, K::Server),
            (Some(504), Some("timeout_error"), None, K::Timeout),
            (Some(529), Some("overloaded_error"), None, K::Overloaded),
            // In the middle of a stream.
            (None, Some("overloaded_error"), None, K::Overloaded),
            (None, Some("api_error"), None, K::Server),
            (None, None, None, K::Server),
            // A proxy's.
            (Some(502), None, None, K::Server),
            (Some(503), None, None, K::Overloaded),
            (Some(529), None, None, K::Overloaded),
            (Some(429), None, None, K::RateLimited { retry_after: None }),
            (Some(407), None, None, K::Auth),
            (Some(408), None, None, K::Timeout),
            (Some(422), Some("strange_error"), None, K::InvalidRequest),
            (Some(304), None, None, K::Garbage),
        ];
        for (status, name, code, expected) in cases {
            assert_eq!(kind(status, name, code), expected, "{status:?} {name:?} {code:?}");
        }
    }

    #[test]
    fn only_names_are_repeated() {
        assert!(is_name("overloaded_error") && is_name("req_011CSHoEeqs5C35K2UUqR7Fy"));
        for text in ["", "the key sk-ant-1 is wrong", "a\nb", &"x".repeat(65)] {
            assert!(!is_name(text), "{text}");
        }
    }
}
