//! Who may do what, how long a sign-in lasts, what a token says, and what a password must be. Pure: no I/O,
//! no clock.
#![warn(missing_docs)]

mod link_tokens;
mod password;
mod permission;
mod role;
mod session_policy;
mod tokens;

pub use link_tokens::{LinkPurpose, link_token_hash};
pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, check_new_password};
pub use permission::{Action, Actor, decide, require};
pub use role::Role;
pub use session_policy::{
    PolicyBounds, RefreshClaims, RefreshDecision, SessionPolicy, SessionPolicyDefaults, SessionPreset,
};
pub use tokens::{
    ACCESS_TOKEN_SECONDS, AccessClaims, HalfSignIn, RefreshToken, SECOND_FACTOR_SECONDS, STEP_UP_SECONDS,
    StepUp, TokenError, TokenKey, TokenKeys,
};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// The sign-in was unused for too long.
    pub const SESSION_EXPIRED_IDLE: Code = Code::new("session_expired_idle", Kind::Unauthenticated);
    /// The sign-in is older than the account allows.
    pub const SESSION_EXPIRED_ABSOLUTE: Code = Code::new("session_expired_absolute", Kind::Unauthenticated);
    /// Unknown, used, revoked, forged, or of a person who may not sign in.
    pub const INVALID_REFRESH_TOKEN: Code = Code::new("invalid_refresh_token", Kind::Unauthenticated);
    /// Wrong e-mail or password; which of the two is never said.
    pub const INVALID_CREDENTIALS: Code = Code::new("invalid_credentials", Kind::Unauthenticated);

    /// This needs the password again, shown in the last five minutes.
    pub const STEP_UP_REQUIRED: Code = Code::new("step_up_required", Kind::Forbidden);
    /// There is no password to show: the person signs in with another provider.
    pub const NO_PASSWORD: Code = Code::new("no_password", Kind::Conflict);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        SESSION_EXPIRED_IDLE,
        SESSION_EXPIRED_ABSOLUTE,
        INVALID_REFRESH_TOKEN,
        INVALID_CREDENTIALS,
        STEP_UP_REQUIRED,
        NO_PASSWORD,
    ];
}
