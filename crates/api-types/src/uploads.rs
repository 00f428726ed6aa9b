//! Files people bring.

use rf_kernel::Timestamp;
use rf_uploads::FileKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::pilot::SignatureBody;

/// A file somebody brought.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadBody {
    /// Its id; its bytes are at `/uploads/{id}`.
    pub id: Uuid,
    /// What it was called, without folders.
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// Bytes that are kept: of a picture without what is no picture, of a log its text in UTF-8.
    pub bytes: i64,
    /// The SHA-256 of them, hexadecimal.
    pub sha256: String,
    /// Width of a picture, pixels.
    pub width: Option<u32>,
    /// Its height.
    pub height: Option<u32>,
    /// Lines of a log.
    pub lines: Option<u64>,
    /// Error signatures in a log.
    pub signatures: Vec<SignatureBody>,
    /// What was said with it; `null` while it is attached to nothing, which is for a day at most.
    pub message_id: Option<Uuid>,
    /// Who brought it.
    pub uploaded_by: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// What a file that is brought was called.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// Its name; nothing is told by its ending.
    #[serde(default)]
    pub name: Option<String>,
}
