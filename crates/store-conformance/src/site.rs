//! What site admins see and change over all accounts, and that a tenant's unit sees its own alone.

use rf_accounts::User;
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, system, system_read};

/// Newest first, by id; of one account where it is named.
pub async fn pages_of_accounts_and_people_hold_everybody_once(store: &dyn Store) {
    let mut tenants = Vec::new();
    for _ in 0..5 {
        tenants.push(Tenant::keep(store).await);
    }
    let switched_off = User { is_active: false, deleted_at: Some(fx::at(3)), ..fx::user(tenants[2].id()) };
    let mut unit = system(store).await;
    unit.insert_user(&switched_off).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    let (mut accounts, mut before) = (Vec::new(), None);
    while let page = unit.accounts_page(before, 2).await.unwrap()
        && let Some(last) = page.last()
    {
        before = Some(last.id);
        accounts.extend(page);
    }
    let expected: Vec<_> = tenants.iter().rev().map(|tenant| tenant.account.clone()).collect();
    assert_eq!(accounts, expected);
    let (mut users, mut before) = (Vec::new(), None);
    while let page = unit.users_page(None, before, 2).await.unwrap()
        && let Some(last) = page.last()
    {
        before = Some(last.id);
        users.extend(page.into_iter().map(|user| user.id));
    }
    let mut expected = vec![switched_off.id];
    let mut of_the_third = vec![switched_off.clone()];
    for tenant in &tenants {
        let members = unit.members(tenant.id()).await.unwrap();
        expected.extend(members.iter().map(|user| user.id));
        of_the_third.extend(members.into_iter().filter(|user| user.account_id == tenants[2].id()));
    }
    expected.sort_by_key(|id| std::cmp::Reverse(*id));
    of_the_third.sort_by_key(|user| std::cmp::Reverse(user.id));
    assert!(expected.len() > tenants.len());
    assert_eq!(users, expected);
    assert_eq!(unit.users_page(Some(tenants[2].id()), None, 9).await.unwrap(), of_the_third);
    drop(unit);
    let mut unit = tenants[1].read(store).await;
    assert_eq!(unit.accounts_page(None, 9).await.unwrap(), std::slice::from_ref(&tenants[1].account));
    let own = unit.users_page(None, None, 9).await.unwrap();
    assert!(!own.is_empty() && own.iter().all(|user| user.account_id == tenants[1].id()), "{own:?}");
    assert_eq!(unit.users_page(Some(tenants[2].id()), None, 9).await.unwrap(), []);
}

/// By its account alone.
pub async fn a_person_is_switched_off_and_on(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    for (access, named) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), tenant.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert!(!unit.set_user_active(named, tenant.user.id, false).await.unwrap());
        unit.commit().await.unwrap();
    }
    for is_active in [false, true] {
        let mut unit = tenant.write(store).await;
        assert!(unit.set_user_active(tenant.id(), tenant.user.id, is_active).await.unwrap());
        unit.commit().await.unwrap();
        let user = system_read(store).await.user_for_sign_in(tenant.user.id).await.unwrap();
        assert_eq!(user, Some(User { is_active, ..tenant.user.clone() }));
    }
}

/// The first verification counts; a tenant's unit makes nobody elsewhere.
pub async fn a_site_admin_is_made_once(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let mut unit = other.write(store).await;
    unit.make_super_admin(tenant.user.id, fx::at(1)).await.unwrap();
    unit.commit().await.unwrap();
    let found = async || system_read(store).await.user_for_sign_in(tenant.user.id).await.unwrap();
    assert_eq!(found().await, Some(tenant.user.clone()));
    for second in [5, 6] {
        let mut unit = system(store).await;
        unit.make_super_admin(tenant.user.id, fx::at(second)).await.unwrap();
        unit.commit().await.unwrap();
        let expected =
            User { is_super_admin: true, email_verified_at: Some(fx::at(5)), ..tenant.user.clone() };
        assert_eq!(found().await, Some(expected));
    }
}
