//! Hearing of changes: callbacks of the PSA as hints, and a look from time to time for what they missed. Whatever is told,
//! the ticket is asked for anew; nothing of a callback is believed but which one it is about.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use rf_auth_policy::link_token_hash;
use rf_events::{EventKind, NewEvent};
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, AiSessionId, Failure, LinkTokenId, SessionId, Timestamp};
use rf_psa::{
    ChangeKind, Hint, PsaCallback, PsaConnection, PsaError, PsaFeed, PsaId, PsaProvider, SessionRef, Ticket,
    TicketChange, TicketQuery, TicketSnapshot,
};
use rf_sessions::{Session, ai::AiSessionUpdateOutcome};
use rf_store::{Access, UnitOfWork};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::tickets::{read_around, ticket_id};
use crate::{App, Work, work::Decided};

/// The kind of job that sees to it that callbacks come, and looks for what they missed.
const SYNC_JOB: &str = "psa.sync";
/// The kind of job that asks for a ticket anew.
const REFRESH_JOB: &str = "psa.refresh";
/// How often is looked, seconds.
pub const SYNC_EVERY_SECONDS: i64 = 600;
/// Tickets of sessions under way that are looked after; those worked on last.
const MOST_TICKETS: u64 = 200;
/// How long taking a callback away may keep somebody who disconnects.
const GOODBYE: Duration = Duration::from_secs(10);
/// As a push: three retries, five minutes apart.
const TRYING: RetryPolicy = RetryPolicy { max_attempts: 4, first_seconds: 60, longest_seconds: 300 };

/// Looks for what changed.
pub(crate) struct SyncPsa(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for SyncPsa {
    fn kind(&self) -> &'static str {
        SYNC_JOB
    }

    fn policy(&self) -> RetryPolicy {
        TRYING
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        self.0.sync_psa_of(job.account_id).await.map_err(|failure| JobError::Retry(failure.to_string()))
    }
}

/// Asks for tickets anew.
pub(crate) struct RefreshTicket(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for RefreshTicket {
    fn kind(&self) -> &'static str {
        REFRESH_JOB
    }

    fn policy(&self) -> RetryPolicy {
        TRYING
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let ticket = serde_json::from_value::<PsaId>(job.payload["ticket_id"].clone())
            .map_err(|_| JobError::Park("the job names no ticket".into()))?;
        let refreshed = self.0.refresh_ticket(job.account_id, &ticket).await;
        refreshed.map_err(|failure| JobError::Retry(failure.to_string()))
    }
}

/// The ways people write a ticket's number.
fn written(ticket: &PsaId) -> [String; 2] {
    [ticket.to_string(), format!("#{ticket}")]
}

impl App {
    /// The beginning of the addresses an account's callbacks go to.
    fn callbacks_below(&self, account: AccountId) -> String {
        format!(
            "{}/api/v1/integrations/psa/callbacks/{account}/",
            self.settings.public_url.trim_end_matches('/')
        )
    }

    /// The secret in such an address.
    fn callback_token(&self, id: LinkTokenId) -> Result<String, Failure> {
        let token = self.keys.callback_token(id).map_err(Failure::internal)?;
        Ok(token.expose_secret().to_owned())
    }

    /// Begins to hear of changes through a connection that was made or changed, in the unit that keeps it.
    pub(super) async fn begin_feed(
        &self,
        unit: &mut dyn UnitOfWork,
        connection: &PsaConnection,
    ) -> Result<(), Failure> {
        unit.put_psa_feed(&self.new_feed(connection, connection.updated_at)).await?;
        self.enqueue_sync(unit, connection.account_id, None).await
    }

    fn new_feed(&self, connection: &PsaConnection, now: Timestamp) -> PsaFeed {
        PsaFeed {
            account_id: connection.account_id,
            connection_id: connection.id,
            token_id: self.new_id(),
            callback_id: None,
            problem: None,
            seen_until: None,
            synced_at: None,
            updated_at: now,
        }
    }

    async fn enqueue_sync(
        &self,
        unit: &mut dyn UnitOfWork,
        account: AccountId,
        dedupe_key: Option<String>,
    ) -> Result<(), Failure> {
        unit.enqueue_job(&JobSpec {
            id: self.new_id(),
            account_id: account,
            kind: SYNC_JOB.into(),
            payload: json!({}),
            delay_seconds: 0,
            dedupe_key,
        })
        .await?;
        Ok(())
    }

