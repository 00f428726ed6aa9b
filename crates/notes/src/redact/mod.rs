//! Redaction: finding what must not leave in a note, and masking it.
//!
//! The rules work line by line, on cheap checks first, and none of them looks further than its line (private key blocks
//! excepted). That keeps the whole thing linear, and it is what makes the verification of a finished note free of false
//! alarms: the lines of a note are the lines that were redacted, behind a list number or a time.

mod codes;
mod commands;
mod custom;
mod email;
mod guid;
mod hosts;
mod key;
mod kind;
mod mask;
mod net;
mod numbers;
mod password;
mod private_key;
mod rules;
mod secrets;
mod tokens;
mod traits;
mod unc;
mod words;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

pub(crate) use custom::OWN_START;
pub use custom::{
    CustomRule, MAX_CUSTOM_RULES, MAX_LABEL_LENGTH, MAX_PATTERN_LENGTH, MAX_RULE_NAME_LENGTH, RuleError,
    RuleProblem,
};
pub use key::HitKey;
pub(crate) use key::Salt;
pub use kind::{Kind, RedactionSummary};
pub(crate) use mask::{Keep, Mark, Masked};
use regex::Regex;
use rules::Detectors;
pub(crate) use secrets::Secrets;

use crate::model::Variable;
use crate::options::{RedactionMode, RedactionOptions};

/// Something that must not leave, found in a text. Carries no piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Where it is, in bytes, on character boundaries.
    pub range: Range<usize>,
    /// Which rule of the account found it; none where something else names the hit.
    pub(crate) rule: Option<usize>,
}

impl Hit {
    fn new(kind: Kind, range: Range<usize>) -> Self {
        Self { kind, range, rule: None }
    }
}

/// A redacted text with its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text with `[… redacted]` in the place of every hit.
    pub text: String,
    /// How many of each kind were masked.
    pub summary: RedactionSummary,
}

/// Finds everything the rules know in `text`: sorted, not overlapping, without the text itself. For previews.
///
/// Overlapping findings become one hit over all of them, with the most sensitive kind. Tokens of an earlier redaction are
/// never hits. Text from outside should be free of invisible characters; [`render`](crate::render) sees to that itself.
/// Optional detectors and an account's rules: [`Redactor`].
#[must_use]
pub fn find(text: &str) -> Vec<Hit> {
    Redactor::of(Detectors::default(), Secrets::none()).find(text)
}

/// Masks everything [`find`] finds. Idempotent.
#[must_use]
pub fn redact(text: &str) -> Redacted {
    Redactor::of(Detectors::default(), Secrets::none()).redact(text)
}

/// What a text is: decides whether rules that read on into the next line may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One text by one author.
    Run,
    /// A finished note: neighbouring lines have nothing to do with each other.
    Output,
}

/// The rules to run, compiled, with the literal values to look for. Worth keeping where many texts are redacted.
///
/// ```
/// use rf_notes::{CustomRule, RedactionOptions, Redactor};
/// let badge = CustomRule { name: "Badge".into(), pattern: "EMP-[0-9]{5}".into(), ..CustomRule::default() };
/// let options = RedactionOptions { guids: true, custom: vec![badge], ..RedactionOptions::default() };
/// let redactor = Redactor::new(&options)?;
/// assert_eq!(redactor.redact("EMP-40213 left").text, "[custom rule redacted] left");
/// # Ok::<(), rf_notes::RuleError>(())
/// ```
pub struct Redactor {
    /// `None` = only literal values.
    patterns: Option<Detectors>,
    secrets: Secrets,
}

impl Redactor {
    /// Compiles the rules of an account. Also the check to make before they are saved.
    ///
    /// # Errors
    ///
    /// [`RuleError`] names the first rule that cannot be used, and says why.
    pub fn new(options: &RedactionOptions) -> Result<Self, RuleError> {
        Ok(Self::of(Detectors::new(options)?, Secrets::none()))
    }

    /// Masks the values of the secret variables among `variables`, and nothing else.
    #[must_use]
    pub fn of_values(variables: &[Variable]) -> Self {
        Self { patterns: None, secrets: Secrets::of(variables) }
    }

    /// Also masks the values of the secret variables among `variables`, and the texts `marked`.
    #[must_use]
    pub fn with_values(self, variables: &[Variable], marked: &[String]) -> Self {
        Self { secrets: Secrets::of(variables).and_marked(marked), ..self }
    }

