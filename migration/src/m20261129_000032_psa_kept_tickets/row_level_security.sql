-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, UPDATE ON psa_kept_tickets TO rf_app;

ALTER TABLE psa_kept_tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE psa_kept_tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON psa_kept_tickets TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON psa_kept_tickets TO CURRENT_USER USING (true) WITH CHECK (true);
