//! The audit log and its chains.

use async_trait::async_trait;
use rf_audit::{
    AuditChain, AuditCursor, AuditEntry, AuditFilter, AuditLog, ChainFault, ChainHash, ChainedEntry,
};
use rf_kernel::{AccountId, StoreError, Timestamp};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait,
    sea_query::{Expr, LockType, OnConflict},
};

use crate::{
    convert::{corrupt, from_json, instant, json, micros, named, uuids},
    dialect::store_error,
    entities::{audit_chains, audit_log},
    unit::SqlUnit,
};

use audit_log::Column;

/// Entries chained at once when an old log gets its chain.
const BATCH: u64 = 500;

fn entry(row: &QueryResult) -> Result<AuditEntry, StoreError> {
    let row = audit_log::Model::from_query_result(row, "").map_err(store_error)?;
    entry_of(row)
}

fn entry_of(row: audit_log::Model) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: row.id.into(),
        account_id: row.account_id.into(),
        actor_id: row.actor_id.map(Into::into),
        action: row.action,
        target_kind: row.target_kind,
        target_id: row.target_id,
        payload: from_json(&row.payload)?,
        request_id: row.request_id.into(),
        at: instant(row.at)?,
    })
}

fn chained(row: &QueryResult) -> Result<ChainedEntry, StoreError> {
    let row = audit_log::Model::from_query_result(row, "").map_err(store_error)?;
    // A digest that is none is a changed row like any other: a check says where.
    let hash = row.hash.parse().unwrap_or(ChainHash::START);
    Ok(ChainedEntry { seq: row.seq, hash, entry: entry_of(row)? })
}

fn chain(row: &QueryResult) -> Result<AuditChain, StoreError> {
    let row = audit_chains::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(AuditChain {
        seq: row.seq,
        hash: named(&row.hash)?,
        anchor_seq: row.anchor_seq,
        anchor_hash: named(&row.anchor_hash)?,
        retention_days: row.retention_days,
    })
}

/// What narrows a list, newest first, down to the filter and to what comes after the cursor.
fn narrowed(filter: &AuditFilter, cursor: Option<AuditCursor>) -> Condition {
    let after = cursor.map(|AuditCursor { at, id }| {
        Condition::any()
            .add(Column::At.lt(micros(at)))
            .add(Condition::all().add(Column::At.eq(micros(at))).add(Column::Id.lt(id.uuid())))
    });
    Condition::all()
        .add_option(filter.action.as_ref().map(|action| Column::Action.eq(action.as_str())))
        .add_option(filter.actor_id.map(|id| Column::ActorId.eq(id.uuid())))
        .add_option(filter.target_kind.as_ref().map(|kind| Column::TargetKind.eq(kind.as_str())))
        .add_option(filter.target_id.map(|id| Column::TargetId.eq(id)))
        .add_option(filter.after.map(|after| Column::At.gte(micros(after))))
        .add_option(filter.before.map(|before| Column::At.lt(micros(before))))
        .add_option(after)
}

impl SqlUnit {
    /// The account's chain, which stays as it is until the unit ends; made when it is not there.
    async fn own_chain(&mut self, account: AccountId) -> Result<AuditChain, StoreError> {
        if let Some(chain) = self.lock_audit_chain(account).await? {
            return Ok(chain);
        }
        let start = ChainHash::START.to_string();
        let row = audit_chains::Model {
            account_id: account.into(),
            seq: 0,
            hash: start.clone(),
            anchor_seq: 0,
            anchor_hash: start,
            retention_days: None,
        };
        // Two units may find none; the second waits here for the first.
        let there = OnConflict::column(audit_chains::Column::AccountId).do_nothing().to_owned();
        let insert = audit_chains::Entity::insert(row.into_active_model()).on_conflict(there).into_query();
        self.write(&insert).await?;
        let made = self.lock_audit_chain(account).await?;
        self.check(made.ok_or_else(|| corrupt("an audit chain that was just made is not there")))
    }

    /// Moves the end of the account's chain on.
    async fn move_chain(&mut self, account: AccountId, chain: &AuditChain) -> Result<(), StoreError> {
        let update = audit_chains::Entity::update_many()
            .col_expr(audit_chains::Column::Seq, Expr::value(chain.seq))
            .col_expr(audit_chains::Column::Hash, Expr::value(chain.hash.to_string()))
            .filter(self.own(audit_chains::Column::AccountId, account));
        self.write(&update.into_query()).await?;
        Ok(())
    }

    /// Gives an account whose log is older than chains its chain; answers whether there was one to do. Accounts
    /// that have a chain are left alone: what is not in it was not written by the product.
    pub(crate) async fn chain_an_old_log(&mut self) -> Result<bool, StoreError> {
        let chains = audit_chains::Entity::find().select_only().column(audit_chains::Column::AccountId);
        let unchained = audit_log::Entity::find()
            .filter(Column::AccountId.not_in_subquery(chains.into_query()))
            .limit(1)
            .into_query();
        let Some(old) = self.read_one(&unchained, entry).await? else { return Ok(false) };
        let account = old.account_id;
        let mut chain = self.own_chain(account).await?;
        loop {
            let batch = audit_log::Entity::find()
                .filter(Column::AccountId.eq(account.uuid()))
                .filter(Column::Seq.eq(0))
                .order_by_asc(Column::At)
                .order_by_asc(Column::Id)
                .limit(BATCH)
                .into_query();
            let entries = self.read(&batch, entry).await?;
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                let id = entry.id;
                let (next, chained) = chain.append(entry);
                let update = audit_log::Entity::update_many()
                    .col_expr(Column::Seq, Expr::value(chained.seq))
                    .col_expr(Column::Hash, Expr::value(chained.hash.to_string()))
                    .filter(Column::Id.eq(id.uuid()));
                self.write(&update.into_query()).await?;
                chain = next;
            }
        }
        self.move_chain(account, &chain).await?;
        Ok(true)
    }

    async fn listed(
        &mut self,
        rows: Condition,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let query = audit_log::Entity::find()
            .filter(rows)
            .filter(narrowed(filter, cursor))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(limit)
            .into_query();
        self.read(&query, entry).await
    }
}

