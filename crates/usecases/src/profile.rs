//! What people change about themselves: their name and their password.

use rf_accounts::{Account, PersonChange, RevokeReason, SignIns, User};
use rf_audit::events;
use rf_auth_policy::{ACCESS_TOKEN_SECONDS, AccessClaims, LinkPurpose, check_new_password};
use rf_kernel::Failure;
use rf_notifications::Letter;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{App, Caller, audit::Event, people::checked_name, work::not_authenticated};

/// An access token in the place of one that a change of password refuses.
#[derive(Clone, Debug)]
pub struct FreshAccess {
    /// Opens the API for [`FreshAccess::expires_in`] seconds.
    pub access_token: String,
    /// Seconds it lives.
    pub expires_in: i64,
    /// How many other sign-ins were ended.
    pub revoked_count: u64,
}

impl App {
    /// Gives the caller another name.
    ///
    /// # Errors
    /// `validation_failed`.
    pub async fn rename_self(&self, caller: &Caller, name: &str) -> Result<(User, Account), Failure> {
        let name = checked_name(name)?;
        self.write(caller, async |work| {
            let (tenant, id) = (work.actor.account_id, work.actor.user_id);
            let user = work.unit.user_by_id(tenant, id).await?.ok_or_else(not_authenticated)?;
            let account = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
            if user.name == name {
                return Ok((user, account));
            }
            let change = PersonChange { name: Some(name.to_owned()), ..PersonChange::default() };
            work.unit.change_person(tenant, id, &change).await?;
            let payload = json!({ "before": { "name": user.name }, "after": { "name": name } });
            self.audit(work, Event::new(events::USER_RENAMED, "user", id.uuid(), payload)).await?;
            Ok((change.of(&user), account))
        })
        .await
    }

    /// Gives the caller another password. Their other sign-ins end at once; this one goes on with the access token
    /// answered. A mail tells them, in case it was somebody else.
    ///
    /// # Errors
    /// `no_password`, `validation_failed` for a present password that is not theirs and for a new one that is no
    /// good, `unavailable`.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<FreshAccess, Failure> {
        check_new_password("new_password", new.expose_secret())?;
        let before = self.check_own_password(caller, "current_password", current).await?;
        if new.expose_secret() == current.expose_secret() {
            return Err(Failure::invalid_field("new_password", "unchanged", "is the password you have"));
        }
        let hash = self.passwords.hash(new).await?;
        self.write(caller, async |work| {
            let (tenant, id, now) = (work.actor.account_id, work.actor.user_id, work.ctx.now);
            let family = caller.claims.family_id;
            // First, because it takes the person: nobody signs in with the old password from here on.
            let others = SignIns::OfBut(id, family);
            let revoked_count =
                work.unit.revoke_sign_ins(tenant, others, RevokeReason::Password, now).await?;
            let user = work.unit.user_by_id(tenant, id).await?.ok_or_else(not_authenticated)?;
            if user.password_hash != before.password_hash {
                // Changed elsewhere meanwhile: what was shown is the password no more.
                return Err(not_authenticated());
            }
            work.unit.set_password(tenant, id, &hash).await?;
            // Asked for, it may be, by the very stranger the new password shuts out.
            work.unit.supersede_link_tokens(tenant, id, LinkPurpose::ChangeEmail, now).await?;
            work.unit.refuse_access(tenant, SignIns::Of(id)).await?;
            let letter = Letter::PasswordChanged { name: user.name.clone() };
            self.enqueue_mail(work.unit.as_mut(), tenant, &user.email, letter, now).await?;
            let user = work.unit.user_by_id(tenant, id).await?.ok_or_else(not_authenticated)?;
            let claims =
                AccessClaims { family_id: family, ..AccessClaims::of(id, tenant, user.session_epoch, now) };
            let access = self.keys.sign_access(&claims, self.ids.new_id()).map_err(Failure::internal)?;
            let payload = json!({ "revoked_count": revoked_count });
            self.audit(work, Event::new(events::PASSWORD_CHANGED, "user", id.uuid(), payload)).await?;
            Ok(FreshAccess { access_token: access, expires_in: ACCESS_TOKEN_SECONDS, revoked_count })
        })
        .await
    }
}
