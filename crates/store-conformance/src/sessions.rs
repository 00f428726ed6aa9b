//! Sessions: kept whole, changed by revision, listed newest first.

use futures_util::future::join_all;
use rf_kernel::{Page, Revision, Timestamp};
use rf_sessions::{
    CustomStep, Decision, DecisionKind, Outcome, Session, SessionCursor, SessionFilter, SessionStatus,
    SessionUpdateOutcome,
};
use rf_store::Store;
use rf_trees::{Snapshot, Tree};
use serde_json::json;

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint};

fn full(tenant: &Tenant) -> Session {
    let decision = Decision {
        entry_id: fx::id(),
        node_id: "start".into(),
        kind: DecisionKind::Answered,
        title: "Is it \"on\"?".into(),
        answer: Some("Ja – natürlich".into()),
        option_id: Some("1".into()),
        reason: None,
        notes: Some("line\nline\t\u{0} even a NUL, in JSON".into()),
        timestamp: fx::at(71),
    };
    Session {
        path_taken: vec!["start".into(), "end".into()],
        decisions: vec![
            Decision { kind: DecisionKind::Skipped, reason: Some("No key".into()), ..decision.clone() },
            decision,
        ],
        custom_steps: vec![CustomStep {
            id: fx::id(),
            after_node_id: Some("start".into()),
            title: "Called the client".into(),
            notes: None,
            timestamp: fx::at(72),
        }],
        variables: [
            ("printer_name", json!("LP-01 Ö")),
            ("pages", json!(12)),
            ("load", json!(0.5)),
            ("vip", json!(true)),
            ("unknown", json!(null)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
        scratchpad: "Ruft zurück um 3 🕒".into(),
        ticket_number: Some("T-100%".into()),
        client_name: Some("Häuser".into()),
        batch_id: Some(fx::id()),
        target_label: Some("DC01".into()),
        prepared_by_id: Some(tenant.colleague.id),
        assigned_to_id: Some(tenant.user.id),
        started_at: Some(fx::at(73)),
        completed_at: Some(fx::at(74)),
        outcome: Some(Outcome::Workaround),
        outcome_notes: Some("It prints".into()),
        next_steps: Some("Order a new one".into()),
        exported: true,
        active_seconds: 1_234,
        last_activity_at: Some(fx::at(74)),
        log_length: 5,
        revision: Revision(7),
        ..fx::session(tenant)
    }
}

async fn look(store: &dyn Store, tenant: &Tenant, session: &Session) -> Option<Session> {
    tenant.read(store).await.session_by_id(tenant.id(), session.id).await.unwrap()
}

async fn listed(store: &dyn Store, tenant: &Tenant, filter: &SessionFilter) -> Vec<Session> {
    tenant.read(store).await.list_sessions(tenant.id(), filter, None, ALL).await.unwrap()
}

fn of(tenant: &Tenant) -> SessionFilter {
    SessionFilter::of(tenant.user.id)
}

/// With nothing optional.
pub async fn a_bare_session_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    assert_eq!(look(store, &tenant, &session).await, Some(session));
}

/// With everything, alone and in a list.
pub async fn a_full_session_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for outcome in
        [Outcome::Resolved, Outcome::Workaround, Outcome::Unresolved, Outcome::Escalated, Outcome::Cancelled]
    {
        let session = Session { outcome: Some(outcome), ..full(&tenant) };
        tenant.keep_sessions(store, &[&session]).await;
        assert_eq!(look(store, &tenant, &session).await.as_ref(), Some(&session));
        let filter = SessionFilter { batch_id: session.batch_id, ..of(&tenant) };
        assert_eq!(listed(store, &tenant, &filter).await, [session]);
    }
}

/// `pk_sessions`.
pub async fn a_session_id_is_unique_by_name(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    assert_constraint(tenant.write(store).await.insert_session(&session).await, "pk_sessions");
}

