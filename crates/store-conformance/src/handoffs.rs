//! Conversations handed over: claimed by one, queued while they wait, counted when asked.

use futures_util::future::join_all;
use rf_handoff::{
    Assessment, AssessmentStatus, ClaimOutcome, EscalationCursor, EscalationFacts, EscalationFilter, Handoff,
    HandoffIntent, HandoffSnapshot, HandoffStatus, Hypothesis, PendingFix, TriedStep,
};
use rf_kernel::{HandoffId, Page};
use rf_sessions::ai::{AiSession, ConfidenceTier, VerdictKind};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint, system_read};

fn assessment(cause: &str) -> Assessment {
    Assessment {
        likely: vec![Hypothesis {
            cause: cause.into(),
            evidence_for: vec!["“Ja”".into()],
            evidence_against: vec![],
        }],
        suggested_steps: vec!["Ask 🕒".into()],
        engine: "offline".into(),
        summary: Some("Häuser \u{0}".into()),
        engine_reason: Some("fort".into()),
    }
}

/// With everything there is: taken, and fixed.
fn full(session: &AiSession, tenant: &Tenant) -> Handoff {
    Handoff {
        target_user_id: Some(tenant.colleague.id),
        snapshot: HandoffSnapshot {
            problem_summary: Some("Druckt nicht \u{0}".into()),
            problem_domain: Some("printing".into()),
            steps_on_record: 1,
            confidence_tier: ConfidenceTier::Guided,
            psa_ticket_id: Some("100".into()),
            client_name: Some("Häuser".into()),
            tried: vec![TriedStep {
                order: 1,
                title: "Restart".into(),
                verdict: VerdictKind::DidNotWork,
                note: Some("still".into()),
            }],
            seen: vec!["0x80070005".into()],
            pending_fix: Some(PendingFix {
                id: fx::id(),
                title: "Replicate".into(),
                awaiting: Some("AD".into()),
                due_at: Some(fx::at(99)),
            }),
        },
        documentation: Some("## Problem".into()),
        assessment_status: AssessmentStatus::Ready,
        ai_assessment: Some("- It".into()),
        ai_assessment_data: Some(assessment("It")),
        status: HandoffStatus::Closed,
        claimed_by: Some(tenant.colleague.id),
        claimed_at: Some(fx::at(80)),
        picked_up_at: Some(fx::at(81)),
        first_action_at: Some(fx::at(82)),
        repeated_steps: 2,
        reminders: 1,
        closed_at: Some(fx::at(90)),
        resolved: true,
        ..fx::handoff(session, 70)
    }
}

/// Keeps `count` conversations of the tenant.
async fn conversations(store: &dyn Store, tenant: &Tenant, count: usize) -> Vec<AiSession> {
    let sessions: Vec<AiSession> = (0..count).map(|_| fx::ai_session(tenant)).collect();
    let mut unit = tenant.write(store).await;
    for session in &sessions {
        unit.insert_ai_session(session).await.unwrap();
    }
    unit.commit().await.unwrap();
    sessions
}

async fn keep(store: &dyn Store, tenant: &Tenant, handoffs: &[&Handoff]) {
    let mut unit = tenant.write(store).await;
    for handoff in handoffs {
        unit.insert_handoff(handoff).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn look(store: &dyn Store, tenant: &Tenant, id: HandoffId) -> Option<Handoff> {
    tenant.read(store).await.handoff_by_id(tenant.id(), id).await.unwrap()
}

/// With nothing optional and with everything; newest first, those of one instant by id.
pub async fn handoffs_round_trip_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let sessions = conversations(store, &tenant, 2).await;
    let (full, bare) = (full(&sessions[0], &tenant), fx::handoff(&sessions[0], 70));
    let other = fx::handoff(&sessions[1], 75);
    keep(store, &tenant, &[&full, &bare, &other]).await;
    assert_eq!(look(store, &tenant, full.id).await.as_ref(), Some(&full));
    assert_eq!(look(store, &tenant, bare.id).await.as_ref(), Some(&bare));
    assert_eq!(look(store, &tenant, fx::id()).await, None);
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.handoffs_of(tenant.id(), sessions[0].id).await.unwrap(), [bare, full.clone()]);
    assert_eq!(unit.handoffs_of(tenant.id(), fx::id()).await.unwrap(), []);
    drop(unit);
    assert_constraint(tenant.write(store).await.insert_handoff(&full).await, "pk_handoffs");
}

