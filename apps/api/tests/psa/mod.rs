//! The PSA over the wire, against the ConnectWise simulator on a socket of its own: connecting, tickets in sessions, and
//! notes that reach their ticket once, whatever the network does. Promise R5 in small.

mod bad_input;
mod connecting;
mod feed;
mod halo;
mod intake;
mod proof;
mod pushing;
mod time;

use std::{collections::BTreeSet, sync::Mutex};

use rf_jobs::{Job, JobState};
use rf_kernel::{JobId, Page};
use rf_psa::Artefact;
use rf_simulators::connectwise::{Fault, FaultRule, Simulator, keys};
use rf_store::Access;
use rf_usecases::job_handlers;
use serde_json::{Value, json};

use crate::support::{Database, World};

/// Each test over a simulator and every database.
macro_rules! every_database {
    ($($test:ident),+ $(,)?) => {
        mod memory { $(#[tokio::test] async fn $test() {
            super::$test(super::Desk::over(super::Database::memory().await).await).await;
        })+ }
        mod sqlite { $(#[tokio::test] async fn $test() {
            super::$test(super::Desk::over(super::Database::sqlite().await).await).await;
        })+ }
        mod postgres { $(#[tokio::test] async fn $test() {
            super::$test(super::Desk::over(super::Database::postgres().await).await).await;
        })+ }
    };
}
use every_database;

/// An open ticket of the simulator, one that is closed, and one that it does not have.
const OPEN: i64 = 1_005;
const CLOSED: i64 = 1_001;
const MISSING: i64 = 999_999;
/// The wait between two tries, and a little more.
const A_TRY_LATER: i64 = 301;

/// A world beside a simulator, connected.
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) simulator: Simulator,
    done: Mutex<BTreeSet<JobId>>,
}

/// What is entered to connect to a simulator.
fn connection(simulator: &Simulator) -> Value {
    json!({
        "provider": "connectwise", "site_url": simulator.url(), "company_id": keys::COMPANY,
        "public_key": keys::PUBLIC, "private_key": keys::PRIVATE, "client_id": keys::CLIENT_ID,
    })
}

impl Desk {
    /// Not connected yet.
    async fn unconnected(database: Database) -> Self {
        let simulator = Simulator::start().unwrap();
        let world = World::with_psa(database, simulator.address()).await;
        Self { world, simulator, done: Mutex::default() }
    }

    async fn over(database: Database) -> Self {
        let desk = Self::unconnected(database).await;
        let answer =
            desk.world.owner().put("/integrations/psa", connection(&desk.simulator)).await.expect(200);
        assert_eq!(answer["connection"]["status"], "ok", "{answer}");
        desk
    }

    fn fault(&self, method: &str, path: &str, calls: &[u64], fault: Fault) {
        let (method, path) = (Some(method.to_owned()), path.to_owned());
        self.simulator.add_fault(FaultRule { method, path, calls: calls.to_vec(), fault });
    }

    /// Carries out every push there is a job for, whether it is due by the queue's own clock or not: whether it is by the
    /// clock of the test is what the push itself decides.
    async fn work(&self) {
        self.run("psa.push").await;
    }

    /// The ready jobs of that kind that were not run here, oldest first.
    async fn ready(&self, kind: &str) -> Vec<Job> {
        let mut unit = self.world.store().begin(Access::system_read()).await.unwrap();
        let mut jobs = Vec::new();
        for skip in (0..).step_by(100) {
            let found = unit.list_jobs(Some(JobState::Ready), Page { skip, limit: 100 }).await.unwrap();
            if found.is_empty() {
                break;
            }
            jobs.extend(found);
        }
        let done = self.done.lock().unwrap();
        jobs.retain(|job| job.kind == kind && !done.contains(&job.id));
        jobs.reverse();
        jobs
    }

    /// How many jobs of that kind wait.
    async fn waiting(&self, kind: &str) -> usize {
        self.ready(kind).await.len()
    }

    /// Runs the jobs of that kind that wait, each once.
    async fn run(&self, kind: &str) {
        let handlers = job_handlers(&self.world.test.app);
        let handler = handlers.iter().find(|handler| handler.kind() == kind).unwrap();
        for job in self.ready(kind).await {
            handler.run(&job).await.unwrap();
            self.done.lock().unwrap().insert(job.id);
        }
    }

    /// Sets the statuses that are to be set.
    async fn set_statuses(&self) {
        self.run("psa.status").await;
    }

    /// After the wait between two tries.
    async fn work_later(&self) {
        self.world.clock().advance(A_TRY_LATER);
        self.work().await;
    }

    /// A conversation about a ticket, resolved; its id.
    async fn resolved(&self, ticket: impl ToString) -> String {
        let engineer = self.world.again(&self.world.engineer).await;
        let said = json!({
            "intake_content": { "text": "The label printer at reception is offline" },
            "psa_ticket_id": ticket.to_string(),
        });
        let session = engineer.post("/ai-sessions", said).await.expect(201);
        let id = session["id"].as_str().unwrap().to_owned();
        self.world.clock().advance(600);
        let engineer = self.world.again(&self.world.engineer).await;
        let summary = json!({ "resolution_summary": "Restarted the spooler; password: hunter2 was changed" });
        engineer.post(&format!("/ai-sessions/{id}/resolve"), summary).await.expect(200);
        id
    }

    async fn pushes(&self, session: &str) -> Vec<Value> {
        let owner = self.world.again(&self.world.owner).await;
        let found = owner.find("/integrations/psa/pushes", &[("session_id", session)]).await.expect(200);
        found.as_array().unwrap().clone()
    }

    /// The one push of a session.
    async fn push(&self, session: &str) -> Value {
        let mut pushes = self.pushes(session).await;
        assert_eq!(pushes.len(), 1, "{pushes:?}");
        pushes.remove(0)
    }

    /// How often something of ours is in a ticket.
    fn ours(&self, ticket: i64, artefact: Artefact) -> usize {
        let texts = match artefact {
            Artefact::Note => self.simulator.notes(ticket),
            Artefact::Time => self.simulator.time_entries(ticket),
        };
        texts.iter().filter(|text| text.contains("[ResolutionFlow RF-")).count()
    }
}
