//! Accounts, people, teams and subscriptions.

use async_trait::async_trait;
use rf_accounts::{
    Account, AccountRepository, DeleteTeamOutcome, Email, InsertUserOutcome, PasswordHash, PersonChange,
    QuotaOutcome, RefreshTokenRow, Subscription, SubscriptionRepository, Team, TeamRepository, User,
    UserRepository,
};
use rf_kernel::{AccountId, StoreError, TeamId, Timestamp, UserId};

use crate::{state::require, unit::MemoryUnit};

fn idle_le_absolute(account: &Account) -> Result<(), StoreError> {
    require(
        match (account.session_idle_minutes, account.session_absolute_minutes) {
            (Some(idle), Some(absolute)) => idle <= absolute,
            _ => true,
        },
        "ck_accounts_idle_le_absolute",
    )
}

#[async_trait]
impl AccountRepository for MemoryUnit {
    async fn insert_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(account.id)?;
            idle_le_absolute(account)?;
            state.accounts.insert("pk_accounts", account.id, account.clone())
        })
    }

    async fn accounts_page(
        &mut self,
        before: Option<AccountId>,
        limit: u64,
    ) -> Result<Vec<Account>, StoreError> {
        self.read(|state, view| {
            let mut found: Vec<_> = state
                .accounts
                .values()
                .filter(|account| view.covers(account.id) && before.is_none_or(|before| account.id < before))
                .cloned()
                .collect();
            found.sort_by_key(|account| std::cmp::Reverse(account.id));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        })
    }

    async fn account_by_id(&mut self, tenant: AccountId) -> Result<Option<Account>, StoreError> {
        self.read(|state, view| Ok(state.accounts.get(&tenant).filter(|_| view.covers(tenant)).cloned()))
    }

    async fn update_account(&mut self, tenant: AccountId, account: &Account) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let found = state.accounts.get(&tenant).filter(|_| view.covers(tenant) && account.id == tenant);
            let Some(before) = found.cloned() else { return Ok(false) };
            idle_le_absolute(account)?;
            state.accounts.put(tenant, Account { created_at: before.created_at, ..account.clone() });
            Ok(true)
        })
    }

    async fn lock_account(&mut self, _tenant: AccountId) -> Result<(), StoreError> {
        // Writers have the whole store to themselves.
        self.write(|_, _| Ok(()))
    }
}

