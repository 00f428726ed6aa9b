//! A simulated PSA beside the server, with the demo account connected to it.

use std::{io, net::SocketAddr, time::Duration};

use rf_bootstrap::Config;
use rf_psa::PsaVendor;
use rf_simulators::{
    connectwise::{self, Dispatch},
    halo,
};
use rf_usecases::ConnectPsa;

/// One that runs.
pub(crate) enum SimulatedPsa {
    ConnectWise(connectwise::Simulator),
    Halo(halo::Simulator),
}

impl SimulatedPsa {
    pub(crate) fn start((vendor, address): (PsaVendor, SocketAddr)) -> io::Result<Self> {
        Ok(match vendor {
            PsaVendor::ConnectWise => Self::ConnectWise(connectwise::Simulator::start_at(address)?),
            PsaVendor::Halo => Self::Halo(halo::Simulator::start_at(address)?),
        })
    }

    /// Lets the server talk to it.
    pub(crate) fn allow(&self, config: &mut Config) {
        match self {
            Self::ConnectWise(simulator) => config.psa_simulator = Some(simulator.address()),
            Self::Halo(simulator) => config.halo_simulator = Some(simulator.address()),
        }
    }

    /// What a team would enter to connect to it.
    pub(crate) fn connection(&self) -> ConnectPsa {
        match self {
            Self::ConnectWise(simulator) => ConnectPsa {
                vendor: PsaVendor::ConnectWise,
                site_url: simulator.url(),
                company_id: connectwise::keys::COMPANY.into(),
                public_key: Some(connectwise::keys::PUBLIC.into()),
                private_key: Some(connectwise::keys::PRIVATE.into()),
                client_id: Some(connectwise::keys::CLIENT_ID.into()),
            },
            Self::Halo(simulator) => ConnectPsa {
                vendor: PsaVendor::Halo,
                site_url: simulator.url(),
                company_id: String::new(),
                public_key: None,
                private_key: Some(halo::keys::CLIENT_SECRET.into()),
                client_id: Some(halo::keys::CLIENT_ID.into()),
            },
        }
    }

    /// Lets it tell of changes, as the original does by itself; a Halo sends no callbacks.
    pub(crate) async fn send_callbacks(&self) {
        let Self::ConnectWise(simulator) = self else { return std::future::pending().await };
        let mut every = tokio::time::interval(Duration::from_secs(1));
        loop {
            every.tick().await;
            for delivery in simulator.deliveries(Dispatch::InOrder) {
                if let Err(error) = simulator.send(&delivery).await {
                    tracing::warn!(%error, "the simulated PSA could not send a callback");
                }
            }
        }
    }

    pub(crate) async fn stop(self) -> io::Result<()> {
        match self {
            Self::ConnectWise(simulator) => simulator.stop().await,
            Self::Halo(simulator) => simulator.stop().await,
        }
    }
}
