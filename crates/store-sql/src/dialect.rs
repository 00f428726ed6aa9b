//! What the engines say differently: errors, and the names of what refused.

use rf_kernel::StoreError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError};

/// What refuses a row of another account: our own check, and on Postgres row-level security behind it.
pub(crate) const TENANT_WALL: &str = "tenant_wall";

/// What a broken reference is called until [`foreign_key_name`] knows better; SQLite does not say which it was.
pub(crate) const SOME_FOREIGN_KEY: &str = "foreign_key";

/// SQLite names the columns of a unique constraint, not the constraint.
const UNIQUE: &[(&str, &str)] = &[
    ("accounts.id", "pk_accounts"),
    ("app_notifications.id", "pk_app_notifications"),
    ("audit_chains.account_id", "pk_audit_chains"),
    ("audit_log.account_id, audit_log.seq", "uq_audit_log_seq"),
    ("audit_log.id", "pk_audit_log"),
    ("channels.id", "pk_channels"),
    ("channel_messages.id", "pk_channel_messages"),
    ("ai_session_steps.id", "pk_ai_session_steps"),
    ("ai_session_steps.session_id, ai_session_steps.step_order", "uq_ai_session_steps_order"),
    ("ai_sessions.account_id, ai_sessions.guided_session_id", "uq_ai_sessions_guided"),
    ("ai_sessions.id", "pk_ai_sessions"),
    ("ai_sessions.id, ai_sessions.account_id", "pk_ai_sessions"),
    ("chat_messages.chat_id, chat_messages.id", "pk_chat_messages"),
    ("chat_messages.chat_id, chat_messages.position", "uq_chat_messages_position"),
    ("chats.id", "pk_chats"),
    ("chats.id, chats.account_id", "pk_chats"),
    ("documents.id", "pk_documents"),
    ("embeddings.account_id, embeddings.model, embeddings.digest", "pk_embeddings"),
    ("events.id", "pk_events"),
    ("events.sequence", "uq_events_sequence"),
    ("folder_trees.folder_id, folder_trees.tree_id", "pk_folder_trees"),
    ("folders.id", "pk_folders"),
    ("handoffs.id", "pk_handoffs"),
    ("handoffs.session_id", "uq_handoffs_waiting"),
    ("folders.id, folders.account_id", "pk_folders"),
    (
        "idempotency_keys.account_id, idempotency_keys.user_id, idempotency_keys.request_key",
        "pk_idempotency_keys",
    ),
    ("invites.account_id, invites.email", "uq_invites_open"),
    ("invites.id", "pk_invites"),
    ("invites.token_hash", "uq_invites_hash"),
    ("identities.id", "pk_identities"),
    ("identities.issuer, identities.directory, identities.subject", "uq_identities_key"),
    ("jobs.id", "pk_jobs"),
    ("kept_notes.account_id, kept_notes.session_id, kept_notes.kind", "pk_kept_notes"),
    ("link_tokens.id", "pk_link_tokens"),
    ("link_tokens.token_hash", "uq_link_tokens_hash"),
    ("model_calls.id", "pk_model_calls"),
    ("model_tokens.account_id", "pk_model_tokens"),
    ("mails.id", "pk_mails"),
    ("notification_preferences.user_id", "pk_notification_preferences"),
    ("oauth_flows.state_hash", "pk_oauth_flows"),
    ("payment_events.event_id", "pk_payment_events"),
    ("plan_prices.account_id, plan_prices.plan, plan_prices.pay_interval", "uq_plan_prices_plan"),
    ("plan_prices.account_id, plan_prices.price_id", "pk_plan_prices"),
    ("psa_callbacks.account_id, psa_callbacks.digest", "pk_psa_callbacks"),
    ("psa_connections.account_id", "uq_psa_connections_account"),
    ("psa_connections.id", "pk_psa_connections"),
    ("psa_feeds.account_id", "pk_psa_feeds"),
    ("psa_kept_tickets.account_id, psa_kept_tickets.session_id", "pk_psa_kept_tickets"),
    ("psa_member_mappings.account_id, psa_member_mappings.user_id", "pk_psa_member_mappings"),
    ("psa_post_log.account_id, psa_post_log.idempotency_key", "uq_psa_post_log_key"),
    ("psa_post_log.id", "pk_psa_post_log"),
    ("psa_time_edits.account_id, psa_time_edits.session_id", "pk_psa_time_edits"),
    ("redaction_settings.account_id", "pk_redaction_settings"),
    ("refresh_tokens.jti", "pk_refresh_tokens"),
    ("refresh_tokens.parent_jti", "uq_refresh_tokens_parent"),
    ("second_factors.user_id", "pk_second_factors"),
    ("session_log.session_id, session_log.entry_id", "uq_session_log_entry"),
    ("session_log.session_id, session_log.seq", "pk_session_log"),
    ("sessions.id", "pk_sessions"),
    ("sessions.id, sessions.account_id", "pk_sessions"),
    ("subscriptions.account_id", "uq_subscriptions_account"),
    ("subscriptions.customer_id", "uq_subscriptions_customer"),
    ("subscriptions.id", "pk_subscriptions"),
    ("suggested_fixes.id", "pk_suggested_fixes"),
    ("teams.id", "pk_teams"),
    ("teams.id, teams.account_id", "pk_teams"),
    ("tree_favourites.user_id, tree_favourites.tree_id", "pk_tree_favourites"),
    ("tree_snapshots.account_id, tree_snapshots.hash", "pk_tree_snapshots"),
    ("tree_tags.tree_id, tree_tags.tag", "pk_tree_tags"),
    ("tree_usage.account_id, tree_usage.tree_id", "pk_tree_usage"),
    ("tree_versions.id", "pk_tree_versions"),
    ("tree_versions.tree_id, tree_versions.version", "uq_tree_versions_number"),
    ("tree_words.tree_id, tree_words.word", "pk_tree_words"),
    ("trees.id", "pk_trees"),
    ("trees.id, trees.account_id", "pk_trees"),
    ("uploads.id", "pk_uploads"),
    ("users.email", "uq_users_email"),
    ("users.id", "pk_users"),
    ("users.id, users.account_id", "pk_users"),
    ("word_trigrams.account_id, word_trigrams.word, word_trigrams.trigram", "pk_word_trigrams"),
];

