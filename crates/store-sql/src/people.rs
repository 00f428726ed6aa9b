//! Accounts, people, teams and subscriptions.

use async_trait::async_trait;
use rf_accounts::{
    Account, AccountRepository, DeleteTeamOutcome, Email, InsertUserOutcome, PasswordHash, PersonChange,
    QuotaOutcome, SparedSignIn, Subscription, SubscriptionRepository, Team, TeamRepository, User,
    UserRepository,
};
use rf_kernel::{AccountId, StoreError, TeamId, Timestamp, UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IdenStatic, IntoActiveModel, Iterable, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, UpdateMany,
    sea_query::{Expr, ExprTrait, LockType, OnConflict},
};

use crate::{
    convert::{instant, maybe_instant, maybe_micros, micros, named, uuids},
    dialect::store_error,
    entities::{accounts, refresh_tokens, subscriptions, teams, trees, users},
    unit::SqlUnit,
};

fn account(row: &QueryResult) -> Result<Account, StoreError> {
    let row = accounts::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Account {
        id: row.id.into(),
        name: row.name,
        session_idle_minutes: row.session_idle_minutes,
        session_absolute_minutes: row.session_absolute_minutes,
        requires_second_factor: row.requires_second_factor,
        created_at: instant(row.created_at)?,
    })
}

/// What the columns of a subscription begin with where they stand beside a person's.
const SUBSCRIPTION: &str = "subscription_";

fn user(row: &QueryResult) -> Result<User, StoreError> {
    let row = users::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(User {
        id: row.id.into(),
        account_id: row.account_id.into(),
        team_id: row.team_id.map(Into::into),
        email: Email::from_stored(row.email),
        name: row.name,
        role: named(&row.role)?,
        is_super_admin: row.is_super_admin,
        is_active: row.is_active,
        deleted_at: maybe_instant(row.deleted_at)?,
        email_verified_at: maybe_instant(row.email_verified_at)?,
        password_hash: row.password_hash.map(PasswordHash::new),
        last_login: maybe_instant(row.last_login)?,
        created_at: instant(row.created_at)?,
        session_epoch: row.session_epoch,
        second_factor_due: row.second_factor_due,
        spared: row
            .spared_family_id
            .zip(row.spared_epoch)
            .map(|(family, epoch)| SparedSignIn { family_id: family.into(), epoch }),
    })
}

fn team(row: &QueryResult) -> Result<Team, StoreError> {
    let row = teams::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Team {
        id: row.id.into(),
        account_id: row.account_id.into(),
        name: row.name,
        created_at: instant(row.created_at)?,
    })
}

pub(crate) fn subscription(row: &QueryResult) -> Result<Subscription, StoreError> {
    subscription_of(subscriptions::Model::from_query_result(row, "").map_err(store_error)?)
}

fn subscription_of(row: subscriptions::Model) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        id: row.id.into(),
        account_id: row.account_id.into(),
        plan: named(&row.plan)?,
        status: named(&row.status)?,
        current_period_end: maybe_instant(row.current_period_end)?,
        cancel_at_period_end: row.cancel_at_period_end,
        seats: row.seats,
        kb_conversions_used: row.kb_conversions_used,
        customer_id: row.customer_id,
        created_at: instant(row.created_at)?,
    })
}

/// Every column of a subscription that changes, but what was used of it: that is counted where it is used.
pub(crate) fn subscription_columns(subscription: &Subscription) -> UpdateMany<subscriptions::Entity> {
    use subscriptions::Column;
    subscriptions::Entity::update_many()
        .col_expr(Column::Plan, Expr::value(subscription.plan.as_str()))
        .col_expr(Column::Status, Expr::value(subscription.status.as_str()))
        .col_expr(Column::CurrentPeriodEnd, Expr::value(maybe_micros(subscription.current_period_end)))
        .col_expr(Column::CancelAtPeriodEnd, Expr::value(subscription.cancel_at_period_end))
        .col_expr(Column::Seats, Expr::value(subscription.seats))
        .col_expr(Column::CustomerId, Expr::value(subscription.customer_id.clone()))
}

