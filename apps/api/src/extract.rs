//! Extractors: who calls, the JSON body, the query, ids in the path, the revision.
//!
//! Ours instead of the framework's, so that every refusal has the one error body and says which field.

use std::{future::Future, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header,
    web::{Bytes, Data},
};
use rf_kernel::{Failure, FieldError, RequestId, Revision, codes};
use rf_uploads::MAX_FILE_BYTES;
use rf_usecases::{App, Area, Caller};
use serde::de::{DeserializeOwned, IgnoredAny};
use uuid::Uuid;

use crate::{error::ApiError, once::remember_body};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// Largest request body taken, bytes.
pub(crate) const MAX_BODY_BYTES: usize = 1_024 * 1_024;
/// Largest archive of a library taken, bytes.
pub(crate) const MAX_ARCHIVE_BYTES: usize = 8 * 1_024 * 1_024;
/// Names and values a JSON body may hold. In memory each takes up to some hundred bytes, however short its text: so many
/// stay below 8 MB. To each of 1,000 steps of a flow it leaves 22 names with their values.
const MAX_PARTS: usize = 45_000;
/// A body that takes longer to arrive is refused.
const BODY_DEADLINE: Duration = Duration::from_secs(15);

/// The same, for a file: as long as a handler has, but for what is done with it.
const FILE_DEADLINE: Duration = Duration::from_secs(25);

/// The header a step-up token comes in.
pub(crate) const STEP_UP: &str = "x-step-up";

/// The application.
pub(crate) type AppData = Data<App>;

/// The id of this request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestIdOf(pub RequestId);

pub(crate) fn request_id(request: &HttpRequest) -> RequestId {
    request.extensions().get::<RequestId>().copied().unwrap_or(RequestId(Uuid::nil()))
}

impl FromRequest for RequestIdOf {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(request_id(request))))
    }
}

/// What a lapsed customer needs to recover, by the beginning of the address. All else needs a subscription.
const ACCOUNT_AREA: [&str; 4] =
    ["/api/v1/accounts/", "/api/v1/admin/", "/api/v1/billing", "/api/v1/invites/"];
/// What is about the person and their sign-in alone.
const PERSON_AREA: &str = "/api/v1/auth/";

fn area_of(path: &str) -> Area {
    if path.starts_with(PERSON_AREA) {
        Area::Person
    } else if ACCOUNT_AREA.iter().any(|beginning| path.starts_with(beginning)) {
        Area::Account
    } else {
        Area::Product
    }
}

/// A caller with a genuine access token.
#[derive(Clone, Debug)]
pub(crate) struct Auth(pub Caller);

impl FromRequest for Auth {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let missing = || ApiError::new(codes::NOT_AUTHENTICATED, "Not authenticated");
        std::future::ready(optional_caller(request).and_then(|caller| caller.map(Self).ok_or_else(missing)))
    }
}

/// Who calls, where an access token came along; it has to be genuine then.
pub(crate) fn optional_caller(request: &HttpRequest) -> Result<Option<Caller>, ApiError> {
    let Some(token) = bearer(request) else { return Ok(None) };
    let app =
        request.app_data::<Data<App>>().ok_or_else(|| Failure::internal("the application is not mounted"))?;
    let mut caller = app.authenticate(token, request_id(request))?;
    caller.area = area_of(request.path());
    let step_up = request.headers().get(STEP_UP).and_then(|value| value.to_str().ok());
    Ok(Some(match step_up {
        Some(token) => app.stepped_up(caller, token),
        None => caller,
    }))
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request.content_type().is_empty() || has_media_type(request, &["application/json"]);
        let body = read_body(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(unsupported("Send the body as application/json."));
            }
            let body = body.await?;
            // An empty body stands for an empty object: most fields are optional.
            parse_json(if body.is_empty() { b"{}" } else { &body }).map(Self)
        })
    }
}

/// A body as text of another media type.
#[derive(Debug)]
pub(crate) struct Text(pub String);

