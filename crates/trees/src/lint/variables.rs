//! Variables in texts: which are used, and whether somebody declares them.

use std::collections::HashMap;

use super::{Findings, quoted, rules::rule};
use crate::{BUILT_IN_VARIABLES, limits};

/// The declared variables, and which of them have been seen in use.
pub(super) struct Variables<'a> {
    /// In the order of the form; the position is `used`'s.
    names: Vec<&'a str>,
    positions: HashMap<&'a str, usize>,
    used: Vec<bool>,
}

impl<'a> Variables<'a> {
    pub(super) fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.collect();
        let positions = names.iter().enumerate().map(|(position, name)| (*name, position)).collect();
        Self { positions, used: vec![false; names.len()], names }
    }

    /// Notes a use; whether somebody declares the name.
    pub(super) fn is_known(&mut self, name: &str) -> bool {
        if let Some(&position) = self.positions.get(name) {
            self.used[position] = true;
            return true;
        }
        BUILT_IN_VARIABLES.contains(&name)
    }

    /// Declared and never used.
    pub(super) fn unused(&self) -> impl Iterator<Item = &'a str> {
        // Of names declared twice only the last is ever marked; the pair is reported as such already.
        self.names
            .iter()
            .enumerate()
            .filter(|&(position, name)| self.positions.get(name) == Some(&position) && !self.used[position])
            .map(|(_, name)| *name)
    }
}

/// Collects what is wrong with the variables of one step, each name once.
#[derive(Default)]
pub(super) struct StepVariables<'t> {
    unknown: Vec<&'t str>,
    malformed: bool,
}

impl<'t> StepVariables<'t> {
    /// Looks through a text. In `code`, braces that are no variable are somebody else's syntax.
    pub(super) fn text(&mut self, text: &'t str, code: bool, variables: &mut Variables<'_>) {
        for placeholder in placeholders(text) {
            match placeholder {
                Some(name) => self.name(name, variables),
                None => self.malformed |= !code,
            }
        }
    }

    /// Looks at a name.
    pub(super) fn name(&mut self, name: &'t str, variables: &mut Variables<'_>) {
        // A step with hundreds of unknown names has one problem, not hundreds; the list stays short to search.
        if !variables.is_known(name) && self.unknown.len() < 20 && !self.unknown.contains(&name) {
            self.unknown.push(name);
        }
    }

    pub(super) fn report(self, id: &str, found: &mut Findings) {
        for name in self.unknown {
            let message = format!(
                "The variable {} is not declared. Add it to the intake form or correct its name.",
                quoted(name)
            );
            found.add(rule::UNKNOWN_VARIABLE, Some(id), message);
        }
        if self.malformed {
            let message = "A text has double braces that are no variable and would stay as they are. Write {{name}} \
                           with a name of a-z, 0-9 and _.";
            found.add(rule::MALFORMED_VARIABLE, Some(id), message.into());
        }
    }
}

/// The variables of a text, as notes resolve them: `Some(name)`, or `None` for double braces that are none.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = Option<&str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find("{{")?;
            let after = &rest[open + 2..];
            if let Some((name, length)) = placeholder(after) {
                rest = &after[length..];
                return Some(Some(name));
            }
            // One brace at a time, so that the inner pair of `{{{name}}}` is seen.
            rest = &rest[open + 1..];
            if !after.starts_with('{') {
                return Some(None);
            }
        }
    })
}

/// The name at the start of what follows `{{`, and how many bytes it takes with its `}}`.
pub(super) fn placeholder(after: &str) -> Option<(&str, usize)> {
    let blank = [' ', '\t'];
    let inner = after.trim_start_matches(blank);
    let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let name = &inner[..length];
    if name.is_empty() || length > limits::VARIABLE || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let close = inner[length..].trim_start_matches(blank).strip_prefix("}}")?;
    Some((name, after.len() - close.len()))
}