#[async_trait]
impl AuditLog for SqlUnit {
    async fn append_audit(&mut self, entry: AuditEntry) -> Result<(), StoreError> {
        let account = entry.account_id;
        self.require_write_to(account)?;
        let payload = self.check(json(&entry.payload))?;
        let (chain, ChainedEntry { seq, hash, entry }) = self.own_chain(account).await?.append(entry);
        let row = audit_log::Model {
            id: entry.id.into(),
            account_id: account.into(),
            actor_id: uuids(entry.actor_id),
            action: entry.action,
            target_kind: entry.target_kind,
            target_id: entry.target_id,
            payload,
            request_id: entry.request_id.into(),
            at: micros(entry.at),
            seq,
            hash: hash.to_string(),
        };
        self.insert(row).await?;
        self.move_chain(account, &chain).await
    }

    async fn audit_entries(
        &mut self,
        tenant: AccountId,
        action: &str,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let filter = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
        self.list_audit(tenant, &filter, None, limit).await
    }

    async fn list_audit(
        &mut self,
        tenant: AccountId,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.listed(self.own(Column::AccountId, tenant), filter, cursor, limit).await
    }

    async fn list_all_audit(
        &mut self,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.listed(self.seen(Column::AccountId), filter, cursor, limit).await
    }

    async fn audit_actions(&mut self, tenant: AccountId) -> Result<Vec<String>, StoreError> {
        let query = audit_log::Entity::find()
            .select_only()
            .column(Column::Action)
            .distinct()
            .filter(self.own(Column::AccountId, tenant))
            .order_by_asc(Column::Action)
            .into_query();
        self.read(&query, |row| row.try_get("", "action").map_err(store_error)).await
    }

    async fn audit_chain(&mut self, tenant: AccountId) -> Result<Option<AuditChain>, StoreError> {
        let query = audit_chains::Entity::find()
            .filter(self.own(audit_chains::Column::AccountId, tenant))
            .into_query();
        self.read_one(&query, chain).await
    }

    async fn lock_audit_chain(&mut self, tenant: AccountId) -> Result<Option<AuditChain>, StoreError> {
        self.require_write()?;
        let query = audit_chains::Entity::find()
            .filter(self.own(audit_chains::Column::AccountId, tenant))
            .lock(LockType::NoKeyUpdate)
            .into_query();
        self.read_one(&query, chain).await
    }

    async fn audit_links(
        &mut self,
        tenant: AccountId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<ChainedEntry>, StoreError> {
        let query = audit_log::Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Seq.gt(after))
            .order_by_asc(Column::Seq)
            .limit(limit)
            .into_query();
        self.read(&query, chained).await
    }

    async fn set_audit_retention(&mut self, tenant: AccountId, days: Option<i64>) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        self.own_chain(tenant).await?;
        let update = audit_chains::Entity::update_many()
            .col_expr(audit_chains::Column::RetentionDays, Expr::value(days))
            .filter(self.own(audit_chains::Column::AccountId, tenant));
        self.write(&update.into_query()).await?;
        Ok(())
    }

    async fn audited_accounts(&mut self) -> Result<Vec<AccountId>, StoreError> {
        let query = audit_chains::Entity::find()
            .select_only()
            .column(audit_chains::Column::AccountId)
            .filter(self.seen(audit_chains::Column::AccountId))
            .order_by_asc(audit_chains::Column::AccountId)
            .into_query();
        let id = |row: &QueryResult| row.try_get::<uuid::Uuid>("", "account_id").map_err(store_error);
        Ok(self.read(&query, id).await?.into_iter().map(Into::into).collect())
    }

    async fn prune_audit(&mut self, tenant: AccountId, before: Timestamp) -> Result<u64, StoreError> {
        self.require_write_to(tenant)?;
        let chain = self.own_chain(tenant).await?;
        let own = self.own(Column::AccountId, tenant);
        let first_kept = audit_log::Entity::find()
            .filter(own.clone())
            .filter(Column::At.gte(micros(before)))
            .order_by_asc(Column::Seq)
            .limit(1)
            .into_query();
        let first_kept = self.read_one(&first_kept, chained).await?.map_or(chain.seq + 1, |kept| kept.seq);
        if first_kept <= chain.anchor_seq + 1 {
            return Ok(0);
        }
        let anchor =
            audit_log::Entity::find().filter(own.clone()).filter(Column::Seq.eq(first_kept - 1)).into_query();
        let anchor = self.read_one(&anchor, chained).await?;
        // Pruning must not make a gap look like an anchor.
        let anchor = self.check(anchor.ok_or_else(|| corrupt(ChainFault::Missing(first_kept - 1))))?;
        let delete = audit_log::Entity::delete_many()
            .filter(own)
            .filter(Column::Seq.gt(chain.anchor_seq))
            .filter(Column::Seq.lt(first_kept))
            .into_query();
        let gone = self.write(&delete).await?;
        let update = audit_chains::Entity::update_many()
            .col_expr(audit_chains::Column::AnchorSeq, Expr::value(anchor.seq))
            .col_expr(audit_chains::Column::AnchorHash, Expr::value(anchor.hash.to_string()))
            .filter(self.own(audit_chains::Column::AccountId, tenant));
        self.write(&update.into_query()).await?;
        Ok(gone)
    }
}
