//! What a conversation leaves in writing, each sentence with what it rests on.

use rf_auth_policy::{Action, require};
use rf_flowpilot::{
    Signature,
    document::{CaseRecord, Document, DocumentKind, Evidence, check, evidence_of, render},
};
use rf_kernel::{AiSessionId, Failure};
use rf_notes::{RedactionMode, RedactionOptions, RedactionSummary, Redactor};
use rf_sessions::ai::{AiSession, AiStep, EngineNote, SuggestedFix};

use super::{AiSessionView, ai_session_not_found, view};
use crate::{App, Caller, notes::unusable_rule, redaction::redaction_of};

/// A text to read before it leaves.
#[derive(Clone, Debug)]
pub struct WrittenCase {
    /// The text, in parts.
    pub document: Document,
    /// What its sentences rest on: those things alone that one of them names.
    pub evidence: Vec<Evidence>,
    /// The same as one text, in Markdown.
    pub text: String,
    /// How much was masked; `None` where nothing is to be.
    pub summary: Option<RedactionSummary>,
    /// What wrote it, and why it was no model where one was asked.
    pub engine: EngineNote,
}

impl App {
    /// Writes what a conversation amounts to. A sentence that says more than its evidence is left out; the account's
    /// masking runs over all of it, evidence too.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `validation_failed` when a rule of the account cannot be
    /// used, `forbidden`.
    pub async fn write_case(
        &self,
        caller: &Caller,
        id: AiSessionId,
        kind: DocumentKind,
        mode: RedactionMode,
    ) -> Result<WrittenCase, Failure> {
        let (case, rules) = self
            .read(caller, async |work| {
                require(&work.actor, Action::Read)?;
                let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
                let session = session.ok_or_else(ai_session_not_found)?;
                session.require_reader(&work.actor)?;
                Ok((view(work, session).await?, redaction_of(work).await?.options))
            })
            .await?;
        let AiSessionView { session, steps, fixes, signatures, .. } = &case;
        write_out((session, steps, fixes, signatures), kind, mode, &rules)
    }
}

/// Writes what a conversation amounts to, whoever asks: its engineer, or whoever hands it over.
pub(crate) fn write_out(
    (session, steps, fixes, signatures): (&AiSession, &[AiStep], &[SuggestedFix], &[Signature]),
    kind: DocumentKind,
    mode: RedactionMode,
    rules: &RedactionOptions,
) -> Result<WrittenCase, Failure> {
    let (mut document, mut evidence) = supported(kind, &CaseRecord { session, steps, fixes, signatures });
    evidence.retain(|known| document.sentences().any(|sentence| sentence.evidence.contains(&known.id)));
    let mut summary = None;
    let mut text = document.markdown();
    if mode == RedactionMode::Mask {
        let redactor = Redactor::new(rules).map_err(|rule| unusable_rule(&rule))?;
        let masked = redactor.redact(&text);
        (text, summary) = (masked.text, Some(masked.summary));
        let sentences = document.sections.iter_mut().flat_map(|section| &mut section.sentences);
        let texts = sentences.map(|sentence| &mut sentence.text);
        for part in texts.chain(evidence.iter_mut().map(|known| &mut known.text)) {
            *part = redactor.redact(part).text;
        }
    }
    Ok(WrittenCase { document, evidence, text, summary, engine: EngineNote::offline(None) })
}

/// A note of a case without the sentences that say more than their evidence, and all the evidence there is.
pub(crate) fn supported(kind: DocumentKind, record: &CaseRecord<'_>) -> (Document, Vec<Evidence>) {
    // That it was handed over is no step of the work.
    let steps: Vec<AiStep> = record.steps.iter().filter(|step| !step.is_briefing()).cloned().collect();
    let record = CaseRecord { steps: &steps, ..*record };
    let evidence = evidence_of(&record);
    let document = render(kind, &record);
    let rejected = check(&document, &evidence);
    if rejected.is_empty() {
        return (document, evidence);
    }
    tracing::warn!(
        sentences = rejected.len(),
        kind = kind.as_str(),
        "sentences without evidence were left out"
    );
    (document.without(&rejected), evidence)
}
