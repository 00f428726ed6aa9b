//! Local stand-ins for outside systems: each speaks the real wire format over a socket of its own, refuses what the real
//! one refuses, remembers what it was asked, and fails when told to. For tests and demonstrations alone.
#![warn(missing_docs)]

pub mod channels;
pub mod connectwise;
pub mod halo;
pub mod messages;
mod site;
pub mod voyage;

pub use site::Tls;
