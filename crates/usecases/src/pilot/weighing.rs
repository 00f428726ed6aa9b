//! What a model makes of a conversation that is handed over (ESC-24). It is asked in the background, for the account and
//! for nobody in particular: whoever handed it over has gone on.

use std::time::Duration;

use rf_flowpilot::{
    document::{CaseRecord, Evidence, evidence_of},
    llm::StepKind,
    prompts::{self, EscalationPackage, LikelyCause},
    pseudonyms::Finder,
};
use rf_kernel::{AccountId, Failure};
use rf_notes::RedactionOptions;
use rf_sessions::ai::{AiSession, AiStep, SuggestedFix};

use super::{
    Kept,
    model::{Model, NoAnswer, Question},
};
use crate::App;

/// The longest assessment, tokens.
const MAX_TOKENS: u32 = 2_000;

/// What is weighed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighing<'a> {
    pub(crate) session: &'a AiSession,
    /// As they were when it was handed over.
    pub(crate) steps: &'a [AiStep],
    pub(crate) fixes: &'a [SuggestedFix],
    /// Why it was handed over.
    pub(crate) reason: &'a str,
    /// What the account has masked.
    pub(crate) rules: &'a RedactionOptions,
}

/// What a model said, checked: every cause names evidence there is.
#[derive(Clone, Debug)]
pub(crate) struct WeighedByModel {
    /// Which model.
    pub(crate) engine: String,
    pub(crate) summary: String,
    pub(crate) likely: Vec<LikelyCause>,
    pub(crate) suggested_steps: Vec<String>,
    /// What the causes name by id.
    pub(crate) evidence: Vec<Evidence>,
}

impl App {
    /// Asks the model, for at most so long; `None` where there is none, and why where its answer came to nothing.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn ask_to_weigh(
        &self,
        account: AccountId,
        about: &Weighing<'_>,
        at_most: Duration,
    ) -> Result<Option<Result<WeighedByModel, String>>, Failure> {
        let Some(model) = &self.model else { return Ok(None) };
        let model = Model { deadline: model.deadline.min(at_most), ..model.clone() };
        let Weighing { session, steps, fixes, reason, rules } = *about;
        let kept = Kept::of(session)?;
        let signatures = kept.signatures();
        let case = CaseRecord { session, steps, fixes, signatures: &signatures };
        let prompt = EscalationPackage::new(&case, reason);
        let Ok(finder) = Finder::new(rules) else {
            let why = "A rule for what is masked cannot be used, so nothing was sent to a model.";
            return Ok(Some(Err(why.into())));
        };
        let mut pseudonyms = kept.pseudonyms(session);
        let sending = prompts::ask(&prompt, &finder, &mut pseudonyms);
        let (need, score) = (StepKind::Escalation, session.confidence_score);
        let question = Question::new(&model, need, score, session.turn, sending, MAX_TOKENS, pseudonyms);
        let taken = self
            .ask(account, session.id, &model, &question, None, |answer| {
                let taken = prompts::take(&prompt, answer, &question.pseudonyms);
                taken.map_err(|refused| NoAnswer::Refused(refused.to_string()))
            })
            .await?;
        Ok(Some(match taken {
            Ok(prompts::Assessment { summary, likely, suggested_steps }) => Ok(WeighedByModel {
                engine: question.request.model.clone(),
                summary,
                likely,
                suggested_steps,
                evidence: evidence_of(&case),
            }),
            Err(none) => Err(none.sentence()),
        }))
    }
}
