//! How far the sessions launched together are.

use std::collections::BTreeMap;

use rf_auth_policy::{Action, require};
use rf_kernel::{BatchId, Failure, Page, TreeId};
use rf_sessions::{SessionFilter, SessionStatus, codes::BATCH_NOT_FOUND};

use crate::{App, Caller};

/// How far a batch is, of those of its sessions that the caller sees.
#[derive(Clone, Debug)]
pub struct BatchProgress {
    /// The batch.
    pub batch_id: BatchId,
    /// Its flow.
    pub tree_id: TreeId,
    /// What the flow was called.
    pub tree_name: String,
    /// Its sessions.
    pub total: usize,
    /// Not begun.
    pub waiting: usize,
    /// Being worked on.
    pub active: usize,
    /// Ended.
    pub completed: usize,
    /// Of the ended ones, how many ended how.
    pub outcomes: BTreeMap<String, usize>,
}

impl App {
    /// Counts the sessions of a batch.
    ///
    /// # Errors
    /// `batch_not_found` where the caller sees none of them, `forbidden`.
    pub async fn batch_progress(&self, caller: &Caller, id: BatchId) -> Result<BatchProgress, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let filter = SessionFilter {
                batch_id: Some(id),
                prepared_too: true,
                ..SessionFilter::of(work.actor.user_id)
            };
            // A batch is no larger than a page.
            let page = Page { skip: 0, limit: Page::MAX_LIMIT };
            let sessions = work.unit.list_sessions(work.actor.account_id, &filter, None, page).await?;
            let Some(first) = sessions.first() else {
                return Err(Failure::new(BATCH_NOT_FOUND, "Batch not found"));
            };
            let mut progress = BatchProgress {
                batch_id: id,
                tree_id: first.tree_id,
                tree_name: first.flow()?.name.clone(),
                total: sessions.len(),
                waiting: 0,
                active: 0,
                completed: 0,
                outcomes: BTreeMap::new(),
            };
            for session in &sessions {
                match session.status() {
                    SessionStatus::Completed => progress.completed += 1,
                    SessionStatus::Active => progress.active += 1,
                    SessionStatus::Prepared => progress.waiting += 1,
                }
                if let Some(outcome) = session.outcome {
                    *progress.outcomes.entry(outcome.as_str().to_owned()).or_default() += 1;
                }
            }
            Ok(progress)
        })
        .await
    }
}
