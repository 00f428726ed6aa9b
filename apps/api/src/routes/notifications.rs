//! The bell panel.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    notifications::{
        MarkedCount, NotificationBody, NotificationPreferencesBody, NotificationQuery, UnreadCount,
    },
};
use rf_kernel::Failure;
use rf_notifications::NotificationCursor;
use rf_usecases::NotificationPage;

use super::{NEXT_CURSOR, method_not_allowed, no_cursor, page, read_cursor, write_cursor};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, Query},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/notifications")
            .service(web::resource("").get(list).default_service(other()))
            .service(web::resource("/unread-count").get(unread_count).default_service(other()))
            .service(web::resource("/read-all").post(read_all).default_service(other()))
            .service(
                web::resource("/preferences").get(preferences).put(set_preferences).default_service(other()),
            )
            .service(web::resource("/{id}/read").post(read).default_service(other())),
    );
}

/// The caller's notifications, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications", operation_id = "list_notifications",
    params(NotificationQuery), responses((status = 200, body = Vec<NotificationBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn list(
    app: AppData,
    auth: Auth,
    query: Query<NotificationQuery>,
) -> Result<HttpResponse, ApiError> {
    let NotificationQuery { limit, cursor, unread } = query.0;
    let after = cursor.as_deref().map(place).transpose()?;
    let limit = page(None, limit)?.limit;
    let NotificationPage { items, next } = app.list_notifications(&auth.0, unread, after, limit).await?;
    let mut response = HttpResponse::Ok();
    if let Some(NotificationCursor { created_at, id }) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(Some(created_at), id)));
    }
    Ok(response.json(items.into_iter().map(map::notification).collect::<Vec<_>>()))
}

/// The place of a notification, which always has an instant.
fn place(text: &str) -> Result<NotificationCursor, Failure> {
    match read_cursor(text)? {
        (Some(created_at), id) => Ok(NotificationCursor { created_at, id }),
        (None, _) => Err(no_cursor()),
    }
}

/// How many of the caller's notifications were not read.
#[utoipa::path(get, path = "/api/v1/notifications/unread-count", tag = "notifications",
    operation_id = "count_unread_notifications", responses((status = 200, body = UnreadCount)))]
pub(crate) async fn unread_count(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(UnreadCount { unread: app.count_unread(&auth.0).await? }))
}

/// Mark a notification as read.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", tag = "notifications", operation_id = "read_notification",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = NotificationBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn read(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let notification = app.read_notification(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::notification(notification)))
}

/// Mark all notifications as read.
#[utoipa::path(post, path = "/api/v1/notifications/read-all", tag = "notifications", operation_id = "read_all_notifications",
    responses((status = 200, body = MarkedCount)))]
pub(crate) async fn read_all(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(MarkedCount { marked: app.read_all_notifications(&auth.0).await? }))
}

/// How the caller wants to be told.
#[utoipa::path(get, path = "/api/v1/notifications/preferences", tag = "notifications",
    operation_id = "get_notification_preferences", responses((status = 200, body = NotificationPreferencesBody)))]
pub(crate) async fn preferences(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let preferences = app.notification_preferences(&auth.0).await?;
    Ok(HttpResponse::Ok().json(map::notification_preferences(preferences)))
}

/// Say how you want to be told. Replaces everything.
#[utoipa::path(put, path = "/api/v1/notifications/preferences", tag = "notifications",
    operation_id = "set_notification_preferences", request_body = NotificationPreferencesBody,
    responses((status = 200, body = NotificationPreferencesBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn set_preferences(
    app: AppData,
    auth: Auth,
    body: Json<NotificationPreferencesBody>,
) -> Result<HttpResponse, ApiError> {
    let said = map::read_notification_preferences(body.0);
    let kept = app.set_notification_preferences(&auth.0, &said).await?;
    Ok(HttpResponse::Ok().json(map::notification_preferences(kept)))
}
