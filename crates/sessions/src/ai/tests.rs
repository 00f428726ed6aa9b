use rf_auth_policy::{Actor, Role};
use rf_kernel::{AccountId, AiSessionId, AiStepId, EntryId, FixId, Timestamp, UserId};
use uuid::Uuid;

use super::*;
use crate::codes;

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000).unwrap().plus_seconds(second)
}

fn actor(n: u128) -> Actor {
    Actor {
        user_id: UserId(Uuid::from_u128(n)),
        account_id: AccountId(Uuid::from_u128(1)),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: "Eli".into(),
    }
}

fn begun() -> AiSession {
    let new = NewAiSession {
        id: AiSessionId(Uuid::from_u128(9)),
        intake_type: IntakeType::FreeText,
        intake: IntakeContent { text: Some("printer offline".into()), ..IntakeContent::default() },
        psa_ticket_id: None,
        client_name: None,
        engine: "offline".into(),
    };
    new.check().unwrap();
    new.begun(&actor(2), at(0))
}

fn fix() -> SuggestedFix {
    let new = NewFix { title: "Restart the spooler".into(), body: None, step_order: 1 };
    new.suggested(FixId(Uuid::from_u128(5)), AiSessionId(Uuid::from_u128(9)), at(0))
}

const fn outcome(status: FixStatus) -> FixOutcome {
    FixOutcome { status, pending_reason: None, due_at: None, notes: None }
}

fn pending(reason: &str) -> FixOutcome {
    FixOutcome { pending_reason: Some(reason.into()), ..outcome(FixStatus::AppliedPending) }
}

#[test]
fn the_tiers_lie_where_the_contract_has_them() {
    for (score, tier) in [
        (0.0, ConfidenceTier::Discovery),
        (0.399, ConfidenceTier::Discovery),
        (0.4, ConfidenceTier::Exploring),
        (0.8, ConfidenceTier::Exploring),
        (0.801, ConfidenceTier::Guided),
    ] {
        assert_eq!(ConfidenceTier::of(score), tier, "{score}");
    }
}

#[test]
fn a_paused_or_ended_session_takes_no_message_and_says_which_it_is() {
    let mut session = begun();
    session.pause(&actor(2), at(1)).unwrap();
    assert_eq!(session.require_active().unwrap_err().code, codes::AI_SESSION_PAUSED);
    assert_eq!(session.pause(&actor(2), at(1)).unwrap_err().code, codes::AI_SESSION_PAUSED);
    session.resume(&actor(2), at(2)).unwrap();
    session.require_active().unwrap();
    session.resolve("Spooler restarted.", None, &actor(2), at(3)).unwrap();
    assert_eq!(session.resolved_at, Some(at(3)));
    assert_eq!(session.require_active().unwrap_err().code, codes::AI_SESSION_CLOSED);
    assert_eq!(session.resume(&actor(2), at(4)).unwrap_err().code, codes::AI_SESSION_CLOSED);
}

#[test]
fn colleagues_work_it_only_once_it_is_theirs_and_read_it_while_it_waits() {
    let mut session = begun();
    assert_eq!(session.require_reader(&actor(3)).unwrap_err().code, codes::AI_SESSION_ACCESS_DENIED);
    session.status = AiSessionStatus::Escalated;
    session.require_reader(&actor(3)).unwrap();
    assert_eq!(session.require_worker(&actor(3)).unwrap_err().code, codes::AI_SESSION_ACCESS_DENIED);
    session.escalated_to_id = Some(actor(3).user_id);
    session.require_worker(&actor(3)).unwrap();
}

#[test]
fn a_turn_is_taken_by_whoever_saw_the_last_one() {
    let mut session = begun();
    session.require_turn(0).unwrap();
    let progress = Progress {
        confidence_score: 1.7,
        confidence_reasons: vec![],
        matched_flow: None,
        engine_state: serde_json::Value::Null,
    };
    session.advance(progress, at(1));
    assert_eq!((session.turn, session.confidence_score), (1, 1.0));
    assert_eq!(session.require_turn(0).unwrap_err().code, codes::STALE_TURN);
}

#[test]
fn a_rating_is_one_to_five() {
    let mut session = begun();
    for wrong in [0, 6, -1] {
        assert!(session.rate(wrong, None, &actor(2), at(1)).is_err());
    }
    session.rate(5, Some(" ".into()), &actor(2), at(1)).unwrap();
    assert_eq!((session.session_rating, session.session_feedback), (Some(5), None));
}

