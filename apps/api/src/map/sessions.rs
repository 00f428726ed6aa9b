//! Sessions, and the masking of their notes.

use rf_accounts::RedactionSettings;
use rf_api_types::{
    redaction::{NoteHitBody, NotePreviewResponse, RedactionRuleBody, RedactionSettingsResponse},
    sessions::{BatchProgressResponse, BatchSession, LogEntryResponse, SessionResponse, StoredFlow},
};
use rf_sessions::{LogEntry, Session};
use rf_usecases::{BatchProgress, NotePreview, SessionView};

pub(crate) fn batch_progress(progress: BatchProgress) -> BatchProgressResponse {
    BatchProgressResponse {
        batch_id: progress.batch_id.uuid(),
        tree_id: progress.tree_id.uuid(),
        tree_name: progress.tree_name,
        total: progress.total,
        waiting: progress.waiting,
        active: progress.active,
        completed: progress.completed,
        outcomes: progress.outcomes,
    }
}

pub(crate) fn session(view: SessionView) -> SessionResponse {
    SessionResponse {
        current_step_id: view.current_step_id,
        ai_session_id: view.ai_session_id.map(Into::into),
        ..session_in_list(view.session)
    }
}

pub(crate) fn session_in_list(session: Session) -> SessionResponse {
    SessionResponse {
        status: session.status(),
        id: session.id.uuid(),
        tree_id: session.tree_id.uuid(),
        user_id: session.user_id.uuid(),
        account_id: session.account_id.uuid(),
        tree_snapshot: StoredFlow(session.snapshot),
        path_taken: session.path_taken,
        decisions: session.decisions,
        custom_steps: session.custom_steps,
        session_variables: session.variables,
        scratchpad: session.scratchpad,
        ticket_number: session.ticket_number,
        client_name: session.client_name,
        batch_id: session.batch_id.map(Into::into),
        target_label: session.target_label,
        prepared_by_id: session.prepared_by_id.map(Into::into),
        assigned_to_id: session.assigned_to_id.map(Into::into),
        started_at: session.started_at,
        completed_at: session.completed_at,
        outcome: session.outcome,
        outcome_notes: session.outcome_notes,
        next_steps: session.next_steps,
        exported: session.exported,
        created_at: session.created_at,
        updated_at: session.updated_at,
        revision: session.revision.0,
        current_step_id: None,
        ai_session_id: None,
        active_seconds: session.active_seconds,
    }
}

pub(crate) fn redaction_settings(settings: RedactionSettings, can_edit: bool) -> RedactionSettingsResponse {
    let rule = |rule: rf_notes::CustomRule| RedactionRuleBody {
        name: rule.name,
        pattern: rule.pattern,
        label: rule.label,
        ignore_case: rule.ignore_case,
        whole_word: rule.whole_word,
    };
    RedactionSettingsResponse {
        hostnames: settings.options.hostnames,
        unc_paths: settings.options.unc_paths,
        guids: settings.options.guids,
        custom: settings.options.custom.into_iter().map(rule).collect(),
        updated_by_id: settings.updated_by_id.map(Into::into),
        updated_at: settings.updated_at,
        revision: settings.revision.0,
        can_edit,
    }
}

pub(crate) fn note_preview(NotePreview { preview, values }: NotePreview) -> NotePreviewResponse {
    let places = preview.utf16_ranges();
    let hits = preview.hits.iter().zip(places).map(|(hit, place)| NoteHitBody {
        key: hit.key.as_ref().map(|key| key.as_str().to_owned()),
        kind: hit.kind,
        start: place.start,
        end: place.end,
        start_byte: hit.range.start,
        end_byte: hit.range.end,
        kept: hit.kept,
        value: hit.key.as_ref().and_then(|key| values.get(key).cloned()),
    });
    NotePreviewResponse {
        hits: hits.collect(),
        unused: preview.unused.iter().map(|key| key.as_str().to_owned()).collect(),
        media_type: preview.note.media_type,
        summary: preview.note.redaction,
        text: preview.note.text,
    }
}

pub(crate) fn batch_session(session: &Session) -> Option<BatchSession> {
    Some(BatchSession {
        id: session.id.uuid(),
        batch_id: session.batch_id?.uuid(),
        target_label: session.target_label.clone()?,
        tree_id: session.tree_id.uuid(),
    })
}

pub(crate) fn log_entry(entry: LogEntry) -> LogEntryResponse {
    LogEntryResponse {
        seq: entry.seq,
        entry_id: entry.entry_id.map(Into::into),
        at: entry.at,
        actor_id: entry.actor_id.uuid(),
        kind: entry.kind,
        node_id: entry.node_id,
        title: entry.title,
        answer: entry.answer,
        option_id: entry.option_id,
        reason: entry.reason,
        notes: entry.notes,
    }
}
