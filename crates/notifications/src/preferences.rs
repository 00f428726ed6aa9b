//! How a person wants to be told.

use std::collections::BTreeMap;

use chrono::{NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use rf_kernel::{Failure, Timestamp};
use serde::{Deserialize, Serialize};

use crate::NoticeKind;

/// The ways one kind of notice reaches a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// In the bell panel.
    pub in_app: bool,
    /// By mail.
    pub email: bool,
}

impl Ways {
    /// Where the person never said: everything in the app, and by mail what somebody waits for.
    #[must_use]
    pub const fn usual(kind: NoticeKind) -> Self {
        let email = matches!(
            kind,
            NoticeKind::SessionEscalated
                | NoticeKind::HandoffAssigned
                | NoticeKind::HandoffUnclaimed
                | NoticeKind::FixDue
        );
        Self { in_app: true, email }
    }
}

/// When mails wait. The bell panel does not ring, so it does not wait either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Whether they are kept at all.
    pub enabled: bool,
    /// When they begin, `HH:MM` on the wall clock.
    pub start: String,
    /// When they end, `HH:MM` on the wall clock; may be the next morning.
    pub end: String,
    /// Whose wall clock: a name of the IANA time zone database, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// All of it. Kinds that are not named are told in the usual ways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// By the names of [`NoticeKind`]. One this version does not know is kept, for the version that does.
    pub events: BTreeMap<String, Ways>,
    /// When mails wait.
    pub quiet_hours: Option<QuietHours>,
}

impl Preferences {
    /// The ways that kind reaches the person.
    #[must_use]
    pub fn ways(&self, kind: NoticeKind) -> Ways {
        self.events.get(kind.as_str()).copied().unwrap_or_else(|| Ways::usual(kind))
    }

    /// The ways of every kind, said or usual.
    #[must_use]
    pub fn all_ways(&self) -> BTreeMap<&'static str, Ways> {
        NoticeKind::ALL.map(|kind| (kind.as_str(), self.ways(kind))).into()
    }

    /// Whether they make sense.
    ///
    /// # Errors
    /// `validation_failed` naming the field.
    pub fn check(&self) -> Result<(), Failure> {
        for name in self.events.keys() {
            if name.parse::<NoticeKind>().is_err() {
                let known = NoticeKind::ALL.map(NoticeKind::as_str).join(", ");
                return Err(Failure::invalid_field(
                    format!("events.{name}"),
                    "unknown_event",
                    format!("known are {known}"),
                ));
            }
        }
        let Some(quiet) = &self.quiet_hours else { return Ok(()) };
        for (field, text) in [("start", &quiet.start), ("end", &quiet.end)] {
            if wall_time(text).is_none() {
                let loc = format!("quiet_hours.{field}");
                return Err(Failure::invalid_field(loc, "not_a_time", "HH:MM, such as 22:00"));
            }
        }
        if quiet.time_zone.parse::<Tz>().is_err() {
            let message = "the name of a time zone, such as Europe/Berlin";
            return Err(Failure::invalid_field("quiet_hours.time_zone", "unknown_time_zone", message));
        }
        Ok(())
    }

    /// How many seconds a mail waits that comes up at `now`.
    #[must_use]
    pub fn mail_wait_seconds(&self, now: Timestamp) -> i64 {
        self.quiet_hours.as_ref().filter(|quiet| quiet.enabled).and_then(|quiet| quiet.wait(now)).unwrap_or(0)
    }
}

