//! What every store must do: one async function per rule over a fresh, empty store.
//!
//! [`conformance_tests!`] emits one test per rule, so that memory, SQLite and Postgres are held to the same
//! words. A rule panics when it is broken; `tests/broken_stores.rs` shows that the rules bite. Anything new on a
//! repository trait gets its rules here first: one that it works, one that another tenant cannot use it.
#![warn(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a panic is a failed test"
)]

pub mod ai_sessions;
pub mod assistant;
pub mod audit;
#[cfg(feature = "testdb")]
pub mod channels;
pub mod contents;
pub mod events;
pub mod fixtures;
pub mod folders;
pub mod handoffs;
pub mod idempotency;
pub mod identities;
pub mod jobs;
pub mod kept_notes;
pub mod library;
pub mod links;
pub mod mails;
pub mod model_calls;
pub mod notifications;
pub mod payments;
pub mod people;
pub mod psa;
pub mod psa_feed;
pub mod redaction;
pub mod refresh;
pub mod sealed;
pub mod search;
pub mod second_factors;
pub mod session_log;
pub mod sessions;
pub mod site;
pub mod tenancy;
#[cfg(feature = "testdb")]
pub mod testdb;
pub mod tree_lists;
pub mod trees;
pub mod units;
pub mod uploads;

use rf_store::Store;

/// A fresh, empty store, and whatever has to live as long as it does.
pub trait Fresh {
    /// The store.
    fn store(&self) -> &dyn Store;
}

impl<S: Store> Fresh for S {
    fn store(&self) -> &dyn Store {
        self
    }
}

