-- Words in braces are the engine's: see dialect.rs.

-- Conversations handed over or put aside. Texts of JSON are passed through, never queried; what the queue and the
-- numbers ask for has columns of its own.
CREATE TABLE handoffs (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    created_by {uuid} NOT NULL,
    intent text NOT NULL,
    reason text NOT NULL,
    target_user_id {uuid},
    problem_domain text,
    client_name text,
    snapshot text NOT NULL,
    documentation text,
    assessment_status text NOT NULL,
    ai_assessment text,
    ai_assessment_data text,
    status text NOT NULL,
    claimed_by {uuid},
    claimed_at {int},
    picked_up_at {int},
    first_action_at {int},
    repeated_steps {int} NOT NULL,
    reminders {int} NOT NULL,
    closed_at {int},
    resolved {bool} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_handoffs PRIMARY KEY (id),
    CONSTRAINT fk_handoffs_session FOREIGN KEY (session_id, account_id) REFERENCES ai_sessions (id, account_id),
    CONSTRAINT fk_handoffs_creator FOREIGN KEY (created_by, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_handoffs_target FOREIGN KEY (target_user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_handoffs_claimer FOREIGN KEY (claimed_by, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_handoffs_intent CHECK (intent IN ('escalate', 'park')),
    CONSTRAINT ck_handoffs_status CHECK (status IN ('waiting', 'claimed', 'released', 'closed')),
    CONSTRAINT ck_handoffs_assessment CHECK (assessment_status IN ('pending', 'ready', 'unavailable')),
    -- Whoever is said to have it has it since some instant, and did not hand it over.
    CONSTRAINT ck_handoffs_claim CHECK (
        (claimed_by IS NULL) = (claimed_at IS NULL)
        AND (status <> 'claimed' OR claimed_by IS NOT NULL)
        AND (status <> 'waiting' OR claimed_by IS NULL)
    ),
    CONSTRAINT ck_handoffs_not_own CHECK (claimed_by IS NULL OR claimed_by <> created_by),
    CONSTRAINT ck_handoffs_park_target CHECK (intent <> 'park' OR target_user_id IS NULL)
) {strict};
-- A conversation waits for one person at a time.
CREATE UNIQUE INDEX uq_handoffs_waiting ON handoffs (session_id) WHERE status = 'waiting' AND intent = 'escalate';
CREATE INDEX ix_handoffs_session ON handoffs (session_id, created_at DESC, id DESC);
CREATE INDEX ix_handoffs_queue ON handoffs (account_id, created_at DESC, id DESC)
    WHERE status = 'waiting' AND intent = 'escalate';
CREATE INDEX ix_handoffs_numbers ON handoffs (account_id, created_at, id) WHERE intent = 'escalate';
