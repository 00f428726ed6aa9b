-- Postgres only; the same walls as in the first migration.

GRANT SELECT, INSERT, DELETE ON tree_words, tree_favourites TO rf_app;
GRANT SELECT, INSERT ON word_trigrams TO rf_app;

DO $$
DECLARE
    name text;
    tenant text := 'account_id = NULLIF(current_setting(''app.account_id'', true), '''')::uuid';
BEGIN
    FOREACH name IN ARRAY ARRAY['tree_words', 'word_trigrams', 'tree_favourites']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_rows ON %I TO rf_app USING (%s) WITH CHECK (%s)', name, tenant, tenant);
        EXECUTE format('CREATE POLICY system_access ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    END LOOP;
END
$$;

-- The inner queries are bound by the policies of their tables, so these rows are readable where a flow with the
-- word is.
CREATE POLICY shared_rows ON tree_words FOR SELECT TO rf_app
    USING (EXISTS (SELECT FROM trees WHERE trees.id = tree_words.tree_id));
CREATE POLICY shared_rows ON word_trigrams FOR SELECT TO rf_app
    USING (EXISTS (SELECT FROM tree_words
        WHERE tree_words.account_id = word_trigrams.account_id AND tree_words.word = word_trigrams.word));
