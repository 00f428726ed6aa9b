//! Step logs: in order, append-only, a repeated entry recognised.

use futures_util::future::join_all;
use rf_kernel::EntryId;
use rf_sessions::{AppendOutcome, LogEntry, LogKind, Session};
use rf_store::Store;

use crate::fixtures::{self as fx, Tenant, assert_constraint};

async fn kept_session(store: &dyn Store) -> (Tenant, Session) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    (tenant, session)
}

async fn append(store: &dyn Store, tenant: &Tenant, session: &Session, entry: &LogEntry) -> AppendOutcome {
    let mut unit = tenant.write(store).await;
    let outcome = unit.append_log(tenant.id(), session.id, entry).await.unwrap();
    unit.commit().await.unwrap();
    outcome
}

async fn log(store: &dyn Store, tenant: &Tenant, session: &Session) -> Vec<LogEntry> {
    tenant.read(store).await.session_log(tenant.id(), session.id).await.unwrap()
}

/// All fields come back, for every kind; by sequence number and not by instant or order of insertion.
pub async fn a_log_round_trips_in_order(store: &dyn Store) {
    let (tenant, session) = kept_session(store).await;
    let kinds = [
        LogKind::Prepared,
        LogKind::Started,
        LogKind::Answered,
        LogKind::Done,
        LogKind::Skipped,
        LogKind::Back,
        LogKind::Custom,
        LogKind::Note,
        LogKind::Variables,
        LogKind::Revised,
        LogKind::Completed,
        LogKind::Exported,
    ];
    let entries: Vec<_> = (1..)
        .zip(kinds)
        .map(|(seq, kind)| LogEntry {
            kind,
            at: fx::at(500 - seq),
            node_id: Some("start".into()),
            title: Some("Öffnet er?".into()),
            answer: Some("Ja".into()),
            option_id: Some("1".into()),
            reason: Some("kein Schlüssel".into()),
            notes: Some("two\nlines".into()),
            ..fx::log_entry(&tenant, seq)
        })
        .collect();
    for entry in entries.iter().rev() {
        append(store, &tenant, &session, entry).await;
    }
    assert_eq!(log(store, &tenant, &session).await, entries);
}

/// A repeat is an outcome, not an error: nothing changes and the unit goes on.
pub async fn an_entry_is_appended_once(store: &dyn Store) {
    let (tenant, session) = kept_session(store).await;
    let first = fx::log_entry(&tenant, 1);
    let repeat = LogEntry { seq: 2, notes: Some("again".into()), ..first.clone() };
    let second = fx::log_entry(&tenant, 2);
    let mut unit = tenant.write(store).await;
    for (entry, outcome) in [
        (&first, AppendOutcome::Appended),
        (&repeat, AppendOutcome::Duplicate),
        (&second, AppendOutcome::Appended),
    ] {
        assert_eq!(unit.append_log(tenant.id(), session.id, entry).await.unwrap(), outcome);
    }
    unit.commit().await.unwrap();
    assert_eq!(
        append(store, &tenant, &session, &LogEntry { seq: 3, ..repeat }).await,
        AppendOutcome::Duplicate
    );
    assert_eq!(log(store, &tenant, &session).await, [first, second]);
}

/// The same entry sent many times at once is kept once.
pub async fn of_simultaneous_appends_one_is_kept(store: &dyn Store) {
    let (tenant, session) = kept_session(store).await;
    let entry_id: EntryId = fx::id();
    let outcomes = join_all((1..13).map(async |seq| {
        let entry = LogEntry { entry_id: Some(entry_id), ..fx::log_entry(&tenant, seq) };
        append(store, &tenant, &session, &entry).await
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == AppendOutcome::Appended).count(), 1);
    assert_eq!(log(store, &tenant, &session).await.len(), 1);
}

/// The server's own entries have no id and are never taken for repeats.
pub async fn entries_without_an_id_are_all_kept(store: &dyn Store) {
    let (tenant, session) = kept_session(store).await;
    for seq in 1..4 {
        let entry = LogEntry { entry_id: None, ..fx::log_entry(&tenant, seq) };
        assert_eq!(append(store, &tenant, &session, &entry).await, AppendOutcome::Appended);
    }
    assert_eq!(log(store, &tenant, &session).await.len(), 3);
}

/// Another session may have one of the same id and number.
pub async fn an_entry_id_counts_in_its_session_alone(store: &dyn Store) {
    let (tenant, first) = kept_session(store).await;
    let second = fx::session(&tenant);
    tenant.keep_sessions(store, &[&second]).await;
    let entry = fx::log_entry(&tenant, 1);
    for session in [&first, &second] {
        assert_eq!(append(store, &tenant, session, &entry).await, AppendOutcome::Appended);
        assert_eq!(log(store, &tenant, session).await, std::slice::from_ref(&entry));
    }
}

/// `pk_session_log`.
pub async fn a_sequence_number_is_taken_once(store: &dyn Store) {
    let (tenant, session) = kept_session(store).await;
    append(store, &tenant, &session, &fx::log_entry(&tenant, 1)).await;
    let mut unit = tenant.write(store).await;
    let answer = unit.append_log(tenant.id(), session.id, &fx::log_entry(&tenant, 1)).await;
    assert_constraint(answer, "pk_session_log");
}

/// `fk_session_log_session`: neither to no session nor to another account's.
pub async fn a_log_needs_its_session(store: &dyn Store) {
    let (tenant, _) = kept_session(store).await;
    let (_, foreign) = kept_session(store).await;
    for id in [fx::id(), foreign.id] {
        let mut unit = tenant.write(store).await;
        let answer = unit.append_log(tenant.id(), id, &fx::log_entry(&tenant, 1)).await;
        assert_constraint(answer, "fk_session_log_session");
    }
}

/// By its id, in its session.
pub async fn a_known_entry_is_recognised(store: &dyn Store) {
    let (tenant, session) = kept_session(store).await;
    let other = fx::session(&tenant);
    tenant.keep_sessions(store, &[&other]).await;
    let entry = fx::log_entry(&tenant, 1);
    let entry_id = entry.entry_id.unwrap();
    append(store, &tenant, &session, &entry).await;
    let mut unit = tenant.read(store).await;
    assert!(unit.has_log_entry(tenant.id(), session.id, entry_id).await.unwrap());
    assert!(!unit.has_log_entry(tenant.id(), other.id, entry_id).await.unwrap());
    assert!(!unit.has_log_entry(tenant.id(), session.id, fx::id()).await.unwrap());
}
