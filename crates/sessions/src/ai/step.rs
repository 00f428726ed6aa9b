//! One step of a conversation: what the copilot proposed, from where, and what became of it.

use rf_kernel::{AiSessionId, AiStepId, Checks, EntryId, Failure, HandoffId, Timestamp, TreeId, UserId};
use serde::{Deserialize, Serialize};

use crate::codes;

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Asks; its options are the answers, or the engineer writes one.
    Question,
    /// Something to do that may fix it.
    Action,
    /// Something to look at, or to know.
    Check,
    /// An end: the work is finished.
    Outcome,
    /// An end: somebody else takes over.
    Escalation,
}

/// Where a step comes from; shown beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepSource {
    /// A step of a flow.
    Flow {
        /// The flow.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
        tree_id: TreeId,
        /// Its name then.
        tree_name: String,
        /// The node or the checklist's step.
        node_id: String,
    },
    /// What a senior asks first in that domain.
    Playbook {
        /// The domain.
        domain: String,
        /// Which question of it.
        question_id: String,
    },
    /// The choice between flows that may fit.
    Candidates,
    /// A language model.
    Model {
        /// Its name.
        model: String,
    },
    /// The briefing of whoever took the conversation over.
    Handoff {
        /// The handoff.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
        handoff_id: HandoffId,
    },
}

/// One answer of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepOption {
    /// Unique in the step.
    pub id: String,
    /// What the engineer picks.
    pub label: String,
}

/// What the copilot proposes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What it is for.
    pub kind: StepKind,
    /// The question, or what to do, in a line.
    pub title: String,
    /// How, in Markdown.
    pub body: Option<String>,
    /// Shown first when it can do harm, in Markdown.
    pub warning: Option<String>,
    /// Commands to run, in order, as they are typed.
    pub commands: Vec<String>,
    /// Answers; empty where a verdict is asked.
    pub options: Vec<StepOption>,
    /// Where it comes from.
    pub source: StepSource,
    /// Why it is next, in a sentence.
    pub why: String,
    /// The sentence the ticket's note gets when the step was passed; safe for the client to read.
    pub note: Option<String>,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// A question was answered.
    Answered,
    /// Done, and the problem is gone; of a check: it showed what was hoped for.
    Worked,
    /// Done, and the problem is still there.
    DidNotWork,
    /// Does not apply here; says why.
    NotApplicable,
    /// Cannot be done now.
    CannotNow,
}

impl VerdictKind {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Worked => "worked",
            Self::DidNotWork => "did_not_work",
            Self::NotApplicable => "not_applicable",
            Self::CannotNow => "cannot_now",
        }
    }
}

/// What the engineer says of the present step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What became of it.
    pub kind: VerdictKind,
    /// Which option, for an answer of a step that has some.
    pub option_id: Option<String>,
    /// Why, for a step that does not apply.
    pub reason: Option<String>,
    /// What was seen.
    pub notes: Option<String>,
}

impl Verdict {
    /// Checks what a caller may send.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.optional_text("option_id", self.option_id.as_deref(), 1..=64);
        checks.optional_text("notes", self.notes.as_deref(), 0..=20_000);
        match (self.kind, &self.reason) {
            (VerdictKind::NotApplicable, None) => {
                checks.refuse("reason", "reason_required", "say why the step does not apply");
            }
            (_, reason) => checks.optional_text("reason", reason.as_deref(), 1..=1_000),
        }
        checks.finish()
    }
}

/// A verdict as the step keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Made by the client; a repeat changes nothing.
    pub entry_id: EntryId,
    /// What became of the step.
    pub kind: VerdictKind,
    /// The answer's id.
    pub option_id: Option<String>,
    /// The answer's label then.
    pub label: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What was seen.
    pub notes: Option<String>,
    /// When; the server's time.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
}

/// One step of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct AiStep {
    /// Its id.
    pub id: AiStepId,
    /// The conversation.
    pub session_id: AiSessionId,
    /// Counted from 1 in the conversation.
    pub step_order: i64,
    /// What was proposed.
    pub proposal: Proposal,
    /// How sure the copilot was then, 0 to 1.
    pub confidence_score: f64,
    /// What became of it; `None` while it is open.
    pub answer: Option<Answer>,
    /// The engineer went back behind it, or another way was taken.
    pub withdrawn: bool,
    /// When it was proposed.
    pub created_at: Timestamp,
}

impl AiStep {
    /// Takes the engineer's verdict.
    ///
    /// # Errors
    /// `step_answered`, `validation_failed` when the option is not one of its own or a verdict is given where a
    /// question asks for an answer.
    pub fn take(
        &mut self,
        entry_id: EntryId,
        verdict: Verdict,
        by: UserId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        verdict.check()?;
        if self.answer.is_some() || self.withdrawn {
            return Err(Failure::new(codes::STEP_ANSWERED, "This step has been answered already. Reload."));
        }
        let label = match (&verdict.option_id, verdict.kind) {
            (Some(id), VerdictKind::Answered) => {
                let option =
                    self.proposal.options.iter().find(|option| option.id == *id).ok_or_else(|| {
                        Failure::invalid_field("option_id", "unknown_option", "this step has no such option")
                    })?;
                Some(option.label.clone())
            }
            (Some(_), _) => {
                let message = "an option goes with the verdict answered alone";
                return Err(Failure::invalid_field("option_id", "not_for_this_verdict", message));
            }
            (None, VerdictKind::Answered)
                if verdict.notes.as_deref().is_none_or(|text| text.trim().is_empty()) =>
            {
                let message = "pick one of the options, or write the answer into notes";
                return Err(Failure::invalid_field("option_id", "option_required", message));
            }
            (None, _) => None,
        };
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        self.answer = Some(Answer {
            entry_id,
            kind: verdict.kind,
            option_id: verdict.option_id,
            label,
            reason: filled(verdict.reason),
            notes: filled(verdict.notes),
            at: now,
            by,
        });
        Ok(())
    }

    /// Whether it is the briefing of whoever took the conversation over: nothing the copilot proposed.
    #[must_use]
    pub const fn is_briefing(&self) -> bool {
        matches!(self.proposal.source, StepSource::Handoff { .. })
    }

    /// Whether the engineer is asked for it now.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.answer.is_none() && !self.withdrawn
    }
}
