//! HaloPSA as a [`PsaProvider`](rf_psa::PsaProvider).
//!
//! A token of the client credentials opens the API; one that ran out is got anew, once, and the call made again, which a
//! refusal for want of a token allows: nothing was done. Notes and time are both *actions* of a ticket, an action with
//! hours being time. What Halo writes it takes as a list, in which an entry with an id changes and one without creates.
//!
//! It was written from the facts in public documentation and clients, against a simulator and never beside an original.
//! Taken for granted until somebody has tried it there: that a ticket type says which statuses its tickets may have, that the
//! closed status is number 9, that a list of actions is complete where no page is asked for, and that times without a zone are
//! UTC.
#![warn(missing_docs)]

mod client;
mod provider;
mod refusal;
mod wire;

use std::{fmt, sync::Arc, time::Duration};

use rf_psa::{PsaConnection, PsaCredentials, PsaError, PsaProvider};
pub use rf_psa_http::Reach;
use rf_psa_http::System;
use secrecy::SecretString;
use tokio::sync::Mutex;

use crate::{client::Client, provider::Names};

/// What a team enters to connect: an API application of the kind "client id and secret".
#[derive(Clone)]
pub struct Credentials {
    /// The tenant's name, for a site that has several.
    pub tenant: Option<String>,
    /// The application's client id.
    pub client_id: SecretString,
    /// Its secret.
    pub client_secret: SecretString,
}

/// Prints the tenant and nothing else.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// How to talk to one team's Halo.
#[derive(Clone, Debug)]
pub struct HaloSettings {
    /// Where its people sign in: `brightwater.halopsa.com`.
    pub site: String,
    /// What it is entered with.
    pub credentials: Credentials,
    /// Which addresses may be talked to.
    pub reach: Reach,
    /// How long one try of a call may take.
    pub deadline: Duration,
}

impl HaloSettings {
    /// How long one try of a call may take.
    pub const DEADLINE: Duration = Duration::from_secs(20);

    /// Settings for a site of the public network.
    #[must_use]
    pub fn new(site: impl Into<String>, credentials: Credentials) -> Self {
        Self { site: site.into(), credentials, reach: Reach::Public, deadline: Self::DEADLINE }
    }
}

/// Makes the way to the Halo of a connection; nothing is sent yet.
///
/// # Errors
/// As [`Halo::new`].
pub fn way(
    connection: &PsaConnection,
    credentials: &PsaCredentials,
    reach: Reach,
) -> Result<Arc<dyn PsaProvider>, PsaError> {
    let tenant = Some(connection.company_id.clone()).filter(|tenant| !tenant.is_empty());
    let credentials = Credentials {
        tenant,
        client_id: credentials.client_id.clone(),
        client_secret: credentials.private_key.clone(),
    };
    let settings = HaloSettings { reach, ..HaloSettings::new(connection.site_url.clone(), credentials) };
    Ok(Arc::new(Halo::new(&settings)?))
}

/// One team's Halo.
#[derive(Debug)]
pub struct Halo {
    client: Client,
    /// What statuses, ticket types and priorities are called.
    names: Mutex<Option<Arc<Names>>>,
}

impl Halo {
    /// Gets ready to talk; nothing is sent yet.
    ///
    /// # Errors
    /// [`PsaError::Address`] when the site is none to talk to, [`PsaError::Invalid`] when a credential cannot be one.
    pub fn new(settings: &HaloSettings) -> Result<Self, PsaError> {
        Ok(Self { client: Client::new(settings, Arc::new(System))?, names: Mutex::new(None) })
    }
}
