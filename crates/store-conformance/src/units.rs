//! Units of work: all or nothing, poisoned by any error, and honest about reading.

use futures_util::future::join_all;
use rf_accounts::{InsertUserOutcome, PasswordHash, PersonChange, RevokeReason, User};
use rf_jobs::AfterFailure;
use rf_kernel::{Revision, StoreError, TreeId};
use rf_notifications::MailState;
use rf_sessions::SessionFilter;
use rf_store::{Access, Store, UnitOfWork};
use rf_trees::TreeFilter;

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint, system, system_read};

/// What was committed is there for the next unit.
pub async fn committed_writes_are_seen(store: &dyn Store) {
    let account = fx::account();
    let mut unit = system(store).await;
    unit.insert_account(&account).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(system_read(store).await.account_by_id(account.id).await.unwrap(), Some(account));
}

/// Dropping a unit rolls it back.
pub async fn a_dropped_unit_leaves_nothing(store: &dyn Store) {
    let account = fx::account();
    let mut unit = system(store).await;
    unit.insert_account(&account).await.unwrap();
    drop(unit);
    assert_eq!(system_read(store).await.account_by_id(account.id).await.unwrap(), None);
}

/// An account, its first person and its subscription are kept together or not at all.
pub async fn a_registration_is_all_or_nothing(store: &dyn Store) {
    let known = Tenant::keep(store).await;
    let account = fx::account();
    let mut unit = system(store).await;
    unit.insert_account(&account).await.unwrap();
    unit.insert_subscription(&fx::subscription(account.id)).await.unwrap();
    let user = User { email: known.user.email.clone(), ..fx::user(account.id) };
    assert_eq!(unit.insert_user(&user).await.unwrap(), InsertUserOutcome::EmailTaken);
    drop(unit);
    let mut unit = system_read(store).await;
    assert_eq!(unit.account_by_id(account.id).await.unwrap(), None);
    assert_eq!(unit.subscription_of(account.id).await.unwrap(), None);
    assert_eq!(unit.user_for_sign_in(user.id).await.unwrap(), None);
}

/// After an error every call answers `Poisoned`, reading ones too.
pub async fn an_error_poisons_the_unit(store: &dyn Store) {
    let account = fx::account();
    let mut unit = system(store).await;
    unit.insert_account(&account).await.unwrap();
    assert_constraint(unit.insert_account(&account).await, "pk_accounts");
    assert!(matches!(unit.account_by_id(account.id).await, Err(StoreError::Poisoned)));
    assert!(matches!(unit.insert_team(&fx::team(account.id)).await, Err(StoreError::Poisoned)));
    assert!(matches!(unit.commit().await, Err(StoreError::Poisoned)));
}

/// What a unit wrote before its error is not kept, whatever the caller does.
pub async fn a_poisoned_unit_keeps_nothing(store: &dyn Store) {
    let (first, second) = (fx::account(), fx::account());
    let mut unit = system(store).await;
    unit.insert_account(&first).await.unwrap();
    assert!(unit.insert_team(&fx::team(second.id)).await.is_err());
    // Would succeed if the unit had not failed.
    assert!(unit.insert_account(&second).await.is_err());
    assert!(unit.commit().await.is_err());
    let mut unit = system_read(store).await;
    assert_eq!(unit.account_by_id(first.id).await.unwrap(), None);
    assert_eq!(unit.account_by_id(second.id).await.unwrap(), None);
}

