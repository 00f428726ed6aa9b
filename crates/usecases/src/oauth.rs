//! Sign-in with Google and Microsoft, and the identities people have linked.
//!
//! No unit is open while a provider is asked. A flow is used up before that, whatever comes of it.

use std::sync::Arc;

use rf_accounts::{
    Account, AuthorizationAnswer, Email, FlowSecrets, Identity, IdentityOutcome, IdentityProvider,
    OAUTH_FLOW_SECONDS, OauthFlow, OauthProvider, Plan, ProvenIdentity, User,
    codes::{
        IDENTITY_TAKEN, INVITE_FOR_SOMEBODY_ELSE, LAST_WAY_IN, OAUTH_EMAIL_IN_USE, OAUTH_NO_EMAIL,
        OAUTH_NOT_OFFERED, OAUTH_REFUSED, OAUTH_STATE_REFUSED,
    },
};
use rf_audit::events;
use rf_auth_policy::Role;
use rf_kernel::{
    AccountId, Ctx, Failure, IdentityId, RequestId, UserId,
    codes::{FORBIDDEN, NOT_FOUND},
};
use rf_store::{Access, UnitOfWork};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    App, Caller, SignedIn,
    audit::{Event, SITE},
    invites::{digest, invite_with, locked_invite},
    work::{Decided, not_authenticated},
};

/// The first step of a sign-in with a provider.
#[derive(Clone, Debug)]
pub struct OauthStart {
    /// Where to send the person.
    pub authorization_url: String,
    /// What their browser keeps until they are back.
    pub browser_secret: FlowSecrets,
    /// How long that is, seconds.
    pub lifetime_seconds: i64,
}

/// How somebody can sign in.
#[derive(Clone, Debug)]
pub struct OwnIdentities {
    /// What they have linked, oldest first.
    pub identities: Vec<Identity>,
    /// Whether they have a password as well.
    pub has_password: bool,
}

