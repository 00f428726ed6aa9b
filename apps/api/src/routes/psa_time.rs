//! The time of sessions, what is kept of their tickets, and callbacks of the PSA.

use actix_web::{
    HttpRequest, HttpResponse,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    psa::{EditTimeRequest, KeptTicketResponse, TimeLedgerResponse},
};
use rf_kernel::{AccountId, Failure};
use rf_psa::SessionRef;
use rf_usecases::EditTime;

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, RawBody},
    map,
    middleware::limit_auth,
};

/// Below conversations.
pub(super) fn configure_ai_sessions(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(web::resource("/{id}/time").get(ai_time).put(edit_ai_time).default_service(other()));
}

/// Below guided sessions.
pub(super) fn configure_sessions(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(web::resource("/{id}/time").get(time).put(edit_time).default_service(other()))
        .service(web::resource("/{id}/ticket").get(kept_ticket).default_service(other()));
}

/// What the PSA calls.
pub(super) fn configure_callbacks(config: &mut ServiceConfig) {
    config.service(
        web::resource("/callbacks/{account_id}/{secret}")
            .post(callback)
            .default_service(web::to(method_not_allowed))
            .wrap(from_fn(limit_auth)),
    );
}

/// The time of a guided session: measured, to be charged, and charged.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/time", tag = "psa", operation_id = "session_time",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TimeLedgerResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn time(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let ledger = app.time_ledger(&auth.0, SessionRef::Guided(id.0.into())).await?;
    Ok(HttpResponse::Ok().json(map::time_ledger(ledger)))
}

/// Say how the time of a guided session is to be charged.
#[utoipa::path(put, path = "/api/v1/sessions/{id}/time", tag = "psa", operation_id = "edit_session_time",
    params(("id" = uuid::Uuid, Path)), request_body = EditTimeRequest,
    responses((status = 200, body = TimeLedgerResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn edit_time(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<EditTimeRequest>,
) -> Result<HttpResponse, ApiError> {
    let ledger = app.edit_time(&auth.0, SessionRef::Guided(id.0.into()), &said(body.0)?).await?;
    Ok(HttpResponse::Ok().json(map::time_ledger(ledger)))
}

/// What is kept of the ticket of a guided session.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/ticket", tag = "psa", operation_id = "session_ticket",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = KeptTicketResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn kept_ticket(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let kept = app.kept_ticket(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::kept_ticket(kept.as_ref())?))
}

/// The time of a conversation: measured, to be charged, and charged.
#[utoipa::path(get, path = "/api/v1/ai-sessions/{id}/time", tag = "psa", operation_id = "ai_session_time",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TimeLedgerResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn ai_time(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let ledger = app.time_ledger(&auth.0, SessionRef::Ai(id.0.into())).await?;
    Ok(HttpResponse::Ok().json(map::time_ledger(ledger)))
}

/// Say how the time of a conversation is to be charged.
#[utoipa::path(put, path = "/api/v1/ai-sessions/{id}/time", tag = "psa", operation_id = "edit_ai_session_time",
    params(("id" = uuid::Uuid, Path)), request_body = EditTimeRequest,
    responses((status = 200, body = TimeLedgerResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn edit_ai_time(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<EditTimeRequest>,
) -> Result<HttpResponse, ApiError> {
    let ledger = app.edit_time(&auth.0, SessionRef::Ai(id.0.into()), &said(body.0)?).await?;
    Ok(HttpResponse::Ok().json(map::time_ledger(ledger)))
}

fn said(body: EditTimeRequest) -> Result<EditTime, Failure> {
    let EditTimeRequest { minutes, billable, work_type, note } = body;
    let work_type = work_type.map(|id| super::psa::psa_id("work_type", &id)).transpose()?;
    Ok(EditTime { minutes, billable, work_type, note })
}

/// A callback of an account's PSA. The address and its signature are all that lets it in, and the answer is the same
/// whatever becomes of it.
#[utoipa::path(post, path = "/api/v1/integrations/psa/callbacks/{account_id}/{secret}", tag = "psa",
    operation_id = "psa_callback", request_body(content = Option<serde_json::Value>, content_type = "application/json"),
    params(("account_id" = String, Path), ("secret" = String, Path), ("x-content-signature" = Option<String>, Header)),
    responses((status = 204), (status = 429, body = ErrorBody)), security(()))]
pub(crate) async fn callback(
    app: AppData,
    request: HttpRequest,
    body: RawBody,
) -> Result<HttpResponse, ApiError> {
    let path = request.match_info();
    if let Ok(account) = path.query("account_id").parse::<AccountId>() {
        let signature = request.headers().get("x-content-signature").and_then(|value| value.to_str().ok());
        let signature = signature.unwrap_or_default();
        app.receive_psa_callback(account, path.query("secret"), &body.0, signature).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
