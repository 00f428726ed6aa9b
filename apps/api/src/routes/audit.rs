//! The audit log, for owners.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    audit::{
        AuditCheckResponse, AuditExportQuery, AuditFormatBody, AuditPageResponse, AuditQuery,
        AuditRetentionRequest, AuditRetentionResponse,
    },
    error::ErrorBody,
};
use rf_audit::{AuditCursor, AuditFilter};
use rf_kernel::{Failure, Page};
use rf_usecases::AuditFormat;

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, Query},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/accounts/me/audit").get(list).default_service(web::to(method_not_allowed)))
        .service(
            web::resource("/accounts/me/audit/actions")
                .get(actions)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/audit/export")
                .get(export)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/audit/check").get(check).default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/audit/retention")
                .get(retention)
                .patch(set_retention)
                .default_service(web::to(method_not_allowed)),
        );
}

/// A page of the audit log, newest first.
#[utoipa::path(get, path = "/api/v1/accounts/me/audit", tag = "audit", operation_id = "audit_log",
    params(AuditQuery),
    responses((status = 200, body = AuditPageResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn list(
    app: AppData,
    auth: Auth,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, ApiError> {
    let (filter, cursor, limit) = listing(query.0)?;
    let page = app.audit_log(&auth.0, &filter, cursor, limit).await?;
    Ok(HttpResponse::Ok().json(AuditPageResponse {
        items: page.items.into_iter().map(|line| map::audit_line(line, false)).collect(),
        next_cursor: page.next.map(write_cursor),
    }))
}

/// The actions the audit log has entries of, for a filter to offer.
#[utoipa::path(get, path = "/api/v1/accounts/me/audit/actions", tag = "audit", operation_id = "audit_actions",
    responses((status = 200, body = Vec<String>), (status = 403, body = ErrorBody)))]
pub(crate) async fn actions(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(app.audit_actions(&auth.0).await?))
}

/// The entries that match, as a file.
#[utoipa::path(get, path = "/api/v1/accounts/me/audit/export", tag = "audit", operation_id = "export_audit",
    params(AuditExportQuery),
    responses(
        (status = 200, content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn export(
    app: AppData,
    auth: Auth,
    query: Query<AuditExportQuery>,
) -> Result<HttpResponse, ApiError> {
    let AuditExportQuery { format, action, actor_id, target_kind, target_id, after, before } = query.0;
    let actor_id = actor_id.map(Into::into);
    let filter = AuditFilter { action, actor_id, target_kind, target_id, after, before };
    let (format, media_type, ending) = match format {
        AuditFormatBody::Jsonl => (AuditFormat::Jsonl, "application/x-ndjson", "jsonl"),
        AuditFormatBody::Csv => (AuditFormat::Csv, "text/csv; charset=utf-8", "csv"),
    };
    let text = app.export_audit(&auth.0, &filter, format).await?;
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"audit.{ending}\"")))
        .body(text))
}

/// Check every entry against the chain it is part of.
#[utoipa::path(get, path = "/api/v1/accounts/me/audit/check", tag = "audit", operation_id = "check_audit",
    responses((status = 200, body = AuditCheckResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn check(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::audit_check(app.check_audit(&auth.0).await?)))
}

/// How long entries are kept.
#[utoipa::path(get, path = "/api/v1/accounts/me/audit/retention", tag = "audit", operation_id = "audit_retention",
    responses((status = 200, body = AuditRetentionResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn retention(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let retention_days = app.audit_retention(&auth.0).await?;
    Ok(HttpResponse::Ok().json(AuditRetentionResponse { retention_days }))
}

/// Say how long entries are kept.
#[utoipa::path(patch, path = "/api/v1/accounts/me/audit/retention", tag = "audit", operation_id = "set_audit_retention",
    request_body = AuditRetentionRequest,
    responses((status = 200, body = AuditRetentionResponse), (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn set_retention(
    app: AppData,
    auth: Auth,
    body: Json<AuditRetentionRequest>,
) -> Result<HttpResponse, ApiError> {
    let retention_days = match body.0.retention_days {
        Some(days) => app.set_audit_retention(&auth.0, days).await?,
        None => app.audit_retention(&auth.0).await?,
    };
    Ok(HttpResponse::Ok().json(AuditRetentionResponse { retention_days }))
}

/// What a listing's query asks for.
pub(super) fn listing(query: AuditQuery) -> Result<(AuditFilter, Option<AuditCursor>, u64), ApiError> {
    let AuditQuery { action, actor_id, target_kind, target_id, after, before, cursor, limit } = query;
    let limit = super::page(None, limit)?.limit.min(Page::MAX_LIMIT);
    let cursor = cursor.as_deref().map(read_cursor).transpose()?;
    let actor_id = actor_id.map(Into::into);
    Ok((AuditFilter { action, actor_id, target_kind, target_id, after, before }, cursor, limit))
}

/// A cursor as clients carry it: an instant and an id.
pub(super) fn write_cursor(cursor: AuditCursor) -> String {
    format!("{}_{}", cursor.at, cursor.id)
}

fn read_cursor(text: &str) -> Result<AuditCursor, ApiError> {
    let parts = text.split_once('_').and_then(|(at, id)| {
        let at = serde_json::from_value(at.into()).ok()?;
        Some(AuditCursor { at, id: id.parse().ok()? })
    });
    parts.ok_or_else(|| {
        Failure::invalid_field("query.cursor", "not_a_cursor", "send the next_cursor of a page, as it is")
            .into()
    })
}
