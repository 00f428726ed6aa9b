//! Flows, their versions and folders.

use rf_api_types::{
    folders::{FolderResponse, FolderScopeBody},
    library::{ImportReport, ImportedFileBody},
    sessions::SaveAsTreePreview,
    trees::{
        FacetBody, FacetsResponse, LintResponse, TreeResponse, TreeStructure, TreeSummary,
        TreeVersionResponse, TreeVersionSummary,
    },
};
use rf_trees::{
    Facet, FlowDraft, FolderScope, LintReport, Structure, Tree, TreeFacets, TreeFacts, TreeListItem,
    TreeVersion,
};
use rf_usecases::{FolderView, ImportedFile, ImportedLibrary, TreeView};

fn structure(structure: Structure) -> TreeStructure {
    match structure {
        Structure::Graph(graph) => TreeStructure::Graph(graph),
        Structure::Checklist(list) => TreeStructure::Checklist(list),
    }
}

fn tree_summary(
    tree: &Tree,
    facts: TreeFacts,
    step_count: i64,
    expected_minutes: Option<i64>,
    can_edit: bool,
) -> TreeSummary {
    let fork = tree.fork.as_ref();
    TreeSummary {
        id: tree.id.uuid(),
        name: tree.content.name.clone(),
        description: tree.content.description.clone(),
        category: tree.content.category.clone(),
        tags: tree.content.tags.clone(),
        version: tree.version,
        tree_type: tree.content.tree_type,
        status: tree.status,
        is_active: tree.is_active,
        is_public: tree.is_public,
        is_default: tree.is_default,
        usage_count: tree.usage_count,
        author_id: tree.author_id.map(Into::into),
        account_id: tree.account_id.uuid(),
        team_id: tree.team_id.map(Into::into),
        step_count,
        expected_minutes,
        parent_tree_id: fork.map(|fork| fork.parent_tree_id.uuid()),
        root_tree_id: fork.map(|fork| fork.root_tree_id.uuid()),
        fork_depth: fork.map_or(0, |fork| fork.fork_depth),
        fork_reason: fork.and_then(|fork| fork.fork_reason.clone()),
        parent_updated_at: fork.map(|fork| fork.parent_updated_at),
        created_at: tree.created_at,
        updated_at: tree.updated_at,
        revision: tree.revision.0,
        can_edit,
        is_favourite: facts.is_favourite,
        completed_count: facts.completed_count,
        success_rate: facts.success_rate(),
        upstream_changed: facts.upstream_changed,
    }
}

pub(crate) fn tree_item(item: &TreeListItem, can_edit: bool) -> TreeSummary {
    tree_summary(&item.tree, item.facts, item.step_count, item.expected_minutes, can_edit)
}

pub(crate) fn tree(view: TreeView) -> TreeResponse {
    let body = &view.tree.content.structure;
    let steps = i64::try_from(body.step_count()).unwrap_or(i64::MAX);
    let minutes = body.expected_minutes().map(i64::from);
    TreeResponse {
        summary: tree_summary(&view.tree, view.facts, steps, minutes, view.can_edit),
        tree_structure: structure(view.tree.content.structure),
        intake_form: view.tree.content.intake_form,
    }
}

pub(crate) fn version_summary(version: &TreeVersion) -> TreeVersionSummary {
    TreeVersionSummary {
        version: version.version,
        name: version.content.name.clone(),
        change_note: version.change_note.clone(),
        published_by_id: version.published_by_id.map(Into::into),
        published_at: version.published_at,
    }
}

pub(crate) fn version(version: TreeVersion) -> TreeVersionResponse {
    TreeVersionResponse {
        summary: version_summary(&version),
        description: version.content.description,
        tree_structure: structure(version.content.structure),
        intake_form: version.content.intake_form,
    }
}

pub(crate) fn lint(report: LintReport) -> LintResponse {
    LintResponse { can_publish: report.can_publish(), findings: report.findings }
}

pub(crate) fn import_report(library: ImportedLibrary) -> ImportReport {
    let ImportedLibrary { files, notes } = library;
    let imported = files.iter().filter(|file| file.outcome.is_ok()).count();
    let body = |ImportedFile { file, outcome }: ImportedFile| {
        let (kept, refused) = match outcome {
            Ok(flow) => (Some(flow), None),
            Err(refused) => (None, Some(refused)),
        };
        ImportedFileBody {
            file,
            tree_id: kept.as_ref().map(|flow| flow.id.uuid()),
            status: kept.as_ref().map(|flow| flow.status),
            name: kept.map(|flow| flow.name),
            code: refused.as_ref().map(|refused| refused.code.to_owned()),
            message: refused.map(|refused| refused.message),
        }
    };
    let refused = files.len() - imported;
    ImportReport { imported, refused, files: files.into_iter().map(body).collect(), notes }
}

pub(crate) fn folder(view: FolderView) -> FolderResponse {
    let FolderView { folder, tree_count, can_edit } = view;
    let (scope, team_id) = match folder.scope {
        FolderScope::Personal(_) => (FolderScopeBody::Personal, None),
        FolderScope::Team(team) => (FolderScopeBody::Team, Some(team.uuid())),
        FolderScope::Account => (FolderScopeBody::Account, None),
    };
    FolderResponse {
        id: folder.id.uuid(),
        name: folder.name,
        parent_id: folder.parent_id.map(Into::into),
        scope,
        team_id,
        tree_count,
        can_edit,
        created_at: folder.created_at,
        updated_at: folder.updated_at,
    }
}

pub(crate) fn tree_preview(content: FlowDraft, report: LintReport) -> SaveAsTreePreview {
    SaveAsTreePreview {
        tree_name: content.name,
        description: content.description,
        tree_type: content.tree_type,
        tree_structure: structure(content.structure),
        intake_form: content.intake_form,
        lint: lint(report),
    }
}

pub(crate) fn facets(facets: TreeFacets) -> FacetsResponse {
    let bodies = |list: Vec<Facet>| {
        list.into_iter().map(|facet| FacetBody { name: facet.name, count: facet.count }).collect()
    };
    FacetsResponse {
        categories: bodies(facets.categories),
        tags: bodies(facets.tags),
        types: bodies(facets.types),
    }
}
