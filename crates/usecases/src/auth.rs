//! Registration, sign-in, refresh, sign-out.

use rf_accounts::{
    Account, ConsumeOutcome, Email, InsertUserOutcome, Plan, RefreshTokenRow, ReplayVerdict, RevokeReason,
    Subscription, User, codes::EMAIL_TAKEN, judge_replay,
};
use rf_audit::events;
use rf_auth_policy::{
    ACCESS_TOKEN_SECONDS, AccessClaims, Action, RefreshClaims, RefreshDecision, RefreshToken, Role,
    TokenError, check_new_password,
    codes::{INVALID_CREDENTIALS, INVALID_REFRESH_TOKEN, SESSION_EXPIRED_ABSOLUTE, SESSION_EXPIRED_IDLE},
    require,
};
use rf_kernel::{Checks, Code, Ctx, Failure, FamilyId, JwtId, RequestId, Timestamp, codes::FORBIDDEN};
use rf_store::{Access, UnitOfWork};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    App, Caller,
    audit::{Event, SITE},
    work::{Decided, not_authenticated},
};

/// A person who wants an account.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Their e-mail, as typed.
    pub email: String,
    /// Their password.
    pub password: SecretString,
    /// Their name.
    pub name: String,
    /// What the account is called; the person's name when not given.
    pub account_name: Option<String>,
}

/// A person who wants in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Their e-mail, as typed.
    pub email: String,
    /// Their password.
    pub password: SecretString,
}

/// Tokens, just minted.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Opens the API for [`SignedIn::expires_in`] seconds.
    pub access_token: String,
    /// Gets the next pair.
    pub refresh_token: SecretString,
    /// Seconds the access token lives.
    pub expires_in: i64,
    /// When the sign-in goes idle.
    pub idle_expires_at: Timestamp,
    /// When it ends whatever happens.
    pub absolute_expires_at: Timestamp,
    /// The instant the pair was minted.
    pub now: Timestamp,
}

/// What a pair of tokens is minted from, beside the person.
struct Minting<'a> {
    family_id: FamilyId,
    /// The token used up for it; `None` at sign-in.
    parent: Option<&'a RefreshTokenRow>,
    claims: RefreshClaims,
    /// When the password was shown, Unix seconds.
    auth_time: i64,
}

/// The caller, with what every screen wants to know of their account.
#[derive(Clone, Debug)]
pub struct Me {
    /// The person.
    pub user: User,
    /// Their account.
    pub account: Account,
    /// What the account has; `None` where somebody took it away.
    pub subscription: Option<Subscription>,
    /// Whether the account may work with the product now.
    pub in_force: bool,
}

impl App {
    /// Makes an account with its owner and a free subscription.
    ///
    /// # Errors
    /// `validation_failed`, `email_taken`, `forbidden` where registration is switched off.
    pub async fn register(
        &self,
        registration: Registration,
        request_id: RequestId,
    ) -> Result<(User, Account), Failure> {
        if !self.settings.signup_enabled {
            return Err(Failure::new(FORBIDDEN, "Registration is closed here. Ask for an invitation."));
        }
        let email = self.check_registration(&registration)?;
        let password_hash = self.passwords.hash(&registration.password).await?;
        let ctx = self.ctx(request_id);
        let name = registration.name.trim().to_owned();
        let account_name = registration.account_name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
        let account = Account {
            id: self.new_id(),
            name: account_name.unwrap_or_else(|| name.clone()),
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
            email_verified_at: None,
            password_hash: Some(password_hash),
            last_login: None,
            created_at: ctx.now,
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        };
        self.keep_registration(&account, &user, Plan::Free, &ctx).await?;
        Ok((user, account))
    }

    /// Keeps an account with its first person, its subscription and the audit entry, all or nothing.
    pub(crate) async fn keep_registration(
        &self,
        account: &Account,
        user: &User,
        plan: Plan,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        self.system_write(async |unit| {
            self.register_in(unit, account, user, plan, ctx).await.map(Decided::Answer)
        })
        .await
    }

    /// The same in a unit that is open.
    pub(crate) async fn register_in(
        &self,
        unit: &mut dyn UnitOfWork,
        account: &Account,
        user: &User,
        plan: Plan,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        let subscription = Subscription::begin(self.new_id(), account.id, plan, ctx.now);
        unit.insert_account(account).await?;
        if unit.insert_user(user).await? == InsertUserOutcome::EmailTaken {
            return Err(Failure::new(EMAIL_TAKEN, "Email already registered"));
        }
        unit.insert_subscription(&subscription).await?;
        if user.email_verified_at.is_none() {
            self.ask_to_verify(unit, user, ctx.now).await?;
        }
        let payload = json!({ "plan": plan.as_str() });
        let event = Event::new(events::ACCOUNT_REGISTERED, "account", account.id.uuid(), payload);
        self.audit_in(unit, account.id, Some(user.id), ctx, event).await
    }

