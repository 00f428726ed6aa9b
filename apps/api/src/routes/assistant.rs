//! The assistant: chats, their answers, the account's documents.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    assistant::{
        ChatBody, ChatCreate, ChatQuery, ChatQuestion, ChatRename, ChatResponse, DocumentCreate,
        DocumentResponse, DocumentSummaryBody,
    },
    error::ErrorBody,
    pilot::SentBody,
};
use rf_assistant::ChatCursor;
use rf_kernel::Failure;
use rf_usecases::{AskAssistant, ChatPage, ChatView};

use super::{NEXT_CURSOR, method_not_allowed, no_cursor, page, read_cursor, write_cursor};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, Query},
    live, map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config.service(
        web::scope("/assistant")
            .service(web::resource("/chats").get(list).post(begin).default_service(other()))
            .service(
                web::resource("/chats/{id}").get(get).patch(rename).delete(delete).default_service(other()),
            )
            .service(web::resource("/chats/{id}/messages").post(ask).default_service(other()))
            .service(web::resource("/chats/{id}/sent").get(sent).default_service(other()))
            .service(web::resource("/documents").get(documents).post(add).default_service(other()))
            .service(web::resource("/documents/{id}").get(document).delete(remove).default_service(other())),
    );
}

fn whole(view: ChatView) -> HttpResponse {
    HttpResponse::Ok().json(map::chat_view(view))
}

/// The caller's chats, the last used first.
#[utoipa::path(get, path = "/api/v1/assistant/chats", tag = "assistant", operation_id = "list_chats",
    params(ChatQuery), responses((status = 200, body = Vec<ChatBody>,
        headers(("X-Next-Cursor" = Option<String>, description = "Send it as `cursor` for the next page; not there on the last")))))]
pub(crate) async fn list(
    app: AppData,
    auth: Auth,
    query: Query<ChatQuery>,
) -> Result<HttpResponse, ApiError> {
    let ChatQuery { ai_session_id, limit, cursor } = query.0;
    let after = cursor.as_deref().map(place).transpose()?;
    let beside = ai_session_id.map(Into::into);
    let ChatPage { items, next } = app.list_chats(&auth.0, beside, after, page(None, limit)?).await?;
    let mut response = HttpResponse::Ok();
    if let Some(ChatCursor { updated_at, id }) = next {
        response.insert_header((NEXT_CURSOR, write_cursor(Some(updated_at), id)));
    }
    Ok(response.json(items.into_iter().map(map::chat).collect::<Vec<_>>()))
}

/// The place of a chat, which always has an instant.
fn place(text: &str) -> Result<ChatCursor, Failure> {
    match read_cursor(text)? {
        (Some(updated_at), id) => Ok(ChatCursor { updated_at, id }),
        (None, _) => Err(no_cursor()),
    }
}

/// Begin a chat, alone or beside a conversation with the copilot.
#[utoipa::path(post, path = "/api/v1/assistant/chats", tag = "assistant", operation_id = "begin_chat",
    request_body = ChatCreate, responses((status = 201, body = ChatResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn begin(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<ChatCreate>,
) -> Result<HttpResponse, ApiError> {
    let beside = body.0.ai_session_id.map(Into::into);
    once.created(&app, &auth, async |caller| {
        answer(None, &map::chat_view(app.begin_chat(caller, beside).await?))
    })
    .await
}

/// A chat of the caller's with what was said in it.
#[utoipa::path(get, path = "/api/v1/assistant/chats/{id}", tag = "assistant", operation_id = "get_chat",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ChatResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(whole(app.chat(&auth.0, id.0.into()).await?))
}

/// Call a chat something else.
#[utoipa::path(patch, path = "/api/v1/assistant/chats/{id}", tag = "assistant", operation_id = "rename_chat",
    params(("id" = uuid::Uuid, Path)), request_body = ChatRename,
    responses((status = 200, body = ChatResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn rename(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<ChatRename>,
) -> Result<HttpResponse, ApiError> {
    Ok(whole(app.rename_chat(&auth.0, id.0.into(), &body.0.title).await?))
}

/// Take a chat away with all that was said in it.
#[utoipa::path(delete, path = "/api/v1/assistant/chats/{id}", tag = "assistant", operation_id = "delete_chat",
    params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
pub(crate) async fn delete(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.delete_chat(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask. The answer rests on passages of the library and cites them. With `Accept: text/event-stream` it comes as it is
/// made: `delta` events with the next words, `{"text"}`, then one `done` with the chat or one `error` with the error body.
/// Deltas are to look at; what `done` says replaces them. Whoever stops reading stops the model, and the passages found
/// are the answer.
#[utoipa::path(post, path = "/api/v1/assistant/chats/{id}/messages", tag = "assistant", operation_id = "ask_assistant",
    params(("id" = uuid::Uuid, Path)), request_body = ChatQuestion,
    responses((status = 200, body = ChatResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn ask(
    app: AppData,
    auth: Auth,
    id: PathId,
    request: HttpRequest,
    body: Json<ChatQuestion>,
) -> Result<HttpResponse, ApiError> {
    let asked = AskAssistant { entry_id: body.0.entry_id.into(), text: body.0.text };
    let planned = app.plan_answer(&auth.0, id.0.into(), &asked).await?;
    let (caller, takes_long) = (auth.0.clone(), planned.asks_model());
    live::answer(&request, caller, takes_long, async move |words| -> Result<ChatResponse, Failure> {
        Ok(map::chat_view(app.finish_answer(&auth.0, planned, words.as_ref()).await?))
    })
    .await
}

/// What models were asked in a chat, as it left the machine.
#[utoipa::path(get, path = "/api/v1/assistant/chats/{id}/sent", tag = "assistant", operation_id = "sent_in_chat",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Vec<SentBody>)))]
pub(crate) async fn sent(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let calls = app.sent_in_chat(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(calls.into_iter().map(map::chat_call).collect::<Vec<_>>()))
}

/// The documents of the account, newest first.
#[utoipa::path(get, path = "/api/v1/assistant/documents", tag = "assistant", operation_id = "list_documents",
    responses((status = 200, body = Vec<DocumentSummaryBody>)))]
pub(crate) async fn documents(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let lines = app.documents(&auth.0).await?;
    Ok(HttpResponse::Ok().json(lines.into_iter().map(map::document_line).collect::<Vec<_>>()))
}

/// Bring a document into the account, for the assistant to answer from.
#[utoipa::path(post, path = "/api/v1/assistant/documents", tag = "assistant", operation_id = "add_document",
    request_body = DocumentCreate,
    responses((status = 201, body = DocumentResponse), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn add(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<DocumentCreate>,
) -> Result<HttpResponse, ApiError> {
    let DocumentCreate { title, text } = body.0;
    once.created(&app, &auth, async |caller| {
        answer(None, &map::document(app.add_document(caller, &title, &text).await?))
    })
    .await
}

/// A document.
#[utoipa::path(get, path = "/api/v1/assistant/documents/{id}", tag = "assistant", operation_id = "get_document",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = DocumentResponse)))]
pub(crate) async fn document(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::document(app.document(&auth.0, id.0.into()).await?)))
}

/// Take a document away. Chats keep the passages they cite.
#[utoipa::path(delete, path = "/api/v1/assistant/documents/{id}", tag = "assistant", operation_id = "delete_document",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 403, body = ErrorBody)))]
pub(crate) async fn remove(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.delete_document(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
