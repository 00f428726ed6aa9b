//! Invitations: the account's side, and the invited person's.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data, ServiceConfig},
};
use rf_api_types::{
    auth::TokenResponse,
    error::ErrorBody,
    links::{AcceptInviteRequest, CreateInviteRequest, InviteLookupResponse, InviteResponse},
};
use rf_usecases::{NewInvite, NewMember};
use secrecy::SecretString;

use super::{
    auth::{CookieSettings, token_answer},
    method_not_allowed,
};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, RequestIdOf, optional_caller},
    map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/accounts/me/invites")
                .get(list)
                .post(create)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/invites/{id}")
                .delete(revoke)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/invites/{id}/resend")
                .post(resend)
                .default_service(web::to(method_not_allowed)),
        );
}

/// Inside the scope of `/auth`.
pub(super) fn configure_before_sign_in(config: &mut ServiceConfig) {
    config
        .service(web::resource("/invites/{token}").get(look_up).default_service(web::to(method_not_allowed)))
        .service(
            web::resource("/invites/{token}/accept")
                .post(accept)
                .default_service(web::to(method_not_allowed)),
        );
}

/// The account's invitations, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/me/invites", tag = "accounts", operation_id = "invites",
    responses((status = 200, body = Vec<InviteResponse>), (status = 403, body = ErrorBody)))]
pub(crate) async fn list(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let invites = app.invites(&auth.0).await?;
    Ok(HttpResponse::Ok().json(invites.into_iter().map(map::invite).collect::<Vec<_>>()))
}

/// Invite somebody into the account. Admins only.
#[utoipa::path(post, path = "/api/v1/accounts/me/invites", tag = "accounts", operation_id = "create_invite",
    request_body = CreateInviteRequest, responses((status = 201, body = InviteResponse), (status = 402, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<CreateInviteRequest>,
) -> Result<HttpResponse, ApiError> {
    let new = NewInvite { email: body.0.email, role: body.0.role.into() };
    once.created(&app, &auth, async |caller| {
        answer(None, &map::invite(app.create_invite(caller, &new).await?))
    })
    .await
}

/// Send an invitation again, with a new link. Admins only.
#[utoipa::path(post, path = "/api/v1/accounts/me/invites/{id}/resend", tag = "accounts", operation_id = "resend_invite",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = InviteResponse), (status = 402, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
pub(crate) async fn resend(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    let invite = app.resend_invite(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::Ok().json(map::invite(invite)))
}

/// Take an invitation back. Admins only.
#[utoipa::path(delete, path = "/api/v1/accounts/me/invites/{id}", tag = "accounts", operation_id = "revoke_invite",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn revoke(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.revoke_invite(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What an invitation is about, for whoever holds its link.
#[utoipa::path(get, path = "/api/v1/auth/invites/{token}", tag = "auth", operation_id = "look_up_invite",
    params(("token" = String, Path)),
    responses((status = 200, body = InviteLookupResponse), (status = 404, body = ErrorBody)), security(()))]
pub(crate) async fn look_up(app: AppData, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let lookup = app.look_up_invite(&token_of(&request)).await?;
    Ok(HttpResponse::Ok().json(map::invite_lookup(lookup)))
}

/// Join an account: with a name and a password as somebody new, or, with an access token, as who is signed in.
///
/// People belong to one account: who is signed in leaves the account they were in, and what they made stays there.
/// The answer is a sign-in.
#[utoipa::path(post, path = "/api/v1/auth/invites/{token}/accept", tag = "auth", operation_id = "accept_invite",
    params(("token" = String, Path)), request_body = AcceptInviteRequest,
    responses((status = 200, body = TokenResponse), (status = 402, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)), security(()))]
pub(crate) async fn accept(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    cookies: Data<CookieSettings>,
    body: Json<AcceptInviteRequest>,
) -> Result<HttpResponse, ApiError> {
    let token = token_of(&request);
    let signed_in = if let Some(caller) = optional_caller(&request)? {
        app.accept_invite_as_member(&caller, &token).await?
    } else {
        let AcceptInviteRequest { name, password } = body.0;
        let new = NewMember { name: name.unwrap_or_default(), password: password.unwrap_or_default() };
        app.accept_invite(&token, &new, request_id.0).await?
    };
    Ok(token_answer(&request, **cookies, &signed_in))
}

pub(super) fn token_of(request: &HttpRequest) -> SecretString {
    request.match_info().get("token").unwrap_or_default().into()
}
