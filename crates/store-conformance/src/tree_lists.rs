//! Lists of flows: order, pages, filters, search and facets.

use rf_kernel::{Page, Revision, TreeId};
use rf_store::Store;
use rf_trees::{
    Checklist, Facet, Graph, IntakeForm, Structure, Tree, TreeFacets, TreeFilter, TreeSort, TreeStatus,
    TreeType,
};

use crate::fixtures::{self as fx, ALL, Tenant};

fn sorted(sort: TreeSort) -> TreeFilter {
    TreeFilter { sort, ..TreeFilter::default() }
}

fn searching(words: &[&str]) -> TreeFilter {
    TreeFilter { search: words.iter().map(|&word| word.to_owned()).collect(), ..TreeFilter::default() }
}

async fn listed_ids(store: &dyn Store, tenant: &Tenant, filter: &TreeFilter) -> Vec<TreeId> {
    let (items, _) = tenant.read(store).await.list_trees(tenant.id(), filter, ALL).await.unwrap();
    items.into_iter().map(|item| item.tree.id).collect()
}

/// By code point of the lower-cased name, the same whatever the database's language; equal names by id.
pub async fn trees_are_listed_by_name_whatever_the_case(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let names = ["beta", "Alpha", "ALPHA", "Zulu", "äther", "a-b", "a b", "Beta2", "_under", "10", "9"];
    let trees: Vec<_> = names.iter().map(|name| fx::tree(&tenant, name)).collect();
    tenant.keep_trees(store, &trees.iter().rev().collect::<Vec<_>>()).await;
    let expected = ["10", "9", "_under", "a b", "a-b", "Alpha", "ALPHA", "beta", "Beta2", "Zulu", "äther"];
    assert_eq!(tenant.listed(store, &sorted(TreeSort::Name)).await, expected);
}

/// Last changed first; of one instant the larger id first.
pub async fn trees_are_listed_by_change(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let changed = |name: &str, seconds| Tree { updated_at: fx::at(seconds), ..fx::tree(&tenant, name) };
    let (old, first, second, new) =
        (changed("Old", 1), changed("First", 2), changed("Second", 2), changed("New", 3));
    tenant.keep_trees(store, &[&second, &new, &old, &first]).await;
    assert_eq!(
        listed_ids(store, &tenant, &sorted(TreeSort::Recent)).await,
        [new.id, second.id, first.id, old.id]
    );
}

/// Most used by this account first; then by name.
pub async fn trees_are_listed_by_use(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (rare, often, never, none) = (
        fx::shared_tree(&tenant, "Rare"),
        fx::tree(&tenant, "Often"),
        fx::shared_tree(&tenant, "never"),
        fx::tree(&tenant, "None"),
    );
    tenant.keep_trees(store, &[&rare, &often, &never, &none]).await;
    let mut unit = tenant.write(store).await;
    for id in [often.id, rare.id, often.id] {
        unit.increment_usage(tenant.id(), id).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    for _ in 0..5 {
        unit.increment_usage(other.id(), never.id).await.unwrap();
    }
    unit.commit().await.unwrap();
    let filter = sorted(TreeSort::Used);
    assert_eq!(tenant.listed(store, &filter).await, ["Often", "Rare", "never", "None"]);
    let (items, _) = tenant.read(store).await.list_trees(tenant.id(), &filter, ALL).await.unwrap();
    let counts: Vec<_> = items.iter().map(|item| item.tree.usage_count).collect();
    assert_eq!(counts, [2, 1, 0, 0]);
    assert_eq!(other.listed(store, &filter).await, ["never", "Rare"]);
}

/// Walking the pages shows every flow once, in the order of the whole list, in every order.
pub async fn pages_of_trees_neither_overlap_nor_miss(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    // Names, instants and counts are all equal: the id alone decides.
    let trees: Vec<_> = (0..7).map(|_| fx::tree(&tenant, "Same")).collect();
    tenant.keep_trees(store, &[3, 1, 6, 0, 5, 2, 4].map(|index: usize| &trees[index])).await;
    for sort in [TreeSort::Name, TreeSort::Recent, TreeSort::Used, TreeSort::Relevance, TreeSort::Success] {
        let filter = sorted(sort);
        let whole = listed_ids(store, &tenant, &filter).await;
        let mut walked = Vec::new();
        for skip in [0, 3, 6, 9, u64::MAX] {
            let page = Page { skip, limit: 3 };
            let (items, total) =
                tenant.read(store).await.list_trees(tenant.id(), &filter, page).await.unwrap();
            assert_eq!(total, 7, "the total does not depend on the page");
            walked.extend(items.into_iter().map(|item| item.tree.id));
        }
        assert_eq!(walked, whole);
        let mut ids: Vec<_> = trees.iter().map(|tree| tree.id).collect();
        ids.sort();
        walked.sort();
        assert_eq!(walked, ids);
    }
}

/// Everything but structure and intake form, with the numbers a list shows.
pub async fn a_list_has_no_bodies(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for (tree_type, empty) in [
        (TreeType::Troubleshooting, Structure::Graph(Graph::default())),
        (TreeType::Procedural, Structure::Checklist(Checklist::default())),
        (TreeType::Maintenance, Structure::Checklist(Checklist::default())),
    ] {
        let tree = Tree {
            content: fx::draft(tree_type, "Flow"),
            team_id: Some(tenant.team.id),
            revision: Revision(3),
            version: 2,
            fork: Some(fx::tree(&tenant, "Parent").fork_origin(Some("why".into()))),
            ..fx::tree(&tenant, "")
        };
        tenant.keep_trees(store, &[&tree]).await;
        let filter = TreeFilter { tree_type: Some(tree_type), ..TreeFilter::default() };
        let (items, _) = tenant.read(store).await.list_trees(tenant.id(), &filter, ALL).await.unwrap();
        let steps = i64::try_from(tree.content.structure.step_count()).unwrap();
        let minutes = tree.content.structure.expected_minutes().map(i64::from);
        let mut expected = tree;
        expected.content.structure = empty;
        expected.content.intake_form = IntakeForm::default();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].tree, expected);
        assert_eq!((items[0].step_count, items[0].expected_minutes), (steps, minutes));
    }
}

