//! Second factors of sign-ins.

use async_trait::async_trait;
use rf_accounts::{SecondFactor, SecondFactorRepository};
use rf_kernel::{AccountId, Revision, StoreError, UserId};
use rf_vault::Sealed;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryResult, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};

use crate::{
    convert::{from_json, instant, json, maybe_instant, maybe_micros, micros},
    dialect::store_error,
    entities::{
        accounts,
        second_factors::{ActiveModel, Column, Entity, Model},
        users,
    },
    unit::SqlUnit,
};

fn factor(row: &QueryResult) -> Result<SecondFactor, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(SecondFactor {
        user_id: row.user_id.into(),
        account_id: row.account_id.into(),
        sealed: Sealed::from_stored(row.sealed),
        confirmed_at: maybe_instant(row.confirmed_at)?,
        last_step: row.last_step,
        recovery: from_json(&row.recovery)?,
        tries: row.tries,
        tries_from: instant(row.tries_from)?,
        created_at: instant(row.created_at)?,
        revision: Revision(row.revision),
    })
}

#[async_trait]
impl SecondFactorRepository for SqlUnit {
    async fn second_factor_of(
        &mut self,
        tenant: AccountId,
        user: UserId,
    ) -> Result<Option<SecondFactor>, StoreError> {
        let query = Entity::find_by_id(user.uuid()).filter(self.own(Column::AccountId, tenant)).into_query();
        self.read_one(&query, factor).await
    }

    async fn keep_second_factor(
        &mut self,
        factor: &SecondFactor,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        self.require_write_to(factor.account_id)?;
        let recovery = self.check(json(&factor.recovery))?;
        let row = Model {
            user_id: factor.user_id.into(),
            account_id: factor.account_id.into(),
            sealed: factor.sealed.as_str().to_owned(),
            confirmed_at: maybe_micros(factor.confirmed_at),
            last_step: factor.last_step,
            recovery,
            tries: factor.tries,
            tries_from: micros(factor.tries_from),
            created_at: micros(factor.created_at),
            revision: factor.revision.0,
        };
        let rows = match expected {
            None => {
                let known = OnConflict::column(Column::UserId).do_nothing().to_owned();
                self.write(&Entity::insert(row.into_active_model()).on_conflict(known).into_query()).await?
            }
            Some(expected) => {
                let same = ActiveModel {
                    user_id: NotSet,
                    account_id: NotSet,
                    ..row.into_active_model().reset_all()
                };
                let update = Entity::update_many()
                    .set(same)
                    .filter(self.own(Column::AccountId, factor.account_id))
                    .filter(Column::UserId.eq(factor.user_id.uuid()))
                    .filter(Column::Revision.eq(expected.0));
                self.write(&update.into_query()).await?
            }
        };
        Ok(rows == 1)
    }

    async fn remove_second_factor(&mut self, tenant: AccountId, user: UserId) -> Result<bool, StoreError> {
        let delete = Entity::delete_many()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::UserId.eq(user.uuid()));
        Ok(self.write(&delete.into_query()).await? == 1)
    }

    async fn people_with_second_factor(&mut self, tenant: AccountId) -> Result<Vec<UserId>, StoreError> {
        let query = Entity::find()
            .select_only()
            .column(Column::UserId)
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::ConfirmedAt.is_not_null())
            .into_query();
        let id = |row: &QueryResult| row.try_get::<uuid::Uuid>("", "user_id").map_err(store_error);
        let mut people: Vec<UserId> = self.read(&query, id).await?.into_iter().map(Into::into).collect();
        people.sort_unstable();
        Ok(people)
    }

    async fn settle_second_factors_due(&mut self, tenant: AccountId) -> Result<(), StoreError> {
        let required = Query::select()
            .expr(Expr::value(1))
            .from(accounts::Entity)
            .and_where(accounts::Column::Id.eq(tenant.uuid()))
            .and_where(accounts::Column::RequiresSecondFactor.eq(true))
            .to_owned();
        let has_one = Query::select()
            .expr(Expr::value(1))
            .from(Entity)
            .and_where(Expr::col((Entity, Column::UserId)).equals((users::Entity, users::Column::Id)))
            .and_where(Column::ConfirmedAt.is_not_null())
            .to_owned();
        let update = users::Entity::update_many()
            .col_expr(users::Column::SecondFactorDue, Expr::exists(required).and(Expr::exists(has_one).not()))
            .filter(self.own(users::Column::AccountId, tenant));
        self.write(&update.into_query()).await?;
        Ok(())
    }
}
