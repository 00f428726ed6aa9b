-- Postgres only; the same walls as in the first migration. Units of accounts add work and mails; doing and sending
-- is for units that see all accounts.

GRANT SELECT, INSERT ON jobs, mails TO rf_app;

ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON jobs TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON jobs TO CURRENT_USER USING (true) WITH CHECK (true);

ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE mails FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON mails TO rf_app
    USING (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = NULLIF(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY system_access ON mails TO CURRENT_USER USING (true) WITH CHECK (true);
