//! The unit of work: a transaction, and what every call on it has in common.

use async_trait::async_trait;
use rf_kernel::{AccountId, StoreError};
use rf_store::{Access, Mode, Scope, UnitOfWork};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, IntoActiveModel,
    ModelTrait, QueryResult, QueryTrait, Statement, StatementBuilder,
    sea_query::{Expr, Query, SelectStatement, UpdateStatement},
};

use crate::{
    dialect::{SOME_FOREIGN_KEY, TENANT_WALL, constraint, foreign_key_name, store_error},
    snapshots::SnapshotCache,
    writing::Writing,
};

/// An open unit. Dropping it rolls back.
pub(crate) struct SqlUnit {
    transaction: DatabaseTransaction,
    scope: Scope,
    mode: Mode,
    poisoned: bool,
    new_jobs: bool,
    new_events: bool,
    cache: SnapshotCache,
    writing: Writing,
}

impl SqlUnit {
    pub(crate) const fn new(
        transaction: DatabaseTransaction,
        access: Access,
        cache: SnapshotCache,
        writing: Writing,
    ) -> Self {
        let Access { scope, mode } = access;
        Self { transaction, scope, mode, poisoned: false, new_jobs: false, new_events: false, cache, writing }
    }

    /// The snapshots the store has in memory.
    pub(crate) const fn cache(&self) -> &SnapshotCache {
        &self.cache
    }

    /// Whether rows of `account` are visible. Row-level security says the same on Postgres; SQLite has but this.
    pub(crate) fn covers(&self, account: AccountId) -> bool {
        match self.scope {
            Scope::Tenant(tenant) => tenant == account,
            Scope::System => true,
        }
    }

    /// Rows of `tenant`, if the unit may see them at all.
    pub(crate) fn own(&self, account: impl ColumnTrait, tenant: AccountId) -> Condition {
        let seen = if self.covers(tenant) { Expr::value(true) } else { Expr::value(false) };
        Condition::all().add(account.eq(tenant.uuid())).add(seen)
    }

    /// Whatever rows the unit may see.
    pub(crate) fn seen(&self, account: impl ColumnTrait) -> Condition {
        match self.scope {
            Scope::Tenant(tenant) => Condition::all().add(account.eq(tenant.uuid())),
            Scope::System => Condition::all(),
        }
    }

    /// A job was added.
    pub(crate) fn note_new_job(&mut self) {
        self.new_jobs = true;
    }

    /// An event was appended.
    pub(crate) fn note_new_event(&mut self) {
        self.new_events = true;
    }

    /// Whether it was opened for writing.
    pub(crate) fn writes(&self) -> bool {
        self.mode == Mode::Write
    }

    /// Refuses to write in a reading unit.
    pub(crate) fn require_write(&mut self) -> Result<(), StoreError> {
        self.enter()?;
        self.leave(if self.mode == Mode::Write { Ok(()) } else { Err(StoreError::ReadOnly) })
    }

    /// Refuses to write in a reading unit, and to write rows of an account that is not visible.
    pub(crate) fn require_write_to(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.require_write()?;
        self.enter()?;
        self.leave(if self.covers(account) { Ok(()) } else { Err(constraint(TENANT_WALL)) })
    }

