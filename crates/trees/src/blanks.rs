//! Texts of flows where nobody has said yet what belongs into them.

use std::fmt::Write as _;

/// The text with the names to fill in, `{{printer_name}}`, as words in brackets: `[printer name]`.
#[must_use]
pub fn with_blanks(text: &str) -> String {
    replace_names(text, |name| format!("[{}]", name.replace('_', " ")))
}

/// The text with something in the place of every name to fill in. Double braces that are no name stay.
#[must_use]
pub fn replace_names(text: &str, put: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        out.push_str(before);
        let name = name.trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_name {
            out.push_str(&put(name));
        } else {
            let _ = write!(out, "{{{{{name}}}}}");
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_what_is_no_name_stays() {
        assert_eq!(with_blanks("Ping {{ printer_name }} of {{site}}"), "Ping [printer name] of [site]");
        for text in ["", "no names", "a {{ b", "{{}}", "{{a b}}", "}} {{"] {
            assert_eq!(with_blanks(text), text);
        }
        assert_eq!(replace_names("ping {{host}}", |name| format!("<{name}>")), "ping <host>");
    }
}
