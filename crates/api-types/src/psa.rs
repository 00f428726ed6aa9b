//! The PSA: connection, tickets, people, pushes.

use rf_kernel::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::sent;

/// Whose PSA it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PsaProviderName {
    /// ConnectWise PSA (Manage).
    ConnectWise,
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
    /// The company they sign in to.
    #[schema(min_length = 1, max_length = 100)]
    pub company_id: String,
    /// The public key of the API member.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub public_key: Option<SecretString>,
    /// The private key of the API member.
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
}

/// Whether the account is connected, and how.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaConnectionResponse {
    /// Whether it is.
    pub connected: bool,
    /// How.
    pub connection: Option<PsaConnectionBody>,
}

/// Which tickets are asked for: open ones that fit all that is sent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TicketsQuery {
    /// A part of the summary; a number also finds the ticket with it.
    #[serde(default)]
    pub q: Option<String>,
    /// The id of a board.
    #[serde(default)]
    pub board: Option<String>,
    /// How many, 1 to 100; 25 when not sent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketBody {
    /// Its number.
    pub id: String,
    /// Its one line.
    pub summary: String,
    /// The client.
    pub company: Option<String>,
    /// Who reported it.
    pub contact: Option<String>,
    /// The board it is on.
    pub board: Option<String>,
    /// How it stands.
    pub status: Option<String>,
    /// How urgent it is.
    pub priority: Option<String>,
    /// When anything about it last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_updated: Option<Timestamp>,
    /// Whether it is closed.
    pub closed: bool,
}

/// A client.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketCompanyBody {
    /// The PSA's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its telephone number.
    pub phone: Option<String>,
    /// Its site on the web.
    pub website: Option<String>,
    /// Where it is.
    pub address: Option<String>,
}

/// A person of a client.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketContactBody {
    /// The PSA's id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they do there.
    pub title: Option<String>,
    /// How to write to them.
    pub email: Option<String>,
    /// How to call them.
    pub phone: Option<String>,
}

/// A device or service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfigurationBody {
    /// The PSA's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What sort of thing it is.
    pub kind: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// Its operating system.
    pub os: Option<String>,
    /// Its address in the client's network.
    pub ip_address: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

/// A note of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketNoteBody {
    /// What it says. It comes from anywhere.
    pub text: String,
    /// Where it is shown: `internal`, `discussion` or `resolution`.
    pub kind: Option<String>,
    /// Who wrote it.
    pub by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// A status of a board.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketStatusBody {
    /// The PSA's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether a ticket with it is closed.
    pub closes: bool,
    /// Whether time may be charged to a ticket with it.
    pub takes_time: bool,
}

/// A ticket with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketCardResponse {
    /// The ticket.
    pub ticket: TicketBody,
    /// The client.
    pub company: Option<TicketCompanyBody>,
    /// Who reported it.
    pub contact: Option<TicketContactBody>,
    /// The devices it is about.
    pub configurations: Vec<ConfigurationBody>,
    /// Its newest notes, the oldest of them first, shortened.
    pub recent_notes: Vec<TicketNoteBody>,
    /// The statuses of its board that are in use.
    pub statuses: Vec<TicketStatusBody>,
}

/// A person with who they are at the PSA.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberMappingBody {
    /// The person here.
    pub user_id: Uuid,
    /// Their name.
    pub user_name: String,
    /// Their e-mail.
    pub email: String,
    /// Who they are there.
    pub member_id: Option<String>,
    /// What they are called there.
    pub member_name: Option<String>,
    /// How that is known: `manual`, `email` or `none`.
    pub how: String,
}

/// Somebody who works in the PSA.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaMemberBody {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: Option<String>,
}

/// Everybody, here and there.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaMembersResponse {
    /// The account's people, by name.
    pub items: Vec<MemberMappingBody>,
    /// Who there is in the PSA to choose from.
    pub psa_members: Vec<PsaMemberBody>,
}

/// Who somebody is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MapMemberRequest {
    /// The member; null forgets who they are.
    pub member_id: Option<String>,
}

/// Which kind of session.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKindBody {
    /// One run of a flow.
    Guided,
    /// A conversation with the copilot.
    Ai,
}

/// What is written into a ticket.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArtefactBody {
    /// A note.
    Note,
    /// A time entry.
    Time,
}

/// What to look at before it is pushed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushPreviewRequest {
    /// The session.
    pub session_id: Uuid,
    /// Which kind it is.
    pub session_kind: SessionKindBody,
    /// What.
    pub artefact: ArtefactBody,
}

/// The time that would be charged.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushTimeBody {
    /// How long, rounded.
    pub minutes: u32,
    /// How long it was measured.
    pub worked_seconds: u64,
    /// The kind of work.
    pub work_type: Option<String>,
}

/// Exactly what would be written.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushPreviewResponse {
    /// Into which ticket.
    pub ticket_id: String,
    /// Where a note is shown.
    pub kind: String,
    /// The text, with its marker.
    pub text: String,
    /// The time, for a time entry.
    pub time: Option<PushTimeBody>,
    /// What should be looked at before.
    pub warnings: Vec<String>,
}

/// What to push by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    /// The session; it has ended.
    pub session_id: Uuid,
    /// Which kind it is.
    pub session_kind: SessionKindBody,
    /// What.
    pub artefacts: Vec<ArtefactBody>,
    /// Minutes to charge; as measured when not sent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: Option<u32>,
}

/// Which pushes to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PushesQuery {
    /// Of this session.
    #[serde(default)]
    pub session_id: Option<Uuid>,
    /// That stand so: `queued`, `sending`, `sent`, `confirmed`, `failed` or `needs_review`.
    #[serde(default)]
    pub state: Option<String>,
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A push.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushBody {
    /// Its id.
    pub id: Uuid,
    /// Whose work it is about.
    pub session_id: Uuid,
    /// Which kind of session that is.
    pub session_kind: SessionKindBody,
    /// Into which ticket.
    pub ticket_id: String,
    /// What.
    pub artefact: ArtefactBody,
    /// How it stands: `queued`, `sending`, `sent`, `confirmed`, `failed` or `needs_review`.
    pub state: String,
    /// How often it was begun since it was queued.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What went well and should be looked at all the same.
    pub warnings: Vec<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When anything about it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// What the PSA calls it, once it is there.
    pub external_id: Option<String>,
}
