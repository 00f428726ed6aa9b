//! The suite bites: a store with a fault breaks the rules that are about it, and no store without one does.

mod broken;

use std::panic::AssertUnwindSafe;

use broken::{Broken, Fault};
use futures_util::FutureExt;
use rf_store_conformance as rules;

/// The rules that are broken, of those tried.
macro_rules! broken_rules {
    ($fault:expr; $($module:ident :: $rule:ident),+ $(,)?) => {{
        let mut broken: Vec<&str> = Vec::new();
        $(
            let store = Broken::new($fault);
            if AssertUnwindSafe(rules::$module::$rule(&store)).catch_unwind().await.is_err() {
                broken.push(stringify!($rule));
            }
        )+
        broken
    }};
}

#[tokio::test]
async fn a_store_that_ignores_the_tenant_is_caught() {
    let broken = broken_rules!(Fault::IgnoresTenant;
        tenancy::sessions_are_hidden_from_other_accounts,
        tenancy::session_changes_by_other_accounts_change_nothing,
        session_log::a_log_needs_its_session,
        tenancy::no_row_is_written_for_another_account,
        sessions::a_full_session_round_trips,
        session_log::a_log_round_trips_in_order,
    );
    assert_eq!(
        broken,
        [
            "sessions_are_hidden_from_other_accounts",
            "session_changes_by_other_accounts_change_nothing",
            "a_log_needs_its_session",
            "no_row_is_written_for_another_account",
        ]
    );
}

#[tokio::test]
async fn a_store_without_transactions_is_caught() {
    let broken = broken_rules!(Fault::NoTransaction;
        units::a_dropped_unit_leaves_nothing,
        units::a_registration_is_all_or_nothing,
        units::an_error_poisons_the_unit,
        units::a_poisoned_unit_keeps_nothing,
        units::others_do_not_see_uncommitted_writes,
        units::locking_an_account_makes_counted_limits_exact,
        units::committed_writes_are_seen,
        trees::a_tree_update_is_kept,
    );
    assert_eq!(
        broken,
        [
            "a_dropped_unit_leaves_nothing",
            "a_registration_is_all_or_nothing",
            "an_error_poisons_the_unit",
            "a_poisoned_unit_keeps_nothing",
            "others_do_not_see_uncommitted_writes",
            "locking_an_account_makes_counted_limits_exact",
        ]
    );
}

#[tokio::test]
async fn a_store_that_ignores_the_revision_is_caught() {
    let broken = broken_rules!(Fault::IgnoresRevision;
        trees::a_stale_tree_update_is_refused,
        trees::of_simultaneous_tree_updates_one_wins,
        sessions::a_stale_session_update_is_refused,
        sessions::of_simultaneous_session_updates_one_wins,
        trees::a_tree_update_is_kept,
        sessions::a_session_update_is_kept,
    );
    assert_eq!(
        broken,
        [
            "a_stale_tree_update_is_refused",
            "of_simultaneous_tree_updates_one_wins",
            "a_stale_session_update_is_refused",
            "of_simultaneous_session_updates_one_wins",
        ]
    );
}

/// So it is the faults that were caught, and not the wrapper around them.
mod without_a_fault {
    use super::broken::{Broken, Fault};

    async fn sound() -> Broken {
        Broken::new(Fault::None)
    }

    rf_store_conformance::conformance_tests!(sound());
}
