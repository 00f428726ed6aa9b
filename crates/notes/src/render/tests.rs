use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::{EntryKind, Kind, LogEntry, Outcome, RedactionOptions, TreeType, Variable};

fn at(minutes: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-23T14:02:11Z".parse().unwrap();
    start + TimeDelta::minutes(minutes)
}

pub(super) fn variable(name: &str, label: &str, value: &str, secret: bool) -> Variable {
    Variable { name: name.into(), label: label.into(), value: value.into(), secret }
}

fn entry(minutes: i64, kind: EntryKind, title: &str) -> LogEntry {
    LogEntry {
        at: at(minutes),
        kind,
        title: title.into(),
        actor_name: Some("Sam Lee".into()),
        ..LogEntry::default()
    }
}

pub(super) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A session as it happens on a Monday.
pub(super) fn lifelike() -> NoteInput {
    NoteInput {
        flow_name: "Outlook will not connect".into(),
        tree_type: TreeType::Troubleshooting,
        ticket_number: some("482109"),
        client_name: some("Contoso & Sons"),
        target_label: None,
        engineer_name: some("Sam Lee"),
        started_at: Some(at(0)),
        completed_at: Some(at(72)),
        active_seconds: 72 * 60 - 7,
        outcome: Some(Outcome::Resolved),
        outcome_notes: some(
            "Cached credentials were stale after the password change.\nOutlook connects and sends.",
        ),
        next_steps: some("Call {{affected_user}} tomorrow at 415-555-0132.\nClose the ticket if quiet."),
        scratchpad: "user's mobile 415-555-0132\n\n\nPassword:\nWinter2026!\n# not a heading".into(),
        variables: vec![
            variable("affected_user", "Affected user", "Jane Doe", false),
            variable("computer", "Computer", "CON-WS-014", false),
            variable("temp_password", "Temporary password", "Winter2026!", true),
            variable("site", "Site", "", false),
        ],
        entries: vec![
            entry(0, EntryKind::Other, "started"),
            LogEntry {
                answer: some("Only one"),
                ..entry(3, EntryKind::Answered, "How many users are affected?")
            },
            LogEntry {
                note: some("Confirmed that {{affected_user}} can sign in to Outlook on the web."),
                notes: some("Signed in with Winter2026! -> mailbox opens\r\nNo MFA prompt"),
                ..entry(9, EntryKind::Done, "Check Outlook on the web")
            },
            LogEntry {
                reason: some("user is on site"),
                ..entry(12, EntryKind::Skipped, "Check the VPN client")
            },
            entry(15, EntryKind::Back, "How many users are affected?"),
            LogEntry {
                evidence: vec!["Screenshot of the prompt".into(), "Event ID 1000".into()],
                ..entry(31, EntryKind::Done, "Remove stored credentials on {{ computer }}")
            },
            LogEntry { notes: some("User was in a meeting until 14:40"), ..entry(40, EntryKind::Note, "") },
            LogEntry {
                actor_name: some("Ana Ruiz"),
                notes: some("Gateway 192.168.40.1 answers."),
                ..entry(55, EntryKind::Custom, "Pinged the gateway from {{site}}")
            },
        ],
    }
}

pub(super) fn options(format: Format) -> NoteOptions {
    NoteOptions { format, scratchpad: true, ..NoteOptions::default() }
}

fn text_of(input: &NoteInput, options: &NoteOptions) -> String {
    render(input, options).unwrap().text
}

#[test]
fn the_four_formats() {
    for (name, format) in
        [("text", Format::Text), ("markdown", Format::Markdown), ("html", Format::Html), ("psa", Format::Psa)]
    {
        insta::assert_snapshot!(name, text_of(&lifelike(), &options(format)));
    }
}

