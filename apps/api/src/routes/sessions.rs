//! Guided sessions.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header,
    web::{self, ServiceConfig},
};
use rf_accounts::KeptAnswer;
use rf_api_types::{
    error::ErrorBody,
    redaction::{NotePreviewResponse, NoteRedaction},
    sessions::{
        BatchLaunchRequest, BatchLaunchResponse, BatchProgressResponse, BatchTarget as BatchTargetBody,
        LogEntryResponse, PrepareSessionRequest, SaveAsTreePreview, SaveAsTreeRequest, SaveAsTreeResponse,
        ScratchpadUpdate, SessionComplete, SessionCreate, SessionExport, SessionQuery, SessionResponse,
        SessionUpdateRequest, SessionVariablesUpdate, StepRequest,
    },
};
use rf_kernel::{Failure, Page, Revision};
use rf_notes::{Format, HitKey, NoteOptions, RedactionChoices, RedactionMode, RedactionOptions};
use rf_sessions::{SessionCursor, SessionFilter, SessionUpdate, StepCommand};
use rf_trees::TreeStatus;
use rf_usecases::{
    BatchLaunch, NoteRequest, PrepareSession, SaveAsTree, SavedTree, SessionPage, SessionView, StartSession,
};

use super::{NEXT_CURSOR, method_not_allowed, page, read_cursor, with_etag, write_cursor};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, IfMatch, Json, PathId, Query},
    map,
    middleware::CSP_SANDBOX,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/sessions")
            .service(web::resource("").get(list).post(start).default_service(other()))
            .service(web::resource("/prepare").post(prepare).default_service(other()))
            .service(web::resource("/batch").post(batch).default_service(other()))
            .service(web::resource("/{id}").get(get).put(update).default_service(other()))
            .configure(super::psa_time::configure_sessions)
            .configure(super::handoff::configure_guided)
            .service(web::resource("/{id}/start").post(begin).default_service(other()))
            .service(web::resource("/{id}/steps").post(step).default_service(other()))
            .service(web::resource("/batches/{id}").get(batch_progress).default_service(other()))
            .service(web::resource("/{id}/log").get(log).default_service(other()))
            .service(web::resource("/{id}/complete").post(complete).default_service(other()))
            .service(web::resource("/{id}/scratchpad").patch(scratchpad).default_service(other()))
            .service(web::resource("/{id}/variables").patch(variables).default_service(other()))
            .service(web::resource("/{id}/export/preview").post(preview).default_service(other()))
            .service(web::resource("/{id}/export").post(export).default_service(other()))
            .service(web::resource("/{id}/save-as-tree/preview").post(preview_tree).default_service(other()))
            .service(web::resource("/{id}/save-as-tree").post(save_as_tree).default_service(other())),
    );
}

/// The caller's sessions and those assigned to them: newest started first, not started last.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", operation_id = "list_sessions",
    params(SessionQuery), responses((status = 200, body = Vec<SessionResponse>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn list(
    app: AppData,
    auth: Auth,
    query: Query<SessionQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = query.0;
    let page = session_page(&query)?;
    let after = query.cursor.as_deref().map(read_cursor).transpose()?;
    let after = after.map(|(started_at, id)| SessionCursor { started_at, id });
    let filter = SessionFilter {
        completed: query.completed,
        ticket_number: query.ticket_number.filter(|text| !text.is_empty()),
        client_name: query.client_name.filter(|text| !text.is_empty()),
        tree_name: query.tree_name.filter(|text| !text.is_empty()),
        tree_id: query.tree_id.map(Into::into),
        batch_id: query.batch_id.map(Into::into),
        assigned_to_id: query.assigned_to_id.map(Into::into),
        status: query.status,
        started_after: query.started_after,
        started_before: query.started_before,
        completed_after: query.completed_after,
        completed_before: query.completed_before,
        ..SessionFilter::of(auth.0.claims.user_id)
    };
    let SessionPage { items, next } = app.list_sessions(&auth.0, &filter, after, page).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(next.started_at, next.id)));
    }
    Ok(response.json(items.into_iter().map(map::session_in_list).collect::<Vec<_>>()))
}

