use rf_kernel::Revision;
use serde_json::json;

use super::*;
use crate::testing::{at, command, eli, new_checklist, new_graph, person, started, user};
use crate::{StepAction, StepCommand};

fn input(session: &Session, flow: &SnapshotContent, log: &[LogEntry]) -> NoteInput {
    let names = BTreeMap::from([(user(1), "Eli".to_owned()), (user(2), "Tess".to_owned())]);
    note_input(&NoteSource { session, flow, log, names: &names })
}

#[test]
fn variables_come_in_the_order_of_the_form_and_secrets_are_marked() {
    let (mut session, flow) = started(new_graph());
    session.variables = serde_json::from_value(json!({
        "zebra": true, "password": "hunter2", "count": 2.5, "none": null, "printer": "P1",
    }))
    .unwrap();
    let variables = input(&session, &flow, &[]).variables;
    let seen: Vec<_> =
        variables.iter().map(|v| (v.name.as_str(), v.label.as_str(), v.value.as_str(), v.secret)).collect();
    let expected = [
        ("printer", "Printer", "P1", false),
        ("password", "Password", "hunter2", true),
        ("count", "", "2.5", false),
        ("none", "", "", false),
        ("zebra", "", "yes", false),
    ];
    assert_eq!(seen, expected);
    session.variables.clear();
    let variables = input(&session, &flow, &[]).variables;
    assert!(variables.iter().all(|v| v.value.is_empty()));
    assert_eq!(variables.len(), 2);
}

#[test]
fn the_authors_sentence_is_the_answers_before_the_steps() {
    let (mut session, flow) = started(new_graph());
    let mut log = Vec::new();
    for (number, (action, node, option)) in (0..).zip([
        (StepAction::Answer, "start", Some("yes")),
        (StepAction::Done, "restart", None),
        (StepAction::Answer, "works", Some("again")),
        (StepAction::Answer, "start", Some("no")),
        (StepAction::Note, "check", None),
    ]) {
        let step = StepCommand {
            option_id: option.map(Into::into),
            notes: Some("Mine".into()),
            ..command(number, action, node)
        };
        log.extend(session.step(step, &flow.structure, &eli(), at(1)).unwrap());
    }
    let entries = input(&session, &flow, &log).entries;
    let notes: Vec<_> = entries.iter().map(|entry| entry.note.as_deref()).collect();
    let expected = [Some("{{printer}} was on."), Some("It was restarted."), None, Some("Asked."), None];
    assert_eq!(notes, expected);
    assert_eq!((entries[0].title.as_str(), entries[0].answer.as_deref()), ("On?", Some("Yes")));
    assert_eq!(entries[4].kind, EntryKind::Note);
    assert!(entries.iter().all(|entry| entry.evidence.is_empty() && entry.notes.as_deref() == Some("Mine")));
}

#[test]
fn a_step_left_out_says_nothing_for_the_author() {
    let (mut session, flow) = started(new_checklist());
    let skip = StepCommand { reason: Some("No space".into()), ..command(1, StepAction::Skip, "backup") };
    let mut log = session.step(skip, &flow.structure, &eli(), at(1)).unwrap();
    log.extend(session.step(command(2, StepAction::Done, "backup"), &flow.structure, &eli(), at(2)).unwrap());
    let entries = input(&session, &flow, &log).entries;
    assert_eq!((entries[0].kind, entries[0].note.as_deref()), (EntryKind::Skipped, None));
    assert_eq!(entries[0].reason.as_deref(), Some("No space"));
    assert_eq!(entries[1].note.as_deref(), Some("The backup was checked."));
}

#[test]
fn names_stand_at_what_others_did() {
    let (mut session, flow) = started(new_graph());
    let note = |number| StepCommand { notes: Some("n".into()), ..command(number, StepAction::Note, "start") };
    let mut log = Vec::new();
    for (number, who) in [(1, eli()), (2, person(2)), (3, person(3))] {
        log.extend(session.step(note(number), &flow.structure, &who, at(1)).unwrap());
    }
    let input = input(&session, &flow, &log);
    let actors: Vec<_> = input.entries.iter().map(|entry| entry.actor_name.as_deref()).collect();
    // The third person has left the account, name and all.
    assert_eq!(actors, [None, Some("Tess"), None]);
    assert_eq!(input.engineer_name.as_deref(), Some("Eli"));
}

#[test]
fn bookkeeping_is_no_work() {
    let (session, flow) = started(new_graph());
    for kind in [
        LogKind::Prepared,
        LogKind::Started,
        LogKind::Variables,
        LogKind::Revised,
        LogKind::Completed,
        LogKind::Exported,
    ] {
        let entries = input(&session, &flow, &[LogEntry::new(kind, user(1), at(0))]).entries;
        assert_eq!(entries[0].kind, EntryKind::Other, "{kind:?}");
    }
    assert_eq!(session.revision, Revision::FIRST);
}

#[test]
fn times_and_the_end_are_carried_over() {
    let (mut session, flow) = started(new_graph());
    session.ticket_number = Some("T-1".into());
    session.target_label = Some("SRV-1".into());
    let notes = Some("Fine".to_owned());
    session
        .complete(Outcome::Workaround, notes, Some("More".into()), &flow.structure, &eli(), at(90))
        .unwrap();
    let input = input(&session, &flow, &[]);
    assert_eq!((input.started_at, input.completed_at), (Some(at(0).utc()), Some(at(90).utc())));
    assert_eq!((input.active_seconds, input.outcome), (90, Some(rf_notes::Outcome::Workaround)));
    assert_eq!((input.flow_name.as_str(), input.tree_type), ("Printer", rf_notes::TreeType::Troubleshooting));
    assert_eq!((input.ticket_number.as_deref(), input.target_label.as_deref()), (Some("T-1"), Some("SRV-1")));
    assert_eq!((input.outcome_notes.as_deref(), input.next_steps.as_deref()), (Some("Fine"), Some("More")));
}

#[test]
fn the_author_s_sentence_about_an_end_counts_only_when_the_work_ended_so() {
    for (outcome, own, expected) in [
        (Outcome::Resolved, None, Some("{{printer}} printed a test page.")),
        (Outcome::Resolved, Some("Thanks."), Some("{{printer}} printed a test page.\nThanks.")),
        (Outcome::Unresolved, Some("It broke again."), Some("It broke again.")),
        (Outcome::Unresolved, None, None),
    ] {
        let (mut session, flow) = started(new_graph());
        session.path_taken = vec!["start".into(), "restart".into(), "works".into(), "fixed".into()];
        session.complete(outcome, own.map(str::to_owned), None, &flow.structure, &eli(), at(90)).unwrap();
        assert_eq!(input(&session, &flow, &[]).outcome_notes.as_deref(), expected, "{outcome:?} {own:?}");
    }
}
