//! The words every crate shares, and nothing else: ids, time, error codes, paging and text checks.
//!
//! Kernel types carry no policy. A type belongs here only when two unrelated domain crates need it.
#![warn(missing_docs)]

mod checks;
mod ctx;
mod error;
mod ids;
mod names;
mod page;
mod store_error;
mod time;

pub use checks::Checks;
pub use ctx::{Clock, Ctx, IdSource};
pub use error::{Code, Detail, Failure, FieldError, Kind, codes};
pub use ids::{
    AccountId, AiSessionId, AiStepId, AuditId, BatchId, ChannelId, ChannelMessageId, ChatId, DocumentId,
    EntryId, EventId, FamilyId, FixId, FolderId, HandoffId, IdentityId, InviteId, JobId, JwtId, LeaseId,
    LinkTokenId, MailId, ModelCallId, NotificationId, PsaConnectionId, PushId, RequestId, SessionId,
    SubscriptionId, TeamId, TreeId, UploadId, UserId, VersionId,
};
pub use page::Page;
pub use store_error::StoreError;
pub use time::{Revision, Timestamp};
