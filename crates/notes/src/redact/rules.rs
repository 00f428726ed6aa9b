//! The table of rules, and the one pass over the lines that feeds it.

use std::ops::Range;
use std::sync::Arc;

use super::custom::{CustomRules, RuleError};
use super::password::Label;
use super::traits::{CHANGE, CODE, COMMAND, EXTENSION, MAC, NAME, PASSWORD, Traits};
use super::{
    Hit, Kind, Mark, Scope, codes, commands, email, guid, hosts, net, numbers, password, private_key, tokens,
    unc,
};
use crate::options::RedactionOptions;

/// Collects the hits of one line.
pub(super) struct Sink<'a> {
    hits: &'a mut Vec<Hit>,
    offset: usize,
}

impl Sink<'_> {
    pub(super) fn push(&mut self, kind: Kind, range: Range<usize>) {
        if !range.is_empty() {
            self.hits.push(Hit::new(kind, range.start + self.offset..range.end + self.offset));
        }
    }

    /// A hit of the rule at that position of the account's list.
    pub(super) fn push_custom(&mut self, rule: usize, range: Range<usize>) {
        if !range.is_empty() {
            let range = range.start + self.offset..range.end + self.offset;
            self.hits.push(Hit { rule: Some(rule), ..Hit::new(Kind::Custom, range) });
        }
    }
}

/// A rule: what a line must have for it to be worth running, and the search itself.
struct Rule {
    worth_it: fn(Traits) -> bool,
    find: fn(&str, &mut Sink<'_>),
}

const RULES: &[Rule] = &[
    Rule { worth_it: |t| t.hints_at(PASSWORD), find: password::find },
    Rule { worth_it: |t| t.hints_at(PASSWORD), find: password::find_said },
    Rule { worth_it: |t| t.digits > 0 && t.longest >= 7, find: password::find_seasonal },
    Rule { worth_it: |t| t.hints_at(CHANGE) && t.digits > 0, find: password::find_changed },
    Rule { worth_it: |t| t.hints_at(COMMAND), find: commands::find },
    // The shortest of them.
    Rule { worth_it: |t| t.longest >= 15, find: tokens::find_vendor_keys },
    Rule { worth_it: |t| t.hints_at(NAME) && t.longest >= 8, find: tokens::find_named },
    Rule { worth_it: |t| t.hints_at(NAME) && t.equals > 0 && t.colons > 0, find: tokens::find_cookies },
    Rule { worth_it: |t| t.hints_at(PASSWORD) && t.longest >= 42, find: tokens::find_private_keys },
    Rule { worth_it: |t| t.ats > 0 && t.colons > 1, find: tokens::find_url_credentials },
    Rule { worth_it: |t| t.equals > 1, find: tokens::find_connection_strings },
    Rule {
        worth_it: |t| t.digits >= 48 || t.strokes >= 5 && t.longest >= 29,
        find: tokens::find_recovery_keys,
    },
    Rule { worth_it: |t| t.ats > 0 && t.dots > 0, find: email::find },
    Rule { worth_it: |t| t.digits >= 4 && t.dots >= 3, find: net::find_v4 },
    Rule { worth_it: |t| t.colons > 1 && t.digits > 0, find: net::find_v6 },
    Rule {
        worth_it: |t| t.colons >= 5 || t.strokes >= 5 || (t.dots >= 2 || t.strokes >= 2) && t.longest >= 14,
        find: net::find_mac,
    },
    Rule { worth_it: |t| t.hints_at(MAC) && t.digits > 0, find: net::find_named_mac },
    Rule { worth_it: |t| t.hints_at(CODE) && t.digits > 0, find: codes::find },
    Rule { worth_it: |t| t.digits >= 7, find: numbers::find },
    Rule { worth_it: |t| t.hints_at(EXTENSION) && t.digits >= 3, find: numbers::find_extensions },
];

const HOSTNAMES: Rule = Rule { worth_it: |t| t.longest >= 3, find: hosts::find };
const UNC_PATHS: Rule = Rule { worth_it: |t| t.longest >= 5, find: unc::find };
const GUIDS: Rule = Rule { worth_it: |t| t.longest >= 36 && t.strokes >= 4, find: guid::find };

/// What runs beside [`RULES`].
#[derive(Default)]
pub(super) struct Detectors {
    optional: Vec<Rule>,
    custom: CustomRules,
}

impl Detectors {
    pub(super) fn new(options: &RedactionOptions) -> Result<Self, RuleError> {
        let optional =
            [(options.hostnames, HOSTNAMES), (options.unc_paths, UNC_PATHS), (options.guids, GUIDS)];
        let optional = optional.into_iter().filter(|(on, _)| *on).map(|(_, rule)| rule).collect();
        Ok(Self { optional, custom: CustomRules::compile(&options.custom)? })
    }

    /// The words the rule has for its hits.
    pub(super) fn label(&self, rule: usize) -> Option<Arc<str>> {
        self.custom.label(rule)
    }
}

/// Runs every rule over `text`.
pub(super) fn find(text: &str, scope: Scope, detectors: &Detectors, hits: &mut Vec<Hit>) {
    private_key::find(text, hits);
    let mut offset = 0;
    let mut label = None;
    for line in text.split('\n') {
        let traits = Traits::of(line);
        find_in_line(line, offset, traits, detectors, hits);
        if scope == Scope::Run {
            label = below_label(line, offset, traits, label, hits);
        }
        offset += line.len() + 1;
    }
}

/// Runs the rules over the lines that hold `marks`: masking changed these, so what they hold may read differently now.
/// All the others were searched before, and no rule looks further than its line, but for a label that stands alone.
pub(super) fn find_again(text: &str, marks: &[Mark], detectors: &Detectors, hits: &mut Vec<Hit>) {
    private_key::find(text, hits);
    let mut done = 0;
    for mark in marks {
        if mark.range.start < done {
            continue;
        }
        let mut offset = text[..mark.range.start].rfind('\n').map_or(0, |i| i + 1);
        let mut label = None;
        for (i, line) in text[offset..].split('\n').enumerate() {
            let traits = Traits::of(line);
            if i == 0 {
                find_in_line(line, offset, traits, detectors, hits);
            }
            label = below_label(line, offset, traits, label, hits);
            offset += line.len() + 1;
            if i == 0 {
                done = offset;
            }
            if label.is_none() {
                break;
            }
        }
    }
}

fn find_in_line(line: &str, offset: usize, traits: Traits, detectors: &Detectors, hits: &mut Vec<Hit>) {
    let mut sink = Sink { hits, offset };
    for rule in RULES.iter().chain(&detectors.optional) {
        if (rule.worth_it)(traits) {
            (rule.find)(line, &mut sink);
        }
    }
    if !detectors.custom.is_empty() {
        detectors.custom.find(line, &mut sink);
    }
}

/// The value of a label in a line before; says whether one waits now.
fn below_label(
    line: &str,
    offset: usize,
    traits: Traits,
    label: Option<Label>,
    hits: &mut Vec<Hit>,
) -> Option<Label> {
    if let Some(label) = label {
        if line.trim().is_empty() {
            return Some(label);
        }
        password::find_below_label(line, label, &mut Sink { hits, offset });
    }
    if traits.hints_at(PASSWORD) { password::label(line) } else { None }
}
