//! Flows (wire name: trees).

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, ServiceConfig},
};
use rf_accounts::KeptAnswer;
use rf_api_types::{
    error::ErrorBody,
    trees::{
        FacetsResponse, ForkRequest, LintRequest, LintResponse, PublishRequest, TreeCreate, TreeList,
        TreeQuery, TreeResponse, TreeSortBody, TreeUpdate, TreeVersionResponse, TreeVersionSummary,
    },
};
use rf_kernel::{Code, Failure, codes::NOT_FOUND};
use rf_trees::{FlowDraft, Structure, TreeFilter, TreePatch, TreeSort, TreeStatus};
use rf_usecases::{NewTree, TreeView};

use super::{method_not_allowed, page, with_etag};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, IfMatch, Json, PathId, Query, Text},
    map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/trees")
            .service(web::resource("").get(list).post(create).default_service(other()))
            .service(web::resource("/facets").get(facets).default_service(other()))
            .service(web::resource("/lint").post(lint_draft).default_service(other()))
            .service(web::resource("/import").post(import).default_service(other()))
            .service(web::resource("/{id}").get(get).put(update).delete(archive).default_service(other()))
            .service(web::resource("/{id}/publish").post(publish).default_service(other()))
            .service(web::resource("/{id}/fork").post(fork).default_service(other()))
            .service(
                web::resource("/{id}/favourite")
                    .put(mark_favourite)
                    .delete(unmark_favourite)
                    .default_service(other()),
            )
            .service(web::resource("/{id}/upstream/acknowledge").post(acknowledge).default_service(other()))
            .service(web::resource("/{id}/folders").get(folders).default_service(other()))
            .service(web::resource("/{id}/lint").get(lint).default_service(other()))
            .service(web::resource("/{id}/export").get(export).default_service(other()))
            .service(web::resource("/{id}/versions").get(versions).default_service(other()))
            .service(web::resource("/{id}/versions/{version}").get(version).default_service(other())),
    );
}

/// Flows the caller can see.
#[utoipa::path(get, path = "/api/v1/trees", tag = "trees", operation_id = "list_trees", params(TreeQuery),
    responses((status = 200, body = TreeList)))]
pub(crate) async fn list(
    app: AppData,
    auth: Auth,
    query: Query<TreeQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = query.0;
    let page = page(query.skip, query.limit)?;
    let filter = filter(query, &auth);
    let (items, total) = app.list_trees(&auth.0, &filter, page).await?;
    let items = items.iter().map(|(item, can_edit)| map::tree_item(item, *can_edit)).collect();
    Ok(HttpResponse::Ok().json(TreeList { items, total }))
}

fn filter(query: TreeQuery, auth: &Auth) -> TreeFilter {
    let search: Vec<String> = query
        .search
        .iter()
        .flat_map(|search| search.split_whitespace())
        .map(str::to_owned)
        .take(20)
        .collect();
    TreeFilter {
        sort: match query.sort {
            None if search.is_empty() => TreeSort::Name,
            None | Some(TreeSortBody::Relevance) => TreeSort::Relevance,
            Some(TreeSortBody::Name) => TreeSort::Name,
            Some(TreeSortBody::Recent) => TreeSort::Recent,
            Some(TreeSortBody::Used) => TreeSort::Used,
            Some(TreeSortBody::Success) => TreeSort::Success,
        },
        search,
        tree_type: query.tree_type,
        category: query.category,
        tag: query.tag.map(|tag| tag.to_lowercase()),
        status: query.status,
        author_id: query.mine.unwrap_or(false).then_some(auth.0.claims.user_id),
        folders: query.folder_id.map(|id| vec![id.into()]),
        favourite: query.favourite.unwrap_or(false),
        include_inactive: query.include_inactive.unwrap_or(false),
        // Whose favourites and which teams is the use case's to say.
        ..TreeFilter::default()
    }
}

/// What a list can be narrowed by. Takes the list's parameters; order and page change nothing.
#[utoipa::path(get, path = "/api/v1/trees/facets", tag = "trees", operation_id = "tree_facets", params(TreeQuery),
    responses((status = 200, body = FacetsResponse)))]
pub(crate) async fn facets(
    app: AppData,
    auth: Auth,
    query: Query<TreeQuery>,
) -> Result<HttpResponse, ApiError> {
    // The list and its facets take one query; what is wrong for one is wrong for both.
    page(query.0.skip, query.0.limit)?;
    let facets = app.tree_facets(&auth.0, &filter(query.0, &auth)).await?;
    Ok(HttpResponse::Ok().json(map::facets(facets)))
}

