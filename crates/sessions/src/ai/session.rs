//! The conversation as a whole: who it belongs to, where it stands, how it ends.

use rf_auth_policy::Actor;
use rf_kernel::{
    AccountId, AiSessionId, Checks, EntryId, Failure, Revision, SessionId, TeamId, Timestamp, TreeId, UserId,
    names,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::codes;

names! {
    /// How a conversation began (AIS-03).
    IntakeType {
        /// Something was written.
        FreeText = "free_text",
        /// A ticket of the PSA.
        PsaTicket = "psa_ticket",
        /// A picture of the screen.
        Screenshot = "screenshot",
        /// Lines of a log.
        LogPaste = "log_paste",
        /// Several of these.
        Combined = "combined",
    }
}

names! {
    /// Where a conversation stands (AIS-06).
    AiSessionStatus {
        /// Being worked.
        Active = "active",
        /// Put aside by its engineer.
        Paused = "paused",
        /// Fixed.
        Resolved = "resolved",
        /// Handed over.
        Escalated = "escalated",
        /// Being handed over; kept for rows of the original product.
        RequestingEscalation = "requesting_escalation",
        /// Left alone too long.
        Abandoned = "abandoned",
    }
}

names! {
    /// How sure the copilot is (AIS-07).
    ConfidenceTier {
        /// Above 80 %: it follows a flow.
        Guided = "guided",
        /// 40 to 80 %: it offers what may fit.
        Exploring = "exploring",
        /// Below 40 %: it asks what a senior would ask.
        Discovery = "discovery",
    }
}

impl ConfidenceTier {
    /// The tier of a score between 0 and 1.
    #[must_use]
    pub fn of(score: f64) -> Self {
        if score > 0.8 {
            Self::Guided
        } else if score >= 0.4 {
            Self::Exploring
        } else {
            Self::Discovery
        }
    }
}

/// What came in (AIS-04).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IntakeContent {
    /// What was written.
    #[serde(default)]
    pub text: Option<String>,
    /// Where pictures are kept.
    #[serde(default)]
    pub image_urls: Vec<String>,
    /// Lines of a log.
    #[serde(default)]
    pub log_content: Option<String>,
    /// The ticket as the PSA had it.
    #[serde(default)]
    pub ticket_data: Option<Value>,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageRole {
    /// The person.
    Engineer,
    /// The copilot.
    Copilot,
}

/// What wrote an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EngineNote {
    /// `offline`, or a model's name.
    pub name: String,
    /// Why no model wrote it, where one could have; a sentence for people.
    #[serde(default)]
    pub reason: Option<String>,
}

impl EngineNote {
    /// What answers where no model is asked.
    pub const OFFLINE: &'static str = "offline";

    /// No model, and why where one could have answered.
    #[must_use]
    pub fn offline(reason: Option<String>) -> Self {
        Self { name: Self::OFFLINE.to_owned(), reason }
    }
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Of the engineer's: made by the client, so that a repeat is recognised.
    pub id: EntryId,
    /// Who.
    pub role: MessageRole,
    /// What, in Markdown.
    pub text: String,
    /// The step it belongs to.
    #[serde(default)]
    pub step_order: Option<i64>,
    /// The person, of an engineer's.
    #[serde(default)]
    pub by: Option<UserId>,
    /// What wrote it, of the copilot's; not there in what was said before models were asked.
    #[serde(default)]
    pub engine: Option<EngineNote>,
    /// When; the server's time.
    pub at: Timestamp,
}

/// How many turns a conversation has had. Whoever wants to take the next one shows it, so that two tabs or a crash
/// cannot fork the conversation.
pub type TurnToken = i64;

