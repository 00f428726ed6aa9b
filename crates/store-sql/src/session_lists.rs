//! Lists of sessions, a page at a time.
//!
//! A person reaches a session as its owner or as its assignee, and one that waits stands behind all that have begun.
//! Each of these ways is a stretch of an index in the list's own order, read from where the page begins for as long
//! as the page is. Merged they give the ids of the page; only those rows are fetched. So a page costs the same
//! wherever it is and however many sessions there are.

use rf_kernel::{AccountId, Page, StoreError};
use rf_sessions::{Session, SessionCursor, SessionFilter, SessionStatus};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, NullOrdering, Order, Query, SelectStatement, UnionType},
};

use crate::{
    convert::{key, micros},
    entities::sessions,
    tree_lists::{contains, cut, impossible},
    unit::SqlUnit,
};

use sessions::Column;

fn ended(ended: bool) -> Expr {
    if ended { Column::CompletedAt.is_not_null() } else { Column::CompletedAt.is_null() }
}

/// What narrows a list, but for whose it is.
fn narrowed(filter: &SessionFilter) -> Condition {
    let stands = |status: SessionStatus| match status {
        SessionStatus::Completed => ended(true),
        SessionStatus::Active => ended(false).and(Column::StartedAt.is_not_null()),
        SessionStatus::Prepared => ended(false).and(Column::StartedAt.is_null()),
    };
    let part = |column: Column, part: &Option<String>| part.as_ref().map(|part| contains(column, &key(part)));
    let conditions = [
        filter.completed.map(ended),
        part(Column::TicketKey, &filter.ticket_number),
        part(Column::ClientKey, &filter.client_name),
        part(Column::TreeNameKey, &filter.tree_name),
        filter.tree_id.map(|wanted| Column::TreeId.eq(wanted.uuid())),
        filter.batch_id.map(|wanted| Column::BatchId.eq(wanted.uuid())),
        filter.assigned_to_id.map(|wanted| Column::AssignedToId.eq(wanted.uuid())),
        filter.status.map(stands),
        filter.started_after.map(|at| Column::StartedAt.gte(micros(at))),
        filter.started_before.map(|at| Column::StartedAt.lte(micros(at))),
        filter.completed_after.map(|at| Column::CompletedAt.gte(micros(at))),
        filter.completed_before.map(|at| Column::CompletedAt.lte(micros(at))),
    ];
    conditions.into_iter().flatten().fold(Condition::all(), Condition::add)
}

/// The ways a person reaches sessions; no session is reached by two. A round has few sessions, which its own index
/// finds; what somebody prepared for others is asked for round by round alone.
fn ways(filter: &SessionFilter) -> Vec<Condition> {
    let person = filter.person.uuid();
    let (owned, assigned) = (Column::UserId.eq(person), Column::AssignedToId.eq(person));
    if filter.batch_id.is_some() || filter.prepared_too {
        let prepared = filter.prepared_too.then(|| Column::PreparedById.eq(person));
        return vec![Condition::any().add(owned).add(assigned).add_option(prepared)];
    }
    vec![Condition::all().add(owned), Condition::all().add(assigned).add(Column::UserId.ne(person))]
}

/// The stretches of the list that hold what comes after the cursor.
fn places(filter: &SessionFilter, after: Option<SessionCursor>) -> Vec<Condition> {
    let place = |condition: Expr| Condition::all().add(condition);
    let Some(SessionCursor { started_at, id }) = after else { return vec![Condition::all()] };
    let Some(started_at) = started_at else {
        return vec![place(Column::StartedAt.is_null()).add(Column::Id.lt(id.uuid()))];
    };
    let column = |column: Column| column.into_expr();
    let begun = Expr::tuple([column(Column::StartedAt), column(Column::Id)])
        .lt(Expr::tuple([Expr::value(micros(started_at)), Expr::value(id.uuid())]));
    let all_begun = filter.status == Some(SessionStatus::Active)
        || filter.started_after.is_some()
        || filter.started_before.is_some();
    let none_begun = filter.status == Some(SessionStatus::Prepared);
    let waiting = (!all_begun).then(|| place(Column::StartedAt.is_null()));
    (all_begun || !none_begun).then(|| place(begun)).into_iter().chain(waiting).collect()
}

fn in_order(query: &mut SelectStatement) -> &mut SelectStatement {
    query
        .order_by_with_nulls(Column::StartedAt, Order::Desc, NullOrdering::Last)
        .order_by(Column::Id, Order::Desc)
}

