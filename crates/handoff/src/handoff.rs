//! One handoff: how it comes about, who may take it, how it ends.

use rf_auth_policy::{Action, Actor, Role, decide};
use rf_kernel::{AccountId, AiSessionId, Checks, Detail, Failure, HandoffId, Timestamp, UserId, names};
use rf_sessions::ai::{AiSession, AiSessionStatus};
use serde_json::{Value, json};

use crate::{Assessment, HandoffSnapshot, codes};

names! {
    /// What a handoff is for (ESC-02).
    HandoffIntent {
        /// Somebody else is to go on.
        Escalate = "escalate",
        /// Its engineer goes on later.
        Park = "park",
    }
}

names! {
    /// Where a handoff stands.
    HandoffStatus {
        /// Waits: for somebody to take it, or, where it was put aside, for its engineer.
        Waiting = "waiting",
        /// Somebody has it.
        Claimed = "claimed",
        /// Taken back before anybody had it.
        Released = "released",
        /// Over: the conversation ended, went on, or was handed over anew.
        Closed = "closed",
    }
}

names! {
    /// Whether it has been weighed what may be wrong.
    AssessmentStatus {
        /// Being weighed.
        Pending = "pending",
        /// Written.
        Ready = "ready",
        /// There is none: nobody asked for one, or it took too long.
        Unavailable = "unavailable",
    }
}

/// A handoff to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHandoff {
    /// Its id, known before anything refers to it.
    pub id: HandoffId,
    /// What for.
    pub intent: HandoffIntent,
    /// Why, in the engineer's words.
    pub reason: String,
    /// Who is asked to take it; anybody may.
    pub target_user_id: Option<UserId>,
}

/// A conversation handed over, or put aside.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// Its id.
    pub id: HandoffId,
    /// The tenant.
    pub account_id: AccountId,
    /// The conversation.
    pub session_id: AiSessionId,
    /// Who handed it over.
    pub created_by: UserId,
    /// What for.
    pub intent: HandoffIntent,
    /// Why, in the engineer's words.
    pub reason: String,
    /// Who was asked to take it.
    pub target_user_id: Option<UserId>,
    /// The conversation as it stood.
    pub snapshot: HandoffSnapshot,
    /// The note for the ticket as it was written then, masked as the account says, in Markdown.
    pub documentation: Option<String>,
    /// Whether there is an assessment.
    pub assessment_status: AssessmentStatus,
    /// The assessment as a text, in Markdown.
    pub ai_assessment: Option<String>,
    /// The assessment in parts.
    pub ai_assessment_data: Option<Assessment>,
    /// Where it stands.
    pub status: HandoffStatus,
    /// Who has it.
    pub claimed_by: Option<UserId>,
    /// Since when.
    pub claimed_at: Option<Timestamp>,
    /// When they read the briefing and went on.
    pub picked_up_at: Option<Timestamp>,
    /// When they first did something new.
    pub first_action_at: Option<Timestamp>,
    /// Steps they worked that had been worked before the handover.
    pub repeated_steps: i64,
    /// How often people were reminded that nobody has it.
    pub reminders: i64,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// Whether the conversation was fixed with it.
    pub resolved: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What letting go of a handoff amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// It waits again for somebody.
    Waiting,
    /// It is over: whoever handed it over works on.
    TakenBack,
}

