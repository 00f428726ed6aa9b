//! Flows and their versions: kept whole, changed by revision, shared by rule.

use futures_util::future::join_all;
use rf_kernel::{Revision, TreeId};
use rf_store::Store;
use rf_trees::{
    ForkOrigin, InsertVersionOutcome, LibraryStamp, Tree, TreeFilter, TreeStatus, TreeType, TreeVersion,
    UpdateOutcome,
};

use crate::fixtures::{self as fx, Tenant, assert_constraint};

/// A tree as somebody changes it.
fn changed(tree: &Tree, name: &str) -> Tree {
    let mut next = tree.clone();
    next.content.name = name.into();
    next.updated_at = fx::at(100);
    next.revision = tree.revision.next();
    next
}

/// All fields come back, for every type.
pub async fn trees_of_every_type_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for tree_type in [TreeType::Troubleshooting, TreeType::Procedural, TreeType::Maintenance] {
        let mut tree = Tree {
            team_id: Some(tenant.team.id),
            content: fx::draft(tree_type, "Übergabe „Neu“"),
            version: 4,
            status: TreeStatus::Published,
            is_active: false,
            is_public: true,
            is_default: true,
            revision: Revision(9),
            ..fx::tree(&tenant, "")
        };
        tenant.keep_trees(store, &[&tree]).await;
        assert_eq!(tenant.tree(store, tree.id).await.as_ref(), Some(&tree));
        tree = Tree { id: fx::id(), team_id: None, author_id: None, is_active: true, ..tree };
        tree.content.description = None;
        tree.content.category = None;
        tree.content.tags.clear();
        tree.content.intake_form.fields.clear();
        tenant.keep_trees(store, &[&tree]).await;
        assert_eq!(tenant.tree(store, tree.id).await.as_ref(), Some(&tree));
    }
}

/// The lineage of a fork comes back, with a reason and without.
pub async fn a_fork_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for fork_reason in [None, Some("Our printers differ".to_owned())] {
        let fork = ForkOrigin {
            parent_tree_id: fx::id(),
            root_tree_id: fx::id(),
            fork_depth: 2,
            fork_reason,
            parent_updated_at: fx::at(21),
        };
        let tree = Tree { fork: Some(fork), ..fx::tree(&tenant, "Fork") };
        tenant.keep_trees(store, &[&tree]).await;
        assert_eq!(tenant.tree(store, tree.id).await, Some(tree));
    }
}

/// `pk_trees`.
pub async fn a_tree_id_is_unique_by_name(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Once");
    tenant.keep_trees(store, &[&tree]).await;
    assert_constraint(tenant.write(store).await.insert_tree(&tree).await, "pk_trees");
}

/// `fk_trees_account`, `fk_trees_team`, `fk_trees_author`.
pub async fn a_tree_needs_its_account_and_a_team_of_it(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let stray = Tree { account_id: fx::id(), author_id: None, ..fx::tree(&tenant, "Stray") };
    assert_constraint(fx::system(store).await.insert_tree(&stray).await, "fk_trees_account");
    let stray = Tree { team_id: Some(other.team.id), ..fx::tree(&tenant, "Stray") };
    assert_constraint(tenant.write(store).await.insert_tree(&stray).await, "fk_trees_team");
    let stray = Tree { author_id: Some(fx::id()), ..fx::tree(&tenant, "Stray") };
    assert_constraint(tenant.write(store).await.insert_tree(&stray).await, "fk_trees_author");
}

/// Every field an author or a publish changes is kept.
pub async fn a_tree_update_is_kept(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Before");
    tenant.keep_trees(store, &[&tree]).await;
    let mut next = Tree {
        team_id: Some(tenant.team.id),
        version: 1,
        status: TreeStatus::Published,
        is_active: false,
        is_public: true,
        ..changed(&tree, "After")
    };
    next.content.description = None;
    next.content.category = Some("Network".into());
    next.content.tags = vec!["router".into()];
    next.content.intake_form.fields.clear();
    let rf_trees::Structure::Graph(graph) = &mut next.content.structure else { unreachable!() };
    graph.nodes[0].title = "Look again".into();
    let mut unit = tenant.write(store).await;
    let outcome = unit.update_tree(tenant.id(), &next, tree.revision).await.unwrap();
    assert_eq!(outcome, UpdateOutcome::Updated);
    unit.commit().await.unwrap();
    assert_eq!(tenant.tree(store, tree.id).await, Some(next));
}

