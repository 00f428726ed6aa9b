//! Keys of requests that may be sent twice: who was first acts, the others get the answer.

use rf_accounts::{KeptAnswer, KeyClaim, KeyOutcome, User};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant};

fn claim(user: &User, key: &str) -> KeyClaim {
    KeyClaim {
        account_id: user.account_id,
        user_id: user.id,
        key: key.into(),
        request_hash: "hash".into(),
        now: fx::at(0),
        expires_at: fx::at(100),
    }
}

fn answer() -> KeptAnswer {
    KeptAnswer { etag: Some("\"1\"".into()), body: "{\"id\":\"ü\"}".into() }
}

async fn keep(store: &dyn Store, claim: &KeyClaim) {
    let mut unit = store.begin(Access::write(claim.account_id)).await.unwrap();
    assert_eq!(unit.claim_key(claim).await.unwrap(), KeyOutcome::Claimed);
    unit.keep_answer(claim, &answer()).await.unwrap();
    unit.commit().await.unwrap();
}

/// The first claims, whoever comes later gets the first one's hash and answer.
pub async fn a_key_is_claimed_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = claim(&tenant.user, "k");
    keep(store, &first).await;
    let later = KeyClaim { request_hash: "other".into(), ..first };
    for _ in 0..2 {
        let known = tenant.write(store).await.claim_key(&later).await.unwrap();
        assert_eq!(known, KeyOutcome::Known { request_hash: "hash".into(), answer: answer() });
    }
}

/// What was not committed was not claimed.
pub async fn a_dropped_claim_leaves_the_key_free(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let claim = claim(&tenant.user, "k");
    for _ in 0..2 {
        let mut unit = tenant.write(store).await;
        assert_eq!(unit.claim_key(&claim).await.unwrap(), KeyOutcome::Claimed);
        unit.keep_answer(&claim, &answer()).await.unwrap();
        drop(unit);
    }
    keep(store, &claim).await;
}

/// Of simultaneous claims one acts; the others wait for its end and get its answer.
pub async fn of_simultaneous_claims_one_acts(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let claim = claim(&tenant.user, "k");
    let one = async || {
        let mut unit = tenant.write(store).await;
        let outcome = unit.claim_key(&claim).await.unwrap();
        if outcome == KeyOutcome::Claimed {
            tokio::task::yield_now().await;
            unit.keep_answer(&claim, &answer()).await.unwrap();
            unit.commit().await.unwrap();
        }
        outcome
    };
    let (a, b, c) = tokio::join!(one(), one(), one());
    let acted = [&a, &b, &c].into_iter().filter(|outcome| **outcome == KeyOutcome::Claimed).count();
    assert_eq!(acted, 1, "{a:?} {b:?} {c:?}");
}

/// A key is somebody's: neither a colleague nor another account meets it.
pub async fn keys_belong_to_a_person(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    for user in [&tenant.user, &tenant.colleague, &other.user] {
        for key in ["k", "K"] {
            keep(store, &claim(user, key)).await;
        }
    }
}

/// At its end a key is free again, and not a microsecond before.
pub async fn an_ended_key_is_free(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = claim(&tenant.user, "k");
    keep(store, &first).await;
    let before = KeyClaim { now: fx::at(99), ..first.clone() };
    let known = tenant.write(store).await.claim_key(&before).await.unwrap();
    assert!(matches!(known, KeyOutcome::Known { .. }), "{known:?}");
    keep(store, &KeyClaim { now: first.expires_at, expires_at: fx::at(200), ..first }).await;
}

/// An answer needs a claim.
pub async fn an_answer_without_a_claim_is_an_error(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.write(store).await;
    assert!(unit.keep_answer(&claim(&tenant.user, "k"), &answer()).await.is_err());
    assert!(unit.commit().await.is_err());
}

/// The claim of [`crate::tenancy`]'s trials.
pub(crate) fn any_claim(user: &User) -> KeyClaim {
    claim(user, "planted")
}

/// The answer of [`crate::tenancy`]'s trials.
pub(crate) fn any_answer() -> KeptAnswer {
    answer()
}
