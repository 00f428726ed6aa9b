//! Mails: put into the outbox in the unit of the change they speak of, and sent by a job.

use std::sync::Arc;

use async_trait::async_trait;
use rf_accounts::{Email, User};
use rf_audit::events;
use rf_auth_policy::LinkPurpose;
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, Failure, MailId, Timestamp, codes::NOT_FOUND};
use rf_notifications::{Letter, Links, Mail, MailError, MailState, OutgoingMail, Rendered};
use rf_store::{Access, UnitOfWork};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    App,
    assistant::EmbedLibrary,
    audit::Event,
    channels::PostToChannel,
    handoff::{AssessHandoff, RemindOfHandoff},
    links::ForgotPassword,
    pilot::RemindOfFix,
    psa::{PushToPsa, RefreshTicket, SetPsaStatus, SyncPsa},
    work::Decided,
};

/// The kind of job that sends a mail.
const SEND_MAIL: &str = "mail.send";
/// About nine hours, for a server that is being repaired.
const SENDING: RetryPolicy = RetryPolicy { max_attempts: 16, first_seconds: 15, longest_seconds: 3_600 };

/// What became of a link for a new password that the operator asked for.
#[derive(Clone, Debug)]
pub enum ResetLink {
    /// A server took the mail.
    Sent {
        /// To whom.
        to: String,
    },
    /// To be passed on by hand.
    ByHand {
        /// The link; whoever has it chooses the password.
        url: SecretString,
        /// Why it was not mailed, where that was asked for.
        why_not_sent: Option<String>,
    },
}

/// What does the application's jobs.
#[must_use]
pub fn job_handlers(app: &Arc<App>) -> Vec<Arc<dyn JobHandler>> {
    vec![
        Arc::new(SendMail(Arc::clone(app))),
        Arc::new(ForgotPassword(Arc::clone(app))),
        Arc::new(AssessHandoff(Arc::clone(app))),
        Arc::new(RemindOfHandoff(Arc::clone(app))),
        Arc::new(RemindOfFix(Arc::clone(app))),
        Arc::new(EmbedLibrary(Arc::clone(app))),
        Arc::new(PushToPsa(Arc::clone(app))),
        Arc::new(SetPsaStatus(Arc::clone(app))),
        Arc::new(SyncPsa(Arc::clone(app))),
        Arc::new(RefreshTicket(Arc::clone(app))),
        Arc::new(PostToChannel(Arc::clone(app))),
    ]
}

impl App {
    /// Puts a letter into the outbox; it is sent once the unit is committed, and never otherwise.
    ///
    /// # Errors
    /// What the store says.
    pub async fn enqueue_mail(
        &self,
        unit: &mut dyn UnitOfWork,
        account_id: AccountId,
        to: &Email,
        letter: Letter,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.enqueue_mail_after(unit, account_id, to, letter, now, 0).await
    }

    /// The same, to be sent after so many seconds.
    pub(crate) async fn enqueue_mail_after(
        &self,
        unit: &mut dyn UnitOfWork,
        account_id: AccountId,
        to: &Email,
        letter: Letter,
        now: Timestamp,
        delay_seconds: i64,
    ) -> Result<(), Failure> {
        let id: MailId = self.new_id();
        let state = if self.mailer.is_some() { MailState::Queued } else { MailState::Kept };
        unit.insert_mail(&Mail {
            id,
            account_id,
            to: to.as_str().to_owned(),
            letter,
            state,
            attempts: 0,
            created_at: now,
            sent_at: None,
            response: None,
        })
        .await?;
        if state == MailState::Queued {
            unit.enqueue_job(&JobSpec {
                id: self.new_id(),
                account_id,
                kind: SEND_MAIL.into(),
                payload: json!({ "mail_id": id }),
                delay_seconds,
                dedupe_key: None,
            })
            .await?;
        }
        Ok(())
    }

