//! Offset paging, as the wire contract has it.

/// Which rows of an ordered result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows to leave out.
    pub skip: u64,
    /// Rows to return, 1..=[`Page::MAX_LIMIT`].
    pub limit: u64,
}

impl Page {
    /// Rows in a page when the caller does not say.
    pub const DEFAULT_LIMIT: u64 = 50;
    /// The most rows a page can hold.
    pub const MAX_LIMIT: u64 = 100;
    /// The most rows that can be left out: databases count with a sign.
    pub const MAX_SKIP: u64 = i64::MAX as u64;
}

impl Default for Page {
    fn default() -> Self {
        Self { skip: 0, limit: Self::DEFAULT_LIMIT }
    }
}
