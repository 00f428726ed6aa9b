//! Reversible pseudonyms: what names a client, a person or a machine stays here, and a model gets a token for it.
//!
//! [`Pseudonyms::hide`] replaces what the redaction rules, the names known of the case and the forms in which people are
//! named find; [`Pseudonyms::restore`] puts it back into an answer. One value has one token as long as the table is kept,
//! so a model can follow a machine through a conversation. Secrets are different: a password is replaced for good and
//! never gets into the table.
//!
//! A token is `HOST_1_K7QM`: what it is, which one, and a tag of the conversation. Text that looks like a token when it
//! comes in is hidden itself, so that nobody can write one that is restored to something else.

mod find;
mod names;
mod table;
mod token;

pub use find::Finder;
pub use table::{Pseudonyms, Restored};
pub use token::PseudonymKind;

#[cfg(test)]
mod tests;
