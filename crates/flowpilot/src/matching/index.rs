//! The index: what each word is worth for each flow, known before anybody asks.

use std::collections::HashMap;

use rf_kernel::TreeId;
use rf_trees::FlowDraft;

use super::{
    typos::Typos,
    words::{Word, words},
};
use crate::{
    Domain, Reading,
    reading::{domain_of, signatures_of},
};

/// Words of steps that are looked at; what comes after them says nothing new.
const MOST_STEP_WORDS: usize = 8_000;

/// How often a word counts in each field of a head: name, labels, description.
const HEAD_WEIGHTS: [f32; 3] = [4.0, 3.0, 1.5];
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

/// One flow as the index reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowDoc {
    /// Its id.
    pub id: TreeId,
    /// What it is called.
    pub name: String,
    /// The shelf it stands on.
    pub category: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The texts of its steps.
    pub texts: Vec<String>,
}

impl FlowDoc {
    /// What the index reads of a flow.
    #[must_use]
    pub fn of(id: TreeId, draft: &FlowDraft) -> Self {
        Self {
            id,
            name: draft.name.clone(),
            category: draft.category.clone(),
            tags: draft.tags.clone(),
            description: draft.description.clone(),
            texts: draft.structure.texts().into_iter().map(|(_, text)| text.to_owned()).collect(),
        }
    }

    fn head(&self) -> [String; 3] {
        let labels: Vec<&str> = self.category.iter().chain(&self.tags).map(String::as_str).collect();
        [self.name.clone(), labels.join(", "), self.description.clone().unwrap_or_default()]
    }

    /// Read like a ticket: its domain from its head, the errors it knows from all of it.
    fn reading(&self) -> (Domain, Vec<String>) {
        let domain = domain_of(&self.head().join("\n"));
        let errors = self.texts.iter().flat_map(|text| signatures_of(text));
        let mut codes: Vec<String> = errors.map(|signature| signature.code).collect();
        codes.sort();
        codes.dedup();
        (domain, codes)
    }
}

/// Where a word stands in a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Places(u8);

impl Places {
    pub(super) const NAME: u8 = 1;
    pub(super) const LABEL: u8 = 2;
    pub(super) const DESCRIPTION: u8 = 4;
    const STEPS: u8 = 8;

    pub(super) const fn has(self, place: u8) -> bool {
        self.0 & place != 0
    }
}

/// What a word is worth for one flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub flow: u32,
    /// In [`GRAIN`]s of the highest worth there is.
    worth: u8,
    pub places: Places,
}

impl Posting {
    /// 0 to `1 + STEPS_WORTH`.
    pub(super) fn worth(self) -> f32 {
        f32::from(self.worth) / GRAIN * (1.0 + STEPS_WORTH)
    }
}

/// What is kept of a flow.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub id: TreeId,
    pub name: String,
    pub domain: Domain,
    /// The terms of its name.
    pub name_terms: Vec<u32>,
    /// Its place in the index.
    pub position: u32,
}

impl Known {
    /// Whether it is of the ticket's domain, as far as both are known.
    pub(super) fn shares_domain(&self, reading: &Reading) -> bool {
        reading.domain != Domain::Unknown && self.domain == reading.domain
    }
}

/// A library, ready to be asked. Built once for a state of the library; asking it changes nothing.
#[derive(Clone, Debug, Default)]
pub struct FlowIndex {
    pub(super) flows: Vec<Known>,
    terms: HashMap<String, u32>,
    /// What a term can be worth at most.
    ceilings: Vec<f32>,
    /// Where the postings of a term begin; one more than there are terms.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    /// The flows that know an error.
    pub(super) signatures: HashMap<String, Vec<u32>>,
    pub(super) typos: Typos,
}

/// A word of one flow, counted.
struct Count {
    term: u32,
    flow: u32,
    /// In name and labels.
    label: f32,
    description: f32,
    steps: u16,
    places: u8,
}

/// How many flows have a word, by where.
#[derive(Clone, Default)]
struct Met {
    labels: usize,
    heads: usize,
    steps: usize,
    anywhere: usize,
}

impl Met {
    /// How telling a word is in a description: one that all steps have is not, such as "change".
    fn in_description(&self, flows: usize) -> f32 {
        DESCRIPTION_MIX * rarity(self.heads, flows) + (1.0 - DESCRIPTION_MIX) * rarity(self.anywhere, flows)
    }
}