    /// Has the ticket of a guided session read, in the unit that gave it one: nobody waits for the PSA, and a server that
    /// ends meanwhile forgets nothing.
    pub(crate) async fn read_ticket_later(&self, work: &mut Work, session: &Session) -> Result<(), Failure> {
        let tenant = work.actor.account_id;
        let Some(ticket) = session.ticket_number.as_deref().and_then(ticket_id) else { return Ok(()) };
        if work.unit.psa_connection(tenant).await?.is_none() {
            return Ok(());
        }
        self.enqueue_refresh(work.unit.as_mut(), tenant, &ticket).await
    }

    async fn enqueue_refresh(
        &self,
        unit: &mut dyn UnitOfWork,
        account: AccountId,
        ticket: &PsaId,
    ) -> Result<(), Failure> {
        unit.enqueue_job(&JobSpec {
            id: self.new_id(),
            account_id: account,
            kind: REFRESH_JOB.into(),
            payload: json!({ "ticket_id": ticket }),
            delay_seconds: 0,
            dedupe_key: None,
        })
        .await?;
        Ok(())
    }

    /// Has the connected PSAs looked at, each once in [`SYNC_EVERY_SECONDS`] however many servers ask; how many.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sync_psas(&self) -> Result<usize, Failure> {
        let round = self.now().unix().div_euclid(SYNC_EVERY_SECONDS);
        self.system_write(async |unit| {
            let accounts = unit.accounts_with_psa().await?;
            for account in &accounts {
                self.enqueue_sync(unit, *account, Some(format!("psa-sync/{round}"))).await?;
            }
            Ok(Decided::Answer(accounts.len()))
        })
        .await
    }

    /// Has no more callbacks sent by a PSA that is being left. It may not answer: what it goes on to send is met with
    /// silence.
    pub(super) async fn leave_feed(&self, connection: &PsaConnection) {
        let leaving = async {
            let ours = self.callbacks_below(connection.account_id);
            self.provider_of(connection)?.stop_listening(&ours).await
        };
        let left = tokio::time::timeout(GOODBYE, leaving).await;
        if !matches!(left, Ok(Ok(()))) {
            tracing::warn!(connection = %connection.id, "callbacks of a PSA could not be taken away");
        }
    }

    /// Takes a callback: whoever cannot sign it, or does not know the address, learns nothing. A delivery that came before
    /// changes nothing.
    ///
    /// # Errors
    /// What the store says; never whether there is such an account, or what is wrong with the callback.
    pub async fn receive_psa_callback(
        &self,
        account: AccountId,
        token: &str,
        body: &[u8],
        signature: &str,
    ) -> Result<(), Failure> {
        let mut unit = self.store.begin(Access::read(account)).await?;
        let (feed, connection) = (unit.psa_feed(account).await?, unit.psa_connection(account).await?);
        drop(unit);
        let (Some(feed), Some(connection)) = (feed, connection) else { return Ok(()) };
        // Compared as digests: how long it takes says nothing of the token.
        let genuine = link_token_hash(token) == link_token_hash(&self.callback_token(feed.token_id)?);
        if !genuine || feed.connection_id != connection.id {
            return Ok(());
        }
        let Ok(text) = std::str::from_utf8(body) else { return Ok(()) };
        let read = match self.provider_of(&connection) {
            Ok(provider) => provider.read_callback(body, signature).await,
            Err(error) => Err(error),
        };
        let hint = match read {
            Ok(hint) => hint,
            Err(error) => {
                tracing::warn!(connection = %connection.id, class = error.class(), "a callback was not taken");
                return Ok(());
            }
        };
        let ticket = match hint {
            Hint::Ticket { ticket, .. } => Some(ticket),
            Hint::Other => None,
        };
        let callback = PsaCallback {
            account_id: account,
            connection_id: connection.id,
            digest: PsaCallback::digest_of(body),
            ticket,
            body: text.to_owned(),
            received_at: self.now(),
        };
        self.account_write(account, async |unit| {
            if unit.keep_psa_callback(&callback).await?
                && let Some(ticket) = &callback.ticket
                && !unit.sessions_of_ticket(account, &written(ticket)).await?.is_empty()
            {
                self.enqueue_refresh(unit, account, ticket).await?;
            }
            Ok(())
        })
        .await
    }

    /// Sees to it that callbacks come, and asks which tickets of sessions under way have changed. What the PSA does not
    /// answer is asked again the next time.
    async fn sync_psa_of(&self, account: AccountId) -> Result<(), Failure> {
        let now = self.now();
        let mut unit = self.store.begin(Access::read(account)).await?;
        let Some(connection) = unit.psa_connection(account).await? else { return Ok(()) };
        let feed = unit.psa_feed(account).await?.filter(|feed| feed.connection_id == connection.id);
        let tickets = unit.tickets_under_way(account, MOST_TICKETS).await?;
        drop(unit);
        let mut feed = feed.unwrap_or_else(|| self.new_feed(&connection, now));
        let token_id = feed.token_id;
        let mut ids: Vec<PsaId> = tickets.iter().filter_map(|text| ticket_id(text)).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = match self.provider_of(&connection) {
            Ok(provider) => {
                self.listen(provider.as_ref(), &mut feed).await?;
                changed_tickets(provider.as_ref(), &ids, &mut feed.seen_until).await
            }
            Err(error) => Err(error),
        };
        let changed = match found {
            Ok(changed) => changed,
            Err(error) => {
                tracing::info!(connection = %connection.id, class = error.class(), "a PSA could not be looked at");
                Vec::new()
            }
        };
        feed.synced_at = Some(now);
        feed.updated_at = now;
        self.account_write(account, async |unit| {
            unit.prune_psa_callbacks(account, now.plus_seconds(-PsaCallback::KEPT_SECONDS)).await?;
            let present = unit.psa_feed(account).await?;
            // Connected anew or left meanwhile: what was found here says nothing about that.
            if unit.psa_connection(account).await?.is_none_or(|present| present.id != connection.id)
                || present.is_some_and(|present| present.token_id != token_id)
            {
                return Ok(());
            }
            unit.put_psa_feed(&feed).await?;
            for ticket in &changed {
                self.enqueue_refresh(unit, account, ticket).await?;
            }
            Ok(())
        })
        .await
    }

    /// Registers the callback where the PSA can send some and does not yet, or no more.
    async fn listen(&self, provider: &dyn PsaProvider, feed: &mut PsaFeed) -> Result<(), Failure> {
        if !provider.capabilities().callbacks {
            return Ok(());
        }
        let ours = self.callbacks_below(feed.account_id);
        // ConnectWise appends id and action.
        let address = format!("{ours}{}?id=", self.callback_token(feed.token_id)?);
        match provider.listen(&ours, &address).await {
            Ok(id) => (feed.callback_id, feed.problem) = (Some(id), None),
            Err(error) => {
                tracing::info!(account = %feed.account_id, class = error.class(), "no callback could be registered");
                feed.problem = Some(error.to_string());
            }
        }
        Ok(())
    }

    /// Asks for a ticket anew, keeps it with its sessions, and tells whoever has it open what others changed.
    async fn refresh_ticket(&self, account: AccountId, ticket: &PsaId) -> Result<(), Failure> {
        let mut unit = self.store.begin(Access::read(account)).await?;
        let sessions = unit.sessions_of_ticket(account, &written(ticket)).await?;
        let connection = unit.psa_connection(account).await?;
        drop(unit);
        let Some(connection) = connection.filter(|_| !sessions.is_empty()) else { return Ok(()) };
        let newer = match self.read_anew(&connection, ticket).await {
            Ok(snapshot) => Some(snapshot),
            Err(PsaError::NotFound(_)) => None,
            Err(error) if error.is_passing() => return Err(error.into()),
            Err(error) => {
                tracing::info!(connection = %connection.id, class = error.class(), "a ticket could not be read anew");
                return Ok(());
            }
        };
        let now = self.now();
        self.account_write(account, async |unit| {
            let mut is_news = false;
            let mut told: Vec<TicketChange> = Vec::new();
            for session in &sessions {
                let change = |kept: &TicketSnapshot| renewed(kept, newer.as_ref(), now);
                let changed = match session {
                    SessionRef::Ai(id) => change_snapshot(unit, account, *id, ticket, change).await?,
                    SessionRef::Guided(id) => {
                        change_kept(unit, account, *id, ticket, newer.as_ref(), change).await?
                    }
                };
                if let Some(kept) = changed {
                    (told, is_news) = (kept.changes, true);
                }
            }
            if !is_news {
                return Ok(());
            }
            let about = json!({
                "ticket_id": ticket,
                "session_ids": sessions.iter().map(|session| session.uuid()).collect::<Vec<_>>(),
                "deleted": newer.is_none(),
                "changes": told.iter().map(|change| change.kind.as_str()).collect::<Vec<_>>(),
            });
            let event = NewEvent::new(self.new_id(), EventKind::PsaTicketChanged, about, now);
            unit.append_event(account, &event).await?;
            Ok(())
        })
        .await
    }

    /// Keeps a ticket that we have just changed ourselves: hearing of that is no news.
    pub(super) async fn keep_own_change(&self, account: AccountId, ticket: &Ticket) -> Result<(), Failure> {
        self.account_write(account, async |unit| {
            let change = |kept: &TicketSnapshot| {
                let mut own = kept.clone();
                own.take_ticket(ticket.clone());
                own
            };
            for session in unit.sessions_of_ticket(account, &written(&ticket.id)).await? {
                match session {
                    SessionRef::Ai(id) => change_snapshot(unit, account, id, &ticket.id, change).await?,
                    SessionRef::Guided(id) => {
                        change_kept(unit, account, id, &ticket.id, None, change).await?
                    }
                };
            }
            Ok(())
        })
        .await
    }

    async fn read_anew(&self, connection: &PsaConnection, id: &PsaId) -> Result<TicketSnapshot, PsaError> {
        let provider = self.provider_of(connection)?;
        let mut snapshot = TicketSnapshot::empty(connection.id, id.clone(), self.now());
        let ticket = provider.ticket(id).await?;
        read_around(provider.as_ref(), &ticket, &mut snapshot).await;
        snapshot.take_ticket(ticket);
        Ok(snapshot)
    }
}

