//! Accounts, people, teams, refresh-token families, subscriptions and their limits.
#![warn(missing_docs)]

mod account;
mod idempotency;
mod identity;
mod invites;
mod links;
mod payments;
mod people;
mod redaction;
mod refresh;
mod repository;
mod second_factor;
mod subscription;
mod user;

pub use account::{Account, LIBRARY_ACCOUNT_ID, Team};
pub use idempotency::{IdempotencyRepository, KEY_LIFETIME_SECONDS, KeptAnswer, KeyClaim, KeyOutcome};
pub use identity::{
    AuthorizationAnswer, FlowSecrets, Identity, IdentityKey, IdentityOutcome, IdentityProvider,
    IdentityRepository, OAUTH_FLOW_SECONDS, OauthFlow, OauthProvider, ProvenIdentity,
};
pub use invites::{FREE_SEATS, Invite, InviteRepository, InviteState, invite_not_found};
pub use links::{LinkEnd, LinkToken, LinkTokenRepository, link_pause, link_unknown};
pub use payments::{
    Checkout, Interval, Message, NewsOutcome, NewsVersion, PaymentRepository, Payments, PlanPrice,
    SubscriptionNews,
};
pub use people::PersonChange;
pub use redaction::{KeepRedactionOutcome, RedactionSettings};
pub use refresh::{
    ConsumeOutcome, REUSE_GRACE_SECONDS, RefreshTokenRow, ReplayVerdict, RevokeReason, SignIns, judge_replay,
};
pub use repository::{
    AccountRepository, AccountsUnit, DeleteTeamOutcome, InsertUserOutcome, RedactionRepository,
    RefreshTokenRepository, SubscriptionRepository, TeamRepository, UserRepository,
};
pub use second_factor::{
    Judged, RECOVERY_CODES, RECOVERY_SIGNS, SECRET_BYTES, SecondFactor, SecondFactorRepository, TypedCode,
    authenticator_url, recovery_code, shared_secret,
};
pub use subscription::{
    KB_CONVERSION_LIMIT_REACHED, Plan, QuotaOutcome, SUBSCRIPTION_REQUIRED, Subscription, SubscriptionStatus,
    TREE_LIMIT_REACHED, check_in_force, check_tree_limit, kb_quota_exhausted,
};
pub use user::{Email, PasswordHash, SparedSignIn, User};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// Somebody registered with that e-mail before.
    pub const EMAIL_TAKEN: Code = Code::new("email_taken", Kind::Conflict);
    /// A site admin tried to switch themselves off.
    pub const CANNOT_SWITCH_SELF_OFF: Code = Code::new("cannot_switch_self_off", Kind::Conflict);
    /// Without them nobody would own the account.
    pub const LAST_OWNER: Code = Code::new("last_owner", Kind::Conflict);
    /// An owner tried to hand the account to themselves.
    pub const CANNOT_TRANSFER_TO_SELF: Code = Code::new("cannot_transfer_to_self", Kind::Conflict);
    /// The account has no such person.
    pub const PERSON_NOT_FOUND: Code = Code::new("person_not_found", Kind::NotFound);
    /// The account has no such team.
    pub const TEAM_NOT_FOUND: Code = Code::new("team_not_found", Kind::NotFound);
    /// Another team of the account has that name.
    pub const TEAM_NAME_TAKEN: Code = Code::new("team_name_taken", Kind::Conflict);
    /// People or flows belong to the team.
    pub const TEAM_IN_USE: Code = Code::new("team_in_use", Kind::Conflict);
    /// Payments are not set up.
    pub const BILLING_DISABLED: Code = Code::new("billing_disabled", Kind::Conflict);
    /// The payment provider did not do what was asked.
    pub const PAYMENTS_UNAVAILABLE: Code = Code::new("payments_unavailable", Kind::Unavailable);
    /// The provider has no price for the plan.
    pub const PLAN_NOT_FOR_SALE: Code = Code::new("plan_not_for_sale", Kind::Conflict);
    /// The account has the plan and pays for it.
    pub const ALREADY_SUBSCRIBED: Code = Code::new("already_subscribed", Kind::Conflict);
    /// Nothing was ever bought for the account.
    pub const NOT_A_CUSTOMER: Code = Code::new("not_a_customer", Kind::Conflict);
    /// Not from the payment provider, or not of now.
    pub const WEBHOOK_REFUSED: Code = Code::new("webhook_refused", Kind::BadRequest);

    /// Nobody signs in with that provider here.
    pub const OAUTH_NOT_OFFERED: Code = Code::new("oauth_not_offered", Kind::Conflict);
    /// The answer of a provider that this browser did not ask for, or that was used before, or came too late.
    pub const OAUTH_STATE_REFUSED: Code = Code::new("oauth_state_refused", Kind::BadRequest);
    /// What the provider says about somebody is not to be believed.
    pub const OAUTH_REFUSED: Code = Code::new("oauth_refused", Kind::Unauthenticated);
    /// The provider does not answer as it should.
    pub const OAUTH_UNAVAILABLE: Code = Code::new("oauth_unavailable", Kind::Unavailable);
    /// Somebody here has the address; they have to sign in as before and link.
    pub const OAUTH_EMAIL_IN_USE: Code = Code::new("oauth_email_in_use", Kind::Conflict);
    /// The provider gives no address, and an account needs one.
    pub const OAUTH_NO_EMAIL: Code = Code::new("oauth_no_email", Kind::Conflict);
    /// Somebody signs in with it.
    pub const IDENTITY_TAKEN: Code = Code::new("identity_taken", Kind::Conflict);
    /// Without it nobody could sign in as this person.
    pub const LAST_WAY_IN: Code = Code::new("last_way_in", Kind::Conflict);
    /// The key was used for another request.
    pub const IDEMPOTENCY_KEY_MISMATCH: Code = Code::new("idempotency_key_mismatch", Kind::Invalid);
    /// No link of a mail has that token.
    pub const LINK_UNKNOWN: Code = Code::new("link_unknown", Kind::BadRequest);
    /// The link did what it was for before.
    pub const LINK_USED: Code = Code::new("link_used", Kind::BadRequest);
    /// A newer link took its place.
    pub const LINK_SUPERSEDED: Code = Code::new("link_superseded", Kind::BadRequest);
    /// The link is too old.
    pub const LINK_EXPIRED: Code = Code::new("link_expired", Kind::BadRequest);
    /// No invitation has that token.
    pub const INVITE_NOT_FOUND: Code = Code::new("invite_not_found", Kind::NotFound);
    /// The invitation is too old.
    pub const INVITE_EXPIRED: Code = Code::new("invite_expired", Kind::Conflict);
    /// Somebody joined with the invitation before.
    pub const INVITE_USED: Code = Code::new("invite_used", Kind::Conflict);
    /// The invitation was taken back.
    pub const INVITE_REVOKED: Code = Code::new("invite_revoked", Kind::Conflict);
    /// The invitation went to another address than the caller's.
    pub const INVITE_FOR_SOMEBODY_ELSE: Code = Code::new("invite_for_somebody_else", Kind::Forbidden);
    /// The address was invited before, and the invitation waits.
    pub const ALREADY_INVITED: Code = Code::new("already_invited", Kind::Conflict);
    /// The person is in the account.
    pub const ALREADY_MEMBER: Code = Code::new("already_member", Kind::Conflict);
    /// The account has as many people as it has seats.
    pub const SEAT_LIMIT_REACHED: Code = Code::new("seat_limit_reached", Kind::PaymentRequired);
    /// The password was right; a code of the second factor is asked.
    pub const SECOND_FACTOR_REQUIRED: Code = Code::new("second_factor_required", Kind::Unauthenticated);
    /// The code is wrong, was used before, or the sign-in it belongs to was begun too long ago.
    pub const SECOND_FACTOR_REFUSED: Code = Code::new("second_factor_refused", Kind::Unauthenticated);
    /// Too many wrong codes.
    pub const SECOND_FACTOR_TRIES: Code = Code::new("second_factor_tries", Kind::RateLimited);
    /// The account requires a second factor, and the person has none yet.
    pub const SECOND_FACTOR_DUE: Code = Code::new("second_factor_due", Kind::Forbidden);
    /// The person has a second factor.
    pub const SECOND_FACTOR_EXISTS: Code = Code::new("second_factor_exists", Kind::Conflict);
    /// The person has no second factor, or none that is confirmed.
    pub const SECOND_FACTOR_MISSING: Code = Code::new("second_factor_missing", Kind::Conflict);
    /// The account requires it.
    pub const SECOND_FACTOR_KEPT: Code = Code::new("second_factor_kept", Kind::Conflict);
    /// This is for people who have proven their address.
    pub const EMAIL_NOT_VERIFIED: Code = Code::new("email_not_verified", Kind::Forbidden);
    /// The address was proven before.
    pub const EMAIL_ALREADY_VERIFIED: Code = Code::new("email_already_verified", Kind::Conflict);
    /// Whoever leaves would leave people, or something paid for, without an owner.
    pub const CANNOT_LEAVE_ACCOUNT: Code = Code::new("cannot_leave_account", Kind::Conflict);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        SECOND_FACTOR_REQUIRED,
        SECOND_FACTOR_REFUSED,
        SECOND_FACTOR_TRIES,
        SECOND_FACTOR_DUE,
        SECOND_FACTOR_EXISTS,
        SECOND_FACTOR_MISSING,
        SECOND_FACTOR_KEPT,
        EMAIL_TAKEN,
        OAUTH_NOT_OFFERED,
        OAUTH_STATE_REFUSED,
        OAUTH_REFUSED,
        OAUTH_UNAVAILABLE,
        OAUTH_EMAIL_IN_USE,
        OAUTH_NO_EMAIL,
        IDENTITY_TAKEN,
        LAST_WAY_IN,
        IDEMPOTENCY_KEY_MISMATCH,
        super::TREE_LIMIT_REACHED,
        super::SUBSCRIPTION_REQUIRED,
        super::KB_CONVERSION_LIMIT_REACHED,
        CANNOT_SWITCH_SELF_OFF,
        LAST_OWNER,
        CANNOT_TRANSFER_TO_SELF,
        PERSON_NOT_FOUND,
        TEAM_NOT_FOUND,
        TEAM_NAME_TAKEN,
        TEAM_IN_USE,
        BILLING_DISABLED,
        PAYMENTS_UNAVAILABLE,
        PLAN_NOT_FOR_SALE,
        ALREADY_SUBSCRIBED,
        NOT_A_CUSTOMER,
        WEBHOOK_REFUSED,
        LINK_UNKNOWN,
        LINK_USED,
        LINK_SUPERSEDED,
        LINK_EXPIRED,
        INVITE_NOT_FOUND,
        INVITE_EXPIRED,
        INVITE_USED,
        INVITE_REVOKED,
        INVITE_FOR_SOMEBODY_ELSE,
        ALREADY_INVITED,
        ALREADY_MEMBER,
        SEAT_LIMIT_REACHED,
        EMAIL_NOT_VERIFIED,
        EMAIL_ALREADY_VERIFIED,
        CANNOT_LEAVE_ACCOUNT,
    ];
}
