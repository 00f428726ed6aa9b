//! What notes have masked: an account's settings, an engineer's choices, the preview.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What the account has masked beyond what always is.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedactionSettingsResponse {
    /// Host names, qualified and bare.
    pub hostnames: bool,
    /// UNC paths.
    pub unc_paths: bool,
    /// GUIDs.
    pub guids: bool,
    /// The account's own rules.
    pub custom: Vec<RedactionRuleBody>,
    /// Who changed them last.
    pub updated_by_id: Option<Uuid>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
    /// Counts the changes; send it back as `If-Match`.
    pub revision: i64,
    /// Whether the caller may change them.
    pub can_edit: bool,
}

/// What the account is to have masked; replaces everything.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedactionSettingsRequest {
    /// Host names, qualified and bare.
    #[serde(default)]
    pub hostnames: bool,
    /// UNC paths.
    #[serde(default)]
    pub unc_paths: bool,
    /// GUIDs.
    #[serde(default)]
    pub guids: bool,
    /// The account's own rules, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub custom: Vec<RedactionRuleBody>,
}

/// A rule of an account: what its pattern finds in a line is masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedactionRuleBody {
    /// What people call it; names differ.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// A regular expression without look-around and back references. If it has a group called `value`, only that
    /// group is masked: `badge (?P<value>[0-9]{4})`.
    #[schema(min_length = 1, max_length = 500)]
    pub pattern: String,
    /// What stands in a note for a match: `[label redacted]`; `custom rule` when not sent.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub label: Option<String>,
    /// Upper and lower case are the same.
    #[serde(default)]
    pub ignore_case: bool,
    /// Only matches that are not part of a longer word.
    #[serde(default)]
    pub whole_word: bool,
}

/// What an engineer decides about one note. What the account has masked stays on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRedaction {
    /// Also mask host names.
    #[serde(default)]
    pub hostnames: bool,
    /// Also mask UNC paths.
    #[serde(default)]
    pub unc_paths: bool,
    /// Also mask GUIDs.
    #[serde(default)]
    pub guids: bool,
    /// Findings to show as they are, by the `key` a preview of this session gave them; at most 500.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub keep: Vec<String>,
    /// Texts to mask wherever they stand, letter for letter, in every redaction mode; at most 500. They win over `keep`.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub mask: Vec<String>,
}

/// A note as it would leave, with all that is masked in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotePreviewResponse {
    /// The note.
    pub text: String,
    /// Its media type.
    pub media_type: &'static str,
    /// How much is masked, by kind; `null` without masking.
    #[schema(value_type = Option<RedactionSummaryBody>)]
    pub summary: Option<rf_notes::RedactionSummary>,
    /// What is masked, or kept, in the order of the text.
    pub hits: Vec<NoteHitBody>,
    /// Keys to keep that kept nothing: the text was changed since, or it is masked for another reason.
    pub unused: Vec<String>,
}

/// How much is masked.
#[derive(Debug, ToSchema)]
pub struct RedactionSummaryBody {
    /// All together.
    pub total: u32,
    /// By kind; kinds that did not occur are left out.
    pub counts: std::collections::BTreeMap<String, u32>,
}

/// A place in a note where something is masked, or kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteHitBody {
    /// Its name for `keep`; `null` for what is never shown: declared secrets, and texts to mask.
    pub key: Option<String>,
    /// What it is, such as `password`.
    #[schema(value_type = RedactionKind)]
    pub kind: rf_notes::Kind,
    /// Where it begins in `text`, in UTF-16 code units as browsers count.
    pub start: usize,
    /// Where it ends, likewise.
    pub end: usize,
    /// Where it begins in `text`, in bytes of UTF-8.
    pub start_byte: usize,
    /// Where it ends, likewise.
    pub end_byte: usize,
    /// Shown as it is, by the engineer's choice.
    pub kept: bool,
    /// What is masked there; `null` where it is never shown.
    pub value: Option<String>,
}

/// Kinds of what is masked, the most sensitive first.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RedactionKind {
    /// Value of a variable the flow declares secret.
    Secret,
    /// Text the engineer marked.
    Marked,
    /// Private key.
    PrivateKey,
    /// Connection string or URL with credentials.
    ConnectionString,
    /// Password, passphrase or PIN.
    Password,
    /// API key.
    ApiKey,
    /// Bearer token, JWT.
    Token,
    /// BitLocker or FileVault key.
    RecoveryKey,
    /// One-time code.
    OneTimeCode,
    /// Match of a rule of the account.
    Custom,
    /// UNC path.
    UncPath,
    /// GUID.
    Guid,
    /// Payment card number.
    Card,
    /// E-mail address.
    Email,
    /// IP address.
    IpAddress,
    /// MAC address.
    MacAddress,
    /// Telephone number.
    Phone,
    /// Host name.
    Hostname,
}
