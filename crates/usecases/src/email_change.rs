//! Signing in with another address: asked for with the password fresh, done by a link sent to the new address.

use rf_accounts::{Email, RevokeReason, SignIns, codes::EMAIL_TAKEN, link_unknown};
use rf_audit::events;
use rf_auth_policy::LinkPurpose;
use rf_kernel::{Failure, RequestId, StoreError, codes::RATE_LIMITED};
use rf_notifications::Letter;
use secrecy::SecretString;
use serde_json::json;

use crate::{
    App, Caller,
    audit::Event,
    links::{pause, redeem},
    work::{Decided, not_authenticated},
};

const PURPOSE: LinkPurpose = LinkPurpose::ChangeEmail;

impl App {
    /// Sends a link to the address the caller wants to sign in with, and a notice to the one they have; answers the
    /// address as it is written. Whether somebody has it is not looked at: only its mailbox learns of that.
    ///
    /// # Errors
    /// `not_authenticated`, `step_up_required`, `validation_failed` for what is no address and for the present one,
    /// `rate_limited` when a link was sent a moment ago.
    pub async fn ask_to_change_email(&self, caller: &Caller, email: &str) -> Result<Email, Failure> {
        let email = Email::parse(email).map_err(|error| Failure::invalid(vec![error]))?;
        self.write(caller, async |work| {
            let now = work.ctx.now;
            caller.require_fresh(now)?;
            let (tenant, id) = (work.actor.account_id, work.actor.user_id);
            work.unit.lock_account(tenant).await?;
            let user = work.unit.user_by_id(tenant, id).await?.ok_or_else(not_authenticated)?;
            if user.email == email {
                return Err(Failure::invalid_field("email", "unchanged", "is the address you have"));
            }
            let unit = work.unit.as_mut();
            if let Some(wait) = pause(unit, &user, PURPOSE, now).await? {
                // Said, unlike with other links: another address may have been meant this time.
                let detail = "A link was sent a moment ago. Wait a minute before you ask for another.";
                return Err(Failure::new(RATE_LIMITED, detail).retry_after(wait));
            }
            let token = self.new_link_to(unit, &user, &email, PURPOSE, now).await?;
            let letter = Letter::ChangeEmail { name: user.name.clone(), token };
            self.enqueue_mail(unit, tenant, &email, letter, now).await?;
            let new_email = email.as_str().to_owned();
            let notice = Letter::EmailChangeAsked { name: user.name.clone(), new_email };
            self.enqueue_mail(unit, tenant, &user.email, notice, now).await?;
            let payload = json!({ "link_id": token, "new_email": email.as_str() });
            self.audit(work, Event::new(events::EMAIL_CHANGE_REQUESTED, "user", id.uuid(), payload)).await?;
            Ok(email.clone())
        })
        .await
    }

    /// Gives the person with that link the address it went to, which is proven with it. All their sign-ins end but
    /// the one that asks, and so do their other links.
    ///
    /// # Errors
    /// `link_unknown`, `link_used`, `link_superseded`, `link_expired`; `email_taken` when somebody has the address
    /// by now, which leaves the link open.
    pub async fn change_email(
        &self,
        token: &SecretString,
        asking: Option<&Caller>,
        request_id: RequestId,
    ) -> Result<(), Failure> {
        let ctx = self.ctx(request_id);
        self.system_write(async |unit| {
            let (link, user) = redeem(unit, PURPOSE, token, ctx.now).await?;
            let (tenant, id) = (user.account_id, user.id);
            let ends = match asking.map(|caller| &caller.claims).filter(|claims| claims.user_id == id) {
                Some(claims) => SignIns::OfBut(id, claims.family_id),
                None => SignIns::Of(id),
            };
            let ended = unit.revoke_sign_ins(tenant, ends, RevokeReason::Password, ctx.now).await?;
            unit.refuse_access(tenant, SignIns::Of(id)).await?;
            match unit.change_email(tenant, id, &link.email, ctx.now).await {
                Ok(true) => {}
                Ok(false) => return Err(link_unknown()),
                Err(StoreError::Constraint { name }) if name == "uq_users_email" => {
                    return Err(Failure::new(EMAIL_TAKEN, "Somebody signs in with this address already."));
                }
                Err(error) => return Err(error.into()),
            }
            for purpose in LinkPurpose::OF_PEOPLE {
                unit.supersede_link_tokens(tenant, id, purpose, ctx.now).await?;
            }
            let new_email = link.email.as_str().to_owned();
            let letter = Letter::EmailChanged { name: user.name.clone(), new_email };
            self.enqueue_mail(unit, tenant, &user.email, letter, ctx.now).await?;
            let payload = json!({
                "before": { "email": user.email.as_str() },
                "after": { "email": link.email.as_str() },
                "revoked_count": ended,
            });
            let event = Event::new(events::EMAIL_CHANGED, "user", id.uuid(), payload);
            self.audit_in(unit, tenant, Some(id), &ctx, event).await?;
            Ok(Decided::Answer(()))
        })
        .await
    }
}
