-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO rf_app;
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_factors FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON second_factors TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON second_factors TO CURRENT_USER USING (true) WITH CHECK (true);
