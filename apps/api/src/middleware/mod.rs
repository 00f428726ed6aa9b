//! What every request goes through.

mod context;
mod guesses;
mod headers;
mod limit;

pub(crate) use context::context;
pub(crate) use guesses::GuessLimiter;
pub use guesses::GuessLimits;
pub(crate) use headers::{CSP_SANDBOX, security_headers};
pub use limit::RateLimits;
pub(crate) use limit::{AuthLimiter, ClientAddress, Steady, limit_auth};
