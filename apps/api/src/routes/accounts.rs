//! The caller's account: how long sign-ins last, who is signed in, ending it all.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    accounts::{
        RevokeScopeBody, RevokeSessionsRequest, RevokeSessionsResponse, SecurityResponse,
        UpdateSecurityRequest,
    },
    error::ErrorBody,
};
use rf_usecases::{RevokeScope, SessionPolicyChange};

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/accounts/me/security")
                .get(security)
                .patch(update_security)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/security/revoke-sessions")
                .post(revoke_sessions)
                .default_service(web::to(method_not_allowed)),
        );
}

/// How long the account's sign-ins last, and who is signed in. Owners only.
#[utoipa::path(get, path = "/api/v1/accounts/me/security", tag = "accounts", operation_id = "security",
    responses((status = 200, body = SecurityResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn security(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let view = app.account_security(&auth.0).await?;
    Ok(HttpResponse::Ok().json(map::security(view)))
}

/// Change how long sign-ins last, from the next sign-in on. Owners only.
#[utoipa::path(patch, path = "/api/v1/accounts/me/security", tag = "accounts", operation_id = "update_security",
    request_body = UpdateSecurityRequest, responses((status = 200, body = SecurityResponse),
        (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn update_security(
    app: AppData,
    auth: Auth,
    body: Json<UpdateSecurityRequest>,
) -> Result<HttpResponse, ApiError> {
    let UpdateSecurityRequest { session_idle_minutes, session_absolute_minutes } = body.0;
    let change = SessionPolicyChange {
        idle_minutes: session_idle_minutes,
        absolute_minutes: session_absolute_minutes,
    };
    let view = app.update_session_policy(&auth.0, change).await?;
    Ok(HttpResponse::Ok().json(map::security(view)))
}

/// End everybody's sign-ins, or everybody else's. Owners only, with the password shown lately.
#[utoipa::path(post, path = "/api/v1/accounts/me/security/revoke-sessions", tag = "accounts",
    operation_id = "revoke_sessions", request_body = RevokeSessionsRequest,
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 200, body = RevokeSessionsResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn revoke_sessions(
    app: AppData,
    auth: Auth,
    body: Json<RevokeSessionsRequest>,
) -> Result<HttpResponse, ApiError> {
    let scope = match body.0.scope {
        RevokeScopeBody::All => RevokeScope::All,
        RevokeScopeBody::Others => RevokeScope::Others,
    };
    let revoked_count = app.revoke_sessions(&auth.0, scope).await?;
    Ok(HttpResponse::Ok().json(RevokeSessionsResponse { revoked_count, scope: body.0.scope }))
}
