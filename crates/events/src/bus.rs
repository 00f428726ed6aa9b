//! Hands published events to whoever listens in this process.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rf_kernel::{AccountId, UserId};
use tokio::sync::Notify;

use crate::Event;

/// How much a bus holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusLimits {
    /// Events that wait for one subscriber.
    pub queue: usize,
    /// Subscriptions of one person.
    pub per_person: usize,
    /// Subscriptions in all.
    pub in_all: usize,
}

impl Default for BusLimits {
    /// 64 events a subscriber; a dozen tabs and devices a person, as browsers open no more than six connections to
    /// one origin each; and as many subscribers as a process has file descriptors to spare for.
    fn default() -> Self {
        Self { queue: 64, per_person: 12, in_all: 4_000 }
    }
}

/// Why there is no new subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooManyStreams {
    /// The person has as many as one may have.
    #[error("You listen in too many places at once. Close some of them.")]
    OfPerson,
    /// The process has as many as it can hold.
    #[error("The server has no room for more listeners just now.")]
    InAll,
}

/// What a subscriber gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// Something happened.
    Event(Arc<Event>),
    /// More happened than there was room for: whatever is known has to be read again.
    Resync,
}

/// A queue for each subscriber. Publishing never waits for anybody: who does not keep up is told so. A clone is the
/// same bus.
#[derive(Clone, Default)]
pub struct EventBus(Arc<Inner>);

#[derive(Default)]
struct Inner {
    limits: BusLimits,
    subscribers: Mutex<Subscribers>,
}

#[derive(Default)]
struct Subscribers {
    by_account: BTreeMap<AccountId, Vec<Arc<Subscriber>>>,
    count: usize,
    last_id: u64,
}

struct Subscriber {
    id: u64,
    user: UserId,
    queue: Mutex<Queue>,
    filled: Notify,
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Arc<Event>>,
    /// Something was dropped, and the subscriber does not know yet.
    is_late: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus").field("subscriptions", &self.subscriptions()).finish_non_exhaustive()
    }
}

impl EventBus {
    /// A bus nobody listens to yet.
    #[must_use]
    pub fn new(limits: BusLimits) -> Self {
        Self(Arc::new(Inner { limits, subscribers: Mutex::default() }))
    }

    /// Listens as that person, until the subscription is dropped. What is published from now on is delivered.
    ///
    /// # Errors
    /// [`TooManyStreams`].
    pub fn subscribe(&self, account: AccountId, user: UserId) -> Result<Subscription, TooManyStreams> {
        let limits = self.0.limits;
        let mut subscribers = lock(&self.0.subscribers);
        if subscribers.count >= limits.in_all {
            return Err(TooManyStreams::InAll);
        }
        let colleagues = subscribers.by_account.get(&account);
        let own = colleagues.map_or(0, |all| all.iter().filter(|subscriber| subscriber.user == user).count());
        if own >= limits.per_person {
            return Err(TooManyStreams::OfPerson);
        }
        subscribers.last_id += 1;
        subscribers.count += 1;
        let id = subscribers.last_id;
        let subscriber = Arc::new(Subscriber { id, user, queue: Mutex::default(), filled: Notify::new() });
        subscribers.by_account.entry(account).or_default().push(Arc::clone(&subscriber));
        Ok(Subscription { bus: self.clone(), account, subscriber })
    }

    /// Puts the event into the queues of those it concerns; nobody listening is no fault.
    pub fn publish(&self, event: &Arc<Event>) {
        let subscribers = lock(&self.0.subscribers);
        let Some(colleagues) = subscribers.by_account.get(&event.account_id) else { return };
        for subscriber in colleagues {
            if event.concerns(event.account_id, subscriber.user) {
                subscriber.push(event, self.0.limits.queue);
            }
        }
    }

    /// How many listen.
    #[must_use]
    pub fn subscriptions(&self) -> usize {
        lock(&self.0.subscribers).count
    }
}

