//! Files people bring: pictures and logs. What a file is says its content alone, and of a picture nothing is kept but the
//! picture: no place it was taken at, no text in it, nothing behind its end. Pure: no time, no storage, no network.
#![warn(missing_docs)]

mod blob;
mod content;
mod cursor;
mod gif;
mod jpeg;
mod name;
mod png;
mod repository;
mod text;
mod upload;
mod webp;

pub use blob::{BlobAge, BlobError, BlobStore};
pub use content::{Content, FileKind, MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE};
pub use name::{MAX_NAME, file_name};
pub use repository::UploadRepository;
pub use text::decode;
pub use upload::{Attachment, LogCode, LogDigest, MAX_ATTACHED, Upload, quota_reached, unavailable};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// No such file of the account.
    pub const UPLOAD_NOT_FOUND: Code = Code::new("upload_not_found", Kind::NotFound);
    /// The file is somebody else's and not attached to anything, or its conversation is not theirs to read.
    pub const UPLOAD_ACCESS_DENIED: Code = Code::new("upload_access_denied", Kind::Forbidden);
    /// There is nothing in the file.
    pub const UPLOAD_EMPTY: Code = Code::new("upload_empty", Kind::Invalid);
    /// The file, or the picture in it, is larger than what is taken.
    pub const UPLOAD_TOO_LARGE: Code = Code::new("upload_too_large", Kind::TooLarge);
    /// The file is neither a picture nor a log.
    pub const UPLOAD_TYPE_REFUSED: Code = Code::new("upload_type_refused", Kind::UnsupportedMedia);
    /// The file begins as a picture and is none.
    pub const UPLOAD_BROKEN: Code = Code::new("upload_broken", Kind::Invalid);
    /// The account has no room for it.
    pub const UPLOAD_QUOTA_REACHED: Code = Code::new("upload_quota_reached", Kind::Conflict);
    /// The file belongs to another message already.
    pub const UPLOAD_ATTACHED: Code = Code::new("upload_attached", Kind::Conflict);
    /// Where files are kept does not answer.
    pub const UPLOADS_UNAVAILABLE: Code = Code::new("uploads_unavailable", Kind::Unavailable);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        UPLOAD_NOT_FOUND,
        UPLOAD_ACCESS_DENIED,
        UPLOAD_EMPTY,
        UPLOAD_TOO_LARGE,
        UPLOAD_TYPE_REFUSED,
        UPLOAD_BROKEN,
        UPLOAD_QUOTA_REACHED,
        UPLOAD_ATTACHED,
        UPLOADS_UNAVAILABLE,
    ];
}

#[cfg(test)]
mod tests;
