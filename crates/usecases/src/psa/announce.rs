//! Who hears of a push: open pages of each change, and whoever asked for it when somebody has to look.

use rf_events::{EventKind, NewEvent};
use rf_kernel::Failure;
use rf_notifications::{Notice, NoticeKind};
use rf_psa::{Artefact, PushRecord, PushState, SessionRef};
use rf_store::UnitOfWork;
use serde_json::json;

use crate::App;

impl App {
    /// Says that a push is new or has changed, in the unit that keeps it.
    pub(super) async fn push_changed(
        &self,
        unit: &mut dyn UnitOfWork,
        record: &PushRecord,
    ) -> Result<(), Failure> {
        let (account, now) = (record.account_id, record.updated_at);
        let about = json!({
            "push_id": record.id,
            "session_id": record.session.uuid(),
            "session_kind": record.session.kind(),
            "state": record.push.state.as_str(),
        });
        let event = NewEvent::new(self.new_id(), EventKind::PsaPushChanged, about, now);
        unit.append_event(account, &event).await?;
        if record.push.state != PushState::NeedsReview {
            return Ok(());
        }
        let what = match record.artefact {
            Artefact::Note => "The note",
            Artefact::Time => "The time",
        };
        let link = match record.session {
            SessionRef::Guided(id) => format!("/sessions/{id}"),
            SessionRef::Ai(id) => format!("/pilot/{id}"),
        };
        let notice = Notice {
            kind: NoticeKind::PushFailed,
            title: format!("{what} is not in ticket #{}: somebody has to look", record.ticket),
            body: record.push.error.as_ref().map(|error| error.words.clone()),
            link: Some(link),
            to: vec![record.requested_by],
        };
        self.notify(unit, account, now, &notice).await
    }
}
