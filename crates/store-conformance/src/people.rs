//! Accounts, people, teams and subscriptions.

use futures_util::future::join_all;
use rf_accounts::{
    Account, DeleteTeamOutcome, Email, InsertUserOutcome, PasswordHash, PersonChange, Plan, RevokeReason,
    Subscription, SubscriptionStatus, User,
};
use rf_auth_policy::Role;
use rf_kernel::Timestamp;
use rf_store::Store;

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

/// All fields come back.
pub async fn an_account_round_trips(store: &dyn Store) {
    let plain = fx::account();
    let limited = Account {
        name: "Häuser & Söhne".into(),
        session_idle_minutes: Some(30),
        session_absolute_minutes: Some(30),
        ..fx::account()
    };
    let half = Account { session_idle_minutes: Some(100_000), ..fx::account() };
    let mut unit = system(store).await;
    for account in [&plain, &limited, &half] {
        unit.insert_account(account).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    for account in [plain, limited, half] {
        assert_eq!(unit.account_by_id(account.id).await.unwrap(), Some(account));
    }
}

/// `ck_accounts_idle_le_absolute`.
pub async fn an_idle_limit_above_the_absolute_one_is_refused_by_name(store: &dyn Store) {
    let account =
        Account { session_idle_minutes: Some(31), session_absolute_minutes: Some(30), ..fx::account() };
    assert_constraint(system(store).await.insert_account(&account).await, "ck_accounts_idle_le_absolute");
}

/// Name and limits change, nothing else does; an account that is not there is not made.
pub async fn an_account_is_renamed_and_gets_limits(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let changed = Account {
        name: "Häuser & Söhne".into(),
        session_idle_minutes: Some(30),
        session_absolute_minutes: Some(60),
        ..tenant.account.clone()
    };
    let mut unit = tenant.write(store).await;
    let meant = Account { created_at: fx::at(99), ..changed.clone() };
    assert!(unit.update_account(tenant.id(), &meant).await.unwrap());
    assert!(!unit.update_account(tenant.id(), &other.account).await.unwrap(), "another id than the tenant's");
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    assert_eq!(unit.account_by_id(tenant.id()).await.unwrap().as_ref(), Some(&changed));
    assert_eq!(unit.account_by_id(other.id()).await.unwrap(), Some(other.account));
    let stray = fx::account();
    assert!(!system(store).await.update_account(stray.id, &stray).await.unwrap());
    let upside_down = Account { session_idle_minutes: Some(61), ..changed };
    let answer = tenant.write(store).await.update_account(tenant.id(), &upside_down).await;
    assert_constraint(answer, "ck_accounts_idle_le_absolute");
}

/// `pk_accounts`.
pub async fn an_account_id_is_unique_by_name(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    assert_constraint(system(store).await.insert_account(&tenant.account).await, "pk_accounts");
}

/// All fields come back, whatever the way the person is looked up.
pub async fn a_user_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let full = User {
        team_id: Some(tenant.team.id),
        name: "Zoë 'Null' \"Ö\" Ψ 🖨".into(),
        role: Role::Owner,
        is_super_admin: true,
        is_active: false,
        deleted_at: Some(fx::at(5)),
        email_verified_at: Some(fx::at(6)),
        last_login: Some(fx::at(7)),
        ..fx::user(tenant.id())
    };
    let bare = User { password_hash: None, role: Role::Viewer, ..fx::user(tenant.id()) };
    let mut unit = tenant.write(store).await;
    for user in [&full, &bare] {
        assert_eq!(unit.insert_user(user).await.unwrap(), InsertUserOutcome::Inserted);
    }
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    for user in [full, bare] {
        assert_eq!(unit.user_by_id(tenant.id(), user.id).await.unwrap().as_ref(), Some(&user));
        assert_eq!(unit.user_by_email(&user.email).await.unwrap().as_ref(), Some(&user));
        assert_eq!(unit.user_for_sign_in(user.id).await.unwrap(), Some(user));
    }
}

