//! What the payment provider told.

use async_trait::async_trait;
use rf_accounts::{
    Interval, NewsOutcome, NewsVersion, PaymentRepository, PlanPrice, Subscription, SubscriptionRepository,
};
use rf_kernel::{AccountId, StoreError, Timestamp};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QueryResult, QueryTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    convert::{micros, named},
    dialect::store_error,
    entities::{payment_events, plan_prices, subscriptions},
    people::{subscription, subscription_columns},
    unit::SqlUnit,
};

use subscriptions::Column;

fn price(row: &QueryResult) -> Result<PlanPrice, StoreError> {
    let row = plan_prices::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(PlanPrice {
        price_id: row.price_id,
        plan: named(&row.plan)?,
        interval: named::<Interval>(&row.pay_interval)?,
    })
}

#[async_trait]
impl PaymentRepository for SqlUnit {
    async fn record_payment_event(
        &mut self,
        tenant: AccountId,
        event_id: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.require_write_to(tenant)?;
        let row = payment_events::Model {
            event_id: event_id.to_owned(),
            account_id: tenant.into(),
            at: micros(at),
        };
        let known = OnConflict::column(payment_events::Column::EventId).do_nothing().to_owned();
        let insert = payment_events::Entity::insert(row.into_active_model()).on_conflict(known);
        Ok(self.write(&insert.into_query()).await? == 1)
    }

    async fn apply_subscription_news(
        &mut self,
        tenant: AccountId,
        subscription: &Subscription,
        version: &NewsVersion,
    ) -> Result<NewsOutcome, StoreError> {
        self.require_write()?;
        let (at, stage, event) = (micros(version.at), version.stage, version.event_id.as_str());
        // The same order as that of `NewsVersion`.
        let is_newer = Condition::any()
            .add(Column::NewsAt.is_null())
            .add(Column::NewsAt.lt(at))
            .add(Condition::all().add(Column::NewsAt.eq(at)).add(Column::NewsStage.lt(stage)))
            .add(
                Condition::all()
                    .add(Column::NewsAt.eq(at))
                    .add(Column::NewsStage.eq(stage))
                    .add(Column::NewsEvent.lt(event)),
            );
        let update = subscription_columns(subscription)
            .col_expr(Column::NewsAt, Expr::value(at))
            .col_expr(Column::NewsStage, Expr::value(stage))
            .col_expr(Column::NewsEvent, Expr::value(event))
            .filter(self.own(Column::AccountId, tenant))
            .filter(is_newer);
        if self.write(&update.into_query()).await? == 1 {
            return Ok(NewsOutcome::Applied);
        }
        let known = self.subscription_of(tenant).await?;
        Ok(known.map_or(NewsOutcome::NotFound, |_| NewsOutcome::Older))
    }

    async fn account_of_customer(&mut self, customer_id: &str) -> Result<Option<AccountId>, StoreError> {
        let query = subscriptions::Entity::find()
            .filter(Column::CustomerId.eq(customer_id))
            .filter(self.seen(Column::AccountId))
            .into_query();
        Ok(self.read_one(&query, subscription).await?.map(|subscription| subscription.account_id))
    }

    async fn plan_prices(&mut self, tenant: AccountId) -> Result<Vec<PlanPrice>, StoreError> {
        let query = plan_prices::Entity::find()
            .filter(self.own(plan_prices::Column::AccountId, tenant))
            .order_by_asc(plan_prices::Column::PriceId)
            .into_query();
        self.read(&query, price).await
    }

    async fn set_plan_prices(&mut self, tenant: AccountId, prices: &[PlanPrice]) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let own = self.own(plan_prices::Column::AccountId, tenant);
        self.write(&plan_prices::Entity::delete_many().filter(own).into_query()).await?;
        for PlanPrice { price_id, plan, interval } in prices {
            self.insert(plan_prices::Model {
                account_id: tenant.into(),
                price_id: price_id.clone(),
                plan: plan.as_str().to_owned(),
                pay_interval: interval.as_str().to_owned(),
            })
            .await?;
        }
        Ok(())
    }
}
