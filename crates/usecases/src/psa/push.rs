//! What is sent on its way into tickets: at the end of the work by itself, or by hand; looked at before, listed after.

use rf_audit::events;
use rf_auth_policy::{Action, decide, require};
use rf_jobs::JobSpec;
use rf_kernel::{AccountId, Checks, Failure, Page, PushId, Revision, UserId};
use rf_psa::{
    Artefact, InsertPushOutcome, Occasion, PsaConnection, PsaId, Push, PushContent, PushCursor, PushFilter,
    PushKey, PushRecord, PushState, Rounding, SessionRef, codes,
};
use rf_sessions::{
    Outcome, Session,
    ai::{AiSession, AiSessionStatus},
};
use rf_store::UnitOfWork;
use serde_json::json;

use super::{content::Material, deliver::PUSH_JOB, not_connected, tickets::ticket_id};
use crate::{App, Caller, Work, audit::Event, pilot::ai_session_not_found, sessions::session_not_found};

/// A session as far as pushing needs to know it.
#[derive(Clone, Debug)]
pub struct PushSubject {
    /// Which.
    pub session: SessionRef,
    /// The ticket's number, as somebody wrote it.
    pub ticket: Option<String>,
    /// Tells one handover of it from the next.
    pub turn: i64,
    /// Seconds of work measured.
    pub active_seconds: i64,
}

impl From<&Session> for PushSubject {
    fn from(session: &Session) -> Self {
        Self {
            session: SessionRef::Guided(session.id),
            ticket: session.ticket_number.clone(),
            turn: session.revision.0,
            active_seconds: session.active_seconds,
        }
    }
}

impl From<&AiSession> for PushSubject {
    fn from(session: &AiSession) -> Self {
        Self {
            session: SessionRef::Ai(session.id),
            ticket: session.psa_ticket_id.clone(),
            turn: session.revision.0,
            // Enough to know whether there is something to charge; the steps are read when it is.
            active_seconds: session.active_seconds(&[]),
        }
    }
}

/// What the end of a session means for its ticket (PSA-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PsaResult {
    /// The account has no PSA.
    NoPsa,
    /// The account does not push on this occasion.
    Off,
    /// The session belongs to no ticket.
    NoTicket,
    /// It is on its way.
    Queued,
}

impl PsaResult {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPsa => "no_psa",
            Self::Off => "off",
            Self::NoTicket => "no_ticket",
            Self::Queued => "queued",
        }
    }
}

/// Exactly what would be written.
#[derive(Clone, Debug)]
pub struct PushPreview {
    /// Into which ticket.
    pub ticket: PsaId,
    /// What, with its text.
    pub content: PushContent,
    /// Where a note is shown; where the notes of this account are, for time.
    pub visibility: rf_psa::NoteKind,
    /// Seconds of work measured.
    pub worked_seconds: u64,
    /// What should be looked at before.
    pub warnings: Vec<String>,
}

/// A page of the push log.
#[derive(Clone, Debug)]
pub struct PushPage {
    /// Its pushes.
    pub items: Vec<PushRecord>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<PushCursor>,
}

/// The occasion that the end of a guided session is; none where there is nothing to tell.
pub(crate) const fn occasion_of(outcome: Outcome) -> Option<Occasion> {
    match outcome {
        Outcome::Resolved | Outcome::Workaround => Some(Occasion::Resolve),
        Outcome::Unresolved | Outcome::Escalated => Some(Occasion::Escalate),
        Outcome::Cancelled => None,
    }
}

/// A session somebody asks to push, with the occasion it has come to and whether it has ended.
pub(super) struct Asked {
    pub(super) subject: PushSubject,
    pub(super) occasion: Occasion,
    has_ended: bool,
}