/// One conversation with the copilot.
#[derive(Clone, Debug, PartialEq)]
pub struct AiSession {
    /// Its id.
    pub id: AiSessionId,
    /// The tenant.
    pub account_id: AccountId,
    /// Whose work it is.
    pub user_id: UserId,
    /// Their team then.
    pub team_id: Option<TeamId>,
    /// How it began.
    pub intake_type: IntakeType,
    /// What came in.
    pub intake: IntakeContent,
    /// What it is called in lists; the problem where nobody named it.
    pub title: Option<String>,
    /// The problem in a line.
    pub problem_summary: Option<String>,
    /// What it is about.
    pub problem_domain: Option<String>,
    /// Where it stands.
    pub status: AiSessionStatus,
    /// How sure the copilot is.
    pub confidence_tier: ConfidenceTier,
    /// The same as a number, 0 to 1.
    pub confidence_score: f64,
    /// Why it is that sure, each in a sentence.
    pub confidence_reasons: Vec<String>,
    /// The flow it follows.
    pub matched_flow_id: Option<TreeId>,
    /// How well that fits, 0 to 1.
    pub match_score: Option<f64>,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// What fixed it.
    pub resolution_summary: Option<String>,
    /// The step that fixed it.
    pub resolution_action: Option<String>,
    /// Why it was handed over.
    pub escalation_reason: Option<String>,
    /// What the next engineer gets.
    pub escalation_package: Option<Value>,
    /// Who has it now.
    pub escalated_to_id: Option<UserId>,
    /// Who took it over last, and has not put it back (CHAT-03); also while it waits for the next one.
    pub picked_up_by: Option<UserId>,
    /// The guided session it goes on from.
    pub guided_session_id: Option<SessionId>,
    /// How good the copilot was, 1 to 5.
    pub session_rating: Option<i64>,
    /// And why.
    pub session_feedback: Option<String>,
    /// Tokens sent to models.
    pub total_input_tokens: i64,
    /// Tokens models wrote.
    pub total_output_tokens: i64,
    /// Steps proposed so far.
    pub step_count: i64,
    /// What answers: `offline`, or a model's name.
    pub engine: String,
    /// What the model was told to be; `None` where none was asked.
    pub system_prompt_snapshot: Option<String>,
    /// The engine's own state, as it left it.
    pub engine_state: Value,
    /// What was said.
    pub conversation_messages: Vec<Message>,
    /// Turns taken.
    pub turn: TurnToken,
    /// When it began.
    pub created_at: Timestamp,
    /// When something last happened.
    pub updated_at: Timestamp,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// Counts its changes.
    pub revision: Revision,
}

/// A conversation to begin.
#[derive(Clone, Debug)]
pub struct NewAiSession {
    /// Its id.
    pub id: AiSessionId,
    /// How it begins.
    pub intake_type: IntakeType,
    /// What came in.
    pub intake: IntakeContent,
    /// The ticket's number.
    pub psa_ticket_id: Option<String>,
    /// The client.
    pub client_name: Option<String>,
    /// What answers.
    pub engine: String,
}

impl NewAiSession {
    /// Checks what a caller may send, but for the texts: reading them is the copilot's.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.optional_text("psa_ticket_id", self.psa_ticket_id.as_deref(), 1..=100);
        checks.optional_text("client_name", self.client_name.as_deref(), 1..=255);
        checks.count("intake_content.image_urls", self.intake.image_urls.len(), 10);
        for url in &self.intake.image_urls {
            checks.text("intake_content.image_urls", url, 1..=500);
        }
        checks.finish()
    }

    /// The conversation, with nothing said yet.
    #[must_use]
    pub fn begun(self, by: &Actor, now: Timestamp) -> AiSession {
        AiSession {
            id: self.id,
            account_id: by.account_id,
            user_id: by.user_id,
            team_id: by.team_id,
            intake_type: self.intake_type,
            intake: self.intake,
            title: None,
            problem_summary: None,
            problem_domain: None,
            status: AiSessionStatus::Active,
            confidence_tier: ConfidenceTier::Discovery,
            confidence_score: 0.0,
            confidence_reasons: Vec::new(),
            matched_flow_id: None,
            match_score: None,
            psa_ticket_id: self.psa_ticket_id,
            client_name: self.client_name,
            resolution_summary: None,
            resolution_action: None,
            escalation_reason: None,
            escalation_package: None,
            escalated_to_id: None,
            picked_up_by: None,
            guided_session_id: None,
            session_rating: None,
            session_feedback: None,
            total_input_tokens: 0,
            total_output_tokens: 0,
            step_count: 0,
            engine: self.engine,
            system_prompt_snapshot: None,
            engine_state: Value::Null,
            conversation_messages: Vec::new(),
            turn: 0,
            created_at: now,
            updated_at: now,
            resolved_at: None,
            revision: Revision::FIRST,
        }
    }
}