impl App {
    /// Whom people can sign in with here.
    pub fn oauth_providers(&self) -> impl Iterator<Item = OauthProvider> + use<'_> {
        self.identity_providers.keys().copied()
    }

    fn identity_provider(&self, provider: OauthProvider) -> Result<&Arc<dyn IdentityProvider>, Failure> {
        self.identity_providers.get(&provider).ok_or_else(|| {
            let detail = format!("Sign-in with {} is not set up here.", provider.title());
            Failure::new(OAUTH_NOT_OFFERED, detail)
        })
    }

    /// Begins a sign-in with a provider.
    ///
    /// # Errors
    /// `oauth_not_offered`, `oauth_unavailable`.
    pub async fn begin_oauth(
        &self,
        provider: OauthProvider,
        request_id: RequestId,
    ) -> Result<OauthStart, Failure> {
        let ctx = self.ctx(request_id);
        self.begin_for_stranger(provider, None, &ctx).await
    }

    /// Begins to accept an invitation with a provider. The invitation is known on the way back by the digest of its
    /// token.
    ///
    /// # Errors
    /// `oauth_not_offered`, `oauth_unavailable`, `invite_not_found`, `invite_used`, `invite_revoked`, `invite_expired`.
    pub async fn begin_invite_oauth(
        &self,
        provider: OauthProvider,
        token: &SecretString,
        request_id: RequestId,
    ) -> Result<OauthStart, Failure> {
        let ctx = self.ctx(request_id);
        let hash = digest(token);
        let mut unit = self.store.begin(Access::system_read()).await?;
        invite_with(unit.as_mut(), &hash).await?.check_open(ctx.now)?;
        drop(unit);
        self.begin_for_stranger(provider, Some(hash), &ctx).await
    }

    async fn begin_for_stranger(
        &self,
        provider: OauthProvider,
        invite_hash: Option<String>,
        ctx: &Ctx,
    ) -> Result<OauthStart, Failure> {
        let (start, flow) = self.start(provider, SITE, None, ctx).await?;
        let flow = OauthFlow { invite_hash, ..flow };
        self.system_write(async |unit| {
            unit.forget_oauth_flows(ctx.now).await?;
            unit.insert_oauth_flow(&flow).await?;
            Ok(Decided::Answer(()))
        })
        .await?;
        Ok(start)
    }

    /// Begins to link an identity with the caller. A thief with an open browser must not make themselves a way in that
    /// stays.
    ///
    /// # Errors
    /// `not_authenticated`, `step_up_required`, `oauth_not_offered`, `oauth_unavailable`.
    pub async fn begin_link(&self, caller: &Caller, provider: OauthProvider) -> Result<OauthStart, Failure> {
        let ctx = self.ctx(caller.request_id);
        caller.require_fresh(ctx.now)?;
        let (account, user) = (caller.claims.account_id, caller.claims.user_id);
        self.me(caller).await?;
        let (start, flow) = self.start(provider, account, Some(user), &ctx).await?;
        self.write(caller, async |work| Ok(work.unit.insert_oauth_flow(&flow).await?)).await?;
        Ok(start)
    }

    async fn start(
        &self,
        provider: OauthProvider,
        account_id: AccountId,
        user_id: Option<UserId>,
        ctx: &Ctx,
    ) -> Result<(OauthStart, OauthFlow), Failure> {
        let port = self.identity_provider(provider)?;
        let secret = self.keys.browser_secret(self.new_id()).map_err(Failure::internal)?;
        let browser_secret = FlowSecrets::new(secret);
        let authorization_url = port.authorization_url(&browser_secret, ctx.now).await?;
        let flow = OauthFlow {
            state_hash: browser_secret.state_hash(),
            account_id,
            user_id,
            provider,
            invite_hash: None,
            expires_at: ctx.now.plus_seconds(OAUTH_FLOW_SECONDS),
        };
        Ok((OauthStart { authorization_url, browser_secret, lifetime_seconds: OAUTH_FLOW_SECONDS }, flow))
    }

    /// Uses up the flow that an answer belongs to: of this browser, to this provider, for this purpose. Answers
    /// what the provider says, and the digest of the invitation the way was begun for.
    async fn finish(
        &self,
        provider: OauthProvider,
        user: Option<UserId>,
        answer: &AuthorizationAnswer,
        browser_secret: Option<SecretString>,
        ctx: &Ctx,
    ) -> Result<(ProvenIdentity, Option<String>), Failure> {
        let port = self.identity_provider(provider)?;
        let refused = || {
            let detail = "This sign-in was not begun in this browser, was used already, or took too long. Please \
                          begin again.";
            Failure::new(OAUTH_STATE_REFUSED, detail)
        };
        let secrets = browser_secret.map(FlowSecrets::new).filter(|own| own.state() == answer.state);
        let secrets = secrets.ok_or_else(refused)?;
        let hash = secrets.state_hash();
        let flow =
            self.system_write(async |unit| Ok(Decided::Answer(unit.take_oauth_flow(&hash).await?))).await?;
        let flow = flow
            .filter(|flow| flow.provider == provider && flow.user_id == user && ctx.now < flow.expires_at)
            .ok_or_else(refused)?;
        Ok((port.identify(&answer.code, &secrets, ctx.now).await?, flow.invite_hash))
    }

    /// Signs in whoever the provider says is there; makes them an account if they have none and registration is open.
    /// Where the way was begun for an invitation, somebody new joins its account; who is here already is signed in, and
    /// decides on the page of the invitation whether to leave the account they are in.
    ///
    /// # Errors
    /// `oauth_not_offered`, `oauth_state_refused`, `oauth_refused`, `oauth_unavailable`, `oauth_email_in_use`,
    /// `oauth_no_email`, `forbidden` where registration is closed; for an invitation `invite_for_somebody_else` where
    /// the provider does not vouch for its address, `invite_not_found`, `invite_used`, `invite_revoked`,
    /// `invite_expired`, `seat_limit_reached`.
    pub async fn oauth_sign_in(
        &self,
        provider: OauthProvider,
        answer: &AuthorizationAnswer,
        browser_secret: Option<SecretString>,
        request_id: RequestId,
    ) -> Result<SignedIn, Failure> {
        let ctx = self.ctx(request_id);
        let (proven, invite) = match self.finish(provider, None, answer, browser_secret, &ctx).await {
            Err(failure) if failure.code == OAUTH_REFUSED => {
                let reason = Refusal { account: SITE, user: None, reason: "provider_refused" };
                self.system_write(async |unit| {
                    self.audit_refusal(unit, provider, &reason, &ctx).await.map(Decided::Answer)
                })
                .await?;
                return Err(failure);
            }
            other => other?,
        };
        let invite = invite.as_deref();
        self.system_write(async |unit| match self.admit(unit, provider, &proven, invite, &ctx).await? {
            Ok(signed_in) => Ok(Decided::Answer(signed_in)),
            Err((refusal, failure)) => {
                self.audit_refusal(unit, provider, &refusal, &ctx).await?;
                Ok(Decided::RefuseAndKeep(failure))
            }
        })
        .await
    }

    async fn admit(
        &self,
        unit: &mut dyn UnitOfWork,
        provider: OauthProvider,
        proven: &ProvenIdentity,
        invite: Option<&str>,
        ctx: &Ctx,
    ) -> Result<Result<SignedIn, (Refusal, Failure)>, Failure> {
        let switched_off = |account, user| {
            let refusal = Refusal { account, user: Some(user), reason: "switched_off" };
            let detail = "This person cannot sign in here. Ask an owner of the account.";
            Ok(Err((refusal, Failure::new(OAUTH_REFUSED, detail))))
        };
        if let Some(known) = unit.identity_by_key(&proven.key).await? {
            // Read before anything is written: until the unit ends nobody switches them off.
            let user = unit.user_for_sign_in(known.user_id).await?.filter(User::can_sign_in);
            let Some(user) = user else { return switched_off(known.account_id, known.user_id) };
            unit.record_sign_in(user.id, ctx.now).await?;
            unit.record_identity_use(known.id, proven.email.as_deref(), ctx.now).await?;
            return self.begin_sign_in(unit, &user, provider.as_str(), ctx).await.map(Ok);
        }
        let stranger = |reason, failure| Ok(Err((Refusal { account: SITE, user: None, reason }, failure)));
        let Some(email) = proven.email.as_deref().and_then(|email| Email::parse(email).ok()) else {
            let detail = format!(
                "{} does not tell us your e-mail address, and an account needs one.",
                provider.title()
            );
            return stranger("no_email", Failure::new(OAUTH_NO_EMAIL, detail));
        };
        if let Some(namesake) = unit.user_by_email(&email).await? {
            if !proven.speaks_for(&namesake) {
                let detail = format!(
                    "Somebody has an account with this e-mail address. If it is you, sign in as you did before, then \
                     link {} under Account, Linked sign-ins.",
                    provider.title()
                );
                let refusal = Refusal {
                    account: namesake.account_id,
                    user: Some(namesake.id),
                    reason: "identity_not_linked",
                };
                return Ok(Err((refusal, Failure::new(OAUTH_EMAIL_IN_USE, detail))));
            }
            let user = unit.user_for_sign_in(namesake.id).await?.filter(User::can_sign_in);
            let Some(user) = user else { return switched_off(namesake.account_id, namesake.id) };
            unit.record_sign_in(user.id, ctx.now).await?;
            self.link_in(unit, provider, proven, &user, ctx).await?;
            return self.begin_sign_in(unit, &user, provider.as_str(), ctx).await.map(Ok);
        }
        if let Some(hash) = invite {
            let invite = locked_invite(unit, hash, ctx.now).await?;
            if !proven.email_verified || email != invite.email {
                let detail = format!(
                    "This invitation is for {}, and {} does not say that you have this address.",
                    invite.email,
                    provider.title()
                );
                let refusal = Refusal { account: invite.account_id, user: None, reason: "invited_address" };
                return Ok(Err((refusal, Failure::new(INVITE_FOR_SOMEBODY_ELSE, detail))));
            }
            let person = self.invited(&invite, name_of(proven, &email), None, ctx.now);
            self.join(unit, &invite, &person, "new", ctx).await?;
            self.link_in(unit, provider, proven, &person, ctx).await?;
            unit.settle_second_factors_due(person.account_id).await?;
            return self.begin_sign_in(unit, &person, provider.as_str(), ctx).await.map(Ok);
        }
        if !self.settings.signup_enabled {
            let failure = Failure::new(FORBIDDEN, "Registration is closed here. Ask for an invitation.");
            return stranger("registration_closed", failure);
        }
        let user = self.newcomer(unit, proven, email, ctx).await?;
        self.link_in(unit, provider, proven, &user, ctx).await?;
        self.begin_sign_in(unit, &user, provider.as_str(), ctx).await.map(Ok)
    }

    /// An account for somebody who has none, as registration makes it.
    async fn newcomer(
        &self,
        unit: &mut dyn UnitOfWork,
        proven: &ProvenIdentity,
        email: Email,
        ctx: &Ctx,
    ) -> Result<User, Failure> {
        let name = name_of(proven, &email);
        let account = Account {
            id: self.new_id(),
            name: name.clone(),
            session_idle_minutes: None,
            session_absolute_minutes: None,
            requires_second_factor: false,
            created_at: ctx.now,
        };
        let user = User {
            id: self.new_id(),
            account_id: account.id,
            team_id: None,
            email,
            name,
            role: Role::Owner,
            is_super_admin: false,
            is_active: true,
            deleted_at: None,
            email_verified_at: proven.email_verified.then_some(ctx.now),
            password_hash: None,
            last_login: Some(ctx.now),
            created_at: ctx.now,
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        };
        self.register_in(unit, &account, &user, Plan::Free, ctx).await?;
        Ok(user)
    }

    async fn link_in(
        &self,
        unit: &mut dyn UnitOfWork,
        provider: OauthProvider,
        proven: &ProvenIdentity,
        user: &User,
        ctx: &Ctx,
    ) -> Result<Identity, Failure> {
        let identity = Identity {
            id: self.new_id(),
            account_id: user.account_id,
            user_id: user.id,
            provider,
            key: proven.key.clone(),
            email: proven.email.clone(),
            created_at: ctx.now,
            last_used_at: None,
        };
        if unit.insert_identity(&identity).await? == IdentityOutcome::Taken {
            let detail = format!("Somebody signs in with this {} account already.", provider.title());
            return Err(Failure::new(IDENTITY_TAKEN, detail));
        }
        let payload = json!({ "provider": provider.as_str(), "identity_id": identity.id });
        let event = Event::new(events::IDENTITY_LINKED, "user", user.id.uuid(), payload);
        self.audit_in(unit, user.account_id, Some(user.id), ctx, event).await?;
        Ok(identity)
    }

    async fn audit_refusal(
        &self,
        unit: &mut dyn UnitOfWork,
        provider: OauthProvider,
        refusal: &Refusal,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        let payload = json!({ "reason": refusal.reason, "provider": provider.as_str() });
        let target = refusal.user.map(UserId::uuid);
        let event = Event::new(events::SIGN_IN_FAILED, "user", target, payload);
        self.audit_in(unit, refusal.account, None, ctx, event).await
    }

    /// How the caller can sign in.
    ///
    /// # Errors
    /// `not_authenticated`.
    pub async fn own_identities(&self, caller: &Caller) -> Result<OwnIdentities, Failure> {
        self.read(caller, async |work| {
            let (tenant, id) = (work.actor.account_id, work.actor.user_id);
            let user = work.unit.user_by_id(tenant, id).await?.ok_or_else(not_authenticated)?;
            let identities = work.unit.identities_of(tenant, id).await?;
            Ok(OwnIdentities { identities, has_password: user.password_hash.is_some() })
        })
        .await
    }

    /// Links the identity the caller came back with. One they have already stays as it is.
    ///
    /// # Errors
    /// `not_authenticated`, `oauth_not_offered`, `oauth_state_refused`, `oauth_refused`, `oauth_unavailable`,
    /// `identity_taken`.
    pub async fn link_identity(
        &self,
        caller: &Caller,
        provider: OauthProvider,
        answer: &AuthorizationAnswer,
        browser_secret: Option<SecretString>,
    ) -> Result<Identity, Failure> {
        let ctx = self.ctx(caller.request_id);
        self.me(caller).await?;
        let user = Some(caller.claims.user_id);
        let (proven, _) = self.finish(provider, user, answer, browser_secret, &ctx).await?;
        self.write(caller, async |work| {
            let (tenant, id) = (work.actor.account_id, work.actor.user_id);
            let own = work.unit.identities_of(tenant, id).await?;
            if let Some(known) = own.into_iter().find(|known| known.key == proven.key) {
                return Ok(known);
            }
            let user = work.unit.user_by_id(tenant, id).await?.ok_or_else(not_authenticated)?;
            self.link_in(work.unit.as_mut(), provider, &proven, &user, &ctx).await
        })
        .await
    }

    /// Takes one of the caller's identities away, unless nobody could sign in as them without it.
    ///
    /// # Errors
    /// `not_authenticated`, `not_found`, `last_way_in`.
    pub async fn unlink_identity(&self, caller: &Caller, id: IdentityId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            let (tenant, user_id) = (work.actor.account_id, work.actor.user_id);
            // Two of them taken away at once would be the last two.
            work.unit.lock_account(tenant).await?;
            let user = work.unit.user_by_id(tenant, user_id).await?.ok_or_else(not_authenticated)?;
            let own = work.unit.identities_of(tenant, user_id).await?;
            let Some(identity) = own.iter().find(|known| known.id == id) else {
                return Err(Failure::new(NOT_FOUND, "You have no such linked sign-in."));
            };
            if own.len() == 1 && user.password_hash.is_none() {
                let detail =
                    "This is the only way you can sign in. Set a password or link another one first.";
                return Err(Failure::new(LAST_WAY_IN, detail));
            }
            work.unit.delete_identity(tenant, user_id, id).await?;
            let payload = json!({ "provider": identity.provider.as_str(), "identity_id": id });
            self.audit(work, Event::new(events::IDENTITY_UNLINKED, "user", user_id.uuid(), payload)).await
        })
        .await
    }
}

/// Why somebody was not let in, and in whose log it stands.
struct Refusal {
    account: AccountId,
    user: Option<UserId>,
    reason: &'static str,
}

/// What to call somebody: as the provider does, or as their address begins.
fn name_of(proven: &ProvenIdentity, email: &Email) -> String {
    let given = proven.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let local = email.as_str().split('@').next().unwrap_or_default();
    given.unwrap_or(local).chars().filter(|c| !c.is_control()).take(200).collect()
}
