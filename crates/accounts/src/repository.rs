//! Where accounts and people are kept. Implemented by the store adapters.
//!
//! Methods without a tenant run in a *system* unit: sign-in happens before the tenant is known.

use async_trait::async_trait;
use rf_audit::AuditLog;
use rf_kernel::{AccountId, FamilyId, JwtId, Revision, StoreError, TeamId, Timestamp, UserId};

use crate::{
    Account, ConsumeOutcome, Email, KeepRedactionOutcome, PasswordHash, PersonChange, QuotaOutcome,
    RedactionSettings, RefreshTokenRow, RevokeReason, SignIns, SparedSignIn, Subscription, Team, User,
};

/// What became of a new person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertUserOutcome {
    /// Kept.
    Inserted,
    /// Somebody has that e-mail; nothing was kept.
    EmailTaken,
}

/// What became of the wish to be rid of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteTeamOutcome {
    /// Gone.
    Deleted,
    /// People or flows belong to it; it stays.
    InUse,
    /// The account has no such team.
    NotFound,
}

/// Keeps accounts.
#[async_trait]
pub trait AccountRepository: Send {
    /// Keeps a new account.
    async fn insert_account(&mut self, account: &Account) -> Result<(), StoreError>;
    /// System: at most `limit` accounts made before `before`, newest first.
    async fn accounts_page(
        &mut self,
        before: Option<AccountId>,
        limit: u64,
    ) -> Result<Vec<Account>, StoreError>;
    /// The tenant's own account.
    async fn account_by_id(&mut self, tenant: AccountId) -> Result<Option<Account>, StoreError>;
    /// Writes name and session limits of the tenant's own account; whether it was there. Lock it first.
    async fn update_account(&mut self, tenant: AccountId, account: &Account) -> Result<bool, StoreError>;
    /// Makes other units that lock the same account wait until this one ends. For limits that count rows.
    async fn lock_account(&mut self, tenant: AccountId) -> Result<(), StoreError>;
}

