//! Invitations: making, sending again, taking back, and joining with one.

use rf_accounts::{
    Email, Identity, IdentityOutcome, InsertUserOutcome, Invite, PasswordHash, Plan, RevokeReason, SignIns,
    User,
    codes::{
        ALREADY_INVITED, ALREADY_MEMBER, CANNOT_LEAVE_ACCOUNT, EMAIL_NOT_VERIFIED, EMAIL_TAKEN,
        INVITE_FOR_SOMEBODY_ELSE,
    },
    invite_not_found, link_pause,
};
use rf_audit::events;
use rf_auth_policy::{Action, LinkPurpose, Role, check_new_password, link_token_hash, require};
use rf_kernel::{
    AccountId, Checks, Ctx, Failure, InviteId, RequestId, Timestamp,
    codes::{FORBIDDEN, RATE_LIMITED},
};
use rf_notifications::Letter;
use rf_store::{Access, UnitOfWork};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    App, Caller, SignedIn, Work,
    audit::Event,
    work::{Decided, not_authenticated},
};

/// As many invitations are listed.
const LISTED: u64 = 200;

/// Somebody to invite.
#[derive(Clone, Debug)]
pub struct NewInvite {
    /// Their address, as typed.
    pub email: String,
    /// What they will be.
    pub role: Role,
}

/// An invitation as its account sees it.
#[derive(Clone, Debug)]
pub struct InviteView {
    /// The invitation.
    pub invite: Invite,
    /// What who invited is called today.
    pub invited_by: String,
    /// The instant it was looked at.
    pub now: Timestamp,
}

/// An invitation as the invited person sees it.
#[derive(Clone, Debug)]
pub struct InviteLookup {
    /// The invitation.
    pub view: InviteView,
    /// What the account is called.
    pub account_name: String,
    /// Whether the invited address signs in here already.
    pub has_account: bool,
}

/// Somebody new who joins.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Their name.
    pub name: String,
    /// Their password.
    pub password: SecretString,
}

impl App {
    /// Invites somebody into the caller's account, as nothing more than the caller is.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`, `email_not_verified`, `validation_failed`, `already_member`,
    /// `already_invited`, `seat_limit_reached`.
    pub async fn create_invite(&self, caller: &Caller, new: &NewInvite) -> Result<InviteView, Failure> {
        self.write(caller, async |work| {
            let inviter = self.inviter(work).await?;
            if new.role > inviter.role && !inviter.is_super_admin {
                let detail = format!("Your role ({}) cannot invite somebody as {}.", inviter.role, new.role);
                return Err(Failure::new(FORBIDDEN, detail));
            }
            let email = Email::parse(&new.email).map_err(|error| Failure::invalid(vec![error]))?;
            let (tenant, now) = (inviter.account_id, work.ctx.now);
            let unit = work.unit.as_mut();
            unit.lock_account(tenant).await?;
            if let Some(known) = unit.user_by_email(&email).await?.filter(|user| user.account_id == tenant) {
                let detail = if known.can_sign_in() {
                    "This person is in the account."
                } else {
                    "This person is in the account and switched off. Switch them on instead."
                };
                return Err(Failure::new(ALREADY_MEMBER, detail));
            }
            let waiting = unit.waiting_invites(tenant).await?;
            if waiting.iter().any(|invite| invite.email == email) {
                let detail = "This address was invited before. Send that invitation again, or take it back.";
                return Err(Failure::new(ALREADY_INVITED, detail));
            }
            let open = waiting.iter().filter(|invite| now < invite.expires_at).count();
            check_seats(unit, tenant, open).await?;
            let (token_id, hash) = self.new_token(LinkPurpose::Invite)?;
            let invite = Invite {
                id: self.new_id(),
                account_id: tenant,
                email,
                role: new.role,
                invited_by_id: inviter.id,
                token_id,
                hash,
                created_at: now,
                sent_at: now,
                expires_at: now.plus_seconds(LinkPurpose::Invite.lifetime_seconds()),
                accepted: None,
                revoked_at: None,
            };
            unit.insert_invite(&invite).await?;
            self.send_invite(unit, &invite, &inviter, now).await?;
            let payload = json!({ "email": invite.email.as_str(), "role": invite.role.as_str() });
            self.audit(work, Event::new(events::INVITE_CREATED, "invite", invite.id.uuid(), payload)).await?;
            Ok(InviteView { invite, invited_by: inviter.name, now })
        })
        .await
    }

    /// The caller, if they may invite: by role, and with an address they have proven.
    async fn inviter(&self, work: &mut Work) -> Result<User, Failure> {
        require(&work.actor, Action::ManagePeople)?;
        let user = work.unit.user_by_id(work.actor.account_id, work.actor.user_id).await?;
        let user = user.ok_or_else(not_authenticated)?;
        if user.email_verified_at.is_none() {
            let detail = "Confirm your own e-mail address first. Your profile sends you another link.";
            return Err(Failure::new(EMAIL_NOT_VERIFIED, detail));
        }
        Ok(user)
    }

