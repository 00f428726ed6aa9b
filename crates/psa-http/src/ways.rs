//! The way to each account's PSA, kept while its connection stays as it is: all who use it share its limits, and what was
//! found out about its site is found out once.

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use rf_kernel::PsaConnectionId;
use rf_outbound::{Reach, reach_of};
use rf_psa::{PsaConnection, PsaCredentials, PsaError, PsaProvider, PsaProviders, PsaVendor};

/// Ways that are kept; one takes a few connections.
const MOST_KEPT: usize = 256;

/// Makes the way to a vendor's site; nothing is sent.
pub type MakeWay = fn(&PsaConnection, &PsaCredentials, Reach) -> Result<Arc<dyn PsaProvider>, PsaError>;

/// Makes and keeps the ways to all vendors' sites.
#[derive(Default)]
pub struct Ways {
    simulators: Vec<SocketAddr>,
    makers: BTreeMap<PsaVendor, MakeWay>,
    kept: Mutex<BTreeMap<PsaConnectionId, Kept>>,
}

/// Prints no connection.
impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ways").field("vendors", &self.makers.keys()).finish_non_exhaustive()
    }
}

/// A way, and for what it was made.
struct Kept {
    of: PsaConnection,
    way: Arc<dyn PsaProvider>,
}

impl Ways {
    /// `simulators`: the addresses of this machine that may be talked to, with or without TLS. All else has to be of the
    /// public network.
    #[must_use]
    pub fn new(simulators: impl IntoIterator<Item = SocketAddr>) -> Self {
        Self { simulators: simulators.into_iter().collect(), ..Self::default() }
    }

    /// Knows a vendor.
    #[must_use]
    pub fn with(mut self, vendor: PsaVendor, make: MakeWay) -> Self {
        self.makers.insert(vendor, make);
        self
    }
}

impl PsaProviders for Ways {
    fn provider(
        &self,
        connection: &PsaConnection,
        credentials: &PsaCredentials,
    ) -> Result<Arc<dyn PsaProvider>, PsaError> {
        let same = |kept: &&Kept| {
            let Kept { of, .. } = kept;
            (of.vendor, &of.site_url, &of.company_id, &of.credentials)
                == (connection.vendor, &connection.site_url, &connection.company_id, &connection.credentials)
        };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get(&connection.id).filter(same) {
            return Ok(kept.way.clone());
        }
        let make = self.makers.get(&connection.vendor);
        let make = make.ok_or(PsaError::Unsupported("This installation cannot talk to that PSA."))?;
        let way =
            make(connection, credentials, reach_of(&connection.site_url, self.simulators.iter().copied()))?;
        if all.len() >= MOST_KEPT && !all.contains_key(&connection.id) {
            // Any will do: making one anew costs a look for where its API is.
            all.pop_first();
        }
        all.insert(connection.id, Kept { of: connection.clone(), way: way.clone() });
        Ok(way)
    }
}
