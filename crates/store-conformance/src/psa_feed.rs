//! How accounts hear of changes in their PSA, and what people say about time: one feed, each callback once, edits by
//! revision.

use futures_util::future::join_all;
use rf_kernel::Revision;
use rf_psa::{ChangeKind, PsaCallback, PsaFeed, SessionRef, TimeEdit};
use rf_sessions::{
    Session,
    ai::{AiSession, AiSessionStatus},
};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint};

/// Kept, changed, taken away; who has a connection is known.
pub async fn an_account_has_one_feed(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = fx::psa_feed(&tenant);
    let next = PsaFeed {
        connection_id: fx::id(),
        token_id: fx::id(),
        callback_id: Some(7.into()),
        problem: Some("Häuser 🕒".into()),
        seen_until: Some(fx::at(3)),
        synced_at: Some(fx::at(4)),
        updated_at: fx::at(5),
        ..first.clone()
    };
    assert_eq!(tenant.read(store).await.psa_feed(tenant.id()).await.unwrap(), None);
    for feed in [&first, &next, &first] {
        let mut unit = tenant.write(store).await;
        unit.put_psa_feed(feed).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(tenant.read(store).await.psa_feed(tenant.id()).await.unwrap().as_ref(), Some(feed));
    }
    let mut unit = tenant.write(store).await;
    unit.insert_psa_connection(&fx::psa_connection(&tenant)).await.unwrap();
    assert_eq!(unit.accounts_with_psa().await.unwrap(), [tenant.id()]);
    assert!(unit.delete_psa_feed(tenant.id()).await.unwrap());
    assert!(!unit.delete_psa_feed(tenant.id()).await.unwrap());
    unit.commit().await.unwrap();
    let mut system = store.begin(Access::system_read()).await.unwrap();
    assert!(system.accounts_with_psa().await.unwrap().contains(&tenant.id()));
}

/// Of the same delivery at the same time one is new; another account may have one with the same body; the old go.
pub async fn a_callback_is_kept_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let outcomes = join_all((0..4).map(async |_| {
        let mut unit = tenant.write(store).await;
        let kept = unit.keep_psa_callback(&fx::psa_callback(&tenant, "Häuser 🕒")).await.unwrap();
        unit.commit().await.unwrap();
        kept
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept).count(), 1);
    let mut unit = other.write(store).await;
    assert!(unit.keep_psa_callback(&fx::psa_callback(&other, "Häuser 🕒")).await.unwrap());
    unit.commit().await.unwrap();
    let mut unit = tenant.write(store).await;
    let bare = PsaCallback { ticket: None, received_at: fx::at(9), ..fx::psa_callback(&tenant, "next") };
    assert!(unit.keep_psa_callback(&bare).await.unwrap());
    assert_eq!(unit.prune_psa_callbacks(tenant.id(), fx::at(9)).await.unwrap(), 1);
    assert!(!unit.keep_psa_callback(&bare).await.unwrap(), "what is not older stays");
    assert!(unit.keep_psa_callback(&fx::psa_callback(&tenant, "Häuser 🕒")).await.unwrap());
    unit.commit().await.unwrap();
}

/// Of both kinds, as they were written, those worked on last first, each once; what has ended is not among them.
pub async fn tickets_under_way_are_those_of_open_sessions(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let conversation = |ticket: &str, at: i64, status| {
        let mut session = fx::ai_session(&tenant);
        session.psa_ticket_id = Some(ticket.into());
        session.updated_at = fx::at(at);
        session.status = status;
        session
    };
    let ai: Vec<AiSession> = vec![
        conversation("100", 60, AiSessionStatus::Active),
        conversation("100", 90, AiSessionStatus::Escalated),
        conversation("#101", 70, AiSessionStatus::Paused),
        conversation("102", 99, AiSessionStatus::Resolved),
        conversation("103", 99, AiSessionStatus::Abandoned),
    ];
    let mut open = fx::session(&tenant);
    open.ticket_number = Some("#100".into());
    open.updated_at = fx::at(80);
    let ended = Session {
        id: fx::id(),
        ticket_number: Some("104".into()),
        completed_at: Some(fx::at(98)),
        ..fx::session(&tenant)
    };
    let mut unit = tenant.write(store).await;
    for session in &ai {
        unit.insert_ai_session(session).await.unwrap();
    }
    for session in [&open, &ended] {
        unit.insert_session(session).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.tickets_under_way(tenant.id(), 10).await.unwrap(), ["100", "#100", "#101"]);
    assert_eq!(unit.tickets_under_way(tenant.id(), 2).await.unwrap(), ["100", "#100"]);
    let found = unit.sessions_of_ticket(tenant.id(), &["100".into(), "#100".into()]).await.unwrap();
    assert_eq!(
        found,
        [SessionRef::Ai(ai[0].id), SessionRef::Ai(ai[1].id), SessionRef::Guided(open.id)],
        "conversations first, each in order of its id"
    );
    for gone in ["102", "103", "104", "999"] {
        assert_eq!(unit.sessions_of_ticket(tenant.id(), &[gone.into()]).await.unwrap(), [], "{gone}");
    }
}

