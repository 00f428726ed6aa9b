//! The second factor of a sign-in: the caller's own, and what their account asks of everybody.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data, ServiceConfig},
};
use rf_api_types::{
    accounts::{SecondFactorPolicyRequest, SecondFactorPolicyResponse},
    auth::{
        BegunSecondFactorResponse, ConfirmSecondFactorRequest, RecoveryCodesResponse, SecondFactorRequest,
        SecondFactorResponse, TokenResponse,
    },
    error::ErrorBody,
};
use rf_usecases::SecondFactorPolicyView;
use secrecy::{ExposeSecret, SecretString};

use super::{
    auth::{CookieSettings, token_answer},
    method_not_allowed,
};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, RequestIdOf},
};

/// Beside the other addresses of signing in.
pub(super) fn configure_sign_in(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(web::resource("/second-factor").post(finish).default_service(other()))
        .service(
            web::resource("/me/second-factor").get(get).post(begin).delete(remove).default_service(other()),
        )
        .service(web::resource("/me/second-factor/confirm").post(confirm).default_service(other()))
        .service(web::resource("/me/second-factor/recovery-codes").post(renew).default_service(other()));
}

pub(crate) fn configure(config: &mut ServiceConfig) {
    let other = || web::to(method_not_allowed);
    config
        .service(
            web::resource("/accounts/me/second-factor").get(policy).put(set_policy).default_service(other()),
        )
        .service(
            web::resource("/accounts/me/people/{id}/second-factor")
                .delete(remove_of)
                .default_service(other()),
        );
}

/// Finish a sign-in with a code.
///
/// Signing in answers 401 `second_factor_required` to whoever has a second factor; its detail carries the challenge.
#[utoipa::path(post, path = "/api/v1/auth/second-factor", tag = "auth", operation_id = "finish_sign_in",
    request_body = SecondFactorRequest, responses((status = 200, body = TokenResponse), (status = 401, body = ErrorBody),
        (status = 429, body = ErrorBody)), security(()))]
pub(crate) async fn finish(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    cookies: Data<CookieSettings>,
    body: Json<SecondFactorRequest>,
) -> Result<HttpResponse, ApiError> {
    let SecondFactorRequest { challenge, code } = body.0;
    let signed_in = app.finish_sign_in(challenge.expose_secret(), code.expose_secret(), request_id.0).await?;
    Ok(token_answer(&request, **cookies, &signed_in))
}

/// Where the caller's second factor stands.
#[utoipa::path(get, path = "/api/v1/auth/me/second-factor", tag = "auth", operation_id = "second_factor",
    responses((status = 200, body = SecondFactorResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let view = app.second_factor(&auth.0).await?;
    Ok(HttpResponse::Ok().json(SecondFactorResponse {
        confirmed_at: view.confirmed_at,
        recovery_codes_left: view.recovery_codes_left,
        required: view.required,
    }))
}

/// Begin a second factor, or begin it again with another secret. It counts when a first code was shown.
#[utoipa::path(post, path = "/api/v1/auth/me/second-factor", tag = "auth", operation_id = "begin_second_factor",
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 200, body = BegunSecondFactorResponse), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn begin(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let begun = app.begin_second_factor(&auth.0).await?;
    Ok(HttpResponse::Ok().json(BegunSecondFactorResponse {
        secret: begun.secret.expose_secret().to_owned(),
        otpauth_url: begun.url.expose_secret().to_owned(),
    }))
}

/// Prove with a first code that the app has the secret.
#[utoipa::path(post, path = "/api/v1/auth/me/second-factor/confirm", tag = "auth", operation_id = "confirm_second_factor",
    request_body = ConfirmSecondFactorRequest, responses((status = 200, body = RecoveryCodesResponse),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(crate) async fn confirm(
    app: AppData,
    auth: Auth,
    body: Json<ConfirmSecondFactorRequest>,
) -> Result<HttpResponse, ApiError> {
    Ok(shown_once(&app.confirm_second_factor(&auth.0, body.0.code.expose_secret()).await?))
}

/// Make new recovery codes; the old ones are worth nothing.
#[utoipa::path(post, path = "/api/v1/auth/me/second-factor/recovery-codes", tag = "auth", operation_id = "renew_recovery_codes",
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 200, body = RecoveryCodesResponse), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn renew(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(shown_once(&app.renew_recovery_codes(&auth.0).await?))
}

fn shown_once(codes: &[SecretString]) -> HttpResponse {
    let recovery_codes = codes.iter().map(|code| code.expose_secret().to_owned()).collect();
    HttpResponse::Ok().json(RecoveryCodesResponse { recovery_codes })
}

/// Take the caller's second factor away, unless the account requires it.
#[utoipa::path(delete, path = "/api/v1/auth/me/second-factor", tag = "auth", operation_id = "remove_second_factor",
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn remove(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    app.remove_second_factor(&auth.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whether the account requires a second factor, and who has one. Owners only.
#[utoipa::path(get, path = "/api/v1/accounts/me/second-factor", tag = "accounts", operation_id = "second_factor_policy",
    responses((status = 200, body = SecondFactorPolicyResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn policy(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(policy_body(app.second_factor_policy(&auth.0).await?))
}

/// Require a second factor of everybody, or do not any more. Owners only.
#[utoipa::path(put, path = "/api/v1/accounts/me/second-factor", tag = "accounts", operation_id = "set_second_factor_policy",
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    request_body = SecondFactorPolicyRequest, responses((status = 200, body = SecondFactorPolicyResponse),
        (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn set_policy(
    app: AppData,
    auth: Auth,
    body: Json<SecondFactorPolicyRequest>,
) -> Result<HttpResponse, ApiError> {
    Ok(policy_body(app.set_second_factor_policy(&auth.0, body.0.required).await?))
}

fn policy_body(view: SecondFactorPolicyView) -> HttpResponse {
    let people = view.people.into_iter().map(Into::into).collect();
    HttpResponse::Ok().json(SecondFactorPolicyResponse { required: view.required, people })
}

/// Take somebody's second factor away: they lost their phone and their recovery codes. Owners only.
#[utoipa::path(delete, path = "/api/v1/accounts/me/people/{id}/second-factor", tag = "accounts",
    operation_id = "remove_second_factor_of",
    params(("id" = uuid::Uuid, Path),
        ("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn remove_of(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.remove_second_factor_of(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