    fn check_registration(&self, registration: &Registration) -> Result<Email, Failure> {
        let mut checks = Checks::new();
        checks.text("name", &registration.name, 1..=200);
        checks.optional_text("account_name", registration.account_name.as_deref(), 0..=200);
        if let Err(failure) = check_new_password("password", registration.password.expose_secret()) {
            checks.extend(failure.errors);
        }
        match Email::parse(&registration.email) {
            Ok(email) => checks.finish().map(|()| email),
            Err(error) => {
                checks.extend([error]);
                checks.finish().map(|()| Email::from_stored(String::new()))
            }
        }
    }

    /// Signs in. Unknown address, no password, wrong password and a switched-off person get one and the same
    /// answer after one and the same work.
    ///
    /// # Errors
    /// `invalid_credentials`, `second_factor_required`, `validation_failed` for a password no password can be,
    /// `unavailable`.
    pub async fn sign_in(&self, sign_in: SignIn, request_id: RequestId) -> Result<SignedIn, Failure> {
        let refused = || Failure::new(INVALID_CREDENTIALS, "Incorrect email or password");
        let password = sign_in.password.expose_secret();
        if password.len() > rf_auth_policy::MAX_PASSWORD_BYTES {
            // Refused before hashing: bcrypt would look at the first bytes only.
            return Err(Failure::invalid_field(
                "password",
                "too_long",
                format!(
                    "has more than {} bytes; no password here is that long",
                    rf_auth_policy::MAX_PASSWORD_BYTES
                ),
            ));
        }
        let user = match Email::parse(&sign_in.email) {
            Ok(email) => self.store.begin(Access::system_read()).await?.user_by_email(&email).await?,
            Err(_) => None,
        };
        let hash = user.as_ref().and_then(|user| user.password_hash.as_ref());
        let matches = self.passwords.verify(&sign_in.password, hash).await?;
        let ctx = self.ctx(request_id);
        let user = match user {
            Some(user) if matches && user.can_sign_in() => user,
            other => return self.sign_in_refused(other.as_ref(), matches, &ctx, refused()).await,
        };
        self.system_write(async |unit| {
            // The stamp first: it holds the person, so that nobody switches them off or changes their password
            // between this look at them and the token.
            unit.record_sign_in(user.id, ctx.now).await?;
            let now = unit.user_for_sign_in(user.id).await?;
            let now = now.filter(|now| now.can_sign_in() && now.password_hash == user.password_hash);
            let now = now.ok_or_else(refused)?;
            self.begin_sign_in(unit, &now, "password", &ctx).await.map(Decided::Answer)
        })
        .await
    }

    /// Keeps that a sign-in was refused, whoever it was for: whether somebody exists must not show in how long the
    /// answer takes. What was typed is not kept, because people type passwords into the wrong field.
    async fn sign_in_refused(
        &self,
        user: Option<&User>,
        matches: bool,
        ctx: &Ctx,
        refusal: Failure,
    ) -> Result<SignedIn, Failure> {
        let reason = match user {
            None => "unknown_address",
            Some(user) if user.password_hash.is_none() => "no_password",
            Some(_) if !matches => "wrong_password",
            Some(_) => "switched_off",
        };
        self.system_write(async |unit| {
            let payload = json!({ "reason": reason });
            let event = Event::new(events::SIGN_IN_FAILED, "user", user.map(|user| user.id.uuid()), payload);
            self.audit_in(unit, user.map_or(SITE, |user| user.account_id), None, ctx, event).await?;
            Ok(Decided::Answer(()))
        })
        .await?;
        Err(refusal)
    }

    /// The first pair of a sign-in of somebody who has shown who they are; where they have a second factor, the
    /// refusal that asks for it. `method` is what the audit log says.
    pub(crate) async fn begin_sign_in(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        method: &str,
        ctx: &Ctx,
    ) -> Result<SignedIn, Failure> {
        self.require_second_factor(unit, user, method, ctx.now).await?;
        self.begin_family(unit, user, method, ctx).await
    }