/// A second person with the e-mail is an outcome and not an error: the unit goes on.
pub async fn an_email_belongs_to_one_person_of_all_accounts(store: &dyn Store) {
    let first = Tenant::keep(store).await;
    let second = Tenant::keep(store).await;
    for access in [rf_store::Access::system_write(), rf_store::Access::write(second.id())] {
        let user = User { email: first.user.email.clone(), ..fx::user(second.id()) };
        let team = fx::team(second.id());
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.insert_user(&user).await.unwrap(), InsertUserOutcome::EmailTaken);
        unit.insert_team(&team).await.unwrap();
        unit.commit().await.unwrap();
        let mut unit = system_read(store).await;
        assert_eq!(unit.user_for_sign_in(user.id).await.unwrap(), None);
        assert_eq!(unit.user_by_email(&user.email).await.unwrap().as_ref(), Some(&first.user));
        assert!(unit.team_by_id(second.id(), team.id).await.unwrap().is_some(), "the unit was kept");
    }
}

/// Many people with one e-mail at once: one is kept.
pub async fn of_simultaneous_registrations_one_gets_the_email(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let email = Email::parse("race@northwind.example").unwrap();
    let outcomes = join_all((0..12).map(async |_| {
        let user = User { email: email.clone(), ..fx::user(tenant.id()) };
        let mut unit = system(store).await;
        let outcome = unit.insert_user(&user).await.unwrap();
        unit.commit().await.unwrap();
        outcome
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == InsertUserOutcome::Inserted).count(), 1);
}

/// Without those switched off or deleted; letter case does not matter, and equal names have an order.
pub async fn members_are_the_active_ones_by_name(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let named = |name: &str| User { name: name.into(), ..fx::user(tenant.id()) };
    let (ben, anna, same, other) = (named("ben"), named("Anna"), named("anna"), named("Émile"));
    let off = User { is_active: false, ..named("Off") };
    let gone = User { deleted_at: Some(fx::at(9)), ..named("Gone") };
    let mut unit = tenant.write(store).await;
    for user in [&ben, &other, &same, &anna, &off, &gone] {
        unit.insert_user(user).await.unwrap();
    }
    unit.commit().await.unwrap();
    let members = tenant.read(store).await.members(tenant.id()).await.unwrap();
    let ids: Vec<_> = members.iter().map(|user| user.id).collect();
    assert_eq!(ids, [anna.id, same.id, ben.id, tenant.user.id, tenant.colleague.id, other.id]);
}

/// Also those switched off, not those deleted.
pub async fn all_people_are_listed_by_name(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let named = |name: &str| User { name: name.into(), ..fx::user(tenant.id()) };
    let (anna, same, off) = (named("Anna"), named("anna"), User { is_active: false, ..named("zed") });
    let gone = User { deleted_at: Some(fx::at(9)), ..named("Gone") };
    let mut unit = tenant.write(store).await;
    for user in [&off, &same, &anna, &gone] {
        unit.insert_user(user).await.unwrap();
    }
    unit.commit().await.unwrap();
    let people = tenant.read(store).await.people(tenant.id()).await.unwrap();
    let mut expected = vec![anna, same, tenant.user.clone(), tenant.colleague.clone(), off];
    expected.sort_by_key(|user| (user.name.to_lowercase(), user.id));
    assert_eq!(people, expected);
}

/// Nothing else changes, and a change of nothing still says whether there is such a person.
pub async fn a_person_changes_in_what_is_given(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let mut expected = tenant.user.clone();
    for change in [
        PersonChange { name: Some("Zoë".into()), ..PersonChange::default() },
        PersonChange { role: Some(Role::Owner), ..PersonChange::default() },
        PersonChange { team_id: Some(Some(tenant.team.id)), ..PersonChange::default() },
        PersonChange { is_active: Some(false), ..PersonChange::default() },
        PersonChange::default(),
        PersonChange {
            name: Some("Eli".into()),
            role: Some(Role::Viewer),
            team_id: Some(None),
            is_active: Some(true),
        },
    ] {
        let mut unit = tenant.write(store).await;
        assert!(unit.change_person(tenant.id(), tenant.user.id, &change).await.unwrap());
        unit.commit().await.unwrap();
        expected = change.of(&expected);
        let mut unit = tenant.read(store).await;
        assert_eq!(unit.user_by_id(tenant.id(), tenant.user.id).await.unwrap().as_ref(), Some(&expected));
        let colleague = unit.user_by_id(tenant.id(), tenant.colleague.id).await.unwrap();
        assert_eq!(colleague.as_ref(), Some(&tenant.colleague));
    }
    let mut unit = tenant.write(store).await;
    assert!(!unit.change_person(tenant.id(), fx::id(), &PersonChange::default()).await.unwrap());
    let stray = PersonChange { team_id: Some(Some(other.team.id)), ..PersonChange::default() };
    assert_constraint(unit.change_person(tenant.id(), tenant.user.id, &stray).await, "fk_users_team");
}

/// That person's and no other's.
pub async fn a_password_is_replaced(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let hash = PasswordHash::new("$2b$12$another".into());
    let mut unit = tenant.write(store).await;
    assert!(unit.set_password(tenant.id(), tenant.user.id, &hash).await.unwrap());
    assert!(!unit.set_password(tenant.id(), fx::id(), &hash).await.unwrap());
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    let changed = User { password_hash: Some(hash), ..tenant.user };
    assert_eq!(unit.user_for_sign_in(changed.id).await.unwrap(), Some(changed));
    assert_eq!(unit.user_for_sign_in(tenant.colleague.id).await.unwrap(), Some(tenant.colleague));
}

/// By name whatever the letter case.
pub async fn teams_are_listed_renamed_and_deleted(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let named = |name: &str| rf_accounts::Team { name: name.into(), ..fx::team(tenant.id()) };
    let (projects, network) = (named("Projects"), named("network"));
    let mut unit = tenant.write(store).await;
    unit.insert_team(&projects).await.unwrap();
    unit.insert_team(&network).await.unwrap();
    unit.commit().await.unwrap();
    let expected = [network.clone(), projects.clone(), tenant.team.clone()];
    assert_eq!(tenant.read(store).await.teams(tenant.id()).await.unwrap(), expected);
    let mut unit = tenant.write(store).await;
    assert!(unit.rename_team(tenant.id(), projects.id, "Aprons").await.unwrap());
    assert!(!unit.rename_team(tenant.id(), fx::id(), "Aprons").await.unwrap());
    assert_eq!(unit.delete_team(tenant.id(), network.id).await.unwrap(), DeleteTeamOutcome::Deleted);
    assert_eq!(unit.delete_team(tenant.id(), network.id).await.unwrap(), DeleteTeamOutcome::NotFound);
    unit.commit().await.unwrap();
    let renamed = rf_accounts::Team { name: "Aprons".into(), ..projects };
    assert_eq!(tenant.read(store).await.teams(tenant.id()).await.unwrap(), [renamed, tenant.team]);
}

/// A person or a flow keeps it, and the unit goes on.
pub async fn a_team_in_use_stays(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (peopled, flowed) = (fx::team(tenant.id()), fx::team(tenant.id()));
    let person = User { team_id: Some(peopled.id), ..fx::user(tenant.id()) };
    let tree = rf_trees::Tree { team_id: Some(flowed.id), ..fx::tree(&tenant, "F") };
    let mut unit = tenant.write(store).await;
    unit.insert_team(&peopled).await.unwrap();
    unit.insert_team(&flowed).await.unwrap();
    unit.insert_user(&person).await.unwrap();
    unit.insert_tree(&tree).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = tenant.write(store).await;
    for team in [&peopled, &flowed] {
        assert_eq!(unit.delete_team(tenant.id(), team.id).await.unwrap(), DeleteTeamOutcome::InUse);
    }
    unit.commit().await.unwrap();
    assert_eq!(tenant.read(store).await.teams(tenant.id()).await.unwrap().len(), 3);
}

/// Nobody sees or changes another account's people and teams, whichever way they ask.
pub async fn changes_of_people_stay_in_their_account(store: &dyn Store) {
    use rf_store::Access;
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let spare = fx::team(owner.id());
    let mut unit = owner.write(store).await;
    unit.insert_team(&spare).await.unwrap();
    unit.commit().await.unwrap();
    let change = PersonChange { name: Some("Taken".into()), ..PersonChange::default() };
    let hash = PasswordHash::new("$2b$12$taken".into());
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        let people = unit.people(tenant).await.unwrap();
        assert!(people.iter().all(|user| user.account_id == other.id()), "{people:?}");
        let teams = unit.teams(tenant).await.unwrap();
        assert!(teams.iter().all(|team| team.account_id == other.id()), "{teams:?}");
        assert!(!unit.change_person(tenant, owner.user.id, &change).await.unwrap());
        assert!(!unit.set_password(tenant, owner.user.id, &hash).await.unwrap());
        assert!(!unit.rename_team(tenant, spare.id, "Taken").await.unwrap());
        assert_eq!(unit.delete_team(tenant, spare.id).await.unwrap(), DeleteTeamOutcome::NotFound);
        unit.commit().await.unwrap();
    }
    let mut unit = owner.read(store).await;
    assert_eq!(unit.user_by_id(owner.id(), owner.user.id).await.unwrap(), Some(owner.user.clone()));
    assert_eq!(unit.team_by_id(owner.id(), spare.id).await.unwrap(), Some(spare));
}

