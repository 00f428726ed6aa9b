//! R5: a note is in its ticket exactly once, or visibly waits for somebody, whatever becomes of answers and workers.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rf_jobs::{Job, JobHandler};
use rf_kernel::Page;
use rf_psa::Artefact;
use rf_simulators::connectwise::{Fault, Simulator};
use rf_store::Access;
use rf_usecases::job_handlers;
use serde_json::json;
use tokio::task::LocalSet;

use super::Desk;
use crate::{proof::size, support::Database};

/// A number that the next follows from: the same run every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Every second answer to a write is lost, refused or wrong; workers die while they write. Afterwards each note is there
/// once, and what the product says of it is true.
#[tokio::test]
async fn notes_arrive_once_whatever_happens() {
    let (notes, kills) = (size("PROOF_PUSHES", 200), size("PROOF_PUSH_KILLS", 20));
    let desk = Desk::over(Database::memory().await).await;
    let mut dice = Dice(20_261_129);
    let open: Vec<i64> = Simulator::tickets()
        .filter(|id| desk.simulator.ticket(*id).is_some_and(|ticket| ticket["closedFlag"] == false))
        .collect();
    let mut sessions = BTreeMap::new();
    for number in 0..notes {
        let ticket = open[number % open.len()];
        sessions.insert(desk.resolved(ticket).await, ticket);
    }
    // By call: 30 % are kept and the answer is lost, 10 % too many, 10 % 500, 5 % kept and the answer half.
    for call in 1..=u64::try_from(notes * 3).unwrap() {
        let fault = match dice.throw(100) {
            0..30 => Fault::DropAfterCommit,
            30..40 => Fault::TooManyRequests { retry_after: 0 },
            40..50 => Fault::ServerError,
            50..55 => Fault::Truncated,
            _ => continue,
        };
        desk.fault("POST", "/notes", &[call], fault);
    }
    let handlers = job_handlers(&desk.world.test.app);
    let handler = handlers.iter().find(|handler| handler.kind() == "psa.push").unwrap();
    let mut killed = 0;
    for _ in 0..12 {
        for job in desk.ready("psa.push").await {
            if killed < kills && dice.throw(4) == 0 {
                killed += 1;
                kill_while_it_writes(&desk, handler, &job).await;
            }
            // Whoever takes a killed worker's job over, or the first to take it.
            handler.run(&job).await.unwrap();
            desk.done.lock().unwrap().insert(job.id);
        }
        desk.world.clock().advance(super::A_TRY_LATER);
    }
    assert_eq!(killed, kills);
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    let mut unit = desk.world.store().begin(Access::read(desk.world.north.id)).await.unwrap();
    let mut waiting = BTreeMap::new();
    for skip in (0..u64::try_from(notes).unwrap()).step_by(100) {
        let page = Page { skip, limit: 100 };
        for record in unit.list_pushes(desk.world.north.id, &Default::default(), None, page).await.unwrap() {
            *states.entry(record.push.state.as_str().to_owned()).or_default() += 1;
            let ticket: i64 = record.ticket.as_str().parse().unwrap();
            let marker = record.key.marker(Artefact::Note);
            let there = desk.simulator.notes(ticket).iter().filter(|note| marker.is_in(note)).count();
            match record.push.state.as_str() {
                "confirmed" => assert_eq!(there, 1, "{record:?}"),
                "needs_review" => {
                    assert!(there <= 1, "{record:?}");
                    waiting.insert(record.id, there);
                }
                other => panic!("{other} after an hour: {record:?}"),
            }
        }
    }
    drop(unit);
    assert_eq!(states.values().sum::<usize>(), sessions.len(), "none is lost: {states:?}");
    println!("R5: {notes} notes, {killed} workers killed, {states:?}");
    // What waits for somebody goes once they look.
    desk.simulator.clear_faults();
    let owner = desk.world.again(&desk.world.owner).await;
    for id in waiting.keys() {
        owner.post(&format!("/integrations/psa/pushes/{id}/retry"), json!({})).await.expect(200);
    }
    for _ in 0..3 {
        desk.work().await;
        desk.world.clock().advance(super::A_TRY_LATER);
    }
    let ours: usize = open.iter().map(|ticket| desk.ours(*ticket, Artefact::Note)).sum();
    assert_eq!(ours, notes);
}

/// Lets a worker begin and ends it in the middle of a call, as `kill -9` does: nothing of it runs on. What it sent
/// may be kept or not.
async fn kill_while_it_writes(desk: &Desk, handler: &Arc<dyn JobHandler>, job: &Job) {
    let calls = desk.simulator.journal().len();
    let (handler, job) = (Arc::clone(handler), job.clone());
    let local = LocalSet::new();
    let victim = local.spawn_local(async move { handler.run(&job).await });
    let watch = async {
        // Its first call has been met; its answer may be on its way.
        tokio::time::timeout(Duration::from_secs(5), desk.simulator.calls(calls + 1)).await.ok();
        victim.abort();
        victim.await.ok();
    };
    local.run_until(watch).await;
}
