//! The second factor of a sign-in: begun, proven with a first code, asked from then on, and taken away.

use rf_accounts::{
    Account, Judged, RECOVERY_CODES, RECOVERY_SIGNS, SECRET_BYTES, SecondFactor, TypedCode, User,
    authenticator_url,
    codes::{
        PERSON_NOT_FOUND, SECOND_FACTOR_EXISTS, SECOND_FACTOR_KEPT, SECOND_FACTOR_MISSING,
        SECOND_FACTOR_REFUSED, SECOND_FACTOR_REQUIRED,
    },
    recovery_code, shared_secret,
};
use rf_audit::events;
use rf_auth_policy::{Action, HalfSignIn, SECOND_FACTOR_SECONDS, require};
use rf_kernel::{AccountId, Ctx, Failure, RequestId, Timestamp, UserId};
use rf_store::UnitOfWork;
use rf_vault::{Place, Vault};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    App, Caller, SignedIn, Work,
    audit::Event,
    work::{Decided, not_authenticated},
};

/// Where the caller's second factor stands.
#[derive(Clone, Copy, Debug)]
pub struct SecondFactorView {
    /// Since when a code is asked; `None` where none is.
    pub confirmed_at: Option<Timestamp>,
    /// Recovery codes that are left.
    pub recovery_codes_left: usize,
    /// Whether the account requires one.
    pub required: bool,
}

/// What an authenticator app needs once.
#[derive(Clone, Debug)]
pub struct BegunSecondFactor {
    /// The shared secret in base32, to type.
    pub secret: SecretString,
    /// The same as an address, for a picture to scan.
    pub url: SecretString,
}

/// Who of an account has a second factor.
#[derive(Clone, Debug)]
pub struct SecondFactorPolicyView {
    /// Whether everybody needs one.
    pub required: bool,
    /// The people who have one.
    pub people: Vec<UserId>,
}

fn place(account_id: AccountId, user: UserId) -> Place {
    Place { account_id, record_id: user.uuid() }
}

fn open(vault: &Vault, factor: &SecondFactor) -> Result<SecretString, Failure> {
    vault.open(place(factor.account_id, factor.user_id), &factor.sealed).map_err(Failure::internal)
}

fn wrong() -> Failure {
    Failure::new(SECOND_FACTOR_REFUSED, "The code is not right, or was used before. Wait for the next one.")
}

/// The person's factor, where it counts.
async fn factor_in_force(
    unit: &mut dyn UnitOfWork,
    account: AccountId,
    user: UserId,
) -> Result<Option<SecondFactor>, Failure> {
    let factor = unit.second_factor_of(account, user).await?;
    Ok(factor.filter(|factor| factor.confirmed_at.is_some()))
}

impl App {
    /// Refuses to go on with a sign-in where a code of a second factor is asked; the detail carries what the code is
    /// to be sent with.
    pub(crate) async fn require_second_factor(
        &self,
        unit: &mut dyn UnitOfWork,
        user: &User,
        method: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if factor_in_force(unit, user.account_id, user.id).await?.is_none() {
            return Ok(());
        }
        let half = HalfSignIn {
            user_id: user.id,
            account_id: user.account_id,
            epoch: user.session_epoch,
            method: method.to_owned(),
        };
        let challenge =
            self.keys.sign_half_sign_in(half, self.ids.new_id(), now).map_err(Failure::internal)?;
        let detail = json!({
            "message": "Enter the code your authenticator app shows, or a recovery code.",
            "challenge": challenge,
            "expires_in": SECOND_FACTOR_SECONDS,
        });
        Err(Failure::new(SECOND_FACTOR_REQUIRED, detail))
    }

