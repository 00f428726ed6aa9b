-- Postgres only; the same walls as in the first migration. Redeeming a token is for units that see all accounts.

GRANT SELECT, INSERT, UPDATE ON invites, link_tokens TO rf_app;

ALTER TABLE link_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE link_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON link_tokens TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON link_tokens TO CURRENT_USER USING (true) WITH CHECK (true);

ALTER TABLE invites ENABLE ROW LEVEL SECURITY;
ALTER TABLE invites FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON invites TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON invites TO CURRENT_USER USING (true) WITH CHECK (true);
