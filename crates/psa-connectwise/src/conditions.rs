//! Conditions of the query language. How a quote inside a text is escaped is documented nowhere, so no text with one
//! is ever put between quotes: search words are cut at it, and exact values with one are refused.

use rf_kernel::Timestamp;
use rf_psa::PsaError;

/// Conditions that all have to hold.
#[derive(Debug, Default)]
pub(crate) struct Conditions(Vec<String>);

/// What ends a quoted text, or could.
fn ends_a_text(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.is_control()
}

impl Conditions {
    /// A number.
    pub(crate) fn number(mut self, field: &str, value: i64) -> Self {
        self.0.push(format!("{field}={value}"));
        self
    }

    /// One of some numbers; nothing where there are none.
    pub(crate) fn one_of(mut self, field: &str, values: &[i64]) -> Self {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(i64::to_string).collect();
            self.0.push(format!("{field} in ({})", list.join(",")));
        }
        self
    }

    /// A flag.
    pub(crate) fn flag(mut self, field: &str, value: bool) -> Self {
        self.0.push(format!("{field}={}", if value { "true" } else { "false" }));
        self
    }

    /// After an instant.
    pub(crate) fn since(mut self, field: &str, at: Timestamp) -> Self {
        self.0.push(format!("{field} >= [{}]", rf_psa_http::written(at)));
        self
    }

    /// Exactly this text.
    pub(crate) fn text(mut self, field: &str, value: &str) -> Result<Self, PsaError> {
        if value.contains(ends_a_text) {
            let message = "The PSA cannot be asked for a text with quotes or control characters.".into();
            return Err(PsaError::Invalid { field: Some(field.into()), message });
        }
        self.0.push(format!("{field}=\"{value}\""));
        Ok(self)
    }

    /// A part of this text; `%` would stand for anything elsewhere and does not here.
    pub(crate) fn contains(mut self, field: &str, value: &str) -> Self {
        self.0.extend(parts(field, value));
        self
    }

    /// A part of this text, or the number that it is.
    pub(crate) fn contains_or_number(mut self, text: &str, number: &str, value: &str) -> Self {
        match value.trim().trim_start_matches('#').parse::<i64>() {
            Ok(id) => self.0.push(format!("({number}={id} or {text} contains \"{id}\")")),
            Err(_) => self = self.contains(text, value),
        }
        self
    }

    /// As the query takes it; nothing when nothing restricts.
    pub(crate) fn finish(self) -> Option<String> {
        if self.0.is_empty() { None } else { Some(self.0.join(" and ")) }
    }
}

fn parts(field: &str, value: &str) -> Vec<String> {
    let parts = value.split(ends_a_text).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| format!("{field} contains \"{part}\"")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn conditions_read_as_the_language_has_it() {
        let all = Conditions::default()
            .contains_or_number("summary", "id", "#1004")
            .number("company/id", 7)
            .one_of("board/id", &[1, 2])
            .one_of("status/id", &[])
            .flag("closedFlag", false)
            .since("lastUpdated", Timestamp::from_unix(1_800_000_000).unwrap())
            .text("owner/identifier", "tdawson")
            .unwrap();
        assert_eq!(
            all.finish().unwrap(),
            "(id=1004 or summary contains \"1004\") and company/id=7 and board/id in (1,2) and closedFlag=false and \
             lastUpdated >= [2027-01-15T08:00:00Z] and owner/identifier=\"tdawson\""
        );
        assert_eq!(Conditions::default().contains("summary", " \" ' ").finish(), None);
    }

    #[test]
    fn a_text_never_ends_its_own_quotes() {
        let injected =
            Conditions::default().contains("summary", "x\" or closedFlag=true or summary contains \"y");
        assert_eq!(
            injected.finish().unwrap(),
            "summary contains \"x\" and summary contains \"or closedFlag=true or summary contains\" and \
             summary contains \"y\""
        );
        for bad in ["a\"b", "a'b", "a\\", "a\nb", "a\0"] {
            assert!(Conditions::default().text("identifier", bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn outside_of_its_quotes_a_text_says_nothing(value in "(?s).{0,80}") {
            let found = Conditions::default().contains("summary", &value).finish().unwrap_or_default();
            let outside: String = found.split('"').step_by(2).collect();
            prop_assert!(outside.replace("summary contains ", "").replace(" and ", "").is_empty(), "{found}");
            prop_assert!(!found.contains('\\') && !found.contains('\''));
        }
    }
}
