//! A conversation that goes on from a guided session.

use rf_flowpilot::{
    Intake, Reading,
    engine::Input,
    guided::{Carried, GuidedRun, Remark},
};
use rf_kernel::{EntryId, Failure};
use rf_psa::TicketSnapshot;
use rf_sessions::{
    Session,
    ai::{AiSession, AiStep, EngineNote, IntakeContent, Message, MessageRole, NewAiSession},
};

use super::{Searched, keep_taken, model::Advised, turn};
use crate::{App, Work};

/// A conversation with what was worked before it, nothing of it kept yet.
pub(crate) struct Continued {
    /// The conversation.
    pub(crate) session: AiSession,
    /// Its steps, all answered.
    pub(crate) steps: Vec<AiStep>,
    /// What came in, as read.
    pub(crate) reading: Reading,
    at: Option<String>,
}

impl App {
    /// The conversation a guided session would go on in.
    pub(crate) fn continued(
        &self,
        work: &Work,
        run: &GuidedRun<'_>,
        reason: &str,
        ticket: Option<&TicketSnapshot>,
    ) -> Result<Continued, Failure> {
        let (guided, now) = (run.session, work.ctx.now);
        let Carried { said, worked, remarks, at } = Carried::of(run, reason);
        let ticket_data = ticket.map(serde_json::to_value).transpose().map_err(Failure::internal)?;
        let intake = IntakeContent { text: Some(said.clone()), ticket_data, ..IntakeContent::default() };
        let said = turn::came_in(&intake);
        let reading = Reading::of(&Intake::read(said.as_bytes())?);
        let new = NewAiSession {
            id: self.new_id(),
            intake_type: turn::kind_of(&intake),
            intake,
            psa_ticket_id: guided.ticket_number.clone().filter(|ticket| !ticket.trim().is_empty()),
            client_name: guided.client_name.clone().filter(|client| !client.trim().is_empty()),
            engine: EngineNote::OFFLINE.to_owned(),
        };
        let mut session = AiSession {
            guided_session_id: Some(guided.id),
            problem_summary: Some(reading.summary.clone()),
            problem_domain: Some(reading.domain.as_str().to_owned()),
            ..new.begun(&work.actor, now)
        };
        session.conversation_messages.push(turn::engineers(self.new_id(), &said, None, work));
        session
            .conversation_messages
            .extend(remarks.into_iter().map(|remark| message(self.new_id(), remark)));
        let steps = worked.into_iter().map(|worked| {
            session.step_count += 1;
            AiStep {
                id: self.new_id(),
                session_id: session.id,
                step_order: session.step_count,
                created_at: worked.answer.at,
                proposal: worked.proposal,
                confidence_score: 0.0,
                answer: Some(worked.answer),
                withdrawn: worked.withdrawn,
            }
        });
        let steps = steps.collect();
        Ok(Continued { session, steps, reading, at })
    }

    /// Keeps such a conversation, with what the copilot proposes next: the step of the flow the session stood at.
    pub(crate) async fn keep_continued(
        &self,
        work: &mut Work,
        guided: &Session,
        Continued { mut session, mut steps, reading, at }: Continued,
        library: &Searched,
    ) -> Result<AiSession, Failure> {
        let input = Input::TakeOn { text: reading, tree: guided.tree_id, name: guided.tree_name.clone(), at };
        let turn = self.engines_turn(work, &session, &steps, None, input, Some(library)).await?;
        let alone = Advised::alone(None);
        let mut taken = self.take(work, &mut session, &mut steps, None, turn, &alone).await?;
        // The guided session has counted as a use of that flow.
        taken.followed = taken.followed.filter(|flow| *flow != guided.tree_id);
        work.unit.insert_ai_session(&session).await?;
        for step in &steps {
            work.unit.insert_ai_step(session.account_id, step).await?;
        }
        keep_taken(work, &session, &taken).await?;
        Ok(session)
    }
}

fn message(id: EntryId, remark: Remark) -> Message {
    Message {
        id,
        role: MessageRole::Engineer,
        text: remark.text,
        step_order: None,
        by: Some(remark.by),
        engine: None,
        at: remark.at,
    }
}
