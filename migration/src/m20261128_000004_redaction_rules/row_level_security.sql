-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, UPDATE ON redaction_settings TO rf_app;

ALTER TABLE redaction_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE redaction_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON redaction_settings TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON redaction_settings TO CURRENT_USER USING (true) WITH CHECK (true);
