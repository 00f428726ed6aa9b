//! A migration as its SQL files say it.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::dialect::fill_in;

/// One step of the schema. Its files are in the folder of its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SqlMigration {
    /// What the migrations' own table knows it by; also the order.
    name: &'static str,
    /// For both engines, in the words of [`crate::dialect`].
    tables: &'static str,
    /// Roles, grants and policies; Postgres alone has them.
    row_level_security: Option<&'static str>,
}

impl SqlMigration {
    pub(crate) const fn new(
        name: &'static str,
        tables: &'static str,
        row_level_security: Option<&'static str>,
    ) -> Self {
        Self { name, tables, row_level_security }
    }

    /// Its name and everything it may execute.
    pub(crate) fn text(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.name, self.tables].into_iter().chain(self.row_level_security)
    }
}

impl MigrationName for SqlMigration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlMigration {
    #[allow(elided_lifetimes_in_paths, reason = "async_trait needs the very signature of the trait")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let engine = db.get_database_backend();
        db.execute_unprepared(&fill_in(self.tables, engine)).await?;
        if let Some(policies) = self.row_level_security.filter(|_| engine == DbBackend::Postgres) {
            db.execute_unprepared(policies).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
