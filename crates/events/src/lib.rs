//! Events: what happened and whom it concerns, kept in the same unit as the change that made it happen, so that
//! nobody hears of what was rolled back.
//!
//! An event gets its public number when it is published, after the commit, and not before: whoever has read up to
//! a number has read everything below it, which numbers given inside open units could not promise.
#![warn(missing_docs)]

mod bus;
mod event;
mod log;
mod signal;

pub use bus::{BusLimits, Delivery, EventBus, Subscription, TooManyStreams};
pub use event::{Event, EventKind, NewEvent};
pub use log::{EventLog, EventSpan};
pub use signal::EventSignal;
