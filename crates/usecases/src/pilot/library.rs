//! The library as the copilot searches it.

use rf_flowpilot::{FlowDoc, FlowIndex, FlowMatch, Reading};
use rf_kernel::{Failure, Page};
use rf_trees::{Tree, TreeFilter, TreeStatus};

use crate::{App, Work};

/// Flows looked at for each one wanted: some may be closed to the person.
const RANKED_FOR_ONE: usize = 4;
/// Flows read at once.
const CHUNK: u64 = 500;

impl App {
    /// The published flows the person may run that fit best, best first.
    pub(super) async fn fitting_flows(
        &self,
        work: &mut Work,
        reading: &Reading,
        most: usize,
    ) -> Result<Vec<(FlowMatch, Tree)>, Failure> {
        let index = self.flow_index(work).await?;
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

    async fn flow_index(&self, work: &mut Work) -> Result<FlowIndex, Failure> {
        let filter = TreeFilter { status: Some(TreeStatus::Published), ..TreeFilter::default() };
        let mut docs = Vec::new();
        let mut skip = 0;
        loop {
            let page = Page { skip, limit: CHUNK };
            let (items, total) = work.unit.list_trees(work.actor.account_id, &filter, page).await?;
            skip += CHUNK;
            docs.extend(items.iter().map(|item| FlowDoc::of(item.tree.id, &item.tree.content)));
            if skip >= total {
                return Ok(FlowIndex::build(docs));
            }
        }
    }
}
