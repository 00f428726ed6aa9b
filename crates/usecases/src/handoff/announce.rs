//! What others hear of a handoff: appended to the unit, published once it is committed (ESC-07).

use rf_events::{EventKind, NewEvent};
use rf_handoff::{AssessmentStatus, Handoff, HandoffIntent};
use rf_kernel::{Failure, Timestamp, UserId};
use rf_notifications::{Notice, NoticeKind, escalation_link, escalation_title};
use rf_store::UnitOfWork;
use serde_json::{Value, json};

use crate::App;

/// Characters of the reason that travel with an event.
const SNIPPET: usize = 160;

/// What an event of a handoff says; whoever needs more asks for the handoff.
fn about(handoff: &Handoff, by_name: &str) -> Value {
    json!({
        "handoff_id": handoff.id,
        "session_id": handoff.session_id,
        "intent": handoff.intent,
        "by_name": by_name,
        "reason_snippet": handoff.reason.chars().take(SNIPPET).collect::<String>(),
        "psa_ticket_id": handoff.snapshot.psa_ticket_id,
        "has_assessment": handoff.assessment_status == AssessmentStatus::Ready,
        // How often it was brought up again; 0 the first time.
        "reminder": handoff.reminders,
    })
}

impl App {
    /// Appends the event of a handoff; `by_name` is whoever handed it over. What was only put aside is nobody else's
    /// business.
    pub(super) async fn append_handoff_event(
        &self,
        unit: &mut dyn UnitOfWork,
        kind: EventKind,
        handoff: &Handoff,
        by_name: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.append(unit, kind, handoff, about(handoff, by_name), now).await
    }

    /// The same of a claim: it also says who has it now.
    pub(super) async fn append_claimed_event(
        &self,
        unit: &mut dyn UnitOfWork,
        handoff: &Handoff,
        (by_name, claimed_by_name): (&str, &str),
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut about = about(handoff, by_name);
        about["claimed_by"] = json!(handoff.claimed_by);
        about["claimed_by_name"] = json!(claimed_by_name);
        about["claimed_at"] = json!(handoff.claimed_at);
        self.append(unit, EventKind::HandoffClaimed, handoff, about, now).await
    }

    /// Tells those who could take it, in their bells and by mail as they prefer (ESC-06, NOTIF-08): engineers and above,
    /// but whoever handed it over and whoever it was that let go of it.
    pub(super) async fn tell_those_who_can_take(
        &self,
        unit: &mut dyn UnitOfWork,
        kind: NoticeKind,
        handoff: &Handoff,
        by_name: &str,
        let_go: Option<UserId>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if handoff.intent == HandoffIntent::Park {
            return Ok(());
        }
        let mut to = self.escalation_audience(unit, handoff.account_id, handoff.created_by).await?;
        to.retain(|person| Some(*person) != let_go);
        let ticket = handoff.snapshot.psa_ticket_id.as_deref();
        let title = escalation_title(by_name, ticket, handoff.problem());
        self.tell(unit, kind, handoff, title, to, now).await
    }

    /// Tells one person.
    pub(super) async fn tell_one(
        &self,
        unit: &mut dyn UnitOfWork,
        kind: NoticeKind,
        handoff: &Handoff,
        title: String,
        to: UserId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.tell(unit, kind, handoff, title, vec![to], now).await
    }

    async fn tell(
        &self,
        unit: &mut dyn UnitOfWork,
        kind: NoticeKind,
        handoff: &Handoff,
        title: String,
        to: Vec<UserId>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        // Whoever follows it to something that waits gets its briefing first; whoever made it, their session.
        let link = match kind {
            NoticeKind::HandoffClaimed => format!("/pilot/{}", handoff.session_id),
            _ => escalation_link(handoff.session_id),
        };
        let notice = Notice { kind, title, body: Some(handoff.reason.clone()), link: Some(link), to };
        self.notify(unit, handoff.account_id, now, &notice).await
    }

    async fn append(
        &self,
        unit: &mut dyn UnitOfWork,
        kind: EventKind,
        handoff: &Handoff,
        about: Value,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if handoff.intent == HandoffIntent::Park {
            return Ok(());
        }
        unit.append_event(handoff.account_id, &NewEvent::new(self.new_id(), kind, about, now)).await?;
        Ok(())
    }
}