/// `fk_sessions_user`, `fk_sessions_preparer`, `fk_sessions_assignee`; an update may not smuggle either.
pub async fn a_session_names_people_of_its_account(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    let strays = [
        (Session { user_id: other.user.id, ..session.clone() }, "fk_sessions_user"),
        (Session { prepared_by_id: Some(other.user.id), ..session.clone() }, "fk_sessions_preparer"),
        (Session { assigned_to_id: Some(other.user.id), ..session.clone() }, "fk_sessions_assignee"),
    ];
    for (stray, name) in &strays {
        assert_constraint(tenant.write(store).await.insert_session(stray).await, name);
    }
    tenant.keep_sessions(store, &[&session]).await;
    for (stray, name) in &strays {
        let mut unit = tenant.write(store).await;
        assert_constraint(unit.update_session(tenant.id(), stray, session.revision).await, name);
    }
}

/// Every field that can change is kept.
pub async fn a_session_update_is_kept(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    let next = Session {
        id: session.id,
        tree_id: session.tree_id,
        user_id: tenant.colleague.id,
        updated_at: fx::at(99),
        revision: session.revision.next(),
        ..full(&tenant)
    };
    let mut unit = tenant.write(store).await;
    let outcome = unit.update_session(tenant.id(), &next, session.revision).await.unwrap();
    assert_eq!(outcome, SessionUpdateOutcome::Updated);
    unit.commit().await.unwrap();
    assert_eq!(look(store, &tenant, &session).await, Some(next));
}

/// Whatever the session handed over holds.
pub async fn an_update_leaves_the_snapshot_alone(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    let next = Session {
        snapshot: Snapshot::from_json("{}".into()).unwrap(),
        revision: session.revision.next(),
        ..session.clone()
    };
    let mut unit = tenant.write(store).await;
    unit.update_session(tenant.id(), &next, session.revision).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(look(store, &tenant, &session).await.unwrap().snapshot, session.snapshot);
}

/// Another revision than the expected one keeps the row as it is, and the unit goes on.
pub async fn a_stale_session_update_is_refused(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    for expected in [Revision(0), Revision(2)] {
        let next = Session { scratchpad: "lost".into(), revision: Revision(3), ..session.clone() };
        let mut unit = tenant.write(store).await;
        let outcome = unit.update_session(tenant.id(), &next, expected).await.unwrap();
        assert_eq!(outcome, SessionUpdateOutcome::Stale);
        unit.commit().await.unwrap();
    }
    assert_eq!(look(store, &tenant, &session).await, Some(session));
}

/// Of many tabs that saw the same revision one saves.
pub async fn of_simultaneous_session_updates_one_wins(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    let outcomes = join_all((0..12).map(async |n| {
        let next =
            Session { scratchpad: format!("tab {n}"), revision: session.revision.next(), ..session.clone() };
        let mut unit = tenant.write(store).await;
        let outcome = unit.update_session(tenant.id(), &next, session.revision).await.unwrap();
        unit.commit().await.unwrap();
        (outcome, next)
    }))
    .await;
    let winners: Vec<_> =
        outcomes.into_iter().filter(|(outcome, _)| *outcome == SessionUpdateOutcome::Updated).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(look(store, &tenant, &session).await.as_ref(), Some(&winners[0].1));
}

/// Many units that read for update, merge and write: every merge is kept and none is stale.
pub async fn reading_for_update_makes_others_wait(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    tenant.keep_sessions(store, &[&session]).await;
    join_all((0..16).map(async |n| {
        let mut unit = tenant.write(store).await;
        let mut seen = unit.session_for_update(tenant.id(), session.id).await.unwrap().unwrap();
        let expected = seen.revision;
        seen.variables.insert(format!("key_{n}"), json!(n));
        seen.revision = expected.next();
        let outcome = unit.update_session(tenant.id(), &seen, expected).await.unwrap();
        assert_eq!(outcome, SessionUpdateOutcome::Updated);
        unit.commit().await.unwrap();
    }))
    .await;
    let found = look(store, &tenant, &session).await.unwrap();
    assert_eq!((found.variables.len(), found.revision), (16, Revision(17)));
}

