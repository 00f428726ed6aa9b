//! Rules about the intake form.

use std::collections::HashSet;

use super::{Findings, quoted, rules::rule, step, variables::Variables};
use crate::{BUILT_IN_VARIABLES, Field, FieldType, IntakeForm, limits};

/// Checks the form, and hands on the variables it declares.
pub(super) fn check<'a>(form: &'a IntakeForm, found: &mut Findings) -> Variables<'a> {
    let mut seen = HashSet::new();
    for field in &form.fields {
        let name = quoted(&field.name);
        if !is_variable_name(&field.name) {
            let message =
                format!("Rename the variable {name}: a-z first, then a-z, 0-9 and _, at most 63 in all.");
            found.add(rule::INVALID_VARIABLE_NAME, None, message);
        }
        if !seen.insert(field.name.as_str()) {
            let message = format!("The variable {name} is declared twice. Rename or remove one.");
            found.add(rule::DUPLICATE_VARIABLE, None, message);
        }
        if BUILT_IN_VARIABLES.contains(&field.name.as_str()) {
            let message = format!(
                "The variable {name} exists in every flow. Remove it, or rename it if it means something else."
            );
            found.add(rule::BUILT_IN_VARIABLE, None, message);
        }
        choices(field, &name, found);
        default(field, &name, found);
        texts(field, &name, found);
    }
    Variables::new(form.fields.iter().map(|field| field.name.as_str()))
}

fn choices(field: &Field, name: &str, found: &mut Findings) {
    if field.field_type != FieldType::Select {
        if !field.options.is_empty() {
            let message = format!(
                "The variable {name} has options, but only a select shows them. Make it a select or remove them."
            );
            found.add(rule::OPTIONS_IGNORED, None, message);
        }
        return;
    }
    if field.options.is_empty() {
        let message = format!("The select {name} has nothing to choose from. Add options.");
        found.add(rule::SELECT_WITHOUT_OPTIONS, None, message);
    }
    let mut seen = HashSet::new();
    if !field.options.iter().all(|option| seen.insert(option)) {
        let message = format!("The select {name} offers a choice twice. Remove one.");
        found.add(rule::DUPLICATE_CHOICE, None, message);
    }
}

fn default(field: &Field, name: &str, found: &mut Findings) {
    let Some(default) = &field.default else { return };
    if field.secret && !default.is_empty() {
        let message = format!(
            "The secret variable {name} has a default, which everybody who sees the flow can read. Remove it."
        );
        found.add(rule::SECRET_DEFAULT, None, message);
    }
    if field.field_type == FieldType::Select && !field.options.contains(default) {
        let message =
            format!("The default of the select {name} is not one of its options. Add it there or change it.");
        found.add(rule::DEFAULT_NOT_AN_OPTION, None, message);
    }
    let expected = match field.field_type {
        FieldType::Number if default.parse::<f64>().is_ok_and(f64::is_finite) => return,
        FieldType::Number => "a number",
        FieldType::Boolean if matches!(default.as_str(), "true" | "false") => return,
        FieldType::Boolean => "true or false",
        FieldType::Date if is_date(default) => return,
        FieldType::Date => "a date such as 2026-03-31",
        FieldType::Text | FieldType::Multiline | FieldType::Select => return,
    };
    let message = format!("The default of the variable {name} is not {expected}. Correct or remove it.");
    found.add(rule::DEFAULT_WRONG_TYPE, None, message);
}

fn texts(field: &Field, name: &str, found: &mut Findings) {
    let what = |part: &'static str, most| step::Field { name: part, most };
    let owner = name;
    what("label", limits::LABEL).check_required_of(owner, &field.label, found);
    for option in &field.options {
        what("option", limits::LABEL).check_required_of(owner, option, found);
    }
    for (part, text) in
        [("default", &field.default), ("help", &field.help), ("placeholder", &field.placeholder)]
    {
        if let Some(text) = text {
            what(part, limits::NOTE).check_of(owner, text, found);
        }
    }
}

fn is_variable_name(name: &str) -> bool {
    name.len() <= limits::VARIABLE
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// `YYYY-MM-DD` with a month and day that can be; the calendar is the form's business.
fn is_date(text: &str) -> bool {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    digits(year, 4)
        && digits(month, 2)
        && ("01"..="12").contains(month)
        && digits(day, 2)
        && ("01"..="31").contains(day)
}
