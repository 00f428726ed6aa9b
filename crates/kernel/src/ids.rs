//! Id newtypes. All are UUIDs; version 7, so that rows sort by creation. Identifiers, never secrets.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The bare UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )+};
}

id! {
    /// An account: one MSP, and the tenant of every row that belongs to it.
    AccountId,
    /// A person who can sign in.
    UserId,
    /// A team inside an account.
    TeamId,
    /// An account's subscription.
    SubscriptionId,
    /// A flow (wire name: tree).
    TreeId,
    /// A folder of the library.
    FolderId,
    /// One published version of a flow.
    VersionId,
    /// A guided session: one run of a flow.
    SessionId,
    /// The sessions launched together over many targets.
    BatchId,
    /// One entry of a session's step log; made by the client, so a repeated request is recognised.
    EntryId,
    /// The `jti` of a refresh token.
    JwtId,
    /// A refresh-token family: one sign-in on one device.
    FamilyId,
    /// An audit entry.
    AuditId,
    /// A job.
    JobId,
    /// One claim of a job by a worker.
    LeaseId,
    /// Something that happened, as others are told.
    EventId,
    /// A mail.
    MailId,
    /// One line of a person's bell panel.
    NotificationId,
    /// A channel of a team's chat.
    ChannelId,
    /// A message on its way into a channel.
    ChannelMessageId,
    /// A single-use token sent to a person.
    LinkTokenId,
    /// An invitation to join an account.
    InviteId,
    /// One conversation with the copilot.
    AiSessionId,
    /// One step of a conversation with the copilot.
    AiStepId,
    /// One call of a model.
    ModelCallId,
    /// A row of questions and answers beside the work.
    ChatId,
    /// A document of an account.
    DocumentId,
    /// A file somebody brought.
    UploadId,
    /// A fix the copilot suggested.
    FixId,
    /// One handing over, or putting aside, of a conversation with the copilot.
    HandoffId,
    /// An outside identity a person signs in with.
    IdentityId,
    /// An account's connection to its PSA.
    PsaConnectionId,
    /// A note or time entry on its way into a ticket.
    PushId,
    /// The id of a request, echoed in errors and logs.
    RequestId,
}
