//! The checker: a sentence says no more than its evidence.
//!
//! It is made to refuse too much rather than too little: a refused sentence costs a line of a note, an invented one
//! the client's trust. It compares words, not meanings, so a true sentence in words of its own may be refused.

use std::collections::BTreeSet;

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Document, DocumentKind, Evidence, Sentence, Standing,
    facts::{self, Fact},
    words,
};

/// Share of a sentence's telling words that have to be in its evidence.
const COVERED: f64 = 0.6;

/// A sentence that says more than its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The sentence.
    pub sentence: Sentence,
    /// What is wrong with it, for the log and for whoever wrote it.
    pub reason: String,
}

/// Checks every sentence of a document against the evidence it cites.
#[must_use]
pub fn check(document: &Document, evidence: &[Evidence]) -> Vec<Rejected> {
    let refused = |sentence: &Sentence| {
        let reason = refuse(document.kind, sentence, evidence)?;
        Some(Rejected { sentence: sentence.clone(), reason })
    };
    document.sentences().filter_map(refused).collect()
}

/// Why a sentence is refused; `None` when it is not.
fn refuse(kind: DocumentKind, sentence: &Sentence, evidence: &[Evidence]) -> Option<String> {
    let mut cited = Vec::new();
    for id in &sentence.evidence {
        match evidence.iter().find(|evidence| evidence.id == *id) {
            Some(found) => cited.push(found),
            None => return Some(format!("its evidence “{id}” does not exist")),
        }
    }
    if cited.is_empty() {
        return Some("it cites no evidence".to_owned());
    }
    if kind == DocumentKind::ClientSummary && facts::is_internal(&sentence.text) {
        return Some("it names a host, an address, a code or a command to the client".to_owned());
    }
    let text = sentence.text.as_str();
    let base = Base::of(&cited);
    base.refuse_facts(text)
        .or_else(|| text.split_inclusive(SENTENCE_ENDS).find_map(|part| base.refuse_words(part)))
        .or_else(|| {
            // A part that stands in the evidence as it is claims what the evidence claims.
            let parts = text.split_inclusive(CLAUSE_ENDS).filter(|part| !base.has_verbatim(part));
            parts.flat_map(joined).find_map(|clause| base.refuse_claim(clause))
        })
        .or_else(|| base.refuse_certainty(text))
}

const SENTENCE_ENDS: [char; 3] = ['.', '?', '!'];
const CLAUSE_ENDS: [char; 6] = ['.', ',', ';', ':', '?', '!'];

/// The clauses a part consists of.
fn joined(part: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(part);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let cut = [" and ", " but ", " so ", " which ", " because ", " after "];
        let at = cut.iter().filter_map(|word| text.find(word).map(|at| (at, word.len()))).min();
        let Some((at, length)) = at else { return Some(text) };
        rest = Some(&text[at + length..]);
        Some(&text[..at])
    })
}

/// What the cited evidence supports.
struct Base {
    plain: String,
    exact: BTreeSet<String>,
    stems: BTreeSet<String>,
    standings: BTreeSet<Standing>,
    reported: BTreeSet<String>,
}

impl Base {
    fn of(cited: &[&Evidence]) -> Self {
        let text: Vec<&str> = cited.iter().map(|evidence| evidence.text.as_str()).collect();
        let text = text.join("\n");
        let mut exact = facts::known(&text);
        for at in cited.iter().filter_map(|evidence| evidence.at) {
            exact.extend(times(at));
        }
        let reported = cited.iter().filter(|evidence| evidence.standing == Standing::Reported);
        let reported: Vec<&str> = reported.map(|evidence| evidence.text.as_str()).collect();
        Self {
            plain: facts::plain(&text),
            exact,
            stems: words::stems(&text),
            standings: cited.iter().map(|evidence| evidence.standing).collect(),
            reported: words::words(&reported.join("\n")).collect(),
        }
    }

    fn has_verbatim(&self, text: &str) -> bool {
        let text = facts::plain(text);
        text.split(' ').count() >= 2 && self.plain.contains(&text)
    }

    /// Numbers, hosts, addresses, codes, names and quotes.
    fn refuse_facts(&self, text: &str) -> Option<String> {
        for fact in facts::facts(text) {
            match fact {
                Fact::Quoted(quoted) if !self.plain.contains(&quoted) => {
                    return Some(format!("“{quoted}” is not in its evidence"));
                }
                Fact::Exact(exact) if !self.exact.contains(&exact) => {
                    return Some(format!("{exact} is not in its evidence"));
                }
                Fact::Name(name) if !name.split('-').all(|part| self.knows(part)) => {
                    return Some(format!("the name {name} is not in its evidence"));
                }
                Fact::Quoted(_) | Fact::Exact(_) | Fact::Name(_) => {}
            }
        }
        None
    }

