//! The installation itself: health, readiness, metrics, what it is.

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use metrics_exporter_prometheus::PrometheusHandle;
use rf_api_types::system::{HealthResponse, MetaResponse};
use rf_kernel::Failure;
use tokio_util::sync::CancellationToken;

use super::{method_not_allowed, oauth::oauth_provider};
use crate::{error::ApiError, extract::AppData};

/// What `/meta` says beside the version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MetaSettings {
    pub(crate) demo: bool,
    pub(crate) signup_enabled: bool,
}

/// Below `/api/v1`.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(web::resource("/meta").get(meta).default_service(web::to(method_not_allowed)));
}

/// At the top: what operators and load balancers ask.
pub(crate) fn configure_probes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/healthz").get(healthz).default_service(web::to(method_not_allowed)))
        .service(web::resource("/readyz").get(readyz).default_service(web::to(method_not_allowed)))
        .service(web::resource("/metrics").get(metrics).default_service(web::to(method_not_allowed)));
}

/// What this installation is.
#[utoipa::path(get, path = "/api/v1/meta", tag = "system", operation_id = "meta",
    responses((status = 200, body = MetaResponse)), security(()))]
pub(crate) async fn meta(app: AppData, settings: Data<MetaSettings>) -> HttpResponse {
    HttpResponse::Ok().json(MetaResponse {
        name: "ResolutionFlow",
        version: env!("CARGO_PKG_VERSION"),
        demo: settings.demo,
        signup_enabled: settings.signup_enabled,
        billing_enabled: app.billing_enabled(),
        mail_enabled: app.sends_mails(),
        model_enabled: app.has_model(),
        oauth_providers: app.oauth_providers().map(oauth_provider).collect(),
    })
}

/// Whether the process runs.
#[utoipa::path(get, path = "/healthz", tag = "system", operation_id = "healthz",
    responses((status = 200, body = HealthResponse)), security(()))]
pub(crate) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(HealthResponse { status: "ok" })
}

/// Whether requests should be sent here: the database answers, takes what is written, and no shutdown has begun.
#[utoipa::path(get, path = "/readyz", tag = "system", operation_id = "readyz",
    responses((status = 200, body = HealthResponse), (status = 503, body = rf_api_types::error::ErrorBody)), security(()))]
pub(crate) async fn readyz(
    app: AppData,
    stopping: Data<CancellationToken>,
) -> Result<HttpResponse, ApiError> {
    if stopping.is_cancelled() {
        return Err(ApiError::new(rf_kernel::codes::UNAVAILABLE, "The server is stopping."));
    }
    app.ready().await.map_err(Failure::from)?;
    Ok(HttpResponse::Ok().json(HealthResponse { status: "ready" }))
}

/// Counters and timings for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "system", operation_id = "metrics",
    responses((status = 200, body = String, content_type = "text/plain")), security(()))]
pub(crate) async fn metrics(handle: Data<PrometheusHandle>) -> HttpResponse {
    handle.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}
