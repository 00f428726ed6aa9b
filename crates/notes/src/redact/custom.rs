//! Rules of an account: patterns somebody else wrote, so they are bounded before they are compiled.
//!
//! The engine never backtracks; what could still hurt is size, which is limited: the number and length of the patterns,
//! and what they compile to. A match is searched in one line, as all rules do.

use std::sync::{Arc, LazyLock};

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::regex;
use super::rules::Sink;

/// Most rules of an account.
pub const MAX_CUSTOM_RULES: usize = 50;
/// Longest pattern, in characters.
pub const MAX_PATTERN_LENGTH: usize = 500;
/// Longest name of a rule, in characters.
pub const MAX_RULE_NAME_LENGTH: usize = 80;
/// Longest label of a rule, in characters.
pub const MAX_LABEL_LENGTH: usize = 40;

/// Bytes a pattern may compile to, and its search may cache. Some 50 letters of any script fit in; a repeat of hundreds
/// of them does not.
const MAX_COMPILED: usize = 512 * 1024;
const MAX_CACHED: usize = 1024 * 1024;
/// Parentheses inside parentheses.
const MAX_NESTING: u32 = 40;

/// A rule of an account: what its pattern finds in a line is masked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomRule {
    /// Name, for people and for error messages.
    pub name: String,
    /// Regular expression in the syntax of Rust's `regex`: no look-around, no back references. If it has a group called
    /// `value`, only that group is masked: `badge (?P<value>[0-9]{4})`.
    pub pattern: String,
    /// Upper and lower case are the same.
    #[serde(default)]
    pub ignore_case: bool,
    /// Only matches that are not part of a longer word.
    #[serde(default)]
    pub whole_word: bool,
    /// What stands in a note for a match: `[label redacted]`. `custom rule` when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// Why the rules of an account cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// More rules than [`MAX_CUSTOM_RULES`].
    #[error("There are {count} rules; at most {MAX_CUSTOM_RULES} are allowed")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// One of them cannot be used.
    #[error("Rule \"{name}\": {problem}")]
    Rule {
        /// Position in the list, from 0.
        index: usize,
        /// The rule's name, or "rule 3" for one without.
        name: String,
        /// What is wrong with it.
        problem: RuleProblem,
    },
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// It has no name, or one that is too long.
    #[error("the name must have 1 to {MAX_RULE_NAME_LENGTH} characters")]
    Name,
    /// Another rule before it has the same name.
    #[error("another rule has this name")]
    SameName,
    /// The pattern is empty or too long.
    #[error("the pattern must have 1 to {MAX_PATTERN_LENGTH} characters")]
    Length,
    /// The label is no label.
    #[error(
        "the label must have 1 to {MAX_LABEL_LENGTH} letters, digits, spaces or dashes and begin with a letter"
    )]
    Label,
    /// The pattern is no regular expression.
    #[error("the pattern is no valid regular expression: {0}")]
    Syntax(String),
    /// The pattern compiles to too much.
    #[error("the pattern is too complex; repeat less, or ask for fewer kinds of characters")]
    TooComplex,
    /// The pattern matches where nothing is.
    #[error("the pattern matches the empty text, so it would match everywhere")]
    MatchesEmpty,
}

/// The compiled rules of an account.
#[derive(Debug, Default)]
pub(crate) struct CustomRules {
    rules: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    pattern: Regex,
    has_value: bool,
    whole_word: bool,
    label: Option<Arc<str>>,
}

impl CustomRules {
    pub(crate) fn compile(rules: &[CustomRule]) -> Result<Self, RuleError> {
        if rules.len() > MAX_CUSTOM_RULES {
            return Err(RuleError::TooMany { count: rules.len() });
        }
        let compile = |(index, rule): (usize, &CustomRule)| {
            let same = |other: &CustomRule| other.name.trim().eq_ignore_ascii_case(rule.name.trim());
            let taken = rules[..index].iter().any(same);
            compile(rule, taken).map_err(|problem| RuleError::Rule {
                index,
                name: name(rule, index),
                problem,
            })
        };
        Ok(Self { rules: rules.iter().enumerate().map(compile).collect::<Result<_, _>>()? })
    }

