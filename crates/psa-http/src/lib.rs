//! What the adapters of PSAs share: the check of the site somebody entered, one meaning for an answer that was lost, and
//! retries of reads. What is sent goes by the one way out, `rf-outbound`.
//!
//! An adapter says what is sent and what an answer means; this crate sends it.
#![warn(missing_docs)]

mod client;
mod effect;
mod values;
mod ways;

pub use client::{PsaHttp, again, site};
pub use effect::Effect;
pub use rf_outbound::{Answer, Names, Reach, System, shown};
pub use values::{all_into, number, page_of, written};
pub use ways::{MakeWay, Ways};
