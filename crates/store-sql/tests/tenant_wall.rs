//! Postgres as a wall of its own (promises T3 and T4): what holds without any code of ours in between, and what
//! the server checks before it starts.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

mod catalogue;
#[path = "tenant_wall/upgrade.rs"]
mod upgrade;

use migration::{APP_ROLE, TENANT_TABLES};
use rf_accounts::{KeptAnswer, KeyClaim};
use rf_kernel::{AccountId, Revision};
use rf_notifications::Preferences;
use rf_sessions::ai::DocumentKind;
use rf_store::{Access, Store};
use rf_store_conformance::{
    assistant,
    events::new_event,
    fixtures::{self as fx, Tenant},
    identities::{any_flow, any_identity},
    links,
    notifications::notification,
    second_factors::any_factor,
    testdb::{self, TestDb},
    uploads,
};
use rf_store_sql::{RoleError, SqlOptions, SqlStore};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

async fn connect(db: &TestDb) -> SqlStore {
    SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap()
}

/// A row of the account in every table.
async fn fill(store: &SqlStore) -> Tenant {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Private");
    let session = fx::session(&tenant);
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    unit.insert_subscription(&fx::subscription(tenant.id())).await.unwrap();
    unit.record_payment_event(tenant.id(), &format!("evt_{}", tenant.id()), fx::at(1)).await.unwrap();
    unit.set_plan_prices(tenant.id(), &fx::prices("price")).await.unwrap();
    unit.keep_redaction_settings(&fx::redaction_settings(&tenant, 1), Revision(0)).await.unwrap();
    unit.insert_refresh_token(&fx::refresh_token(&tenant.user)).await.unwrap();
    let claim = KeyClaim {
        account_id: tenant.id(),
        user_id: tenant.user.id,
        key: "k".into(),
        request_hash: "h".into(),
        now: fx::at(0),
        expires_at: fx::at(9),
    };
    unit.claim_key(&claim).await.unwrap();
    unit.keep_answer(&claim, &KeptAnswer { etag: None, body: "{}".into() }).await.unwrap();
    unit.insert_link_token(&links::link(&tenant.user, 1)).await.unwrap();
    unit.insert_invite(&links::invite(&tenant, 1)).await.unwrap();
    unit.insert_identity(&any_identity(&tenant.user)).await.unwrap();
    unit.insert_oauth_flow(&any_flow(&tenant.user)).await.unwrap();
    assert!(unit.keep_second_factor(&any_factor(&tenant.user), None).await.unwrap());
    unit.append_audit(fx::audit_entry(tenant.id(), 1)).await.unwrap();
    unit.enqueue_job(&fx::job(tenant.id())).await.unwrap();
    unit.insert_mail(&fx::mail(tenant.id())).await.unwrap();
    unit.append_event(tenant.id(), &new_event(1)).await.unwrap();
    unit.insert_notification(tenant.id(), &notification(&tenant.user, 1)).await.unwrap();
    let preferences = Preferences::default();
    unit.keep_notification_preferences(tenant.id(), tenant.user.id, &preferences, fx::at(1)).await.unwrap();
    unit.insert_tree(&tree).await.unwrap();
    unit.insert_tree_version(&fx::version(&tree, 1)).await.unwrap();
    unit.increment_usage(tenant.id(), tree.id).await.unwrap();
    unit.set_favourite(tenant.id(), tenant.user.id, tree.id, true).await.unwrap();
    let folder = fx::folder(&tenant, "Private");
    unit.insert_folder(&folder).await.unwrap();
    unit.set_in_folder(tenant.id(), folder.id, tree.id, true).await.unwrap();
    unit.insert_session(&session).await.unwrap();
    unit.append_log(tenant.id(), session.id, &fx::log_entry(&tenant, 1)).await.unwrap();
    let conversation = fx::ai_session(&tenant);
    unit.insert_ai_session(&conversation).await.unwrap();
    unit.insert_ai_step(tenant.id(), &fx::ai_step(&conversation, 1)).await.unwrap();
    unit.insert_fix(tenant.id(), &fx::fix(&conversation, 1)).await.unwrap();
    unit.insert_handoff(&fx::handoff(&conversation, 1)).await.unwrap();
    unit.insert_model_call(tenant.id(), &fx::model_call(&conversation, 1)).await.unwrap();
    let edit = fx::note_edit(&tenant, "Edited");
    let note = DocumentKind::TicketSummary;
    unit.keep_note_edit(tenant.id(), conversation.id, note, Some(&edit), Revision(0)).await.unwrap();
    unit.insert_upload(&uploads::upload(&tenant, 1)).await.unwrap();
    unit.model_tokens_for_update(tenant.id()).await.unwrap();
    let channel = fx::channel(&tenant, 1);
    unit.insert_channel(&channel).await.unwrap();
    unit.insert_channel_message(&fx::channel_message(&channel, 1)).await.unwrap();
    let chat = assistant::chat(&tenant, 1);
    unit.insert_chat(&chat).await.unwrap();
    unit.insert_chat_message(tenant.id(), &assistant::message(&chat, 1), None).await.unwrap();
    unit.insert_document(&assistant::document(&tenant, 1)).await.unwrap();
    let vectors = [assistant::embedding("digest")];
    unit.insert_embeddings(tenant.id(), "m", &vectors, fx::at(1)).await.unwrap();
    unit.insert_psa_connection(&fx::psa_connection(&tenant)).await.unwrap();
    unit.set_psa_member(&fx::psa_member(&tenant, 1)).await.unwrap();
    unit.insert_push(&fx::push(&tenant, 1)).await.unwrap();
    unit.put_psa_feed(&fx::psa_feed(&tenant)).await.unwrap();
    unit.keep_psa_callback(&fx::psa_callback(&tenant, "one")).await.unwrap();
    unit.keep_time_edit(&fx::time_edit(&tenant), None).await.unwrap();
    unit.keep_ticket(tenant.id(), session.id, &fx::ticket_snapshot()).await.unwrap();
    unit.commit().await.unwrap();
    tenant
}

