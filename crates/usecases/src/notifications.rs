//! Telling people: in the product, by mail as they prefer, and in the channels of their team.

use rf_auth_policy::{Action, Role, require};
use rf_events::{EventKind, NewEvent};
use rf_kernel::{AccountId, Failure, NotificationId, Timestamp, UserId, codes::NOT_FOUND};
use rf_notifications::{
    Letter, MAX_BODY_CHARS, MAX_TITLE_CHARS, Notice, Notification, NotificationCursor, Preferences, cut,
};
use rf_store::UnitOfWork;
use serde_json::json;

use crate::{App, Caller, work::Decided};

/// How long notifications are kept.
const KEPT_SECONDS: i64 = 90 * 86_400;
/// Of a notification's text, what travels with the event that tells of it, characters.
const SNIPPET_CHARS: usize = 140;

/// A page of notifications.
#[derive(Clone, Debug, PartialEq)]
pub struct NotificationPage {
    /// Newest first.
    pub items: Vec<Notification>,
    /// Where the next page begins, if there is one.
    pub next: Option<NotificationCursor>,
}

impl App {
    /// Tells people, in the unit of what it is about: the lines of their bell panels, the events that make these
    /// ring, mails into the outbox, each as its person prefers, and messages for the channels that hear of it. Mails and
    /// messages are sent after the commit, each by a job of its own, so that none can fail what it tells of, and none
    /// another.
    ///
    /// # Errors
    /// What the store says.
    pub async fn notify(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
        now: Timestamp,
        notice: &Notice,
    ) -> Result<(), Failure> {
        let title = cut(&notice.title, MAX_TITLE_CHARS);
        let body: Option<String> =
            notice.body.as_ref().map(|body| body.chars().take(MAX_BODY_CHARS).collect());
        for &person in &notice.to {
            let user = unit.user_by_id(tenant, person).await?.filter(rf_accounts::User::can_sign_in);
            let Some(user) = user else { continue };
            let preferences = unit.notification_preferences(tenant, person).await?.unwrap_or_default();
            let ways = preferences.ways(notice.kind);
            if ways.in_app {
                let notification = Notification {
                    id: self.new_id(),
                    user_id: person,
                    kind: notice.kind,
                    title: title.clone(),
                    body: body.clone(),
                    link: notice.link.clone(),
                    created_at: now,
                    read_at: None,
                };
                unit.insert_notification(tenant, &notification).await?;
                let about = json!({
                    "id": notification.id,
                    "kind": notification.kind.as_str(),
                    "title": notification.title,
                    "body": notification.body.as_deref().map(|body| cut(body, SNIPPET_CHARS)),
                    "link": notification.link,
                    "created_at": now,
                });
                let kind = EventKind::NotificationCreated;
                unit.append_event(tenant, &NewEvent::personal(self.new_id(), kind, person, about, now))
                    .await?;
            }
            if ways.email {
                let letter = Letter::Notice {
                    name: user.name.clone(),
                    title: title.clone(),
                    body: body.clone(),
                    link: notice.link.clone(),
                };
                let wait = preferences.mail_wait_seconds(now);
                self.enqueue_mail_after(unit, tenant, &user.email, letter, now, wait).await?;
            }
        }
        let notice = Notice { title, body, ..notice.clone() };
        self.tell_channels(unit, tenant, now, &notice).await
    }

    /// Whom an escalation is told (NOTIF-08): engineers and above who can sign in, but whoever escalated.
    ///
    /// # Errors
    /// What the store says.
    pub async fn escalation_audience(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
        escalator: UserId,
    ) -> Result<Vec<UserId>, Failure> {
        let people = unit.members(tenant).await?;
        let told = |user: &&rf_accounts::User| {
            user.can_sign_in() && user.role >= Role::Engineer && user.id != escalator
        };
        Ok(people.iter().filter(told).map(|user| user.id).collect())
    }

    /// The caller's notifications, newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn list_notifications(
        &self,
        caller: &Caller,
        unread_only: bool,
        after: Option<NotificationCursor>,
        limit: u64,
    ) -> Result<NotificationPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let (tenant, me) = (work.actor.account_id, work.actor.user_id);
            // One more tells whether there is another page.
            let asked = limit.saturating_add(1);
            let mut items = work.unit.notifications(tenant, me, unread_only, after, asked).await?;
            let more = items.len() as u64 > limit;
            items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            let place = |last: &Notification| NotificationCursor { created_at: last.created_at, id: last.id };
            let next = items.last().filter(|_| more).map(place);
            Ok(NotificationPage { items, next })
        })
        .await
    }

    /// How many notifications the caller has not read.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn count_unread(&self, caller: &Caller) -> Result<u64, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            Ok(work.unit.unread_notifications(work.actor.account_id, work.actor.user_id).await?)
        })
        .await
    }

    /// Marks one of the caller's notifications as read.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn read_notification(
        &self,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<Notification, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let (tenant, me) = (work.actor.account_id, work.actor.user_id);
            let found = work.unit.read_notification(tenant, me, id, work.ctx.now).await?;
            found.ok_or_else(|| Failure::new(NOT_FOUND, "There is no such notification."))
        })
        .await
    }

    /// Marks all of the caller's notifications as read; answers how many were not.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn read_all_notifications(&self, caller: &Caller) -> Result<u64, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let (tenant, me) = (work.actor.account_id, work.actor.user_id);
            Ok(work.unit.read_notifications(tenant, me, work.ctx.now).await?)
        })
        .await
    }

    /// How the caller wants to be told.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn notification_preferences(&self, caller: &Caller) -> Result<Preferences, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let (tenant, me) = (work.actor.account_id, work.actor.user_id);
            Ok(work.unit.notification_preferences(tenant, me).await?.unwrap_or_default())
        })
        .await
    }

    /// Says how the caller wants to be told; replaces everything.
    ///
    /// # Errors
    /// `validation_failed` naming the field, `forbidden`.
    pub async fn set_notification_preferences(
        &self,
        caller: &Caller,
        preferences: &Preferences,
    ) -> Result<Preferences, Failure> {
        preferences.check()?;
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let (tenant, me) = (work.actor.account_id, work.actor.user_id);
            work.unit.keep_notification_preferences(tenant, me, preferences, work.ctx.now).await?;
            Ok(preferences.clone())
        })
        .await
    }

    /// Takes notifications away that are older than anybody looks back; answers how many.
    ///
    /// # Errors
    /// What the store says.
    pub async fn prune_notifications(&self) -> Result<u64, Failure> {
        let before = self.now().plus_seconds(-KEPT_SECONDS);
        self.system_write(async |unit| Ok(Decided::Answer(unit.prune_notifications(before).await?))).await
    }
}
