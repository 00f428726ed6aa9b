//! The escalation package of the original product, written beside the handoff for whoever still reads it (ESC-05).

use serde_json::{Value, json};

use crate::Handoff;

/// The package of a handoff, with what is suspected once that is known.
#[must_use]
pub fn escalation_package(handoff: &Handoff) -> Value {
    let snapshot = &handoff.snapshot;
    let assessment = handoff.ai_assessment_data.as_ref();
    let causes: Vec<&str> =
        assessment.iter().flat_map(|data| &data.likely).map(|likely| likely.cause.as_str()).collect();
    json!({
        "handoff_id": handoff.id,
        "problem_summary": snapshot.problem_summary,
        "problem_domain": snapshot.problem_domain,
        "confidence_tier": snapshot.confidence_tier,
        "steps_tried": snapshot.tried,
        "findings": snapshot.seen,
        "pending_fix": snapshot.pending_fix,
        "hypotheses": causes,
        "suggested_next_steps": assessment.map(|data| data.suggested_steps.as_slice()).unwrap_or_default(),
        "escalation_reason": handoff.reason,
        "escalated_by": handoff.created_by,
        "escalated_at": handoff.created_at,
        "picked_up_by": handoff.claimed_by,
    })
}
