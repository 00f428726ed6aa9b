//! One module per table, column by column as the schema has it. No relations: queries say what they join.
#![allow(
    unreachable_pub,
    missing_docs,
    reason = "the derives make public items; the tables explain themselves"
)]

pub mod accounts;
pub mod ai_session_steps;
pub mod ai_sessions;
pub mod app_notifications;
pub mod audit_chains;
pub mod audit_log;
pub mod channel_messages;
pub mod channels;
pub mod chat_messages;
pub mod chats;
pub mod documents;
pub mod embeddings;
pub mod events;
pub mod folder_trees;
pub mod folders;
pub mod handoffs;
pub mod idempotency_keys;
pub mod identities;
pub mod invites;
pub mod jobs;
pub mod kept_notes;
pub mod link_tokens;
pub mod mails;
pub mod model_calls;
pub mod model_tokens;
pub mod notification_preferences;
pub mod oauth_flows;
pub mod payment_events;
pub mod plan_prices;
pub mod psa_callbacks;
pub mod psa_connections;
pub mod psa_feeds;
pub mod psa_kept_tickets;
pub mod psa_member_mappings;
pub mod psa_post_log;
pub mod psa_time_edits;
pub mod redaction_settings;
pub mod refresh_tokens;
pub mod second_factors;
pub mod session_log;
pub mod sessions;
pub mod subscriptions;
pub mod suggested_fixes;
pub mod teams;
pub mod tree_favourites;
pub mod tree_snapshots;
pub mod tree_tags;
pub mod tree_usage;
pub mod tree_versions;
pub mod tree_words;
pub mod trees;
pub mod uploads;
pub mod users;
pub mod word_trigrams;
