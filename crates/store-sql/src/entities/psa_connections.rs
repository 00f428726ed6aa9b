//! Accounts' ways to their PSA.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "psa_connections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub provider: String,
    pub site_url: String,
    pub company_id: String,
    pub public_key_hint: String,
    pub credentials: String,
    pub flowpilot_settings: String,
    pub status: String,
    pub diagnosis: Option<String>,
    pub last_tested_at: Option<i64>,
    pub connected_by_id: Uuid,
    pub created_at: i64,
    pub updated_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
