//! What accounts have masked in their notes.

use async_trait::async_trait;
use rf_accounts::{KeepRedactionOutcome, RedactionRepository, RedactionSettings};
use rf_kernel::{AccountId, Revision, StoreError};

use crate::unit::MemoryUnit;

#[async_trait]
impl RedactionRepository for MemoryUnit {
    async fn redaction_settings(
        &mut self,
        tenant: AccountId,
    ) -> Result<Option<RedactionSettings>, StoreError> {
        self.read(|state, view| Ok(state.redaction.get(&tenant).filter(|_| view.covers(tenant)).cloned()))
    }

    async fn keep_redaction_settings(
        &mut self,
        settings: &RedactionSettings,
        expected: Revision,
    ) -> Result<KeepRedactionOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(settings.account_id)?;
            let present = state.redaction.get(&settings.account_id).map_or(Revision(0), |kept| kept.revision);
            if present != expected {
                return Ok(KeepRedactionOutcome::Stale);
            }
            state.require_account(settings.account_id, "fk_redaction_settings_account")?;
            let author = settings.updated_by_id;
            state.require_user(settings.account_id, author, "fk_redaction_settings_author")?;
            state.redaction.put(settings.account_id, settings.clone());
            Ok(KeepRedactionOutcome::Kept)
        })
    }
}