#[async_trait]
impl AccountRepository for SqlUnit {
    async fn insert_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.require_write_to(account.id)?;
        self.insert(accounts::Model {
            id: account.id.into(),
            name: account.name.clone(),
            session_idle_minutes: account.session_idle_minutes,
            session_absolute_minutes: account.session_absolute_minutes,
            requires_second_factor: account.requires_second_factor,
            created_at: micros(account.created_at),
        })
        .await
    }

    async fn accounts_page(
        &mut self,
        before: Option<AccountId>,
        limit: u64,
    ) -> Result<Vec<Account>, StoreError> {
        let older = before.map(|before| accounts::Column::Id.lt(before.uuid()));
        let query = accounts::Entity::find()
            .filter(self.seen(accounts::Column::Id).add_option(older))
            .order_by_desc(accounts::Column::Id)
            .limit(limit)
            .into_query();
        self.read(&query, account).await
    }

    async fn account_by_id(&mut self, tenant: AccountId) -> Result<Option<Account>, StoreError> {
        let query = accounts::Entity::find().filter(self.own(accounts::Column::Id, tenant)).into_query();
        self.read_one(&query, account).await
    }

    async fn update_account(&mut self, tenant: AccountId, account: &Account) -> Result<bool, StoreError> {
        let update = accounts::Entity::update_many()
            .col_expr(accounts::Column::Name, Expr::value(account.name.as_str()))
            .col_expr(accounts::Column::SessionIdleMinutes, Expr::value(account.session_idle_minutes))
            .col_expr(accounts::Column::SessionAbsoluteMinutes, Expr::value(account.session_absolute_minutes))
            .col_expr(accounts::Column::RequiresSecondFactor, Expr::value(account.requires_second_factor))
            .filter(self.own(accounts::Column::Id, tenant))
            .filter(accounts::Column::Id.eq(account.id.uuid()))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn lock_account(&mut self, tenant: AccountId) -> Result<(), StoreError> {
        self.require_write()?;
        // Not the strongest lock: rows that merely refer to the account may be written meanwhile. SQLite ignores
        // the clause; a writing unit has the whole database there.
        let query = accounts::Entity::find()
            .filter(self.own(accounts::Column::Id, tenant))
            .lock(LockType::NoKeyUpdate)
            .into_query();
        self.read_one(&query, |_| Ok(())).await?;
        Ok(())
    }
}

#[async_trait]
impl UserRepository for SqlUnit {
    async fn insert_user(&mut self, user: &User) -> Result<InsertUserOutcome, StoreError> {
        self.require_write_to(user.account_id)?;
        let row = users::Model {
            id: user.id.into(),
            account_id: user.account_id.into(),
            team_id: uuids(user.team_id),
            email: user.email.as_str().to_owned(),
            name: user.name.clone(),
            role: user.role.as_str().to_owned(),
            is_super_admin: user.is_super_admin,
            is_active: user.is_active,
            deleted_at: maybe_micros(user.deleted_at),
            email_verified_at: maybe_micros(user.email_verified_at),
            password_hash: user.password_hash.as_ref().map(|hash| hash.expose().to_owned()),
            last_login: maybe_micros(user.last_login),
            created_at: micros(user.created_at),
            session_epoch: user.session_epoch,
            second_factor_due: user.second_factor_due,
            spared_family_id: uuids(user.spared.map(|spared| spared.family_id)),
            spared_epoch: user.spared.map(|spared| spared.epoch),
        };
        let taken = OnConflict::column(users::Column::Email).do_nothing().to_owned();
        let insert = users::Entity::insert(row.into_active_model()).on_conflict(taken).into_query();
        Ok(match self.write(&insert).await? {
            0 => InsertUserOutcome::EmailTaken,
            _ => InsertUserOutcome::Inserted,
        })
    }

    async fn user_by_id(&mut self, tenant: AccountId, id: UserId) -> Result<Option<User>, StoreError> {
        let query = users::Entity::find_by_id(id.uuid())
            .filter(self.own(users::Column::AccountId, tenant))
            .into_query();
        self.read_one(&query, user).await
    }

