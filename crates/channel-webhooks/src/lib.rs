//! Slack and Teams behind [`ChannelPoster`]: which addresses are theirs, and what their answers mean.
//!
//! A webhook's address is a secret that the account entered, and it is an address somebody else chose: it goes out by the
//! one way out, to hosts of these two (and those the operator adds) alone, and is in no word this crate says.
#![warn(missing_docs)]

mod answer;
mod hosts;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use rf_kernel::ChannelId;
use rf_notifications::{ChannelError, ChannelKind, ChannelPoster, WebhookRefused};
use rf_outbound::{Names, Outbound, Reach, System, Trouble, reach_of};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// How long one try may take. Shorter than a worker's lease (60 seconds), so that nobody still posts when another takes
/// the message over.
const DEADLINE: Duration = Duration::from_secs(20);
/// Ways that are kept; one takes a few connections.
const MOST_KEPT: usize = 256;

/// Posts by webhook.
pub struct ChannelWebhooks {
    /// Hosts beside those of Slack and Teams; one that begins with a dot stands for all below it.
    more_hosts: Vec<String>,
    /// The one address of this machine that may be talked to.
    simulator: Option<SocketAddr>,
    names: Arc<dyn Names>,
    deadline: Duration,
    /// The way into each channel: what one chat asks for, such as patience, is no other's matter.
    kept: Mutex<BTreeMap<ChannelId, (Reach, Arc<Outbound>)>>,
}

impl std::fmt::Debug for ChannelWebhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelWebhooks")
            .field("more_hosts", &self.more_hosts)
            .field("simulator", &self.simulator)
            .finish_non_exhaustive()
    }
}

impl ChannelWebhooks {
    /// `more_hosts`: of webhooks beside those of Slack and Teams; one that begins with a dot stands for all below it.
    /// `simulator`: the one address of this machine that may be talked to, with or without TLS.
    #[must_use]
    pub fn new(more_hosts: Vec<String>, simulator: Option<SocketAddr>) -> Self {
        Self::with(more_hosts, simulator, Arc::new(System), DEADLINE)
    }

    /// The same with names that mean something else, and another limit for one try.
    #[must_use]
    pub fn with(
        more_hosts: Vec<String>,
        simulator: Option<SocketAddr>,
        names: Arc<dyn Names>,
        deadline: Duration,
    ) -> Self {
        Self { more_hosts, simulator, names, deadline, kept: Mutex::default() }
    }

    fn way(&self, channel: ChannelId, reach: Reach) -> Result<Arc<Outbound>, ChannelError> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, way)) = all.get(&channel).filter(|(kept, _)| *kept == reach) {
            return Ok(Arc::clone(way));
        }
        let made = Outbound::new(reach, self.deadline, Arc::clone(&self.names));
        let way = Arc::new(made.map_err(|error| ChannelError::Later {
            retry_after: None,
            words: format!("No connection can be made from here: {error}"),
        })?);
        if all.len() >= MOST_KEPT && !all.contains_key(&channel) {
            // Any will do: making one anew costs next to nothing.
            all.pop_first();
        }
        all.insert(channel, (reach, Arc::clone(&way)));
        Ok(way)
    }
}

#[async_trait]
impl ChannelPoster for ChannelWebhooks {
    fn check(&self, kind: ChannelKind, url: &str) -> Result<String, WebhookRefused> {
        hosts::check(kind, url, &self.more_hosts, reach_of(url, self.simulator))
    }

    async fn post(
        &self,
        channel: ChannelId,
        kind: ChannelKind,
        url: &SecretString,
        body: &Value,
    ) -> Result<(), ChannelError> {
        let address = url.expose_secret();
        // Again, at every try: what the operator allows may not be what it was.
        self.check(kind, address).map_err(|refused| ChannelError::Refused(refused.to_string()))?;
        let way = self.way(channel, reach_of(address, self.simulator))?;
        let vendor = kind.vendor();
        let lost = |what: &str| {
            ChannelError::Unknown(format!("{what} Look in the channel before you send the message again."))
        };
        match way.send(|http| http.post(address.trim()).json(body)).await {
            Ok(answer) => answer::read(kind, &answer),
            Err(Trouble::Inside) => Err(ChannelError::Refused(
                "The webhook's name leads to an address that is not of the public network.".into(),
            )),
            Err(Trouble::Unreachable) => Err(ChannelError::Later {
                retry_after: None,
                words: format!("{vendor} could not be reached."),
            }),
            Err(Trouble::Quiet(seconds)) => Err(answer::busy(kind, Some(seconds))),
            Err(Trouble::Late) => Err(lost(&format!("{vendor} did not answer in time."))),
            Err(Trouble::BrokeOff) => Err(lost(&format!("The connection to {vendor} broke off."))),
            Err(Trouble::TooLong) => Err(lost(&format!("{vendor}'s answer is too long."))),
        }
    }
}