    /// Makes a link for a new password for whoever runs the installation: mailed at once when `send`, and otherwise,
    /// or where mailing fails, to be passed on by hand. No mail trouble keeps anybody out.
    ///
    /// # Errors
    /// `not_found` when nobody active has that address.
    pub async fn reset_link(&self, email: &Email, send: bool) -> Result<ResetLink, Failure> {
        let ctx = self.ctx(self.new_id());
        let mailer = self.mailer.as_ref().filter(|_| send);
        let (token, mail) = self
            .system_write(async |unit| {
                let user = unit.user_by_email(email).await?.filter(User::can_sign_in);
                let user = user
                    .ok_or_else(|| Failure::new(NOT_FOUND, format!("Nobody active signs in as {email}.")))?;
                unit.lock_account(user.account_id).await?;
                let token = self.new_link(unit, &user, LinkPurpose::ResetPassword, ctx.now).await?;
                let mail = Mail {
                    id: self.new_id(),
                    account_id: user.account_id,
                    to: user.email.as_str().to_owned(),
                    letter: Letter::ResetPassword { name: user.name.clone(), token },
                    state: MailState::Queued,
                    attempts: 0,
                    created_at: ctx.now,
                    sent_at: None,
                    response: None,
                };
                if mailer.is_some() {
                    // Without a job: it is sent here and now, or not at all.
                    unit.insert_mail(&mail).await?;
                }
                let payload = json!({ "link_id": token, "by": "operator" });
                let event = Event::new(events::PASSWORD_RESET_REQUESTED, "user", user.id.uuid(), payload);
                self.audit_in(unit, user.account_id, None, &ctx, event).await?;
                Ok(Decided::Answer((token, mail)))
            })
            .await?;
        let by_hand = |why_not_sent| {
            let links = Links { public_url: &self.settings.public_url, keys: &self.keys };
            let url = links.to(LinkPurpose::ResetPassword, token).map_err(Failure::internal)?;
            Ok(ResetLink::ByHand { url: url.into(), why_not_sent })
        };
        let Some(mailer) = mailer else {
            return by_hand(send.then(|| "no mail server is configured".to_owned()));
        };
        let (id, to) = (mail.id, mail.to.clone());
        let words = self.write_out(&mail.letter)?;
        match mailer.send(&OutgoingMail { id, to: mail.to, words }).await {
            Ok(response) => {
                self.record_attempt(id, MailState::Sent, &response).await?;
                Ok(ResetLink::Sent { to })
            }
            Err(MailError::Never(reason) | MailError::Later(reason)) => {
                self.record_attempt(id, MailState::Failed, &reason).await?;
                by_hand(Some(reason))
            }
        }
    }

    /// Whether mails leave the server.
    #[must_use]
    pub fn sends_mails(&self) -> bool {
        self.mailer.is_some()
    }

    /// A mail's text, with the links it carries.
    pub(crate) fn write_out(&self, letter: &Letter) -> Result<Rendered, Failure> {
        letter
            .render(Links { public_url: &self.settings.public_url, keys: &self.keys })
            .map_err(Failure::internal)
    }

    async fn record_attempt(&self, id: MailId, became: MailState, response: &str) -> Result<(), Failure> {
        self.system_write(async |unit| {
            unit.record_mail_attempt(id, became, self.now(), response).await?;
            Ok(Decided::Answer(()))
        })
        .await
    }
}

struct SendMail(Arc<App>);

#[async_trait(?Send)]
impl JobHandler for SendMail {
    fn kind(&self) -> &'static str {
        SEND_MAIL
    }

    fn policy(&self) -> RetryPolicy {
        SENDING
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let app = &self.0;
        let park = |reason: &str| JobError::Park(reason.to_owned());
        let id = serde_json::from_value::<MailId>(job.payload["mail_id"].clone())
            .map_err(|_| park("the job names no mail"))?;
        let mailer = app.mailer.as_ref().ok_or_else(|| park("no mail server is configured any more"))?;
        let retry = |error: &dyn std::error::Error| JobError::Retry(error.to_string());
        let mut unit = app.store.begin(Access::system_read()).await.map_err(|error| retry(&error))?;
        let mail = unit.mail_by_id(id).await.map_err(|error| retry(&error))?;
        drop(unit);
        let mail = mail.ok_or_else(|| park("the mail is not there any more"))?;
        if mail.state == MailState::Sent {
            return Ok(());
        }
        let words = app.write_out(&mail.letter).map_err(|error| JobError::Park(error.to_string()))?;
        let (became, response, outcome) = match mailer.send(&OutgoingMail { id, to: mail.to, words }).await {
            Ok(response) => (MailState::Sent, response, Ok(())),
            Err(MailError::Never(reason)) => (MailState::Failed, reason.clone(), Err(JobError::Park(reason))),
            Err(MailError::Later(reason)) => {
                let is_last = SENDING.wait(job.attempts, job.id.uuid()).is_none();
                let became = if is_last { MailState::Failed } else { MailState::Queued };
                (became, reason.clone(), Err(JobError::Retry(reason)))
            }
        };
        // Should this fail after the server took the mail, it is sent once more, with the same Message-ID.
        app.record_attempt(id, became, &response).await.map_err(|error| retry(&error))?;
        outcome
    }
}
