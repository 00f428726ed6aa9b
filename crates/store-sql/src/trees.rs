//! Flows and their versions. Lists and facets are in `tree_lists`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rf_kernel::{AccountId, Page, Revision, StoreError, TreeId, UserId};
use rf_trees::{
    FlowDraft, ForkOrigin, InsertVersionOutcome, IntakeForm, LibraryStamp, Structure, Tree, TreeFacets,
    TreeFacts, TreeFilter, TreeListItem, TreeRepository, TreeStatus, TreeType, TreeVersion, UpdateOutcome,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QueryResult, QueryTrait,
    sea_query::{Expr, Func, OnConflict, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    convert::{corrupt, from_json, instant, json, key, maybe_instant, maybe_micros, micros, named, uuids},
    dialect::store_error,
    entities::{tree_favourites, tree_tags, tree_usage, tree_versions, trees},
    search::WORDS_VERSION,
    unit::SqlUnit,
};

/// The columns lists read: all but the body and what only queries look at.
const HEAD: [trees::Column; 24] = [
    trees::Column::Id,
    trees::Column::AccountId,
    trees::Column::TeamId,
    trees::Column::AuthorId,
    trees::Column::Name,
    trees::Column::Description,
    trees::Column::Category,
    trees::Column::Tags,
    trees::Column::TreeType,
    trees::Column::StepCount,
    trees::Column::ExpectedMinutes,
    trees::Column::Version,
    trees::Column::Status,
    trees::Column::IsActive,
    trees::Column::IsPublic,
    trees::Column::IsDefault,
    trees::Column::ForkParentId,
    trees::Column::ForkRootId,
    trees::Column::ForkDepth,
    trees::Column::ForkReason,
    trees::Column::ForkParentUpdatedAt,
    trees::Column::CreatedAt,
    trees::Column::UpdatedAt,
    trees::Column::Revision,
];

/// A row of [`head_query`].
#[derive(FromQueryResult)]
pub(crate) struct Head {
    id: Uuid,
    account_id: Uuid,
    team_id: Option<Uuid>,
    author_id: Option<Uuid>,
    name: String,
    description: Option<String>,
    category: Option<String>,
    tags: String,
    tree_type: String,
    pub(crate) step_count: i64,
    pub(crate) expected_minutes: Option<i64>,
    version: i64,
    status: String,
    is_active: bool,
    is_public: bool,
    is_default: bool,
    fork_parent_id: Option<Uuid>,
    fork_root_id: Option<Uuid>,
    fork_depth: Option<i64>,
    fork_reason: Option<String>,
    fork_parent_updated_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    revision: i64,
    usage_count: i64,
}

/// The columns of [`SqlUnit::facts_of`].
#[derive(FromQueryResult)]
struct FactsRow {
    is_favourite: bool,
    completed_count: i64,
    resolved_count: i64,
    upstream_changed: bool,
}

pub(crate) fn facts(row: &QueryResult) -> Result<TreeFacts, StoreError> {
    let row = FactsRow::from_query_result(row, "").map_err(store_error)?;
    Ok(TreeFacts {
        is_favourite: row.is_favourite,
        completed_count: row.completed_count,
        resolved_count: row.resolved_count,
        upstream_changed: row.upstream_changed,
    })
}

impl Head {
    pub(crate) fn tree_type(&self) -> Result<TreeType, StoreError> {
        named(&self.tree_type)
    }

    /// The flow, with a body read elsewhere.
    pub(crate) fn into_tree(self, structure: Structure, intake_form: IntakeForm) -> Result<Tree, StoreError> {
        let fork =
            match (self.fork_parent_id, self.fork_root_id, self.fork_depth, self.fork_parent_updated_at) {
                (Some(parent), Some(root), Some(fork_depth), Some(parent_updated_at)) => Some(ForkOrigin {
                    parent_tree_id: parent.into(),
                    root_tree_id: root.into(),
                    fork_depth,
                    fork_reason: self.fork_reason,
                    parent_updated_at: instant(parent_updated_at)?,
                }),
                _ => None,
            };
        Ok(Tree {
            id: self.id.into(),
            account_id: self.account_id.into(),
            team_id: self.team_id.map(Into::into),
            author_id: self.author_id.map(Into::into),
            content: FlowDraft {
                name: self.name,
                description: self.description,
                category: self.category,
                tags: from_json(&self.tags)?,
                tree_type: named(&self.tree_type)?,
                structure,
                intake_form,
            },
            version: self.version,
            status: named(&self.status)?,
            is_active: self.is_active,
            is_public: self.is_public,
            is_default: self.is_default,
            usage_count: self.usage_count,
            fork,
            created_at: instant(self.created_at)?,
            updated_at: instant(self.updated_at)?,
            revision: Revision(self.revision),
        })
    }
}

/// A stored body.
fn structure(tree_type: TreeType, text: &str) -> Result<Structure, StoreError> {
    Structure::from_stored(tree_type, text).map_err(corrupt)
}

fn tree(row: &QueryResult) -> Result<Tree, StoreError> {
    let text = |column: &str| row.try_get::<String>("", column).map_err(store_error);
    let head = Head::from_query_result(row, "").map_err(store_error)?;
    let body = structure(head.tree_type()?, &text("structure")?)?;
    head.into_tree(body, from_json(&text("intake_form")?)?)
}

fn version(row: &QueryResult) -> Result<TreeVersion, StoreError> {
    let row = tree_versions::Model::from_query_result(row, "").map_err(store_error)?;
    let tree_type = named(&row.tree_type)?;
    Ok(TreeVersion {
        id: row.id.into(),
        tree_id: row.tree_id.into(),
        account_id: row.account_id.into(),
        version: row.version,
        content: FlowDraft {
            name: row.name,
            description: row.description,
            category: row.category,
            tags: from_json(&row.tags)?,
            tree_type,
            structure: structure(tree_type, &row.structure)?,
            intake_form: from_json(&row.intake_form)?,
        },
        change_note: row.change_note,
        published_by_id: row.published_by_id.map(Into::into),
        published_at: instant(row.published_at)?,
    })
}

fn row(tree: &Tree) -> Result<trees::Model, StoreError> {
    let Tree { content, fork, .. } = tree;
    Ok(trees::Model {
        id: tree.id.into(),
        account_id: tree.account_id.into(),
        team_id: uuids(tree.team_id),
        author_id: uuids(tree.author_id),
        name: content.name.clone(),
        name_key: key(&content.name),
        description: content.description.clone(),
        category: content.category.clone(),
        tags: json(&content.tags)?,
        tree_type: content.tree_type.as_str().to_owned(),
        structure: json(&content.structure)?,
        intake_form: json(&content.intake_form)?,
        search_text: content.search_text(),
        step_count: i64::try_from(content.structure.step_count()).unwrap_or(i64::MAX),
        expected_minutes: content.structure.expected_minutes().map(i64::from),
        version: tree.version,
        status: tree.status.as_str().to_owned(),
        is_active: tree.is_active,
        is_public: tree.is_public,
        is_default: tree.is_default,
        fork_parent_id: fork.as_ref().map(|fork| fork.parent_tree_id.into()),
        fork_root_id: fork.as_ref().map(|fork| fork.root_tree_id.into()),
        fork_depth: fork.as_ref().map(|fork| fork.fork_depth),
        fork_reason: fork.as_ref().and_then(|fork| fork.fork_reason.clone()),
        fork_parent_updated_at: maybe_micros(fork.as_ref().map(|fork| fork.parent_updated_at)),
        created_at: micros(tree.created_at),
        updated_at: micros(tree.updated_at),
        revision: tree.revision.0,
        words_version: WORDS_VERSION,
    })
}

/// What a stored row says.
pub(crate) fn content(row: &trees::Model) -> Result<FlowDraft, StoreError> {
    let tree_type = named(&row.tree_type)?;
    Ok(FlowDraft {
        name: row.name.clone(),
        description: row.description.clone(),
        category: row.category.clone(),
        tags: from_json(&row.tags)?,
        tree_type,
        structure: structure(tree_type, &row.structure)?,
        intake_form: from_json(&row.intake_form)?,
    })
}

/// Flows offered beyond their own account. The words are those of the index `ix_trees_shared` and of the policy
/// `shared_rows`.
pub(crate) fn shared() -> Expr {
    Expr::cust("(is_active AND status = 'published' AND (is_public OR is_default))")
}

impl SqlUnit {
    /// The tenant's own flows, where the unit may see them, and shared ones.
    pub(crate) fn visible_trees(&self, tenant: AccountId) -> Condition {
        Condition::any().add(self.own(trees::Column::AccountId, tenant)).add(shared())
    }

    /// Visible flows without their bodies, with the tenant's use of them.
    pub(crate) fn head_query(&self, tenant: AccountId) -> SelectStatement {
        let mut query = Query::select()
            .from(trees::Entity)
            .columns(HEAD.map(|column| (trees::Entity, column)))
            .expr_as(tree_usage::Column::Count.into_expr().if_null(0_i64), "usage_count")
            .cond_where(self.visible_trees(tenant))
            .take();
        self.join_usage(&mut query, tenant);
        query
    }

    /// The tenant's use of each flow.
    pub(crate) fn join_usage(&self, query: &mut SelectStatement, tenant: AccountId) {
        let counted = Condition::all()
            .add(tree_usage::Column::TreeId.into_expr().equals((trees::Entity, trees::Column::Id)))
            .add(self.own(tree_usage::Column::AccountId, tenant));
        query.left_join(tree_usage::Entity, counted);
    }

    /// The flows the reader has marked.
    pub(crate) fn favourites(&self, tenant: AccountId, reader: Option<UserId>) -> SelectStatement {
        let reader = match reader {
            Some(reader) => tree_favourites::Column::UserId.eq(reader.uuid()),
            None => Expr::value(false),
        };
        Query::select()
            .column((tree_favourites::Entity, tree_favourites::Column::TreeId))
            .from(tree_favourites::Entity)
            .cond_where(self.own(tree_favourites::Column::AccountId, tenant))
            .and_where(reader)
            .take()
    }

    /// Adds the columns [`facts`] reads to a [`SqlUnit::head_query`].
    pub(crate) fn add_facts(&self, query: &mut SelectStatement, tenant: AccountId, reader: Option<UserId>) {
        let of_parent = |column: trees::Column| Expr::col(("parent", column));
        let fork = |column: trees::Column| (trees::Entity, column);
        // Unqualified columns are the parent's: the inner table comes first.
        let own = if self.covers(tenant) {
            of_parent(trees::Column::AccountId).eq(tenant.uuid())
        } else {
            Expr::value(false)
        };
        let visible = Condition::any().add(own).add(Expr::cust(
            "(parent.is_active AND parent.status = 'published' AND (parent.is_public OR parent.is_default))",
        ));
        let changed = Query::select()
            .expr(Expr::cust("1"))
            .from_as(trees::Entity, "parent")
            .and_where(of_parent(trees::Column::Id).equals(fork(trees::Column::ForkParentId)))
            .and_where(
                of_parent(trees::Column::UpdatedAt).gt(Expr::col(fork(trees::Column::ForkParentUpdatedAt))),
            )
            .cond_where(visible)
            .take();
        let marked = trees::Column::Id.in_subquery(self.favourites(tenant, reader));
        query
            .expr_as(marked, "is_favourite")
            .expr_as(tree_usage::Column::Completed.into_expr().if_null(0_i64), "completed_count")
            .expr_as(tree_usage::Column::Resolved.into_expr().if_null(0_i64), "resolved_count")
            .expr_as(Expr::exists(changed), "upstream_changed");
    }

    /// Adds to the tenant's counts of a flow it can see, in one statement.
    async fn count_use(
        &mut self,
        tenant: AccountId,
        id: TreeId,
        more: [(tree_usage::Column, i64); 3],
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let mut visible = Query::select()
            .expr(Expr::value(tenant.uuid()))
            .column((trees::Entity, trees::Column::Id))
            .from(trees::Entity)
            .and_where(trees::Column::Id.eq(id.uuid()))
            .cond_where(self.visible_trees(tenant))
            .take();
        let mut again = OnConflict::columns([tree_usage::Column::AccountId, tree_usage::Column::TreeId]);
        for (column, by) in more {
            visible.expr(Expr::value(by));
            again.value(column, column.into_expr().add(by));
        }
        let mut upsert = Query::insert();
        let columns = [tree_usage::Column::AccountId, tree_usage::Column::TreeId];
        upsert
            .into_table(tree_usage::Entity)
            .columns(columns.into_iter().chain(more.map(|(column, _)| column)))
            .on_conflict(again);
        let built = upsert.select_from(visible).map(|_| ()).map_err(|error| StoreError::Other(error.into()));
        self.check(built)?;
        self.write(&upsert).await?;
        Ok(())
    }

    async fn keep_tags(&mut self, tree: &Tree, account: AccountId) -> Result<(), StoreError> {
        let tags: BTreeSet<&String> = tree.content.tags.iter().collect();
        if tags.is_empty() {
            return Ok(());
        }
        let rows = tags.into_iter().map(|tag| {
            tree_tags::Model { tree_id: tree.id.into(), account_id: account.into(), tag: tag.clone() }
                .into_active_model()
        });
        self.write(&tree_tags::Entity::insert_many(rows).into_query()).await?;
        Ok(())
    }
}

#[async_trait]
impl TreeRepository for SqlUnit {
    async fn insert_tree(&mut self, tree: &Tree) -> Result<(), StoreError> {
        self.require_write_to(tree.account_id)?;
        let row = self.check(row(tree))?;
        self.insert(row).await?;
        self.keep_tags(tree, tree.account_id).await?;
        self.keep_words(tree.id, tree.account_id, &tree.content.search_words()).await
    }

    async fn tree_by_id(&mut self, tenant: AccountId, id: TreeId) -> Result<Option<Tree>, StoreError> {
        let query = self
            .head_query(tenant)
            .columns([trees::Column::Structure, trees::Column::IntakeForm].map(|c| (trees::Entity, c)))
            .and_where(trees::Column::Id.eq(id.uuid()))
            .take();
        self.read_one(&query, tree).await
    }

    async fn update_tree(
        &mut self,
        tenant: AccountId,
        tree: &Tree,
        expected: Revision,
    ) -> Result<UpdateOutcome, StoreError> {
        self.require_write()?;
        let row = self.check(row(tree))?;
        let changes = trees::ActiveModel {
            id: NotSet,
            account_id: NotSet,
            created_at: NotSet,
            ..row.into_active_model().reset_all()
        };
        let own = self.own(trees::Column::AccountId, tenant).add(trees::Column::Id.eq(tree.id.uuid()));
        let update = trees::Entity::update_many()
            .set(changes)
            .filter(own.clone())
            .filter(trees::Column::Revision.eq(expected.0))
            .into_query();
        if self.write(&update).await? == 0 {
            let known = Query::select().column(trees::Column::Id).from(trees::Entity).cond_where(own).take();
            return Ok(match self.read_one(&known, |_| Ok(())).await? {
                Some(()) => UpdateOutcome::Stale,
                None => UpdateOutcome::NotFound,
            });
        }
        let former = tree_tags::Entity::delete_many().filter(tree_tags::Column::TreeId.eq(tree.id.uuid()));
        self.write(&former.into_query()).await?;
        self.keep_tags(tree, tenant).await?;
        self.replace_words(tree.id, tenant, &tree.content).await?;
        Ok(UpdateOutcome::Updated)
    }

    async fn list_trees(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
        page: Page,
    ) -> Result<(Vec<TreeListItem>, u64), StoreError> {
        self.page_of_trees(tenant, filter, page).await
    }

    async fn tree_facets(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<TreeFacets, StoreError> {
        self.facets(tenant, filter).await
    }

    async fn tree_facts(
        &mut self,
        tenant: AccountId,
        reader: UserId,
        id: TreeId,
    ) -> Result<Option<TreeFacts>, StoreError> {
        let mut query = self.head_query(tenant).and_where(trees::Column::Id.eq(id.uuid())).take();
        self.add_facts(&mut query, tenant, Some(reader));
        self.read_one(&query, facts).await
    }

    async fn set_favourite(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: TreeId,
        is_favourite: bool,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        if !is_favourite {
            let mark = tree_favourites::Entity::delete_many()
                .filter(self.own(tree_favourites::Column::AccountId, tenant))
                .filter(tree_favourites::Column::UserId.eq(user.uuid()))
                .filter(tree_favourites::Column::TreeId.eq(id.uuid()));
            self.write(&mark.into_query()).await?;
            return Ok(());
        }
        let visible = Query::select()
            .expr(Expr::value(user.uuid()))
            .expr(Expr::value(tenant.uuid()))
            .column((trees::Entity, trees::Column::Id))
            .from(trees::Entity)
            .and_where(trees::Column::Id.eq(id.uuid()))
            .cond_where(self.visible_trees(tenant))
            .take();
        let again = OnConflict::columns([tree_favourites::Column::UserId, tree_favourites::Column::TreeId])
            .do_nothing()
            .to_owned();
        let columns = [
            tree_favourites::Column::UserId,
            tree_favourites::Column::AccountId,
            tree_favourites::Column::TreeId,
        ];
        let mut mark = Query::insert();
        mark.into_table(tree_favourites::Entity).columns(columns).on_conflict(again);
        let built = mark.select_from(visible).map(|_| ()).map_err(|error| StoreError::Other(error.into()));
        self.check(built)?;
        self.write(&mark).await?;
        Ok(())
    }

    async fn library_stamp(&mut self, tenant: AccountId) -> Result<LibraryStamp, StoreError> {
        use trees::Column::{IsActive, Revision, Status, UpdatedAt};
        let sum = Func::cast_as(Func::sum(Expr::col(Revision)), "bigint");
        let query = Query::select()
            .expr_as(Expr::cust("COUNT(*)"), "flows")
            .expr_as(Func::coalesce([sum.into(), Expr::value(0_i64)]), "revisions")
            .expr_as(UpdatedAt.max(), "newest")
            .from(trees::Entity)
            .cond_where(self.visible_trees(tenant))
            .and_where(IsActive.eq(true))
            .and_where(Status.eq(TreeStatus::Published.as_str()))
            .take();
        let stamp = |row: &QueryResult| {
            let newest: Option<i64> = row.try_get("", "newest").map_err(store_error)?;
            Ok(LibraryStamp {
                flows: row.try_get("", "flows").map_err(store_error)?,
                revisions: row.try_get("", "revisions").map_err(store_error)?,
                newest: maybe_instant(newest)?,
            })
        };
        Ok(self.read_one(&query, stamp).await?.unwrap_or_default())
    }

    async fn count_own_trees(&mut self, tenant: AccountId) -> Result<u64, StoreError> {
        let own = self.own(trees::Column::AccountId, tenant).add(trees::Column::IsActive.eq(true));
        self.count(Query::select().from(trees::Entity).cond_where(own).take()).await
    }

    async fn increment_usage(&mut self, tenant: AccountId, id: TreeId) -> Result<(), StoreError> {
        use tree_usage::Column::{Completed, Count, Resolved};
        self.count_use(tenant, id, [(Count, 1), (Completed, 0), (Resolved, 0)]).await
    }

    async fn increment_completions(
        &mut self,
        tenant: AccountId,
        id: TreeId,
        resolved: bool,
    ) -> Result<(), StoreError> {
        use tree_usage::Column::{Completed, Count, Resolved};
        self.count_use(tenant, id, [(Count, 0), (Completed, 1), (Resolved, i64::from(resolved))]).await
    }

    async fn insert_tree_version(
        &mut self,
        version: &TreeVersion,
    ) -> Result<InsertVersionOutcome, StoreError> {
        self.require_write_to(version.account_id)?;
        let content = &version.content;
        let texts = json(&content.tags)
            .and_then(|tags| Ok((tags, json(&content.structure)?, json(&content.intake_form)?)));
        let (tags, structure, intake_form) = self.check(texts)?;
        let row = tree_versions::Model {
            id: version.id.into(),
            tree_id: version.tree_id.into(),
            account_id: version.account_id.into(),
            version: version.version,
            name: content.name.clone(),
            description: content.description.clone(),
            category: content.category.clone(),
            tags,
            tree_type: content.tree_type.as_str().to_owned(),
            structure,
            intake_form,
            change_note: version.change_note.clone(),
            published_by_id: uuids(version.published_by_id),
            published_at: micros(version.published_at),
        };
        let taken = OnConflict::columns([tree_versions::Column::TreeId, tree_versions::Column::Version])
            .do_nothing()
            .to_owned();
        let insert = tree_versions::Entity::insert(row.into_active_model()).on_conflict(taken).into_query();
        Ok(match self.write(&insert).await? {
            0 => InsertVersionOutcome::NumberTaken,
            _ => InsertVersionOutcome::Inserted,
        })
    }

    async fn tree_versions(&mut self, tenant: AccountId, id: TreeId) -> Result<Vec<TreeVersion>, StoreError> {
        let of_visible_tree = Condition::all()
            .add(trees::Column::Id.into_expr().equals((tree_versions::Entity, tree_versions::Column::TreeId)))
            .add(self.visible_trees(tenant));
        let query = tree_versions::Entity::find()
            .filter(tree_versions::Column::TreeId.eq(id.uuid()))
            .order_by_desc(tree_versions::Column::Version)
            .into_query()
            .inner_join(trees::Entity, of_visible_tree)
            .take();
        self.read(&query, version).await
    }
}
