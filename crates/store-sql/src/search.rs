//! Ranked search, narrowed down by the database. `rf_trees::SearchQuery` says what matches and what it earns; here
//! that becomes ranges and lists of words over `tree_words`, and the database adds up the points.
//!
//! The words that are merely similar are found by their trigrams first; of those the best [`SIMILAR`] count, out of
//! the [`CANDIDATES`] that share most.

use std::collections::{BTreeMap, BTreeSet};

use rf_kernel::{AccountId, StoreError, TreeId};
use rf_trees::{
    FlowDraft, SearchField, SearchQuery, WordMatch, least_shared_trigrams, match_words, points, trigrams,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict, Order, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::{
    dialect::store_error,
    entities::{tree_words, trees, word_trigrams},
    trees::{content, shared},
    unit::SqlUnit,
};

/// The way words are made. Raise it when [`FlowDraft::search_words`] or `search_text` changes.
pub(crate) const WORDS_VERSION: i64 = 1;

/// Words looked at for a misspelt one.
const CANDIDATES: u64 = 1_000;
/// Words a misspelt one may stand for.
const SIMILAR: usize = 200;
/// Flows indexed in one unit.
const BATCH: u64 = 50;
/// Rows in one statement; engines count its parameters.
const ROWS: usize = 1_000;

/// Joins flows to [`SqlUnit::ranked`].
pub(crate) fn join_ranked(found: &mut SelectStatement, ranked: Option<SelectStatement>) {
    // Of signs alone there are no points: everything fits as well as everything else.
    let none = || {
        Query::select()
            .expr_as(Expr::col((trees::Entity, trees::Column::Id)), "tree_id")
            .expr_as(Expr::cust("0"), "points")
            .from(trees::Entity)
            .take()
    };
    let of_tree = Expr::col(("ranked", "tree_id")).equals((trees::Entity, trees::Column::Id));
    found.join_subquery(JoinType::InnerJoin, ranked.unwrap_or_else(none), "ranked", of_tree);
}

/// What a match of that kind earns, by the field it is in.
fn earned(how: WordMatch) -> Expr {
    let of = |field: SearchField| format!("WHEN {} THEN {} ", field.number(), points(how, field));
    Expr::cust(format!("CASE field {}END", SearchField::ALL.map(of).concat()))
}

impl SqlUnit {
    /// The tenant's account and those that share flows.
    fn searched_accounts(tenant: AccountId) -> SelectStatement {
        let sharing =
            Query::select().column(trees::Column::AccountId).from(trees::Entity).and_where(shared()).take();
        Query::select().expr(Expr::value(tenant.uuid())).union(UnionType::Distinct, sharing).take()
    }

    /// Flows with what they earn for the words asked for; not all of them need be visible. `None` when no word is
    /// asked for.
    pub(crate) async fn ranked(
        &mut self,
        tenant: AccountId,
        asked: &SearchQuery,
    ) -> Result<Option<SelectStatement>, StoreError> {
        let mut words = Vec::new();
        for word in asked.words() {
            let similar = self.similar_words(tenant, word).await?;
            words.push(best_of_word(tenant, word, similar));
        }
        let many = i64::try_from(words.len()).unwrap_or(i64::MAX);
        let Some(each) = union_all(words) else { return Ok(None) };
        let all = Query::select()
            .column("tree_id")
            .expr_as(Expr::cust("SUM(points)"), "points")
            .from_subquery(each, "each_word")
            .group_by_col("tree_id")
            .and_having(Expr::cust("COUNT(*)").eq(many))
            .take();
        Ok(Some(all))
    }

    /// Words that match otherwise than from their beginning, by how they do.
    async fn similar_words(
        &mut self,
        tenant: AccountId,
        asked: &str,
    ) -> Result<BTreeMap<WordMatch, BTreeSet<String>>, StoreError> {
        let least = i64::try_from(least_shared_trigrams(asked)).unwrap_or(i64::MAX);
        let candidates = Query::select()
            .column(word_trigrams::Column::Word)
            .from(word_trigrams::Entity)
            .and_where(word_trigrams::Column::AccountId.in_subquery(Self::searched_accounts(tenant)))
            .and_where(word_trigrams::Column::Trigram.is_in(trigrams(asked)))
            .group_by_columns([word_trigrams::Column::AccountId, word_trigrams::Column::Word])
            .and_having(Expr::cust("COUNT(*)").gte(least))
            .order_by_expr(Expr::cust("COUNT(*)"), Order::Desc)
            .order_by(word_trigrams::Column::Word, Order::Asc)
            .limit(CANDIDATES)
            .take();
        let word = |row: &QueryResult| row.try_get::<String>("", "word").map_err(store_error);
        let mut similar = BTreeSet::new();
        for word in self.read(&candidates, word).await? {
            match match_words(asked, &word) {
                // Those are a range of the index.
                None | Some(WordMatch::Exact | WordMatch::Prefix) => {}
                Some(how) => drop(similar.insert((how, word))),
            }
        }
        let mut by_kind = BTreeMap::<_, BTreeSet<String>>::new();
        for (how, word) in similar.into_iter().take(SIMILAR) {
            by_kind.entry(how).or_default().insert(word);
        }
        Ok(by_kind)
    }

    /// Keeps the words a flow is found by, in place of those it had.
    pub(crate) async fn replace_words(
        &mut self,
        tree: TreeId,
        account: AccountId,
        content: &FlowDraft,
    ) -> Result<(), StoreError> {
        let known = tree_words::Entity::find()
            .filter(tree_words::Column::TreeId.eq(tree.uuid()))
            .order_by_asc(tree_words::Column::Word)
            .into_query();
        let row = |row: &QueryResult| {
            let row = tree_words::Model::from_query_result(row, "").map_err(store_error)?;
            Ok((row.word, row.field))
        };
        let known = self.read(&known, row).await?;
        let words = content.search_words();
        let same = |((word, field), known): (&(String, SearchField), &(String, i64))| {
            *word == known.0 && field.number() == known.1
        };
        if words.len() == known.len() && words.iter().zip(&known).all(same) {
            return Ok(());
        }
        let former = tree_words::Entity::delete_many().filter(tree_words::Column::TreeId.eq(tree.uuid()));
        self.write(&former.into_query()).await?;
        self.keep_words(tree, account, &words).await
    }

    /// Keeps the words of a flow that has none.
    pub(crate) async fn keep_words(
        &mut self,
        tree: TreeId,
        account: AccountId,
        words: &[(String, SearchField)],
    ) -> Result<(), StoreError> {
        for some in words.chunks(ROWS) {
            let rows = some.iter().map(|(word, field)| {
                let row = tree_words::Model {
                    tree_id: tree.into(),
                    account_id: account.into(),
                    word: word.clone(),
                    field: field.number(),
                };
                row.into_active_model()
            });
            self.write(&tree_words::Entity::insert_many(rows).into_query()).await?;
            self.keep_trigrams(account, some).await?;
        }
        Ok(())
    }

    /// Keeps the trigrams of words the account has not had. They stay when the words go: no flow is found by them
    /// alone.
    async fn keep_trigrams(
        &mut self,
        account: AccountId,
        words: &[(String, SearchField)],
    ) -> Result<(), StoreError> {
        let known = Query::select()
            .distinct()
            .column(word_trigrams::Column::Word)
            .from(word_trigrams::Entity)
            .and_where(word_trigrams::Column::AccountId.eq(account.uuid()))
            .and_where(word_trigrams::Column::Word.is_in(words.iter().map(|(word, _)| word.as_str())))
            .take();
        let word = |row: &QueryResult| row.try_get::<String>("", "word").map_err(store_error);
        let known: BTreeSet<String> = self.read(&known, word).await?.into_iter().collect();
        // In one order everywhere, so that two writers of the same words wait for each other and do not lock up.
        let new = words.iter().filter(|(word, _)| !known.contains(word));
        let rows: Vec<_> = new
            .flat_map(|(word, _)| trigrams(word).into_iter().map(move |trigram| (word.clone(), trigram)))
            .collect();
        for some in rows.chunks(ROWS) {
            let some = some.iter().map(|(word, trigram)| {
                word_trigrams::Model {
                    account_id: account.into(),
                    word: word.clone(),
                    trigram: trigram.clone(),
                }
                .into_active_model()
            });
            let again = OnConflict::columns([
                word_trigrams::Column::AccountId,
                word_trigrams::Column::Word,
                word_trigrams::Column::Trigram,
            ])
            .do_nothing()
            .to_owned();
            let keep = word_trigrams::Entity::insert_many(some).on_conflict(again);
            self.write(&keep.into_query()).await?;
        }
        Ok(())
    }

    /// Makes the words of some flows that have none of this version; answers how many flows those were.
    pub(crate) async fn index_some_words(&mut self) -> Result<usize, StoreError> {
        let old = trees::Entity::find()
            .filter(trees::Column::WordsVersion.lt(WORDS_VERSION))
            .order_by_asc(trees::Column::Id)
            .limit(BATCH)
            .into_query();
        let read = |row: &QueryResult| {
            let row = trees::Model::from_query_result(row, "").map_err(store_error)?;
            let draft = content(&row)?;
            Ok((row.id, row.account_id, draft))
        };
        let old: Vec<(Uuid, Uuid, FlowDraft)> = self.read(&old, read).await?;
        for (id, account, draft) in &old {
            self.replace_words((*id).into(), (*account).into(), draft).await?;
            let indexed = trees::Entity::update_many()
                .col_expr(trees::Column::SearchText, Expr::value(draft.search_text()))
                .col_expr(trees::Column::WordsVersion, Expr::value(WORDS_VERSION))
                .filter(trees::Column::Id.eq(*id));
            self.write(&indexed.into_query()).await?;
        }
        Ok(old.len())
    }
}

/// Flows with a word that matches, each with the best it earns.
fn best_of_word(
    tenant: AccountId,
    asked: &str,
    similar: BTreeMap<WordMatch, BTreeSet<String>>,
) -> SelectStatement {
    use tree_words::Column::{AccountId as Account, TreeId, Word};
    let earning = |how: WordMatch, holds: Expr| {
        Query::select()
            .column(TreeId)
            .expr_as(earned(how), "points")
            .from(tree_words::Entity)
            .and_where(Account.in_subquery(SqlUnit::searched_accounts(tenant)))
            .and_where(holds)
            .take()
    };
    // No word has the last code point there is.
    let begins = Word.gte(asked).and(Word.lt(format!("{asked}\u{10ffff}")));
    let mut ways = vec![earning(WordMatch::Exact, Word.eq(asked)), earning(WordMatch::Prefix, begins)];
    ways.extend(similar.into_iter().map(|(how, words)| earning(how, Word.is_in(words))));
    let mut best = Query::select();
    best.column("tree_id").expr_as(Expr::cust("MAX(points)"), "points").group_by_col("tree_id");
    if let Some(ways) = union_all(ways) {
        best.from_subquery(ways, "ways");
    }
    best
}

fn union_all(queries: Vec<SelectStatement>) -> Option<SelectStatement> {
    let mut queries = queries.into_iter();
    let mut first = queries.next()?;
    first.unions(queries.map(|query| (UnionType::All, query)));
    Some(first)
}