/// A system unit finds a person without knowing the account.
pub async fn sign_in_finds_people_of_every_account(store: &dyn Store) {
    for tenant in [Tenant::keep(store).await, Tenant::keep(store).await] {
        let mut unit = system_read(store).await;
        assert_eq!(unit.user_by_email(&tenant.user.email).await.unwrap().as_ref(), Some(&tenant.user));
        assert_eq!(unit.user_for_sign_in(tenant.user.id).await.unwrap(), Some(tenant.user));
    }
    let mut unit = system_read(store).await;
    assert_eq!(unit.user_for_sign_in(fx::id()).await.unwrap(), None);
    assert_eq!(unit.user_by_email(&Email::parse("no@body.example").unwrap()).await.unwrap(), None);
}

/// The stamp changes that person and no other; stamping nobody is no error.
pub async fn a_sign_in_is_stamped(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = system(store).await;
    unit.record_sign_in(tenant.user.id, fx::at(77)).await.unwrap();
    unit.record_sign_in(fx::id(), fx::at(78)).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    let stamped = User { last_login: Some(fx::at(77)), ..tenant.user };
    assert_eq!(unit.user_for_sign_in(stamped.id).await.unwrap(), Some(stamped));
    assert_eq!(unit.user_for_sign_in(tenant.colleague.id).await.unwrap(), Some(tenant.colleague));
}

