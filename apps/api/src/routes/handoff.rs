//! Conversations handed over.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    handoff::{
        EscalateRequest, EscalationCountResponse, EscalationNumbersQuery, EscalationNumbersResponse,
        EscalationQualityRequest, EscalationQualityResponse, EscalationQuery, GuidedQualityRequest,
        HandoffAssign, HandoffBody, HandoffMadeResponse, HandoffRelease, HandoffRequest, PickupRequest,
    },
    pilot::AiSessionResponse,
};
use rf_handoff::{EscalationCursor, HandoffIntent};
use rf_kernel::{Failure, HandoffId};
use rf_usecases::{EscalationPage, GuidedHandOver, HandOver, QualityAsk};

use super::{NEXT_CURSOR, method_not_allowed, no_cursor, page, read_cursor, write_cursor};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, Query},
    map,
    once::{Once, answer},
};

/// What stands below the conversations; before their own ids, which would match.
pub(crate) fn configure_sessions(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(web::resource("/escalations").get(escalations).default_service(other()))
        .service(web::resource("/escalations/count").get(count).default_service(other()))
        .service(web::resource("/escalation-quality").post(quality).default_service(other()))
        .service(web::resource("/{id}/handoff").post(hand_over).default_service(other()))
        .service(web::resource("/{id}/escalate").post(escalate).default_service(other()))
        .service(web::resource("/{id}/pickup").post(pick_up).default_service(other()))
        .service(web::resource("/{id}/handoffs").get(handoffs).default_service(other()))
        .service(web::resource("/{id}/handoffs/{handoff_id}").get(handoff).default_service(other()))
        .service(web::resource("/{id}/handoffs/{handoff_id}/claim").post(claim).default_service(other()))
        .service(web::resource("/{id}/handoffs/{handoff_id}/release").post(release).default_service(other()))
        .service(web::resource("/{id}/handoffs/{handoff_id}/assign").post(assign).default_service(other()));
}

/// What stands below the guided sessions.
pub(crate) fn configure_guided(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(web::resource("/{id}/escalation-quality").post(guided_quality).default_service(other()))
        .service(web::resource("/{id}/handoff").post(hand_over_guided).default_service(other()));
}

pub(crate) fn configure(config: &mut ServiceConfig) {
    let numbers = web::resource("/analytics/escalations").get(numbers);
    config.service(numbers.default_service(web::to(method_not_allowed)));
}

/// The handoff an address names.
fn handoff_id(request: &HttpRequest) -> Result<HandoffId, Failure> {
    request.match_info().query("handoff_id").parse().map_err(|_| {
        Failure::invalid_field("path.handoff_id", "not_a_uuid", "the address must hold a UUID here")
    })
}