/// A session nobody made.
pub async fn an_unknown_session_is_not_found(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    assert_eq!(look(store, &tenant, &session).await, None);
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.session_for_update(tenant.id(), session.id).await.unwrap(), None);
    let outcome = unit.update_session(tenant.id(), &session, session.revision).await.unwrap();
    assert_eq!(outcome, SessionUpdateOutcome::NotFound);
    assert_eq!(unit.session_log(tenant.id(), session.id).await.unwrap(), []);
    assert!(!unit.has_log_entry(tenant.id(), session.id, fx::id()).await.unwrap());
}

/// A session needs no tree to refer to: the snapshot is all it runs on.
pub async fn a_session_outlives_its_tree(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let runner = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree]).await;
    let session = Session { tree_id: tree.id, ..fx::session(&runner) };
    runner.keep_sessions(store, &[&session]).await;
    let mut unit = owner.write(store).await;
    let taken_back = Tree { is_public: false, revision: Revision(2), ..tree.clone() };
    unit.update_tree(owner.id(), &taken_back, tree.revision).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(look(store, &runner, &session).await.as_ref(), Some(&session));
    let filter = SessionFilter { tree_id: Some(tree.id), ..of(&runner) };
    assert_eq!(listed(store, &runner, &filter).await, [session]);
}

fn started(tenant: &Tenant, seconds: Option<i64>) -> Session {
    Session { started_at: seconds.map(fx::at), ..fx::session(tenant) }
}

/// Of one instant, and of those not started, the larger id first.
pub async fn sessions_are_listed_newest_first_and_unstarted_last(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let [waits, waits_too] = [started(&tenant, None), started(&tenant, None)];
    let [old, same, same_too, new] = [1, 2, 2, 3].map(|seconds| started(&tenant, Some(seconds)));
    tenant.keep_sessions(store, &[&same, &waits, &new, &old, &waits_too, &same_too]).await;
    let expected = [new, same_too, same, old, waits_too, waits];
    let found = listed(store, &tenant, &of(&tenant)).await;
    let ids = |sessions: &[Session]| sessions.iter().map(|session| session.id).collect::<Vec<_>>();
    assert_eq!(ids(&found), ids(&expected));
}

/// Walking the pages shows every session once, in the order of the whole list.
pub async fn pages_of_sessions_neither_overlap_nor_miss(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let sessions: Vec<_> = [None, Some(1), Some(1), None, Some(2), Some(1), None]
        .map(|seconds| started(&tenant, seconds))
        .into();
    tenant.keep_sessions(store, &[3, 1, 6, 0, 5, 2, 4].map(|index: usize| &sessions[index])).await;
    let whole = listed(store, &tenant, &of(&tenant)).await;
    let mut walked = Vec::new();
    for skip in [0, 2, 4, 6, 8, u64::MAX] {
        let page = Page { skip, limit: 2 };
        let mut unit = tenant.read(store).await;
        walked.extend(unit.list_sessions(tenant.id(), &of(&tenant), None, page).await.unwrap());
    }
    assert_eq!(walked, whole);
    assert_eq!(whole.len(), sessions.len());
}

/// The pages of a walk by cursor, `limit` sessions each, up to the first that is not full.
async fn walked(store: &dyn Store, tenant: &Tenant, filter: &SessionFilter, limit: u64) -> Vec<Session> {
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let mut unit = tenant.read(store).await;
        let page = unit.list_sessions(tenant.id(), filter, after, Page { skip: 0, limit }).await.unwrap();
        let full = page.len() as u64 == limit;
        after = page.last().map(SessionCursor::of);
        walked.extend(page);
        if !full {
            return walked;
        }
    }
}