/// `size` overrides `limit`, `page` overrides `skip`; a cursor stands for either.
fn session_page(query: &SessionQuery) -> Result<Page, ApiError> {
    if query.cursor.is_some() && (query.page.is_some() || query.skip.is_some()) {
        let message = "a cursor says where the page begins: leave out page and skip";
        return Err(Failure::invalid_field("query.cursor", "conflict", message).into());
    }
    let page = page(query.skip, query.size.or(query.limit))?;
    match query.page {
        None => Ok(page),
        Some(0) => {
            Err(Failure::invalid_field("query.page", "out_of_range", "pages are counted from 1").into())
        }
        Some(number) if number > Page::MAX_SKIP => {
            Err(Failure::invalid_field("query.page", "out_of_range", "is more than anybody has").into())
        }
        Some(number) => {
            let skip = (number - 1).saturating_mul(page.limit).min(Page::MAX_SKIP);
            Ok(Page { skip, ..page })
        }
    }
}

/// Start a session.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", operation_id = "start_session",
    request_body = SessionCreate, responses((status = 201, body = SessionResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn start(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<SessionCreate>,
) -> Result<HttpResponse, ApiError> {
    let SessionCreate { tree_id, ticket_number, client_name, session_variables } = body.0;
    let variables = session_variables.unwrap_or_default();
    let start = StartSession { tree_id: tree_id.into(), ticket_number, client_name, variables };
    let start = app.with_tickets_client(&auth.0, start).await?;
    once.created(&app, &auth, async |caller| session_created(app.start_session(caller, &start).await?)).await
}

/// Prepare a session, for oneself or a colleague.
#[utoipa::path(post, path = "/api/v1/sessions/prepare", tag = "sessions", operation_id = "prepare_session",
    request_body = PrepareSessionRequest, responses((status = 201, body = SessionResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn prepare(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<PrepareSessionRequest>,
) -> Result<HttpResponse, ApiError> {
    let PrepareSessionRequest { tree_id, session_variables, ticket_number, client_name, assigned_to_id } =
        body.0;
    let variables = session_variables.unwrap_or_default();
    let start = StartSession { tree_id: tree_id.into(), ticket_number, client_name, variables };
    let prepare = PrepareSession {
        start: app.with_tickets_client(&auth.0, start).await?,
        assigned_to_id: assigned_to_id.map(Into::into),
    };
    once.created(&app, &auth, async |caller| session_created(app.prepare_session(caller, &prepare).await?))
        .await
}

/// Launch a maintenance flow over many targets.
#[utoipa::path(post, path = "/api/v1/sessions/batch", tag = "sessions", operation_id = "launch_batch",
    request_body = BatchLaunchRequest, responses((status = 201, body = BatchLaunchResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn batch(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<BatchLaunchRequest>,
) -> Result<HttpResponse, ApiError> {
    let target = |target: BatchTargetBody| rf_usecases::BatchTarget {
        label: target.label,
        variables: target.session_variables,
        assigned_to_id: target.assigned_to_id.map(Into::into),
    };
    let launch = BatchLaunch {
        tree_id: body.0.tree_id.into(),
        targets: body.0.targets.into_iter().map(target).collect(),
    };
    once.created(&app, &auth, async |caller| {
        let (batch_id, sessions) = app.launch_batch(caller, &launch).await?;
        let launched = BatchLaunchResponse {
            batch_id: batch_id.uuid(),
            count: sessions.len(),
            sessions: sessions.iter().filter_map(map::batch_session).collect(),
        };
        answer(None, &launched)
    })
    .await
}

/// How far a batch is.
#[utoipa::path(get, path = "/api/v1/sessions/batches/{id}", tag = "sessions", operation_id = "batch_progress",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = BatchProgressResponse)))]
pub(crate) async fn batch_progress(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let progress = app.batch_progress(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::batch_progress(progress)))
}

/// One session.
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "sessions", operation_id = "get_session",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SessionResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let view = app.session(&auth.0, id.0.into()).await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// Change a session as a whole. With `If-Match` or `revision`, only if nobody was faster.
#[utoipa::path(put, path = "/api/v1/sessions/{id}", tag = "sessions", operation_id = "update_session",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header)), request_body = SessionUpdateRequest,
    responses((status = 200, body = SessionResponse), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn update(
    app: AppData,
    auth: Auth,
    id: PathId,
    if_match: IfMatch,
    body: Json<SessionUpdateRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.0;
    let update = SessionUpdate {
        expected: if_match.0.or(body.revision.map(Revision)),
        path_taken: body.path_taken,
        decisions: body.decisions,
        custom_steps: body.custom_steps,
        variables: body.session_variables,
        scratchpad: body.scratchpad,
        ticket_number: body.ticket_number,
        client_name: body.client_name,
    };
    let view = app.update_session(&auth.0, id.0.into(), &update).await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// Begin the work on a prepared session.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/start", tag = "sessions", operation_id = "begin_session",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SessionResponse)))]
pub(crate) async fn begin(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let view = app.begin_session(&auth.0, id.0.into()).await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// Take one step of the work.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/steps", tag = "sessions", operation_id = "step_session",
    params(("id" = uuid::Uuid, Path)), request_body = StepRequest,
    responses((status = 200, body = SessionResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn step(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<StepRequest>,
) -> Result<HttpResponse, ApiError> {
    let StepRequest { entry_id, action, node_id, option_id, reason, title, notes } = body.0;
    let command = StepCommand { entry_id: entry_id.into(), action, node_id, option_id, reason, title, notes };
    let view = app.step_session(&auth.0, id.0.into(), &command).await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// The step log of a session.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/log", tag = "sessions", operation_id = "session_log",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<LogEntryResponse>)))]
pub(crate) async fn log(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let log = app.session_log(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(log.into_iter().map(map::log_entry).collect::<Vec<_>>()))
}

/// End the work.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/complete", tag = "sessions", operation_id = "complete_session",
    params(("id" = uuid::Uuid, Path)), request_body = SessionComplete,
    responses((status = 200, body = SessionResponse), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn complete(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<SessionComplete>,
) -> Result<HttpResponse, ApiError> {
    let SessionComplete { outcome, outcome_notes, next_steps } = body.0;
    let view = app
        .complete_session(&auth.0, id.0.into(), outcome, outcome_notes.as_deref(), next_steps.as_deref())
        .await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// Replace the scratchpad.
#[utoipa::path(patch, path = "/api/v1/sessions/{id}/scratchpad", tag = "sessions", operation_id = "set_scratchpad",
    params(("id" = uuid::Uuid, Path)), request_body = ScratchpadUpdate,
    responses((status = 200, body = SessionResponse)))]
pub(crate) async fn scratchpad(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<ScratchpadUpdate>,
) -> Result<HttpResponse, ApiError> {
    let view = app.set_scratchpad(&auth.0, id.0.into(), &body.0.scratchpad).await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// Merge values into the variables.
#[utoipa::path(patch, path = "/api/v1/sessions/{id}/variables", tag = "sessions", operation_id = "merge_variables",
    params(("id" = uuid::Uuid, Path)), request_body = SessionVariablesUpdate,
    responses((status = 200, body = SessionResponse), (status = 400, body = ErrorBody)))]
pub(crate) async fn variables(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<SessionVariablesUpdate>,
) -> Result<HttpResponse, ApiError> {
    let view = app.merge_variables(&auth.0, id.0.into(), &body.0.variables).await?;
    Ok(session_answer(HttpResponse::Ok(), view))
}

/// The note of a session.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/export", tag = "sessions", operation_id = "export_note",
    params(("id" = uuid::Uuid, Path)), request_body = SessionExport,
    responses((status = 200, description = "The note; text/plain, text/markdown or text/html", body = String, content_type = "text/plain",
        headers(("X-Redaction-Mode" = String), ("X-Redaction-Summary" = String))), (status = 500, body = ErrorBody)))]
pub(crate) async fn export(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<SessionExport>,
) -> Result<HttpResponse, ApiError> {
    let request = note_request(body.0);
    let note = app.export_note(&auth.0, id.0.into(), &request).await?;
    let mut response = HttpResponse::Ok();
    response.content_type(note.media_type);
    let mode = match note.mode {
        RedactionMode::Mask => "mask",
        RedactionMode::None => "none",
    };
    response.insert_header(("X-Redaction-Mode", mode));
    if let Some(summary) = &note.summary {
        let counts = serde_json::to_string(summary).map_err(Failure::internal)?;
        response.insert_header(("X-Redaction-Summary", counts));
    }
    if request.options.format == Format::Html {
        // Made of people's texts: never rendered as a page of ours.
        response.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"note.html\""));
        response.insert_header((header::CONTENT_SECURITY_POLICY, CSP_SANDBOX));
    }
    Ok(response.body(note.text))
}

/// The note as it would leave, with everything that is masked in it; nothing is recorded. For who may read the session.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/export/preview", tag = "sessions", operation_id = "preview_note",
    params(("id" = uuid::Uuid, Path)), request_body = SessionExport,
    responses((status = 200, body = NotePreviewResponse), (status = 422, body = ErrorBody), (status = 500, body = ErrorBody)))]
pub(crate) async fn preview(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<SessionExport>,
) -> Result<HttpResponse, ApiError> {
    let preview = app.preview_note(&auth.0, id.0.into(), &note_request(body.0)).await?;
    Ok(HttpResponse::Ok().json(map::note_preview(preview)))
}

fn note_request(body: SessionExport) -> NoteRequest {
    let NoteRedaction { hostnames, unc_paths, guids, keep, mask } = body.redaction;
    NoteRequest {
        options: NoteOptions {
            format: body.format,
            redaction: body.redaction_mode,
            rules: RedactionOptions { hostnames, unc_paths, guids, custom: Vec::new() },
            timestamps: body.include_timestamps,
            scratchpad: body.include_scratchpad,
            decisions: body.include_decisions,
            next_steps: body.include_next_steps,
            time_spent: body.include_time_spent,
            details: body.include_details,
        },
        choices: RedactionChoices { keep: keep.into_iter().map(HitKey::new).collect(), mask },
    }
}

/// The flow that would be saved, with what lint says about it; nothing is kept.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/save-as-tree/preview", tag = "sessions",
    operation_id = "preview_session_as_tree", params(("id" = uuid::Uuid, Path)), request_body = SaveAsTreeRequest,
    responses((status = 200, body = SaveAsTreePreview), (status = 422, body = ErrorBody)))]
pub(crate) async fn preview_tree(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<SaveAsTreeRequest>,
) -> Result<HttpResponse, ApiError> {
    let SaveAsTreeRequest { tree_name, description, status } = body.0;
    let save = SaveAsTree { tree_name, description, status: status.unwrap_or(TreeStatus::Draft) };
    let (content, report) = app.preview_session_as_tree(&auth.0, id.0.into(), &save).await?;
    Ok(HttpResponse::Ok().json(map::tree_preview(content, report)))
}

/// Save the way a session took as a flow.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/save-as-tree", tag = "sessions", operation_id = "save_session_as_tree",
    params(("id" = uuid::Uuid, Path)), request_body = SaveAsTreeRequest,
    responses((status = 201, body = SaveAsTreeResponse), (status = 402, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn save_as_tree(
    app: AppData,
    auth: Auth,
    id: PathId,
    once: Once,
    body: Json<SaveAsTreeRequest>,
) -> Result<HttpResponse, ApiError> {
    let SaveAsTreeRequest { tree_name, description, status } = body.0;
    let save = SaveAsTree { tree_name, description, status: status.unwrap_or(TreeStatus::Draft) };
    once.created(&app, &auth, async |caller| {
        let SavedTree { tree_id, tree_name, message } =
            app.save_session_as_tree(caller, id.0.into(), &save).await?;
        answer(None, &SaveAsTreeResponse { tree_id: tree_id.uuid(), tree_name, message })
    })
    .await
}

fn session_created(view: SessionView) -> Result<KeptAnswer, Failure> {
    answer(Some(view.session.revision.0), &map::session(view))
}

fn session_answer(response: HttpResponseBuilder, view: SessionView) -> HttpResponse {
    let revision = view.session.revision.0;
    with_etag(response, revision, &map::session(view))
}
