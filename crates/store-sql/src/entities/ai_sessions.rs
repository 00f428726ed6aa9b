//! Conversations with the copilot.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ai_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub user_id: Uuid,
    pub team_id: Option<Uuid>,
    pub intake_type: String,
    pub intake_content: String,
    pub title: Option<String>,
    pub problem_summary: Option<String>,
    pub problem_domain: Option<String>,
    pub status: String,
    pub confidence_tier: String,
    pub confidence_score: f64,
    pub confidence_reasons: String,
    pub matched_flow_id: Option<Uuid>,
    pub match_score: Option<f64>,
    pub psa_ticket_id: Option<String>,
    pub client_name: Option<String>,
    pub resolution_summary: Option<String>,
    pub resolution_action: Option<String>,
    pub escalation_reason: Option<String>,
    pub escalation_package: Option<String>,
    pub escalated_to_id: Option<Uuid>,
    pub session_rating: Option<i64>,
    pub session_feedback: Option<String>,
    pub total_input_tokens: i64,
    pub total_output_tokens: i64,
    pub step_count: i64,
    pub engine: String,
    pub system_prompt_snapshot: Option<String>,
    pub engine_state: String,
    pub conversation_messages: String,
    pub turn: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub resolved_at: Option<i64>,
    pub revision: i64,
    pub guided_session_id: Option<Uuid>,
    pub picked_up_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
