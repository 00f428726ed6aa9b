//! The time of a session: what was measured, what of it will be charged, and what was.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{AccountId, Failure, Page, PushId, Revision};
use rf_psa::{
    Artefact, Occasion, PsaConnection, PsaId, PushContent, PushFilter, PushKey, PushRecord, PushState,
    Rounding, SessionRef, TimeEdit, codes,
};
use rf_store::UnitOfWork;
use serde_json::json;

use super::{
    content::Material,
    not_connected,
    push::{Asked, asked, pushed},
    tickets::ticket_id,
};
use crate::{App, Caller, Work, audit::Event};

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeLine {
    /// The push it is charged by, and how that stands; none where nothing was sent on its way yet.
    pub push: Option<(PushId, PushState)>,
    /// Whether it stays as it is: it was sent, or may have been.
    pub fixed: bool,
    /// On which occasion.
    pub occasion: Occasion,
    /// Seconds of work measured.
    pub worked_seconds: u64,
    /// The same, rounded.
    pub measured_minutes: u32,
    /// What is charged.
    pub minutes: u32,
    /// Whether the client pays for it; none is as the PSA decides.
    pub billable: Option<bool>,
    /// The kind of work; none is as the settings have it, or else the PSA.
    pub work_type: Option<PsaId>,
    /// What was done, where somebody wrote it.
    pub note: Option<String>,
    /// Whether somebody changed it.
    pub edited: bool,
}

/// A session's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeLedger {
    /// The oldest first.
    pub lines: Vec<TimeLine>,
    /// How it is rounded.
    pub rounding: Rounding,
    /// Whether the account charges time by itself when work ends.
    pub automatic: bool,
}

impl TimeLedger {
    /// All that is charged or will be.
    #[must_use]
    pub fn total_minutes(&self) -> u32 {
        self.lines.iter().map(|line| line.minutes).sum()
    }
}

/// What somebody says about the time that was not charged yet. What is not said is as measured and as the settings have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditTime {
    /// How long.
    pub minutes: Option<u32>,
    /// Whether the client pays for it.
    pub billable: Option<bool>,
    /// The kind of work.
    pub work_type: Option<PsaId>,
    /// What was done.
    pub note: Option<String>,
}

/// What is fixed of a push of time: once it was sent, or may have been.
fn fixed(record: &PushRecord) -> Option<&PushContent> {
    let again = matches!(record.push.state, PushState::Failed | PushState::NeedsReview);
    let content = record.content.as_ref()?;
    (!again || record.push.maybe_there).then_some(content)
}

impl App {
    /// The time of a session.
    ///
    /// # Errors
    /// `psa_not_connected`, what refuses the session, `forbidden`.
    pub async fn time_ledger(&self, caller: &Caller, session: SessionRef) -> Result<TimeLedger, Failure> {
        self.read(caller, async |work| {
            let asked = asked(work, session).await?;
            let connection = work.unit.psa_connection(work.actor.account_id).await?;
            ledger(work, &asked, &connection.ok_or_else(not_connected)?).await
        })
        .await
    }

    /// Says how the time of a session that was not charged yet is to be charged.
    ///
    /// # Errors
    /// `psa_not_connected`, `time_entry_fixed`, `validation_failed`, what refuses the session, `forbidden`.
    pub async fn edit_time(
        &self,
        caller: &Caller,
        session: SessionRef,
        said: &EditTime,
    ) -> Result<TimeLedger, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let tenant = work.actor.account_id;
            let asked = asked(work, session).await?;
            let connection = work.unit.psa_connection(tenant).await?.ok_or_else(not_connected)?;
            // One at a time: a push that takes what was said is either before this or after.
            work.unit.lock_account(tenant).await?;
            let known = current(work, &asked).await?;
            if known.as_ref().is_some_and(|known| fixed(known).is_some()) {
                let detail = "This time is in the ticket, or on its way there. Change it in the PSA.";
                return Err(Failure::new(codes::TIME_ENTRY_FIXED, detail));
            }
            let before = work.unit.time_edit(tenant, session).await?;
            let expected = before.as_ref().map(|before| before.revision);
            let note = said.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
            let key = known.as_ref().map(|known| &known.key);
            let edit = TimeEdit {
                account_id: tenant,
                session,
                minutes: said.minutes,
                billable: said.billable,
                work_type: said.work_type.clone(),
                note: note.map(str::to_owned),
                // What a push took that is to be tried again stays that push's.
                taken_by: before.and_then(|before| before.taken_by).filter(|taken| Some(taken) == key),
                edited_by: work.actor.user_id,
                updated_at: work.ctx.now,
                revision: expected.map_or(Revision::FIRST, Revision::next),
            };
            edit.check()?;
            if !work.unit.keep_time_edit(&edit, expected).await? {
                return Err(Failure::internal("a time entry changed while its account was locked"));
            }
            let payload = json!({
                "session_kind": session.kind(),
                "minutes": edit.minutes,
                "billable": edit.billable,
                "work_type": edit.work_type,
            });
            self.audit(work, Event::new(events::PSA_TIME_EDITED, "session", session.uuid(), payload)).await?;
            ledger(work, &asked, &connection).await
        })
        .await
    }

    /// Keeps that a push has taken what was said about its time, in the unit that fixes it; whether it still was what its
    /// text was made from.
    pub(super) async fn take_time_edit(
        &self,
        unit: &mut dyn UnitOfWork,
        account: AccountId,
        record: &PushRecord,
        made_from: Option<Revision>,
    ) -> Result<bool, Failure> {
        unit.lock_account(account).await?;
        let edit = unit.time_edit(account, record.session).await?;
        if edit.as_ref().filter(|edit| edit.is_for(&record.key)).map(|edit| edit.revision) != made_from {
            return Ok(false);
        }
        let Some(mut edit) = edit.filter(|edit| edit.taken_by.is_none()) else { return Ok(true) };
        let before = edit.revision;
        edit.taken_by = Some(record.key.clone());
        edit.revision = before.next();
        Ok(unit.keep_time_edit(&edit, Some(before)).await?)
    }
}

