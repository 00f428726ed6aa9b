//! Conversations handed over or put aside.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "handoffs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub created_by: Uuid,
    pub intent: String,
    pub reason: String,
    pub target_user_id: Option<Uuid>,
    pub problem_domain: Option<String>,
    pub client_name: Option<String>,
    pub snapshot: String,
    pub documentation: Option<String>,
    pub assessment_status: String,
    pub ai_assessment: Option<String>,
    pub ai_assessment_data: Option<String>,
    pub status: String,
    pub claimed_by: Option<Uuid>,
    pub claimed_at: Option<i64>,
    pub picked_up_at: Option<i64>,
    pub first_action_at: Option<i64>,
    pub repeated_steps: i64,
    pub reminders: i64,
    pub closed_at: Option<i64>,
    pub resolved: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