impl App {
    /// Sends the note of a session that has just ended, and its time where the account wants that, on their way into
    /// its ticket. In the unit that ends it: they go if, and only if, that is kept. Nothing but the decision is made
    /// here; the texts are when they are sent.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn queue_push(
        &self,
        work: &mut Work,
        subject: &PushSubject,
        occasion: Occasion,
    ) -> Result<PsaResult, Failure> {
        let Some(connection) = work.unit.psa_connection(work.actor.account_id).await? else {
            return Ok(PsaResult::NoPsa);
        };
        let settings = &connection.settings;
        let on = match occasion {
            Occasion::Resolve => settings.push_on_resolve,
            Occasion::Escalate => settings.push_on_escalate,
        };
        if !on {
            return Ok(PsaResult::Off);
        }
        let Some(ticket) = subject.ticket.as_deref().and_then(ticket_id) else {
            return Ok(PsaResult::NoTicket);
        };
        self.queue(work, &connection, subject, occasion, &ticket, Artefact::Note, None).await?;
        if settings.time_entry.create
            && settings.rounding.minutes(uncharged_seconds(work, subject).await?) > 0
        {
            self.queue(work, &connection, subject, occasion, &ticket, Artefact::Time, None).await?;
        }
        Ok(PsaResult::Queued)
    }

    /// Keeps a push and the job that carries it out; the one there is where it was asked for before.
    #[expect(clippy::too_many_arguments, reason = "each is a column of the row")]
    async fn queue(
        &self,
        work: &mut Work,
        connection: &PsaConnection,
        subject: &PushSubject,
        occasion: Occasion,
        ticket: &PsaId,
        artefact: Artefact,
        minutes: Option<u32>,
    ) -> Result<PushRecord, Failure> {
        let (tenant, now) = (work.actor.account_id, work.ctx.now);
        let key = PushKey::new(subject.session, occasion, subject.turn, ticket, artefact);
        let record = PushRecord {
            id: self.new_id(),
            account_id: tenant,
            connection_id: connection.id,
            session: subject.session,
            occasion,
            ticket: ticket.clone(),
            artefact,
            key,
            minutes,
            content: None,
            warnings: Vec::new(),
            push: Push::queued(now),
            requested_by: work.actor.user_id,
            created_at: now,
            updated_at: now,
            revision: Revision::FIRST,
        };
        if work.unit.insert_push(&record).await? == InsertPushOutcome::Kept {
            self.enqueue_push(work.unit.as_mut(), tenant, record.id, 0).await?;
            self.push_changed(work.unit.as_mut(), &record).await?;
            return Ok(record);
        }
        let known = work.unit.push_by_key(tenant, &record.key).await?;
        known.ok_or_else(|| Failure::internal("a push whose key is taken is not there"))
    }

    /// Lets a worker look after a push in so many seconds. There is one job for a push at a time.
    pub(super) async fn enqueue_push(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
        push: PushId,
        delay_seconds: i64,
    ) -> Result<(), Failure> {
        unit.enqueue_job(&JobSpec {
            id: self.new_id(),
            account_id: tenant,
            kind: PUSH_JOB.into(),
            payload: json!({ "push_id": push }),
            delay_seconds,
            dedupe_key: None,
        })
        .await?;
        Ok(())
    }

    /// Exactly what would be written for a session as it stands, or what was where that is fixed already.
    ///
    /// # Errors
    /// `psa_not_connected`, `psa_no_ticket`, what refuses the session, what refuses the note, `forbidden`.
    pub async fn preview_push(
        &self,
        caller: &Caller,
        session: SessionRef,
        artefact: Artefact,
    ) -> Result<PushPreview, Failure> {
        let (connection, asked, ticket, key, known, material) = self
            .read(caller, async |work| {
                require(&work.actor, Action::RunSessions)?;
                let tenant = work.actor.account_id;
                let asked = asked(work, session).await?;
                let connection = work.unit.psa_connection(tenant).await?.ok_or_else(not_connected)?;
                let ticket = ticket_of(&asked.subject)?;
                let known = pushed(work, &asked, &ticket, artefact).await?;
                let key = PushKey::new(session, asked.occasion, asked.subject.turn, &ticket, artefact);
                let settings = connection.settings.clone();
                let material = Material::read(work.unit.as_mut(), tenant, session, settings).await?;
                let material = material.ok_or_else(|| Failure::internal("a session vanished in its unit"))?;
                Ok((connection, asked, ticket, key, known, material))
            })
            .await?;
        let provider = self.provider_of(&connection)?;
        let minutes = known.as_ref().and_then(|known| known.minutes);
        let key = known.as_ref().map_or(&key, |known| &known.key);
        let composed = material.compose(provider.as_ref(), asked.occasion, artefact, key, minutes).await?;
        let (content, warnings) = match known {
            Some(PushRecord { content: Some(content), warnings, .. }) => (content, warnings),
            _ => (composed.content, composed.warnings),
        };
        Ok(PushPreview {
            ticket,
            content,
            visibility: connection.settings.note_visibility,
            worked_seconds: composed.worked_seconds,
            warnings,
        })
    }

    /// Sends a session's note, its time, or both on their way by hand. What is on its way or there already is not sent
    /// again; what waits for somebody is tried again.
    ///
    /// # Errors
    /// `psa_not_connected`, `psa_no_ticket`, `psa_session_open`, `validation_failed`, what refuses the session,
    /// `forbidden`.
    pub async fn push_by_hand(
        &self,
        caller: &Caller,
        session: SessionRef,
        artefacts: &[Artefact],
        minutes: Option<u32>,
    ) -> Result<Vec<PushRecord>, Failure> {
        let mut checks = Checks::new();
        if artefacts.is_empty() {
            checks.refuse("artefacts", "too_few", "name note, time or both");
        }
        if minutes.is_some_and(|minutes| !(1..=Rounding::MOST_MINUTES).contains(&minutes)) {
            let message = format!("must be between 1 and {}", Rounding::MOST_MINUTES);
            checks.refuse("minutes", "out_of_range", message);
        }
        checks.finish()?;
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let tenant = work.actor.account_id;
            let asked = asked(work, session).await?;
            let connection = work.unit.psa_connection(tenant).await?.ok_or_else(not_connected)?;
            let ticket = ticket_of(&asked.subject)?;
            if !asked.has_ended {
                let detail = "The work has not ended. Resolve or escalate the session, then push it.";
                return Err(Failure::new(codes::PSA_SESSION_OPEN, detail));
            }
            let mut records: Vec<PushRecord> = Vec::new();
            for artefact in Artefact::ALL.into_iter().filter(|artefact| artefacts.contains(artefact)) {
                let minutes = minutes.filter(|_| artefact == Artefact::Time);
                records.push(match pushed(work, &asked, &ticket, artefact).await? {
                    Some(known) if known.push.state == PushState::NeedsReview => {
                        self.queue_again(work, known, minutes).await?
                    }
                    Some(known) => known,
                    None => {
                        let Asked { subject, occasion, .. } = &asked;
                        self.queue(work, &connection, subject, *occasion, &ticket, artefact, minutes).await?
                    }
                });
            }
            let payload = json!({
                "session_kind": session.kind(),
                "session_id": session.uuid(),
                "ticket_id": ticket,
                "artefacts": records.iter().map(|record| record.artefact.as_str()).collect::<Vec<_>>(),
            });
            let event = Event::new(events::PSA_PUSH_REQUESTED, "session", session.uuid(), payload);
            self.audit(work, event).await?;
            Ok(records)
        })
        .await
    }

    /// A page of the push log: of everybody for those who manage the connection, of a session for whoever may see it,
    /// and else of the caller alone.
    ///
    /// # Errors
    /// What refuses the session, `forbidden`.
    pub async fn list_pushes(
        &self,
        caller: &Caller,
        session: Option<uuid::Uuid>,
        state: Option<PushState>,
        after: Option<PushCursor>,
        page: Page,
    ) -> Result<PushPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let own = (!decide(&work.actor, Action::ManageIntegrations)).then_some(work.actor.user_id);
            let of_session = match session {
                Some(id) if own.is_some() => is_visible(work, id).await?,
                _ => false,
            };
            let requested_by = own.filter(|_| !of_session);
            let filter = PushFilter { session, state, requested_by };
            // One more tells whether there is another page; nothing is ever counted.
            let asked = Page { limit: page.limit.saturating_add(1), ..page };
            let mut items = work.unit.list_pushes(work.actor.account_id, &filter, after, asked).await?;
            let more = items.len() as u64 > page.limit;
            items.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
            let place = |last: &PushRecord| PushCursor { created_at: last.created_at, id: last.id };
            let next = items.last().filter(|_| more).map(place);
            Ok(PushPage { items, next })
        })
        .await
    }

    /// Tries a push again that waits for somebody.
    ///
    /// # Errors
    /// `push_not_found`, `push_not_waiting`, `forbidden`.
    pub async fn retry_push(&self, caller: &Caller, id: PushId) -> Result<PushRecord, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let record = work.unit.push_by_id(work.actor.account_id, id).await?;
            let mut found = None;
            if let Some(record) = record
                && may_retry(work, &record).await?
            {
                found = Some(record);
            }
            let record =
                found.ok_or_else(|| Failure::new(codes::PUSH_NOT_FOUND, "There is no such push."))?;
            let record = self.queue_again(work, record, None).await?;
            let payload = json!({ "ticket_id": record.ticket, "artefact": record.artefact.as_str() });
            let event = Event::new(events::PSA_PUSH_RETRIED, "push", id.uuid(), payload);
            self.audit(work, event).await?;
            Ok(record)
        })
        .await
    }

    async fn queue_again(
        &self,
        work: &mut Work,
        mut record: PushRecord,
        minutes: Option<u32>,
    ) -> Result<PushRecord, Failure> {
        let before = record.revision;
        record.push = record.push.retry(work.ctx.now)?;
        if !record.push.maybe_there {
            // Surely not there: what was mended since counts. What may be there stays as it was sent.
            record.content = None;
            record.minutes = minutes.or(record.minutes);
        }
        record.touch(work.ctx.now);
        if !work.unit.update_push(&record, before).await? {
            return Err(Failure::new(codes::PUSH_NOT_WAITING, "Somebody was faster. Reload the push log."));
        }
        self.enqueue_push(work.unit.as_mut(), record.account_id, record.id, 0).await?;
        self.push_changed(work.unit.as_mut(), &record).await?;
        Ok(record)
    }
}

