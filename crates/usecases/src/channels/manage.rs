//! A channel: set up, changed, tried and taken away.

use std::collections::BTreeSet;

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{ChannelId, Failure, Revision};
use rf_notifications::{
    Card, Channel, ChannelError, ChannelKind, ChannelTest, MAX_CHANNELS, NoticeKind, page_of,
};
use rf_vault::Place;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{changed, channel_of};
use crate::{App, Caller, Work, audit::Event};

/// What somebody enters to set a channel up.
#[derive(Clone, Debug)]
pub struct SetUpChannel {
    /// Whose chat it is.
    pub kind: ChannelKind,
    /// What they call it.
    pub name: String,
    /// The webhook's address; the kept one stays where none is given.
    pub url: Option<SecretString>,
    /// What is told there.
    pub events: BTreeSet<NoticeKind>,
    /// Whether anything is.
    pub enabled: bool,
}

impl App {
    /// Sets a channel up.
    ///
    /// # Errors
    /// `validation_failed` naming the field, `forbidden`.
    pub async fn create_channel(&self, caller: &Caller, entered: &SetUpChannel) -> Result<Channel, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            let tenant = work.actor.account_id;
            work.unit.lock_account(tenant).await?;
            if work.unit.channels(tenant).await?.len() >= MAX_CHANNELS {
                let message = format!("an account has at most {MAX_CHANNELS} channels; take one away first");
                return Err(Failure::invalid_field("name", "too_many", message));
            }
            let channel = self.channel_as(work, None, entered)?;
            work.unit.insert_channel(&channel).await?;
            self.audit_channel(work, events::CHANNEL_CREATED, &channel).await?;
            Ok(channel)
        })
        .await
    }

    /// Changes a channel: everything but its address is replaced, and that where one is given.
    ///
    /// # Errors
    /// `validation_failed` naming the field, `not_found`, `stale_revision`, `forbidden`.
    pub async fn change_channel(
        &self,
        caller: &Caller,
        id: ChannelId,
        entered: &SetUpChannel,
        expected: Option<Revision>,
    ) -> Result<Channel, Failure> {
        self.write(caller, async |work| {
            let before = channel_of(work, id).await?;
            if expected.is_some_and(|expected| expected != before.revision) {
                return Err(changed());
            }
            let channel = self.channel_as(work, Some(&before), entered)?;
            if !work.unit.update_channel(&channel, before.revision).await? {
                return Err(changed());
            }
            self.audit_channel(work, events::CHANNEL_CHANGED, &channel).await?;
            Ok(channel)
        })
        .await
    }

    /// Takes a channel away. What waits for it is not told any more; the record of its messages stays.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn delete_channel(&self, caller: &Caller, id: ChannelId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            let channel = channel_of(work, id).await?;
            work.unit.delete_channel(work.actor.account_id, id).await?;
            self.audit_channel(work, events::CHANNEL_REMOVED, &channel).await
        })
        .await
    }

    /// Posts a message that says what it is for, and keeps what came of it.
    ///
    /// # Errors
    /// `not_found`, `forbidden`. That the chat does not take it is an answer.
    pub async fn test_channel(&self, caller: &Caller, id: ChannelId) -> Result<ChannelTest, Failure> {
        let (channel, name) = self
            .read(caller, async |work| Ok((channel_of(work, id).await?, work.actor.name.clone())))
            .await?;
        let title = format!("{name} tries this channel. What happens in ResolutionFlow is told here.");
        let link = page_of(&self.settings.public_url, None);
        let card = Card { heading: "A test", title: &title, body: None, link: &link };
        let test = tested(&channel, &self.post_card(&channel, &card).await, self.now());
        self.write(caller, async |work| {
            let present = channel_of(work, id).await?;
            // Changed meanwhile: what was found says nothing about it.
            if present.revision == channel.revision {
                let tried = Channel { test: Some(test.clone()), ..present };
                work.unit.update_channel(&tried, channel.revision).await?;
            }
            Ok(())
        })
        .await?;
        Ok(test)
    }

    /// Posts a card into a channel, with no unit open.
    pub(super) async fn post_card(&self, channel: &Channel, card: &Card<'_>) -> Result<(), ChannelError> {
        let url = self.vault.open(channel.place(), &channel.url).map_err(|_| {
            ChannelError::Refused(
                "The kept address cannot be opened with the keys of this installation. Enter it again."
                    .into(),
            )
        })?;
        self.chat.post(channel.id, channel.kind, &url, &card.for_chat(channel.kind)).await
    }

    /// The channel as entered, its address sealed for it.
    fn channel_as(
        &self,
        work: &Work,
        before: Option<&Channel>,
        entered: &SetUpChannel,
    ) -> Result<Channel, Failure> {
        let (account_id, user_id) = (work.actor.account_id, work.actor.user_id);
        let refused = |code, message: String| Failure::invalid_field("url", code, message);
        let given = entered.url.as_ref().filter(|url| !url.expose_secret().trim().is_empty());
        let id = before.map_or_else(|| self.new_id(), |kept| kept.id);
        let kept = before.filter(|kept| kept.kind == entered.kind).filter(|_| given.is_none());
        let (url, host, test) = match (given, kept) {
            (Some(url), _) => {
                let host = self.chat.check(entered.kind, url.expose_secret());
                let host = host.map_err(|why| refused("not_a_webhook", why.to_string()))?;
                let place = Place { account_id, record_id: ChannelId::uuid(id) };
                let address: SecretString = url.expose_secret().trim().into();
                (self.vault.seal(place, &address).map_err(Failure::internal)?, host, None)
            }
            (None, Some(kept)) => (kept.url.clone(), kept.host.clone(), kept.test.clone()),
            (None, None) => {
                let message =
                    format!("enter the address of the webhook that {} shows", entered.kind.vendor());
                return Err(refused("missing", message));
            }
        };
        let channel = Channel {
            id,
            account_id,
            kind: entered.kind,
            name: entered.name.trim().to_owned(),
            url,
            host,
            events: entered.events.clone(),
            enabled: entered.enabled,
            test,
            created_by: before.map_or(user_id, |kept| kept.created_by),
            created_at: before.map_or(work.ctx.now, |kept| kept.created_at),
            updated_at: work.ctx.now,
            revision: before.map_or(Revision::FIRST, |kept| kept.revision.next()),
        };
        channel.check()?;
        Ok(channel)
    }

    async fn audit_channel(
        &self,
        work: &mut Work,
        action: &'static str,
        channel: &Channel,
    ) -> Result<(), Failure> {
        let told: Vec<&str> = channel.events.iter().map(|kind| kind.as_str()).collect();
        let payload = json!({
            "kind": channel.kind,
            "name": channel.name,
            "host": channel.host,
            "events": told,
            "enabled": channel.enabled,
        });
        self.audit(work, Event::new(action, "channel", channel.id.uuid(), payload)).await
    }
}

/// What came of a try, in words.
fn tested(channel: &Channel, posted: &Result<(), ChannelError>, at: rf_kernel::Timestamp) -> ChannelTest {
    let vendor = channel.kind.vendor();
    let (ok, headline, what_to_do) = match posted {
        Ok(()) => (
            true,
            format!("{vendor} took the message."),
            "Look whether it is in the channel you meant.".into(),
        ),
        Err(ChannelError::Later { words, .. }) => {
            (false, format!("{vendor} did not take the message: {words}"), "Try again in a moment.".into())
        }
        Err(ChannelError::Refused(words)) => (false, words.clone(), String::new()),
        Err(ChannelError::Unknown(words)) => (false, words.clone(), String::new()),
    };
    ChannelTest { at, ok, headline, what_to_do }
}
