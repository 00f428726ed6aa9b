//! What an account has masked in its notes: everybody reads it, admins say it.

use rf_accounts::{KeepRedactionOutcome, RedactionSettings};
use rf_audit::events;
use rf_auth_policy::{Action, decide, require};
use rf_kernel::{Failure, Revision, codes::STALE_REVISION};
use rf_notes::RedactionOptions;
use serde_json::json;

use crate::{App, Caller, Work, audit::Event};

impl App {
    /// What the caller's account has masked, and whether the caller may change it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn redaction_settings(&self, caller: &Caller) -> Result<(RedactionSettings, bool), Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            Ok((redaction_of(work).await?, decide(&work.actor, Action::ManageRedaction)))
        })
        .await
    }

    /// Replaces what the caller's account has masked. With `expected`, only if nobody was faster.
    ///
    /// # Errors
    /// `validation_failed` naming the rule, `stale_revision`, `forbidden`.
    pub async fn set_redaction_settings(
        &self,
        caller: &Caller,
        options: &RedactionOptions,
        expected: Option<Revision>,
    ) -> Result<RedactionSettings, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageRedaction)?;
            work.unit.lock_account(work.actor.account_id).await?;
            let mut settings = redaction_of(work).await?;
            let before = settings.revision;
            if expected.is_some_and(|expected| expected != before) {
                return Err(stale());
            }
            settings.change(options.clone(), work.actor.user_id, work.ctx.now)?;
            if work.unit.keep_redaction_settings(&settings, before).await? == KeepRedactionOutcome::Stale {
                return Err(stale());
            }
            // Names alone: a pattern may say what it is meant to hide.
            let rules: Vec<&str> = settings.options.custom.iter().map(|rule| rule.name.as_str()).collect();
            let payload = json!({
                "hostnames": settings.options.hostnames,
                "unc_paths": settings.options.unc_paths,
                "guids": settings.options.guids,
                "rules": rules,
            });
            let account = work.actor.account_id.uuid();
            self.audit(work, Event::new(events::REDACTION_CHANGED, "account", account, payload)).await?;
            Ok(settings)
        })
        .await
    }
}

/// What the actor's account has masked.
pub(crate) async fn redaction_of(work: &mut Work) -> Result<RedactionSettings, Failure> {
    let tenant = work.actor.account_id;
    let kept = work.unit.redaction_settings(tenant).await?;
    Ok(kept.unwrap_or_else(|| RedactionSettings::none(tenant)))
}

fn stale() -> Failure {
    Failure::new(STALE_REVISION, "Somebody else changed the redaction rules first. Reload them.")
}
