//! Collects everything wrong with a command, so the caller hears of all of it at once.

use std::ops::RangeInclusive;

use crate::{Failure, FieldError};

/// A list of refused fields in the making.
#[derive(Debug, Default)]
pub struct Checks {
    errors: Vec<FieldError>,
}

impl Checks {
    /// No complaints yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses a field.
    pub fn refuse(&mut self, loc: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError { loc: loc.into(), code, message: message.into() });
    }

    /// A text of `chars` characters, without NUL (databases refuse it).
    pub fn text(&mut self, loc: &str, value: &str, chars: RangeInclusive<usize>) {
        let length = value.chars().count();
        if value.contains('\0') {
            self.refuse(loc, "control_character", "must not contain the NUL character");
        } else if length < *chars.start() || (*chars.start() > 0 && value.trim().is_empty()) {
            self.refuse(
                loc,
                "too_short",
                if *chars.start() <= 1 {
                    "must not be empty".to_owned()
                } else {
                    format!("must have at least {} characters", chars.start())
                },
            );
        } else if length > *chars.end() {
            self.refuse(
                loc,
                "too_long",
                format!("has {length} characters; at most {} are kept", chars.end()),
            );
        }
    }

    /// [`Checks::text`] for a field that may be missing.
    pub fn optional_text(&mut self, loc: &str, value: Option<&str>, chars: RangeInclusive<usize>) {
        if let Some(value) = value {
            self.text(loc, value, chars);
        }
    }

    /// At most `most` items.
    pub fn count(&mut self, loc: &str, count: usize, most: usize) {
        if count > most {
            self.refuse(loc, "too_many", format!("has {count} items; at most {most} are accepted"));
        }
    }

    /// Adds complaints found elsewhere.
    pub fn extend(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.errors.extend(errors);
    }

    /// Whether nothing was refused so far.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// `Ok` when nothing was refused, else one [`Failure`] with all of it.
    ///
    /// # Errors
    /// `validation_failed` with the refused fields.
    pub fn finish(self) -> Result<(), Failure> {
        if self.errors.is_empty() { Ok(()) } else { Err(Failure::invalid(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_field_is_listed_with_its_reason() {
        let mut checks = Checks::new();
        checks.text("name", " ", 1..=10);
        checks.text("title", "a\0b", 1..=10);
        checks.optional_text("note", Some("äöü"), 0..=2);
        checks.optional_text("missing", None, 1..=2);
        let failure = checks.finish().unwrap_err();
        let codes: Vec<_> = failure.errors.iter().map(|e| (e.loc.as_str(), e.code)).collect();
        assert_eq!(codes, [("name", "too_short"), ("title", "control_character"), ("note", "too_long")]);
    }
}
