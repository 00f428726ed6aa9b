//! Tenants: whatever is asked, by whatever unit, one account never reaches another's rows.
//!
//! Each reading is tried three ways: as the other tenant; by a unit of the other tenant that names the owner; and
//! by a system unit that names the other tenant. Writing is tried likewise, and the victim's rows are compared
//! before and after.

use rf_accounts::{Account, ConsumeOutcome, RevokeReason, SignIns, SparedSignIn, User};
use rf_audit::AuditFilter;
use rf_kernel::Revision;
use rf_notifications::Preferences;
use rf_sessions::{
    LogEntry, Session, SessionFilter, SessionUpdateOutcome,
    ai::{DocumentKind, ModelTokens},
};
use rf_store::{Access, Store};
use rf_trees::{InsertVersionOutcome, Tree, TreeFacets, TreeFacts, TreeFilter, TreeVersion, UpdateOutcome};

use crate::{
    fixtures::{self as fx, ALL, Tenant, assert_constraint, system, system_read},
    idempotency::{any_answer, any_claim},
    identities::{any_flow, any_identity},
    second_factors::any_factor,
};

/// What refuses to write a row of another account.
const TENANT_WALL: &str = "tenant_wall";

/// The ways to ask for the rows of `owner` that must not answer: how the unit is opened, and which tenant the
/// call names.
fn wrong_ways(owner: &Tenant, other: &Tenant) -> [(Access, rf_kernel::AccountId); 3] {
    [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ]
}

/// The same for writing.
fn wrong_writes(owner: &Tenant, other: &Tenant) -> [(Access, rf_kernel::AccountId); 3] {
    [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ]
}

/// Accounts, people, teams and subscriptions.
pub async fn people_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let mut unit = owner.write(store).await;
    unit.insert_subscription(&fx::subscription(owner.id())).await.unwrap();
    unit.insert_refresh_token(&fx::refresh_token(&owner.user)).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in wrong_ways(&owner, &other) {
        let mut unit = store.begin(access).await.unwrap();
        assert_ne!(unit.account_by_id(tenant).await.unwrap(), Some(owner.account.clone()));
        assert_eq!(unit.user_by_id(tenant, owner.user.id).await.unwrap(), None);
        assert_eq!(unit.team_by_id(tenant, owner.team.id).await.unwrap(), None);
        assert_eq!(unit.subscription_of(tenant).await.unwrap(), None);
        assert_eq!(unit.user_with_subscription(tenant, owner.user.id).await.unwrap(), None);
        assert_eq!(unit.signed_in_users(tenant, fx::at(0)).await.unwrap(), []);
        let members = unit.members(tenant).await.unwrap();
        assert!(members.iter().all(|user| user.account_id == other.id()), "{members:?}");
    }
    // Sign-in look-ups belong to system units; in a tenant's they see that tenant.
    let mut unit = other.write(store).await;
    assert_eq!(unit.user_by_email(&owner.user.email).await.unwrap(), None);
    assert_eq!(unit.user_for_sign_in(owner.user.id).await.unwrap(), None);
    unit.record_sign_in(owner.user.id, fx::at(99)).await.unwrap();
    assert_eq!(unit.user_for_sign_in(other.user.id).await.unwrap().as_ref(), Some(&other.user));
    unit.commit().await.unwrap();
    let found = system_read(store).await.user_for_sign_in(owner.user.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&owner.user));
    // Locking somebody else's account is nothing, and changing it is not possible.
    let mut unit = other.write(store).await;
    unit.lock_account(owner.account.id).await.unwrap();
    unit.commit().await.unwrap();
    let taken = Account { name: "Taken".into(), ..owner.account.clone() };
    for (access, tenant) in wrong_writes(&owner, &other) {
        let mut unit = store.begin(access).await.unwrap();
        assert!(!unit.update_account(tenant, &taken).await.unwrap());
        unit.commit().await.unwrap();
    }
    assert_eq!(system_read(store).await.account_by_id(owner.id()).await.unwrap(), Some(owner.account));
}