#[async_trait]
impl UserRepository for MemoryUnit {
    async fn insert_user(&mut self, user: &User) -> Result<InsertUserOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(user.account_id)?;
            if state.users.values().any(|other| other.email == user.email) {
                return Ok(InsertUserOutcome::EmailTaken);
            }
            state.require_account(user.account_id, "fk_users_account")?;
            state.require_team(user.account_id, user.team_id, "fk_users_team")?;
            state.users.insert("pk_users", user.id, user.clone())?;
            Ok(InsertUserOutcome::Inserted)
        })
    }

    async fn user_by_id(&mut self, tenant: AccountId, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(|state, view| {
            Ok(state.users.get(&id).filter(|user| view.covers(tenant) && user.account_id == tenant).cloned())
        })
    }

    async fn members(&mut self, tenant: AccountId) -> Result<Vec<User>, StoreError> {
        self.read(|state, view| {
            let mut members: Vec<_> = state
                .users
                .values()
                .filter(|user| view.covers(tenant) && user.account_id == tenant && user.can_sign_in())
                .cloned()
                .collect();
            members.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
            Ok(members)
        })
    }

    async fn people(&mut self, tenant: AccountId) -> Result<Vec<User>, StoreError> {
        self.read(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            let mut people: Vec<_> =
                state.users.values().filter(own).filter(|user| user.deleted_at.is_none()).cloned().collect();
            people.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
            Ok(people)
        })
    }

    async fn change_person(
        &mut self,
        tenant: AccountId,
        id: UserId,
        change: &PersonChange,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            let Some(user) = state.users.get(&id).filter(own).cloned() else { return Ok(false) };
            let user = change.of(&user);
            state.require_team(tenant, user.team_id, "fk_users_team")?;
            state.users.put(id, user);
            Ok(true)
        })
    }

    async fn user_by_email(&mut self, email: &Email) -> Result<Option<User>, StoreError> {
        self.read(|state, view| {
            Ok(state
                .users
                .values()
                .find(|user| user.email == *email && view.covers(user.account_id))
                .cloned())
        })
    }

    async fn signed_in_users(&mut self, tenant: AccountId, now: Timestamp) -> Result<Vec<User>, StoreError> {
        self.read(|state, view| {
            let is_live = |user: &User| {
                let works = |row: &RefreshTokenRow| row.revoked.is_none() && now < row.expires_at;
                state.refresh_tokens.values().any(|row| row.user_id == user.id && works(row))
            };
            let mut users: Vec<_> = state
                .users
                .values()
                .filter(|user| view.covers(tenant) && user.account_id == tenant && is_live(user))
                .cloned()
                .collect();
            users.sort_by_key(|user| (std::cmp::Reverse(user.last_login), user.id));
            Ok(users)
        })
    }

    async fn user_for_sign_in(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(|state, view| Ok(state.users.get(&id).filter(|user| view.covers(user.account_id)).cloned()))
    }

    async fn users_page(
        &mut self,
        account: Option<AccountId>,
        before: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<User>, StoreError> {
        self.read(|state, view| {
            let fits = |user: &&User| {
                view.covers(user.account_id)
                    && account.is_none_or(|account| user.account_id == account)
                    && before.is_none_or(|before| user.id < before)
            };
            let mut found: Vec<_> = state.users.values().filter(fits).cloned().collect();
            found.sort_by_key(|user| std::cmp::Reverse(user.id));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        })
    }

    async fn set_user_active(
        &mut self,
        tenant: AccountId,
        id: UserId,
        is_active: bool,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            let Some(user) = state.users.get(&id).filter(own).cloned() else { return Ok(false) };
            state.users.put(id, User { is_active, ..user });
            Ok(true)
        })
    }

    async fn make_super_admin(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.write(|state, view| {
            if let Some(user) = state.users.get(&id).filter(|user| view.covers(user.account_id)).cloned() {
                let email_verified_at = user.email_verified_at.or(Some(at));
                state.users.put(id, User { is_super_admin: true, email_verified_at, ..user });
            }
            Ok(())
        })
    }

    async fn set_password(
        &mut self,
        tenant: AccountId,
        id: UserId,
        hash: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            let Some(user) = state.users.get(&id).filter(own).cloned() else { return Ok(false) };
            state.users.put(id, User { password_hash: Some(hash.clone()), ..user });
            Ok(true)
        })
    }

    async fn stamp_email_verified(
        &mut self,
        tenant: AccountId,
        id: UserId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            if let Some(user) = state.users.get(&id).filter(own).cloned() {
                let email_verified_at = user.email_verified_at.or(Some(at));
                state.users.put(id, User { email_verified_at, ..user });
            }
            Ok(())
        })
    }

    async fn change_email(
        &mut self,
        tenant: AccountId,
        id: UserId,
        email: &Email,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own = |user: &&User| view.covers(tenant) && user.account_id == tenant;
            let Some(user) = state.users.get(&id).filter(own).cloned() else { return Ok(false) };
            let taken = state.users.values().any(|other| other.id != id && other.email == *email);
            require(!taken, "uq_users_email")?;
            state.users.put(id, User { email: email.clone(), email_verified_at: Some(at), ..user });
            Ok(true)
        })
    }

    async fn leave_account(
        &mut self,
        tenant: AccountId,
        id: UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own =
                |user: &&User| view.covers(tenant) && user.account_id == tenant && user.deleted_at.is_none();
            let Some(user) = state.users.get(&id).filter(own).cloned() else { return Ok(false) };
            let gone = User {
                is_active: false,
                is_super_admin: false,
                deleted_at: Some(at),
                email: Email::of_somebody_gone(id),
                password_hash: None,
                ..user
            };
            state.users.put(id, gone);
            Ok(true)
        })
    }

    async fn record_sign_in(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.write(|state, view| {
            if let Some(user) = state.users.get(&id).filter(|user| view.covers(user.account_id)).cloned() {
                state.users.put(id, User { last_login: Some(at), ..user });
            }
            Ok(())
        })
    }
}

