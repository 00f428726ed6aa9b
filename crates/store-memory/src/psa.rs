//! Connections to PSAs, who is who there, and the push log.

use std::cmp::Reverse;

use async_trait::async_trait;
use rf_kernel::{AccountId, Page, PushId, Revision, StoreError, UserId};
use rf_psa::{
    InsertPushOutcome, MemberMapping, PsaConnection, PsaConnectionRepository, PushCursor, PushFilter,
    PushKey, PushLog, PushRecord,
};

use crate::{
    state::{State, require},
    trees::cut,
    unit::{MemoryUnit, View},
};

fn own(state: &State, view: View, tenant: AccountId) -> Option<&PsaConnection> {
    state.psa_connections.get(&tenant).filter(|_| view.covers(tenant))
}

#[async_trait]
impl PsaConnectionRepository for MemoryUnit {
    async fn insert_psa_connection(&mut self, connection: &PsaConnection) -> Result<(), StoreError> {
        self.write(|state, view| {
            let account = connection.account_id;
            view.wall(account)?;
            state.require_account(account, "fk_psa_connections_account")?;
            state.require_user(account, Some(connection.connected_by), "fk_psa_connections_person")?;
            let known = state.psa_connections.values().any(|other| other.id == connection.id);
            require(!known, "pk_psa_connections")?;
            state.psa_connections.insert("uq_psa_connections_account", account, connection.clone())
        })
    }

    async fn psa_connection(&mut self, tenant: AccountId) -> Result<Option<PsaConnection>, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant).cloned()))
    }

    async fn update_psa_connection(
        &mut self,
        connection: &PsaConnection,
        expected: Revision,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let account = connection.account_id;
            let found = own(state, view, account);
            let found = found.filter(|kept| kept.id == connection.id && kept.revision == expected);
            let Some(created_at) = found.map(|kept| kept.created_at) else { return Ok(false) };
            state.require_user(account, Some(connection.connected_by), "fk_psa_connections_person")?;
            state.psa_connections.put(account, PsaConnection { created_at, ..connection.clone() });
            Ok(true)
        })
    }

    async fn delete_psa_connection(&mut self, tenant: AccountId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            if !view.covers(tenant) {
                return Ok(false);
            }
            let keys: Vec<_> =
                state.psa_members.keys().filter(|(account, _)| *account == tenant).copied().collect();
            for key in keys {
                state.psa_members.remove(&key);
            }
            let known = own(state, view, tenant).is_some();
            state.psa_connections.remove(&tenant);
            Ok(known)
        })
    }

    async fn psa_members(&mut self, tenant: AccountId) -> Result<Vec<MemberMapping>, StoreError> {
        self.read(|state, view| {
            let theirs = |mapping: &&MemberMapping| view.covers(tenant) && mapping.account_id == tenant;
            Ok(state.psa_members.values().filter(theirs).cloned().collect())
        })
    }

    async fn set_psa_member(&mut self, mapping: &MemberMapping) -> Result<(), StoreError> {
        self.write(|state, view| {
            let (account, user) = (mapping.account_id, mapping.user_id);
            view.wall(account)?;
            state.require_user(account, Some(user), "fk_psa_member_mappings_user")?;
            state.psa_members.put((account, user), mapping.clone());
            Ok(())
        })
    }

    async fn clear_psa_member(&mut self, tenant: AccountId, user: UserId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let known = view.covers(tenant) && state.psa_members.get(&(tenant, user)).is_some();
            if known {
                state.psa_members.remove(&(tenant, user));
            }
            Ok(known)
        })
    }
}

fn push(state: &State, view: View, tenant: AccountId, id: PushId) -> Option<&PushRecord> {
    state.pushes.get(&id).filter(|record| view.covers(tenant) && record.account_id == tenant)
}

fn by_key<'a>(state: &'a State, tenant: AccountId, key: &PushKey) -> Option<&'a PushRecord> {
    let id = state.push_keys.get(&(tenant, key.clone()))?;
    state.pushes.get(id)
}

#[async_trait]
impl PushLog for MemoryUnit {
    async fn insert_push(&mut self, record: &PushRecord) -> Result<InsertPushOutcome, StoreError> {
        self.write(|state, view| {
            let account = record.account_id;
            view.wall(account)?;
            state.require_account(account, "fk_psa_post_log_account")?;
            state.require_user(account, Some(record.requested_by), "fk_psa_post_log_person")?;
            if by_key(state, account, &record.key).is_some() {
                return Ok(InsertPushOutcome::Known);
            }
            state.pushes.insert("pk_psa_post_log", record.id, record.clone())?;
            state.push_keys.put((account, record.key.clone()), record.id);
            Ok(InsertPushOutcome::Kept)
        })
    }

    async fn push_by_id(&mut self, tenant: AccountId, id: PushId) -> Result<Option<PushRecord>, StoreError> {
        self.read(|state, view| Ok(push(state, view, tenant, id).cloned()))
    }

    async fn push_by_key(
        &mut self,
        tenant: AccountId,
        key: &PushKey,
    ) -> Result<Option<PushRecord>, StoreError> {
        self.read(|state, view| Ok(by_key(state, tenant, key).filter(|_| view.covers(tenant)).cloned()))
    }

    async fn update_push(&mut self, record: &PushRecord, expected: Revision) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let kept = push(state, view, record.account_id, record.id).cloned();
            let Some(kept) = kept.filter(|kept| kept.revision == expected) else { return Ok(false) };
            let changed = PushRecord {
                minutes: record.minutes,
                content: record.content.clone(),
                warnings: record.warnings.clone(),
                push: record.push.clone(),
                updated_at: record.updated_at,
                revision: record.revision,
                ..kept
            };
            state.pushes.put(record.id, changed);
            Ok(true)
        })
    }

    async fn list_pushes(
        &mut self,
        tenant: AccountId,
        filter: &PushFilter,
        after: Option<PushCursor>,
        page: Page,
    ) -> Result<Vec<PushRecord>, StoreError> {
        self.read(|state, view| {
            let place = |record: &PushRecord| (record.created_at, record.id);
            let wanted = |record: &&PushRecord| {
                view.covers(tenant)
                    && record.account_id == tenant
                    && filter.session.is_none_or(|session| record.session.uuid() == session)
                    && filter.state.is_none_or(|state| record.push.state == state)
                    && filter.requested_by.is_none_or(|person| record.requested_by == person)
                    && after.is_none_or(|PushCursor { created_at, id }| place(record) < (created_at, id))
            };
            let mut found: Vec<&PushRecord> = state.pushes.values().filter(wanted).collect();
            found.sort_by_key(|record| Reverse(place(record)));
            Ok(cut(found, page).cloned().collect())
        })
    }
}