    async fn send_invite(
        &self,
        unit: &mut dyn UnitOfWork,
        invite: &Invite,
        inviter: &User,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let account = unit.account_by_id(invite.account_id).await?.ok_or_else(not_authenticated)?;
        let letter = Letter::Invitation {
            account_name: account.name,
            invited_by: inviter.name.clone(),
            role: invite.role.as_str().to_owned(),
            token: invite.token_id,
        };
        self.enqueue_mail(unit, invite.account_id, &invite.email, letter, now).await
    }

    /// The newest invitations of the caller's account.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`.
    pub async fn invites(&self, caller: &Caller) -> Result<Vec<InviteView>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            let (tenant, now) = (work.actor.account_id, work.ctx.now);
            let invites = work.unit.invites(tenant, LISTED).await?;
            let mut views = Vec::with_capacity(invites.len());
            for invite in invites {
                let invited_by = name_of(work.unit.as_mut(), &invite).await?;
                views.push(InviteView { invite, invited_by, now });
            }
            Ok(views)
        })
        .await
    }

    /// Sends an invitation again, with a new link that works as long as a first one; older links end.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`, `email_not_verified`, `invite_not_found`, `invite_used`, `invite_revoked`,
    /// `seat_limit_reached`, `rate_limited` within a minute of the mail before.
    pub async fn resend_invite(&self, caller: &Caller, id: InviteId) -> Result<InviteView, Failure> {
        self.write(caller, async |work| {
            let inviter = self.inviter(work).await?;
            let (tenant, now) = (inviter.account_id, work.ctx.now);
            let unit = work.unit.as_mut();
            unit.lock_account(tenant).await?;
            let before = unit.invite_by_id(tenant, id).await?.ok_or_else(invite_not_found)?;
            before.check_not_ended()?;
            if let Some(wait) = link_pause(before.sent_at, now) {
                let detail = "This invitation was sent a moment ago. Wait a minute.";
                return Err(Failure::new(RATE_LIMITED, detail).retry_after(wait));
            }
            let others = unit.waiting_invites(tenant).await?;
            let open = others.iter().filter(|other| other.id != id && now < other.expires_at).count();
            check_seats(unit, tenant, open).await?;
            let (token_id, hash) = self.new_token(LinkPurpose::Invite)?;
            let expires_at = now.plus_seconds(LinkPurpose::Invite.lifetime_seconds());
            let invite = Invite { token_id, hash, sent_at: now, expires_at, ..before };
            if !unit.renew_invite(tenant, &invite).await? {
                return Err(invite_not_found());
            }
            self.send_invite(unit, &invite, &inviter, now).await?;
            let invited_by = name_of(unit, &invite).await?;
            let payload = json!({ "email": invite.email.as_str() });
            self.audit(work, Event::new(events::INVITE_RESENT, "invite", id.uuid(), payload)).await?;
            Ok(InviteView { invite, invited_by, now })
        })
        .await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`, `invite_not_found`, `invite_used`, `invite_revoked`.
    pub async fn revoke_invite(&self, caller: &Caller, id: InviteId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            let (tenant, now) = (work.actor.account_id, work.ctx.now);
            work.unit.lock_account(tenant).await?;
            let invite = work.unit.invite_by_id(tenant, id).await?.ok_or_else(invite_not_found)?;
            invite.check_not_ended()?;
            work.unit.revoke_invite(tenant, id, now).await?;
            let payload = json!({ "email": invite.email.as_str() });
            self.audit(work, Event::new(events::INVITE_REVOKED, "invite", id.uuid(), payload)).await
        })
        .await
    }

    /// What the invited person sees before they accept.
    ///
    /// # Errors
    /// `invite_not_found`.
    pub async fn look_up_invite(&self, token: &SecretString) -> Result<InviteLookup, Failure> {
        let mut unit = self.store.begin(Access::system_read()).await?;
        let invite = invite_with(unit.as_mut(), &digest(token)).await?;
        let account = unit.account_by_id(invite.account_id).await?.ok_or_else(invite_not_found)?;
        let has_account = unit.user_by_email(&invite.email).await?.is_some();
        let invited_by = name_of(unit.as_mut(), &invite).await?;
        let view = InviteView { invite, invited_by, now: self.now() };
        Ok(InviteLookup { view, account_name: account.name, has_account })
    }

    /// Joins as somebody new, and signs in. Whoever reads the mailbox has shown that the address is theirs.
    ///
    /// # Errors
    /// `validation_failed`, `invite_not_found`, `invite_used`, `invite_revoked`, `invite_expired`, `email_taken`,
    /// `seat_limit_reached`.
    pub async fn accept_invite(
        &self,
        token: &SecretString,
        new: &NewMember,
        request_id: RequestId,
    ) -> Result<SignedIn, Failure> {
        let mut checks = Checks::new();
        checks.text("name", &new.name, 1..=200);
        if let Err(failure) = check_new_password("password", new.password.expose_secret()) {
            checks.extend(failure.errors);
        }
        checks.finish()?;
        let ctx = self.ctx(request_id);
        let mut unit = self.store.begin(Access::system_read()).await?;
        invite_with(unit.as_mut(), &digest(token)).await?.check_open(ctx.now)?;
        drop(unit);
        let password_hash = self.passwords.hash(&new.password).await?;
        self.system_write(async |unit| {
            let invite = locked_invite(unit, &digest(token), ctx.now).await?;
            let name = new.name.trim().to_owned();
            let person = self.invited(&invite, name, Some(password_hash.clone()), ctx.now);
            self.join(unit, &invite, &person, "new", &ctx).await?;
            unit.settle_second_factors_due(person.account_id).await?;
            self.begin_sign_in(unit, &person, "invite", &ctx).await.map(Decided::Answer)
        })
        .await
    }

    /// Somebody new in the account of an invitation. Whoever opened it has shown that the address is theirs.
    pub(crate) fn invited(
        &self,
        invite: &Invite,
        name: String,
        password_hash: Option<PasswordHash>,
        now: Timestamp,
    ) -> User {
        User {
            id: self.new_id(),
            account_id: invite.account_id,
            team_id: None,
            email: invite.email.clone(),
            name,
            role: invite.role,
            is_super_admin: false,
            is_active: true,
            deleted_at: None,
            email_verified_at: Some(now),
            password_hash,
            last_login: Some(now),
            created_at: now,
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        }
    }

    /// Joins as somebody who signs in here already: they leave the account they were in. What they made stays
    /// there, their address, name, password and linked sign-ins come along.
    ///
    /// # Errors
    /// `not_authenticated`, `invite_not_found`, `invite_used`, `invite_revoked`, `invite_expired`,
    /// `invite_for_somebody_else`, `already_member`, `cannot_leave_account`, `seat_limit_reached`.
    pub async fn accept_invite_as_member(
        &self,
        caller: &Caller,
        token: &SecretString,
    ) -> Result<SignedIn, Failure> {
        let ctx = self.ctx(caller.request_id);
        // Refuses whoever may not act any more.
        let user = self.me(caller).await?.user;
        self.system_write(async |unit| {
            // In the order of their ids, so that two who change places do not wait for each other.
            let hash = digest(token);
            let target = invite_with(unit, &hash).await?.account_id;
            for account in [target.min(user.account_id), target.max(user.account_id)] {
                unit.lock_account(account).await?;
            }
            let invite = locked_invite(unit, &hash, ctx.now).await?;
            let before = unit.user_for_sign_in(user.id).await?.filter(User::can_sign_in);
            let before = before.ok_or_else(not_authenticated)?;
            if before.email != invite.email {
                let detail = format!("This invitation is for {}. Sign in with that address.", invite.email);
                return Err(Failure::new(INVITE_FOR_SOMEBODY_ELSE, detail));
            }
            if before.account_id == invite.account_id {
                return Err(Failure::new(ALREADY_MEMBER, "You are in this account."));
            }
            let identities = unit.identities_of(before.account_id, before.id).await?;
            let moving = before.clone();
            self.leave(unit, &before, &ctx).await?;
            let person = User {
                id: self.new_id(),
                account_id: invite.account_id,
                team_id: None,
                role: invite.role,
                email_verified_at: before.email_verified_at.or(Some(ctx.now)),
                last_login: Some(ctx.now),
                created_at: ctx.now,
                session_epoch: 0,
                second_factor_due: false,
                spared: None,
                ..before
            };
            self.join(unit, &invite, &person, "moved", &ctx).await?;
            // Before the factor comes along: they are signed in, and were asked for a code then.
            let signed_in = self.begin_sign_in(unit, &person, "invite", &ctx).await?;
            self.bring_along(unit, &identities, &person).await?;
            self.bring_second_factor_along(unit, &moving, &person, &ctx).await?;
            Ok(Decided::Answer(signed_in))
        })
        .await
    }

    /// The person's linked sign-ins come along; left behind they would lead to somebody who is gone.
    async fn bring_along(
        &self,
        unit: &mut dyn UnitOfWork,
        identities: &[Identity],
        person: &User,
    ) -> Result<(), Failure> {
        for left in identities {
            unit.delete_identity(left.account_id, left.user_id, left.id).await?;
            let brought = Identity {
                id: self.new_id(),
                account_id: person.account_id,
                user_id: person.id,
                ..left.clone()
            };
            if unit.insert_identity(&brought).await? == IdentityOutcome::Taken {
                return Err(Failure::internal("a linked sign-in that was free a moment ago is taken"));
            }
        }
        Ok(())
    }

    /// Takes somebody out of their account, unless people or something paid for would be left without an owner.
    async fn leave(&self, unit: &mut dyn UnitOfWork, user: &User, ctx: &Ctx) -> Result<(), Failure> {
        let tenant = user.account_id;
        let refuse = |detail: &'static str| Err(Failure::new(CANNOT_LEAVE_ACCOUNT, detail));
        let members = unit.members(tenant).await?;
        let others: Vec<_> = members.iter().filter(|member| member.id != user.id).collect();
        if others.is_empty() {
            let subscription = unit.subscription_of(tenant).await?;
            if subscription.is_some_and(|it| {
                it.plan == Plan::Pro
                    && it.customer_id.is_some()
                    && it.is_in_force(ctx.now)
                    && !it.cancel_at_period_end
            }) {
                return refuse(
                    "Your present account pays for a plan and has nobody but you. Cancel the plan first.",
                );
            }
        } else if user.role == Role::Owner && others.iter().all(|member| member.role != Role::Owner) {
            return refuse(
                "You are the only owner of your present account. Make somebody else an owner first.",
            );
        }
        let of = SignIns::Of(user.id);
        unit.revoke_sign_ins(tenant, of, RevokeReason::Disabled, ctx.now).await?;
        unit.refuse_access(tenant, of).await?;
        for purpose in LinkPurpose::OF_PEOPLE {
            unit.supersede_link_tokens(tenant, user.id, purpose, ctx.now).await?;
        }
        unit.leave_account(tenant, user.id, ctx.now).await?;
        let payload = json!({ "email": user.email.as_str(), "reason": "joined_another_account" });
        let event = Event::new(events::USER_LEFT, "user", user.id.uuid(), payload);
        self.audit_in(unit, tenant, Some(user.id), ctx, event).await
    }

    /// Keeps the person and that they joined. The account is locked.
    pub(crate) async fn join(
        &self,
        unit: &mut dyn UnitOfWork,
        invite: &Invite,
        person: &User,
        how: &'static str,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        check_seats(unit, invite.account_id, 0).await?;
        if unit.insert_user(person).await? == InsertUserOutcome::EmailTaken {
            let detail = "This address signs in here already. Sign in, and open the invitation again.";
            return Err(Failure::new(EMAIL_TAKEN, detail));
        }
        if !unit.accept_invite(invite.account_id, invite, person.id, ctx.now).await? {
            return Err(Failure::internal("an open invitation could not be accepted"));
        }
        let payload = json!({ "user_id": person.id, "role": person.role.as_str(), "as": how });
        let event = Event::new(events::INVITE_ACCEPTED, "invite", invite.id.uuid(), payload);
        self.audit_in(unit, invite.account_id, Some(person.id), ctx, event).await
    }
}

/// What who invited is called today.
async fn name_of(unit: &mut dyn UnitOfWork, invite: &Invite) -> Result<String, Failure> {
    let inviter = unit.user_by_id(invite.account_id, invite.invited_by_id).await?;
    Ok(inviter.map(|user| user.name).unwrap_or_default())
}

/// What is kept of the token of an invitation.
pub(crate) fn digest(token: &SecretString) -> String {
    link_token_hash(token.expose_secret())
}

pub(crate) async fn invite_with(unit: &mut dyn UnitOfWork, hash: &str) -> Result<Invite, Failure> {
    unit.invite_by_hash(hash).await?.ok_or_else(invite_not_found)
}

/// The open invitation with that digest of a token, its account locked: nobody accepts, renews or revokes it meanwhile.
pub(crate) async fn locked_invite(
    unit: &mut dyn UnitOfWork,
    hash: &str,
    now: Timestamp,
) -> Result<Invite, Failure> {
    let account = invite_with(unit, hash).await?.account_id;
    unit.lock_account(account).await?;
    let invite = invite_with(unit, hash).await?;
    invite.check_open(now)?;
    Ok(invite)
}

/// One more person fits into the account, which is locked; `reserved` seats are kept for others.
pub(crate) async fn check_seats(
    unit: &mut dyn UnitOfWork,
    account: AccountId,
    reserved: usize,
) -> Result<(), Failure> {
    let Some(subscription) = unit.subscription_of(account).await? else { return Ok(()) };
    let taken = unit.members(account).await?.len();
    subscription.check_seats(taken + reserved)
}