/// A mixture of what can stand in a list: own and assigned, waiting and begun, ended and not, many of one instant.
async fn mixture(store: &dyn Store, tenant: &Tenant) -> Vec<Session> {
    let sessions: Vec<_> = (0..36_i64)
        .map(|n| {
            let own = fx::session(tenant);
            let started_at = (n % 4 != 0).then(|| fx::at(n % 2));
            Session {
                user_id: if n % 5 == 0 { tenant.colleague.id } else { own.user_id },
                assigned_to_id: (n % 5 == 0 || n % 7 == 0).then_some(tenant.user.id),
                completed_at: (n % 3 == 0).then(|| fx::at(9)),
                outcome: (n % 3 == 0).then_some(Outcome::Resolved),
                client_name: (n % 6 != 0).then(|| format!("Client {n}")),
                started_at,
                ..own
            }
        })
        .collect();
    tenant.keep_sessions(store, &sessions.iter().collect::<Vec<_>>()).await;
    sessions
}

/// However many stand on a page, ties and all.
pub async fn walking_by_cursor_shows_every_session_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let sessions = mixture(store, &tenant).await;
    let whole = listed(store, &tenant, &of(&tenant)).await;
    assert_eq!(whole.len(), sessions.len());
    for limit in [1, 2, 5, 7, 36, 100] {
        assert_eq!(walked(store, &tenant, &of(&tenant), limit).await, whole, "{limit} on a page");
    }
}

/// What a filter leaves over is walked in the order of its own list.
pub async fn a_cursor_holds_under_every_filter(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    mixture(store, &tenant).await;
    let any = || of(&tenant);
    for filter in [
        SessionFilter { status: Some(SessionStatus::Prepared), ..any() },
        SessionFilter { status: Some(SessionStatus::Active), ..any() },
        SessionFilter { status: Some(SessionStatus::Completed), ..any() },
        SessionFilter { completed: Some(true), ..any() },
        SessionFilter { completed: Some(false), ..any() },
        SessionFilter { assigned_to_id: Some(tenant.user.id), ..any() },
        SessionFilter { client_name: Some("client 1".into()), ..any() },
        SessionFilter { started_after: Some(fx::at(1)), ..any() },
        SessionFilter { started_before: Some(fx::at(1)), ..any() },
        SessionFilter {
            status: Some(SessionStatus::Completed),
            tree_name: Some("printer".into()),
            started_before: Some(fx::at(1)),
            ..any()
        },
    ] {
        let whole = listed(store, &tenant, &filter).await;
        assert!(!whole.is_empty(), "{filter:?}");
        for limit in [1, 3] {
            assert_eq!(walked(store, &tenant, &filter, limit).await, whole, "{limit} on a page, {filter:?}");
        }
    }
}

/// Sessions made, begun and ended between two pages neither push one out nor show one twice.
pub async fn what_begins_while_walking_by_cursor_moves_nothing(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    mixture(store, &tenant).await;
    let before = listed(store, &tenant, &of(&tenant)).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let mut unit = tenant.read(store).await;
        let page = Page { skip: 0, limit: 5 };
        let page = unit.list_sessions(tenant.id(), &of(&tenant), after, page).await.unwrap();
        drop(unit);
        let Some(last) = page.last() else { break };
        after = Some(SessionCursor::of(last));
        seen.extend(page.iter().map(|session| session.id));
        // Newer than all, as new as the ties, and gone from the end of the page just seen to its start.
        let fresh = [started(&tenant, Some(50)), started(&tenant, Some(2))];
        tenant.keep_sessions(store, &fresh.iter().collect::<Vec<_>>()).await;
        let again = Session { started_at: Some(fx::at(60)), revision: last.revision.next(), ..last.clone() };
        let mut unit = tenant.write(store).await;
        unit.update_session(tenant.id(), &again, last.revision).await.unwrap();
        unit.commit().await.unwrap();
    }
    let of_before: Vec<_> =
        seen.iter().copied().filter(|id| before.iter().any(|session| session.id == *id)).collect();
    assert_eq!(of_before, before.iter().map(|session| session.id).collect::<Vec<_>>());
}