/// `fk_handoffs_session`, `…_creator`, `…_target`, `…_claimer`, and what holds of every handoff.
pub async fn a_handoff_names_what_is_there(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = conversations(store, &tenant, 1).await.remove(0);
    let foreign = conversations(store, &other, 1).await.remove(0);
    let bare = fx::handoff(&session, 70);
    let claimed = Handoff { status: HandoffStatus::Claimed, claimed_at: Some(fx::at(80)), ..bare.clone() };
    for (stray, name) in [
        (Handoff { session_id: foreign.id, ..bare.clone() }, "fk_handoffs_session"),
        (Handoff { created_by: other.user.id, ..bare.clone() }, "fk_handoffs_creator"),
        (Handoff { target_user_id: Some(other.user.id), ..bare.clone() }, "fk_handoffs_target"),
        (Handoff { claimed_by: Some(other.user.id), ..claimed.clone() }, "fk_handoffs_claimer"),
        (Handoff { claimed_by: Some(tenant.user.id), ..claimed.clone() }, "ck_handoffs_not_own"),
        (claimed.clone(), "ck_handoffs_claim"),
        (
            Handoff { status: HandoffStatus::Waiting, claimed_by: Some(tenant.colleague.id), ..claimed },
            "ck_handoffs_claim",
        ),
        (
            Handoff {
                intent: HandoffIntent::Park,
                target_user_id: Some(tenant.colleague.id),
                ..bare.clone()
            },
            "ck_handoffs_park_target",
        ),
    ] {
        assert_constraint(tenant.write(store).await.insert_handoff(&stray).await, name);
    }
    keep(store, &tenant, &[&bare]).await;
    let stray = Handoff { target_user_id: Some(other.user.id), ..bare };
    let mut unit = tenant.write(store).await;
    let kept = unit.update_handoff(tenant.id(), &stray, HandoffStatus::Waiting).await;
    assert_constraint(kept, "fk_handoffs_target");
}

/// `uq_handoffs_waiting`: of a conversation; what is over, and what was only put aside, does not count.
pub async fn a_session_waits_for_one_person_at_a_time(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = conversations(store, &tenant, 1).await.remove(0);
    let first = fx::handoff(&session, 70);
    let over =
        Handoff { status: HandoffStatus::Released, closed_at: Some(fx::at(71)), ..fx::handoff(&session, 60) };
    let parked = Handoff { intent: HandoffIntent::Park, ..fx::handoff(&session, 65) };
    keep(store, &tenant, &[&first, &over, &parked]).await;
    let second = fx::handoff(&session, 75);
    assert_constraint(tenant.write(store).await.insert_handoff(&second).await, "uq_handoffs_waiting");
    let mut unit = tenant.write(store).await;
    let back = Handoff { status: HandoffStatus::Waiting, closed_at: None, ..over };
    let kept = unit.update_handoff(tenant.id(), &back, HandoffStatus::Released).await;
    assert_constraint(kept, "uq_handoffs_waiting");
}

/// The others learn who and since when.
pub async fn of_simultaneous_claimers_one_wins(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = conversations(store, &tenant, 1).await.remove(0);
    let handoff = fx::handoff(&session, 70);
    keep(store, &tenant, &[&handoff]).await;
    let people: Vec<_> = (0..6).map(|_| fx::user(tenant.id())).collect();
    let mut unit = tenant.write(store).await;
    for person in &people {
        unit.insert_user(person).await.unwrap();
    }
    unit.commit().await.unwrap();
    let claims = (80..).zip(&people).map(async |(seconds, person)| {
        let mut unit = tenant.write(store).await;
        let outcome = unit.claim_handoff(tenant.id(), handoff.id, person.id, fx::at(seconds)).await.unwrap();
        unit.commit().await.unwrap();
        (person.id, seconds, outcome)
    });
    let outcomes = join_all(claims).await;
    let won: Vec<_> = outcomes.iter().filter(|(.., outcome)| *outcome == ClaimOutcome::Won).collect();
    let [(winner, seconds, _)] = won[..] else { panic!("one wins: {outcomes:?}") };
    for (person, _, outcome) in outcomes.iter().filter(|(person, ..)| person != winner) {
        let told = ClaimOutcome::AlreadyClaimed { by: *winner, at: fx::at(*seconds) };
        assert_eq!(*outcome, told, "{person}");
    }
    let kept = look(store, &tenant, handoff.id).await.unwrap();
    assert_eq!((kept.claimed_by, kept.claimed_at), (Some(*winner), Some(fx::at(*seconds))));
}

