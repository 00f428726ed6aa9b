//! The API over real sockets, one module per area. Every test gets its own server over its own store, with a
//! clock that only moves when told and people of every role in two accounts.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

mod accounts;
mod admin;
mod audit;
mod auth;
mod billing;
mod channels;
mod events;
mod handoff;
mod http;
mod input;
mod mail;
mod oauth;
mod once;
mod pilot;
mod proof;
mod psa;
mod sessions;
mod support;
mod trees;
