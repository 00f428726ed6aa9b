//! Channels of a team's chat: setting them up, trying them, and getting messages into them.
//!
//! A notice is written once for each channel that hears of it, in the unit of what it is about; a job posts it. No unit is
//! ever open while a chat is talked to.

mod deliver;
mod manage;
mod messages;

use rf_auth_policy::{Action, require};
use rf_jobs::JobSpec;
use rf_kernel::{
    AccountId, ChannelId, ChannelMessageId, Failure, Revision, Timestamp,
    codes::{NOT_FOUND, STALE_REVISION},
};
use rf_notifications::{Channel, ChannelMessage, ChannelMessageState, Notice};
use rf_store::UnitOfWork;
use serde_json::json;

pub(crate) use self::deliver::PostToChannel;
pub use self::{manage::SetUpChannel, messages::ChannelMessagePage};
use crate::{App, Caller, Work};

impl App {
    /// Writes a notice for each channel of the account that hears of it. Posted after the commit, each by a job of its
    /// own, so that no chat can fail what it is told of, and none another.
    pub(crate) async fn tell_channels(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
        now: Timestamp,
        notice: &Notice,
    ) -> Result<(), Failure> {
        for channel in unit.channels(tenant).await?.iter().filter(|channel| channel.hears_of(notice.kind)) {
            let message = ChannelMessage {
                id: self.new_id(),
                account_id: tenant,
                channel_id: channel.id,
                kind: notice.kind,
                title: notice.title.clone(),
                body: notice.body.clone(),
                link: notice.link.clone(),
                state: ChannelMessageState::Queued,
                attempts: Vec::new(),
                tries: 0,
                due_at: None,
                created_at: now,
                updated_at: now,
                revision: Revision::FIRST,
            };
            unit.insert_channel_message(&message).await?;
            self.enqueue_channel_message(unit, tenant, message.id, 0).await?;
        }
        Ok(())
    }

    async fn enqueue_channel_message(
        &self,
        unit: &mut dyn UnitOfWork,
        account_id: AccountId,
        id: ChannelMessageId,
        delay_seconds: i64,
    ) -> Result<(), Failure> {
        let spec = JobSpec {
            id: self.new_id(),
            account_id,
            kind: deliver::POST_JOB.into(),
            payload: json!({ "message_id": id }),
            delay_seconds,
            dedupe_key: None,
        };
        unit.enqueue_job(&spec).await?;
        Ok(())
    }

    /// The account's channels, oldest first. Their addresses are never told.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn channels(&self, caller: &Caller) -> Result<Vec<Channel>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            Ok(work.unit.channels(work.actor.account_id).await?)
        })
        .await
    }
}

/// A channel of the account, for somebody who may set it up.
async fn channel_of(work: &mut Work, id: ChannelId) -> Result<Channel, Failure> {
    require(&work.actor, Action::ManageIntegrations)?;
    let channel = work.unit.channel_by_id(work.actor.account_id, id).await?;
    channel.ok_or_else(|| Failure::new(NOT_FOUND, "There is no such channel."))
}

fn changed() -> Failure {
    Failure::new(
        STALE_REVISION,
        "Somebody else changed the channel first. Reload it and apply your change again.",
    )
}