/// By whoever did not make it; asked again by the winner it says so.
pub async fn a_handoff_is_claimed_by_another_while_it_waits(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let sessions = conversations(store, &tenant, 3).await;
    let (by, at) = (tenant.colleague.id, fx::at(80));
    let waiting = fx::handoff(&sessions[0], 70);
    let released = Handoff { status: HandoffStatus::Released, ..fx::handoff(&sessions[1], 70) };
    let parked = Handoff { intent: HandoffIntent::Park, ..fx::handoff(&sessions[2], 70) };
    keep(store, &tenant, &[&waiting, &released, &parked]).await;
    let mut unit = tenant.write(store).await;
    for (id, by, expected) in [
        (waiting.id, tenant.user.id, ClaimOutcome::NotClaimable),
        (released.id, by, ClaimOutcome::NotClaimable),
        (parked.id, by, ClaimOutcome::NotClaimable),
        (fx::id(), by, ClaimOutcome::NotFound),
        (waiting.id, by, ClaimOutcome::Won),
        (waiting.id, by, ClaimOutcome::AlreadyClaimed { by, at }),
    ] {
        assert_eq!(unit.claim_handoff(tenant.id(), id, by, at).await.unwrap(), expected);
    }
    unit.commit().await.unwrap();
    let claimed =
        Handoff { status: HandoffStatus::Claimed, claimed_by: Some(by), claimed_at: Some(at), ..waiting };
    assert_eq!(look(store, &tenant, claimed.id).await, Some(claimed));
}

/// What can change does, what was written at the start does not; where it stands otherwise, nothing.
pub async fn a_handoff_update_is_kept_where_it_was_expected(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = conversations(store, &tenant, 1).await.remove(0);
    let handoff = fx::handoff(&session, 70);
    keep(store, &tenant, &[&handoff]).await;
    let full = Handoff { id: handoff.id, ..full(&session, &tenant) };
    let mut unit = tenant.write(store).await;
    assert!(!unit.update_handoff(tenant.id(), &full, HandoffStatus::Claimed).await.unwrap());
    assert!(unit.update_handoff(tenant.id(), &full, HandoffStatus::Waiting).await.unwrap());
    let unknown = fx::handoff(&session, 70);
    assert!(!unit.update_handoff(tenant.id(), &unknown, HandoffStatus::Waiting).await.unwrap());
    unit.commit().await.unwrap();
    let kept = Handoff {
        snapshot: handoff.snapshot,
        documentation: None,
        assessment_status: AssessmentStatus::Pending,
        ai_assessment: None,
        ai_assessment_data: None,
        ..full
    };
    assert_eq!(look(store, &tenant, kept.id).await, Some(kept));
}

/// One that came too late is kept all the same; one that is there stays.
pub async fn an_assessment_is_kept_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = conversations(store, &tenant, 1).await.remove(0);
    let handoff = fx::handoff(&session, 70);
    keep(store, &tenant, &[&handoff]).await;
    let (ready, unavailable) = (AssessmentStatus::Ready, AssessmentStatus::Unavailable);
    let data = assessment("It");
    let mut unit = tenant.write(store).await;
    assert!(unit.keep_assessment(tenant.id(), handoff.id, unavailable, None, None).await.unwrap());
    assert!(unit.keep_assessment(tenant.id(), handoff.id, ready, Some("It"), Some(&data)).await.unwrap());
    assert!(!unit.keep_assessment(tenant.id(), handoff.id, unavailable, None, None).await.unwrap());
    assert!(!unit.keep_assessment(tenant.id(), fx::id(), ready, None, None).await.unwrap());
    unit.commit().await.unwrap();
    let kept = Handoff {
        assessment_status: ready,
        ai_assessment: Some("It".into()),
        ai_assessment_data: Some(data),
        ..handoff
    };
    assert_eq!(look(store, &tenant, kept.id).await, Some(kept));
}

