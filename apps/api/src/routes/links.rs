//! Links of mails: choosing a new password, proving an address, changing it.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    links::{
        AcceptedResponse, ChangeEmailRequest, ChangeEmailResponse, ConfirmEmailRequest,
        ForgotPasswordRequest, ResetPasswordRequest, VerifyEmailRequest,
    },
};

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, RequestIdOf, optional_caller},
};

/// Inside the scope of `/auth`.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/password/forgot")
                .post(forgot_password)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/password/reset")
                .post(reset_password)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/email/verify").post(verify_email).default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/email/verification")
                .post(send_verification)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/email/change").post(change_email).default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/email/change/confirm")
                .post(confirm_email)
                .default_service(web::to(method_not_allowed)),
        );
}

/// Ask for a mail with a link that gives a new password. The answer is the same whether somebody has the address or
/// not.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", tag = "auth", operation_id = "forgot_password",
    request_body = ForgotPasswordRequest, responses((status = 202, body = AcceptedResponse), (status = 422, body = ErrorBody)),
    security(()))]
pub(crate) async fn forgot_password(
    app: AppData,
    request_id: RequestIdOf,
    body: Json<ForgotPasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    app.forgot_password(&body.0.email, request_id.0).await?;
    let detail = "If somebody signs in with this address, a mail with a link is on its way.";
    Ok(HttpResponse::Accepted().json(AcceptedResponse { detail }))
}

/// Choose a new password with the token of a link. Ends all sign-ins of the person.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", tag = "auth", operation_id = "reset_password",
    request_body = ResetPasswordRequest, responses((status = 204), (status = 400, body = ErrorBody), (status = 422, body = ErrorBody)),
    security(()))]
pub(crate) async fn reset_password(
    app: AppData,
    request_id: RequestIdOf,
    body: Json<ResetPasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    app.reset_password(&body.0.token, &body.0.password, request_id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Prove an address with the token of a link.
#[utoipa::path(post, path = "/api/v1/auth/email/verify", tag = "auth", operation_id = "verify_email",
    request_body = VerifyEmailRequest, responses((status = 204), (status = 400, body = ErrorBody)), security(()))]
pub(crate) async fn verify_email(
    app: AppData,
    request_id: RequestIdOf,
    body: Json<VerifyEmailRequest>,
) -> Result<HttpResponse, ApiError> {
    app.verify_email(&body.0.token, request_id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for another mail to prove one's address with.
#[utoipa::path(post, path = "/api/v1/auth/email/verification", tag = "auth", operation_id = "send_verification",
    responses((status = 202, body = AcceptedResponse), (status = 409, body = ErrorBody)))]
pub(crate) async fn send_verification(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    app.send_verification(&auth.0).await?;
    Ok(HttpResponse::Accepted().json(AcceptedResponse { detail: "A mail with a link is on its way." }))
}

/// Ask to sign in with another address, with the password shown lately. A link goes there, and a notice to the present
/// address. The answer is the same whether somebody has the address or not.
#[utoipa::path(post, path = "/api/v1/auth/email/change", tag = "auth", operation_id = "change_email",
    request_body = ChangeEmailRequest,
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 202, body = ChangeEmailResponse), (status = 403, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(crate) async fn change_email(
    app: AppData,
    auth: Auth,
    body: Json<ChangeEmailRequest>,
) -> Result<HttpResponse, ApiError> {
    let email = app.ask_to_change_email(&auth.0, &body.0.email).await?;
    Ok(HttpResponse::Accepted().json(ChangeEmailResponse { email: email.as_str().to_owned() }))
}

/// Change an address with the token of a link. Ends the person's sign-ins, but the one whose access token comes along.
#[utoipa::path(post, path = "/api/v1/auth/email/change/confirm", tag = "auth", operation_id = "confirm_email",
    request_body = ConfirmEmailRequest, responses((status = 204), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 409, body = ErrorBody)), security(()))]
pub(crate) async fn confirm_email(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    body: Json<ConfirmEmailRequest>,
) -> Result<HttpResponse, ApiError> {
    let asking = optional_caller(&request)?;
    app.change_email(&body.0.token, asking.as_ref(), request_id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