    async fn members(&mut self, tenant: AccountId) -> Result<Vec<User>, StoreError> {
        let query = users::Entity::find()
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::IsActive.eq(true))
            .filter(users::Column::DeletedAt.is_null())
            .into_query();
        let mut members = self.read(&query, user).await?;
        // Few rows, and lower case beyond ASCII is not something the engines agree on.
        members.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
        Ok(members)
    }

    async fn people(&mut self, tenant: AccountId) -> Result<Vec<User>, StoreError> {
        let query = users::Entity::find()
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::DeletedAt.is_null())
            .into_query();
        let mut people = self.read(&query, user).await?;
        // As with the members.
        people.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
        Ok(people)
    }

    async fn change_person(
        &mut self,
        tenant: AccountId,
        id: UserId,
        change: &PersonChange,
    ) -> Result<bool, StoreError> {
        let own = self.own(users::Column::AccountId, tenant).add(users::Column::Id.eq(id.uuid()));
        // Something is always written, so that the count says whether there is such a person.
        let mut update =
            users::Entity::update_many().col_expr(users::Column::Id, Expr::col(users::Column::Id));
        if let Some(name) = &change.name {
            update = update.col_expr(users::Column::Name, Expr::value(name.as_str()));
        }
        if let Some(role) = change.role {
            update = update.col_expr(users::Column::Role, Expr::value(role.as_str()));
        }
        if let Some(team) = change.team_id {
            update = update.col_expr(users::Column::TeamId, Expr::value(uuids(team)));
        }
        if let Some(is_active) = change.is_active {
            update = update.col_expr(users::Column::IsActive, Expr::value(is_active));
        }
        Ok(self.write(&update.filter(own).into_query()).await? == 1)
    }

    async fn user_by_email(&mut self, email: &Email) -> Result<Option<User>, StoreError> {
        let query = users::Entity::find()
            .filter(users::Column::Email.eq(email.as_str()))
            .filter(self.seen(users::Column::AccountId))
            .into_query();
        self.read_one(&query, user).await
    }

    async fn signed_in_users(&mut self, tenant: AccountId, now: Timestamp) -> Result<Vec<User>, StoreError> {
        let live = refresh_tokens::Entity::find()
            .select_only()
            .column(refresh_tokens::Column::UserId)
            .filter(self.own(refresh_tokens::Column::AccountId, tenant))
            .filter(refresh_tokens::Column::RevokedAt.is_null())
            .filter(refresh_tokens::Column::ExpiresAt.gt(micros(now)))
            .into_query();
        let query = users::Entity::find()
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.in_subquery(live))
            .into_query();
        let mut users = self.read(&query, user).await?;
        // Few rows, and where NULLs go is not something the engines agree on.
        users.sort_by_key(|user| (std::cmp::Reverse(user.last_login), user.id));
        Ok(users)
    }

    async fn user_for_sign_in(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let query = users::Entity::find_by_id(id.uuid()).filter(self.seen(users::Column::AccountId));
        // Shared, so that rotations of one person do not wait for each other; whoever ends their sign-ins takes
        // the row for itself and does wait.
        let query = if self.writes() { query.lock(LockType::Share) } else { query };
        self.read_one(&query.into_query(), user).await
    }

    async fn users_page(
        &mut self,
        account: Option<AccountId>,
        before: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<User>, StoreError> {
        let rows = self
            .seen(users::Column::AccountId)
            .add_option(account.map(|account| users::Column::AccountId.eq(account.uuid())))
            .add_option(before.map(|before| users::Column::Id.lt(before.uuid())));
        let query =
            users::Entity::find().filter(rows).order_by_desc(users::Column::Id).limit(limit).into_query();
        self.read(&query, user).await
    }

    async fn set_user_active(
        &mut self,
        tenant: AccountId,
        id: UserId,
        is_active: bool,
    ) -> Result<bool, StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::IsActive, Expr::value(is_active))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.eq(id.uuid()))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn make_super_admin(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError> {
        let verified = users::Column::EmailVerifiedAt;
        let update = users::Entity::update_many()
            .col_expr(users::Column::IsSuperAdmin, Expr::value(true))
            .col_expr(verified, Expr::col(verified).if_null(micros(at)))
            .filter(users::Column::Id.eq(id.uuid()))
            .filter(self.seen(users::Column::AccountId))
            .into_query();
        self.write(&update).await?;
        Ok(())
    }

    async fn set_password(
        &mut self,
        tenant: AccountId,
        id: UserId,
        hash: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::PasswordHash, Expr::value(hash.expose()))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.eq(id.uuid()))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn stamp_email_verified(
        &mut self,
        tenant: AccountId,
        id: UserId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let verified = users::Column::EmailVerifiedAt;
        let update = users::Entity::update_many()
            .col_expr(verified, Expr::col(verified).if_null(micros(at)))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.eq(id.uuid()))
            .into_query();
        self.write(&update).await?;
        Ok(())
    }

    async fn change_email(
        &mut self,
        tenant: AccountId,
        id: UserId,
        email: &Email,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::Email, Expr::value(email.as_str()))
            .col_expr(users::Column::EmailVerifiedAt, Expr::value(micros(at)))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.eq(id.uuid()))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn leave_account(
        &mut self,
        tenant: AccountId,
        id: UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::IsActive, Expr::value(false))
            .col_expr(users::Column::IsSuperAdmin, Expr::value(false))
            .col_expr(users::Column::DeletedAt, Expr::value(micros(at)))
            .col_expr(users::Column::Email, Expr::value(Email::of_somebody_gone(id).as_str()))
            .col_expr(users::Column::PasswordHash, Expr::value(None::<String>))
            .filter(self.own(users::Column::AccountId, tenant))
            .filter(users::Column::Id.eq(id.uuid()))
            .filter(users::Column::DeletedAt.is_null())
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn record_sign_in(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError> {
        let update = users::Entity::update_many()
            .col_expr(users::Column::LastLogin, Expr::value(micros(at)))
            .filter(users::Column::Id.eq(id.uuid()))
            .filter(self.seen(users::Column::AccountId))
            .into_query();
        self.write(&update).await?;
        Ok(())
    }
}

