//! A file somebody brought, and who may see it.

use rf_auth_policy::Actor;
use rf_kernel::{AccountId, AiSessionId, EntryId, Failure, Timestamp, UploadId, UserId};
use serde::{Deserialize, Serialize};

use crate::{BlobError, FileKind, codes};

/// Files of one message.
pub const MAX_ATTACHED: usize = 10;

/// An error signature found in a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCode {
    /// What sort of name it is, such as `hresult`.
    pub kind: String,
    /// The code.
    pub code: String,
}

/// What was read of a log when it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogDigest {
    /// Lines it has.
    pub lines: u64,
    /// The lines that say what is wrong, with their numbers, in order.
    pub excerpt: Vec<(u64, String)>,
    /// The error signatures in all of it.
    pub codes: Vec<LogCode>,
}

/// Where a file was attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The conversation.
    pub session_id: AiSessionId,
    /// What was said with it.
    pub entry_id: EntryId,
    /// When.
    pub at: Timestamp,
}

/// A file somebody brought. Its content is never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The tenant.
    pub account_id: AccountId,
    /// Who brought it.
    pub uploaded_by: UserId,
    /// What it was called.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Bytes that are kept.
    pub bytes: i64,
    /// The SHA-256 of them, hexadecimal.
    pub sha256: String,
    /// Width and height of a picture.
    pub size: Option<(u32, u32)>,
    /// What was read of a log.
    pub log: Option<LogDigest>,
    /// Where it was attached; a file that never is goes after a day.
    pub attachment: Option<Attachment>,
    /// Whether its bytes are there. Its place is taken before.
    pub is_kept: bool,
    /// When it came.
    pub created_at: Timestamp,
}

impl Upload {
    /// There is none.
    #[must_use]
    pub fn not_found() -> Failure {
        Failure::new(codes::UPLOAD_NOT_FOUND, "File not found")
    }

    /// It is not theirs to see.
    #[must_use]
    pub fn access_denied() -> Failure {
        Failure::new(
            codes::UPLOAD_ACCESS_DENIED,
            "Somebody else brought this file, and it is not attached yet.",
        )
    }

    /// Until it is attached it is its uploader's alone; then whoever reads the conversation reads it, too.
    ///
    /// # Errors
    /// `upload_access_denied`.
    pub fn require_uploader(&self, actor: &Actor) -> Result<(), Failure> {
        if self.uploaded_by == actor.user_id && self.account_id == actor.account_id {
            return Ok(());
        }
        Err(Self::access_denied())
    }

    /// Whether it can be attached to what is said there: it is theirs, and attached to nothing else.
    ///
    /// # Errors
    /// `upload_not_found`, `upload_access_denied`, `upload_attached`.
    pub fn require_attachable(
        &self,
        actor: &Actor,
        to: Option<(AiSessionId, EntryId)>,
    ) -> Result<(), Failure> {
        self.require_uploader(actor)?;
        if !self.is_kept {
            return Err(Self::not_found());
        }
        let there = self.attachment.map(|known| (known.session_id, known.entry_id));
        if there.is_none() || there == to {
            return Ok(());
        }
        Err(Self::attached())
    }

    /// It is attached to something else.
    #[must_use]
    pub fn attached() -> Failure {
        Failure::new(codes::UPLOAD_ATTACHED, "This file belongs to another message already. Bring it again.")
    }
}

/// The account has no room for a file.
#[must_use]
pub fn quota_reached(used: u64, quota: u64) -> Failure {
    let megabytes = |bytes: u64| bytes.div_ceil(1_024 * 1_024);
    let detail = format!(
        "Your account's files take {} of {} MB. Delete some that are not needed any more, or paste the lines that matter.",
        megabytes(used),
        megabytes(quota)
    );
    Failure::new(codes::UPLOAD_QUOTA_REACHED, detail)
}

/// Where files are kept does not answer.
#[must_use]
pub fn unavailable(error: &BlobError) -> Failure {
    let mut failure = Failure::new(
        codes::UPLOADS_UNAVAILABLE,
        "Files cannot be kept or read just now. Try again in a minute; paste the lines that matter meanwhile.",
    );
    failure.cause = Some(error.to_string().into());
    failure
}
