use std::sync::Arc;

use rf_kernel::{Revision, Timestamp};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{TreeStatus, from_yaml, starter_flows, testing::good_flow};

fn tree(content: FlowDraft) -> Tree {
    Tree {
        id: Uuid::nil().into(),
        account_id: Uuid::nil().into(),
        team_id: None,
        author_id: None,
        content,
        version: 4,
        status: TreeStatus::Published,
        is_active: true,
        is_public: false,
        is_default: false,
        usage_count: 0,
        fork: None,
        created_at: Timestamp::from_unix(0).unwrap(),
        updated_at: Timestamp::from_unix(0).unwrap(),
        revision: Revision::FIRST,
    }
}

fn maintenance() -> FlowDraft {
    from_yaml(
        "schema: 1\nname: Patching\ncategory: Servers\ntype: maintenance\ntargets: [SRV-1]\nintake:\n  - {name: window, \
         label: Window, type: text}\nsections:\n  - {id: s, title: S, steps: [{id: a, title: Patch}]}\n",
    )
    .unwrap()
}

#[test]
fn a_snapshot_has_the_structure_beside_the_head() {
    let flow = tree(FlowDraft { category: Some("Printing".into()), ..good_flow() });
    let json: Value = serde_json::from_str(Snapshot::of(&flow).unwrap().json()).unwrap();
    assert_eq!(
        json,
        json!({
            "name": "Test",
            "description": "For a test.",
            "category": "Printing",
            "version": 4,
            "tree_type": "troubleshooting",
            "intake_form": {"fields": []},
            "root": "a",
            "nodes": [
                {"id": "a", "type": "action", "title": "Restart it", "next": "b"},
                {"id": "b", "type": "escalation", "title": "Call the vendor"}
            ]
        })
    );
}

/// Whoever made it has it at hand; everybody else reads the text. Both have to be the flow.
#[test]
fn a_snapshot_is_read_back_as_it_was() {
    let small = [good_flow(), maintenance(), FlowDraft { description: None, ..good_flow() }];
    let starters = starter_flows().into_iter().map(|flow| from_yaml(flow.yaml).unwrap());
    for content in small.into_iter().chain(starters) {
        let snapshot = Snapshot::of(&tree(content.clone())).unwrap();
        let read = Snapshot::from_json(snapshot.json().to_owned()).unwrap().read().unwrap();
        assert_eq!(read, snapshot.read().unwrap());
        let batch = Snapshot::of_batch(&tree(content.clone())).unwrap();
        let read_batch = Snapshot::from_json(batch.json().to_owned()).unwrap().read().unwrap();
        assert_eq!(read_batch, batch.read().unwrap());
        assert_eq!(
            *read,
            SnapshotContent {
                name: content.name,
                description: content.description,
                category: content.category,
                tree_type: content.tree_type,
                structure: content.structure,
                intake_form: content.intake_form,
            }
        );
    }
}

#[test]
fn a_batch_snapshot_has_neither_category_nor_version() {
    let snapshot = Snapshot::of_batch(&tree(maintenance())).unwrap();
    let json: Value = serde_json::from_str(snapshot.json()).unwrap();
    assert!(json.get("category").is_none() && json.get("version").is_none(), "{json}");
    assert_eq!(json["targets"], json!(["SRV-1"]));
    let read = snapshot.read().unwrap();
    assert_eq!((&read.category, &read.structure), (&None, &maintenance().structure));
}

#[test]
fn clones_are_read_once_between_them() {
    let snapshot = Snapshot::of(&tree(good_flow())).unwrap();
    let clone = snapshot.clone();
    assert!(Arc::ptr_eq(&snapshot.read().unwrap(), &clone.read().unwrap()));
    let again = Snapshot::from_json(snapshot.json().to_owned()).unwrap();
    assert_eq!(again, snapshot);
    assert!(!again.is_shared_with(&snapshot) && clone.is_shared_with(&snapshot));
}

#[test]
fn the_same_flow_gives_the_same_bytes() {
    let of = || Snapshot::of(&tree(maintenance())).unwrap();
    assert_eq!(of(), of());
}

#[test]
fn what_is_no_snapshot_is_refused_and_never_guessed_at() {
    for json in [
        "",
        "[]",
        "{}",
        r#"{"name": "A", "tree_type": "troubleshooting"}"#,
        r#"{"name": "A", "tree_type": "procedural", "root": "a", "nodes": []}"#,
        r#"{"name": "A", "tree_type": "procedural", "sections": [], "unknown": 1}"#,
    ] {
        let read = Snapshot::from_json(json.into()).and_then(|snapshot| snapshot.read());
        assert!(read.is_err(), "{json}");
    }
    let least = r#"{"name": "A", "tree_type": "procedural", "sections": []}"#;
    let least = Snapshot::from_json(least.into()).unwrap();
    assert_eq!(least.read().unwrap().intake_form, IntakeForm::default());
}
