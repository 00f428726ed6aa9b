//! ConnectWise PSA as a [`PsaProvider`](rf_psa::PsaProvider).
//!
//! Where its API is below the site is asked of it (company info) and asked again when it has moved. Reads are tried
//! again when the answer may differ the next time; a write is sent once. Nothing is sent to an address that is not
//! of the public network, whatever a name resolves to, and no redirect is followed.
#![warn(missing_docs)]

mod address;
mod callback;
mod client;
mod conditions;
mod paging;
mod provider;
mod refusal;
mod wire;

use std::{fmt, sync::Arc, time::Duration};

use rf_psa::{PsaConnection, PsaCredentials, PsaError, PsaProvider};
pub use rf_psa_http::Reach;
use rf_psa_http::System;
use secrecy::SecretString;

use crate::client::Client;

/// What a team enters to connect.
#[derive(Clone)]
pub struct Credentials {
    /// The company its people sign in to.
    pub company: String,
    /// The public key of its API member.
    pub public_key: SecretString,
    /// The private key of its API member.
    pub private_key: SecretString,
    /// The client id of the integration.
    pub client_id: SecretString,
}

/// Prints the company and nothing else.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("company", &self.company).finish_non_exhaustive()
    }
}

/// What ends a line of a note. Which of them a server keeps is not documented; see its sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newlines {
    /// `\n`.
    #[default]
    Lf,
    /// `\r\n`.
    CrLf,
}

/// How to talk to one team's ConnectWise.
#[derive(Clone, Debug)]
pub struct ConnectWiseSettings {
    /// Where its people sign in: `eu.myconnectwise.net`, or the host of an installation of its own.
    pub site: String,
    /// What it is entered with.
    pub credentials: Credentials,
    /// Which addresses may be talked to.
    pub reach: Reach,
    /// How long one try of a call may take.
    pub deadline: Duration,
    /// What ends a line of a note.
    pub newlines: Newlines,
}

impl ConnectWiseSettings {
    /// How long one try of a call may take; slow reports aside, the API answers within a few seconds.
    pub const DEADLINE: Duration = Duration::from_secs(20);

    /// Settings for a site of the public network.
    #[must_use]
    pub fn new(site: impl Into<String>, credentials: Credentials) -> Self {
        Self {
            site: site.into(),
            credentials,
            reach: Reach::Public,
            deadline: Self::DEADLINE,
            newlines: Newlines::default(),
        }
    }
}

/// Makes the way to the ConnectWise of a connection; nothing is sent yet.
///
/// # Errors
/// As [`ConnectWise::new`].
pub fn way(
    connection: &PsaConnection,
    credentials: &PsaCredentials,
    reach: Reach,
) -> Result<Arc<dyn PsaProvider>, PsaError> {
    let credentials = Credentials {
        company: connection.company_id.clone(),
        public_key: credentials.public_key.clone(),
        private_key: credentials.private_key.clone(),
        client_id: credentials.client_id.clone(),
    };
    let settings =
        ConnectWiseSettings { reach, ..ConnectWiseSettings::new(connection.site_url.clone(), credentials) };
    Ok(Arc::new(ConnectWise::new(&settings)?))
}

/// One team's ConnectWise.
#[derive(Debug)]
pub struct ConnectWise {
    client: Client,
    newlines: Newlines,
}

impl ConnectWise {
    /// Gets ready to talk; nothing is sent yet.
    ///
    /// # Errors
    /// [`PsaError::Address`] when the site is none to talk to, [`PsaError::Invalid`] when a credential cannot be one.
    pub fn new(settings: &ConnectWiseSettings) -> Result<Self, PsaError> {
        Ok(Self { client: Client::new(settings, Arc::new(System))?, newlines: settings.newlines })
    }
}