    /// Finishes a sign-in with a code. Wrong ones are counted, and few are allowed.
    ///
    /// # Errors
    /// `second_factor_refused`, `second_factor_tries`.
    pub async fn finish_sign_in(
        &self,
        challenge: &str,
        code: &str,
        request_id: RequestId,
    ) -> Result<SignedIn, Failure> {
        let ctx = self.ctx(request_id);
        let too_late = || {
            let text = "This sign-in was begun too long ago, or is not valid any more. Sign in again.";
            Failure::new(SECOND_FACTOR_REFUSED, text)
        };
        let half = self.keys.read_half_sign_in(challenge, ctx.now).map_err(|_| too_late())?;
        self.system_write(async |unit| {
            // The factor first: whoever reads the person holds them, and of many who do none could go on to the stamp.
            let factor = factor_in_force(unit, half.account_id, half.user_id).await?.ok_or_else(too_late)?;
            if self.judge_code(unit, factor, code, ctx.now).await? == Judged::Right {
                // The stamp before the person is read: nobody switches them off between this look and the token.
                unit.record_sign_in(half.user_id, ctx.now).await?;
                let same = |user: &User| user.can_sign_in() && user.session_epoch == half.epoch;
                let user = unit.user_for_sign_in(half.user_id).await?.filter(same).ok_or_else(too_late)?;
                let method = format!("{}+code", half.method);
                return self.begin_family(unit, &user, &method, &ctx).await.map(Decided::Answer);
            }
            let payload = json!({ "reason": "wrong_code" });
            let event = Event::new(events::SIGN_IN_FAILED, "user", half.user_id.uuid(), payload);
            self.audit_in(unit, half.account_id, None, &ctx, event).await?;
            Ok(Decided::RefuseAndKeep(wrong()))
        })
        .await
    }

    /// Judges a code and keeps what that changes. Of two at once one is judged, and the other is wrong.
    async fn judge_code(
        &self,
        unit: &mut dyn UnitOfWork,
        mut factor: SecondFactor,
        code: &str,
        now: Timestamp,
    ) -> Result<Judged, Failure> {
        let secret = open(&self.vault, &factor)?;
        let expected = Some(factor.revision);
        let judged = factor.judge(&secret, TypedCode::read(code).as_ref(), now)?;
        let kept = unit.keep_second_factor(&factor, expected).await?;
        Ok(if kept { judged } else { Judged::Wrong })
    }

    /// A code beside the password, for whoever has a second factor: without it a stolen password would make a
    /// sign-in fresh.
    ///
    /// # Errors
    /// `validation_failed` at `code` where it is missing or wrong, `second_factor_tries`.
    pub(crate) async fn check_own_code(
        &self,
        caller: &Caller,
        user: &User,
        code: Option<&str>,
    ) -> Result<(), Failure> {
        let judged = self
            .write(caller, async |work| {
                let Some(factor) = factor_in_force(work.unit.as_mut(), user.account_id, user.id).await?
                else {
                    return Ok(None);
                };
                let code = code.ok_or_else(|| {
                    let text = "is needed: the one your authenticator app shows, or a recovery code";
                    Failure::invalid_field("code", "required", text)
                })?;
                let now = work.ctx.now;
                self.judge_code(work.unit.as_mut(), factor, code, now).await.map(Some)
            })
            .await?;
        match judged {
            None | Some(Judged::Right) => Ok(()),
            Some(Judged::Wrong) => {
                Err(Failure::invalid_field("code", "incorrect", "is not right, or was used before"))
            }
        }
    }

    /// Where the caller's second factor stands.
    ///
    /// # Errors
    /// `not_authenticated`.
    pub async fn second_factor(&self, caller: &Caller) -> Result<SecondFactorView, Failure> {
        self.read(caller, async |work| self.second_factor_view(work).await).await
    }

    async fn second_factor_view(&self, work: &mut Work) -> Result<SecondFactorView, Failure> {
        let (tenant, user) = (work.actor.account_id, work.actor.user_id);
        let account = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
        let factor = work.unit.second_factor_of(tenant, user).await?;
        let factor = factor.filter(|factor| factor.confirmed_at.is_some());
        Ok(SecondFactorView {
            confirmed_at: factor.as_ref().and_then(|factor| factor.confirmed_at),
            recovery_codes_left: factor.map_or(0, |factor| factor.recovery.len()),
            required: account.requires_second_factor,
        })
    }

    /// Begins a second factor for the caller: it counts when a first code was shown. Begun again, the secret is
    /// another.
    ///
    /// # Errors
    /// `step_up_required`, `second_factor_exists`.
    pub async fn begin_second_factor(&self, caller: &Caller) -> Result<BegunSecondFactor, Failure> {
        let user = self.me(caller).await?.user;
        let mut random = [0; SECRET_BYTES];
        self.fill_random(&mut random)?;
        let secret = shared_secret(&random);
        let sealed = self.vault.seal(place(user.account_id, user.id), &secret).map_err(Failure::internal)?;
        self.write(caller, async |work| {
            caller.require_fresh(work.ctx.now)?;
            let before = work.unit.second_factor_of(user.account_id, user.id).await?;
            let exists = || Failure::new(SECOND_FACTOR_EXISTS, "You have a second factor. Remove it first.");
            if before.as_ref().is_some_and(|before| before.confirmed_at.is_some()) {
                return Err(exists());
            }
            let mut factor = SecondFactor::begun(user.id, user.account_id, sealed.clone(), work.ctx.now);
            let expected = before.map(|before| before.revision);
            factor.revision = expected.map_or(factor.revision, rf_kernel::Revision::next);
            work.unit.keep_second_factor(&factor, expected).await?.then_some(()).ok_or_else(exists)
        })
        .await?;
        let url = authenticator_url(&secret, user.email.as_str());
        Ok(BegunSecondFactor { secret, url })
    }

