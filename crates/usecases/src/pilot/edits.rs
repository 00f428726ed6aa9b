//! What an engineer makes of a note before it leaves. Kept as it was written, masked wherever it is read or sent.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_flowpilot::document::DocumentKind;
use rf_kernel::{AiSessionId, Failure, Revision, Timestamp, codes::STALE_REVISION};
use rf_notes::RedactionMode;
use rf_sessions::ai::{KeepNoteOutcome, KeptNote, NoteEdit};
use serde_json::json;

use super::{
    documents::{Noted, WrittenCase},
    locked_ai_session,
};
use crate::{App, Caller, audit::Event};

/// What is to become of a note.
#[derive(Clone, Debug)]
pub struct EditNote {
    /// Which.
    pub kind: DocumentKind,
    /// What it is to say; `None` is what is generated.
    pub text: Option<String>,
    /// How it is answered.
    pub mode: RedactionMode,
}

/// What an engineer made of a note.
#[derive(Clone, Debug)]
pub struct EditedNote {
    /// The text.
    pub text: String,
    /// Who wrote it, as far as they are known.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Whether the work still stands where it was written. Where it does not, what is generated leaves instead.
    pub holds: bool,
}

impl EditedNote {
    pub(super) fn of(kept: &KeptNote, standing: &str, by: Option<String>) -> Option<Self> {
        let NoteEdit { text, at, .. } = kept.edit.clone()?;
        Some(Self { text, by, at, holds: kept.edit_for(standing).is_some() })
    }
}

impl App {
    /// Keeps what an engineer made of a note, or takes it back. With `expected`, only if nobody was faster.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `stale_revision`, `validation_failed`, `forbidden`.
    pub async fn edit_note(
        &self,
        caller: &Caller,
        id: AiSessionId,
        asked: &EditNote,
        expected: Option<Revision>,
    ) -> Result<WrittenCase, Failure> {
        let EditNote { kind, text, mode } = asked;
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let (tenant, now) = (work.actor.account_id, work.ctx.now);
            let session = locked_ai_session(work, id).await?;
            session.require_worker(&work.actor)?;
            let noted = Noted::read(work, session.clone(), *kind).await?;
            let before = noted.kept.revision;
            if expected.is_some_and(|expected| expected != before) {
                return Err(stale());
            }
            let by = work.actor.user_id;
            let edit = text.as_deref().map(|text| NoteEdit::new(text, noted.standing.clone(), by, now));
            let edit = edit.transpose()?;
            if edit.is_none() && noted.kept.edit.is_none() {
                return noted.finished(*mode, None, None);
            }
            let kept = work.unit.keep_note_edit(tenant, id, *kind, edit.as_ref(), before).await?;
            if kept == KeepNoteOutcome::Stale {
                return Err(stale());
            }
            let (name, payload) = match &edit {
                Some(edit) => (
                    events::AI_SESSION_NOTE_EDITED,
                    json!({ "kind": kind.as_str(), "characters": edit.text.chars().count() }),
                ),
                None => (events::AI_SESSION_NOTE_RESET, json!({ "kind": kind.as_str() })),
            };
            let noted = Noted::read(work, session, *kind).await?;
            self.audit(work, Event::new(name, "ai_session", id.uuid(), payload)).await?;
            noted.finished(*mode, None, None)
        })
        .await
    }
}

fn stale() -> Failure {
    Failure::new(STALE_REVISION, "Somebody else changed this note first. Reload it.")
}
