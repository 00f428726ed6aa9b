//! The library as the copilot searches it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rf_flowpilot::{FlowDoc, FlowIndex, FlowMatch, Reading, retrieval::fuse_flows};
use rf_kernel::{AccountId, AiSessionId, Failure, Page, Revision, TreeId};
use rf_store::UnitOfWork;
use rf_trees::{LibraryStamp, Tree, TreeFilter, TreeStatus};

use super::{
    BeginAiSession,
    turn::{came_in, said_so_far},
};
use crate::{App, Caller, Work, assistant::Asked};

/// Flows looked at for each one wanted: some may be closed to the person.
const RANKED_FOR_ONE: usize = 4;
/// Flows listed at once.
const CHUNK: u64 = 500;
/// Libraries kept ready; one of 30 flows takes about 300 KiB.
const MOST_KEPT: usize = 64;

/// A library made ready, and the state it and each of its flows was in then.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ready {
    stamp: LibraryStamp,
    index: Arc<FlowIndex>,
    revisions: Arc<BTreeMap<TreeId, Revision>>,
}

/// What is kept ready of the accounts that were served last.
#[derive(Debug)]
pub(crate) struct ByAccount<T>(Mutex<BTreeMap<AccountId, T>>);

impl<T> Default for ByAccount<T> {
    fn default() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }
}

/// The libraries that were searched last, ready to be searched again while they do not change.
pub(crate) type FlowIndexes = ByAccount<Ready>;

impl<T: Clone> ByAccount<T> {
    /// As it was last made ready.
    pub(crate) fn of(&self, account: AccountId) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned()
    }

    pub(crate) fn keep(&self, account: AccountId, ready: T) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT && !kept.contains_key(&account) {
            // Any will do: making one anew costs a moment.
            kept.pop_first();
        }
        kept.insert(account, ready);
    }
}

/// The published flows the person may run that fit best, best first.
pub(super) async fn fitting_flows(
    work: &mut Work,
    library: &Searched,
    reading: &Reading,
    most: usize,
) -> Result<Vec<(FlowMatch, Tree)>, Failure> {
    let mut fitting = Vec::new();
    let by_words = library.flows.rank(reading, most * RANKED_FOR_ONE, |_| true);
    for found in fuse_flows(by_words, &library.asked.closest_flows(&work.actor)) {
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

/// A library ready to be searched, and what the ticket means where that is known.
#[derive(Debug)]
pub(crate) struct Searched {
    flows: Arc<FlowIndex>,
    pub(super) asked: Asked,
}

impl App {
    /// The caller's library for what was said. In units of its own, and none is open while meanings are asked for.
    pub(crate) async fn searched(&self, caller: &Caller, said: &str) -> Result<Searched, Failure> {
        let asked = match self.embedder {
            Some(_) => self.asked(caller, said).await?,
            None => Asked::default(),
        };
        Ok(Searched { flows: self.flow_index(caller).await?, asked })
    }

    /// The same by words alone: nobody outside is asked.
    pub(crate) async fn searched_by_words(&self, caller: &Caller) -> Result<Searched, Failure> {
        Ok(Searched { flows: self.flow_index(caller).await?, asked: Asked::default() })
    }

    /// The same, for what was said in a conversation so far and what is said now; nothing where there is none.
    pub(crate) async fn searched_for(
        &self,
        caller: &Caller,
        id: AiSessionId,
        more: &str,
    ) -> Result<Searched, Failure> {
        let mut said = more.to_owned();
        if self.embedder.is_some() {
            let before = self
                .read(caller, async |work| {
                    let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
                    Ok(session.as_ref().map(said_so_far).unwrap_or_default())
                })
                .await?;
            said = format!("{before}\n\n{more}");
        }
        self.searched(caller, said.trim()).await
    }

    /// The conversation to begin with what it means, where that can be told. Done before the unit that begins it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn with_meaning(
        &self,
        caller: &Caller,
        mut begin: BeginAiSession,
    ) -> Result<BeginAiSession, Failure> {
        if self.embedder.is_some() {
            begin.meaning = self.asked(caller, &came_in(&begin.intake)).await?.vector;
        }
        Ok(begin)
    }

    /// The caller's library, ready to be searched. In a unit of its own that only reads: making a large one ready
    /// takes a while, and nobody waits to write meanwhile.
    pub(crate) async fn flow_index(&self, caller: &Caller) -> Result<Arc<FlowIndex>, Failure> {
        self.read(caller, async |work| self.ready_index(work).await).await
    }

    async fn ready_index(&self, work: &mut Work) -> Result<Arc<FlowIndex>, Failure> {
        let tenant = work.actor.account_id;
        let stamp = work.unit.library_stamp(tenant).await?;
        let Ready { stamp: then, mut index, revisions: known } =
            self.flow_indexes.of(tenant).unwrap_or_default();
        if then == stamp {
            return Ok(index);
        }
        let flows = published(work.unit.as_mut(), tenant).await?;
        let revisions: BTreeMap<TreeId, Revision> =
            flows.into_values().map(|flow| (flow.id, flow.revision)).collect();
        // Others may be searching the old one: they go on with it, and this changes a copy.
        let changing = Arc::make_mut(&mut index);
        for gone in known.keys().filter(|id| !revisions.contains_key(*id)) {
            changing.remove(*gone);
        }
        for (id, _) in revisions.iter().filter(|(id, revision)| known.get(*id) != Some(*revision)) {
            if let Some(tree) = work.unit.tree_by_id(tenant, *id).await? {
                changing.put(FlowDoc::of(tree.id, &tree.content));
            }
        }
        let revisions = Arc::new(revisions);
        self.flow_indexes.keep(tenant, Ready { stamp, index: Arc::clone(&index), revisions });
        Ok(index)
    }
}

/// The published flows of the library; their bodies are not read.
pub(crate) async fn published(
    unit: &mut dyn UnitOfWork,
    tenant: AccountId,
) -> Result<BTreeMap<TreeId, Tree>, Failure> {
    let filter = TreeFilter { status: Some(TreeStatus::Published), ..TreeFilter::default() };
    let mut flows = BTreeMap::new();
    let mut skip = 0;
    loop {
        let page = Page { skip, limit: CHUNK };
        let (items, total) = unit.list_trees(tenant, &filter, page).await?;
        flows.extend(items.into_iter().map(|item| (item.tree.id, item.tree)));
        skip += CHUNK;
        if skip >= total {
            return Ok(flows);
        }
    }
}
