//! Writing exactly once to somebody who takes no idempotency key.

use crate::{Artefact, NewNote, NewTimeEntry, PsaError, PsaId, PsaProvider};

/// How it got there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The PSA said that it kept it.
    Sent(PsaId),
    /// Its marker was found in the ticket.
    Found(PsaId),
}

impl Delivery {
    /// What the PSA calls it.
    #[must_use]
    pub const fn id(&self) -> &PsaId {
        match self {
            Self::Sent(id) | Self::Found(id) => id,
        }
    }
}

/// Writes a note, at most once in this call. `look_first` unless it is certain that no earlier try can have written it
/// ([`Begin::LookThenWrite`](crate::Begin::LookThenWrite)).
///
/// # Errors
/// As the provider's. [`PsaError::UnknownOutcome`] when the answer was lost and the note is not there: the PSA may
/// still be about to keep it, so the next try has to wait, and look first.
pub async fn push_note(
    provider: &dyn PsaProvider,
    note: &NewNote,
    look_first: bool,
) -> Result<Delivery, PsaError> {
    let find = || provider.find_by_marker(Artefact::Note, &note.ticket, note.text.marker());
    if look_first && let Some(id) = find().await? {
        return Ok(Delivery::Found(id));
    }
    match provider.add_note(note).await {
        Err(PsaError::UnknownOutcome(why)) => after_silence(find().await, why),
        written => written.map(Delivery::Sent),
    }
}

/// Charges time, at most once in this call; else as [`push_note`].
///
/// # Errors
/// As [`push_note`].
pub async fn push_time(
    provider: &dyn PsaProvider,
    entry: &NewTimeEntry,
    look_first: bool,
) -> Result<Delivery, PsaError> {
    let find = || provider.find_by_marker(Artefact::Time, &entry.ticket, entry.text.marker());
    if look_first && let Some(id) = find().await? {
        return Ok(Delivery::Found(id));
    }
    match provider.add_time(entry).await {
        Err(PsaError::UnknownOutcome(why)) => after_silence(find().await, why),
        written => written.map(Delivery::Sent),
    }
}

/// What a look tells after an answer was lost. One that failed tells nothing, so the first error stands.
fn after_silence(look: Result<Option<PsaId>, PsaError>, why: String) -> Result<Delivery, PsaError> {
    match look {
        Ok(Some(id)) => Ok(Delivery::Found(id)),
        Ok(None) | Err(_) => Err(PsaError::UnknownOutcome(why)),
    }
}
