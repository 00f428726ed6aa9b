//! Exchanging the key that seals credentials at rest.

use rf_audit::events;
use rf_kernel::{Failure, StoreError};
use rf_store::{Access, Store};
use rf_vault::{Seal, SealedKind, SealedRow, Vault};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App,
    audit::{Event, SITE},
    work::Decided,
};

/// Rows sealed anew in one unit.
const BATCH: u64 = 100;

/// How the sealed secrets of a kind stand, or what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCount {
    /// What they are for.
    pub kind: SealedKind,
    /// Under the newest key.
    pub newest: u64,
    /// Under an older key; after a rewrap those that somebody else changed at that very moment.
    pub older: u64,
    /// Sealed anew.
    pub rewrapped: u64,
    /// Records whose secret no configured key opens.
    pub unreadable: Vec<Uuid>,
}

impl SealedCount {
    const fn none(kind: SealedKind) -> Self {
        Self { kind, newest: 0, older: 0, rewrapped: 0, unreadable: Vec::new() }
    }
}

async fn next_rows(
    store: &dyn Store,
    kind: SealedKind,
    after: Option<Uuid>,
) -> Result<Vec<SealedRow>, StoreError> {
    store.begin(Access::system_read()).await?.sealed_rows(kind, after, BATCH).await
}

/// How everything that is sealed stands with these keys. Changes nothing.
///
/// # Errors
/// What the store says.
pub async fn count_sealed(store: &dyn Store, vault: &Vault) -> Result<Vec<SealedCount>, StoreError> {
    let mut counts = Vec::new();
    for kind in SealedKind::ALL {
        let (mut count, mut after) = (SealedCount::none(kind), None);
        loop {
            let rows = next_rows(store, kind, after).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.place.record_id);
            for row in &rows {
                match vault.inspect(row) {
                    Seal::Newest => count.newest += 1,
                    Seal::Older(_) => count.older += 1,
                    Seal::Unreadable(_) => count.unreadable.push(row.place.record_id),
                }
            }
        }
        counts.push(count);
    }
    Ok(counts)
}

impl App {
    /// Seals everything under the newest key that is under an older one, some rows in a unit: interrupted, it is run
    /// again and goes on. What no key opens is left as it is. For the operator.
    ///
    /// # Errors
    /// What the store says.
    pub async fn rewrap_credentials(&self) -> Result<Vec<SealedCount>, Failure> {
        let mut counts = Vec::new();
        for kind in SealedKind::ALL {
            let (mut count, mut after) = (SealedCount::none(kind), None);
            loop {
                let rows = next_rows(self.store.as_ref(), kind, after).await?;
                let Some(last) = rows.last() else { break };
                after = Some(last.place.record_id);
                self.rewrap_some(&rows, &mut count).await?;
            }
            counts.push(count);
        }
        if counts.iter().any(|count| count.rewrapped > 0) {
            self.audit_rewrap(&counts).await?;
        }
        Ok(counts)
    }

    async fn rewrap_some(&self, rows: &[SealedRow], count: &mut SealedCount) -> Result<(), Failure> {
        let mut older = Vec::new();
        for row in rows {
            match self.vault.inspect(row) {
                Seal::Newest => count.newest += 1,
                Seal::Older(sealed) => older.push((row, sealed)),
                Seal::Unreadable(_) => count.unreadable.push(row.place.record_id),
            }
        }
        if older.is_empty() {
            return Ok(());
        }
        let done = self
            .system_write(async |unit| {
                let mut done = 0;
                for (row, sealed) in &older {
                    done += u64::from(unit.reseal(row, sealed).await?);
                }
                Ok(Decided::Answer(done))
            })
            .await?;
        count.rewrapped += done;
        count.older += older.len() as u64 - done;
        Ok(())
    }

    async fn audit_rewrap(&self, counts: &[SealedCount]) -> Result<(), Failure> {
        let ctx = self.ctx(self.new_id());
        let payload = counts
            .iter()
            .map(|count| json!({ "kind": count.kind, "rewrapped": count.rewrapped }))
            .collect::<Vec<_>>();
        self.system_write(async |unit| {
            let event = Event::new(events::CREDENTIALS_REWRAPPED, "account", SITE.uuid(), json!(payload));
            self.audit_in(unit, SITE, None, &ctx, event).await.map(Decided::Answer)
        })
        .await
    }
}
