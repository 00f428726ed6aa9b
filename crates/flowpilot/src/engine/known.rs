//! What belongs into the names a flow's texts leave open.

use std::collections::BTreeMap;

use rf_trees::replace_names;

/// Characters of the longest value that is put in: a step is read at a glance.
const MOST_VALUE: usize = 300;

/// Values by name, such as `client_name`; secrets never come here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(BTreeMap<String, String>);

impl Known {
    /// Notes a value. One that is empty, has several lines or is too long to be put into a sentence is left out.
    pub fn put(&mut self, name: &str, value: &str) {
        let value = value.trim();
        let fits =
            !value.is_empty() && !value.contains(char::is_control) && value.chars().nth(MOST_VALUE).is_none();
        if fits {
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    /// A text with what is known put in, and other names as words in brackets.
    pub(super) fn filled(&self, text: &str) -> String {
        replace_names(text.trim_end(), |name| match self.0.get(name) {
            Some(value) => value.clone(),
            None => format!("[{}]", name.replace('_', " ")),
        })
    }

    /// A command as it is typed; names to fill in stand in angle brackets. A value is put in only where it is one plain
    /// word: it may come from a ticket anybody could write, and a command is run as it stands.
    pub(super) fn command(&self, text: &str) -> String {
        replace_names(text.trim_end(), |name| match self.0.get(name).filter(|value| is_word(value)) {
            Some(value) => value.clone(),
            None => format!("<{name}>"),
        })
    }
}

/// Neither an option nor anything a shell reads as more than itself.
fn is_word(value: &str) -> bool {
    !value.starts_with(['-', '/', '@', '.'])
        && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | ':' | '\\' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: &str) -> Known {
        let mut known = Known::default();
        known.put("host", value);
        known
    }

    #[test]
    fn what_is_known_is_put_in_and_the_rest_named() {
        let known = known(" WS-014 ");
        assert_eq!(known.filled("Ping {{ host }} from {{next_desk}}. "), "Ping WS-014 from [next desk].");
        assert_eq!(known.command("ping {{host}} -S {{own_address}}\n"), "ping WS-014 -S <own_address>");
    }

    #[test]
    fn values_are_not_filled_again() {
        assert_eq!(known("{{host}}").filled("{{host}}"), "{{host}}");
    }

    #[test]
    fn what_fits_no_sentence_is_no_value() {
        let long = "x".repeat(MOST_VALUE + 1);
        for value in ["", "  ", "two\nlines", &long] {
            assert_eq!(known(value).filled("{{host}}"), "[host]", "{value}");
        }
        assert_eq!(known(&long[1..]).filled("{{host}}"), long[1..]);
    }

    #[test]
    fn no_value_makes_another_command() {
        for value in [
            "x; rm -rf ~",
            "$(id)",
            "`id`",
            "a & b",
            "a | b",
            "\"",
            "’",
            "-Force",
            "/s",
            "@(1)",
            "%TEMP%",
            "a b",
            "a\u{a0}b",
        ] {
            assert_eq!(known(value).command("ping {{host}}"), "ping <host>", "{value}");
            assert_eq!(known(value).filled("{{host}}"), value);
        }
        for value in ["WS-014", "print01.contoso.com", "eli@contoso.com", "10.0.0.7", r"C:\Users\eli"] {
            assert_eq!(known(value).command("ping {{host}}"), format!("ping {value}"));
        }
    }
}
