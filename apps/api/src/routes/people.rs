//! The account itself, its people and its teams.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_accounts::PersonChange;
use rf_api_types::{
    auth::UserResponse,
    error::ErrorBody,
    people::{
        AccountResponse, PeopleQuery, PeopleResponse, PersonResponse, TeamRequest, TeamResponse,
        TransferOwnershipRequest, UpdateAccountRequest, UpdatePersonRequest,
    },
};
use rf_kernel::Failure;
use rf_usecases::PeopleFilter;

use super::{method_not_allowed, page};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, PathId, Query},
    map,
    once::{Once, answer},
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/accounts/me")
                .get(account)
                .patch(rename)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/transfer-ownership")
                .post(transfer)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/people").get(people).default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/people/{id}")
                .patch(change_person)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/teams")
                .get(teams)
                .post(create_team)
                .default_service(web::to(method_not_allowed)),
        )
        .service(
            web::resource("/accounts/me/teams/{id}")
                .patch(rename_team)
                .delete(delete_team)
                .default_service(web::to(method_not_allowed)),
        );
}

/// The caller's account.
#[utoipa::path(get, path = "/api/v1/accounts/me", tag = "accounts", operation_id = "account",
    responses((status = 200, body = AccountResponse)))]
pub(crate) async fn account(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let account = app.account(&auth.0).await?;
    Ok(HttpResponse::Ok().json(map::account(account)))
}

/// Rename the account. Owners only.
#[utoipa::path(patch, path = "/api/v1/accounts/me", tag = "accounts", operation_id = "rename_account",
    request_body = UpdateAccountRequest, responses((status = 200, body = AccountResponse),
        (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn rename(
    app: AppData,
    auth: Auth,
    body: Json<UpdateAccountRequest>,
) -> Result<HttpResponse, ApiError> {
    let account = app.rename_account(&auth.0, &body.0.name).await?;
    Ok(HttpResponse::Ok().json(map::account(account)))
}

/// Hand the account to somebody else, and become a team admin. Owners only, with the password shown lately.
///
/// Answers the caller as they are after it.
#[utoipa::path(post, path = "/api/v1/accounts/me/transfer-ownership", tag = "accounts",
    operation_id = "transfer_ownership", request_body = TransferOwnershipRequest,
    params(("X-Step-Up" = Option<String>, Header, description = "A step-up token, unless the sign-in is younger than five minutes.")),
    responses((status = 200, body = UserResponse), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn transfer(
    app: AppData,
    auth: Auth,
    body: Json<TransferOwnershipRequest>,
) -> Result<HttpResponse, ApiError> {
    let (user, account) = app.transfer_ownership(&auth.0, body.0.user_id.into()).await?;
    Ok(HttpResponse::Ok().json(map::user(user, account)))
}

/// The people of the account, deactivated ones included. Team admins and owners only.
#[utoipa::path(get, path = "/api/v1/accounts/me/people", tag = "accounts", operation_id = "people",
    params(PeopleQuery), responses((status = 200, body = PeopleResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn people(
    app: AppData,
    auth: Auth,
    query: Query<PeopleQuery>,
) -> Result<HttpResponse, ApiError> {
    let PeopleQuery { search, role, is_active, team_id, skip, limit } = query.0;
    if search.as_deref().is_some_and(|text| text.chars().count() > 200) {
        return Err(Failure::invalid_field(
            "query.search",
            "too_long",
            "at most 200 characters are looked for",
        )
        .into());
    }
    let filter =
        PeopleFilter { search, role: role.map(Into::into), is_active, team_id: team_id.map(Into::into) };
    let (found, total) = app.people(&auth.0, &filter, page(skip, limit)?).await?;
    let items = found.into_iter().map(map::person).collect();
    Ok(HttpResponse::Ok().json(PeopleResponse { items, total }))
}

/// Change a person's role or team, or switch them off or on. Team admins and owners only.
///
/// Nobody acts on somebody above themselves, and an account keeps an active owner. Deactivated people are signed
/// out at once. Making or unmaking an owner needs the password shown lately.
#[utoipa::path(patch, path = "/api/v1/accounts/me/people/{id}", tag = "accounts", operation_id = "change_person",
    params(("id" = uuid::Uuid, Path),
        ("X-Step-Up" = Option<String>, Header, description = "A step-up token, where it is about ownership.")),
    request_body = UpdatePersonRequest,
    responses((status = 200, body = PersonResponse), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn change_person(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<UpdatePersonRequest>,
) -> Result<HttpResponse, ApiError> {
    let UpdatePersonRequest { role, team_id, is_active } = body.0;
    let change = PersonChange {
        name: None,
        role: role.map(Into::into),
        team_id: team_id.map(|team| team.map(Into::into)),
        is_active,
    };
    let person = app.change_person(&auth.0, id.0.into(), &change).await?;
    Ok(HttpResponse::Ok().json(map::person(person)))
}

/// The teams of the account.
#[utoipa::path(get, path = "/api/v1/accounts/me/teams", tag = "accounts", operation_id = "teams",
    responses((status = 200, body = Vec<TeamResponse>)))]
pub(crate) async fn teams(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let teams = app.teams(&auth.0).await?;
    Ok(HttpResponse::Ok().json(teams.into_iter().map(map::team).collect::<Vec<_>>()))
}

/// Make a team. Team admins and owners only.
#[utoipa::path(post, path = "/api/v1/accounts/me/teams", tag = "accounts", operation_id = "create_team",
    request_body = TeamRequest, responses((status = 201, body = TeamResponse), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(crate) async fn create_team(
    app: AppData,
    auth: Auth,
    once: Once,
    body: Json<TeamRequest>,
) -> Result<HttpResponse, ApiError> {
    once.created(&app, &auth, async |caller| {
        let team = app.create_team(caller, &body.0.name).await?;
        answer(None, &map::team(team))
    })
    .await
}

/// Rename a team. Team admins and owners only.
#[utoipa::path(patch, path = "/api/v1/accounts/me/teams/{id}", tag = "accounts", operation_id = "rename_team",
    params(("id" = uuid::Uuid, Path)), request_body = TeamRequest,
    responses((status = 200, body = TeamResponse), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn rename_team(
    app: AppData,
    auth: Auth,
    id: PathId,
    body: Json<TeamRequest>,
) -> Result<HttpResponse, ApiError> {
    let team = app.rename_team(&auth.0, id.0.into(), &body.0.name).await?;
    Ok(HttpResponse::Ok().json(map::team(team)))
}

/// Delete a team that nobody and no flow belongs to. Team admins and owners only.
#[utoipa::path(delete, path = "/api/v1/accounts/me/teams/{id}", tag = "accounts", operation_id = "delete_team",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(crate) async fn delete_team(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    app.delete_team(&auth.0, id.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
