//! Events on their way out: they get their numbers after the commit, and go to whoever listens.

use std::{
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use rf_auth_policy::{Action, require};
use rf_events::{Event, EventSpan, Subscription, TooManyStreams};
use rf_kernel::{
    Failure, Kind, StoreError,
    codes::{RATE_LIMITED, UNAVAILABLE},
};
use rf_store::Access;

use crate::{
    App, Caller,
    work::{Decided, not_authenticated},
};

/// How often to look for what was committed without our being told: by another server, or by one that ended
/// between its commit and its publishing.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Events that are numbered, or read, at once.
const BATCH: u64 = 256;
/// How many missed events are told one by one; who missed more is better off reading everything again.
const MOST_REPLAYED: u64 = 64;
/// How long published events are kept: over a long weekend with the laptop asleep.
const KEPT_SECONDS: i64 = 4 * 86_400;

/// Where a stream of events begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// Now: the client has seen nothing yet, and reads what it needs after it has begun to listen.
    Fresh,
    /// With these, which it has missed.
    Missed(Vec<Event>),
    /// Now, and what it missed cannot be told: it has to read again whatever it knows.
    Resync,
}

/// An open stream.
#[derive(Debug)]
pub struct EventStream {
    /// Delivers what is published from now on, and perhaps some of what is replayed.
    pub subscription: Subscription,
    /// Where it begins.
    pub replay: Replay,
    /// All events up to this number are behind it.
    pub position: i64,
}

impl App {
    /// Publishes events and hands them to those who listen, until `stop` resolves. Each process in which somebody
    /// may listen runs it once.
    pub async fn dispatch_events(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = look.tick() => {}
                () = self.events_added.notified() => {}
                () = self.heard_signal() => {}
            }
            if let Err(error) = self.dispatch_due().await {
                tracing::warn!(%error, "events could not be published; trying again");
            }
        }
    }

    async fn heard_signal(&self) {
        match &self.event_signal {
            Some(signal) => signal.heard().await,
            None => std::future::pending().await,
        }
    }

    /// Where this process is in the log.
    fn relayed(&self) -> MutexGuard<'_, Option<i64>> {
        self.relayed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody listens who knows everything up to that number: what comes after it must be relayed. Where it was,
    /// others hear some events twice, and know them by their numbers.
    fn relay_from(&self, number: i64) {
        let mut relayed = self.relayed();
        *relayed = Some(relayed.map_or(number, |place| place.min(number)));
    }

    /// Publishes what waits, and relays everything that was not; the first time, what comes from now on.
    async fn dispatch_due(&self) -> Result<(), Failure> {
        if self.relayed().is_none() {
            self.relay_from(self.newest_event().await?);
        }
        if self.publish_waiting().await?
            && let Some(signal) = &self.event_signal
        {
            signal.announce().await;
        }
        loop {
            let after = self.relayed().unwrap_or_default();
            let mut unit = self.store.begin(Access::system_read()).await?;
            let events = unit.published_events(after, BATCH).await?;
            drop(unit);
            let Some(last) = events.last().map(|event| event.sequence) else { return Ok(()) };
            for event in events {
                self.events.publish(&Arc::new(event));
            }
            let mut relayed = self.relayed();
            if *relayed == Some(after) {
                *relayed = Some(last);
            }
        }
    }

    /// Gives everything that waits its number; answers whether there was anything.
    async fn publish_waiting(&self) -> Result<bool, Failure> {
        let mut any = false;
        loop {
            // On SQLite publishing takes the writer's turn: not for nothing.
            if !self.store.begin(Access::system_read()).await?.has_unpublished_events().await? {
                return Ok(any);
            }
            self.system_write(async |unit| {
                unit.publish_events(BATCH).await?;
                Ok(Decided::Answer(()))
            })
            .await?;
            any = true;
        }
    }

    async fn newest_event(&self) -> Result<i64, StoreError> {
        let span = self.store.begin(Access::system_read()).await?.event_span().await?;
        Ok(span.map_or(0, |span| span.newest))
    }

    /// Begins to listen, after the event of that number where the client has seen some.
    ///
    /// # Errors
    /// `forbidden` for viewers; `rate_limited` when the person, and `unavailable` when the server, listens in too
    /// many places already.
    pub async fn open_event_stream(
        &self,
        caller: &Caller,
        after: Option<i64>,
    ) -> Result<EventStream, Failure> {
        self.may_listen(caller).await?;
        let (tenant, user) = (caller.claims.account_id, caller.claims.user_id);
        // First, so that what is published while the log is read comes one way or the other.
        let subscription = self.events.subscribe(tenant, user).map_err(|full| match full {
            TooManyStreams::OfPerson => Failure::new(RATE_LIMITED, full.to_string()).retry_after(30),
            TooManyStreams::InAll => Failure::new(UNAVAILABLE, full.to_string()).retry_after(30),
        })?;
        let mut unit = self.store.begin(Access::system_read()).await?;
        let span = unit.event_span().await?.unwrap_or(EventSpan { oldest: 1, newest: 0 });
        self.relay_from(span.newest);
        let Some(after) = after else {
            return Ok(EventStream { subscription, replay: Replay::Fresh, position: span.newest });
        };
        // A number from before the log begins, or one this log never gave: it was restored, or is another's.
        let is_known = span.oldest <= after + 1 && after <= span.newest;
        let missed =
            if is_known { unit.events_of(tenant, after, MOST_REPLAYED + 1).await? } else { Vec::new() };
        drop(unit);
        if !is_known || missed.len() as u64 > MOST_REPLAYED {
            return Ok(EventStream { subscription, replay: Replay::Resync, position: span.newest });
        }
        let position = missed.last().map_or(span.newest, |event| event.sequence.max(span.newest));
        let missed = missed.into_iter().filter(|event| event.concerns(tenant, user)).collect();
        Ok(EventStream { subscription, replay: Replay::Missed(missed), position })
    }

    /// Whether the caller may listen at this moment: asked again and again while they do.
    ///
    /// # Errors
    /// Why not; see [`ends_stream`](Self::ends_stream).
    pub async fn may_listen(&self, caller: &Caller) -> Result<(), Failure> {
        if caller.claims.expires_at <= self.now().unix() {
            return Err(not_authenticated());
        }
        self.read(caller, async |work| require(&work.actor, Action::RunSessions)).await
    }

    /// Whether a refusal of [`may_listen`](Self::may_listen) is about the caller. A store that does not answer for a
    /// moment ends no stream.
    #[must_use]
    pub fn ends_stream(failure: &Failure) -> bool {
        matches!(failure.code.kind, Kind::Unauthenticated | Kind::Forbidden | Kind::PaymentRequired)
    }

    /// How many streams are open in this process.
    #[must_use]
    pub fn open_event_streams(&self) -> usize {
        self.events.subscriptions()
    }

    /// Takes events away that nobody will ask for any more; answers how many.
    ///
    /// # Errors
    /// What the store says.
    pub async fn prune_events(&self) -> Result<u64, Failure> {
        let before = self.now().plus_seconds(-KEPT_SECONDS);
        self.system_write(async |unit| Ok(Decided::Answer(unit.prune_events(before).await?))).await
    }
}
