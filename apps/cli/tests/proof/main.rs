//! Promises that only a whole process can keep or break: the built `rf`, killed, stopped, misconfigured, backed up
//! while it writes. Each test prints what it counted; sizes grow by `PROOF_*` in `scripts/nightly`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]
#![allow(
    clippy::disallowed_methods,
    reason = "what is measured here is the process outside this one: real time, real environment"
)]

mod backup;
mod bodies;
mod config;
mod contract;
mod database;
mod disk;
mod fsync;
mod injection;
mod kill;
mod logs;
mod migration;
mod node;
mod simulated;
mod stop;
mod timing;
mod writers;

/// A size: from the environment, or what fits into every run.
fn size(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}
