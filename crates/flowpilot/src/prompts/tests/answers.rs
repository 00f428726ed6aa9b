//! What is taken of an answer, and what is not.

use rf_sessions::ai::{StepKind, StepSource};
use serde_json::json;

use super::*;
use crate::document::tests::{handed_over, printer, server};

/// Asks, and lets a model answer that knows only what was sent: `answer` gets the words a token stands for replaced.
fn answered<P: Prompt>(prompt: &P, answer: Value) -> Result<P::Answer, Refused> {
    let mut table = table();
    let asked = ask(prompt, &finder(), &mut table);
    take(prompt, &called(&asked.tool.name, answer), &table)
}

fn step(extra: &[(&str, Value)]) -> Value {
    let mut step = json!({ "kind": "check", "title": "Look whether the queue is paused", "why": "Nothing tells yet where it stops" });
    for (name, value) in extra {
        step[*name] = value.clone();
    }
    advice(&[("step", step)])
}

fn advice(extra: &[(&str, Value)]) -> Value {
    let mut answer =
        json!({ "reply": "It is not clear yet.", "way": "step", "evidence": ["intake"], "certainty": 40 });
    for (name, value) in extra {
        answer[*name] = value.clone();
    }
    answer
}

fn advised(answer: Value) -> Result<Advice, Refused> {
    let (case, flows) = (server(), [flow(1, "Service stops"), flow(2, "Server is slow")]);
    let prompt = NextStep::new(&case.record(), Domain::Servers, &flows, Doing::Judged);
    answered(&prompt, answer)
}

#[test]
fn a_step_becomes_a_proposal_of_the_model() {
    let answer = step(&[
        ("kind", json!("question")),
        ("options", json!(["Yes", "No"])),
        ("commands", json!(["Get-Service"])),
        ("body", Value::Null),
    ]);
    let taken = advised(answer).unwrap().of_model("deep");
    assert_eq!((taken.certainty, taken.evidence.as_slice()), (40, &["intake".to_owned()][..]));
    let Way::Step { step, fix } = taken.way else { panic!("{:?}", taken.way) };
    assert_eq!((step.kind, step.note.clone(), fix), (StepKind::Question, None, None));
    assert_eq!(
        step.options.iter().map(|option| option.id.as_str()).collect::<Vec<_>>(),
        ["option-1", "option-2"]
    );
    assert_eq!(step.source, StepSource::Model { model: "deep".into() });
}

#[test]
fn a_fix_a_flow_and_a_handover_are_ways_too() {
    let fix = advised(step(&[("kind", json!("action")), ("fix", json!(true))])).unwrap();
    assert!(matches!(fix.way, Way::Step { fix: Some(_), .. }), "{fix:?}");
    let second = advised(advice(&[("way", json!("flow")), ("flow", json!("flow-2"))])).unwrap();
    assert_eq!(second.way, Way::Flow(flow(2, "").tree_id));
    assert_eq!(advised(advice(&[("way", json!("handover"))])).unwrap().way, Way::Handover);
}

#[test]
fn tokens_come_back_as_what_they_stand_for() {
    let case = server();
    let prompt = NextStep::new(&case.record(), Domain::Servers, &[], Doing::Judged);
    let (mut table, finder) = (table(), finder());
    let asked = ask(&prompt, &finder, &mut table);
    let token =
        told(&asked).split(|c: char| !c.is_alphanumeric() && c != '_').find(|word| word.starts_with("HOST_"));
    let token = token.expect("the case has a machine").to_owned();
    let answer = step(&[("title", json!(format!("Look at the memory of {token}")))]);
    let Way::Step { step: taken, .. } = take(&prompt, &called("propose", answer), &table).unwrap().way else {
        panic!("no step")
    };
    assert_eq!(taken.title, "Look at the memory of srv-app02");
    let made_up = step(&[("title", json!(format!("Look at {}", token.replace("_1_", "_8_"))))]);
    assert_eq!(take(&prompt, &called("propose", made_up), &table), Err(Refused::UnknownToken { count: 1 }));
}