    pub(super) fn label(&self, rule: usize) -> Option<Arc<str>> {
        self.rules.get(rule)?.label.clone()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Finds the matches in a line.
    ///
    /// A finished note is read back without its list numbers and times, and a text may begin with what looks like one. A
    /// pattern tied to the start of a line would then match there and not here, so it is tried both ways.
    pub(super) fn find(&self, line: &str, sink: &mut Sink<'_>) {
        let start = OWN_START.find(line).map_or(0, |m| m.end());
        for (index, rule) in self.rules.iter().enumerate() {
            rule.find(line, 0, index, sink);
            if start > 0 {
                rule.find(line, start, index, sink);
            }
        }
    }
}

/// What a line of a finished note begins with, as the formats write it.
pub(crate) static OWN_START: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^ *(?:[0-9]+\. )?(?:- )?(?:#{1,2} )?(?:[\[`](?:[0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}[\]`] )?",
    )
});

impl Compiled {
    fn find(&self, line: &str, from: usize, index: usize, sink: &mut Sink<'_>) {
        let rest = &line[from..];
        // Matches that touch become one: a pattern for single characters should not fill a note with tokens.
        let mut run = 0..0;
        let mut add = |found: regex::Match<'_>| {
            if self.whole_word && !stands_alone(rest, found.start(), found.end()) {
                return;
            }
            if found.start() > run.end || run.is_empty() {
                sink.push_custom(index, run.start + from..run.end + from);
                run = found.range();
            } else {
                run.end = found.end();
            }
        };
        if self.has_value {
            self.pattern.captures_iter(rest).filter_map(|c| c.name("value")).for_each(&mut add);
        } else {
            self.pattern.find_iter(rest).for_each(&mut add);
        }
        sink.push_custom(index, run.start + from..run.end + from);
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    !text[..start].chars().next_back().is_some_and(word) && !text[end..].chars().next().is_some_and(word)
}

fn name(rule: &CustomRule, index: usize) -> String {
    match rule.name.trim() {
        "" => format!("rule {}", index + 1),
        name => name.chars().take(MAX_RULE_NAME_LENGTH).collect(),
    }
}

fn compile(rule: &CustomRule, taken: bool) -> Result<Compiled, RuleProblem> {
    let within = |text: &str, max: usize| (1..=max).contains(&text.chars().take(max + 1).count());
    if !within(rule.name.trim(), MAX_RULE_NAME_LENGTH) {
        return Err(RuleProblem::Name);
    }
    if taken {
        return Err(RuleProblem::SameName);
    }
    if !within(&rule.pattern, MAX_PATTERN_LENGTH) {
        return Err(RuleProblem::Length);
    }
    if !rule.label.as_deref().is_none_or(|label| is_label(label.trim())) {
        return Err(RuleProblem::Label);
    }
    let built = RegexBuilder::new(&rule.pattern)
        .case_insensitive(rule.ignore_case)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_CACHED)
        .nest_limit(MAX_NESTING)
        .build();
    let pattern = built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => RuleProblem::TooComplex,
        other => RuleProblem::Syntax(reason(&other.to_string())),
    })?;
    // `\b` and `$` match nothing only beside something, so the empty text alone does not show them.
    let matches_empty = ["", "a", " ", "1 a", "-"].iter().any(|t| pattern.find_iter(t).any(|m| m.is_empty()));
    if matches_empty {
        return Err(RuleProblem::MatchesEmpty);
    }
    let has_value = pattern.capture_names().flatten().any(|n| n == "value");
    let label = rule.label.as_deref().map(|label| format!("[{} redacted]", label.trim()).into());
    Ok(Compiled { pattern, has_value, whole_word: rule.whole_word, label })
}

