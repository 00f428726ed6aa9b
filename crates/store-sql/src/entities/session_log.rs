//! Step logs.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub entry_id: Option<Uuid>,
    pub at: i64,
    pub actor_id: Uuid,
    pub kind: String,
    pub node_id: Option<String>,
    pub title: Option<String>,
    pub answer: Option<String>,
    pub option_id: Option<String>,
    pub reason: Option<String>,
    pub notes: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
