//! Links of mails: choosing a new password, proving an address.

use std::sync::Arc;

use async_trait::async_trait;
use rf_accounts::{
    Email, LinkToken, RevokeReason, SignIns, User, codes::EMAIL_ALREADY_VERIFIED, link_unknown,
};
use rf_audit::events;
use rf_auth_policy::{LinkPurpose, check_new_password, link_token_hash};
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{Ctx, Failure, LinkTokenId, RequestId, Timestamp};
use rf_notifications::Letter;
use rf_store::{Access, UnitOfWork};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    App, Caller,
    audit::{Event, SITE},
    work::{Decided, not_authenticated},
};

/// The kind of job that sends a link for a new password.
const FORGOT_PASSWORD: &str = "account.forgot_password";

impl App {
    /// Takes the wish for a new password. Whether somebody has the address is looked up by a job: the same is done
    /// here for every address, so neither the answer nor the time it takes tells.
    ///
    /// # Errors
    /// `validation_failed` for what is no address.
    pub async fn forgot_password(&self, email: &str, request_id: RequestId) -> Result<(), Failure> {
        let email = Email::parse(email).map_err(|error| Failure::invalid(vec![error]))?;
        self.system_write(async |unit| {
            unit.enqueue_job(&JobSpec {
                id: self.new_id(),
                account_id: SITE,
                kind: FORGOT_PASSWORD.into(),
                payload: json!({ "email": email.as_str(), "request_id": request_id }),
                delay_seconds: 0,
                dedupe_key: None,
            })
            .await?;
            Ok(Decided::Answer(()))
        })
        .await
    }

    async fn send_reset_link(&self, email: &Email, ctx: &Ctx) -> Result<(), Failure> {
        self.system_write(async |unit| {
            let user = unit.user_by_email(email).await?.filter(User::can_sign_in);
            let Some(user) = user else {
                let payload = json!({ "reason": "unknown_address" });
                let event = Event::new(events::PASSWORD_RESET_REQUESTED, "user", None, payload);
                self.audit_in(unit, SITE, None, ctx, event).await?;
                return Ok(Decided::Answer(()));
            };
            unit.lock_account(user.account_id).await?;
            let purpose = LinkPurpose::ResetPassword;
            if pause(unit, &user, purpose, ctx.now).await?.is_some() {
                return Ok(Decided::Answer(()));
            }
            let token = self.new_link(unit, &user, purpose, ctx.now).await?;
            let letter = Letter::ResetPassword { name: user.name.clone(), token };
            self.enqueue_mail(unit, user.account_id, &user.email, letter, ctx.now).await?;
            let payload = json!({ "link_id": token });
            let event = Event::new(events::PASSWORD_RESET_REQUESTED, "user", user.id.uuid(), payload);
            self.audit_in(unit, user.account_id, None, ctx, event).await?;
            Ok(Decided::Answer(()))
        })
        .await
    }

