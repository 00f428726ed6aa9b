-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO rf_app;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON idempotency_keys TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON idempotency_keys TO CURRENT_USER USING (true) WITH CHECK (true);
