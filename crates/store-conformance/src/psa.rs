//! Connections to PSAs, who is who there, and the push log: one connection for an account, one push for a key, changes by
//! revision.

use futures_util::future::join_all;
use rf_kernel::{Page, Revision};
use rf_psa::{
    ConnectionStatus, Diagnosis, DiagnosisStep, InsertPushOutcome, MemberMapping, PsaConnection, PushContent,
    PushCursor, PushError, PushFilter, PushRecord, PushState,
};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint};

/// With everything there is.
fn full(connection: &PsaConnection, revision: i64) -> PsaConnection {
    let step = DiagnosisStep { name: "Keys".into(), ok: false, detail: "Häuser \u{0}".into() };
    let diagnosis = Diagnosis { headline: "No".into(), what_to_do: "Copy them".into(), steps: vec![step] };
    let mut settings = connection.settings.clone();
    settings.status.on_resolve = Some("Resolved".into());
    settings.time_entry.work_type = Some(7.into());
    PsaConnection {
        site_url: "psa.brightwater.example".into(),
        status: ConnectionStatus::Failing,
        diagnosis: Some(diagnosis),
        last_tested_at: Some(fx::at(9)),
        settings,
        updated_at: fx::at(8),
        revision: Revision(revision),
        ..connection.clone()
    }
}

async fn keep(store: &dyn Store, tenant: &Tenant, connection: &PsaConnection) {
    let mut unit = tenant.write(store).await;
    unit.insert_psa_connection(connection).await.unwrap();
    unit.commit().await.unwrap();
}

async fn keep_pushes(store: &dyn Store, tenant: &Tenant, records: &[&PushRecord]) {
    let mut unit = tenant.write(store).await;
    for record in records {
        assert_eq!(unit.insert_push(record).await.unwrap(), InsertPushOutcome::Kept);
    }
    unit.commit().await.unwrap();
}

