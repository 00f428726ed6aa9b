//! What models drafted and engineers made of the notes of conversations.

use futures_util::future::join_all;
use rf_kernel::Revision;
use rf_sessions::ai::{AiSession, DocumentKind, KeepNoteOutcome, KeptNote, NoteEdit};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system_read};

const NOTE: DocumentKind = DocumentKind::ResolutionNote;

async fn conversation(store: &dyn Store, tenant: &Tenant) -> AiSession {
    let session = fx::ai_session(tenant);
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.commit().await.unwrap();
    session
}

async fn keep(
    store: &dyn Store,
    tenant: &Tenant,
    session: &AiSession,
    edit: Option<&NoteEdit>,
    expected: i64,
) -> KeepNoteOutcome {
    let mut unit = tenant.write(store).await;
    let outcome = unit.keep_note_edit(tenant.id(), session.id, NOTE, edit, Revision(expected)).await.unwrap();
    unit.commit().await.unwrap();
    outcome
}

async fn kept(store: &dyn Store, tenant: &Tenant, session: &AiSession) -> KeptNote {
    tenant.read(store).await.kept_note(tenant.id(), session.id, NOTE).await.unwrap()
}

/// A draft and an edit of one note leave each other alone; every kind has its own.
pub async fn a_draft_and_an_edit_are_kept_side_by_side(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = conversation(store, &tenant).await;
    assert_eq!(kept(store, &tenant, &session).await, KeptNote::default());
    let draft = fx::note_draft("one");
    let mut unit = tenant.write(store).await;
    unit.keep_note_draft(tenant.id(), session.id, NOTE, &draft).await.unwrap();
    unit.commit().await.unwrap();
    let drafted = KeptNote { draft: Some(draft), ..KeptNote::default() };
    assert_eq!(kept(store, &tenant, &session).await, drafted);
    let edit = fx::note_edit(&tenant, "Edited\nby hand 🕒");
    assert_eq!(keep(store, &tenant, &session, Some(&edit), 0).await, KeepNoteOutcome::Kept);
    let next = fx::note_draft("two");
    let mut unit = tenant.write(store).await;
    unit.keep_note_draft(tenant.id(), session.id, NOTE, &next).await.unwrap();
    unit.keep_note_draft(tenant.id(), session.id, DocumentKind::TicketSummary, &fx::note_draft("other"))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let both = KeptNote { draft: Some(next.clone()), edit: Some(edit), revision: Revision(1) };
    assert_eq!(kept(store, &tenant, &session).await, both);
    // As it was generated again; the count goes on.
    assert_eq!(keep(store, &tenant, &session, None, 1).await, KeepNoteOutcome::Kept);
    let reset = KeptNote { draft: Some(next), edit: None, revision: Revision(2) };
    assert_eq!(kept(store, &tenant, &session).await, reset);
}

/// Whoever saw an older text keeps nothing; of first edits side by side one is kept.
pub async fn a_stale_edit_of_a_note_is_refused(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = conversation(store, &tenant).await;
    let edit = fx::note_edit(&tenant, "First");
    assert_eq!(keep(store, &tenant, &session, Some(&edit), 3).await, KeepNoteOutcome::Stale);
    let outcomes = join_all((0..4).map(|_| keep(store, &tenant, &session, Some(&edit), 0))).await;
    let won = outcomes.into_iter().filter(|outcome| *outcome == KeepNoteOutcome::Kept).count();
    assert_eq!(won, 1);
    let next = fx::note_edit(&tenant, "Second");
    assert_eq!(keep(store, &tenant, &session, Some(&next), 0).await, KeepNoteOutcome::Stale);
    assert_eq!(keep(store, &tenant, &session, None, 2).await, KeepNoteOutcome::Stale);
    assert_eq!(kept(store, &tenant, &session).await.edit, Some(edit));
}

/// `fk_kept_notes_session`, `fk_kept_notes_author`.
pub async fn a_kept_note_names_what_is_there(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let (session, stray) = (conversation(store, &tenant).await, fx::ai_session(&tenant));
    let draft =
        tenant.write(store).await.keep_note_draft(tenant.id(), stray.id, NOTE, &fx::note_draft("a")).await;
    assert_constraint(draft, "fk_kept_notes_session");
    let (own, foreign) = (fx::note_edit(&tenant, "Edited"), fx::note_edit(&other, "Edited"));
    let first = Revision(0);
    let answer =
        tenant.write(store).await.keep_note_edit(tenant.id(), stray.id, NOTE, Some(&own), first).await;
    assert_constraint(answer, "fk_kept_notes_session");
    let answer =
        tenant.write(store).await.keep_note_edit(tenant.id(), session.id, NOTE, Some(&foreign), first).await;
    assert_constraint(answer, "fk_kept_notes_author");
}

/// Neither seen nor written, by naming one's own tenant or the owner.
pub async fn kept_notes_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let session = conversation(store, &owner).await;
    let edit = fx::note_edit(&owner, "Edited");
    assert_eq!(keep(store, &owner, &session, Some(&edit), 0).await, KeepNoteOutcome::Kept);
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.kept_note(tenant, session.id, NOTE).await.unwrap(), KeptNote::default());
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let theirs = fx::note_edit(&other, "Theirs");
        let mut unit = store.begin(access).await.unwrap();
        assert!(unit.keep_note_edit(tenant, session.id, NOTE, Some(&theirs), Revision(0)).await.is_err());
        drop(unit);
        let mut unit = store.begin(access).await.unwrap();
        assert!(unit.keep_note_draft(tenant, session.id, NOTE, &fx::note_draft("b")).await.is_err());
        drop(unit);
        let mut unit = store.begin(access).await.unwrap();
        let seen = unit.keep_note_edit(tenant, session.id, NOTE, Some(&theirs), Revision(1)).await;
        assert!(!matches!(seen, Ok(KeepNoteOutcome::Kept)), "{seen:?}");
    }
    let found = system_read(store).await.kept_note(owner.id(), session.id, NOTE).await.unwrap();
    assert_eq!(found.edit, Some(edit));
}