/// The column that names the account.
fn account_column(table: &str) -> &'static str {
    if table == "accounts" { "id" } else { "account_id" }
}

/// The statement's effect as the role of tenant units, with that setting: rows touched, or `None` if refused.
/// Always rolled back.
async fn as_app(db: &mut PgConnection, setting: Option<&str>, sql: &str) -> Option<u64> {
    let mut transaction = db.begin().await.unwrap();
    transaction.execute(AssertSqlSafe(format!("SET LOCAL ROLE {APP_ROLE}"))).await.unwrap();
    if let Some(setting) = setting {
        sqlx::query("SELECT set_config('app.account_id', $1, true)")
            .bind(setting)
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    let answer = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *transaction).await;
    transaction.rollback().await.unwrap();
    answer.ok().map(|done| done.rows_affected())
}

#[tokio::test]
async fn the_catalogue_has_no_hole() {
    let db = testdb::postgres().await;
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    let tables =
        "SELECT c.relname::text, c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole::text AS owner,
            (SELECT count(*) FROM pg_policies p WHERE p.tablename = c.relname AND p.roles = '{rf_app}'
                AND p.cmd = 'ALL' AND p.qual LIKE '%app.account_id%' AND p.with_check LIKE '%app.account_id%'
                AND p.qual LIKE '%NULLIF%') AS walls,
            (SELECT count(*) FROM pg_policies p WHERE p.tablename = c.relname AND p.roles && '{rf_app,public}'
                AND p.cmd <> 'SELECT' AND p.policyname <> 'tenant_rows') AS doors
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
            AND c.relname <> 'seaql_migrations'
        ORDER BY c.relname COLLATE \"C\"";
    let mut found = Vec::new();
    for row in sqlx::query(tables).fetch_all(&mut raw).await.unwrap() {
        let name: String = row.get("relname");
        assert!(row.get::<bool, _>("relrowsecurity"), "{name}: row-level security is on");
        assert!(row.get::<bool, _>("relforcerowsecurity"), "{name}: for the owner too");
        assert_eq!(row.get::<i64, _>("walls"), 1, "{name}: one policy, for reading and writing");
        assert_eq!(row.get::<i64, _>("doors"), 0, "{name}: and nothing else that lets write");
        assert_ne!(row.get::<String, _>("owner"), APP_ROLE, "{name}");
        found.push(name);
    }
    assert_eq!(found, TENANT_TABLES, "a new table has to be listed, and protected");
    let role = sqlx::query(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin FROM pg_roles WHERE rolname = $1",
    )
    .bind(APP_ROLE)
    .fetch_one(&mut raw)
    .await
    .unwrap();
    assert!(!role.get::<bool, _>(0), "{APP_ROLE} has no powers");
    let grant = "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'rf_app'
                 AND table_name IN ('audit_log', 'session_log') AND privilege_type NOT IN ('SELECT', 'INSERT')";
    assert_eq!(
        sqlx::query_scalar::<_, i64>(grant).fetch_one(&mut raw).await.unwrap(),
        0,
        "logs are append-only"
    );
    let grant = "SELECT count(*) FROM information_schema.role_table_grants
                 WHERE grantee = 'rf_app' AND table_name = 'seaql_migrations'";
    assert_eq!(sqlx::query_scalar::<_, i64>(grant).fetch_one(&mut raw).await.unwrap(), 0);
}

