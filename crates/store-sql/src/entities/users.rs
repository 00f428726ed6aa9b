//! People.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub team_id: Option<Uuid>,
    pub email: String,
    pub name: String,
    pub role: String,
    pub is_super_admin: bool,
    pub is_active: bool,
    pub deleted_at: Option<i64>,
    pub email_verified_at: Option<i64>,
    pub password_hash: Option<String>,
    pub last_login: Option<i64>,
    pub created_at: i64,
    pub session_epoch: i64,
    pub second_factor_due: bool,
    pub spared_family_id: Option<Uuid>,
    pub spared_epoch: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
