//! Handing a conversation with the copilot over, or putting it aside: what goes with it, who gets it, what they read
//! first, and what is suspected. Pure: no time, no storage, no network.
//!
//! A handoff is a row of its own beside the conversation. Of many who want one, [`HandoffRepository::claim_handoff`]
//! lets one have it; everything else is decided here.
#![warn(missing_docs)]

mod assessment;
mod briefing;
mod flow;
mod handoff;
mod numbers;
mod package;
mod quality;
mod repository;
mod snapshot;

pub use assessment::{Assessment, Hypothesis, OFFLINE_ENGINE, assess};
pub use briefing::{Briefing, ResumeMode};
pub use flow::MatchedFlow;
pub use handoff::{
    AssessmentStatus, Handoff, HandoffIntent, HandoffStatus, NewHandoff, Release, already_claimed,
    check_target,
};
pub use numbers::{EscalationFacts, EscalationGroup, EscalationNumbers};
pub use package::escalation_package;
pub use quality::{Ask, Quality, quality_of};
pub use repository::{ClaimOutcome, EscalationCursor, EscalationFilter, HandoffRepository};
pub use snapshot::{Case, HandoffSnapshot, KnownSignature, PendingFix, TriedStep};

#[cfg(test)]
mod tests;

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// No such handoff of that conversation.
    pub const HANDOFF_NOT_FOUND: Code = Code::new("handoff_not_found", Kind::NotFound);
    /// Putting aside is for oneself: it has no target.
    pub const PARK_TAKES_NO_TARGET: Code = Code::new("park_takes_no_target", Kind::Invalid);
    /// Nobody hands over to themselves.
    pub const HANDOFF_TO_SELF: Code = Code::new("handoff_to_self", Kind::Invalid);
    /// The target is nobody active of this account.
    pub const HANDOFF_TARGET_NOT_FOUND: Code = Code::new("handoff_target_not_found", Kind::NotFound);
    /// The target may not work sessions.
    pub const HANDOFF_TARGET_CANNOT_WORK: Code = Code::new("handoff_target_cannot_work", Kind::Invalid);
    /// It waits for somebody already.
    pub const ALREADY_ESCALATED: Code = Code::new("already_escalated", Kind::Conflict);
    /// Somebody else has it; the detail says who and since when.
    pub const HANDOFF_ALREADY_CLAIMED: Code = Code::new("handoff_already_claimed", Kind::Conflict);
    /// Whoever handed it over cannot take it.
    pub const HANDOFF_IS_OWN: Code = Code::new("handoff_is_own", Kind::Forbidden);
    /// It was taken back, has ended, or was only put aside.
    pub const HANDOFF_NOT_CLAIMABLE: Code = Code::new("handoff_not_claimable", Kind::Conflict);
    /// Only whoever has it, whoever handed it over, or a manager does this.
    pub const HANDOFF_ACCESS_DENIED: Code = Code::new("handoff_access_denied", Kind::Forbidden);
    /// The conversation was not handed over: there is nothing to pick up.
    pub const NOT_HANDED_OVER: Code = Code::new("not_handed_over", Kind::Conflict);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        HANDOFF_NOT_FOUND,
        PARK_TAKES_NO_TARGET,
        HANDOFF_TO_SELF,
        HANDOFF_TARGET_NOT_FOUND,
        HANDOFF_TARGET_CANNOT_WORK,
        ALREADY_ESCALATED,
        HANDOFF_ALREADY_CLAIMED,
        HANDOFF_IS_OWN,
        HANDOFF_NOT_CLAIMABLE,
        HANDOFF_ACCESS_DENIED,
        NOT_HANDED_OVER,
    ];
}
