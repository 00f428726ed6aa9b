//! Conversations with the copilot: kept whole, changed by revision, listed by when something last happened.

use futures_util::future::join_all;
use rf_kernel::{Page, Revision};
use rf_sessions::ai::{
    AiSession, AiSessionCursor, AiSessionFilter, AiSessionStatus, AiSessionUpdateOutcome, AiStep, Answer,
    ConfidenceTier, EngineNote, FixStatus, IntakeContent, IntakeType, Message, MessageRole, SuggestedFix,
    VerdictKind,
};
use rf_store::{Access, Store};
use serde_json::json;

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint, system_read};

/// With everything there is.
fn full(tenant: &Tenant, flow: rf_kernel::TreeId) -> AiSession {
    AiSession {
        team_id: Some(tenant.team.id),
        intake_type: IntakeType::Combined,
        intake: IntakeContent {
            text: Some("Häuser druckt nicht \u{0} mehr".into()),
            image_urls: vec!["/uploads/1".into()],
            log_content: Some("0x80070005".into()),
            ticket_data: Some(json!({ "id": 100, "board": null })),
        },
        title: Some("Printer".into()),
        problem_summary: Some("It does not print".into()),
        problem_domain: Some("printing".into()),
        status: AiSessionStatus::Escalated,
        confidence_tier: ConfidenceTier::Guided,
        confidence_score: 0.875,
        confidence_reasons: vec!["“printer” is in its name".into()],
        matched_flow_id: Some(flow),
        match_score: Some(0.9375),
        psa_ticket_id: Some("100".into()),
        client_name: Some("Häuser".into()),
        resolution_summary: Some("Restarted".into()),
        resolution_action: Some("Restart the spooler".into()),
        escalation_reason: Some("No rights".into()),
        escalation_package: Some(json!({ "steps_tried": [1, 2.5], "hypotheses": [] })),
        escalated_to_id: Some(tenant.colleague.id),
        picked_up_by: Some(tenant.user.id),
        guided_session_id: Some(fx::id()),
        session_rating: Some(4),
        session_feedback: Some("Gut".into()),
        total_input_tokens: 1_200,
        total_output_tokens: 300,
        step_count: 3,
        engine: "offline".into(),
        system_prompt_snapshot: Some("You are".into()),
        engine_state: json!({ "asked": ["a"] }),
        conversation_messages: vec![Message {
            id: fx::id(),
            role: MessageRole::Engineer,
            text: "Hello 🕒".into(),
            step_order: Some(1),
            by: Some(tenant.user.id),
            engine: Some(EngineNote::offline(Some("Überlastet".into()))),
            at: fx::at(70),
        }],
        turn: 4,
        updated_at: fx::at(90),
        resolved_at: Some(fx::at(91)),
        revision: Revision(7),
        ..fx::ai_session(tenant)
    }
}

async fn keep(store: &dyn Store, tenant: &Tenant, sessions: &[&AiSession]) {
    let mut unit = tenant.write(store).await;
    for session in sessions {
        unit.insert_ai_session(session).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn look(store: &dyn Store, tenant: &Tenant, session: &AiSession) -> Option<AiSession> {
    tenant.read(store).await.ai_session_by_id(tenant.id(), session.id).await.unwrap()
}

/// With nothing optional and with everything.
pub async fn ai_sessions_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let flow = fx::tree(&tenant, "Printer");
    tenant.keep_trees(store, &[&flow]).await;
    let (bare, full) = (fx::ai_session(&tenant), full(&tenant, flow.id));
    keep(store, &tenant, &[&bare, &full]).await;
    assert_eq!(look(store, &tenant, &bare).await, Some(bare.clone()));
    assert_eq!(look(store, &tenant, &full).await, Some(full));
    assert_eq!(look(store, &tenant, &fx::ai_session(&tenant)).await, None);
    assert_constraint(tenant.write(store).await.insert_ai_session(&bare).await, "pk_ai_sessions");
}

/// `fk_ai_sessions_user`, `…_team`, `…_flow`, `…_escalated_to`, `ck_ai_sessions_rating`; an update may not smuggle.
pub async fn an_ai_session_names_what_is_there(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = fx::ai_session(&tenant);
    keep(store, &tenant, &[&session]).await;
    let strays = [
        (AiSession { user_id: other.user.id, ..session.clone() }, "fk_ai_sessions_user"),
        (AiSession { team_id: Some(other.team.id), ..session.clone() }, "fk_ai_sessions_team"),
        (AiSession { matched_flow_id: Some(fx::id()), ..session.clone() }, "fk_ai_sessions_flow"),
        (
            AiSession { escalated_to_id: Some(other.user.id), ..session.clone() },
            "fk_ai_sessions_escalated_to",
        ),
        (AiSession { session_rating: Some(6), ..session.clone() }, "ck_ai_sessions_rating"),
    ];
    for (stray, name) in strays {
        let mut unit = tenant.write(store).await;
        assert_constraint(unit.update_ai_session(tenant.id(), &stray, session.revision).await, name);
        drop(unit);
        let new = AiSession { id: fx::id(), ..stray };
        assert_constraint(tenant.write(store).await.insert_ai_session(&new).await, name);
    }
}

/// Every field that can change; of two writers who saw the same, one.
pub async fn an_ai_session_update_is_kept_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let flow = fx::tree(&tenant, "Printer");
    tenant.keep_trees(store, &[&flow]).await;
    let session = fx::ai_session(&tenant);
    keep(store, &tenant, &[&session]).await;
    let next = AiSession { id: session.id, revision: Revision(2), ..full(&tenant, flow.id) };
    let outcomes = join_all((0..4).map(async |_| {
        let mut unit = tenant.write(store).await;
        let outcome = unit.update_ai_session(tenant.id(), &next, session.revision).await.unwrap();
        unit.commit().await.unwrap();
        outcome
    }))
    .await;
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count(AiSessionUpdateOutcome::Updated), count(AiSessionUpdateOutcome::Stale)), (1, 3));
    let kept = AiSession { guided_session_id: None, created_at: session.created_at, ..next.clone() };
    assert_eq!(look(store, &tenant, &session).await, Some(kept));
    let mut unit = tenant.write(store).await;
    let unknown = fx::ai_session(&tenant);
    let outcome = unit.update_ai_session(tenant.id(), &unknown, unknown.revision).await.unwrap();
    assert_eq!(outcome, AiSessionUpdateOutcome::NotFound);
}

