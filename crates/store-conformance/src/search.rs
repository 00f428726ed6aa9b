//! Ranked search: every store finds the same flows in the same order.

use rf_kernel::Page;
use rf_store::Store;
use rf_trees::{Structure, Tree, TreeFilter, TreeSort, TreeStatus};

use crate::fixtures::{self as fx, Tenant};

fn best(words: &str) -> TreeFilter {
    TreeFilter {
        search: words.split_whitespace().map(str::to_owned).collect(),
        sort: TreeSort::Relevance,
        ..TreeFilter::default()
    }
}

/// A flow that is found by these alone.
fn flow(tenant: &Tenant, name: &str, tags: &[&str], description: &str, step: &str) -> Tree {
    let mut tree = fx::tree(tenant, name);
    tree.content.category = None;
    tree.content.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
    tree.content.description = Some(description.to_owned());
    if let Structure::Graph(graph) = &mut tree.content.structure {
        graph.nodes.truncate(1);
        graph.nodes[0].title = step.to_owned();
        graph.nodes[0].body = None;
    }
    tree
}

/// By points; of equal points by name, then id.
pub async fn better_places_and_better_matches_come_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let trees = [
        flow(&tenant, "Step", &[], "", "Restart Outlook"),
        flow(&tenant, "Description", &[], "About Outlook", ""),
        flow(&tenant, "Tag", &["outlook"], "", ""),
        flow(&tenant, "Outlook", &[], "", ""),
        flow(&tenant, "outlook again", &["outlook"], "Outlook", "Outlook"),
        flow(&tenant, "Outlooks", &[], "", ""),
        flow(&tenant, "MSOutlook", &[], "", ""),
        flow(&tenant, "Outlok", &[], "", ""),
        flow(&tenant, "Outlays", &["outlook"], "", ""),
        flow(&tenant, "Nothing", &["of"], "the", "kind"),
    ];
    tenant.keep_trees(store, &trees.iter().rev().collect::<Vec<_>>()).await;
    assert_eq!(
        tenant.listed(store, &best("outlook")).await,
        [
            "Outlook",
            "outlook again",
            "Outlooks",
            "MSOutlook",
            "Outlays",
            "Outlok",
            "Tag",
            "Description",
            "Step"
        ]
    );
    // Without a question, by name.
    let by_name = tenant.listed(store, &TreeFilter::default()).await;
    assert_eq!(tenant.listed(store, &best(" ")).await, by_name);
    // Signs alone say nothing about how well it fits.
    let signs = flow(&tenant, "a % b", &[], "", "");
    let more = flow(&tenant, "% %", &["%"], "", "");
    tenant.keep_trees(store, &[&signs, &more]).await;
    assert_eq!(tenant.listed(store, &best("%")).await, ["% %", "a % b"]);
    assert_eq!(tenant.listed(store, &best("% b")).await, ["a % b"]);
}

/// In one word or several.
pub async fn typing_errors_endings_and_parts_are_found(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let trees = [
        flow(&tenant, "Printer offline", &["hardware"], "Réseau", "Restart the spooler"),
        flow(&tenant, "VPN drops", &["remote"], "Tunnel ends", "Look at the router of Wi-Fi 6"),
    ];
    tenant.keep_trees(store, &trees.iter().collect::<Vec<_>>()).await;
    for (words, found) in [
        ("printing", &["Printer offline"][..]),
        ("pritner", &["Printer offline"]),
        ("prnter ofline", &["Printer offline"]),
        ("HARDWRAE", &["Printer offline"]),
        ("reseau spoler", &["Printer offline"]),
        ("spo", &["Printer offline"]),
        ("poole", &["Printer offline"]),
        ("p", &["Printer offline"]),
        ("routers", &["VPN drops"]),
        ("wi-fi", &["VPN drops"]),
        ("wi-fy", &[]),
        ("vnp", &[]),
        ("printing tunnel", &[]),
        ("e", &["VPN drops"]),
        ("'", &[]),
        ("\"printer\"", &[]),
        ("printer.", &["Printer offline"]),
    ] {
        assert_eq!(tenant.listed(store, &best(words)).await, found, "{words}");
    }
}