impl NewHandoff {
    /// Checks what a caller may send, but for who the target is.
    ///
    /// # Errors
    /// `validation_failed`, `park_takes_no_target`, `handoff_to_self`.
    pub fn check(&self, by: &Actor) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.text("reason", self.reason.trim(), 1..=4_000);
        checks.finish()?;
        if self.target_user_id.is_some() && self.intent == HandoffIntent::Park {
            let detail = "A session that is put aside stays yours. Leave the person out, or escalate it.";
            return Err(Failure::new(codes::PARK_TAKES_NO_TARGET, detail));
        }
        if self.target_user_id == Some(by.user_id) {
            let detail = "You cannot hand a session over to yourself. Pick somebody else, or nobody.";
            return Err(Failure::new(codes::HANDOFF_TO_SELF, detail));
        }
        Ok(())
    }

    /// Refuses a conversation that cannot be handed over, or put aside, as it stands.
    ///
    /// # Errors
    /// `ai_session_access_denied`, `already_escalated`, `ai_session_paused`, `ai_session_closed`.
    pub fn check_session(&self, session: &AiSession, by: &Actor) -> Result<(), Failure> {
        session.require_worker(by)?;
        if session.in_transit() {
            let detail = "This session waits for somebody to take it over already.";
            return Err(Failure::new(codes::ALREADY_ESCALATED, detail));
        }
        match (session.status, self.intent) {
            (AiSessionStatus::Paused, HandoffIntent::Escalate) => Ok(()),
            _ => session.require_active(),
        }
    }

    /// The handoff, with the conversation flipped (ESC-05): escalated, or put aside.
    #[must_use]
    pub fn made(
        self,
        session: &mut AiSession,
        snapshot: HandoffSnapshot,
        by: &Actor,
        now: Timestamp,
    ) -> Handoff {
        let reason = self.reason.trim().to_owned();
        let escalates = self.intent == HandoffIntent::Escalate;
        if escalates {
            session.status = AiSessionStatus::Escalated;
            session.escalation_reason = Some(reason.clone());
            session.escalated_to_id = self.target_user_id;
        } else {
            session.status = AiSessionStatus::Paused;
        }
        session.touch(now);
        Handoff {
            id: self.id,
            account_id: session.account_id,
            session_id: session.id,
            created_by: by.user_id,
            intent: self.intent,
            reason,
            target_user_id: self.target_user_id,
            snapshot,
            documentation: None,
            assessment_status: if escalates {
                AssessmentStatus::Pending
            } else {
                AssessmentStatus::Unavailable
            },
            ai_assessment: None,
            ai_assessment_data: None,
            status: HandoffStatus::Waiting,
            claimed_by: None,
            claimed_at: None,
            picked_up_at: None,
            first_action_at: None,
            repeated_steps: 0,
            reminders: 0,
            closed_at: None,
            resolved: false,
            created_at: now,
        }
    }
}

/// Refuses a target who cannot take a session over: `role` is theirs in the account of whoever asks, `None` where
/// there is no such active person.
///
/// # Errors
/// `handoff_target_not_found`, `handoff_target_cannot_work`.
pub fn check_target(role: Option<Role>) -> Result<(), Failure> {
    match role {
        None => Err(Failure::new(
            codes::HANDOFF_TARGET_NOT_FOUND,
            "There is no such active person in your account.",
        )),
        Some(role) if role < Role::Engineer => Err(Failure::new(
            codes::HANDOFF_TARGET_CANNOT_WORK,
            "That person may only look at sessions. Pick an engineer.",
        )),
        Some(_) => Ok(()),
    }
}

/// The refusal of whoever was slower, with what they are told of the winner (ESC-15).
#[must_use]
pub fn already_claimed(by: UserId, name: &str, at: Timestamp) -> Failure {
    let detail = Detail::Object(json!({ "winner_id": by, "winner_name": name, "claimed_at": at }));
    Failure::new(codes::HANDOFF_ALREADY_CLAIMED, detail)
}

impl Handoff {
    /// What it is about, in a line.
    #[must_use]
    pub fn problem(&self) -> &str {
        self.snapshot.problem_summary.as_deref().unwrap_or(&self.reason)
    }

