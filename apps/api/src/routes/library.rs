//! The whole library in one archive, and the schema of the files in it.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, PayloadConfig, ServiceConfig},
};
use rf_api_types::{error::ErrorBody, library::ImportReport};

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Archive, Auth, MAX_ARCHIVE_BYTES},
    map,
    once::{Once, answer},
};

/// Before the flows: their addresses would take these for ids.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(web::resource("/trees/export").get(export).default_service(other()))
        .service(
            web::resource("/trees/import-archive")
                .app_data(PayloadConfig::new(MAX_ARCHIVE_BYTES))
                .post(import)
                .default_service(other()),
        )
        .service(web::resource("/flow-file.schema.json").get(schema).default_service(other()));
}

/// The account's own flows with their shared folders, as a zip archive of flow files.
#[utoipa::path(get, path = "/api/v1/trees/export", tag = "trees", operation_id = "export_library",
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), (status = 403, body = ErrorBody)))]
pub(crate) async fn export(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let archive = app.export_library(&auth.0).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"library.zip\""))
        .body(archive))
}

/// Keep the flows of an archive; a file that is refused stops no other.
#[utoipa::path(post, path = "/api/v1/trees/import-archive", tag = "trees", operation_id = "import_library",
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses((status = 201, body = ImportReport), (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn import(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Archive,
) -> Result<HttpResponse, ApiError> {
    once.created(&app, &auth, async |caller| {
        answer(None, &map::import_report(app.import_library(caller, &body.0).await?))
    })
    .await
}

/// The JSON Schema of flow files.
#[utoipa::path(get, path = "/api/v1/flow-file.schema.json", tag = "trees", operation_id = "flow_file_schema",
    responses((status = 200, body = serde_json::Value, content_type = "application/schema+json")), security(()))]
pub(crate) async fn schema() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/schema+json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(format!("{:#}\n", rf_trees::json_schema()))
}
