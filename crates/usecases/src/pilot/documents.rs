//! What a conversation leaves in writing, each sentence with what it rests on.
//!
//! A draft of a model is kept as long as the case stands as it did: whoever looks at it again, masked or not, sees the same
//! words and spends nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use rf_auth_policy::{Action, decide, require};
use rf_flowpilot::{
    Signature,
    document::{
        CaseRecord, Document, DocumentKind, Evidence, check, digest_of, evidence_of, mended, render,
        standing_of,
    },
    llm::StepKind,
    prompts::{self, Drafted, LiveNote, NotePrompt},
    pseudonyms::{Finder, Pseudonyms},
};
use rf_kernel::{AiSessionId, Failure, Revision};
use rf_notes::{RedactionMode, RedactionOptions, RedactionSummary, Redactor};
use rf_sessions::ai::{AiSession, AiStep, EngineNote, KeptNote, NoteDraft, SuggestedFix};
use serde::Deserialize;

use super::{
    AiSessionView, Kept, LiveWords, ai_session_not_found,
    edits::EditedNote,
    model::{Known, Model, NoAnswer, Question, Reader, Showing},
    view,
};
use crate::{App, Caller, Work, notes::unusable_rule, redaction::redaction_of};

/// The longest note a model drafts, tokens.
const MAX_TOKENS: u32 = 4_000;

/// A text somebody wants to read.
#[derive(Clone, Copy, Debug)]
pub struct WriteNote {
    /// Which.
    pub kind: DocumentKind,
    /// Whether what is private is masked.
    pub mode: RedactionMode,
    /// Whether a model drafts it again that drafted it before.
    pub anew: bool,
}

/// A text to read before it leaves.
#[derive(Clone, Debug)]
pub struct WrittenCase {
    /// The text as it is generated, in parts.
    pub document: Document,
    /// What its sentences rest on: those things alone that one of them names.
    pub evidence: Vec<Evidence>,
    /// What leaves, as one text in Markdown: the engineer's own where there is one that still holds.
    pub text: String,
    /// How much was masked in it; `None` where nothing is to be.
    pub summary: Option<RedactionSummary>,
    /// What wrote the generated text, and why it was no model where one was asked.
    pub engine: EngineNote,
    /// What its engineer made of it.
    pub edit: Option<EditedNote>,
    /// Counts what engineers made of it.
    pub revision: Revision,
}

/// A text that may be read, with all it is made from. Nothing is written yet.
#[derive(Debug)]
pub struct PlannedNote {
    asked: WriteNote,
    pub(super) noted: Noted,
    question: Option<Box<Question>>,
}

/// What a note of a conversation is made from.
#[derive(Debug)]
pub(super) struct Noted {
    known: Known,
    /// What it says without a model, and all it may rest on.
    plain: Document,
    evidence: Vec<Evidence>,
    /// Tells whether a draft is of this case.
    digest: String,
    /// Tells whether an edit is.
    pub(super) standing: String,
    pub(super) kept: KeptNote,
    /// Who edited it.
    editor: Option<String>,
    rules: RedactionOptions,
    pseudonyms: Pseudonyms,
}

impl Noted {
    /// Reads it.
    pub(super) async fn read(
        work: &mut Work,
        session: AiSession,
        kind: DocumentKind,
    ) -> Result<Self, Failure> {
        let pseudonyms = Kept::of(&session)?.pseudonyms(&session);
        let kept = work.unit.kept_note(session.account_id, session.id, kind).await?;
        let AiSessionView { session, mut steps, fixes, signatures, .. } = view(work, session).await?;
        steps.retain(|step| !step.is_briefing());
        let known = Known { session, steps, fixes, signatures };
        let (plain, evidence) = supported(kind, &known.case());
        let editor = match &kept.edit {
            Some(edit) => App::names(work).await?.remove(&edit.by),
            None => None,
        };
        Ok(Self {
            digest: digest_of(&plain, &evidence),
            standing: standing_of(&known.case()),
            rules: redaction_of(work).await?.options,
            known,
            plain,
            evidence,
            kept,
            editor,
            pseudonyms,
        })
    }