    /// Whether it is not over.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.status, HandoffStatus::Waiting | HandoffStatus::Claimed)
    }

    /// Refuses whoever cannot take it, whoever else may have it (ESC-04).
    ///
    /// # Errors
    /// `handoff_is_own`, `handoff_not_claimable`.
    pub fn check_claimer(&self, by: &Actor) -> Result<(), Failure> {
        if self.created_by == by.user_id {
            let detail = "You handed this over yourself. Take it back instead.";
            return Err(Failure::new(codes::HANDOFF_IS_OWN, detail));
        }
        if self.intent == HandoffIntent::Park {
            return Err(self.not_claimable());
        }
        Ok(())
    }

    /// The refusal of one that nobody can take as it stands.
    #[must_use]
    pub fn not_claimable(&self) -> Failure {
        let detail = match (self.intent, self.status) {
            (HandoffIntent::Park, _) => "This session was only put aside by its engineer.",
            (_, HandoffStatus::Released) => "It was taken back by whoever handed it over.",
            _ => "This handoff is over; reload to see where the session is.",
        };
        Failure::new(codes::HANDOFF_NOT_CLAIMABLE, detail)
    }

    /// The conversation goes to whoever won it: in their list at once (CHAT-08), theirs to go on with (CHAT-02).
    pub fn taken_over(&self, session: &mut AiSession, by: UserId, now: Timestamp) {
        session.status = AiSessionStatus::Active;
        session.escalated_to_id = Some(by);
        session.picked_up_by = Some(by);
        if let Some(package) = session.escalation_package.as_mut().and_then(Value::as_object_mut) {
            package.insert("picked_up_by".into(), json!(by));
        }
        session.touch(now);
    }

    /// Lets go of it: whoever has it puts it back, whoever handed it over takes it back while nobody has it. A manager
    /// may do both.
    ///
    /// # Errors
    /// `handoff_access_denied`, `handoff_not_claimable`, `validation_failed`, `ai_session_closed`.
    pub fn release(
        &mut self,
        session: &mut AiSession,
        reason: Option<&str>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Release, Failure> {
        let mut checks = Checks::new();
        checks.optional_text("reason", reason, 0..=1_000);
        checks.finish()?;
        let theirs = match self.status {
            HandoffStatus::Claimed => self.claimed_by == Some(by.user_id),
            _ => self.created_by == by.user_id,
        };
        if !theirs && !manages(by) {
            return Err(access_denied());
        }
        if self.intent == HandoffIntent::Park {
            return Err(self.not_claimable());
        }
        match self.status {
            HandoffStatus::Claimed => {
                self.wait_again(session, now)?;
                Ok(Release::Waiting)
            }
            HandoffStatus::Waiting => {
                self.status = HandoffStatus::Released;
                self.closed_at = Some(now);
                session.status = AiSessionStatus::Active;
                // Whoever had it before it was handed over has it again.
                session.escalated_to_id = session.picked_up_by;
                session.touch(now);
                Ok(Release::TakenBack)
            }
            HandoffStatus::Released | HandoffStatus::Closed => Err(self.not_claimable()),
        }
    }

    /// Asks somebody else to take it: whoever handed it over does while nobody has it, a manager always; who had it
    /// has it no more.
    ///
    /// # Errors
    /// `handoff_access_denied`, `handoff_not_claimable`, `handoff_to_self` where it is to go to whoever handed it over,
    /// `ai_session_closed`.
    pub fn assign(
        &mut self,
        session: &mut AiSession,
        to: UserId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let theirs = self.created_by == by.user_id && self.status == HandoffStatus::Waiting;
        if !theirs && !manages(by) {
            return Err(access_denied());
        }
        if !self.is_open() || self.intent == HandoffIntent::Park {
            return Err(self.not_claimable());
        }
        if to == self.created_by {
            let detail = "That is who handed it over. Pick somebody else.";
            return Err(Failure::new(codes::HANDOFF_TO_SELF, detail));
        }
        self.target_user_id = Some(to);
        if self.status == HandoffStatus::Claimed {
            return self.wait_again(session, now);
        }
        session.escalated_to_id = Some(to);
        session.touch(now);
        Ok(())
    }

    fn wait_again(&mut self, session: &mut AiSession, now: Timestamp) -> Result<(), Failure> {
        if session.status != AiSessionStatus::Paused {
            session.require_active()?;
        }
        self.status = HandoffStatus::Waiting;
        self.claimed_by = None;
        self.claimed_at = None;
        self.picked_up_at = None;
        session.status = AiSessionStatus::Escalated;
        session.escalated_to_id = self.target_user_id;
        session.picked_up_by = None;
        if let Some(package) = session.escalation_package.as_mut().and_then(Value::as_object_mut) {
            package.remove("picked_up_by");
        }
        session.touch(now);
        Ok(())
    }

    /// It is over, because the conversation ended or went on.
    pub const fn close(&mut self, resolved: bool, now: Timestamp) {
        self.status = HandoffStatus::Closed;
        self.resolved = resolved;
        self.closed_at = Some(now);
    }

    /// Notes that whoever has it went on: the first time counts, and what was worked before is counted again.
    pub fn note_action(&mut self, worked: Option<&str>, now: Timestamp) {
        self.first_action_at.get_or_insert(now);
        if worked.is_some_and(|title| self.snapshot.has_tried(title)) {
            self.repeated_steps += 1;
        }
    }
}

/// Team administrators and owners see to it that handoffs find somebody.
fn manages(by: &Actor) -> bool {
    decide(by, Action::ManagePeople)
}

fn access_denied() -> Failure {
    let detail = "Only whoever has it, whoever handed it over, or a manager of the account does this.";
    Failure::new(codes::HANDOFF_ACCESS_DENIED, detail)
}
