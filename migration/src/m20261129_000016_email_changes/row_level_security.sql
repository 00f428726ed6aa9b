-- Postgres only; the walls of the table that was made anew.

GRANT SELECT, INSERT, UPDATE ON link_tokens TO rf_app;

ALTER TABLE link_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE link_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON link_tokens TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON link_tokens TO CURRENT_USER USING (true) WITH CHECK (true);
