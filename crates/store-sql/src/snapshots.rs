//! Snapshots: kept once per account by what they hold, and held in memory once for everybody.

use std::{collections::HashMap, fmt, sync::Arc};

use quick_cache::{Weighter, sync::Cache};
use rf_kernel::{AccountId, StoreError};
use rf_trees::Snapshot;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryTrait, sea_query::OnConflict};
use sha2::{Digest, Sha256};

use crate::{convert::corrupt, dialect::store_error, entities::tree_snapshots, unit::SqlUnit};

use tree_snapshots::Column;

/// How much memory snapshots may take, about.
const MOST_BYTES: u64 = 24 << 20;

/// What a snapshot is kept under.
pub(crate) fn hash(snapshot: &Snapshot) -> String {
    Sha256::digest(snapshot.json().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Clone)]
struct BySize;

impl Weighter<String, Snapshot> for BySize {
    fn weight(&self, hash: &String, snapshot: &Snapshot) -> u64 {
        // Read back, a flow takes about three times the room of its text.
        (hash.len() + 4 * snapshot.json().len()) as u64
    }
}

/// Snapshots read or kept lately, by the digest of their text. The text is what the digest says, whichever account
/// it is of: whoever knows a digest from a row of theirs has that very text.
#[derive(Clone)]
pub(crate) struct SnapshotCache(Arc<Cache<String, Snapshot, BySize>>);

impl SnapshotCache {
    pub(crate) fn new() -> Self {
        // About as many as fit if each has 2 kB.
        let expected = usize::try_from(MOST_BYTES / 8_192).unwrap_or(usize::MAX);
        Self(Arc::new(Cache::with_weighter(expected, MOST_BYTES, BySize)))
    }
}

impl fmt::Debug for SnapshotCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotCache").field("snapshots", &self.0.len()).finish()
    }
}

impl SqlUnit {
    /// Keeps a snapshot of the account, if it is not there. Answers what it is kept under.
    pub(crate) async fn keep_snapshot(
        &mut self,
        account: AccountId,
        snapshot: &Snapshot,
    ) -> Result<String, StoreError> {
        let hash = hash(snapshot);
        let row = tree_snapshots::Model {
            account_id: account.into(),
            hash: hash.clone(),
            json: snapshot.json().to_owned(),
        };
        let known = OnConflict::columns([Column::AccountId, Column::Hash]).do_nothing().to_owned();
        let keep = tree_snapshots::Entity::insert(row.into_active_model()).on_conflict(known);
        self.write(&keep.into_query()).await?;
        Ok(hash)
    }

    /// The account's snapshots of these digests: from memory, and what is not there in one statement.
    pub(crate) async fn snapshots<'a>(
        &mut self,
        account: AccountId,
        hashes: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<String, Snapshot>, StoreError> {
        let mut found = HashMap::new();
        let mut missing = Vec::new();
        for hash in hashes {
            if found.contains_key(hash) || missing.iter().any(|known| known == hash) {
                continue;
            }
            match self.cache().0.get(hash) {
                Some(snapshot) => {
                    found.insert(hash.to_owned(), snapshot);
                }
                None => missing.push(hash.to_owned()),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let query = tree_snapshots::Entity::find()
            .filter(self.own(Column::AccountId, account))
            .filter(Column::Hash.is_in(missing))
            .into_query();
        let rows = self
            .read(&query, |row| {
                let hash: String = row.try_get("", "hash").map_err(store_error)?;
                let json: String = row.try_get("", "json").map_err(store_error)?;
                Ok((hash, Snapshot::from_json(json).map_err(corrupt)?))
            })
            .await?;
        for (hash, snapshot) in rows {
            self.cache().0.insert(hash.clone(), snapshot.clone());
            found.insert(hash, snapshot);
        }
        Ok(found)
    }
}
