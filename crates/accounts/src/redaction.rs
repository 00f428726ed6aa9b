//! What an account has masked in its notes beyond what always is.

use rf_kernel::{AccountId, Failure, Revision, Timestamp, UserId};
use rf_notes::{RedactionOptions, Redactor, RuleError, RuleProblem};

/// The optional detectors and own rules of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactionSettings {
    /// Whose.
    pub account_id: AccountId,
    /// What is looked for.
    pub options: RedactionOptions,
    /// Who changed them last; `None` before the first change.
    pub updated_by_id: Option<UserId>,
    /// When.
    pub updated_at: Option<Timestamp>,
    /// Counts the changes; 0 before the first.
    pub revision: Revision,
}

/// What became of changed settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepRedactionOutcome {
    /// Kept.
    Kept,
    /// The settings are at another revision; nothing was kept.
    Stale,
}

impl RedactionSettings {
    /// What an account has that never said anything.
    #[must_use]
    pub fn none(account_id: AccountId) -> Self {
        let options = RedactionOptions::default();
        Self { account_id, options, updated_by_id: None, updated_at: None, revision: Revision(0) }
    }

    /// Replaces the options by others that can be used: rules compile, within bounds of size.
    ///
    /// # Errors
    /// `validation_failed`, naming the rule.
    pub fn change(
        &mut self,
        mut options: RedactionOptions,
        by: UserId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for rule in &mut options.custom {
            rule.name = rule.name.trim().to_owned();
            rule.label =
                rule.label.take().map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
            if rule.name.contains('\0') || rule.pattern.contains('\0') {
                let message = "must not contain the NUL character";
                return Err(Failure::invalid_field("custom", "control_character", message));
            }
        }
        // Compiled and thrown away: the check is the same one a note makes.
        Redactor::new(&options).map_err(|error| refused(&error))?;
        *self = Self {
            account_id: self.account_id,
            options,
            updated_by_id: Some(by),
            updated_at: Some(now),
            revision: self.revision.next(),
        };
        Ok(())
    }
}

fn refused(error: &RuleError) -> Failure {
    let (loc, code) = match error {
        RuleError::TooMany { .. } => ("custom".to_owned(), "too_many"),
        RuleError::Rule { index, problem, .. } => {
            let (field, code) = match problem {
                RuleProblem::Name => ("name", "wrong_length"),
                RuleProblem::SameName => ("name", "taken"),
                RuleProblem::Label => ("label", "not_a_label"),
                RuleProblem::Length => ("pattern", "wrong_length"),
                RuleProblem::Syntax(_) => ("pattern", "not_a_pattern"),
                RuleProblem::TooComplex => ("pattern", "too_complex"),
                RuleProblem::MatchesEmpty => ("pattern", "matches_empty"),
            };
            (format!("custom[{index}].{field}"), code)
        }
    };
    Failure::invalid_field(loc, code, error.to_string())
}

#[cfg(test)]
mod tests {
    use rf_notes::CustomRule;
    use uuid::Uuid;

    use super::*;

    fn change(custom: Vec<CustomRule>) -> Result<RedactionSettings, Failure> {
        let mut settings = RedactionSettings::none(AccountId(Uuid::nil()));
        let options = RedactionOptions { guids: true, custom, ..RedactionOptions::default() };
        let now = Timestamp::from_unix(1_772_000_000).unwrap();
        settings.change(options, UserId(Uuid::nil()), now).map(|()| settings)
    }

    fn rule(name: &str, pattern: &str) -> CustomRule {
        CustomRule { name: name.into(), pattern: pattern.into(), ..CustomRule::default() }
    }

    #[test]
    fn a_change_counts_and_trims() {
        let labelled = CustomRule { label: Some("  ".into()), ..rule(" Badge ", "EMP-[0-9]+") };
        let settings = change(vec![labelled]).unwrap();
        assert_eq!(settings.options.custom, [rule("Badge", "EMP-[0-9]+")]);
        assert_eq!(settings.revision, Revision(1));
    }

    #[test]
    fn a_rule_that_cannot_be_used_is_named() {
        for (bad, loc, code) in [
            (rule("Site", "("), "custom[1].pattern", "not_a_pattern"),
            (rule("Site", "b*"), "custom[1].pattern", "matches_empty"),
            (rule("Site", r"(\w{100}){100}"), "custom[1].pattern", "too_complex"),
            (rule("Site", ""), "custom[1].pattern", "wrong_length"),
            (rule("badge", "b"), "custom[1].name", "taken"),
            (CustomRule { label: Some("<b>".into()), ..rule("Site", "b") }, "custom[1].label", "not_a_label"),
        ] {
            let name = bad.name.clone();
            let failure = change(vec![rule("Badge", "a"), bad]).unwrap_err();
            assert_eq!((failure.errors[0].loc.as_str(), failure.errors[0].code), (loc, code));
            assert!(failure.errors[0].message.starts_with(&format!("Rule \"{name}\": ")), "{failure:?}");
        }
        let many = (0..51).map(|index| rule(&format!("r{index}"), "a")).collect();
        assert_eq!(change(many).unwrap_err().errors[0].loc, "custom");
    }
}
