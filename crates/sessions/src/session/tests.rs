use super::*;
use crate::testing::{at, command, eli, new_checklist, new_graph, person, started};
use crate::{StepAction, StepCommand};

fn note(session: &mut Session, structure: &Structure, number: u128, second: i64) {
    let command = StepCommand { notes: Some("n".into()), ..command(number, StepAction::Note, "start") };
    session.step(command, structure, &eli(), at(second)).unwrap();
}

#[test]
fn a_pause_counts_for_a_quarter_of_an_hour_at_most() {
    let (mut session, flow) = started(new_graph());
    for (number, (second, worked)) in [
        (0, 0),
        (60, 60),
        (960, 960),
        (960, 960),
        (1_861, 1_860),
        (100_000, 2_760),
        (99_000, 2_760),
        (99_010, 2_770),
    ]
    .into_iter()
    .enumerate()
    {
        // Also when the clock was set back meanwhile.
        note(&mut session, &flow.structure, u128::try_from(number).unwrap(), second);
        assert_eq!(session.active_seconds, worked, "at {second}");
    }
    session.complete(Outcome::Resolved, None, None, &flow.structure, &eli(), at(99_020)).unwrap();
    assert_eq!(session.active_seconds, 2_780);
    session.mark_exported("text", &eli(), at(99_100));
    assert_eq!(session.active_seconds, 2_780);
}

#[test]
fn nothing_before_the_start_is_work() {
    let (new, flow) = new_graph();
    let mut session = new.prepared(&person(2), Some(eli().user_id), at(0));
    session.opening_entry(&person(2));
    for second in [100, 200, 300] {
        session
            .merge_variables(Variables::from([("printer".into(), "P".into())]), &eli(), at(second))
            .unwrap();
        session.mark_exported("text", &eli(), at(second));
    }
    assert_eq!(session.active_seconds, 0);
    session.start(&eli(), at(400)).unwrap();
    assert_eq!(session.active_seconds, 0);
    note(&mut session, &flow.structure, 1, 430);
    assert_eq!(session.active_seconds, 30);
}

#[test]
fn a_session_stands_where_its_times_say() {
    let (new, flow) = new_checklist();
    let mut session = new.clone().prepared(&eli(), None, at(0));
    assert_eq!(session.status(), SessionStatus::Prepared);
    assert_eq!((session.prepared_by_id, session.user_id), (Some(eli().user_id), eli().user_id));
    // D4: no end without a beginning.
    session.complete(Outcome::Cancelled, None, None, &flow.structure, &eli(), at(9)).unwrap();
    assert_eq!((session.started_at, session.completed_at), (Some(at(9)), Some(at(9))));
    assert_eq!((session.status(), session.active_seconds), (SessionStatus::Completed, 0));
    let again = session.complete(Outcome::Resolved, None, None, &flow.structure, &eli(), at(10)).unwrap_err();
    assert_eq!(again.detail.to_string(), "Session already completed");

    let batch = new.clone().of_batch(&eli(), None, uuid::Uuid::from_u128(5).into(), "SRV-1".into(), at(0));
    assert_eq!((batch.status(), batch.prepared_by_id), (SessionStatus::Prepared, None));
    assert_eq!((batch.target_label.as_deref(), batch.assigned_to_id), (Some("SRV-1"), None));
    assert_eq!(new.started(&eli(), at(0)).status(), SessionStatus::Active);
}

#[test]
fn required_steps_stand_in_the_way_of_resolved_alone() {
    let (session, flow) = started(new_checklist());
    let complete = |session: &Session, outcome| {
        session.clone().complete(outcome, None, None, &flow.structure, &eli(), at(5))
    };
    let refused = complete(&session, Outcome::Resolved).unwrap_err();
    assert_eq!(refused.code, codes::REQUIRED_STEPS_OPEN);
    let rf_kernel::Detail::Object(detail) = refused.detail else { panic!("an object") };
    assert_eq!(detail["open"], json!(["backup", "install", "custom-1"]));
    for outcome in [Outcome::Workaround, Outcome::Unresolved, Outcome::Escalated, Outcome::Cancelled] {
        complete(&session, outcome).unwrap();
    }
}

#[test]
fn only_the_owner_and_the_assignee_have_access() {
    let (new, _) = new_graph();
    let session = new.prepared(&person(2), Some(eli().user_id), at(0));
    assert!(session.require_access(&eli()).is_ok());
    let refused = session.require_access(&person(2)).unwrap_err();
    assert_eq!(refused.detail.to_string(), "You don't have access to this session");
    let moved = Session { user_id: person(3).user_id, ..session };
    assert!(moved.require_access(&eli()).is_ok() && moved.require_access(&person(3)).is_ok());
}

#[test]
fn variables_are_few_and_flat() {
    let (mut session, _) = started(new_graph());
    let mut merge = |values: Value| {
        let values = serde_json::from_value(values).unwrap();
        let merged = session.merge_variables(values, &eli(), at(1));
        merged.map(|entry| entry.title.unwrap()).map_err(|failure| {
            failure
                .errors
                .into_iter()
                .map(|error| format!("{}: {}", error.loc, error.code))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(merge(json!({ "b": 1, "a": null, "c": "ü" })), Ok("a, b, c".to_owned()));
    assert_eq!(merge(json!({ "a": [] })), Err(vec!["session_variables.a: wrong_type".to_owned()]));
    assert_eq!(merge(json!({ "": 1 })), Err(vec!["session_variables.: bad_name".to_owned()]));
    let many: serde_json::Map<_, _> = (0..198).map(|n| (format!("v{n}"), json!(n))).collect();
    assert_eq!(merge(Value::Object(many)), Err(vec!["session_variables: too_many".to_owned()]));
    assert_eq!(session.variables.len(), 3);
}

#[test]
fn outcomes_are_read_by_their_names() {
    for outcome in Outcome::ALL {
        assert_eq!(outcome.as_str().parse(), Ok(outcome));
    }
    assert!("won".parse::<Outcome>().is_err());
}
