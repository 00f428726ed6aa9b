use rf_kernel::{Detail, codes as kernel_codes};
use uuid::Uuid;

use super::*;
use crate::testing::{flow_of, good_flow};

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

const AUTHOR: u128 = 10;
const ACCOUNT: u128 = 1;
const TEAM: u128 = 20;

/// A draft of the author's, for the whole account.
fn tree() -> Tree {
    Tree {
        id: id(100),
        account_id: id(ACCOUNT),
        team_id: None,
        author_id: Some(id(AUTHOR)),
        content: good_flow(),
        version: 0,
        status: TreeStatus::Draft,
        is_active: true,
        is_public: false,
        is_default: false,
        usage_count: 0,
        fork: None,
        created_at: at(1),
        updated_at: at(1),
        revision: Revision::FIRST,
    }
}

fn team_tree() -> Tree {
    Tree { team_id: Some(id(TEAM)), ..tree() }
}

fn public_tree() -> Tree {
    Tree { is_public: true, status: TreeStatus::Published, version: 1, ..tree() }
}

/// Somebody else in the account, without a team.
fn engineer() -> Actor {
    Actor {
        user_id: id(11),
        account_id: id(ACCOUNT),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: "Eli".into(),
    }
}

fn stranger() -> Actor {
    Actor { account_id: id(2), role: Role::Owner, ..engineer() }
}

fn super_admin() -> Actor {
    Actor { is_super_admin: true, role: Role::Viewer, ..stranger() }
}

#[test]
fn an_account_sees_its_own_flows_whatever_their_state() {
    for actor in Role::ALL.map(|role| Actor { role, ..engineer() }) {
        assert!(tree().can_access(&actor), "{actor:?}");
        assert!(Tree { is_active: false, ..tree() }.can_access(&actor), "{actor:?}");
    }
}

#[test]
fn other_accounts_see_shared_flows_alone() {
    assert!(!tree().can_access(&stranger()));
    assert!(public_tree().can_access(&stranger()));
    assert!(Tree { is_public: false, is_default: true, ..public_tree() }.can_access(&stranger()));
    // Sharing needs all three: the flag, a published state, and not archived.
    for hidden in [
        Tree { is_public: false, ..public_tree() },
        Tree { status: TreeStatus::Draft, ..public_tree() },
        Tree { is_active: false, ..public_tree() },
    ] {
        assert!(!hidden.is_shared());
        assert!(!hidden.can_access(&stranger()), "{hidden:?}");
    }
    assert!(tree().can_access(&super_admin()));
}

#[test]
fn a_team_keeps_its_flows_from_other_teams() {
    let of_team = |team: Option<u128>, role| Actor { team_id: team.map(id), role, ..engineer() };
    assert!(team_tree().can_access(&of_team(Some(TEAM), Role::Engineer)));
    assert!(!team_tree().can_access(&of_team(Some(21), Role::Engineer)));
    assert!(!team_tree().can_access(&of_team(Some(21), Role::Viewer)));
    for role in [Role::TeamAdmin, Role::Owner] {
        assert!(team_tree().can_access(&of_team(Some(21), role)), "{role}");
    }
    // A published public flow is for everybody, other teams included.
    assert!(Tree { team_id: Some(id(TEAM)), ..public_tree() }.can_access(&of_team(Some(21), Role::Engineer)));
}

#[test]
fn no_team_is_not_a_team() {
    // A flow without a team is the whole account's, not that of the people without one.
    let of_some_team = Actor { team_id: Some(id(TEAM)), ..engineer() };
    assert!(tree().can_access(&engineer()));
    assert!(tree().can_access(&of_some_team));
    // And having no team in common opens nothing across accounts.
    assert!(!tree().can_access(&Actor { team_id: None, ..stranger() }));
    assert!(!team_tree().can_access(&Actor { team_id: Some(id(TEAM)), ..stranger() }));
}

