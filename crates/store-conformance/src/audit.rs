//! The audit log.

use futures_util::future::join_all;
use rf_audit::{AuditCursor, AuditEntry, AuditFilter, ChainCheck, ChainFault};
use rf_store::{Access, Store};
use serde_json::json;

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

/// All fields come back, newest first, only those of the action, no more than asked for.
pub async fn audit_entries_round_trip_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let old = fx::audit_entry(tenant.id(), 1);
    let new = fx::audit_entry(tenant.id(), 3);
    let middle = AuditEntry {
        actor_id: None,
        target_id: None,
        payload: json!({ "nested": [1, { "two": null }] }),
        ..fx::audit_entry(tenant.id(), 2)
    };
    let other = AuditEntry { action: "other.action".into(), ..fx::audit_entry(tenant.id(), 4) };
    let mut unit = tenant.write(store).await;
    for entry in [&old, &new, &middle, &other] {
        unit.append_audit(entry.clone()).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    let action = old.action.clone();
    let found = unit.audit_entries(tenant.id(), &action, 10).await.unwrap();
    assert_eq!(found, [new.clone(), middle.clone(), old]);
    assert_eq!(unit.audit_entries(tenant.id(), &action, 2).await.unwrap(), [new, middle]);
    assert_eq!(
        unit.audit_entries(tenant.id(), &other.action, 10).await.unwrap(),
        std::slice::from_ref(&other)
    );
    assert_eq!(unit.audit_entries(tenant.id(), "no.such", 10).await.unwrap(), []);
}

/// Entries of one instant are told apart by id.
pub async fn audit_entries_of_one_instant_have_an_order(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let entries: Vec<_> = (0..5).map(|_| fx::audit_entry(tenant.id(), 1)).collect();
    let mut unit = tenant.write(store).await;
    for index in [3, 0, 4, 1, 2] {
        unit.append_audit(entries[index].clone()).await.unwrap();
    }
    unit.commit().await.unwrap();
    let found = tenant.read(store).await.audit_entries(tenant.id(), &entries[0].action, 10).await.unwrap();
    let newest_first: Vec<_> = entries.into_iter().rev().collect();
    assert_eq!(found, newest_first);
}

