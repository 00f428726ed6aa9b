//! Sealed secrets: found in pages whatever they are for, and sealed anew by who knows the seal before.

use rf_kernel::AccountId;
use rf_store::{Access, Store};
use rf_vault::{Place, Sealed, SealedKind, SealedRow};

use crate::{
    fixtures::{self as fx, Tenant, system, system_read},
    second_factors::any_factor,
};

/// A secret of each kind in an account: its connection, the factors of two people, a channel.
async fn keep(store: &dyn Store) -> (Tenant, Vec<SealedRow>) {
    let tenant = Tenant::keep(store).await;
    let connection = fx::psa_connection(&tenant);
    let mut unit = tenant.write(store).await;
    unit.insert_psa_connection(&connection).await.unwrap();
    let row = |kind, record_id, sealed| SealedRow {
        kind,
        place: Place { account_id: tenant.id(), record_id },
        sealed,
    };
    let mut rows = vec![row(SealedKind::PsaConnection, connection.id.uuid(), connection.credentials.clone())];
    for user in [&tenant.user, &tenant.colleague] {
        // Those that do not count yet are sealed too.
        let factor = any_factor(user);
        assert!(unit.keep_second_factor(&factor, None).await.unwrap());
        rows.push(row(SealedKind::SecondFactor, user.id.uuid(), factor.sealed));
    }
    let channel = fx::channel(&tenant, 1);
    unit.insert_channel(&channel).await.unwrap();
    rows.push(row(SealedKind::Channel, channel.id.uuid(), channel.url));
    unit.commit().await.unwrap();
    (tenant, rows)
}

async fn all(store: &dyn Store, access: Access, kind: SealedKind, page: u64) -> Vec<SealedRow> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let mut unit = store.begin(access).await.unwrap();
        let rows = unit.sealed_rows(kind, after, page).await.unwrap();
        assert!(rows.len() as u64 <= page);
        let Some(last) = rows.last() else { return found };
        after = Some(last.place.record_id);
        found.extend(rows);
    }
}

fn of_kind(rows: &[SealedRow], kind: SealedKind) -> Vec<SealedRow> {
    let mut rows: Vec<_> = rows.iter().filter(|row| row.kind == kind).cloned().collect();
    rows.sort_by_key(|row| row.place.record_id);
    rows
}

/// Every secret of every account once, in pages of any size; a unit of an account sees its own.
pub async fn sealed_secrets_are_found_in_pages(store: &dyn Store) {
    let (first, mut rows) = keep(store).await;
    let own = rows.clone();
    for _ in 0..2 {
        rows.extend(keep(store).await.1);
    }
    for kind in SealedKind::ALL {
        for page in [1, 2, 100] {
            assert_eq!(all(store, Access::system_read(), kind, page).await, of_kind(&rows, kind));
            assert_eq!(all(store, Access::read(first.id()), kind, page).await, of_kind(&own, kind));
        }
    }
}

/// By who knows the seal before, once; whoever read the record before writes nothing over it.
pub async fn a_secret_is_sealed_anew_once(store: &dyn Store) {
    let (tenant, rows) = keep(store).await;
    let mut unit = system_read(store).await;
    let connection = unit.psa_connection(tenant.id()).await.unwrap().unwrap();
    let factor = unit.second_factor_of(tenant.id(), tenant.user.id).await.unwrap().unwrap();
    drop(unit);
    for row in &rows {
        let stale = SealedRow { sealed: Sealed::from_stored("another".into()), ..row.clone() };
        let sealed = Sealed::from_stored(format!("anew {}", row.place.record_id));
        let mut unit = system(store).await;
        assert!(!unit.reseal(&stale, &sealed).await.unwrap());
        assert!(unit.reseal(row, &sealed).await.unwrap());
        assert!(!unit.reseal(row, &sealed).await.unwrap());
        unit.commit().await.unwrap();
        let found = all(store, Access::system_read(), row.kind, 10).await;
        let found = found.iter().find(|found| found.place == row.place).unwrap();
        assert_eq!(found.sealed, sealed);
    }
    let mut unit = tenant.write(store).await;
    assert!(!unit.update_psa_connection(&connection, connection.revision).await.unwrap());
    assert!(!unit.keep_second_factor(&factor, Some(factor.revision)).await.unwrap());
    let now = unit.psa_connection(tenant.id()).await.unwrap().unwrap();
    assert_eq!(
        (now.settings, now.site_url),
        (connection.settings, connection.site_url),
        "nothing else changes"
    );
}

/// Neither by naming one's own account nor by naming the owner.
pub async fn sealed_secrets_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, rows) = keep(store).await;
    let other = Tenant::keep(store).await;
    let tries: [(Access, AccountId); 3] = [
        (Access::write(other.id()), owner.id()),
        (Access::write(other.id()), other.id()),
        (Access::system_write(), other.id()),
    ];
    for (access, account_id) in tries {
        for row in &rows {
            let place = Place { account_id, ..row.place };
            let mut unit = store.begin(access).await.unwrap();
            let taken = Sealed::from_stored("taken".into());
            assert!(!unit.reseal(&SealedRow { place, ..row.clone() }, &taken).await.unwrap());
            unit.commit().await.unwrap();
        }
    }
    for kind in SealedKind::ALL {
        assert_eq!(all(store, Access::read(other.id()), kind, 10).await, []);
        assert_eq!(all(store, Access::read(owner.id()), kind, 10).await, of_kind(&rows, kind));
    }
}