/// Emits one `#[tokio::test]` per rule. The argument is evaluated in every test and gives a future of a
/// [`Fresh`] store. The calling crate needs tokio with `macros`.
#[macro_export]
macro_rules! conformance_tests {
    ($factory:expr) => {
        $crate::conformance_tests! { @emit $factory;
            units::committed_writes_are_seen,
            units::a_dropped_unit_leaves_nothing,
            units::a_registration_is_all_or_nothing,
            units::an_error_poisons_the_unit,
            units::a_poisoned_unit_keeps_nothing,
            units::reading_units_refuse_every_write,
            units::a_refused_write_poisons_a_reading_unit,
            units::a_unit_sees_its_own_writes,
            units::others_do_not_see_uncommitted_writes,
            units::concurrent_writers_are_all_kept,
            units::a_reading_unit_commits,
            units::the_store_answers_a_ping,
            units::locking_an_account_makes_counted_limits_exact,
            people::an_account_round_trips,
            people::an_idle_limit_above_the_absolute_one_is_refused_by_name,
            people::an_account_is_renamed_and_gets_limits,
            people::an_account_id_is_unique_by_name,
            people::a_user_round_trips,
            people::an_email_belongs_to_one_person_of_all_accounts,
            people::of_simultaneous_registrations_one_gets_the_email,
            people::members_are_the_active_ones_by_name,
            people::sign_in_finds_people_of_every_account,
            people::all_people_are_listed_by_name,
            people::a_person_changes_in_what_is_given,
            people::a_password_is_replaced,
            people::teams_are_listed_renamed_and_deleted,
            people::a_team_in_use_stays,
            people::changes_of_people_stay_in_their_account,
            people::a_sign_in_is_stamped,
            people::whoever_has_a_live_token_is_signed_in,
            people::a_team_round_trips,
            people::a_user_needs_an_account_and_a_team_of_it,
            people::a_subscription_round_trips,
            people::an_account_has_one_subscription,
            people::instants_keep_their_microseconds,
            payments::a_subscription_update_is_kept,
            payments::a_customer_is_one_account,
            payments::of_many_conversions_as_many_count_as_fit,
            payments::a_message_is_recorded_once,
            payments::the_newest_news_win_in_any_order,
            payments::of_simultaneous_news_the_newest_win,
            payments::prices_are_replaced,
            payments::payments_are_hidden_from_other_accounts,
            refresh::a_refresh_token_round_trips,
            refresh::a_refresh_token_is_consumed_once,
            refresh::of_simultaneous_consumers_one_wins,
            refresh::an_unknown_token_is_not_found,
            refresh::the_successor_is_found,
            refresh::a_token_has_one_successor,
            refresh::revoking_a_family_counts_what_was_left,
            refresh::revoking_a_family_beats_a_rotation,
            refresh::sign_ins_are_ended_as_asked_and_counted,
            refresh::ending_sign_ins_beats_rotations_and_sign_ins,
            refresh::access_is_refused_as_asked,
            refresh::one_sign_in_is_spared,
            refresh::refresh_tokens_that_ran_out_are_swept,
            refresh::a_token_id_is_unique_by_name,
            idempotency::a_key_is_claimed_once,
            idempotency::a_dropped_claim_leaves_the_key_free,
            idempotency::of_simultaneous_claims_one_acts,
            idempotency::keys_belong_to_a_person,
            idempotency::an_ended_key_is_free,
            idempotency::an_answer_without_a_claim_is_an_error,
            links::links_round_trip,
            links::a_link_is_used_once,
            links::newer_links_supersede,
            links::a_link_is_of_a_person_and_has_its_own_token,
            links::invites_round_trip_newest_first,
            links::an_address_has_one_waiting_invite_in_an_account,
            links::an_invite_is_renewed_while_it_waits,
            links::an_invite_is_accepted_once_and_in_time,
            links::passwords_and_proofs_are_of_one_person,
            links::an_address_is_changed_and_stays_one_persons,
            links::whoever_leaves_frees_their_address,
            links::links_and_invites_are_hidden_from_other_accounts,
            second_factors::a_second_factor_is_changed_by_who_knows_it,
            second_factors::a_second_factor_is_of_a_person,
            second_factors::a_second_factor_is_due_where_it_is_required,
            second_factors::second_factors_are_hidden_from_other_accounts,
            sealed::sealed_secrets_are_found_in_pages,
            sealed::a_secret_is_sealed_anew_once,
            sealed::sealed_secrets_are_hidden_from_other_accounts,
            identities::identities_round_trip_oldest_first,
            identities::an_identity_belongs_to_one_person_of_all_accounts,
            identities::of_simultaneous_links_one_gets_the_identity,
            identities::of_simultaneous_returns_one_gets_the_flow,
            identities::flows_nobody_came_back_from_are_forgotten,
            identities::identities_are_hidden_from_other_accounts,
            redaction::redaction_settings_round_trip,
            redaction::stale_redaction_settings_are_refused,
            redaction::redaction_settings_are_changed_by_a_person_of_the_account,
            audit::audit_entries_round_trip_newest_first,
            audit::audit_entries_of_one_instant_have_an_order,
            audit::every_audit_filter_narrows,
            audit::pages_of_audit_entries_neither_overlap_nor_miss,
            audit::entries_are_chained,
            audit::a_dropped_entry_leaves_no_gap,
            audit::simultaneous_entries_are_all_chained,
            audit::a_pruned_chain_holds,
            audit::a_retention_is_kept,
            audit::the_site_sees_all_logs,
            jobs::a_job_round_trips,
            jobs::jobs_are_claimed_when_due_longest_due_first,
            jobs::what_is_full_is_passed_over,
            jobs::a_key_is_taken_once_in_an_account,
            jobs::of_simultaneous_workers_one_gets_each_job,
            jobs::a_lease_that_ran_out_is_another_worker_s,
            jobs::a_lost_lease_changes_nothing,
            jobs::a_failed_job_waits_or_is_parked,
            jobs::a_parked_job_is_retried_by_hand,
            jobs::old_done_jobs_are_pruned,
            jobs::jobs_are_listed_newest_first,
            jobs::a_job_is_kept_with_its_unit_or_not_at_all,
            events::events_are_published_in_order,
            events::an_event_is_kept_with_its_unit_or_not_at_all,
            events::simultaneous_publishers_take_turns,
            events::old_events_are_pruned,
            events::an_event_names_what_is_there,
            events::events_are_hidden_from_other_accounts,
            notifications::notifications_round_trip_newest_first,
            notifications::walking_notifications_by_cursor_shows_each_once,
            notifications::a_notification_is_read_once,
            notifications::old_notifications_are_pruned,
            notifications::preferences_are_kept_and_replaced,
            notifications::notifications_are_of_people_of_the_account,
            notifications::notifications_are_hidden_from_other_accounts,
            mails::mails_round_trip_newest_first,
            mails::attempts_to_send_are_recorded,
            mails::a_mail_needs_its_account,
            trees::trees_of_every_type_round_trip,
            trees::the_stamp_of_a_library_changes_with_it,
            trees::a_fork_round_trips,
            trees::a_tree_id_is_unique_by_name,
            trees::a_tree_needs_its_account_and_a_team_of_it,
            trees::a_tree_update_is_kept,
            trees::a_stale_tree_update_is_refused,
            trees::of_simultaneous_tree_updates_one_wins,
            trees::an_unknown_tree_is_not_found,
            trees::shared_trees_are_seen_by_everybody,
            trees::drafts_archived_and_private_trees_stay_at_home,
            trees::a_shared_tree_is_changed_by_its_account_alone,
            trees::a_tree_taken_back_disappears_elsewhere,
            trees::own_trees_are_counted_without_archived_ones,
            trees::usage_is_counted_for_each_account,
            trees::usage_is_counted_exactly_under_concurrency,
            trees::using_an_unknown_tree_counts_nothing,
            trees::versions_round_trip_newest_first,
            trees::a_version_number_is_taken_once,
            trees::versions_of_shared_trees_are_readable,
            trees::a_version_needs_a_tree_of_its_account,
            tree_lists::trees_are_listed_by_name_whatever_the_case,
            tree_lists::trees_are_listed_by_change,
            tree_lists::trees_are_listed_by_use,
            tree_lists::pages_of_trees_neither_overlap_nor_miss,
            tree_lists::a_list_has_no_bodies,
            tree_lists::every_tree_filter_narrows,
            tree_lists::every_word_must_occur,
            tree_lists::search_takes_wildcards_literally,
            tree_lists::search_ignores_case_beyond_ascii,
            tree_lists::a_search_no_text_can_match_finds_nothing,
            tree_lists::a_changed_tree_is_found_by_its_new_words_and_tags,
            tree_lists::facets_count_what_the_tenant_sees,
            tree_lists::facets_follow_the_filter,
            tree_lists::flows_of_other_teams_can_be_left_out,
            search::better_places_and_better_matches_come_first,
            search::typing_errors_endings_and_parts_are_found,
            search::shared_flows_are_found_by_similar_words,
            search::a_search_keeps_to_the_filter,
            search::pages_of_a_search_neither_overlap_nor_miss,
            search::many_words_of_a_flow_are_kept_and_changed,
            library::favourites_are_marked_for_a_person,
            library::a_favourite_is_of_a_person_of_the_account,
            library::favourites_narrow_a_list,
            library::completions_are_counted_for_each_account,
            library::completions_are_counted_exactly_under_concurrency,
            library::trees_are_listed_by_success,
            library::a_change_upstream_shows_on_forks,
            folders::folders_round_trip,
            folders::a_folder_stays_in_its_account,
            folders::folders_are_deleted_and_flows_stay,
            folders::flows_are_put_in_and_taken_out,
            folders::folders_narrow_lists_and_are_counted,
            folders::folders_are_hidden_from_other_accounts,
            sessions::a_bare_session_round_trips,
            sessions::a_full_session_round_trips,
            sessions::a_session_id_is_unique_by_name,
            sessions::a_session_names_people_of_its_account,
            sessions::a_session_update_is_kept,
            sessions::an_update_leaves_the_snapshot_alone,
            sessions::a_stale_session_update_is_refused,
            sessions::of_simultaneous_session_updates_one_wins,
            sessions::reading_for_update_makes_others_wait,
            sessions::an_unknown_session_is_not_found,
            sessions::a_session_outlives_its_tree,
            sessions::sessions_are_listed_newest_first_and_unstarted_last,
            sessions::pages_of_sessions_neither_overlap_nor_miss,
            sessions::walking_by_cursor_shows_every_session_once,
            sessions::a_cursor_holds_under_every_filter,
            sessions::what_begins_while_walking_by_cursor_moves_nothing,
            sessions::a_session_owned_and_assigned_is_listed_once,
            sessions::a_list_holds_own_and_assigned_sessions,
            sessions::every_session_filter_narrows,
            sessions::instants_in_filters_are_inclusive,
            sessions::filters_take_wildcards_literally,
            sessions::filters_ignore_case_beyond_ascii,
            sessions::equal_snapshots_are_shared,
            session_log::a_log_round_trips_in_order,
            session_log::an_entry_is_appended_once,
            session_log::of_simultaneous_appends_one_is_kept,
            session_log::entries_without_an_id_are_all_kept,
            session_log::an_entry_id_counts_in_its_session_alone,
            session_log::a_sequence_number_is_taken_once,
            session_log::a_log_needs_its_session,
            session_log::a_known_entry_is_recognised,
            site::pages_of_accounts_and_people_hold_everybody_once,
            site::a_person_is_switched_off_and_on,
            site::a_site_admin_is_made_once,
            ai_sessions::ai_sessions_round_trip,
            ai_sessions::an_ai_session_names_what_is_there,
            ai_sessions::an_ai_session_update_is_kept_once,
            ai_sessions::ai_sessions_are_listed_by_what_happened_last,
            ai_sessions::ai_sessions_left_alone_are_abandoned,
            ai_sessions::an_ai_session_goes_on_from_one_guided_session,
            ai_sessions::ai_steps_round_trip,
            ai_sessions::fixes_round_trip_and_fall_due,
            ai_sessions::ai_sessions_are_hidden_from_other_accounts,
            handoffs::handoffs_round_trip_newest_first,
            handoffs::a_handoff_names_what_is_there,
            handoffs::a_session_waits_for_one_person_at_a_time,
            handoffs::of_simultaneous_claimers_one_wins,
            handoffs::a_handoff_is_claimed_by_another_while_it_waits,
            handoffs::a_handoff_update_is_kept_where_it_was_expected,
            handoffs::an_assessment_is_kept_once,
            handoffs::the_queue_holds_what_waits_newest_first,
            handoffs::escalations_of_a_time_are_counted,
            handoffs::handoffs_are_hidden_from_other_accounts,
            kept_notes::a_draft_and_an_edit_are_kept_side_by_side,
            kept_notes::a_stale_edit_of_a_note_is_refused,
            kept_notes::a_kept_note_names_what_is_there,
            kept_notes::kept_notes_are_hidden_from_other_accounts,
            model_calls::model_calls_round_trip,
            model_calls::tokens_are_kept_for_each_account,
            model_calls::first_reservations_side_by_side_are_all_counted,
            model_calls::model_calls_are_hidden_from_other_accounts,
            channels::channels_are_kept_and_changed_by_who_saw_them_last,
            channels::a_channel_message_keeps_its_words,
            channels::channel_messages_are_listed_newest_first,
            channels::channels_are_hidden_from_other_accounts,
            assistant::chats_round_trip_the_last_used_first,
            assistant::what_was_said_is_kept_once_and_goes_with_its_chat,
            assistant::documents_round_trip_newest_first,
            assistant::embeddings_are_kept_by_what_was_sent,
            assistant::the_assistants_rows_are_hidden_from_other_accounts,
            uploads::files_round_trip_in_the_order_they_came,
            uploads::a_file_is_attached_once_and_when_its_bytes_are_there,
            uploads::bytes_of_an_account_are_counted_with_places_taken,
            uploads::what_is_loose_and_old_is_swept,
            uploads::of_simultaneous_attachments_one_wins,
            uploads::files_are_hidden_from_other_accounts,
            psa::an_account_has_one_psa_connection,
            psa::psa_members_are_kept_by_person,
            psa::a_push_is_kept_once_for_its_key,
            psa::pushes_are_listed_newest_first,
            psa::psa_rows_are_hidden_from_other_accounts,
            psa_feed::an_account_has_one_feed,
            psa_feed::a_callback_is_kept_once,
            psa_feed::tickets_under_way_are_those_of_open_sessions,
            psa_feed::a_time_edit_is_changed_by_who_knows_it,
            psa_feed::a_session_s_ticket_is_kept,
            psa_feed::feeds_and_edits_are_hidden_from_other_accounts,
            tenancy::people_are_hidden_from_other_accounts,
            tenancy::refresh_tokens_are_hidden_from_other_accounts,
            tenancy::redaction_settings_are_hidden_from_other_accounts,
            tenancy::audit_entries_are_hidden_from_other_accounts,
            tenancy::jobs_and_mails_are_hidden_from_other_accounts,
            tenancy::trees_are_hidden_from_other_accounts,
            tenancy::tree_changes_by_other_accounts_change_nothing,
            tenancy::sessions_are_hidden_from_other_accounts,
            tenancy::session_changes_by_other_accounts_change_nothing,
            tenancy::no_row_is_written_for_another_account,
        }
    };
    (@emit $factory:expr; $($module:ident :: $rule:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $rule() {
                let fresh = $factory.await;
                $crate::$module::$rule($crate::Fresh::store(&fresh)).await;
            }
        )+
    };
}
