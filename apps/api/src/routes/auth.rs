//! Registration, sign-in, refresh, sign-out, people.
//!
//! A request with `X-Auth-Mode: cookie` keeps its refresh token in a cookie no script can read. The header makes
//! the request one a foreign page cannot send unnoticed.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use rf_accounts::codes::SECOND_FACTOR_REQUIRED;
use rf_api_types::{
    auth::{
        ChangePasswordRequest, ChangePasswordResponse, LoginForm, LoginRequest, MeResponse, MemberResponse,
        RefreshRequest, RegisterRequest, StepUpRequest, StepUpResponse, TokenResponse, UpdateMeRequest,
        UserResponse,
    },
    error::ErrorBody,
};
use rf_auth_policy::{STEP_UP_SECONDS, codes::INVALID_REFRESH_TOKEN};
use rf_kernel::Failure;
use rf_usecases::{App, Registration, SignIn, SignedIn};
use secrecy::{ExposeSecret, SecretString};

use super::{invites, links, method_not_allowed, oauth, second_factors};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Form, Json, RequestIdOf, bearer},
    map,
    middleware::{ClientAddress, GuessLimiter, limit_auth},
};

const COOKIE: &str = "rf_refresh";
pub(super) const COOKIE_PATH: &str = "/api/v1/auth";

/// How cookies are made here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieSettings {
    /// Only over https.
    pub(crate) secure: bool,
}

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::scope("/auth")
                .wrap(from_fn(limit_auth))
                .service(
                    web::resource("/register").post(register).default_service(web::to(method_not_allowed)),
                )
                .service(web::resource("/login").post(login).default_service(web::to(method_not_allowed)))
                .service(
                    web::resource("/login/json")
                        .post(login_json)
                        .default_service(web::to(method_not_allowed)),
                )
                .service(web::resource("/refresh").post(refresh).default_service(web::to(method_not_allowed)))
                .service(web::resource("/logout").post(logout).default_service(web::to(method_not_allowed)))
                .service(web::resource("/step-up").post(step_up).default_service(web::to(method_not_allowed)))
                .service(
                    web::resource("/password")
                        .post(change_password)
                        .default_service(web::to(method_not_allowed)),
                )
                .service(
                    web::resource("/me")
                        .get(me)
                        .patch(update_me)
                        .default_service(web::to(method_not_allowed)),
                )
                .configure(second_factors::configure_sign_in)
                .configure(links::configure)
                .configure(invites::configure_before_sign_in)
                .configure(oauth::configure),
        )
        .service(
            web::resource("/accounts/me/members").get(members).default_service(web::to(method_not_allowed)),
        );
}

/// Make an account with its owner.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", operation_id = "register",
    request_body = RegisterRequest, responses((status = 201, body = UserResponse), (status = 409, body = ErrorBody)), security(()))]
pub(crate) async fn register(
    app: AppData,
    request_id: RequestIdOf,
    body: Json<RegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    let RegisterRequest { email, password, name, account_name } = body.0;
    let registration = Registration { email, password, name, account_name };
    let (user, account) = app.register(registration, request_id.0).await?;
    Ok(HttpResponse::Created().json(map::user(user, account)))
}

/// Sign in with an OAuth2 password form.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", operation_id = "login",
    request_body(content = LoginForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenResponse), (status = 401, body = ErrorBody)), security(()))]
pub(crate) async fn login(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    cookies: Data<CookieSettings>,
    guesses: Data<GuessLimiter>,
    form: Form<LoginForm>,
) -> Result<HttpResponse, ApiError> {
    let sign_in = SignIn { email: form.0.username, password: form.0.password };
    let signed_in = bounded_sign_in(&app, &guesses, &request, request_id, sign_in).await?;
    Ok(token_answer(&request, **cookies, &signed_in))
}

/// Sign in.
#[utoipa::path(post, path = "/api/v1/auth/login/json", tag = "auth", operation_id = "login_json",
    request_body = LoginRequest, responses((status = 200, body = TokenResponse), (status = 401, body = ErrorBody)), security(()))]
pub(crate) async fn login_json(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    cookies: Data<CookieSettings>,
    guesses: Data<GuessLimiter>,
    body: Json<LoginRequest>,
) -> Result<HttpResponse, ApiError> {
    let sign_in = SignIn { email: body.0.email, password: body.0.password };
    let signed_in = bounded_sign_in(&app, &guesses, &request, request_id, sign_in).await?;
    Ok(token_answer(&request, **cookies, &signed_in))
}

/// A sign-in with a password, if passwords have not been tried too often.
async fn bounded_sign_in(
    app: &App,
    guesses: &GuessLimiter,
    request: &HttpRequest,
    request_id: RequestIdOf,
    sign_in: SignIn,
) -> Result<SignedIn, ApiError> {
    let client = request.extensions().get::<ClientAddress>().copied();
    let client = client.ok_or_else(|| Failure::internal("a sign-in without a client"))?;
    let attempt = guesses.admit(client.0, &sign_in.email)?;
    let signed_in = app.sign_in(sign_in, request_id.0).await;
    // The password was right where a code is asked; wrong codes are counted elsewhere.
    if signed_in.as_ref().map_or_else(|failure| failure.code == SECOND_FACTOR_REQUIRED, |_| true) {
        guesses.succeeded(attempt);
    }
    Ok(signed_in?)
}

