//! Flows.

use std::{cmp::Reverse, collections::BTreeMap};

use async_trait::async_trait;
use rf_kernel::{AccountId, FolderId, Page, Revision, StoreError, TreeId, UserId};
use rf_trees::{
    Checklist, Facet, FlowDraft, Graph, InsertVersionOutcome, IntakeForm, LibraryStamp, SearchQuery,
    Structure, Tree, TreeFacets, TreeFacts, TreeFilter, TreeListItem, TreeRepository, TreeSort, TreeStatus,
    TreeType, TreeVersion, UpdateOutcome,
};

use crate::{
    state::{State, Usage, require},
    unit::{MemoryUnit, View},
};

/// The tenant's own flows, where the unit may see them, and shared ones.
pub(crate) fn visible(view: View, tenant: AccountId, tree: &Tree) -> bool {
    tree.is_shared() || (tree.account_id == tenant && view.covers(tenant))
}

fn usage(state: &State, view: View, tenant: AccountId, id: TreeId) -> Usage {
    state.usage.get(&(tenant, id)).filter(|_| view.covers(tenant)).copied().unwrap_or_default()
}

fn with_usage(state: &State, view: View, tenant: AccountId, tree: &Tree) -> Tree {
    Tree { usage_count: usage(state, view, tenant, tree.id).count, ..tree.clone() }
}

fn is_favourite(state: &State, view: View, tenant: AccountId, reader: Option<UserId>, id: TreeId) -> bool {
    let own = |user: &UserId| {
        view.covers(tenant) && state.users.get(user).is_some_and(|user| user.account_id == tenant)
    };
    reader.filter(own).is_some_and(|user| state.favourites.get(&(user, id)).is_some())
}

fn is_in(state: &State, view: View, tenant: AccountId, folders: &[FolderId], id: TreeId) -> bool {
    let own = |folder: &&FolderId| {
        view.covers(tenant) && state.folders.get(folder).is_some_and(|folder| folder.account_id == tenant)
    };
    folders.iter().filter(own).any(|folder| state.folder_trees.get(&(*folder, id)).is_some())
}

fn facts(state: &State, view: View, tenant: AccountId, reader: Option<UserId>, tree: &Tree) -> TreeFacts {
    let usage = usage(state, view, tenant, tree.id);
    let changed = tree.fork.as_ref().is_some_and(|fork| {
        let parent = state.trees.get(&fork.parent_tree_id).filter(|parent| visible(view, tenant, parent));
        parent.is_some_and(|parent| parent.updated_at > fork.parent_updated_at)
    });
    TreeFacts {
        is_favourite: is_favourite(state, view, tenant, reader, tree.id),
        completed_count: usage.completed,
        resolved_count: usage.resolved,
        upstream_changed: changed,
    }
}

fn matches(filter: &TreeFilter, tenant: AccountId, tree: &Tree) -> bool {
    let content = &tree.content;
    let other_team = |team| tree.account_id == tenant && tree.team_id.is_some_and(|own| own != team);
    (filter.include_inactive || tree.is_active)
        && filter.tree_type.is_none_or(|wanted| content.tree_type == wanted)
        && filter.category.as_ref().is_none_or(|wanted| content.category.as_ref() == Some(wanted))
        && filter.tag.as_ref().is_none_or(|wanted| content.tags.contains(&wanted.to_lowercase()))
        && filter.status.is_none_or(|wanted| tree.status == wanted)
        && filter.author_id.is_none_or(|wanted| tree.author_id == Some(wanted))
        && filter.team.is_none_or(|team| tree.is_shared() || !other_team(team))
}

/// The flows of the filter with how well each fits the search, in no order.
pub(crate) fn found<'a>(
    state: &'a State,
    view: View,
    tenant: AccountId,
    filter: &TreeFilter,
) -> impl Iterator<Item = (i64, &'a Tree)> {
    let query = SearchQuery::new(&filter.search);
    let matching = move |tree: &&Tree| {
        visible(view, tenant, tree)
            && matches(filter, tenant, tree)
            && filter.folders.as_ref().is_none_or(|folders| is_in(state, view, tenant, folders, tree.id))
            && (!filter.favourite || is_favourite(state, view, tenant, filter.reader, tree.id))
    };
    state.trees.values().filter(matching).filter_map(move |tree| {
        if query.is_empty() {
            return Some((0, tree));
        }
        Some((query.score(&tree.content.search_words(), &tree.content.search_text())?, tree))
    })
}

