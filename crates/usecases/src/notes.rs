//! The note of a session: looked at first, then exported.

use std::collections::BTreeMap;

use rf_audit::events;
use rf_kernel::{Checks, Failure, SessionId};
use rf_notes::{
    Format, HitKey, MAX_CHOICES, MAX_MARKED_LENGTH, NoteError, NoteInput, NoteOptions, Preview,
    RedactionChoices, RedactionMode, RedactionSummary, RuleError, preview, render_with,
};
use rf_sessions::{NoteSource, codes::REDACTION_FAILED, note_input};
use serde_json::json;

use crate::{App, Caller, redaction::redaction_of, sessions::session_not_found};

/// How a note is wanted.
#[derive(Clone, Debug, Default)]
pub struct NoteRequest {
    /// Form and parts. Detectors that are on here run beside those of the account, whose rules always run.
    pub options: NoteOptions,
    /// What the engineer decided after a look at it.
    pub choices: RedactionChoices,
}

/// A finished note.
#[derive(Clone, Debug)]
pub struct ExportedNote {
    /// The text.
    pub text: String,
    /// Its media type.
    pub media_type: &'static str,
    /// How it was masked.
    pub mode: RedactionMode,
    /// How much was masked; counts only.
    pub summary: Option<RedactionSummary>,
}

/// A note to look at before it leaves.
#[derive(Debug)]
pub struct NotePreview {
    /// The note, and where in it something is masked or kept.
    pub preview: Preview,
    /// What the findings that may be kept read like, by their keys.
    pub values: BTreeMap<HitKey, String>,
}

impl App {
    /// Renders the note of a session and records that it was made: every time where something is not masked, else once
    /// for a form until something else happens. Rendering holds no unit; when masking fails, no text leaves.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `validation_failed`, `redaction_failed`.
    pub async fn export_note(
        &self,
        caller: &Caller,
        id: SessionId,
        request: &NoteRequest,
    ) -> Result<ExportedNote, Failure> {
        let Material { input, options, recorded } = self.note_source(caller, id, request).await?;
        let note = render_with(&input, &options, &request.choices).map_err(refused)?;
        // What leaves unmasked, even in part, is recorded every time.
        let is_masked = options.redaction == RedactionMode::Mask && request.choices.keep.is_empty();
        if !is_masked || !recorded {
            self.change_session(caller, id, async |work, session, _| {
                let format = format_name(&options);
                let payload = json!({ "format": format, "masking": options.redaction });
                self.audit_session(work, session, events::SESSION_EXPORTED, payload).await?;
                Ok(vec![session.mark_exported(format, &work.actor, work.ctx.now)])
            })
            .await?;
        }
        Ok(ExportedNote {
            text: note.text,
            media_type: options.format.media_type(),
            mode: options.redaction,
            summary: note.redaction,
        })
    }

    /// The note as [`App::export_note`] would make it, with everything that is masked in it. Records nothing.
    ///
    /// # Errors
    /// As [`App::export_note`].
    pub async fn preview_note(
        &self,
        caller: &Caller,
        id: SessionId,
        request: &NoteRequest,
    ) -> Result<NotePreview, Failure> {
        let Material { input, options, .. } = self.note_source(caller, id, request).await?;
        let seen = preview(&input, &options, &request.choices).map_err(refused)?;
        // What it would read like with everything kept; plain text, which escapes nothing.
        let keys: BTreeMap<&HitKey, ()> =
            seen.hits.iter().filter_map(|hit| Some((hit.key.as_ref()?, ()))).collect();
        let mut values = BTreeMap::new();
        let keys: Vec<HitKey> = keys.into_keys().cloned().collect();
        for some in keys.chunks(MAX_CHOICES) {
            let choices = RedactionChoices { keep: some.to_vec(), mask: request.choices.mask.clone() };
            let options = NoteOptions { format: Format::Text, ..options.clone() };
            let shown = preview(&input, &options, &choices).map_err(refused)?;
            for hit in shown.hits.into_iter().filter(|hit| hit.kept) {
                if let Some(key) = hit.key {
                    values.entry(key).or_insert_with(|| shown.note.text[hit.range].to_owned());
                }
            }
        }
        Ok(NotePreview { preview: seen, values })
    }

    /// What the note is made from, and the options with what the account has masked.
    async fn note_source(
        &self,
        caller: &Caller,
        id: SessionId,
        request: &NoteRequest,
    ) -> Result<Material, Failure> {
        let mut checks = Checks::new();
        let RedactionChoices { keep, mask } = &request.choices;
        checks.count("redaction.keep", keep.len(), MAX_CHOICES);
        checks.count("redaction.mask", mask.len(), MAX_CHOICES);
        for (index, text) in mask.iter().enumerate().filter(|(_, text)| text.len() > MAX_MARKED_LENGTH) {
            let message = format!("has {} bytes; at most {MAX_MARKED_LENGTH} are accepted", text.len());
            checks.refuse(format!("redaction.mask[{index}]"), "too_long", message);
        }
        checks.finish()?;
        let (session, log, names, account) = self
            .read(caller, async |work| {
                let tenant = work.actor.account_id;
                let session = work.unit.session_by_id(tenant, id).await?.ok_or_else(session_not_found)?;
                session.require_access(&work.actor)?;
                let log = work.unit.session_log(tenant, id).await?;
                Ok((session, log, Self::names(work).await?, redaction_of(work).await?.options))
            })
            .await?;
        let mut options = request.options.clone();
        let rules = &mut options.rules;
        rules.hostnames |= account.hostnames;
        rules.unc_paths |= account.unc_paths;
        rules.guids |= account.guids;
        rules.custom = account.custom;
        let flow = session.flow()?;
        let source = NoteSource { session: &session, flow: &flow, log: &log, names: &names };
        let recorded = session.is_exported_as(format_name(&options), caller.claims.user_id, log.last());
        Ok(Material { input: note_input(&source), options, recorded })
    }
}

/// What a note is made from.
struct Material {
    input: NoteInput,
    options: NoteOptions,
    /// The caller's export in this form is the last thing the log says.
    recorded: bool,
}

/// The refusal of a rule of the account that cannot be used.
pub(crate) fn unusable_rule(rule: &RuleError) -> Failure {
    let message = format!("{rule}. An admin can change the account's redaction rules.");
    Failure::invalid_field("redaction", "unusable_rule", message)
}

pub(crate) fn refused(error: NoteError) -> Failure {
    match &error {
        NoteError::RedactionFailed { .. } => Failure {
            cause: Some(Box::new(error)),
            ..Failure::new(REDACTION_FAILED, "Redaction processing failed")
        },
        // Rules are checked when they are saved; one may yet be too much for a later version.
        NoteError::Rule(rule) => unusable_rule(rule),
        NoteError::TooManyChoices { .. } => {
            Failure::invalid_field("redaction", "too_many", error.to_string())
        }
    }
}

const fn format_name(options: &NoteOptions) -> &'static str {
    match options.format {
        rf_notes::Format::Text => "text",
        rf_notes::Format::Markdown => "markdown",
        rf_notes::Format::Html => "html",
        rf_notes::Format::Psa => "psa",
    }
}