/// What a turn of the engine amounts to for the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// How sure it is now, 0 to 1.
    pub confidence_score: f64,
    /// Why.
    pub confidence_reasons: Vec<String>,
    /// The flow it follows, and how well that fits.
    pub matched_flow: Option<(TreeId, f64)>,
    /// Its state.
    pub engine_state: Value,
}

impl AiSession {
    /// Its engineer, and whoever took it over (CHAT-02).
    ///
    /// # Errors
    /// `ai_session_access_denied`.
    pub fn require_worker(&self, actor: &Actor) -> Result<(), Failure> {
        if self.user_id == actor.user_id || self.escalated_to_id == Some(actor.user_id) {
            return Ok(());
        }
        Err(access_denied())
    }

    /// Who may read it: those who work it, and anybody of the account while it waits to be picked up (ESC-17).
    ///
    /// # Errors
    /// `ai_session_access_denied`.
    pub fn require_reader(&self, actor: &Actor) -> Result<(), Failure> {
        if self.in_transit() {
            return Ok(());
        }
        self.require_worker(actor)
    }

    /// Whether it has been handed over.
    #[must_use]
    pub const fn in_transit(&self) -> bool {
        matches!(self.status, AiSessionStatus::Escalated | AiSessionStatus::RequestingEscalation)
    }

    /// Refuses to go on where it is not being worked.
    ///
    /// # Errors
    /// `ai_session_paused`, `ai_session_closed`.
    pub fn require_active(&self) -> Result<(), Failure> {
        match self.status {
            AiSessionStatus::Active => Ok(()),
            AiSessionStatus::Paused => {
                Err(Failure::new(codes::AI_SESSION_PAUSED, "This session is paused. Resume it to go on."))
            }
            other => {
                let detail = format!("This session is {}; it takes no more messages.", words(other));
                Err(Failure::new(codes::AI_SESSION_CLOSED, detail))
            }
        }
    }

    /// Refuses a turn that was not shown the last one.
    ///
    /// # Errors
    /// `stale_turn` with the present turn.
    pub fn require_turn(&self, shown: TurnToken) -> Result<(), Failure> {
        if shown == self.turn {
            return Ok(());
        }
        Err(Failure::new(
            codes::STALE_TURN,
            serde_json::json!({
                "message": "The session has moved on, perhaps in another tab. Reload to see where it is.",
                "turn": self.turn,
            }),
        ))
    }

    /// Whether the engineer said that already: a request sent twice.
    #[must_use]
    pub fn has_message(&self, id: EntryId) -> bool {
        self.conversation_messages.iter().any(|message| message.id == id)
    }

    /// Takes what a turn amounts to.
    pub fn advance(&mut self, progress: Progress, now: Timestamp) {
        self.confidence_score = progress.confidence_score.clamp(0.0, 1.0);
        self.confidence_tier = ConfidenceTier::of(self.confidence_score);
        self.confidence_reasons = progress.confidence_reasons;
        self.matched_flow_id = progress.matched_flow.map(|(id, _)| id);
        self.match_score = progress.matched_flow.map(|(_, score)| score.clamp(0.0, 1.0));
        self.engine_state = progress.engine_state;
        self.turn += 1;
        self.touch(now);
    }

