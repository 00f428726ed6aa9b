//! Sealed secrets, whatever they are for.

use async_trait::async_trait;
use rf_accounts::SecondFactor;
use rf_kernel::StoreError;
use rf_notifications::Channel;
use rf_psa::PsaConnection;
use rf_vault::{Place, Sealed, SealedKind, SealedRow, SealedRows};
use uuid::Uuid;

use crate::{state::State, unit::MemoryUnit};

/// All of a kind, in no order.
fn rows(state: &State, kind: SealedKind) -> Vec<SealedRow> {
    let row = |account_id, record_id, sealed: &Sealed| SealedRow {
        kind,
        place: Place { account_id, record_id },
        sealed: sealed.clone(),
    };
    match kind {
        SealedKind::PsaConnection => {
            let kept = state.psa_connections.values();
            kept.map(|it| row(it.account_id, it.id.uuid(), &it.credentials)).collect()
        }
        SealedKind::SecondFactor => {
            let kept = state.second_factors.values();
            kept.map(|it| row(it.account_id, it.user_id.uuid(), &it.sealed)).collect()
        }
        SealedKind::Channel => {
            let kept = state.channels.values();
            kept.map(|it| row(it.account_id, it.id.uuid(), &it.url)).collect()
        }
    }
}

#[async_trait]
impl SealedRows for MemoryUnit {
    async fn sealed_rows(
        &mut self,
        kind: SealedKind,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<SealedRow>, StoreError> {
        self.read(|state, view| {
            let mut found = rows(state, kind);
            found.retain(|row| {
                view.covers(row.place.account_id) && after.is_none_or(|after| row.place.record_id > after)
            });
            found.sort_by_key(|row| row.place.record_id);
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        })
    }

    async fn reseal(&mut self, row: &SealedRow, sealed: &Sealed) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let account = row.place.account_id;
            if !view.covers(account) || !rows(state, row.kind).contains(row) {
                return Ok(false);
            }
            match row.kind {
                SealedKind::PsaConnection => {
                    if let Some(kept) = state.psa_connections.get(&account).cloned() {
                        let (credentials, revision) = (sealed.clone(), kept.revision.next());
                        let kept = PsaConnection { credentials, revision, ..kept };
                        state.psa_connections.put(account, kept);
                    }
                }
                SealedKind::SecondFactor => {
                    let user = row.place.record_id.into();
                    if let Some(kept) = state.second_factors.get(&user).cloned() {
                        let (sealed, revision) = (sealed.clone(), kept.revision.next());
                        state.second_factors.put(user, SecondFactor { sealed, revision, ..kept });
                    }
                }
                SealedKind::Channel => {
                    let channel = row.place.record_id.into();
                    if let Some(kept) = state.channels.get(&channel).cloned() {
                        let (url, revision) = (sealed.clone(), kept.revision.next());
                        state.channels.put(channel, Channel { url, revision, ..kept });
                    }
                }
            }
            Ok(true)
        })
    }
}