/// One conversation goes on from a guided session, and is found by it in its account alone; `uq_ai_sessions_guided`.
/// Where it goes on from never changes.
pub async fn an_ai_session_goes_on_from_one_guided_session(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let guided = fx::id();
    let from = |tenant: &Tenant| AiSession { guided_session_id: Some(guided), ..fx::ai_session(tenant) };
    let (session, foreign) = (from(&tenant), from(&other));
    keep(store, &tenant, &[&session, &fx::ai_session(&tenant), &fx::ai_session(&tenant)]).await;
    keep(store, &other, &[&foreign]).await;
    let second = from(&tenant);
    assert_constraint(tenant.write(store).await.insert_ai_session(&second).await, "uq_ai_sessions_guided");
    let mut unit = tenant.write(store).await;
    let moved = AiSession { guided_session_id: Some(fx::id()), revision: Revision(2), ..session.clone() };
    unit.update_ai_session(tenant.id(), &moved, session.revision).await.unwrap();
    unit.commit().await.unwrap();
    for (tenant, session) in [(&tenant, &session), (&other, &foreign)] {
        let mut unit = tenant.read(store).await;
        assert_eq!(unit.ai_session_of_guided(tenant.id(), guided).await.unwrap(), Some(session.id));
        assert_eq!(unit.ai_session_of_guided(tenant.id(), fx::id()).await.unwrap(), None);
    }
    let mut unit = other.read(store).await;
    assert_eq!(unit.ai_session_of_guided(tenant.id(), guided).await.unwrap(), None, "the wall");
}

/// By person, whether theirs or taken over, and by status; a walk shows each once.
pub async fn ai_sessions_are_listed_by_what_happened_last(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let made = |seconds, status, to| AiSession {
        updated_at: fx::at(seconds),
        status,
        escalated_to_id: to,
        ..fx::ai_session(&tenant)
    };
    let (active, paused) = (AiSessionStatus::Active, AiSessionStatus::Paused);
    let taken = Some(tenant.colleague.id);
    let sessions = [
        made(3, active, None),
        made(1, paused, None),
        made(2, active, taken),
        made(2, active, None),
        made(9, paused, None),
        // Handed over by whoever had taken it over: theirs to follow until somebody else has it.
        AiSession { picked_up_by: taken, ..made(8, AiSessionStatus::Escalated, None) },
    ];
    keep(store, &tenant, &sessions.each_ref()).await;
    let mut by_place: Vec<_> = sessions.iter().collect();
    by_place.sort_by_key(|session| std::cmp::Reverse((session.updated_at, session.id)));
    let ids = |list: &[&AiSession]| list.iter().map(|session| session.id).collect::<Vec<_>>();
    let listed = async |filter: AiSessionFilter, after, page| {
        let mut unit = tenant.read(store).await;
        let listed = unit.list_ai_sessions(tenant.id(), &filter, after, page).await.unwrap();
        listed.into_iter().map(|summary| (summary.id, summary.updated_at)).collect::<Vec<_>>()
    };
    let found = |listed: &[(rf_kernel::AiSessionId, rf_kernel::Timestamp)]| {
        listed.iter().map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let of = |person| AiSessionFilter { person: Some(person), ..AiSessionFilter::default() };
    assert_eq!(found(&listed(of(tenant.user.id), None, ALL).await), ids(&by_place));
    let theirs = found(&listed(of(tenant.colleague.id), None, ALL).await);
    assert_eq!(theirs, [sessions[5].id, sessions[2].id]);
    let only = AiSessionFilter { statuses: vec![paused], ..of(tenant.user.id) };
    assert_eq!(found(&listed(only, None, ALL).await), [sessions[4].id, sessions[1].id]);
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let page = listed(of(tenant.user.id), after, Page { skip: 0, limit: 2 }).await;
        let Some((id, updated_at)) = page.last().copied() else { break };
        after = Some(AiSessionCursor { updated_at, id });
        walked.extend(found(&page));
    }
    assert_eq!(walked, ids(&by_place));
}