/// Both ways to it are one.
pub async fn a_session_owned_and_assigned_is_listed_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let both = Session { assigned_to_id: Some(tenant.user.id), ..fx::session(&tenant) };
    tenant.keep_sessions(store, &[&both]).await;
    assert_eq!(listed(store, &tenant, &of(&tenant)).await, [both]);
}

/// Not those of colleagues, and not those one merely prepared.
pub async fn a_list_holds_own_and_assigned_sessions(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let own = fx::session(&tenant);
    let theirs = Session { user_id: tenant.colleague.id, ..fx::session(&tenant) };
    let assigned =
        Session { assigned_to_id: Some(tenant.user.id), ..Session { id: fx::id(), ..theirs.clone() } };
    let prepared = Session { prepared_by_id: Some(tenant.user.id), id: fx::id(), ..theirs.clone() };
    tenant.keep_sessions(store, &[&own, &theirs, &assigned, &prepared]).await;
    assert_eq!(listed(store, &tenant, &of(&tenant)).await, [assigned, own]);
}

/// Each filter alone, and together.
pub async fn every_session_filter_narrows(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let waiting = Session { assigned_to_id: Some(tenant.user.id), ..fx::session(&tenant) };
    let active = Session {
        ticket_number: Some("INC-2001".into()),
        client_name: Some("Northwind".into()),
        batch_id: Some(fx::id()),
        ..started(&tenant, Some(100))
    };
    let done = Session {
        tree_name: "VPN drops".into(),
        client_name: Some("Contoso".into()),
        completed_at: Some(fx::at(250)),
        outcome: Some(Outcome::Resolved),
        ..started(&tenant, Some(200))
    };
    tenant.keep_sessions(store, &[&waiting, &active, &done]).await;
    let any = || of(&tenant);
    let text = |text: &str| Some(text.to_owned());
    let cases: Vec<(SessionFilter, Vec<&Session>)> = vec![
        (any(), vec![&done, &active, &waiting]),
        (SessionFilter { completed: Some(true), ..any() }, vec![&done]),
        (SessionFilter { completed: Some(false), ..any() }, vec![&active, &waiting]),
        (SessionFilter { status: Some(SessionStatus::Prepared), ..any() }, vec![&waiting]),
        (SessionFilter { status: Some(SessionStatus::Active), ..any() }, vec![&active]),
        (SessionFilter { status: Some(SessionStatus::Completed), ..any() }, vec![&done]),
        (SessionFilter { ticket_number: text("c-20"), ..any() }, vec![&active]),
        (SessionFilter { ticket_number: text(""), ..any() }, vec![&active]),
        (SessionFilter { client_name: text("O"), ..any() }, vec![&done, &active]),
        (SessionFilter { client_name: text("conto"), ..any() }, vec![&done]),
        (SessionFilter { tree_name: text("offline"), ..any() }, vec![&active, &waiting]),
        (SessionFilter { tree_id: Some(active.tree_id), ..any() }, vec![&active]),
        (SessionFilter { tree_id: Some(fx::id()), ..any() }, vec![]),
        (SessionFilter { batch_id: active.batch_id, ..any() }, vec![&active]),
        (SessionFilter { assigned_to_id: Some(tenant.user.id), ..any() }, vec![&waiting]),
        (SessionFilter { started_after: Some(fx::at(150)), ..any() }, vec![&done]),
        (SessionFilter { started_before: Some(fx::at(150)), ..any() }, vec![&active]),
        (SessionFilter { completed_after: Some(fx::at(240)), ..any() }, vec![&done]),
        (SessionFilter { completed_before: Some(fx::at(240)), ..any() }, vec![]),
        (SessionFilter { completed: Some(true), tree_name: text("drops"), ..any() }, vec![&done]),
        (SessionFilter { completed: Some(false), tree_name: text("drops"), ..any() }, vec![]),
    ];
    for (filter, expected) in cases {
        let found = listed(store, &tenant, &filter).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

/// To the microsecond.
pub async fn instants_in_filters_are_inclusive(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let start: i64 = 1_772_000_000_000_001;
    let session = Session {
        started_at: Some(fx::micros(start)),
        completed_at: Some(fx::micros(start + 5)),
        ..fx::session(&tenant)
    };
    tenant.keep_sessions(store, &[&session]).await;
    let at = |offset: i64| -> Option<Timestamp> { Some(fx::micros(start + offset)) };
    for (filter, expected) in [
        (SessionFilter { started_after: at(0), ..of(&tenant) }, 1),
        (SessionFilter { started_after: at(1), ..of(&tenant) }, 0),
        (SessionFilter { started_before: at(0), ..of(&tenant) }, 1),
        (SessionFilter { started_before: at(-1), ..of(&tenant) }, 0),
        (SessionFilter { completed_after: at(5), ..of(&tenant) }, 1),
        (SessionFilter { completed_after: at(6), ..of(&tenant) }, 0),
        (SessionFilter { completed_before: at(5), ..of(&tenant) }, 1),
        (SessionFilter { completed_before: at(4), ..of(&tenant) }, 0),
    ] {
        assert_eq!(listed(store, &tenant, &filter).await.len(), expected, "{filter:?}");
    }
}

/// `%`, `_` and `\` are what they are, and a NUL is no error.
pub async fn filters_take_wildcards_literally(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let ticket = |ticket: &str| Session { ticket_number: Some(ticket.to_owned()), ..fx::session(&tenant) };
    let sessions = [ticket("50%"), ticket("50x"), ticket("a_b"), ticket("axb"), ticket(r"d\e")];
    tenant.keep_sessions(store, &sessions.iter().collect::<Vec<_>>()).await;
    for (part, expected) in
        [("50%", &[0][..]), ("%", &[0]), ("_", &[2]), (r"\", &[4]), (r"\e", &[4]), ("5\0", &[])]
    {
        let filter = SessionFilter { ticket_number: Some(part.into()), ..of(&tenant) };
        let expected: Vec<_> = expected.iter().map(|&index: &usize| sessions[index].clone()).collect();
        assert_eq!(listed(store, &tenant, &filter).await, expected, "{part:?}");
    }
}

/// In ticket, client and flow name alike.
pub async fn filters_ignore_case_beyond_ascii(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = Session {
        ticket_number: Some("ТИКЕТ-7".into()),
        client_name: Some("Müller & ÇELİK".into()),
        tree_name: "Ärger Mit Ω".into(),
        ..fx::session(&tenant)
    };
    tenant.keep_sessions(store, &[&session]).await;
    for filter in [
        SessionFilter { ticket_number: Some("тикет".into()), ..of(&tenant) },
        SessionFilter { client_name: Some("MÜLLER".into()), ..of(&tenant) },
        SessionFilter { client_name: Some("çel".into()), ..of(&tenant) },
        SessionFilter { tree_name: Some("ärger".into()), ..of(&tenant) },
        SessionFilter { tree_name: Some("ω".into()), ..of(&tenant) },
    ] {
        assert_eq!(listed(store, &tenant, &filter).await.len(), 1, "{filter:?}");
    }
}

/// Sessions of one flow read in one page share its text; another account with the same text has its own.
pub async fn equal_snapshots_are_shared(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let first = fx::session(&tenant);
    let second = fx::session(&tenant);
    let else_where = Snapshot::from_json(r#"{"name":"else"}"#.into()).unwrap();
    let different = Session { snapshot: else_where, ..fx::session(&tenant) };
    tenant.keep_sessions(store, &[&first, &second, &different]).await;
    other.keep_sessions(store, &[&fx::session(&other)]).await;
    let found = listed(store, &tenant, &of(&tenant)).await;
    assert_eq!(found, [different, second, first]);
    assert!(found[1].snapshot.is_shared_with(&found[2].snapshot));
    assert_eq!(listed(store, &other, &of(&other)).await.len(), 1);
}
