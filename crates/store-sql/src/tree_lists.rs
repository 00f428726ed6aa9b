//! Lists of flows, and what they can be narrowed by. Neither reads a body.

use std::cmp::Reverse;

use rf_kernel::{AccountId, FolderId, Page, StoreError, TeamId};
use rf_trees::{
    Checklist, Facet, Graph, IntakeForm, SearchQuery, Structure, TreeFacets, TreeFilter, TreeListItem,
    TreeSort, TreeType,
};
use sea_orm::{
    ColumnTrait, Condition, ExprTrait, FromQueryResult, QueryResult,
    sea_query::{Expr, IntoColumnRef, LikeExpr, Order, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    convert::key,
    dialect::store_error,
    entities::{folder_trees, tree_tags, trees},
    search::join_ranked,
    trees::{Head, facts, shared},
    unit::SqlUnit,
};

/// Holds where `part` occurs in the column. Both are lower case already, and `%` and `_` stand for themselves.
pub(crate) fn contains(column: impl ColumnTrait, part: &str) -> Expr {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    column.into_expr().like(LikeExpr::new(pattern).escape('\\'))
}

/// Whether a text cannot be in the database, and asking Postgres for it would be an error.
pub(crate) fn impossible<'a>(mut texts: impl Iterator<Item = &'a String>) -> bool {
    texts.any(|text| text.contains('\0'))
}

/// The rows of a page.
pub(crate) fn cut(query: &mut SelectStatement, page: Page) {
    // Engines count in signed numbers; a page beyond them is as empty as the last one.
    const MOST: u64 = i64::MAX as u64;
    query.limit(Ord::min(page.limit, MOST)).offset(Ord::min(page.skip, MOST));
}

fn item(row: &QueryResult) -> Result<TreeListItem, StoreError> {
    let head = Head::from_query_result(row, "").map_err(store_error)?;
    let (step_count, expected_minutes) = (head.step_count, head.expected_minutes);
    let empty = match head.tree_type()? {
        TreeType::Troubleshooting => Structure::Graph(Graph::default()),
        TreeType::Procedural | TreeType::Maintenance => Structure::Checklist(Checklist::default()),
    };
    let tree = head.into_tree(empty, IntakeForm::default())?;
    Ok(TreeListItem { tree, step_count, expected_minutes, facts: facts(row)? })
}

impl SqlUnit {
    pub(crate) fn matching(&self, tenant: AccountId, filter: &TreeFilter) -> Condition {
        let tagged = |tag: &String| {
            trees::Column::Id.in_subquery(
                Query::select()
                    .column(tree_tags::Column::TreeId)
                    .from(tree_tags::Entity)
                    .and_where(tree_tags::Column::Tag.eq(key(tag)))
                    .take(),
            )
        };
        let favourite = || trees::Column::Id.in_subquery(self.favourites(tenant, filter.reader));
        let of_team = |team: TeamId| {
            let others = trees::Column::AccountId.ne(tenant.uuid());
            let own = trees::Column::TeamId.is_null().or(trees::Column::TeamId.eq(team.uuid()));
            others.or(own).or(shared())
        };
        let in_folders = |folders: &Vec<FolderId>| {
            trees::Column::Id.in_subquery(
                Query::select()
                    .column((folder_trees::Entity, folder_trees::Column::TreeId))
                    .from(folder_trees::Entity)
                    .cond_where(self.own(folder_trees::Column::AccountId, tenant))
                    .and_where(folder_trees::Column::FolderId.is_in(folders.iter().map(|id| id.uuid())))
                    .take(),
            )
        };
        let conditions = [
            (!filter.include_inactive).then(|| trees::Column::IsActive.eq(true)),
            filter.tree_type.map(|wanted| trees::Column::TreeType.eq(wanted.as_str())),
            filter.category.as_ref().map(|wanted| trees::Column::Category.eq(wanted)),
            filter.tag.as_ref().map(tagged),
            filter.status.map(|wanted| trees::Column::Status.eq(wanted.as_str())),
            filter.author_id.map(|wanted| trees::Column::AuthorId.eq(wanted.uuid())),
            filter.favourite.then(favourite),
            filter.team.map(of_team),
            filter.folders.as_ref().map(in_folders),
        ];
        conditions.into_iter().flatten().fold(Condition::all(), Condition::add)
    }