#[test]
fn flows_are_changed_by_their_author_and_by_those_who_manage() {
    let author = |role| Actor { user_id: id(AUTHOR), role, ..engineer() };
    assert!(tree().can_edit(&author(Role::Engineer)));
    // Who may not write flows any more may not change their old ones.
    assert!(!tree().can_edit(&author(Role::Viewer)));
    assert!(!tree().can_edit(&engineer()));
    for role in [Role::TeamAdmin, Role::Owner] {
        assert!(tree().can_edit(&Actor { role, ..engineer() }), "{role}");
    }
    // To see a shared flow is not to change it, even for its author in another account.
    assert!(!public_tree().can_edit(&stranger()));
    assert!(!public_tree().can_edit(&Actor { user_id: id(AUTHOR), ..stranger() }));
    // A flow without an author is nobody's own.
    let shipped = Tree { author_id: None, is_default: true, ..public_tree() };
    assert!(!shipped.can_edit(&engineer()));
    assert!(!shipped.can_edit(&stranger()));
    assert!(shipped.can_edit(&super_admin()));
    assert!(!public_tree().can_edit(&super_admin()));
}

#[test]
fn publishing_makes_the_next_version_of_what_is_there() {
    let mut tree = tree();
    let first = tree.publish(id(200), Some(id(AUTHOR)), Some("First".into()), at(5)).unwrap();
    assert_eq!((tree.version, tree.status, tree.updated_at), (1, TreeStatus::Published, at(5)));
    assert_eq!(
        first,
        TreeVersion {
            id: id(200),
            tree_id: tree.id,
            account_id: tree.account_id,
            version: 1,
            content: good_flow(),
            change_note: Some("First".into()),
            published_by_id: Some(id(AUTHOR)),
            published_at: at(5),
        }
    );
    let renamed = TreePatch { name: Some("Other".into()), ..TreePatch::default() };
    tree.apply(renamed, at(6));
    assert_eq!((tree.version, tree.status), (1, TreeStatus::Published), "a change alone makes no version");
    let second = tree.publish(id(201), None, None, at(7)).unwrap();
    assert_eq!((second.version, second.content.name.as_str()), (2, "Other"));
    assert_eq!(first.content.name, "Test");
}

#[test]
fn lint_errors_stop_publishing_and_change_nothing() {
    let mut tree = Tree { content: flow_of(vec![]), ..tree() };
    let before = tree.clone();
    let failure = tree.publish(id(200), None, None, at(5)).unwrap_err();
    assert_eq!(tree, before);
    assert_eq!(failure.code, codes::TREE_NOT_PUBLISHABLE);
    let Detail::Object(detail) = failure.detail else { panic!("the detail is an object") };
    assert_eq!(detail["message"], "Cannot publish tree with validation errors");
    assert_eq!(detail["errors"][0]["code"], "empty_flow");
    assert_eq!(detail["errors"][0]["severity"], "error");
    // Warnings do not stop it, and are not listed as errors.
    let unescalated = crate::testing::node("a", crate::NodeType::Outcome, "Done");
    let mut tree = Tree { content: flow_of(vec![unescalated]), ..before };
    assert_eq!(lint(&tree.content).findings.len(), 1);
    assert!(tree.check_publishable().is_ok());
    assert!(tree.publish(id(200), None, None, at(5)).is_ok());
}

#[test]
fn forks_know_their_parent_and_the_first_of_the_line() {
    let first = Tree { updated_at: at(9), ..tree() };
    let origin = first.fork_origin(Some("Other printers".into()));
    assert_eq!(
        origin,
        ForkOrigin {
            parent_tree_id: id(100),
            root_tree_id: id(100),
            fork_depth: 1,
            fork_reason: Some("Other printers".into()),
            parent_updated_at: at(9),
        }
    );
    let second = Tree { id: id(101), fork: Some(origin), ..tree() };
    let third = Tree { id: id(102), fork: Some(second.fork_origin(None)), ..tree() };
    let origin = third.fork_origin(None);
    assert_eq!((origin.parent_tree_id, origin.root_tree_id, origin.fork_depth), (id(102), id(100), 3));
}