impl Subscriber {
    fn push(&self, event: &Arc<Event>, room: usize) {
        let mut queue = lock(&self.queue);
        if queue.is_late {
            // Whoever reads everything again sees this too.
            return;
        }
        if queue.events.len() < room {
            queue.events.push_back(Arc::clone(event));
        } else {
            *queue = Queue { events: VecDeque::new(), is_late: true };
        }
        self.filled.notify_one();
    }

    fn take(&self) -> Option<Delivery> {
        let mut queue = lock(&self.queue);
        if std::mem::take(&mut queue.is_late) {
            return Some(Delivery::Resync);
        }
        queue.events.pop_front().map(Delivery::Event)
    }
}

/// One who listens.
pub struct Subscription {
    bus: EventBus,
    account: AccountId,
    subscriber: Arc<Subscriber>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl Subscription {
    /// Its number in this process.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.subscriber.id
    }

    /// What comes next. May be dropped while it waits.
    pub async fn next(&mut self) -> Delivery {
        loop {
            // Notifications are kept for one who does not wait yet, so none falls between the two lines.
            if let Some(delivery) = self.subscriber.take() {
                return delivery;
            }
            self.subscriber.filled.notified().await;
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut subscribers = lock(&self.bus.0.subscribers);
        let Some(colleagues) = subscribers.by_account.get_mut(&self.account) else { return };
        colleagues.retain(|subscriber| subscriber.id != self.subscriber.id);
        if colleagues.is_empty() {
            subscribers.by_account.remove(&self.account);
        }
        subscribers.count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use rf_kernel::Timestamp;
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;
    use crate::EventKind;

    const NORTH: AccountId = AccountId(Uuid::from_u128(1));
    const SOUTH: AccountId = AccountId(Uuid::from_u128(2));
    const ELI: UserId = UserId(Uuid::from_u128(10));
    const CORA: UserId = UserId(Uuid::from_u128(11));

    fn event(account_id: AccountId, sequence: i64, user_id: Option<UserId>) -> Arc<Event> {
        Arc::new(Event {
            sequence,
            id: Uuid::from_u128(sequence.unsigned_abs().into()).into(),
            account_id,
            user_id,
            kind: EventKind::HandoffCreated,
            about: Value::Null,
            at: Timestamp::from_unix(0).unwrap(),
        })
    }

    /// The numbers of what waits; a `0` for a resync.
    fn drained(subscription: &mut Subscription) -> Vec<i64> {
        let waiting = std::iter::from_fn(|| subscription.subscriber.take());
        let number = |delivery| match delivery {
            Delivery::Event(event) => event.sequence,
            Delivery::Resync => 0,
        };
        waiting.map(number).collect()
    }

    #[test]
    fn events_arrive_in_order() {
        let bus = EventBus::default();
        let mut eli = bus.subscribe(NORTH, ELI).unwrap();
        for number in 1..=5 {
            bus.publish(&event(NORTH, number, None));
        }
        assert_eq!(drained(&mut eli), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn no_event_crosses_accounts() {
        let bus = EventBus::default();
        // The same person id in both: the account decides.
        let (mut north, mut south) = (bus.subscribe(NORTH, ELI).unwrap(), bus.subscribe(SOUTH, ELI).unwrap());
        bus.publish(&event(NORTH, 1, None));
        bus.publish(&event(SOUTH, 2, None));
        bus.publish(&event(NORTH, 3, Some(ELI)));
        assert_eq!(drained(&mut north), [1, 3]);
        assert_eq!(drained(&mut south), [2]);
    }

    #[test]
    fn who_does_not_keep_up_is_told_to_read_again() {
        let bus = EventBus::new(BusLimits { queue: 64, ..BusLimits::default() });
        let (mut slow, mut quick) = (bus.subscribe(NORTH, ELI).unwrap(), bus.subscribe(NORTH, CORA).unwrap());
        for number in 1..=64 {
            bus.publish(&event(NORTH, number, None));
        }
        assert_eq!(drained(&mut quick), (1..=64).collect::<Vec<_>>(), "64 there is room for");
        bus.publish(&event(NORTH, 65, None));
        bus.publish(&event(NORTH, 66, None));
        assert_eq!(drained(&mut slow), [0], "once, and nothing of what was dropped");
        assert_eq!(drained(&mut quick), [65, 66], "one's trouble is not another's");
        bus.publish(&event(NORTH, 67, None));
        assert_eq!(drained(&mut slow), [67], "and then it goes on");
    }

    #[test]
    fn nobody_listening_is_no_fault() {
        let bus = EventBus::default();
        bus.publish(&event(NORTH, 1, None));
        let _other = bus.subscribe(SOUTH, ELI).unwrap();
        bus.publish(&event(NORTH, 2, None));
    }

    #[test]
    fn a_personal_event_reaches_that_person_alone_wherever_they_listen() {
        let bus = EventBus::default();
        let (mut tab, mut phone) = (bus.subscribe(NORTH, ELI).unwrap(), bus.subscribe(NORTH, ELI).unwrap());
        let mut cora = bus.subscribe(NORTH, CORA).unwrap();
        assert_ne!(tab.id(), phone.id());
        bus.publish(&event(NORTH, 1, Some(ELI)));
        assert_eq!(drained(&mut tab), [1]);
        assert_eq!(drained(&mut phone), [1]);
        assert_eq!(drained(&mut cora), [] as [i64; 0]);
    }

    #[test]
    fn a_dropped_subscription_leaves_nothing_behind() {
        let bus = EventBus::default();
        let (eli, mut cora) = (bus.subscribe(NORTH, ELI).unwrap(), bus.subscribe(NORTH, CORA).unwrap());
        assert_eq!(bus.subscriptions(), 2);
        drop(eli);
        bus.publish(&event(NORTH, 1, None));
        assert_eq!(drained(&mut cora), [1]);
        drop(cora);
        assert_eq!(bus.subscriptions(), 0);
        assert!(lock(&bus.0.subscribers).by_account.is_empty());
    }

    #[test]
    fn places_are_limited_for_a_person_and_in_all() {
        let bus = EventBus::new(BusLimits { per_person: 2, in_all: 3, ..BusLimits::default() });
        let subscribe = |user| bus.subscribe(NORTH, user);
        let (first, _second) = (subscribe(ELI).unwrap(), subscribe(ELI).unwrap());
        assert_eq!(subscribe(ELI).unwrap_err(), TooManyStreams::OfPerson);
        let _cora = subscribe(CORA).unwrap();
        assert_eq!(subscribe(CORA).unwrap_err(), TooManyStreams::InAll);
        drop(first);
        subscribe(ELI).unwrap();
    }

    /// R17: what publishing costs, however many listen and however few keep up.
    #[test]
    fn a_thousand_listeners_hold_no_publisher_up() {
        let bus = EventBus::default();
        let account = |number: u128| AccountId(Uuid::from_u128(number));
        let mut listening: Vec<Subscription> = (0..1_000_u128)
            .map(|number| bus.subscribe(account(number % 50), UserId(Uuid::from_u128(number))).unwrap())
            .collect();
        let mut took = Vec::new();
        for number in 0..20_000_i64 {
            let event = event(account(u128::from(number.unsigned_abs() % 50)), number, None);
            let began = Instant::now();
            bus.publish(&event);
            took.push(began.elapsed());
            if number % 1_000 == 999 {
                // One in ten never reads.
                listening.iter_mut().filter(|one| one.id() % 10 != 0).for_each(|one| drop(drained(one)));
            }
        }
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100];
        println!("R17: publishing to 20 of 1,000 listeners took p50 {:?}, p99 {p99:?}", took[took.len() / 2]);
        assert!(p99 <= Duration::from_millis(5), "{p99:?}");
        for one in listening.iter_mut().filter(|one| one.id() % 10 == 0) {
            assert_eq!(drained(one), [0], "who never read is told so, once");
        }
    }

    #[tokio::test]
    async fn one_who_waits_is_woken() {
        let bus = EventBus::default();
        let mut eli = bus.subscribe(NORTH, ELI).unwrap();
        let (delivery, ()) = tokio::join!(eli.next(), async {
            tokio::task::yield_now().await;
            bus.publish(&event(NORTH, 1, None));
        });
        assert_eq!(delivery, Delivery::Event(event(NORTH, 1, None)));
    }
}