fn list_item(tree: Tree, facts: TreeFacts) -> TreeListItem {
    let structure = &tree.content.structure;
    TreeListItem {
        step_count: i64::try_from(structure.step_count()).unwrap_or(i64::MAX),
        expected_minutes: structure.expected_minutes().map(i64::from),
        facts,
        tree: Tree {
            content: FlowDraft {
                structure: match tree.content.tree_type {
                    TreeType::Troubleshooting => Structure::Graph(Graph::default()),
                    TreeType::Procedural | TreeType::Maintenance => {
                        Structure::Checklist(Checklist::default())
                    }
                },
                intake_form: IntakeForm::default(),
                ..tree.content
            },
            ..tree
        },
    }
}

fn facets(values: impl Iterator<Item = String>) -> Vec<Facet> {
    let mut counts = BTreeMap::<String, i64>::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut facets: Vec<_> = counts.into_iter().map(|(name, count)| Facet { name, count }).collect();
    facets.sort_by_key(|facet| Reverse(facet.count));
    facets
}

impl MemoryUnit {
    fn count_use(
        &mut self,
        tenant: AccountId,
        id: TreeId,
        count: impl FnOnce(&mut Usage),
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            if state.trees.get(&id).is_some_and(|tree| visible(view, tenant, tree)) {
                let mut usage = usage(state, view, tenant, id);
                count(&mut usage);
                state.usage.put((tenant, id), usage);
            }
            Ok(())
        })
    }
}