    /// The first pair, under the account's policy as it is now.
    pub(crate) async fn begin_family(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        method: &str,
        ctx: &Ctx,
    ) -> Result<SignedIn, Failure> {
        let account = unit.account_by_id(user.account_id).await?;
        let account = account.ok_or_else(|| Failure::internal("a person without an account"))?;
        let claims = RefreshClaims::at_sign_in(ctx.now, account.session_policy(self.settings.session_policy));
        let family_id: FamilyId = self.new_id();
        let minting = Minting { family_id, parent: None, claims, auth_time: claims.auth_time };
        let signed_in = self.mint(unit, user, minting, ctx.now).await?;
        let payload = json!({ "family_id": family_id, "method": method });
        let event = Event::new(events::SIGNED_IN, "user", user.id.uuid(), payload);
        self.audit_in(unit, user.account_id, Some(user.id), ctx, event).await?;
        Ok(signed_in)
    }

    /// Exchanges a refresh token for the next pair.
    ///
    /// The order is the contract's (SESS-10): read the token, load the person, resolve the claims, use the token
    /// up whatever comes of it, then decide. A refusal keeps the token used up.
    ///
    /// # Errors
    /// `session_expired_idle`, `session_expired_absolute`, `invalid_refresh_token`.
    pub async fn refresh(&self, token: &str, request_id: RequestId) -> Result<SignedIn, Failure> {
        let ctx = self.ctx(request_id);
        let token = self.keys.read_refresh(token, ctx.now).map_err(|error| match error {
            TokenError::Expired => Failure::new(SESSION_EXPIRED_IDLE, "session_expired_idle"),
            TokenError::Invalid => invalid_refresh_token(),
        })?;
        self.system_write(async |unit| self.rotate(unit, &token, &ctx).await).await
    }

    async fn rotate(
        &self,
        unit: &mut dyn UnitOfWork,
        token: &RefreshToken,
        ctx: &Ctx,
    ) -> Result<Decided<SignedIn>, Failure> {
        let user = unit.user_for_sign_in(token.user_id).await?;
        let user = user.filter(User::can_sign_in).ok_or_else(invalid_refresh_token)?;
        let claims = match token.claims {
            Some(claims) => claims,
            // From before policies were embedded: one rotation, under the policy as it is now.
            None => {
                let account = unit.account_by_id(user.account_id).await?.ok_or_else(invalid_refresh_token)?;
                RefreshClaims::at_sign_in(ctx.now, account.session_policy(self.settings.session_policy))
            }
        };
        let decision = claims.decide(ctx.now);
        let reason = match decision {
            RefreshDecision::Mint => RevokeReason::Rotated,
            RefreshDecision::AbsoluteExpired => RevokeReason::Absolute,
        };
        let row = match unit.consume_refresh_token(token.jti, reason, ctx.now).await? {
            ConsumeOutcome::Consumed(row) if row.user_id == user.id => row,
            ConsumeOutcome::Consumed(_) | ConsumeOutcome::NotFound => return Err(invalid_refresh_token()),
            ConsumeOutcome::AlreadyRevoked(row) => {
                self.replayed(unit, &row, ctx).await?;
                return Ok(Decided::RefuseAndKeep(invalid_refresh_token()));
            }
        };
        match decision {
            RefreshDecision::AbsoluteExpired => {
                let payload = json!({ "family_id": row.family_id, "reason": "absolute" });
                let event = Event::new(events::SESSION_EXPIRED, "user", user.id.uuid(), payload);
                self.audit_in(unit, user.account_id, None, ctx, event).await?;
                Ok(Decided::RefuseAndKeep(Failure::new(SESSION_EXPIRED_ABSOLUTE, "session_expired_absolute")))
            }
            RefreshDecision::Mint => {
                // A token from before policies were embedded does not say when the password was shown.
                let auth_time = token.claims.map_or(0, |claims| claims.auth_time);
                let minting = Minting { family_id: row.family_id, parent: Some(&row), claims, auth_time };
                self.mint(unit, &user, minting, ctx.now).await.map(Decided::Answer)
            }
        }
    }

    /// A used token came back: another tab, or a thief. A thief ends the whole family, with one audit entry.
    async fn replayed(
        &self,
        unit: &mut dyn UnitOfWork,
        row: &RefreshTokenRow,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        let successor = unit.refresh_token_successor(row.jti).await?;
        let verdict = judge_replay(row, successor.map(|s| s.revoked.is_some()), ctx.now);
        if verdict != ReplayVerdict::Theft {
            return Ok(());
        }
        let ended = unit.revoke_family(row.family_id, RevokeReason::Reuse, ctx.now).await?;
        if ended > 0 {
            tracing::warn!(family = %row.family_id, user = %row.user_id, "a used refresh token came back");
            let payload = json!({ "family_id": row.family_id, "revoked_count": ended });
            let event = Event::new(events::REFRESH_TOKEN_REUSED, "user", row.user_id.uuid(), payload);
            self.audit_in(unit, row.account_id, None, ctx, event).await?;
        }
        Ok(())
    }