#[test]
fn summary_and_media_type() {
    let note = render(&lifelike(), &options(Format::Html)).unwrap();
    assert_eq!(note.media_type, "text/html; charset=utf-8");
    let summary = note.redaction.unwrap();
    assert_eq!(
        serde_json::to_string(&summary).unwrap(),
        r#"{"total":5,"counts":{"secret":2,"ip_address":1,"phone":2}}"#
    );
}

#[test]
fn without_patterns_declared_secrets_stay_masked() {
    for format in Format::ALL {
        let options = NoteOptions { redaction: RedactionMode::None, ..options(format) };
        let note = render(&lifelike(), &options).unwrap();
        assert!(note.text.contains("415-555-0132"));
        assert!(!note.text.contains("Winter2026"));
        assert!(!note.text.contains("Redacted:"));
        assert_eq!(note.redaction, None);
    }
}

#[test]
fn options_switch_parts_off() {
    let all = text_of(&lifelike(), &options(Format::Text));
    for part in
        ["Working notes", "Next steps", "Work performed", "Time spent", "Started", "[14:05]", "Details"]
    {
        assert!(all.contains(part), "{part}");
    }
    let none = NoteOptions {
        scratchpad: false,
        next_steps: false,
        decisions: false,
        time_spent: false,
        timestamps: false,
        details: false,
        ..NoteOptions::default()
    };
    let bare = text_of(&lifelike(), &none);
    for part in
        ["Working notes", "Next steps", "Work performed", "Time spent", "Started", "[14:05]", "Details"]
    {
        assert!(!bare.contains(part), "{part}");
    }
    assert!(bare.contains("Outcome"));
}

