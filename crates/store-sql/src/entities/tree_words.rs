//! What flows are found by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tree_words")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tree_id: Uuid,
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    pub field: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
