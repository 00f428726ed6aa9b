#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use rf_auth_policy::{Actor, Role};
use rf_kernel::{AiSessionId, Timestamp, TreeId, UserId};
use rf_sessions::ai::{
    AiSession, AiSessionStatus, AiStep, Answer, FixStatus, IntakeContent, IntakeType, Message, MessageRole,
    NewAiSession, NewFix, Proposal, StepKind, StepOption, StepSource, SuggestedFix, VerdictKind,
};
use rf_trees::{Structure, TreeType};
use serde_json::json;
use uuid::Uuid;

use super::*;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_795_442_400 + seconds).unwrap()
}

fn actor(n: u128, role: Role) -> Actor {
    Actor {
        user_id: id(n),
        account_id: id(1),
        team_id: None,
        role,
        is_super_admin: false,
        name: format!("P{n}"),
    }
}

fn eli() -> Actor {
    actor(10, Role::Engineer)
}

fn cora() -> Actor {
    actor(11, Role::Engineer)
}

fn session() -> AiSession {
    let new = NewAiSession {
        id: id::<AiSessionId>(2),
        intake_type: IntakeType::FreeText,
        intake: IntakeContent { text: Some("No prints".into()), ..IntakeContent::default() },
        psa_ticket_id: Some("100".into()),
        client_name: Some("Häuser".into()),
        engine: "offline".into(),
    };
    let mut session = new.begun(&eli(), at(0));
    session.problem_summary = Some("The label printer does not print".into());
    session.problem_domain = Some("printing".into());
    session
}

fn step(order: i64, title: &str, kind: StepKind, node: &str) -> AiStep {
    AiStep {
        id: id(100 + u128::try_from(order).unwrap()),
        session_id: id(2),
        step_order: order,
        proposal: Proposal {
            kind,
            title: title.into(),
            body: None,
            warning: None,
            commands: Vec::new(),
            options: vec![StepOption { id: "yes".into(), label: "Yes".into() }],
            source: StepSource::Flow { tree_id: id(3), tree_name: "Printer".into(), node_id: node.into() },
            why: "Next.".into(),
            note: None,
        },
        confidence_score: 0.9,
        answer: None,
        withdrawn: false,
        created_at: at(order),
    }
}

fn answered(step: AiStep, kind: VerdictKind, label: Option<&str>, notes: Option<&str>) -> AiStep {
    let answer = Answer {
        entry_id: id(500),
        kind,
        option_id: None,
        label: label.map(Into::into),
        reason: None,
        notes: notes.map(Into::into),
        at: at(step.step_order + 1),
        by: eli().user_id,
    };
    AiStep { answer: Some(answer), ..step }
}

fn fix(title: &str, status: FixStatus) -> SuggestedFix {
    let new = NewFix { title: title.into(), body: None, step_order: 1 };
    SuggestedFix {
        status,
        pending_reason: Some("AD replication".into()),
        partial_notes: Some("half of the queue".into()),
        applied_at: Some(at(2)),
        ..new.suggested(id(700), id(2), at(1))
    }
}

/// `start` -Yes-> `restart` -> `works` -No-> `replace`; `start` -No-> `plug`.
fn flow() -> Structure {
    let graph = json!({
        "root": "start",
        "nodes": [
            { "id": "start", "type": "question", "title": "Is it on?",
              "options": [{ "label": "Yes", "next": "restart" }, { "label": "No", "next": "plug" }] },
            { "id": "plug", "type": "action", "title": "Plug it in", "next": "fixed" },
            { "id": "restart", "type": "action", "title": "Restart the spooler", "next": "works" },
            { "id": "works", "type": "question", "title": "Does it print now?",
              "options": [{ "label": "Yes", "next": "fixed" }, { "label": "No", "next": "replace" }] },
            { "id": "replace", "type": "action", "title": "Replace the driver of {{printer_name}}", "next": "fixed" },
            { "id": "fixed", "type": "outcome", "title": "It prints" }
        ]
    });
    Structure::from_json(TreeType::Troubleshooting, &graph).unwrap()
}

/// It is on, and the restart did not help.
fn worked() -> Vec<AiStep> {
    vec![
        answered(step(1, "Is it on?", StepKind::Question, "start"), VerdictKind::Answered, Some("Yes"), None),
        answered(
            step(2, "Restart the spooler", StepKind::Action, "restart"),
            VerdictKind::DidNotWork,
            None,
            Some("still red"),
        ),
    ]
}

fn new(reason: &str, target: Option<UserId>) -> NewHandoff {
    NewHandoff { id: id(900), intent: HandoffIntent::Escalate, reason: reason.into(), target_user_id: target }
}

