//! What tells whether a note that is kept still tells of the case.

use std::fmt::Write as _;

use rf_sessions::ai::AiSessionStatus;
use sha2::{Digest, Sha256};

use super::{CaseRecord, Document, Evidence};

/// Tells one note of a case from the next: what it says without a model, and what it may rest on.
#[must_use]
pub fn digest_of(plain: &Document, evidence: &[Evidence]) -> String {
    let mut all = Sha256::new();
    all.update(plain.markdown());
    for Evidence { id, text, .. } in evidence {
        for part in [id, text] {
            all.update([0]);
            all.update(part);
        }
    }
    hex(&all.finalize())
}

/// Where the work on a case stands: another turn, an end or another outcome of a fix make a note that tells of it old. That
/// it is handed over does not: the note is what is handed over.
#[must_use]
pub fn standing_of(case: &CaseRecord<'_>) -> String {
    let mut all = Sha256::new();
    all.update(case.session.turn.to_be_bytes());
    all.update([u8::from(case.session.status == AiSessionStatus::Resolved)]);
    for fix in case.fixes {
        all.update([0]);
        all.update(fix.status.as_str());
    }
    hex(&all.finalize())
}

/// The first half of a digest: enough to tell two apart.
fn hex(digest: &[u8]) -> String {
    digest.iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
