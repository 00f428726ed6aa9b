//! What people are told inside the product.

use async_trait::async_trait;
use rf_kernel::{AccountId, NotificationId, StoreError, Timestamp, UserId};
use rf_notifications::{Notification, NotificationCursor, NotificationRepository, Preferences};

use crate::{
    state::State,
    unit::{MemoryUnit, View},
};

/// A notification, and the account of its person.
#[derive(Clone, Debug)]
pub(crate) struct NotificationRow {
    account_id: AccountId,
    notification: Notification,
}

/// A person's, as the unit may see them.
fn theirs(state: &State, view: View, tenant: AccountId, user: UserId) -> impl Iterator<Item = &Notification> {
    state
        .notifications
        .values()
        .filter(move |row| {
            view.covers(tenant) && row.account_id == tenant && row.notification.user_id == user
        })
        .map(|row| &row.notification)
}

#[async_trait]
impl NotificationRepository for MemoryUnit {
    async fn insert_notification(
        &mut self,
        tenant: AccountId,
        notification: &Notification,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_user(tenant, Some(notification.user_id), "fk_app_notifications_user")?;
            let row = NotificationRow { account_id: tenant, notification: notification.clone() };
            state.notifications.insert("pk_app_notifications", notification.id, row)
        })
    }

    async fn notifications(
        &mut self,
        tenant: AccountId,
        user: UserId,
        unread_only: bool,
        after: Option<NotificationCursor>,
        limit: u64,
    ) -> Result<Vec<Notification>, StoreError> {
        self.read(|state, view| {
            let mut found: Vec<Notification> = theirs(state, view, tenant, user)
                .filter(|one| !unread_only || one.read_at.is_none())
                .filter(|one| after.is_none_or(|last| (one.created_at, one.id) < (last.created_at, last.id)))
                .cloned()
                .collect();
            found.sort_by_key(|one| std::cmp::Reverse((one.created_at, one.id)));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        })
    }

    async fn unread_notifications(&mut self, tenant: AccountId, user: UserId) -> Result<u64, StoreError> {
        self.read(|state, view| {
            Ok(theirs(state, view, tenant, user).filter(|one| one.read_at.is_none()).count() as u64)
        })
    }

    async fn read_notification(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        self.write(|state, view| {
            let found = theirs(state, view, tenant, user).find(|one| one.id == id).cloned();
            let Some(mut notification) = found else { return Ok(None) };
            notification.read_at.get_or_insert(at);
            let row = NotificationRow { account_id: tenant, notification: notification.clone() };
            state.notifications.put(id, row);
            Ok(Some(notification))
        })
    }

    async fn read_notifications(
        &mut self,
        tenant: AccountId,
        user: UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let unread: Vec<Notification> =
                theirs(state, view, tenant, user).filter(|one| one.read_at.is_none()).cloned().collect();
            for one in &unread {
                let notification = Notification { read_at: Some(at), ..one.clone() };
                state.notifications.put(one.id, NotificationRow { account_id: tenant, notification });
            }
            Ok(unread.len() as u64)
        })
    }

    async fn prune_notifications(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let old =
                |row: &&NotificationRow| view.covers(row.account_id) && row.notification.created_at < before;
            let ids: Vec<_> =
                state.notifications.values().filter(old).map(|row| row.notification.id).collect();
            for id in &ids {
                state.notifications.remove(id);
            }
            Ok(ids.len() as u64)
        })
    }

    async fn notification_preferences(
        &mut self,
        tenant: AccountId,
        user: UserId,
    ) -> Result<Option<Preferences>, StoreError> {
        self.read(|state, view| {
            let kept =
                state.preferences.get(&user).filter(|(account, _)| *account == tenant && view.covers(tenant));
            Ok(kept.map(|(_, preferences)| preferences.clone()))
        })
    }

    async fn keep_notification_preferences(
        &mut self,
        tenant: AccountId,
        user: UserId,
        preferences: &Preferences,
        _at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_user(tenant, Some(user), "fk_notification_preferences_user")?;
            state.preferences.put(user, (tenant, preferences.clone()));
            Ok(())
        })
    }
}