#[test]
fn options_on_the_wire() {
    let options: NoteOptions =
        serde_json::from_str(r#"{"format":"psa","redaction":"none","scratchpad":true}"#).unwrap();
    assert_eq!((options.format, options.redaction), (Format::Psa, RedactionMode::None));
    assert!(options.timestamps && options.scratchpad);
    assert!(serde_json::from_str::<NoteOptions>(r#"{"formt":"psa"}"#).is_err());
    assert_eq!(serde_json::from_str::<EntryKind>("\"exported\"").unwrap(), EntryKind::Other);
    assert_eq!(serde_json::from_str::<EntryKind>("\"skipped\"").unwrap(), EntryKind::Skipped);
}

#[test]
fn prepared_and_empty_sessions_read_sensibly() {
    for format in Format::ALL {
        let prepared =
            text_of(&NoteInput { flow_name: "Onboarding".into(), ..NoteInput::default() }, &options(format));
        assert!(
            prepared.contains("Prepared, not started yet.") && prepared.contains("Not started"),
            "{prepared}"
        );
        let started = NoteInput { started_at: Some(at(0)), ..NoteInput::default() };
        let started = text_of(&started, &options(format));
        assert!(started.contains("No steps recorded.") && started.contains("In progress"), "{started}");
        assert!(started.contains("Untitled flow"));
    }
}

#[test]
fn a_new_day_shows_its_date() {
    let mut input = lifelike();
    input.entries.push(entry(24 * 60, EntryKind::Done, "Checked again"));
    input.entries.push(entry(24 * 60 + 5, EntryKind::Done, "And again"));
    let text = text_of(&input, &options(Format::Psa));
    assert!(text.contains("8. [2026-11-24 14:02] Checked again\n9. [14:07] And again\n"), "{text}");
}

#[test]
fn no_variables_at_all() {
    let mut input = lifelike();
    input.variables.clear();
    let text = text_of(&input, &options(Format::Text));
    assert!(text.contains("[affected_user not recorded]"), "{text}");
}

#[test]
fn a_value_is_never_expanded_nor_markup() {
    let mut input = lifelike();
    input.client_name = some("<script>alert(1)</script>{{temp_password}}{{x}}");
    input.variables[0].value = "[Jane](javascript:x) <b>{{computer}}</b> &amp; `code`".into();
    let html = text_of(&input, &options(Format::Html));
    assert!(html.contains("&lt;b&gt;{{computer}}&lt;/b&gt; &amp;amp; `code`"), "{html}");
    assert!(!html.contains("<script>"));
    let markdown = text_of(&input, &options(Format::Markdown));
    assert!(
        markdown.contains(r"\[Jane\](javascript:x) \<b>\{\{computer\}\}\</b> \&amp; \`code\`"),
        "{markdown}"
    );
}

#[test]
fn markdown_signs_read_as_themselves() {
    let hostile = "# h\n## h\n- li\n+ li\n* li\n1. li\n2) li\n> q\n```\ncode\n~~~\n---\n===\n    indented\n|a|b|\n![i](u)\n[l]: u\n<b>\n&lt;\na_b _c_\n$x$\n: d";
    let input = NoteInput { scratchpad: hostile.into(), ..NoteInput::default() };
    let markdown = text_of(&input, &options(Format::Markdown));
    let body = markdown.split("## Working notes\n\n").nth(1).unwrap();
    let expected = [
        r"\# h",
        r"\## h",
        r"\- li",
        r"\+ li",
        r"\* li",
        r"1\. li",
        r"2\) li",
        r"\> q",
        r"\`\`\`",
        "code",
        r"\~\~\~",
        r"\---",
        r"\===",
        "indented",
        r"\|a\|b\|",
        r"\!\[i\](u)",
        r"\[l\]: u",
        r"\<b>",
        r"\&lt;",
        r"a_b \_c\_",
        r"\$x\$",
        r"\: d",
    ];
    assert_eq!(body.trim_end(), expected.join("\\\n"));
}

#[test]
fn plain_text_has_no_control_or_direction_characters_and_no_false_steps() {
    let mut input = lifelike();
    input.entries[2].notes = some("one\r\n7. [09:00] Forged step\u{7}\u{202e}\u{1b}[31m");
    input.ticket_number = some("48\r\n2109");
    for format in [Format::Text, Format::Psa] {
        let text = text_of(&input, &options(format));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(!text.contains('\u{202e}'));
        assert!(text.contains("\n   7. [09:00] Forged step"), "{text}");
        assert!(text.contains("Ticket: 48 2109"));
    }
}

#[test]
fn a_label_announces_its_value() {
    let mut input = lifelike();
    input.variables.push(variable("wifi", "Wi-Fi password", "bluebird", false));
    for format in Format::ALL {
        let note = render(&input, &options(format)).unwrap();
        assert!(!note.text.contains("bluebird"), "{}", note.text);
        assert_eq!(note.redaction.unwrap().counts[&Kind::Password], 1);
    }
}

#[test]
fn secrets_made_of_our_own_words_do_not_fail() {
    for value in [
        "Ticket",
        "Work performed",
        "Outcome:",
        "secret",
        "redacted",
        "Redacted",
        "password",
        "1",
        "14:05",
        "2026",
        "====",
        "----",
        "li>",
        "strong",
        "not recorded",
        "min",
        "UTC",
        "[14:05]",
        "<title>",
        "**Ti",
        "1. [",
        "- **",
        "<time",
        "phone number",
        "[secret redacted]",
        "\n",
        "Issue",
        "a\nOutcome",
    ] {
        let mut input = lifelike();
        input.variables.push(variable("s", "S", value, true));
        input.scratchpad.push_str(value);
        for format in Format::ALL {
            let note = render(&input, &options(format));
            assert!(note.is_ok(), "{value:?} {format:?}");
        }
    }
}

#[test]
fn verification_stops_what_the_pipeline_let_through() {
    let secrets = Secrets::of(&[variable("s", "", "Blue'bird", true)]);
    let mask = Redactor::for_note(RedactionMode::Mask, &RedactionOptions::default(), secrets).unwrap();
    let cases = [
        (Format::Text, "1. [14:05] password: hunter2"),
        (Format::Psa, "Ticket: x\nBlue'bird\n"),
        (Format::Markdown, r"- **Password:** hunt\_er2"),
        (Format::Markdown, "1. `14:05` call 415-555-0132"),
        (Format::Html, "<li><strong>Password:</strong> hunter2</li>"),
        (Format::Html, "<p>Blue&#39;bird</p>"),
        (Format::Html, "<p>jane@<b></b>contoso.com</p>"),
    ];
    for (format, note) in cases {
        let mut sheet = Sheet::default();
        sheet.push_str(note);
        assert_eq!(
            verify::verify(&sheet, format, &mask),
            Err(NoteError::RedactionFailed { left: 1 }),
            "{note}"
        );
    }
    assert_eq!(NoteError::RedactionFailed { left: 1 }.to_string(), "Redaction processing failed");
}

/// What is read back from each format is what the document says.
#[test]
fn reading_back_undoes_the_escaping() {
    let hostile = r##"a & b &amp; <c> "d" 'e' \f *g* _h_ `i` [j](k) | ~l~ {m} $n ![o] # p 1. q &#39; \*"##;
    let input = NoteInput { scratchpad: hostile.into(), ..NoteInput::default() };
    for format in Format::ALL {
        let note = text_of(&input, &options(format));
        assert!(verify::visible(&note, format).contains(hostile), "{format:?}: {note}");
    }
}

/// Pieces of text that rules and formats care about.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "password",
        ": ",
        " is ",
        "hunter2",
        "Winter2026!",
        "\"",
        "'",
        "\n",
        " ",
        "415",
        "-",
        "555",
        "0132",
        "+1",
        "(",
        ")",
        "192.168.1.1",
        ".",
        "@",
        "contoso.com",
        "jane",
        "bearer ",
        "a1b2c3d4e5f6",
        "=",
        ";",
        "Server=",
        "[password redacted]",
        "fe80::1",
        "aa:bb:",
        "4111111111111111",
        "é",
        "\t",
        "/",
        "<b>",
        "</p>",
        "<script>",
        "&",
        "&lt;",
        "*",
        "_",
        "`",
        "# ",
        "[x not recorded]",
        "-----BEGIN PRIVATE KEY-----",
        "1. ",
        "[14:05] ",
        "- ",
        "token",
        "call ",
        "ticket ",
        "\\",
        "{{",
        "}}",
        "{{client_name}}",
        "{{v}}",
        "{{s}}",
        "{{nope}}",
        "\u{202e}",
        "\u{200b}",
        "\r\n",
        "S3cr",
        "et!",
        "S3cret!",
        "ab",
        ">",
        "![x](y)",
        "|",
        "~~~",
        " — ",
        "?",
        " to ",
        "020 ",
        "7946 ",
        "0958",
        "00",
        "net user ",
        "  ",
        "key",
        "pin",
        "ref ",
        "version ",
        "::",
        "1",
        "sig=",
        "\u{a0}",
        "“",
        "for ",
        "creds: ",
        "a / ",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..14).prop_map(|p| p.concat()),
        1 => "(?s).{0,30}",
    ]
}

