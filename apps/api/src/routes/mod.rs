//! One module per area, each with a `configure` function.

pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod assistant;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod billing;
pub(crate) mod channels;
pub(crate) mod events;
pub(crate) mod folders;
pub(crate) mod handoff;
pub(crate) mod invites;
pub(crate) mod library;
pub(crate) mod links;
pub(crate) mod notifications;
pub(crate) mod oauth;
pub(crate) mod people;
pub(crate) mod pilot;
pub(crate) mod psa;
pub(crate) mod psa_time;
pub(crate) mod queue;
pub(crate) mod redaction;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod system;
pub(crate) mod trees;
pub(crate) mod uploads;

use std::{collections::BTreeMap, fmt::Display, str::FromStr, sync::LazyLock};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    http::header::{self, HeaderValue},
    web::ServiceConfig,
};
use rf_kernel::{Failure, Page, Timestamp, codes};
use serde::Serialize;

use crate::{error::ApiError, openapi};

/// Everything below `/api/v1`.
pub(crate) fn configure(config: &mut ServiceConfig) {
    admin::configure(config);
    audit::configure(config);
    auth::configure(config);
    accounts::configure(config);
    second_factors::configure(config);
    billing::configure(config);
    people::configure(config);
    pilot::configure(config);
    assistant::configure(config);
    uploads::configure(config);
    handoff::configure(config);
    psa::configure(config);
    channels::configure(config);
    invites::configure(config);
    library::configure(config);
    notifications::configure(config);
    trees::configure(config);
    folders::configure(config);
    redaction::configure(config);
    sessions::configure(config);
    system::configure(config);
}

/// An answer with its revision as `ETag`.
pub(crate) fn with_etag<T: Serialize>(
    mut response: HttpResponseBuilder,
    revision: i64,
    body: &T,
) -> HttpResponse {
    response.insert_header((header::ETAG, format!("\"{revision}\""))).json(body)
}

/// Offset paging as the contract has it.
pub(crate) fn page(skip: Option<u64>, limit: Option<u64>) -> Result<Page, ApiError> {
    let limit = limit.unwrap_or(Page::DEFAULT_LIMIT);
    if limit == 0 || limit > Page::MAX_LIMIT {
        let message = format!("must be between 1 and {}", Page::MAX_LIMIT);
        return Err(Failure::invalid_field("query.limit", "out_of_range", message).into());
    }
    let skip = skip.unwrap_or(0);
    if skip > Page::MAX_SKIP {
        return Err(Failure::invalid_field("query.skip", "out_of_range", "is more than anybody has").into());
    }
    Ok(Page { skip, limit })
}

/// The header of a page that names the next one.
pub(crate) const NEXT_CURSOR: &str = "X-Next-Cursor";

/// A cursor as clients carry it: the instant of the last thing on a page, nothing where it has none, and its id.
pub(crate) fn write_cursor(at: Option<Timestamp>, id: impl Display) -> String {
    format!("{}_{id}", at.map(|at| at.to_string()).unwrap_or_default())
}

/// What [`write_cursor`] wrote.
pub(crate) fn read_cursor<I: FromStr>(text: &str) -> Result<(Option<Timestamp>, I), Failure> {
    let parts = text.split_once('_').and_then(|(at, id)| {
        let at = match at {
            "" => None,
            at => Some(serde_json::from_value(at.into()).ok()?),
        };
        Some((at, id.parse().ok()?))
    });
    parts.ok_or_else(no_cursor)
}

/// The refusal of a cursor that is none of ours.
pub(crate) fn no_cursor() -> Failure {
    Failure::invalid_field("query.cursor", "not_a_cursor", "send the X-Next-Cursor of a page, as it is")
}

/// What is not there.
pub(crate) async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(codes::NOT_FOUND, "There is nothing at this address."))
}

/// What is there, but not for this method. Says which methods it takes.
pub(crate) async fn method_not_allowed(request: HttpRequest) -> HttpResponse {
    let refusal = ApiError::new(codes::METHOD_NOT_ALLOWED, "This address does not take this method.");
    let mut response = refusal.error_response();
    let methods = request.match_pattern().and_then(|path| ALLOWED.get(&path));
    let methods = methods.map_or("GET, HEAD", String::as_str);
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}

/// The methods of each documented address, as `Allow` lists them.
pub(crate) static ALLOWED: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let paths = openapi::document().paths.paths;
    let methods = paths.into_iter().map(|(path, item)| {
        let offered = [
            ("GET", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ];
        let names: Vec<&str> =
            offered.into_iter().filter_map(|(name, is_offered)| is_offered.then_some(name)).collect();
        (path, names.join(", "))
    });
    methods.collect()
});
