//! Jobs and mails, for site admins.

use std::str::FromStr;

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    queue::{JobResponse, JobsQuery, OutboxMailResponse, OutboxQuery},
};
use rf_kernel::Failure;

use super::{method_not_allowed, page};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, PathId, Query},
    map,
};

/// Inside the admins' scope: the first scope of an address has all of it.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/jobs").get(jobs).default_service(web::to(method_not_allowed)))
        .service(web::resource("/jobs/{id}/retry").post(retry).default_service(web::to(method_not_allowed)))
        .service(web::resource("/outbox").get(outbox).default_service(web::to(method_not_allowed)))
        .service(web::resource("/outbox/{id}").get(mail).default_service(web::to(method_not_allowed)));
}

/// Jobs, newest first.
#[utoipa::path(get, path = "/api/v1/admin/jobs", tag = "admin", operation_id = "jobs",
    params(JobsQuery), responses((status = 200, body = Vec<JobResponse>), (status = 404, body = ErrorBody)))]
pub(crate) async fn jobs(
    app: AppData,
    auth: Auth,
    query: Query<JobsQuery>,
) -> Result<HttpResponse, ApiError> {
    let JobsQuery { state, skip, limit } = query.0;
    let jobs = app.jobs(&auth.0, named(state)?, page(skip, limit)?).await?;
    Ok(HttpResponse::Ok().json(jobs.into_iter().map(map::job).collect::<Vec<_>>()))
}

/// Try a parked job again.
#[utoipa::path(post, path = "/api/v1/admin/jobs/{id}/retry", tag = "admin", operation_id = "retry_job",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = JobResponse), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn retry(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::job(app.retry_job(&auth.0, id.0.into()).await?)))
}

/// Mails and the records of their delivery, newest first; without their text.
#[utoipa::path(get, path = "/api/v1/admin/outbox", tag = "admin", operation_id = "outbox",
    params(OutboxQuery), responses((status = 200, body = Vec<OutboxMailResponse>), (status = 404, body = ErrorBody)))]
pub(crate) async fn outbox(
    app: AppData,
    auth: Auth,
    query: Query<OutboxQuery>,
) -> Result<HttpResponse, ApiError> {
    let OutboxQuery { state, skip, limit } = query.0;
    let mails = app.outbox(&auth.0, named(state)?, page(skip, limit)?).await?;
    Ok(HttpResponse::Ok().json(mails.into_iter().map(map::outbox_line).collect::<Vec<_>>()))
}

/// One mail. Reading what one says leaves an entry in the audit log of its account.
#[utoipa::path(get, path = "/api/v1/admin/outbox/{id}", tag = "admin", operation_id = "outbox_mail",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OutboxMailResponse), (status = 404, body = ErrorBody)))]
pub(crate) async fn mail(app: AppData, auth: Auth, id: PathId) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::outbox_mail(app.outbox_mail(&auth.0, id.0.into()).await?)))
}

/// A state by its name.
fn named<T: FromStr<Err = String>>(state: Option<String>) -> Result<Option<T>, ApiError> {
    let read = |name: String| {
        name.parse().map_err(|reason: String| Failure::invalid_field("query.state", "unknown", reason))
    };
    Ok(state.map(read).transpose()?)
}