fn any_entry() -> impl Strategy<Value = LogEntry> {
    let kind = prop::sample::select(vec![
        EntryKind::Answered,
        EntryKind::Done,
        EntryKind::Skipped,
        EntryKind::Back,
        EntryKind::Custom,
        EntryKind::Note,
        EntryKind::Other,
    ]);
    let maybe = || prop::option::of(hostile());
    (
        kind,
        hostile(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        prop::collection::vec(hostile(), 0..3),
        0..4000_i64,
    )
        .prop_map(|(kind, title, answer, reason, notes, note, actor_name, evidence, minutes)| LogEntry {
            at: at(minutes),
            actor_name,
            kind,
            title,
            answer,
            reason,
            notes,
            note,
            evidence,
        })
}

pub(super) fn any_input(secret: &'static str) -> impl Strategy<Value = NoteInput> {
    let texts = (hostile(), hostile(), hostile(), hostile(), hostile(), hostile(), hostile(), hostile());
    (texts, prop::collection::vec(any_entry(), 0..4), any::<bool>(), 0..9999_u64).prop_map(
        move |(
            (flow_name, ticket, client, outcome, next, scratchpad, value, label),
            entries,
            started,
            active_seconds,
        )| NoteInput {
            flow_name,
            tree_type: TreeType::Procedural,
            ticket_number: Some(ticket),
            client_name: Some(client),
            target_label: None,
            engineer_name: Some("Sam".into()),
            started_at: started.then(|| at(0)),
            completed_at: started.then(|| at(3000)),
            active_seconds,
            outcome: Some(Outcome::Escalated),
            outcome_notes: Some(outcome),
            next_steps: Some(next),
            scratchpad,
            variables: vec![
                variable("v", &label, &value, false),
                variable("s", "S", secret, true),
                variable("t", "T", "ab", true),
            ],
            entries,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Renders anything, in any format and mode, and the verification never stops our own output.
    #[test]
    fn always_renders_and_never_leaks_a_secret(input in any_input("S3cret!")) {
        for format in Format::ALL {
            for redaction in [RedactionMode::Mask, RedactionMode::None] {
                let note = render(&input, &NoteOptions { redaction, ..options(format) });
                let note = note.map_err(|e| TestCaseError::fail(format!("{format:?} {redaction:?}: {e:?}")))?;
                prop_assert!(!note.text.contains("S3cret!"));
                prop_assert!(!verify::visible(&note.text, format).contains("S3cret!"));
                let printable = note.text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}');
                prop_assert!(printable);
            }
        }
    }

    /// Every `<` of the HTML begins one of our tags, and every `&` one of our entities.
    #[test]
    fn html_has_only_our_markup(input in any_input("hunter2")) {
        const TAGS: [&str; 23] = [
            "!DOCTYPE html>", "html lang=\"en\">", "/html>", "head>", "/head>", "meta ", "title>", "/title>", "style>", "/style>", "body>", "/body>",
            "h1>", "/h1>", "h2>", "/h2>", "p>", "/p>", "footer>", "/footer>", "br>", "strong>", "/strong>",
        ];
        const LISTS: [&str; 8] = ["ul>", "/ul>", "ol>", "/ol>", "li>", "/li>", "time>", "/time>"];
        let html = text_of(&input, &options(Format::Html));
        for part in html.split('<').skip(1) {
            prop_assert!(TAGS.iter().chain(&LISTS).any(|tag| part.starts_with(tag)), "<{}", part);
        }
        for part in html.split('&').skip(1) {
            prop_assert!(["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|e| part.starts_with(e)), "&{}", part);
        }
        prop_assert_eq!(html.matches("<meta ").count(), 2);
    }

    /// No line of user text in Markdown begins a block, and no sign of inline markup stands unescaped.
    #[test]
    fn markdown_has_only_our_markup(text in hostile()) {
        let input = NoteInput { scratchpad: text, ..NoteInput::default() };
        let options = NoteOptions { redaction: RedactionMode::None, ..options(Format::Markdown) };
        let markdown = text_of(&input, &options);
        let body = markdown.split("## Working notes\n\n").nth(1).unwrap_or_default();
        for line in body.lines() {
            let line = line.strip_suffix('\\').filter(|l| !l.ends_with('\\') || l.ends_with("\\\\")).unwrap_or(line);
            prop_assert!(!line.starts_with(['#', '-', '+', '=', '>', ':', ' ', '\t', '~', '|']), "{}", line);
            let mut escaped = false;
            for c in line.chars() {
                let bare = !escaped && "`*[]<~|{}$".contains(c);
                prop_assert!(!bare, "{}", line);
                escaped = c == '\\' && !escaped;
            }
        }
    }
}