#[tokio::test]
async fn raw_sql_as_the_app_role_reaches_no_foreign_row() {
    let db = testdb::postgres().await;
    let store = connect(&db).await;
    let (a, b) = (fill(&store).await, fill(&store).await);
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    let a_id = a.id().to_string();
    for setting in
        [Some(a_id.as_str()), None, Some(""), Some("garbage"), Some("00000000-0000-0000-0000-000000000000")]
    {
        for table in TENANT_TABLES {
            let column = account_column(table);
            let b_rows = format!("{column} = '{}'", b.id());
            for sql in [
                format!("SELECT 1 FROM {table} WHERE {b_rows}"),
                format!("SELECT 1 FROM {table} WHERE {column} <> '{a_id}'"),
                format!("UPDATE {table} SET {column} = {column} WHERE {b_rows}"),
                format!("DELETE FROM {table} WHERE {b_rows}"),
            ] {
                let touched = as_app(&mut raw, setting, &sql).await;
                assert!(touched.unwrap_or(0) == 0, "{setting:?}: {sql} touched {touched:?}");
            }
            // A copy of B's row, and B's row taken over: refused, or nothing there to copy.
            let copy = format!("INSERT INTO {table} SELECT * FROM {table} WHERE {b_rows}");
            assert!(as_app(&mut raw, setting, &copy).await.unwrap_or(0) == 0, "{setting:?}: {copy}");
        }
    }
    // The tests above would pass on an empty database.
    for table in TENANT_TABLES {
        let own = format!("SELECT 1 FROM {table} WHERE {} = '{a_id}'", account_column(table));
        assert!(as_app(&mut raw, Some(&a_id), &own).await.unwrap() > 0, "{table}: A sees its own rows");
        let unset = format!("SELECT 1 FROM {table}");
        assert_eq!(
            as_app(&mut raw, None, &unset).await,
            Some(0),
            "{table}: no account is no rows, and no error"
        );
        assert_eq!(as_app(&mut raw, Some(""), &unset).await, Some(0), "{table}: as after a transaction");
    }
}