impl FromRequest for Text {
    type Error = ApiError;
    type Future = Extracted<Self>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let accepted = ["application/yaml", "application/x-yaml", "text/yaml", "text/plain"];
        let known = has_media_type(request, &accepted);
        let body = read_body(request, payload);
        Box::pin(async move {
            if !known {
                return Err(unsupported("Send the flow file as application/yaml."));
            }
            String::from_utf8(body.await?.to_vec())
                .map(Self)
                .map_err(|_| ApiError::new(codes::MALFORMED_REQUEST, "The file is not UTF-8 text."))
        })
    }
}

/// A body as it came, to the byte: what a signature is over.
#[derive(Debug)]
pub(crate) struct RawBody(pub Bytes);

impl FromRequest for RawBody {
    type Error = ApiError;
    type Future = Extracted<Self>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_body(request, payload);
        Box::pin(async move { body.await.map(Self) })
    }
}

/// An archive of a library.
#[derive(Debug)]
pub(crate) struct Archive(pub Bytes);

impl FromRequest for Archive {
    type Error = ApiError;
    type Future = Extracted<Self>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let known = has_media_type(request, &["application/zip"]);
        let body = read_body_of(request, payload, MAX_ARCHIVE_BYTES, BODY_DEADLINE);
        Box::pin(async move {
            if !known {
                return Err(unsupported("Send the archive as application/zip."));
            }
            body.await.map(Self)
        })
    }
}

/// A file, of whatever type it is said to be: its content alone tells.
#[derive(Debug)]
pub(crate) struct File(pub Bytes);

impl FromRequest for File {
    type Error = ApiError;
    type Future = Extracted<Self>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_body_of(request, payload, MAX_FILE_BYTES, FILE_DEADLINE);
        Box::pin(async move { body.await.map(Self) })
    }
}

/// A form body.
#[derive(Debug)]
pub(crate) struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = has_media_type(request, &["application/x-www-form-urlencoded"]);
        let body = read_body(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(unsupported("Send the form as application/x-www-form-urlencoded."));
            }
            let body = body.await?;
            let text = std::str::from_utf8(&body)
                .map_err(|_| ApiError::new(codes::MALFORMED_REQUEST, "The form is not UTF-8 text."))?;
            actix_web::web::Query::<T>::from_query(text)
                .map(|query| Self(query.into_inner()))
                .map_err(|error| invalid("body", "malformed", &error.to_string()))
        })
    }
}

/// Query parameters; unknown ones are refused.
#[derive(Debug)]
pub(crate) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = request.query_string();
        let parsed = if query.contains("%00") {
            Err(invalid("query", "control_character", "must not contain the NUL character"))
        } else {
            actix_web::web::Query::<T>::from_query(query)
                .map(|query| Self(query.into_inner()))
                .map_err(|error| invalid("query", "malformed", &error.to_string()))
        };
        std::future::ready(parsed)
    }
}

/// The UUID in the path.
#[derive(Debug)]
pub(crate) struct PathId(pub Uuid);

impl FromRequest for PathId {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let raw = request.match_info().get("id").unwrap_or_default();
        let id = raw
            .parse()
            .map(Self)
            .map_err(|_| invalid("path.id", "not_a_uuid", "the address must hold a UUID here"));
        std::future::ready(id)
    }
}

/// The revision of an `If-Match` header, if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IfMatch(pub Option<Revision>);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let revision = match request.headers().get(header::IF_MATCH) {
            None => Ok(Self(None)),
            Some(value) => match value.to_str().map(|v| v.trim().trim_matches('"')) {
                Ok("*") => Ok(Self(None)),
                Ok(text) => text.parse().map(|number| Self(Some(Revision(number)))).map_err(|_| {
                    invalid("If-Match", "not_a_revision", "send the revision you saw, in quotes")
                }),
                Err(_) => Err(invalid("If-Match", "not_a_revision", "send the revision you saw, in quotes")),
            },
        };
        std::future::ready(revision)
    }
}

/// Whether the body is said to be one of these; letter case means nothing in media types.
fn has_media_type(request: &HttpRequest, accepted: &[&str]) -> bool {
    accepted.iter().any(|known| request.content_type().eq_ignore_ascii_case(known))
}

