//! How many jobs of each kind run, and of which accounts, so that what hangs takes no place from anything else.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use rf_jobs::{AtOnce, Full, Job};
use rf_kernel::AccountId;

type Running = BTreeMap<(String, AccountId), usize>;

/// The jobs a worker runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lanes(Rc<RefCell<Running>>);

/// A job that runs, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    running: Rc<RefCell<Running>>,
    lane: (String, AccountId),
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut running = self.running.borrow_mut();
        if let Some(count) = running.get_mut(&self.lane) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.lane);
            }
        }
    }
}

/// What may be begun now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// So many jobs, whichever they are.
    pub(crate) limit: usize,
    /// But none of these.
    pub(crate) full: Vec<Full>,
}

impl Lanes {
    /// Begins to count a job.
    pub(crate) fn take(&self, job: &Job) -> Place {
        let lane = (job.kind.clone(), job.account_id);
        *self.0.borrow_mut().entry(lane.clone()).or_default() += 1;
        Place { running: Rc::clone(&self.0), lane }
    }

    /// The room there is where so many jobs of all kinds may run, and of each kind as many as it says. Whatever comes
    /// of what is not full, no kind and no account gets more than it may have.
    pub(crate) fn room(&self, parallel: usize, kinds: &[(&'static str, AtOnce)]) -> Room {
        let running = self.0.borrow();
        let mut limit = parallel.saturating_sub(running.values().sum());
        let mut full = Vec::new();
        for (kind, at_once) in kinds {
            let of_kind = || running.iter().filter(|((name, _), _)| name == kind);
            let left = at_once.in_all.saturating_sub(of_kind().map(|(_, count)| count).sum());
            if left == 0 {
                full.push(Full { kind: (*kind).into(), account_id: None });
                continue;
            }
            limit = limit.min(left).min(at_once.of_one_account);
            for ((_, account), count) in of_kind() {
                match at_once.of_one_account.saturating_sub(*count) {
                    0 => full.push(Full { kind: (*kind).into(), account_id: Some(*account) }),
                    left => limit = limit.min(left),
                }
            }
        }
        Room { limit, full }
    }
}
