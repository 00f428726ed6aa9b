//! The index: where each word stands in the flows of a library, counted before anybody asks.
//!
//! It keeps counts and no worths, because one flow more changes how rare every word is: so a flow is put in, replaced and
//! taken out for what that flow costs, and what words are worth is worked out for those of a ticket alone.

use std::collections::HashMap;

use rf_kernel::TreeId;
use rf_trees::FlowDraft;

use super::{typos::Typos, words::words, worth::small};
use crate::{
    Domain, Reading,
    reading::{domain_of, signatures_of},
};

/// Words of steps that are looked at; what comes after them says nothing new.
const MOST_STEP_WORDS: usize = 8_000;

/// How often a word counts in a name, in labels, in a description.
const NAME: u8 = 4;
const LABEL: u8 = 3;
const DESCRIPTION: f32 = 1.5;
/// Flows taken out before their places are closed up, beside as many as there are.
const HOLES: usize = 64;
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

    pub(super) const fn has(self, place: u8) -> bool {
        self.0 & place != 0
    }
}

/// How often a word stands in one flow. Counts stop at 255, where one more says nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub flow: u32,
    /// In name and labels, weighed.
    label: u8,
    description: u8,
    pub steps: u8,
    pub places: Places,
}

impl Posting {
    pub(super) fn label(&self) -> f32 {
        f32::from(self.label)
    }

    pub(super) fn description(&self) -> f32 {
        f32::from(self.description) * DESCRIPTION
    }
}

/// The flows a term stands in, and how many of them have it where.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    /// In the flows' order.
    pub postings: Vec<Posting>,
    pub labels: u32,
    pub heads: u32,
    pub steps: u32,
}

impl Met {
    /// Counts a flow in, or out again.
    fn count(&mut self, posting: &Posting, add: fn(u32, u32) -> u32) {
        self.labels = add(self.labels, u32::from(posting.label > 0));
        self.heads = add(self.heads, u32::from(posting.label > 0 || posting.description > 0));
        self.steps = add(self.steps, u32::from(posting.steps > 0));
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
    /// Its words as they are written, each once.
    surfaces: Vec<u32>,
    /// The errors it knows.
    codes: Vec<String>,
}

impl Known {
    /// Whether it is of the ticket's domain, as far as both are known.
    pub(super) fn shares_domain(&self, reading: &Reading) -> bool {
        reading.domain != Domain::Unknown && self.domain == reading.domain
    }
}

/// A library, ready to be asked; asking it changes nothing. Flows keep the order in which they were first put in.
#[derive(Clone, Debug, Default)]
pub struct FlowIndex {
    /// By position; one that was taken out has nothing that leads to it.
    pub(super) flows: Vec<Known>,
    /// Words in the steps of each flow.
    lengths: Vec<u16>,
    /// All of them together.
    length: u64,
    places: HashMap<TreeId, u32>,
    terms: HashMap<String, u32>,
    met: Vec<Met>,
    /// The flows that know an error.
    pub(super) signatures: HashMap<String, Vec<u32>>,
    pub(super) typos: Typos,
}

impl FlowIndex {
    /// Reads the flows of a library.
    #[must_use]
    pub fn build(docs: impl IntoIterator<Item = FlowDoc>) -> Self {
        let mut index = Self::default();
        docs.into_iter().for_each(|doc| index.put(doc));
        index
    }

    /// Puts a flow in, at the end, or in the place of the one with its id. Costs what reading that flow costs.
    pub fn put(&mut self, doc: FlowDoc) {
        let known = self.places.get(&doc.id).copied();
        if let Some(at) = known {
            self.clear(at);
        }
        let flow = known.unwrap_or_else(|| position(self.flows.len()));
        let (counts, surfaces, name_terms, length) = self.count(&doc, flow);
        for (term, posting) in counts {
            let met = &mut self.met[term as usize];
            met.count(&posting, u32::saturating_add);
            let at = met.postings.partition_point(|other| other.flow < flow);
            met.postings.insert(at, posting);
        }
        let (domain, codes) = doc.reading();
        for code in &codes {
            let with = self.signatures.entry(code.clone()).or_default();
            with.insert(with.partition_point(|other| *other < flow), flow);
        }
        let entry = Known { id: doc.id, name: doc.name, domain, name_terms, position: flow, surfaces, codes };
        self.length += u64::from(length);
        match known {
            Some(at) => (self.flows[at as usize], self.lengths[at as usize]) = (entry, length),
            None => {
                self.places.insert(doc.id, flow);
                self.flows.push(entry);
                self.lengths.push(length);
            }
        }
    }

    /// Takes a flow out; `false` when it was not in.
    pub fn remove(&mut self, id: TreeId) -> bool {
        let Some(at) = self.places.remove(&id) else { return false };
        self.clear(at);
        if self.flows.len() > 2 * self.places.len() + HOLES {
            self.close_up();
        }
        true
    }

    /// The ids of the flows it knows.
    pub fn ids(&self) -> impl Iterator<Item = TreeId> + '_ {
        self.places.keys().copied()
    }

