//! The installation, for those who run it. Everybody else gets 404.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    admin::{
        AdminAccountDetailResponse, AdminAccountResponse, AdminAccountsResponse, AdminHealthResponse,
        AdminQuery, AdminSubscriptionRequest, AdminUserRequest, AdminUserResponse, AdminUsersResponse,
    },
    audit::{AuditPageResponse, AuditQuery},
    error::ErrorBody,
};
use rf_kernel::Failure;

use super::{
    audit::{listing, write_cursor},
    method_not_allowed,
};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, Query},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        web::scope("/admin")
            .service(web::resource("/accounts").get(accounts).default_service(web::to(method_not_allowed)))
            .service(
                web::resource("/accounts/{id}").get(account).default_service(web::to(method_not_allowed)),
            )
            .service(
                web::resource("/accounts/{id}/subscription")
                    .patch(set_subscription)
                    .default_service(web::to(method_not_allowed)),
            )
            .service(web::resource("/users").get(users).default_service(web::to(method_not_allowed)))
            .service(
                web::resource("/users/{id}").patch(set_user).default_service(web::to(method_not_allowed)),
            )
            .service(web::resource("/health").get(health).default_service(web::to(method_not_allowed)))
            .service(web::resource("/audit").get(audit).default_service(web::to(method_not_allowed)))
            .configure(super::queue::configure),
    );
}

fn searched(query: &AdminQuery) -> Result<Option<&str>, ApiError> {
    match query.search.as_deref() {
        Some(text) if text.chars().count() > 200 => {
            Err(Failure::invalid_field("query.search", "too_long", "at most 200 characters are looked for")
                .into())
        }
        search => Ok(search),
    }
}

/// A page of accounts, newest first.
#[utoipa::path(get, path = "/api/v1/admin/accounts", tag = "admin", operation_id = "admin_accounts",
    params(AdminQuery),
    responses((status = 200, body = AdminAccountsResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn accounts(
    app: AppData,
    auth: Auth,
    query: Query<AdminQuery>,
) -> Result<HttpResponse, ApiError> {
    let (found, next) =
        app.admin_accounts(&auth.0, searched(&query.0)?, query.0.cursor.map(Into::into)).await?;
    Ok(HttpResponse::Ok().json(AdminAccountsResponse {
        items: found.into_iter().map(map::admin_account).collect(),
        next_cursor: next.map(Into::into),
    }))
}

/// One account with its people.
#[utoipa::path(get, path = "/api/v1/admin/accounts/{id}", tag = "admin", operation_id = "admin_account",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = AdminAccountDetailResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn account(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let (account, people) = app.admin_account(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(AdminAccountDetailResponse {
        account: map::admin_account(account),
        people: people.into_iter().map(map::admin_user).collect(),
    }))
}

/// Set an account's plan and how it stands.
#[utoipa::path(patch, path = "/api/v1/admin/accounts/{id}/subscription", tag = "admin", operation_id = "admin_set_subscription",
    params(("id" = uuid::Uuid, Path)), request_body = AdminSubscriptionRequest,
    responses((status = 200, body = AdminAccountResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn set_subscription(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<AdminSubscriptionRequest>,
) -> Result<HttpResponse, ApiError> {
    let (plan, status) = (map::plan_of(body.0.plan), map::status_of(body.0.status));
    let account = app.admin_set_subscription(&auth.0, id.0.into(), plan, status).await?;
    Ok(HttpResponse::Ok().json(map::admin_account(account)))
}

/// A page of people of all accounts, newest first.
#[utoipa::path(get, path = "/api/v1/admin/users", tag = "admin", operation_id = "admin_users",
    params(AdminQuery),
    responses((status = 200, body = AdminUsersResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn users(
    app: AppData,
    auth: Auth,
    query: Query<AdminQuery>,
) -> Result<HttpResponse, ApiError> {
    let (found, next) = app.admin_users(&auth.0, searched(&query.0)?, query.0.cursor.map(Into::into)).await?;
    Ok(HttpResponse::Ok().json(AdminUsersResponse {
        items: found.into_iter().map(map::admin_user).collect(),
        next_cursor: next.map(Into::into),
    }))
}

/// Switch a person off or on.
#[utoipa::path(patch, path = "/api/v1/admin/users/{id}", tag = "admin", operation_id = "admin_set_user",
    params(("id" = uuid::Uuid, Path)), request_body = AdminUserRequest,
    responses((status = 200, body = AdminUserResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn set_user(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<AdminUserRequest>,
) -> Result<HttpResponse, ApiError> {
    let user = app.admin_set_active(&auth.0, id.0.into(), body.0.is_active).await?;
    Ok(HttpResponse::Ok().json(map::admin_user(user)))
}

/// How the installation stands.
#[utoipa::path(get, path = "/api/v1/admin/health", tag = "admin", operation_id = "admin_health",
    responses((status = 200, body = AdminHealthResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn health(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let health = app.admin_health(&auth.0).await?;
    Ok(HttpResponse::Ok().json(AdminHealthResponse {
        version: env!("CARGO_PKG_VERSION"),
        store: health.store,
        store_answers: health.store_answers,
        billing_enabled: health.billing_enabled,
        password_verifications: health.password_verifications,
    }))
}

/// A page of all accounts' audit logs, newest first.
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "admin", operation_id = "admin_audit",
    params(AuditQuery),
    responses((status = 200, body = AuditPageResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn audit(
    app: AppData,
    auth: Auth,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, ApiError> {
    let (filter, cursor, limit) = listing(query.0)?;
    let page = app.admin_audit(&auth.0, &filter, cursor, limit).await?;
    Ok(HttpResponse::Ok().json(AuditPageResponse {
        items: page.items.into_iter().map(|line| map::audit_line(line, true)).collect(),
        next_cursor: page.next.map(write_cursor),
    }))
}
