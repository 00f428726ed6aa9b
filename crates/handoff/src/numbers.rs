//! The numbers of escalations (KNOW-06): how long they wait, how soon work goes on, what comes of them.

use std::collections::BTreeMap;

use rf_kernel::{HandoffId, Timestamp, UserId};

use crate::Handoff;

/// What is counted of one escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationFacts {
    /// The handoff.
    pub id: HandoffId,
    /// What it is about.
    pub problem_domain: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// Who handed it over.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Who took it.
    pub claimed_by: Option<UserId>,
    /// When.
    pub claimed_at: Option<Timestamp>,
    /// When they first did something new.
    pub first_action_at: Option<Timestamp>,
    /// Steps they worked that had been worked before.
    pub repeated_steps: i64,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// Whether the conversation was fixed with it.
    pub resolved: bool,
}

impl EscalationFacts {
    /// What is counted of a handoff.
    #[must_use]
    pub fn of(handoff: &Handoff) -> Self {
        Self {
            id: handoff.id,
            problem_domain: handoff.snapshot.problem_domain.clone(),
            client_name: handoff.snapshot.client_name.clone(),
            created_by: handoff.created_by,
            created_at: handoff.created_at,
            claimed_by: handoff.claimed_by,
            claimed_at: handoff.claimed_at,
            first_action_at: handoff.first_action_at,
            repeated_steps: handoff.repeated_steps,
            closed_at: handoff.closed_at,
            resolved: handoff.resolved,
        }
    }
}

/// The numbers of some escalations. Medians are `None` where nothing was measured; times are in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EscalationNumbers {
    /// Escalations made.
    pub volume: u64,
    /// Of them taken by somebody.
    pub claimed: u64,
    /// Of them fixed by whoever took them.
    pub resolved_after_pickup: u64,
    /// From the handover until somebody took it.
    pub median_time_to_claim_seconds: Option<i64>,
    /// From then until they did something new.
    pub median_time_to_first_action_seconds: Option<i64>,
    /// From then until it was fixed.
    pub median_time_to_resolve_seconds: Option<i64>,
    /// Steps that were worked again after the handover.
    pub repeated_steps: i64,
}

/// The numbers of the escalations that have something in common.
#[derive(Clone, Debug, PartialEq)]
pub struct EscalationGroup<K> {
    /// What they have in common.
    pub key: K,
    /// Their numbers.
    pub numbers: EscalationNumbers,
}

impl EscalationNumbers {
    /// Of these.
    #[must_use]
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a EscalationFacts>) -> Self {
        let mut numbers = Self::default();
        let (mut to_claim, mut to_action, mut to_resolve) = (Vec::new(), Vec::new(), Vec::new());
        for fact in facts {
            numbers.volume += 1;
            numbers.repeated_steps += fact.repeated_steps;
            let Some(claimed) = fact.claimed_at else { continue };
            numbers.claimed += 1;
            to_claim.push(claimed.seconds_since(fact.created_at));
            to_action.extend(fact.first_action_at.map(|at| at.seconds_since(claimed)));
            if fact.resolved {
                numbers.resolved_after_pickup += 1;
                to_resolve.extend(fact.closed_at.map(|at| at.seconds_since(claimed)));
            }
        }
        numbers.median_time_to_claim_seconds = median(to_claim);
        numbers.median_time_to_first_action_seconds = median(to_action);
        numbers.median_time_to_resolve_seconds = median(to_resolve);
        numbers
    }

    /// Of these by what they have in common, the most frequent first, then by key. What has no key is left out.
    #[must_use]
    pub fn by<K: Ord + Clone>(
        facts: &[EscalationFacts],
        key: impl Fn(&EscalationFacts) -> Option<K>,
    ) -> Vec<EscalationGroup<K>> {
        let mut groups: BTreeMap<K, Vec<&EscalationFacts>> = BTreeMap::new();
        for fact in facts {
            if let Some(key) = key(fact) {
                groups.entry(key).or_default().push(fact);
            }
        }
        let group =
            |(key, facts): (K, Vec<&EscalationFacts>)| EscalationGroup { key, numbers: Self::of(facts) };
        let mut groups: Vec<_> = groups.into_iter().map(group).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.numbers.volume));
        groups
    }
}

/// The middle one; of an even number the mean of the two in the middle, rounded down.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values[middle - 1] + upper).div_euclid(2))
}