/// SQLite numbers the references of a table; by table and first column they have their names back.
const FOREIGN: &[(&str, &str, &str)] = &[
    ("ai_session_steps", "session_id", "fk_ai_session_steps_session"),
    ("ai_sessions", "account_id", "fk_ai_sessions_account"),
    ("ai_sessions", "escalated_to_id", "fk_ai_sessions_escalated_to"),
    ("ai_sessions", "matched_flow_id", "fk_ai_sessions_flow"),
    ("ai_sessions", "team_id", "fk_ai_sessions_team"),
    ("ai_sessions", "user_id", "fk_ai_sessions_user"),
    ("app_notifications", "user_id", "fk_app_notifications_user"),
    ("channels", "account_id", "fk_channels_account"),
    ("channels", "created_by_id", "fk_channels_person"),
    ("channel_messages", "account_id", "fk_channel_messages_account"),
    ("chat_messages", "chat_id", "fk_chat_messages_chat"),
    ("chats", "ai_session_id", "fk_chats_session"),
    ("chats", "user_id", "fk_chats_person"),
    ("documents", "account_id", "fk_documents_account"),
    ("documents", "created_by", "fk_documents_author"),
    ("embeddings", "account_id", "fk_embeddings_account"),
    ("events", "account_id", "fk_events_account"),
    ("events", "user_id", "fk_events_user"),
    ("folder_trees", "folder_id", "fk_folder_trees_folder"),
    ("folder_trees", "tree_id", "fk_folder_trees_tree"),
    ("folders", "account_id", "fk_folders_account"),
    ("folders", "owner_id", "fk_folders_owner"),
    ("folders", "parent_id", "fk_folders_parent"),
    ("folders", "team_id", "fk_folders_team"),
    ("handoffs", "claimed_by", "fk_handoffs_claimer"),
    ("handoffs", "created_by", "fk_handoffs_creator"),
    ("handoffs", "session_id", "fk_handoffs_session"),
    ("handoffs", "target_user_id", "fk_handoffs_target"),
    ("idempotency_keys", "user_id", "fk_idempotency_keys_user"),
    ("invites", "accepted_by_id", "fk_invites_person"),
    ("invites", "account_id", "fk_invites_account"),
    ("invites", "invited_by_id", "fk_invites_inviter"),
    ("kept_notes", "session_id", "fk_kept_notes_session"),
    ("kept_notes", "edited_by_id", "fk_kept_notes_author"),
    ("link_tokens", "user_id", "fk_link_tokens_user"),
    ("identities", "user_id", "fk_identities_user"),
    ("model_calls", "session_id", "fk_model_calls_session"),
    ("model_tokens", "account_id", "fk_model_tokens_account"),
    ("mails", "account_id", "fk_mails_account"),
    ("notification_preferences", "user_id", "fk_notification_preferences_user"),
    ("oauth_flows", "user_id", "fk_oauth_flows_user"),
    ("payment_events", "account_id", "fk_payment_events_account"),
    ("plan_prices", "account_id", "fk_plan_prices_account"),
    ("psa_callbacks", "account_id", "fk_psa_callbacks_account"),
    ("psa_connections", "account_id", "fk_psa_connections_account"),
    ("psa_connections", "connected_by_id", "fk_psa_connections_person"),
    ("psa_feeds", "account_id", "fk_psa_feeds_account"),
    ("psa_kept_tickets", "account_id", "fk_psa_kept_tickets_account"),
    ("psa_kept_tickets", "session_id", "fk_psa_kept_tickets_session"),
    ("psa_member_mappings", "user_id", "fk_psa_member_mappings_user"),
    ("psa_post_log", "account_id", "fk_psa_post_log_account"),
    ("psa_post_log", "requested_by_id", "fk_psa_post_log_person"),
    ("psa_time_edits", "account_id", "fk_psa_time_edits_account"),
    ("psa_time_edits", "edited_by_id", "fk_psa_time_edits_person"),
    ("redaction_settings", "account_id", "fk_redaction_settings_account"),
    ("redaction_settings", "updated_by_id", "fk_redaction_settings_author"),
    ("refresh_tokens", "user_id", "fk_refresh_tokens_user"),
    ("second_factors", "user_id", "fk_second_factors_user"),
    ("session_log", "session_id", "fk_session_log_session"),
    ("sessions", "account_id", "fk_sessions_account"),
    ("sessions", "assigned_to_id", "fk_sessions_assignee"),
    ("sessions", "prepared_by_id", "fk_sessions_preparer"),
    ("sessions", "user_id", "fk_sessions_user"),
    ("subscriptions", "account_id", "fk_subscriptions_account"),
    ("suggested_fixes", "session_id", "fk_suggested_fixes_session"),
    ("teams", "account_id", "fk_teams_account"),
    ("tree_favourites", "tree_id", "fk_tree_favourites_tree"),
    ("tree_favourites", "user_id", "fk_tree_favourites_user"),
    ("tree_snapshots", "account_id", "fk_tree_snapshots_account"),
    ("tree_tags", "tree_id", "fk_tree_tags_tree"),
    ("tree_usage", "account_id", "fk_tree_usage_account"),
    ("tree_usage", "tree_id", "fk_tree_usage_tree"),
    ("tree_versions", "published_by_id", "fk_tree_versions_publisher"),
    ("tree_versions", "tree_id", "fk_tree_versions_tree"),
    ("tree_words", "tree_id", "fk_tree_words_tree"),
    ("trees", "account_id", "fk_trees_account"),
    ("trees", "author_id", "fk_trees_author"),
    ("trees", "team_id", "fk_trees_team"),
    ("uploads", "ai_session_id", "fk_uploads_session"),
    ("uploads", "uploaded_by", "fk_uploads_person"),
    ("users", "account_id", "fk_users_account"),
    ("users", "team_id", "fk_users_team"),
    ("word_trigrams", "account_id", "fk_word_trigrams_account"),
];

