//! What people are told: the lines of their bell panel, how they want to be told, mails - what these say, the outbox they
//! wait in, and the port that sends them - and the same of messages into the channels of a team's chat.
//!
//! A use case puts a [`Letter`] into the outbox in the same unit as the change it speaks of; a job writes it out and
//! sends it. What is kept is what the letter is about, never its text: links with working tokens are in no row.
#![warn(missing_docs)]

mod card;
mod channel;
mod channel_message;
mod letter;
mod mailer;
mod notification;
mod outbox;
mod preferences;
mod render;

pub use card::{Card, heading};
pub use channel::{
    Channel, ChannelKind, ChannelTest, MAX_CHANNEL_NAME_CHARS, MAX_CHANNELS, MAX_WEBHOOK_CHARS,
};
pub use channel_message::{
    BeginChat, ChannelAttempt, ChannelError, ChannelMessage, ChannelMessageCursor, ChannelMessageState,
    ChannelOutcome, ChannelPoster, ChannelRepository, POSTING, WebhookRefused,
};
pub use letter::{Letter, Links, page_of};
pub use mailer::{MailError, Mailer, OutgoingMail};
pub use notification::{
    MAX_BODY_CHARS, MAX_TITLE_CHARS, Notice, NoticeKind, Notification, NotificationCursor,
    NotificationRepository, cut, escalation_link, escalation_title,
};
pub use outbox::{Mail, MailOutbox, MailState};
pub use preferences::{Preferences, QuietHours, Ways};
pub use render::Rendered;
