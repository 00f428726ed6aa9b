//! The schema as the database itself tells it.

use sqlx::{Connection, PgConnection, Row, SqliteConnection};

/// Tables and indexes, as they were made.
pub(crate) async fn sqlite_schema(url: &str) -> String {
    let mut db = SqliteConnection::connect(url).await.unwrap();
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'seaql_migrations'
               ORDER BY tbl_name, type DESC, name";
    let rows = sqlx::query(sql).fetch_all(&mut db).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect()
}

/// Columns, constraints, indexes, policies and grants, as the catalogue has them.
pub(crate) async fn postgres_schema(url: &str) -> String {
    let mut db = PgConnection::connect(url).await.unwrap();
    let mut schema = String::new();
    for (what, sql) in [
        (
            "columns",
            "SELECT format('%s.%s %s%s%s', table_name, column_name, data_type,
                CASE WHEN collation_name IS NULL THEN '' ELSE ' COLLATE ' || collation_name END,
                CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END)
             FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'
             ORDER BY table_name, ordinal_position",
        ),
        (
            "constraints",
            "SELECT format('%s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
             FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace AND conrelid <> 'seaql_migrations'::regclass
             ORDER BY conrelid::regclass::text COLLATE \"C\", conname COLLATE \"C\"",
        ),
        (
            "indexes",
            "SELECT indexdef FROM pg_indexes
             WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'
             ORDER BY tablename COLLATE \"C\", indexname COLLATE \"C\"",
        ),
        (
            "row-level security",
            "SELECT format('%s enabled %s forced %s', relname, relrowsecurity, relforcerowsecurity)
             FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'seaql_migrations'
             ORDER BY relname COLLATE \"C\"",
        ),
        (
            "policies",
            "SELECT format('%s.%s %s TO %s USING %s WITH CHECK %s', tablename, policyname, cmd,
                CASE WHEN policyname = 'system_access' THEN '(the role that migrated)' ELSE roles::text END,
                qual, with_check)
             FROM pg_policies ORDER BY tablename COLLATE \"C\", policyname COLLATE \"C\"",
        ),
        (
            "grants",
            "SELECT format('%s %s', table_name, string_agg(privilege_type, ', ' ORDER BY privilege_type))
             FROM information_schema.role_table_grants WHERE grantee = 'rf_app'
             GROUP BY table_name ORDER BY table_name COLLATE \"C\"",
        ),
    ] {
        schema += &format!("== {what}\n");
        for row in sqlx::query(sql).fetch_all(&mut db).await.unwrap() {
            schema += &(row.get::<String, _>(0) + "\n");
        }
    }
    schema
}