/// Every writing call answers `ReadOnly` in a unit opened for reading.
pub async fn reading_units_refuse_every_write(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let tree = fx::tree(&tenant, "Kept");
    let session = fx::session(&tenant);
    let token = fx::refresh_token(&tenant.user);
    let mut unit = system(store).await;
    unit.insert_tree(&tree).await.unwrap();
    unit.insert_session(&session).await.unwrap();
    unit.insert_refresh_token(&token).await.unwrap();
    unit.commit().await.unwrap();

    macro_rules! refused {
        ($($method:ident($($argument:expr),*)),+ $(,)?) => {$(
            for access in [Access::read(tenant.id()), Access::system_read()] {
                let mut unit = store.begin(access).await.unwrap();
                let answer = unit.$method($($argument),*).await;
                assert!(
                    matches!(answer, Err(StoreError::ReadOnly)),
                    "{} in a reading unit answered {answer:?}",
                    stringify!($method),
                );
            }
        )+};
    }
    let next = fx::at(90);
    refused! {
        insert_account(&fx::account()),
        lock_account(tenant.id()),
        insert_user(&fx::user(tenant.id())),
        set_user_active(tenant.id(), tenant.user.id, false),
        change_person(tenant.id(), tenant.user.id, &PersonChange::default()),
        set_password(tenant.id(), tenant.user.id, &PasswordHash::new("$2b$12$other".into())),
        rename_team(tenant.id(), tenant.team.id, "Other"),
        delete_team(tenant.id(), tenant.team.id),
        make_super_admin(tenant.user.id, next),
        record_sign_in(tenant.user.id, next),
        insert_team(&fx::team(tenant.id())),
        insert_subscription(&fx::subscription(tenant.id())),
        update_subscription(tenant.id(), &fx::subscription(tenant.id())),
        take_kb_conversion(tenant.id(), None),
        record_payment_event(tenant.id(), "evt", next),
        apply_subscription_news(tenant.id(), &fx::subscription(tenant.id()), &fx::news_version(1)),
        set_plan_prices(tenant.id(), &[]),
        keep_redaction_settings(&fx::redaction_settings(&tenant, 1), rf_kernel::Revision(0)),
        insert_refresh_token(&fx::refresh_token(&tenant.user)),
        consume_refresh_token(token.jti, RevokeReason::Rotated, next),
        revoke_family(token.family_id, RevokeReason::Logout, next),
        claim_key(&crate::idempotency::any_claim(&tenant.user)),
        keep_answer(&crate::idempotency::any_claim(&tenant.user), &crate::idempotency::any_answer()),
        set_password(tenant.id(), tenant.user.id, &rf_accounts::PasswordHash::new("hash".into())),
        stamp_email_verified(tenant.id(), tenant.user.id, next),
        change_email(tenant.id(), tenant.user.id, &fx::user(tenant.id()).email, next),
        leave_account(tenant.id(), tenant.user.id, next),
        insert_link_token(&crate::links::link(&tenant.user, 0)),
        use_link_token(fx::id(), next),
        supersede_link_tokens(tenant.id(), tenant.user.id, rf_auth_policy::LinkPurpose::VerifyEmail, next),
        insert_invite(&crate::links::invite(&tenant, 0)),
        renew_invite(tenant.id(), &crate::links::invite(&tenant, 0)),
        accept_invite(tenant.id(), &crate::links::invite(&tenant, 0), tenant.user.id, next),
        revoke_invite(tenant.id(), fx::id(), next),
        insert_identity(&crate::identities::any_identity(&tenant.user)),
        delete_identity(tenant.id(), tenant.user.id, fx::id()),
        record_identity_use(fx::id(), None, next),
        insert_oauth_flow(&crate::identities::any_flow(&tenant.user)),
        take_oauth_flow("nobody's"),
        forget_oauth_flows(next),
        enqueue_job(&fx::job(tenant.id())),
        claim_jobs(fx::id(), 60, 10, &[]),
        extend_lease(fx::id(), fx::id(), 60),
        finish_job(fx::id(), fx::id()),
        fail_job(fx::id(), fx::id(), "reason", AfterFailure::Park),
        retry_job(fx::id()),
        prune_jobs(60),
        insert_mail(&fx::mail(tenant.id())),
        append_event(tenant.id(), &crate::events::new_event(1)),
        abandon_ai_sessions(fx::at(99)),
        insert_handoff(&fx::handoff(&fx::ai_session(&tenant), 1)),
        claim_handoff(tenant.id(), fx::id(), tenant.colleague.id, fx::at(1)),
        update_handoff(
            tenant.id(),
            &fx::handoff(&fx::ai_session(&tenant), 1),
            rf_handoff::HandoffStatus::Waiting
        ),
        publish_events(10),
        insert_notification(tenant.id(), &crate::notifications::notification(&tenant.user, 1)),
        read_notification(tenant.id(), tenant.user.id, fx::id(), next),
        read_notifications(tenant.id(), tenant.user.id, next),
        prune_notifications(next),
        keep_notification_preferences(tenant.id(), tenant.user.id, &rf_notifications::Preferences::default(), next),
        prune_events(next),
        record_mail_attempt(fx::id(), MailState::Sent, next, "250 OK"),
        append_audit(fx::audit_entry(tenant.id(), 1)),
        set_audit_retention(tenant.id(), Some(30)),
        lock_audit_chain(tenant.id()),
        prune_audit(tenant.id(), next),
        insert_tree(&fx::tree(&tenant, "New")),
        update_tree(tenant.id(), &tree, tree.revision),
        increment_usage(tenant.id(), tree.id),
        insert_tree_version(&fx::version(&tree, 1)),
        insert_session(&fx::session(&tenant)),
        session_for_update(tenant.id(), session.id),
        update_session(tenant.id(), &session, session.revision),
        append_log(tenant.id(), session.id, &fx::log_entry(&tenant, 1)),
    }
    assert_eq!(
        system(store).await.consume_refresh_token(token.jti, RevokeReason::Rotated, next).await.unwrap(),
        rf_accounts::ConsumeOutcome::Consumed(token),
        "refused writes leave nothing behind",
    );
}