#[async_trait]
impl TeamRepository for MemoryUnit {
    async fn insert_team(&mut self, team: &Team) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(team.account_id)?;
            state.require_account(team.account_id, "fk_teams_account")?;
            state.teams.insert("pk_teams", team.id, team.clone())
        })
    }

    async fn team_by_id(&mut self, tenant: AccountId, id: TeamId) -> Result<Option<Team>, StoreError> {
        self.read(|state, view| {
            Ok(state.teams.get(&id).filter(|team| view.covers(tenant) && team.account_id == tenant).cloned())
        })
    }

    async fn teams(&mut self, tenant: AccountId) -> Result<Vec<Team>, StoreError> {
        self.read(|state, view| {
            let own = |team: &&Team| view.covers(tenant) && team.account_id == tenant;
            let mut teams: Vec<_> = state.teams.values().filter(own).cloned().collect();
            teams.sort_by_cached_key(|team| (team.name.to_lowercase(), team.id));
            Ok(teams)
        })
    }

    async fn rename_team(&mut self, tenant: AccountId, id: TeamId, name: &str) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own = |team: &&Team| view.covers(tenant) && team.account_id == tenant;
            let Some(team) = state.teams.get(&id).filter(own).cloned() else { return Ok(false) };
            state.teams.put(id, Team { name: name.to_owned(), ..team });
            Ok(true)
        })
    }

    async fn delete_team(&mut self, tenant: AccountId, id: TeamId) -> Result<DeleteTeamOutcome, StoreError> {
        self.write(|state, view| {
            let own = |team: &&Team| view.covers(tenant) && team.account_id == tenant;
            if state.teams.get(&id).filter(own).is_none() {
                return Ok(DeleteTeamOutcome::NotFound);
            }
            let is_used = state.users.values().any(|user| user.team_id == Some(id))
                || state.trees.values().any(|tree| tree.team_id == Some(id));
            if is_used {
                return Ok(DeleteTeamOutcome::InUse);
            }
            state.teams.remove(&id);
            Ok(DeleteTeamOutcome::Deleted)
        })
    }
}

#[async_trait]
impl SubscriptionRepository for MemoryUnit {
    async fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        self.write(|state, view| {
            let account = subscription.account_id;
            view.wall(account)?;
            require(
                state.subscriptions.values().all(|other| other.account_id != account),
                "uq_subscriptions_account",
            )?;
            state.require_account(account, "fk_subscriptions_account")?;
            state.require_customer(account, subscription)?;
            state.subscriptions.insert("pk_subscriptions", subscription.id, subscription.clone())
        })
    }

    async fn update_subscription(
        &mut self,
        tenant: AccountId,
        subscription: &Subscription,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let own = |other: &&Subscription| view.covers(tenant) && other.account_id == tenant;
            let Some(known) = state.subscriptions.values().find(own).cloned() else { return Ok(false) };
            state.require_customer(tenant, subscription)?;
            state.subscriptions.put(
                known.id,
                Subscription {
                    id: known.id,
                    account_id: tenant,
                    kb_conversions_used: known.kb_conversions_used,
                    created_at: known.created_at,
                    ..subscription.clone()
                },
            );
            Ok(true)
        })
    }

    async fn take_kb_conversion(
        &mut self,
        tenant: AccountId,
        limit: Option<i64>,
    ) -> Result<QuotaOutcome, StoreError> {
        self.write(|state, view| {
            let own = |other: &&Subscription| view.covers(tenant) && other.account_id == tenant;
            let fits = |used: i64| limit.is_none_or(|limit| used < limit);
            let known = state.subscriptions.values().find(own).cloned();
            match known {
                Some(known) if fits(known.kb_conversions_used) => {
                    let kb_conversions_used = known.kb_conversions_used + 1;
                    state.subscriptions.put(known.id, Subscription { kb_conversions_used, ..known });
                    Ok(QuotaOutcome::Taken)
                }
                _ => Ok(QuotaOutcome::Exhausted),
            }
        })
    }

    async fn subscription_of(&mut self, tenant: AccountId) -> Result<Option<Subscription>, StoreError> {
        self.read(|state, view| {
            Ok(state
                .subscriptions
                .values()
                .find(|subscription| view.covers(tenant) && subscription.account_id == tenant)
                .cloned())
        })
    }

    async fn user_with_subscription(
        &mut self,
        tenant: AccountId,
        id: UserId,
    ) -> Result<Option<(User, Option<Subscription>)>, StoreError> {
        let Some(user) = self.user_by_id(tenant, id).await? else { return Ok(None) };
        Ok(Some((user, self.subscription_of(tenant).await?)))
    }
}
