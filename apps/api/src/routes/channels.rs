//! Channels of a team's chat.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    channels::{ChannelBody, ChannelMessageBody, ChannelMessagesQuery, ChannelRequest, ChannelTestBody},
    error::ErrorBody,
};
use rf_kernel::Failure;
use rf_notifications::ChannelMessageCursor;
use rf_usecases::ChannelMessagePage;

use super::{NEXT_CURSOR, method_not_allowed, no_cursor, page, read_cursor, with_etag, write_cursor};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, IfMatch, Json, PathId, Query},
    map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/integrations/channels")
            .service(web::resource("").get(list).post(create).default_service(other()))
            .service(web::resource("/messages").get(messages).default_service(other()))
            .service(web::resource("/messages/{id}/retry").post(retry).default_service(other()))
            .service(web::resource("/{id}").put(change).delete(delete).default_service(other()))
            .service(web::resource("/{id}/test").post(test).default_service(other())),
    );
}

/// The account's channels, oldest first. Their addresses are never told.
#[utoipa::path(get, path = "/api/v1/integrations/channels", tag = "channels", operation_id = "list_channels",
    responses((status = 200, body = Vec<ChannelBody>)))]
pub(crate) async fn list(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let channels = app.channels(&auth.0).await?;
    Ok(HttpResponse::Ok().json(channels.into_iter().map(map::channel).collect::<Vec<_>>()))
}

/// Set a channel up.
#[utoipa::path(post, path = "/api/v1/integrations/channels", tag = "channels", operation_id = "create_channel",
    request_body = ChannelRequest, responses((status = 201, body = ChannelBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<ChannelRequest>,
) -> Result<HttpResponse, ApiError> {
    let entered = map::read_channel(body.0)?;
    once.created(&app, &auth, async |caller| {
        let channel = app.create_channel(caller, &entered).await?;
        answer(Some(channel.revision.0), &map::channel(channel))
    })
    .await
}

/// Change a channel. Everything but its address is replaced, and that where one is sent.
#[utoipa::path(put, path = "/api/v1/integrations/channels/{id}", tag = "channels", operation_id = "change_channel",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header)), request_body = ChannelRequest,
    responses((status = 200, body = ChannelBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn change(
    app: AppData,
    auth: Auth,
    id: PathId,
    if_match: IfMatch,
    body: Json<ChannelRequest>,
) -> Result<HttpResponse, ApiError> {
    let entered = map::read_channel(body.0)?;
    let channel = app.change_channel(&auth.0, id.0.into(), &entered, if_match.0).await?;
    Ok(with_etag(HttpResponse::Ok(), channel.revision.0, &map::channel(channel)))
}

/// Take a channel away. What waits for it is not told any more.
#[utoipa::path(delete, path = "/api/v1/integrations/channels/{id}", tag = "channels", operation_id = "delete_channel",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.delete_channel(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Post a message that says what it is for, and answer what came of it.
#[utoipa::path(post, path = "/api/v1/integrations/channels/{id}/test", tag = "channels", operation_id = "test_channel",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ChannelTestBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn test(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let test = app.test_channel(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::channel_test(test)))
}

/// What was told in channels, newest first, with every try.
#[utoipa::path(get, path = "/api/v1/integrations/channels/messages", tag = "channels",
    operation_id = "list_channel_messages", params(ChannelMessagesQuery), responses((status = 200, body = Vec<ChannelMessageBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn messages(
    app: AppData,
    auth: Auth,
    query: Query<ChannelMessagesQuery>,
) -> Result<HttpResponse, ApiError> {
    let ChannelMessagesQuery { channel_id, limit, cursor } = query.0;
    let after = cursor.as_deref().map(place).transpose()?;
    let limit = page(None, limit)?.limit;
    let found = app.channel_messages(&auth.0, channel_id.map(Into::into), after, limit).await?;
    let ChannelMessagePage { items, next } = found;
    let mut response = HttpResponse::Ok();
    if let Some(ChannelMessageCursor { created_at, id }) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(Some(created_at), id)));
    }
    Ok(response.json(items.into_iter().map(map::channel_message).collect::<Vec<_>>()))
}

/// The place of a message, which always has an instant.
fn place(text: &str) -> Result<ChannelMessageCursor, Failure> {
    match read_cursor(text)? {
        (Some(created_at), id) => Ok(ChannelMessageCursor { created_at, id }),
        (None, _) => Err(no_cursor()),
    }
}

/// Send a message that waits for somebody on its way again.
#[utoipa::path(post, path = "/api/v1/integrations/channels/messages/{id}/retry", tag = "channels",
    operation_id = "retry_channel_message", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ChannelMessageBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn retry(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let message = app.retry_channel_message(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::channel_message(message)))
}