fn escalated() -> (AiSession, Handoff) {
    let mut session = session();
    let case = Case { session: &session, steps: &[], fixes: &[], signatures: &[] };
    let snapshot = HandoffSnapshot::of(&case);
    let handoff = new(" No rights ", None).made(&mut session, snapshot, &eli(), at(10));
    (session, handoff)
}

fn claimed() -> (AiSession, Handoff) {
    let (mut session, handoff) = escalated();
    let by = cora().user_id;
    let handoff =
        Handoff { status: HandoffStatus::Claimed, claimed_by: Some(by), claimed_at: Some(at(20)), ..handoff };
    handoff.taken_over(&mut session, by, at(20));
    (session, handoff)
}

#[test]
fn every_bad_request_has_its_own_code() {
    let me = eli();
    let park = NewHandoff { intent: HandoffIntent::Park, ..new("Later", Some(cora().user_id)) };
    for (new, code) in [
        (new(" \n", None), "validation_failed"),
        (park, "park_takes_no_target"),
        (new("No rights", Some(me.user_id)), "handoff_to_self"),
    ] {
        assert_eq!(new.check(&me).unwrap_err().code.name, code);
    }
    assert_eq!(check_target(None).unwrap_err().code.name, "handoff_target_not_found");
    assert_eq!(check_target(Some(Role::Viewer)).unwrap_err().code.name, "handoff_target_cannot_work");
    assert!(check_target(Some(Role::Engineer)).is_ok());
}

#[test]
fn an_escalation_flips_the_session_once() {
    let (session, handoff) = escalated();
    assert_eq!(session.status, AiSessionStatus::Escalated);
    assert_eq!(session.escalation_reason.as_deref(), Some("No rights"));
    assert_eq!(handoff.assessment_status, AssessmentStatus::Pending);
    let again = new("Again", None).check_session(&session, &eli()).unwrap_err();
    assert_eq!(again.code.name, "already_escalated");
    let mut paused = super::tests::session();
    paused.status = AiSessionStatus::Paused;
    assert!(new("Again", None).check_session(&paused, &eli()).is_ok());
    let park = NewHandoff { intent: HandoffIntent::Park, ..new("Later", None) };
    assert_eq!(park.check_session(&paused, &eli()).unwrap_err().code.name, "ai_session_paused");
    assert_eq!(
        new("x", None).check_session(&paused, &cora()).unwrap_err().code.name,
        "ai_session_access_denied"
    );
}

#[test]
fn who_made_it_cannot_take_it_and_who_takes_it_works_it() {
    let (_, handoff) = escalated();
    assert_eq!(handoff.check_claimer(&eli()).unwrap_err().code.name, "handoff_is_own");
    assert!(handoff.check_claimer(&cora()).is_ok());
    let (session, _) = claimed();
    assert_eq!((session.status, session.escalated_to_id), (AiSessionStatus::Active, Some(cora().user_id)));
    assert_eq!(session.picked_up_by, Some(cora().user_id));
    assert!(session.require_worker(&cora()).is_ok());
    assert!(session.require_reader(&actor(12, Role::Owner)).is_err(), "taken: no longer everybody's");
}

#[test]
fn a_claimed_one_is_put_back_and_a_waiting_one_taken_back() {
    let (mut session, mut handoff) = claimed();
    let stranger = actor(12, Role::Engineer);
    let refused = handoff.release(&mut session, None, &stranger, at(30)).unwrap_err();
    assert_eq!(refused.code.name, "handoff_access_denied");
    let refused = handoff.release(&mut session, None, &eli(), at(30)).unwrap_err();
    assert_eq!(refused.code.name, "handoff_access_denied", "it is the claimer's now");
    assert_eq!(handoff.release(&mut session, None, &cora(), at(30)).unwrap(), Release::Waiting);
    assert_eq!((session.status, session.escalated_to_id), (AiSessionStatus::Escalated, None));
    assert_eq!(session.picked_up_by, None, "put back");
    assert_eq!(handoff.release(&mut session, None, &eli(), at(40)).unwrap(), Release::TakenBack);
    assert_eq!((session.status, handoff.status), (AiSessionStatus::Active, HandoffStatus::Released));
    let again = handoff.release(&mut session, None, &eli(), at(50)).unwrap_err();
    assert_eq!(again.code.name, "handoff_not_claimable");
}

#[test]
fn a_manager_gives_it_to_somebody_else_but_not_to_who_made_it() {
    let (mut session, mut handoff) = claimed();
    let to = actor(12, Role::Engineer).user_id;
    assert_eq!(
        handoff.assign(&mut session, to, &eli(), at(30)).unwrap_err().code.name,
        "handoff_access_denied"
    );
    let tess = actor(13, Role::TeamAdmin);
    let own = handoff.assign(&mut session, eli().user_id, &tess, at(30)).unwrap_err();
    assert_eq!(own.code.name, "handoff_to_self");
    handoff.assign(&mut session, to, &tess, at(30)).unwrap();
    assert_eq!((handoff.status, handoff.claimed_by), (HandoffStatus::Waiting, None));
    assert_eq!(session.escalated_to_id, Some(to));
}