/// A refused write is an error like any other.
pub async fn a_refused_write_poisons_a_reading_unit(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.read(store).await;
    assert!(matches!(unit.insert_team(&fx::team(tenant.id())).await, Err(StoreError::ReadOnly)));
    assert!(matches!(unit.account_by_id(tenant.id()).await, Err(StoreError::Poisoned)));
    assert!(matches!(unit.commit().await, Err(StoreError::Poisoned)));
}

/// A unit reads what it wrote.
pub async fn a_unit_sees_its_own_writes(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut tree = fx::tree(&tenant, "Before");
    let mut unit = tenant.write(store).await;
    unit.insert_tree(&tree).await.unwrap();
    assert_eq!(unit.tree_by_id(tenant.id(), tree.id).await.unwrap().as_ref(), Some(&tree));
    tree.content.name = "After".into();
    tree.revision = tree.revision.next();
    unit.update_tree(tenant.id(), &tree, Revision::FIRST).await.unwrap();
    assert_eq!(unit.tree_by_id(tenant.id(), tree.id).await.unwrap().as_ref(), Some(&tree));
    let (listed, _) = unit.list_trees(tenant.id(), &TreeFilter::default(), ALL).await.unwrap();
    assert_eq!(listed[0].tree.content.name, "After");
}

/// A unit that reads while another writes sees the state before, and does not wait for it.
pub async fn others_do_not_see_uncommitted_writes(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let team = fx::team(tenant.id());
    let mut writer = tenant.write(store).await;
    writer.insert_team(&team).await.unwrap();
    assert_eq!(tenant.read(store).await.team_by_id(tenant.id(), team.id).await.unwrap(), None);
    writer.commit().await.unwrap();
    assert_eq!(tenant.read(store).await.team_by_id(tenant.id(), team.id).await.unwrap(), Some(team));
}

/// Many writers at once: nobody's rows are lost, and nobody is turned away.
pub async fn concurrent_writers_are_all_kept(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let trees: Vec<_> = (0..24).map(|n| fx::tree(&tenant, &format!("Flow {n}"))).collect();
    join_all(trees.iter().map(async |tree| {
        let mut unit = tenant.write(store).await;
        unit.insert_tree(tree).await.unwrap();
        unit.commit().await.unwrap();
    }))
    .await;
    assert_eq!(tenant.listed(store, &TreeFilter::default()).await.len(), trees.len());
}

/// Committing a unit that only read is fine.
pub async fn a_reading_unit_commits(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.read(store).await;
    unit.list_sessions(tenant.id(), &SessionFilter::of(tenant.user.id), None, ALL).await.unwrap();
    unit.commit().await.unwrap();
}

/// The store says that it is there, and what it is.
pub async fn the_store_answers_a_ping(store: &dyn Store) {
    store.ping().await.unwrap();
    assert!(["memory", "sqlite", "postgres"].contains(&store.kind()), "{}", store.kind());
}

/// Counting under the account's lock lets exactly as many through as the limit says.
pub async fn locking_an_account_makes_counted_limits_exact(store: &dyn Store) {
    const LIMIT: u64 = 3;
    async fn insert_if_room(unit: &mut dyn UnitOfWork, tenant: &Tenant) -> Option<TreeId> {
        unit.lock_account(tenant.id()).await.unwrap();
        if unit.count_own_trees(tenant.id()).await.unwrap() >= LIMIT {
            return None;
        }
        let tree = fx::tree(tenant, "Another");
        unit.insert_tree(&tree).await.unwrap();
        Some(tree.id)
    }
    let tenant = Tenant::keep(store).await;
    let made = join_all((0..12).map(async |_| {
        let mut unit = tenant.write(store).await;
        let made = insert_if_room(unit.as_mut(), &tenant).await;
        unit.commit().await.unwrap();
        made
    }))
    .await;
    assert_eq!(made.iter().flatten().count() as u64, LIMIT);
    assert_eq!(tenant.read(store).await.count_own_trees(tenant.id()).await.unwrap(), LIMIT);
}
