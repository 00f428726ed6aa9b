//! What models were asked.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "model_calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub turn: i64,
    pub purpose: String,
    pub model: String,
    pub tier: String,
    pub prompt_version: String,
    pub sent: String,
    pub hidden: String,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub failure: Option<String>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
