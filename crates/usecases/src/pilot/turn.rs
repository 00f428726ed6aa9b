//! One turn: what the engineer does, what the engine makes of it, and what of that is kept.

use rf_flowpilot::{
    FlowMatch, Intake, Reading,
    engine::{self, FixOffer, Flow, Input, Known, Turn, World},
    guided::GuidedRun,
};
use rf_kernel::{EntryId, Failure, TreeId};
use rf_psa::TicketSnapshot;
use rf_sessions::ai::{
    AiSession, AiStep, FixOutcome, FixStatus, IntakeContent, IntakeType, Message, MessageRole, Progress,
    SuggestedFix, Verdict, VerdictKind,
};
use rf_trees::Tree;
use rf_uploads::Upload;
use serde::Deserialize;

use super::{Kept, Searched, TakeTurn, TurnInput, library::fitting_flows, model::Advised};
use crate::{App, Work, trees::visible_tree, uploads::with_what_was_read};

/// Flows offered to the engine.
const MOST_MATCHES: usize = 5;

/// What a turn changes beside the conversation itself.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Steps that were answered or withdrawn.
    pub(super) changed: Vec<AiStep>,
    /// Fixes whose outcome the verdict says.
    pub(super) fixes: Vec<SuggestedFix>,
    /// The step proposed.
    pub(super) step: Option<AiStep>,
    /// The fix suggested with it.
    pub(super) fix: Option<SuggestedFix>,
    /// The flow that is followed from now on.
    pub(super) followed: Option<TreeId>,
}

/// What the engine makes of a turn, before it is taken.
#[derive(Debug)]
pub(super) struct Engines {
    /// What happened in it.
    pub(super) input: Input,
    /// What is kept beside the conversation.
    pub(super) kept: Kept,
    /// The turn.
    pub(super) turn: Turn,
    /// The flows that fit, where they were ranked anew.
    pub(super) matches: Vec<FlowMatch>,
}