impl FlowIndex {
    /// Reads the flows of a library.
    #[must_use]
    pub fn build(docs: impl IntoIterator<Item = FlowDoc>) -> Self {
        let mut index = Self::default();
        let mut counts: Vec<Count> = Vec::new();
        let mut lengths: Vec<f32> = Vec::new();
        let mut surfaces: HashMap<String, u32> = HashMap::new();
        for doc in docs {
            let flow = position(index.flows.len());
            let before = counts.len();
            let mut of_flow: HashMap<u32, usize> = HashMap::new();
            let mut met = |index: &mut Self, word: Word| {
                let next = position(index.terms.len());
                let term = *index.terms.entry(word.term).or_insert(next);
                surfaces.entry(word.surface).or_insert(term);
                *of_flow.entry(term).or_insert_with(|| {
                    counts.push(Count { term, flow, label: 0.0, description: 0.0, steps: 0, places: 0 });
                    counts.len() - 1
                })
            };
            let mut places = Vec::new();
            for (field, text) in doc.head().iter().enumerate() {
                for word in words(text) {
                    places.push((met(&mut index, word), field));
                }
            }
            let steps = doc.texts.iter().flat_map(|text| words(text)).take(MOST_STEP_WORDS);
            let steps: Vec<usize> = steps.map(|word| met(&mut index, word)).collect();
            let mut name_terms: Vec<u32> = Vec::new();
            for (at, field) in places {
                if field == 0 && !name_terms.contains(&counts[at].term) {
                    name_terms.push(counts[at].term);
                }
                let count = &mut counts[at];
                *(if field < 2 { &mut count.label } else { &mut count.description }) += HEAD_WEIGHTS[field];
                counts[at].places |= 1 << field;
            }
            lengths.push(small(steps.len()));
            for at in steps {
                counts[at].steps = counts[at].steps.saturating_add(1);
                counts[at].places |= Places::STEPS;
            }
            counts[before..].sort_unstable_by_key(|count| count.term);
            let (domain, codes) = doc.reading();
            for code in codes {
                index.signatures.entry(code).or_default().push(flow);
            }
            index.flows.push(Known { id: doc.id, name: doc.name, domain, name_terms, position: flow });
        }
        index.weigh(counts, &lengths);
        index.typos = Typos::new(surfaces);
        index
    }

    /// Turns counts into worths, and lays them out by term.
    fn weigh(&mut self, mut counts: Vec<Count>, lengths: &[f32]) {
        let flows = self.flows.len();
        let mean = (lengths.iter().sum::<f32>() / small(flows.max(1))).max(1.0);
        let mut met = vec![Met::default(); self.terms.len()];
        for count in &counts {
            let met = &mut met[count.term as usize];
            met.labels += usize::from(count.label > 0.0);
            met.heads += usize::from(count.label > 0.0 || count.description > 0.0);
            met.steps += usize::from(count.steps > 0);
            met.anywhere += 1;
        }
        counts.sort_by_key(|count| count.term);
        self.starts = vec![0];
        for met in &met {
            let label = if met.labels > 0 { rarity(met.heads, flows) } else { 0.0 };
            let description = if met.heads > 0 { met.in_description(flows) } else { 0.0 };
            self.ceilings.push(label.max(description) + rarity(met.steps, flows) * STEPS_WORTH);
        }
        for count in &counts {
            let term = count.term as usize;
            while self.starts.len() <= term {
                self.starts.push(position(self.postings.len()));
            }
            let length = 1.0 - LENGTH + LENGTH * lengths[count.flow as usize] / mean;
            let steps = f32::from(count.steps) / length;
            let met = &met[term];
            let label = count.label / (count.label + HEAD_HALF);
            let description = count.description / (count.description + HEAD_HALF);
            let head =
                rarity(met.heads, flows) * label + (1.0 - label) * met.in_description(flows) * description;
            let worth = head + STEPS_WORTH * rarity(met.steps, flows) * steps / (steps + STEPS_HALF);
            // In range: a worth is at most the highest one.
            let worth = (worth / (1.0 + STEPS_WORTH) * GRAIN).round() as u8;
            if worth > 0 {
                self.postings.push(Posting { flow: count.flow, worth, places: Places(count.places) });
            }
        }
        while self.starts.len() <= self.terms.len() {
            self.starts.push(position(self.postings.len()));
        }
        self.postings.shrink_to_fit();
    }

    /// How many flows it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// Memory it keeps, bytes, without what the allocator adds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let flows =
            self.flows.iter().map(|flow| flow.name.len() + flow.name_terms.len() * 4 + size_of_val(flow));
        let terms = self.terms.keys().map(|term| term.len() + size_of::<(String, u32)>());
        let signatures = self.signatures.iter().map(|(code, flows)| code.len() + flows.len() * 4);
        flows.chain(terms).chain(signatures).sum::<usize>()
            + self.postings.len() * size_of::<Posting>()
            + (self.ceilings.len() + self.starts.len()) * 4
            + self.typos.bytes()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    pub(super) fn term(&self, term: &str) -> Option<u32> {
        self.terms.get(term).copied()
    }

    pub(super) fn ceiling(&self, term: u32) -> f32 {
        self.ceilings[term as usize]
    }

    /// The flows a term stands in, in their order.
    pub(super) fn postings(&self, term: u32) -> &[Posting] {
        let term = term as usize;
        &self.postings[self.starts[term] as usize..self.starts[term + 1] as usize]
    }
}

/// How much a word tells that so many of the flows have: 1 when one alone has it, near 0 when all have.
fn rarity(with: usize, flows: usize) -> f32 {
    let idf = |with: f32| (1.0 + (small(flows) - with + 0.5) / (with + 0.5)).ln();
    if with == 0 { 0.0 } else { idf(small(with)) / idf(1.0) }
}

/// A count as a weight; those here are small enough to be exact.
fn small(count: usize) -> f32 {
    count as f32
}

/// A place in the index. Four thousand million postings are more than any library has.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
