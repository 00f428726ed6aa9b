//! Who people are at providers: an identity is one person's, a way there and back is gone once.

use rf_accounts::{Identity, IdentityKey, IdentityOutcome, OauthFlow, OauthProvider, User};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant};

/// An identity of that person nobody else has.
#[must_use]
pub fn any_identity(user: &User) -> Identity {
    let id: rf_kernel::IdentityId = fx::id();
    Identity {
        id,
        account_id: user.account_id,
        user_id: user.id,
        provider: OauthProvider::Microsoft,
        key: IdentityKey {
            issuer: "https://issuer.example".into(),
            directory: "north".into(),
            subject: format!("Sübject-{id}"),
        },
        email: Some("Eli@North.example".into()),
        created_at: fx::at(1),
        last_used_at: None,
    }
}

/// A way of that person to a provider that has begun.
#[must_use]
pub fn any_flow(user: &User) -> OauthFlow {
    let state: rf_kernel::JwtId = fx::id();
    OauthFlow {
        state_hash: state.to_string(),
        account_id: user.account_id,
        user_id: Some(user.id),
        provider: OauthProvider::Google,
        invite_hash: Some("a digest".into()),
        expires_at: fx::at(100),
    }
}

async fn keep(store: &dyn Store, identity: &Identity) -> IdentityOutcome {
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    let outcome = unit.insert_identity(identity).await.unwrap();
    unit.commit().await.unwrap();
    outcome
}

/// All of it, stamped, and taken away.
pub async fn identities_round_trip_oldest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (account, user) = (tenant.id(), tenant.user.id);
    let later = Identity { created_at: fx::at(2), ..any_identity(&tenant.user) };
    let first = Identity { email: None, last_used_at: Some(fx::at(3)), ..any_identity(&tenant.user) };
    let other = any_identity(&tenant.colleague);
    for identity in [&later, &first, &other] {
        assert_eq!(keep(store, identity).await, IdentityOutcome::Inserted);
    }
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.identities_of(account, user).await.unwrap(), [first.clone(), later.clone()]);
    assert!(!unit.delete_identity(account, user, other.id).await.unwrap(), "a colleague's");
    assert!(unit.delete_identity(account, user, first.id).await.unwrap());
    assert!(!unit.delete_identity(account, user, first.id).await.unwrap(), "twice");
    unit.commit().await.unwrap();
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    unit.record_identity_use(later.id, Some("new@north.example"), fx::at(9)).await.unwrap();
    let used =
        Identity { email: Some("new@north.example".into()), last_used_at: Some(fx::at(9)), ..later.clone() };
    assert_eq!(unit.identity_by_key(&later.key).await.unwrap(), Some(used));
    assert_eq!(unit.identity_by_key(&first.key).await.unwrap(), None);
    assert_eq!(unit.identity_by_key(&other.key).await.unwrap(), Some(other));
}

/// Issuer, directory and subject together; each alone may be the same, and letter case counts.
pub async fn an_identity_belongs_to_one_person_of_all_accounts(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let first = any_identity(&tenant.user);
    assert_eq!(keep(store, &first).await, IdentityOutcome::Inserted);
    for user in [&tenant.user, &tenant.colleague, &other.user] {
        let again = Identity { key: first.key.clone(), ..any_identity(user) };
        assert_eq!(keep(store, &again).await, IdentityOutcome::Taken);
    }
    let keys = [
        IdentityKey { issuer: "https://another.example".into(), ..first.key.clone() },
        IdentityKey { directory: "south".into(), ..first.key.clone() },
        IdentityKey { subject: first.key.subject.to_uppercase(), ..first.key.clone() },
    ];
    for key in keys {
        let near = Identity { key, ..any_identity(&other.user) };
        assert_eq!(keep(store, &near).await, IdentityOutcome::Inserted);
    }
    let mut unit = store.begin(Access::system_read()).await.unwrap();
    assert_eq!(unit.identity_by_key(&first.key).await.unwrap(), Some(first));
}

/// The others are told that it is taken.
pub async fn of_simultaneous_links_one_gets_the_identity(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let key = any_identity(&tenant.user).key;
    let one = async |user: &User| keep(store, &Identity { key: key.clone(), ..any_identity(user) }).await;
    let (a, b, c) = tokio::join!(one(&tenant.user), one(&tenant.colleague), one(&tenant.user));
    let got = [a, b, c].into_iter().filter(|outcome| *outcome == IdentityOutcome::Inserted).count();
    assert_eq!(got, 1, "{a:?} {b:?} {c:?}");
}

/// A state is good for one return.
pub async fn of_simultaneous_returns_one_gets_the_flow(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let flow = any_flow(&tenant.user);
    let mut unit = tenant.write(store).await;
    unit.insert_oauth_flow(&flow).await.unwrap();
    unit.commit().await.unwrap();
    let one = async || {
        let mut unit = store.begin(Access::system_write()).await.unwrap();
        let taken = unit.take_oauth_flow(&flow.state_hash).await.unwrap();
        unit.commit().await.unwrap();
        taken
    };
    let (a, b, c) = tokio::join!(one(), one(), one());
    let got: Vec<_> = [a, b, c].into_iter().flatten().collect();
    assert_eq!(got, [flow]);
}

/// At its end, and not a microsecond before.
pub async fn flows_nobody_came_back_from_are_forgotten(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let ended = any_flow(&tenant.user);
    let live = OauthFlow { user_id: None, expires_at: fx::at(101), ..any_flow(&tenant.user) };
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    unit.insert_oauth_flow(&ended).await.unwrap();
    unit.insert_oauth_flow(&live).await.unwrap();
    unit.forget_oauth_flows(ended.expires_at).await.unwrap();
    assert_eq!(unit.take_oauth_flow(&ended.state_hash).await.unwrap(), None);
    assert_eq!(unit.take_oauth_flow(&live.state_hash).await.unwrap(), Some(live));
}

/// Neither read nor taken away nor used.
pub async fn identities_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (identity, flow) = (any_identity(&owner.user), any_flow(&owner.user));
    keep(store, &identity).await;
    let mut unit = owner.write(store).await;
    unit.insert_oauth_flow(&flow).await.unwrap();
    unit.commit().await.unwrap();
    for tenant in [owner.id(), other.id()] {
        let mut unit = other.write(store).await;
        assert_eq!(unit.identities_of(tenant, owner.user.id).await.unwrap(), []);
        assert_eq!(unit.identity_by_key(&identity.key).await.unwrap(), None);
        assert!(!unit.delete_identity(tenant, owner.user.id, identity.id).await.unwrap());
        unit.record_identity_use(identity.id, Some("taken"), fx::at(9)).await.unwrap();
        assert_eq!(unit.take_oauth_flow(&flow.state_hash).await.unwrap(), None);
        unit.forget_oauth_flows(fx::at(1_000)).await.unwrap();
        unit.commit().await.unwrap();
    }
    let mut unit = owner.read(store).await;
    assert_eq!(unit.identities_of(owner.id(), owner.user.id).await.unwrap(), [identity]);
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    assert_eq!(unit.take_oauth_flow(&flow.state_hash).await.unwrap(), Some(flow));
}
