//! Folders of the library.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    folders::{FolderCreate, FolderResponse, FolderScopeBody, FolderUpdate},
};
use rf_kernel::{Failure, TreeId};
use rf_usecases::{FolderPatch, NewFolder, NewFolderScope};

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId},
    map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/folders")
            .service(web::resource("").get(list).post(create).default_service(other()))
            .service(web::resource("/{id}").patch(update).delete(delete).default_service(other()))
            .service(
                web::resource("/{id}/trees/{tree_id}").put(put_in).delete(take_out).default_service(other()),
            ),
    );
}

/// The folders the caller sees, by name.
#[utoipa::path(get, path = "/api/v1/folders", tag = "folders", operation_id = "list_folders",
    responses((status = 200, body = Vec<FolderResponse>)))]
pub(crate) async fn list(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let folders = app.folders(&auth.0).await?;
    Ok(HttpResponse::Ok().json(folders.into_iter().map(map::folder).collect::<Vec<_>>()))
}

/// Make a folder.
#[utoipa::path(post, path = "/api/v1/folders", tag = "folders", operation_id = "create_folder",
    request_body = FolderCreate,
    responses((status = 201, body = FolderResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<FolderCreate>,
) -> Result<HttpResponse, ApiError> {
    let FolderCreate { name, parent_id, scope, team_id } = body.0;
    let scope = match (scope.unwrap_or(FolderScopeBody::Personal), team_id) {
        (FolderScopeBody::Personal, None) => NewFolderScope::Personal,
        (FolderScopeBody::Account, None) => NewFolderScope::Account,
        (FolderScopeBody::Team, Some(team)) => NewFolderScope::Team(team.into()),
        (FolderScopeBody::Team, None) => {
            return Err(Failure::invalid_field("team_id", "missing", "say whose folder it is").into());
        }
        (_, Some(_)) => {
            let message = "goes with the scope team alone";
            return Err(Failure::invalid_field("team_id", "not_for_this_scope", message).into());
        }
    };
    let new = NewFolder { name, parent_id: parent_id.map(Into::into), scope };
    once.created(&app, &auth, async |caller| {
        answer(None, &map::folder(app.create_folder(caller, &new).await?))
    })
    .await
}

/// Rename or move a folder.
#[utoipa::path(patch, path = "/api/v1/folders/{id}", tag = "folders", operation_id = "update_folder",
    params(("id" = uuid::Uuid, Path)), request_body = FolderUpdate,
    responses((status = 200, body = FolderResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn update(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<FolderUpdate>,
) -> Result<HttpResponse, ApiError> {
    let FolderUpdate { name, parent_id } = body.0;
    let patch = FolderPatch { name, parent_id: parent_id.map(|parent| parent.map(Into::into)) };
    let view = app.update_folder(&auth.0, id.0.into(), &patch).await?;
    Ok(HttpResponse::Ok().json(map::folder(view)))
}

/// Delete a folder and those in it; their flows stay.
#[utoipa::path(delete, path = "/api/v1/folders/{id}", tag = "folders", operation_id = "delete_folder",
    params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn delete(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.delete_folder(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Put a flow into a folder.
#[utoipa::path(put, path = "/api/v1/folders/{id}/trees/{tree_id}", tag = "folders", operation_id = "put_in_folder",
    params(("id" = uuid::Uuid, Path), ("tree_id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn put_in(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    app.set_in_folder(&auth.0, id.0.into(), tree_id(&request)?, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take a flow out of a folder.
#[utoipa::path(delete, path = "/api/v1/folders/{id}/trees/{tree_id}", tag = "folders",
    operation_id = "take_out_of_folder",
    params(("id" = uuid::Uuid, Path), ("tree_id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn take_out(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    app.set_in_folder(&auth.0, id.0.into(), tree_id(&request)?, false).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn tree_id(request: &HttpRequest) -> Result<TreeId, Failure> {
    request.match_info().query("tree_id").parse().map_err(|_| {
        Failure::invalid_field("path.tree_id", "not_a_uuid", "the address must hold a UUID here")
    })
}