#[async_trait]
impl TreeRepository for MemoryUnit {
    async fn insert_tree(&mut self, tree: &Tree) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tree.account_id)?;
            state.require_account(tree.account_id, "fk_trees_account")?;
            state.require_team(tree.account_id, tree.team_id, "fk_trees_team")?;
            require(tree.author_id.is_none_or(|id| state.users.get(&id).is_some()), "fk_trees_author")?;
            state.trees.insert("pk_trees", tree.id, tree.clone())
        })
    }

    async fn tree_by_id(&mut self, tenant: AccountId, id: TreeId) -> Result<Option<Tree>, StoreError> {
        self.read(|state, view| {
            let found = state.trees.get(&id).filter(|tree| visible(view, tenant, tree));
            Ok(found.map(|tree| with_usage(state, view, tenant, tree)))
        })
    }

    async fn update_tree(
        &mut self,
        tenant: AccountId,
        tree: &Tree,
        expected: Revision,
    ) -> Result<UpdateOutcome, StoreError> {
        self.write(|state, view| {
            let own = |found: &&Tree| found.account_id == tenant && view.covers(tenant);
            let Some(found) = state.trees.get(&tree.id).filter(own) else {
                return Ok(UpdateOutcome::NotFound);
            };
            if found.revision != expected {
                return Ok(UpdateOutcome::Stale);
            }
            state.require_team(tenant, tree.team_id, "fk_trees_team")?;
            require(tree.author_id.is_none_or(|id| state.users.get(&id).is_some()), "fk_trees_author")?;
            let kept = Tree { account_id: tenant, created_at: found.created_at, ..tree.clone() };
            state.trees.put(tree.id, kept);
            Ok(UpdateOutcome::Updated)
        })
    }

    async fn list_trees(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
        page: Page,
    ) -> Result<(Vec<TreeListItem>, u64), StoreError> {
        self.read(|state, view| {
            let mut found: Vec<_> = found(state, view, tenant, filter)
                .map(|(score, tree)| {
                    let facts = facts(state, view, tenant, filter.reader, tree);
                    (score, facts, with_usage(state, view, tenant, tree))
                })
                .collect();
            let name = |tree: &Tree| tree.content.name.to_lowercase();
            match filter.sort {
                TreeSort::Name => found.sort_by_cached_key(|(_, _, tree)| (name(tree), tree.id)),
                TreeSort::Recent => found.sort_by_key(|(_, _, tree)| Reverse((tree.updated_at, tree.id))),
                TreeSort::Used => {
                    found.sort_by_cached_key(|(_, _, tree)| (Reverse(tree.usage_count), name(tree), tree.id));
                }
                TreeSort::Relevance => {
                    found.sort_by_cached_key(|(score, _, tree)| (Reverse(*score), name(tree), tree.id));
                }
                TreeSort::Success => found.sort_by_cached_key(|(_, facts, tree)| {
                    (Reverse(facts.success_key()), name(tree), tree.id)
                }),
            }
            let total = found.len() as u64;
            Ok((cut(found, page).map(|(_, facts, tree)| list_item(tree, facts)).collect(), total))
        })
    }

    async fn tree_facets(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<TreeFacets, StoreError> {
        self.read(|state, view| {
            let seen: Vec<&FlowDraft> =
                found(state, view, tenant, filter).map(|(_, tree)| &tree.content).collect();
            let tags = |content: &&FlowDraft| {
                let mut tags = content.tags.clone();
                tags.sort();
                tags.dedup();
                tags
            };
            Ok(TreeFacets {
                categories: facets(seen.iter().filter_map(|content| content.category.clone())),
                tags: facets(seen.iter().flat_map(tags)),
                types: facets(seen.iter().map(|content| content.tree_type.to_string())),
            })
        })
    }

    async fn tree_facts(
        &mut self,
        tenant: AccountId,
        reader: UserId,
        id: TreeId,
    ) -> Result<Option<TreeFacts>, StoreError> {
        self.read(|state, view| {
            let found = state.trees.get(&id).filter(|tree| visible(view, tenant, tree));
            Ok(found.map(|tree| facts(state, view, tenant, Some(reader), tree)))
        })
    }

    async fn set_favourite(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: TreeId,
        is_favourite: bool,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            let own = state.users.get(&user).is_some_and(|user| user.account_id == tenant);
            if !is_favourite {
                if own {
                    state.favourites.remove(&(user, id));
                }
            } else if state.trees.get(&id).is_some_and(|tree| visible(view, tenant, tree)) {
                require(own, "fk_tree_favourites_user")?;
                state.favourites.put((user, id), ());
            }
            Ok(())
        })
    }

    async fn library_stamp(&mut self, tenant: AccountId) -> Result<LibraryStamp, StoreError> {
        self.read(|state, view| {
            let runnable = |tree: &&Tree| {
                visible(view, tenant, tree) && tree.is_active && tree.status == TreeStatus::Published
            };
            let mut stamp = LibraryStamp::default();
            for tree in state.trees.values().filter(runnable) {
                stamp.flows += 1;
                stamp.revisions += tree.revision.0;
                stamp.newest = stamp.newest.max(Some(tree.updated_at));
            }
            Ok(stamp)
        })
    }

    async fn count_own_trees(&mut self, tenant: AccountId) -> Result<u64, StoreError> {
        self.read(|state, view| {
            let own = |tree: &&Tree| view.covers(tenant) && tree.account_id == tenant && tree.is_active;
            Ok(state.trees.values().filter(own).count() as u64)
        })
    }

    async fn increment_usage(&mut self, tenant: AccountId, id: TreeId) -> Result<(), StoreError> {
        self.count_use(tenant, id, |usage| usage.count += 1)
    }

    async fn increment_completions(
        &mut self,
        tenant: AccountId,
        id: TreeId,
        resolved: bool,
    ) -> Result<(), StoreError> {
        self.count_use(tenant, id, |usage| {
            usage.completed += 1;
            usage.resolved += i64::from(resolved);
        })
    }

    async fn insert_tree_version(
        &mut self,
        version: &TreeVersion,
    ) -> Result<InsertVersionOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(version.account_id)?;
            let same =
                |other: &TreeVersion| other.tree_id == version.tree_id && other.version == version.version;
            if state.versions.values().any(same) {
                return Ok(InsertVersionOutcome::NumberTaken);
            }
            state.require_tree(version.account_id, version.tree_id, "fk_tree_versions_tree")?;
            require(
                version.published_by_id.is_none_or(|id| state.users.get(&id).is_some()),
                "fk_tree_versions_publisher",
            )?;
            state.versions.insert("pk_tree_versions", version.id, version.clone())?;
            Ok(InsertVersionOutcome::Inserted)
        })
    }

    async fn tree_versions(&mut self, tenant: AccountId, id: TreeId) -> Result<Vec<TreeVersion>, StoreError> {
        self.read(|state, view| {
            if !state.trees.get(&id).is_some_and(|tree| visible(view, tenant, tree)) {
                return Ok(Vec::new());
            }
            let mut found: Vec<_> =
                state.versions.values().filter(|version| version.tree_id == id).cloned().collect();
            found.sort_by_key(|version| Reverse(version.version));
            Ok(found)
        })
    }
}

/// The rows of a page.
pub(crate) fn cut<T>(rows: Vec<T>, page: Page) -> impl Iterator<Item = T> {
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    rows.into_iter().skip(size(page.skip)).take(size(page.limit))
}