    /// As [`find`], with these rules.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Hit> {
        self.find_in(text, Scope::Run)
    }

    /// As [`redact`], with these rules.
    #[must_use]
    pub fn redact(&self, text: &str) -> Redacted {
        let mut summary = RedactionSummary::default();
        let masked = self.mask(text, None, &mut summary);
        Redacted { text: masked.map_or_else(|| text.to_owned(), |m| m.text), summary }
    }

    fn of(detectors: Detectors, secrets: Secrets) -> Self {
        Self { patterns: Some(detectors), secrets }
    }

    /// The redactor of one rendering. Rules of the account are not even compiled where no pattern runs.
    pub(crate) fn for_note(
        mode: RedactionMode,
        options: &RedactionOptions,
        secrets: Secrets,
    ) -> Result<Self, RuleError> {
        let patterns = match mode {
            RedactionMode::Mask => Some(Detectors::new(options)?),
            RedactionMode::None => None,
        };
        Ok(Self { patterns, secrets })
    }

    /// The words a rule of the account has for its hits.
    fn label(&self, hit: &Hit) -> Option<Arc<str>> {
        self.patterns.as_ref()?.label(hit.rule?)
    }

    pub(crate) fn find_in(&self, text: &str, scope: Scope) -> Vec<Hit> {
        self.find_from(text, scope, None)
    }

    /// Literal values only: what nobody can decide to show.
    pub(crate) fn find_values(&self, text: &str, scope: Scope) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.secrets.find(text, scope, &mut hits);
        merge(without_tokens(text, hits))
    }

    /// `changed` limits the pattern rules to the lines of these ranges.
    fn find_from(&self, text: &str, scope: Scope, changed: Option<&[Mark]>) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.secrets.find(text, scope, &mut hits);
        match (&self.patterns, changed) {
            (Some(detectors), None) => rules::find(text, scope, detectors, &mut hits),
            (Some(detectors), Some(marks)) => rules::find_again(text, marks, detectors, &mut hits),
            (None, _) => {}
        }
        if hits.is_empty() {
            return hits;
        }
        merge(without_tokens(text, hits))
    }
}

/// Our own marks in a text: `[password redacted]`, `[site not recorded]`.
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    let labels = Kind::ALL.map(Kind::label).join("|");
    regex(&format!(r"\[(?:(?:{labels}) redacted|[A-Za-z_][A-Za-z0-9_]* not recorded)\]"))
});

/// Cuts our own marks out of the hits.
fn without_tokens(text: &str, hits: Vec<Hit>) -> Vec<Hit> {
    if !text.contains(" redacted]") && !text.contains(" not recorded]") {
        return hits;
    }
    let tokens: Vec<Range<usize>> = TOKENS.find_iter(text).map(|m| m.range()).collect();
    let mut out = Vec::with_capacity(hits.len());
    for Hit { kind, range, rule } in hits {
        let first = tokens.partition_point(|t| t.end <= range.start);
        let mut inside = tokens[first..].iter().take_while(|t| t.start < range.end).peekable();
        if inside.peek().is_none() {
            out.push(Hit { kind, range, rule });
            continue;
        }
        let mut start = range.start;
        for token in inside {
            push_rest(text, (kind, rule), start..token.start.max(start), &mut out);
            start = token.end;
        }
        push_rest(text, (kind, rule), start..range.end.max(start), &mut out);
    }
    out
}

/// What a hit keeps beside a token, unless it is only punctuation.
fn push_rest(text: &str, (kind, rule): (Kind, Option<usize>), range: Range<usize>, out: &mut Vec<Hit>) {
    let rest = &text[range.clone()];
    if !rest.contains(char::is_alphanumeric) {
        return;
    }
    let start = range.start + (rest.len() - rest.trim_start().len());
    out.push(Hit { kind, range: start..start + rest.trim().len(), rule });
}

/// Joins overlapping hits; the most sensitive kind names the union.
fn merge(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|h| (h.range.start, h.kind));
    let mut out: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match out.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                if hit.kind < last.kind {
                    (last.kind, last.rule) = (hit.kind, hit.rule);
                }
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => out.push(hit),
        }
    }
    out
}

/// Compiles one of the crate's own patterns.
#[allow(clippy::expect_used)] // Constants; `every_pattern_compiles` runs them all.
pub(crate) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern compiles")
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
