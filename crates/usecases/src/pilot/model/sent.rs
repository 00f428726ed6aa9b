//! What has left the machine for a conversation.

use rf_auth_policy::{Action, require};
use rf_kernel::{AiSessionId, Failure};
use rf_sessions::ai::ModelCall;

use crate::{App, Caller, pilot::ai_session_not_found};

impl App {
    /// Every call of a model for a conversation, oldest first, as it was sent. For those who work it: the names that
    /// were hidden are not in it, the rest of the ticket is.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn sent_to_models(&self, caller: &Caller, id: AiSessionId) -> Result<Vec<ModelCall>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let session = work.unit.ai_session_by_id(tenant, id).await?;
            session.ok_or_else(ai_session_not_found)?.require_reader(&work.actor)?;
            Ok(work.unit.model_calls(tenant, id).await?)
        })
        .await
    }
}
