-- Postgres only; the same walls as in the first migration. A chain's end moves on and is never taken away.

GRANT SELECT, INSERT, UPDATE ON audit_chains TO rf_app;

ALTER TABLE audit_chains ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_chains FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON audit_chains TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON audit_chains TO CURRENT_USER USING (true) WITH CHECK (true);
