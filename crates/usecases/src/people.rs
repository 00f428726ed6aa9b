//! The people of an account: who they are, what they may do, whether they can sign in, and whose it is.

use rf_accounts::{
    Account, PersonChange, RevokeReason, SignIns, User,
    codes::{CANNOT_TRANSFER_TO_SELF, PERSON_NOT_FOUND},
};
use rf_audit::events;
use rf_auth_policy::{Action, Actor, Role, require};
use rf_kernel::{Checks, Failure, Page, TeamId, UserId};
use serde_json::{Value, json};

use crate::{
    App, Caller, Work, audit::Event, invites::check_seats, trees::check_team, work::not_authenticated,
};

/// Most characters of a person's or an account's name.
const LONGEST_NAME: usize = 200;

/// Which people to list. `None` asks for everybody.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    /// A part of the name or e-mail, whatever the letter case.
    pub search: Option<String>,
    /// With that role.
    pub role: Option<Role>,
    /// Who can sign in, or who cannot.
    pub is_active: Option<bool>,
    /// Of that team.
    pub team_id: Option<TeamId>,
}

/// A person, and whether the caller may change them.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// The person.
    pub user: User,
    /// Whether the caller stands high enough.
    pub can_edit: bool,
}

impl App {
    /// A page of the people of the caller's account by name, and how many fit in all.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn people(
        &self,
        caller: &Caller,
        filter: &PeopleFilter,
        page: Page,
    ) -> Result<(Vec<PersonView>, u64), Failure> {
        let wanted = filter.search.as_deref().unwrap_or_default().trim().to_lowercase();
        let fits = |user: &User| {
            filter.role.is_none_or(|role| user.role == role)
                && filter.is_active.is_none_or(|is_active| user.is_active == is_active)
                && filter.team_id.is_none_or(|team| user.team_id == Some(team))
                && (user.name.to_lowercase().contains(&wanted) || user.email.as_str().contains(&wanted))
        };
        self.read(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            // An account's people are few, and the engines do not agree on letter case beyond ASCII.
            let mut people = work.unit.people(work.actor.account_id).await?;
            people.retain(fits);
            let total = people.len() as u64;
            let skip = usize::try_from(page.skip).unwrap_or(usize::MAX);
            let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
            let items = people.into_iter().skip(skip).take(limit).map(|user| view(&work.actor, user));
            Ok((items.collect(), total))
        })
        .await
    }

    /// Changes what a person of the caller's account may do, their team, or whether they can sign in. Switched off
    /// they are signed out at once.
    ///
    /// # Errors
    /// `person_not_found`, `forbidden`, `validation_failed` for a team there is not, `last_owner`,
    /// `cannot_switch_self_off`, `step_up_required` where it is about ownership, `seat_limit_reached` for switching on.
    pub async fn change_person(
        &self,
        caller: &Caller,
        id: UserId,
        change: &PersonChange,
    ) -> Result<PersonView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            let tenant = work.actor.account_id;
            // Of two owners who step down at once, the second sees the first gone.
            work.unit.lock_account(tenant).await?;
            let people = work.unit.people(tenant).await?;
            let user = people.iter().find(|user| user.id == id).cloned().ok_or_else(no_person)?;
            let change = change.clone().beyond(&user);
            let is_owner = |other: &&User| other.role == Role::Owner && other.can_sign_in() && other.id != id;
            change.check(&work.actor, &user, people.iter().filter(is_owner).count())?;
            if change.is_empty() {
                return Ok(view(&work.actor, user));
            }
            if change.is_about_ownership(&user) {
                caller.require_fresh(work.ctx.now)?;
            }
            if let Some(Some(team)) = change.team_id {
                check_team(work, team).await?;
            }
            if change.is_active == Some(true) {
                check_seats(work.unit.as_mut(), tenant, 0).await?;
            }
            work.unit.change_person(tenant, id, &change).await?;
            if change.is_active == Some(false) {
                self.end_sign_ins(work, id).await?;
            }
            let after = change.of(&user);
            let payload = json!({ "before": facts(&user, &change), "after": facts(&after, &change) });
            self.audit(work, Event::new(name_of(&change), "user", id.uuid(), payload)).await?;
            Ok(view(&work.actor, after))
        })
        .await
    }

    /// Everything somebody was signed in with stops at once; switching them on again revives none of it.
    async fn end_sign_ins(&self, work: &mut Work, id: UserId) -> Result<(), Failure> {
        let (tenant, theirs) = (work.actor.account_id, SignIns::Of(id));
        work.unit.revoke_sign_ins(tenant, theirs, RevokeReason::Disabled, work.ctx.now).await?;
        work.unit.refuse_access(tenant, theirs).await?;
        Ok(())
    }

    /// The caller's account.
    ///
    /// # Errors
    /// `not_authenticated`.
    pub async fn account(&self, caller: &Caller) -> Result<Account, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            work.unit.account_by_id(work.actor.account_id).await?.ok_or_else(not_authenticated)
        })
        .await
    }

    /// Gives the caller's account another name. Owners only.
    ///
    /// # Errors
    /// `forbidden`, `validation_failed`.
    pub async fn rename_account(&self, caller: &Caller, name: &str) -> Result<Account, Failure> {
        let name = checked_name(name)?;
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            let tenant = work.actor.account_id;
            work.unit.lock_account(tenant).await?;
            let before = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
            if before.name == name {
                return Ok(before);
            }
            let after = Account { name: name.to_owned(), ..before.clone() };
            work.unit.update_account(tenant, &after).await?;
            let payload = json!({ "before": { "name": before.name }, "after": { "name": name } });
            self.audit(work, Event::new(events::ACCOUNT_RENAMED, "account", tenant.uuid(), payload)).await?;
            Ok(after)
        })
        .await
    }

    /// Makes somebody else the owner and the caller, if they were one, a team admin. Owners only, with the password
    /// shown lately.
    ///
    /// # Errors
    /// `forbidden`, `step_up_required`, `cannot_transfer_to_self`, `validation_failed` for whoever cannot sign in
    /// to the account.
    pub async fn transfer_ownership(&self, caller: &Caller, to: UserId) -> Result<(User, Account), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageAccount)?;
            caller.require_fresh(work.ctx.now)?;
            let (tenant, from) = (work.actor.account_id, work.actor.user_id);
            if from == to {
                return Err(Failure::new(CANNOT_TRANSFER_TO_SELF, "Choose somebody else."));
            }
            work.unit.lock_account(tenant).await?;
            let user = work.unit.user_by_id(tenant, to).await?.filter(User::can_sign_in);
            let user = user.ok_or_else(|| {
                Failure::invalid_field("user_id", "unknown_person", "your account has no such active person")
            })?;
            // As it is under the lock, and not as it was when the request came in.
            let own = work.unit.user_by_id(tenant, from).await?.ok_or_else(not_authenticated)?;
            require(&own.actor(), Action::ManageAccount)?;
            let change = |role| PersonChange { role: Some(role), ..PersonChange::default() };
            work.unit.change_person(tenant, to, &change(Role::Owner)).await?;
            let own_role = if own.role == Role::Owner { Role::TeamAdmin } else { own.role };
            work.unit.change_person(tenant, from, &change(own_role)).await?;
            let roles = |from_role: Role, to_role: Role| {
                json!([{ "user_id": from, "role": from_role }, { "user_id": to, "role": to_role }])
            };
            let payload =
                json!({ "before": roles(own.role, user.role), "after": roles(own_role, Role::Owner) });
            self.audit(work, Event::new(events::OWNERSHIP_TRANSFERRED, "account", tenant.uuid(), payload))
                .await?;
            let account = work.unit.account_by_id(tenant).await?.ok_or_else(not_authenticated)?;
            Ok((User { role: own_role, ..own }, account))
        })
        .await
    }
}

