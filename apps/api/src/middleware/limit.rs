//! How often one address may try to sign in.

use std::{
    fmt,
    hash::Hash,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use governor::{
    NotUntil, Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use rf_kernel::codes;
use rf_usecases::App;

use super::guesses::GuessLimits;
use crate::error::ApiError;

/// Counts for each `K`, by the application's clock.
pub(super) type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Steady, NoOpMiddleware<Duration>>;

pub(super) fn keyed<K: Clone + Eq + Hash>(quota: Quota, clock: &Steady) -> Keyed<K> {
    RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone())
}

/// The application's clock as the limits use it. It stands still while that one is set back and runs on from there:
/// nobody is shut out for the hours a clock was wrong.
#[derive(Clone)]
pub(crate) struct Steady {
    app: Arc<App>,
    /// What the application's clock said last, and what this one did, microseconds.
    last: Arc<Mutex<(i64, u64)>>,
}

impl Steady {
    pub(crate) fn new(app: Arc<App>) -> Self {
        let now = app.now().utc().timestamp_micros();
        Self { app, last: Arc::new(Mutex::new((now, 0))) }
    }
}

impl Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now = self.app.now().utc().timestamp_micros();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = u64::try_from(now.saturating_sub(last.0)).unwrap_or(0);
        *last = (now, last.1.saturating_add(passed));
        Duration::from_micros(last.1)
    }
}

impl fmt::Debug for Steady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steady").finish_non_exhaustive()
    }
}

/// The whole seconds after which what was refused is not refused any more.
pub(super) fn seconds_until(refused: &NotUntil<Duration>, clock: &Steady) -> u64 {
    let wait = refused.wait_time_from(clock.now());
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// The refusal of whoever tries too often.
pub(super) fn too_many(seconds: u64) -> ApiError {
    let detail = format!("Too many attempts. Try again in {seconds} s.");
    ApiError::new(codes::RATE_LIMITED, detail).retry_after(seconds)
}

/// The client of a request, as far as it tells clients apart; put there by [`limit_auth`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Attempts per minute, after a burst of as many.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Sign-in and registration, of one address.
    pub sign_in_per_minute: NonZeroU32,
    /// Refresh and sign-out, of one address.
    pub refresh_per_minute: NonZeroU32,
    /// Passwords tried from addresses that were not the person's before.
    pub guesses: GuessLimits,
}

/// Callbacks of one address: a PSA's cloud sends those of many teams from few.
const CALLBACKS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(1_200).expect("above 0");

/// The counters behind the limits; shared by all workers.
pub(crate) struct AuthLimiter {
    sign_in: Keyed<IpAddr>,
    refresh: Keyed<IpAddr>,
    callbacks: Keyed<IpAddr>,
    clock: Steady,
    trusted_proxies: Vec<IpAddr>,
    seen: AtomicU64,
}

impl AuthLimiter {
    pub(crate) fn new(limits: RateLimits, trusted_proxies: Vec<IpAddr>, clock: Steady) -> Self {
        Self {
            sign_in: keyed(Quota::per_minute(limits.sign_in_per_minute), &clock),
            refresh: keyed(Quota::per_minute(limits.refresh_per_minute), &clock),
            callbacks: keyed(Quota::per_minute(CALLBACKS_PER_MINUTE), &clock),
            clock,
            trusted_proxies,
            seen: AtomicU64::new(0),
        }
    }

    /// The client's address, as far as it tells clients apart. A forwarded one counts only when a configured
    /// proxy says so: its last entry, the one that proxy itself added.
    fn client(&self, peer: Option<SocketAddr>, forwarded: Option<&str>) -> IpAddr {
        let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
        if !self.trusted_proxies.contains(&peer) {
            return network(peer);
        }
        let forwarded =
            forwarded.and_then(|list| list.rsplit(',').next()).and_then(|ip| ip.trim().parse().ok());
        network(forwarded.map_or(peer, |ip: IpAddr| ip.to_canonical()))
    }

    /// Seconds to wait, if the client tries too often.
    fn check(&self, path: &str, client: IpAddr) -> Option<u64> {
        let limiter = if path.contains("/psa/callbacks/") {
            &self.callbacks
        } else if path.ends_with("/refresh") || path.ends_with("/logout") {
            &self.refresh
        } else if path.ends_with("/me") || path.contains("/auth/identities") {
            return None;
        } else {
            &self.sign_in
        };
        if self.seen.fetch_add(1, Ordering::Relaxed) % 1_024 == 1_023 {
            // Forget addresses that are quiet again, or the map grows for ever.
            self.sign_in.retain_recent();
            self.refresh.retain_recent();
            self.callbacks.retain_recent();
        }
        let refused = limiter.check_key(&client).err()?;
        Some(seconds_until(&refused, &self.clock))
    }
}

/// What one client has: an IPv4 address, or the /64 that IPv6 hands to every household.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// Refuses a client that tries too often.
pub(crate) async fn limit_auth<B: MessageBody + 'static>(
    limiter: Data<AuthLimiter>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    // A proxy extends the client's header or adds a line of its own; either way its entry is the last one.
    let forwarded = request.headers().get_all("x-forwarded-for").last().and_then(|value| value.to_str().ok());
    let client = limiter.client(request.peer_addr(), forwarded);
    if let Some(seconds) = limiter.check(request.path(), client) {
        // An answer, not an error: errors would pass the CORS headers by.
        let refusal = too_many(seconds).error_response();
        return Ok(request.into_response(refusal).map_into_right_body());
    }
    request.extensions_mut().insert(ClientAddress(client));
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}
