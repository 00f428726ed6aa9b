//! Rows to test with. Every id is new; every instant has microseconds, so that a store that loses them shows.

mod channels;
mod people;
mod psa;
mod sessions;
mod trees;

use std::sync::atomic::{AtomicU64, Ordering};

use rf_accounts::{Account, Team, User};
use rf_kernel::{AccountId, Page, StoreError, Timestamp, TreeId};
use rf_sessions::Session;
use rf_store::{Access, Store, UnitOfWork};
use rf_trees::{Tree, TreeFilter};
use uuid::Uuid;

pub use self::{channels::*, people::*, psa::*, sessions::*, trees::*};

/// A new id; later ones are larger.
pub fn id<T: From<Uuid>>() -> T {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(next)).into()
}

/// The instant `seconds` after a day in 2026, and some microseconds.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    micros(1_772_000_000_123_457 + seconds * 1_000_000)
}

/// The instant `micros` microseconds after 1970.
#[must_use]
pub fn micros(micros: i64) -> Timestamp {
    let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let json = serde_json::to_string(&Timestamp::from_unix(seconds).unwrap()).unwrap();
    // `Timestamp` is built from whole seconds or from text; the text has six digits after the point.
    serde_json::from_str(&json.replacen(".000000", &format!(".{rest:06}"), 1)).unwrap()
}

/// The whole of a list.
pub const ALL: Page = Page { skip: 0, limit: Page::MAX_LIMIT };

/// An account that is kept, with a team and two people.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The account.
    pub account: Account,
    /// A team of it.
    pub team: Team,
    /// A person of it.
    pub user: User,
    /// Another person of it.
    pub colleague: User,
}

impl Tenant {
    /// Makes and keeps one.
    pub async fn keep(store: &dyn Store) -> Self {
        let account = account();
        let tenant =
            Self { team: team(account.id), user: user(account.id), colleague: user(account.id), account };
        let mut unit = store.begin(Access::system_write()).await.unwrap();
        unit.insert_account(&tenant.account).await.unwrap();
        unit.insert_team(&tenant.team).await.unwrap();
        unit.insert_user(&tenant.user).await.unwrap();
        unit.insert_user(&tenant.colleague).await.unwrap();
        unit.commit().await.unwrap();
        tenant
    }

    /// A unit that writes as this tenant.
    pub async fn write(&self, store: &dyn Store) -> Box<dyn UnitOfWork> {
        store.begin(Access::write(self.account.id)).await.unwrap()
    }

    /// A unit that reads as this tenant.
    pub async fn read(&self, store: &dyn Store) -> Box<dyn UnitOfWork> {
        store.begin(Access::read(self.account.id)).await.unwrap()
    }

    /// The tenant's id.
    #[must_use]
    pub const fn id(&self) -> AccountId {
        self.account.id
    }

    /// Keeps flows.
    pub async fn keep_trees(&self, store: &dyn Store, trees: &[&Tree]) {
        let mut unit = self.write(store).await;
        for tree in trees {
            unit.insert_tree(tree).await.unwrap();
        }
        unit.commit().await.unwrap();
    }

    /// Keeps sessions.
    pub async fn keep_sessions(&self, store: &dyn Store, sessions: &[&Session]) {
        let mut unit = self.write(store).await;
        for session in sessions {
            unit.insert_session(session).await.unwrap();
        }
        unit.commit().await.unwrap();
    }

    /// The flow as this tenant sees it.
    pub async fn tree(&self, store: &dyn Store, id: TreeId) -> Option<Tree> {
        self.read(store).await.tree_by_id(self.id(), id).await.unwrap()
    }

    /// Names of the flows this tenant is shown.
    pub async fn listed(&self, store: &dyn Store, filter: &TreeFilter) -> Vec<String> {
        let (items, total) = self.read(store).await.list_trees(self.id(), filter, ALL).await.unwrap();
        assert_eq!(
            items.len() as u64,
            total,
            "the total is the number of flows listed on a page that holds all"
        );
        items.into_iter().map(|item| item.tree.content.name).collect()
    }
}

/// Writes everything.
pub async fn system(store: &dyn Store) -> Box<dyn UnitOfWork> {
    store.begin(Access::system_write()).await.unwrap()
}

/// Reads everything.
pub async fn system_read(store: &dyn Store) -> Box<dyn UnitOfWork> {
    store.begin(Access::system_read()).await.unwrap()
}

/// Asserts that the named constraint refused.
#[track_caller]
pub fn assert_constraint<T: std::fmt::Debug>(answer: Result<T, StoreError>, name: &str) {
    match answer {
        Err(StoreError::Constraint { name: found }) => assert_eq!(found, name),
        other => panic!("expected constraint {name} to refuse, got {other:?}"),
    }
}