/// The push of time of the session's present occasion.
async fn current(work: &mut Work, asked: &Asked) -> Result<Option<PushRecord>, Failure> {
    match asked.subject.ticket.as_deref().and_then(ticket_id) {
        Some(ticket) => pushed(work, asked, &ticket, Artefact::Time).await,
        None => Ok(None),
    }
}

async fn ledger(work: &mut Work, asked: &Asked, connection: &PsaConnection) -> Result<TimeLedger, Failure> {
    let (tenant, session) = (work.actor.account_id, asked.subject.session);
    let settings = &connection.settings;
    let rounding = settings.rounding;
    let filter = PushFilter { session: Some(session.uuid()), ..PushFilter::default() };
    let page = Page { skip: 0, limit: Page::MAX_LIMIT };
    let mut records = work.unit.list_pushes(tenant, &filter, None, page).await?;
    records.retain(|record| record.artefact == Artefact::Time);
    records.reverse();
    let known = current(work, asked).await?;
    let mut lines: Vec<TimeLine> = records.iter().filter_map(|record| fixed_line(record, rounding)).collect();
    if known.as_ref().is_none_or(|known| fixed(known).is_none()) {
        let material = Material::read(work.unit.as_mut(), tenant, session, settings.clone()).await?;
        let material = material.ok_or_else(|| Failure::internal("a session vanished in its unit"))?;
        // Of one that is not asked for yet nobody knows the key; it is none that took anything.
        let key =
            known.as_ref().map_or_else(|| PushKey::from_stored(String::new()), |known| known.key.clone());
        let edit = material.edit_for(&key);
        let worked_seconds = material.uncharged_seconds(&key);
        let measured_minutes = rounding.minutes(worked_seconds);
        let said = known.as_ref().and_then(|known| known.minutes);
        let minutes = said.or_else(|| edit.and_then(|edit| edit.minutes)).unwrap_or(measured_minutes);
        lines.push(TimeLine {
            push: known.as_ref().map(|known| (known.id, known.push.state)),
            fixed: false,
            occasion: asked.occasion,
            worked_seconds,
            measured_minutes,
            minutes,
            billable: edit.and_then(|edit| edit.billable),
            work_type: edit.and_then(|edit| edit.work_type.clone()),
            note: edit.and_then(|edit| edit.note.clone()),
            edited: edit.is_some(),
        });
    }
    Ok(TimeLedger { lines, rounding, automatic: settings.time_entry.create })
}

fn fixed_line(record: &PushRecord, rounding: Rounding) -> Option<TimeLine> {
    let PushContent::Time { minutes, worked_seconds, billable, work_type, .. } = fixed(record)? else {
        return None;
    };
    let measured_minutes = rounding.minutes(*worked_seconds);
    Some(TimeLine {
        push: Some((record.id, record.push.state)),
        fixed: true,
        occasion: record.occasion,
        worked_seconds: *worked_seconds,
        measured_minutes,
        minutes: *minutes,
        billable: *billable,
        work_type: work_type.clone(),
        note: None,
        edited: *minutes != measured_minutes,
    })
}
