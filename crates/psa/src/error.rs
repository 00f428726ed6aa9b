//! What can go wrong with a PSA, whichever it is.

use rf_kernel::{Code, Failure};

/// Why a call to a PSA did not do what it should. The texts are for people: they say what to do and hold no
/// credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PsaError {
    /// The address of the connection is not one to talk to, or nothing there speaks the PSA's language.
    #[error("{0}")]
    Address(String),
    /// The credentials are not taken.
    #[error("{0}")]
    Auth(String),
    /// The credentials are good and do not cover this.
    #[error("{0}")]
    Permission(String),
    /// There is no such thing there.
    #[error("{0}")]
    NotFound(String),
    /// It does not take what was sent.
    #[error("{message}")]
    Invalid {
        /// Which field, in the PSA's words, where it says.
        field: Option<String>,
        /// What is wrong with it.
        message: String,
    },
    /// The thing is in another state than the call assumes.
    #[error("{0}")]
    Conflict(String),
    /// Too many calls.
    #[error("The PSA takes no more calls just now.")]
    RateLimited {
        /// After so many seconds it takes calls again, where it says.
        retry_after: Option<u64>,
    },
    /// Nothing was done; later it may work.
    #[error("{0}")]
    Transient(String),
    /// It may or may not have been done. Look before writing again.
    #[error("{0}")]
    UnknownOutcome(String),
    /// This PSA cannot do that.
    #[error("{0}")]
    Unsupported(&'static str),
}

impl PsaError {
    /// Its class, as it is kept in the push log.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Auth(_) => "auth",
            Self::Permission(_) => "permission",
            Self::NotFound(_) => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::Conflict(_) => "conflict",
            Self::RateLimited { .. } => "rate_limited",
            Self::Transient(_) => "transient",
            Self::UnknownOutcome(_) => "unknown_outcome",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// Whether the same call may go better later with nobody doing anything.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Transient(_) | Self::UnknownOutcome(_))
    }

    const fn code(&self) -> Code {
        match self {
            Self::Address(_) => codes::PSA_ADDRESS_REFUSED,
            Self::Auth(_) => codes::PSA_CREDENTIALS_REFUSED,
            Self::Permission(_) => codes::PSA_NOT_PERMITTED,
            Self::NotFound(_) => codes::PSA_NOT_FOUND,
            Self::Invalid { .. } | Self::Unsupported(_) => codes::PSA_REFUSED,
            Self::Conflict(_) => codes::PSA_CONFLICT,
            Self::RateLimited { .. } => codes::PSA_RATE_LIMITED,
            Self::Transient(_) => codes::PSA_UNAVAILABLE,
            Self::UnknownOutcome(_) => codes::PSA_OUTCOME_UNKNOWN,
        }
    }
}

impl From<PsaError> for Failure {
    fn from(error: PsaError) -> Self {
        let failure = Self::new(error.code(), error.to_string());
        match &error {
            PsaError::RateLimited { retry_after: Some(seconds) } => failure.retry_after(*seconds),
            _ => failure,
        }
    }
}

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// The address of the connection is not one we talk to.
    pub const PSA_ADDRESS_REFUSED: Code = Code::new("psa_address_refused", Kind::Invalid);
    /// The PSA does not take the connection's credentials.
    pub const PSA_CREDENTIALS_REFUSED: Code = Code::new("psa_credentials_refused", Kind::Invalid);
    /// The connection's API member may not do this in the PSA.
    pub const PSA_NOT_PERMITTED: Code = Code::new("psa_not_permitted", Kind::Conflict);
    /// The PSA has no such ticket, board, company or other thing.
    pub const PSA_NOT_FOUND: Code = Code::new("psa_not_found", Kind::NotFound);
    /// The PSA does not take what was to be written.
    pub const PSA_REFUSED: Code = Code::new("psa_refused", Kind::Invalid);
    /// The thing in the PSA is in another state than assumed.
    pub const PSA_CONFLICT: Code = Code::new("psa_conflict", Kind::Conflict);
    /// The PSA takes no more calls just now.
    pub const PSA_RATE_LIMITED: Code = Code::new("psa_rate_limited", Kind::Unavailable);
    /// The PSA does not answer, or not as it should.
    pub const PSA_UNAVAILABLE: Code = Code::new("psa_unavailable", Kind::Unavailable);
    /// Whether the PSA did it is not known yet.
    pub const PSA_OUTCOME_UNKNOWN: Code = Code::new("psa_outcome_unknown", Kind::Unavailable);
    /// The push is not one that waits for a person.
    pub const PUSH_NOT_WAITING: Code = Code::new("push_not_waiting", Kind::Conflict);

    /// The account has no PSA.
    pub const PSA_NOT_CONNECTED: Code = Code::new("psa_not_connected", Kind::Conflict);
    /// The account has a PSA already, and somebody else has just changed it.
    pub const PSA_CONNECTION_CHANGED: Code = Code::new("psa_connection_changed", Kind::Conflict);
    /// The session belongs to no ticket.
    pub const PSA_NO_TICKET: Code = Code::new("psa_no_ticket", Kind::Conflict);
    /// The work has not ended, so there is nothing to push yet.
    pub const PSA_SESSION_OPEN: Code = Code::new("psa_session_open", Kind::Conflict);
    /// The time is charged, or may be.
    pub const TIME_ENTRY_FIXED: Code = Code::new("time_entry_fixed", Kind::Conflict);
    /// No such push of this account, or none the caller may see.
    pub const PUSH_NOT_FOUND: Code = Code::new("push_not_found", Kind::NotFound);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        PSA_ADDRESS_REFUSED,
        PSA_CREDENTIALS_REFUSED,
        PSA_NOT_PERMITTED,
        PSA_NOT_FOUND,
        PSA_REFUSED,
        PSA_CONFLICT,
        PSA_RATE_LIMITED,
        PSA_UNAVAILABLE,
        PSA_OUTCOME_UNKNOWN,
        PUSH_NOT_WAITING,
        PSA_NOT_CONNECTED,
        PSA_CONNECTION_CHANGED,
        PSA_NO_TICKET,
        PSA_SESSION_OPEN,
        TIME_ENTRY_FIXED,
        PUSH_NOT_FOUND,
    ];
}
