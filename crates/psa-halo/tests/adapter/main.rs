//! The adapter against the simulator, over real sockets.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod bench;
mod own;

mod conformance {
    rf_psa_conformance::conformance_tests!(crate::bench::Simulated::start());
}