    /// Poisons the unit with an answer that no statement gave.
    pub(crate) fn check<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        self.enter()?;
        self.leave(answer)
    }

    /// A call begins: poisoned until it has ended well, so that one cancelled midway poisons too.
    fn enter(&mut self) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        self.poisoned = true;
        Ok(())
    }

    fn leave<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        self.poisoned = answer.is_err();
        answer
    }

    fn build(&self, statement: &impl StatementBuilder) -> Statement {
        self.transaction.get_database_backend().build(statement)
    }

    /// Every statement that writes goes through here. Answers how many rows it touched.
    pub(crate) async fn write(&mut self, statement: &impl StatementBuilder) -> Result<u64, StoreError> {
        self.require_write()?;
        let statement = self.build(statement);
        self.enter()?;
        let answer = match self.transaction.execute_raw(statement.clone()).await {
            Ok(done) => Ok(done.rows_affected()),
            Err(error) => Err(self.name_foreign_key(store_error(error), statement).await),
        };
        self.writing.noted(&answer);
        self.leave(answer)
    }

    /// Keeps a new row; whatever refuses it is an error.
    pub(crate) async fn insert<M>(&mut self, row: M) -> Result<(), StoreError>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        self.write(&M::Entity::insert(row.into_active_model()).into_query()).await?;
        Ok(())
    }

    /// Every statement that reads goes through here.
    pub(crate) async fn read<T>(
        &mut self,
        statement: &SelectStatement,
        row: impl Fn(&QueryResult) -> Result<T, StoreError> + Send + Sync,
    ) -> Result<Vec<T>, StoreError> {
        let statement = self.build(statement);
        self.enter()?;
        let answer = self.transaction.query_all_raw(statement).await.map_err(store_error);
        self.leave(answer.and_then(|rows| rows.iter().map(row).collect()))
    }

    /// How SQLite would go about a query, a line a step.
    #[cfg(test)]
    pub(crate) async fn plan(&self, query: &SelectStatement) -> Result<Vec<String>, sea_orm::DbErr> {
        let mut statement = self.build(query);
        statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let steps = self.transaction.query_all_raw(statement).await?;
        steps.iter().map(|step| step.try_get("", "detail")).collect()
    }

    /// An update that answers the rows it touched.
    pub(crate) async fn write_returning<T>(
        &mut self,
        statement: &UpdateStatement,
        row: impl Fn(&QueryResult) -> Result<T, StoreError> + Send + Sync,
    ) -> Result<Vec<T>, StoreError> {
        self.require_write()?;
        let statement = self.build(statement);
        self.enter()?;
        let answer = self.transaction.query_all_raw(statement).await.map_err(store_error);
        self.writing.noted(&answer);
        self.leave(answer.and_then(|rows| rows.iter().map(row).collect()))
    }

    /// The present instant by the clock of the database, in microseconds: servers whose clocks differ share it.
    pub(crate) fn database_now(&self) -> Expr {
        Expr::cust(match self.transaction.get_database_backend() {
            DbBackend::Postgres => "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint",
            _ => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        })
    }

    /// Waits for other units that lock the same number and keeps them waiting until this one ends. On SQLite there
    /// is one writer, who needs no lock.
    pub(crate) async fn lock_until_the_end(&mut self, number: i64) -> Result<(), StoreError> {
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            let lock =
                Query::select().expr(Expr::cust(format!("pg_advisory_xact_lock({number})"))).to_owned();
            self.read(&lock, |_| Ok(())).await?;
        }
        Ok(())
    }

    /// [`SqlUnit::read`] where at most one row is there.
    pub(crate) async fn read_one<T>(
        &mut self,
        statement: &SelectStatement,
        row: impl Fn(&QueryResult) -> Result<T, StoreError> + Send + Sync,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.read(statement, row).await?.pop())
    }

    /// SQLite says that a reference is broken but not which. Done again with the check put off to the commit that
    /// will not come, the statement leaves a row behind for `foreign_key_check` to point at.
    ///
    /// The repeat has a text of its own: SQLite compiles a statement without the means to undo it alone while
    /// checks are put off, and the driver would keep that program for the next unit that says the same words.
    async fn name_foreign_key(&self, error: StoreError, statement: Statement) -> StoreError {
        let unnamed = matches!(&error, StoreError::Constraint { name } if name == SOME_FOREIGN_KEY);
        if !unnamed || self.transaction.get_database_backend() != DbBackend::Sqlite {
            return error;
        }
        let ask = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql);
        let again = Statement { sql: format!("/* which reference? */ {}", statement.sql), ..statement };
        let find = async || -> Result<Option<&'static str>, sea_orm::DbErr> {
            self.transaction.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
            self.transaction.execute_raw(again.clone()).await?;
            let sql = "SELECT v.\"table\" AS child, k.\"from\" AS first_column
                       FROM pragma_foreign_key_check AS v, pragma_foreign_key_list(v.\"table\") AS k
                       WHERE k.id = v.fkid AND k.seq = 0
                       LIMIT 1";
            let Some(row) = self.transaction.query_one_raw(ask(sql)).await? else { return Ok(None) };
            let (child, column): (String, String) =
                (row.try_get("", "child")?, row.try_get("", "first_column")?);
            Ok(Some(foreign_key_name(&child, &column)))
        };
        match find().await {
            Ok(Some(name)) => constraint(name),
            Ok(None) | Err(_) => error,
        }
    }
}

#[async_trait]
impl UnitOfWork for SqlUnit {
    fn has_new_jobs(&self) -> bool {
        self.new_jobs
    }

    fn has_new_events(&self) -> bool {
        self.new_events
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        let answer = self.transaction.commit().await.map_err(store_error);
        if self.mode == Mode::Write {
            self.writing.noted(&answer);
        }
        answer
    }
}
