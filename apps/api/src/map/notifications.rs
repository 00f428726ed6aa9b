//! Notifications on the wire.

use rf_api_types::notifications::{NotificationBody, NotificationPreferencesBody, QuietHoursBody, WaysBody};
use rf_notifications::{Notification, Preferences, QuietHours, Ways};

pub(crate) fn notification(notification: Notification) -> NotificationBody {
    NotificationBody {
        id: notification.id.uuid(),
        kind: notification.kind.as_str().to_owned(),
        title: notification.title,
        body: notification.body,
        link: notification.link,
        created_at: notification.created_at,
        read_at: notification.read_at,
    }
}

/// Every kind, said or usual.
pub(crate) fn notification_preferences(preferences: Preferences) -> NotificationPreferencesBody {
    let ways = |Ways { in_app, email }| WaysBody { in_app, email };
    let events =
        preferences.all_ways().into_iter().map(|(kind, said)| (kind.to_owned(), ways(said))).collect();
    let quiet_hours = preferences.quiet_hours.map(|QuietHours { enabled, start, end, time_zone }| {
        QuietHoursBody { enabled, start, end, time_zone }
    });
    NotificationPreferencesBody { events, quiet_hours }
}

pub(crate) fn read_notification_preferences(body: NotificationPreferencesBody) -> Preferences {
    let ways = |WaysBody { in_app, email }| Ways { in_app, email };
    let events = body.events.into_iter().map(|(kind, said)| (kind, ways(said))).collect();
    let quiet_hours = body.quiet_hours.map(|QuietHoursBody { enabled, start, end, time_zone }| QuietHours {
        enabled,
        start,
        end,
        time_zone,
    });
    Preferences { events, quiet_hours }
}
