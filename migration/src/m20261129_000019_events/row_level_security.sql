-- Postgres only; the same walls as in the first migration. Units of accounts add events; numbering them and taking
-- them away is for units that see all accounts.

GRANT SELECT, INSERT ON events TO rf_app;

ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON events TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON events TO CURRENT_USER USING (true) WITH CHECK (true);
