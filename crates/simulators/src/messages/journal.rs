//! What the simulator was asked and what became of it.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::sync::watch;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is being answered.
    Open,
    /// It has its whole answer.
    Served,
    /// It was refused with that status.
    Refused(u16),
    /// Its answer broke off, as scripted.
    Broken,
    /// Whoever asked went away before the answer's end.
    Abandoned,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its headers, names in lower case; without the key.
    pub headers: BTreeMap<String, String>,
    /// Its body; null when it was no JSON.
    pub body: Value,
    /// What became of it.
    pub outcome: Outcome,
}

impl Asked {
    /// Whether it wants a stream.
    #[must_use]
    pub fn streams(&self) -> bool {
        self.body["stream"] == true
    }

    /// The words of the last thing the user said, its text blocks put together.
    #[must_use]
    pub fn last_words(&self) -> String {
        let messages = self.body["messages"].as_array();
        match messages.and_then(|all| all.last()).map(|last| &last["content"]) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(blocks)) => blocks.iter().filter_map(|block| block["text"].as_str()).collect(),
            _ => String::new(),
        }
    }
}

pub(super) struct Journal(watch::Sender<Vec<Asked>>);

impl Default for Journal {
    fn default() -> Self {
        Self(watch::Sender::new(Vec::new()))
    }
}

impl Journal {
    pub(super) fn all(&self) -> Vec<Asked> {
        self.0.borrow().clone()
    }

    /// Writes it down and gives its number.
    pub(super) fn add(&self, asked: Asked) -> usize {
        let mut number = 0;
        self.0.send_modify(|all| {
            number = all.len();
            all.push(asked);
        });
        number
    }

    pub(super) fn set(&self, number: usize, outcome: Outcome) {
        self.0.send_modify(|all| {
            if let Some(asked) = all.get_mut(number) {
                asked.outcome = outcome;
            }
        });
    }

    pub(super) async fn until(&self, wanted: impl FnMut(&Vec<Asked>) -> bool) {
        // Fails only when the sender is gone, and we hold it.
        self.0.subscribe().wait_for(wanted).await.ok();
    }
}
