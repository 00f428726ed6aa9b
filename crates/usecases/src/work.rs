//! Units of work around use cases: who calls, commit on Ok, drop on Err, try again when the store was busy.

use std::time::Duration;

use rf_accounts::{check_in_force, codes::SECOND_FACTOR_DUE};
use rf_auth_policy::{AccessClaims, Actor, codes::STEP_UP_REQUIRED};
use rf_kernel::{AccountId, Ctx, Failure, RequestId, StoreError, Timestamp, codes::NOT_AUTHENTICATED};
use rf_store::{Access, Mode, Scope, UnitOfWork};

use crate::{App, once::Held};

/// How often a unit that met another writer is run again.
const RETRIES: u32 = 3;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Working with the product: needs a subscription in force.
    Product,
    /// The account, its people, paying: what a lapsed customer needs to recover.
    Account,
    /// The person and their sign-in: what somebody needs to set up a second factor that is due.
    Person,
}

/// A request with a genuine access token. Whether the person may still use the product is read in the unit.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What the token says.
    pub claims: AccessClaims,
    /// The request.
    pub request_id: RequestId,
    /// What it is for.
    pub area: Area,
    /// A unit that was opened around the use case; what it writes is kept or lost with that one.
    pub(crate) held: Option<Held>,
}

impl Caller {
    /// Whoever these claims say, in that request; taken to work with the product.
    #[must_use]
    pub const fn new(claims: AccessClaims, request_id: RequestId) -> Self {
        Self { claims, request_id, area: Area::Product, held: None }
    }
}

impl Caller {
    /// Refuses when the password was not shown lately: for what a thief with an open browser must not do.
    pub(crate) fn require_fresh(&self, now: Timestamp) -> Result<(), Failure> {
        if self.claims.is_fresh(now) {
            return Ok(());
        }
        Err(Failure::new(
            STEP_UP_REQUIRED,
            "Enter your password again to do this. If you sign in without one, sign in again.",
        ))
    }
}

/// An open unit with what a use case needs beside it.
pub struct Work {
    /// The unit.
    pub unit: Box<dyn UnitOfWork>,
    /// For whom.
    pub actor: Actor,
    /// When, and in which request.
    pub ctx: Ctx,
}

/// What a system unit decided: an answer, or a refusal whose writes must stay.
pub(crate) enum Decided<T> {
    Answer(T),
    RefuseAndKeep(Failure),
}

impl App {
    /// Reads an access token. The caller is taken to work with the product unless the address says otherwise.
    ///
    /// # Errors
    /// `not_authenticated`: the same answer whatever is wrong with it.
    pub fn authenticate(&self, token: &str, request_id: RequestId) -> Result<Caller, Failure> {
        let claims = self.keys.read_access(token, self.now()).map_err(|_| not_authenticated())?;
        Ok(Caller::new(claims, request_id))
    }

    /// The caller after they have shown their password once more: `token` is a step-up token. One that is not
    /// genuine, not theirs, or of another sign-in counts for nothing.
    #[must_use]
    pub fn stepped_up(&self, mut caller: Caller, token: &str) -> Caller {
        if let Ok(shown) = self.keys.read_step_up(token, self.now()) {
            let claims = &mut caller.claims;
            if (shown.user_id, shown.family_id) == (claims.user_id, claims.family_id) {
                claims.auth_time = claims.auth_time.max(shown.issued_at);
            }
        }
        caller
    }

    /// Runs `body` in a read-only unit of the caller's account.
    pub(crate) async fn read<T>(
        &self,
        caller: &Caller,
        body: impl AsyncFn(&mut Work) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if let Some(held) = &caller.held {
            return held.run(body).await;
        }
        let mut work = self.open(caller, Mode::Read).await?;
        body(&mut work).await
    }

    /// Runs `body` in a unit of the caller's account and commits; nothing is kept when it fails. `body` runs
    /// again from the start when the store was busy, so it does nothing but use the unit.
    pub(crate) async fn write<T>(
        &self,
        caller: &Caller,
        body: impl AsyncFn(&mut Work) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if let Some(held) = &caller.held {
            return held.run(body).await;
        }
        retry_busy(async || {
            let mut work = self.open(caller, Mode::Write).await?;
            let answer = body(&mut work).await?;
            self.commit(work.unit).await?;
            Ok(answer)
        })
        .await
    }

    /// Runs `body` in a unit that sees all accounts: sign-in, before the tenant is known.
    pub(crate) async fn system_write<T>(
        &self,
        body: impl AsyncFn(&mut dyn UnitOfWork) -> Result<Decided<T>, Failure>,
    ) -> Result<T, Failure> {
        retry_busy(async || {
            let mut unit = self.store.begin(Access::system_write()).await?;
            let decided = body(unit.as_mut()).await?;
            self.commit(unit).await?;
            match decided {
                Decided::Answer(answer) => Ok(answer),
                Decided::RefuseAndKeep(failure) => Err(failure),
            }
        })
        .await
    }

    /// Runs `body` in a unit of an account for nobody in particular: a job's. It sees that account alone.
    pub(crate) async fn account_write<T>(
        &self,
        account: AccountId,
        body: impl AsyncFn(&mut dyn UnitOfWork) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        retry_busy(async || {
            let mut unit = self.store.begin(Access::write(account)).await?;
            let answer = body(unit.as_mut()).await?;
            self.commit(unit).await?;
            Ok(answer)
        })
        .await
    }

    /// Opens a unit as the caller, reading the person first: a demoted, disabled or deleted one, and one whose
    /// sign-ins were ended, is refused now, not when the token ends. So is an account whose subscription is not in
    /// force, where the product is meant.
    pub(crate) async fn open(&self, caller: &Caller, mode: Mode) -> Result<Work, Failure> {
        let ctx = self.ctx(caller.request_id);
        let tenant = caller.claims.account_id;
        let mut unit = self.store.begin(Access { scope: Scope::Tenant(tenant), mode }).await?;
        let found = unit.user_with_subscription(tenant, caller.claims.user_id).await?;
        let (user, subscription) =
            found.map_or((None, None), |(user, subscription)| (Some(user), subscription));
        let AccessClaims { family_id, epoch, .. } = caller.claims;
        let user = user.filter(|user| user.can_sign_in() && user.accepts(family_id, epoch));
        let user = user.ok_or_else(not_authenticated)?;
        if caller.area != Area::Person && user.second_factor_due {
            return Err(Failure::new(
                SECOND_FACTOR_DUE,
                "Your account requires a second factor. Set one up in your profile, then go on.",
            ));
        }
        if caller.area == Area::Product {
            check_in_force(subscription.as_ref(), ctx.now)?;
        }
        Ok(Work { unit, actor: user.actor(), ctx })
    }
}

pub(crate) fn not_authenticated() -> Failure {
    Failure::new(NOT_AUTHENTICATED, "Could not validate credentials")
}

/// Runs a whole unit again while the store answers that another writer was in the way.
pub(crate) async fn retry_busy<T>(attempt: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut tries = 0;
    loop {
        match attempt().await {
            Err(failure) if tries < RETRIES && is_busy(&failure) => {
                tries += 1;
                tracing::debug!(tries, "the store was busy, running the unit again");
                tokio::time::sleep(Duration::from_millis(10 << tries)).await;
            }
            other => return other,
        }
    }
}

fn is_busy(failure: &Failure) -> bool {
    failure
        .cause
        .as_ref()
        .and_then(|cause| cause.downcast_ref::<StoreError>())
        .is_some_and(StoreError::is_transient)
}