/// The active ones nothing has happened to since before then, of every account a system unit sees; of one's own alone
/// in a unit of an account.
pub async fn ai_sessions_left_alone_are_abandoned(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let made = |tenant: &Tenant, seconds, status| AiSession {
        updated_at: fx::at(seconds),
        status,
        ..fx::ai_session(tenant)
    };
    let (active, paused) = (AiSessionStatus::Active, AiSessionStatus::Paused);
    let own = [
        made(&tenant, 69, active),
        made(&tenant, 70, active),
        made(&tenant, 69, paused),
        made(&tenant, 69, AiSessionStatus::Escalated),
    ];
    let foreign = made(&other, 69, active);
    keep(store, &tenant, &own.each_ref()).await;
    keep(store, &other, &[&foreign]).await;
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.abandon_ai_sessions(fx::at(70)).await.unwrap(), 1);
    unit.commit().await.unwrap();
    let left =
        AiSession { status: AiSessionStatus::Abandoned, revision: own[0].revision.next(), ..own[0].clone() };
    assert_eq!(look(store, &tenant, &own[0]).await, Some(left));
    for session in &own[1..] {
        assert_eq!(look(store, &tenant, session).await.as_ref(), Some(session));
    }
    assert_eq!(look(store, &other, &foreign).await.as_ref(), Some(&foreign));
    let mut unit = fx::system(store).await;
    assert_eq!(unit.abandon_ai_sessions(fx::at(70)).await.unwrap(), 1);
    unit.commit().await.unwrap();
    assert_eq!(look(store, &other, &foreign).await.map(|kept| kept.status), Some(AiSessionStatus::Abandoned));
}

/// In order; an answer and a withdrawal are kept, what was proposed stays.
pub async fn ai_steps_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::ai_session(&tenant);
    keep(store, &tenant, &[&session]).await;
    let (first, second) = (fx::ai_step(&session, 1), fx::ai_step(&session, 2));
    let mut unit = tenant.write(store).await;
    for step in [&second, &first] {
        unit.insert_ai_step(tenant.id(), step).await.unwrap();
    }
    unit.commit().await.unwrap();
    let answer = Answer {
        entry_id: fx::id(),
        kind: VerdictKind::Answered,
        option_id: Some("yes".into()),
        label: Some("Ja".into()),
        reason: None,
        notes: Some("sie druckt".into()),
        at: fx::at(80),
        by: tenant.user.id,
    };
    let answered = AiStep { answer: Some(answer), withdrawn: true, ..first.clone() };
    let mut other = answered.clone();
    other.proposal.title = "Something else".into();
    let mut unit = tenant.write(store).await;
    assert!(unit.update_ai_step(tenant.id(), &other).await.unwrap());
    assert!(!unit.update_ai_step(tenant.id(), &fx::ai_step(&session, 3)).await.unwrap());
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.ai_steps(tenant.id(), session.id).await.unwrap(), [answered, second]);
    for (stray, name) in [
        (AiStep { step_order: 9, ..first.clone() }, "pk_ai_session_steps"),
        (fx::ai_step(&session, 1), "uq_ai_session_steps_order"),
        (fx::ai_step(&fx::ai_session(&tenant), 1), "fk_ai_session_steps_session"),
    ] {
        let mut unit = tenant.write(store).await;
        assert_constraint(unit.insert_ai_step(tenant.id(), &stray).await, name);
    }
}

