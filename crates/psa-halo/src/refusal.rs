//! What an answer that is none means.

use rf_psa::PsaError;
use rf_psa_http::{Answer, Effect, shown};
use serde_json::Value;

/// What an answer outside of 2xx means.
pub(crate) fn read(effect: Effect, answer: &Answer) -> PsaError {
    let words = words(&answer.body).map(|words| shown(&words)).filter(|words| !words.is_empty());
    let told = |what: &str| {
        words.as_ref().map_or_else(|| what.to_owned(), |words| format!("{what} It says: {words}"))
    };
    match answer.status.as_u16() {
        // Its words about keys may quote them.
        401 => PsaError::Auth(
            "Halo does not take the keys. Check client id and client secret of the API application, and the tenant."
                .into(),
        ),
        403 => PsaError::Permission(told(
            "The API application may not do this in Halo. Give it and its agent the rights for it.",
        )),
        404 => PsaError::NotFound(told("Halo has no such thing.")),
        409 => PsaError::Conflict(told("Halo refuses this as things stand.")),
        429 => PsaError::RateLimited { retry_after: answer.retry_after },
        300..=399 => PsaError::Address(
            "The site sends us to another address. Enter the address it leads to as the site.".into(),
        ),
        408 | 500.. => effect.lost(&format!("Halo answered with an error ({}).", answer.status.as_u16())),
        _ => PsaError::Invalid { field: None, message: told("Halo does not take this.") },
    }
}

/// A refusal is a text, or an object with one under one of several names.
fn words(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let named = ["error_description", "message", "Message", "error", "title"];
    let found = named.iter().find_map(|name| body.get(name)?.as_str());
    found.or(body.as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn refused(status: u16, body: &str, effect: Effect) -> PsaError {
        let status = StatusCode::from_u16(status).unwrap();
        let body = body.as_bytes().to_vec();
        read(effect, &Answer { status, body, link: None, retry_after: Some(7) })
    }

    #[test]
    fn every_status_has_a_class() {
        for (status, reads, writes) in [
            (400, "invalid", "invalid"),
            (401, "auth", "auth"),
            (403, "permission", "permission"),
            (404, "not_found", "not_found"),
            (408, "transient", "unknown_outcome"),
            (409, "conflict", "conflict"),
            (429, "rate_limited", "rate_limited"),
            (302, "address", "address"),
            (500, "transient", "unknown_outcome"),
            (502, "transient", "unknown_outcome"),
        ] {
            let class = |effect| refused(status, "<html>", effect).class();
            assert_eq!((class(Effect::Reads), class(Effect::Writes)), (reads, writes), "{status}");
        }
    }

    #[test]
    fn the_words_of_a_refusal_are_told_in_every_form_and_those_about_keys_are_not() {
        for body in [
            r#""No such\nstatus""#,
            r#"{"message":"No such\tstatus"}"#,
            r#"{"error_description":"No such status"}"#,
        ] {
            let words = refused(400, body, Effect::Writes).to_string();
            assert!(words.ends_with("It says: No such status"), "{words}");
        }
        let words = refused(401, r#"{"error":"secret hunter2 is wrong"}"#, Effect::Reads).to_string();
        assert!(!words.contains("hunter2"), "{words}");
    }
}
