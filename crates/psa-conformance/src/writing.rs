//! Rules of writing.

use rf_psa::{Artefact, NoteKind, PsaError};

use crate::{Bench, note, time};

/// Each kind is where it belongs and nowhere else.
pub async fn every_kind_of_note_is_shown_where_it_should_be(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    for (push, kind) in (1..).zip(provider.capabilities().note_kinds) {
        let new = note(&ticket, *kind, push, "Replaced the toner");
        let id = provider.add_note(&new).await.unwrap();
        let notes = provider.notes(&ticket).await.unwrap();
        let kept = notes.iter().find(|note| note.id == id && !note.of_time_entry).unwrap();
        assert_eq!(kept.kinds, [*kind]);
        assert!(new.text.marker().is_in(&kept.text) && kept.author.is_some() && kept.at.is_some());
    }
}

/// Lines, signs and letters of every kind.
pub async fn the_text_of_a_note_survives(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    let new =
        note(&ticket, NoteKind::Internal, 1, "Line 1\n\n  <b>2</b> & \"3\" \\ % – Žluťoučký 🙂\n> quoted");
    let id = provider.add_note(&new).await.unwrap();
    let notes = provider.notes(&ticket).await.unwrap();
    let kept = notes.iter().find(|note| note.id == id).unwrap();
    assert_eq!(kept.text.replace("\r\n", "\n"), new.text.as_str());
}

/// As many characters as the adapter says it takes.
pub async fn the_longest_note_is_taken_with_its_marker(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    let most = provider.capabilities().max_note_chars;
    let new = note(&ticket, NoteKind::Internal, 1, &"ü".repeat(most * 2));
    assert_eq!(new.text.as_str().chars().count(), most.min(30_000));
    let id = provider.add_note(&new).await.unwrap();
    let found = provider.find_by_marker(Artefact::Note, &ticket, new.text.marker()).await.unwrap();
    assert_eq!(found, Some(id));
}

/// The oldest first.
pub async fn notes_come_in_the_order_they_were_written(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    let mut written = Vec::new();
    for push in 1..=5 {
        written.push(provider.add_note(&note(&ticket, NoteKind::Internal, push, "x")).await.unwrap());
    }
    let notes = provider.notes(&ticket).await.unwrap();
    let ours: Vec<_> = notes.into_iter().map(|note| note.id).filter(|id| written.contains(id)).collect();
    assert_eq!(ours, written);
}

/// Not that of another push, of another ticket or of another sort.
pub async fn a_marker_finds_its_own_artefact_alone(bench: &dyn Bench) {
    let (provider, known) = (bench.provider(), bench.known());
    let (first, second) =
        (note(&known.open, NoteKind::Internal, 1, "x"), note(&known.open, NoteKind::Internal, 2, "x"));
    let find =
        async |artefact, ticket, marker| provider.find_by_marker(artefact, ticket, marker).await.unwrap();
    assert_eq!(find(Artefact::Note, &known.open, first.text.marker()).await, None);
    let id = provider.add_note(&first).await.unwrap();
    assert_eq!(find(Artefact::Note, &known.open, first.text.marker()).await, Some(id));
    assert_eq!(find(Artefact::Note, &known.open, second.text.marker()).await, None);
    assert_eq!(find(Artefact::Note, &known.closed, first.text.marker()).await, None);
    let entry = time(&known.open, 1);
    let id = provider.add_time(&entry).await.unwrap();
    assert_eq!(find(Artefact::Time, &known.open, entry.text.marker()).await, Some(id));
    assert_eq!(find(Artefact::Note, &known.open, entry.text.marker()).await, None, "it is no note");
    assert_eq!(find(Artefact::Time, &known.open, first.text.marker()).await, None);
}

/// Time is kept once and its text is among the notes of the team.
pub async fn time_is_charged_and_found_again(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    let entry = time(&ticket, 1);
    provider.add_time(&entry).await.unwrap();
    assert_eq!(bench.count(Artefact::Time, &ticket, entry.text.marker()), 1);
    let nothing = provider.add_time(&rf_psa::NewTimeEntry { minutes: 0, ..time(&ticket, 2) }).await;
    assert!(matches!(nothing, Err(PsaError::Invalid { .. })), "{nothing:?}");
    let nobody = rf_psa::NewTimeEntry { member: Some("nobody-of-that-name".into()), ..time(&ticket, 3) };
    let nobody = provider.add_time(&nobody).await;
    assert!(matches!(nobody, Err(PsaError::Invalid { .. } | PsaError::NotFound(_))), "{nobody:?}");
}

/// A status that takes no time refuses it, in words.
pub async fn a_closed_ticket_takes_no_time(bench: &dyn Bench) {
    let refused = bench.provider().add_time(&time(&bench.known().closed, 1)).await;
    let Err(PsaError::Invalid { message, .. } | PsaError::Conflict(message)) = refused else {
        panic!("{refused:?}");
    };
    assert!(message.len() > 20, "{message}");
}

/// To every status of its board that does not close, and back.
pub async fn a_status_of_its_board_is_set_and_setting_it_again_changes_nothing(bench: &dyn Bench) {
    let (provider, ticket) = (bench.provider(), bench.known().open);
    let before = provider.ticket(&ticket).await.unwrap();
    let statuses = provider.statuses(&before.board.unwrap().id).await.unwrap();
    for status in &statuses {
        for _ in 0..2 {
            let changed = provider.set_status(&ticket, &status.id).await.unwrap();
            assert_eq!((changed.status.unwrap().id, changed.closed), (status.id.clone(), status.closes));
        }
    }
}

/// And the ticket stays as it was.
pub async fn a_status_of_another_board_is_refused(bench: &dyn Bench) {
    let (provider, known) = (bench.provider(), bench.known());
    let before = provider.ticket(&known.open).await.unwrap();
    let refused = provider.set_status(&known.open, &known.foreign_status).await;
    assert!(matches!(refused, Err(PsaError::Invalid { .. })), "{refused:?}");
    assert_eq!(provider.ticket(&known.open).await.unwrap(), before);
}
