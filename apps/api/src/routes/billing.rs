//! Plans and payment. A lapsed account reaches all of this, so that it can recover.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use rf_accounts::{Interval, Plan};
use rf_api_types::{
    billing::{BillingPageResponse, BillingResponse, CheckoutRequest, IntervalBody, PaidPlanBody},
    error::ErrorBody,
};

use super::method_not_allowed;
use crate::{
    error::ApiError,
    extract::{AppData, Auth, Json, RawBody, RequestIdOf},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/billing").get(show).default_service(web::to(method_not_allowed)))
        .service(
            web::resource("/billing/checkout").post(checkout).default_service(web::to(method_not_allowed)),
        )
        .service(web::resource("/billing/portal").post(portal).default_service(web::to(method_not_allowed)))
        .service(
            web::resource("/billing/webhook").post(webhook).default_service(web::to(method_not_allowed)),
        );
}

/// The account's plan and what is used of it.
#[utoipa::path(get, path = "/api/v1/billing", tag = "billing", operation_id = "billing",
    responses((status = 200, body = BillingResponse), (status = 403, body = ErrorBody)))]
pub(crate) async fn show(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(map::billing(&app.billing(&auth.0).await?)))
}

/// Begin to buy a plan: the page of the payment provider where that is done.
#[utoipa::path(post, path = "/api/v1/billing/checkout", tag = "billing", operation_id = "begin_checkout",
    request_body = CheckoutRequest,
    responses((status = 200, body = BillingPageResponse), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn checkout(
    app: AppData,
    auth: Auth,
    body: Json<CheckoutRequest>,
) -> Result<HttpResponse, ApiError> {
    let plan = match body.0.plan {
        PaidPlanBody::Pro => Plan::Pro,
    };
    let interval = match body.0.interval {
        IntervalBody::Month => Interval::Month,
        IntervalBody::Year => Interval::Year,
    };
    let url = app.begin_checkout(&auth.0, plan, interval).await?;
    Ok(HttpResponse::Ok().json(BillingPageResponse { url }))
}

/// The page of the payment provider where invoices are seen, cards changed, subscriptions cancelled.
#[utoipa::path(post, path = "/api/v1/billing/portal", tag = "billing", operation_id = "open_billing_portal",
    responses((status = 200, body = BillingPageResponse), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn portal(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let url = app.open_portal(&auth.0).await?;
    Ok(HttpResponse::Ok().json(BillingPageResponse { url }))
}

/// A message of the payment provider; its signature is all that lets it in.
#[utoipa::path(post, path = "/api/v1/billing/webhook", tag = "billing", operation_id = "payment_webhook",
    request_body(content = String, content_type = "application/json"),
    params(("Stripe-Signature" = String, Header)),
    responses((status = 204), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody)), security(()))]
pub(crate) async fn webhook(
    app: AppData,
    request: HttpRequest,
    request_id: RequestIdOf,
    body: RawBody,
) -> Result<HttpResponse, ApiError> {
    let signature = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok());
    app.receive_payment_message(&body.0, signature.unwrap_or_default(), request_id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