/// Said once, changed by who saw it last. `fk_psa_time_edits_person`.
pub async fn a_time_edit_is_changed_by_who_knows_it(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let first = fx::time_edit(&tenant);
    let stray = TimeEdit { edited_by: other.user.id, ..first.clone() };
    assert_constraint(
        tenant.write(store).await.keep_time_edit(&stray, None).await,
        "fk_psa_time_edits_person",
    );
    let outcomes = join_all((0..3).map(async |_| {
        let mut unit = tenant.write(store).await;
        let kept = unit.keep_time_edit(&first, None).await.unwrap();
        unit.commit().await.unwrap();
        kept
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept).count(), 1);
    let next = TimeEdit {
        minutes: Some(45),
        billable: Some(false),
        work_type: Some(7.into()),
        note: Some("Häuser 🕒".into()),
        taken_by: Some(fx::push(&tenant, 1).key),
        edited_by: tenant.colleague.id,
        updated_at: fx::at(9),
        revision: Revision(2),
        ..first.clone()
    };
    let mut unit = tenant.write(store).await;
    assert!(!unit.keep_time_edit(&next, Some(Revision(2))).await.unwrap());
    assert!(unit.keep_time_edit(&next, Some(Revision::FIRST)).await.unwrap());
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.time_edit(tenant.id(), first.session).await.unwrap(), Some(next));
    let guided = SessionRef::Guided(first.session.uuid().into());
    assert_eq!(unit.time_edit(tenant.id(), guided).await.unwrap(), None);
}

/// With its session, the newest alone. `fk_psa_kept_tickets_session`.
pub async fn a_session_s_ticket_is_kept(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = fx::session(&tenant);
    let mut unit = tenant.write(store).await;
    unit.insert_session(&session).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(tenant.read(store).await.kept_ticket(tenant.id(), session.id).await.unwrap(), None);
    let first = fx::ticket_snapshot();
    let mut next = fx::ticket_snapshot();
    next.warning = Some("Häuser 🕒 \0".into());
    next.note_change(ChangeKind::Status, "Closed", fx::at(3));
    for ticket in [&first, &next] {
        let mut unit = tenant.write(store).await;
        unit.keep_ticket(tenant.id(), session.id, ticket).await.unwrap();
        unit.commit().await.unwrap();
        let mut unit = tenant.read(store).await;
        assert_eq!(unit.kept_ticket(tenant.id(), session.id).await.unwrap().as_ref(), Some(ticket));
    }
    let mut unit = other.write(store).await;
    let stray = unit.keep_ticket(other.id(), session.id, &first).await;
    assert_constraint(stray, "fk_psa_kept_tickets_session");
}

/// Neither seen nor changed, by naming one's own tenant or the owner.
pub async fn feeds_and_edits_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (feed, edit) = (fx::psa_feed(&owner), fx::time_edit(&owner));
    let mut session = fx::ai_session(&owner);
    session.psa_ticket_id = Some("100".into());
    let (guided, ticket) = (fx::session(&owner), fx::ticket_snapshot());
    let mut unit = owner.write(store).await;
    unit.insert_session(&guided).await.unwrap();
    unit.keep_ticket(owner.id(), guided.id, &ticket).await.unwrap();
    unit.insert_psa_connection(&fx::psa_connection(&owner)).await.unwrap();
    unit.put_psa_feed(&feed).await.unwrap();
    unit.keep_psa_callback(&fx::psa_callback(&owner, "one")).await.unwrap();
    unit.keep_time_edit(&edit, None).await.unwrap();
    unit.insert_ai_session(&session).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = other.read(store).await;
    assert_eq!(unit.accounts_with_psa().await.unwrap(), []);
    drop(unit);
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.psa_feed(tenant).await.unwrap(), None);
        assert_eq!(unit.time_edit(tenant, edit.session).await.unwrap(), None);
        assert_eq!(unit.kept_ticket(tenant, guided.id).await.unwrap(), None);
        assert_eq!(unit.tickets_under_way(tenant, 10).await.unwrap(), Vec::<String>::new());
        assert_eq!(unit.sessions_of_ticket(tenant, &["100".into()]).await.unwrap(), []);
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert!(!unit.delete_psa_feed(tenant).await.unwrap());
        assert_eq!(unit.prune_psa_callbacks(tenant, fx::at(99)).await.unwrap(), 0);
        unit.commit().await.unwrap();
    }
    let mut unit = owner.read(store).await;
    assert_eq!(unit.psa_feed(owner.id()).await.unwrap(), Some(feed));
    assert_eq!(unit.time_edit(owner.id(), edit.session).await.unwrap(), Some(edit));
}