/// `uq_psa_connections_account`, `fk_psa_connections_person`; changed by who saw it last, taken away whole.
pub async fn an_account_has_one_psa_connection(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let first = fx::psa_connection(&tenant);
    assert_eq!(tenant.read(store).await.psa_connection(tenant.id()).await.unwrap(), None);
    let stray = PsaConnection { connected_by: other.user.id, ..first.clone() };
    let answer = tenant.write(store).await.insert_psa_connection(&stray).await;
    assert_constraint(answer, "fk_psa_connections_person");
    keep(store, &tenant, &first).await;
    assert_eq!(tenant.read(store).await.psa_connection(tenant.id()).await.unwrap(), Some(first.clone()));
    let second = fx::psa_connection(&tenant);
    let answer = tenant.write(store).await.insert_psa_connection(&second).await;
    assert_constraint(answer, "uq_psa_connections_account");

    let next = full(&first, 2);
    let outcomes = join_all((0..4).map(async |_| {
        let mut unit = tenant.write(store).await;
        let kept = unit.update_psa_connection(&next, first.revision).await.unwrap();
        unit.commit().await.unwrap();
        kept
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept).count(), 1, "of who saw the same, one");
    assert_eq!(tenant.read(store).await.psa_connection(tenant.id()).await.unwrap(), Some(next));

    let mut unit = tenant.write(store).await;
    assert!(unit.delete_psa_connection(tenant.id()).await.unwrap());
    assert!(!unit.delete_psa_connection(tenant.id()).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(tenant.read(store).await.psa_connection(tenant.id()).await.unwrap(), None);
}

/// Said, said anew, forgotten; gone with the connection. `fk_psa_member_mappings_user`.
pub async fn psa_members_are_kept_by_person(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    keep(store, &tenant, &fx::psa_connection(&tenant)).await;
    let first = fx::psa_member(&tenant, 10);
    let next = MemberMapping {
        member_id: 11.into(),
        member_identifier: "eli2".into(),
        member_name: "Eli Häuser".into(),
        updated_at: fx::at(3),
        ..first.clone()
    };
    for mapping in [&first, &next] {
        let mut unit = tenant.write(store).await;
        unit.set_psa_member(mapping).await.unwrap();
        unit.commit().await.unwrap();
        let kept = tenant.read(store).await.psa_members(tenant.id()).await.unwrap();
        assert_eq!(kept, std::slice::from_ref(mapping));
    }
    let stray = MemberMapping { user_id: other.user.id, ..first.clone() };
    let answer = tenant.write(store).await.set_psa_member(&stray).await;
    assert_constraint(answer, "fk_psa_member_mappings_user");
    let mut unit = tenant.write(store).await;
    assert!(unit.clear_psa_member(tenant.id(), first.user_id).await.unwrap());
    assert!(!unit.clear_psa_member(tenant.id(), first.user_id).await.unwrap());
    unit.set_psa_member(&first).await.unwrap();
    unit.delete_psa_connection(tenant.id()).await.unwrap();
    assert_eq!(unit.psa_members(tenant.id()).await.unwrap(), []);
}

/// With nothing optional and with everything; a key is one push, whoever is faster; what was asked for never changes.
pub async fn a_push_is_kept_once_for_its_key(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let first = fx::push(&tenant, 1);
    let outcomes = join_all((0..4).map(async |_| {
        let record = PushRecord { id: fx::id(), ..first.clone() };
        let mut unit = tenant.write(store).await;
        let outcome = unit.insert_push(&record).await.unwrap();
        unit.commit().await.unwrap();
        (outcome, record)
    }))
    .await;
    let kept: Vec<_> =
        outcomes.into_iter().filter(|(outcome, _)| *outcome == InsertPushOutcome::Kept).collect();
    assert_eq!(kept.len(), 1);
    let first = kept[0].1.clone();
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.push_by_id(tenant.id(), first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(unit.push_by_key(tenant.id(), &first.key).await.unwrap(), Some(first.clone()));
    assert_eq!(unit.push_by_id(tenant.id(), fx::id()).await.unwrap(), None);
    drop(unit);
    let stray = PushRecord { requested_by: other.user.id, ..fx::push(&tenant, 2) };
    assert_constraint(tenant.write(store).await.insert_push(&stray).await, "fk_psa_post_log_person");

    let mut next = PushRecord {
        minutes: Some(30),
        content: Some(PushContent::Time {
            member: Some("eli".into()),
            start: fx::at(2),
            minutes: 30,
            worked_seconds: 1_700,
            billable: Some(true),
            work_type: Some(7.into()),
            work_role: None,
            text: "Häuser \u{0} [ResolutionFlow RF-X]".into(),
        }),
        warnings: vec!["nobody is mapped".into()],
        updated_at: fx::at(90),
        revision: Revision(2),
        ..first.clone()
    };
    next.push.state = PushState::NeedsReview;
    next.push.tries = 4;
    next.push.maybe_there = true;
    next.push.due_at = None;
    next.push.remote_id = Some(5.into());
    next.push.error = Some(PushError { class: "transient".into(), words: "Fort".into() });
    let claimed = PushRecord { ticket: 999.into(), session: fx::push(&tenant, 3).session, ..next.clone() };
    let outcomes = join_all((0..3).map(async |_| {
        let mut unit = tenant.write(store).await;
        let kept = unit.update_push(&claimed, first.revision).await.unwrap();
        unit.commit().await.unwrap();
        kept
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept).count(), 1);
    let look = tenant.read(store).await.push_by_id(tenant.id(), first.id).await.unwrap();
    assert_eq!(look, Some(next));
}

/// Newest first, each once on a walk by cursor; every filter narrows.
pub async fn pushes_are_listed_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut records: Vec<PushRecord> = [1, 3, 3, 2].iter().map(|at| fx::push(&tenant, *at)).collect();
    records[0].push.state = PushState::Confirmed;
    records[1].requested_by = tenant.colleague.id;
    keep_pushes(store, &tenant, &records.iter().collect::<Vec<_>>()).await;
    let ids = async |filter: &PushFilter, after, page| {
        let mut unit = tenant.read(store).await;
        let listed = unit.list_pushes(tenant.id(), filter, after, page).await.unwrap();
        listed.into_iter().map(|record| (record.created_at, record.id)).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = records.iter().map(|record| (record.created_at, record.id)).collect();
    all.sort_unstable();
    all.reverse();
    let every = PushFilter::default();
    assert_eq!(ids(&every, None, ALL).await, all);
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = ids(&every, after, Page { skip: 0, limit: 1 }).await;
        let Some((created_at, id)) = page.last().copied() else { break };
        walked.extend(page);
        after = Some(PushCursor { created_at, id });
    }
    assert_eq!(walked, all);
    for (filter, expected) in [
        (PushFilter { session: Some(records[2].session.uuid()), ..every.clone() }, vec![records[2].id]),
        (PushFilter { state: Some(PushState::Confirmed), ..every.clone() }, vec![records[0].id]),
        (PushFilter { requested_by: Some(tenant.colleague.id), ..every.clone() }, vec![records[1].id]),
    ] {
        let found: Vec<_> = ids(&filter, None, ALL).await.into_iter().map(|(_, id)| id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

/// Neither seen nor changed, by naming one's own tenant or the owner.
pub async fn psa_rows_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (connection, member, push) =
        (fx::psa_connection(&owner), fx::psa_member(&owner, 10), fx::push(&owner, 1));
    keep(store, &owner, &connection).await;
    let mut unit = owner.write(store).await;
    unit.set_psa_member(&member).await.unwrap();
    unit.commit().await.unwrap();
    keep_pushes(store, &owner, &[&push]).await;
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.psa_connection(tenant).await.unwrap(), None);
        assert_eq!(unit.psa_members(tenant).await.unwrap(), []);
        assert_eq!(unit.push_by_id(tenant, push.id).await.unwrap(), None);
        assert_eq!(unit.push_by_key(tenant, &push.key).await.unwrap(), None);
        assert_eq!(unit.list_pushes(tenant, &PushFilter::default(), None, ALL).await.unwrap(), []);
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        let taken = PsaConnection { account_id: tenant, ..full(&connection, 2) };
        assert!(!unit.update_psa_connection(&taken, connection.revision).await.unwrap());
        assert!(!unit.clear_psa_member(tenant, member.user_id).await.unwrap());
        assert!(!unit.delete_psa_connection(tenant).await.unwrap());
        let taken = PushRecord { account_id: tenant, minutes: Some(1), ..push.clone() };
        assert!(!unit.update_push(&taken, push.revision).await.unwrap());
        unit.commit().await.unwrap();
    }
    let mut unit = owner.read(store).await;
    assert_eq!(unit.psa_connection(owner.id()).await.unwrap(), Some(connection));
    assert_eq!(unit.psa_members(owner.id()).await.unwrap(), [member]);
    assert_eq!(unit.push_by_id(owner.id(), push.id).await.unwrap(), Some(push));
}
