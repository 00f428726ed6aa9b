//! JSON Patch as the original takes it: `add`, `replace` and `remove`, with or without a slash at the beginning.

use serde_json::{Value, json};

use super::{reply::Reply, schema::Table};

/// The row with the operations applied; what it may hold is checked afterwards.
pub(crate) fn apply(table: Table, row: &Value, operations: &Value) -> Result<Value, Reply> {
    let bad = |message: String| Reply::invalid("InvalidPatch", &message);
    let Some(operations) = operations.as_array() else {
        return Err(bad("A list of operations is expected.".into()));
    };
    let mut row = row.clone();
    for operation in operations {
        let path = operation["path"].as_str().unwrap_or_default().trim_start_matches('/');
        let (root, inner) = path.split_once('/').map_or((path, None), |(root, inner)| (root, Some(inner)));
        if !table.schema().fields.contains(&root) {
            return Err(bad(format!("{path} is not a recognized path.")));
        }
        let kind = operation["op"].as_str().unwrap_or_default().to_lowercase();
        match (kind.as_str(), inner) {
            ("add" | "replace", None) => row[root] = operation["value"].clone(),
            // A reference is meant anew: its other parts are of what it pointed to before.
            ("add" | "replace", Some(inner)) if table.points_to(root).is_some() => {
                row[root] = json!({ inner: operation["value"] });
            }
            ("add" | "replace", Some(inner)) => row[root][inner] = operation["value"].clone(),
            ("remove", None) => drop(row.as_object_mut().and_then(|row| row.remove(root))),
            ("remove", Some(inner)) => drop(row[root].as_object_mut().and_then(|part| part.remove(inner))),
            _ => return Err(bad(format!("{kind} is not an operation."))),
        }
    }
    Ok(row)
}
