-- Postgres only. A unit that acts for one account takes the role rf_app and names the account in
-- app.account_id; both end with its transaction. Whatever SQL it runs then, it sees and writes that account's
-- rows alone. FORCE binds the tables' owner too; the role that migrates gets a policy of its own, so that
-- sign-in, jobs and migrations work with a plain owner that is neither superuser nor exempt.

-- Roles belong to the whole cluster: another database, or another process, may have made it, even just now.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rf_app') THEN
        BEGIN
            CREATE ROLE rf_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the role rf_app does not exist and % may not create it', current_user
                    USING HINT = format(
                        'As a superuser run: CREATE ROLE rf_app NOLOGIN; GRANT rf_app TO %I;', current_user);
        END;
    END IF;
    -- A superuser may take any role. Anybody else has to be a member, and since Postgres 16 whoever made a role is
    -- one that may hand it out but not take it, until it is handed out to them too.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        BEGIN
            EXECUTE format('GRANT rf_app TO %I', current_user);
        EXCEPTION
            WHEN unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                IF NOT pg_has_role(current_user, 'rf_app', 'MEMBER') THEN
                    RAISE EXCEPTION '% is not a member of the role rf_app and may not make itself one', current_user
                        USING HINT = format('As a superuser run: GRANT rf_app TO %I;', current_user);
                END IF;
        END;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO rf_app', current_schema());
END
$$;

-- Nothing may be deleted but a flow's tags; logs and snapshots are written once.
GRANT SELECT, INSERT, UPDATE ON accounts, teams, users, subscriptions, refresh_tokens, trees, tree_usage, sessions
    TO rf_app;
GRANT SELECT, INSERT ON audit_log, session_log, tree_versions, tree_snapshots TO rf_app;
GRANT SELECT, INSERT, DELETE ON tree_tags TO rf_app;

DO $$
DECLARE
    name text;
    tenant text;
BEGIN
    FOREACH name IN ARRAY ARRAY['accounts', 'teams', 'users', 'subscriptions', 'refresh_tokens', 'audit_log',
        'trees', 'tree_tags', 'tree_usage', 'tree_versions', 'tree_snapshots', 'sessions', 'session_log']
    LOOP
        -- After a transaction that set it the setting is empty, not absent; empty means no account.
        tenant := format('%I = NULLIF(current_setting(''app.account_id'', true), '''')::uuid',
            CASE name WHEN 'accounts' THEN 'id' ELSE 'account_id' END);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_rows ON %I TO rf_app USING (%s) WITH CHECK (%s)', name, tenant, tenant);
        EXECUTE format('CREATE POLICY system_access ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    END LOOP;
END
$$;

-- What is shared is readable by everybody, and writable by nobody else.
CREATE POLICY shared_rows ON trees FOR SELECT TO rf_app
    USING (is_active AND status = 'published' AND (is_public OR is_default));
-- The inner query is bound by the policies of trees, so these rows are readable where their flow is.
CREATE POLICY shared_rows ON tree_versions FOR SELECT TO rf_app
    USING (EXISTS (SELECT FROM trees WHERE trees.id = tree_versions.tree_id));
CREATE POLICY shared_rows ON tree_tags FOR SELECT TO rf_app
    USING (EXISTS (SELECT FROM trees WHERE trees.id = tree_tags.tree_id));