    /// Counts the words of a flow: the postings by term, its spellings, the terms of its name, the length of its steps.
    fn count(&mut self, doc: &FlowDoc, flow: u32) -> (HashMap<u32, Posting>, Vec<u32>, Vec<u32>, u16) {
        let mut counts: HashMap<u32, Posting> = HashMap::new();
        let (mut surfaces, mut name_terms) = (Vec::new(), Vec::new());
        let empty = Posting { flow, label: 0, description: 0, steps: 0, places: Places(0) };
        let head = doc.head();
        let head = head
            .iter()
            .zip(0_u8..)
            .flat_map(|(text, field)| words(text).into_iter().map(move |w| (w, field)));
        let steps = doc.texts.iter().flat_map(|text| words(text)).take(MOST_STEP_WORDS).map(|word| (word, 3));
        let mut length = 0_u16;
        for (word, field) in head.chain(steps) {
            let next = position(self.terms.len());
            let term = match self.terms.get(&word.term) {
                Some(term) => *term,
                None => {
                    self.met.push(Met::default());
                    *self.terms.entry(word.term).or_insert(next)
                }
            };
            surfaces.push(self.typos.learn(word.surface, term));
            let count = counts.entry(term).or_insert(empty);
            count.places.0 |= 1 << field;
            match field {
                0 => {
                    count.label = count.label.saturating_add(NAME);
                    if !name_terms.contains(&term) {
                        name_terms.push(term);
                    }
                }
                1 => count.label = count.label.saturating_add(LABEL),
                2 => count.description = count.description.saturating_add(1),
                _ => {
                    count.steps = count.steps.saturating_add(1);
                    length = length.saturating_add(1);
                }
            }
        }
        surfaces.sort_unstable();
        surfaces.dedup();
        self.typos.hold(&surfaces);
        (counts, surfaces, name_terms, length)
    }

    /// Takes out everything that leads to a flow.
    fn clear(&mut self, at: u32) {
        let flow = &mut self.flows[at as usize];
        let surfaces = std::mem::take(&mut flow.surfaces);
        for code in std::mem::take(&mut flow.codes) {
            if let Some(with) = self.signatures.get_mut(&code) {
                with.retain(|other| *other != at);
                if with.is_empty() {
                    self.signatures.remove(&code);
                }
            }
        }
        let mut terms: Vec<u32> = surfaces.iter().map(|surface| self.typos.term(*surface)).collect();
        terms.sort_unstable();
        terms.dedup();
        for term in terms {
            let met = &mut self.met[term as usize];
            if let Ok(place) = met.postings.binary_search_by_key(&at, |posting| posting.flow) {
                let posting = met.postings.remove(place);
                met.count(&posting, u32::saturating_sub);
            }
        }
        self.typos.release(&surfaces);
        self.length -= u64::from(std::mem::take(&mut self.lengths[at as usize]));
    }

    /// Closes the places of flows that were taken out; the others keep their order.
    fn close_up(&mut self) {
        let is_in = |flow: &Known| self.places.get(&flow.id) == Some(&flow.position);
        let kept: Vec<bool> = self.flows.iter().map(is_in).collect();
        let mut new = vec![0_u32; kept.len()];
        let mut next = 0;
        for (at, kept) in kept.iter().enumerate() {
            new[at] = next;
            next += u32::from(*kept);
        }
        let mut keeps = kept.iter();
        self.flows.retain(|_| keeps.next().copied().unwrap_or_default());
        let mut keeps = kept.iter();
        self.lengths.retain(|_| keeps.next().copied().unwrap_or_default());
        for flow in &mut self.flows {
            flow.position = new[flow.position as usize];
            self.places.insert(flow.id, flow.position);
        }
        for posting in self.met.iter_mut().flat_map(|met| &mut met.postings) {
            posting.flow = new[posting.flow as usize];
        }
        for flow in self.signatures.values_mut().flatten() {
            *flow = new[*flow as usize];
        }
    }

    /// How many flows it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Memory it keeps, bytes, without what the allocator adds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let flows = self.flows.iter().map(|flow| {
            let codes: usize = flow.codes.iter().map(|code| code.len() + size_of::<String>()).sum();
            flow.name.len() + (flow.name_terms.len() + flow.surfaces.len()) * 4 + codes + size_of_val(flow)
        });
        let terms = self.terms.keys().map(|term| term.len() + size_of::<(String, u32)>());
        let met = self.met.iter().map(|met| met.postings.len() * size_of::<Posting>() + size_of::<Met>());
        let signatures = self.signatures.iter().map(|(code, flows)| code.len() + flows.len() * 4);
        flows.chain(terms).chain(met).chain(signatures).sum::<usize>()
            + self.places.len() * size_of::<(TreeId, u32)>()
            + self.lengths.len() * 2
            + self.typos.bytes()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The term, where a flow has it.
    pub(super) fn term(&self, term: &str) -> Option<u32> {
        self.terms.get(term).copied().filter(|term| !self.met(*term).postings.is_empty())
    }

    pub(super) fn met(&self, term: u32) -> &Met {
        &self.met[term as usize]
    }

    pub(super) fn lengths(&self) -> &[u16] {
        &self.lengths
    }

    /// Words in the steps of a flow, on average.
    pub(super) fn mean_length(&self) -> f32 {
        // Rounded once, so that it does not depend on the order of the flows.
        (self.length as f32 / small(self.len().max(1))).max(1.0)
    }

    pub(super) fn ceiling(&self, term: u32) -> f32 {
        self.weight(term).ceiling()
    }
}

/// A place in the index. Four thousand million are more than any library has.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