    async fn mint(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        minting: Minting<'_>,
        now: Timestamp,
    ) -> Result<SignedIn, Failure> {
        let Minting { family_id, parent, claims, auth_time } = minting;
        let instant =
            |unix: i64| Timestamp::from_unix(unix).ok_or_else(|| Failure::internal("expiry out of range"));
        let jti: JwtId = self.new_id();
        let idle_expires_at = instant(claims.idle_expires_unix(now))?;
        let absolute_expires_at = instant(claims.absolute_expires_unix())?;
        unit.insert_refresh_token(&RefreshTokenRow {
            jti,
            user_id: user.id,
            account_id: user.account_id,
            family_id,
            parent_jti: parent.map(|row| row.jti),
            generation: parent.map_or(0, |row| row.generation + 1),
            issued_at: now,
            expires_at: idle_expires_at,
            revoked: None,
        })
        .await?;
        let access = AccessClaims {
            family_id,
            auth_time,
            ..AccessClaims::of(user.id, user.account_id, user.session_epoch, now)
        };
        let access = self.keys.sign_access(&access, self.ids.new_id());
        let refresh = self.keys.sign_refresh(user.id, jti, claims, now);
        Ok(SignedIn {
            access_token: access.map_err(Failure::internal)?,
            refresh_token: refresh.map_err(Failure::internal)?.into(),
            expires_in: ACCESS_TOKEN_SECONDS,
            idle_expires_at,
            absolute_expires_at,
            now,
        })
    }

    /// Ends the sign-in a refresh token belongs to. Whatever the token is, the answer is the same: signed out.
    ///
    /// # Errors
    /// Only what the store says.
    pub async fn sign_out(&self, token: &str, request_id: RequestId) -> Result<(), Failure> {
        let ctx = self.ctx(request_id);
        let Ok(token) = self.keys.read_refresh(token, ctx.now) else { return Ok(()) };
        self.system_write(async |unit| {
            let outcome = unit.consume_refresh_token(token.jti, RevokeReason::Logout, ctx.now).await?;
            let consumed = matches!(outcome, ConsumeOutcome::Consumed(_));
            if let ConsumeOutcome::Consumed(row) | ConsumeOutcome::AlreadyRevoked(row) = outcome {
                let others = unit.revoke_family(row.family_id, RevokeReason::Logout, ctx.now).await?;
                // A sign-in that had ended before ends no second time.
                if consumed || others > 0 {
                    let payload = json!({ "family_id": row.family_id });
                    let event = Event::new(events::SIGNED_OUT, "user", row.user_id.uuid(), payload);
                    self.audit_in(unit, row.account_id, Some(row.user_id), &ctx, event).await?;
                }
            }
            Ok(Decided::Answer(()))
        })
        .await
    }

    /// A caller for the command line: whoever runs it holds the database anyway, so no password is asked.
    ///
    /// # Errors
    /// `not_found` when nobody active has that address.
    pub async fn operator(&self, email: &str, request_id: RequestId) -> Result<Caller, Failure> {
        let email = Email::parse(email).map_err(|error| Failure::invalid(vec![error]))?;
        let user = self.store.begin(Access::system_read()).await?.user_by_email(&email).await?;
        let user = user.filter(User::can_sign_in).ok_or_else(|| {
            Failure::new(rf_kernel::codes::NOT_FOUND, format!("Nobody active signs in as {email}."))
        })?;
        let claims = AccessClaims::of(user.id, user.account_id, user.session_epoch, self.now());
        Ok(Caller::new(claims, request_id))
    }

    /// The caller and their account.
    ///
    /// # Errors
    /// `not_authenticated`.
    pub async fn me(&self, caller: &Caller) -> Result<Me, Failure> {
        self.read(caller, async |work| {
            let tenant = work.actor.account_id;
            let user = work.unit.user_by_id(tenant, work.actor.user_id).await?;
            let account = work.unit.account_by_id(tenant).await?;
            let (user, account) = user.zip(account).ok_or_else(not_authenticated)?;
            let subscription = work.unit.subscription_of(tenant).await?;
            let in_force =
                subscription.as_ref().is_some_and(|subscription| subscription.is_in_force(work.ctx.now));
            Ok(Me { user, account, subscription, in_force })
        })
        .await
    }

    /// The active people of the caller's account.
    ///
    /// # Errors
    /// `not_authenticated`, `forbidden`.
    pub async fn members(&self, caller: &Caller) -> Result<Vec<User>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            Ok(work.unit.members(work.actor.account_id).await?)
        })
        .await
    }
}

fn invalid_refresh_token() -> Failure {
    const CODE: Code = INVALID_REFRESH_TOKEN;
    Failure::new(CODE, "invalid_refresh_token")
}