/// Tokens can neither be seen, used nor ended.
pub async fn refresh_tokens_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let token = fx::refresh_token(&owner.user);
    let next = fx::successor(&token);
    let mut unit = system(store).await;
    unit.insert_refresh_token(&token).await.unwrap();
    unit.insert_refresh_token(&next).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    let reason = RevokeReason::Logout;
    let outcome = unit.consume_refresh_token(token.jti, reason, fx::at(30)).await.unwrap();
    assert_eq!(outcome, ConsumeOutcome::NotFound);
    assert_eq!(unit.refresh_token_successor(token.jti).await.unwrap(), None);
    assert_eq!(unit.revoke_family(token.family_id, reason, fx::at(30)).await.unwrap(), 0);
    unit.commit().await.unwrap();
    for (access, tenant) in wrong_writes(&owner, &other) {
        for which in [SignIns::Everybodys, SignIns::Of(owner.user.id), SignIns::AllBut(fx::id())] {
            let mut unit = store.begin(access).await.unwrap();
            assert_eq!(unit.revoke_sign_ins(tenant, which, reason, fx::at(30)).await.unwrap(), 0);
            unit.refuse_access(tenant, which).await.unwrap();
            let spared = SparedSignIn { family_id: token.family_id, epoch: 0 };
            unit.spare_access(tenant, owner.user.id, spared).await.unwrap();
            unit.commit().await.unwrap();
        }
    }
    assert_eq!(
        system_read(store).await.user_for_sign_in(owner.user.id).await.unwrap().as_ref(),
        Some(&owner.user)
    );
    let mut unit = owner.write(store).await;
    assert_eq!(unit.refresh_token_successor(token.jti).await.unwrap(), Some(next));
    assert_eq!(unit.revoke_family(token.family_id, reason, fx::at(31)).await.unwrap(), 2);
}

/// What is masked, and by which patterns.
pub async fn redaction_settings_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let settings = fx::redaction_settings(&owner, 1);
    let mut unit = owner.write(store).await;
    unit.keep_redaction_settings(&settings, Revision(0)).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in wrong_ways(&owner, &other) {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.redaction_settings(tenant).await.unwrap(), None);
    }
    assert_eq!(system_read(store).await.redaction_settings(owner.id()).await.unwrap(), Some(settings));
}

/// Audit entries.
pub async fn audit_entries_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let entry = fx::audit_entry(owner.id(), 1);
    let mut unit = owner.write(store).await;
    unit.append_audit(entry.clone()).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in wrong_ways(&owner, &other) {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.audit_entries(tenant, &entry.action, 10).await.unwrap(), []);
        assert_eq!(unit.list_audit(tenant, &AuditFilter::default(), None, 10).await.unwrap(), []);
        assert!(unit.audit_actions(tenant).await.unwrap().is_empty());
        assert_eq!(unit.audit_chain(tenant).await.unwrap(), None);
        assert_eq!(unit.audit_links(tenant, -1, 10).await.unwrap(), []);
    }
    let mut unit = other.read(store).await;
    assert_eq!(unit.list_all_audit(&AuditFilter::default(), None, 10).await.unwrap(), []);
    assert_eq!(unit.audited_accounts().await.unwrap(), []);
    assert_eq!(other.write(store).await.lock_audit_chain(owner.id()).await.unwrap(), None);
    assert_eq!(system_read(store).await.audit_entries(owner.id(), &entry.action, 10).await.unwrap(), [entry]);
}

