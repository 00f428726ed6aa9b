//! What is to be hidden in a text.

use std::ops::Range;

use rf_notes::{Kind, RedactionOptions, Redactor, RuleError, Variable};

use super::PseudonymKind;

/// Finds what must not reach a model. Worth keeping for an account: its rules are compiled.
pub struct Finder {
    redactor: Redactor,
}

/// What becomes of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hiding {
    /// It is dropped, and these words stand there.
    Dropped(Kind),
    /// A token stands there.
    Token(PseudonymKind),
}

impl Finder {
    /// A finder with the rules of an account. Machines, network paths and GUIDs are always looked for: a model needs no
    /// more of them than that they are the same.
    ///
    /// # Errors
    /// [`RuleError`] names the rule that cannot be used.
    pub fn new(account: &RedactionOptions) -> Result<Self, RuleError> {
        let options = RedactionOptions {
            hostnames: true,
            unc_paths: true,
            guids: true,
            custom: account.custom.clone(),
        };
        Ok(Self { redactor: Redactor::new(&options)? })
    }

    /// Also drops the values of the secret variables, and texts somebody marked.
    #[must_use]
    pub fn with_secrets(self, variables: &[Variable], marked: &[String]) -> Self {
        Self { redactor: self.redactor.with_values(variables, marked) }
    }

    /// What the redaction rules find.
    pub(super) fn find(&self, text: &str) -> Vec<(Range<usize>, Hiding)> {
        let hits = self.redactor.find(text);
        hits.into_iter().map(|hit| (hit.range, hiding(hit.kind))).collect()
    }
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Finder")
    }
}

/// What an account's own rules find may be anything, so it is dropped.
const fn hiding(kind: Kind) -> Hiding {
    match kind {
        Kind::Email => Hiding::Token(PseudonymKind::Mail),
        Kind::IpAddress => Hiding::Token(PseudonymKind::Ip),
        Kind::MacAddress => Hiding::Token(PseudonymKind::Mac),
        Kind::Phone => Hiding::Token(PseudonymKind::Phone),
        Kind::Hostname => Hiding::Token(PseudonymKind::Host),
        Kind::UncPath => Hiding::Token(PseudonymKind::Path),
        Kind::Guid => Hiding::Token(PseudonymKind::Guid),
        Kind::Secret
        | Kind::Marked
        | Kind::PrivateKey
        | Kind::ConnectionString
        | Kind::Password
        | Kind::ApiKey
        | Kind::Token
        | Kind::RecoveryKey
        | Kind::OneTimeCode
        | Kind::Custom
        | Kind::Card => Hiding::Dropped(kind),
    }
}

/// Joins what overlaps: dropped before hidden, the first kind otherwise.
pub(super) fn joined(mut found: Vec<(Range<usize>, Hiding)>) -> Vec<(Range<usize>, Hiding)> {
    found.sort_by_key(|(range, hiding)| (range.start, *hiding));
    let mut out: Vec<(Range<usize>, Hiding)> = Vec::with_capacity(found.len());
    for (range, hiding) in found {
        match out.last_mut() {
            Some((last, kind)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                *kind = (*kind).min(hiding);
            }
            _ => out.push((range, hiding)),
        }
    }
    out
}
