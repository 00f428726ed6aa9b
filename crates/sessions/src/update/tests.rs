use super::*;
use crate::testing::{at, eli, new_graph, started};
use uuid::Uuid;

fn decision(number: u128, node: &str, answer: &str) -> Decision {
    Decision {
        entry_id: Uuid::from_u128(number).into(),
        node_id: node.into(),
        kind: DecisionKind::Answered,
        title: node.into(),
        answer: Some(answer.into()),
        option_id: None,
        reason: None,
        notes: None,
        // Whatever a client says about time.
        timestamp: at(-1_000_000),
    }
}

fn own_step(number: u128, title: &str) -> CustomStep {
    CustomStep {
        id: Uuid::from_u128(number).into(),
        after_node_id: None,
        title: title.into(),
        notes: None,
        timestamp: at(-1_000_000),
    }
}

/// Applies an update at that second and gives what it logged: kind, title and answer.
fn update(session: &mut Session, update: SessionUpdate, second: i64) -> Vec<(LogKind, String, String)> {
    let entries = session.update(update, &eli(), at(second)).unwrap();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    entries.iter().map(|entry| (entry.kind, text(&entry.title), text(&entry.answer))).collect()
}

fn decisions(decisions: Vec<Decision>) -> SessionUpdate {
    SessionUpdate { decisions: Some(decisions), ..SessionUpdate::default() }
}

fn own_steps(steps: Vec<CustomStep>) -> SessionUpdate {
    SessionUpdate { custom_steps: Some(steps), ..SessionUpdate::default() }
}

fn answered(title: &str, answer: &str) -> (LogKind, String, String) {
    (LogKind::Answered, title.into(), answer.into())
}

fn revised(title: &str) -> (LogKind, String, String) {
    (LogKind::Revised, title.into(), String::new())
}

fn own(title: &str) -> (LogKind, String, String) {
    (LogKind::Custom, title.into(), String::new())
}

#[test]
fn only_what_differs_from_the_former_list_is_logged() {
    let (mut session, _) = started(new_graph());
    let (a, b, c) = (decision(1, "a", "1"), decision(2, "b", "2"), decision(3, "c", "3"));
    assert_eq!(update(&mut session, decisions(vec![a.clone()]), 10), [answered("a", "1")]);
    assert_eq!(update(&mut session, decisions(vec![a.clone()]), 20), []);
    let both = decisions(vec![a.clone(), b.clone()]);
    assert_eq!(update(&mut session, both, 30), [answered("b", "2")]);
    let times: Vec<_> = session.decisions.iter().map(|d| d.timestamp).collect();
    assert_eq!(times, [at(10), at(30)]);

    // From the first difference on all is new, and the log says how much is not as it was.
    let changed = Decision { answer: Some("other".into()), ..a.clone() };
    let logged = update(&mut session, decisions(vec![changed, b.clone()]), 40);
    assert_eq!(
        logged,
        [revised("2 recorded steps were replaced"), answered("a", "other"), answered("b", "2")]
    );
    let kept = session.decisions[0].clone();
    let logged = update(&mut session, decisions(vec![kept, c]), 50);
    assert_eq!(logged, [revised("1 recorded step was replaced"), answered("c", "3")]);
    assert_eq!(update(&mut session, decisions(vec![]), 60), [revised("2 recorded steps were replaced")]);
    assert_eq!(session.decisions, []);
    assert_eq!(session.revision.0, 7);
    assert_eq!(session.log_length, 9);
}

#[test]
fn own_steps_are_told_apart_by_what_they_say() {
    let (mut session, _) = started(new_graph());
    assert_eq!(update(&mut session, own_steps(vec![own_step(1, "A")]), 10), [own("A")]);
    let both = own_steps(vec![own_step(1, "A"), own_step(2, "B")]);
    assert_eq!(update(&mut session, both, 20), [own("B")]);
    // The other way round is the same work.
    let turned = own_steps(vec![own_step(2, "B"), own_step(1, "A")]);
    assert_eq!(update(&mut session, turned, 30), []);
    let times: Vec<_> = session.custom_steps.iter().map(|step| step.timestamp).collect();
    assert_eq!(times, [at(20), at(10)]);
    let changed = own_steps(vec![own_step(2, "B"), own_step(1, "A, but better")]);
    let logged = update(&mut session, changed, 40);
    assert_eq!(logged, [revised("1 recorded step was replaced"), own("A, but better")]);
    assert_eq!(update(&mut session, own_steps(vec![]), 50), [revised("2 recorded steps were replaced")]);
}

#[test]
fn blanks_clear_what_names_the_work() {
    let (mut session, _) = started(new_graph());
    let named = SessionUpdate {
        ticket_number: Some(Some(" T-1 ".into())),
        client_name: Some(Some("Contoso".into())),
        ..SessionUpdate::default()
    };
    update(&mut session, named, 1);
    assert_eq!(
        (session.ticket_number.as_deref(), session.client_name.as_deref()),
        (Some("T-1"), Some("Contoso"))
    );
    let cleared = SessionUpdate {
        ticket_number: Some(Some("  ".into())),
        client_name: Some(None),
        ..SessionUpdate::default()
    };
    update(&mut session, cleared, 2);
    assert_eq!((session.ticket_number, session.client_name), (None, None));
}

#[test]
fn a_finished_session_is_said_before_a_stale_one_and_both_before_the_rest() {
    let (mut session, flow) = started(new_graph());
    let mut bad = SessionUpdate { scratchpad: Some("x".repeat(100_001)), ..SessionUpdate::default() };
    assert_eq!(session.update(bad.clone(), &eli(), at(1)).unwrap_err().code.name, "validation_failed");
    bad.expected = Some(Revision(9));
    assert_eq!(session.update(bad.clone(), &eli(), at(1)).unwrap_err().code.name, "stale_revision");
    session.complete(crate::Outcome::Resolved, None, None, &flow.structure, &eli(), at(2)).unwrap();
    assert_eq!(session.update(bad, &eli(), at(3)).unwrap_err().code.name, "session_completed");
}
