//! Which flow of the library a ticket needs.
//!
//! Flows and tickets are read as words: folded, endings off, what is called differently as one ([`words`]). A flow
//! is scored by BM25 in two zones, its head (name, labels, description) and its steps, each with its own rarity: a
//! word all flows use in their steps still tells when one alone has it in its name ([`worth`], from what [`index`]
//! counts). Words nobody knows
//! are read as the known one they are a slip away from ([`typos`]); error signatures and the domain of the ticket
//! add to the words ([`query`]). What is left is how sure that is, learnt from tickets ([`confidence`]), and why, in
//! words for people ([`reasons`]).

mod confidence;
mod index;
mod query;
mod rank;
mod reasons;
mod typos;
mod vocabulary;
mod words;
mod worth;

pub use index::{FlowDoc, FlowIndex};
pub use rank::FlowMatch;
pub(crate) use words::{Word, related, words};

#[cfg(test)]
mod tests;
