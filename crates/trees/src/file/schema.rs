//! The JSON Schema of the flow file, for editors.

use serde_json::{Value, json};

use crate::limits;

/// The JSON Schema (draft 2020-12) of the flow file.
///
/// It describes a flow that can be published as far as a schema can; import accepts unfinished drafts beyond
/// its lengths and patterns. Links between steps are left to lint.
#[must_use]
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:resolutionflow:flow-file:1",
        "title": "ResolutionFlow flow file",
        "description": "One guided troubleshooting flow or checklist, schema 1 (*.flow.yaml).",
        "type": "object",
        "required": ["schema", "name", "type"],
        "additionalProperties": false,
        "properties": {
            "schema": { "const": 1, "description": "Version of this file format." },
            "name": text(1, limits::NAME, "What the flow is called."),
            "description": text(0, limits::DESCRIPTION, "What it is for."),
            "category": text(1, limits::CATEGORY, "The shelf it stands on."),
            "tags": { "type": "array", "maxItems": limits::TAGS, "items": text(1, limits::TAG, "A free word.") },
            "type": { "enum": ["troubleshooting", "procedural", "maintenance"] },
            "intake": {
                "type": "array",
                "maxItems": limits::FIELDS,
                "items": { "$ref": "#/$defs/field" },
                "description": "The variables the flow asks for, written {{name}} in its texts."
            },
            "root": slug("Id of the node a session starts at."),
            "nodes": { "type": "array", "minItems": 1, "maxItems": limits::STEPS, "items": { "$ref": "#/$defs/node" } },
            "sections": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/section" } },
            "targets": {
                "type": "array",
                "maxItems": limits::TARGETS,
                "items": text(1, limits::LABEL, "Label of a default target.")
            }
        },
        "oneOf": [
            {
                "properties": { "type": { "const": "troubleshooting" }, "sections": false, "targets": false },
                "required": ["root", "nodes"]
            },
            {
                "properties": { "type": { "const": "procedural" }, "root": false, "nodes": false, "targets": false },
                "required": ["sections"]
            },
            {
                "properties": { "type": { "const": "maintenance" }, "root": false, "nodes": false },
                "required": ["sections"]
            }
        ],
        "$defs": definitions()
    })
}

fn definitions() -> Value {
    let mut node = step_properties();
    node["type"] = json!({ "enum": ["question", "action", "instruction", "outcome", "escalation"] });
    node["options"] = json!({
        "type": "array",
        "items": { "$ref": "#/$defs/option" },
        "description": "Answers. A question has at least two; an action or instruction has options or next."
    });
    node["next"] = slug("Id of the node that follows an action or instruction without options.");
    node["outcome"] = json!({ "enum": ["resolved", "workaround", "unresolved", "escalated"] });
    let mut step = step_properties();
    step["required"] = json!({
        "type": "boolean",
        "default": true,
        "description": "Whether the work must not count as resolved without it."
    });
    json!({
        "field": {
            "type": "object",
            "required": ["name", "label", "type"],
            "additionalProperties": false,
            "properties": {
                "name": { "type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$" },
                "label": text(1, limits::LABEL, "What people call it."),
                "type": { "enum": ["text", "multiline", "number", "boolean", "date", "select"] },
                "required": { "type": "boolean", "default": false },
                "secret": { "type": "boolean", "default": false, "description": "Masked in every note." },
                "options": { "type": "array", "items": text(1, limits::LABEL, "A choice of a select.") },
                "default": text(0, limits::NOTE, "Filled in when a session starts without a value."),
                "help": text(0, limits::NOTE, "Shown under the input."),
                "placeholder": text(0, limits::NOTE, "Shown in the empty input.")
            }
        },
        "node": object(&["id", "type", "title"], &node),
        "option": object(&["label", "next"], &json!({
            "id": slug("Unique in the node; its position counted from 1 when not given."),
            "label": text(1, limits::LABEL, "What the engineer picks."),
            "next": slug("Id of the node it leads to."),
            "note": text(0, limits::NOTE, "Sentence for the ticket note.")
        })),
        "section": object(&["id", "title", "steps"], &json!({
            "id": slug("Unique among sections."),
            "title": text(1, limits::TITLE, "Its heading."),
            "steps": { "type": "array", "items": { "$ref": "#/$defs/step" } }
        })),
        "step": object(&["id", "title"], &step),
        "script": object(&["language", "text"], &json!({
            "language": { "enum": ["powershell", "cmd", "bash", "text"] },
            "text": text(1, limits::SCRIPT, "The commands. Copied by people, never run by the product."),
            "title": text(0, limits::TITLE, "What it is for."),
            "outputs": { "type": "array", "items": { "$ref": "#/$defs/output" } }
        })),
        "output": object(&["when", "means"], &json!({
            "when": text(1, limits::NOTE, "What you see."),
            "means": text(1, limits::NOTE, "What it means.")
        }))
    })
}

/// What nodes and checklist steps share.
fn step_properties() -> Value {
    json!({
        "id": slug("Unique in the flow."),
        "title": text(1, limits::TITLE, "What to do in a line, or the question itself."),
        "body": text(0, limits::BODY, "How to do it, in Markdown."),
        "warning": text(0, limits::BODY, "Shown before the step when it can do harm, in Markdown."),
        "scripts": { "type": "array", "items": { "$ref": "#/$defs/script" } },
        "ask": {
            "type": "array",
            "items": { "type": "string" },
            "description": "Names of variables asked for at this step."
        },
        "evidence": { "type": "array", "items": text(1, limits::EVIDENCE, "What to collect for the ticket.") },
        "expected_minutes": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
        "note": text(0, limits::NOTE, "Sentence for the ticket note, safe for the client to read.")
    })
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

fn text(least: usize, most: usize, description: &str) -> Value {
    let mut schema = json!({ "type": "string", "maxLength": most, "description": description });
    if least > 0 {
        schema["minLength"] = least.into();
    }
    schema
}

fn slug(description: &str) -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9_-]{1,64}$", "description": description })
}
