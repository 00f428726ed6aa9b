//! Fixes the copilot suggested.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "suggested_fixes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub step_order: i64,
    pub title: String,
    pub body: Option<String>,
    pub status: String,
    pub pending_reason: Option<String>,
    pub due_at: Option<i64>,
    pub partial_notes: Option<String>,
    pub applied_at: Option<i64>,
    pub verified_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