/// Oldest first; an outcome is kept; those due are the person's that wait, soonest first.
pub async fn fixes_round_trip_and_fall_due(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mine = fx::ai_session(&tenant);
    let theirs = AiSession { user_id: tenant.colleague.id, ..fx::ai_session(&tenant) };
    keep(store, &tenant, &[&mine, &theirs]).await;
    let waiting = |session, seconds, due| SuggestedFix {
        status: FixStatus::AppliedPending,
        pending_reason: Some("AD replication".into()),
        due_at: Some(fx::at(due)),
        applied_at: Some(fx::at(seconds)),
        ..fx::fix(session, seconds)
    };
    let (late, soon, open) = (waiting(&mine, 1, 90), waiting(&mine, 2, 80), fx::fix(&mine, 3));
    let not_mine = waiting(&theirs, 4, 70);
    let mut unit = tenant.write(store).await;
    for fix in [&late, &soon, &open, &not_mine] {
        unit.insert_fix(tenant.id(), fix).await.unwrap();
    }
    unit.commit().await.unwrap();
    let due = async |by| {
        let mut unit = tenant.read(store).await;
        unit.fixes_due(tenant.id(), tenant.user.id, fx::at(by), ALL).await.unwrap()
    };
    assert_eq!(due(90).await, [soon.clone(), late.clone()]);
    assert_eq!(due(89).await, std::slice::from_ref(&soon));
    let fixed = SuggestedFix {
        status: FixStatus::AppliedPartial,
        pending_reason: None,
        due_at: None,
        partial_notes: Some("half".into()),
        verified_at: Some(fx::at(95)),
        updated_at: fx::at(95),
        ..soon.clone()
    };
    let mut unit = tenant.write(store).await;
    assert!(unit.update_fix(tenant.id(), &fixed).await.unwrap());
    assert!(!unit.update_fix(tenant.id(), &fx::fix(&mine, 5)).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(due(90).await, std::slice::from_ref(&late));
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.fixes_of(tenant.id(), mine.id).await.unwrap(), [late, fixed, open.clone()]);
    assert_constraint(tenant.write(store).await.insert_fix(tenant.id(), &open).await, "pk_suggested_fixes");
    let stray = fx::fix(&fx::ai_session(&tenant), 6);
    assert_constraint(
        tenant.write(store).await.insert_fix(tenant.id(), &stray).await,
        "fk_suggested_fixes_session",
    );
}

/// Neither seen nor changed, by naming one's own tenant or the owner.
pub async fn ai_sessions_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = fx::ai_session(&owner);
    let (step, fix) = (fx::ai_step(&session, 1), fx::fix(&session, 61));
    let fix = SuggestedFix {
        status: FixStatus::AppliedPending,
        pending_reason: Some("sync".into()),
        due_at: Some(fx::at(1)),
        ..fix
    };
    let mut unit = owner.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.insert_ai_step(owner.id(), &step).await.unwrap();
    unit.insert_fix(owner.id(), &fix).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.ai_session_by_id(tenant, session.id).await.unwrap(), None);
        let all = AiSessionFilter::default();
        assert_eq!(unit.list_ai_sessions(tenant, &all, None, ALL).await.unwrap(), []);
        assert_eq!(unit.ai_steps(tenant, session.id).await.unwrap(), []);
        assert_eq!(unit.fixes_of(tenant, session.id).await.unwrap(), []);
        assert_eq!(unit.fixes_due(tenant, owner.user.id, fx::at(99), ALL).await.unwrap(), []);
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.ai_session_for_update(tenant, session.id).await.unwrap(), None);
        let taken = AiSession { title: Some("taken".into()), ..session.clone() };
        let outcome = unit.update_ai_session(tenant, &taken, session.revision).await.unwrap();
        assert_eq!(outcome, AiSessionUpdateOutcome::NotFound);
        assert!(!unit.update_ai_step(tenant, &AiStep { withdrawn: true, ..step.clone() }).await.unwrap());
        let dismissed = SuggestedFix { status: FixStatus::Dismissed, ..fix.clone() };
        assert!(!unit.update_fix(tenant, &dismissed).await.unwrap());
        unit.commit().await.unwrap();
        assert!(
            store
                .begin(access)
                .await
                .unwrap()
                .insert_ai_step(tenant, &fx::ai_step(&session, 2))
                .await
                .is_err()
        );
        assert!(store.begin(access).await.unwrap().insert_fix(tenant, &fx::fix(&session, 62)).await.is_err());
    }
    let mut unit = system_read(store).await;
    assert_eq!(unit.ai_session_by_id(owner.id(), session.id).await.unwrap(), Some(session.clone()));
    assert_eq!(unit.ai_steps(owner.id(), session.id).await.unwrap(), [step]);
    assert_eq!(unit.fixes_of(owner.id(), session.id).await.unwrap(), [fix]);
}
