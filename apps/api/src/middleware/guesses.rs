//! How often passwords may be guessed, and why that shuts nobody out.
//!
//! Addresses are cheap, so the one address's limit does not bound who has many. Every person has a bucket of their
//! own and the installation has one for all, filled from whatever address. Whoever has signed in from an address
//! before takes nothing out of them there. One half of each bucket is kept for addresses that have hardly tried:
//! an attacker's are soon none of these, so that a person who travels waits for seconds and not for the attack to
//! end.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use rf_accounts::Email;

use super::limit::{Keyed, Steady, keyed, seconds_until, too_many};
use crate::error::ApiError;

/// As many attempts make an address one that has hardly tried; successes are taken off.
const HARDLY: u32 = 4;
/// An address that is quiet so long has not tried.
const QUIET: Duration = Duration::from_secs(3_600);
/// An address somebody has not come from for so long is not theirs any more.
const THEIRS: Duration = Duration::from_secs(30 * 86_400);
/// So many addresses are remembered; beyond, the oldest half is forgotten.
const REMEMBERED: usize = 100_000;

/// Passwords tried per minute, after a burst of as many, from addresses that were not the person's before. One half
/// of each is kept for addresses that have hardly tried.
#[derive(Clone, Copy, Debug)]
pub struct GuessLimits {
    /// For one person.
    pub per_person: NonZeroU32,
    /// For all together.
    pub in_all: NonZeroU32,
}

/// Two halves of a bucket: for addresses that have hardly tried, and for the others.
struct Halves<L>([L; 2]);

impl<L> Halves<L> {
    fn new(per_minute: NonZeroU32, limiter: impl Fn(Quota) -> L) -> Self {
        let half = per_minute.get() / 2;
        let quota = |half| Quota::per_minute(NonZeroU32::new(half).unwrap_or(NonZeroU32::MIN));
        Self([limiter(quota(per_minute.get() - half)), limiter(quota(half))])
    }

    const fn of(&self, hardly_tried: bool) -> &L {
        if hardly_tried { &self.0[0] } else { &self.0[1] }
    }
}

/// What is remembered of addresses.
#[derive(Default)]
struct Memory {
    /// Attempts of an address without success, and the last of them.
    tried: HashMap<IpAddr, (u32, Duration)>,
    /// Whoever has signed in from an address, and when they did last.
    theirs: HashMap<(IpAddr, u64), Duration>,
}

/// The counters behind the limits; shared by all workers.
pub(crate) struct GuessLimiter {
    per_person: Halves<Keyed<u64>>,
    in_all: Halves<RateLimiter<NotKeyed, InMemoryState, Steady, NoOpMiddleware<Duration>>>,
    memory: Mutex<Memory>,
    /// Turns what was typed into something short, for nobody else to foresee.
    names: RandomState,
    clock: Steady,
}

/// An attempt that may go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    client: IpAddr,
    person: u64,
    counted: bool,
}

impl GuessLimiter {
    pub(crate) fn new(limits: GuessLimits, clock: Steady) -> Self {
        Self {
            per_person: Halves::new(limits.per_person, |quota| keyed(quota, &clock)),
            in_all: Halves::new(limits.in_all, |quota| RateLimiter::direct_with_clock(quota, clock.clone())),
            memory: Mutex::default(),
            names: RandomState::new(),
            clock,
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an attempt to sign in with what was typed as the address, whether there is such a person or not.
    ///
    /// # Errors
    /// `rate_limited` before anything is verified.
    pub(crate) fn admit(&self, client: IpAddr, typed: &str) -> Result<Attempt, ApiError> {
        let email = Email::parse(typed);
        let person = self.names.hash_one(email.as_ref().map_or(typed, Email::as_str));
        let now = self.clock.now();
        let tried = {
            let mut memory = self.memory();
            if memory.theirs.get(&(client, person)).is_some_and(|last| now.saturating_sub(*last) < THEIRS) {
                return Ok(Attempt { client, person, counted: false });
            }
            if memory.tried.len() >= REMEMBERED {
                self.per_person.0.iter().for_each(Keyed::retain_recent);
                forget(&mut memory.tried, |(_, last)| *last, now, QUIET);
            }
            let (tried, last) = memory.tried.entry(client).or_insert((0, now));
            if now.saturating_sub(*last) >= QUIET {
                *tried = 0;
            }
            *last = now;
            *tried = tried.saturating_add(1);
            *tried
        };
        let hardly = tried <= HARDLY;
        // The person's first: what it refuses takes nothing from the others.
        let refused = self.per_person.of(hardly).check_key(&person).err();
        let refused = refused.or_else(|| self.in_all.of(hardly).check().err());
        match refused {
            Some(refused) => Err(too_many(seconds_until(&refused, &self.clock))),
            None => Ok(Attempt { client, person, counted: true }),
        }
    }

    /// The attempt was the person's: from now on the address is theirs.
    pub(crate) fn succeeded(&self, attempt: Attempt) {
        let now = self.clock.now();
        let mut memory = self.memory();
        if attempt.counted
            && let Some((tried, _)) = memory.tried.get_mut(&attempt.client)
        {
            *tried = tried.saturating_sub(1);
        }
        if memory.theirs.len() >= REMEMBERED {
            forget(&mut memory.theirs, |last| *last, now, THEIRS);
        }
        memory.theirs.insert((attempt.client, attempt.person), now);
    }
}

/// Makes room: what is older than that goes, and the older half if all of it is young.
fn forget<K: std::hash::Hash + Eq, V>(
    map: &mut HashMap<K, V>,
    last: impl Fn(&V) -> Duration,
    now: Duration,
    age: Duration,
) {
    map.retain(|_, value| now.saturating_sub(last(value)) < age);
    if map.len() >= REMEMBERED / 2 {
        let mut ages: Vec<_> = map.values().map(&last).collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        map.retain(|_, value| last(value) > median);
    }
}