fn step() -> AiStep {
    AiStep {
        id: AiStepId(Uuid::from_u128(7)),
        session_id: AiSessionId(Uuid::from_u128(9)),
        step_order: 1,
        proposal: Proposal {
            kind: StepKind::Question,
            title: "Does it print for others?".into(),
            body: None,
            warning: None,
            commands: vec![],
            options: vec![StepOption { id: "yes".into(), label: "Yes".into() }],
            source: StepSource::Candidates,
            why: String::new(),
            note: None,
        },
        confidence_score: 0.5,
        answer: None,
        withdrawn: false,
        created_at: at(0),
    }
}

#[test]
fn a_step_is_answered_once_and_only_by_its_own_options() {
    let verdict = |kind, option: Option<&str>, notes: Option<&str>| Verdict {
        kind,
        option_id: option.map(str::to_owned),
        reason: None,
        notes: notes.map(str::to_owned),
    };
    let entry = EntryId(Uuid::from_u128(1));
    let mut step = step();
    for refused in [
        verdict(VerdictKind::Answered, Some("no"), None),
        verdict(VerdictKind::Answered, None, Some("  ")),
        verdict(VerdictKind::Worked, Some("yes"), None),
        verdict(VerdictKind::NotApplicable, None, None),
    ] {
        assert!(step.take(entry, refused, actor(2).user_id, at(1)).is_err());
        assert!(step.is_open());
    }
    step.take(entry, verdict(VerdictKind::Answered, Some("yes"), None), actor(2).user_id, at(1)).unwrap();
    assert_eq!(step.answer.as_ref().unwrap().label.as_deref(), Some("Yes"));
    let again = step.take(entry, verdict(VerdictKind::Answered, Some("yes"), None), actor(2).user_id, at(2));
    assert_eq!(again.unwrap_err().code, codes::STEP_ANSWERED);
}

#[test]
fn pending_needs_a_reason() {
    let mut fix = fix();
    for reason in [None, Some(String::new()), Some("  ".into())] {
        let refused = FixOutcome { pending_reason: reason, ..outcome(FixStatus::AppliedPending) };
        assert!(fix.take(refused, at(1)).is_err());
    }
    assert_eq!(fix, self::fix());
}

#[test]
fn pending_is_applied_and_not_verified_and_its_reason_can_be_said_again() {
    let mut fix = fix();
    fix.take(pending("AD replication"), at(1)).unwrap();
    assert_eq!((fix.applied_at, fix.verified_at), (Some(at(1)), None));
    fix.take(pending("AD replication at the branch"), at(2)).unwrap();
    assert_eq!(fix.pending_reason.as_deref(), Some("AD replication at the branch"));
    assert_eq!(fix.applied_at, Some(at(1)));
}

#[test]
fn pending_becomes_a_success_or_is_dismissed() {
    let mut fixed = fix();
    fixed.take(pending("sync"), at(1)).unwrap();
    fixed.take(outcome(FixStatus::AppliedSuccess), at(2)).unwrap();
    assert_eq!((fixed.pending_reason.clone(), fixed.verified_at), (None, Some(at(2))));
    let mut dismissed = fix();
    dismissed.take(pending("sync"), at(1)).unwrap();
    dismissed.take(outcome(FixStatus::Dismissed), at(2)).unwrap();
    assert_eq!(dismissed.verified_at, None);
}

/// Every pair of statuses: a final one never gives way, and nothing becomes proposed.
#[test]
fn final_outcomes_stay() {
    let all = [
        FixStatus::Verifying,
        FixStatus::AppliedSuccess,
        FixStatus::AppliedPartial,
        FixStatus::AppliedPending,
        FixStatus::AppliedFailed,
        FixStatus::Dismissed,
    ];
    let full = |status| FixOutcome {
        status,
        pending_reason: Some("waiting".into()),
        due_at: None,
        notes: Some("half of it".into()),
    };
    for first in all {
        assert!(fix().take(full(FixStatus::Proposed), at(1)).is_err());
        for then in all {
            let mut fix = fix();
            fix.take(full(first), at(1)).unwrap();
            let taken = fix.take(full(then), at(2));
            let allowed = !first.is_final() || first == then;
            assert_eq!(taken.is_ok(), allowed, "{first:?} then {then:?}");
            assert_eq!(fix.status, if allowed { then } else { first });
        }
    }
}