/// Their words belong to another account.
pub async fn shared_flows_are_found_by_similar_words(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let reader = Tenant::keep(store).await;
    let shared =
        Tree { is_public: true, status: TreeStatus::Published, ..flow(&owner, "Kerberos", &[], "", "") };
    let private = flow(&owner, "Kerberized", &[], "", "");
    owner.keep_trees(store, &[&shared, &private]).await;
    for word in ["kerberos", "kerb", "kerbros", "berber", "erbero"] {
        let found = reader.listed(store, &best(word)).await;
        assert_eq!(found, if word == "berber" { &[][..] } else { &["Kerberos"] }, "{word}");
    }
    assert_eq!(owner.listed(store, &best("kerberoz")).await, ["Kerberos", "Kerberized"]);
}

/// All of it.
pub async fn a_search_keeps_to_the_filter(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let archived = Tree { is_active: false, ..flow(&tenant, "Outlook old", &["x"], "", "") };
    let theirs =
        Tree { author_id: Some(tenant.colleague.id), ..flow(&tenant, "Outlook new", &["x"], "", "") };
    tenant.keep_trees(store, &[&archived, &theirs, &flow(&tenant, "Outlook", &["y"], "", "")]).await;
    let found = async |filter: TreeFilter| tenant.listed(store, &filter).await;
    assert_eq!(found(best("outlook")).await, ["Outlook", "Outlook new"]);
    assert_eq!(
        found(TreeFilter { include_inactive: true, ..best("outlook x") }).await,
        ["Outlook new", "Outlook old"]
    );
    assert_eq!(found(TreeFilter { tag: Some("y".into()), ..best("outlook") }).await, ["Outlook"]);
    assert_eq!(
        found(TreeFilter { author_id: Some(tenant.colleague.id), ..best("outlok") }).await,
        ["Outlook new"]
    );
    assert_eq!(
        found(TreeFilter { sort: TreeSort::Recent, ..best("outlook") }).await,
        ["Outlook", "Outlook new"]
    );
}

/// Equal points: name and id decide.
pub async fn pages_of_a_search_neither_overlap_nor_miss(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let trees: Vec<_> = (0..7).map(|_| flow(&tenant, "Same", &[], "", "")).collect();
    tenant.keep_trees(store, &[3, 1, 6, 0, 5, 2, 4].map(|index: usize| &trees[index])).await;
    let mut walked = Vec::new();
    for skip in [0, 3, 6, 9] {
        let page = Page { skip, limit: 3 };
        let mut unit = tenant.read(store).await;
        let (items, total) = unit.list_trees(tenant.id(), &best("same"), page).await.unwrap();
        assert_eq!(total, 7);
        walked.extend(items.into_iter().map(|item| item.tree.id));
    }
    assert_eq!(walked, trees.iter().map(|tree| tree.id).collect::<Vec<_>>());
}

/// More than a statement holds; a change takes the old ones away.
pub async fn many_words_of_a_flow_are_kept_and_changed(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let numbered = |word: &str| (1_000..4_000).map(|n| format!("{word}{n} ")).collect::<String>();
    let tree = flow(&tenant, "Large", &[], &numbered("alpha"), "");
    tenant.keep_trees(store, &[&tree]).await;
    for word in ["alpha1000", "alpha3999", "alph", "large"] {
        assert_eq!(tenant.listed(store, &best(word)).await, ["Large"], "{word}");
    }
    let mut next = tree.clone();
    next.revision = tree.revision.next();
    next.content.description = Some(numbered("omega"));
    let mut unit = tenant.write(store).await;
    unit.update_tree(tenant.id(), &next, tree.revision).await.unwrap();
    unit.commit().await.unwrap();
    for word in ["omega1000", "omega3999", "large"] {
        assert_eq!(tenant.listed(store, &best(word)).await, ["Large"], "{word}");
    }
    assert!(tenant.listed(store, &best("alph")).await.is_empty());
}