#[test]
fn a_snapshot_has_what_was_tried_and_seen() {
    let mut session = session();
    let said = |text: &str| Message {
        id: id(800),
        role: MessageRole::Engineer,
        text: text.into(),
        step_order: None,
        by: None,
        engine: None,
        at: at(1),
    };
    session.conversation_messages = vec![said("No prints"), said("The LED blinks red")];
    let mut steps = worked();
    steps.push(AiStep {
        withdrawn: true,
        ..answered(step(3, "Withdrawn", StepKind::Action, "plug"), VerdictKind::Worked, None, None)
    });
    steps.push(step(4, "Open", StepKind::Question, "works"));
    let fixes = [fix("Replicate", FixStatus::AppliedPending)];
    let signatures = [KnownSignature { code: "0x80070005".into(), meaning: Some("Access denied".into()) }];
    let case = Case { session: &session, steps: &steps, fixes: &fixes, signatures: &signatures };
    let snapshot = HandoffSnapshot::of(&case);
    let titles: Vec<&str> = snapshot.tried.iter().map(|tried| tried.title.as_str()).collect();
    assert_eq!((titles.as_slice(), snapshot.steps_on_record), (&["Is it on?", "Restart the spooler"][..], 2));
    assert_eq!(
        snapshot.seen,
        [
            "0x80070005: Access denied",
            "Is it on? Yes",
            "Restart the spooler: still red",
            "The LED blinks red"
        ]
    );
    assert_eq!(snapshot.pending_fix.unwrap().awaiting.as_deref(), Some("AD replication"));
}

#[test]
fn a_pending_fix_leads_and_the_flow_follows() {
    let session = session();
    let steps = worked();
    let fixes =
        [fix("Free the queue", FixStatus::AppliedPartial), fix("Replicate", FixStatus::AppliedPending)];
    let signatures = [KnownSignature { code: "0x80070005".into(), meaning: Some("Access denied".into()) }];
    let case = Case { session: &session, steps: &steps, fixes: &fixes, signatures: &signatures };
    let structure = flow();
    let flow = MatchedFlow { id: id::<TreeId>(3), name: "Printer", structure: &structure };
    let assessment = assess(&case, Some(flow));
    let causes: Vec<&str> = assessment.likely.iter().map(|likely| likely.cause.as_str()).collect();
    let expected = [
        "“Replicate” is in place; nobody knows yet whether it holds.",
        "“Free the queue” helped in part: something else is wrong too.",
        "0x80070005: Access denied",
        "“Replace the driver of [printer name]” was not tried yet. The flow “Printer” leads there.",
        "“Plug it in” was not tried: the answers led the flow “Printer” elsewhere.",
    ];
    assert_eq!(causes, expected);
    assert_eq!(assessment.likely[0].evidence_for, ["Waiting for: AD replication"]);
    assert_eq!(assessment.likely[2].evidence_for, ["0x80070005 was reported."]);
    assert_eq!(assessment.likely[3].evidence_for, ["Is it on? Yes"]);
    assert_eq!(assessment.likely[4].evidence_against, ["Is it on? Yes"], "the answer led away from it");
    assert!(!causes.iter().any(|cause| cause.contains("Restart")), "that was done: {causes:?}");
    assert_eq!(assessment.suggested_steps[0], "See whether “Replicate” helped (AD replication).");
    assert_eq!(assessment.suggested_steps[1], "Replace the driver of [printer name]");
    let text = assessment.text();
    assert!(text.contains("Against: Is it on? Yes") && text.contains("1. See whether"), "{text}");
    assert_eq!(assess(&case, Some(flow)), assessment, "the same case, the same words");
}

#[test]
fn with_nothing_on_record_it_asks_and_claims_nothing() {
    let session = session();
    let case = Case { session: &session, steps: &[], fixes: &[], signatures: &[] };
    let assessment = assess(&case, None);
    assert_eq!(assessment.likely, []);
    assert!(assessment.suggested_steps.iter().all(|step| step.starts_with("Ask: ")), "{assessment:?}");
    assert!(assessment.text().starts_with("Nothing on record points to a cause yet."));
}

