//! What a session keeps of the flow it runs: immutable, stored once by content.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Serialize};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};

use crate::{FlowDraft, IntakeForm, Structure, Tree, TreeType};

/// A flow as it was when a session was made from it: the wire's `tree_snapshot`, byte for byte. A clone is the same
/// one: its text is checked once, and read once however many sessions share it.
#[derive(Clone)]
pub struct Snapshot(Arc<Shared>);

struct Shared {
    json: Box<RawValue>,
    content: OnceLock<Arc<SnapshotContent>>,
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || self.json() == other.json()
    }
}

impl Eq for Snapshot {}

impl Hash for Snapshot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.json().hash(state);
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Snapshot").field(&self.json()).finish()
    }
}

/// A snapshot read back.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotContent {
    /// The flow's name then.
    pub name: String,
    /// Its description then.
    pub description: Option<String>,
    /// Its category then.
    pub category: Option<String>,
    /// Its type.
    pub tree_type: TreeType,
    /// Its body then.
    pub structure: Structure,
    /// Its variables then.
    pub intake_form: IntakeForm,
}

#[derive(Serialize, Deserialize)]
struct Meta {
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    category: Option<String>,
    tree_type: TreeType,
    #[serde(default)]
    intake_form: IntakeForm,
}

impl Snapshot {
    /// The snapshot a started or prepared session keeps.
    ///
    /// # Errors
    /// When the flow cannot be written as JSON, which would be a fault of ours.
    pub fn of(tree: &Tree) -> Result<Self, serde_json::Error> {
        let mut object = head(&tree.content)?;
        object.insert("category".into(), serde_json::to_value(&tree.content.category)?);
        object.insert("version".into(), tree.version.into());
        Self::from_object(object, &tree.content, tree.content.category.clone())
    }

    /// The snapshot of a batch session: without category and version, as the contract has it (RUN-27).
    ///
    /// # Errors
    /// As [`Snapshot::of`].
    pub fn of_batch(tree: &Tree) -> Result<Self, serde_json::Error> {
        Self::from_object(head(&tree.content)?, &tree.content, None)
    }

    /// What it holds is at hand: whoever made it need not read it back.
    fn from_object(
        object: Map<String, Value>,
        flow: &FlowDraft,
        category: Option<String>,
    ) -> Result<Self, serde_json::Error> {
        let content = SnapshotContent {
            name: flow.name.clone(),
            description: flow.description.clone(),
            category,
            tree_type: flow.tree_type,
            structure: flow.structure.clone(),
            intake_form: flow.intake_form.clone(),
        };
        let content = OnceLock::from(Arc::new(content));
        Ok(Self(Arc::new(Shared { json: to_raw_value(&Value::Object(object))?, content })))
    }

    /// A snapshot that was kept.
    ///
    /// # Errors
    /// When the text is no JSON. Whether it is a flow, [`Snapshot::read`] says.
    pub fn from_json(json: String) -> Result<Self, serde_json::Error> {
        Ok(Self::of_raw(RawValue::from_string(json)?))
    }

    fn of_raw(json: Box<RawValue>) -> Self {
        Self(Arc::new(Shared { json, content: OnceLock::new() }))
    }

    /// JSON object: the structure's fields with `name`, `description`, `category`, `version`, `tree_type` and
    /// `intake_form` beside them.
    #[must_use]
    pub fn json(&self) -> &str {
        self.0.json.get()
    }

    /// The same, to be written into other JSON as it is.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        &self.0.json
    }

    /// Whether both have one text in memory between them.
    #[must_use]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Reads it back; the first time only.
    ///
    /// # Errors
    /// When the stored text is not a snapshot of ours.
    pub fn read(&self) -> Result<Arc<SnapshotContent>, serde_json::Error> {
        if let Some(known) = self.0.content.get() {
            return Ok(Arc::clone(known));
        }
        let content = Arc::new(self.parse()?);
        Ok(Arc::clone(self.0.content.get_or_init(|| content)))
    }

    fn parse(&self) -> Result<SnapshotContent, serde_json::Error> {
        let mut object: Map<String, Value> = serde_json::from_str(self.json())?;
        let mut meta = Map::new();
        for name in ["name", "description", "category", "tree_type", "intake_form", "version"] {
            if let Some(value) = object.remove(name) {
                meta.insert(name.to_owned(), value);
            }
        }
        let meta: Meta = serde_json::from_value(Value::Object(meta))?;
        let structure = Structure::from_json(meta.tree_type, &Value::Object(object))
            .map_err(|failure| serde::de::Error::custom(failure.detail))?;
        Ok(SnapshotContent {
            name: meta.name,
            description: meta.description,
            category: meta.category,
            tree_type: meta.tree_type,
            structure,
            intake_form: meta.intake_form,
        })
    }
}

fn head(content: &FlowDraft) -> Result<Map<String, Value>, serde_json::Error> {
    let mut object = match serde_json::to_value(&content.structure)? {
        Value::Object(object) => object,
        other => return Err(serde::de::Error::custom(format!("a flow's structure became {other}"))),
    };
    object.insert("name".into(), content.name.as_str().into());
    object.insert("description".into(), serde_json::to_value(&content.description)?);
    object.insert("tree_type".into(), content.tree_type.as_str().into());
    object.insert("intake_form".into(), serde_json::to_value(&content.intake_form)?);
    Ok(object)
}

#[cfg(test)]
mod tests;
