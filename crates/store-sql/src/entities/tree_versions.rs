//! Published versions of flows.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tree_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tree_id: Uuid,
    pub account_id: Uuid,
    pub version: i64,
    pub name: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub tags: String,
    pub tree_type: String,
    pub structure: String,
    pub intake_form: String,
    pub change_note: Option<String>,
    pub published_by_id: Option<Uuid>,
    pub published_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