    /// The flows of the filter, `None` when there can be none. With a search they are joined to `ranked`.
    async fn found(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<Option<SelectStatement>, StoreError> {
        if impossible(filter.search.iter().chain(&filter.category).chain(&filter.tag)) {
            return self.check(Ok(None));
        }
        let mut found = Query::select()
            .from(trees::Entity)
            .cond_where(self.visible_trees(tenant))
            .cond_where(self.matching(tenant, filter))
            .take();
        let asked = SearchQuery::new(&filter.search);
        if !asked.is_empty() {
            let ranked = self.ranked(tenant, &asked).await?;
            join_ranked(&mut found, ranked);
            for literal in asked.literals() {
                found.and_where(contains(trees::Column::SearchText, literal));
            }
        }
        Ok(Some(found))
    }

    pub(crate) async fn page_of_trees(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
        page: Page,
    ) -> Result<(Vec<TreeListItem>, u64), StoreError> {
        let Some(found) = self.found(tenant, filter).await? else { return Ok((Vec::new(), 0)) };
        // First which ones, then what they say: sorting carries ids and keys alone.
        let mut query = found.clone();
        let by = |column: trees::Column| (trees::Entity, column);
        query.column(by(trees::Column::Id));
        if matches!(filter.sort, TreeSort::Used | TreeSort::Success) {
            self.join_usage(&mut query, tenant);
        }
        let is_search = !SearchQuery::new(&filter.search).is_empty();
        let keys: &[&'static str] = match filter.sort {
            TreeSort::Relevance if is_search => &["ranked.points"],
            TreeSort::Used => &["COALESCE(tree_usage.count, 0)"],
            // The integers of `TreeFacts::success_key`.
            TreeSort::Success => &[
                "CASE WHEN tree_usage.completed > 0 THEN tree_usage.resolved * 1000000 / tree_usage.completed
                    ELSE -1 END",
                "COALESCE(tree_usage.completed, 0)",
            ],
            TreeSort::Name | TreeSort::Recent | TreeSort::Relevance => &[],
        };
        for key in keys {
            query.order_by_expr(Expr::cust(*key), Order::Desc);
        }
        if filter.sort == TreeSort::Recent {
            query
                .order_by(by(trees::Column::UpdatedAt), Order::Desc)
                .order_by(by(trees::Column::Id), Order::Desc);
        } else {
            query
                .order_by(by(trees::Column::NameKey), Order::Asc)
                .order_by(by(trees::Column::Id), Order::Asc);
        }
        cut(&mut query, page);
        let id = |row: &QueryResult| row.try_get::<Uuid>("", "id").map_err(store_error);
        let ids = self.read(&query, id).await?;
        let mut heads = self.head_query(tenant);
        heads.and_where(trees::Column::Id.is_in(ids.clone()));
        self.add_facts(&mut heads, tenant, filter.reader);
        let mut items = if ids.is_empty() { Vec::new() } else { self.read(&heads, item).await? };
        let place = |item: &TreeListItem| ids.iter().position(|id| *id == item.tree.id.uuid());
        items.sort_by_cached_key(place);
        Ok((items, self.count(found).await?))
    }

    /// How many rows the query finds.
    pub(crate) async fn count(&mut self, mut rows: SelectStatement) -> Result<u64, StoreError> {
        rows.expr_as(Expr::cust("COUNT(*)"), "rows_found");
        let count = |row: &QueryResult| row.try_get::<i64>("", "rows_found").map_err(store_error);
        let found = self.read_one(&rows, count).await?.unwrap_or(0);
        Ok(u64::try_from(found).unwrap_or(0))
    }

    pub(crate) async fn facets(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<TreeFacets, StoreError> {
        let Some(trees) = self.found(tenant, filter).await? else { return Ok(TreeFacets::default()) };
        let tagged = Condition::all()
            .add(tree_tags::Column::TreeId.into_expr().equals((trees::Entity, trees::Column::Id)));
        let tags = trees.clone().inner_join(tree_tags::Entity, tagged).take();
        Ok(TreeFacets {
            categories: self
                .facet(
                    trees.clone().and_where(trees::Column::Category.is_not_null()).take(),
                    (trees::Entity, trees::Column::Category),
                )
                .await?,
            tags: self.facet(tags, (tree_tags::Entity, tree_tags::Column::Tag)).await?,
            types: self.facet(trees, (trees::Entity, trees::Column::TreeType)).await?,
        })
    }

    async fn facet(
        &mut self,
        mut rows: SelectStatement,
        column: impl IntoColumnRef,
    ) -> Result<Vec<Facet>, StoreError> {
        let column = column.into_column_ref();
        rows.expr_as(Expr::col(column.clone()), "facet")
            .expr_as(Expr::cust("COUNT(*)"), "rows_found")
            .add_group_by([Expr::col(column)]);
        let facet = |row: &QueryResult| {
            Ok(Facet {
                name: row.try_get("", "facet").map_err(store_error)?,
                count: row.try_get("", "rows_found").map_err(store_error)?,
            })
        };
        let mut facets = self.read(&rows, facet).await?;
        facets.sort_by(|a, b| Reverse(a.count).cmp(&Reverse(b.count)).then_with(|| a.name.cmp(&b.name)));
        Ok(facets)
    }
}
