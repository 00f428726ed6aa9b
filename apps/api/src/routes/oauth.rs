//! Sign-in with Google and Microsoft, and the identities people have linked.
//!
//! What a browser has to hold on its way to the provider and back is in a cookie no script can read and no foreign page
//! can send.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    web::{self, Data, ServiceConfig},
};
use rf_accounts::{AuthorizationAnswer, Identity, OauthProvider, codes::OAUTH_NOT_OFFERED};
use rf_api_types::{
    auth::TokenResponse,
    error::ErrorBody,
    oauth::{
        IdentitiesResponse, IdentityResponse, OauthCallbackRequest, OauthProviderBody, OauthStartResponse,
    },
};
use rf_usecases::{OauthStart, OwnIdentities};
use secrecy::SecretString;

use super::{
    auth::{COOKIE_PATH, CookieSettings, token_answer},
    invites::token_of,
    method_not_allowed,
};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, RequestIdOf},
};

const COOKIE: &str = "rf_oauth";

/// Inside `/auth`.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/oauth/{provider}/start").get(start).default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/oauth/{provider}/callback")
                .post(callback)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/invites/{token}/oauth/{provider}/start")
                .post(start_for_invite)
                .default_service(web::to(method_not_allowed)),
        )
        .service(web::resource("/identities").get(identities).default_service(web::to(method_not_allowed)))
        .service(
            web::resource("/identities/{provider}/start")
                .post(start_link)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/identities/{provider}/callback")
                .post(link)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/identities/{id}").delete(unlink).default_service(web::to(method_not_allowed)),
        );
}

/// The provider in the path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathProvider(OauthProvider);

impl FromRequest for PathProvider {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.match_info().get("provider").unwrap_or_default();
        let provider = name.parse().map(Self);
        let unknown = |_| ApiError::new(OAUTH_NOT_OFFERED, "Nobody signs in with that provider here.");
        std::future::ready(provider.map_err(unknown))
    }
}

/// Begin to sign in with a provider: its page, and a cookie that binds the way there and back to this browser.
#[utoipa::path(get, path = "/api/v1/auth/oauth/{provider}/start", tag = "auth", operation_id = "oauth_start",
    params(("provider" = String, Path)),
    responses((status = 200, body = OauthStartResponse), (status = 409, body = ErrorBody)), security(()))]
pub(crate) async fn start(
    app: AppData,
    request_id: RequestIdOf,
    provider: PathProvider,
    cookies: Data<CookieSettings>,
) -> Result<HttpResponse, ApiError> {
    Ok(started(app.begin_oauth(provider.0, request_id.0).await?, **cookies))
}

/// Begin to accept an invitation with a provider. The way back is that of a sign-in: somebody new joins the account,
/// whoever is here already is signed in.
#[utoipa::path(post, path = "/api/v1/auth/invites/{token}/oauth/{provider}/start", tag = "auth",
    operation_id = "invite_oauth_start", params(("token" = String, Path), ("provider" = String, Path)),
    responses((status = 200, body = OauthStartResponse), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)), security(()))]
pub(crate) async fn start_for_invite(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    provider: PathProvider,
    cookies: Data<CookieSettings>,
) -> Result<HttpResponse, ApiError> {
    let start = app.begin_invite_oauth(provider.0, &token_of(&request), request_id.0).await?;
    Ok(started(start, **cookies))
}

/// Finish to sign in with a provider: the same tokens as with a password. Where the way was begun for an invitation,
/// somebody new joins its account.
#[utoipa::path(post, path = "/api/v1/auth/oauth/{provider}/callback", tag = "auth", operation_id = "oauth_callback",
    params(("provider" = String, Path)), request_body = OauthCallbackRequest,
    responses((status = 200, body = TokenResponse), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 402, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)), security(()))]
pub(crate) async fn callback(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    provider: PathProvider,
    cookies: Data<CookieSettings>,
    body: Json<OauthCallbackRequest>,
) -> Result<HttpResponse, ApiError> {
    let secret = browser_secret(&request);
    let signed_in = app.oauth_sign_in(provider.0, &answer(body.0), secret, request_id.0).await?;
    finished(token_answer(&request, **cookies, &signed_in), **cookies)
}

