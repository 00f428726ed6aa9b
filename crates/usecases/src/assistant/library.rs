//! What an account knows, kept ready to be asked: published flows, resolved conversations, documents.
//!
//! Each part has a stamp that is cheap to read; what changed since the last look is read anew, and nothing else.

use std::{collections::BTreeMap, sync::Arc};

use rf_assistant::{DocumentStamp, EmbeddingStamp, SourceKind};
use rf_auth_policy::Actor;
use rf_flowpilot::retrieval::{
    Meaning, PassageIndex, Source, Vectors, passages_of_document, passages_of_flow, passages_of_session,
};
use rf_kernel::{AccountId, AiSessionId, DocumentId, Failure, Page, TreeId, UserId};
use rf_sessions::ai::{AiSessionCursor, AiSessionFilter, AiSessionStatus, AiSessionSummary};
use rf_store::UnitOfWork;
use rf_trees::{LibraryStamp, Tree};

use crate::{
    App, Caller, Work,
    pilot::{ByAccount, published},
};

/// Conversations read at once.
const CHUNK: u64 = 200;

/// What is known of the accounts that were asked last.
pub(crate) type KnownLibraries = ByAccount<KnownLibrary>;

/// What an account knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownLibrary {
    flows_then: LibraryStamp,
    documents_then: DocumentStamp,
    /// The conversation that was resolved or touched last.
    newest: Option<AiSessionCursor>,
    vectors_then: EmbeddingStamp,
    /// The published flows, without their bodies.
    flows: Arc<BTreeMap<TreeId, Tree>>,
    documents: Arc<BTreeMap<DocumentId, ()>>,
    /// Who works or worked the resolved conversations.
    workers: Arc<BTreeMap<AiSessionId, (UserId, Option<UserId>)>>,
    index: Arc<PassageIndex>,
    vectors: Arc<Vectors>,
}

/// What is asked, and what it may be answered from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// What the account knows.
    pub(crate) library: KnownLibrary,
    /// What the question means, where that is known.
    pub(crate) vector: Option<Vec<f32>>,
}

impl KnownLibrary {
    pub(crate) fn index(&self) -> &PassageIndex {
        &self.index
    }

    pub(crate) fn has_vectors(&self) -> bool {
        !self.vectors.is_empty()
    }

    /// Whether a person may read a source: flows as the library has it, conversations by those who worked them, documents
    /// by everybody of the account.
    pub(crate) fn may_read(&self, actor: &Actor, source: Source) -> bool {
        match source.kind {
            SourceKind::Flow => self
                .flows
                .get(&TreeId(source.id))
                .is_some_and(|tree| tree.is_active && tree.can_access(actor)),
            SourceKind::Session => {
                self.workers.get(&AiSessionId(source.id)).is_some_and(|(user, taken_over)| {
                    *user == actor.user_id || *taken_over == Some(actor.user_id)
                })
            }
            SourceKind::Document => true,
        }
    }

    fn knows(&self, stamps: &Stamps) -> bool {
        self.flows_then == stamps.flows
            && self.documents_then == stamps.documents
            && self.newest == stamps.newest
            && self.vectors_then == stamps.vectors
    }
}

impl Asked {
    /// What the question means, beside what the passages mean.
    pub(crate) fn meaning(&self) -> Option<Meaning<'_>> {
        let question = self.vector.as_deref()?;
        Some(Meaning { question, vectors: &self.library.vectors })
    }

    /// The flows of a person's library closest to what is meant, with their names, the closest first.
    pub(crate) fn closest_flows(&self, actor: &Actor) -> Vec<(TreeId, String, f32)> {
        let Some(meaning) = self.meaning() else { return Vec::new() };
        let allowed =
            |source: Source| source.kind == SourceKind::Flow && self.library.may_read(actor, source);
        let close = self.library.index.closest(&meaning, allowed).into_iter().take(MOST_CLOSE);
        let named = close.filter_map(|(source, near)| {
            let id = TreeId(source.id);
            Some((id, self.library.flows.get(&id)?.content.name.clone(), near))
        });
        named.collect()
    }
}

/// Flows taken by their meaning.
const MOST_CLOSE: usize = 10;

struct Stamps {
    flows: LibraryStamp,
    documents: DocumentStamp,
    newest: Option<AiSessionCursor>,
    vectors: EmbeddingStamp,
}

impl App {
    /// What the caller's account knows, and what the text means where that can be told. In units of its own: nothing is
    /// open while meanings are asked for.
    pub(crate) async fn asked(&self, caller: &Caller, text: &str) -> Result<Asked, Failure> {
        let known = async |work: &mut Work| {
            let tenant = work.actor.account_id;
            self.library_now(work.unit.as_mut(), tenant).await
        };
        let (library, is_new) = self.read(caller, known).await?;
        if is_new {
            self.keep_embedded(caller).await?;
        }
        let vector = self.meaning_of(caller, &library, text).await?;
        Ok(Asked { library, vector })
    }