/// Exchange a refresh token for the next pair.
///
/// The token comes in the body, as the bearer token, or (with `X-Auth-Mode: cookie`) in the cookie.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", operation_id = "refresh",
    request_body = RefreshRequest, responses((status = 200, body = TokenResponse), (status = 401, body = ErrorBody)), security(()))]
pub(crate) async fn refresh(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    cookies: Data<CookieSettings>,
    body: Json<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    let token = refresh_token(&request, body.0)
        .ok_or_else(|| Failure::new(INVALID_REFRESH_TOKEN, "invalid_refresh_token"))?;
    let signed_in = app.refresh(token.expose_secret(), request_id.0).await?;
    Ok(token_answer(&request, **cookies, &signed_in))
}

/// End the sign-in a refresh token belongs to.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", operation_id = "logout",
    request_body = RefreshRequest, responses((status = 204)), security(()))]
pub(crate) async fn logout(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    cookies: Data<CookieSettings>,
    body: Json<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    if let Some(token) = refresh_token(&request, body.0) {
        app.sign_out(token.expose_secret(), request_id.0).await?;
    }
    let mut response = HttpResponse::NoContent();
    if cookie_mode(&request) {
        response.cookie(cookie(String::new(), Duration::ZERO, **cookies));
    }
    Ok(response.finish())
}

/// The caller.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "auth", operation_id = "me",
    responses((status = 200, body = MeResponse)))]
pub(crate) async fn me(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::me(app.me(&auth.0).await?)))
}

/// Change one's own name.
#[utoipa::path(patch, path = "/api/v1/auth/me", tag = "auth", operation_id = "update_me",
    request_body = UpdateMeRequest,
    responses((status = 200, body = UserResponse), (status = 422, body = ErrorBody)))]
pub(crate) async fn update_me(
    app: AppData,
    auth: Auth,
    body: Json<UpdateMeRequest>,
) -> Result<HttpResponse, ApiError> {
    let (user, account) = app.rename_self(&auth.0, &body.0.name).await?;
    Ok(HttpResponse::Ok().json(map::user(user, account)))
}

/// Change one's own password. All other sign-ins of the caller end at once.
///
/// This one goes on: its refresh token works, and the access token answered takes the place of the one sent.
#[utoipa::path(post, path = "/api/v1/auth/password", tag = "auth", operation_id = "change_password",
    request_body = ChangePasswordRequest,
    responses((status = 200, body = ChangePasswordResponse), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn change_password(
    app: AppData,
    auth: Auth,
    body: Json<ChangePasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    let ChangePasswordRequest { current_password, new_password } = body.0;
    let fresh = app.change_password(&auth.0, &current_password, &new_password).await?;
    Ok(HttpResponse::Ok().json(ChangePasswordResponse {
        access_token: fresh.access_token,
        token_type: "bearer",
        expires_in: fresh.expires_in,
        revoked_count: fresh.revoked_count,
    }))
}

/// Show the password once more, for what needs it fresh.
///
/// The token answered goes into `X-Step-Up`. A sign-in younger than five minutes needs none; a person without a
/// password signs in again instead.
#[utoipa::path(post, path = "/api/v1/auth/step-up", tag = "auth", operation_id = "step_up",
    request_body = StepUpRequest, responses((status = 200, body = StepUpResponse), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(crate) async fn step_up(
    app: AppData,
    auth: Auth,
    body: Json<StepUpRequest>,
) -> Result<HttpResponse, ApiError> {
    let step_up_token = app.step_up(&auth.0, &body.0.password, body.0.code.as_deref()).await?;
    Ok(HttpResponse::Ok().json(StepUpResponse { step_up_token, expires_in: STEP_UP_SECONDS }))
}

/// The active people of the caller's account.
#[utoipa::path(get, path = "/api/v1/accounts/me/members", tag = "accounts", operation_id = "members",
    responses((status = 200, body = Vec<MemberResponse>)))]
pub(crate) async fn members(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let members = app.members(&auth.0).await?;
    Ok(HttpResponse::Ok().json(members.into_iter().map(map::member).collect::<Vec<_>>()))
}

fn cookie_mode(request: &HttpRequest) -> bool {
    request.headers().get("x-auth-mode").is_some_and(|mode| mode == "cookie")
}

fn refresh_token(request: &HttpRequest, body: RefreshRequest) -> Option<SecretString> {
    if cookie_mode(request) {
        return request.cookie(COOKIE).map(|cookie| cookie.value().into());
    }
    body.refresh_token.or_else(|| bearer(request).map(Into::into))
}

pub(super) fn token_answer(
    request: &HttpRequest,
    settings: CookieSettings,
    signed_in: &SignedIn,
) -> HttpResponse {
    let in_cookie = cookie_mode(request);
    let mut response = HttpResponse::Ok();
    if in_cookie {
        let lifetime =
            signed_in.idle_expires_at.min(signed_in.absolute_expires_at).seconds_since(signed_in.now);
        let token = signed_in.refresh_token.expose_secret().to_owned();
        response.cookie(cookie(token, Duration::seconds(lifetime), settings));
    }
    response.json(map::tokens(signed_in, !in_cookie))
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