/// Jobs and mails; those of another account can neither be seen, taken nor ended.
pub async fn jobs_and_mails_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (job, mail, lease) = (fx::job(owner.id()), fx::mail(owner.id()), fx::id());
    let mut unit = owner.write(store).await;
    unit.enqueue_job(&job).await.unwrap();
    unit.insert_mail(&mail).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = other.read(store).await;
    assert!(!unit.has_due_jobs(&[]).await.unwrap());
    assert_eq!(unit.job_by_id(job.id).await.unwrap(), None);
    assert_eq!(unit.list_jobs(None, ALL).await.unwrap(), []);
    assert_eq!(unit.mail_by_id(mail.id).await.unwrap(), None);
    assert_eq!(unit.list_mails(None, ALL).await.unwrap(), []);
    let mut unit = owner.read(store).await;
    assert_eq!(unit.list_jobs(None, ALL).await.unwrap().len(), 1);
    assert_eq!(unit.list_mails(None, ALL).await.unwrap(), [mail]);
    let mut unit = system(store).await;
    assert_eq!(unit.claim_jobs(lease, 60, 10, &[]).await.unwrap().len(), 1);
    unit.commit().await.unwrap();
    assert_eq!(system_read(store).await.list_jobs(None, ALL).await.unwrap()[0].lease.unwrap().0, lease);
}

/// Private flows, their versions, their counts and what the library can be narrowed by.
pub async fn trees_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let tree = fx::tree(&owner, "Private");
    let shared = fx::shared_tree(&owner, "Shared");
    owner.keep_trees(store, &[&tree, &shared]).await;
    let mut unit = owner.write(store).await;
    unit.insert_tree_version(&fx::version(&tree, 1)).await.unwrap();
    unit.increment_usage(owner.id(), shared.id).await.unwrap();
    unit.increment_completions(owner.id(), shared.id, true).await.unwrap();
    for id in [tree.id, shared.id] {
        unit.set_favourite(owner.id(), owner.user.id, id, true).await.unwrap();
    }
    unit.commit().await.unwrap();
    let filter = TreeFilter { include_inactive: true, reader: Some(owner.user.id), ..TreeFilter::default() };
    for (access, tenant) in wrong_ways(&owner, &other) {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.tree_by_id(tenant, tree.id).await.unwrap(), None);
        assert_eq!(unit.tree_versions(tenant, tree.id).await.unwrap(), []);
        assert_eq!(unit.count_own_trees(tenant).await.unwrap(), 0);
        let (listed, total) = unit.list_trees(tenant, &filter, ALL).await.unwrap();
        assert_eq!((listed.len(), total), (1, 1), "only what is shared");
        assert_eq!(listed[0].tree.id, shared.id);
        assert_eq!(listed[0].tree.usage_count, 0, "how often others use it is theirs to know");
        assert_eq!(unit.tree_by_id(tenant, shared.id).await.unwrap().as_ref(), Some(&shared));
        assert_eq!(listed[0].facts, TreeFacts::default(), "and how well, and who likes it");
        assert_eq!(unit.tree_facts(tenant, owner.user.id, tree.id).await.unwrap(), None);
        let facts = unit.tree_facts(tenant, owner.user.id, shared.id).await.unwrap();
        assert_eq!(facts, Some(TreeFacts::default()));
        let marked = TreeFilter { favourite: true, ..filter.clone() };
        assert_eq!(unit.list_trees(tenant, &marked, ALL).await.unwrap(), (vec![], 0));
        for word in ["private", "privat", "rivate", "pirvate"] {
            let search = TreeFilter { search: vec![word.into()], ..TreeFilter::default() };
            assert_eq!(unit.list_trees(tenant, &search, ALL).await.unwrap(), (vec![], 0), "{word}");
        }
        let facets = unit.tree_facets(tenant, &TreeFilter::default()).await.unwrap();
        let counts = |facets: &TreeFacets| {
            [&facets.categories, &facets.tags, &facets.types]
                .map(|facets| facets.iter().map(|facet| facet.count).max().unwrap_or(0))
        };
        assert_eq!(counts(&facets), [1, 1, 1], "only what is shared");
    }
}

