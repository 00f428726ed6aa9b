//! The one way out to addresses that somebody else chose: a PSA's site, a channel's webhook. Such an address is of the
//! public network, and stays so up to the very connection; no redirect is followed, no proxy is used, answers are
//! bounded, few calls are made at a time, and whoever asks for patience gets it.
#![warn(missing_docs)]

mod address;
mod client;

pub use address::{AddressRefused, LeadsInside, Lookup, Names, Reach, System, is_public, reach_of, vetted};
pub use client::{Answer, Outbound, Trouble, patience, shown};
