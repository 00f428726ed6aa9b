//! What is kept of the notes of conversations.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, Revision, StoreError};
use rf_sessions::ai::{DocumentKind, KeepNoteOutcome, KeptNote, KeptNoteRepository, NoteDraft, NoteEdit};

use crate::{
    state::{State, require},
    unit::{MemoryUnit, View},
};

fn is_own(state: &State, view: View, tenant: AccountId, id: AiSessionId) -> bool {
    view.covers(tenant) && state.ai_sessions.get(&id).is_some_and(|session| session.account_id == tenant)
}

#[async_trait]
impl KeptNoteRepository for MemoryUnit {
    async fn kept_note(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
    ) -> Result<KeptNote, StoreError> {
        self.read(|state, view| {
            let known =
                state.kept_notes.get(&(session, kind)).filter(|_| is_own(state, view, tenant, session));
            Ok(known.cloned().unwrap_or_default())
        })
    }

    async fn keep_note_draft(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        draft: &NoteDraft,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            require(is_own(state, view, tenant, session), "fk_kept_notes_session")?;
            let known = state.kept_notes.get(&(session, kind)).cloned().unwrap_or_default();
            state.kept_notes.put((session, kind), KeptNote { draft: Some(draft.clone()), ..known });
            Ok(())
        })
    }

    async fn keep_note_edit(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        edit: Option<&NoteEdit>,
        expected: Revision,
    ) -> Result<KeepNoteOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            let known =
                state.kept_notes.get(&(session, kind)).filter(|_| is_own(state, view, tenant, session));
            let known = known.cloned().unwrap_or_default();
            if known.revision != expected {
                return Ok(KeepNoteOutcome::Stale);
            }
            require(is_own(state, view, tenant, session), "fk_kept_notes_session")?;
            state.require_user(tenant, edit.map(|edit| edit.by), "fk_kept_notes_author")?;
            let note = KeptNote { edit: edit.cloned(), revision: Revision(expected.0 + 1), ..known };
            state.kept_notes.put((session, kind), note);
            Ok(KeepNoteOutcome::Kept)
        })
    }
}
