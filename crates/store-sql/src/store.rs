//! The store: which pool a unit comes from, and how it is opened.

use async_trait::async_trait;
use migration::{APP_ROLE, TENANT_TABLES};
use rf_kernel::{StoreError, Timestamp};
use rf_store::{Access, Mode, Scope, Store, UnitOfWork};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};

use crate::{
    connect::{self, ConnectError, SqlOptions},
    convert::maybe_instant,
    dialect::store_error,
    snapshots::SnapshotCache,
    unit::SqlUnit,
    writing::Writing,
};

/// A store in a SQLite file or a Postgres database. A clone is the same store.
#[derive(Clone, Debug)]
pub struct SqlStore {
    engine: DbBackend,
    /// SQLite: the one connection that writes. Postgres: the login role's pool.
    pub(crate) main: DatabaseConnection,
    /// SQLite: reading units. Postgres: tenant units; the same pool as `main` unless there is a second address.
    other: DatabaseConnection,
    snapshots: SnapshotCache,
    writing: Writing,
}

/// Why the database would not keep tenants apart.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The role of tenant units is not bound by row-level security.
    #[error(
        "tenant units would run as {role}, which {why}: row-level security would not hold. Run the migrations with \
         the role that owns the tables, and give the server a login role that is a member of {APP_ROLE}"
    )]
    NotBound {
        /// The role in effect.
        role: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A table is not protected.
    #[error("row-level security is not enabled and forced on {0}: run the migrations")]
    Unprotected(String),
    /// The database could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SqlStore {
    /// Opens the database.
    ///
    /// # Errors
    /// Says what is in the way, and what to do about it.
    pub async fn connect(options: &SqlOptions) -> Result<Self, ConnectError> {
        let (engine, main, other) = connect::connect(options).await?;
        Ok(Self { engine, main, other, snapshots: SnapshotCache::new(), writing: Writing::default() })
    }

    /// Brings the schema up to date; safe to interrupt and to run from several processes at once.
    ///
    /// # Errors
    /// What the database says; the schema is then as it was.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migration::up(&self.main).await.map_err(store_error)?;
        self.chain_old_logs().await?;
        self.index_words().await
    }

    /// Puts the entries of logs that are older than chains into theirs, a unit for each account.
    async fn chain_old_logs(&self) -> Result<(), StoreError> {
        loop {
            let access = Access::system_write();
            let mut unit = self.unit(access).await?;
            let more = unit.chain_an_old_log().await?;
            Box::new(unit).commit().await?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Makes the words flows are found by where they are missing or were made in another way. A batch is a unit,
    /// so an interrupted one is begun again at the next start; several processes at once do the same twice.
    async fn index_words(&self) -> Result<(), StoreError> {
        loop {
            let access = Access::system_write();
            let mut unit = self.unit(access).await?;
            let indexed = unit.index_some_words().await?;
            Box::new(unit).commit().await?;
            if indexed == 0 {
                return Ok(());
            }
        }
    }

    /// The newest migration the database has had; `None` before the first.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn schema_version(&self) -> Result<Option<String>, StoreError> {
        let exists = match self.engine {
            DbBackend::Postgres => "SELECT 1 FROM pg_class WHERE oid = to_regclass('seaql_migrations')",
            _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'",
        };
        if self.main.query_one_raw(self.statement(exists)).await.map_err(store_error)?.is_none() {
            return Ok(None);
        }
        let newest = self.statement("SELECT max(version) AS version FROM seaql_migrations");
        let row = self.main.query_one_raw(newest).await.map_err(store_error)?;
        row.map_or(Ok(None), |row| row.try_get("", "version").map_err(store_error))
    }

    /// Whether the schema is the one this program was built with.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(self.schema_version().await? == Some(migration::newest()))
    }

    /// The schema's version, where a later program than this one made it.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn newer_schema(&self) -> Result<Option<String>, StoreError> {
        Ok(self.schema_version().await?.filter(|version| *version > migration::newest()))
    }

    /// When somebody last signed in; `None` while nobody has. A migrated schema is needed.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn last_sign_in(&self) -> Result<Option<Timestamp>, StoreError> {
        let newest = self.statement("SELECT max(last_login) AS at FROM users");
        let row = self.main.query_one_raw(newest).await.map_err(store_error)?;
        let at: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "at")).map_err(store_error)?;
        maybe_instant(at)
    }

    /// Verifies that the database itself keeps tenants apart: the role a tenant's unit ends up with is bound by
    /// row-level security, and every tenant table has it. For start-up. SQLite has no roles and always passes.
    ///
    /// # Errors
    /// What is wrong and what to do.
    pub async fn check_roles(&self) -> Result<(), RoleError> {
        if self.engine != DbBackend::Postgres {
            return Ok(());
        }
        // Any account will do: what matters is what such a unit runs as.
        let nobody = Access::read(rf_kernel::AccountId(uuid::Uuid::nil()));
        let unit = self.open(nobody).await?;
        let role = "SELECT current_user::text AS role, r.rolsuper, r.rolbypassrls,
                    EXISTS (SELECT FROM pg_class c WHERE c.relname = ANY($1) AND c.relkind = 'r'
                        AND c.relnamespace = current_schema()::regnamespace
                        AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owner
                    FROM pg_roles r WHERE r.rolname = current_user";
        let tables = || sea_orm::Value::from(TENANT_TABLES.map(str::to_owned).to_vec());
        let ask = |sql: &str| Statement::from_sql_and_values(DbBackend::Postgres, sql, [tables()]);
        let row = unit.query_one_raw(ask(role)).await.map_err(store_error)?;
        let row = row.ok_or_else(|| StoreError::Other("the current role is not in pg_roles".into()))?;
        let get = |column: &str| row.try_get::<bool>("", column).map_err(store_error);
        let why = if get("rolsuper")? {
            Some("is a superuser")
        } else if get("rolbypassrls")? {
            Some("may bypass row-level security")
        } else if get("owner")? {
            Some("owns the tables")
        } else {
            None
        };
        if let Some(why) = why {
            let role = row.try_get("", "role").map_err(store_error)?;
            return Err(RoleError::NotBound { role, why });
        }
        let open = "SELECT t.name FROM unnest($1::text[]) AS t(name)
                    LEFT JOIN pg_class c ON c.oid = to_regclass(quote_ident(t.name))
                    WHERE NOT coalesce(c.relrowsecurity AND c.relforcerowsecurity, false)
                    ORDER BY t.name LIMIT 1";
        match unit.query_one_raw(ask(open)).await.map_err(store_error)? {
            None => Ok(()),
            Some(row) => Err(RoleError::Unprotected(row.try_get("", "name").map_err(store_error)?)),
        }
    }

    /// Closes all connections; units still open end with an error.
    pub async fn close(&self) {
        for pool in [&self.main, &self.other] {
            // Closing a closed pool is no error, and nothing else can be done about any other.
            let _ = pool.close_by_ref().await;
        }
    }

    /// Writes what changes nothing, down to the disk: whether it can be done is the question. Rows that stay as they are
    /// would not be: SQLite leaves their pages alone. The number, which nobody else uses, it writes whatever it was.
    async fn write_something(&self) -> Result<(), StoreError> {
        let transaction = self.open(Access::system_write()).await?;
        let sql = match self.engine {
            DbBackend::Postgres => "SELECT pg_logical_emit_message(true, 'resolutionflow', '')",
            _ => "PRAGMA user_version = 0",
        };
        transaction.execute_unprepared(sql).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::from_string(self.engine, sql)
    }

    pub(crate) async fn unit(&self, access: Access) -> Result<SqlUnit, StoreError> {
        Ok(SqlUnit::new(self.open(access).await?, access, self.snapshots.clone(), self.writing.clone()))
    }

    /// Opens a transaction that sees what `access` says.
    async fn open(&self, access: Access) -> Result<DatabaseTransaction, StoreError> {
        let (engine, pool) = (self.engine, self.pool(access).clone());
        // sqlx 0.9.0 leaves the connection inside the transaction when the future of a `begin` is dropped before
        // it ends, and whoever gets the connection next loses what was acknowledged to them. In a task of its own
        // it always ends; when nobody waits any more the transaction is dropped, which rolls back.
        #[expect(clippy::disallowed_methods, reason = "ends by itself within the pool's timeouts")]
        let opened = tokio::spawn(async move { begin(engine, &pool, access).await });
        match opened.await {
            Ok(opened) => opened.map_err(store_error),
            Err(error) => Err(StoreError::Other(error.into())),
        }
    }

    const fn pool(&self, access: Access) -> &DatabaseConnection {
        match (self.engine, access.scope, access.mode) {
            (DbBackend::Postgres, Scope::Tenant(_), _) => &self.other,
            (DbBackend::Postgres, Scope::System, _) | (_, _, Mode::Write) => &self.main,
            (_, _, Mode::Read) => &self.other,
        }
    }
}