/// Once each, last sign-in first, those who never signed in last; a revoked token does not count.
pub async fn whoever_has_a_live_token_is_signed_in(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let user = |seconds: Option<i64>| User { last_login: seconds.map(fx::at), ..fx::user(tenant.id()) };
    let (early, late, never, same, out) =
        (user(Some(5)), user(Some(9)), user(None), user(Some(9)), user(Some(7)));
    let mut unit = system(store).await;
    for user in [&early, &late, &never, &same, &out] {
        unit.insert_user(user).await.unwrap();
        let ended = fx::revoked(&fx::refresh_token(user), 20, RevokeReason::Rotated);
        unit.insert_refresh_token(&ended).await.unwrap();
    }
    for user in [&early, &late, &late, &never, &same] {
        unit.insert_refresh_token(&fx::refresh_token(user)).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    let runs_out = fx::refresh_token(&tenant.user).expires_at;
    let found = unit.signed_in_users(tenant.id(), runs_out.plus_seconds(-1)).await.unwrap();
    assert_eq!(found, [late, same, early, never]);
    assert_eq!(unit.signed_in_users(tenant.id(), runs_out).await.unwrap(), [], "a token that has run out");
}

/// All fields come back.
pub async fn a_team_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.team_by_id(tenant.id(), tenant.team.id).await.unwrap(), Some(tenant.team));
    assert_eq!(unit.team_by_id(tenant.account.id, fx::id()).await.unwrap(), None);
}

