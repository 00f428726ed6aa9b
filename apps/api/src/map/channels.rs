//! Channels on the wire.

use std::collections::BTreeSet;

use rf_api_types::channels::{
    ChannelAttemptBody, ChannelBody, ChannelMessageBody, ChannelRequest, ChannelTestBody,
};
use rf_kernel::Failure;
use rf_notifications::{Channel, ChannelMessage, ChannelTest, NoticeKind};
use rf_usecases::SetUpChannel;

pub(crate) fn read_channel(body: ChannelRequest) -> Result<SetUpChannel, Failure> {
    let ChannelRequest { kind, name, url, events, enabled } = body;
    let unknown = |name: &String| {
        let known = Channel::EVENTS.map(NoticeKind::as_str).join(", ");
        Failure::invalid_field("events", "unknown_event", format!("{name:?} is none of {known}"))
    };
    let events = events.iter().map(|name| name.parse().map_err(|_| unknown(name)));
    Ok(SetUpChannel { kind, name, url, events: events.collect::<Result<BTreeSet<_>, _>>()?, enabled })
}

pub(crate) fn channel(channel: Channel) -> ChannelBody {
    ChannelBody {
        id: channel.id.uuid(),
        kind: channel.kind,
        name: channel.name,
        host: channel.host,
        events: channel.events.into_iter().map(|kind| kind.as_str().to_owned()).collect(),
        enabled: channel.enabled,
        test: channel.test.map(channel_test),
        created_at: channel.created_at,
        updated_at: channel.updated_at,
        revision: channel.revision.0,
    }
}

pub(crate) fn channel_test(test: ChannelTest) -> ChannelTestBody {
    let ChannelTest { at, ok, headline, what_to_do } = test;
    ChannelTestBody { at, ok, headline, what_to_do }
}

pub(crate) fn channel_message(message: ChannelMessage) -> ChannelMessageBody {
    let attempts = message.attempts.into_iter();
    ChannelMessageBody {
        id: message.id.uuid(),
        channel_id: message.channel_id.uuid(),
        kind: message.kind.as_str().to_owned(),
        title: message.title,
        state: message.state,
        attempts: attempts
            .map(|attempt| ChannelAttemptBody {
                at: attempt.at,
                outcome: attempt.outcome,
                words: attempt.words,
            })
            .collect(),
        due_at: message.due_at,
        created_at: message.created_at,
    }
}
