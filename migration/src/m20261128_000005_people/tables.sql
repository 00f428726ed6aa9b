-- Words in braces are the engine's: see dialect.rs.

-- Access tokens carry it; raising it refuses all that were minted before.
ALTER TABLE users ADD COLUMN session_epoch {int} NOT NULL DEFAULT 0;

-- Ending an account's sign-ins, and listing who is signed in.
CREATE INDEX ix_refresh_tokens_live ON refresh_tokens (account_id, user_id) WHERE revoked_at IS NULL;