#[test]
fn an_answer_of_another_shape_is_refused_by_its_place() {
    let long = |n: usize| json!("x".repeat(n));
    for (answer, at) in [
        (json!([]), "answer"),
        (json!({}), "way"),
        (advice(&[("way", json!("give up"))]), "way"),
        (advice(&[]), "step"),
        (advice(&[("way", json!("flow"))]), "flow"),
        (advice(&[("note", json!("x"))]), "answer"),
        (step(&[("title", Value::Null)]), "step.title"),
        (step(&[("title", json!(" \u{200b} "))]), "step.title"),
        (step(&[("title", long(201))]), "step.title"),
        (step(&[("title", json!("a\nb"))]), "step.title"),
        (step(&[("kind", json!("outcome"))]), "step.kind"),
        (step(&[("body", json!(7))]), "step.body"),
        (step(&[("body", long(4_001))]), "step.body"),
        (step(&[("commands", json!(["ok", "a\rb"]))]), "step.commands[1]"),
        (step(&[("commands", json!(vec!["x"; 9]))]), "step.commands"),
        (step(&[("options", json!(["Yes"]))]), "step"),
        (step(&[("fix", json!(true))]), "step"),
        (step(&[("fix", json!("yes"))]), "step.fix"),
        (step(&[("note", json!("It was fixed"))]), "step"),
        (step(&[("why", Value::Null)]), "step.why"),
    ] {
        match advised(answer.clone()) {
            Err(Refused::Shape { at: place, .. }) => assert_eq!(place, at, "{answer}"),
            other => panic!("{answer}: {other:?}"),
        }
    }
    for (name, value) in [
        ("reply", json!("")),
        ("certainty", json!(101)),
        ("certainty", json!(0.5)),
        ("evidence", json!([])),
        ("evidence", json!("intake")),
    ] {
        let mut answer = step(&[]);
        answer[name] = value;
        match advised(answer.clone()) {
            Err(Refused::Shape { at, .. }) => assert_eq!(at, name, "{answer}"),
            other => panic!("{answer}: {other:?}"),
        }
    }
}

#[test]
fn what_does_not_exist_cannot_be_cited_or_followed() {
    for flow in ["flow-3", "flow-0", "flow-", "Service stops"] {
        let answer = advice(&[("way", json!("flow")), ("flow", json!(flow))]);
        assert_eq!(advised(answer), Err(Refused::Unknown { at: "flow".into() }), "{flow}");
    }
    let mut answer = step(&[]);
    answer["evidence"] = json!(["intake", "step-99"]);
    assert_eq!(advised(answer), Err(Refused::Unknown { at: "evidence[1]".into() }));
}

#[test]
fn words_beside_the_tool_are_no_answer() {
    let case = server();
    let prompt = NextStep::new(&case.record(), Domain::Servers, &[], Doing::Judged);
    let said = LlmAnswer { parts: vec![Part::text("I would")], ..called("", Value::Null) };
    for answer in [said, called("other", step(&[]))] {
        assert_eq!(take(&prompt, &answer, &table()), Err(Refused::NoAnswer { tool: "propose" }));
    }
}

#[test]
fn no_answer_points_to_an_address_nobody_gave_it() {
    for text in [
        "Open https://evil.example/fix",
        "Load ![](https://evil.example/pixel)",
        "![x][y]",
        "see [here](ftp://evil.example)",
        "www.evil.example helps",
        "<img src=x>",
        "write to mailto:a",
        "javascript:alert(1)",
    ] {
        let mut answer = step(&[]);
        answer["reply"] = json!(text);
        assert_eq!(advised(answer), Err(Refused::Link), "{text}");
        assert_eq!(advised(step(&[("commands", json!([text]))])), Err(Refused::Link), "{text}");
    }
    for text in ["Look at the data: it is old", "a < b, and C:\\Windows", "ratio 3:1 / 2"] {
        let mut answer = step(&[]);
        answer["reply"] = json!(text);
        assert!(advised(answer).is_ok(), "{text}");
    }
    let mut case = server();
    case.session.intake.text = Some("It says https://portal.example/sign-in is down.".into());
    let prompt = NextStep::new(&case.record(), Domain::Servers, &[], Doing::Judged);
    let mut answer = step(&[]);
    answer["reply"] = json!("Open https://portal.example/sign-in.");
    assert!(answered(&prompt, answer).is_ok());
}

#[test]
fn an_answer_that_repeats_the_prompt_is_refused() {
    let repeated = "Prefer the step that tells the likely causes apart, costs little and can be undone.";
    let mut answer = step(&[]);
    answer["reply"] = json!(format!("Good. {repeated}"));
    assert_eq!(advised(answer.clone()), Err(Refused::Parroted));
    // What the engineer wrote may be said again, also when the prompt happens to say it.
    let case = server().wrote(repeated);
    let prompt = NextStep::new(&case.record(), Domain::Servers, &[], Doing::Judged);
    assert!(answered(&prompt, answer).is_ok());
}