/// The caller as they see people.
fn view(actor: &Actor, user: User) -> PersonView {
    let can_edit = actor.is_super_admin || (user.role <= actor.role && !user.is_super_admin);
    PersonView { user, can_edit }
}

/// A name of a person or an account, as it is kept.
pub(crate) fn checked_name(name: &str) -> Result<&str, Failure> {
    let name = name.trim();
    let mut checks = Checks::new();
    checks.text("name", name, 1..=LONGEST_NAME);
    checks.finish()?;
    Ok(name)
}

/// The action for the log: one entry for one change, named by the weightiest part of it.
fn name_of(change: &PersonChange) -> &'static str {
    match (change.is_active, change.role) {
        (Some(true), _) => events::USER_REACTIVATED,
        (Some(false), _) => events::USER_DEACTIVATED,
        (None, Some(_)) => events::USER_ROLE_CHANGED,
        (None, None) => events::USER_TEAM_CHANGED,
    }
}

/// What the change is about, as it stands with that person.
fn facts(user: &User, change: &PersonChange) -> Value {
    let mut facts = json!({});
    if change.role.is_some() {
        facts["role"] = json!(user.role);
    }
    if change.team_id.is_some() {
        facts["team_id"] = json!(user.team_id);
    }
    if change.is_active.is_some() {
        facts["is_active"] = json!(user.is_active);
    }
    facts
}

fn no_person() -> Failure {
    Failure::new(PERSON_NOT_FOUND, "Your account has no such person.")
}
