-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, DELETE ON documents, chat_messages TO rf_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON chats TO rf_app;

DO $$
DECLARE
    name text;
    tenant text := 'account_id = NULLIF(current_setting(''app.account_id'', true), '''')::uuid';
BEGIN
    FOREACH name IN ARRAY ARRAY['chat_messages', 'chats', 'documents']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_rows ON %I TO rf_app USING (%s) WITH CHECK (%s)', name, tenant, tenant);
        EXECUTE format('CREATE POLICY system_access ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    END LOOP;
END
$$;