impl SqlUnit {
    /// The ids of a page's sessions.
    fn page_of_ids(
        &self,
        tenant: AccountId,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> SelectStatement {
        let most = Page { skip: 0, limit: page.skip.saturating_add(page.limit) };
        let places = places(filter, after);
        let stretches = ways(filter)
            .into_iter()
            .flat_map(|way| places.iter().map(move |place| (way.clone(), place.clone())).collect::<Vec<_>>());
        let mut stretches = stretches.map(|(way, place)| {
            let mut stretch = Query::select()
                .columns([Column::Id, Column::StartedAt])
                .from(sessions::Entity)
                .cond_where(self.own(Column::AccountId, tenant))
                .cond_where(way)
                .cond_where(place)
                .cond_where(narrowed(filter))
                .take();
            cut(in_order(&mut stretch), most);
            // In brackets of its own: SQLite takes no order in the middle of a union.
            Query::select().columns([Column::Id, Column::StartedAt]).from_subquery(stretch, "stretch").take()
        });
        let mut merged = stretches.next().unwrap_or_default();
        for stretch in stretches {
            merged.union(UnionType::All, stretch);
        }
        cut(in_order(&mut merged), page);
        Query::select().column(Column::Id).from_subquery(merged, "page").take()
    }

    pub(crate) async fn page_of_sessions(
        &mut self,
        tenant: AccountId,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> Result<Vec<Session>, StoreError> {
        let texts = filter.ticket_number.iter().chain(&filter.client_name).chain(&filter.tree_name);
        if impossible(texts) {
            return self.check(Ok(Vec::new()));
        }
        let mut query = sessions::Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Id.in_subquery(self.page_of_ids(tenant, filter, after, page)))
            .into_query();
        in_order(&mut query);
        self.read_sessions(tenant, &query).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rf_kernel::{SessionId, UserId};
    use rf_store::Access;
    use rf_store_conformance::{fixtures as fx, testdb};
    use uuid::Uuid;

    use super::*;
    use crate::{SqlOptions, SqlStore};

    /// Which stretches of which index, and nothing of the table itself.
    #[tokio::test]
    async fn the_ids_of_a_page_come_from_indexes_alone() {
        let db = testdb::sqlite();
        let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
        store.migrate().await.unwrap();
        let tenant = AccountId(Uuid::from_u128(1));
        let unit = store.unit(Access::read(tenant)).await.unwrap();
        let any = || SessionFilter::of(UserId(Uuid::from_u128(2)));
        let texts = || SessionFilter {
            ticket_number: Some("inc".into()),
            client_name: Some("north".into()),
            tree_name: Some("printer".into()),
            ..any()
        };
        let status = |status, filter| SessionFilter { status: Some(status), ..filter };
        let [all, open] = [
            ["ix_sessions_user ", "ix_sessions_assignee "],
            ["ix_sessions_user_open ", "ix_sessions_assignee_open "],
        ];
        for (filter, indexes) in [
            (any(), all),
            (texts(), all),
            (status(SessionStatus::Completed, any()), all),
            (status(SessionStatus::Completed, texts()), all),
            (status(SessionStatus::Active, any()), open),
            (status(SessionStatus::Active, texts()), open),
            (status(SessionStatus::Prepared, any()), open),
            (SessionFilter { completed: Some(false), ..any() }, open),
        ] {
            let id = SessionId(Uuid::from_u128(3));
            for after in [
                None,
                Some(SessionCursor { started_at: Some(fx::at(1)), id }),
                Some(SessionCursor { started_at: None, id }),
            ] {
                let query = unit.page_of_ids(tenant, &filter, after, Page { skip: 0, limit: 51 });
                let plan = unit.plan(&query).await.unwrap();
                let reads: Vec<_> = plan.iter().filter(|step| step.contains(" sessions ")).collect();
                assert!(reads.len() >= 2, "{plan:#?}");
                // What waits is nearly always open: there either index is as short as the other.
                let waits = after.is_some_and(|cursor| cursor.started_at.is_none());
                let either = if waits { all } else { indexes };
                for read in reads {
                    let known = indexes
                        .iter()
                        .chain(&either)
                        .any(|index| read.contains(&format!("SEARCH sessions USING COVERING INDEX {index}")));
                    assert!(known, "{filter:?} {after:?} {plan:#?}");
                }
            }
        }
    }
}
