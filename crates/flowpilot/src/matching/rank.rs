//! The ranking: every word's worth added up, the best of it told with how sure it is and why.

use std::{cmp::Ordering, collections::BinaryHeap};

use rf_kernel::TreeId;

use super::{
    confidence::{Features, confidence},
    index::{FlowIndex, Places},
    query::{Asked, Query},
    reasons::reasons,
};
use crate::Reading;

/// What an error both know is worth, beside 1 for the rarest word in a head.
const SIGNATURE: f32 = 1.2;
/// What a flow gains when it is of the ticket's domain.
const DOMAIN: f32 = 0.15;

/// A flow that may be what a ticket needs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FlowMatch {
    /// Its id.
    pub tree_id: TreeId,
    /// What it is called.
    pub name: String,
    /// How sure it is the right one, 0 to 1. Above 0.8 it is clear, and no other comes close.
    pub score: f64,
    /// Why, for people: what the ticket says and where the flow says it.
    pub reasons: Vec<String>,
}

/// What a word of the ticket earns a flow.
pub(super) struct Earned<'a> {
    pub asked: &'a Asked,
    /// Of the flow's words, the one it is.
    pub term: u32,
    /// How much of the ticket's word that is; 1 is the word itself.
    pub share: f32,
    pub points: f32,
    pub places: Places,
}

/// Ordered by points, the first of the library first when equal.
#[derive(Clone, Copy, PartialEq)]
struct Scored {
    points: f32,
    flow: u32,
}

impl Eq for Scored {}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.points.total_cmp(&other.points).then_with(|| other.flow.cmp(&self.flow))
    }
}

impl FlowIndex {
    /// The flows a ticket may need, the surest first, at most so many, of those that are allowed. Flows that have
    /// nothing of what it says are left out.
    pub fn rank(&self, reading: &Reading, most: usize, allowed: impl Fn(TreeId) -> bool) -> Vec<FlowMatch> {
        let query = Query::new(self, reading);
        let mut scored = self.score(&query, reading);
        let mut best: Vec<Scored> = Vec::new();
        // One more than asked for: how sure the best is depends on the second.
        while best.len() < most.max(1) + 1
            && let Some(next) = scored.pop()
        {
            if allowed(self.flows[next.flow as usize].id) {
                best.push(next);
            }
        }
        let ceiling = query.ceiling();
        let mut matches: Vec<FlowMatch> = Vec::new();
        for (at, scored) in best.iter().enumerate().take(most) {
            let rival = best.get(usize::from(at == 0)).map_or(0.0, |rival| rival.points);
            let earned = self.earned(&query, scored.flow);
            let features = self.features(scored, rival, ceiling, &earned);
            let flow = &self.flows[scored.flow as usize];
            // One that earned less is never surer.
            let least = matches.last().map_or(1.0, |before| before.score);
            matches.push(FlowMatch {
                tree_id: flow.id,
                name: flow.name.clone(),
                score: confidence(&features).min(least),
                reasons: reasons(self, reading, flow, &earned, &features),
            });
        }
        matches
    }

    /// How many places in the index a ranking reads: what it costs at least, for measuring.
    #[must_use]
    pub fn cost(&self, reading: &Reading) -> usize {
        let query = Query::new(self, reading);
        let references = query.asked.iter().flat_map(|asked| &asked.references);
        references.map(|reference| self.met(reference.term).postings.len()).sum()
    }

    fn score(&self, query: &Query, reading: &Reading) -> BinaryHeap<Scored> {
        let mut points = vec![0.0_f32; self.flows.len()];
        let mut of_word = vec![0.0_f32; self.flows.len()];
        for asked in &query.asked {
            match asked.references.as_slice() {
                [] => {}
                [only] => {
                    let weight = asked.weight * only.share;
                    for (flow, worth) in self.weight(only.term).flows() {
                        points[flow as usize] += weight * worth;
                    }
                }
                several => {
                    for reference in several {
                        let weight = asked.weight * reference.share;
                        for (flow, worth) in self.weight(reference.term).flows() {
                            let best = &mut of_word[flow as usize];
                            let earned = weight * worth;
                            if earned > *best {
                                points[flow as usize] += earned - *best;
                                *best = earned;
                            }
                        }
                    }
                    for reference in several {
                        for posting in &self.met(reference.term).postings {
                            of_word[posting.flow as usize] = 0.0;
                        }
                    }
                }
            }
        }
        for signature in &reading.signatures {
            let flows = self.signatures.get(&signature.code).map_or(&[][..], Vec::as_slice);
            for flow in flows {
                points[*flow as usize] += SIGNATURE / (1.0 + (flows.len() as f32).ln());
            }
        }
        let scored = (0..).zip(points).filter(|(_, points)| *points > 0.0);
        let of_domain = |flow: u32, points: f32| {
            if self.flows[flow as usize].shares_domain(reading) { points * (1.0 + DOMAIN) } else { points }
        };
        scored.map(|(flow, points)| Scored { points: of_domain(flow, points), flow }).collect()
    }

    /// What each word of the ticket earns one flow, the most first.
    fn earned<'a>(&self, query: &'a Query, flow: u32) -> Vec<Earned<'a>> {
        let of_word = |asked: &'a Asked| {
            let found = asked.references.iter().filter_map(|reference| {
                let postings = &self.met(reference.term).postings;
                let posting = &postings[postings.binary_search_by_key(&flow, |posting| posting.flow).ok()?];
                let worth = self.weight(reference.term).of(posting);
                let points = asked.weight * reference.share * worth;
                let earned = Earned {
                    asked,
                    term: reference.term,
                    share: reference.share,
                    points,
                    places: posting.places,
                };
                (worth > 0.0).then_some(earned)
            });
            found.max_by(|a, b| a.points.total_cmp(&b.points))
        };
        let mut earned: Vec<Earned<'_>> = query.asked.iter().filter_map(of_word).collect();
        earned.sort_by(|a, b| b.points.total_cmp(&a.points));
        earned
    }

    fn features(&self, scored: &Scored, rival: f32, ceiling: f32, earned: &[Earned<'_>]) -> Features {
        let flow = &self.flows[scored.flow as usize];
        let in_name = |term: &u32| {
            let shares = earned.iter().filter(|earned| earned.term == *term).map(|earned| earned.share);
            shares.fold(0.0, f32::max)
        };
        let weights = flow.name_terms.iter().map(|term| self.ceiling(*term));
        let of_name: f32 = weights.zip(&flow.name_terms).map(|(weight, term)| weight * in_name(term)).sum();
        let name: f32 = flow.name_terms.iter().map(|term| self.ceiling(*term)).sum();
        Features {
            points: scored.points,
            explained: if ceiling > 0.0 { (scored.points / ceiling).min(1.0) } else { 0.0 },
            margin: ((scored.points - rival) / scored.points.max(rival)).clamp(-1.0, 1.0),
            name: if name > 0.0 { of_name / name } else { 0.0 },
        }
    }
}