fn invalid(loc: &str, code: &'static str, message: &str) -> ApiError {
    Failure::invalid_field(loc, code, message).into()
}

fn unsupported(detail: &'static str) -> ApiError {
    ApiError::new(codes::UNSUPPORTED_MEDIA_TYPE, detail)
}

fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, ApiError>> + use<> {
    read_body_of(request, payload, MAX_BODY_BYTES, BODY_DEADLINE)
}

/// `most` is what the address is configured to take; here it is for the refusal to say.
fn read_body_of(
    request: &HttpRequest,
    payload: &mut Payload,
    most: usize,
    deadline: Duration,
) -> impl Future<Output = Result<Bytes, ApiError>> + use<> {
    let (request, body) = (request.clone(), Bytes::from_request(request, payload));
    async move {
        let body = tokio::time::timeout(deadline, body)
            .await
            .map_err(|_| ApiError::new(codes::REQUEST_TIMEOUT, "The body took too long to arrive."))?;
        let body = body.map_err(|error| match error.as_error::<PayloadError>() {
            Some(PayloadError::Overflow) => ApiError::new(
                codes::PAYLOAD_TOO_LARGE,
                format!("The body is larger than {} KiB.", most / 1_024),
            ),
            _ => ApiError::new(codes::MALFORMED_REQUEST, "The body could not be read."),
        })?;
        remember_body(&request, &body);
        Ok(body)
    }
}

/// Reads JSON, naming the field that does not fit.
fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if has_nul_escape(body) {
        // No database keeps it; refusing here covers every text of every body.
        return Err(invalid("body", "control_character", "texts must not contain the NUL character"));
    }
    if parts(body) > MAX_PARTS {
        let message = format!("holds too many names and values; at most {MAX_PARTS} are accepted");
        return Err(invalid("body", "too_many", &message));
    }
    if body.trim_ascii_start().starts_with(b"[") {
        // serde would read its items as the fields in their order.
        return Err(invalid("body", "wrong_shape", "must be an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        // Half a surrogate pair, a number out of range and a list in the place of a name are JSON all the same,
        // whatever the library calls them.
        if !inner.is_data() && serde_json::from_slice::<IgnoredAny>(body).is_err() {
            return ApiError::new(codes::MALFORMED_REQUEST, format!("The body is not valid JSON: {inner}."));
        }
        let loc = if path == "." { "body".to_owned() } else { path };
        let message = inner.to_string();
        Failure::invalid(vec![FieldError { loc, code: "wrong_shape", message }]).into()
    })?;
    reader.end().map_err(|error| {
        ApiError::new(codes::MALFORMED_REQUEST, format!("The body is not valid JSON: {error}."))
    })?;
    Ok(value)
}

/// Whether a JSON text contains the escape of NUL. A raw NUL is no JSON, so this finds every one.
fn has_nul_escape(body: &[u8]) -> bool {
    body.windows(6).enumerate().any(|(at, window)| {
        window == b"\\u0000" && body[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

/// About how many names and values a JSON text holds: it counts what stands between them.
fn parts(body: &[u8]) -> usize {
    let (mut in_text, mut escaped, mut count) = (false, false, 0);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b':' if !in_text => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{has_nul_escape, parts};

    #[test]
    fn what_stands_in_texts_is_no_part() {
        assert_eq!(parts(br#"{"a": [1, 2, {"b:,": ",:\",:"}], "c": "\\"}"#), 6);
        assert_eq!(parts(br#"{"a":"never ended,,,,"#), 1);
    }

    #[test]
    fn the_nul_escape_is_found_and_an_escaped_backslash_is_not_mistaken_for_it() {
        assert!(has_nul_escape(br#"{"a":"x\u0000"}"#));
        assert!(has_nul_escape(br#"{"a":"x\\\u0000"}"#));
        assert!(!has_nul_escape(br#"{"a":"x\\u0000"}"#));
        assert!(!has_nul_escape(br#"{"a":"\u0001"}"#));
    }
}
