//! The one error body.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was refused. Every answer outside 2xx has this body.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A sentence, or an object where the address documents one.
    #[schema(value_type = Value)]
    pub detail: serde_json::Value,
    /// Stable name of the failure; all of them are in the error-code reference.
    #[schema(example = "tree_not_found")]
    pub code: String,
    /// Quote this to support; the log has the same id.
    pub request_id: String,
    /// Refused fields, with status 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldErrorBody>,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldErrorBody {
    /// Where, as a path into the request.
    #[schema(example = "intake_form.fields[2].name")]
    pub loc: String,
    /// Stable reason.
    #[schema(example = "too_long")]
    pub code: String,
    /// What to do about it.
    pub message: String,
}