#[async_trait]
impl TeamRepository for SqlUnit {
    async fn insert_team(&mut self, team: &Team) -> Result<(), StoreError> {
        self.require_write_to(team.account_id)?;
        self.insert(teams::Model {
            id: team.id.into(),
            account_id: team.account_id.into(),
            name: team.name.clone(),
            created_at: micros(team.created_at),
        })
        .await
    }

    async fn team_by_id(&mut self, tenant: AccountId, id: TeamId) -> Result<Option<Team>, StoreError> {
        let query = teams::Entity::find_by_id(id.uuid())
            .filter(self.own(teams::Column::AccountId, tenant))
            .into_query();
        self.read_one(&query, team).await
    }

    async fn teams(&mut self, tenant: AccountId) -> Result<Vec<Team>, StoreError> {
        let query = teams::Entity::find().filter(self.own(teams::Column::AccountId, tenant)).into_query();
        let mut teams = self.read(&query, team).await?;
        teams.sort_by_cached_key(|team| (team.name.to_lowercase(), team.id));
        Ok(teams)
    }

    async fn rename_team(&mut self, tenant: AccountId, id: TeamId, name: &str) -> Result<bool, StoreError> {
        let update = teams::Entity::update_many()
            .col_expr(teams::Column::Name, Expr::value(name))
            .filter(self.own(teams::Column::AccountId, tenant))
            .filter(teams::Column::Id.eq(id.uuid()))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn delete_team(&mut self, tenant: AccountId, id: TeamId) -> Result<DeleteTeamOutcome, StoreError> {
        self.require_write()?;
        let own = self.own(teams::Column::AccountId, tenant).add(teams::Column::Id.eq(id.uuid()));
        // For itself: whoever wants to point at it waits, and then meets a team that is gone.
        let held = teams::Entity::find().filter(own.clone()).lock(LockType::Update).into_query();
        if self.read_one(&held, team).await?.is_none() {
            return Ok(DeleteTeamOutcome::NotFound);
        }
        let people = users::Entity::find().filter(users::Column::TeamId.eq(id.uuid())).limit(1).into_query();
        let flows = trees::Entity::find()
            .select_only()
            .column(trees::Column::Id)
            .filter(trees::Column::TeamId.eq(id.uuid()))
            .limit(1)
            .into_query();
        if self.read_one(&people, |_| Ok(())).await?.is_some()
            || self.read_one(&flows, |_| Ok(())).await?.is_some()
        {
            return Ok(DeleteTeamOutcome::InUse);
        }
        self.write(&teams::Entity::delete_many().filter(own).into_query()).await?;
        Ok(DeleteTeamOutcome::Deleted)
    }
}

#[async_trait]
impl SubscriptionRepository for SqlUnit {
    async fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        self.require_write_to(subscription.account_id)?;
        self.insert(subscriptions::Model {
            id: subscription.id.into(),
            account_id: subscription.account_id.into(),
            plan: subscription.plan.as_str().to_owned(),
            status: subscription.status.as_str().to_owned(),
            current_period_end: maybe_micros(subscription.current_period_end),
            cancel_at_period_end: subscription.cancel_at_period_end,
            seats: subscription.seats,
            kb_conversions_used: subscription.kb_conversions_used,
            customer_id: subscription.customer_id.clone(),
            news_at: None,
            news_stage: None,
            news_event: None,
            created_at: micros(subscription.created_at),
        })
        .await
    }

