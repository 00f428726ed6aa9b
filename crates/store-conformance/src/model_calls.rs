//! What models were asked, and what an account has spent on them in a day.

use futures_util::future::join_all;
use rf_sessions::ai::{ModelCall, ModelTokens};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system_read};

/// To the letter, in the order they ended.
pub async fn model_calls_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (session, other) = (fx::ai_session(&tenant), fx::ai_session(&tenant));
    let late = fx::model_call(&session, 9);
    let early = ModelCall { failure: Some("zu spät".into()), hidden: vec![], ..fx::model_call(&session, 2) };
    let elsewhere = fx::model_call(&other, 1);
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.insert_ai_session(&other).await.unwrap();
    for call in [&late, &early, &elsewhere] {
        unit.insert_model_call(tenant.id(), call).await.unwrap();
    }
    unit.commit().await.unwrap();
    let found = tenant.read(store).await.model_calls(tenant.id(), session.id).await.unwrap();
    assert_eq!(found, [early, late.clone()]);
    let again = tenant.write(store).await.insert_model_call(tenant.id(), &late).await;
    assert_constraint(again, "pk_model_calls");
    let stray = fx::model_call(&fx::ai_session(&tenant), 1);
    let answer = tenant.write(store).await.insert_model_call(tenant.id(), &stray).await;
    assert_constraint(answer, "fk_model_calls_session");
}

/// Nothing at first; then what was kept last, by no other account.
pub async fn tokens_are_kept_for_each_account(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let kept = ModelTokens { day: 20_000, spent: 7, reserved: i64::MAX };
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.model_tokens_for_update(tenant.id()).await.unwrap(), ModelTokens::default());
    unit.keep_model_tokens(tenant.id(), kept).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    assert_eq!(unit.model_tokens_for_update(other.id()).await.unwrap(), ModelTokens::default());
    drop(unit);
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.model_tokens_for_update(tenant.id()).await.unwrap(), kept);
}

/// Also where none of them finds a row.
pub async fn first_reservations_side_by_side_are_all_counted(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let reserve = async || {
        let mut unit = tenant.write(store).await;
        let known = unit.model_tokens_for_update(tenant.id()).await.unwrap();
        let more = ModelTokens { day: 1, reserved: known.reserved + 10, ..known };
        unit.keep_model_tokens(tenant.id(), more).await.unwrap();
        unit.commit().await.unwrap();
    };
    join_all((0..8).map(|_| reserve())).await;
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.model_tokens_for_update(tenant.id()).await.unwrap().reserved, 80);
}

/// Neither seen nor written, by naming one's own tenant or the owner.
pub async fn model_calls_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let session = fx::ai_session(&owner);
    let call = fx::model_call(&session, 1);
    let mut unit = owner.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.insert_model_call(owner.id(), &call).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.model_calls(tenant, session.id).await.unwrap(), []);
    }
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert!(unit.insert_model_call(tenant, &fx::model_call(&session, 2)).await.is_err());
    }
    let found = system_read(store).await.model_calls(owner.id(), session.id).await.unwrap();
    assert_eq!(found, [call]);
}
