//! What people are told inside the product, and how they want to be told.

use rf_accounts::User;
use rf_notifications::{NoticeKind, Notification, NotificationCursor, Preferences, QuietHours, Ways};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

/// A notification of that second, not read.
#[must_use]
pub fn notification(user: &User, seconds: i64) -> Notification {
    Notification {
        id: fx::id(),
        user_id: user.id,
        kind: NoticeKind::SessionEscalated,
        title: "Escalation from Zoë · #12345: Drucker 🖨 druckt nicht".into(),
        body: Some("Since the update".into()),
        link: Some("/pilot/7?pickup=true".into()),
        created_at: fx::at(seconds),
        read_at: None,
    }
}

fn preferences(start: &str) -> Preferences {
    let quiet_hours = Some(QuietHours {
        enabled: true,
        start: start.into(),
        end: "06:00".into(),
        time_zone: "Europe/Berlin".into(),
    });
    let events = [("handoff.claimed".to_owned(), Ways { in_app: true, email: false })].into();
    Preferences { events, quiet_hours }
}

async fn keep(store: &dyn Store, tenant: &Tenant, notifications: &[&Notification]) {
    let mut unit = tenant.write(store).await;
    for notification in notifications {
        unit.insert_notification(tenant.id(), notification).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// All fields come back; equal instants have an order; each person has their own.
pub async fn notifications_round_trip_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = fx::user(tenant.id());
    let mut unit = tenant.write(store).await;
    unit.insert_user(&other).await.unwrap();
    unit.commit().await.unwrap();
    let first = notification(&tenant.user, 1);
    let bare = Notification { body: None, link: None, ..notification(&tenant.user, 1) };
    let read = Notification {
        kind: NoticeKind::HandoffClaimed,
        read_at: Some(fx::at(9)),
        ..notification(&tenant.user, 3)
    };
    let theirs = notification(&other, 2);
    keep(store, &tenant, &[&read, &first, &bare, &theirs]).await;
    let mut unit = tenant.read(store).await;
    let me = tenant.user.id;
    let all = unit.notifications(tenant.id(), me, false, None, 10).await.unwrap();
    assert_eq!(all, [read, bare.clone(), first.clone()]);
    let unread = unit.notifications(tenant.id(), me, true, None, 10).await.unwrap();
    assert_eq!(unread, [bare, first]);
    assert_eq!(unit.unread_notifications(tenant.id(), me).await.unwrap(), 2);
    assert_eq!(unit.unread_notifications(tenant.id(), other.id).await.unwrap(), 1);
    assert_eq!(unit.notifications(tenant.id(), other.id, false, None, 10).await.unwrap(), [theirs]);
}

/// Whatever comes in while somebody walks.
pub async fn walking_notifications_by_cursor_shows_each_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let me = tenant.user.id;
    let mut all: Vec<Notification> = (0..7).map(|n| notification(&tenant.user, n / 3)).collect();
    keep(store, &tenant, &all.iter().collect::<Vec<_>>()).await;
    all.sort_by_key(|one| std::cmp::Reverse((one.created_at, one.id)));
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let mut unit = tenant.read(store).await;
        let page = unit.notifications(tenant.id(), me, false, after, 2).await.unwrap();
        drop(unit);
        let Some(last) = page.last() else { break };
        after = Some(NotificationCursor { created_at: last.created_at, id: last.id });
        seen.extend(page);
        keep(store, &tenant, &[&notification(&tenant.user, 99)]).await;
    }
    assert_eq!(seen, all);
}