#[tokio::test]
async fn raw_sql_as_the_app_role_plants_no_foreign_row() {
    let db = testdb::postgres().await;
    let store = connect(&db).await;
    let (a, b) = (fill(&store).await, fill(&store).await);
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    let a_id = a.id().to_string();
    // Full rows of B, with fresh keys, so that nothing but the policy can refuse them.
    let team = |account: AccountId| {
        format!("INSERT INTO teams VALUES (gen_random_uuid(), '{account}', 'planted', 0)")
    };
    let audit = |account: AccountId| {
        format!(
            "INSERT INTO audit_log VALUES (gen_random_uuid(), '{account}', NULL, 'x', 'x', NULL, '{{}}', gen_random_uuid(), 0)"
        )
    };
    for plant in [team, audit as fn(AccountId) -> String] {
        assert_eq!(as_app(&mut raw, Some(&a_id), &plant(a.id())).await, Some(1));
        assert_eq!(as_app(&mut raw, Some(&a_id), &plant(b.id())).await, None);
        assert_eq!(as_app(&mut raw, None, &plant(a.id())).await, None);
    }
    // Own rows do not move to another account either.
    let give_away = format!("UPDATE teams SET account_id = '{}' WHERE account_id = '{a_id}'", b.id());
    assert_eq!(as_app(&mut raw, Some(&a_id), &give_away).await, None);
    // Logs are for ever, one's own too.
    for table in ["audit_log", "session_log"] {
        assert_eq!(as_app(&mut raw, Some(&a_id), &format!("DELETE FROM {table}")).await, None);
        assert_eq!(as_app(&mut raw, Some(&a_id), &format!("UPDATE {table} SET at = 0")).await, None);
    }
}

#[tokio::test]
async fn shared_flows_are_readable_and_nothing_more() {
    let db = testdb::postgres().await;
    let store = connect(&db).await;
    let (a, b) = (fill(&store).await, fill(&store).await);
    let shared = fx::shared_tree(&b, "Shared");
    b.keep_trees(&store, &[&shared]).await;
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    let a_id = a.id().to_string();
    let id = shared.id;
    let rows = format!("SELECT 1 FROM trees WHERE id = '{id}'");
    assert_eq!(as_app(&mut raw, Some(&a_id), &rows).await, Some(1));
    let tags = format!("SELECT 1 FROM tree_tags WHERE tree_id = '{id}'");
    assert_eq!(as_app(&mut raw, Some(&a_id), &tags).await, Some(2));
    for sql in [
        format!("UPDATE trees SET name = 'x' WHERE id = '{id}'"),
        format!("DELETE FROM tree_tags WHERE tree_id = '{id}'"),
        format!("INSERT INTO tree_tags VALUES ('{id}', '{a_id}', 'planted')"),
    ] {
        assert!(as_app(&mut raw, Some(&a_id), &sql).await.unwrap_or(0) == 0, "{sql}");
    }
}

#[tokio::test]
async fn connections_carry_no_tenant_over() {
    let db = testdb::postgres().await;
    // One connection, so that every unit gets the one the last unit had.
    let options = SqlOptions { max_connections: 1, ..SqlOptions::new(&db.url) };
    let store = SqlStore::connect(&options).await.unwrap();
    let (a, b) = (fill(&store).await, fill(&store).await);
    for round in 0..10 {
        let (own, foreign) = if round % 2 == 0 { (&a, &b) } else { (&b, &a) };
        let mut unit = own.read(&store).await;
        assert!(unit.user_for_sign_in(own.user.id).await.unwrap().is_some());
        assert!(unit.user_for_sign_in(foreign.user.id).await.unwrap().is_none());
        if round % 3 == 0 {
            drop(unit);
        } else {
            unit.commit().await.unwrap();
        }
        // Tenants' units leave the login role as it was.
        let mut system = store.begin(Access::system_read()).await.unwrap();
        assert!(system.user_for_sign_in(foreign.user.id).await.unwrap().is_some());
    }
}

/// A login role for one test, gone with the guard's database.
async fn login_role(raw: &mut PgConnection, name: &str, attributes: &str) {
    raw.execute(AssertSqlSafe(format!("DROP ROLE IF EXISTS \"{name}\""))).await.unwrap();
    raw.execute(AssertSqlSafe(format!("CREATE ROLE \"{name}\" LOGIN {attributes}"))).await.unwrap();
}