#[test]
fn a_patch_changes_what_it_names() {
    let mut changed = Tree { team_id: Some(id(TEAM)), ..public_tree() };
    let before = changed.clone();
    changed.apply(TreePatch::default(), at(3));
    assert_eq!(changed, Tree { updated_at: at(3), revision: Revision(2), ..before });
    changed.apply(
        TreePatch {
            name: Some("  New name ".into()),
            description: Some(None),
            category: Some(Some(" ".into())),
            tags: Some(vec![" Printer".into(), "printer".into(), String::new()]),
            status: Some(TreeStatus::Draft),
            is_active: Some(false),
            is_public: Some(false),
            team_id: Some(None),
            ..TreePatch::default()
        },
        at(4),
    );
    assert_eq!(changed.content.name, "New name");
    assert_eq!((&changed.content.description, &changed.content.category), (&None, &None));
    assert_eq!(changed.content.tags, ["printer"]);
    assert_eq!((changed.status, changed.is_active, changed.is_public), (TreeStatus::Draft, false, false));
    assert_eq!((changed.team_id, changed.revision), (None, Revision(3)));
    // Publishing is the caller's to ask for: it needs an id and can be refused.
    changed.apply(TreePatch { status: Some(TreeStatus::Published), ..TreePatch::default() }, at(5));
    assert_eq!(changed.status, TreeStatus::Draft);
}

#[test]
fn sizes_hold_for_drafts_too() {
    let refused = |draft: FlowDraft| {
        let mut checks = Checks::new();
        draft.check(&mut checks);
        match checks.finish() {
            Ok(()) => vec![],
            Err(failure) => {
                assert_eq!(failure.code, kernel_codes::VALIDATION_FAILED);
                failure.errors.into_iter().map(|error| format!("{}: {}", error.loc, error.code)).collect()
            }
        }
    };
    assert_eq!(refused(good_flow()), Vec::<String>::new());
    // An unfinished draft may be kept.
    assert_eq!(refused(flow_of(vec![])), Vec::<String>::new());
    let many = (0..2_001).map(|i| crate::testing::node(format!("n{i}"), crate::NodeType::Outcome, "A"));
    let mut draft = flow_of(many.collect());
    draft.name = " ".into();
    draft.description = Some("x".repeat(4_001));
    draft.category = Some(String::new());
    draft.tags = vec!["x".repeat(51)];
    assert_eq!(
        refused(draft),
        [
            "name: too_short",
            "description: too_long",
            "category: too_short",
            "tags[0]: too_long",
            "tree_structure: too_many"
        ]
    );
    let list = crate::Checklist { sections: vec![], targets: vec!["x".into()] };
    let draft =
        FlowDraft { tree_type: TreeType::Procedural, structure: Structure::Checklist(list), ..good_flow() };
    assert_eq!(refused(draft), ["tree_structure.targets: not_for_this_type"]);
    let nul = crate::testing::node("a", crate::NodeType::Outcome, "A\0");
    assert_eq!(refused(flow_of(vec![nul])), ["tree_structure: control_character"]);
    let nul = crate::testing::node("a\0", crate::NodeType::Outcome, "A");
    assert_eq!(refused(flow_of(vec![nul])), ["tree_structure: control_character"]);
    let field = crate::Field {
        name: "x".into(),
        label: "X".into(),
        field_type: crate::FieldType::Text,
        required: false,
        secret: false,
        options: vec![],
        default: None,
        help: Some("\0".into()),
        placeholder: None,
    };
    let draft = FlowDraft { intake_form: crate::IntakeForm { fields: vec![field] }, ..good_flow() };
    assert_eq!(refused(draft), ["intake_form: control_character"]);
}

#[test]
fn search_looks_through_every_text_in_lower_case() {
    let mut draft = good_flow();
    draft.category = Some("Printing".into());
    draft.tags = vec!["spooler".into()];
    let text = draft.search_text();
    for word in ["test", "for a test.", "printing", "spooler", "restart it", "call the vendor"] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
}

#[test]
fn a_status_is_read_by_its_name() {
    for status in [TreeStatus::Draft, TreeStatus::Published] {
        assert_eq!(status.as_str().parse(), Ok(status));
    }
    assert!("live".parse::<TreeStatus>().is_err());
}
