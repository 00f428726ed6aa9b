//! The intake form: the variables a flow asks for. Nothing blocks on it; a value is filled when a step needs it.

use serde::{Deserialize, Serialize};

/// The variables a flow defines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IntakeForm {
    /// In the order they are shown.
    #[serde(default)]
    pub fields: Vec<Field>,
}

impl IntakeForm {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What texts call it: `a-z`, then `a-z 0-9 _`, at most 63.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What sort of value it holds.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether the work should not end without it. It never blocks a start.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Its value is masked in every note, whatever it looks like.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// The choices of a `select`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Filled in when a session starts without a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Shown under the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Shown in the empty input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What sort of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line.
    Text,
    /// Several lines.
    Multiline,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// One of the field's options.
    Select,
}
