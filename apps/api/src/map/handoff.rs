//! Conversations handed over.

use rf_api_types::handoff::{
    EscalationAskBody, EscalationGroupBody, EscalationNumbersBody, EscalationNumbersResponse,
    EscalationQualityResponse, HandoffAssessmentBody, HandoffBody, HandoffDocumentationBody,
    HandoffMadeResponse, HandoffSnapshotBody, HypothesisBody, PendingFixBody, PsaResultBody, TriedStepBody,
};
use rf_handoff::{
    Assessment, EscalationNumbers, HandoffSnapshot, Hypothesis, PendingFix, Quality, TriedStep,
};
use rf_usecases::{EscalationReport, HandoffMade, HandoffView, NamedGroup};

pub(crate) fn handoff(view: HandoffView) -> HandoffBody {
    let handoff = view.handoff;
    HandoffBody {
        id: handoff.id.uuid(),
        session_id: handoff.session_id.uuid(),
        intent: handoff.intent,
        reason: handoff.reason,
        status: handoff.status,
        created_by: handoff.created_by.uuid(),
        created_by_name: view.created_by_name,
        target_user_id: handoff.target_user_id.map(Into::into),
        target_name: view.target_name,
        created_at: handoff.created_at,
        snapshot: snapshot(handoff.snapshot),
        ai_assessment: handoff.ai_assessment,
        ai_assessment_data: handoff.ai_assessment_data.map(assessment),
        assessment_status: handoff.assessment_status,
        claimed_by: handoff.claimed_by.map(Into::into),
        claimed_by_name: view.claimed_by_name,
        claimed_at: handoff.claimed_at,
    }
}

/// As the queue shows it: without the steps.
pub(crate) fn queued_handoff(view: HandoffView) -> HandoffBody {
    let mut body = handoff(view);
    body.snapshot.tried = None;
    body
}

pub(crate) fn handoff_made(made: HandoffMade) -> HandoffMadeResponse {
    let documentation = made.handoff.handoff.documentation.clone();
    HandoffMadeResponse {
        handoff: handoff(made.handoff),
        session_status: made.session_status,
        documentation: documentation.map(|text| HandoffDocumentationBody { text }),
        psa_result: PsaResultBody { status: made.psa_result.as_str() },
    }
}

fn snapshot(snapshot: HandoffSnapshot) -> HandoffSnapshotBody {
    let tried = |tried: TriedStep| TriedStepBody {
        order: tried.order,
        title: tried.title,
        verdict: tried.verdict,
        note: tried.note,
    };
    let pending = |fix: PendingFix| PendingFixBody {
        id: fix.id.uuid(),
        title: fix.title,
        awaiting: fix.awaiting,
        due_at: fix.due_at,
    };
    HandoffSnapshotBody {
        problem_summary: snapshot.problem_summary,
        problem_domain: snapshot.problem_domain,
        steps_on_record: snapshot.steps_on_record,
        confidence_tier: snapshot.confidence_tier,
        psa_ticket_id: snapshot.psa_ticket_id,
        client_name: snapshot.client_name,
        tried: Some(snapshot.tried.into_iter().map(tried).collect()),
        seen: snapshot.seen,
        pending_fix: snapshot.pending_fix.map(pending),
    }
}

fn assessment(assessment: Assessment) -> HandoffAssessmentBody {
    let hypothesis = |likely: Hypothesis| HypothesisBody {
        cause: likely.cause,
        evidence_for: likely.evidence_for,
        evidence_against: likely.evidence_against,
    };
    HandoffAssessmentBody {
        likely: assessment.likely.into_iter().map(hypothesis).collect(),
        suggested_steps: assessment.suggested_steps,
        engine: assessment.engine,
        summary: assessment.summary,
        engine_reason: assessment.engine_reason,
    }
}

pub(crate) fn escalation_quality(quality: Quality) -> EscalationQualityResponse {
    let asks = quality.asks.into_iter().map(|ask| EscalationAskBody {
        key: ask.key.to_owned(),
        question: ask.question.to_owned(),
        answered: ask.answered,
    });
    EscalationQualityResponse { score: quality.score, asks: asks.collect() }
}

const fn numbers(numbers: &EscalationNumbers) -> EscalationNumbersBody {
    EscalationNumbersBody {
        volume: numbers.volume,
        claimed: numbers.claimed,
        resolved_after_pickup: numbers.resolved_after_pickup,
        median_time_to_claim_seconds: numbers.median_time_to_claim_seconds,
        median_time_to_first_action_seconds: numbers.median_time_to_first_action_seconds,
        median_time_to_resolve_seconds: numbers.median_time_to_resolve_seconds,
        repeated_steps: numbers.repeated_steps,
    }
}

pub(crate) fn escalation_numbers(report: EscalationReport) -> EscalationNumbersResponse {
    let groups = |groups: Vec<NamedGroup>| -> Vec<EscalationGroupBody> {
        let group = |group: NamedGroup| EscalationGroupBody {
            numbers: numbers(&group.numbers),
            key: group.key,
            name: group.name,
        };
        groups.into_iter().map(group).collect()
    };
    EscalationNumbersResponse {
        from: report.from,
        to: report.to,
        all: numbers(&report.all),
        by_domain: groups(report.by_domain),
        by_client: groups(report.by_client),
        by_engineer: groups(report.by_engineer),
        by_claimer: groups(report.by_claimer),
    }
}
