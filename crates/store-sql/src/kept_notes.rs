//! What is kept of the notes of conversations.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, Revision, StoreError};
use rf_sessions::ai::{DocumentKind, KeepNoteOutcome, KeptNote, KeptNoteRepository, NoteDraft, NoteEdit};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryResult, QueryTrait, Set,
    sea_query::OnConflict,
};

use crate::{
    convert::{corrupt, from_json, instant, json, micros},
    dialect::store_error,
    entities::kept_notes::{ActiveModel, Column, Entity, Model},
    unit::SqlUnit,
};

fn note(row: &QueryResult) -> Result<KeptNote, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    let edit = match (row.text, row.standing, row.edited_by_id, row.edited_at) {
        (None, None, None, None) => None,
        (Some(text), Some(standing), Some(by), Some(at)) => {
            Some(NoteEdit { text, standing, by: by.into(), at: instant(at)? })
        }
        _ => return Err(corrupt("half an edit of a note".to_owned())),
    };
    let draft = row.draft.as_deref().map(from_json).transpose()?;
    Ok(KeptNote { draft, edit, revision: Revision(row.revision) })
}

/// A note of which nothing is kept yet.
fn blank(tenant: AccountId, session: AiSessionId, kind: DocumentKind) -> Model {
    Model {
        account_id: tenant.into(),
        session_id: session.into(),
        kind: kind.as_str().to_owned(),
        draft: None,
        text: None,
        standing: None,
        edited_by_id: None,
        edited_at: None,
        revision: 0,
    }
}

const KEY: [Column; 3] = [Column::AccountId, Column::SessionId, Column::Kind];

#[async_trait]
impl KeptNoteRepository for SqlUnit {
    async fn kept_note(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
    ) -> Result<KeptNote, StoreError> {
        let query = Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::SessionId.eq(session.uuid()))
            .filter(Column::Kind.eq(kind.as_str()))
            .into_query();
        Ok(self.read_one(&query, note).await?.unwrap_or_default())
    }

    async fn keep_note_draft(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        draft: &NoteDraft,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let draft = Some(self.check(json(draft))?);
        let row = Model { draft, ..blank(tenant, session, kind) };
        let known = OnConflict::columns(KEY).update_column(Column::Draft).to_owned();
        self.write(&Entity::insert(row.into_active_model()).on_conflict(known).into_query()).await?;
        Ok(())
    }

    async fn keep_note_edit(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        edit: Option<&NoteEdit>,
        expected: Revision,
    ) -> Result<KeepNoteOutcome, StoreError> {
        self.require_write_to(tenant)?;
        if expected == Revision(0) {
            // The row is there before it is changed: of two first edits side by side one is too late.
            let known = OnConflict::columns(KEY).do_nothing().to_owned();
            let row = blank(tenant, session, kind).into_active_model();
            self.write(&Entity::insert(row).on_conflict(known).into_query()).await?;
        }
        let changes = ActiveModel {
            text: Set(edit.map(|edit| edit.text.clone())),
            standing: Set(edit.map(|edit| edit.standing.clone())),
            edited_by_id: Set(edit.map(|edit| edit.by.into())),
            edited_at: Set(edit.map(|edit| micros(edit.at))),
            revision: Set(expected.0 + 1),
            ..Default::default()
        };
        let update = Entity::update_many()
            .set(changes)
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::SessionId.eq(session.uuid()))
            .filter(Column::Kind.eq(kind.as_str()))
            .filter(Column::Revision.eq(expected.0));
        let kept = self.write(&update.into_query()).await?;
        Ok(if kept == 0 { KeepNoteOutcome::Stale } else { KeepNoteOutcome::Kept })
    }
}
