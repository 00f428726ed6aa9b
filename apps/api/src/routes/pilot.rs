//! The copilot.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    pilot::{
        AiSessionCreate, AiSessionQuery, AiSessionRating, AiSessionResolve, AiSessionResponse,
        AiSessionSummaryBody, DocumentationEdit, DocumentationRequest, DocumentationResponse, DueFixBody,
        FixOutcomeRequest, SentBody, SimilarBody, TicketLink, TurnKind, TurnRequest,
    },
};
use rf_kernel::{Failure, FixId};
use rf_sessions::ai::{AiSessionCursor, AiSessionFilter, FixOutcome, IntakeContent, Verdict};
use rf_usecases::{AiSessionPage, AiSessionView, BeginAiSession, EditNote, TakeTurn, TurnInput, WriteNote};

use super::{
    NEXT_CURSOR, events::stream_events, method_not_allowed, no_cursor, page, read_cursor, with_etag,
    write_cursor,
};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, IfMatch, Json, PathId, Query},
    live, map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/ai-sessions")
            .service(web::resource("").get(list).post(begin).default_service(other()))
            .service(web::resource("/fixes/due").get(due_fixes).default_service(other()))
            .service(web::resource("/escalations/stream").get(stream_events).default_service(other()))
            .configure(super::handoff::configure_sessions)
            .configure(super::psa_time::configure_ai_sessions)
            .service(web::resource("/{id}").get(get).default_service(other()))
            .service(web::resource("/{id}/turns").post(turn).default_service(other()))
            .service(web::resource("/{id}/sent").get(sent).default_service(other()))
            .service(web::resource("/{id}/similar").get(similar).default_service(other()))
            .service(web::resource("/{id}/pause").post(pause).default_service(other()))
            .service(web::resource("/{id}/resume").post(resume).default_service(other()))
            .service(web::resource("/{id}/resolve").post(resolve).default_service(other()))
            .service(web::resource("/{id}/rating").post(rate).default_service(other()))
            .service(
                web::resource("/{id}/documentation")
                    .post(documentation)
                    .put(edit_documentation)
                    .default_service(other()),
            )
            .service(web::resource("/{id}/ticket").post(link_ticket).default_service(other()))
            .service(web::resource("/{id}/fixes/{fix_id}").patch(fix_outcome).default_service(other())),
    );
}

fn whole(view: AiSessionView) -> HttpResponse {
    HttpResponse::Ok().json(map::ai_session(view))
}

/// The caller's conversations and those they took over, by what happened last.
#[utoipa::path(get, path = "/api/v1/ai-sessions", tag = "copilot", operation_id = "list_ai_sessions",
    params(AiSessionQuery), responses((status = 200, body = Vec<AiSessionSummaryBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn list(
    app: AppData,
    auth: Auth,
    query: Query<AiSessionQuery>,
) -> Result<HttpResponse, ApiError> {
    let AiSessionQuery { status, limit, cursor } = query.0;
    let statuses = status.iter().flat_map(|names| names.split(','));
    let statuses =
        statuses.map(|name| name.trim().parse()).collect::<Result<Vec<_>, String>>().map_err(|_| {
            let message = "active, paused, resolved, escalated or abandoned, with commas between";
            Failure::invalid_field("query.status", "unknown_status", message)
        })?;
    let filter = AiSessionFilter { statuses, ..AiSessionFilter::default() };
    let after = cursor.as_deref().map(place).transpose()?;
    let AiSessionPage { items, next } =
        app.list_ai_sessions(&auth.0, &filter, after, page(None, limit)?).await?;
    let mut response = HttpResponse::Ok();
    if let Some(AiSessionCursor { updated_at, id }) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(Some(updated_at), id)));
    }
    Ok(response.json(items.into_iter().map(map::ai_session_summary).collect::<Vec<_>>()))
}

/// The place of a conversation, which always has an instant.
fn place(text: &str) -> Result<AiSessionCursor, Failure> {
    match read_cursor(text)? {
        (Some(updated_at), id) => Ok(AiSessionCursor { updated_at, id }),
        (None, _) => Err(no_cursor()),
    }
}

/// Begin a conversation.
#[utoipa::path(post, path = "/api/v1/ai-sessions", tag = "copilot", operation_id = "begin_ai_session",
    request_body = AiSessionCreate,
    responses((status = 201, body = AiSessionResponse), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn begin(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<AiSessionCreate>,
) -> Result<HttpResponse, ApiError> {
    let AiSessionCreate { intake_type, intake_content, psa_ticket_id, client_name, uploads } = body.0;
    let intake = IntakeContent {
        text: intake_content.text,
        image_urls: intake_content.image_urls,
        log_content: intake_content.log_content,
        ticket_data: intake_content.ticket_data,
    };
    let uploads = uploads.into_iter().map(Into::into).collect();
    let begin = BeginAiSession { intake_type, intake, psa_ticket_id, client_name, uploads, meaning: None };
    // Read before the unit that keeps the request's key: none is open while others are asked.
    let begin = app.with_ticket(&auth.0, begin).await?;
    let begin = app.with_meaning(&auth.0, begin).await?;
    once.created(&app, &auth, async |caller| {
        answer(None, &map::ai_session(app.begin_ai_session(caller, &begin).await?))
    })
    .await
}

/// One conversation.
#[utoipa::path(get, path = "/api/v1/ai-sessions/{id}", tag = "copilot", operation_id = "get_ai_session",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = AiSessionResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(whole(app.ai_session(&auth.0, id.0.into()).await?))
}

