//! The numbers of escalations (KNOW-06).

use rf_auth_policy::{Action, require};
use rf_handoff::{EscalationFacts, EscalationGroup, EscalationNumbers};
use rf_kernel::{Failure, Timestamp};

use super::names;
use crate::{App, Caller};

/// Escalations counted at most; a year of a large MSP.
const MOST: u64 = 50_000;
/// The longest time asked at once.
const MOST_DAYS: i64 = 366;
const DAY_SECONDS: i64 = 86_400;
/// The time where none is said.
const USUAL_DAYS: i64 = 30;

/// The numbers of those that have something in common.
#[derive(Clone, Debug)]
pub struct NamedGroup {
    /// What they have in common: a domain, a client, a person's id.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Their numbers.
    pub numbers: EscalationNumbers,
}

/// The numbers of a time.
#[derive(Clone, Debug)]
pub struct EscalationReport {
    /// From then on.
    pub from: Timestamp,
    /// Before then.
    pub to: Timestamp,
    /// Of all.
    pub all: EscalationNumbers,
    /// By what they are about; unknown ones left out.
    pub by_domain: Vec<NamedGroup>,
    /// By client; those without one left out.
    pub by_client: Vec<NamedGroup>,
    /// By who handed over.
    pub by_engineer: Vec<NamedGroup>,
    /// By who took over.
    pub by_claimer: Vec<NamedGroup>,
}

impl App {
    /// The numbers of the escalations made in a time: the last thirty days where none is said.
    ///
    /// # Errors
    /// `validation_failed` where it ends before it begins or is longer than a year, `forbidden`.
    pub async fn escalation_numbers(
        &self,
        caller: &Caller,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<EscalationReport, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let to = to.unwrap_or_else(|| work.ctx.now.plus_seconds(1));
            let from = from.unwrap_or_else(|| to.plus_seconds(-USUAL_DAYS * DAY_SECONDS));
            if from >= to || to.seconds_since(from) > MOST_DAYS * DAY_SECONDS {
                let message = format!("must be before `to`, by {MOST_DAYS} days at most");
                return Err(Failure::invalid_field("query.from", "out_of_range", message));
            }
            let facts = work.unit.escalation_facts(work.actor.account_id, from, to, MOST).await?;
            let people = facts.iter().flat_map(|fact| [Some(fact.created_by), fact.claimed_by]);
            let names = names(work, people.flatten().collect()).await?;
            let by_text = |key: fn(&EscalationFacts) -> Option<String>| {
                let named = |group: EscalationGroup<String>| NamedGroup {
                    name: group.key.clone(),
                    key: group.key,
                    numbers: group.numbers,
                };
                EscalationNumbers::by(&facts, key).into_iter().map(named).collect()
            };
            let by_person = |key: fn(&EscalationFacts) -> Option<rf_kernel::UserId>| {
                let named = |group: EscalationGroup<rf_kernel::UserId>| NamedGroup {
                    name: names.get(&group.key).cloned().unwrap_or_default(),
                    key: group.key.to_string(),
                    numbers: group.numbers,
                };
                EscalationNumbers::by(&facts, key).into_iter().map(named).collect()
            };
            Ok(EscalationReport {
                from,
                to,
                all: EscalationNumbers::of(&facts),
                by_domain: by_text(|fact| fact.problem_domain.clone()),
                by_client: by_text(|fact| fact.client_name.clone()),
                by_engineer: by_person(|fact| Some(fact.created_by)),
                by_claimer: by_person(|fact| fact.claimed_by),
            })
        })
        .await
    }
}
