//! Files people bring, and their way back.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    web::{self, PayloadConfig, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    uploads::{UploadBody, UploadQuery},
};
use rf_uploads::MAX_FILE_BYTES;
use rf_usecases::UploadView;

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, File, PathId, Query},
    map,
    middleware::CSP_SANDBOX,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(
            web::resource("/uploads")
                .app_data(PayloadConfig::new(MAX_FILE_BYTES))
                .post(upload)
                .default_service(other()),
        )
        .service(web::resource("/uploads/{id}").get(get).delete(delete).default_service(other()));
}

/// Bring a file: a picture (PNG, JPEG, GIF, WebP) or the text of a log, 5 MB at most. The body is the file as it is; what
/// it is says its content, and neither its name nor its `Content-Type`. Of a picture all that is no picture is left out.
/// The same file brought again before it is attached is the same; one that is never attached goes after a day.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "copilot", operation_id = "upload_file",
    params(UploadQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = UploadBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody), (status = 422, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn upload(
    app: AppData,
    auth: Auth,
    query: Query<UploadQuery>,
    file: File,
) -> Result<HttpResponse, ApiError> {
    let upload = app.upload(&auth.0, query.0.name.as_deref().unwrap_or_default(), file.0.to_vec()).await?;
    Ok(HttpResponse::Ok().json(map::upload(UploadView::from(upload))))
}

/// A file as it is kept: always something to save, never a page.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "copilot", operation_id = "get_upload",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/gif"),
            (Vec<u8> = "image/webp"), (String = "text/plain"))),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let (upload, bytes) = app.uploaded(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, upload.kind.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, attachment(&upload.name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP_SANDBOX))
        // Never changed, and still not to be read by whoever uses the browser next.
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// Take a file away, also one that is attached.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "copilot", operation_id = "delete_upload",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.delete_upload(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The header that has a file saved under its name: in plain letters for old programs, and as it is for all others.
fn attachment(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let coded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn no_name_ends_the_header_or_the_quotes() {
        let value = attachment("Größe \"x\"; a=b\r\nSet-Cookie: é.log");
        assert_eq!(
            value.to_str().unwrap(),
            "attachment; filename=\"Gr__e _x__ a_b__Set-Cookie_ _.log\"; \
             filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22%3B%20a%3Db%0D%0ASet-Cookie%3A%20%C3%A9.log"
        );
    }
}
