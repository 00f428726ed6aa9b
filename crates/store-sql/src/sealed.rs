//! Sealed secrets, whatever they are for.

use async_trait::async_trait;
use rf_kernel::StoreError;
use rf_vault::{Place, Sealed, SealedKind, SealedRow, SealedRows};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement, UpdateStatement},
};
use uuid::Uuid;

use crate::{
    dialect::store_error,
    entities::{channels, psa_connections, second_factors},
    unit::SqlUnit,
};

/// Where a table keeps them.
struct Columns<C> {
    record: C,
    account: C,
    sealed: C,
    revision: C,
}

const CONNECTIONS: Columns<psa_connections::Column> = Columns {
    record: psa_connections::Column::Id,
    account: psa_connections::Column::AccountId,
    sealed: psa_connections::Column::Credentials,
    revision: psa_connections::Column::Revision,
};

const FACTORS: Columns<second_factors::Column> = Columns {
    record: second_factors::Column::UserId,
    account: second_factors::Column::AccountId,
    sealed: second_factors::Column::Sealed,
    revision: second_factors::Column::Revision,
};

const CHANNELS: Columns<channels::Column> = Columns {
    record: channels::Column::Id,
    account: channels::Column::AccountId,
    sealed: channels::Column::Url,
    revision: channels::Column::Revision,
};

/// A page of those that `seen` lets through.
fn page<E: EntityTrait>(
    of: &Columns<E::Column>,
    seen: Condition,
    after: Option<Uuid>,
    limit: u64,
) -> SelectStatement {
    E::find()
        .select_only()
        .column_as(of.record, "record")
        .column_as(of.account, "account")
        .column_as(of.sealed, "sealed")
        .filter(seen.add_option(after.map(|after| of.record.gt(after))))
        .order_by_asc(of.record)
        .limit(limit)
        .into_query()
}

/// The change of that row of those that `own` lets through.
fn change<E: EntityTrait>(
    of: &Columns<E::Column>,
    own: Condition,
    row: &SealedRow,
    sealed: &Sealed,
) -> UpdateStatement {
    E::update_many()
        .col_expr(of.sealed, Expr::value(sealed.as_str()))
        .col_expr(of.revision, Expr::col(of.revision).add(1))
        .filter(own)
        .filter(of.record.eq(row.place.record_id))
        .filter(of.sealed.eq(row.sealed.as_str()))
        .into_query()
}

#[async_trait]
impl SealedRows for SqlUnit {
    async fn sealed_rows(
        &mut self,
        kind: SealedKind,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let query = match kind {
            SealedKind::PsaConnection => {
                page::<psa_connections::Entity>(&CONNECTIONS, self.seen(CONNECTIONS.account), after, limit)
            }
            SealedKind::SecondFactor => {
                page::<second_factors::Entity>(&FACTORS, self.seen(FACTORS.account), after, limit)
            }
            SealedKind::Channel => {
                page::<channels::Entity>(&CHANNELS, self.seen(CHANNELS.account), after, limit)
            }
        };
        self.read(&query, |row: &QueryResult| {
            let id = |column: &str| row.try_get::<Uuid>("", column).map_err(store_error);
            let place = Place { account_id: id("account")?.into(), record_id: id("record")? };
            let sealed = Sealed::from_stored(row.try_get("", "sealed").map_err(store_error)?);
            Ok(SealedRow { kind, place, sealed })
        })
        .await
    }

    async fn reseal(&mut self, row: &SealedRow, sealed: &Sealed) -> Result<bool, StoreError> {
        self.require_write()?;
        let tenant = row.place.account_id;
        let update = match row.kind {
            SealedKind::PsaConnection => change::<psa_connections::Entity>(
                &CONNECTIONS,
                self.own(CONNECTIONS.account, tenant),
                row,
                sealed,
            ),
            SealedKind::SecondFactor => {
                change::<second_factors::Entity>(&FACTORS, self.own(FACTORS.account, tenant), row, sealed)
            }
            SealedKind::Channel => {
                change::<channels::Entity>(&CHANNELS, self.own(CHANNELS.account, tenant), row, sealed)
            }
        };
        Ok(self.write(&update).await? == 1)
    }
}
