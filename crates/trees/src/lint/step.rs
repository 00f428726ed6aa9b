//! Rules about the texts of one node or step.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    Findings,
    rules::rule,
    secrets,
    variables::{StepVariables, Variables},
};
use crate::{ChoiceOption, Node, Script, ScriptLanguage, Step, limits};

/// What nodes and checklist steps have in common.
pub(super) struct StepView<'a> {
    id: &'a str,
    title: &'a str,
    body: Option<&'a str>,
    warning: Option<&'a str>,
    note: Option<&'a str>,
    scripts: &'a [Script],
    ask: &'a [String],
    evidence: &'a [String],
    options: &'a [ChoiceOption],
}

impl<'a> From<&'a Node> for StepView<'a> {
    fn from(node: &'a Node) -> Self {
        Self {
            id: &node.id,
            title: &node.title,
            body: node.body.as_deref(),
            warning: node.warning.as_deref(),
            note: node.note.as_deref(),
            scripts: &node.scripts,
            ask: &node.ask,
            evidence: &node.evidence,
            options: &node.options,
        }
    }
}

impl<'a> From<&'a Step> for StepView<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            id: &step.id,
            title: &step.title,
            body: step.body.as_deref(),
            warning: step.warning.as_deref(),
            note: step.note.as_deref(),
            scripts: &step.scripts,
            ask: &step.ask,
            evidence: &step.evidence,
            options: &[],
        }
    }
}

/// Checks every text of a step: there, not too long, no secret in it, all variables declared.
pub(super) fn check(step: &StepView<'_>, variables: &mut Variables<'_>, found: &mut Findings) {
    let mut used = StepVariables::default();
    step.for_each_text(|field, text| {
        if field.needed {
            field.what.check_required(Some(step.id), text, found);
        } else {
            field.what.check(Some(step.id), text, found);
        }
        used.text(text, field.what.is_code(), variables);
    });
    for name in step.ask {
        used.name(name, variables);
    }
    used.report(step.id, found);
    risky_commands(step, found);
}

/// A text with what holds for it.
struct Place {
    what: Field,
    needed: bool,
}

impl<'a> StepView<'a> {
    fn for_each_text(&self, mut look: impl FnMut(Place, &'a str)) {
        let mut text = |name, most, needed, text| look(Place { what: Field { name, most }, needed }, text);
        text("title", limits::TITLE, true, self.title);
        let optional = [
            ("body", limits::BODY, self.body),
            ("warning", limits::BODY, self.warning),
            ("note", limits::NOTE, self.note),
        ];
        for (name, most, value) in optional {
            if let Some(value) = value {
                text(name, most, false, value);
            }
        }
        for script in self.scripts {
            text(SCRIPT, limits::SCRIPT, true, &script.text);
            if let Some(title) = &script.title {
                text("script title", limits::TITLE, false, title);
            }
            for output in &script.outputs {
                text("script output", limits::NOTE, true, &output.when);
                text("meaning of a script output", limits::NOTE, true, &output.means);
            }
        }
        for evidence in self.evidence {
            text("evidence", limits::EVIDENCE, true, evidence);
        }
        for option in self.options {
            text("option label", limits::LABEL, true, &option.label);
            if let Some(note) = &option.note {
                text("option note", limits::NOTE, false, note);
            }
        }
    }
}

const SCRIPT: &str = "script";

/// A kind of text, as messages call it, with its limit.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// In characters.
    pub(super) most: usize,
}

impl Field {
    fn is_code(self) -> bool {
        self.name == SCRIPT
    }

    /// Checks a text that may be empty.
    pub(super) fn check(self, id: Option<&str>, text: &str, found: &mut Findings) {
        self.look(id, "", text, found);
    }

    /// Checks a text that must not be.
    pub(super) fn check_required(self, id: Option<&str>, text: &str, found: &mut Findings) {
        self.need(id, "", text, found);
        self.look(id, "", text, found);
    }

    /// [`Field::check`] for a text of the variable with the quoted name `owner`.
    pub(super) fn check_of(self, owner: &str, text: &str, found: &mut Findings) {
        self.look(None, &format!(" of the variable {owner}"), text, found);
    }

    /// [`Field::check_required`] for a text of the variable with the quoted name `owner`.
    pub(super) fn check_required_of(self, owner: &str, text: &str, found: &mut Findings) {
        let owner = format!(" of the variable {owner}");
        self.need(None, &owner, text, found);
        self.look(None, &owner, text, found);
    }

    fn need(self, id: Option<&str>, owner: &str, text: &str, found: &mut Findings) {
        if text.trim().is_empty() {
            found.add(
                rule::MISSING_TEXT,
                id,
                format!("The {}{owner} is empty. Fill it in or remove it.", self.name),
            );
        }
    }

    fn look(self, id: Option<&str>, owner: &str, text: &str, found: &mut Findings) {
        let name = self.name;
        // Bytes are at least as many as characters, and free to count.
        let length = if text.len() > self.most { text.chars().count() } else { 0 };
        if length > self.most {
            let most = self.most;
            let message = format!(
                "The {name}{owner} has {length} characters; at most {most} are kept. Shorten or split it."
            );
            found.add(rule::TEXT_TOO_LONG, id, message);
        }
        let Some(secret) = secrets::find(text, self.is_code()) else { return };
        let what = secret.what;
        if secret.doubtful {
            let message = format!(
                "The {name}{owner} may hold {what}. If it does, replace it by a secret variable; if not, word it so that \
                 nothing stands behind \"password\"."
            );
            found.add(rule::POSSIBLE_SECRET, id, message);
        } else {
            let message = format!(
                "The {name}{owner} holds what looks like {what}. Remove it, change it wherever it is in use, and ask for \
                 it with a secret variable."
            );
            found.add(rule::SECRET_IN_TEXT, id, message);
        }
    }
}

/// Commands that delete, reset, disable or restart something.
#[expect(clippy::expect_used, reason = "a constant, compiled by the tests")]
static RISKY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)\b(?:(?:remove|clear|reset|uninstall|disable)-[a-z]{2,40}",
        r"|format-volume|initialize-disk|(?:stop|restart)-(?:computer|service|vm)|suspend-bitlocker",
        r"|diskpart|bcdedit|shutdown(?:\.exe)? +[/-][a-z]|format +[a-z]:|net +stop|reg +delete|vssadmin +delete",
        r"|(?:rd|rmdir) +/s|del +/[a-z]|rm +-[a-z]*[rf]|mkfs|dd +if=)"
    ))
    .expect("a constant pattern compiles")
});

/// They match [`RISKY`] and touch nothing but the console.
const HARMLESS: [&str; 6] =
    ["clear-host", "clear-variable", "remove-variable", "remove-module", "remove-pssession", "remove-job"];

fn risky_commands(step: &StepView<'_>, found: &mut Findings) {
    if step.warning.is_some_and(|warning| !warning.trim().is_empty()) {
        return;
    }
    let code = step.scripts.iter().filter(|script| script.language != ScriptLanguage::Text);
    let commands = code.flat_map(|script| RISKY.find_iter(&script.text)).map(|hit| hit.as_str());
    let risky =
        commands.into_iter().find(|command| !HARMLESS.iter().any(|name| command.eq_ignore_ascii_case(name)));
    if let Some(command) = risky {
        let message = format!(
            "A script uses {command}. If it can do harm here, add a warning that says what to check first."
        );
        found.add(rule::RISKY_COMMAND, Some(step.id), message);
    }
}
