//! Tickets of the PSA, with what belongs to them.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

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

/// Something of the PSA that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaChoiceBody {
    /// Its id there.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// What of the PSA can be chosen from.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaOptionsResponse {
    /// Boards or queues in use.
    pub boards: Vec<PsaChoiceBody>,
    /// Kinds of work.
    pub work_types: Vec<PsaChoiceBody>,
    /// Roles it is done in.
    pub work_roles: Vec<PsaChoiceBody>,
}

/// What is kept of a guided session's ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptTicketResponse {
    /// The ticket as the PSA had it when it was last read, with what others changed since work on it began; null where
    /// nothing is kept.
    pub ticket_data: Option<Value>,
}
