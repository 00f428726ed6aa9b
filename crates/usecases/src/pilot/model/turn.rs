//! A turn with a model.

use rf_auth_policy::{Action, require};
use rf_flowpilot::{
    Domain, FlowMatch, Signature,
    advice::{Advice, MAX_TOKENS},
    document::CaseRecord,
    engine::{Input, Turn},
    llm::StepKind as Need,
    prompts::{self, Doing, NextStep},
    pseudonyms::Finder,
};
use rf_kernel::{AiSessionId, Failure};
use rf_sessions::{
    ai::{AiSession, AiStep, EngineNote, StepSource, SuggestedFix, Verdict, VerdictKind},
    codes,
};
use rf_uploads::Upload;

use super::{Advised, LiveWords, Model, NoAnswer, Showing, call::Question};
use crate::{
    App, Caller, Work,
    handoff::note_action,
    notes::unusable_rule,
    pilot::{AiSessionView, Searched, TakeTurn, TurnInput, ai_session_not_found, keep_taken, turn::Engines},
    redaction::redaction_of,
    uploads::{attach, with_what_was_read},
};

/// Pictures a model is shown at once.
const MOST_PICTURES: usize = 3;

/// A turn that may be taken, and what a model is asked about it. Nothing is written yet.
#[derive(Debug)]
pub struct PlannedTurn {
    id: AiSessionId,
    asked: TakeTurn,
    library: Option<Searched>,
    /// Files that come with it.
    uploads: Vec<Upload>,
    model: Option<Box<ModelTurn>>,
}

/// What a model is asked, and what its answer is read with.
#[derive(Debug)]
struct ModelTurn {
    question: Question,
    known: Known,
    matches: Vec<FlowMatch>,
    domain: Domain,
    asked: TurnInput,
    /// What it is shown.
    pictures: Vec<Upload>,
}

/// All that is known of a conversation.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) session: AiSession,
    pub(crate) steps: Vec<AiStep>,
    pub(crate) fixes: Vec<SuggestedFix>,
    pub(crate) signatures: Vec<Signature>,
}

impl Known {
    pub(crate) fn case(&self) -> CaseRecord<'_> {
        let Self { session, steps, fixes, signatures } = self;
        CaseRecord { session, steps, fixes, signatures }
    }
}

/// The prompt of a turn.
fn prompt<'a>(
    known: &'a Known,
    domain: Domain,
    matches: &'a [FlowMatch],
    asked: &'a TurnInput,
) -> NextStep<'a> {
    let doing = match asked {
        TurnInput::Message(text) => Doing::Wrote(text),
        TurnInput::Verdict(_) | TurnInput::Pick(_) | TurnInput::Back => Doing::Judged,
        TurnInput::Widen => Doing::WantsAnother,
        TurnInput::Think => Doing::Began,
    };
    NextStep::new(&known.case(), domain, matches, doing)
}

impl PlannedTurn {
    /// Whether a model is asked, which takes a while.
    #[must_use]
    pub const fn asks_model(&self) -> bool {
        self.model.is_some()
    }
}

impl App {
    /// Takes a turn. One sent twice is taken once.
    ///
    /// # Errors
    /// Those of [`App::plan_turn`] and [`App::finish_turn`].
    pub async fn take_turn(
        &self,
        caller: &Caller,
        id: AiSessionId,
        asked: &TakeTurn,
    ) -> Result<AiSessionView, Failure> {
        let planned = self.plan_turn(caller, id, asked, false).await?;
        self.finish_turn(caller, planned, None).await
    }

