//! What whoever runs the installation sees and changes, over all accounts. Everybody else is told that there is
//! nothing at these addresses.
//!
//! What a site admin does to an account is an entry of that account's log, with the admin as actor.

use rf_accounts::{
    Account, Email, InsertUserOutcome, Plan, RevokeReason, SignIns, Subscription, SubscriptionStatus, User,
    codes::{CANNOT_SWITCH_SELF_OFF, EMAIL_TAKEN},
};
use rf_audit::{AuditCursor, AuditFilter, events};
use rf_auth_policy::{Actor, Role};
use rf_kernel::{AccountId, Ctx, Failure, Page, StoreError, UserId, codes::NOT_FOUND};
use rf_store::{Access, UnitOfWork};
use serde_json::json;

use crate::{App, AuditLine, AuditPage, Caller, audit::Event, invites::check_seats, work::Decided};

/// Rows looked through at once while searching.
const BATCH: u64 = 200;

/// An account as site admins see it.
#[derive(Clone, Debug)]
pub struct AccountOverview {
    /// The account.
    pub account: Account,
    /// Its subscription.
    pub subscription: Option<Subscription>,
    /// How many active people it has.
    pub member_count: u64,
    /// How many flows of its own it keeps.
    pub tree_count: u64,
}

/// What became of the wish for a site admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteAdminOutcome {
    /// There was nobody with that address: now there is, as owner of an account, without a password.
    Created,
    /// Somebody who was there is one now.
    Promoted,
    /// They were one before.
    Unchanged,
}

/// How the installation stands.
#[derive(Clone, Debug)]
pub struct SiteHealth {
    /// Which store is behind it.
    pub store: &'static str,
    /// Whether the store answers.
    pub store_answers: bool,
    /// Whether plans can be bought.
    pub billing_enabled: bool,
    /// Passwords verified since the start.
    pub password_verifications: u64,
}

impl App {
    /// Makes whoever has that address a site admin; with `promote_only` nobody new. Again changes nothing. For the
    /// operator.
    ///
    /// # Errors
    /// `validation_failed` for what is no address, `not_found` when there is nobody to promote.
    pub async fn create_site_admin(
        &self,
        email: &str,
        promote_only: bool,
    ) -> Result<(User, SiteAdminOutcome), Failure> {
        let email = Email::parse(email).map_err(|error| Failure::invalid(vec![error]))?;
        let ctx = self.ctx(self.new_id());
        self.system_write(async |unit| {
            let answer = match unit.user_by_email(&email).await? {
                Some(user) => self.promote(unit, user, &ctx).await?,
                None if promote_only => {
                    return Err(Failure::new(
                        NOT_FOUND,
                        format!("Nobody has the address {}.", email.as_str()),
                    ));
                }
                None => (self.new_site_admin(unit, &email, &ctx).await?, SiteAdminOutcome::Created),
            };
            Ok(Decided::Answer(answer))
        })
        .await
    }

    async fn promote(
        &self,
        unit: &mut dyn UnitOfWork,
        before: User,
        ctx: &Ctx,
    ) -> Result<(User, SiteAdminOutcome), Failure> {
        let email_verified_at = before.email_verified_at.or(Some(ctx.now));
        let after = User { is_super_admin: true, email_verified_at, ..before.clone() };
        if after == before {
            return Ok((before, SiteAdminOutcome::Unchanged));
        }
        unit.make_super_admin(before.id, ctx.now).await?;
        let facts = |user: &User| json!({ "is_super_admin": user.is_super_admin, "email_verified_at": user.email_verified_at });
        let payload = json!({ "before": facts(&before), "after": facts(&after) });
        let event = Event::new(events::SITE_ADMIN_PROMOTED, "user", after.id.uuid(), payload);
        self.audit_in(unit, after.account_id, None, ctx, event).await?;
        Ok((after, SiteAdminOutcome::Promoted))
    }

    /// Somebody new, as owner of an account of their own. They have no password, so none opens it.
    async fn new_site_admin(
        &self,
        unit: &mut dyn UnitOfWork,
        email: &Email,
        ctx: &Ctx,
    ) -> Result<User, Failure> {
        let account = Account {
            id: self.new_id(),
            name: "Site administration".into(),
            session_idle_minutes: None,
            session_absolute_minutes: None,
            requires_second_factor: false,
            created_at: ctx.now,
        };
        let local_part = email.as_str().split('@').next().unwrap_or_default();
        let user = User {
            id: self.new_id(),
            account_id: account.id,
            team_id: None,
            email: email.clone(),
            name: local_part.to_owned(),
            role: Role::Owner,
            is_super_admin: true,
            is_active: true,
            deleted_at: None,
            email_verified_at: Some(ctx.now),
            password_hash: None,
            last_login: None,
            created_at: ctx.now,
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        };
        unit.insert_account(&account).await?;
        if unit.insert_user(&user).await? == InsertUserOutcome::EmailTaken {
            return Err(Failure::new(EMAIL_TAKEN, "Somebody took that address just now. Run it again."));
        }
        let subscription = Subscription::begin(self.new_id(), account.id, Plan::Free, ctx.now);
        unit.insert_subscription(&subscription).await?;
        let event = Event::new(events::SITE_ADMIN_CREATED, "user", user.id.uuid(), json!({}));
        self.audit_in(unit, account.id, None, ctx, event).await?;
        Ok(user)
    }

