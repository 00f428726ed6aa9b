//! The library as the copilot searches it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rf_flowpilot::{FlowDoc, FlowIndex, FlowMatch, Reading};
use rf_kernel::{AccountId, Failure, Page};
use rf_trees::{LibraryStamp, Tree, TreeFilter, TreeStatus};

use crate::{App, Caller, Work};

/// Flows looked at for each one wanted: some may be closed to the person.
const RANKED_FOR_ONE: usize = 4;
/// Flows listed at once.
const CHUNK: u64 = 500;
/// Libraries kept ready; one of 30 flows takes about 300 KiB.
const MOST_KEPT: usize = 64;

/// A library made ready, and the state it was in then.
type Ready = (LibraryStamp, Arc<FlowIndex>);

/// The libraries that were searched last, ready to be searched again while they do not change.
#[derive(Debug, Default)]
pub(crate) struct FlowIndexes(Mutex<BTreeMap<AccountId, Ready>>);

impl FlowIndexes {
    fn of(&self, account: AccountId, stamp: LibraryStamp) -> Option<Arc<FlowIndex>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&account).filter(|(then, _)| *then == stamp).map(|(_, index)| Arc::clone(index))
    }

    fn keep(&self, account: AccountId, stamp: LibraryStamp, index: &Arc<FlowIndex>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT && !kept.contains_key(&account) {
            // Any will do: making one anew costs a moment.
            kept.pop_first();
        }
        kept.insert(account, (stamp, Arc::clone(index)));
    }
}

/// The published flows the person may run that fit best, best first.
pub(super) async fn fitting_flows(
    work: &mut Work,
    index: &FlowIndex,
    reading: &Reading,
    most: usize,
) -> Result<Vec<(FlowMatch, Tree)>, Failure> {
    let mut fitting = Vec::new();
    for found in index.rank(reading, most * RANKED_FOR_ONE, |_| true) {
        if fitting.len() == most {
            break;
        }
        let tree = work.unit.tree_by_id(work.actor.account_id, found.tree_id).await?;
        if let Some(tree) = tree.filter(|tree| tree.is_active && tree.can_access(&work.actor)) {
            fitting.push((found, tree));
        }
    }
    Ok(fitting)
}

impl App {
    /// The caller's library, ready to be searched. In a unit of its own that only reads: making a large one ready
    /// takes a while, and nobody waits to write meanwhile.
    pub(crate) async fn flow_index(&self, caller: &Caller) -> Result<Arc<FlowIndex>, Failure> {
        self.read(caller, async |work| self.ready_index(work).await).await
    }

    async fn ready_index(&self, work: &mut Work) -> Result<Arc<FlowIndex>, Failure> {
        let tenant = work.actor.account_id;
        let stamp = work.unit.library_stamp(tenant).await?;
        if let Some(index) = self.flow_indexes.of(tenant, stamp) {
            return Ok(index);
        }
        let filter = TreeFilter { status: Some(TreeStatus::Published), ..TreeFilter::default() };
        let mut docs = Vec::new();
        let mut skip = 0;
        loop {
            let page = Page { skip, limit: CHUNK };
            let (items, total) = work.unit.list_trees(tenant, &filter, page).await?;
            skip += CHUNK;
            for item in items {
                // A list has no bodies.
                let tree = work.unit.tree_by_id(tenant, item.tree.id).await?;
                docs.extend(tree.map(|tree| FlowDoc::of(tree.id, &tree.content)));
            }
            if skip >= total {
                break;
            }
        }
        let index = Arc::new(FlowIndex::build(docs));
        self.flow_indexes.keep(tenant, stamp, &index);
        Ok(index)
    }
}