/// How the caller can sign in.
#[utoipa::path(get, path = "/api/v1/auth/identities", tag = "auth", operation_id = "identities",
    responses((status = 200, body = IdentitiesResponse)))]
pub(crate) async fn identities(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(identities_body(app.own_identities(&auth.0).await?)))
}

/// Begin to link a provider with the caller. Needs the password fresh.
#[utoipa::path(post, path = "/api/v1/auth/identities/{provider}/start", tag = "auth", operation_id = "link_start",
    params(("provider" = String, Path), ("X-Step-Up" = Option<String>, Header)),
    responses((status = 200, body = OauthStartResponse), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn start_link(
    app: AppData,
    auth: Auth,
    provider: PathProvider,
    cookies: Data<CookieSettings>,
) -> Result<HttpResponse, ApiError> {
    Ok(started(app.begin_link(&auth.0, provider.0).await?, **cookies))
}

/// Finish to link a provider with the caller.
#[utoipa::path(post, path = "/api/v1/auth/identities/{provider}/callback", tag = "auth", operation_id = "link_callback",
    params(("provider" = String, Path)), request_body = OauthCallbackRequest,
    responses((status = 200, body = IdentityResponse), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn link(
    app: AppData,
    auth: Auth,
    request: HttpRequest,
    provider: PathProvider,
    cookies: Data<CookieSettings>,
    body: Json<OauthCallbackRequest>,
) -> Result<HttpResponse, ApiError> {
    let secret = browser_secret(&request);
    let identity = app.link_identity(&auth.0, provider.0, &answer(body.0), secret).await?;
    finished(HttpResponse::Ok().json(identity_body(identity)), **cookies)
}

/// Take a linked sign-in away; the last way in stays.
#[utoipa::path(delete, path = "/api/v1/auth/identities/{id}", tag = "auth", operation_id = "unlink_identity",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn unlink(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.unlink_identity(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn answer(body: OauthCallbackRequest) -> AuthorizationAnswer {
    AuthorizationAnswer { code: body.code, state: body.state }
}

fn browser_secret(request: &HttpRequest) -> Option<SecretString> {
    request.cookie(COOKIE).map(|cookie| cookie.value().into())
}

fn started(start: OauthStart, settings: CookieSettings) -> HttpResponse {
    let secret = start.browser_secret.expose().to_owned();
    HttpResponse::Ok()
        .cookie(cookie(secret, Duration::seconds(start.lifetime_seconds), settings))
        .json(OauthStartResponse { authorization_url: start.authorization_url })
}

/// The answer, and the browser has nothing more to hold.
fn finished(mut response: HttpResponse, settings: CookieSettings) -> Result<HttpResponse, ApiError> {
    response
        .add_cookie(&cookie(String::new(), Duration::ZERO, settings))
        .map_err(|error| rf_kernel::Failure::internal(error.to_string()))?;
    Ok(response)
}

fn cookie(value: String, lifetime: Duration, settings: CookieSettings) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path(COOKIE_PATH)
        .http_only(true)
        .secure(settings.secure)
        .same_site(SameSite::Strict)
        .max_age(lifetime)
        .finish()
}

pub(super) const fn oauth_provider(provider: OauthProvider) -> OauthProviderBody {
    match provider {
        OauthProvider::Google => OauthProviderBody::Google,
        OauthProvider::Microsoft => OauthProviderBody::Microsoft,
    }
}

fn identity_body(identity: Identity) -> IdentityResponse {
    IdentityResponse {
        id: identity.id.uuid(),
        provider: oauth_provider(identity.provider),
        email: identity.email,
        created_at: identity.created_at,
        last_used_at: identity.last_used_at,
    }
}

fn identities_body(own: OwnIdentities) -> IdentitiesResponse {
    IdentitiesResponse {
        identities: own.identities.into_iter().map(identity_body).collect(),
        has_password: own.has_password,
    }
}
