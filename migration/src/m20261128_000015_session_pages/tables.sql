-- Words in braces are the engine's: see dialect.rs.

-- Lists of sessions, read page by page in their own order from one index alone. What a list can be narrowed by
-- stands behind what it is ordered by, so that a row is only fetched when it is on the page.
DROP INDEX ix_sessions_user;
DROP INDEX ix_sessions_assignee;
DROP INDEX ix_sessions_batch;
CREATE INDEX ix_sessions_user ON sessions
    (account_id, user_id, started_at DESC {nulls_last}, id DESC,
     completed_at, ticket_key, client_key, tree_name_key);
CREATE INDEX ix_sessions_assignee ON sessions
    (account_id, assigned_to_id, started_at DESC {nulls_last}, id DESC,
     user_id, completed_at, ticket_key, client_key, tree_name_key)
    WHERE assigned_to_id IS NOT NULL;

-- Running and prepared ones are few among many that ended.
CREATE INDEX ix_sessions_user_open ON sessions
    (account_id, user_id, {open}started_at DESC {nulls_last}, id DESC,
     ticket_key, client_key, tree_name_key)
    WHERE completed_at IS NULL;
CREATE INDEX ix_sessions_assignee_open ON sessions
    (account_id, assigned_to_id, {open}started_at DESC {nulls_last}, id DESC,
     user_id, ticket_key, client_key, tree_name_key)
    WHERE assigned_to_id IS NOT NULL AND completed_at IS NULL;

-- Most sessions are of no batch.
CREATE INDEX ix_sessions_batch ON sessions (account_id, batch_id) WHERE batch_id IS NOT NULL;