    /// The caller, if they run the installation.
    pub(crate) async fn site_admin(&self, caller: &Caller) -> Result<(Actor, Ctx), Failure> {
        self.read(caller, async |work| {
            if work.actor.is_super_admin {
                return Ok((work.actor.clone(), work.ctx));
            }
            Err(Failure::new(NOT_FOUND, "There is nothing at this address."))
        })
        .await
    }

    /// A page of accounts, newest first: those whose name holds `search`, or whose id it is.
    ///
    /// # Errors
    /// `not_found` for everybody but site admins.
    pub async fn admin_accounts(
        &self,
        caller: &Caller,
        search: Option<&str>,
        cursor: Option<AccountId>,
    ) -> Result<(Vec<AccountOverview>, Option<AccountId>), Failure> {
        self.site_admin(caller).await?;
        let wanted = search.map(|text| text.trim().to_lowercase()).unwrap_or_default();
        let fits = |account: &Account| {
            account.name.to_lowercase().contains(&wanted) || account.id.to_string() == wanted
        };
        let mut unit = self.store.begin(Access::system_read()).await?;
        let (found, next) = search_pages(
            cursor,
            async |before| unit.accounts_page(before, BATCH).await,
            |account| account.id,
            fits,
        )
        .await?;
        let mut overviews = Vec::with_capacity(found.len());
        for account in found {
            overviews.push(overview(unit.as_mut(), account).await?);
        }
        Ok((overviews, next))
    }

