//! Servers of one installation tell each other over Redis that events were published.
//!
//! Redis carries no event and keeps nothing: what was published is read from the database, which every server looks
//! at from time to time in any case. So Redis being away makes events late, by a second, and nothing else.
#![warn(missing_docs)]

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::StreamExt;
use redis::{Client, RedisError};
use rf_events::EventSignal;
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};
use uuid::Uuid;

/// What is published on; several installations on one Redis wake each other for nothing, and that is all.
const CHANNEL: &str = "resolutionflow:events";
/// How often a server writes to itself, to notice a connection that died without a word.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// After so long without a word, its own included, it connects again.
const SILENCE: Duration = Duration::from_secs(50);
/// The waits between attempts to connect, the first and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// The address cannot be used. Says nothing of it, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it must be redis://[user:password@]host[:port]; TLS is not spoken, so keep Redis in a private network"
)]
pub struct RedisUrlError;

/// Tells other servers, and hears of them, for as long as it is not dropped.
pub struct RedisSignal {
    shared: Arc<Shared>,
    /// Ends with it.
    _connection: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    announced: Notify,
    heard: Notify,
}

impl fmt::Debug for RedisSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisSignal")
    }
}

impl RedisSignal {
    /// Over the Redis at that address, under a name no other server has. It is connected to in the background, and
    /// again whenever the connection is lost. Needs a running runtime.
    ///
    /// # Errors
    /// [`RedisUrlError`].
    pub fn new(url: &SecretString, own: Uuid) -> Result<Self, RedisUrlError> {
        let client = Client::open(url.expose_secret()).map_err(|_| RedisUrlError)?;
        let shared = Arc::new(Shared::default());
        let mut connection = JoinSet::new();
        connection.spawn(stay_connected(client, own.to_string(), Arc::clone(&shared)));
        Ok(Self { shared, _connection: connection })
    }
}

#[async_trait]
impl EventSignal for RedisSignal {
    async fn announce(&self) {
        self.shared.announced.notify_one();
    }

    async fn heard(&self) {
        self.shared.heard.notified().await;
    }
}

async fn stay_connected(client: Client, own: String, shared: Arc<Shared>) {
    let mut wait = WAITS.0;
    loop {
        let began = Instant::now();
        let why = match connected(&client, &own, &shared).await {
            Ok(()) => "it fell silent".to_owned(),
            Err(error) => error.to_string(),
        };
        if began.elapsed() > SILENCE {
            wait = WAITS.0;
        }
        tracing::warn!(why, "Redis is away; events of other servers come late until it is back");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(WAITS.1);
    }
}

/// Passes announcements on in both directions, until the connection is lost or silent.
async fn connected(client: &Client, own: &str, shared: &Shared) -> Result<(), RedisError> {
    let mut publisher = client.get_multiplexed_async_connection().await?;
    let mut subscriber = client.get_async_pubsub().await?;
    subscriber.subscribe(CHANNEL).await?;
    tracing::info!("connected to Redis");
    // Somebody may have announced something while nobody listened.
    shared.heard.notify_one();
    let mut messages = subscriber.on_message();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_word = Instant::now();
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { return Ok(()) };
                last_word = Instant::now();
                if message.get_payload_bytes() != own.as_bytes() {
                    shared.heard.notify_one();
                }
                continue;
            }
            () = shared.announced.notified() => {}
            _ = heartbeat.tick() => {
                if last_word.elapsed() > SILENCE {
                    return Ok(());
                }
            }
        }
        // A heartbeat looks like an announcement to the others: they look for events and find none.
        redis::cmd("PUBLISH").arg(CHANNEL).arg(own).query_async::<()>(&mut publisher).await?;
    }
}