async fn keep(tenant: &Tenant, store: &dyn Store, entries: &[AuditEntry]) {
    let mut unit = tenant.write(store).await;
    for entry in entries {
        unit.append_audit(entry.clone()).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// What the account's chain and log say when they are checked against each other.
async fn checked(tenant: &Tenant, store: &dyn Store) -> Result<u64, ChainFault> {
    let mut unit = tenant.read(store).await;
    let Some(chain) = unit.audit_chain(tenant.id()).await.unwrap() else { return Ok(0) };
    let mut check = ChainCheck::new(chain);
    let mut after = -1;
    loop {
        let links = unit.audit_links(tenant.id(), after, 4).await.unwrap();
        let Some(last) = links.last() else { return check.finish() };
        after = last.seq;
        links.iter().try_for_each(|link| check.entry(link))?;
    }
}

/// Every filter narrows; all of them together too.
pub async fn every_audit_filter_narrows(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (person, thing) = (fx::id(), fx::id());
    let entries: Vec<_> = (0..6)
        .map(|number| AuditEntry {
            actor_id: (number != 1).then_some(person),
            action: if number == 2 { "other.action" } else { "tree.updated" }.into(),
            target_kind: if number == 3 { "session" } else { "tree" }.into(),
            target_id: (number != 4).then_some(thing),
            ..fx::audit_entry(tenant.id(), number)
        })
        .collect();
    keep(&tenant, store, &entries).await;
    let all = AuditFilter::default();
    let cases: [(AuditFilter, &[usize]); 8] = [
        (all.clone(), &[5, 4, 3, 2, 1, 0]),
        (AuditFilter { actor_id: Some(person), ..all.clone() }, &[5, 4, 3, 2, 0]),
        (AuditFilter { action: Some("other.action".into()), ..all.clone() }, &[2]),
        (AuditFilter { target_kind: Some("session".into()), ..all.clone() }, &[3]),
        (AuditFilter { target_id: Some(thing), ..all.clone() }, &[5, 3, 2, 1, 0]),
        (AuditFilter { after: Some(fx::at(4)), ..all.clone() }, &[5, 4]),
        (AuditFilter { before: Some(fx::at(2)), ..all.clone() }, &[1, 0]),
        (
            AuditFilter {
                action: Some("tree.updated".into()),
                actor_id: Some(person),
                target_kind: Some("tree".into()),
                target_id: Some(thing),
                after: Some(fx::at(0)),
                before: Some(fx::at(5)),
            },
            &[0],
        ),
    ];
    let mut unit = tenant.read(store).await;
    for (filter, expected) in cases {
        let found = unit.list_audit(tenant.id(), &filter, None, 10).await.unwrap();
        let expected: Vec<_> = expected.iter().map(|index| entries[*index].clone()).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    assert_eq!(unit.audit_actions(tenant.id()).await.unwrap(), ["other.action", "tree.updated"]);
}

/// Pages by cursor hold every entry once, of one instant too.
pub async fn pages_of_audit_entries_neither_overlap_nor_miss(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let entries: Vec<_> = (0..11).map(|number| fx::audit_entry(tenant.id(), number / 4)).collect();
    keep(&tenant, store, &entries).await;
    let newest_first: Vec<_> = entries.into_iter().rev().collect();
    let filter = AuditFilter::default();
    let mut unit = tenant.read(store).await;
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = unit.list_audit(tenant.id(), &filter, cursor, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(AuditCursor::of(last));
        assert!(page.len() <= 3);
        found.extend(page);
    }
    assert_eq!(found, newest_first);
}

/// Numbers without gaps, and digests that hold.
pub async fn entries_are_chained(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    assert_eq!(tenant.read(store).await.audit_chain(tenant.id()).await.unwrap(), None);
    let odd = AuditEntry {
        actor_id: None,
        target_id: None,
        payload: json!({ "z": 0.1, "a": { "ö": [true, null, -7, 1e300] } }),
        ..fx::audit_entry(tenant.id(), 1)
    };
    let entries: Vec<_> = (0..9).map(|number| fx::audit_entry(tenant.id(), number)).chain([odd]).collect();
    for (index, entry) in entries.iter().enumerate() {
        keep(&tenant, store, std::slice::from_ref(entry)).await;
        keep(&other, store, &[fx::audit_entry(other.id(), 1)]).await;
        assert_eq!(checked(&tenant, store).await, Ok(index as u64 + 1));
    }
    let links = tenant.read(store).await.audit_links(tenant.id(), 0, 100).await.unwrap();
    assert_eq!(links.iter().map(|link| link.seq).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    assert_eq!(links.into_iter().map(|link| link.entry).collect::<Vec<_>>(), entries);
}

/// What is rolled back leaves no gap.
pub async fn a_dropped_entry_leaves_no_gap(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    keep(&tenant, store, &[fx::audit_entry(tenant.id(), 1)]).await;
    let mut unit = tenant.write(store).await;
    unit.append_audit(fx::audit_entry(tenant.id(), 2)).await.unwrap();
    drop(unit);
    keep(&tenant, store, &[fx::audit_entry(tenant.id(), 3)]).await;
    assert_eq!(checked(&tenant, store).await, Ok(2));
}

/// Many appenders at once, the first entry of a chain among them.
pub async fn simultaneous_entries_are_all_chained(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    join_all((0..16).map(async |number| {
        let access = if number % 2 == 0 { Access::write(tenant.id()) } else { Access::system_write() };
        let mut unit = store.begin(access).await.unwrap();
        unit.append_audit(fx::audit_entry(tenant.id(), number)).await.unwrap();
        unit.commit().await.unwrap();
    }))
    .await;
    assert_eq!(checked(&tenant, store).await, Ok(16));
}

/// Pruning takes the oldest entries as they were written, and what is left holds from there.
pub async fn a_pruned_chain_holds(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    // The clock went back once: the entry after the first young one stays, however old it says it is.
    let entries: Vec<_> =
        [1, 2, 3, 9, 4, 10].map(|second| fx::audit_entry(tenant.id(), second)).into_iter().collect();
    keep(&tenant, store, &entries).await;
    keep(&other, store, &[fx::audit_entry(other.id(), 1)]).await;
    let prune = async |before| {
        let mut unit = system(store).await;
        let gone = unit.prune_audit(tenant.id(), fx::at(before)).await.unwrap();
        unit.commit().await.unwrap();
        gone
    };
    assert_eq!(prune(1).await, 0);
    assert_eq!(prune(3).await, 2);
    assert_eq!(checked(&tenant, store).await, Ok(4));
    assert_eq!(prune(3).await, 0, "again");
    assert_eq!(prune(8).await, 1);
    assert_eq!(checked(&tenant, store).await, Ok(3));
    keep(&tenant, store, &[fx::audit_entry(tenant.id(), 11)]).await;
    assert_eq!(checked(&tenant, store).await, Ok(4));
    assert_eq!(prune(100).await, 4, "all of it");
    assert_eq!(checked(&tenant, store).await, Ok(0));
    keep(&tenant, store, &[fx::audit_entry(tenant.id(), 12)]).await;
    assert_eq!(checked(&tenant, store).await, Ok(1));
    assert_eq!(checked(&other, store).await, Ok(1));
}

/// Kept with the chain, before its first entry too; `ck_audit_chains_retention`.
pub async fn a_retention_is_kept(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for days in [Some(30), Some(3_650), None, Some(90)] {
        let mut unit = tenant.write(store).await;
        unit.set_audit_retention(tenant.id(), days).await.unwrap();
        unit.append_audit(fx::audit_entry(tenant.id(), 1)).await.unwrap();
        unit.commit().await.unwrap();
        let chain = tenant.read(store).await.audit_chain(tenant.id()).await.unwrap().unwrap();
        assert_eq!(chain.retention_days, days);
    }
    assert_eq!(checked(&tenant, store).await, Ok(4));
    for days in [29, 3_651] {
        let mut unit = tenant.write(store).await;
        let answer = unit.set_audit_retention(tenant.id(), Some(days)).await;
        assert_constraint(answer, "ck_audit_chains_retention");
    }
}

/// System units see all accounts' entries in one list, and every account that has some.
pub async fn the_site_sees_all_logs(store: &dyn Store) {
    let (first, second) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let entries = [
        fx::audit_entry(first.id(), 1),
        fx::audit_entry(second.id(), 2),
        AuditEntry { action: "other.action".into(), ..fx::audit_entry(first.id(), 3) },
    ];
    keep(&first, store, &[entries[0].clone(), entries[2].clone()]).await;
    keep(&second, store, &[entries[1].clone()]).await;
    let mut unit = system_read(store).await;
    let all = unit.list_all_audit(&AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(all, [entries[2].clone(), entries[1].clone(), entries[0].clone()]);
    let cursor = Some(AuditCursor::of(&entries[2]));
    let rest = unit.list_all_audit(&AuditFilter::default(), cursor, 1).await.unwrap();
    assert_eq!(rest, std::slice::from_ref(&entries[1]));
    let other = AuditFilter { action: Some("other.action".into()), ..AuditFilter::default() };
    assert_eq!(unit.list_all_audit(&other, None, 10).await.unwrap(), std::slice::from_ref(&entries[2]));
    let mut accounts = [first.id(), second.id()];
    accounts.sort();
    assert_eq!(unit.audited_accounts().await.unwrap(), accounts);
    drop(unit);
    let mut unit = first.read(store).await;
    let own = unit.list_all_audit(&AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(own, [entries[2].clone(), entries[0].clone()], "a tenant's unit sees its own");
    assert_eq!(unit.audited_accounts().await.unwrap(), [first.id()]);
}
