//! Reading an answer: what is not of its shape is refused by place, never by quoting it.

use serde_json::{Map, Value};

use super::Refused;

/// A place in an answer.
#[derive(Clone)]
pub(super) struct Place<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Place<'a> {
    pub(super) const fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    pub(super) fn refuse(&self, problem: &'static str) -> Refused {
        let at = if self.path.is_empty() { "answer".to_owned() } else { self.path.clone() };
        Refused::Shape { at, problem }
    }

    pub(super) fn unknown(&self) -> Refused {
        Refused::Unknown { at: self.path.clone() }
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Refused> {
        self.value.as_object().ok_or_else(|| self.refuse("is no object"))
    }

    /// Refuses what the shape does not have.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), Refused> {
        let stranger = self.object()?.keys().any(|key| !names.contains(&key.as_str()));
        if stranger { Err(self.refuse("has a part that was not asked for")) } else { Ok(()) }
    }

    /// A part; null is as good as nothing.
    pub(super) fn optional(&self, name: &str) -> Result<Option<Place<'a>>, Refused> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let value = self.object()?.get(name).filter(|value| !value.is_null());
        Ok(value.map(|value| Place { value, path }))
    }

    pub(super) fn part(&self, name: &str) -> Result<Place<'a>, Refused> {
        let missing = || {
            let at = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
            Refused::Shape { at, problem: "is missing" }
        };
        self.optional(name)?.ok_or_else(missing)
    }

    pub(super) fn list(&self, most: usize) -> Result<Vec<Place<'a>>, Refused> {
        let list = self.value.as_array().ok_or_else(|| self.refuse("is no list"))?;
        if list.len() > most {
            return Err(self.refuse("has too many entries"));
        }
        let place = |(n, value)| Place { value, path: format!("{}[{n}]", self.path) };
        Ok(list.iter().enumerate().map(place).collect())
    }

    /// A text of several lines, trimmed; never empty.
    pub(super) fn text(&self, most: usize) -> Result<String, Refused> {
        let text = self.value.as_str().ok_or_else(|| self.refuse("is no text"))?;
        let text = rf_notes::visible(text).trim().to_owned();
        if text.is_empty() {
            return Err(self.refuse("is empty"));
        }
        if text.chars().count() > most {
            return Err(self.refuse("is too long"));
        }
        Ok(text)
    }

    /// A text of one line.
    pub(super) fn line(&self, most: usize) -> Result<String, Refused> {
        let text = self.text(most)?;
        if text.contains('\n') { Err(self.refuse("has more than one line")) } else { Ok(text) }
    }

    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Refused> {
        let word = self.value.as_str().unwrap_or_default();
        let found = words.iter().find(|(known, _)| *known == word);
        found.map(|(_, value)| *value).ok_or_else(|| self.refuse("is none of the words to choose from"))
    }

    pub(super) fn flag(&self) -> Result<bool, Refused> {
        self.value.as_bool().ok_or_else(|| self.refuse("is neither true nor false"))
    }

    pub(super) fn percent(&self) -> Result<u8, Refused> {
        let number = self.value.as_u64().and_then(|number| u8::try_from(number).ok());
        number.filter(|number| *number <= 100).ok_or_else(|| self.refuse("is no whole number from 0 to 100"))
    }

    /// Ids, each of which `exists`.
    pub(super) fn ids(&self, most: usize, exists: impl Fn(&str) -> bool) -> Result<Vec<String>, Refused> {
        let mut ids = Vec::new();
        for place in self.list(most)? {
            let id = place.line(64)?;
            if !exists(&id) {
                return Err(place.unknown());
            }
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}
