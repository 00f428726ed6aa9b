//! What the site admin sees of jobs and mails.

use rf_audit::events;
use rf_jobs::{Job, JobState, codes::JOB_NOT_PARKED};
use rf_kernel::{Failure, JobId, MailId, Page, codes::NOT_FOUND};
use rf_notifications::{Mail, MailState, Rendered};
use rf_store::Access;
use serde_json::json;

use crate::{
    App, Caller,
    audit::{Event, SITE},
    work::Decided,
};

/// A mail of the outbox.
#[derive(Clone, Debug)]
pub struct OutboxMail {
    /// The mail.
    pub mail: Mail,
    /// What it says: only where it is kept here because nothing sends it. What has left, or will, is its reader's
    /// alone, for its links sign people in.
    pub words: Option<Rendered>,
}

impl App {
    /// The jobs in that state, or all, newest first. For site admins; to others there is no such thing.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn jobs(
        &self,
        caller: &Caller,
        state: Option<JobState>,
        page: Page,
    ) -> Result<Vec<Job>, Failure> {
        self.site_admin(caller).await?;
        Ok(self.store.begin(Access::system_read()).await?.list_jobs(state, page).await?)
    }

    /// Makes a parked job due at once. For site admins.
    ///
    /// # Errors
    /// `not_found`, `job_not_parked`.
    pub async fn retry_job(&self, caller: &Caller, id: JobId) -> Result<Job, Failure> {
        let (actor, ctx) = self.site_admin(caller).await?;
        self.system_write(async |unit| {
            let retried = unit.retry_job(id).await?;
            let job = unit.job_by_id(id).await?.ok_or_else(not_there)?;
            if !retried {
                let detail = format!("The job is {}; only parked ones are tried again.", job.state.as_str());
                return Err(Failure::new(JOB_NOT_PARKED, detail));
            }
            let payload = json!({ "kind": job.kind, "account_id": job.account_id });
            let event = Event::new(events::JOB_RETRIED, "job", id.uuid(), payload);
            self.audit_in(unit, SITE, Some(actor.user_id), &ctx, event).await?;
            Ok(Decided::Answer(job))
        })
        .await
    }

    /// The mails in that state, or all, newest first. For site admins.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn outbox(
        &self,
        caller: &Caller,
        state: Option<MailState>,
        page: Page,
    ) -> Result<Vec<OutboxMail>, Failure> {
        self.site_admin(caller).await?;
        let mails = self.store.begin(Access::system_read()).await?.list_mails(state, page).await?;
        mails.into_iter().map(|mail| self.outbox_mail_of(mail)).collect()
    }

    /// One of them. What is kept here signs its reader in, so that reading it leaves an entry in the log of the
    /// account it belongs to.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn outbox_mail(&self, caller: &Caller, id: MailId) -> Result<OutboxMail, Failure> {
        let (actor, ctx) = self.site_admin(caller).await?;
        self.system_write(async |unit| {
            let mail = self.outbox_mail_of(unit.mail_by_id(id).await?.ok_or_else(not_there)?)?;
            if mail.words.is_some() {
                let payload = json!({ "about": mail.mail.letter.about(), "to": mail.mail.to });
                let event = Event::new(events::MAIL_READ, "mail", id.uuid(), payload);
                self.audit_in(unit, mail.mail.account_id, Some(actor.user_id), &ctx, event).await?;
            }
            Ok(Decided::Answer(mail))
        })
        .await
    }

    fn outbox_mail_of(&self, mail: Mail) -> Result<OutboxMail, Failure> {
        let kept = mail.state == MailState::Kept;
        let words = kept.then(|| self.write_out(&mail.letter)).transpose()?;
        Ok(OutboxMail { mail, words })
    }
}

fn not_there() -> Failure {
    Failure::new(NOT_FOUND, "There is no such job or mail.")
}
