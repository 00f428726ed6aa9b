//! The JSON Schema against the files it describes.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Value, json};

use super::*;
use crate::starter_flows;

/// Checks the part of JSON Schema that ours uses, and refuses any other keyword: one it does not know would pass
/// everything in silence.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut out = Vec::new();
    let keywords = match schema {
        Value::Bool(true) => return out,
        Value::Bool(false) => return vec![format!("{at}: not allowed")],
        Value::Object(keywords) => keywords,
        other => panic!("{other} is no schema"),
    };
    let count = |value: &Value| value.as_str().map(|text| text.chars().count() as u64);
    for (keyword, rule) in keywords {
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "default" => true,
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                out.extend(faults(root, target, value, at));
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_u64() || value.is_i64(),
                other => panic!("type {other}"),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minLength" => count(value).is_none_or(|length| length >= rule.as_u64().unwrap()),
            "maxLength" => count(value).is_none_or(|length| length <= rule.as_u64().unwrap()),
            "pattern" => {
                value.as_str().is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text))
            }
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value.as_u64().is_none_or(|number| number <= rule.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    out.extend(faults(root, rule, item, &format!("{at}[{index}]")));
                }
                true
            }
            "required" => {
                rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        out.extend(faults(root, rule, value, &format!("{at}.{name}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(rule, &json!(false));
                let known = &keywords["properties"];
                value.as_object().is_none_or(|fields| fields.keys().all(|name| known.get(name).is_some()))
            }
            "oneOf" => {
                rule.as_array()
                    .unwrap()
                    .iter()
                    .filter(|rule| faults(root, rule, value, at).is_empty())
                    .count()
                    == 1
            }
            other => panic!("the test does not know the keyword {other}"),
        };
        if !holds {
            out.push(format!("{at}: {keyword}"));
        }
    }
    out
}

fn schema_faults(yaml: &str) -> Vec<String> {
    let value: Value = serde_saphyr::from_str_with_options(yaml, options()).unwrap();
    let schema = json_schema();
    faults(&schema, &schema, &value, "$")
}

#[test]
fn every_starter_flow_keeps_the_schema_as_it_is_and_as_it_is_written() {
    for flow in starter_flows() {
        assert_eq!(schema_faults(flow.yaml), Vec::<String>::new(), "{}", flow.slug);
        let written = to_yaml(&from_yaml(flow.yaml).unwrap()).unwrap();
        assert_eq!(schema_faults(&written), Vec::<String>::new(), "{}", flow.slug);
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    assert_eq!(schema_faults(GRAPH), Vec::<String>::new());
    for (from, to) in [
        ("schema: 1", "schema: 2"),
        ("name: Printer is offline\n", ""),
        ("type: troubleshooting", "type: trouble"),
        ("type: troubleshooting", "type: maintenance"),
        ("root: a\n", ""),
        ("root: a\n", "root: a\ntargets: []\n"),
        ("root: a\n", "root: a\nsections: []\n"),
        ("    title: Is", "    tilte: Is"),
        ("    title: Is {{printer}} on?", "    title: [Is, it]"),
        ("required: true", "required: often"),
        ("type: text", "type: tetx"),
    ] {
        let text = GRAPH.replacen(from, to, 1);
        assert_ne!(text, GRAPH);
        assert!(from_yaml(&text).is_err(), "{to}");
        assert!(!schema_faults(&text).is_empty(), "{to}");
    }
}

/// A field added to the model and forgotten in the schema is found here: a flow with every field in it.
#[test]
fn the_schema_knows_every_field() {
    let yaml = "
schema: 1
name: A
description: B
category: C
tags: [d]
type: maintenance
intake:
  - {name: pc, label: PC, type: select, required: true, secret: true, options: [a], default: a, help: h, placeholder: p}
sections:
  - id: s
    title: S
    steps:
      - id: a
        title: A
        body: B
        warning: W
        scripts: [{language: text, text: T, title: U, outputs: [{when: w, means: m}]}]
        ask: [pc]
        evidence: [e]
        expected_minutes: 3
        note: N
        required: false
targets: [t]
";
    assert_eq!(schema_faults(yaml), Vec::<String>::new());
    let schema = json_schema();
    let names = |pointer: &str| -> BTreeSet<String> {
        schema.pointer(pointer).and_then(Value::as_object).unwrap().keys().cloned().collect()
    };
    let step_names = |draft: &FlowDraft| -> BTreeSet<String> {
        let Structure::Checklist(list) = &draft.structure else { unreachable!() };
        serde_json::to_value(&list.sections[0].steps[0])
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    let draft = from_yaml(yaml).unwrap();
    assert_eq!(names("/$defs/step/properties"), step_names(&draft));
    let field = serde_json::to_value(&draft.intake_form.fields[0]).unwrap();
    assert_eq!(names("/$defs/field/properties"), field.as_object().unwrap().keys().cloned().collect());
    let mut node = names("/$defs/node/properties");
    for own in ["type", "options", "next", "outcome"] {
        assert!(node.remove(own), "{own}");
    }
    node.insert("required".into());
    assert_eq!(node, step_names(&draft));
}