    /// A new link for that person, in the place of those before; the caller of this sends it.
    pub(crate) async fn new_link(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<LinkTokenId, Failure> {
        self.new_link_to(unit, user, &user.email, purpose, now).await
    }

    /// The same for a link that goes to another address than the person's.
    pub(crate) async fn new_link_to(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        email: &Email,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<LinkTokenId, Failure> {
        let (id, hash) = self.new_token(purpose)?;
        unit.supersede_link_tokens(user.account_id, user.id, purpose, now).await?;
        unit.insert_link_token(&LinkToken {
            id,
            account_id: user.account_id,
            user_id: user.id,
            purpose,
            hash,
            email: email.clone(),
            created_at: now,
            expires_at: now.plus_seconds(purpose.lifetime_seconds()),
            ended: None,
        })
        .await?;
        Ok(id)
    }

    /// The id of a new token, and the token's digest.
    pub(crate) fn new_token(&self, purpose: LinkPurpose) -> Result<(LinkTokenId, String), Failure> {
        let id: LinkTokenId = self.new_id();
        let token = self.keys.link_token(purpose, id).map_err(Failure::internal)?;
        Ok((id, link_token_hash(token.expose_secret())))
    }

    /// Gives the person with that link another password and ends all their sign-ins. Whoever reads the mailbox has
    /// shown that the address is theirs.
    ///
    /// # Errors
    /// `validation_failed` for the password; `link_unknown`, `link_used`, `link_superseded`, `link_expired`.
    pub async fn reset_password(
        &self,
        token: &SecretString,
        password: &SecretString,
        request_id: RequestId,
    ) -> Result<(), Failure> {
        check_new_password("password", password.expose_secret())?;
        let ctx = self.ctx(request_id);
        let purpose = LinkPurpose::ResetPassword;
        // Looked at before hashing: strangers with made-up tokens cost next to nothing.
        let mut unit = self.store.begin(Access::system_read()).await?;
        genuine(unit.as_mut(), purpose, token, ctx.now).await?;
        drop(unit);
        let password_hash = self.passwords.hash(password).await?;
        self.system_write(async |unit| {
            let (_, user) = redeem(unit, purpose, token, ctx.now).await?;
            let (tenant, id) = (user.account_id, user.id);
            unit.set_password(tenant, id, &password_hash).await?;
            unit.stamp_email_verified(tenant, id, ctx.now).await?;
            let of = SignIns::Of(id);
            let ended = unit.revoke_sign_ins(tenant, of, RevokeReason::Password, ctx.now).await?;
            unit.refuse_access(tenant, of).await?;
            for purpose in LinkPurpose::OF_PEOPLE {
                unit.supersede_link_tokens(tenant, id, purpose, ctx.now).await?;
            }
            let letter = Letter::PasswordChanged { name: user.name.clone() };
            self.enqueue_mail(unit, tenant, &user.email, letter, ctx.now).await?;
            let payload = json!({ "revoked_count": ended });
            let event = Event::new(events::PASSWORD_RESET, "user", id.uuid(), payload);
            self.audit_in(unit, tenant, Some(id), &ctx, event).await?;
            Ok(Decided::Answer(()))
        })
        .await
    }

    /// Keeps that the person with that link has proven their address.
    ///
    /// # Errors
    /// `link_unknown`, `link_used`, `link_superseded`, `link_expired`.
    pub async fn verify_email(&self, token: &SecretString, request_id: RequestId) -> Result<(), Failure> {
        let ctx = self.ctx(request_id);
        self.system_write(async |unit| {
            let (_, user) = redeem(unit, LinkPurpose::VerifyEmail, token, ctx.now).await?;
            unit.stamp_email_verified(user.account_id, user.id, ctx.now).await?;
            let event = Event::new(events::EMAIL_VERIFIED, "user", user.id.uuid(), json!({}));
            self.audit_in(unit, user.account_id, Some(user.id), &ctx, event).await?;
            Ok(Decided::Answer(()))
        })
        .await
    }

    /// Sends the caller another link to prove their address with; not when one was sent a moment ago.
    ///
    /// # Errors
    /// `not_authenticated`, `email_already_verified`.
    pub async fn send_verification(&self, caller: &Caller) -> Result<(), Failure> {
        self.write(caller, async |work| {
            let tenant = work.actor.account_id;
            work.unit.lock_account(tenant).await?;
            let user = work.unit.user_by_id(tenant, work.actor.user_id).await?;
            let user = user.ok_or_else(not_authenticated)?;
            if user.email_verified_at.is_some() {
                return Err(Failure::new(EMAIL_ALREADY_VERIFIED, "Your e-mail address is confirmed."));
            }
            let now = work.ctx.now;
            if pause(work.unit.as_mut(), &user, LinkPurpose::VerifyEmail, now).await?.is_some() {
                return Ok(());
            }
            self.ask_to_verify(work.unit.as_mut(), &user, now).await?;
            let event = Event::new(events::EMAIL_VERIFICATION_SENT, "user", user.id.uuid(), json!({}));
            self.audit(work, event).await
        })
        .await
    }

    /// Puts the mail into the outbox that asks somebody to prove their address.
    pub(crate) async fn ask_to_verify(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let token = self.new_link(unit, user, LinkPurpose::VerifyEmail, now).await?;
        let letter = Letter::VerifyEmail { name: user.name.clone(), token };
        self.enqueue_mail(unit, user.account_id, &user.email, letter, now).await
    }
}

/// Seconds to wait before the person is sent another link of that purpose; `None` when it may go.
pub(crate) async fn pause(
    unit: &mut dyn UnitOfWork,
    user: &User,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<Option<u64>, Failure> {
    let newest = unit.newest_link_token(user.account_id, user.id, purpose).await?;
    Ok(newest.and_then(|link| link.pause(user, now)))
}

/// The link with that token, and whose it is, if it still works.
async fn genuine(
    unit: &mut dyn UnitOfWork,
    purpose: LinkPurpose,
    token: &SecretString,
    now: Timestamp,
) -> Result<(LinkToken, User), Failure> {
    let link = unit.link_token_by_hash(&link_token_hash(token.expose_secret())).await?;
    let link = link.filter(|link| link.purpose == purpose).ok_or_else(link_unknown)?;
    let user = unit.user_by_id(link.account_id, link.user_id).await?.ok_or_else(link_unknown)?;
    link.check(&user, now)?;
    Ok((link, user))
}

/// Uses the link up; answers it and whose it was.
pub(crate) async fn redeem(
    unit: &mut dyn UnitOfWork,
    purpose: LinkPurpose,
    token: &SecretString,
    now: Timestamp,
) -> Result<(LinkToken, User), Failure> {
    let (link, _) = genuine(unit, purpose, token, now).await?;
    if unit.use_link_token(link.id, now).await? {
        // The person once more: whoever changed them before has ended by now.
        let user = unit.user_for_sign_in(link.user_id).await?.ok_or_else(link_unknown)?;
        link.check(&user, now)?;
        return Ok((link, user));
    }
    // Somebody was faster; what is read now says how it ended.
    genuine(unit, purpose, token, now).await?;
    Err(Failure::internal("a link that is open could not be used"))
}

/// Sends links for new passwords.
pub(crate) struct ForgotPassword(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for ForgotPassword {
    fn kind(&self) -> &'static str {
        FORGOT_PASSWORD
    }

    fn policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 5, first_seconds: 2, longest_seconds: 60 }
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let email = job.payload["email"].as_str().and_then(|email| Email::parse(email).ok());
        let request_id = serde_json::from_value::<RequestId>(job.payload["request_id"].clone());
        let (Some(email), Ok(request_id)) = (email, request_id) else {
            return Err(JobError::Park("the job names no address".into()));
        };
        let ctx = self.0.ctx(request_id);
        let sent = self.0.send_reset_link(&email, &ctx).await;
        sent.map_err(|failure| JobError::Retry(failure.to_string()))
    }
}
