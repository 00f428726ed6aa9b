//! Servers of one installation tell each other over Redis that events were published.
//!
//! Redis carries no event and keeps nothing: what was published is read from the database, which every server looks
//! at from time to time in any case. So Redis being away makes events late, by a second, and nothing else.
#![warn(missing_docs)]

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::StreamExt;
use redis::{Client, ConnectionAddr, IntoConnectionInfo, RedisError, TlsCertificates};
use rf_events::EventSignal;
use rustls::{
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
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
pub enum RedisUrlError {
    /// It is none of Redis.
    #[error("it must be redis://[user:password@]host[:port], or rediss:// for TLS")]
    Address,
    /// There is an authority to trust, and no TLS.
    #[error("redis_ca_file is for rediss:// addresses; write rediss:// or leave the file out")]
    AuthorityWithoutTls,
    /// The authority is no certificate.
    #[error("redis_ca_file is not usable; it holds a certificate in PEM")]
    Authority,
}

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
    /// again whenever the connection is lost. `authority` is a certificate (PEM) to trust in place of those the machine
    /// trusts. Needs a running runtime.
    ///
    /// # Errors
    /// [`RedisUrlError`].
    pub fn new(url: &SecretString, authority: Option<Vec<u8>>, own: Uuid) -> Result<Self, RedisUrlError> {
        let client = client(url.expose_secret(), authority)?;
        let shared = Arc::new(Shared::default());
        let mut connection = JoinSet::new();
        connection.spawn(stay_connected(client, own.to_string(), Arc::clone(&shared)));
        Ok(Self { shared, _connection: connection })
    }
}

fn client(url: &str, authority: Option<Vec<u8>>) -> Result<Client, RedisUrlError> {
    let address = url.into_connection_info().map_err(|_| RedisUrlError::Address)?;
    match address.addr() {
        ConnectionAddr::TcpTls { insecure: false, .. } => {}
        // That is a TLS whose certificate is not looked at.
        ConnectionAddr::TcpTls { .. } => return Err(RedisUrlError::Address),
        _ if authority.is_some() => return Err(RedisUrlError::AuthorityWithoutTls),
        _ => return Client::open(address).map_err(|_| RedisUrlError::Address),
    }
    let is_usable = |pem: &Vec<u8>| matches!(CertificateDer::pem_slice_iter(pem).next(), Some(Ok(_)));
    if !authority.as_ref().is_none_or(is_usable) {
        return Err(RedisUrlError::Authority);
    }
    // Our libraries bring two cryptographies, and the client would not choose one. Whoever was first has chosen.
    aws_lc_rs::default_provider().install_default().ok();
    let certificates = TlsCertificates { client_tls: None, root_cert: authority };
    Client::build_with_tls(address, certificates).map_err(|_| RedisUrlError::Authority)
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