/// All that came in, as one text.
pub(super) fn came_in(intake: &IntakeContent) -> String {
    let ticket = ticket_of(intake).and_then(|ticket| ticket.reading());
    let parts = [intake.text.as_deref(), intake.log_content.as_deref(), ticket.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    parts.join("\n\n")
}

/// The ticket a conversation is about, as the PSA had it; none where it was never read.
pub(super) fn ticket_of(intake: &IntakeContent) -> Option<TicketSnapshot> {
    TicketSnapshot::deserialize(intake.ticket_data.as_ref()?).ok()
}

/// Takes what was read of files into what comes in. Answers how a conversation with all of it began.
pub(super) fn take_in(intake: &mut IntakeContent, uploads: &[Upload]) -> IntakeType {
    let (pictures, logs): (Vec<Upload>, Vec<Upload>) =
        uploads.iter().cloned().partition(|upload| upload.kind.is_picture());
    intake.image_urls.extend(pictures.iter().map(|picture| format!("/api/v1/uploads/{}", picture.id)));
    if !logs.is_empty() {
        let pasted = intake.log_content.as_deref().unwrap_or_default();
        intake.log_content = Some(with_what_was_read(pasted, &logs));
    }
    // Before the pictures' names are among the words.
    let began_by = kind_of(intake);
    if !pictures.is_empty() {
        let said = intake.text.as_deref().unwrap_or_default();
        intake.text = Some(with_what_was_read(said, &pictures));
    }
    began_by
}

/// How a conversation began, where nobody said.
pub(super) fn kind_of(intake: &IntakeContent) -> IntakeType {
    let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let ways = [
        (filled(&intake.text), IntakeType::FreeText),
        (filled(&intake.log_content), IntakeType::LogPaste),
        (!intake.image_urls.is_empty(), IntakeType::Screenshot),
        (intake.ticket_data.is_some(), IntakeType::PsaTicket),
    ];
    let mut used = ways.into_iter().filter(|(is_used, _)| *is_used).map(|(_, kind)| kind);
    match (used.next(), used.next()) {
        (Some(kind), None) => kind,
        (Some(_), Some(_)) => IntakeType::Combined,
        (None, _) => IntakeType::FreeText,
    }
}

/// Something the engineer said.
pub(super) fn engineers(id: EntryId, text: &str, step_order: Option<i64>, work: &Work) -> Message {
    Message {
        id,
        role: MessageRole::Engineer,
        text: text.to_owned(),
        step_order,
        by: Some(work.actor.user_id),
        engine: None,
        at: work.ctx.now,
    }
}

/// That a ticket was linked, with what the PSA says of it or why it says nothing.
pub(super) fn linked(id: EntryId, ticket: &TicketSnapshot, work: &Work) -> Message {
    let mut text = format!("Linked to ticket {}", ticket.ticket_id);
    if let Some(found) = &ticket.ticket {
        text.push_str(&format!(": “{}”", found.summary));
    }
    if let Some(client) = ticket.client_name() {
        text.push_str(&format!(" of {client}"));
    }
    text.push('.');
    if let Some(warning) = &ticket.warning {
        text.push_str(&format!(" {warning}"));
    }
    Message {
        id,
        role: MessageRole::Copilot,
        text,
        step_order: None,
        by: None,
        engine: None,
        at: work.ctx.now,
    }
}

/// What has been said so far, for the ranking: the newest last, so that nothing of it is cut off.
pub(super) fn said_so_far(session: &AiSession) -> String {
    let mine = |message: &&Message| message.role == MessageRole::Engineer;
    let ticket = ticket_of(&session.intake).and_then(|ticket| ticket.reading());
    let said = session.conversation_messages.iter().filter(mine).map(|message| message.text.as_str());
    // A ticket that was there at the start stands in the first message already.
    let unsaid = ticket.as_deref().filter(|ticket| !said.clone().any(|text| text.contains(ticket)));
    unsaid.into_iter().chain(said).collect::<Vec<_>>().join("\n\n")
}

impl App {
    /// What the engineer does, written down, as the engine takes it.
    pub(super) async fn engineers_turn(
        &self,
        work: &mut Work,
        session: &mut AiSession,
        open: Option<&mut AiStep>,
        asked: &TakeTurn,
    ) -> Result<Input, Failure> {
        let at = open.as_ref().map(|step| step.step_order);
        let (said, input) = match &asked.input {
            TurnInput::Message(text) => {
                let reading = Reading::of(&Intake::read(text.as_bytes())?);
                (Some(text.trim().to_owned()), Input::Message { text: reading })
            }
            TurnInput::Verdict(verdict) => {
                if let Some(open) = open {
                    open.take(asked.entry_id, verdict.clone(), work.actor.user_id, work.ctx.now)?;
                }
                (None, Input::Verdict(verdict.clone()))
            }
            TurnInput::Pick(flow) => {
                let flow = visible_tree(work, *flow).await?;
                (Some(format!("Let us follow “{}”.", flow.content.name)), Input::Pick(flow.id))
            }
            TurnInput::Widen => (Some("Let us try another way.".to_owned()), Input::Widen),
            TurnInput::Back => (Some("Back to the step before.".to_owned()), Input::Back),
            TurnInput::Think => (None, Input::Think),
        };
        if let Some(text) = said {
            session.conversation_messages.push(engineers(asked.entry_id, &text, at, work));
        }
        Ok(input)
    }

    /// Lets the engine take the turn. `open` is where among the steps the open one stands; a verdict is in it already.
    /// With a `library` the flows are ranked anew. Nothing is changed yet.
    pub(super) async fn engines_turn(
        &self,
        work: &mut Work,
        session: &AiSession,
        steps: &[AiStep],
        open: Option<usize>,
        input: Input,
        library: Option<&Searched>,
    ) -> Result<Engines, Failure> {
        let mut kept = Kept::of(session)?;
        let known = known(work, session).await?;
        let flow = |tree: Tree| Flow {
            tree_id: tree.id,
            name: tree.content.name,
            structure: tree.content.structure,
            known: known.clone(),
        };
        let mut flows = std::collections::BTreeMap::new();
        let mut matches = Vec::new();
        if let Some(library) = library {
            let reading = Reading::of(&Intake::read(said_so_far(session).as_bytes())?);
            for (found, tree) in fitting_flows(work, library, &reading, MOST_MATCHES).await? {
                flows.insert(found.tree_id, flow(tree));
                matches.push(found);
            }
            kept.signatures = reading.signatures.into_iter().map(|found| (found.kind, found.code)).collect();
        }
        let mut wanted = kept.state.flows();
        if let Input::Pick(tree) | Input::TakeOn { tree, .. } = input {
            wanted.insert(tree);
        }
        for id in wanted {
            if !flows.contains_key(&id)
                && let Some(tree) = work.unit.tree_by_id(session.account_id, id).await?
                && tree.can_access(&work.actor)
            {
                flows.insert(id, flow(tree));
            }
        }
        let world = World { matches: &matches, flows: &flows };
        let turn = engine::take(&kept.state, open.map(|at| &steps[at]), steps, &input, &world)?;
        Ok(Engines { input, kept, turn, matches })
    }

    /// Takes a turn into the conversation, with what a model added to it.
    pub(super) async fn take(
        &self,
        work: &mut Work,
        session: &mut AiSession,
        steps: &mut [AiStep],
        open: Option<usize>,
        Engines { input, mut kept, mut turn, .. }: Engines,
        advised: &Advised,
    ) -> Result<Taken, Failure> {
        if let Some(advice) = &advised.advice {
            advice.apply(&mut turn, open.map(|at| &steps[at]), steps);
        }
        if advised.pseudonyms.is_some() {
            kept.pseudonyms.clone_from(&advised.pseudonyms);
        }
        let mut taken = Taken::default();
        if let Some(at) = open {
            if turn.withdraw_open {
                steps[at].withdrawn = true;
            }
            if turn.withdraw_open || steps[at].answer.is_some() {
                taken.changed.push(steps[at].clone());
            }
            if let Input::Verdict(verdict) = &input {
                taken.fixes = judged(work, session, steps[at].step_order, verdict).await?;
            }
        }
        for step in steps.iter_mut().filter(|step| turn.withdraw.contains(&step.id)) {
            step.withdrawn = true;
            taken.changed.push(step.clone());
        }
        let before = session.matched_flow_id;
        self.keep_turn(work, session, kept, turn, &mut taken, advised)?;
        taken.followed = session.matched_flow_id.filter(|flow| before != Some(*flow));
        Ok(taken)
    }

    fn keep_turn(
        &self,
        work: &Work,
        session: &mut AiSession,
        mut kept: Kept,
        turn: Turn,
        taken: &mut Taken,
        advised: &Advised,
    ) -> Result<(), Failure> {
        let now = work.ctx.now;
        let (summary, domain) = turn.problem;
        session.problem_summary = Some(summary);
        session.problem_domain = Some(domain.as_str().to_owned());
        if let Some(proposal) = turn.step {
            session.step_count += 1;
            taken.step = Some(AiStep {
                id: self.new_id(),
                session_id: session.id,
                step_order: session.step_count,
                proposal,
                confidence_score: turn.score,
                answer: None,
                withdrawn: false,
                created_at: now,
            });
            let suggested =
                |fix: FixOffer| fix.at(session.step_count).suggested(self.new_id(), session.id, now);
            taken.fix = turn.fix.map(suggested);
        }
        if !turn.reply.is_empty() {
            session.conversation_messages.push(Message {
                id: advised.message_id.unwrap_or_else(|| self.new_id()),
                role: MessageRole::Copilot,
                text: turn.reply,
                step_order: taken.step.as_ref().map(|step| step.step_order),
                by: None,
                engine: Some(advised.note.clone()),
                at: now,
            });
        }
        session.engine.clone_from(&advised.note.name);
        if let Some(prompt) = &advised.prompt {
            session.system_prompt_snapshot = Some(prompt.clone());
        }
        kept.state = turn.state;
        kept.resolution = turn.resolution;
        let progress = Progress {
            confidence_score: turn.score,
            confidence_reasons: turn.reasons,
            matched_flow: turn.matched_flow,
            engine_state: kept.json()?,
        };
        session.advance(progress, now);
        Ok(())
    }
}

/// What a verdict on the step says of the fix that stands in it.
async fn judged(
    work: &mut Work,
    session: &AiSession,
    step_order: i64,
    verdict: &Verdict,
) -> Result<Vec<SuggestedFix>, Failure> {
    let status = match verdict.kind {
        VerdictKind::Worked => FixStatus::AppliedSuccess,
        VerdictKind::DidNotWork => FixStatus::AppliedFailed,
        VerdictKind::NotApplicable => FixStatus::Dismissed,
        VerdictKind::Answered | VerdictKind::CannotNow => return Ok(Vec::new()),
    };
    let mut fixes = work.unit.fixes_of(session.account_id, session.id).await?;
    fixes.retain(|fix| fix.step_order == step_order && !fix.status.is_final());
    for fix in &mut fixes {
        fix.take(FixOutcome { status, pending_reason: None, due_at: None, notes: None }, work.ctx.now)?;
    }
    Ok(fixes)
}

/// What is known for the names flows leave open: of the guided session before, of the conversation, and who works it.
async fn known(work: &mut Work, session: &AiSession) -> Result<Known, Failure> {
    let mut known = Known::default();
    if let Some(guided) = session.guided_session_id
        && let Some(guided) = work.unit.session_by_id(session.account_id, guided).await?
    {
        let flow = guided.flow()?;
        known = GuidedRun { session: &guided, flow: &flow, log: &[] }.known();
    }
    let about = [
        ("ticket_number", session.psa_ticket_id.as_deref()),
        ("client_name", session.client_name.as_deref()),
        ("engineer_name", Some(work.actor.name.as_str())),
    ];
    for (name, value) in about {
        known.put(name, value.unwrap_or_default());
    }
    Ok(known)
}