/// Each filter alone, and together.
pub async fn every_tree_filter_narrows(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut network = fx::tree(&tenant, "Network");
    network.content.category = Some("Network".into());
    network.content.tags = vec!["router".into(), "änderung".into()];
    let mut bare = fx::shared_tree(&tenant, "Bare");
    bare.content.category = None;
    bare.content.tags.clear();
    let list = Tree { content: fx::draft(TreeType::Procedural, "List"), ..fx::tree(&tenant, "") };
    let theirs = Tree { author_id: Some(tenant.colleague.id), ..fx::tree(&tenant, "Theirs") };
    let archived = Tree { is_active: false, ..fx::tree(&tenant, "Archived") };
    tenant.keep_trees(store, &[&network, &bare, &list, &theirs, &archived]).await;

    let any = TreeFilter::default;
    let text = |text: &str| Some(text.to_owned());
    let cases: [(TreeFilter, &[&str]); 13] = [
        (any(), &["Bare", "List", "Network", "Theirs"]),
        (TreeFilter { include_inactive: true, ..any() }, &["Archived", "Bare", "List", "Network", "Theirs"]),
        (TreeFilter { tree_type: Some(TreeType::Procedural), ..any() }, &["List"]),
        (TreeFilter { tree_type: Some(TreeType::Maintenance), ..any() }, &[]),
        (TreeFilter { category: text("Network"), ..any() }, &["Network"]),
        (TreeFilter { category: text("network"), ..any() }, &[]),
        (TreeFilter { tag: text("windows"), ..any() }, &["List", "Theirs"]),
        (TreeFilter { tag: text("Änderung"), ..any() }, &["Network"]),
        (TreeFilter { tag: text("window"), ..any() }, &[]),
        (TreeFilter { status: Some(TreeStatus::Published), ..any() }, &["Bare"]),
        (TreeFilter { status: Some(TreeStatus::Draft), ..any() }, &["List", "Network", "Theirs"]),
        (TreeFilter { author_id: Some(tenant.colleague.id), ..any() }, &["Theirs"]),
        (
            TreeFilter {
                author_id: Some(tenant.user.id),
                tag: text("printer"),
                status: Some(TreeStatus::Draft),
                include_inactive: true,
                ..any()
            },
            &["Archived", "List"],
        ),
    ];
    for (filter, names) in cases {
        assert_eq!(tenant.listed(store, &filter).await, names, "{filter:?}");
    }
}

/// In any order, in name, description, category, tags or steps.
pub async fn every_word_must_occur(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut printer = fx::tree(&tenant, "Printer offline");
    printer.content.tags = vec!["hardware".into()];
    let mut vpn = fx::tree(&tenant, "VPN drops");
    vpn.content = rf_trees::FlowDraft {
        description: Some("Tunnel ends after minutes".into()),
        category: Some("Network".into()),
        tags: vec!["remote".into()],
        structure: Structure::Graph(Graph::default()),
        ..vpn.content
    };
    tenant.keep_trees(store, &[&printer, &vpn]).await;
    for (words, names) in [
        (&["offline", "printer"][..], &["Printer offline"][..]),
        (&["off", "int"], &["Printer offline"]),
        (&["offline", "tunnel"], &[]),
        (&["tunnel"], &["VPN drops"]),
        (&["network", "remote", "vpn"], &["VPN drops"]),
        (&["hardware"], &["Printer offline"]),
        (&["spooler"], &["Printer offline"]),
        (&["net stop"], &["Printer offline"]),
        (&["nothing like it"], &[]),
        (&[], &["Printer offline", "VPN drops"]),
        (&[""], &["Printer offline", "VPN drops"]),
    ] {
        assert_eq!(tenant.listed(store, &searching(words)).await, names, "{words:?}");
    }
}

