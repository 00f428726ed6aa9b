//! Second factors: one for each person, changed by one of many at a time, and due where the account requires them.

use rf_accounts::{Account, SecondFactor, User};
use rf_kernel::Revision;
use rf_store::{Access, Store};
use rf_vault::Sealed;

use crate::fixtures::{self as fx, Tenant, assert_constraint, system_read};

/// A factor of that person that does not count yet.
#[must_use]
pub fn any_factor(user: &User) -> SecondFactor {
    SecondFactor::begun(user.id, user.account_id, Sealed::from_stored("sealed".into()), fx::at(1))
}

/// One that counts.
fn confirmed(user: &User) -> SecondFactor {
    SecondFactor {
        confirmed_at: Some(fx::at(2)),
        last_step: 42,
        recovery: vec!["one".into(), "two".into()],
        tries: 3,
        tries_from: fx::micros(1_500_001),
        revision: Revision(7),
        ..any_factor(user)
    }
}

/// Whoever expects what is there has their way, and nobody else.
pub async fn a_second_factor_is_changed_by_who_knows_it(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (account, user) = (tenant.id(), tenant.user.id);
    let (first, second) = (any_factor(&tenant.user), confirmed(&tenant.user));
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.second_factor_of(account, user).await.unwrap(), None);
    assert!(!unit.keep_second_factor(&first, Some(Revision(0))).await.unwrap(), "there is none to change");
    assert!(unit.keep_second_factor(&first, None).await.unwrap());
    assert!(!unit.keep_second_factor(&second, None).await.unwrap(), "there is one");
    assert!(!unit.keep_second_factor(&second, Some(Revision(1))).await.unwrap(), "it was another");
    assert_eq!(unit.second_factor_of(account, user).await.unwrap(), Some(first));
    assert!(unit.keep_second_factor(&second, Some(Revision(0))).await.unwrap());
    assert_eq!(unit.second_factor_of(account, user).await.unwrap(), Some(second.clone()));
    unit.commit().await.unwrap();
    assert_eq!(system_read(store).await.second_factor_of(account, user).await.unwrap(), Some(second));
    let mut unit = tenant.write(store).await;
    assert!(unit.remove_second_factor(account, user).await.unwrap());
    assert!(!unit.remove_second_factor(account, user).await.unwrap());
    assert_eq!(unit.second_factor_of(account, user).await.unwrap(), None);
}

/// A factor is of a person of the account.
pub async fn a_second_factor_is_of_a_person(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let nobody = fx::user(tenant.id());
    let mut unit = tenant.write(store).await;
    assert_constraint(unit.keep_second_factor(&any_factor(&nobody), None).await, "fk_second_factors_user");
}

/// It is due for whoever has none that counts, for as long as the account requires one.
pub async fn a_second_factor_is_due_where_it_is_required(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let account = tenant.id();
    let mut unit = tenant.write(store).await;
    assert!(unit.keep_second_factor(&confirmed(&tenant.user), None).await.unwrap());
    assert!(unit.keep_second_factor(&any_factor(&tenant.colleague), None).await.unwrap());
    assert_eq!(unit.people_with_second_factor(account).await.unwrap(), [tenant.user.id]);
    let due = async |unit: &mut dyn rf_store::UnitOfWork| {
        unit.settle_second_factors_due(account).await.unwrap();
        let mut due = Vec::new();
        for user in [&tenant.user, &tenant.colleague] {
            due.push(unit.user_by_id(account, user.id).await.unwrap().unwrap().second_factor_due);
        }
        due
    };
    assert_eq!(due(unit.as_mut()).await, [false, false], "nothing is required");
    let requires = Account { requires_second_factor: true, ..tenant.account.clone() };
    assert!(unit.update_account(account, &requires).await.unwrap());
    assert_eq!(unit.account_by_id(account).await.unwrap(), Some(requires));
    assert_eq!(due(unit.as_mut()).await, [false, true]);
    assert!(unit.remove_second_factor(account, tenant.user.id).await.unwrap());
    assert_eq!(due(unit.as_mut()).await, [true, true]);
    assert!(unit.update_account(account, &tenant.account).await.unwrap());
    assert_eq!(due(unit.as_mut()).await, [false, false]);
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    let requires = Account { requires_second_factor: true, ..other.account.clone() };
    assert!(unit.update_account(other.id(), &requires).await.unwrap());
    unit.settle_second_factors_due(other.id()).await.unwrap();
    unit.settle_second_factors_due(account).await.unwrap();
    unit.commit().await.unwrap();
    let theirs = system_read(store).await.user_by_id(account, tenant.user.id).await.unwrap();
    assert!(!theirs.unwrap().second_factor_due, "what others require");
}

/// Neither seen nor taken away by others.
pub async fn second_factors_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let kept = confirmed(&owner.user);
    let mut unit = owner.write(store).await;
    assert!(unit.keep_second_factor(&kept, None).await.unwrap());
    unit.commit().await.unwrap();
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.second_factor_of(tenant, owner.user.id).await.unwrap(), None);
        assert_eq!(unit.people_with_second_factor(tenant).await.unwrap(), []);
        assert!(!unit.remove_second_factor(tenant, owner.user.id).await.unwrap());
        unit.commit().await.unwrap();
    }
    let found = system_read(store).await.second_factor_of(owner.id(), owner.user.id).await.unwrap();
    assert_eq!(found, Some(kept));
}
