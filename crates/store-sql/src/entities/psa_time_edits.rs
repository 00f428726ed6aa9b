//! What people say about time before it is charged.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "psa_time_edits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    pub session_kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub minutes: Option<i64>,
    pub billable: Option<bool>,
    pub work_type: Option<String>,
    pub note: Option<String>,
    pub taken_by: Option<String>,
    pub edited_by_id: Uuid,
    pub updated_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