/// Take a turn. With `Accept: text/event-stream` the answer comes as it is made: `delta` events with the next words,
/// `{"text"}`, then one `done` with the conversation or one `error` with the error body. Deltas are to look at; what
/// `done` says replaces them. Whoever stops reading stops the model, and the turn is taken without it.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/turns", tag = "copilot", operation_id = "take_turn",
    params(("id" = uuid::Uuid, Path)), request_body = TurnRequest,
    responses((status = 200, body = AiSessionResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn turn(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
    body: Json<TurnRequest>,
) -> Result<HttpResponse, ApiError> {
    let TurnRequest { entry_id, turn, ref uploads, .. } = body.0;
    let uploads = uploads.iter().copied().map(Into::into).collect();
    let asked = TakeTurn { entry_id: entry_id.into(), turn, input: input(body.0)?, uploads };
    let wants_live = live::is_wanted(&request);
    let planned = app.plan_turn(&auth.0, id.0.into(), &asked, wants_live).await?;
    let (caller, takes_long) = (auth.0.clone(), planned.asks_model());
    live::answer(&request, caller, takes_long, async move |words| -> Result<AiSessionResponse, Failure> {
        Ok(map::ai_session(app.finish_turn(&auth.0, planned, words.as_ref()).await?))
    })
    .await
}

/// What models were asked for a conversation, as it left the machine.
#[utoipa::path(get, path = "/api/v1/ai-sessions/{id}/sent", tag = "copilot", operation_id = "sent_to_models",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<SentBody>)))]
pub(crate) async fn sent(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let calls = app.sent_to_models(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(calls.into_iter().map(map::sent).collect::<Vec<_>>()))
}

/// What the turn is, with what goes with it.
fn input(body: TurnRequest) -> Result<TurnInput, Failure> {
    fn needed<T>(value: Option<T>, loc: &str, message: &str) -> Result<T, Failure> {
        value.ok_or_else(|| Failure::invalid_field(loc, "missing", message))
    }
    Ok(match body.kind {
        // Files say enough.
        TurnKind::Message if body.text.is_none() && !body.uploads.is_empty() => {
            TurnInput::Message(String::new())
        }
        TurnKind::Message => TurnInput::Message(needed(body.text, "text", "say what is written")?),
        TurnKind::Verdict => TurnInput::Verdict(Verdict {
            kind: needed(body.verdict, "verdict", "say what became of the step")?,
            option_id: body.option_id,
            reason: body.reason,
            notes: body.notes,
        }),
        TurnKind::Pick => TurnInput::Pick(needed(body.tree_id, "tree_id", "say which flow")?.into()),
        TurnKind::Widen => TurnInput::Widen,
        TurnKind::Back => TurnInput::Back,
        TurnKind::Think => TurnInput::Think,
    })
}

/// What the account met before that is like a conversation's problem, the likest first: resolved conversations the caller
/// worked, and steps of the library. Empty once the copilot is sure, or the work has ended.
#[utoipa::path(get, path = "/api/v1/ai-sessions/{id}/similar", tag = "copilot", operation_id = "similar_cases",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<SimilarBody>)))]
pub(crate) async fn similar(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let found = app.similar_cases(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(found.into_iter().map(map::similar).collect::<Vec<_>>()))
}

/// Put a conversation aside.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/pause", tag = "copilot", operation_id = "pause_ai_session",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = AiSessionResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn pause(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(whole(app.pause_ai_session(&auth.0, id.0.into()).await?))
}

/// Go on with a conversation.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/resume", tag = "copilot", operation_id = "resume_ai_session",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = AiSessionResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn resume(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(whole(app.resume_ai_session(&auth.0, id.0.into()).await?))
}

