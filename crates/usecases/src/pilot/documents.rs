//! What a conversation leaves in writing, each sentence with what it rests on.

use rf_auth_policy::{Action, decide, require};
use rf_flowpilot::{
    document::{Document, DocumentKind, Evidence, check, evidence_of, mended, render},
    llm::StepKind,
    prompts::{self, Drafted, NotePrompt},
    pseudonyms::{Finder, Pseudonyms},
};
use rf_kernel::{AiSessionId, Failure};
use rf_notes::{RedactionMode, RedactionSummary, Redactor};
use rf_sessions::ai::EngineNote;

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
                let AiSessionView { session, steps, fixes, signatures, .. } = view(work, session).await?;
                let known = Known { session, steps, fixes, signatures };
                Ok((known, pseudonyms, redaction_of(work).await?.options, may_ask))
            })
            .await?;
        let mut evidence = evidence_of(&known.case());
        let mut document = render(kind, &known.case());
        let rejected = check(&document, &evidence);
        if !rejected.is_empty() {
            tracing::warn!(
                sentences = rejected.len(),
                kind = kind.as_str(),
                "sentences without evidence were left out"
            );
            document = document.without(&rejected);
        }
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
        evidence.retain(|known| document.sentences().any(|sentence| sentence.evidence.contains(&known.id)));
        let mut summary = None;
        let mut text = document.markdown();
        if mode == RedactionMode::Mask {
            let redactor = Redactor::new(&rules).map_err(|rule| unusable_rule(&rule))?;
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
        let question = Question::new(model, need, score, session, sending, MAX_TOKENS, pseudonyms);
        let name = question.request.model.clone();
        let taken = self
            .ask(caller, session.id, model, &question, None, |answer| {
                let taken = prompts::take(&prompt, answer, &question.pseudonyms);
                taken.map_err(|refused| NoAnswer::Refused(refused.to_string()))
            })
            .await?;
        Ok(taken.map(|drafted| (name, drafted)))
    }
}
