//! Which model answers what: a fast one for simple steps, a deep one where a wrong answer costs an hour.

/// What an answer is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Reading a ticket: summary, domain, what to look for.
    Intake,
    /// The next question or action of a session.
    NextStep,
    /// Choosing between causes after something did not work.
    Diagnosis,
    /// A proposal of how to fix it.
    SuggestedFix,
    /// Notes and summaries from what is recorded.
    Documentation,
    /// Handing a case to somebody else: hypotheses and what to try.
    Escalation,
    /// The chat beside the work.
    Chat,
}

impl StepKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Intake,
        Self::NextStep,
        Self::Diagnosis,
        Self::SuggestedFix,
        Self::Documentation,
        Self::Escalation,
        Self::Chat,
    ];

    /// Its name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::NextStep => "next_step",
            Self::Diagnosis => "diagnosis",
            Self::SuggestedFix => "suggested_fix",
            Self::Documentation => "documentation",
            Self::Escalation => "escalation",
            Self::Chat => "chat",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// How much thought it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelTier {
    /// Answers soon, for little money.
    Fast,
    /// Answers well.
    Deep,
}

/// The models of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelTiers {
    /// The fast one's name.
    pub fast: String,
    /// The deep one's name; may be the same.
    pub deep: String,
    /// What the deep one is asked however sure the copilot is.
    pub always_deep: Vec<StepKind>,
    /// Surer than that, percent, the fast one will do; 100 makes every other answer a deep one too.
    pub fast_above: u8,
}

impl ModelTiers {
    /// The copilot follows a flow where it is surer than that, percent; so little is left to think about.
    pub const FAST_ABOVE: u8 = 80;

    /// The usual choice between two models: causes, fixes and escalations always get the deep one.
    pub fn new(fast: impl Into<String>, deep: impl Into<String>) -> Self {
        Self {
            fast: fast.into(),
            deep: deep.into(),
            always_deep: vec![StepKind::Diagnosis, StepKind::SuggestedFix, StepKind::Escalation],
            fast_above: Self::FAST_ABOVE,
        }
    }

    /// How much thought a step gets of which the copilot is so sure, percent. What only reads or retells what is there
    /// needs no thought; nothing is known yet about how sure one is at the intake.
    #[must_use]
    pub fn tier(&self, step: StepKind, confidence: u8) -> ModelTier {
        if self.always_deep.contains(&step) {
            return ModelTier::Deep;
        }
        match step {
            StepKind::Intake | StepKind::Documentation => ModelTier::Fast,
            _ if confidence > self.fast_above => ModelTier::Fast,
            _ => ModelTier::Deep,
        }
    }

    /// The model for it.
    #[must_use]
    pub fn model(&self, step: StepKind, confidence: u8) -> &str {
        match self.tier(step, confidence) {
            ModelTier::Fast => &self.fast,
            ModelTier::Deep => &self.deep,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_steps_get_the_fast_model_and_complex_ones_the_deep_one() {
        let tiers = ModelTiers::new("fast", "deep");
        let cases = [
            (StepKind::Intake, 0, "fast"),
            (StepKind::Documentation, 0, "fast"),
            (StepKind::NextStep, 81, "fast"),
            (StepKind::NextStep, 80, "deep"),
            (StepKind::NextStep, 0, "deep"),
            (StepKind::Chat, 95, "fast"),
            (StepKind::Chat, 20, "deep"),
            (StepKind::Diagnosis, 100, "deep"),
            (StepKind::SuggestedFix, 100, "deep"),
            (StepKind::Escalation, 100, "deep"),
        ];
        for (step, confidence, model) in cases {
            assert_eq!(tiers.model(step, confidence), model, "{step:?} at {confidence}");
        }
    }

    #[test]
    fn an_installation_decides_what_is_deep() {
        let usual = ModelTiers::new("fast", "deep");
        let all_deep = ModelTiers { always_deep: StepKind::ALL.to_vec(), ..usual.clone() };
        let all_fast = ModelTiers { always_deep: vec![], fast_above: 0, ..usual };
        for step in StepKind::ALL {
            assert_eq!(all_deep.tier(step, 100), ModelTier::Deep, "{step:?}");
            assert_eq!(all_fast.tier(step, 1), ModelTier::Fast, "{step:?}");
        }
    }

    #[test]
    fn being_surer_never_makes_an_answer_deeper() {
        let tiers = ModelTiers::new("fast", "deep");
        for step in StepKind::ALL {
            let deep = |confidence| tiers.tier(step, confidence) == ModelTier::Deep;
            assert!((0..100).all(|confidence| deep(confidence) || !deep(confidence + 1)), "{step:?}");
            assert_eq!(StepKind::from_name(step.as_str()), Some(step));
        }
        assert_eq!(StepKind::from_name("next-step"), None);
    }
}