/// The name of a table's reference by its first column.
pub(crate) fn foreign_key_name(table: &str, first_column: &str) -> &'static str {
    FOREIGN
        .iter()
        .find(|(of, column, _)| *of == table && *column == first_column)
        .map_or(SOME_FOREIGN_KEY, |(_, _, name)| name)
}

pub(crate) fn constraint(name: &str) -> StoreError {
    StoreError::Constraint { name: name.to_owned() }
}

/// What a failed statement means.
pub(crate) fn store_error(error: DbErr) -> StoreError {
    match meaning(&error) {
        Meaning::Busy => StoreError::Busy(error.into()),
        Meaning::Unavailable => StoreError::Unavailable(error.into()),
        Meaning::Constraint(name) => StoreError::Constraint { name },
        Meaning::Corrupt => StoreError::Corrupt(error.into()),
        Meaning::Other => StoreError::Other(error.into()),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Busy,
    Unavailable,
    Constraint(String),
    Corrupt,
    Other,
}

fn meaning(error: &DbErr) -> Meaning {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => {
            Meaning::Unavailable
        }
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => match cause.as_ref() {
            SqlxError::Database(said) => {
                let code = said.code().unwrap_or_default();
                if said.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
                    postgres(&code, said.constraint(), said.message())
                } else {
                    sqlite(&code, said.message())
                }
            }
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed => Meaning::Unavailable,
            SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) | SqlxError::ColumnNotFound(_) => {
                Meaning::Corrupt
            }
            _ => Meaning::Other,
        },
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => Meaning::Corrupt,
        _ => Meaning::Other,
    }
}

