//! Mails: what they say, the outbox they wait in, and the port that sends them.
//!
//! A use case puts a [`Letter`] into the outbox in the same unit as the change it speaks of; a job writes it out and
//! sends it. What is kept is what the letter is about, never its text: links with working tokens are in no row.
#![warn(missing_docs)]

mod letter;
mod mailer;
mod outbox;
mod render;

pub use letter::{Letter, Links};
pub use mailer::{MailError, Mailer, OutgoingMail};
pub use outbox::{Mail, MailOutbox, MailState};
pub use render::Rendered;