/// Neither by naming one's own tenant nor by naming the owner.
pub async fn tree_changes_by_other_accounts_change_nothing(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (private, shared) = (fx::tree(&owner, "Private"), fx::shared_tree(&owner, "Shared"));
    owner.keep_trees(store, &[&private, &shared]).await;
    for tree in [&private, &shared] {
        for (access, tenant) in [
            (Access::write(other.id()), other.id()),
            (Access::write(other.id()), owner.id()),
            (Access::system_write(), other.id()),
        ] {
            let mut next = Tree { revision: Revision(2), ..tree.clone() };
            next.content.name = "Taken".into();
            next.content.tags = vec!["taken".into()];
            let mut unit = store.begin(access).await.unwrap();
            let outcome = unit.update_tree(tenant, &next, tree.revision).await.unwrap();
            assert_eq!(outcome, UpdateOutcome::NotFound);
            unit.commit().await.unwrap();
        }
        assert_eq!(owner.tree(store, tree.id).await.as_ref(), Some(tree));
    }
    let filter = TreeFilter { tag: Some("taken".into()), ..TreeFilter::default() };
    assert!(owner.listed(store, &filter).await.is_empty());
}

/// Sessions and their logs.
pub async fn sessions_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = fx::session(&owner);
    let entry = fx::log_entry(&owner, 1);
    let mut unit = owner.write(store).await;
    unit.insert_session(&session).await.unwrap();
    unit.append_log(owner.id(), session.id, &entry).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in wrong_ways(&owner, &other) {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.session_by_id(tenant, session.id).await.unwrap(), None);
        let filter = SessionFilter::of(owner.user.id);
        assert_eq!(unit.list_sessions(tenant, &filter, None, ALL).await.unwrap(), []);
        assert_eq!(unit.session_log(tenant, session.id).await.unwrap(), []);
        assert!(!unit.has_log_entry(tenant, session.id, entry.entry_id.unwrap()).await.unwrap());
    }
    let mut unit = system_read(store).await;
    assert_eq!(unit.session_by_id(owner.id(), session.id).await.unwrap(), Some(session));
}

/// Neither by naming one's own tenant nor by naming the owner.
pub async fn session_changes_by_other_accounts_change_nothing(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let session = fx::session(&owner);
    owner.keep_sessions(store, &[&session]).await;
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let next = Session { scratchpad: "taken".into(), revision: Revision(2), ..session.clone() };
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.session_for_update(tenant, session.id).await.unwrap(), None);
        let outcome = unit.update_session(tenant, &next, session.revision).await.unwrap();
        assert_eq!(outcome, SessionUpdateOutcome::NotFound);
        unit.commit().await.unwrap();
        let entry: LogEntry = fx::log_entry(&other, 1);
        let mut unit = store.begin(access).await.unwrap();
        assert!(unit.append_log(tenant, session.id, &entry).await.is_err());
    }
    let mut unit = owner.read(store).await;
    assert_eq!(unit.session_log(owner.id(), session.id).await.unwrap(), []);
    assert_eq!(unit.session_by_id(owner.id(), session.id).await.unwrap(), Some(session));
}

