//! What is written is read back as it was.

use super::*;

/// Texts as people write them, and as people who want to break things do.
fn text() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "",
        " ",
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "\na",
        " a\n b",
        "a \nb ",
        "\ta",
        "a\tb\nc",
        "yes",
        "No",
        "null",
        "~",
        "true",
        "1",
        "1.0",
        "0x1F",
        "1e3",
        "-",
        "- a",
        "? a",
        ": a",
        "a: b",
        "a #b",
        "#a",
        "[a]",
        "{a}",
        "{{user}}",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'a'",
        "\"a\"",
        "%a",
        "@a",
        "`a`",
        "a\\b",
        "---",
        "...",
        "--- a",
        "\u{feff}a",
        "a\u{2028}b",
        "\u{85}",
        "a\r\nb",
        "\r",
        "2026-03-31",
        "12:30:45",
        "<<",
        "=",
        "ä🔑",
        "a\u{7}b",
        "\u{200b}",
        "a\n  b\n c\n",
        "|\n a",
        "\n  a\nb",
        "# not a comment\nGet-X | Where { $_.A -eq 'b' }",
        "a:\n  - b",
        "\u{fffe}",
        "x: |\n  y",
    ])
    .prop_map(str::to_owned);
    let words = "[a-zA-Z0-9 .,:;'\"#{}\\[\\]|>&*!?%@`~=<>/\\\\-]{0,40}";
    let lines = "([ \t]{0,3}[a-zA-Z0-9:#'\"{}|-]{0,8}[ ]{0,2}\n?){0,6}";
    let long = "([a-z]{1,12} ?){20,60}";
    prop_oneof![3 => awkward, 3 => words, 3 => lines, 1 => long, 2 => any::<String>()]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

fn few<S: Strategy>(of: S) -> impl Strategy<Value = Vec<S::Value>> {
    prop::collection::vec(of, 0..3)
}

fn script() -> impl Strategy<Value = Script> {
    let language = prop::sample::select(vec![
        ScriptLanguage::Powershell,
        ScriptLanguage::Cmd,
        ScriptLanguage::Bash,
        ScriptLanguage::Text,
    ]);
    let outputs = few((text(), text()).prop_map(|(when, means)| ScriptOutput { when, means }));
    (language, text(), maybe(), outputs).prop_map(|(language, text, title, outputs)| Script {
        language,
        text,
        title,
        outputs,
    })
}

fn option() -> impl Strategy<Value = ChoiceOption> {
    (maybe(), text(), text(), maybe()).prop_map(|(id, label, next, note)| ChoiceOption {
        id,
        label,
        next,
        note,
    })
}

fn node() -> impl Strategy<Value = Node> {
    let kind = prop::sample::select(vec![
        NodeType::Question,
        NodeType::Action,
        NodeType::Instruction,
        NodeType::Outcome,
        NodeType::Escalation,
    ]);
    let outcome = prop::option::of(prop::sample::select(vec![OutcomeKind::Resolved, OutcomeKind::Escalated]));
    (step(), kind, few(option()), maybe(), outcome).prop_map(|(step, node_type, options, next, outcome)| {
        Node {
            id: step.id,
            node_type,
            title: step.title,
            body: step.body,
            warning: step.warning,
            scripts: step.scripts,
            ask: step.ask,
            evidence: step.evidence,
            expected_minutes: step.expected_minutes,
            note: step.note,
            options,
            next,
            outcome,
        }
    })
}

fn step() -> impl Strategy<Value = Step> {
    let texts = (text(), text(), maybe(), maybe(), maybe());
    let rest = (few(script()), few(text()), few(text()), any::<Option<u32>>(), any::<bool>());
    (texts, rest).prop_map(
        |((id, title, body, warning, note), (scripts, ask, evidence, expected_minutes, required))| Step {
            id,
            title,
            body,
            warning,
            scripts,
            ask,
            evidence,
            expected_minutes,
            note,
            required,
        },
    )
}

fn field() -> impl Strategy<Value = Field> {
    let kind = prop::sample::select(vec![
        FieldType::Text,
        FieldType::Multiline,
        FieldType::Number,
        FieldType::Boolean,
        FieldType::Date,
        FieldType::Select,
    ]);
    (text(), text(), kind, any::<(bool, bool)>(), few(text()), (maybe(), maybe(), maybe())).prop_map(
        |(name, label, field_type, (required, secret), options, (default, help, placeholder))| Field {
            name,
            label,
            field_type,
            required,
            secret,
            options,
            default,
            help,
            placeholder,
        },
    )
}

fn body() -> impl Strategy<Value = (TreeType, Structure)> {
    let sections =
        || few((text(), text(), few(step())).prop_map(|(id, title, steps)| Section { id, title, steps }));
    prop_oneof![
        (text(), few(node()))
            .prop_map(|(root, nodes)| (TreeType::Troubleshooting, Structure::Graph(Graph { root, nodes }))),
        sections().prop_map(|sections| {
            (TreeType::Procedural, Structure::Checklist(Checklist { sections, targets: vec![] }))
        }),
        (sections(), few(text())).prop_map(|(sections, targets)| {
            (TreeType::Maintenance, Structure::Checklist(Checklist { sections, targets }))
        }),
    ]
}

fn draft() -> impl Strategy<Value = FlowDraft> {
    (text(), maybe(), maybe(), few(text()), body(), few(field())).prop_map(
        |(name, description, category, tags, (tree_type, structure), fields)| FlowDraft {
            name,
            description,
            category,
            tags,
            tree_type,
            structure,
            intake_form: IntakeForm { fields },
        },
    )
}

proptest! {
    #[test]
    fn every_flow_survives_its_file(draft in draft()) {
        let yaml = to_yaml(&draft).unwrap();
        prop_assert!(yaml.starts_with("schema: 1\n"), "{}", yaml);
        let back = from_yaml(&yaml);
        prop_assert_eq!(back.as_ref(), Ok(&draft), "{}", yaml);
        prop_assert_eq!(to_yaml(&draft).unwrap(), yaml);
    }

    #[test]
    fn every_text_survives_in_every_place(text in text()) {
        let mut draft = from_yaml(GRAPH).unwrap();
        draft.description = Some(text.clone());
        draft.tags = vec![text.clone(), text.clone()];
        draft.name = text;
        let yaml = to_yaml(&draft).unwrap();
        prop_assert_eq!(from_yaml(&yaml), Ok(draft), "{}", yaml);
    }

    #[test]
    fn no_text_brings_the_reader_down(text in any::<String>(), at in 0..GRAPH.len(), length in 0..30_usize) {
        let _ = from_yaml(&text);
        let mut broken = GRAPH.to_owned();
        broken.replace_range(at..(at + length).min(GRAPH.len()), &text);
        let _ = from_yaml(&broken);
    }
}
