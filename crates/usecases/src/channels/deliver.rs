//! The job that posts a message: read, keep that it is being sent, talk to the chat, keep what came of it.

use std::sync::Arc;

use async_trait::async_trait;
use rf_accounts::RedactionSettings;
use rf_auth_policy::{Action, decide};
use rf_jobs::{AtOnce, Job, JobError, JobHandler, RetryPolicy};
use rf_kernel::{AccountId, ChannelMessageId, Failure};
use rf_notes::Redactor;
use rf_notifications::{
    BeginChat, Card, Channel, ChannelError, ChannelMessage, ChannelMessageState, MAX_BODY_CHARS,
    MAX_TITLE_CHARS, Notice, NoticeKind, cut, heading, page_of,
};
use rf_store::{Access, UnitOfWork};

use crate::App;

/// The kind of job that posts a message.
pub(super) const POST_JOB: &str = "channel.post";

/// Posts messages.
pub(crate) struct PostToChannel(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for PostToChannel {
    fn kind(&self) -> &'static str {
        POST_JOB
    }

    /// For trouble of our own store: what the chat says is a message's own matter.
    fn policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 100, first_seconds: 1, longest_seconds: 60 }
    }

    fn at_once(&self) -> AtOnce {
        AtOnce { in_all: 8, of_one_account: 4 }
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let id = serde_json::from_value::<ChannelMessageId>(job.payload["message_id"].clone())
            .map_err(|_| JobError::Park("the job names no message".into()))?;
        let posted = self.0.post_message(job.account_id, id).await;
        posted.map_err(|failure| JobError::Retry(failure.to_string()))
    }
}

impl App {
    /// Does what is to be done about a message.
    async fn post_message(&self, account: AccountId, id: ChannelMessageId) -> Result<(), Failure> {
        let mut unit = self.store.begin(Access::read(account)).await?;
        let Some(mut message) = unit.channel_message_by_id(account, id).await? else { return Ok(()) };
        let channel = unit.channel_by_id(account, message.channel_id).await?;
        let redaction = unit.redaction_settings(account).await?;
        drop(unit);
        let before = message.revision;
        match message.begin(self.now()) {
            BeginChat::Nothing => return Ok(()),
            BeginChat::Wait(seconds) => {
                // The clocks of the queue and ours may differ.
                return self
                    .account_write(account, async |unit| {
                        self.enqueue_channel_message(unit, account, id, seconds).await
                    })
                    .await;
            }
            BeginChat::Settled => {
                return self
                    .account_write(account, async |unit| {
                        if unit.update_channel_message(&message, before).await? {
                            self.say_that_it_waits(unit, &message).await?;
                        }
                        Ok(())
                    })
                    .await;
            }
            BeginChat::Post => {}
        }
        // Kept before anything is sent: should this server stop, nobody posts it blindly again.
        if !self
            .account_write(account, async |unit| Ok(unit.update_channel_message(&message, before).await?))
            .await?
        {
            return Ok(());
        }
        let posted = self.tell_channel(channel.as_ref(), &message, redaction).await;
        self.settle_message(message, &posted).await
    }

    /// Posts it, where its channel still wants it.
    async fn tell_channel(
        &self,
        channel: Option<&Channel>,
        message: &ChannelMessage,
        redaction: Option<RedactionSettings>,
    ) -> Result<(), ChannelError> {
        let refused = |words: &str| ChannelError::Refused(words.to_owned());
        let channel = channel.ok_or_else(|| refused("The channel was taken away."))?;
        if !channel.enabled {
            return Err(refused("The channel is switched off."));
        }
        let options = redaction.map(|settings| settings.options).unwrap_or_default();
        // What must not leave in a note does not leave here either; where that cannot be told, nothing leaves.
        let redactor = Redactor::new(&options)
            .map_err(|_| refused("A rule for what is masked cannot be used. Correct it under Redaction."))?;
        let title = cut(&redactor.redact(&message.title).text, MAX_TITLE_CHARS);
        let body = message
            .body
            .as_deref()
            .map(|body| redactor.redact(body).text.chars().take(MAX_BODY_CHARS).collect::<String>());
        let link = page_of(&self.settings.public_url, message.link.as_deref());
        let card = Card { heading: heading(message.kind), title: &title, body: body.as_deref(), link: &link };
        self.post_card(channel, &card).await
    }

    /// Keeps what came of it, with the job that tries again.
    async fn settle_message(
        &self,
        mut message: ChannelMessage,
        posted: &Result<(), ChannelError>,
    ) -> Result<(), Failure> {
        let now = self.now();
        let before = message.revision;
        message.settle(posted, now);
        message.touch(now);
        let (account, id, state) = (message.account_id, message.id, message.state);
        let wait = message.due_at.map(|due| due.seconds_since(now).max(0));
        self.account_write(account, async |unit| {
            let kept = unit.update_channel_message(&message, before).await?;
            if kept && state == ChannelMessageState::Queued {
                self.enqueue_channel_message(unit, account, id, wait.unwrap_or(0)).await?;
            }
            if kept {
                self.say_that_it_waits(unit, &message).await?;
            }
            Ok(())
        })
        .await?;
        tracing::info!(message = %id, state = state.as_str(), tries = message.tries, "a message for a channel");
        Ok(())
    }

    /// Tells those who look after channels of a message that waits for somebody, once however often it is sent again.
    async fn say_that_it_waits(
        &self,
        unit: &mut dyn UnitOfWork,
        message: &ChannelMessage,
    ) -> Result<(), Failure> {
        if !message.waits_for_the_first_time() {
            return Ok(());
        }
        let account = message.account_id;
        let channel = unit.channel_by_id(account, message.channel_id).await?;
        let channel =
            channel.map_or_else(|| "a channel that is gone".into(), |channel| format!("“{}”", channel.name));
        let title = match message.state {
            ChannelMessageState::Uncertain => {
                format!("Nobody knows whether a message is in {channel}: somebody has to look")
            }
            _ => format!("A message is not in {channel}: somebody has to look"),
        };
        let words = message.attempts.last().map(|attempt| attempt.words.as_str()).unwrap_or_default();
        let looks_after = |user: &&rf_accounts::User| {
            user.can_sign_in() && decide(&user.actor(), Action::ManageIntegrations)
        };
        let to = unit.members(account).await?.iter().filter(looks_after).map(|user| user.id).collect();
        let notice = Notice {
            kind: NoticeKind::ChannelFailed,
            title,
            body: Some(format!("{}: {words}", heading(message.kind))),
            link: Some("/account/integrations".into()),
            to,
        };
        self.notify(unit, account, message.updated_at, &notice).await
    }
}
