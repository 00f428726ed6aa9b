//! The audit log and its chains.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rf_audit::{AuditChain, AuditCursor, AuditEntry, AuditFilter, AuditLog, ChainedEntry};
use rf_kernel::{AccountId, StoreError, Timestamp};

use crate::{
    state::{State, require},
    unit::MemoryUnit,
};

/// The newest of the entries that `takes`.
fn newest(state: &State, takes: impl Fn(&AuditEntry) -> bool, limit: u64) -> Vec<AuditEntry> {
    let entries = state.audit.values().map(|chained| &chained.entry);
    let mut found: Vec<_> = entries.filter(|entry| takes(entry)).cloned().collect();
    found.sort_by_key(|entry| std::cmp::Reverse(AuditCursor::of(entry)));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    found
}

/// Whether the entry comes after the cursor in a list, newest first.
fn follows(entry: &AuditEntry, cursor: Option<AuditCursor>) -> bool {
    cursor.is_none_or(|cursor| AuditCursor::of(entry) < cursor)
}

#[async_trait]
impl AuditLog for MemoryUnit {
    async fn append_audit(&mut self, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(entry.account_id)?;
            let (account, id) = (entry.account_id, entry.id);
            let chain = state.audit_chains.get(&account).cloned().unwrap_or(AuditChain::EMPTY);
            let (chain, chained) = chain.append(entry);
            state.audit.insert("pk_audit_log", id, chained)?;
            state.audit_chains.put(account, chain);
            Ok(())
        })
    }

    async fn audit_entries(
        &mut self,
        tenant: AccountId,
        action: &str,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(|state, view| {
            let own = |entry: &AuditEntry| view.covers(tenant) && entry.account_id == tenant;
            Ok(newest(state, |entry| own(entry) && entry.action == action, limit))
        })
    }

    async fn list_audit(
        &mut self,
        tenant: AccountId,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(|state, view| {
            let own = |entry: &AuditEntry| view.covers(tenant) && entry.account_id == tenant;
            let takes = |entry: &AuditEntry| own(entry) && filter.takes(entry) && follows(entry, cursor);
            Ok(newest(state, takes, limit))
        })
    }

    async fn list_all_audit(
        &mut self,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(|state, view| {
            let seen = |entry: &AuditEntry| view.covers(entry.account_id);
            let takes = |entry: &AuditEntry| seen(entry) && filter.takes(entry) && follows(entry, cursor);
            Ok(newest(state, takes, limit))
        })
    }

    async fn audit_actions(&mut self, tenant: AccountId) -> Result<Vec<String>, StoreError> {
        self.read(|state, view| {
            let entries = state.audit.values().map(|chained| &chained.entry);
            let own = entries.filter(|entry| view.covers(tenant) && entry.account_id == tenant);
            Ok(own.map(|entry| entry.action.clone()).collect::<BTreeSet<_>>().into_iter().collect())
        })
    }

    async fn audit_chain(&mut self, tenant: AccountId) -> Result<Option<AuditChain>, StoreError> {
        self.read(|state, view| Ok(state.audit_chains.get(&tenant).filter(|_| view.covers(tenant)).cloned()))
    }

    async fn lock_audit_chain(&mut self, tenant: AccountId) -> Result<Option<AuditChain>, StoreError> {
        // Writers have the whole store to themselves.
        self.write(|_, _| Ok(()))?;
        self.audit_chain(tenant).await
    }

    async fn audit_links(
        &mut self,
        tenant: AccountId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<ChainedEntry>, StoreError> {
        self.read(|state, view| {
            let own = |chained: &&ChainedEntry| view.covers(tenant) && chained.entry.account_id == tenant;
            let mut links: Vec<_> =
                state.audit.values().filter(own).filter(|chained| chained.seq > after).cloned().collect();
            links.sort_by_key(|chained| chained.seq);
            links.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(links)
        })
    }

    async fn set_audit_retention(&mut self, tenant: AccountId, days: Option<i64>) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            let allowed = rf_audit::MIN_RETENTION_DAYS..=rf_audit::MAX_RETENTION_DAYS;
            require(days.is_none_or(|days| allowed.contains(&days)), "ck_audit_chains_retention")?;
            let chain = state.audit_chains.get(&tenant).cloned().unwrap_or(AuditChain::EMPTY);
            state.audit_chains.put(tenant, AuditChain { retention_days: days, ..chain });
            Ok(())
        })
    }

    async fn audited_accounts(&mut self) -> Result<Vec<AccountId>, StoreError> {
        self.read(|state, view| {
            Ok(state.audit_chains.keys().copied().filter(|account| view.covers(*account)).collect())
        })
    }

    async fn prune_audit(&mut self, tenant: AccountId, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            let mut links: Vec<_> = state
                .audit
                .values()
                .filter(|chained| chained.entry.account_id == tenant)
                .map(|chained| (chained.seq, chained.entry.at, chained.entry.id, chained.hash))
                .collect();
            links.sort_by_key(|(seq, ..)| *seq);
            let old: Vec<_> = links.into_iter().take_while(|(_, at, ..)| *at < before).collect();
            let (Some((seq, .., hash)), Some(chain)) = (old.last(), state.audit_chains.get(&tenant)) else {
                return Ok(0);
            };
            let chain = AuditChain { anchor_seq: *seq, anchor_hash: *hash, ..chain.clone() };
            state.audit_chains.put(tenant, chain);
            for (_, _, id, _) in &old {
                state.audit.remove(id);
            }
            Ok(old.len() as u64)
        })
    }
}
