//! The PSA: the connection and its settings; tickets, people, pushes and time have files of their own.

mod members;
mod pushes;
mod tickets;
mod time;

use rf_kernel::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::sent;

pub use self::{
    members::{MapMemberRequest, MemberMappingBody, PsaMemberBody, PsaMembersResponse},
    pushes::{
        ArtefactBody, PushBody, PushPreviewRequest, PushPreviewResponse, PushRequest, PushTimeBody,
        PushesQuery, SessionKindBody,
    },
    tickets::{
        ConfigurationBody, KeptTicketResponse, PsaChoiceBody, PsaOptionsResponse, TicketBody,
        TicketCardResponse, TicketCompanyBody, TicketContactBody, TicketNoteBody, TicketStatusBody,
        TicketsQuery,
    },
    time::{EditTimeRequest, TimeLedgerResponse, TimeLineBody},
};

/// Whose PSA it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PsaProviderName {
    /// ConnectWise PSA (Manage).
    ConnectWise,
    /// HaloPSA.
    Halo,
}

/// What a connection is made with. Keys that are not sent stay as they are, for the same site and company.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PsaConnectRequest {
    /// Whose PSA it is.
    pub provider: PsaProviderName,
    /// Where its people sign in, such as `eu.myconnectwise.net`.
    #[schema(min_length = 1, max_length = 255)]
    pub site_url: String,
    /// The company they sign in to; of a Halo the tenant, empty where its site has one.
    #[schema(max_length = 100)]
    pub company_id: String,
    /// The public key of the API member; a Halo has none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub public_key: Option<SecretString>,
    /// The private key of the API member; of a Halo the client secret.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub private_key: Option<SecretString>,
    /// The client id of the integration.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub client_id: Option<SecretString>,
}

/// What is tested: what is sent, or the kept connection where nothing is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PsaTestRequest {
    /// As for a connection.
    #[serde(default)]
    pub provider: Option<PsaProviderName>,
    /// As for a connection.
    #[serde(default)]
    pub site_url: Option<String>,
    /// As for a connection.
    #[serde(default)]
    pub company_id: Option<String>,
    /// As for a connection.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub public_key: Option<SecretString>,
    /// As for a connection.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub private_key: Option<SecretString>,
    /// As for a connection.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub client_id: Option<SecretString>,
}

/// One thing a test looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiagnosisStepBody {
    /// What.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// What a test found, in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiagnosisBody {
    /// How it is.
    pub headline: String,
    /// What to do about it; empty where there is nothing to do.
    pub what_to_do: String,
    /// What was looked at, in order; the first that failed is the last.
    pub steps: Vec<DiagnosisStepBody>,
}

/// What a test came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaTestResponse {
    /// Whether it works.
    pub ok: bool,
    /// In words.
    pub diagnosis: DiagnosisBody,
}

/// Whether and how time is charged.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeSettingsBody {
    /// Charge the session's active time.
    pub create: bool,
    /// The kind of work, the PSA's id of it; as the PSA decides when null.
    pub work_type: Option<String>,
    /// The role, likewise.
    pub work_role: Option<String>,
}

/// How working time is rounded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundingBody {
    /// Steps of so many minutes: 1, 3, 5, 6, 10, 15, 30 or 60.
    pub step_minutes: u32,
    /// `up`, `nearest` or `down`.
    pub direction: String,
    /// Any work at all counts for at least so many minutes, 0 to 480.
    pub least_minutes: u32,
}

/// The statuses a ticket gets, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusSettingsBody {
    /// When its session is solved.
    pub on_resolve: Option<String>,
    /// When its session is escalated.
    pub on_escalate: Option<String>,
}

/// What stands in a note.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContentSettingsBody {
    /// `mask` or `none`; values of secret variables are masked in both.
    pub redaction_mode: String,
    /// Whether the copilot's reasons are told.
    pub include_ai_reasoning: bool,
}

/// What is pushed, and how. A change names what changes; null is the default.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushSettingsBody {
    /// A solved session's note is pushed by itself.
    pub push_on_resolve: bool,
    /// So is that of an escalated one.
    pub push_on_escalate: bool,
    /// Where notes are shown: `internal`, `discussion` or `resolution`.
    pub note_visibility: String,
    /// The time entry.
    pub time_entry: TimeSettingsBody,
    /// How working time is rounded.
    pub rounding: RoundingBody,
    /// The statuses to set.
    pub status: StatusSettingsBody,
    /// What stands in a note.
    pub content: ContentSettingsBody,
}

/// A change of the settings: any part of them, down to a single field of a group; null is the default again.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushSettingsPatch {
    /// A solved session's note is pushed by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push_on_resolve: Option<bool>,
    /// So is that of an escalated one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push_on_escalate: Option<bool>,
    /// Where notes are shown: `internal`, `discussion` or `resolution`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_visibility: Option<String>,
    /// Of the time entry.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub time_entry: Option<Option<Value>>,
    /// Of how working time is rounded.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub rounding: Option<Option<Value>>,
    /// Of the statuses to set.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub status: Option<Option<Value>>,
    /// Of what stands in a note.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub content: Option<Option<Value>>,
}

/// A connection, without its keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaConnectionBody {
    /// Its id.
    pub id: Uuid,
    /// Whose PSA it is.
    pub provider: PsaProviderName,
    /// Where its people sign in.
    pub site_url: String,
    /// The company they sign in to.
    pub company_id: String,
    /// What the last test said: `ok`, `failing` or `untested`.
    pub status: String,
    /// In words.
    pub diagnosis: Option<DiagnosisBody>,
    /// When it was connected.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last tested.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_tested_at: Option<Timestamp>,
    /// The end of the public key.
    pub public_key_hint: String,
    /// What is pushed, and how.
    pub settings: PushSettingsBody,
    /// Where the PSA can show notes: some of `internal`, `discussion` and `resolution`.
    pub note_visibilities: Vec<String>,
    /// Whether the PSA tells of changes by itself; else they are looked for from time to time.
    pub callbacks: bool,
    /// Why it does not, where it could.
    pub callbacks_problem: Option<String>,
    /// When changes were last looked for.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub synced_at: Option<Timestamp>,
}

/// Whether the account is connected, and how.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaConnectionResponse {
    /// Whether it is.
    pub connected: bool,
    /// Whose PSA it is.
    pub provider: Option<PsaProviderName>,
    /// What the last test said: `ok`, `failing` or `untested`.
    pub status: Option<String>,
    /// Whether a resolved session is pushed by itself.
    pub push_on_resolve: bool,
    /// Whether an escalated one is.
    pub push_on_escalate: bool,
    /// How, for those who manage it; null for all others.
    pub connection: Option<PsaConnectionBody>,
}