    /// Looks whether a turn can be taken and what a model would be asked, and writes nothing.
    ///
    /// A click that leads on along a flow asks no model, and no other click does unless its answer is read `live`: who
    /// clicks has the deterministic answer at once.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_paused`, `ai_session_closed`, `stale_turn`,
    /// `step_answered`, `model_off`, `upload_not_found`, `upload_access_denied`, `upload_attached`, what the engine refuses,
    /// `validation_failed`, `forbidden`.
    pub async fn plan_turn(
        &self,
        caller: &Caller,
        id: AiSessionId,
        asked: &TakeTurn,
        live: bool,
    ) -> Result<PlannedTurn, Failure> {
        if asked.input == TurnInput::Think && self.model.is_none() {
            let detail = "This installation has no model. The copilot works without one: write what you see, or take its step.";
            return Err(Failure::new(codes::MODEL_OFF, detail));
        }
        let mut asked = asked.clone();
        let uploads = self.attachable(caller, &asked.uploads, Some((id, asked.entry_id))).await?;
        match &mut asked.input {
            TurnInput::Message(text) if !uploads.is_empty() => *text = with_what_was_read(text, &uploads),
            TurnInput::Message(_) => {}
            _ if uploads.is_empty() => {}
            _ => {
                return Err(Failure::invalid_field(
                    "uploads",
                    "not_for_this_turn",
                    "files come with a message",
                ));
            }
        }
        let library = match asked.input {
            TurnInput::Message(ref text) => Some(self.searched_for(caller, id, text).await?),
            TurnInput::Widen => Some(self.searched_for(caller, id, "").await?),
            TurnInput::Verdict(_) | TurnInput::Pick(_) | TurnInput::Back | TurnInput::Think => None,
        };
        let may_ask = match asked.input {
            TurnInput::Message(_) | TurnInput::Widen | TurnInput::Think => true,
            TurnInput::Verdict(_) | TurnInput::Pick(_) | TurnInput::Back => live,
        };
        let mut planned = PlannedTurn { id, asked, library, uploads, model: None };
        // Nobody waits for a model inside a unit.
        if let Some(model) = self.model.as_ref().filter(|_| may_ask && caller.held.is_none()) {
            let (asked, library) = (&planned.asked, planned.library.as_ref());
            let pictures = &planned.uploads;
            planned.model = self
                .read(caller, async |work| self.plan(work, model, id, asked, library, pictures).await)
                .await?
                .map(Box::new);
        }
        Ok(planned)
    }

    /// Takes the turn as planned: asks the model, if one is to be asked, and writes what came of it. Whatever becomes
    /// of the model, the turn is taken.
    ///
    /// # Errors
    /// Those of [`App::plan_turn`]: somebody else may have been faster.
    pub async fn finish_turn(
        &self,
        caller: &Caller,
        planned: PlannedTurn,
        live: Option<&LiveWords>,
    ) -> Result<AiSessionView, Failure> {
        let PlannedTurn { id, asked, library, uploads, model } = planned;
        let mut advised = match (self.model.as_ref(), model) {
            (Some(parts), Some(turn)) => self.advise(caller, id, parts, *turn, live).await?,
            _ => Advised::alone(None),
        };
        if asked.input == TurnInput::Think {
            advised.message_id = Some(asked.entry_id);
        }
        self.change_ai_session(caller, id, async |work, session| {
            let mut steps = worked_steps(work, session).await?;
            if is_known(session, &steps, &asked) {
                return Ok(());
            }
            session.require_active()?;
            session.require_turn(asked.turn)?;
            let open = steps.iter().rposition(AiStep::is_open);
            let input = self.engineers_turn(work, session, open.map(|at| &mut steps[at]), &asked).await?;
            let turn = self.engines_turn(work, session, &steps, open, input, library.as_ref()).await?;
            let taken = self.take(work, session, &mut steps, open, turn, &advised).await?;
            keep_taken(work, session, &taken).await?;
            attach(work, &uploads, id, asked.entry_id).await?;
            let worked = open.map(|at| &steps[at]).filter(|step| step.answer.is_some());
            note_action(work, session, worked).await
        })
        .await
    }

    /// Takes the turn on a copy of the conversation, as it will be taken, and puts it to the model.
    async fn plan(
        &self,
        work: &mut Work,
        model: &Model,
        id: AiSessionId,
        asked: &TakeTurn,
        library: Option<&Searched>,
        brought: &[Upload],
    ) -> Result<Option<ModelTurn>, Failure> {
        require(&work.actor, Action::RunSessions)?;
        let tenant = work.actor.account_id;
        let session = work.unit.ai_session_by_id(tenant, id).await?;
        let mut session = session.ok_or_else(ai_session_not_found)?;
        session.require_worker(&work.actor)?;
        let mut steps = worked_steps(work, &session).await?;
        if is_known(&session, &steps, asked) {
            return Ok(None);
        }
        session.require_active()?;
        session.require_turn(asked.turn)?;
        let open = steps.iter().rposition(AiStep::is_open);
        let input = self.engineers_turn(work, &mut session, open.map(|at| &mut steps[at]), asked).await?;
        let Engines { input, kept, turn, matches } =
            self.engines_turn(work, &session, &steps, open, input, library).await?;
        if !is_worth_asking(&asked.input, &turn) {
            return Ok(None);
        }
        for step in &mut steps {
            step.withdrawn |= turn.withdraw.contains(&step.id);
        }
        if let Some(open) = open.map(|at| &mut steps[at]) {
            open.withdrawn |= turn.withdraw_open;
        }
        // What the engine proposes stands in the case as what is not done yet.
        steps.extend(turn.step.clone().map(|proposal| AiStep {
            id: self.new_id(),
            session_id: id,
            step_order: session.step_count + 1,
            proposal,
            confidence_score: turn.score,
            answer: None,
            withdrawn: false,
            created_at: work.ctx.now,
        }));
        let fixes = work.unit.fixes_of(tenant, id).await?;
        let options = redaction_of(work).await?.options;
        let finder = Finder::new(&options).map_err(|rule| unusable_rule(&rule))?;
        let mut pseudonyms = kept.pseudonyms(&session);
        let known = Known { signatures: kept.signatures(), session, steps, fixes };
        let domain = turn.problem.1;
        let need = need(&input);
        let sending = prompts::ask(&prompt(&known, domain, &matches, &asked.input), &finder, &mut pseudonyms);
        let question =
            Question::new(model, need, turn.score, known.session.turn, sending, MAX_TOKENS, pseudonyms);
        let pictures = pictures_for(work, &known.session, &asked.input, brought).await?;
        Ok(Some(ModelTurn { question, known, matches, domain, asked: asked.input.clone(), pictures }))
    }