/// Hand a conversation over, or put it aside with a reason.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/handoff", tag = "handoffs", operation_id = "hand_over",
    params(("id" = uuid::Uuid, Path)), request_body = HandoffRequest,
    responses((status = 201, body = HandoffMadeResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn hand_over(
    app: AppData,
    auth: Auth,
    once: Once,
    id: PathId,
    body: Json<HandoffRequest>,
) -> Result<HttpResponse, ApiError> {
    let HandoffRequest { intent, reason, target_user_id } = body.0;
    let target_user_id = target_user_id.map(Into::into);
    made(&app, &auth, once, id, &HandOver { intent, reason, target_user_id, owner_only: false }).await
}

/// Hand over one's own conversation, as older clients do.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/escalate", tag = "handoffs", operation_id = "escalate",
    params(("id" = uuid::Uuid, Path)), request_body = EscalateRequest,
    responses((status = 201, body = HandoffMadeResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn escalate(
    app: AppData,
    auth: Auth,
    once: Once,
    id: PathId,
    body: Json<EscalateRequest>,
) -> Result<HttpResponse, ApiError> {
    let asked = HandOver {
        intent: HandoffIntent::Escalate,
        reason: body.0.escalation_reason,
        target_user_id: body.0.escalate_to_id.map(Into::into),
        owner_only: true,
    };
    made(&app, &auth, once, id, &asked).await
}

async fn made(
    app: &AppData,
    auth: &Auth,
    once: Once,
    id: PathId,
    asked: &HandOver,
) -> Result<HttpResponse, ApiError> {
    once.created(app, auth, async |caller| {
        answer(None, &map::handoff_made(app.hand_over(caller, id.0.into(), asked).await?))
    })
    .await
}

/// Hand a guided session over: it ends as escalated, and a conversation that begins with its steps waits in the queue.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/handoff", tag = "handoffs", operation_id = "hand_over_guided",
    params(("id" = uuid::Uuid, Path)), request_body = HandoffRequest,
    responses((status = 201, body = HandoffMadeResponse), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn hand_over_guided(
    app: AppData,
    auth: Auth,
    once: Once,
    id: PathId,
    body: Json<HandoffRequest>,
) -> Result<HttpResponse, ApiError> {
    let HandoffRequest { intent, reason, target_user_id } = body.0;
    let asked = GuidedHandOver { intent, reason, target_user_id: target_user_id.map(Into::into) };
    once.created(&app, &auth, async |caller| {
        answer(None, &map::handoff_made(app.hand_over_guided(caller, id.0.into(), &asked).await?))
    })
    .await
}

/// What the receiver of a guided session will ask, and how much of it is on record. Refuses nothing.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/escalation-quality", tag = "handoffs",
    operation_id = "guided_escalation_quality", params(("id" = uuid::Uuid, Path)), request_body = GuidedQualityRequest,
    responses((status = 200, body = EscalationQualityResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn guided_quality(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<GuidedQualityRequest>,
) -> Result<HttpResponse, ApiError> {
    let GuidedQualityRequest { reason, domain } = body.0;
    let quality = app.guided_escalation_quality(&auth.0, id.0.into(), domain.as_deref(), &reason).await?;
    Ok(HttpResponse::Ok().json(map::escalation_quality(quality)))
}

/// The escalations that wait, newest first.
#[utoipa::path(get, path = "/api/v1/ai-sessions/escalations", tag = "handoffs", operation_id = "list_escalations",
    params(EscalationQuery), responses((status = 200, body = Vec<HandoffBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn escalations(
    app: AppData,
    auth: Auth,
    query: Query<EscalationQuery>,
) -> Result<HttpResponse, ApiError> {
    let EscalationQuery { domain, mine, limit, cursor } = query.0;
    let after = cursor.as_deref().map(place).transpose()?;
    let EscalationPage { items, next } =
        app.escalations(&auth.0, domain.as_deref(), mine, after, page(None, limit)?).await?;
    let mut response = HttpResponse::Ok();
    if let Some(EscalationCursor { created_at, id }) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(Some(created_at), id)));
    }
    Ok(response.json(items.into_iter().map(map::queued_handoff).collect::<Vec<_>>()))
}

/// The place of an escalation, which always has an instant.
fn place(text: &str) -> Result<EscalationCursor, Failure> {
    match read_cursor(text)? {
        (Some(created_at), id) => Ok(EscalationCursor { created_at, id }),
        (None, _) => Err(no_cursor()),
    }
}

/// How many escalations wait that the caller could take.
#[utoipa::path(get, path = "/api/v1/ai-sessions/escalations/count", tag = "handoffs", operation_id = "count_escalations",
    responses((status = 200, body = EscalationCountResponse)))]
pub(crate) async fn count(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let count = app.escalation_count(&auth.0).await?;
    Ok(HttpResponse::Ok().json(EscalationCountResponse { count }))
}

/// What the receiver will ask, and how much of it is on record. Refuses nothing.
#[utoipa::path(post, path = "/api/v1/ai-sessions/escalation-quality", tag = "handoffs", operation_id = "escalation_quality",
    request_body = EscalationQualityRequest, responses((status = 200, body = EscalationQualityResponse)))]
pub(crate) async fn quality(
    app: AppData,
    auth: Auth,
    body: Json<EscalationQualityRequest>,
) -> Result<HttpResponse, ApiError> {
    let EscalationQualityRequest { session_id, reason, domain } = body.0;
    let asked = QualityAsk { session_id: session_id.into(), domain, reason };
    let quality = app.escalation_quality(&auth.0, &asked).await?;
    Ok(HttpResponse::Ok().json(map::escalation_quality(quality)))
}

/// The handoffs of a conversation, newest first.
#[utoipa::path(get, path = "/api/v1/ai-sessions/{id}/handoffs", tag = "handoffs", operation_id = "list_handoffs",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<HandoffBody>)))]
pub(crate) async fn handoffs(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let handoffs = app.handoffs(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(handoffs.into_iter().map(map::handoff).collect::<Vec<_>>()))
}

/// One handoff.
#[utoipa::path(get, path = "/api/v1/ai-sessions/{id}/handoffs/{handoff_id}", tag = "handoffs", operation_id = "get_handoff",
    params(("id" = uuid::Uuid, Path), ("handoff_id" = uuid::Uuid, Path)),
    responses((status = 200, body = HandoffBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn handoff(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let handoff = app.handoff(&auth.0, id.0.into(), handoff_id(&request)?).await?;
    Ok(HttpResponse::Ok().json(map::handoff(handoff)))
}

/// Take a handoff. Of many who ask, one has it; the others get a 409 whose detail names the winner.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/handoffs/{handoff_id}/claim", tag = "handoffs", operation_id = "claim_handoff",
    params(("id" = uuid::Uuid, Path), ("handoff_id" = uuid::Uuid, Path)),
    responses((status = 200, body = HandoffBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(crate) async fn claim(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let handoff = app.claim_handoff(&auth.0, id.0.into(), handoff_id(&request)?).await?;
    Ok(HttpResponse::Ok().json(map::handoff(handoff)))
}

/// Let go of a handoff: back into the queue, or, where nobody had it, back to whoever made it.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/handoffs/{handoff_id}/release", tag = "handoffs", operation_id = "release_handoff",
    params(("id" = uuid::Uuid, Path), ("handoff_id" = uuid::Uuid, Path)), request_body = HandoffRelease,
    responses((status = 200, body = HandoffBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn release(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
    body: Json<HandoffRelease>,
) -> Result<HttpResponse, ApiError> {
    let reason = body.0.reason.as_deref();
    let handoff = app.release_handoff(&auth.0, id.0.into(), handoff_id(&request)?, reason).await?;
    Ok(HttpResponse::Ok().json(map::handoff(handoff)))
}

/// Ask somebody else to take a handoff; whoever had it has it no more.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/handoffs/{handoff_id}/assign", tag = "handoffs", operation_id = "assign_handoff",
    params(("id" = uuid::Uuid, Path), ("handoff_id" = uuid::Uuid, Path)), request_body = HandoffAssign,
    responses((status = 200, body = HandoffBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn assign(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
    body: Json<HandoffAssign>,
) -> Result<HttpResponse, ApiError> {
    let to = body.0.user_id.into();
    let handoff = app.assign_handoff(&auth.0, id.0.into(), handoff_id(&request)?, to).await?;
    Ok(HttpResponse::Ok().json(map::handoff(handoff)))
}

/// Go on with what somebody handed over: claims it where nobody has it, and puts a briefing into the conversation.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/pickup", tag = "handoffs", operation_id = "pick_up_session",
    params(("id" = uuid::Uuid, Path)), request_body = PickupRequest,
    responses((status = 200, body = AiSessionResponse), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn pick_up(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<PickupRequest>,
) -> Result<HttpResponse, ApiError> {
    let session = app.pick_up_session(&auth.0, id.0.into(), body.0.mode).await?;
    Ok(HttpResponse::Ok().json(map::ai_session(session)))
}

/// How long escalations wait, how soon work goes on, and what comes of them.
#[utoipa::path(get, path = "/api/v1/analytics/escalations", tag = "analytics", operation_id = "escalation_numbers",
    params(EscalationNumbersQuery), responses((status = 200, body = EscalationNumbersResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn numbers(
    app: AppData,
    auth: Auth,
    query: Query<EscalationNumbersQuery>,
) -> Result<HttpResponse, ApiError> {
    let EscalationNumbersQuery { from, to } = query.0;
    let report = app.escalation_numbers(&auth.0, from, to).await?;
    Ok(HttpResponse::Ok().json(map::escalation_numbers(report)))
}