/// `%`, `_`, `\` and quotes are what they are.
pub async fn search_takes_wildcards_literally(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let names = ["100% CPU", "100 CPU", "a_b", "axb", r"C:\Temp", "C:Temp", "it's \"quoted\""];
    let trees: Vec<_> = names.iter().map(|name| fx::tree(&tenant, name)).collect();
    tenant.keep_trees(store, &trees.iter().collect::<Vec<_>>()).await;
    for (word, found) in [
        ("100%", &["100% CPU"][..]),
        ("%", &["100% CPU"]),
        ("a_b", &["a_b"]),
        (r"c:\", &[r"C:\Temp"]),
        (r"c:\temp", &[r"C:\Temp"]),
        (r"\%", &[]),
        ("it's", &["it's \"quoted\""]),
        ("\"quoted\"", &["it's \"quoted\""]),
        ("0__", &[]),
    ] {
        assert_eq!(tenant.listed(store, &searching(&[word])).await, found, "{word:?}");
    }
}

/// Letters of every alphabet, in the row and in the question; marks above and below them are no difference.
pub async fn search_ignores_case_beyond_ascii(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let names = ["DRUCKER ÖFFNET NICHT", "Принтер Не Печатает", "Élan Réseau", "ΣΙΓΜΑ"];
    let trees: Vec<_> = names.iter().map(|name| fx::tree(&tenant, name)).collect();
    tenant.keep_trees(store, &trees.iter().collect::<Vec<_>>()).await;
    for (word, found) in [
        ("öffnet", "DRUCKER ÖFFNET NICHT"),
        ("ÖFFNET", "DRUCKER ÖFFNET NICHT"),
        ("принтер", "Принтер Не Печатает"),
        ("ПЕЧАТАЕТ", "Принтер Не Печатает"),
        ("élan", "Élan Réseau"),
        ("σιγ", "ΣΙΓΜΑ"),
        ("elan", "Élan Réseau"),
        ("offnet", "DRUCKER ÖFFNET NICHT"),
    ] {
        assert_eq!(tenant.listed(store, &searching(&[word])).await, [found], "{word:?}");
    }
}

/// A NUL, which no database keeps in a text, is no error here.
pub async fn a_search_no_text_can_match_finds_nothing(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    tenant.keep_trees(store, &[&fx::tree(&tenant, "Printer")]).await;
    for filter in [
        searching(&["printer\0"]),
        TreeFilter { category: Some("\0".into()), ..TreeFilter::default() },
        TreeFilter { tag: Some("printer\0".into()), ..TreeFilter::default() },
    ] {
        assert!(tenant.listed(store, &filter).await.is_empty(), "{filter:?}");
    }
}

/// And no longer by the old ones.
pub async fn a_changed_tree_is_found_by_its_new_words_and_tags(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Old name");
    tenant.keep_trees(store, &[&tree]).await;
    let mut next = tree.clone();
    next.content.name = "New name".into();
    next.content.tags = vec!["windows".into(), "fresh".into()];
    next.revision = tree.revision.next();
    let mut unit = tenant.write(store).await;
    unit.update_tree(tenant.id(), &next, tree.revision).await.unwrap();
    unit.commit().await.unwrap();
    let tagged = |tag: &str| TreeFilter { tag: Some(tag.to_owned()), ..TreeFilter::default() };
    for filter in [searching(&["new"]), tagged("fresh"), tagged("windows")] {
        assert_eq!(tenant.listed(store, &filter).await, ["New name"], "{filter:?}");
    }
    for filter in [searching(&["old"]), tagged("printer")] {
        assert!(tenant.listed(store, &filter).await.is_empty(), "{filter:?}");
    }
    let facets = tenant.read(store).await.tree_facets(tenant.id(), &TreeFilter::default()).await.unwrap();
    let tags: Vec<_> = facets.tags.iter().map(|facet| facet.name.as_str()).collect();
    assert_eq!(tags, ["fresh", "windows"]);
}

/// Active flows, own and shared; most first, then by name.
pub async fn facets_count_what_the_tenant_sees(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    assert_eq!(
        tenant.read(store).await.tree_facets(tenant.id(), &TreeFilter::default()).await.unwrap(),
        TreeFacets::default()
    );
    let shelved = |tree: Tree, category: Option<&str>, tags: &[&str]| {
        let mut tree = tree;
        tree.content.category = category.map(str::to_owned);
        tree.content.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        tree
    };
    let list = Tree { content: fx::draft(TreeType::Maintenance, "List"), ..fx::tree(&tenant, "") };
    let own = [
        shelved(fx::tree(&tenant, "A"), Some("Zulu"), &["b", "a"]),
        shelved(fx::tree(&tenant, "B"), Some("Alpha"), &["b"]),
        shelved(fx::tree(&tenant, "C"), Some("alpha"), &["é"]),
        shelved(fx::tree(&tenant, "D"), None, &[]),
        shelved(Tree { is_active: false, ..fx::tree(&tenant, "Archived") }, Some("Archived"), &["old"]),
        shelved(list, None, &["a", "b"]),
    ];
    tenant.keep_trees(store, &own.iter().collect::<Vec<_>>()).await;
    let theirs = [
        shelved(fx::shared_tree(&other, "Shared"), Some("Zulu"), &["c"]),
        shelved(fx::tree(&other, "Private"), Some("Private"), &["secret"]),
    ];
    other.keep_trees(store, &theirs.iter().collect::<Vec<_>>()).await;
    let facets = |pairs: &[(&str, i64)]| {
        pairs.iter().map(|&(name, count)| Facet { name: name.to_owned(), count }).collect::<Vec<_>>()
    };
    assert_eq!(
        tenant.read(store).await.tree_facets(tenant.id(), &TreeFilter::default()).await.unwrap(),
        TreeFacets {
            categories: facets(&[("Zulu", 2), ("Alpha", 1), ("alpha", 1)]),
            tags: facets(&[("b", 3), ("a", 2), ("c", 1), ("é", 1)]),
            types: facets(&[("troubleshooting", 5), ("maintenance", 1)]),
        }
    );
}

/// Counted over what the list of the same filter shows.
pub async fn facets_follow_the_filter(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let shelved = |name: &str, category: &str, tags: &[&str]| {
        let mut tree = fx::tree(&tenant, name);
        tree.content.category = Some(category.into());
        tree.content.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        tree
    };
    let (mail, print, old) = (
        shelved("Outlook", "Mail", &["x", "y"]),
        shelved("Printer", "Print", &["y"]),
        Tree { is_active: false, ..shelved("Old", "Mail", &["z"]) },
    );
    tenant.keep_trees(store, &[&mail, &print, &old]).await;
    let mut unit = tenant.read(store).await;
    for (filter, categories, tags) in [
        (TreeFilter { tag: Some("x".into()), ..TreeFilter::default() }, &["Mail 1"][..], &["x 1", "y 1"][..]),
        (searching(&["outlok"]), &["Mail 1"], &["x 1", "y 1"]),
        (searching(&["nothing"]), &["Mail 1", "Print 1"], &["y 2", "x 1"]),
        (
            TreeFilter { include_inactive: true, ..TreeFilter::default() },
            &["Mail 2", "Print 1"],
            &["y 2", "x 1", "z 1"],
        ),
        (searching(&["absent\0"]), &[], &[]),
    ] {
        let facets = unit.tree_facets(tenant.id(), &filter).await.unwrap();
        let shown = |facets: &[Facet]| {
            facets.iter().map(|facet| format!("{} {}", facet.name, facet.count)).collect::<Vec<_>>()
        };
        assert_eq!(shown(&facets.categories), categories, "{filter:?}");
        assert_eq!(shown(&facets.tags), tags, "{filter:?}");
    }
}

/// Own ones that are not shared with everybody.
pub async fn flows_of_other_teams_can_be_left_out(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let limited = |tree: Tree, tenant: &Tenant| Tree { team_id: Some(tenant.team.id), ..tree };
    let (everybodys, teams) =
        (fx::tree(&tenant, "Everybody's"), limited(fx::tree(&tenant, "Team's"), &tenant));
    let public = limited(fx::shared_tree(&tenant, "Public"), &tenant);
    tenant.keep_trees(store, &[&everybodys, &teams, &public]).await;
    other.keep_trees(store, &[&limited(fx::shared_tree(&other, "Theirs"), &other)]).await;
    let of = |team| TreeFilter { team, ..TreeFilter::default() };
    let all = ["Everybody's", "Public", "Team's", "Theirs"];
    assert_eq!(tenant.listed(store, &of(None)).await, all);
    assert_eq!(tenant.listed(store, &of(Some(tenant.team.id))).await, all);
    assert_eq!(tenant.listed(store, &of(Some(fx::id()))).await, ["Everybody's", "Public", "Theirs"]);
}
