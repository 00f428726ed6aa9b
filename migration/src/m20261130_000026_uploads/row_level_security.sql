-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, UPDATE, DELETE ON uploads TO rf_app;

DO $$
DECLARE
    tenant text := 'account_id = NULLIF(current_setting(''app.account_id'', true), '''')::uuid';
BEGIN
    ALTER TABLE uploads ENABLE ROW LEVEL SECURITY;
    ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY tenant_rows ON uploads TO rf_app USING (%s) WITH CHECK (%s)', tenant, tenant);
    CREATE POLICY system_access ON uploads TO CURRENT_USER USING (true) WITH CHECK (true);
END
$$;
