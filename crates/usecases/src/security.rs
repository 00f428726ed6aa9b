//! How long an account's sign-ins last, who is signed in, and ending it all.

use rf_accounts::{Account, RevokeReason, SignIns, SparedSignIn, User};
use rf_audit::events;
use rf_auth_policy::{AccessClaims, Action, SessionPolicy, codes::NO_PASSWORD, require};
use rf_kernel::{Checks, Failure};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    App, Caller, Work,
    audit::Event,
    work::{Decided, not_authenticated},
};

/// Tokens that ran out are kept so long: a link can say meanwhile what became of it.
const SWEPT_AFTER_SECONDS: i64 = 30 * 86_400;

/// An account's limits, and who is signed in.
#[derive(Clone, Debug)]
pub struct SecurityView {
    /// The account with its own limits.
    pub account: Account,
    /// The limits with the defaults filled in.
    pub effective: SessionPolicy,
    /// Who has a refresh token that works, last sign-in first.
    pub active_users: Vec<User>,
}

/// Limits to change: `None` leaves one alone, `Some(None)` goes back to the system's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionPolicyChange {
    /// Minutes.
    pub idle_minutes: Option<Option<i64>>,
    /// Minutes.
    pub absolute_minutes: Option<Option<i64>>,
}

/// Whose sign-ins an owner ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeScope {
    /// Everybody's, the owner's own included.
    All,
    /// All but the one the owner asks from.
    Others,
}

impl RevokeScope {
    /// The name on the wire and in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Others => "others",
        }
    }
}

impl App {
    /// The limits of the caller's account and who is signed in. Owners only.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`.
    pub async fn account_security(&self, caller: &Caller) -> Result<SecurityView, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            self.security_view(work).await
        })
        .await
    }

    /// Takes away the refresh tokens and links that ran out a month ago; answers how many. For the server's upkeep.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sweep_tokens(&self) -> Result<u64, Failure> {
        let before = self.now().plus_seconds(-SWEPT_AFTER_SECONDS);
        self.system_write(async |unit| {
            let refresh_tokens = unit.sweep_refresh_tokens(before).await?;
            let links = unit.sweep_link_tokens(before).await?;
            Ok(Decided::Answer(refresh_tokens + links))
        })
        .await
    }

    async fn security_view(&self, work: &mut Work) -> Result<SecurityView, Failure> {
        let tenant = work.actor.account_id;
        let account = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
        let effective = account.session_policy(self.settings.session_policy);
        let active_users = work.unit.signed_in_users(tenant, work.ctx.now).await?;
        Ok(SecurityView { account, effective, active_users })
    }

    /// Changes the limits, from the next sign-in on. Owners only.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`, `validation_failed` for a limit out of bounds and for an idle limit that
    /// is in effect longer than the absolute one.
    pub async fn update_session_policy(
        &self,
        caller: &Caller,
        change: SessionPolicyChange,
    ) -> Result<SecurityView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            let tenant = work.actor.account_id;
            work.unit.lock_account(tenant).await?;
            let before = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
            let after = Account {
                session_idle_minutes: change.idle_minutes.unwrap_or(before.session_idle_minutes),
                session_absolute_minutes: change.absolute_minutes.unwrap_or(before.session_absolute_minutes),
                ..before.clone()
            };
            let defaults = self.settings.session_policy;
            let mut checks = Checks::new();
            SessionPolicy::check(
                after.session_idle_minutes,
                after.session_absolute_minutes,
                defaults,
                &mut checks,
            );
            checks.finish()?;
            work.unit.update_account(tenant, &after).await?;
            let own = |account: &Account| {
                json!({
                    "session_idle_minutes": account.session_idle_minutes,
                    "session_absolute_minutes": account.session_absolute_minutes,
                })
            };
            let effective = |account: &Account| {
                let policy = account.session_policy(defaults);
                json!({ "idle_minutes": policy.idle_minutes, "absolute_minutes": policy.absolute_minutes })
            };
            let payload = json!({
                "old": own(&before),
                "new": own(&after),
                "effective_old": effective(&before),
                "effective_new": effective(&after),
            });
            self.audit(work, Event::new(events::SESSION_POLICY_UPDATE, "account", tenant.uuid(), payload))
                .await?;
            self.security_view(work).await
        })
        .await
    }

    /// Ends sign-ins of the whole account; answers how many refresh tokens that were. Access ends at once, on every
    /// device but the one that asks: its access token dies on its own, so that the caller sees the answer. Owners
    /// only.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`, `step_up_required`.
    pub async fn revoke_sessions(&self, caller: &Caller, scope: RevokeScope) -> Result<u64, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            caller.require_fresh(work.ctx.now)?;
            let (tenant, now) = (work.actor.account_id, work.ctx.now);
            let AccessClaims { family_id, epoch, .. } = caller.claims;
            let which = match scope {
                RevokeScope::All => SignIns::Everybodys,
                RevokeScope::Others => SignIns::AllBut(family_id),
            };
            let count = work.unit.revoke_sign_ins(tenant, which, RevokeReason::Bulk, now).await?;
            work.unit.refuse_access(tenant, SignIns::Everybodys).await?;
            let spared = SparedSignIn { family_id, epoch };
            work.unit.spare_access(tenant, work.actor.user_id, spared).await?;
            let payload = json!({ "scope": scope.as_str(), "revoked_count": count });
            self.audit(work, Event::new(events::SESSIONS_REVOKED_BULK, "account", tenant.uuid(), payload))
                .await?;
            Ok(count)
        })
        .await
    }

    /// Checks the caller's password once more, and a code where they have a second factor, for what needs it fresh;
    /// answers a step-up token.
    ///
    /// # Errors
    /// `not_authenticated`, `no_password`, `validation_failed` when it is not the caller's password or code,
    /// `second_factor_tries`.
    pub async fn step_up(
        &self,
        caller: &Caller,
        password: &SecretString,
        code: Option<&str>,
    ) -> Result<String, Failure> {
        let user = self.check_own_password(caller, "password", password).await?;
        self.check_own_code(caller, &user, code).await?;
        let claims = &caller.claims;
        let token = self.keys.sign_step_up(claims.user_id, claims.family_id, self.ids.new_id(), self.now());
        token.map_err(Failure::internal)
    }

    /// The caller, who has shown their present password in the field `loc`. A 422 and not a 401 when it is wrong:
    /// the caller is signed in all the same.
    pub(crate) async fn check_own_password(
        &self,
        caller: &Caller,
        loc: &str,
        password: &SecretString,
    ) -> Result<User, Failure> {
        let user = self.me(caller).await?.user;
        let hash = user.password_hash.as_ref().ok_or_else(|| {
            Failure::new(NO_PASSWORD, "You sign in without a password. Sign in again instead.")
        })?;
        if self.passwords.verify(password, Some(hash)).await? {
            return Ok(user);
        }
        Err(Failure::invalid_field(loc, "incorrect", "is not your present password"))
    }
}