/// Keeps people.
#[async_trait]
pub trait UserRepository: Send {
    /// Keeps a new person, unless the e-mail is taken.
    async fn insert_user(&mut self, user: &User) -> Result<InsertUserOutcome, StoreError>;
    /// A person of the account.
    async fn user_by_id(&mut self, tenant: AccountId, id: UserId) -> Result<Option<User>, StoreError>;
    /// The account's people who are active and not deleted, by name.
    async fn members(&mut self, tenant: AccountId) -> Result<Vec<User>, StoreError>;
    /// The account's people who are not deleted, whether they can sign in or not, by name.
    async fn people(&mut self, tenant: AccountId) -> Result<Vec<User>, StoreError>;
    /// Changes a person of the account in what is given; answers whether there is one.
    async fn change_person(
        &mut self,
        tenant: AccountId,
        id: UserId,
        change: &PersonChange,
    ) -> Result<bool, StoreError>;
    /// System: the person with that sign-in name.
    async fn user_by_email(&mut self, email: &Email) -> Result<Option<User>, StoreError>;
    /// People of the account with a refresh token that works at `now`, last sign-in first.
    async fn signed_in_users(&mut self, tenant: AccountId, now: Timestamp) -> Result<Vec<User>, StoreError>;
    /// System: the person a token names. In a writing unit nobody ends their sign-ins or changes them until the
    /// unit ends: what is read here still holds when a token is minted.
    async fn user_for_sign_in(&mut self, id: UserId) -> Result<Option<User>, StoreError>;
    /// System: at most `limit` people made before `before`, newest first; of one account, or of all.
    async fn users_page(
        &mut self,
        account: Option<AccountId>,
        before: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<User>, StoreError>;
    /// Switches a person of the account off or on; answers whether there is one.
    async fn set_user_active(
        &mut self,
        tenant: AccountId,
        id: UserId,
        is_active: bool,
    ) -> Result<bool, StoreError>;
    /// System: makes a person a site admin whose e-mail is verified, at the latest at `at`.
    async fn make_super_admin(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError>;
    /// Gives a person of the account another password; answers whether there is one.
    async fn set_password(
        &mut self,
        tenant: AccountId,
        id: UserId,
        hash: &PasswordHash,
    ) -> Result<bool, StoreError>;
    /// Stamps that a person of the account has proven their address, if it is not stamped.
    async fn stamp_email_verified(
        &mut self,
        tenant: AccountId,
        id: UserId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Gives a person of the account another sign-in address, proven at `at`; answers whether there is one. Of many
    /// who want one address at the same time the first gets it; `uq_users_email` refuses the others.
    async fn change_email(
        &mut self,
        tenant: AccountId,
        id: UserId,
        email: &Email,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Takes a person out of the account: switched off and deleted, without a password, their address free for
    /// others. What they made stays.
    async fn leave_account(
        &mut self,
        tenant: AccountId,
        id: UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// System: stamps a sign-in.
    async fn record_sign_in(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError>;
}

/// Keeps teams.
#[async_trait]
pub trait TeamRepository: Send {
    /// Keeps a new team.
    async fn insert_team(&mut self, team: &Team) -> Result<(), StoreError>;
    /// A team of the account.
    async fn team_by_id(&mut self, tenant: AccountId, id: TeamId) -> Result<Option<Team>, StoreError>;
    /// The account's teams, by name.
    async fn teams(&mut self, tenant: AccountId) -> Result<Vec<Team>, StoreError>;
    /// Gives a team of the account another name; answers whether there is one.
    async fn rename_team(&mut self, tenant: AccountId, id: TeamId, name: &str) -> Result<bool, StoreError>;
    /// Takes a team of the account away, unless somebody or something belongs to it.
    async fn delete_team(&mut self, tenant: AccountId, id: TeamId) -> Result<DeleteTeamOutcome, StoreError>;
}

/// Keeps subscriptions.
#[async_trait]
pub trait SubscriptionRepository: Send {
    /// Keeps a new subscription; an account has at most one.
    async fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError>;
    /// The account's subscription.
    async fn subscription_of(&mut self, tenant: AccountId) -> Result<Option<Subscription>, StoreError>;
    /// A person of the account and the account's subscription at once: every request begins with both.
    async fn user_with_subscription(
        &mut self,
        tenant: AccountId,
        id: UserId,
    ) -> Result<Option<(User, Option<Subscription>)>, StoreError>;
    /// Changes the account's subscription, all but what was used of it; answers whether there is one.
    async fn update_subscription(
        &mut self,
        tenant: AccountId,
        subscription: &Subscription,
    ) -> Result<bool, StoreError>;
    /// Counts one more converted document, if fewer than `limit` are counted, in one conditional write: of many
    /// attempts no more succeed than fit.
    async fn take_kb_conversion(
        &mut self,
        tenant: AccountId,
        limit: Option<i64>,
    ) -> Result<QuotaOutcome, StoreError>;
}

/// Keeps what accounts have masked in their notes.
#[async_trait]
pub trait RedactionRepository: Send {
    /// The account's settings; `None` before its first change.
    async fn redaction_settings(
        &mut self,
        tenant: AccountId,
    ) -> Result<Option<RedactionSettings>, StoreError>;
    /// Keeps changed settings if they are still at `expected`; revision 0 is that of settings never kept.
    async fn keep_redaction_settings(
        &mut self,
        settings: &RedactionSettings,
        expected: Revision,
    ) -> Result<KeepRedactionOutcome, StoreError>;
}

/// Keeps refresh tokens. Methods without a tenant belong to system units.
#[async_trait]
pub trait RefreshTokenRepository: Send {
    /// Keeps a new token.
    async fn insert_refresh_token(&mut self, token: &RefreshTokenRow) -> Result<(), StoreError>;
    /// Revokes the token if it was not yet, in one conditional write: of many attempts exactly one consumes it.
    async fn consume_refresh_token(
        &mut self,
        jti: JwtId,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<ConsumeOutcome, StoreError>;
    /// The token minted in place of `jti`.
    async fn refresh_token_successor(&mut self, jti: JwtId) -> Result<Option<RefreshTokenRow>, StoreError>;
    /// Revokes what is left of a family; answers how many tokens that were.
    async fn revoke_family(
        &mut self,
        family: FamilyId,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<u64, StoreError>;
    /// Revokes what is live of an account's sign-ins; answers how many tokens that were. Waits for rotations and
    /// sign-ins of these people that are under way, and those that come later see what happened.
    async fn revoke_sign_ins(
        &mut self,
        tenant: AccountId,
        which: SignIns,
        reason: RevokeReason,
        at: Timestamp,
    ) -> Result<u64, StoreError>;
    /// Refuses the access tokens minted so far for the people whose sign-ins these are, from the next request on.
    /// None is spared any more.
    async fn refuse_access(&mut self, tenant: AccountId, which: SignIns) -> Result<(), StoreError>;
    /// Spares one sign-in of a person whose access was refused, and no other of theirs.
    async fn spare_access(
        &mut self,
        tenant: AccountId,
        user: UserId,
        spared: SparedSignIn,
    ) -> Result<(), StoreError>;
    /// System: takes away the tokens that had run out by then, whatever became of them; answers how many.
    async fn sweep_refresh_tokens(&mut self, before: Timestamp) -> Result<u64, StoreError>;
}

/// All that sign-in and registration need, in one transaction.
pub trait AccountsUnit:
    AccountRepository
    + UserRepository
    + TeamRepository
    + SubscriptionRepository
    + RefreshTokenRepository
    + AuditLog
{
}
impl<T> AccountsUnit for T where
    T: AccountRepository
        + UserRepository
        + TeamRepository
        + SubscriptionRepository
        + RefreshTokenRepository
        + AuditLog
        + ?Sized
{
}