/// `fk_users_account`, `fk_users_team`, `fk_teams_account`: a team of another account is none.
pub async fn a_user_needs_an_account_and_a_team_of_it(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let stray = fx::user(fx::id());
    assert_constraint(system(store).await.insert_user(&stray).await, "fk_users_account");
    let stray = User { team_id: Some(other.team.id), ..fx::user(tenant.id()) };
    assert_constraint(system(store).await.insert_user(&stray).await, "fk_users_team");
    assert_constraint(system(store).await.insert_team(&fx::team(fx::id())).await, "fk_teams_account");
}

/// All fields come back, for every plan and status.
pub async fn a_subscription_round_trips(store: &dyn Store) {
    for (plan, status) in [
        (Plan::Free, SubscriptionStatus::Active),
        (Plan::Pro, SubscriptionStatus::Trialing),
        (Plan::Pro, SubscriptionStatus::PastDue),
        (Plan::Pro, SubscriptionStatus::Canceled),
        (Plan::Pro, SubscriptionStatus::Locked),
    ] {
        let tenant = Tenant::keep(store).await;
        let user = &tenant.user;
        let with = async || {
            let mut unit = tenant.read(store).await;
            unit.user_with_subscription(tenant.id(), user.id).await.unwrap()
        };
        assert_eq!(tenant.read(store).await.subscription_of(tenant.id()).await.unwrap(), None);
        assert_eq!(with().await, Some((user.clone(), None)));
        let subscription = Subscription { plan, status, ..fx::subscription(tenant.id()) };
        let mut unit = tenant.write(store).await;
        unit.insert_subscription(&subscription).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(with().await, Some((user.clone(), Some(subscription.clone()))));
        assert_eq!(tenant.read(store).await.subscription_of(tenant.id()).await.unwrap(), Some(subscription));
        let nobody = tenant.read(store).await.user_with_subscription(tenant.id(), fx::id()).await.unwrap();
        assert_eq!(nobody, None);
    }
}

/// `uq_subscriptions_account`.
pub async fn an_account_has_one_subscription(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.write(store).await;
    unit.insert_subscription(&fx::subscription(tenant.id())).await.unwrap();
    assert_constraint(
        unit.insert_subscription(&fx::subscription(tenant.id())).await,
        "uq_subscriptions_account",
    );
}

/// Microseconds survive: long ago, before 1970, now and far ahead.
pub async fn instants_keep_their_microseconds(store: &dyn Store) {
    let year_1 = -62_135_596_800_000_000;
    let year_9999 = 253_402_300_799_999_999;
    for micros in [year_1, -1, 0, 1, 999_999, 1_000_000, 1_772_000_000_000_001, year_9999] {
        let account = Account { created_at: fx::micros(micros), ..fx::account() };
        let mut unit = system(store).await;
        unit.insert_account(&account).await.unwrap();
        unit.commit().await.unwrap();
        let found = system_read(store).await.account_by_id(account.id).await.unwrap().unwrap();
        let (found, kept): (Timestamp, Timestamp) = (found.created_at, account.created_at);
        assert_eq!(found, kept);
    }
}
