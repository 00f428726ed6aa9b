//! What a team's connection pushes, and how: seven settings, kept as JSON on the connection.

use rf_kernel::{Checks, Failure};
use rf_notes::RedactionMode;
use serde::{Deserialize, Serialize};

use crate::{NoteKind, PsaId, Rounding, Status};

/// The settings. What is not given has its default; what is not known is refused.
///
/// The defaults write what the team sees and the client does not: internal notes, no time, no status, secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushSettings {
    /// A solved session's note is pushed by itself.
    pub push_on_resolve: bool,
    /// So is that of an escalated one.
    pub push_on_escalate: bool,
    /// Where notes are shown.
    pub note_visibility: NoteKind,
    /// The time entry.
    pub time_entry: TimeSettings,
    /// How working time is rounded.
    pub rounding: Rounding,
    /// The statuses to set.
    pub status: StatusSettings,
    /// What stands in a note.
    pub content: ContentSettings,
}

/// Whether and how time is charged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimeSettings {
    /// Charge the session's active time.
    pub create: bool,
    /// The kind of work; as the PSA decides when not given.
    pub work_type: Option<PsaId>,
    /// The role; as the PSA decides when not given.
    pub work_role: Option<PsaId>,
}

/// The statuses a ticket gets. They are kept by name: every board has its own, and one connection serves all boards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusSettings {
    /// When its session is solved.
    pub on_resolve: Option<String>,
    /// When its session is escalated.
    pub on_escalate: Option<String>,
}

impl StatusSettings {
    /// The status of a board with that name, in any letter case, if it is in use.
    #[must_use]
    pub fn find<'a>(name: &str, statuses: &'a [Status]) -> Option<&'a Status> {
        let name = name.trim().to_lowercase();
        statuses.iter().find(|status| status.active && status.name.trim().to_lowercase() == name)
    }
}

/// What stands in a note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContentSettings {
    /// How secrets are masked. Values of secret variables are masked in every mode.
    pub redaction_mode: RedactionMode,
    /// Whether the copilot's reasons are told.
    pub include_ai_reasoning: bool,
}

impl Default for PushSettings {
    fn default() -> Self {
        Self {
            push_on_resolve: true,
            push_on_escalate: true,
            note_visibility: NoteKind::Internal,
            time_entry: TimeSettings::default(),
            rounding: Rounding::default(),
            status: StatusSettings::default(),
            content: ContentSettings::default(),
        }
    }
}

impl PushSettings {
    /// The longest name of a status, characters (ConnectWise).
    pub const MAX_STATUS_CHARS: usize = 50;

    /// Whether they can be kept.
    ///
    /// # Errors
    /// `validation_failed` with everything that is wrong.
    pub fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        self.rounding.check(&mut checks);
        let longest = 1..=Self::MAX_STATUS_CHARS;
        checks.optional_text("status.on_resolve", self.status.on_resolve.as_deref(), longest.clone());
        checks.optional_text("status.on_escalate", self.status.on_escalate.as_deref(), longest);
        checks.finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_given_is_the_careful_default() {
        let settings: PushSettings = serde_json::from_value(json!({})).unwrap();
        assert_eq!(settings, PushSettings::default());
        assert!(settings.check().is_ok());
        assert_eq!(
            serde_json::to_value(&settings).unwrap(),
            json!({
                "push_on_resolve": true,
                "push_on_escalate": true,
                "note_visibility": "internal",
                "time_entry": { "create": false, "work_type": null, "work_role": null },
                "rounding": { "step_minutes": 15, "direction": "up", "least_minutes": 0 },
                "status": { "on_resolve": null, "on_escalate": null },
                "content": { "redaction_mode": "mask", "include_ai_reasoning": false },
            })
        );
    }

    #[test]
    fn whatever_is_wrong_is_named() {
        let wrong: PushSettings = serde_json::from_value(json!({
            "rounding": { "step_minutes": 0, "least_minutes": 481 },
            "status": { "on_resolve": " ", "on_escalate": "x".repeat(51) },
        }))
        .unwrap();
        let failure = wrong.check().unwrap_err();
        let refused: Vec<_> = failure.errors.iter().map(|error| error.loc.as_str()).collect();
        assert_eq!(
            refused,
            ["rounding.step_minutes", "rounding.least_minutes", "status.on_resolve", "status.on_escalate"]
        );
        for unreadable in [
            json!({ "push": true }),
            json!({ "note_visibility": "public" }),
            json!({ "time_entry": { "work_type": "1/2" } }),
        ] {
            assert!(serde_json::from_value::<PushSettings>(unreadable.clone()).is_err(), "{unreadable}");
        }
    }

    #[test]
    fn a_status_is_found_by_name_if_it_is_in_use() {
        let status = |id: i64, name: &str, active| Status {
            id: id.into(),
            name: name.into(),
            closes: false,
            takes_time: true,
            active,
        };
        let statuses = [status(1, "Resolved", false), status(2, " resolved", true), status(3, "New", true)];
        assert_eq!(StatusSettings::find("RESOLVED ", &statuses).map(|status| &status.id), Some(&2.into()));
        assert_eq!(StatusSettings::find("Closed", &statuses), None);
    }
}