fn wall_time(text: &str) -> Option<NaiveTime> {
    (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
}

impl QuietHours {
    /// Seconds until they end; `None` outside of them, or where they say nothing that can be kept.
    fn wait(&self, now: Timestamp) -> Option<i64> {
        let zone: Tz = self.time_zone.parse().ok()?;
        let (start, end) = (wall_time(&self.start)?, wall_time(&self.end)?);
        let local = now.utc().with_timezone(&zone);
        let time = local.time();
        let over_midnight = start > end;
        let is_quiet = if over_midnight { time >= start || time < end } else { start <= time && time < end };
        if !is_quiet {
            return None;
        }
        let tomorrow = i64::from(over_midnight && time >= start);
        let day = local.date_naive().checked_add_signed(TimeDelta::try_days(tomorrow)?)?;
        // When the clocks go forward the end may not be on the wall that day: then it is an hour later.
        let ends = (0..=1).find_map(|hours| {
            let wall = day.and_time(end).checked_add_signed(TimeDelta::try_hours(hours)?)?;
            zone.from_local_datetime(&wall).earliest()
        })?;
        let wait = ends.signed_duration_since(local);
        // Rounded up: a mail must not come a moment too early.
        Some((wait.num_seconds() + i64::from(local.nanosecond() > 0)).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        serde_json::from_value(text.into()).unwrap()
    }

    fn quiet(start: &str, end: &str, time_zone: &str) -> Preferences {
        let quiet =
            QuietHours { enabled: true, start: start.into(), end: end.into(), time_zone: time_zone.into() };
        Preferences { quiet_hours: Some(quiet), ..Preferences::default() }
    }

    #[test]
    fn mails_wait_through_the_night() {
        let night = quiet("22:00", "06:00", "Europe/Berlin");
        for (now, seconds) in [
            ("2026-11-29T20:59:59Z", 0),
            ("2026-11-29T21:00:00Z", 8 * 3_600),
            ("2026-11-29T23:30:00Z", 5 * 3_600 + 1_800),
            ("2026-11-30T04:59:59Z", 1),
            ("2026-11-30T05:00:00Z", 0),
        ] {
            assert_eq!(night.mail_wait_seconds(at(now)), seconds, "{now}");
        }
    }

    #[test]
    fn hours_within_a_day_and_hours_switched_off() {
        let lunch = quiet("12:00", "13:00", "America/New_York");
        assert_eq!(lunch.mail_wait_seconds(at("2026-11-29T17:15:00Z")), 45 * 60);
        assert_eq!(lunch.mail_wait_seconds(at("2026-11-29T12:15:00Z")), 0);
        let mut off = lunch.clone();
        off.quiet_hours.as_mut().unwrap().enabled = false;
        assert_eq!(off.mail_wait_seconds(at("2026-11-29T17:15:00Z")), 0);
        let never = quiet("08:00", "08:00", "UTC");
        assert_eq!(never.mail_wait_seconds(at("2026-11-29T08:00:00Z")), 0);
    }

    #[test]
    fn the_night_the_clocks_change() {
        // Berlin, 29 March 2026: 02:00 becomes 03:00, so the night is an hour shorter, and 02:30 is not on the wall.
        let night = quiet("22:00", "06:00", "Europe/Berlin");
        assert_eq!(night.mail_wait_seconds(at("2026-03-28T21:00:00Z")), 7 * 3_600);
        let early = quiet("22:00", "02:30", "Europe/Berlin");
        assert_eq!(early.mail_wait_seconds(at("2026-03-28T23:00:00Z")), 2 * 3_600 + 1_800);
        // 25 October: an hour longer.
        assert_eq!(night.mail_wait_seconds(at("2026-10-24T20:00:00Z")), 9 * 3_600);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_field() {
        let loc = |preferences: Preferences| preferences.check().unwrap_err().errors[0].loc.clone();
        assert_eq!(loc(quiet("24:00", "06:00", "UTC")), "quiet_hours.start");
        assert_eq!(loc(quiet("22:00", "6:00", "UTC")), "quiet_hours.end");
        assert_eq!(loc(quiet("22:00", "06:00", "Mars/Olympus")), "quiet_hours.time_zone");
        let ways = Ways { in_app: true, email: true };
        let unknown = Preferences { events: [("x".to_owned(), ways)].into(), quiet_hours: None };
        assert_eq!(loc(unknown), "events.x");
        quiet("22:00", "06:00", "Europe/Berlin").check().unwrap();
    }

    #[test]
    fn what_was_not_said_is_as_usual() {
        let off = Ways { in_app: false, email: false };
        let said = Preferences { events: [("handoff.claimed".to_owned(), off)].into(), quiet_hours: None };
        assert_eq!(said.ways(NoticeKind::HandoffClaimed), off);
        assert_eq!(said.ways(NoticeKind::SessionEscalated), Ways { in_app: true, email: true });
        assert_eq!(said.all_ways().len(), NoticeKind::ALL.len());
    }
}