/// Seconds of a session's work that no push has charged yet, as far as they have been sent on their way.
async fn uncharged_seconds(work: &mut Work, subject: &PushSubject) -> Result<u64, Failure> {
    let filter = PushFilter { session: Some(subject.session.uuid()), ..PushFilter::default() };
    let page = Page { skip: 0, limit: Page::MAX_LIMIT };
    let pushes = work.unit.list_pushes(work.actor.account_id, &filter, None, page).await?;
    let charged = pushes.iter().map(|push| match &push.content {
        Some(PushContent::Time { worked_seconds, .. }) => *worked_seconds,
        _ => 0,
    });
    Ok(u64::try_from(subject.active_seconds).unwrap_or(0).saturating_sub(charged.sum()))
}

fn ticket_of(subject: &PushSubject) -> Result<PsaId, Failure> {
    let detail = "This session belongs to no ticket of the PSA. Link it to one first.";
    subject.ticket.as_deref().and_then(ticket_id).ok_or_else(|| Failure::new(codes::PSA_NO_TICKET, detail))
}

/// The session somebody asks about, if they may see it.
pub(super) async fn asked(work: &mut Work, session: SessionRef) -> Result<Asked, Failure> {
    require(&work.actor, Action::Read)?;
    let tenant = work.actor.account_id;
    match session {
        SessionRef::Guided(id) => {
            let session = work.unit.session_by_id(tenant, id).await?.ok_or_else(session_not_found)?;
            session.require_access(&work.actor)?;
            let occasion = session.outcome.and_then(occasion_of).unwrap_or(Occasion::Resolve);
            let has_ended = session.completed_at.is_some();
            Ok(Asked { subject: PushSubject::from(&session), occasion, has_ended })
        }
        SessionRef::Ai(id) => {
            let session = work.unit.ai_session_by_id(tenant, id).await?.ok_or_else(ai_session_not_found)?;
            session.require_reader(&work.actor)?;
            let handed_over = session.in_transit();
            let occasion = if handed_over { Occasion::Escalate } else { Occasion::Resolve };
            let has_ended = handed_over || session.status == AiSessionStatus::Resolved;
            Ok(Asked { subject: PushSubject::from(&session), occasion, has_ended })
        }
    }
}

