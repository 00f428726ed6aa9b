//! Sessions, all but their snapshots.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub tree_id: Uuid,
    pub user_id: Uuid,
    pub snapshot_hash: String,
    pub tree_name: String,
    pub tree_name_key: String,
    pub path_taken: String,
    pub decisions: String,
    pub custom_steps: String,
    pub variables: String,
    pub scratchpad: String,
    pub ticket_number: Option<String>,
    pub ticket_key: Option<String>,
    pub client_name: Option<String>,
    pub client_key: Option<String>,
    pub batch_id: Option<Uuid>,
    pub target_label: Option<String>,
    pub prepared_by_id: Option<Uuid>,
    pub assigned_to_id: Option<Uuid>,
    pub started_at: Option<i64>,
    pub completed_at: Option<i64>,
    pub outcome: Option<String>,
    pub outcome_notes: Option<String>,
    pub next_steps: Option<String>,
    pub exported: bool,
    pub active_seconds: i64,
    pub last_activity_at: Option<i64>,
    pub log_length: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