async fn begin(
    engine: DbBackend,
    pool: &DatabaseConnection,
    access: Access,
) -> Result<DatabaseTransaction, DbErr> {
    let writes = access.mode == Mode::Write;
    let transaction = pool
        .begin_with_options(TransactionOptions {
            // A transaction that reads first and then asks for the write lock fails when somebody else has it,
            // however long it may wait.
            sqlite_transaction_mode: writes.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    if engine == DbBackend::Postgres {
        let mut setup = String::new();
        if !writes {
            setup.push_str("SET TRANSACTION READ ONLY;");
        }
        if let Scope::Tenant(tenant) = access.scope {
            // Local to the transaction, like the role: the connection goes back as it came. A UUID prints as
            // digits and dashes, so it can stand in the text, and one round trip does it all.
            setup.push_str(&format!(
                "SET LOCAL ROLE {APP_ROLE}; SELECT set_config('app.account_id', '{}', true);",
                tenant.uuid()
            ));
        }
        if !setup.is_empty() {
            transaction.execute_unprepared(&setup).await?;
        }
    }
    Ok(transaction)
}

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self, access: Access) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(self.unit(access).await?))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.other.execute_unprepared("SELECT 1").await.map_err(store_error)?;
        if self.writing.is_in_doubt() {
            self.write_something().await?;
            self.writing.works_again();
        }
        Ok(())
    }

    fn kind(&self) -> &'static str {
        match self.engine {
            DbBackend::Postgres => "postgres",
            _ => "sqlite",
        }
    }
}
