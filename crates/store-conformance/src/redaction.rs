//! What accounts have masked in their notes.

use futures_util::future::join_all;
use rf_accounts::{KeepRedactionOutcome, RedactionSettings};
use rf_kernel::Revision;
use rf_store::Store;

use crate::fixtures::{self as fx, Tenant, assert_constraint};

async fn keep(
    store: &dyn Store,
    tenant: &Tenant,
    settings: &RedactionSettings,
    expected: Revision,
) -> KeepRedactionOutcome {
    let mut unit = tenant.write(store).await;
    let outcome = unit.keep_redaction_settings(settings, expected).await.unwrap();
    unit.commit().await.unwrap();
    outcome
}

/// Nothing before the first change, then what was kept last.
pub async fn redaction_settings_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    assert_eq!(tenant.read(store).await.redaction_settings(tenant.id()).await.unwrap(), None);
    let first = fx::redaction_settings(&tenant, 1);
    assert_eq!(keep(store, &tenant, &first, Revision(0)).await, KeepRedactionOutcome::Kept);
    assert_eq!(tenant.read(store).await.redaction_settings(tenant.id()).await.unwrap(), Some(first));
    let next = RedactionSettings { updated_by_id: None, ..fx::redaction_settings(&tenant, 2) };
    assert_eq!(keep(store, &tenant, &next, Revision(1)).await, KeepRedactionOutcome::Kept);
    assert_eq!(tenant.read(store).await.redaction_settings(tenant.id()).await.unwrap(), Some(next));
}

/// Whoever saw an older state keeps nothing, before the first change too.
pub async fn stale_redaction_settings_are_refused(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = fx::redaction_settings(&tenant, 1);
    assert_eq!(keep(store, &tenant, &first, Revision(3)).await, KeepRedactionOutcome::Stale);
    let outcomes = join_all((0..4).map(|_| keep(store, &tenant, &first, Revision(0)))).await;
    let kept = outcomes.into_iter().filter(|outcome| *outcome == KeepRedactionOutcome::Kept).count();
    assert_eq!(kept, 1);
    let next = fx::redaction_settings(&tenant, 2);
    assert_eq!(keep(store, &tenant, &next, Revision(2)).await, KeepRedactionOutcome::Stale);
    assert_eq!(tenant.read(store).await.redaction_settings(tenant.id()).await.unwrap(), Some(first));
}

/// `fk_redaction_settings_author`.
pub async fn redaction_settings_are_changed_by_a_person_of_the_account(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let settings =
        RedactionSettings { updated_by_id: Some(other.user.id), ..fx::redaction_settings(&tenant, 1) };
    let answer = tenant.write(store).await.keep_redaction_settings(&settings, Revision(0)).await;
    assert_constraint(answer, "fk_redaction_settings_author");
}
