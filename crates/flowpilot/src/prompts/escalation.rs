//! The handover to somebody with more experience: likely causes with what speaks for and against them, and what to try.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Page, Prompt, PromptFile, Refused,
    guard::{given, no_new_addresses, no_parrot},
    pending,
    shape::Place,
    write_case,
};
use crate::document::{CaseRecord, Evidence, evidence_of};

const MOST_CAUSES: usize = 5;
const MOST_STEPS: usize = 8;
const MOST_CITED: usize = 20;
/// Longest texts, characters.
const LONGEST_CAUSE: usize = 300;
const LONGEST_SUMMARY: usize = 1_200;

/// Asks for the assessment of a case that is handed over.
#[derive(Clone, Debug)]
pub struct EscalationPackage<'a> {
    case: CaseRecord<'a>,
    evidence: Vec<Evidence>,
    reason: &'a str,
}

/// What a handover says beyond the record: hypotheses, not facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The problem, what is certain and what is open, in a few sentences.
    pub summary: String,
    /// Likely causes, the likeliest first. A fix that waits for its result leads (FIX-07).
    pub likely: Vec<LikelyCause>,
    /// What to do next, in order.
    pub suggested_steps: Vec<String>,
}

/// A cause that may be the one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikelyCause {
    /// What it is, in a line.
    pub cause: String,
    /// Ids of the evidence that speaks for it, at least one.
    pub evidence_for: Vec<String>,
    /// Ids of the evidence that speaks against it.
    pub evidence_against: Vec<String>,
}

impl<'a> EscalationPackage<'a> {
    /// The prompt for a case handed over for that reason.
    #[must_use]
    pub fn new(case: &CaseRecord<'a>, reason: &'a str) -> Self {
        Self { case: *case, evidence: evidence_of(case), reason }
    }

    fn cause(&self, place: &Place<'_>) -> Result<LikelyCause, Refused> {
        place.only(&["cause", "evidence_for", "evidence_against"])?;
        let exists = |id: &str| self.evidence.iter().any(|evidence| evidence.id == id);
        let supports = place.part("evidence_for")?;
        let evidence_for = supports.ids(MOST_CITED, exists)?;
        if evidence_for.is_empty() {
            return Err(supports.refuse("is empty"));
        }
        Ok(LikelyCause {
            cause: place.part("cause")?.line(LONGEST_CAUSE)?,
            evidence_for,
            evidence_against: place.part("evidence_against")?.ids(MOST_CITED, exists)?,
        })
    }
}

impl Prompt for EscalationPackage<'_> {
    type Answer = Assessment;

    fn file(&self) -> PromptFile {
        PromptFile::EscalationPackage
    }

    fn schema(&self) -> Value {
        let ids = |what: &str| json!({ "type": "array", "items": { "type": "string" }, "description": what });
        json!({
            "type": "object",
            "properties": {
                "summary": { "type": "string" },
                "likely": {
                    "type": "array",
                    "description": "Likely causes, the likeliest first; a pending fix leads.",
                    "items": {
                        "type": "object",
                        "properties": {
                            "cause": { "type": "string", "description": "One line." },
                            "evidence_for": ids("Ids of the evidence that speaks for it; at least one."),
                            "evidence_against": ids("Ids of the evidence that speaks against it.")
                        },
                        "required": ["cause", "evidence_for", "evidence_against"],
                        "additionalProperties": false
                    }
                },
                "suggested_steps": { "type": "array", "items": { "type": "string" } }
            },
            "required": ["summary", "likely", "suggested_steps"],
            "additionalProperties": false
        })
    }

    fn write(&self, page: &mut Page<'_>) {
        write_case(&self.case, &self.evidence, page);
        page.block("reason", "", &[], self.reason);
    }

    fn read(&self, answer: &Value) -> Result<Assessment, Refused> {
        let root = Place::root(answer);
        root.only(&["summary", "likely", "suggested_steps"])?;
        let summary = root.part("summary")?.text(LONGEST_SUMMARY)?;
        let places = root.part("likely")?;
        let likely: Vec<LikelyCause> =
            places.list(MOST_CAUSES)?.iter().map(|place| self.cause(place)).collect::<Result<_, _>>()?;
        if likely.is_empty() {
            return Err(places.refuse("is empty"));
        }
        let steps = root.part("suggested_steps")?.list(MOST_STEPS)?;
        let suggested_steps = steps.iter().map(|step| step.line(LONGEST_CAUSE)).collect::<Result<_, _>>()?;
        let given = format!("{}\n{}", given(&self.evidence), self.reason);
        no_new_addresses(answer, &given)?;
        no_parrot(self.file(), answer, &given)?;
        let waiting = pending(&self.case);
        let leads = |cause: &LikelyCause| waiting.iter().any(|fix| cause.evidence_for.contains(&fix.id));
        if !waiting.is_empty() && !likely.first().is_some_and(leads) {
            return Err(Refused::PendingFix);
        }
        Ok(Assessment { summary, likely, suggested_steps })
    }
}