/// `tenant_wall`, for every row that names its account.
pub async fn no_row_is_written_for_another_account(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let tree = fx::shared_tree(&owner, "Shared");
    let session = fx::session(&owner);
    let conversation = fx::ai_session(&owner);
    owner.keep_trees(store, &[&tree]).await;
    owner.keep_sessions(store, &[&session]).await;
    macro_rules! refused {
        ($($method:ident($($argument:expr),*)),+ $(,)?) => {$(
            let mut unit = other.write(store).await;
            assert_constraint(unit.$method($($argument),*).await, TENANT_WALL);
            assert!(unit.commit().await.is_err());
        )+};
    }
    let user: User = fx::user(owner.id());
    let version: TreeVersion = fx::version(&tree, 1);
    refused! {
        insert_account(&fx::account()),
        insert_user(&user),
        insert_team(&fx::team(owner.id())),
        insert_subscription(&fx::subscription(owner.id())),
        record_payment_event(owner.id(), "evt", fx::at(1)),
        set_plan_prices(owner.id(), &fx::prices("stolen")),
        keep_redaction_settings(&fx::redaction_settings(&owner, 1), Revision(0)),
        insert_refresh_token(&fx::refresh_token(&owner.user)),
        claim_key(&any_claim(&owner.user)),
        keep_answer(&any_claim(&owner.user), &any_answer()),
        insert_identity(&any_identity(&owner.user)),
        insert_oauth_flow(&any_flow(&owner.user)),
        keep_second_factor(&any_factor(&owner.user), None),
        append_audit(fx::audit_entry(owner.id(), 1)),
        enqueue_job(&fx::job(owner.id())),
        insert_mail(&fx::mail(owner.id())),
        append_event(owner.id(), &crate::events::new_event(1)),
        insert_notification(owner.id(), &crate::notifications::notification(&owner.user, 1)),
        keep_notification_preferences(owner.id(), owner.user.id, &Preferences::default(), fx::at(1)),
        set_audit_retention(owner.id(), Some(30)),
        prune_audit(owner.id(), fx::at(9)),
        insert_tree(&fx::tree(&owner, "Planted")),
        insert_tree_version(&version),
        increment_usage(owner.id(), tree.id),
        increment_completions(owner.id(), tree.id, true),
        set_favourite(owner.id(), owner.user.id, tree.id, true),
        set_favourite(owner.id(), owner.user.id, tree.id, false),
        insert_folder(&fx::folder(&owner, "Planted")),
        update_folder(&fx::folder(&owner, "Planted")),
        delete_folders(owner.id(), &[fx::id()]),
        set_in_folder(owner.id(), fx::id(), tree.id, true),
        set_in_folder(owner.id(), fx::id(), tree.id, false),
        insert_session(&fx::session(&owner)),
        append_log(owner.id(), session.id, &fx::log_entry(&owner, 1)),
        insert_ai_session(&conversation),
        insert_ai_step(owner.id(), &fx::ai_step(&conversation, 1)),
        insert_fix(owner.id(), &fx::fix(&conversation, 1)),
        insert_handoff(&fx::handoff(&conversation, 1)),
        insert_model_call(owner.id(), &fx::model_call(&conversation, 1)),
        model_tokens_for_update(owner.id()),
        keep_model_tokens(owner.id(), ModelTokens { day: 1, spent: 2, reserved: 3 }),
        keep_note_draft(owner.id(), conversation.id, DocumentKind::TicketSummary, &fx::note_draft("a")),
        keep_note_edit(
            owner.id(),
            conversation.id,
            DocumentKind::TicketSummary,
            Some(&fx::note_edit(&owner, "Planted")),
            Revision(0)
        ),
        insert_channel(&fx::channel(&owner, 1)),
        insert_channel_message(&fx::channel_message(&fx::channel(&owner, 1), 1)),
        insert_chat(&crate::assistant::chat(&owner, 1)),
        insert_chat_message(owner.id(), &crate::assistant::message(&crate::assistant::chat(&owner, 1), 1), None),
        insert_document(&crate::assistant::document(&owner, 1)),
        insert_upload(&crate::uploads::upload(&owner, 1)),
        insert_embeddings(owner.id(), "m", &[crate::assistant::embedding("d")], fx::at(1)),
        insert_psa_connection(&fx::psa_connection(&owner)),
        set_psa_member(&fx::psa_member(&owner, 1)),
        insert_push(&fx::push(&owner, 1)),
        put_psa_feed(&fx::psa_feed(&owner)),
        keep_psa_callback(&fx::psa_callback(&owner, "one")),
        keep_time_edit(&fx::time_edit(&owner), None),
        keep_ticket(owner.id(), fx::session(&owner).id, &fx::ticket_snapshot()),
    }
    let mut unit = system(store).await;
    assert_eq!(unit.user_for_sign_in(user.id).await.unwrap(), None);
    assert_eq!(unit.insert_tree_version(&version).await.unwrap(), InsertVersionOutcome::Inserted);
    assert_eq!(unit.count_own_trees(owner.id()).await.unwrap(), 1);
    assert_eq!(unit.subscription_of(owner.id()).await.unwrap(), None);
}
