//! A fresh simulator and an adapter on it.

use std::time::Duration;

use rf_psa::{Artefact, Marker, PsaId, PsaProvider};
use rf_psa_conformance::{Bench, Known, Trouble};
use rf_psa_halo::{Credentials, Halo, HaloSettings, Reach};
use rf_simulators::halo::{Fault, FaultRule, Simulator, keys};

pub(crate) struct Simulated {
    pub(crate) simulator: Simulator,
    pub(crate) provider: Halo,
}

pub(crate) fn credentials() -> Credentials {
    Credentials {
        tenant: Some(keys::TENANT.into()),
        client_id: keys::CLIENT_ID.into(),
        client_secret: keys::CLIENT_SECRET.into(),
    }
}

pub(crate) fn settings(simulator: &Simulator) -> HaloSettings {
    HaloSettings {
        reach: Reach::ThisMachine,
        deadline: Duration::from_secs(10),
        ..HaloSettings::new(simulator.url(), credentials())
    }
}

impl Simulated {
    pub(crate) async fn start() -> Self {
        let simulator = Simulator::start().unwrap();
        let provider = Halo::new(&settings(&simulator)).unwrap();
        Self { simulator, provider }
    }
}

impl Bench for Simulated {
    fn provider(&self) -> &dyn PsaProvider {
        &self.provider
    }

    fn known(&self) -> Known {
        let rows = self.simulator.tickets();
        let open = rows.iter().filter(|row| row["status_id"] != 9).count();
        Known {
            open: 2_003.into(),
            open_summary: "new starter",
            closed: 2_004.into(),
            missing: 999_999.into(),
            tickets: (rows.len(), open),
            // Approval belongs to service requests; the open ticket is a change.
            foreign_status: 5.into(),
        }
    }

    /// Notes and time are both actions.
    fn trouble(&self, _: Artefact, trouble: Trouble) {
        self.simulator.clear_faults();
        let fault = match trouble {
            Trouble::LostBefore => Fault::DropBeforeCommit,
            Trouble::LostAfter => Fault::DropAfterCommit,
            Trouble::DoneLater => Fault::DropAndCommitLater,
            Trouble::ErrorAfter => Fault::ServerErrorAfterCommit,
            Trouble::HalfAnswer => Fault::Truncated,
            Trouble::PageAfter => Fault::PageAfterCommit,
            Trouble::ErrorBefore => Fault::ServerError,
            Trouble::TooMany => Fault::TooManyRequests { retry_after: 7 },
        };
        let (method, path) = (Some("POST".into()), "/api/Actions".into());
        self.simulator.add_fault(FaultRule { method, path, calls: vec![1], fault });
    }

    fn settle(&self) {
        self.simulator.release();
    }

    /// Halo signs none; see [`rf_psa::Capabilities::callbacks`].
    fn callback(&self, _: &PsaId, _: bool) -> (Vec<u8>, String) {
        (b"{}".to_vec(), String::new())
    }

    fn count(&self, artefact: Artefact, ticket: &PsaId, marker: &Marker) -> usize {
        let texts = self.simulator.actions(ticket.as_str().parse().unwrap(), artefact == Artefact::Time);
        texts.iter().filter(|text| marker.is_in(text)).count()
    }
}
