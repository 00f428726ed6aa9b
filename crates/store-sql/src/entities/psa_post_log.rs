//! What is on its way into tickets.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "psa_post_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub connection_id: Uuid,
    pub session_kind: String,
    pub session_id: Uuid,
    pub occasion: String,
    pub ticket_id: String,
    pub artefact: String,
    pub idempotency_key: String,
    pub minutes: Option<i64>,
    pub content: Option<String>,
    pub warnings: String,
    pub state: String,
    pub tries: i64,
    pub maybe_there: bool,
    pub due_at: Option<i64>,
    pub remote_id: Option<String>,
    pub error: Option<String>,
    pub requested_by_id: Uuid,
    pub created_at: i64,
    pub updated_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
