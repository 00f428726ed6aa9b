//! How often one address may try to sign in.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use actix_web::{
    Error, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock};
use rf_kernel::codes;

use crate::error::ApiError;

/// Attempts per minute and address, after a burst of as many.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Sign-in and registration.
    pub sign_in_per_minute: NonZeroU32,
    /// Refresh and sign-out.
    pub refresh_per_minute: NonZeroU32,
}

/// The counters behind the limits; shared by all workers.
pub(crate) struct AuthLimiter {
    sign_in: DefaultKeyedRateLimiter<IpAddr>,
    refresh: DefaultKeyedRateLimiter<IpAddr>,
    trusted_proxies: Vec<IpAddr>,
    seen: AtomicU64,
}

impl AuthLimiter {
    pub(crate) fn new(limits: RateLimits, trusted_proxies: Vec<IpAddr>) -> Self {
        Self {
            sign_in: RateLimiter::keyed(Quota::per_minute(limits.sign_in_per_minute)),
            refresh: RateLimiter::keyed(Quota::per_minute(limits.refresh_per_minute)),
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
        let limiter = if path.ends_with("/refresh") || path.ends_with("/logout") {
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
        }
        let refused = limiter.check_key(&client).err()?;
        Some(refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
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
        let detail = format!("Too many attempts. Try again in {seconds} s.");
        // An answer, not an error: errors would pass the CORS headers by.
        let refusal = ApiError::new(codes::RATE_LIMITED, detail).retry_after(seconds).error_response();
        return Ok(request.into_response(refusal).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}