#[test]
fn parroting_is_a_run_of_words_and_not_a_word() {
    let prompt = "The fix is provisional until the directory has replicated over night. Say so plainly.";
    let find = |text| parroted(prompt, "", text);
    assert_eq!(
        find("All well. It is PROVISIONAL until the directory, has replicated! Fine."),
        ["It is PROVISIONAL until the directory, has replicated"]
    );
    assert_eq!(find("Say so plainly"), Vec::<&str>::new(), "three words are nobody's");
    assert_eq!(find("The fix is provisional"), ["The fix is provisional"], "a short sentence, whole");
    assert_eq!(find("It is provisional until then."), Vec::<&str>::new());
    let given = "user: the fix is provisional";
    assert_eq!(parroted(prompt, given, "The fix is provisional"), Vec::<&str>::new());
}

/// A sentence and the evidence it names.
type Said<'a> = (&'a str, &'a [&'a str]);

fn sections(list: &[(&str, &[Said<'_>])]) -> Value {
    let sentence = |(text, evidence): &Said<'_>| json!({ "text": text, "evidence": evidence });
    let section = |(title, said): &(&str, &[Said<'_>])| json!({ "title": title, "sentences": said.iter().map(sentence).collect::<Vec<_>>() });
    json!({ "sections": list.iter().map(section).collect::<Vec<_>>() })
}

#[test]
fn of_a_note_what_is_in_its_evidence_stays() {
    let case = printer();
    let prompt = NotePrompt::new(DocumentKind::ResolutionNote, &case.record());
    let drafted = answered(
        &prompt,
        sections(&[
            (
                "Problem",
                &[
                    ("The printer on the 2nd floor is offline since this morning.", &["intake"]),
                    ("The printer was stolen by the landlord.", &["intake"]),
                    ("It was offline.", &["step-77"]),
                    (
                        "Write the note for the ticket: what the problem was, what was done about it.",
                        &["intake"],
                    ),
                ],
            ),
            ("Resolution", &[("Use Printer Offline was unticked, and a page printed.", &["resolution"])]),
        ]),
    )
    .unwrap();
    let kept: Vec<&str> = drafted.document.sentences().map(|sentence| sentence.text.as_str()).collect();
    assert_eq!(kept.len(), 2, "{drafted:?}");
    let reasons: Vec<&str> = drafted.refused.iter().map(|refused| refused.reason.as_str()).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(reasons.contains(&"it repeats the prompt"), "{reasons:?}");
}

#[test]
fn a_note_keeps_to_its_titles_and_says_something() {
    let case = printer();
    let prompt = NotePrompt::new(DocumentKind::TicketSummary, &case.record());
    let ok: (&str, &[&str]) = ("The printer on the 2nd floor is offline since this morning.", &["intake"]);
    for list in [
        &[("Resolution", &[ok][..])][..],
        &[("Everything is fixed and paid for", &[ok][..])],
        &[("Problem", &[ok][..]), ("Problem", &[ok][..])],
    ] {
        assert!(matches!(answered(&prompt, sections(list)), Err(Refused::Shape { .. })), "{list:?}");
    }
    let false_one: (&str, &[&str]) = ("The printer was stolen by the landlord.", &["intake"]);
    assert_eq!(answered(&prompt, sections(&[("Problem", &[false_one])])), Err(Refused::NothingLeft));
    assert_eq!(answered(&prompt, sections(&[])), Err(Refused::NothingLeft));
}

/// A sentence is shown once it is whole and the checker took it, however the answer is cut and ordered.
#[test]
fn sentences_are_shown_as_they_come_and_no_other_than_those_the_checker_took() {
    let case = printer();
    let prompt = NotePrompt::new(DocumentKind::ResolutionNote, &case.record());
    let mut table = table();
    ask(&prompt, &finder(), &mut table);
    let title_last = r#"{"sections":[{"sentences":[{"evidence":["intake"],"text":"The printer on the 2nd floor is offline since this morning."},
        {"text":"The printer was stolen by the landlord.","evidence":["intake"]}],"title":"Problem"},
        {"title":"Resolution","sentences":[{"text":"Use Printer Offline was unticked, and a page from \u0057ord printed.","evidence":["resolution"]},
        {"text":"It was offline at https://evil.example/a.","evidence":["intake"]},
        {"text":"It hangs on HOST_9_K7QM.","evidence":["intake"]}]},
        {"title":"Invoice","sentences":[{"text":"The printer on the 2nd floor is offline.","evidence":["intake"]}]}]}"#;
    let expected = "- The printer on the 2nd floor is offline since this morning.\n\n\
        ## Resolution\n\n- Use Printer Offline was unticked, and a page from Word printed.\n";
    for letters in [1, 7, 5_000] {
        let mut live = LiveNote::new(&prompt, &table);
        let all: Vec<char> = title_last.chars().collect();
        let pieces: Vec<String> =
            all.chunks(letters).filter_map(|piece| live.push(&piece.iter().collect::<String>())).collect();
        assert_eq!(pieces.concat(), expected, "{letters}");
        assert_eq!(pieces.len(), if letters == 5_000 { 1 } else { 2 });
    }
}

/// What is no note shows nothing, and breaks nothing.
#[test]
fn what_is_no_note_shows_nothing() {
    let case = printer();
    let prompt = NotePrompt::new(DocumentKind::TicketSummary, &case.record());
    let table = table();
    for json in [
        "]]}}}",
        r#"{"sections":[[[[{"text":"x"}]]]]}"#,
        r#"{"a":[{"title":"Problem","sentences":[{"#,
        r#""{{{{{{""#,
    ] {
        let mut live = LiveNote::new(&prompt, &table);
        assert_eq!(json.chars().filter_map(|c| live.push(&c.to_string())).collect::<String>(), "", "{json}");
    }
}

/// FIX-07: the note has to speak of the fix that waits, and as provisional.
#[test]
fn a_note_that_leaves_a_pending_fix_out_or_calls_it_done_is_refused() {
    let case = handed_over();
    let prompt = NotePrompt::new(DocumentKind::ResolutionNote, &case.record());
    let problem: (&str, &[&str]) = ("The user cannot print since the update.", &["intake"]);
    let title = &case.fixes[0].title;
    let provisional = format!("Provisional: {title} Awaited: the DHCP lease renews at 18:00.");
    let certain = format!("{title} It is fixed.");
    let of = |said: &str| {
        answered(&prompt, sections(&[("Problem", &[problem]), ("Where it stands", &[(said, &["fix-1"])])]))
    };
    assert!(of(&provisional).is_ok(), "{:?}", of(&provisional));
    assert_eq!(of(&certain), Err(Refused::PendingFix));
    assert_eq!(answered(&prompt, sections(&[("Problem", &[problem])])), Err(Refused::PendingFix));
}

fn assessment(first_for: &[&str]) -> Value {
    json!({
        "summary": "Printing stopped with the update; where it stops is open.",
        "likely": [
            { "cause": "The address of the printer moved", "evidence_for": first_for, "evidence_against": [] },
            { "cause": "The update", "evidence_for": ["intake"], "evidence_against": ["step-1"] }
        ],
        "suggested_steps": ["See whether the lease was renewed."]
    })
}

/// FIX-07: the fix that waits is the leading hypothesis.
#[test]
fn a_pending_fix_leads_the_handover() {
    let case = handed_over();
    let prompt = EscalationPackage::new(&case.record(), "The network belongs to the landlord");
    let taken = answered(&prompt, assessment(&["fix-1", "step-4"])).unwrap();
    assert_eq!(taken.likely[0].evidence_for, ["fix-1", "step-4"]);
    assert_eq!(answered(&prompt, assessment(&["step-4"])), Err(Refused::PendingFix));
    let case = server();
    let prompt = EscalationPackage::new(&case.record(), "no rights");
    assert!(answered(&prompt, assessment(&["step-1"])).is_ok(), "nothing waits there");
}

#[test]
fn a_cause_has_evidence_and_the_evidence_exists() {
    let case = server();
    let prompt = EscalationPackage::new(&case.record(), "no rights");
    let place = |answer| match answered(&prompt, answer) {
        Err(Refused::Shape { at, .. } | Refused::Unknown { at }) => at,
        other => panic!("{other:?}"),
    };
    assert_eq!(place(assessment(&[])), "likely[0].evidence_for");
    assert_eq!(place(assessment(&["fix-9"])), "likely[0].evidence_for[0]");
    let mut nothing = assessment(&["intake"]);
    nothing["likely"] = json!([]);
    assert_eq!(place(nothing), "likely");
    let mut many = assessment(&["intake"]);
    many["suggested_steps"] = json!(vec!["x"; 9]);
    assert_eq!(place(many), "suggested_steps");
    let mut more = assessment(&["intake"]);
    more["likely"][0]["certainty"] = json!(1);
    assert_eq!(place(more), "likely[0]");
}

#[test]
fn a_refusal_quotes_nothing_of_the_answer() {
    let word = "hunter2";
    for answer in [
        step(&[("kind", json!(word))]),
        advice(&[("way", json!("flow")), ("flow", json!(word))]),
        advice(&[(word, json!(1))]),
        advice(&[("reply", json!(format!("https://{word}")))]),
    ] {
        let refused = advised(answer).unwrap_err();
        let text = format!("{refused} {refused:?}");
        assert!(!text.contains(word), "{text}");
    }
}