/// Plain words: they stand in every format without escaping, and in the lines a rule is tried on again.
fn is_label(label: &str) -> bool {
    label.chars().count() <= MAX_LABEL_LENGTH
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
}

/// The last line of the engine's message; those before it draw the pattern.
fn reason(message: &str) -> String {
    let last = message.lines().rev().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(pattern: &str) -> CustomRule {
        CustomRule { name: "Badge".into(), pattern: pattern.into(), ..CustomRule::default() }
    }

    fn problem(rule: CustomRule) -> RuleProblem {
        match CustomRules::compile(&[rule]) {
            Err(RuleError::Rule { problem, .. }) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn refused_with_the_reason() {
        for pattern in ["a*", "", "x?", "(?:)", r"\b", "^", "$", "a|", "(?P<value>)b*", r"\B"] {
            let expected = if pattern.is_empty() { RuleProblem::Length } else { RuleProblem::MatchesEmpty };
            assert_eq!(problem(rule(pattern)), expected, "{pattern}");
        }
        assert!(matches!(problem(rule("(a")), RuleProblem::Syntax(text) if text == "unclosed group"));
        assert!(matches!(problem(rule("(?=a)b")), RuleProblem::Syntax(_)));
        assert!(matches!(problem(rule(r"(a)\1")), RuleProblem::Syntax(_)));
        assert!(matches!(problem(rule(&"(".repeat(60))), RuleProblem::Syntax(_)));
        assert_eq!(problem(rule(r"(\w{100}){100}")), RuleProblem::TooComplex);
        assert_eq!(problem(rule(&"a".repeat(501))), RuleProblem::Length);
        for label in ["", "1st", "a]b", "a\nb", "<b>", &"l".repeat(41)] {
            let labelled = CustomRule { label: Some(label.into()), ..rule("a") };
            assert_eq!(problem(labelled), RuleProblem::Label, "{label}");
        }
        assert_eq!(problem(CustomRule { name: " ".into(), ..rule("a") }), RuleProblem::Name);
        assert_eq!(problem(CustomRule { name: "n".repeat(81), ..rule("a") }), RuleProblem::Name);
        assert!(
            CustomRules::compile(&[rule(&"a".repeat(500)), CustomRule { name: "b".into(), ..rule("b") }])
                .is_ok()
        );
    }

    #[test]
    fn errors_name_the_rule() {
        let error = CustomRules::compile(&[rule("a"), CustomRule { name: "Site".into(), ..rule("b+|") }]);
        assert_eq!(
            error.unwrap_err().to_string(),
            "Rule \"Site\": the pattern matches the empty text, so it would match everywhere"
        );
        let error = CustomRules::compile(&[rule("a"), CustomRule { name: String::new(), ..rule("b") }]);
        assert_eq!(error.unwrap_err().to_string(), "Rule \"rule 2\": the name must have 1 to 80 characters");
        let error = CustomRules::compile(&[rule("a"), CustomRule { name: "badge ".into(), ..rule("b") }]);
        assert_eq!(error.unwrap_err().to_string(), "Rule \"badge\": another rule has this name");
        let many: Vec<_> = (0..51).map(|i| CustomRule { name: format!("r{i}"), ..rule("a") }).collect();
        let error = CustomRules::compile(&many);
        assert_eq!(error.unwrap_err().to_string(), "There are 51 rules; at most 50 are allowed");
    }

    #[test]
    fn on_the_wire() {
        let rule: CustomRule = serde_json::from_str(r#"{"name":"Badge","pattern":"x"}"#).unwrap();
        assert_eq!(
            rule,
            super::CustomRule { name: "Badge".into(), pattern: "x".into(), ..CustomRule::default() }
        );
        assert!(serde_json::from_str::<CustomRule>(r#"{"name":"Badge","pattern":"x","flags":1}"#).is_err());
    }
}
