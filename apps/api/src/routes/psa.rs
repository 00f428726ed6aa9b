//! The PSA: connection, tickets, people, pushes.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    psa::{
        MapMemberRequest, PsaConnectRequest, PsaConnectionResponse, PsaMembersResponse, PsaOptionsResponse,
        PsaTestRequest, PsaTestResponse, PushBody, PushPreviewRequest, PushPreviewResponse, PushRequest,
        PushSettingsBody, PushSettingsPatch, PushesQuery, TicketBody, TicketCardResponse, TicketsQuery,
    },
};
use rf_kernel::{Failure, PushId};
use rf_psa::{PsaId, PsaPage, PushCursor, SessionRef, TicketQuery};
use rf_usecases::{ConnectPsa, PushPage};

use super::{NEXT_CURSOR, method_not_allowed, no_cursor, page, read_cursor, write_cursor};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, Query},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/integrations/psa")
            .service(web::resource("").get(get).put(connect).delete(disconnect).default_service(other()))
            .configure(super::psa_time::configure_callbacks)
            .service(web::resource("/options").get(options).default_service(other()))
            .service(web::resource("/test").post(test).default_service(other()))
            .service(web::resource("/settings").patch(settings).default_service(other()))
            .service(web::resource("/tickets").get(tickets).default_service(other()))
            .service(web::resource("/tickets/{ticket_id}").get(ticket).default_service(other()))
            .service(web::resource("/members").get(members).default_service(other()))
            .service(web::resource("/members/{id}").put(map_member).default_service(other()))
            .service(web::resource("/preview").post(preview).default_service(other()))
            .service(web::resource("/pushes").get(pushes).post(push).default_service(other()))
            .service(web::resource("/pushes/{id}/retry").post(retry).default_service(other())),
    );
}

/// Whether the account is connected to its PSA; how, for those who manage that. Keys are never told.
#[utoipa::path(get, path = "/api/v1/integrations/psa", tag = "psa", operation_id = "get_psa",
    responses((status = 200, body = PsaConnectionResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::psa_status(app.psa_status(&auth.0).await?)))
}

/// Connect, or change how. It is tested first and kept whatever the test says.
#[utoipa::path(put, path = "/api/v1/integrations/psa", tag = "psa", operation_id = "connect_psa",
    request_body = PsaConnectRequest,
    responses((status = 200, body = PsaConnectionResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn connect(
    app: AppData,
    auth: Auth,
    body: Json<PsaConnectRequest>,
) -> Result<HttpResponse, ApiError> {
    app.connect_psa(&auth.0, &entered(body.0)).await?;
    Ok(HttpResponse::Ok().json(map::psa_status(app.psa_status(&auth.0).await?)))
}

fn entered(body: PsaConnectRequest) -> ConnectPsa {
    let PsaConnectRequest { provider, site_url, company_id, public_key, private_key, client_id } = body;
    ConnectPsa { vendor: map::psa_vendor(provider), site_url, company_id, public_key, private_key, client_id }
}

/// Take the connection away. What was pushed stays in the log.
#[utoipa::path(delete, path = "/api/v1/integrations/psa", tag = "psa", operation_id = "disconnect_psa",
    responses((status = 204), (status = 409, body = ErrorBody)))]