/// Mark a flow as the caller's favourite.
#[utoipa::path(put, path = "/api/v1/trees/{id}/favourite", tag = "trees", operation_id = "mark_favourite",
    params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn mark_favourite(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.set_favourite(&auth.0, id.0.into(), true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take the mark away.
#[utoipa::path(delete, path = "/api/v1/trees/{id}/favourite", tag = "trees", operation_id = "unmark_favourite",
    params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn unmark_favourite(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.set_favourite(&auth.0, id.0.into(), false).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The folders a flow is in, of those the caller sees.
#[utoipa::path(get, path = "/api/v1/trees/{id}/folders", tag = "folders", operation_id = "folders_of_tree",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<uuid::Uuid>)))]
pub(crate) async fn folders(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let folders = app.folders_of_tree(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(folders))
}

/// Keep a new flow.
#[utoipa::path(post, path = "/api/v1/trees", tag = "trees", operation_id = "create_tree", request_body = TreeCreate,
    responses((status = 201, body = TreeResponse), (status = 402, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<TreeCreate>,
) -> Result<HttpResponse, ApiError> {
    let body = body.0;
    let new = NewTree {
        content: FlowDraft {
            structure: Structure::from_json(body.tree_type, &body.tree_structure)?,
            name: body.name,
            description: body.description,
            category: body.category,
            tags: body.tags,
            tree_type: body.tree_type,
            intake_form: body.intake_form,
        },
        status: body.status.unwrap_or(TreeStatus::Draft),
        is_public: body.is_public,
        team_id: body.team_id.map(Into::into),
    };
    once.created(&app, &auth, async |caller| tree_created(app.create_tree(caller, &new).await?)).await
}

/// One flow.
#[utoipa::path(get, path = "/api/v1/trees/{id}", tag = "trees", operation_id = "get_tree",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = TreeResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let view = app.tree(&auth.0, id.0.into()).await?;
    Ok(tree_answer(HttpResponse::Ok(), view))
}

/// Change a flow. With `If-Match`, only if nobody was faster.
#[utoipa::path(put, path = "/api/v1/trees/{id}", tag = "trees", operation_id = "update_tree",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header)), request_body = TreeUpdate,
    responses((status = 200, body = TreeResponse), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn update(
    app: AppData,
    auth: Auth,
    id: PathId,
    if_match: IfMatch,
    body: Json<TreeUpdate>,
) -> Result<HttpResponse, ApiError> {
    let body = body.0;
    let id = id.0.into();
    let structure = match &body.tree_structure {
        // The type is fixed, so the stored flow says how to read the body.
        Some(json) => {
            let tree_type = app.tree(&auth.0, id).await?.tree.content.tree_type;
            Some(Structure::from_json(tree_type, json)?)
        }
        None => None,
    };
    let patch = TreePatch {
        name: body.name,
        description: body.description,
        category: body.category,
        tags: body.tags,
        structure,
        intake_form: body.intake_form,
        status: body.status,
        is_active: body.is_active,
        is_public: body.is_public,
        team_id: body.team_id.map(|team| team.map(Into::into)),
    };
    let view = app.update_tree(&auth.0, id, &patch, if_match.0).await?;
    Ok(tree_answer(HttpResponse::Ok(), view))
}

/// Archive a flow.
#[utoipa::path(delete, path = "/api/v1/trees/{id}", tag = "trees", operation_id = "archive_tree",
    params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn archive(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.archive_tree(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Publish a flow as its next version.
#[utoipa::path(post, path = "/api/v1/trees/{id}/publish", tag = "trees", operation_id = "publish_tree",
    params(("id" = uuid::Uuid, Path)), request_body = PublishRequest,
    responses((status = 200, body = TreeResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn publish(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<PublishRequest>,
) -> Result<HttpResponse, ApiError> {
    let view = app.publish_tree(&auth.0, id.0.into(), body.0.change_note.as_deref()).await?;
    Ok(tree_answer(HttpResponse::Ok(), view))
}

/// Copy a flow into the caller's account.
#[utoipa::path(post, path = "/api/v1/trees/{id}/fork", tag = "trees", operation_id = "fork_tree",
    params(("id" = uuid::Uuid, Path)), request_body = ForkRequest,
    responses((status = 201, body = TreeResponse), (status = 402, body = ErrorBody)))]
pub(crate) async fn fork(
    app: AppData,
    auth: Auth,
    id: PathId,
    once: Once,
    body: Json<ForkRequest>,
) -> Result<HttpResponse, ApiError> {
    let ForkRequest { name, fork_reason } = body.0;
    once.created(&app, &auth, async |caller| {
        let fork = app.fork_tree(caller, id.0.into(), name.as_deref(), fork_reason.as_deref());
        tree_created(fork.await?)
    })
    .await
}

/// Take note that the flow a fork was made from has changed.
#[utoipa::path(post, path = "/api/v1/trees/{id}/upstream/acknowledge", tag = "trees",
    operation_id = "acknowledge_upstream", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TreeResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn acknowledge(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let view = app.acknowledge_upstream(&auth.0, id.0.into()).await?;
    Ok(tree_answer(HttpResponse::Ok(), view))
}

/// What lint says about a flow.
#[utoipa::path(get, path = "/api/v1/trees/{id}/lint", tag = "trees", operation_id = "lint_tree",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = LintResponse)))]
pub(crate) async fn lint(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let report = app.lint_tree(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::lint(report)))
}

/// What lint says about a flow that is not kept.
#[utoipa::path(post, path = "/api/v1/trees/lint", tag = "trees", operation_id = "lint_draft",
    request_body = LintRequest, responses((status = 200, body = LintResponse)))]
pub(crate) async fn lint_draft(
    app: AppData,
    auth: Auth,
    body: Json<LintRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.0;
    let draft = FlowDraft {
        structure: Structure::from_json(body.tree_type, &body.tree_structure)?,
        name: body.name.unwrap_or_else(|| "Unnamed flow".into()),
        description: body.description,
        category: None,
        tags: Vec::new(),
        tree_type: body.tree_type,
        intake_form: body.intake_form,
    };
    let report = app.lint_draft(&auth.0, &draft).await?;
    Ok(HttpResponse::Ok().json(map::lint(report)))
}

/// A flow as a flow file.
#[utoipa::path(get, path = "/api/v1/trees/{id}/export", tag = "trees", operation_id = "export_tree",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = serde_json::Value, content_type = "application/yaml")))]
pub(crate) async fn export(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let (file_name, text) = app.export_tree(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/yaml; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\"")))
        .body(text))
}

