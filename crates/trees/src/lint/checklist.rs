//! Rules about checklists.

use std::collections::HashSet;

use super::{
    Findings, is_id, quoted,
    rules::rule,
    step::{self, Field},
    variables::Variables,
};
use crate::{Checklist, TreeType, limits};

pub(super) fn check(
    list: &Checklist,
    tree_type: TreeType,
    variables: &mut Variables<'_>,
    found: &mut Findings,
) {
    if list.steps().next().is_none() {
        found.add(rule::EMPTY_FLOW, None, "The checklist has no steps. Add at least one.".into());
    }
    let mut sections = Ids::new("section");
    let mut steps = Ids::new("step");
    for section in &list.sections {
        let id = Some(section.id.as_str());
        sections.check(&section.id, found);
        Field { name: "section title", most: limits::TITLE }.check_required(id, &section.title, found);
        if section.steps.is_empty() {
            found.add(
                rule::EMPTY_SECTION,
                id,
                "The section has no steps. Add one or remove the section.".into(),
            );
        }
        for step in &section.steps {
            steps.check(&step.id, found);
            step::check(&step.into(), variables, found);
        }
    }
    targets(list, tree_type, found);
}

fn targets(list: &Checklist, tree_type: TreeType, found: &mut Findings) {
    if tree_type != TreeType::Maintenance && !list.targets.is_empty() {
        let message = "Only maintenance flows have targets. Remove them or make it a maintenance flow.";
        found.add(rule::TARGETS_NOT_ALLOWED, None, message.into());
    }
    let mut seen = HashSet::new();
    for target in &list.targets {
        Field { name: "target label", most: limits::LABEL }.check_required(None, target, found);
        if !seen.insert(target.trim()) {
            found.add(rule::DUPLICATE_TARGET, None, "A target is listed twice. Remove one.".into());
        }
    }
}

/// The ids of one sort of thing, met one after the other.
pub(super) struct Ids<'a> {
    what: &'static str,
    seen: HashSet<&'a str>,
}

impl<'a> Ids<'a> {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, seen: HashSet::new() }
    }

    /// Complains about an id that is malformed or was there before.
    pub(super) fn check(&mut self, id: &'a str, found: &mut Findings) {
        let what = self.what;
        if !is_id(id) {
            let message =
                format!("The {what} id {} is not one. Use 1 to 64 of a-z, 0-9, - and _.", quoted(id));
            found.add(rule::INVALID_ID, Some(id), message);
        }
        if !self.seen.insert(id) {
            let message =
                format!("The {what} id {} is there twice. Rename one, and the links to it.", quoted(id));
            found.add(rule::DUPLICATE_ID, Some(id), message);
        }
    }
}
