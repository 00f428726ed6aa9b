//! Handing a conversation over: made, queued, claimed by one, let go of, picked up, weighed, counted.
//!
//! What must be true together is kept in one unit: the handoff, the conversation's flip, the note for the ticket, the
//! audit entry and the event. What may fail by itself comes after it: the assessment and the reminders are jobs, and
//! events go out once they are committed.

mod announce;
mod assess;
mod claim;
mod create;
mod guided;
mod numbers;
mod pickup;
mod queue;
mod remind;

use std::collections::{BTreeMap, BTreeSet};

use rf_auth_policy::{Action, Actor, decide};
use rf_handoff::{Handoff, HandoffIntent, HandoffStatus, KnownSignature, codes};
use rf_kernel::{AiSessionId, Failure, HandoffId, UserId};
use rf_sessions::ai::{AiSession, AiStep};

pub(crate) use self::{assess::AssessHandoff, remind::RemindOfHandoff};
pub use self::{
    create::{HandOver, HandoffMade},
    guided::GuidedHandOver,
    numbers::{EscalationReport, NamedGroup},
    queue::{EscalationPage, QualityAsk},
};
use crate::{
    Work,
    pilot::{ai_session_not_found, signatures_of},
};

/// A handoff with the names of its people.
#[derive(Clone, Debug)]
pub struct HandoffView {
    /// The handoff.
    pub handoff: Handoff,
    /// What whoever made it is called.
    pub created_by_name: String,
    /// What whoever was asked to take it is called.
    pub target_name: Option<String>,
    /// What whoever has it is called.
    pub claimed_by_name: Option<String>,
}

/// Handoffs with the names of their people.
async fn views(work: &mut Work, handoffs: Vec<Handoff>) -> Result<Vec<HandoffView>, Failure> {
    let people = handoffs.iter().flat_map(|handoff| {
        [Some(handoff.created_by), handoff.target_user_id, handoff.claimed_by].into_iter().flatten()
    });
    let names = names(work, people.collect()).await?;
    let name = |id: UserId| names.get(&id).cloned().unwrap_or_default();
    let view = |handoff: Handoff| HandoffView {
        created_by_name: name(handoff.created_by),
        target_name: handoff.target_user_id.map(name),
        claimed_by_name: handoff.claimed_by.map(name),
        handoff,
    };
    Ok(handoffs.into_iter().map(view).collect())
}

async fn view(work: &mut Work, handoff: Handoff) -> Result<HandoffView, Failure> {
    views(work, vec![handoff]).await?.pop().ok_or_else(|| Failure::internal("a handoff without a view"))
}

/// What these people of the account are called.
async fn names(work: &mut Work, ids: BTreeSet<UserId>) -> Result<BTreeMap<UserId, String>, Failure> {
    /// From so many on all are read at once.
    const FEW: usize = 3;
    let tenant = work.actor.account_id;
    if ids.len() > FEW {
        let people = work.unit.people(tenant).await?;
        return Ok(people.into_iter().map(|person| (person.id, person.name)).collect());
    }
    let mut names = BTreeMap::new();
    for id in ids {
        if let Some(person) = work.unit.user_by_id(tenant, id).await? {
            names.insert(id, person.name);
        }
    }
    Ok(names)
}

/// A handoff of that conversation.
async fn handoff_of(work: &mut Work, session: AiSessionId, id: HandoffId) -> Result<Handoff, Failure> {
    let tenant = work.actor.account_id;
    let handoff = work.unit.handoff_by_id(tenant, id).await?;
    if let Some(handoff) = handoff.filter(|handoff| handoff.session_id == session) {
        return Ok(handoff);
    }
    match work.unit.ai_session_by_id(tenant, session).await? {
        None => Err(ai_session_not_found()),
        Some(_) => Err(Failure::new(codes::HANDOFF_NOT_FOUND, "Handoff not found")),
    }
}

/// Whoever may read the conversation, and the managers who see to it that handoffs find somebody.
fn require_handoff_reader(session: &AiSession, actor: &Actor) -> Result<(), Failure> {
    if decide(actor, Action::ManagePeople) {
        return Ok(());
    }
    session.require_reader(actor)
}

/// Keeps what became of a handoff that this unit has read. Only a claim gets in between, and only at one that waits.
async fn keep_handoff(work: &mut Work, handoff: &Handoff, before: HandoffStatus) -> Result<(), Failure> {
    if work.unit.update_handoff(handoff.account_id, handoff, before).await? {
        return Ok(());
    }
    let now = work.unit.handoff_by_id(handoff.account_id, handoff.id).await?;
    Err(match now {
        Some(Handoff {
            status: HandoffStatus::Claimed, claimed_by: Some(by), claimed_at: Some(at), ..
        }) => claim::slower(work, by, at).await?,
        Some(other) => other.not_claimable(),
        None => Failure::new(codes::HANDOFF_NOT_FOUND, "Handoff not found"),
    })
}

/// The handoffs of a conversation that are not over are, because it ended or its engineer goes on with it.
pub(crate) async fn close_handoffs(
    work: &mut Work,
    session: &AiSession,
    resolved: bool,
) -> Result<(), Failure> {
    for mut handoff in work.unit.handoffs_of(session.account_id, session.id).await? {
        if handoff.is_open() {
            let before = handoff.status;
            let picked = handoff.claimed_by.is_some();
            handoff.close(resolved && picked, work.ctx.now);
            keep_handoff(work, &handoff, before).await?;
        }
    }
    Ok(())
}

/// What was put aside is over once its engineer goes on.
pub(crate) async fn close_parked(work: &mut Work, session: &AiSession) -> Result<(), Failure> {
    for mut handoff in work.unit.handoffs_of(session.account_id, session.id).await? {
        if handoff.intent == HandoffIntent::Park && handoff.is_open() {
            let before = handoff.status;
            handoff.close(false, work.ctx.now);
            keep_handoff(work, &handoff, before).await?;
        }
    }
    Ok(())
}

/// Notes that whoever took a conversation over went on with it; `worked` is the step they gave a verdict on.
pub(crate) async fn note_action(
    work: &mut Work,
    session: &AiSession,
    worked: Option<&AiStep>,
) -> Result<(), Failure> {
    let me = Some(work.actor.user_id);
    if session.escalated_to_id != me {
        return Ok(());
    }
    let handoffs = work.unit.handoffs_of(session.account_id, session.id).await?;
    let mine = |handoff: &Handoff| handoff.status == HandoffStatus::Claimed && handoff.claimed_by == me;
    if let Some(mut handoff) = handoffs.into_iter().find(mine) {
        handoff.note_action(worked.map(|step| step.proposal.title.as_str()), work.ctx.now);
        keep_handoff(work, &handoff, HandoffStatus::Claimed).await?;
    }
    Ok(())
}

/// The error signatures the conversation knows of.
fn known_signatures(session: &AiSession) -> Result<Vec<KnownSignature>, Failure> {
    let known = signatures_of(session)?.into_iter();
    let known =
        known.map(|found| KnownSignature { code: found.code, meaning: found.meaning.map(Into::into) });
    Ok(known.collect())
}