    /// What a model drafted of this case.
    fn draft(&self) -> Option<(Document, EngineNote)> {
        let draft = self.kept.draft.as_ref().filter(|draft| draft.digest == self.digest)?;
        // One of another version is drafted again.
        let document = Document::deserialize(&draft.document).ok()?;
        Some((document, draft.engine.clone()))
    }

    /// The text as it is handed out: drafted where it was, else plain.
    pub(super) fn finished(
        self,
        mode: RedactionMode,
        drafted: Option<(Document, EngineNote)>,
        reason: Option<String>,
    ) -> Result<WrittenCase, Failure> {
        let (document, engine) =
            drafted.or_else(|| self.draft()).unwrap_or((self.plain, EngineNote::offline(reason)));
        let edited = EditedNote::of(&self.kept, &self.standing, self.editor);
        let mut case = finished(document, self.evidence, mode, &self.rules, engine)?;
        case.revision = self.kept.revision;
        if let Some(mut edit) = edited {
            let redactor = redactor(mode, &self.rules)?;
            let masked = redactor.map(|redactor| redactor.redact(&edit.text));
            let summary = masked.map(|masked| {
                edit.text = masked.text;
                masked.summary
            });
            if edit.holds {
                (case.text, case.summary) = (edit.text.clone(), summary);
            }
            case.edit = Some(edit);
        }
        Ok(case)
    }
}

impl App {
    /// Looks at what a note of a conversation is made from, and what a model would be asked to draft it; writes nothing.
    /// None is asked where the engineer's own text holds, or a draft of this case is there.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `validation_failed` when a rule of the account cannot be
    /// used, `forbidden`.
    pub async fn plan_note(
        &self,
        caller: &Caller,
        id: AiSessionId,
        asked: WriteNote,
    ) -> Result<PlannedNote, Failure> {
        let (mut noted, may_ask) = self
            .read(caller, async |work| {
                require(&work.actor, Action::Read)?;
                let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
                let session = session.ok_or_else(ai_session_not_found)?;
                session.require_reader(&work.actor)?;
                // Who only looks at a conversation spends nothing on it.
                let may_ask =
                    decide(&work.actor, Action::RunSessions) && session.require_worker(&work.actor).is_ok();
                Ok((Noted::read(work, session, asked.kind).await?, may_ask))
            })
            .await?;
        redactor(asked.mode, &noted.rules)?;
        let is_there = noted.kept.edit_for(&noted.standing).is_some() || noted.draft().is_some();
        let may_ask = may_ask && caller.held.is_none() && (asked.anew || !is_there);
        let mut question = None;
        if let Some(model) = self.model.as_ref().filter(|_| may_ask) {
            let finder = Finder::new(&noted.rules).map_err(|rule| unusable_rule(&rule))?;
            let case = noted.known.case();
            let sending = prompts::ask(&NotePrompt::new(asked.kind, &case), &finder, &mut noted.pseudonyms);
            let session = &noted.known.session;
            let (need, score) = (StepKind::Documentation, session.confidence_score);
            let pseudonyms = noted.pseudonyms.clone();
            question =
                Some(Question::new(model, need, score, session.turn, sending, MAX_TOKENS, pseudonyms).into());
        }
        Ok(PlannedNote { asked, noted, question })
    }

