//! Folders of the library.

use async_trait::async_trait;
use rf_kernel::{AccountId, FolderId, StoreError, TreeId, UserId};
use rf_trees::{Folder, FolderRepository, FolderScope, TreeFilter};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QueryResult, QueryTrait,
    sea_query::{Expr, OnConflict, Query},
};
use uuid::Uuid;

use crate::{
    convert::{instant, micros, uuids},
    dialect::store_error,
    entities::{folder_trees, folders, trees},
    unit::SqlUnit,
};

/// Ids bound by one statement.
const CHUNK: usize = 500;

fn folder(row: &QueryResult) -> Result<Folder, StoreError> {
    let row = folders::Model::from_query_result(row, "").map_err(store_error)?;
    let scope = match (row.owner_id, row.team_id) {
        (Some(owner), _) => FolderScope::Personal(owner.into()),
        (None, Some(team)) => FolderScope::Team(team.into()),
        (None, None) => FolderScope::Account,
    };
    Ok(Folder {
        id: row.id.into(),
        account_id: row.account_id.into(),
        parent_id: row.parent_id.map(Into::into),
        scope,
        name: row.name,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
    })
}

fn row(folder: &Folder) -> folders::Model {
    let (owner_id, team_id) = match folder.scope {
        FolderScope::Personal(owner) => (Some(owner.uuid()), None),
        FolderScope::Team(team) => (None, Some(team.uuid())),
        FolderScope::Account => (None, None),
    };
    folders::Model {
        id: folder.id.into(),
        account_id: folder.account_id.into(),
        parent_id: uuids(folder.parent_id),
        owner_id,
        team_id,
        name: folder.name.clone(),
        created_at: micros(folder.created_at),
        updated_at: micros(folder.updated_at),
    }
}

#[async_trait]
impl FolderRepository for SqlUnit {
    async fn insert_folder(&mut self, folder: &Folder) -> Result<(), StoreError> {
        self.require_write_to(folder.account_id)?;
        self.insert(row(folder)).await
    }

    async fn folders(&mut self, tenant: AccountId, reader: UserId) -> Result<Vec<Folder>, StoreError> {
        let readers = folders::Column::OwnerId.is_null().or(folders::Column::OwnerId.eq(reader.uuid()));
        let query = folders::Entity::find()
            .filter(self.own(folders::Column::AccountId, tenant))
            .filter(readers)
            .order_by_asc(folders::Column::Id)
            .into_query();
        self.read(&query, folder).await
    }

    async fn update_folder(&mut self, folder: &Folder) -> Result<bool, StoreError> {
        self.require_write_to(folder.account_id)?;
        let changes = folders::ActiveModel {
            id: NotSet,
            account_id: NotSet,
            created_at: NotSet,
            ..row(folder).into_active_model().reset_all()
        };
        let update = folders::Entity::update_many()
            .set(changes)
            .filter(self.own(folders::Column::AccountId, folder.account_id))
            .filter(folders::Column::Id.eq(folder.id.uuid()));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn delete_folders(&mut self, tenant: AccountId, ids: &[FolderId]) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        // In one statement: folders inside others go together with them.
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let contents = folder_trees::Entity::delete_many()
            .filter(self.own(folder_trees::Column::AccountId, tenant))
            .filter(folder_trees::Column::FolderId.is_in(ids.clone()));
        self.write(&contents.into_query()).await?;
        let gone = folders::Entity::delete_many()
            .filter(self.own(folders::Column::AccountId, tenant))
            .filter(folders::Column::Id.is_in(ids));
        self.write(&gone.into_query()).await?;
        Ok(())
    }

    async fn set_in_folder(
        &mut self,
        tenant: AccountId,
        folder: FolderId,
        tree: TreeId,
        is_in: bool,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        if !is_in {
            let out = folder_trees::Entity::delete_many()
                .filter(self.own(folder_trees::Column::AccountId, tenant))
                .filter(folder_trees::Column::FolderId.eq(folder.uuid()))
                .filter(folder_trees::Column::TreeId.eq(tree.uuid()));
            self.write(&out.into_query()).await?;
            return Ok(());
        }
        let visible = Query::select()
            .expr(Expr::value(folder.uuid()))
            .expr(Expr::value(tenant.uuid()))
            .column((trees::Entity, trees::Column::Id))
            .from(trees::Entity)
            .and_where(trees::Column::Id.eq(tree.uuid()))
            .cond_where(self.visible_trees(tenant))
            .take();
        let again = OnConflict::columns([folder_trees::Column::FolderId, folder_trees::Column::TreeId])
            .do_nothing()
            .to_owned();
        let columns =
            [folder_trees::Column::FolderId, folder_trees::Column::AccountId, folder_trees::Column::TreeId];
        let mut put = Query::insert();
        put.into_table(folder_trees::Entity).columns(columns).on_conflict(again);
        let built = put.select_from(visible).map(|_| ()).map_err(|error| StoreError::Other(error.into()));
        self.check(built)?;
        self.write(&put).await?;
        Ok(())
    }

    async fn folders_of_trees(
        &mut self,
        tenant: AccountId,
        trees: &[TreeId],
    ) -> Result<Vec<(FolderId, TreeId)>, StoreError> {
        let pair = |row: &QueryResult| {
            let row = folder_trees::Model::from_query_result(row, "").map_err(store_error)?;
            Ok((FolderId::from(row.folder_id), TreeId::from(row.tree_id)))
        };
        let mut found = Vec::new();
        for chunk in trees.chunks(CHUNK) {
            let query = folder_trees::Entity::find()
                .filter(self.own(folder_trees::Column::AccountId, tenant))
                .filter(folder_trees::Column::TreeId.is_in(chunk.iter().map(|id| id.uuid())))
                .into_query();
            found.extend(self.read(&query, pair).await?);
        }
        found.sort_unstable();
        Ok(found)
    }

    async fn folder_counts(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<Vec<(FolderId, i64)>, StoreError> {
        let in_it = Condition::all()
            .add(trees::Column::Id.into_expr().equals((folder_trees::Entity, folder_trees::Column::TreeId)));
        let folder = (folder_trees::Entity, folder_trees::Column::FolderId);
        let query = Query::select()
            .column(folder)
            .expr_as(Expr::cust("COUNT(*)"), "rows_found")
            .from(folder_trees::Entity)
            .inner_join(trees::Entity, in_it)
            .cond_where(self.own(folder_trees::Column::AccountId, tenant))
            .cond_where(self.visible_trees(tenant))
            .cond_where(self.matching(tenant, filter))
            .add_group_by([Expr::col(folder)])
            .take();
        let count = |row: &QueryResult| {
            let id: Uuid = row.try_get("", "folder_id").map_err(store_error)?;
            Ok((FolderId::from(id), row.try_get("", "rows_found").map_err(store_error)?))
        };
        let mut counts: Vec<(FolderId, i64)> = self.read(&query, count).await?;
        counts.sort_unstable();
        Ok(counts)
    }
}