/// End a conversation: fixed.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/resolve", tag = "copilot", operation_id = "resolve_ai_session",
    params(("id" = uuid::Uuid, Path)), request_body = AiSessionResolve,
    responses((status = 200, body = AiSessionResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn resolve(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<AiSessionResolve>,
) -> Result<HttpResponse, ApiError> {
    let AiSessionResolve { resolution_summary, resolution_action } = body.0;
    let view = app
        .resolve_ai_session(&auth.0, id.0.into(), &resolution_summary, resolution_action.as_deref())
        .await?;
    Ok(whole(view))
}

/// Say how good the copilot was.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/rating", tag = "copilot", operation_id = "rate_ai_session",
    params(("id" = uuid::Uuid, Path)), request_body = AiSessionRating,
    responses((status = 200, body = AiSessionResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn rate(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<AiSessionRating>,
) -> Result<HttpResponse, ApiError> {
    let AiSessionRating { rating, feedback } = body.0;
    Ok(whole(app.rate_ai_session(&auth.0, id.0.into(), rating, feedback.as_deref()).await?))
}

/// Name the ticket a conversation belongs to.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/ticket", tag = "copilot", operation_id = "link_ticket",
    params(("id" = uuid::Uuid, Path)), request_body = TicketLink,
    responses((status = 200, body = AiSessionResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn link_ticket(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<TicketLink>,
) -> Result<HttpResponse, ApiError> {
    Ok(whole(app.link_ticket(&auth.0, id.0.into(), &body.0.psa_ticket_id).await?))
}

/// Write what a conversation amounts to, each sentence with what it rests on. Changes nothing but what was spent on models.
/// With `Accept: text/event-stream` it comes as it is written: `delta` events with the next sentences, `{"text"}`, each
/// checked against its evidence, then one `done` with the whole or one `error` with the error body. Deltas are to look at;
/// what `done` says replaces them. Whoever stops reading stops the model.
#[utoipa::path(post, path = "/api/v1/ai-sessions/{id}/documentation", tag = "copilot", operation_id = "write_case",
    params(("id" = uuid::Uuid, Path)), request_body = DocumentationRequest,
    responses((status = 200, body = DocumentationResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn documentation(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
    body: Json<DocumentationRequest>,
) -> Result<HttpResponse, ApiError> {
    let DocumentationRequest { kind, redaction_mode, anew } = body.0;
    let asked = WriteNote { kind: map::document_kind(kind), mode: redaction_mode.unwrap_or_default(), anew };
    let planned = app.plan_note(&auth.0, id.0.into(), asked).await?;
    live::answer(
        &request,
        auth.0.clone(),
        true,
        async move |words| -> Result<DocumentationResponse, Failure> {
            Ok(map::written_case(kind, app.finish_note(&auth.0, planned, words.as_ref()).await?))
        },
    )
    .await
}

/// Say it in words of one's own, or take them back. What is written into the ticket is this text, masked like every other,
/// as long as nothing more is done in the conversation. With `If-Match`, only if nobody was faster.
#[utoipa::path(put, path = "/api/v1/ai-sessions/{id}/documentation", tag = "copilot", operation_id = "edit_case",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header)), request_body = DocumentationEdit,
    responses((status = 200, body = DocumentationResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn edit_documentation(
    app: AppData,
    auth: Auth,
    id: PathId,
    if_match: IfMatch,
    body: Json<DocumentationEdit>,
) -> Result<HttpResponse, ApiError> {
    let DocumentationEdit { kind, text, redaction_mode } = body.0;
    let asked = EditNote { kind: map::document_kind(kind), text, mode: redaction_mode.unwrap_or_default() };
    let case = app.edit_note(&auth.0, id.0.into(), &asked, if_match.0).await?;
    let revision = case.revision.0;
    Ok(with_etag(HttpResponse::Ok(), revision, &map::written_case(kind, case)))
}

/// Say what became of a fix.
#[utoipa::path(patch, path = "/api/v1/ai-sessions/{id}/fixes/{fix_id}", tag = "copilot", operation_id = "set_fix_outcome",
    params(("id" = uuid::Uuid, Path), ("fix_id" = uuid::Uuid, Path)), request_body = FixOutcomeRequest,
    responses((status = 200, body = AiSessionResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn fix_outcome(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
    body: Json<FixOutcomeRequest>,
) -> Result<HttpResponse, ApiError> {
    let fix: FixId = request.match_info().query("fix_id").parse().map_err(|_| {
        Failure::invalid_field("path.fix_id", "not_a_uuid", "the address must hold a UUID here")
    })?;
    let FixOutcomeRequest { status, pending_reason, due_at, notes } = body.0;
    let outcome = FixOutcome { status, pending_reason, due_at, notes };
    Ok(whole(app.set_fix_outcome(&auth.0, id.0.into(), fix, &outcome).await?))
}

/// The caller's fixes that wait for verification and are due.
#[utoipa::path(get, path = "/api/v1/ai-sessions/fixes/due", tag = "copilot", operation_id = "due_fixes",
    responses((status = 200, body = Vec<DueFixBody>)))]
pub(crate) async fn due_fixes(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let due = app.due_fixes(&auth.0).await?;
    Ok(HttpResponse::Ok().json(due.into_iter().map(map::due_fix).collect::<Vec<_>>()))
}