/// Another revision than the expected one keeps the row as it is, and the unit goes on.
pub async fn a_stale_tree_update_is_refused(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Before");
    tenant.keep_trees(store, &[&tree]).await;
    for expected in [Revision(0), Revision(2)] {
        let mut unit = tenant.write(store).await;
        let outcome = unit.update_tree(tenant.id(), &changed(&tree, "After"), expected).await.unwrap();
        assert_eq!(outcome, UpdateOutcome::Stale);
        unit.commit().await.unwrap();
    }
    assert_eq!(tenant.tree(store, tree.id).await, Some(tree));
}

/// Of many authors who saw the same revision one saves.
pub async fn of_simultaneous_tree_updates_one_wins(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Before");
    tenant.keep_trees(store, &[&tree]).await;
    let outcomes = join_all((0..12).map(async |n| {
        let mut unit = tenant.write(store).await;
        let next = changed(&tree, &format!("Author {n}"));
        let outcome = unit.update_tree(tenant.id(), &next, tree.revision).await.unwrap();
        unit.commit().await.unwrap();
        (outcome, next)
    }))
    .await;
    let winners: Vec<_> =
        outcomes.into_iter().filter(|(outcome, _)| *outcome == UpdateOutcome::Updated).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(tenant.tree(store, tree.id).await.as_ref(), Some(&winners[0].1));
}

/// A tree nobody made.
pub async fn an_unknown_tree_is_not_found(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Nowhere");
    assert_eq!(tenant.tree(store, tree.id).await, None);
    let mut unit = tenant.write(store).await;
    let outcome = unit.update_tree(tenant.id(), &tree, tree.revision).await.unwrap();
    assert_eq!(outcome, UpdateOutcome::NotFound);
    assert_eq!(unit.tree_versions(tenant.id(), tree.id).await.unwrap(), []);
}

/// Published, active, and public or shipped with the product.
pub async fn shared_trees_are_seen_by_everybody(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let public = fx::shared_tree(&owner, "Public");
    let default = Tree { is_public: false, is_default: true, ..fx::shared_tree(&owner, "Shipped") };
    owner.keep_trees(store, &[&public, &default]).await;
    assert_eq!(reader.listed(store, &TreeFilter::default()).await, ["Public", "Shipped"]);
    for tree in [public, default] {
        assert_eq!(reader.tree(store, tree.id).await, Some(tree));
    }
}

/// Not with one of the three conditions missing.
pub async fn drafts_archived_and_private_trees_stay_at_home(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let shared = || fx::shared_tree(&owner, "Shared");
    let hidden = [
        Tree { status: TreeStatus::Draft, ..shared() },
        Tree { is_active: false, ..shared() },
        Tree { is_public: false, ..shared() },
        Tree { is_public: false, is_default: true, is_active: false, ..shared() },
    ];
    owner.keep_trees(store, &hidden.iter().collect::<Vec<_>>()).await;
    let filter = TreeFilter { include_inactive: true, ..TreeFilter::default() };
    assert!(reader.listed(store, &filter).await.is_empty());
    assert_eq!(owner.listed(store, &filter).await.len(), hidden.len());
    for tree in hidden {
        assert_eq!(reader.tree(store, tree.id).await, None);
        assert_eq!(owner.tree(store, tree.id).await, Some(tree));
    }
}

/// For others it is as if it were not there.
pub async fn a_shared_tree_is_changed_by_its_account_alone(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree]).await;
    let taken = Tree { account_id: reader.id(), author_id: Some(reader.user.id), ..changed(&tree, "Taken") };
    for next in [changed(&tree, "Changed"), taken] {
        let mut unit = reader.write(store).await;
        let outcome = unit.update_tree(reader.id(), &next, tree.revision).await.unwrap();
        assert_eq!(outcome, UpdateOutcome::NotFound);
        unit.commit().await.unwrap();
    }
    assert_eq!(owner.tree(store, tree.id).await, Some(tree));
}

