//! What an answer that is none means.

use reqwest::StatusCode;
use rf_psa::PsaError;
use rf_psa_http::{Effect, shown};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct Body {
    message: Option<String>,
    #[serde(default)]
    errors: Option<Vec<Detail>>,
}

#[derive(Deserialize)]
struct Detail {
    message: Option<String>,
    field: Option<String>,
}

/// What an answer outside of 2xx means.
pub(crate) fn read(effect: Effect, status: StatusCode, retry_after: Option<u64>, body: &[u8]) -> PsaError {
    let Body { message, errors } = serde_json::from_slice(body).unwrap_or_default();
    let detail = errors.and_then(|errors| errors.into_iter().next());
    let (field, inner) = detail.map_or((None, None), |detail| (detail.field, detail.message));
    let words = inner.or(message).map(|words| shown(&words)).filter(|words| !words.is_empty());
    let told = |what: &str| {
        words.as_ref().map_or_else(|| what.to_owned(), |words| format!("{what} It says: {words}"))
    };
    match status.as_u16() {
        // Its words about keys may quote them.
        401 => PsaError::Auth(
            "ConnectWise does not take the keys. Check the public and private key of the API member, and the client id."
                .into(),
        ),
        403 => PsaError::Permission(told(
            "The API member may not do this in ConnectWise. Give its security role the rights for it.",
        )),
        404 => PsaError::NotFound(told("ConnectWise has no such thing.")),
        409 => PsaError::Conflict(told("ConnectWise refuses this as things stand.")),
        429 => PsaError::RateLimited { retry_after },
        300..=399 => PsaError::Address(
            "The site sends us to another address. Enter the address it leads to as the site.".into(),
        ),
        408 | 500.. => effect.lost(&format!("ConnectWise answered with an error ({}).", status.as_u16())),
        _ => PsaError::Invalid {
            field: field.map(|field| shown(&field)),
            message: told("ConnectWise does not take this."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, effect: Effect) -> &'static str {
        read(effect, StatusCode::from_u16(status).unwrap(), None, b"<html>").class()
    }

    #[test]
    fn every_status_has_a_class() {
        for (status, reads, writes) in [
            (400, "invalid", "invalid"),
            (401, "auth", "auth"),
            (403, "permission", "permission"),
            (404, "not_found", "not_found"),
            (405, "invalid", "invalid"),
            (408, "transient", "unknown_outcome"),
            (409, "conflict", "conflict"),
            (415, "invalid", "invalid"),
            (429, "rate_limited", "rate_limited"),
            (302, "address", "address"),
            (500, "transient", "unknown_outcome"),
            (502, "transient", "unknown_outcome"),
            (503, "transient", "unknown_outcome"),
        ] {
            assert_eq!(
                (class(status, Effect::Reads), class(status, Effect::Writes)),
                (reads, writes),
                "{status}"
            );
        }
    }

    #[test]
    fn the_field_and_the_words_of_a_refusal_are_told() {
        let body = br#"{"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":"NotFound",
            "message":"Service Status 17 not found\nfor Service Board 21","resource":"ticket","field":"status/id"}]}"#;
        let refusal = read(Effect::Writes, StatusCode::BAD_REQUEST, None, body);
        let PsaError::Invalid { field, message } = refusal else { panic!("{refusal:?}") };
        assert_eq!(field.as_deref(), Some("status/id"));
        assert!(message.ends_with("It says: Service Status 17 not found for Service Board 21"), "{message}");
        let long = format!("{{\"message\":\"{}\"}}", "x".repeat(5_000));
        assert!(read(Effect::Reads, StatusCode::CONFLICT, None, long.as_bytes()).to_string().len() < 400);
    }
}