/// By SQLSTATE.
fn postgres(code: &str, constraint: Option<&str>, message: &str) -> Meaning {
    match code {
        // Serialisation failure, deadlock, lock not available in time.
        "40001" | "40P01" | "55P03" => Meaning::Busy,
        // Row-level security refused; a missing grant has the same code and is a fault of ours.
        "42501" if message.contains("row-level security") => Meaning::Constraint(TENANT_WALL.to_owned()),
        // Statement cancelled by its timeout, idle transaction ended.
        "57014" | "25P03" => Meaning::Unavailable,
        _ => match code.get(..2) {
            // Constraint violations; the wider key of a table that references need is as good as its own.
            Some("23") => Meaning::Constraint(match constraint {
                Some(name) => {
                    match name.strip_prefix("uq_").and_then(|rest| rest.strip_suffix("_id_account")) {
                        Some(table) => format!("pk_{table}"),
                        None => name.to_owned(),
                    }
                }
                None => code.to_owned(),
            }),
            // Connection lost, out of resources, shut down.
            Some("08" | "53" | "57") => Meaning::Unavailable,
            Some("XX") => Meaning::Corrupt,
            _ => Meaning::Other,
        },
    }
}

/// By extended result code.
fn sqlite(code: &str, message: &str) -> Meaning {
    let Ok(code) = code.parse::<u32>() else { return Meaning::Other };
    // The last part of "UNIQUE constraint failed: users.email".
    let what = message.rsplit_once(": ").map_or(message, |(_, what)| what);
    match code {
        // Primary key, rowid, unique.
        1555 | 2067 | 2579 => Meaning::Constraint(
            UNIQUE.iter().find(|(columns, _)| *columns == what).map_or(what, |(_, name)| name).to_owned(),
        ),
        // Check.
        275 => Meaning::Constraint(what.to_owned()),
        787 => Meaning::Constraint(SOME_FOREIGN_KEY.to_owned()),
        _ => match code & 0xff {
            // Busy, locked.
            5 | 6 => Meaning::Busy,
            // Read-only file, I/O error, full disk, cannot open.
            8 | 10 | 13 | 14 => Meaning::Unavailable,
            // Corrupt, not a database.
            11 | 26 => Meaning::Corrupt,
            19 => Meaning::Constraint(what.to_owned()),
            _ => Meaning::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Meaning {
        Meaning::Constraint(name.to_owned())
    }

    #[test]
    fn both_engines_name_the_same_constraints() {
        assert_eq!(postgres("23505", Some("uq_users_email"), "…"), named("uq_users_email"));
        assert_eq!(sqlite("2067", "UNIQUE constraint failed: users.email"), named("uq_users_email"));
        assert_eq!(postgres("23505", Some("uq_trees_id_account"), "…"), named("pk_trees"));
        assert_eq!(sqlite("2067", "UNIQUE constraint failed: trees.id, trees.account_id"), named("pk_trees"));
        let check = "CHECK constraint failed: ck_accounts_idle_le_absolute";
        assert_eq!(sqlite("275", check), named("ck_accounts_idle_le_absolute"));
        assert_eq!(
            postgres("42501", None, "new row violates row-level security policy for table \"trees\""),
            named(TENANT_WALL)
        );
    }

    #[test]
    fn what_helps_to_try_again_is_busy() {
        for code in ["5", "517", "6", "262"] {
            assert_eq!(sqlite(code, "database is locked"), Meaning::Busy, "{code}");
        }
        for code in ["40001", "40P01", "55P03"] {
            assert_eq!(postgres(code, None, "…"), Meaning::Busy, "{code}");
        }
    }

    #[test]
    fn a_store_that_is_away_is_unavailable() {
        for code in ["08006", "57P01", "57014", "53300", "25P03"] {
            assert_eq!(postgres(code, None, "…"), Meaning::Unavailable, "{code}");
        }
        for code in ["13", "14", "8", "778"] {
            assert_eq!(sqlite(code, "…"), Meaning::Unavailable, "{code}");
        }
    }

    #[test]
    fn a_missing_grant_is_not_taken_for_the_tenant_wall() {
        assert_eq!(postgres("42501", None, "permission denied for table trees"), Meaning::Other);
    }
}
