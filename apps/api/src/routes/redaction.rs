//! What the notes of an account have masked.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use rf_api_types::{
    error::ErrorBody,
    redaction::{RedactionRuleBody, RedactionSettingsRequest, RedactionSettingsResponse},
};
use rf_notes::{CustomRule, RedactionOptions};

use super::{method_not_allowed, with_etag};
use crate::{
    error::ApiError,
    extract::{AppData, Auth, IfMatch, Json},
    map,
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        web::resource("/accounts/me/redaction")
            .get(get)
            .put(put)
            .default_service(web::to(method_not_allowed)),
    );
}

/// What the account has masked beyond what always is.
#[utoipa::path(get, path = "/api/v1/accounts/me/redaction", tag = "accounts", operation_id = "get_redaction",
    responses((status = 200, body = RedactionSettingsResponse)))]
pub(crate) async fn get(app: AppData, auth: Auth) -> Result<HttpResponse, ApiError> {
    let (settings, can_edit) = app.redaction_settings(&auth.0).await?;
    Ok(with_etag(HttpResponse::Ok(), settings.revision.0, &map::redaction_settings(settings, can_edit)))
}

/// Replace it; admins only. With `If-Match`, only if nobody was faster.
#[utoipa::path(put, path = "/api/v1/accounts/me/redaction", tag = "accounts", operation_id = "set_redaction",
    params(("If-Match" = Option<String>, Header)), request_body = RedactionSettingsRequest,
    responses((status = 200, body = RedactionSettingsResponse), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    app: AppData,
    auth: Auth,
    if_match: IfMatch,
    body: Json<RedactionSettingsRequest>,
) -> Result<HttpResponse, ApiError> {
    let RedactionSettingsRequest { hostnames, unc_paths, guids, custom } = body.0;
    let rule = |rule: RedactionRuleBody| CustomRule {
        name: rule.name,
        pattern: rule.pattern,
        ignore_case: rule.ignore_case,
        whole_word: rule.whole_word,
        label: rule.label,
    };
    let custom = custom.into_iter().map(rule).collect();
    let options = RedactionOptions { hostnames, unc_paths, guids, custom };
    let settings = app.set_redaction_settings(&auth.0, &options, if_match.0).await?;
    Ok(with_etag(HttpResponse::Ok(), settings.revision.0, &map::redaction_settings(settings, true)))
}