/// The first reading stays; reading all counts what was not.
pub async fn a_notification_is_read_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let me = tenant.user.id;
    let (one, two, three) =
        (notification(&tenant.user, 1), notification(&tenant.user, 2), notification(&tenant.user, 3));
    keep(store, &tenant, &[&one, &two, &three]).await;
    let read = async |id, seconds| {
        let mut unit = tenant.write(store).await;
        let answer = unit.read_notification(tenant.id(), me, id, fx::at(seconds)).await.unwrap();
        unit.commit().await.unwrap();
        answer
    };
    let expected = Notification { read_at: Some(fx::at(10)), ..one.clone() };
    assert_eq!(read(one.id, 10).await.as_ref(), Some(&expected));
    assert_eq!(read(one.id, 20).await.as_ref(), Some(&expected));
    assert_eq!(read(fx::id(), 20).await, None);
    let mut unit = tenant.write(store).await;
    let nobody = fx::id();
    assert_eq!(unit.read_notification(tenant.id(), nobody, two.id, fx::at(20)).await.unwrap(), None);
    assert_eq!(unit.read_notifications(tenant.id(), nobody, fx::at(30)).await.unwrap(), 0);
    assert_eq!(unit.read_notifications(tenant.id(), me, fx::at(30)).await.unwrap(), 2);
    assert_eq!(unit.read_notifications(tenant.id(), me, fx::at(40)).await.unwrap(), 0);
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    let kept = unit.notifications(tenant.id(), me, false, None, 10).await.unwrap();
    let times: Vec<_> = kept.iter().map(|one| one.read_at).collect();
    assert_eq!(times, [Some(fx::at(30)), Some(fx::at(30)), Some(fx::at(10))]);
    assert_eq!(unit.unread_notifications(tenant.id(), me).await.unwrap(), 0);
}

/// What is old goes, and nothing else.
pub async fn old_notifications_are_pruned(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (old, new) = (notification(&tenant.user, 1), notification(&tenant.user, 2));
    keep(store, &tenant, &[&old, &new]).await;
    let mut unit = system(store).await;
    assert_eq!(unit.prune_notifications(fx::at(2)).await.unwrap(), 1);
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    let kept = unit.notifications(tenant.id(), tenant.user.id, false, None, 10).await.unwrap();
    assert_eq!(kept, [new]);
}

/// `None` until somebody says.
pub async fn preferences_are_kept_and_replaced(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let me = tenant.user.id;
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.notification_preferences(tenant.id(), me).await.unwrap(), None);
    for start in ["22:00", "23:00"] {
        let said = preferences(start);
        unit.keep_notification_preferences(tenant.id(), me, &said, fx::at(1)).await.unwrap();
        assert_eq!(unit.notification_preferences(tenant.id(), me).await.unwrap(), Some(said));
    }
}

/// `fk_app_notifications_user`, `pk_app_notifications`, `fk_notification_preferences_user`.
pub async fn notifications_are_of_people_of_the_account(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let foreign = notification(&other.user, 1);
    let mut unit = tenant.write(store).await;
    assert_constraint(unit.insert_notification(tenant.id(), &foreign).await, "fk_app_notifications_user");
    drop(unit);
    let mut unit = tenant.write(store).await;
    let said = preferences("22:00");
    let kept = unit.keep_notification_preferences(tenant.id(), other.user.id, &said, fx::at(1)).await;
    assert_constraint(kept, "fk_notification_preferences_user");
    drop(unit);
    let own = notification(&tenant.user, 1);
    keep(store, &tenant, &[&own]).await;
    let mut unit = tenant.write(store).await;
    assert_constraint(unit.insert_notification(tenant.id(), &own).await, "pk_app_notifications");
}

/// Whatever unit asks, and whichever account it names.
pub async fn notifications_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let one = notification(&owner.user, 1);
    keep(store, &owner, &[&one]).await;
    let me = owner.user.id;
    let mut unit = owner.write(store).await;
    unit.keep_notification_preferences(owner.id(), me, &preferences("22:00"), fx::at(1)).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.notifications(tenant, me, false, None, 10).await.unwrap(), []);
        assert_eq!(unit.unread_notifications(tenant, me).await.unwrap(), 0);
        assert_eq!(unit.notification_preferences(tenant, me).await.unwrap(), None);
        assert_eq!(unit.read_notification(tenant, me, one.id, fx::at(9)).await.unwrap(), None);
        assert_eq!(unit.read_notifications(tenant, me, fx::at(9)).await.unwrap(), 0);
        unit.commit().await.unwrap();
    }
    let mut unit = system_read(store).await;
    assert_eq!(unit.notifications(owner.id(), me, false, None, 10).await.unwrap(), [one]);
}
