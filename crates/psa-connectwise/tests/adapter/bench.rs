//! A fresh simulator and an adapter on it.

use std::time::Duration;

use rf_psa::{Artefact, Marker, PsaId, PsaProvider};
use rf_psa_conformance::{Bench, Known, Trouble};
use rf_psa_connectwise::{ConnectWise, ConnectWiseSettings, Credentials, Reach};
use rf_simulators::connectwise::{Fault, FaultRule, Simulator, keys};

pub(crate) struct Simulated {
    pub(crate) simulator: Simulator,
    pub(crate) provider: ConnectWise,
}

pub(crate) fn credentials() -> Credentials {
    Credentials {
        company: keys::COMPANY.into(),
        public_key: keys::PUBLIC.into(),
        private_key: keys::PRIVATE.into(),
        client_id: keys::CLIENT_ID.into(),
    }
}

pub(crate) fn settings(simulator: &Simulator) -> ConnectWiseSettings {
    ConnectWiseSettings {
        reach: Reach::ThisMachine,
        deadline: Duration::from_secs(10),
        ..ConnectWiseSettings::new(simulator.url(), credentials())
    }
}

impl Simulated {
    pub(crate) async fn start() -> Self {
        let simulator = Simulator::start().unwrap();
        let provider = ConnectWise::new(&settings(&simulator)).unwrap();
        Self { simulator, provider }
    }

    pub(crate) fn ticket(&self, id: &PsaId) -> i64 {
        id.as_str().parse().unwrap()
    }
}

pub(crate) fn fault_of(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::LostBefore => Fault::DropBeforeCommit,
        Trouble::LostAfter => Fault::DropAfterCommit,
        Trouble::DoneLater => Fault::DropAndCommitLater,
        Trouble::ErrorAfter => Fault::ServerErrorAfterCommit,
        Trouble::HalfAnswer => Fault::Truncated,
        Trouble::PageAfter => Fault::PageAfterCommit,
        Trouble::ErrorBefore => Fault::ServerError,
        Trouble::TooMany => Fault::TooManyRequests { retry_after: 7 },
    }
}

impl Bench for Simulated {
    fn provider(&self) -> &dyn PsaProvider {
        &self.provider
    }

    fn known(&self) -> Known {
        let rows: Vec<_> = Simulator::tickets().filter_map(|id| self.simulator.ticket(id)).collect();
        let open = rows.iter().filter(|row| row["closedFlag"] == false).count();
        Known {
            open: 1_005.into(),
            open_summary: "new starter",
            closed: 1_001.into(),
            missing: 999_999.into(),
            tickets: (rows.len(), open),
            foreign_status: 12.into(),
        }
    }

    fn trouble(&self, artefact: Artefact, trouble: Trouble) {
        self.simulator.clear_faults();
        let path = match artefact {
            Artefact::Note => "/notes",
            Artefact::Time => "/time/entries",
        };
        let rule = FaultRule {
            method: Some("POST".into()),
            path: path.into(),
            calls: vec![1],
            fault: fault_of(trouble),
        };
        self.simulator.add_fault(rule);
    }

    fn settle(&self) {
        self.simulator.release();
    }

    fn callback(&self, ticket: &PsaId, deleted: bool) -> (Vec<u8>, String) {
        self.simulator.callback(self.ticket(ticket), if deleted { "deleted" } else { "updated" })
    }

    fn count(&self, artefact: Artefact, ticket: &PsaId, marker: &Marker) -> usize {
        let ticket = self.ticket(ticket);
        let texts = match artefact {
            Artefact::Note => self.simulator.notes(ticket),
            Artefact::Time => self.simulator.time_entries(ticket),
        };
        texts.iter().filter(|text| marker.is_in(text)).count()
    }
}