    /// Proves with a first code that the app has the secret; from now on codes are asked. Answers the recovery codes,
    /// which are shown this once.
    ///
    /// # Errors
    /// `second_factor_missing` where none was begun, `second_factor_exists`, `validation_failed` for a wrong code,
    /// `second_factor_tries`.
    pub async fn confirm_second_factor(
        &self,
        caller: &Caller,
        code: &str,
    ) -> Result<Vec<SecretString>, Failure> {
        let user = self.me(caller).await?.user;
        let codes = self.new_recovery_codes()?;
        let judged = self
            .write(caller, async |work| {
                let factor = work.unit.second_factor_of(user.account_id, user.id).await?;
                let mut factor = factor.ok_or_else(missing)?;
                if factor.confirmed_at.is_some() {
                    return Err(Failure::new(SECOND_FACTOR_EXISTS, "You have a second factor already."));
                }
                let (secret, expected) = (open(&self.vault, &factor)?, Some(factor.revision));
                let mut judged = factor.judge(&secret, TypedCode::read(code).as_ref(), work.ctx.now)?;
                if judged == Judged::Right {
                    factor.renew_recovery(&codes);
                }
                if !work.unit.keep_second_factor(&factor, expected).await? {
                    judged = Judged::Wrong;
                }
                if judged == Judged::Right {
                    work.unit.settle_second_factors_due(user.account_id).await?;
                    let event = Event::new(events::SECOND_FACTOR_ADDED, "user", user.id.uuid(), json!({}));
                    self.audit(work, event).await?;
                }
                Ok(judged)
            })
            .await?;
        match judged {
            Judged::Right => Ok(codes),
            Judged::Wrong => Err(Failure::invalid_field(
                "code",
                "incorrect",
                "is not right: check that the phone's clock is, and type the one shown now",
            )),
        }
    }

    /// New recovery codes in the place of the old ones.
    ///
    /// # Errors
    /// `step_up_required`, `second_factor_missing`.
    pub async fn renew_recovery_codes(&self, caller: &Caller) -> Result<Vec<SecretString>, Failure> {
        let codes = self.new_recovery_codes()?;
        self.write(caller, async |work| {
            caller.require_fresh(work.ctx.now)?;
            let (tenant, user) = (work.actor.account_id, work.actor.user_id);
            let factor = work.unit.second_factor_of(tenant, user).await?;
            let mut factor = factor.filter(|factor| factor.confirmed_at.is_some()).ok_or_else(missing)?;
            let expected = Some(factor.revision);
            factor.renew_recovery(&codes);
            if !work.unit.keep_second_factor(&factor, expected).await? {
                return Err(missing());
            }
            let event = Event::new(events::RECOVERY_CODES_RENEWED, "user", user.uuid(), json!({}));
            self.audit(work, event).await
        })
        .await?;
        Ok(codes)
    }

    /// Takes the caller's second factor away.
    ///
    /// # Errors
    /// `step_up_required`, `second_factor_missing`, `second_factor_kept` where the account requires it.
    pub async fn remove_second_factor(&self, caller: &Caller) -> Result<(), Failure> {
        self.write(caller, async |work| {
            caller.require_fresh(work.ctx.now)?;
            if self.second_factor_view(work).await?.required {
                let text = "Your account requires a second factor. An owner can take yours away, for you to set up anew.";
                return Err(Failure::new(SECOND_FACTOR_KEPT, text));
            }
            let user = work.actor.user_id;
            self.take_factor_away(work, user).await
        })
        .await
    }

