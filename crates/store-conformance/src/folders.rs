//! Folders of the library and what is in them.

use rf_kernel::{FolderId, TreeId};
use rf_store::Store;
use rf_trees::{Folder, FolderScope, Tree, TreeFilter};

use crate::fixtures::{self as fx, Tenant, assert_constraint};

async fn keep(store: &dyn Store, tenant: &Tenant, folders: &[&Folder]) {
    let mut unit = tenant.write(store).await;
    for folder in folders {
        unit.insert_folder(folder).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn put(store: &dyn Store, tenant: &Tenant, folder: &Folder, tree: TreeId, is_in: bool) {
    let mut unit = tenant.write(store).await;
    unit.set_in_folder(tenant.id(), folder.id, tree, is_in).await.unwrap();
    unit.commit().await.unwrap();
}

async fn contents(store: &dyn Store, tenant: &Tenant, trees: &[TreeId]) -> Vec<(FolderId, TreeId)> {
    tenant.read(store).await.folders_of_trees(tenant.id(), trees).await.unwrap()
}

/// Every scope; a person's are seen by that person; changes keep the instant of making.
pub async fn folders_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let shared = fx::folder(&tenant, "Shared");
    let inner = Folder { parent_id: Some(shared.id), ..fx::folder(&tenant, "Inner") };
    let team = Folder { scope: FolderScope::Team(tenant.team.id), ..fx::folder(&tenant, "Team") };
    let own = Folder { scope: FolderScope::Personal(tenant.user.id), ..fx::folder(&tenant, "Own") };
    keep(store, &tenant, &[&shared, &inner, &team, &own]).await;
    let mut unit = tenant.read(store).await;
    let seen = unit.folders(tenant.id(), tenant.user.id).await.unwrap();
    assert_eq!(seen, [shared.clone(), inner.clone(), team.clone(), own.clone()]);
    let seen = unit.folders(tenant.id(), tenant.colleague.id).await.unwrap();
    assert_eq!(seen, [shared, inner.clone(), team.clone()]);
    drop(unit);
    let moved = Folder { parent_id: Some(team.id), scope: team.scope, name: "Moved".into(), ..inner };
    let mut unit = tenant.write(store).await;
    assert!(unit.update_folder(&Folder { created_at: fx::at(99), ..moved.clone() }).await.unwrap());
    assert!(!unit.update_folder(&fx::folder(&tenant, "Unknown")).await.unwrap());
    unit.commit().await.unwrap();
    let seen = tenant.read(store).await.folders(tenant.id(), tenant.colleague.id).await.unwrap();
    assert_eq!(seen[1], moved);
}

/// `pk_folders`, `fk_folders_parent`, `fk_folders_owner`, `fk_folders_team`.
pub async fn a_folder_stays_in_its_account(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (own, theirs) = (fx::folder(&tenant, "Own"), fx::folder(&other, "Theirs"));
    keep(store, &tenant, &[&own]).await;
    keep(store, &other, &[&theirs]).await;
    let new = fx::folder(&tenant, "New");
    for (folder, constraint) in [
        (own.clone(), "pk_folders"),
        (Folder { parent_id: Some(theirs.id), ..new.clone() }, "fk_folders_parent"),
        (Folder { scope: FolderScope::Personal(other.user.id), ..new.clone() }, "fk_folders_owner"),
        (Folder { scope: FolderScope::Team(other.team.id), ..new.clone() }, "fk_folders_team"),
    ] {
        assert_constraint(tenant.write(store).await.insert_folder(&folder).await, constraint);
    }
    let moved = Folder { parent_id: Some(theirs.id), ..own };
    assert_constraint(tenant.write(store).await.update_folder(&moved).await, "fk_folders_parent");
}

/// With those inside; one that would be left without its parent stops it.
pub async fn folders_are_deleted_and_flows_stay(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Flow");
    tenant.keep_trees(store, &[&tree]).await;
    let outer = fx::folder(&tenant, "Outer");
    let inner = Folder { parent_id: Some(outer.id), ..fx::folder(&tenant, "Inner") };
    let beside = fx::folder(&tenant, "Beside");
    keep(store, &tenant, &[&outer, &inner, &beside]).await;
    for folder in [&inner, &beside] {
        put(store, &tenant, folder, tree.id, true).await;
    }
    let answer = tenant.write(store).await.delete_folders(tenant.id(), &[outer.id]).await;
    assert_constraint(answer, "fk_folders_parent");
    let mut unit = tenant.write(store).await;
    unit.delete_folders(tenant.id(), &[outer.id, inner.id, fx::id()]).await.unwrap();
    unit.commit().await.unwrap();
    let left = tenant.read(store).await.folders(tenant.id(), tenant.user.id).await.unwrap();
    assert_eq!(left, std::slice::from_ref(&beside));
    assert_eq!(contents(store, &tenant, &[tree.id]).await, [(beside.id, tree.id)]);
    assert!(tenant.tree(store, tree.id).await.is_some());
}

/// Once or twice is the same. Shared flows of others too; what cannot be seen is not put anywhere.
pub async fn flows_are_put_in_and_taken_out(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (own, shared, private) =
        (fx::tree(&tenant, "Own"), fx::shared_tree(&other, "Shared"), fx::tree(&other, "Private"));
    tenant.keep_trees(store, &[&own]).await;
    other.keep_trees(store, &[&shared, &private]).await;
    let folder = fx::folder(&tenant, "Folder");
    keep(store, &tenant, &[&folder]).await;
    let all = [own.id, shared.id, private.id];
    for id in all {
        for _ in 0..2 {
            put(store, &tenant, &folder, id, true).await;
        }
    }
    let mut expected = vec![(folder.id, own.id), (folder.id, shared.id)];
    expected.sort_unstable();
    assert_eq!(contents(store, &tenant, &all).await, expected);
    for _ in 0..2 {
        put(store, &tenant, &folder, own.id, false).await;
    }
    assert_eq!(contents(store, &tenant, &all).await, [(folder.id, shared.id)]);
    assert!(contents(store, &tenant, &[]).await.is_empty());
    let answer = tenant.write(store).await.set_in_folder(tenant.id(), fx::id(), own.id, true).await;
    assert_constraint(answer, "fk_folder_trees_folder");
}

/// A list of several folders holds each flow once; counts are of the flows that match, by folder.
pub async fn folders_narrow_lists_and_are_counted(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (one, two, archived, outside) = (
        fx::tree(&tenant, "One"),
        fx::tree(&tenant, "Two"),
        Tree { is_active: false, ..fx::tree(&tenant, "Archived") },
        fx::tree(&tenant, "Outside"),
    );
    tenant.keep_trees(store, &[&one, &two, &archived, &outside]).await;
    let (a, b, empty) = (fx::folder(&tenant, "A"), fx::folder(&tenant, "B"), fx::folder(&tenant, "Empty"));
    keep(store, &tenant, &[&a, &b, &empty]).await;
    for (folder, tree) in [(&a, &one), (&a, &archived), (&b, &one), (&b, &two)] {
        put(store, &tenant, folder, tree.id, true).await;
    }
    let of = |folders: &[&Folder]| TreeFilter {
        folders: Some(folders.iter().map(|folder| folder.id).collect()),
        ..TreeFilter::default()
    };
    assert_eq!(tenant.listed(store, &of(&[&a])).await, ["One"]);
    assert_eq!(tenant.listed(store, &of(&[&a, &b])).await, ["One", "Two"]);
    assert!(tenant.listed(store, &of(&[&empty])).await.is_empty());
    assert!(tenant.listed(store, &of(&[])).await.is_empty());
    let search = TreeFilter { search: vec!["two".into()], ..of(&[&a, &b]) };
    assert_eq!(tenant.listed(store, &search).await, ["Two"]);
    let mut unit = tenant.read(store).await;
    let facets = unit.tree_facets(tenant.id(), &of(&[&a, &b])).await.unwrap();
    assert_eq!(facets.types.iter().map(|facet| facet.count).sum::<i64>(), 2);
    let counts = unit.folder_counts(tenant.id(), &TreeFilter::default()).await.unwrap();
    assert_eq!(counts, [(a.id, 1), (b.id, 2)]);
    let all = TreeFilter { include_inactive: true, ..TreeFilter::default() };
    assert_eq!(unit.folder_counts(tenant.id(), &all).await.unwrap(), [(a.id, 2), (b.id, 2)]);
}

/// Neither seen, counted, changed nor filled.
pub async fn folders_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree]).await;
    let folder = fx::folder(&owner, "Folder");
    keep(store, &owner, &[&folder]).await;
    put(store, &owner, &folder, tree.id, true).await;
    let filter = TreeFilter { folders: Some(vec![folder.id]), ..TreeFilter::default() };
    for tenant in [owner.id(), other.id()] {
        let mut unit = other.read(store).await;
        assert_eq!(unit.folders(tenant, owner.user.id).await.unwrap(), []);
        assert_eq!(unit.folders_of_trees(tenant, &[tree.id]).await.unwrap(), []);
        assert_eq!(unit.folder_counts(tenant, &TreeFilter::default()).await.unwrap(), []);
        assert_eq!(unit.list_trees(tenant, &filter, fx::ALL).await.unwrap(), (vec![], 0));
    }
    let mut unit = other.write(store).await;
    unit.set_in_folder(other.id(), folder.id, tree.id, false).await.unwrap();
    unit.delete_folders(other.id(), &[folder.id]).await.unwrap();
    let stolen = Folder { account_id: other.id(), ..folder.clone() };
    assert!(!unit.update_folder(&stolen).await.unwrap());
    unit.commit().await.unwrap();
    let planted = fx::tree(&other, "Planted");
    other.keep_trees(store, &[&planted]).await;
    let answer = other.write(store).await.set_in_folder(other.id(), folder.id, planted.id, true).await;
    assert_constraint(answer, "fk_folder_trees_folder");
    assert_eq!(contents(store, &owner, &[tree.id, planted.id]).await, [(folder.id, tree.id)]);
    assert_eq!(owner.listed(store, &filter).await, ["Shared"]);
}
