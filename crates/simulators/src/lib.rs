//! Local stand-ins for outside systems, speaking their real wire formats over real sockets: for tests, and to try the
//! product without a contract with anybody. Each binds to this machine alone.
#![warn(missing_docs)]

pub mod connectwise;