    /// Takes somebody's second factor away: they lost their phone and their recovery codes. Where the account
    /// requires one they set up another when they sign in next. Owners only.
    ///
    /// # Errors
    /// `forbidden`, `step_up_required`, `person_not_found`, `second_factor_missing`.
    pub async fn remove_second_factor_of(&self, caller: &Caller, person: UserId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            caller.require_fresh(work.ctx.now)?;
            let known = work.unit.user_by_id(work.actor.account_id, person).await?;
            known
                .ok_or_else(|| Failure::new(PERSON_NOT_FOUND, "There is no such person in your account."))?;
            self.take_factor_away(work, person).await
        })
        .await
    }

    async fn take_factor_away(&self, work: &mut Work, person: UserId) -> Result<(), Failure> {
        let tenant = work.actor.account_id;
        if !work.unit.remove_second_factor(tenant, person).await? {
            return Err(missing());
        }
        work.unit.settle_second_factors_due(tenant).await?;
        self.audit(work, Event::new(events::SECOND_FACTOR_REMOVED, "user", person.uuid(), json!({}))).await
    }

    /// Whether the account requires a second factor, and who has one. Owners only.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn second_factor_policy(&self, caller: &Caller) -> Result<SecondFactorPolicyView, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            policy_view(work).await
        })
        .await
    }

    /// Requires a second factor of everybody, or does not any more. Whoever has none sets one up before they go on.
    /// An owner who has none would shut themselves out, and is refused. Owners only.
    ///
    /// # Errors
    /// `forbidden`, `step_up_required`, `second_factor_missing`.
    pub async fn set_second_factor_policy(
        &self,
        caller: &Caller,
        required: bool,
    ) -> Result<SecondFactorPolicyView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            caller.require_fresh(work.ctx.now)?;
            let (tenant, user) = (work.actor.account_id, work.actor.user_id);
            work.unit.lock_account(tenant).await?;
            let account = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
            let before = policy_view(work).await?;
            if required && !before.people.contains(&user) {
                let text = "Set up your own second factor first; you would shut yourself out.";
                return Err(Failure::new(SECOND_FACTOR_MISSING, text));
            }
            if account.requires_second_factor != required {
                let account = Account { requires_second_factor: required, ..account };
                work.unit.update_account(tenant, &account).await?;
                work.unit.settle_second_factors_due(tenant).await?;
                let payload = json!({ "old": !required, "new": required });
                let event = Event::new(events::SECOND_FACTOR_POLICY, "account", tenant.uuid(), payload);
                self.audit(work, event).await?;
            }
            policy_view(work).await
        })
        .await
    }

    /// The factor of somebody who moves to another account comes along; nobody loses it by moving.
    pub(crate) async fn bring_second_factor_along(
        &self,
        unit: &mut dyn UnitOfWork,
        before: &User,
        person: &User,
        ctx: &Ctx,
    ) -> Result<(), Failure> {
        if let Some(factor) = factor_in_force(unit, before.account_id, before.id).await? {
            let secret = open(&self.vault, &factor)?;
            let sealed =
                self.vault.seal(place(person.account_id, person.id), &secret).map_err(Failure::internal)?;
            let moved = SecondFactor {
                confirmed_at: factor.confirmed_at,
                last_step: factor.last_step,
                recovery: factor.recovery,
                ..SecondFactor::begun(person.id, person.account_id, sealed, ctx.now)
            };
            unit.keep_second_factor(&moved, None).await?;
            unit.remove_second_factor(before.account_id, before.id).await?;
        }
        unit.settle_second_factors_due(person.account_id).await?;
        Ok(())
    }

    fn new_recovery_codes(&self) -> Result<Vec<SecretString>, Failure> {
        let new = || {
            let mut random = [0; RECOVERY_SIGNS];
            self.fill_random(&mut random)?;
            Ok(recovery_code(&random))
        };
        std::iter::repeat_with(new).take(RECOVERY_CODES).collect()
    }

    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), Failure> {
        let random = self.keys.random_bytes(self.new_id()).map_err(Failure::internal)?;
        // 32 bytes; more are never asked.
        bytes.iter_mut().zip(random).for_each(|(byte, random)| *byte = random);
        Ok(())
    }
}

fn missing() -> Failure {
    Failure::new(SECOND_FACTOR_MISSING, "There is no second factor to do this with. Set one up first.")
}

async fn policy_view(work: &mut Work) -> Result<SecondFactorPolicyView, Failure> {
    let tenant = work.actor.account_id;
    let account = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
    let people = work.unit.people_with_second_factor(tenant).await?;
    Ok(SecondFactorPolicyView { required: account.requires_second_factor, people })
}