/// By each filter, and as a walk that shows each once.
pub async fn the_queue_holds_what_waits_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let sessions = conversations(store, &tenant, 6).await;
    let mut handoffs: Vec<Handoff> =
        sessions.iter().zip([3, 1, 2, 2, 9, 9]).map(|(session, at)| fx::handoff(session, at)).collect();
    handoffs[1].snapshot.problem_domain = Some("printing".into());
    handoffs[2].created_by = tenant.colleague.id;
    handoffs[4].intent = HandoffIntent::Park;
    handoffs[5].status = HandoffStatus::Closed;
    keep(store, &tenant, &handoffs.iter().collect::<Vec<_>>()).await;
    let listed = async |filter: &EscalationFilter| {
        let mut unit = tenant.read(store).await;
        let mut walked: Vec<HandoffId> = Vec::new();
        let mut after = None;
        loop {
            let page = Page { skip: 0, limit: 2 };
            let found = unit.list_escalations(tenant.id(), filter, after, page).await.unwrap();
            let Some(last) = found.last() else { break };
            after = Some(EscalationCursor { created_at: last.created_at, id: last.id });
            walked.extend(found.iter().map(|handoff| handoff.id));
        }
        assert_eq!(unit.count_escalations(tenant.id(), filter).await.unwrap(), walked.len() as u64);
        walked
    };
    let ids = |places: &[usize]| places.iter().map(|&at| handoffs[at].id).collect::<Vec<_>>();
    let all = EscalationFilter::default();
    assert_eq!(listed(&all).await, ids(&[0, 3, 2, 1]));
    let mine = tenant.user.id;
    let others = EscalationFilter { not_created_by: Some(mine), ..all.clone() };
    assert_eq!(listed(&others).await, ids(&[2]));
    let own = EscalationFilter { created_by: Some(mine), ..all.clone() };
    assert_eq!(listed(&own).await, ids(&[0, 3, 1]));
    let printing = EscalationFilter { domain: Some("printing".into()), ..all };
    assert_eq!(listed(&printing).await, ids(&[1]));
}

/// From an instant on and before another, oldest first; what was put aside does not count.
pub async fn escalations_of_a_time_are_counted(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let sessions = conversations(store, &tenant, 4).await;
    let early = fx::handoff(&sessions[0], 69);
    let first = full(&sessions[0], &tenant);
    let second = fx::handoff(&sessions[1], 75);
    let parked = Handoff { intent: HandoffIntent::Park, ..fx::handoff(&sessions[2], 75) };
    let late = fx::handoff(&sessions[3], 80);
    keep(store, &tenant, &[&late, &second, &first, &parked, &early]).await;
    let mut unit = tenant.read(store).await;
    let facts = unit.escalation_facts(tenant.id(), fx::at(70), fx::at(80), 100).await.unwrap();
    assert_eq!(facts, [EscalationFacts::of(&first), EscalationFacts::of(&second)]);
    let facts = unit.escalation_facts(tenant.id(), fx::at(70), fx::at(80), 1).await.unwrap();
    assert_eq!(facts, [EscalationFacts::of(&first)]);
}

/// Neither seen nor changed, by naming one's own tenant or the owner.
pub async fn handoffs_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = conversations(store, &owner, 1).await.remove(0);
    let handoff = fx::handoff(&session, 70);
    keep(store, &owner, &[&handoff]).await;
    let all = EscalationFilter::default();
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.handoff_by_id(tenant, handoff.id).await.unwrap(), None);
        assert_eq!(unit.handoffs_of(tenant, session.id).await.unwrap(), []);
        assert_eq!(unit.list_escalations(tenant, &all, None, ALL).await.unwrap(), []);
        assert_eq!(unit.count_escalations(tenant, &all).await.unwrap(), 0);
        assert_eq!(unit.escalation_facts(tenant, fx::at(0), fx::at(99), 10).await.unwrap(), []);
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        let claim = unit.claim_handoff(tenant, handoff.id, other.user.id, fx::at(80)).await.unwrap();
        assert_eq!(claim, ClaimOutcome::NotFound);
        let taken = Handoff { status: HandoffStatus::Closed, ..handoff.clone() };
        assert!(!unit.update_handoff(tenant, &taken, HandoffStatus::Waiting).await.unwrap());
        let ready = AssessmentStatus::Ready;
        assert!(!unit.keep_assessment(tenant, handoff.id, ready, Some("x"), None).await.unwrap());
        unit.commit().await.unwrap();
    }
    let mut unit = system_read(store).await;
    assert_eq!(unit.handoff_by_id(owner.id(), handoff.id).await.unwrap(), Some(handoff));
}
