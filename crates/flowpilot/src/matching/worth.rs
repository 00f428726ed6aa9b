//! What a word is worth for a flow: BM25 in its head and in its steps, from counts and from how rare the word is.

use super::index::{FlowIndex, Posting};

/// Counts at which a word earns half of what it can.
const HEAD_HALF: f32 = 1.5;
const STEPS_HALF: f32 = 3.0;
/// How much of the length of steps counts against a word in them (BM25's b).
const LENGTH: f32 = 0.6;
/// What a word in steps is worth, beside 1 in the head.
const STEPS_WORTH: f32 = 0.45;
/// How much of a description's word is told by how rare it is in heads; the rest by how rare it is at all.
const DESCRIPTION_MIX: f32 = 0.5;
/// Worths are kept in this many steps of the highest.
const GRAIN: f32 = 255.0;

/// A word among the flows as they are now.
pub(super) struct Weight<'a> {
    postings: &'a [Posting],
    lengths: &'a [u16],
    /// Words in the steps of a flow, on average.
    mean: f32,
    /// How telling it is in heads, in descriptions and in steps.
    heads: f32,
    description: f32,
    steps: f32,
    /// Whether it stands in any name or label, and in any head.
    in_labels: bool,
    in_heads: bool,
}

impl Weight<'_> {
    /// What the word can be worth at most.
    pub(super) fn ceiling(&self) -> f32 {
        let label = if self.in_labels { self.heads } else { 0.0 };
        let description = if self.in_heads { self.description } else { 0.0 };
        label.max(description) + self.steps * STEPS_WORTH
    }

    /// What it is worth to a flow that has it: 0 to `1 + STEPS_WORTH`.
    pub(super) fn of(&self, posting: &Posting) -> f32 {
        let steps = self.lengths.get(posting.flow as usize).copied().unwrap_or_default();
        let length = 1.0 - LENGTH + LENGTH * f32::from(steps) / self.mean;
        let steps = f32::from(posting.steps) / length;
        let (label, description) = (posting.label(), posting.description());
        let label = label / (label + HEAD_HALF);
        let description = description / (description + HEAD_HALF);
        let head = self.heads * label + (1.0 - label) * self.description * description;
        let worth = head + STEPS_WORTH * self.steps * steps / (steps + STEPS_HALF);
        // So coarse that two flows about as good are equal, and the library's order decides.
        (worth / (1.0 + STEPS_WORTH) * GRAIN).round() / GRAIN * (1.0 + STEPS_WORTH)
    }

    /// The flows that have it, in their order, each with what it is worth.
    pub(super) fn flows(&self) -> impl Iterator<Item = (u32, f32)> + '_ {
        self.postings.iter().map(|posting| (posting.flow, self.of(posting)))
    }
}

impl FlowIndex {
    /// What a term weighs now.
    pub(super) fn weight(&self, term: u32) -> Weight<'_> {
        let (flows, met) = (self.len(), self.met(term));
        let heads = rarity(met.heads as usize, flows);
        let anywhere = rarity(met.postings.len(), flows);
        Weight {
            postings: &met.postings,
            lengths: self.lengths(),
            mean: self.mean_length(),
            heads,
            // How telling a word is in a description: one that all steps have is not, such as "change".
            description: DESCRIPTION_MIX * heads + (1.0 - DESCRIPTION_MIX) * anywhere,
            steps: rarity(met.steps as usize, flows),
            in_labels: met.labels > 0,
            in_heads: met.heads > 0,
        }
    }
}

/// How much a word tells that so many of the flows have: 1 when one alone has it, near 0 when all have.
fn rarity(with: usize, flows: usize) -> f32 {
    let idf = |with: f32| (1.0 + (small(flows) - with + 0.5) / (with + 0.5)).ln();
    if with == 0 { 0.0 } else { idf(small(with)) / idf(1.0) }
}

/// A count as a weight; those here are small enough to be exact.
pub(super) fn small(count: usize) -> f32 {
    count as f32
}