/// What a conversation knows of its ticket once that was read anew, or was found to be gone.
fn renewed(kept: &TicketSnapshot, newer: Option<&TicketSnapshot>, now: Timestamp) -> TicketSnapshot {
    let Some(newer) = newer else {
        let mut gone = kept.clone();
        if gone.changes.last().is_none_or(|change| change.kind != ChangeKind::Deleted) {
            gone.note_change(ChangeKind::Deleted, "", now);
        }
        return gone;
    };
    kept.clone().renewed(newer.clone())
}

/// Changes what a conversation knows of its ticket; what that is then, or none where nothing is different or it is about
/// another ticket by now. Its turn and its place in lists stay: nobody has worked on it.
async fn change_snapshot(
    unit: &mut dyn UnitOfWork,
    account: AccountId,
    id: AiSessionId,
    ticket: &PsaId,
    change: impl Fn(&TicketSnapshot) -> TicketSnapshot,
) -> Result<Option<TicketSnapshot>, Failure> {
    let Some(mut session) = unit.ai_session_for_update(account, id).await? else { return Ok(None) };
    let kept = session.intake.ticket_data.as_ref().and_then(|data| TicketSnapshot::deserialize(data).ok());
    let Some(kept) = kept.filter(|kept| kept.ticket_id == *ticket) else { return Ok(None) };
    let changed = change(&kept);
    if !changed.differs_from(&kept) {
        return Ok(None);
    }
    let before = session.revision;
    session.intake.ticket_data = Some(serde_json::to_value(&changed).map_err(Failure::internal)?);
    session.revision = before.next();
    match unit.update_ai_session(account, &session, before).await? {
        AiSessionUpdateOutcome::Updated => Ok(Some(changed)),
        _ => Err(Failure::internal("a conversation changed while it was locked")),
    }
}

