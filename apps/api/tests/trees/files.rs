//! Flow files in and out.

use serde_json::{Value, json};

use super::{create, id_of, published};
use crate::support::{World, checklist_flow, every_store, maintenance_flow, troubleshooting_flow};

every_store! {
    a_flow_survives_export_and_import,
    an_import_is_a_draft_of_mine,
    an_unreadable_file_is_refused_with_its_place,
    a_file_with_a_nul_is_refused,
    a_file_name_is_made_for_a_header,
}

const YAML: &str = "application/yaml";

async fn a_flow_survives_export_and_import(w: World) {
    let flows = [
        troubleshooting_flow("Printer: \"odd\" #1"),
        checklist_flow("Onboarding"),
        maintenance_flow("Patching"),
    ];
    for mut flow in flows {
        flow["category"] = json!("Shelf");
        flow["tags"] = json!(["one", "two words"]);
        flow["description"] = json!("Two\nlines, and a trailing\ttab");
        let original = create(&w.engineer(), flow).await;
        let export = w.viewer().get(&format!("/trees/{}/export", id_of(&original))).await;
        assert_eq!(export.status, 200);
        assert_eq!(export.header("content-type"), "application/yaml; charset=utf-8");
        assert!(export.text.starts_with("schema: 1\n"), "{}", export.text);
        let copy = w.engineer().post_raw("/trees/import", YAML, export.text.clone()).await.expect(201);
        for field in ["name", "description", "category", "tags", "tree_type", "tree_structure", "intake_form"]
        {
            assert_eq!(copy[field], original[field], "{field}");
        }
        let again = w.engineer().get(&format!("/trees/{}/export", id_of(&copy))).await;
        assert_eq!(again.text, export.text);
    }
}

async fn an_import_is_a_draft_of_mine(w: World) {
    let export =
        w.engineer().get(&format!("/trees/{}/export", published(&w.engineer(), "Printer").await)).await;
    let tree =
        w.colleague().post_raw("/trees/import", "text/plain; charset=utf-8", export.text).await.expect(201);
    assert_eq!((&tree["status"], &tree["version"]), (&json!("draft"), &json!(0)));
    assert_eq!((&tree["author_id"], &tree["parent_tree_id"]), (&json!(w.colleague.id), &Value::Null));
}

async fn an_unreadable_file_is_refused_with_its_place(w: World) {
    for (file, line, column) in [
        ("schema: 1\nname: X\ntype: procedural\nsections:\n  - id: a\n    tilte: A\n", 6, 5),
        ("schema: 1\nname: [\n", 2, 7),
        ("schema: 2\nname: X\n", 1, 9),
        ("schema: 1\nname: X\ntype: procedural\nroot: a\nsections: []\n", 4, 7),
    ] {
        let answer = w.engineer().post_raw("/trees/import", YAML, file).await;
        let detail = answer.refused(422, "flow_file_unreadable")["detail"].clone();
        assert_eq!((&detail["line"], &detail["column"]), (&json!(line), &json!(column)), "{file}\n{detail}");
        assert!(detail["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    // Where no place is known, the fields are there all the same.
    let detail = w.engineer().post_raw("/trees/import", YAML, "").await.refused(422, "flow_file_unreadable");
    assert!(detail["detail"]["message"].is_string());
    let answer = w.engineer().post_raw("/trees/import", YAML, vec![0xff, 0xfe]).await;
    answer.says(400, "malformed_request", "The file is not UTF-8 text.");
    let answer = w.engineer().post_raw("/trees/import", "application/json", "{}").await;
    answer.says(415, "unsupported_media_type", "Send the flow file as application/yaml.");
    // A bomb is refused, not unfolded.
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    w.engineer().post_raw("/trees/import", YAML, bomb).await.refused(422, "flow_file_unreadable");
    let deep = format!("schema: 1\nname: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    w.engineer().post_raw("/trees/import", YAML, deep).await.refused(422, "flow_file_unreadable");
    assert_eq!(w.engineer().get("/trees").await.expect(200)["total"], 0);
}

/// I2: wherever YAML's escapes could put a NUL, which no database keeps.
async fn a_file_with_a_nul_is_refused(w: World) {
    let file = |text: &str| format!("schema: 1\nname: X\ntype: procedural\n{text}");
    let section =
        |step: &str| file(&format!("sections:\n  - id: a\n    title: A\n    steps:\n      - {step}\n"));
    let field =
        |text: &str| file(&format!("intake:\n  - name: x\n    type: text\n    {text}\nsections: []\n"));
    for yaml in [
        "schema: 1\nname: \"X\\0\"\ntype: procedural\nsections: []\n".to_owned(),
        file("description: \"\\x00\"\nsections: []\n"),
        file("category: \"c\\u0000\"\nsections: []\n"),
        file("tags: [\"t\\0\"]\nsections: []\n"),
        section("{ id: s, title: \"T\\0\" }"),
        section("{ id: \"s\\0\", title: T }"),
        section("{ id: s, title: T, ask: [\"v\\0\"] }"),
        section("{ id: s, title: T, scripts: [{ language: text, text: \"\\U00000000\" }] }"),
        field("label: \"L\\0\""),
        field("label: L\n    options: [\"o\\0\"]"),
        field("label: L\n    default: \"d\\0\""),
        field("label: L\n    help: \"h\\0\""),
        field("label: L\n    placeholder: \"p\\0\""),
        "schema: 1\nname: X\ntype: maintenance\ntargets: [\"t\\0\"]\nsections: []\n".to_owned(),
        "schema: 1\nname: X\ntype: troubleshooting\nroot: \"r\\0\"\nnodes: []\n".to_owned(),
        "schema: 1\nname: X\ntype: troubleshooting\nroot: r\nnodes: [{ id: r, type: action, title: T, next: \"n\\0\" }]\n"
            .to_owned(),
    ] {
        let answer = w.engineer().post_raw("/trees/import", YAML, yaml.clone()).await;
        assert_eq!(answer.status, 422, "{yaml}\n{answer:?}");
    }
    assert_eq!(w.engineer().get("/trees").await.expect(200)["total"], 0);
}

async fn a_file_name_is_made_for_a_header(w: World) {
    for (name, file) in [
        ("Outlook: not syncing?", "outlook-not-syncing.flow.yaml"),
        ("a\r\nX-Evil: 1", "a-x-evil-1.flow.yaml"),
        ("\"; filename=\"evil.exe", "filename-evil-exe.flow.yaml"),
        ("日本", "flow.flow.yaml"),
    ] {
        let export =
            w.engineer().get(&format!("/trees/{}/export", published(&w.engineer(), name).await)).await;
        assert_eq!(export.header("content-disposition"), format!("attachment; filename=\"{file}\""));
        assert!(!export.headers.contains_key("x-evil"));
    }
}
