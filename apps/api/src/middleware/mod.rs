//! What every request goes through.

mod context;
mod headers;
mod limit;

pub(crate) use context::context;
pub(crate) use headers::{CSP_SANDBOX, security_headers};
pub use limit::RateLimits;
pub(crate) use limit::{AuthLimiter, limit_auth};