    /// What the account knows, and whether that is more than at the last look.
    pub(super) async fn library_now(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
    ) -> Result<(KnownLibrary, bool), Failure> {
        let model = self.embedder.as_ref().map(|embedder| embedder.model());
        let stamps = Stamps {
            flows: unit.library_stamp(tenant).await?,
            documents: unit.document_stamp(tenant).await?,
            newest: resolved(unit, tenant, None, 1).await?.first().map(place),
            vectors: match model {
                Some(model) => unit.embedding_stamp(tenant, model).await?,
                None => EmbeddingStamp::default(),
            },
        };
        let mut known = self.known_libraries.of(tenant).unwrap_or_default();
        if known.knows(&stamps) {
            return Ok((known, false));
        }
        // Others may be asking the old one: they go on with it, and this changes a copy.
        let mut index = Arc::unwrap_or_clone(std::mem::take(&mut known.index));
        if known.flows_then != stamps.flows {
            read_flows(unit, tenant, &mut known, &mut index).await?;
        }
        if known.documents_then != stamps.documents {
            read_documents(unit, tenant, &mut known, &mut index).await?;
        }
        if known.newest != stamps.newest {
            read_sessions(unit, tenant, &mut known, &mut index).await?;
        }
        if known.vectors_then != stamps.vectors {
            let vectors = match model {
                Some(model) => unit.embeddings(tenant, model).await?,
                None => Vec::new(),
            };
            known.vectors = Arc::new(Vectors::new(vectors.into_iter().map(|one| (one.digest, one.vector))));
        }
        let Stamps { flows, documents, newest, vectors } = stamps;
        let known = KnownLibrary {
            flows_then: flows,
            documents_then: documents,
            newest,
            vectors_then: vectors,
            index: Arc::new(index),
            ..known
        };
        self.known_libraries.keep(tenant, known.clone());
        Ok((known, true))
    }
}

async fn read_flows(
    unit: &mut dyn UnitOfWork,
    tenant: AccountId,
    known: &mut KnownLibrary,
    index: &mut PassageIndex,
) -> Result<(), Failure> {
    let flows = published(unit, tenant).await?;
    let source = |id: TreeId| Source { kind: SourceKind::Flow, id: id.uuid() };
    for gone in known.flows.keys().filter(|id| !flows.contains_key(*id)) {
        index.remove(source(*gone));
    }
    let is_new = |tree: &Tree| known.flows.get(&tree.id).is_none_or(|then| then.revision != tree.revision);
    for tree in flows.values().filter(|tree| is_new(tree)) {
        if let Some(tree) = unit.tree_by_id(tenant, tree.id).await? {
            index.put(passages_of_flow(tree.id, &tree.content));
        }
    }
    known.flows = Arc::new(flows);
    Ok(())
}

async fn read_documents(
    unit: &mut dyn UnitOfWork,
    tenant: AccountId,
    known: &mut KnownLibrary,
    index: &mut PassageIndex,
) -> Result<(), Failure> {
    let listed = unit.list_documents(tenant).await?;
    let documents: BTreeMap<DocumentId, ()> = listed.into_iter().map(|document| (document.id, ())).collect();
    for gone in known.documents.keys().filter(|id| !documents.contains_key(*id)) {
        index.remove(Source { kind: SourceKind::Document, id: gone.uuid() });
    }
    for id in documents.keys().filter(|id| !known.documents.contains_key(*id)) {
        if let Some(document) = unit.document_by_id(tenant, *id).await? {
            index.put(passages_of_document(&document));
        }
    }
    known.documents = Arc::new(documents);
    Ok(())
}

/// Reads the conversations that were resolved or touched since the last look. A resolved one stays resolved.
async fn read_sessions(
    unit: &mut dyn UnitOfWork,
    tenant: AccountId,
    known: &mut KnownLibrary,
    index: &mut PassageIndex,
) -> Result<(), Failure> {
    let mut workers = Arc::unwrap_or_clone(std::mem::take(&mut known.workers));
    let (mut after, mut is_new) = (None, true);
    while is_new {
        let some = resolved(unit, tenant, after, CHUNK).await?;
        is_new = some.len() as u64 == CHUNK;
        for summary in some {
            let at = place(&summary);
            if known.newest.is_some_and(|newest| (at.updated_at, at.id) <= (newest.updated_at, newest.id)) {
                is_new = false;
                break;
            }
            after = Some(at);
            if let Some(session) = unit.ai_session_by_id(tenant, summary.id).await? {
                workers.insert(session.id, (session.user_id, session.escalated_to_id));
                index.put(passages_of_session(&session));
            }
        }
    }
    known.workers = Arc::new(workers);
    Ok(())
}

/// Resolved conversations of the account, by what happened last.
async fn resolved(
    unit: &mut dyn UnitOfWork,
    tenant: AccountId,
    after: Option<AiSessionCursor>,
    limit: u64,
) -> Result<Vec<AiSessionSummary>, Failure> {
    let filter = AiSessionFilter { person: None, statuses: vec![AiSessionStatus::Resolved] };
    let page = Page { skip: 0, limit };
    Ok(unit.list_ai_sessions(tenant, &filter, after, page).await?)
}

fn place(summary: &AiSessionSummary) -> AiSessionCursor {
    AiSessionCursor { updated_at: summary.updated_at, id: summary.id }
}