#[test]
fn a_briefing_tells_all_that_matters_and_how_it_goes_on() {
    let session = session();
    let steps = worked();
    let case = Case { session: &session, steps: &steps, fixes: &[], signatures: &[] };
    let structure = flow();
    let flow = MatchedFlow { id: id::<TreeId>(3), name: "Printer", structure: &structure };
    let data = assess(&case, Some(flow));
    let handoff = Handoff {
        snapshot: HandoffSnapshot::of(&case),
        assessment_status: AssessmentStatus::Ready,
        ai_assessment_data: Some(data),
        ..escalated().1
    };
    let briefing = |mode| Briefing { handoff: &handoff, from: "Eli", mode };
    let text = briefing(ResumeMode::Continue).text();
    for part in [
        "**Eli** handed this over: No rights",
        "The label printer does not print",
        "Ticket: 100",
        "Restart the spooler: did not help (still red)",
        "Is it on? Yes",
        "Replace the driver",
        "You go on where the conversation stands.",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(briefing(ResumeMode::Fresh).text().contains("You start over from what came in"));
    let step = briefing(ResumeMode::Fresh).step((id(1), id(2)), 3, cora().user_id, at(30));
    assert!(step.is_briefing() && !step.is_open());
    assert_eq!(step.answer.unwrap().label.as_deref(), Some("Start fresh"));
    let pending =
        Handoff { ai_assessment_data: None, assessment_status: AssessmentStatus::Pending, ..handoff };
    let text = Briefing { handoff: &pending, from: "Eli", mode: ResumeMode::Continue }.text();
    assert!(text.contains("The assessment is still being made."), "{text}");
}

#[test]
fn the_score_rises_with_what_is_on_record_and_never_refuses() {
    let session = session();
    let nothing = Case { session: &session, steps: &[], fixes: &[], signatures: &[] };
    let empty = quality_of(&nothing, "");
    assert_eq!(empty.score, 0);
    assert!(empty.asks.iter().any(|ask| ask.key == "printer"), "asks of the domain: {empty:?}");
    let steps = worked();
    let tried = Case { steps: &steps, ..nothing };
    let some = quality_of(&tried, "");
    assert!(some.score > 0 && some.score < 100, "{some:?}");
    let reason = "Since yesterday the label printer prints for nobody in the office, also no test page. The driver was \
                  updated before. I have no rights on the print server.";
    let full = quality_of(&tried, reason);
    assert_eq!(full.score, 100, "{full:?}");
    let other = Quality::in_domain(Some("backup"), &tried, "");
    assert!(other.asks.iter().any(|ask| ask.key == "last_good"), "{other:?}");
}

#[test]
fn numbers_are_medians_of_what_was_measured() {
    let (_, handoff) = escalated();
    let fact = |claimed: Option<i64>, resolved: bool, by: u128| EscalationFacts {
        claimed_by: claimed.map(|_| id(by)),
        claimed_at: claimed.map(at),
        first_action_at: claimed.map(|seconds| at(seconds + 7)),
        repeated_steps: 1,
        closed_at: resolved.then(|| at(1_000)),
        resolved,
        created_at: at(0),
        ..EscalationFacts::of(&handoff)
    };
    let facts = [
        fact(None, false, 11),
        fact(Some(10), true, 11),
        fact(Some(30), false, 12),
        fact(Some(20), true, 11),
    ];
    let numbers = EscalationNumbers::of(&facts);
    assert_eq!((numbers.volume, numbers.claimed, numbers.resolved_after_pickup), (4, 3, 2));
    assert_eq!(numbers.median_time_to_claim_seconds, Some(20));
    assert_eq!(numbers.median_time_to_first_action_seconds, Some(7));
    assert_eq!(numbers.median_time_to_resolve_seconds, Some(985), "of 990 and 980");
    assert_eq!(numbers.repeated_steps, 4);
    let none = EscalationNumbers::of(&[]);
    assert_eq!((none.volume, none.median_time_to_claim_seconds), (0, None));
    let by = EscalationNumbers::by(&facts, |fact| fact.claimed_by);
    let volumes: Vec<(UserId, u64)> = by.iter().map(|group| (group.key, group.numbers.volume)).collect();
    assert_eq!(volumes, [(id(11), 2), (id(12), 1)], "what nobody took has no claimer");
}

#[test]
fn what_was_tried_before_and_is_tried_again_is_counted() {
    let session = session();
    let steps = worked();
    let case = Case { session: &session, steps: &steps, fixes: &[], signatures: &[] };
    let mut handoff = Handoff { snapshot: HandoffSnapshot::of(&case), ..claimed().1 };
    handoff.note_action(None, at(30));
    handoff.note_action(Some("Restart the spooler"), at(40));
    handoff.note_action(Some("Replace the driver"), at(50));
    assert_eq!((handoff.first_action_at, handoff.repeated_steps), (Some(at(30)), 1));
}

#[test]
fn the_older_package_carries_the_same() {
    let (_, handoff) = escalated();
    let package = escalation_package(&handoff);
    assert_eq!(package["handoff_id"], json!(handoff.id));
    assert_eq!((&package["hypotheses"], &package["picked_up_by"]), (&json!([]), &json!(null)));
}