/// Sharing ends at once.
pub async fn a_tree_taken_back_disappears_elsewhere(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree]).await;
    assert!(reader.tree(store, tree.id).await.is_some());
    let mut unit = owner.write(store).await;
    let next = Tree { is_public: false, ..changed(&tree, "Private now") };
    unit.update_tree(owner.id(), &next, tree.revision).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(reader.tree(store, tree.id).await, None);
}

/// Neither archived ones nor shared ones of others.
pub async fn own_trees_are_counted_without_archived_ones(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    other.keep_trees(store, &[&fx::shared_tree(&other, "Shared")]).await;
    let archived = Tree { is_active: false, ..fx::tree(&tenant, "Archived") };
    tenant
        .keep_trees(store, &[&fx::tree(&tenant, "Draft"), &fx::shared_tree(&tenant, "Published"), &archived])
        .await;
    assert_eq!(tenant.read(store).await.count_own_trees(tenant.id()).await.unwrap(), 2);
}

async fn use_tree(store: &dyn Store, tenant: &Tenant, id: TreeId) {
    let mut unit = tenant.write(store).await;
    unit.increment_usage(tenant.id(), id).await.unwrap();
    unit.commit().await.unwrap();
}

/// What others do with a shared flow shows in nobody's numbers, and the flow's revision stays.
pub async fn usage_is_counted_for_each_account(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree]).await;
    for tenant in [&owner, &reader, &owner] {
        use_tree(store, tenant, tree.id).await;
    }
    assert_eq!(owner.tree(store, tree.id).await, Some(Tree { usage_count: 2, ..tree.clone() }));
    assert_eq!(reader.tree(store, tree.id).await, Some(Tree { usage_count: 1, ..tree.clone() }));
    // An update carries a count that may be old; the number is not the author's to change.
    let mut unit = owner.write(store).await;
    unit.update_tree(owner.id(), &changed(&tree, "Renamed"), tree.revision).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(owner.tree(store, tree.id).await.unwrap().usage_count, 2);
}

/// No count is lost.
pub async fn usage_is_counted_exactly_under_concurrency(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Busy");
    tenant.keep_trees(store, &[&tree]).await;
    join_all((0..20).map(async |_| use_tree(store, &tenant, tree.id).await)).await;
    assert_eq!(tenant.tree(store, tree.id).await.unwrap().usage_count, 20);
}

/// Nor one the tenant cannot see; neither is an error.
pub async fn using_an_unknown_tree_counts_nothing(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let tree = fx::tree(&owner, "Private");
    owner.keep_trees(store, &[&tree]).await;
    use_tree(store, &owner, fx::id()).await;
    use_tree(store, &reader, tree.id).await;
    let mut unit = owner.write(store).await;
    let shared = Tree { status: TreeStatus::Published, is_public: true, ..changed(&tree, "Public now") };
    unit.update_tree(owner.id(), &shared, tree.revision).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(reader.tree(store, tree.id).await.unwrap().usage_count, 0);
}

async fn keep_versions(store: &dyn Store, tenant: &Tenant, versions: &[&TreeVersion]) {
    let mut unit = tenant.write(store).await;
    for version in versions {
        let outcome = unit.insert_tree_version(version).await.unwrap();
        assert_eq!(outcome, InsertVersionOutcome::Inserted);
    }
    unit.commit().await.unwrap();
}

/// All fields come back.
pub async fn versions_round_trip_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for tree_type in [TreeType::Troubleshooting, TreeType::Maintenance] {
        let tree = Tree { content: fx::draft(tree_type, "Flow"), ..fx::tree(&tenant, "") };
        tenant.keep_trees(store, &[&tree]).await;
        let first = TreeVersion { change_note: None, published_by_id: None, ..fx::version(&tree, 1) };
        let (second, third) = (fx::version(&tree, 2), fx::version(&tree, 10));
        keep_versions(store, &tenant, &[&second, &first, &third]).await;
        let found = tenant.read(store).await.tree_versions(tenant.id(), tree.id).await.unwrap();
        assert_eq!(found, [third, second, first]);
    }
}