/// The database's address, for another role.
fn url_for(db: &TestDb, role: &str) -> String {
    let (scheme, rest) = db.url.split_once("://").unwrap();
    let server = rest.split_once('@').map_or(rest, |(_, server)| server);
    format!("{scheme}://{role}@{server}")
}

fn database(db: &TestDb) -> &str {
    db.url.rsplit_once('/').unwrap().1.split('?').next().unwrap()
}

async fn drop_role(raw: &mut PgConnection, name: &str) {
    let sql = format!(
        "REASSIGN OWNED BY \"{name}\" TO CURRENT_USER; DROP OWNED BY \"{name}\"; DROP ROLE \"{name}\""
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(raw).await.unwrap();
}

#[tokio::test]
async fn a_plain_owner_and_a_plain_app_login_are_enough() {
    let db = testdb::empty_postgres().await;
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    let (owner, app) = (format!("{}_owner", database(&db)), format!("{}_app", database(&db)));
    login_role(&mut raw, &owner, "NOSUPERUSER NOBYPASSRLS CREATEROLE").await;
    login_role(&mut raw, &app, "NOSUPERUSER NOBYPASSRLS").await;
    let sql = format!("ALTER DATABASE \"{}\" OWNER TO \"{owner}\"", database(&db));
    raw.execute(AssertSqlSafe(sql)).await.unwrap();

    let admin = SqlStore::connect(&SqlOptions::new(url_for(&db, &owner))).await.unwrap();
    admin.migrate().await.unwrap();
    admin.check_roles().await.unwrap();
    raw.execute(AssertSqlSafe(format!("GRANT {APP_ROLE} TO \"{app}\""))).await.unwrap();
    let options = SqlOptions { app_url: Some(url_for(&db, &app)), ..SqlOptions::new(url_for(&db, &owner)) };
    let store = SqlStore::connect(&options).await.unwrap();
    store.migrate().await.unwrap();
    store.check_roles().await.unwrap();
    // Sign-in crosses accounts, tenants do not, although neither role is special.
    for store in [&admin, &store] {
        let (a, b) = (fill(store).await, fill(store).await);
        let mut system = store.begin(Access::system_read()).await.unwrap();
        assert!(system.user_by_email(&a.user.email).await.unwrap().is_some());
        assert!(system.user_by_email(&b.user.email).await.unwrap().is_some());
        let mut unit = a.read(store).await;
        assert!(unit.user_by_email(&a.user.email).await.unwrap().is_some());
        assert!(unit.user_by_email(&b.user.email).await.unwrap().is_none());
        let mut unit = a.write(store).await;
        unit.lock_account(a.id()).await.unwrap();
        unit.insert_team(&fx::team(a.id())).await.unwrap();
        unit.commit().await.unwrap();
    }
    admin.close().await;
    store.close().await;
    drop_role(&mut raw, &owner).await;
    drop_role(&mut raw, &app).await;
}

/// What makes the boot check refuse, each in its own database or transaction-free change that is undone.
#[tokio::test]
async fn the_boot_check_notices_a_table_without_protection() {
    let db = testdb::postgres().await;
    let store = connect(&db).await;
    store.check_roles().await.unwrap();
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    raw.execute("ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY").await.unwrap();
    let error = store.check_roles().await.unwrap_err();
    assert!(matches!(&error, RoleError::Unprotected(table) if table == "sessions"), "{error:?}");
}

#[tokio::test]
async fn the_boot_check_notices_an_app_role_that_owns_the_tables() {
    let db = testdb::postgres().await;
    let store = connect(&db).await;
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    raw.execute(AssertSqlSafe(format!("ALTER TABLE trees OWNER TO {APP_ROLE}"))).await.unwrap();
    let error = store.check_roles().await.unwrap_err();
    assert!(matches!(&error, RoleError::NotBound { why: "owns the tables", .. }), "{error:?}");
}