/// Changes what is kept of a guided session's ticket, or begins with `first` where nothing of this ticket is kept yet; what
/// that is then, or none where it is no news.
async fn change_kept(
    unit: &mut dyn UnitOfWork,
    account: AccountId,
    id: SessionId,
    ticket: &PsaId,
    first: Option<&TicketSnapshot>,
    change: impl Fn(&TicketSnapshot) -> TicketSnapshot,
) -> Result<Option<TicketSnapshot>, Failure> {
    let session = unit.session_for_update(account, id).await?;
    let is_this = |text: &str| ticket_id(text).as_ref() == Some(ticket);
    if !session.and_then(|session| session.ticket_number).is_some_and(|text| is_this(&text)) {
        return Ok(None);
    }
    let Some(kept) = unit.kept_ticket(account, id).await?.filter(|kept| kept.ticket_id == *ticket) else {
        if let Some(first) = first {
            unit.keep_ticket(account, id, first).await?;
        }
        return Ok(None);
    };
    let changed = change(&kept);
    if !changed.differs_from(&kept) {
        return Ok(None);
    }
    unit.keep_ticket(account, id, &changed).await?;
    Ok(Some(changed))
}

/// Which of some tickets changed since that instant of the PSA's own clock, which moves on; all of them where there is none.
async fn changed_tickets(
    provider: &dyn PsaProvider,
    ids: &[PsaId],
    seen_until: &mut Option<Timestamp>,
) -> Result<Vec<PsaId>, PsaError> {
    let (since, mut changed, mut newest) = (*seen_until, Vec::new(), *seen_until);
    for some in ids.chunks(usize::try_from(TicketQuery::MAX_LIMIT).unwrap_or(1)) {
        let mut query = TicketQuery {
            ids: some.to_vec(),
            open_only: false,
            updated_since: since,
            limit: TicketQuery::MAX_LIMIT,
            ..TicketQuery::default()
        };
        loop {
            let page = provider.search_tickets(&query).await?;
            for ticket in page.items {
                newest = newest.max(ticket.updated_at);
                changed.push(ticket.id);
            }
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
    }
    *seen_until = newest;
    Ok(changed)
}
