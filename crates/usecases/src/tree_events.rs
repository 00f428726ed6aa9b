//! What the audit log keeps of a flow's life.

use rf_kernel::Failure;
use rf_trees::Tree;
use serde_json::{Map, Value, json};

use crate::{App, Work, audit::Event};

impl App {
    /// Keeps that something was done to a flow, with `more` beside its name and version.
    pub(crate) async fn audit_tree(
        &self,
        work: &mut Work,
        tree: &Tree,
        action: &'static str,
        more: &[(&str, Value)],
    ) -> Result<(), Failure> {
        let mut payload = Map::new();
        payload.insert("name".into(), json!(tree.content.name));
        payload.insert("version".into(), json!(tree.version));
        payload.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self.audit(work, Event::new(action, "tree", tree.id.uuid(), payload.into())).await
    }
}

/// The facts that differ, as `before` and `after`. Of the body and the intake form it says only that they changed:
/// what they were is in the flow's versions.
pub(crate) fn changes(before: &Tree, after: &Tree) -> [(&'static str, Value); 2] {
    let facts = |tree: &Tree| {
        [
            ("name", json!(tree.content.name)),
            ("description", json!(tree.content.description)),
            ("category", json!(tree.content.category)),
            ("tags", json!(tree.content.tags)),
            ("status", json!(tree.status)),
            ("is_active", json!(tree.is_active)),
            ("is_public", json!(tree.is_public)),
            ("team_id", json!(tree.team_id)),
            ("revision", json!(tree.revision)),
        ]
    };
    let mut old = Map::new();
    let mut new = Map::new();
    for ((name, was), (_, is)) in facts(before).into_iter().zip(facts(after)) {
        if was != is {
            old.insert(name.into(), was);
            new.insert(name.into(), is);
        }
    }
    if before.content.structure != after.content.structure {
        new.insert("structure".into(), json!("changed"));
    }
    if before.content.intake_form != after.content.intake_form {
        new.insert("intake_form".into(), json!("changed"));
    }
    [("before", old.into()), ("after", new.into())]
}