    /// Puts it aside; only its engineer does (AIS-17).
    ///
    /// # Errors
    /// `ai_session_access_denied`, `ai_session_paused`, `ai_session_closed`.
    pub fn pause(&mut self, by: &Actor, now: Timestamp) -> Result<(), Failure> {
        self.require_worker(by)?;
        self.require_active()?;
        self.status = AiSessionStatus::Paused;
        self.touch(now);
        Ok(())
    }

    /// Goes on with it; nothing where it is being worked already.
    ///
    /// # Errors
    /// `ai_session_access_denied`, `ai_session_closed`.
    pub fn resume(&mut self, by: &Actor, now: Timestamp) -> Result<(), Failure> {
        self.require_worker(by)?;
        match self.status {
            AiSessionStatus::Active => Ok(()),
            AiSessionStatus::Paused | AiSessionStatus::Abandoned => {
                self.status = AiSessionStatus::Active;
                self.touch(now);
                Ok(())
            }
            _ => self.require_active(),
        }
    }

    /// Ends it: fixed. A paused one may be ended as well, and one handed over by whoever took it.
    ///
    /// # Errors
    /// `ai_session_access_denied`, `ai_session_closed`, `validation_failed`.
    pub fn resolve(
        &mut self,
        summary: &str,
        action: Option<String>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.require_worker(by)?;
        if self.status != AiSessionStatus::Paused {
            self.require_active()?;
        }
        let mut checks = Checks::new();
        checks.text("resolution_summary", summary.trim(), 1..=4_000);
        checks.optional_text("resolution_action", action.as_deref(), 1..=1_000);
        checks.finish()?;
        self.status = AiSessionStatus::Resolved;
        self.resolution_summary = Some(summary.trim().to_owned());
        self.resolution_action = action;
        self.resolved_at = Some(now);
        self.touch(now);
        Ok(())
    }

    /// Says how good the copilot was (AIS-11); once it has ended or been put aside, and as often as they like.
    ///
    /// # Errors
    /// `ai_session_access_denied`, `validation_failed`.
    pub fn rate(
        &mut self,
        rating: i64,
        feedback: Option<String>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.require_worker(by)?;
        let mut checks = Checks::new();
        if !(1..=5).contains(&rating) {
            checks.refuse("rating", "out_of_range", "must be 1 to 5");
        }
        checks.optional_text("feedback", feedback.as_deref(), 0..=4_000);
        checks.finish()?;
        self.session_rating = Some(rating);
        self.session_feedback = feedback.filter(|text| !text.trim().is_empty());
        self.touch(now);
        Ok(())
    }

    /// Names the ticket it belongs to (AIS-18).
    ///
    /// # Errors
    /// `ai_session_access_denied`, `ai_session_closed`, `validation_failed`.
    pub fn link_ticket(&mut self, ticket: &str, by: &Actor, now: Timestamp) -> Result<(), Failure> {
        self.require_worker(by)?;
        if self.status != AiSessionStatus::Paused {
            self.require_active()?;
        }
        let mut checks = Checks::new();
        checks.text("psa_ticket_id", ticket.trim(), 1..=100);
        checks.finish()?;
        self.psa_ticket_id = Some(ticket.trim().to_owned());
        self.touch(now);
        Ok(())
    }

    /// Notes that it changed, or something that belongs to it.
    pub fn touch(&mut self, now: Timestamp) {
        self.updated_at = now;
        self.revision = self.revision.next();
    }
}

const fn words(status: AiSessionStatus) -> &'static str {
    match status {
        AiSessionStatus::Active => "active",
        AiSessionStatus::Paused => "paused",
        AiSessionStatus::Resolved => "resolved",
        AiSessionStatus::Escalated | AiSessionStatus::RequestingEscalation => "handed over",
        AiSessionStatus::Abandoned => "closed because nobody worked on it; resume it to go on",
    }
}

fn access_denied() -> Failure {
    Failure::new(codes::AI_SESSION_ACCESS_DENIED, "You don't have access to this session")
}
