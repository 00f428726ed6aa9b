-- Words in braces are the engine's: see dialect.rs.

-- Conversations with the copilot. Texts of JSON are passed through, never queried.
CREATE TABLE ai_sessions (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    team_id {uuid},
    intake_type text NOT NULL,
    intake_content text NOT NULL,
    title text,
    problem_summary text,
    problem_domain text,
    status text NOT NULL,
    confidence_tier text NOT NULL,
    confidence_score {real} NOT NULL,
    confidence_reasons text NOT NULL,
    matched_flow_id {uuid},
    match_score {real},
    psa_ticket_id text,
    client_name text,
    resolution_summary text,
    resolution_action text,
    escalation_reason text,
    escalation_package text,
    escalated_to_id {uuid},
    session_rating {int},
    session_feedback text,
    total_input_tokens {int} NOT NULL,
    total_output_tokens {int} NOT NULL,
    step_count {int} NOT NULL,
    engine text NOT NULL,
    system_prompt_snapshot text,
    engine_state text NOT NULL,
    conversation_messages text NOT NULL,
    turn {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    resolved_at {int},
    revision {int} NOT NULL,
    CONSTRAINT pk_ai_sessions PRIMARY KEY (id),
    CONSTRAINT uq_ai_sessions_id_account UNIQUE (id, account_id),
    CONSTRAINT fk_ai_sessions_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_ai_sessions_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_ai_sessions_team FOREIGN KEY (team_id, account_id) REFERENCES teams (id, account_id),
    CONSTRAINT fk_ai_sessions_flow FOREIGN KEY (matched_flow_id) REFERENCES trees (id),
    CONSTRAINT fk_ai_sessions_escalated_to FOREIGN KEY (escalated_to_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_ai_sessions_intake_type
        CHECK (intake_type IN ('free_text', 'psa_ticket', 'screenshot', 'log_paste', 'combined')),
    CONSTRAINT ck_ai_sessions_status
        CHECK (status IN ('active', 'paused', 'resolved', 'escalated', 'requesting_escalation', 'abandoned')),
    CONSTRAINT ck_ai_sessions_confidence_tier CHECK (confidence_tier IN ('guided', 'exploring', 'discovery')),
    CONSTRAINT ck_ai_sessions_rating CHECK (session_rating BETWEEN 1 AND 5)
) {strict};
CREATE INDEX ix_ai_sessions_user ON ai_sessions (account_id, user_id, updated_at DESC, id DESC);
CREATE INDEX ix_ai_sessions_escalated_to ON ai_sessions (account_id, escalated_to_id, updated_at DESC, id DESC);
CREATE INDEX ix_ai_sessions_status ON ai_sessions (account_id, status, updated_at DESC, id DESC);
CREATE INDEX ix_ai_sessions_flow ON ai_sessions (matched_flow_id);
CREATE INDEX ix_ai_sessions_team ON ai_sessions (team_id);

-- What was proposed in a conversation, and what became of it.
CREATE TABLE ai_session_steps (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    step_order {int} NOT NULL,
    proposal text NOT NULL,
    confidence_score {real} NOT NULL,
    answer text,
    withdrawn {bool} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_ai_session_steps PRIMARY KEY (id),
    CONSTRAINT uq_ai_session_steps_order UNIQUE (session_id, step_order),
    CONSTRAINT fk_ai_session_steps_session FOREIGN KEY (session_id, account_id) REFERENCES ai_sessions (id, account_id)
) {strict};

-- Fixes the copilot suggested, and what became of them.
CREATE TABLE suggested_fixes (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    step_order {int} NOT NULL,
    title text NOT NULL,
    body text,
    status text NOT NULL,
    pending_reason text,
    due_at {int},
    partial_notes text,
    applied_at {int},
    verified_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT pk_suggested_fixes PRIMARY KEY (id),
    CONSTRAINT fk_suggested_fixes_session FOREIGN KEY (session_id, account_id) REFERENCES ai_sessions (id, account_id),
    CONSTRAINT ck_suggested_fixes_status CHECK (status IN ('proposed', 'verifying', 'applied_success',
        'applied_partial', 'applied_pending', 'applied_failed', 'dismissed')),
    CONSTRAINT ck_suggested_fixes_pending CHECK (status <> 'applied_pending' OR pending_reason IS NOT NULL)
) {strict};
CREATE INDEX ix_suggested_fixes_session ON suggested_fixes (session_id);
CREATE INDEX ix_suggested_fixes_due ON suggested_fixes (account_id, status, due_at);
