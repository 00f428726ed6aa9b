//! What an account and its people know about flows: favourites, success, changes upstream.

use futures_util::future::join_all;
use rf_kernel::{TreeId, UserId};
use rf_store::Store;
use rf_trees::{Tree, TreeFacts, TreeFilter, TreeSort};

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint};

async fn mark(store: &dyn Store, tenant: &Tenant, user: UserId, id: TreeId, is_favourite: bool) {
    let mut unit = tenant.write(store).await;
    unit.set_favourite(tenant.id(), user, id, is_favourite).await.unwrap();
    unit.commit().await.unwrap();
}

async fn facts(store: &dyn Store, tenant: &Tenant, id: TreeId) -> TreeFacts {
    tenant.read(store).await.tree_facts(tenant.id(), tenant.user.id, id).await.unwrap().unwrap()
}

/// Once or twice is the same; a colleague's are their own.
pub async fn favourites_are_marked_for_a_person(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (own, shared) = (fx::tree(&tenant, "Own"), fx::shared_tree(&other, "Shared"));
    tenant.keep_trees(store, &[&own]).await;
    other.keep_trees(store, &[&shared, &fx::tree(&other, "Private")]).await;
    for id in [own.id, shared.id] {
        for is_favourite in [true, true, false, false, true] {
            mark(store, &tenant, tenant.user.id, id, is_favourite).await;
            assert_eq!(facts(store, &tenant, id).await, TreeFacts { is_favourite, ..TreeFacts::default() });
        }
        let mut unit = tenant.read(store).await;
        let theirs = unit.tree_facts(tenant.id(), tenant.colleague.id, id).await.unwrap();
        assert_eq!(theirs, Some(TreeFacts::default()));
    }
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.tree_facts(tenant.id(), tenant.user.id, fx::id()).await.unwrap(), None);
}

/// `fk_tree_favourites_user`. What cannot be seen is not marked, and that is no error.
pub async fn a_favourite_is_of_a_person_of_the_account(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (own, private) = (fx::tree(&tenant, "Own"), fx::tree(&other, "Private"));
    tenant.keep_trees(store, &[&own]).await;
    other.keep_trees(store, &[&private]).await;
    for user in [other.user.id, fx::id()] {
        let answer = tenant.write(store).await.set_favourite(tenant.id(), user, own.id, true).await;
        assert_constraint(answer, "fk_tree_favourites_user");
    }
    mark(store, &tenant, tenant.user.id, private.id, true).await;
    mark(store, &tenant, tenant.user.id, fx::id(), true).await;
    // Nobody takes away what others have marked.
    mark(store, &other, other.user.id, private.id, true).await;
    mark(store, &tenant, other.user.id, private.id, false).await;
    assert!(facts(store, &other, private.id).await.is_favourite);
}

/// The reader's, of those that match otherwise.
pub async fn favourites_narrow_a_list(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (one, two, archived) = (
        fx::tree(&tenant, "One"),
        fx::tree(&tenant, "Two"),
        Tree { is_active: false, ..fx::tree(&tenant, "Archived") },
    );
    tenant.keep_trees(store, &[&one, &two, &archived]).await;
    for id in [one.id, archived.id] {
        mark(store, &tenant, tenant.user.id, id, true).await;
    }
    let filter = TreeFilter { reader: Some(tenant.user.id), ..TreeFilter::default() };
    let (items, _) = tenant.read(store).await.list_trees(tenant.id(), &filter, ALL).await.unwrap();
    let marked: Vec<_> = items.iter().map(|item| item.facts.is_favourite).collect();
    assert_eq!(marked, [true, false]);
    let favourites = TreeFilter { favourite: true, ..filter };
    assert_eq!(tenant.listed(store, &favourites).await, ["One"]);
    let all = TreeFilter { include_inactive: true, ..favourites.clone() };
    assert_eq!(tenant.listed(store, &all).await, ["Archived", "One"]);
    assert!(
        tenant
            .listed(store, &TreeFilter { search: vec!["two".into()], ..favourites.clone() })
            .await
            .is_empty()
    );
    for reader in [None, Some(tenant.colleague.id)] {
        assert!(tenant.listed(store, &TreeFilter { reader, ..favourites.clone() }).await.is_empty());
    }
}

