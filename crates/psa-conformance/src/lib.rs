//! What every PSA adapter must do: one async function per rule over a [`Bench`], which is an adapter that talks to a
//! simulator of its vendor.
//!
//! [`conformance_tests!`] emits one test per rule, so that every vendor is held to the same words. A rule panics when it
//! is broken.
#![warn(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a panic is a failed test"
)]

pub mod reading;
pub mod trouble;
pub mod writing;

use rf_kernel::Timestamp;
use rf_psa::{
    Artefact, Marker, NewNote, NewTimeEntry, NoteFor, NoteKind, PsaId, PsaProvider, Section, Shape, note_text,
};
use uuid::Uuid;

/// What goes wrong with the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Its connection ends before anything is done.
    LostBefore,
    /// It is done and its answer is lost.
    LostAfter,
    /// Its connection ends, and it is done when [`Bench::settle`] is called.
    DoneLater,
    /// It is done, and the answer is an error of the server.
    ErrorAfter,
    /// It is done, and the answer is cut off.
    HalfAnswer,
    /// It is done, and the answer is a page of something in between.
    PageAfter,
    /// It is not done, and the answer is an error of the server.
    ErrorBefore,
    /// It is refused because there were too many; after 7 seconds more are taken.
    TooMany,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LostBefore,
        Self::LostAfter,
        Self::DoneLater,
        Self::ErrorAfter,
        Self::HalfAnswer,
        Self::PageAfter,
        Self::ErrorBefore,
        Self::TooMany,
    ];
}

/// What is in the simulator.
#[derive(Clone, Debug)]
pub struct Known {
    /// A ticket that takes notes and time, with a company, a contact and a configuration.
    pub open: PsaId,
    /// A part of its summary that few others have.
    pub open_summary: &'static str,
    /// A closed one, which takes no time.
    pub closed: PsaId,
    /// A number no ticket has.
    pub missing: PsaId,
    /// How many tickets there are, and how many of them are not closed.
    pub tickets: (usize, usize),
    /// A status of another board than that of `open`.
    pub foreign_status: PsaId,
}

/// An adapter and the simulator it talks to.
pub trait Bench: Send + Sync {
    /// The adapter.
    fn provider(&self) -> &dyn PsaProvider;

    /// What is there.
    fn known(&self) -> Known;

    /// Lets the next write to a ticket's notes or time go wrong, and none after it.
    fn trouble(&self, artefact: Artefact, trouble: Trouble);

    /// Does what was held back.
    fn settle(&self);

    /// A callback about a ticket as the vendor sends it: body and signature.
    fn callback(&self, ticket: &PsaId, deleted: bool) -> (Vec<u8>, String);

    /// How often a ticket has an artefact with this marker, counted inside the simulator.
    fn count(&self, artefact: Artefact, ticket: &PsaId, marker: &Marker) -> usize;
}

/// A note to write.
#[must_use]
pub fn note(ticket: &PsaId, kind: NoteKind, push: u128, body: &str) -> NewNote {
    let sections = [Section { title: "What was done".into(), body: body.into() }];
    let shape = Shape { purpose: NoteFor::Resolution, max_chars: 30_000 };
    let marker = Marker::new(Uuid::from_u128(push), Artefact::Note);
    NewNote { ticket: ticket.clone(), kind, text: note_text(shape, &sections, marker) }
}

/// Time to charge: three quarters of an hour.
#[must_use]
pub fn time(ticket: &PsaId, push: u128) -> NewTimeEntry {
    let sections = [Section { title: "Work".into(), body: "Cleared the queue".into() }];
    let shape = Shape { purpose: NoteFor::Time, max_chars: 2_000 };
    let marker = Marker::new(Uuid::from_u128(push), Artefact::Time);
    NewTimeEntry {
        ticket: ticket.clone(),
        member: None,
        start: Timestamp::from_unix(1_772_528_400).unwrap(),
        minutes: 45,
        billable: Some(true),
        work_type: None,
        work_role: None,
        text: note_text(shape, &sections, marker),
    }
}

/// Emits one `#[tokio::test]` per rule. The argument is evaluated in every test and gives a future of a [`Bench`]. The
/// calling crate needs tokio with `macros`.
#[macro_export]
macro_rules! conformance_tests {
    ($factory:expr) => {
        $crate::conformance_tests! { @emit $factory;
            reading::a_good_connection_says_whose_it_is,
            reading::open_tickets_are_found_by_a_part_of_their_summary,
            reading::a_ticket_is_found_by_its_number,
            reading::some_tickets_are_asked_for_by_their_numbers,
            reading::closed_tickets_come_only_when_asked_for,
            reading::pages_hold_every_ticket_once,
            reading::quotes_in_a_search_are_words_and_nothing_else,
            reading::a_ticket_has_what_its_context_card_shows,
            reading::what_is_not_there_is_not_found,
            reading::boards_have_statuses_one_of_which_closes,
            reading::members_have_names_to_map_by,
            reading::time_can_be_classed,
            reading::callbacks_go_to_one_address_or_are_not_offered,
            reading::a_callback_names_its_ticket,
            reading::a_callback_that_was_altered_is_refused,
            writing::every_kind_of_note_is_shown_where_it_should_be,
            writing::the_text_of_a_note_survives,
            writing::the_longest_note_is_taken_with_its_marker,
            writing::notes_come_in_the_order_they_were_written,
            writing::a_marker_finds_its_own_artefact_alone,
            writing::time_is_charged_and_found_again,
            writing::a_closed_ticket_takes_no_time,
            writing::a_status_of_its_board_is_set_and_setting_it_again_changes_nothing,
            writing::a_status_of_another_board_is_refused,
            trouble::a_write_whose_answer_was_lost_has_an_unknown_outcome,
            trouble::too_many_calls_say_how_long_to_wait,
            trouble::a_note_is_pushed_exactly_once_whatever_goes_wrong,
            trouble::time_is_pushed_exactly_once_whatever_goes_wrong,
        }
    };
    (@emit $factory:expr; $($module:ident::$rule:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $rule() {
                let bench = $factory.await;
                $crate::$module::$rule(&bench).await;
            }
        )+
    };
}