/// A second version of a number is an outcome, not an error: the unit goes on.
pub async fn a_version_number_is_taken_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Flow");
    let other = fx::tree(&tenant, "Other");
    tenant.keep_trees(store, &[&tree, &other]).await;
    let (first, again) = (fx::version(&tree, 1), fx::version(&tree, 1));
    keep_versions(store, &tenant, &[&first, &fx::version(&other, 1)]).await;
    let second = fx::version(&tree, 2);
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.insert_tree_version(&again).await.unwrap(), InsertVersionOutcome::NumberTaken);
    assert_eq!(unit.insert_tree_version(&second).await.unwrap(), InsertVersionOutcome::Inserted);
    unit.commit().await.unwrap();
    let found = tenant.read(store).await.tree_versions(tenant.id(), tree.id).await.unwrap();
    assert_eq!(found, [second, first]);
}

/// As long as the flow is shared.
pub async fn versions_of_shared_trees_are_readable(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let (shared, private) = (fx::shared_tree(&owner, "Shared"), fx::tree(&owner, "Private"));
    owner.keep_trees(store, &[&shared, &private]).await;
    let (open, closed) = (fx::version(&shared, 1), fx::version(&private, 1));
    keep_versions(store, &owner, &[&open, &closed]).await;
    let mut unit = reader.read(store).await;
    assert_eq!(unit.tree_versions(reader.id(), shared.id).await.unwrap(), [open]);
    assert_eq!(unit.tree_versions(reader.id(), private.id).await.unwrap(), []);
}

/// `fk_tree_versions_tree`: nobody hangs a version on somebody else's flow.
pub async fn a_version_needs_a_tree_of_its_account(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree]).await;
    let planted =
        TreeVersion { account_id: other.id(), published_by_id: Some(other.user.id), ..fx::version(&tree, 7) };
    assert_constraint(other.write(store).await.insert_tree_version(&planted).await, "fk_tree_versions_tree");
    let stray = TreeVersion { tree_id: fx::id(), ..fx::version(&tree, 1) };
    assert_constraint(owner.write(store).await.insert_tree_version(&stray).await, "fk_tree_versions_tree");
}

/// With every flow added, changed or archived that can be seen and run; not with drafts, nor with what others keep
/// to themselves.
pub async fn the_stamp_of_a_library_changes_with_it(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let stamp = async || tenant.read(store).await.library_stamp(tenant.id()).await.unwrap();
    assert_eq!(stamp().await, LibraryStamp::default());
    let draft = fx::tree(&tenant, "Draft");
    let flow = Tree { status: TreeStatus::Published, updated_at: fx::at(40), ..fx::tree(&tenant, "Flow") };
    let private = Tree { status: TreeStatus::Published, ..fx::tree(&other, "Private") };
    let shared =
        Tree { status: TreeStatus::Published, updated_at: fx::at(50), ..fx::shared_tree(&other, "Shared") };
    tenant.keep_trees(store, &[&Tree { status: TreeStatus::Draft, ..draft }, &flow]).await;
    other.keep_trees(store, &[&private]).await;
    assert_eq!(stamp().await, LibraryStamp { flows: 1, revisions: 1, newest: Some(fx::at(40)) });
    other.keep_trees(store, &[&shared]).await;
    assert_eq!(stamp().await, LibraryStamp { flows: 2, revisions: 2, newest: Some(fx::at(50)) });
    for (is_active, expected) in [
        (true, LibraryStamp { flows: 2, revisions: 3, newest: Some(fx::at(50)) }),
        (false, LibraryStamp { flows: 1, revisions: 1, newest: Some(fx::at(50)) }),
    ] {
        let next = Tree { is_active, revision: Revision(2), ..flow.clone() };
        let mut unit = tenant.write(store).await;
        let before = if is_active { Revision(1) } else { Revision(2) };
        unit.update_tree(tenant.id(), &next, before).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(stamp().await, expected);
    }
    assert_eq!(other.read(store).await.library_stamp(tenant.id()).await.unwrap().flows, 1, "what is shared");
}