    async fn subscription_of(&mut self, tenant: AccountId) -> Result<Option<Subscription>, StoreError> {
        let query = subscriptions::Entity::find()
            .filter(self.own(subscriptions::Column::AccountId, tenant))
            .into_query();
        self.read_one(&query, subscription).await
    }

    async fn user_with_subscription(
        &mut self,
        tenant: AccountId,
        id: UserId,
    ) -> Result<Option<(User, Option<Subscription>)>, StoreError> {
        let of_the_account = Expr::col(subscriptions::Column::AccountId.as_column_ref())
            .equals(users::Column::AccountId.as_column_ref());
        let mut query = users::Entity::find_by_id(id.uuid())
            .filter(self.own(users::Column::AccountId, tenant))
            .into_query();
        query.left_join(subscriptions::Entity, of_the_account);
        for column in subscriptions::Column::iter() {
            let name = format!("{SUBSCRIPTION}{}", column.as_str());
            query.expr_as(Expr::col(column.as_column_ref()), name);
        }
        let both = |row: &QueryResult| {
            let has: Option<uuid::Uuid> = row.try_get(SUBSCRIPTION, "id").map_err(store_error)?;
            let subscription = has
                .map(|_| subscriptions::Model::from_query_result(row, SUBSCRIPTION).map_err(store_error))
                .transpose()?;
            Ok((user(row)?, subscription.map(subscription_of).transpose()?))
        };
        self.read_one(&query, both).await
    }

    async fn update_subscription(
        &mut self,
        tenant: AccountId,
        subscription: &Subscription,
    ) -> Result<bool, StoreError> {
        let update = subscription_columns(subscription)
            .filter(self.own(subscriptions::Column::AccountId, tenant))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }

    async fn take_kb_conversion(
        &mut self,
        tenant: AccountId,
        limit: Option<i64>,
    ) -> Result<QuotaOutcome, StoreError> {
        let used = subscriptions::Column::KbConversionsUsed;
        let update = subscriptions::Entity::update_many()
            .col_expr(used, Expr::col(used).add(1))
            .filter(self.own(subscriptions::Column::AccountId, tenant))
            .filter(Condition::all().add_option(limit.map(|limit| used.lt(limit))))
            .into_query();
        Ok(match self.write(&update).await? {
            0 => QuotaOutcome::Exhausted,
            _ => QuotaOutcome::Taken,
        })
    }
}