    /// Writes the note as planned. Where a model drafts it, each sentence is checked against its evidence, and what is
    /// refused is said in the deterministic words; without a model all of it is. The account's masking runs over all of it,
    /// evidence too. `live` hears sentences as they are checked, masked likewise; what is answered replaces them.
    ///
    /// # Errors
    /// Those of [`App::plan_note`].
    pub async fn finish_note(
        &self,
        caller: &Caller,
        planned: PlannedNote,
        live: Option<&LiveWords>,
    ) -> Result<WrittenCase, Failure> {
        let PlannedNote { asked: WriteNote { kind, mode, .. }, noted, question } = planned;
        let (mut drafted, mut reason) = (None, None);
        let has_shown = AtomicBool::new(false);
        if let (Some(model), Some(question)) = (&self.model, &question) {
            match self.draft(caller, model, kind, mode, (&noted, question), (live, &has_shown)).await? {
                Ok(draft) => drafted = Some(draft),
                Err(none) => reason = Some(none.sentence()),
            }
        }
        let case = noted.finished(mode, drafted, reason)?;
        if let Some(live) =
            live.filter(|_| !has_shown.load(Ordering::Relaxed) && case.text == case.document.markdown())
        {
            for piece in case.document.pieces() {
                live.say(piece).await;
            }
        }
        Ok(case)
    }

    /// Has a model draft it, and keeps what is left of the draft.
    async fn draft(
        &self,
        caller: &Caller,
        model: &Model,
        kind: DocumentKind,
        mode: RedactionMode,
        (noted, question): (&Noted, &Question),
        (live, has_shown): (Option<&LiveWords>, &AtomicBool),
    ) -> Result<Result<(Document, EngineNote), NoAnswer>, Failure> {
        let case = noted.known.case();
        let prompt = NotePrompt::new(kind, &case);
        let redactor = redactor(mode, &noted.rules)?;
        let reader = || -> Reader<'_> {
            let mut live = LiveNote::new(&prompt, &question.pseudonyms);
            let redactor = redactor.as_ref();
            Box::new(move |json| {
                let text = live.push(json)?;
                has_shown.store(true, Ordering::Relaxed);
                Some(redactor.map_or_else(|| text.clone(), |redactor| redactor.redact(&text).text))
            })
        };
        let showing = live.map(|words| Showing { words, reader: &reader });
        let (account, id) = (caller.claims.account_id, noted.known.session.id);
        let taken: Result<Drafted, NoAnswer> = self
            .ask(account, id, model, question, showing, |answer| {
                let taken = prompts::take(&prompt, answer, &question.pseudonyms);
                taken.map_err(|refused| NoAnswer::Refused(refused.to_string()))
            })
            .await?;
        let Drafted { document, refused } = match taken {
            Ok(drafted) => drafted,
            Err(none) => return Ok(Err(none)),
        };
        tracing::info!(sentences = refused.len(), kind = kind.as_str(), "sentences of a model were refused");
        let document = mended(&document, &refused, &noted.plain);
        let engine = EngineNote { name: question.request.model.clone(), reason: None };
        let draft = NoteDraft {
            digest: noted.digest.clone(),
            engine: engine.clone(),
            document: serde_json::to_value(&document).map_err(Failure::internal)?,
        };
        self.account_write(account, async |unit| Ok(unit.keep_note_draft(account, id, kind, &draft).await?))
            .await?;
        Ok(Ok((document, engine)))
    }
}

/// What masks a text, where it is to be masked.
fn redactor(mode: RedactionMode, rules: &RedactionOptions) -> Result<Option<Redactor>, Failure> {
    if mode == RedactionMode::None {
        return Ok(None);
    }
    Redactor::new(rules).map(Some).map_err(|rule| unusable_rule(&rule))
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
    if let Some(redactor) = redactor(mode, rules)? {
        let masked = redactor.redact(&text);
        (text, summary) = (masked.text, Some(masked.summary));
        let sentences = document.sections.iter_mut().flat_map(|section| &mut section.sentences);
        let texts = sentences.map(|sentence| &mut sentence.text);
        for part in texts.chain(evidence.iter_mut().map(|known| &mut known.text)) {
            *part = redactor.redact(part).text;
        }
    }
    Ok(WrittenCase { document, evidence, text, summary, engine, edit: None, revision: Revision(0) })
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
