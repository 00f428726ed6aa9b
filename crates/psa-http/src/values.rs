//! Values that every vendor writes the same way.

use rf_kernel::Timestamp;
use rf_psa::{PsaError, PsaId};

/// The number an id is, where `vendor` counts what it has.
///
/// # Errors
/// [`PsaError::Invalid`] for what is none.
pub fn number(vendor: &str, id: &PsaId) -> Result<i64, PsaError> {
    id.as_str().parse().map_err(|_| PsaError::Invalid {
        field: Some("id".into()),
        message: format!("{vendor} counts what it has; {id} is no number."),
    })
}

/// The page a cursor stands for; the first where there is none.
///
/// # Errors
/// [`PsaError::Invalid`] for one that no list gave.
pub fn page_of(cursor: Option<&str>) -> Result<usize, PsaError> {
    let Some(cursor) = cursor else { return Ok(1) };
    let page = cursor.parse().ok().filter(|page| (1..=10_000).contains(page));
    let message = "The cursor is not one this list gave.";
    page.ok_or_else(|| PsaError::Invalid { field: Some("cursor".into()), message: message.into() })
}

/// An instant, to the second.
#[must_use]
pub fn written(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Rows as the port has them.
pub fn all_into<W, T: From<W>>(rows: Vec<W>) -> Vec<T> {
    rows.into_iter().map(T::from).collect()
}
