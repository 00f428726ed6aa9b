//! Channels and what is on its way into them: changes by revision, lists newest first, nothing for other accounts.

use futures_util::future::join_all;
use rf_kernel::{Revision, Timestamp};
use rf_notifications::{
    Channel, ChannelAttempt, ChannelKind, ChannelMessage, ChannelMessageCursor, ChannelMessageState,
    ChannelOutcome, ChannelTest, NoticeKind,
};
use rf_store::{Access, Store};
use rf_vault::Sealed;

use crate::fixtures::{self as fx, Tenant, assert_constraint};

async fn keep(store: &dyn Store, tenant: &Tenant, channels: &[&Channel], messages: &[&ChannelMessage]) {
    let mut unit = tenant.write(store).await;
    for channel in channels {
        unit.insert_channel(channel).await.unwrap();
    }
    for message in messages {
        unit.insert_channel_message(message).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// `fk_channels_person`, `pk_channels`; changed by who saw it last; listed oldest first; taken away without its messages.
pub async fn channels_are_kept_and_changed_by_who_saw_them_last(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (first, second) = (fx::channel(&tenant, 1), fx::channel(&tenant, 2));
    let stray = Channel { created_by: other.user.id, ..first.clone() };
    assert_constraint(tenant.write(store).await.insert_channel(&stray).await, "fk_channels_person");
    let message = fx::channel_message(&first, 1);
    keep(store, &tenant, &[&second, &first], &[&message]).await;
    assert_constraint(tenant.write(store).await.insert_channel(&first).await, "pk_channels");
    let listed = tenant.read(store).await.channels(tenant.id()).await.unwrap();
    assert_eq!(listed, [first.clone(), second.clone()]);

    let test =
        ChannelTest { at: fx::at(5), ok: false, headline: "Häuser \u{0}".into(), what_to_do: String::new() };
    let next = Channel {
        kind: ChannelKind::Teams,
        name: "Wache".into(),
        url: Sealed::from_stored("other".into()),
        host: "acme.webhook.office.com".into(),
        events: Channel::EVENTS.into(),
        enabled: false,
        test: Some(test),
        updated_at: fx::at(8),
        revision: Revision(2),
        ..first.clone()
    };
    let outcomes = join_all((0..4).map(async |_| {
        let mut unit = tenant.write(store).await;
        let kept = unit.update_channel(&next, first.revision).await.unwrap();
        unit.commit().await.unwrap();
        kept
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept).count(), 1, "of who saw the same, one");
    let look = tenant.read(store).await.channel_by_id(tenant.id(), first.id).await.unwrap();
    assert_eq!(look, Some(next));

    let mut unit = tenant.write(store).await;
    assert!(unit.delete_channel(tenant.id(), first.id).await.unwrap());
    assert!(!unit.delete_channel(tenant.id(), first.id).await.unwrap());
    assert_eq!(unit.channel_by_id(tenant.id(), first.id).await.unwrap(), None);
    assert_eq!(unit.channel_message_by_id(tenant.id(), message.id).await.unwrap(), Some(message));
}

/// How it stands changes, by who saw it last; what was to be said never does. Pruned by age.
pub async fn a_channel_message_keeps_its_words(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let channel = fx::channel(&tenant, 1);
    let first = ChannelMessage {
        body: Some("Häuser 🕒\nzwei".into()),
        link: Some("/pilot/7".into()),
        due_at: Some(fx::at(4)),
        ..fx::channel_message(&channel, 3)
    };
    keep(store, &tenant, &[&channel], &[&first]).await;
    let look = async || tenant.read(store).await.channel_message_by_id(tenant.id(), first.id).await.unwrap();
    assert_eq!(look().await, Some(first.clone()));
    let attempt = |outcome| ChannelAttempt { at: fx::at(6), outcome, words: "Fort \u{0}".into() };
    let next = ChannelMessage {
        state: ChannelMessageState::Uncertain,
        attempts: vec![attempt(ChannelOutcome::Later), attempt(ChannelOutcome::Unknown)],
        tries: 2,
        due_at: None,
        updated_at: fx::at(7),
        revision: Revision(2),
        ..first.clone()
    };
    let claimed = ChannelMessage { title: "Other".into(), kind: NoticeKind::PushFailed, ..next.clone() };
    let outcomes = join_all((0..3).map(async |_| {
        let mut unit = tenant.write(store).await;
        let kept = unit.update_channel_message(&claimed, first.revision).await.unwrap();
        unit.commit().await.unwrap();
        kept
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept).count(), 1);
    assert_eq!(look().await, Some(next));
    for (before, pruned) in [(fx::at(3), 0), (fx::at(4), 1)] {
        let mut unit = store.begin(Access::system_write()).await.unwrap();
        assert_eq!(unit.prune_channel_messages(before).await.unwrap(), pruned);
        unit.commit().await.unwrap();
    }
    assert_eq!(look().await, None);
}

/// Newest first, each once on a walk by cursor; those of one channel where asked.
pub async fn channel_messages_are_listed_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (one, two) = (fx::channel(&tenant, 1), fx::channel(&tenant, 2));
    let messages: Vec<_> = [(&one, 1), (&two, 3), (&one, 3), (&one, 2)]
        .map(|(channel, at)| fx::channel_message(channel, at))
        .into();
    keep(store, &tenant, &[&one, &two], &messages.iter().collect::<Vec<_>>()).await;
    let place = |message: &ChannelMessage| (message.created_at, message.id);
    let mut all: Vec<(Timestamp, _)> = messages.iter().map(place).collect();
    all.sort_unstable();
    all.reverse();
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = tenant.read(store).await.channel_messages(tenant.id(), None, after, 1).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(ChannelMessageCursor { created_at: last.created_at, id: last.id });
        walked.extend(page.iter().map(place));
    }
    assert_eq!(walked, all);
    let of_two = tenant.read(store).await.channel_messages(tenant.id(), Some(two.id), None, 9).await.unwrap();
    assert_eq!(of_two, [messages[1].clone()]);
}

/// Neither seen nor changed, by naming one's own tenant or the owner.
pub async fn channels_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let channel = fx::channel(&owner, 1);
    let message = fx::channel_message(&channel, 1);
    keep(store, &owner, &[&channel], &[&message]).await;
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.channels(tenant).await.unwrap(), []);
        assert_eq!(unit.channel_by_id(tenant, channel.id).await.unwrap(), None);
        assert_eq!(unit.channel_message_by_id(tenant, message.id).await.unwrap(), None);
        assert_eq!(unit.channel_messages(tenant, None, None, 9).await.unwrap(), []);
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        let taken = Channel { account_id: tenant, enabled: false, ..channel.clone() };
        assert!(!unit.update_channel(&taken, channel.revision).await.unwrap());
        let taken =
            ChannelMessage { account_id: tenant, state: ChannelMessageState::Sent, ..message.clone() };
        assert!(!unit.update_channel_message(&taken, message.revision).await.unwrap());
        assert!(!unit.delete_channel(tenant, channel.id).await.unwrap());
        unit.commit().await.unwrap();
    }
    let mut unit = owner.read(store).await;
    assert_eq!(unit.channel_by_id(owner.id(), channel.id).await.unwrap(), Some(channel));
    assert_eq!(unit.channel_message_by_id(owner.id(), message.id).await.unwrap(), Some(message));
}
