-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, UPDATE ON kept_notes TO rf_app;

ALTER TABLE kept_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON kept_notes TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON kept_notes TO CURRENT_USER USING (true) WITH CHECK (true);