    /// One account with all its people.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn admin_account(
        &self,
        caller: &Caller,
        id: AccountId,
    ) -> Result<(AccountOverview, Vec<User>), Failure> {
        self.site_admin(caller).await?;
        let mut unit = self.store.begin(Access::system_read()).await?;
        let account = unit.account_by_id(id).await?.ok_or_else(no_account)?;
        let mut people = unit.users_page(Some(id), None, BATCH).await?;
        people.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
        Ok((overview(unit.as_mut(), account).await?, people))
    }

    /// Sets an account's plan and how it stands, by hand. News of the payment provider that come later count again.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn admin_set_subscription(
        &self,
        caller: &Caller,
        id: AccountId,
        plan: Plan,
        status: SubscriptionStatus,
    ) -> Result<AccountOverview, Failure> {
        let (actor, ctx) = self.site_admin(caller).await?;
        self.system_write(async |unit| {
            unit.lock_account(id).await?;
            let account = unit.account_by_id(id).await?.ok_or_else(no_account)?;
            match unit.subscription_of(id).await? {
                Some(before) => {
                    let after = Subscription { plan, status, ..before.clone() };
                    if after != before {
                        unit.update_subscription(id, &after).await?;
                        self.audit_subscription(unit, &before, &after, Some(actor.user_id), &ctx).await?;
                    }
                }
                None => {
                    let begun = Subscription::begin(self.new_id(), id, plan, ctx.now);
                    let after = Subscription { status, ..begun };
                    unit.insert_subscription(&after).await?;
                    let payload = json!({ "after": { "plan": plan.as_str(), "status": status.as_str() } });
                    let event =
                        Event::new(events::SUBSCRIPTION_CHANGED, "subscription", after.id.uuid(), payload);
                    self.audit_in(unit, id, Some(actor.user_id), &ctx, event).await?;
                }
            }
            overview(unit, account).await.map(Decided::Answer)
        })
        .await
    }

    /// A page of people of all accounts, newest first: those whose e-mail or name holds `search`.
    ///
    /// # Errors
    /// `not_found` for everybody but site admins.
    pub async fn admin_users(
        &self,
        caller: &Caller,
        search: Option<&str>,
        cursor: Option<UserId>,
    ) -> Result<(Vec<User>, Option<UserId>), Failure> {
        self.site_admin(caller).await?;
        let wanted = search.map(|text| text.trim().to_lowercase()).unwrap_or_default();
        let fits = |user: &User| {
            user.email.as_str().contains(&wanted)
                || user.name.to_lowercase().contains(&wanted)
                || user.id.to_string() == wanted
        };
        let mut unit = self.store.begin(Access::system_read()).await?;
        search_pages(cursor, async |before| unit.users_page(None, before, BATCH).await, |user| user.id, fits)
            .await
    }

    /// Switches a person off or on, whatever their account. Switched off they are signed out at once.
    ///
    /// # Errors
    /// `not_found`, `cannot_switch_self_off`, `seat_limit_reached`.
    pub async fn admin_set_active(
        &self,
        caller: &Caller,
        id: UserId,
        is_active: bool,
    ) -> Result<User, Failure> {
        let (actor, ctx) = self.site_admin(caller).await?;
        if actor.user_id == id && !is_active {
            // Nobody might be left to switch them on again.
            return Err(Failure::new(CANNOT_SWITCH_SELF_OFF, "Ask another site admin to switch you off."));
        }
        let no_person = || Failure::new(NOT_FOUND, "There is no such person.");
        let mut unit = self.store.begin(Access::system_read()).await?;
        let tenant = unit.user_for_sign_in(id).await?.ok_or_else(no_person)?.account_id;
        drop(unit);
        self.system_write(async |unit| {
            // Seats are counted: the account first, as everywhere, and then the person as they are.
            unit.lock_account(tenant).await?;
            let user = unit.user_for_sign_in(id).await?.ok_or_else(no_person)?;
            if user.is_active == is_active {
                return Ok(Decided::Answer(user));
            }
            let account = user.account_id;
            if is_active {
                check_seats(unit, account, 0).await?;
            }
            unit.set_user_active(account, id, is_active).await?;
            if !is_active {
                // Switching them on again later must not revive what they had.
                let theirs = SignIns::Of(id);
                unit.revoke_sign_ins(account, theirs, RevokeReason::Disabled, ctx.now).await?;
                unit.refuse_access(account, theirs).await?;
            }
            let action = if is_active { events::USER_REACTIVATED } else { events::USER_DEACTIVATED };
            let change = |is_active: bool| json!({ "is_active": is_active });
            let payload = json!({ "before": change(user.is_active), "after": change(is_active) });
            let event = Event::new(action, "user", id.uuid(), payload);
            self.audit_in(unit, account, Some(actor.user_id), &ctx, event).await?;
            Ok(Decided::Answer(User { is_active, ..user }))
        })
        .await
    }

    /// How the installation stands.
    ///
    /// # Errors
    /// `not_found` for everybody but site admins.
    pub async fn admin_health(&self, caller: &Caller) -> Result<SiteHealth, Failure> {
        self.site_admin(caller).await?;
        Ok(SiteHealth {
            store: self.store_kind(),
            store_answers: self.ready().await.is_ok(),
            billing_enabled: self.billing_enabled(),
            password_verifications: self.passwords().verifications(),
        })
    }

    /// A page of all accounts' logs, newest first.
    ///
    /// # Errors
    /// `not_found` for everybody but site admins.
    pub async fn admin_audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<AuditPage, Failure> {
        self.site_admin(caller).await?;
        let mut unit = self.store.begin(Access::system_read()).await?;
        let mut entries = unit.list_all_audit(filter, cursor, limit + 1).await?;
        let more = entries.len() as u64 > limit;
        entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = entries.last().filter(|_| more).map(AuditCursor::of);
        let mut items = Vec::with_capacity(entries.len());
        for entry in entries {
            let actor_name = match entry.actor_id {
                Some(id) => unit.user_for_sign_in(id).await?.map(|user| user.name),
                None => None,
            };
            items.push(AuditLine { entry, actor_name });
        }
        Ok(AuditPage { items, next })
    }
}

async fn overview(unit: &mut dyn UnitOfWork, account: Account) -> Result<AccountOverview, Failure> {
    let id = account.id;
    Ok(AccountOverview {
        subscription: unit.subscription_of(id).await?,
        member_count: unit.members(id).await?.len() as u64,
        tree_count: unit.count_own_trees(id).await?,
        account,
    })
}

/// Looks through all rows, newest first, for a page of those that fit. Letter case beyond ASCII is not something
/// the engines agree on, so it is looked at here.
async fn search_pages<T, I: Copy>(
    mut cursor: Option<I>,
    mut rows: impl AsyncFnMut(Option<I>) -> Result<Vec<T>, StoreError>,
    id: impl Fn(&T) -> I,
    fits: impl Fn(&T) -> bool,
) -> Result<(Vec<T>, Option<I>), Failure> {
    let limit = usize::try_from(Page::DEFAULT_LIMIT).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    loop {
        let batch = rows(cursor).await?;
        let Some(last) = batch.last().map(&id) else { return Ok((found, None)) };
        cursor = Some(last);
        for row in batch {
            if !fits(&row) {
                continue;
            }
            if found.len() == limit {
                let next = found.last().map(&id);
                return Ok((found, next));
            }
            found.push(row);
        }
    }
}

fn no_account() -> Failure {
    Failure::new(NOT_FOUND, "There is no such account.")
}
