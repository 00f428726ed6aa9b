//! `{{variables}}` in text. One pass: what a value contains is never expanded again.

use std::borrow::Cow;

use crate::model::{NoteInput, Variable};

/// Names that always exist. A session variable of the same name does not override them.
pub const BUILT_IN_VARIABLES: [&str; 4] = ["ticket_number", "client_name", "engineer_name", "target_label"];

/// Puts the values of `vars` in the place of their `{{name}}`; blanks inside the braces are allowed.
///
/// Unknown names, and names without a value, stay as they are. Values of secret variables **are** put in: this function
/// is for an engineer's own screen and for tests; notes go through [`render`](crate::render), which masks them. Built-in
/// variables are passed like any other.
#[must_use]
pub fn resolve_variables<'t>(text: &'t str, vars: &[Variable]) -> Cow<'t, str> {
    substitute(text, |name| {
        let found = vars.iter().find(|v| v.name == name && !v.value.is_empty());
        found.map(|v| Cow::Borrowed(v.value.as_str()))
    })
}

/// Text put in place of a secret variable. Known to the redactor as one of its own tokens.
pub(crate) const SECRET_TOKEN: &str = "[secret redacted]";

/// Resolution as notes want it: secrets never appear, and what is missing says so.
pub(crate) struct Resolver<'a> {
    input: &'a NoteInput,
    secrets_put_in: u32,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(input: &'a NoteInput) -> Self {
        Self { input, secrets_put_in: 0 }
    }

    /// How many times a secret was asked for, for the redaction summary.
    pub(crate) fn secrets_put_in(&self) -> u32 {
        self.secrets_put_in
    }

    pub(crate) fn resolve<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let input = self.input;
        substitute(text, |name| Some(self.value(input, name)))
    }

    fn value(&mut self, input: &'a NoteInput, name: &str) -> Cow<'a, str> {
        let built_in = match name {
            "ticket_number" => &input.ticket_number,
            "client_name" => &input.client_name,
            "engineer_name" => &input.engineer_name,
            "target_label" => &input.target_label,
            _ => &None,
        };
        if let Some(value) = built_in.as_deref().filter(|v| !v.trim().is_empty()) {
            return Cow::Borrowed(value);
        }
        match input.variables.iter().find(|v| v.name == name && !v.value.trim().is_empty()) {
            Some(v) if v.secret => {
                self.secrets_put_in += 1;
                Cow::Borrowed(SECRET_TOKEN)
            }
            Some(v) => Cow::Borrowed(&v.value),
            None => Cow::Owned(format!("[{name} not recorded]")),
        }
    }
}

fn substitute<'t, 'v>(text: &'t str, mut value: impl FnMut(&str) -> Option<Cow<'v, str>>) -> Cow<'t, str> {
    let Some(first) = text.find("{{") else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 32);
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    let mut changed = false;
    while let Some(open) = rest.find("{{") {
        let after = &rest[open + 2..];
        match placeholder(after).and_then(|(name, len)| Some((value(name)?, len))) {
            Some((found, len)) => {
                out.push_str(&rest[..open]);
                out.push_str(&found);
                rest = &after[len..];
                changed = true;
            }
            None => {
                // One brace at a time, so that the inner pair of `{{{name}}}` is seen.
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    if !changed {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The name at the start of `after` (what follows `{{`), and how many bytes it takes up to and with `}}`.
fn placeholder(after: &str) -> Option<(&str, usize)> {
    const LONGEST_NAME: usize = 63;
    let start = after.len() - after.trim_start_matches([' ', '\t']).len();
    let name_len = after[start..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let name = &after[start..start + name_len];
    if name.is_empty() || name_len > LONGEST_NAME || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let tail = &after[start + name_len..];
    let close = tail.trim_start_matches([' ', '\t']);
    close.starts_with("}}").then(|| (name, after.len() - close.len() + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn var(name: &str, value: &str) -> Variable {
        Variable { name: name.into(), label: String::new(), value: value.into(), secret: false }
    }

    #[test]
    fn names_are_replaced_blanks_allowed() {
        let vars = [var("user", "Jane"), var("pc", "WS-1")];
        assert_eq!(
            resolve_variables("Hi {{user}}, {{ pc }} and {{\tuser }}.", &vars),
            "Hi Jane, WS-1 and Jane."
        );
    }

    #[test]
    fn unknown_empty_and_malformed_stay() {
        let vars = [var("user", "Jane"), var("none", "")];
        for text in
            ["{{nobody}}", "{{none}}", "{{user", "{{user}", "{{ us er }}", "{{}}", "{{1x}}", "{user}", "}}{{"]
        {
            assert_eq!(resolve_variables(text, &vars), text);
            assert!(matches!(resolve_variables(text, &vars), Cow::Borrowed(_)));
        }
        assert_eq!(resolve_variables("{{{user}}}", &vars), "{Jane}");
        assert_eq!(resolve_variables("{{nobody}} {{user}} {{", &vars), "{{nobody}} Jane {{");
    }

    #[test]
    fn values_are_not_expanded_again() {
        let vars = [var("a", "{{b}}"), var("b", "{{a}}"), var("open", "{{"), var("close", "b}}")];
        assert_eq!(resolve_variables("{{a}} {{b}}", &vars), "{{b}} {{a}}");
        assert_eq!(resolve_variables("{{open}}{{close}}", &vars), "{{b}}");
    }

    #[test]
    fn notes_say_what_is_missing_and_never_put_a_secret_in() {
        let secret = Variable { secret: true, ..var("temp_password", "Winter2026!") };
        let input = NoteInput {
            variables: vec![secret, var("ticket_number", "spoofed")],
            ticket_number: Some("T-1".into()),
            ..NoteInput::default()
        };
        let mut resolver = Resolver::new(&input);
        let text = resolver.resolve("{{ticket_number}} {{client_name}} {{temp_password}} {{other}}");
        assert_eq!(text, "T-1 [client_name not recorded] [secret redacted] [other not recorded]");
        assert_eq!(resolver.secrets_put_in(), 1);
    }

    proptest! {
        #[test]
        fn single_pass(value in ".{0,40}", before in "[^{}]{0,20}", after in "[^{}]{0,20}") {
            let vars = [var("x", &value), var("y", "EXPANDED")];
            prop_assume!(!value.is_empty());
            let text = format!("{before}{{{{x}}}}{after}");
            prop_assert_eq!(resolve_variables(&text, &vars), format!("{before}{value}{after}"));
        }

        #[test]
        fn never_panics(text in "\\PC{0,60}|[{} a_é]{0,60}") {
            let _ = resolve_variables(&text, &[var("a", "1")]);
        }
    }
}
