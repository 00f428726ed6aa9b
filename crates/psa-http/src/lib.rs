//! What the adapters of PSAs share: the check of the site somebody entered, the client that follows it to the very
//! connection, few calls at a time, patience when asked for it, retries of reads, and one meaning for an answer that was
//! lost.
//!
//! An adapter says what is sent and what an answer means; this crate sends it.
#![warn(missing_docs)]

mod address;
mod client;
mod effect;

pub use address::{LeadsInside, Lookup, Names, Reach, System, is_public, site};
pub use client::{Answer, PsaHttp, again};
pub use effect::{Effect, patience, shown};