    /// Whether a word is in the evidence, or says nothing.
    fn knows(&self, word: &str) -> bool {
        word.is_empty() || words::is_frame(word) || self.stems.contains(&words::stem(word))
    }

    /// Doings, sentence beginnings and telling words the evidence does not have.
    fn refuse_words(&self, text: &str) -> Option<String> {
        // Numbers are compared as facts.
        let all: Vec<String> =
            words::words(text).filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect();
        let unknown: Vec<&String> = all.iter().filter(|word| !self.knows(word)).collect();
        if let Some(doing) = unknown.iter().find(|word| words::is_doing(word)) {
            return Some(format!("its evidence does not say “{doing}”"));
        }
        let telling: Vec<&String> = all.iter().filter(|word| !words::is_frame(word)).collect();
        if telling.is_empty() {
            return None;
        }
        // As they stand in one sentence both counts are small.
        let covered = 1.0 - unknown.len() as f64 / telling.len() as f64;
        if covered < COVERED {
            let first = unknown.first().map_or("", |word| word.as_str());
            return Some(format!("too little of it is in its evidence, “{first}” for one"));
        }
        let begins = all.first().filter(|word| !self.knows(word));
        begins.map(|word| format!("it begins with “{word}”, which its evidence does not have"))
    }

    /// That something was done, or helped, where the evidence says otherwise.
    fn refuse_claim(&self, clause: &str) -> Option<String> {
        if self.has_verbatim(clause) {
            return None;
        }
        let words: Vec<String> = words::words(clause).collect();
        // A word by itself is an attribute or an answer: "create the account, disabled", "repaired, user connects".
        if let [only] = words.as_slice()
            && self.stems.contains(&words::stem(only))
        {
            return None;
        }
        let hedged = words.iter().any(|word| words::is_hedge(word));
        let success = words.iter().find(|word| words::is_success(word));
        let helped = self.standings.contains(&Standing::Worked);
        let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let helps = success.is_some() || says(&["help", "fix", "solve", "resolve", "succeed"]);
        let denied = (helps && says(&["not", "t", "never", "no", "nothing"]))
            || says(&["failed", "fails", "unsuccessful"]);
        let agreed = |standing: &Standing| matches!(standing, Standing::Worked | Standing::Reported);
        if denied && helped && self.standings.iter().all(agreed) {
            return Some("it says that it did not help, and its evidence that it did".to_owned());
        }
        if let Some(success) =
            success.filter(|success| !hedged && !helped && !self.reported.contains(*success))
        {
            return Some(format!("“{success}”: its evidence does not show that it helped"));
        }
        let only_planned = self.standings.contains(&Standing::NotDone)
            && self
                .standings
                .iter()
                .all(|standing| matches!(standing, Standing::NotDone | Standing::Reported));
        let done = words.iter().find(|word| words::is_done(word) && !words::is_frame(word));
        if let (true, false, Some(done)) = (only_planned, hedged, done) {
            return Some(format!("“{done}”: its evidence does not show that it was done"));
        }
        None
    }

    /// What is not certain has to say so.
    fn refuse_certainty(&self, text: &str) -> Option<String> {
        let words: Vec<String> = words::words(text).collect();
        let provisional = words.iter().any(|word| words::PROVISIONAL.contains(word.as_str()));
        let certain =
            self.standings.iter().any(|standing| matches!(standing, Standing::Worked | Standing::DidNotHelp));
        if self.standings.contains(&Standing::Provisional) && !certain && !provisional {
            return Some("its evidence is provisional, and it does not say so".to_owned());
        }
        let planned = self.standings.iter().all(|standing| *standing == Standing::NotDone);
        if planned && !words.iter().any(|word| words::is_hedge(word)) {
            return Some("its evidence is not done, and it does not say so".to_owned());
        }
        None
    }
}

/// The forms in which a time may be told.
fn times(at: Timestamp) -> [String; 3] {
    let at = at.utc();
    [at.format("%Y-%m-%d").to_string(), at.format("%H:%M").to_string(), at.format("%H:%M:%S").to_string()]
}
