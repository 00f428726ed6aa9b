//! The way to each account's ConnectWise, kept while its connection stays as it is: all who use it share its limits, and
//! where its API is is found once.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use rf_kernel::PsaConnectionId;
use rf_psa::{PsaConnection, PsaCredentials, PsaError, PsaProvider, PsaProviders};
use url::{Host, Url};

use crate::{ConnectWise, ConnectWiseSettings, Credentials, Reach};

/// Ways that are kept; one takes a few connections.
const MOST_KEPT: usize = 256;

/// Makes and keeps the ways.
#[derive(Debug, Default)]
pub struct ConnectWiseProviders {
    simulator: Option<SocketAddr>,
    kept: Mutex<BTreeMap<PsaConnectionId, Kept>>,
}

/// A way, and for what it was made.
#[derive(Debug)]
struct Kept {
    of: PsaConnection,
    way: Arc<ConnectWise>,
}

impl ConnectWiseProviders {
    /// `simulator`: the one address of this machine that may be talked to, with or without TLS. All else has to be of the
    /// public network.
    #[must_use]
    pub fn new(simulator: Option<SocketAddr>) -> Self {
        Self { simulator, kept: Mutex::default() }
    }

    fn reach(&self, site: &str) -> Reach {
        let named = Url::parse(site.trim()).ok().and_then(|url| {
            let ip = match url.host()? {
                Host::Ipv4(ip) => ip.into(),
                Host::Ipv6(ip) => ip.into(),
                // Names are never this machine, whatever they stand for.
                Host::Domain(_) => return None,
            };
            Some(SocketAddr::new(ip, url.port_or_known_default()?))
        });
        if named.is_some() && named == self.simulator { Reach::ThisMachine } else { Reach::Public }
    }
}

impl PsaProviders for ConnectWiseProviders {
    fn provider(
        &self,
        connection: &PsaConnection,
        credentials: &PsaCredentials,
    ) -> Result<Arc<dyn PsaProvider>, PsaError> {
        let same = |kept: &&Kept| {
            (&kept.of.site_url, &kept.of.company_id, &kept.of.credentials)
                == (&connection.site_url, &connection.company_id, &connection.credentials)
        };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get(&connection.id).filter(same) {
            return Ok(kept.way.clone());
        }
        let settings = ConnectWiseSettings {
            reach: self.reach(&connection.site_url),
            ..ConnectWiseSettings::new(
                connection.site_url.clone(),
                Credentials {
                    company: connection.company_id.clone(),
                    public_key: credentials.public_key.clone(),
                    private_key: credentials.private_key.clone(),
                    client_id: credentials.client_id.clone(),
                },
            )
        };
        let way = Arc::new(ConnectWise::new(&settings)?);
        if all.len() >= MOST_KEPT && !all.contains_key(&connection.id) {
            // Any will do: making one anew costs a look for where its API is.
            all.pop_first();
        }
        all.insert(connection.id, Kept { of: connection.clone(), way: way.clone() });
        Ok(way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_talked_to_at_the_simulator_s_address_alone() {
        let providers = ConnectWiseProviders::new(Some(SocketAddr::from(([127, 0, 0, 1], 8025))));
        assert_eq!(providers.reach(" http://127.0.0.1:8025/ "), Reach::ThisMachine);
        for other in [
            "http://127.0.0.1:8026",
            "https://127.0.0.1",
            "http://localhost:8025",
            "http://127.0.0.2:8025",
            "http://[::1]:8025",
            "127.0.0.1:8025",
            "eu.myconnectwise.net",
        ] {
            assert_eq!(providers.reach(other), Reach::Public, "{other}");
        }
        let none = ConnectWiseProviders::new(None);
        assert_eq!(none.reach("http://127.0.0.1:8025"), Reach::Public);
    }
}