/// Of visible flows; a use and a completion are two counts.
pub async fn completions_are_counted_for_each_account(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (shared, private) = (fx::shared_tree(&tenant, "Shared"), fx::tree(&tenant, "Private"));
    tenant.keep_trees(store, &[&shared, &private]).await;
    let mut unit = tenant.write(store).await;
    unit.increment_completions(tenant.id(), shared.id, true).await.unwrap();
    unit.increment_usage(tenant.id(), shared.id).await.unwrap();
    unit.increment_completions(tenant.id(), shared.id, false).await.unwrap();
    unit.increment_completions(tenant.id(), shared.id, true).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    unit.increment_completions(other.id(), shared.id, false).await.unwrap();
    unit.increment_completions(other.id(), private.id, true).await.unwrap();
    unit.increment_completions(other.id(), fx::id(), true).await.unwrap();
    unit.commit().await.unwrap();
    let counts = |facts: TreeFacts| (facts.completed_count, facts.resolved_count);
    assert_eq!(counts(facts(store, &tenant, shared.id).await), (3, 2));
    assert_eq!(counts(facts(store, &other, shared.id).await), (1, 0));
    assert_eq!(counts(facts(store, &tenant, private.id).await), (0, 0));
    assert_eq!(tenant.tree(store, shared.id).await.unwrap().usage_count, 1);
}

/// None is lost.
pub async fn completions_are_counted_exactly_under_concurrency(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Flow");
    tenant.keep_trees(store, &[&tree]).await;
    join_all((0..8).map(async |number| {
        let mut unit = tenant.write(store).await;
        unit.increment_completions(tenant.id(), tree.id, number % 2 == 0).await.unwrap();
        unit.commit().await.unwrap();
    }))
    .await;
    let facts = facts(store, &tenant, tree.id).await;
    assert_eq!((facts.completed_count, facts.resolved_count), (8, 4));
}

/// Most often resolved first; of equals the more often completed, then by name; never completed ones last.
pub async fn trees_are_listed_by_success(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let names = ["b none", "A none", "never", "half", "two thirds", "all of two", "all of one", "Also half"];
    let trees: Vec<_> = names.iter().map(|name| fx::tree(&tenant, name)).collect();
    tenant.keep_trees(store, &trees.iter().collect::<Vec<_>>()).await;
    let mut unit = tenant.write(store).await;
    for (index, completed, resolved) in [(2, 4, 0), (3, 2, 1), (4, 3, 2), (5, 2, 2), (6, 1, 1), (7, 2, 1)] {
        for number in 0..completed {
            unit.increment_completions(tenant.id(), trees[index].id, number < resolved).await.unwrap();
        }
    }
    unit.commit().await.unwrap();
    let filter = TreeFilter { sort: TreeSort::Success, ..TreeFilter::default() };
    assert_eq!(
        tenant.listed(store, &filter).await,
        ["all of two", "all of one", "two thirds", "Also half", "half", "never", "A none", "b none"]
    );
    let (items, _) = tenant.read(store).await.list_trees(tenant.id(), &filter, ALL).await.unwrap();
    let rates: Vec<_> = items.iter().map(|item| item.facts.success_rate()).collect();
    assert_eq!((rates[0], rates[3], rates[5], rates[7]), (Some(1.0), Some(0.5), Some(0.0), None));
}

/// Where the parent can be seen.
pub async fn a_change_upstream_shows_on_forks(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let parent = |tree: Tree| Tree { updated_at: fx::at(100), ..tree };
    let own = parent(fx::tree(&tenant, "Own"));
    let (shared, private) = (parent(fx::shared_tree(&other, "Shared")), parent(fx::tree(&other, "Private")));
    tenant.keep_trees(store, &[&own]).await;
    other.keep_trees(store, &[&shared, &private]).await;
    let fork = |of: &Tree, seconds| {
        let mut origin = of.fork_origin(None);
        origin.parent_updated_at = fx::at(seconds);
        Tree { fork: Some(origin), ..fx::tree(&tenant, "Fork") }
    };
    for (tree, expected) in [
        (fork(&own, 100), false),
        (fork(&own, 99), true),
        (fork(&own, 101), false),
        (fork(&shared, 99), true),
        (fork(&shared, 100), false),
        (fork(&private, 99), false),
        (fork(&fx::tree(&tenant, "Gone"), 99), false),
    ] {
        tenant.keep_trees(store, &[&tree]).await;
        assert_eq!(facts(store, &tenant, tree.id).await.upstream_changed, expected);
        let (items, _) =
            tenant.read(store).await.list_trees(tenant.id(), &TreeFilter::default(), ALL).await.unwrap();
        let item = items.iter().find(|item| item.tree.id == tree.id).unwrap();
        assert_eq!(item.facts.upstream_changed, expected);
    }
}