/// Keep the flow of a flow file, as a draft.
#[utoipa::path(post, path = "/api/v1/trees/import", tag = "trees", operation_id = "import_tree",
    request_body(content = String, content_type = "application/yaml"),
    responses((status = 201, body = TreeResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn import(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Text,
) -> Result<HttpResponse, ApiError> {
    once.created(&app, &auth, async |caller| tree_created(app.import_tree(caller, &body.0).await?)).await
}

/// The versions of a flow, newest first.
#[utoipa::path(get, path = "/api/v1/trees/{id}/versions", tag = "trees", operation_id = "tree_versions",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<TreeVersionSummary>)))]
pub(crate) async fn versions(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let versions = app.tree_versions(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(versions.iter().map(map::version_summary).collect::<Vec<_>>()))
}

/// One version.
#[utoipa::path(get, path = "/api/v1/trees/{id}/versions/{version}", tag = "trees", operation_id = "tree_version",
    params(("id" = uuid::Uuid, Path), ("version" = i64, Path)), responses((status = 200, body = TreeVersionResponse)))]
pub(crate) async fn version(
    app: AppData,
    auth: Auth,
    request: actix_web::HttpRequest,
    id: PathId,
) -> Result<HttpResponse, ApiError> {
    const VERSION_NOT_FOUND: Code = NOT_FOUND;
    let number: i64 =
        request.match_info().query("version").parse().map_err(|_| {
            Failure::invalid_field("path.version", "not_a_number", "must be a version number")
        })?;
    let versions = app.tree_versions(&auth.0, id.0.into()).await?;
    let version = versions
        .into_iter()
        .find(|version| version.version == number)
        .ok_or_else(|| ApiError::new(VERSION_NOT_FOUND, "The flow has no such version."))?;
    Ok(HttpResponse::Ok().json(map::version(version)))
}

fn tree_created(view: TreeView) -> Result<KeptAnswer, Failure> {
    answer(Some(view.tree.revision.0), &map::tree(view))
}

fn tree_answer(response: actix_web::HttpResponseBuilder, view: TreeView) -> HttpResponse {
    let revision = view.tree.revision.0;
    with_etag(response, revision, &map::tree(view))
}
