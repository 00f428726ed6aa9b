//! What a conversation leaves in writing, each sentence with what it rests on.

use rf_auth_policy::{Action, decide, require};
use rf_flowpilot::{
    Signature,
    document::{CaseRecord, Document, DocumentKind, Evidence, check, evidence_of, mended, render},
    llm::StepKind,
    prompts::{self, Drafted, NotePrompt},
    pseudonyms::{Finder, Pseudonyms},
};
use rf_kernel::{AiSessionId, Failure};
use rf_notes::{RedactionMode, RedactionOptions, RedactionSummary, Redactor};
use rf_sessions::ai::{AiSession, AiStep, EngineNote, SuggestedFix};

use super::{
    AiSessionView, Kept, ai_session_not_found,
    model::{Known, Model, NoAnswer, Question},
    view,
};
use crate::{App, Caller, notes::unusable_rule, redaction::redaction_of};

/// The longest note a model drafts, tokens.
const MAX_TOKENS: u32 = 4_000;

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
    /// Writes what a conversation amounts to. Where a model drafts it, each sentence is checked against its evidence, and
    /// what is refused is said in the deterministic words; without a model all of it is. The account's masking runs over
    /// all of it, evidence too.
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
        let (known, pseudonyms, rules, may_ask) = self
            .read(caller, async |work| {
                require(&work.actor, Action::Read)?;
                let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
                let session = session.ok_or_else(ai_session_not_found)?;
                session.require_reader(&work.actor)?;
                // Who only looks at a conversation spends nothing on it.
                let may_ask =
                    decide(&work.actor, Action::RunSessions) && session.require_worker(&work.actor).is_ok();
                let pseudonyms = Kept::of(&session)?.pseudonyms(&session);
                let AiSessionView { session, mut steps, fixes, signatures, .. } = view(work, session).await?;
                steps.retain(|step| !step.is_briefing());
                let known = Known { session, steps, fixes, signatures };
                Ok((known, pseudonyms, redaction_of(work).await?.options, may_ask))
            })
            .await?;
        let (mut document, evidence) = supported(kind, &known.case());
        let mut engine = EngineNote::offline(None);
        if let Some(model) = self.model.as_ref().filter(|_| may_ask && caller.held.is_none()) {
            let finder = Finder::new(&rules).map_err(|rule| unusable_rule(&rule))?;
            match self.draft(caller, model, kind, &known, &finder, pseudonyms).await? {
                Ok((name, drafted)) => {
                    tracing::info!(
                        sentences = drafted.refused.len(),
                        kind = kind.as_str(),
                        "sentences of a model were refused"
                    );
                    document = mended(&drafted.document, &drafted.refused, &document);
                    engine = EngineNote { name, reason: None };
                }
                Err(none) => engine = EngineNote::offline(Some(none.sentence())),
            }
        }
        finished(document, evidence, mode, &rules, engine)
    }

    /// Has a model draft it; answers its name with what is left of the draft.
    async fn draft(
        &self,
        caller: &Caller,
        model: &Model,
        kind: DocumentKind,
        known: &Known,
        finder: &Finder,
        mut pseudonyms: Pseudonyms,
    ) -> Result<Result<(String, Drafted), NoAnswer>, Failure> {
        let case = known.case();
        let prompt = NotePrompt::new(kind, &case);
        let sending = prompts::ask(&prompt, finder, &mut pseudonyms);
        let session = &known.session;
        let (need, score) = (StepKind::Documentation, session.confidence_score);
        let question = Question::new(model, need, score, session.turn, sending, MAX_TOKENS, pseudonyms);
        let name = question.request.model.clone();
        let taken = self
            .ask(caller.claims.account_id, session.id, model, &question, None, |answer| {
                let taken = prompts::take(&prompt, answer, &question.pseudonyms);
                taken.map_err(|refused| NoAnswer::Refused(refused.to_string()))
            })
            .await?;
        Ok(taken.map(|drafted| (name, drafted)))
    }
}

/// Writes what a conversation amounts to, whoever asks: its engineer, or whoever hands it over.
pub(crate) fn write_out(
    (session, steps, fixes, signatures): (&AiSession, &[AiStep], &[SuggestedFix], &[Signature]),
    kind: DocumentKind,
    mode: RedactionMode,
    rules: &RedactionOptions,
) -> Result<WrittenCase, Failure> {
    let (document, evidence) = supported(kind, &CaseRecord { session, steps, fixes, signatures });
    finished(document, evidence, mode, rules, EngineNote::offline(None))
}

/// A note as it is handed out: with the evidence its sentences name and no other, and masked where that is wanted.
fn finished(
    mut document: Document,
    mut evidence: Vec<Evidence>,
    mode: RedactionMode,
    rules: &RedactionOptions,
    engine: EngineNote,
) -> Result<WrittenCase, Failure> {
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
    Ok(WrittenCase { document, evidence, text, summary, engine })
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