pub(crate) async fn disconnect(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    app.disconnect_psa(&auth.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Test what is sent, or the kept connection where nothing is.
#[utoipa::path(post, path = "/api/v1/integrations/psa/test", tag = "psa", operation_id = "test_psa",
    request_body = PsaTestRequest,
    responses((status = 200, body = PsaTestResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn test(
    app: AppData,
    auth: Auth,
    body: Json<PsaTestRequest>,
) -> Result<HttpResponse, ApiError> {
    let entered = tested(body.0)?;
    Ok(HttpResponse::Ok().json(map::psa_test(app.test_psa(&auth.0, entered.as_ref()).await?)))
}

/// All of it, or nothing.
fn tested(body: PsaTestRequest) -> Result<Option<ConnectPsa>, Failure> {
    let PsaTestRequest { provider, site_url, company_id, public_key, private_key, client_id } = body;
    let keys = [&public_key, &private_key, &client_id];
    if provider.is_none()
        && site_url.is_none()
        && company_id.is_none()
        && keys.iter().all(|key| key.is_none())
    {
        return Ok(None);
    }
    let missing =
        |loc: &str| Failure::invalid_field(loc, "missing", "send all that a connection has, or nothing");
    Ok(Some(ConnectPsa {
        vendor: map::psa_vendor(provider.ok_or_else(|| missing("provider"))?),
        site_url: site_url.ok_or_else(|| missing("site_url"))?,
        company_id: company_id.ok_or_else(|| missing("company_id"))?,
        public_key,
        private_key,
        client_id,
    }))
}

/// Change what is pushed, and how: what is named alone.
#[utoipa::path(patch, path = "/api/v1/integrations/psa/settings", tag = "psa", operation_id = "set_psa_settings",
    request_body = PushSettingsPatch,
    responses((status = 200, body = PushSettingsBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn settings(
    app: AppData,
    auth: Auth,
    body: Json<PushSettingsPatch>,
) -> Result<HttpResponse, ApiError> {
    let change = serde_json::to_value(body.0).map_err(Failure::internal)?;
    let settings = app.set_push_settings(&auth.0, &change).await?;
    Ok(HttpResponse::Ok().json(map::push_settings(settings)))
}

/// What can be chosen from: boards, kinds of work.
#[utoipa::path(get, path = "/api/v1/integrations/psa/options", tag = "psa", operation_id = "list_psa_options",
    responses((status = 200, body = PsaOptionsResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn options(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::psa_options(app.psa_options(&auth.0).await?)))
}

/// Open tickets, those changed last first.
#[utoipa::path(get, path = "/api/v1/integrations/psa/tickets", tag = "psa", operation_id = "list_psa_tickets",
    params(TicketsQuery), responses((status = 200, body = Vec<TicketBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last"))),
        (status = 409, body = ErrorBody)))]
pub(crate) async fn tickets(
    app: AppData,
    auth: Auth,
    query: Query<TicketsQuery>,
) -> Result<HttpResponse, ApiError> {
    let TicketsQuery { q, board, limit, cursor } = query.0;
    let limit = limit.unwrap_or_else(|| TicketQuery::default().limit);
    if !(1..=TicketQuery::MAX_LIMIT).contains(&limit) {
        let message = format!("must be between 1 and {}", TicketQuery::MAX_LIMIT);
        return Err(Failure::invalid_field("query.limit", "out_of_range", message).into());
    }
    let board = board.filter(|board| !board.trim().is_empty());
    let boards = board.map(|board| psa_id("query.board", &board)).transpose()?.into_iter().collect();
    let text = q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let query = TicketQuery { text, boards, limit, cursor, ..TicketQuery::default() };
    let PsaPage { items, next } = app.psa_tickets(&auth.0, &query).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = next {
        response.insert_header((NEXT_CURSOR, next));
    }
    Ok(response.json(items.into_iter().map(map::ticket).collect::<Vec<_>>()))
}

pub(super) fn psa_id(loc: &str, text: &str) -> Result<PsaId, Failure> {
    text.parse().map_err(|message| Failure::invalid_field(loc, "not_an_id", message))
}

/// A ticket with what belongs to it.
#[utoipa::path(get, path = "/api/v1/integrations/psa/tickets/{ticket_id}", tag = "psa", operation_id = "get_psa_ticket",
    params(("ticket_id" = String, Path)), responses((status = 200, body = TicketCardResponse), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(crate) async fn ticket(app: AppData, auth: Auth, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let id = psa_id("path.ticket_id", request.match_info().query("ticket_id"))?;
    Ok(HttpResponse::Ok().json(map::ticket_card(app.psa_ticket(&auth.0, &id).await?)))
}

/// Who is who at the PSA: as somebody said, by e-mail, or not known.
#[utoipa::path(get, path = "/api/v1/integrations/psa/members", tag = "psa", operation_id = "list_psa_members",
    responses((status = 200, body = PsaMembersResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn members(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::psa_members(app.psa_members(&auth.0).await?)))
}

/// Say who a person is at the PSA.
#[utoipa::path(put, path = "/api/v1/integrations/psa/members/{id}", tag = "psa", operation_id = "map_psa_member",
    params(("id" = uuid::Uuid, Path)), request_body = MapMemberRequest,
    responses((status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn map_member(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<MapMemberRequest>,
) -> Result<HttpResponse, ApiError> {
    let member = body.0.member_id.map(|id| psa_id("member_id", &id)).transpose()?;
    app.map_psa_member(&auth.0, id.0.into(), member.as_ref()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Look at exactly what would be written.
#[utoipa::path(post, path = "/api/v1/integrations/psa/preview", tag = "psa", operation_id = "preview_psa_push",
    request_body = PushPreviewRequest,
    responses((status = 200, body = PushPreviewResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn preview(
    app: AppData,
    auth: Auth,
    body: Json<PushPreviewRequest>,
) -> Result<HttpResponse, ApiError> {
    let PushPreviewRequest { session_id, session_kind, artefact } = body.0;
    let session = SessionRef::new(map::session_kind(session_kind), session_id);
    let preview = app.preview_push(&auth.0, session, map::artefact(artefact)).await?;
    Ok(HttpResponse::Ok().json(map::push_preview(preview)))
}

/// Push by hand what has not been pushed.
#[utoipa::path(post, path = "/api/v1/integrations/psa/pushes", tag = "psa", operation_id = "push_to_psa",
    request_body = PushRequest,
    responses((status = 202, body = Vec<PushBody>), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn push(
    app: AppData,
    auth: Auth,
    body: Json<PushRequest>,
) -> Result<HttpResponse, ApiError> {
    let PushRequest { session_id, session_kind, artefacts, minutes } = body.0;
    let session = SessionRef::new(map::session_kind(session_kind), session_id);
    let artefacts: Vec<_> = artefacts.into_iter().map(map::artefact).collect();
    let records = app.push_by_hand(&auth.0, session, &artefacts, minutes).await?;
    Ok(HttpResponse::Accepted().json(records.into_iter().map(map::push).collect::<Vec<_>>()))
}

/// The push log, newest first.
#[utoipa::path(get, path = "/api/v1/integrations/psa/pushes", tag = "psa", operation_id = "list_psa_pushes",
    params(PushesQuery), responses((status = 200, body = Vec<PushBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn pushes(
    app: AppData,
    auth: Auth,
    query: Query<PushesQuery>,
) -> Result<HttpResponse, ApiError> {
    let PushesQuery { session_id, state, limit, cursor } = query.0;
    let state = state.map(|state| state.parse()).transpose().map_err(|_: String| {
        let message = "queued, sending, sent, confirmed, failed or needs_review";
        Failure::invalid_field("query.state", "unknown_state", message)
    })?;
    let after = cursor.as_deref().map(place).transpose()?;
    let PushPage { items, next } =
        app.list_pushes(&auth.0, session_id, state, after, page(None, limit)?).await?;
    let mut response = HttpResponse::Ok();
    if let Some(PushCursor { created_at, id }) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(Some(created_at), id)));
    }
    Ok(response.json(items.into_iter().map(map::push).collect::<Vec<_>>()))
}

/// The place of a push, which always has an instant.
fn place(text: &str) -> Result<PushCursor, Failure> {
    match read_cursor::<PushId>(text)? {
        (Some(created_at), id) => Ok(PushCursor { created_at, id }),
        (None, _) => Err(no_cursor()),
    }
}

/// Try a push again that waits for somebody.
#[utoipa::path(post, path = "/api/v1/integrations/psa/pushes/{id}/retry", tag = "psa", operation_id = "retry_psa_push",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PushBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn retry(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::push(app.retry_push(&auth.0, id.0.into()).await?)))
}
