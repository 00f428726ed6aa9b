//! Flows.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trees")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub team_id: Option<Uuid>,
    pub author_id: Option<Uuid>,
    pub name: String,
    pub name_key: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub tags: String,
    pub tree_type: String,
    pub structure: String,
    pub intake_form: String,
    pub search_text: String,
    pub step_count: i64,
    pub expected_minutes: Option<i64>,
    pub version: i64,
    pub status: String,
    pub is_active: bool,
    pub is_public: bool,
    pub is_default: bool,
    pub fork_parent_id: Option<Uuid>,
    pub fork_root_id: Option<Uuid>,
    pub fork_depth: Option<i64>,
    pub fork_reason: Option<String>,
    pub fork_parent_updated_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub revision: i64,
    pub words_version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
