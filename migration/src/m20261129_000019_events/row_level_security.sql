-- Postgres only; the same walls as in the first migration. Units of accounts add events; numbering them and taking
-- them away is for units that see all accounts, and so is taking away old notifications.

GRANT SELECT, INSERT ON events TO rf_app;
GRANT SELECT, INSERT, UPDATE ON app_notifications, notification_preferences TO rf_app;

DO $$
DECLARE
    name text;
    tenant text := 'account_id = NULLIF(current_setting(''app.account_id'', true), '''')::uuid';
BEGIN
    FOREACH name IN ARRAY ARRAY['events', 'app_notifications', 'notification_preferences']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_rows ON %I TO rf_app USING (%s) WITH CHECK (%s)', name, tenant, tenant);
        EXECUTE format('CREATE POLICY system_access ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    END LOOP;
END
$$;
