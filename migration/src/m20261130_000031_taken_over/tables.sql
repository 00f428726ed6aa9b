-- Words in braces are the engine's: see dialect.rs.

-- The guided session a conversation goes on from; one conversation for each. SQLite adds no reference of two columns to a
-- table that is there: whoever writes it holds that session's row of the same account.
ALTER TABLE ai_sessions ADD COLUMN guided_session_id {uuid};
CREATE UNIQUE INDEX uq_ai_sessions_guided ON ai_sessions (account_id, guided_session_id);

-- Who took a conversation over last. Before this it was told by who has it, but while it waits that is who was asked.
ALTER TABLE ai_sessions ADD COLUMN picked_up_by {uuid};
CREATE INDEX ix_ai_sessions_picked_up_by ON ai_sessions (account_id, picked_up_by, updated_at DESC, id DESC);
UPDATE ai_sessions SET picked_up_by = escalated_to_id
    WHERE escalated_to_id IS NOT NULL AND status NOT IN ('escalated', 'requesting_escalation');
