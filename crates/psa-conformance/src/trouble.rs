//! Rules for when things go wrong.

use rf_kernel::Timestamp;
use rf_psa::{
    Artefact, Begin, NewNote, NewTimeEntry, NoteKind, Outcome, PsaError, Push, PushState,
    RETRY_AFTER_SECONDS, push_note, push_time,
};

use crate::{Bench, Trouble, note, time};

/// Whatever was lost, and however: the adapter does not guess and does not try again by itself.
pub async fn a_write_whose_answer_was_lost_has_an_unknown_outcome(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    for (push, trouble) in (1..).zip(Trouble::ALL).filter(|(_, trouble)| *trouble != Trouble::TooMany) {
        bench.trouble(Artefact::Note, trouble);
        let new = note(&ticket, NoteKind::Internal, push, "x");
        let outcome = provider.add_note(&new).await;
        assert!(matches!(outcome, Err(PsaError::UnknownOutcome(_))), "{trouble:?}: {outcome:?}");
        let done = !matches!(trouble, Trouble::LostBefore | Trouble::ErrorBefore | Trouble::DoneLater);
        assert_eq!(bench.count(Artefact::Note, &ticket, new.text.marker()), usize::from(done), "{trouble:?}");
        bench.settle();
        let done = done || trouble == Trouble::DoneLater;
        assert_eq!(bench.count(Artefact::Note, &ticket, new.text.marker()), usize::from(done), "{trouble:?}");
    }
}

/// The seconds are the PSA's.
pub async fn too_many_calls_say_how_long_to_wait(bench: &dyn Bench) {
    let ticket = bench.known().open;
    bench.trouble(Artefact::Note, Trouble::TooMany);
    let refused = bench.provider().add_note(&note(&ticket, NoteKind::Internal, 1, "x")).await;
    assert_eq!(refused, Err(PsaError::RateLimited { retry_after: Some(7) }));
}

/// What is pushed.
#[derive(Clone, Copy, Debug)]
pub enum New<'a> {
    /// A note.
    Note(&'a NewNote),
    /// Time.
    Time(&'a NewTimeEntry),
}

/// Carries a push to its end as a worker does, with the time between its tries passing at once; `passed` is called
/// when it does.
pub async fn carry_out(bench: &dyn Bench, new: New<'_>, mut passed: impl FnMut()) -> Push {
    let mut now = Timestamp::from_unix(1_800_000_000).unwrap();
    let mut push = Push::queued(now);
    loop {
        let (begun, what) = push.begin(now);
        let look_first = what == Begin::LookThenWrite;
        let outcome = match (what, new) {
            (Begin::Nothing, _) if begun.due_at.is_none() => return begun,
            (Begin::Nothing, _) => {
                passed();
                now = now.plus_seconds(RETRY_AFTER_SECONDS);
                push = begun;
                continue;
            }
            (Begin::Confirm, new) => confirm(bench, new).await,
            (_, New::Note(note)) => push_note(bench.provider(), note, look_first).await.into(),
            (_, New::Time(entry)) => push_time(bench.provider(), entry, look_first).await.into(),
        };
        push = begun.settle(outcome, now);
    }
}

async fn confirm(bench: &dyn Bench, new: New<'_>) -> Outcome {
    let (artefact, ticket, marker) = match new {
        New::Note(note) => (Artefact::Note, &note.ticket, note.text.marker()),
        New::Time(entry) => (Artefact::Time, &entry.ticket, entry.text.marker()),
    };
    match bench.provider().find_by_marker(artefact, ticket, marker).await {
        Ok(Some(id)) => Outcome::Found(id),
        Ok(None) => Outcome::Missing,
        Err(error) => Outcome::Error(error),
    }
}

/// Each trouble alone, and none.
pub async fn a_note_is_pushed_exactly_once_whatever_goes_wrong(bench: &dyn Bench) {
    let ticket = bench.known().open;
    let troubles = Trouble::ALL.into_iter().filter(|trouble| *trouble != Trouble::TooMany).map(Some);
    for (push, trouble) in (1..).zip(troubles.chain([None])) {
        if let Some(trouble) = trouble {
            bench.trouble(Artefact::Note, trouble);
        }
        let new = note(&ticket, NoteKind::Internal, push, "x");
        let pushed = carry_out(bench, New::Note(&new), || bench.settle()).await;
        assert_eq!(pushed.state, PushState::Confirmed, "{trouble:?}: {pushed:?}");
        assert_eq!(bench.count(Artefact::Note, &ticket, new.text.marker()), 1, "{trouble:?}");
    }
}

/// Time costs money: twice would be worse than a note twice.
pub async fn time_is_pushed_exactly_once_whatever_goes_wrong(bench: &dyn Bench) {
    let ticket = bench.known().open;
    let troubles = Trouble::ALL.into_iter().filter(|trouble| *trouble != Trouble::TooMany).map(Some);
    for (push, trouble) in (1..).zip(troubles.chain([None])) {
        if let Some(trouble) = trouble {
            bench.trouble(Artefact::Time, trouble);
        }
        let entry = time(&ticket, push);
        let pushed = carry_out(bench, New::Time(&entry), || bench.settle()).await;
        assert_eq!(pushed.state, PushState::Confirmed, "{trouble:?}: {pushed:?}");
        assert_eq!(bench.count(Artefact::Time, &ticket, entry.text.marker()), 1, "{trouble:?}");
    }
}