/// The newest push of that artefact of a session on its present occasion.
pub(super) async fn pushed(
    work: &mut Work,
    asked: &Asked,
    ticket: &PsaId,
    artefact: Artefact,
) -> Result<Option<PushRecord>, Failure> {
    let filter = PushFilter { session: Some(asked.subject.session.uuid()), ..PushFilter::default() };
    let page = Page { skip: 0, limit: Page::MAX_LIMIT };
    let records = work.unit.list_pushes(work.actor.account_id, &filter, None, page).await?;
    let same = |record: &PushRecord| {
        record.occasion == asked.occasion && record.ticket == *ticket && record.artefact == artefact
    };
    Ok(records.into_iter().find(same))
}

/// Whether the caller may see a session of either kind.
async fn is_visible(work: &mut Work, id: uuid::Uuid) -> Result<bool, Failure> {
    let tenant = work.actor.account_id;
    if let Some(session) = work.unit.session_by_id(tenant, id.into()).await? {
        return Ok(session.require_access(&work.actor).is_ok());
    }
    let session = work.unit.ai_session_by_id(tenant, id.into()).await?;
    Ok(session.is_some_and(|session| session.require_reader(&work.actor).is_ok()))
}

/// Those who manage the connection, whoever asked for it, and whoever may see its session.
async fn may_retry(work: &mut Work, record: &PushRecord) -> Result<bool, Failure> {
    let own: UserId = work.actor.user_id;
    if decide(&work.actor, Action::ManageIntegrations) || record.requested_by == own {
        return Ok(true);
    }
    is_visible(work, record.session.uuid()).await
}