    /// Asks the model, and says what came of it.
    async fn advise(
        &self,
        caller: &Caller,
        id: AiSessionId,
        model: &Model,
        turn: ModelTurn,
        live: Option<&LiveWords>,
    ) -> Result<Advised, Failure> {
        let ModelTurn { mut question, known, matches, domain, asked, pictures } = turn;
        self.show(&mut question, &pictures).await;
        let name = question.request.model.clone();
        let reader = || question.reply_reader();
        let showing = live.map(|words| Showing { words, reader: &reader });
        let checked = self
            .ask(caller.claims.account_id, id, model, &question, showing, |answer| {
                let prompt = prompt(&known, domain, &matches, &asked);
                let read = prompts::take(&prompt, answer, &question.pseudonyms);
                let read = read.map_err(|refused| NoAnswer::Refused(refused.to_string()))?;
                Advice::of(read, &name).map_err(|harmful| NoAnswer::Refused(harmful.to_string()))
            })
            .await?;
        let (advice, note) = match checked {
            Ok(advice) => (Some(advice), EngineNote { name, reason: None }),
            Err(none) => (None, EngineNote::offline(Some(none.sentence()))),
        };
        Ok(Advised {
            advice,
            note,
            prompt: Some(question.prompt_snapshot()),
            pseudonyms: Some(question.pseudonyms),
            message_id: None,
        })
    }
}

/// The pictures a model is shown: those that come with a message, and where the case as a whole is looked at the last
/// ones of it.
async fn pictures_for(
    work: &mut Work,
    session: &AiSession,
    input: &TurnInput,
    brought: &[Upload],
) -> Result<Vec<Upload>, Failure> {
    let mut uploads = match input {
        TurnInput::Message(_) => brought.to_vec(),
        TurnInput::Think | TurnInput::Widen => work.unit.uploads_of(session.account_id, session.id).await?,
        TurnInput::Verdict(_) | TurnInput::Pick(_) | TurnInput::Back => Vec::new(),
    };
    uploads.retain(|upload| upload.kind.is_picture());
    let older = uploads.len().saturating_sub(MOST_PICTURES);
    Ok(uploads.split_off(older))
}

/// The steps of a conversation but for its briefings, which are read and not worked.
async fn worked_steps(work: &mut Work, session: &AiSession) -> Result<Vec<AiStep>, Failure> {
    let mut steps = work.unit.ai_steps(session.account_id, session.id).await?;
    steps.retain(|step| !step.is_briefing());
    Ok(steps)
}

/// Whether the turn was taken before.
fn is_known(session: &AiSession, steps: &[AiStep], asked: &TakeTurn) -> bool {
    let answered =
        |step: &AiStep| step.answer.as_ref().is_some_and(|answer| answer.entry_id == asked.entry_id);
    session.has_message(asked.entry_id) || steps.iter().any(answered)
}

/// A click that leads on along a flow, or to an end, needs no thought.
fn is_worth_asking(input: &TurnInput, turn: &Turn) -> bool {
    match input {
        TurnInput::Message(_) | TurnInput::Widen | TurnInput::Think => true,
        TurnInput::Verdict(_) | TurnInput::Pick(_) | TurnInput::Back => {
            let asks =
                |source: &StepSource| matches!(source, StepSource::Playbook { .. } | StepSource::Candidates);
            turn.step.as_ref().is_some_and(|step| asks(&step.source))
        }
    }
}

/// What the answer is needed for.
const fn need(input: &Input) -> Need {
    match input {
        Input::Begin(_) | Input::TakeOn { .. } => Need::Intake,
        Input::Verdict(Verdict { kind: VerdictKind::DidNotWork, .. }) | Input::Widen => Need::Diagnosis,
        Input::Message { .. } | Input::Verdict(_) | Input::Pick(_) | Input::Back | Input::Think => {
            Need::NextStep
        }
    }
}
