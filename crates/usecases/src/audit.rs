//! The audit log: what use cases write into it, and what an owner and the operator get out of it.

use std::collections::BTreeMap;

use rf_accounts::LIBRARY_ACCOUNT_ID;
use rf_audit::{
    AuditCursor, AuditEntry, AuditFilter, ChainCheck, ChainFault, MAX_RETENTION_DAYS, MIN_RETENTION_DAYS,
    codes::AUDIT_EXPORT_TOO_LARGE, events,
};
use rf_auth_policy::{Action, require};
use rf_kernel::{AccountId, Ctx, Failure, UserId};
use rf_store::{Access, UnitOfWork};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    App, Caller, Work,
    work::{Decided, retry_busy},
};

/// Whose log holds what belongs to no account: sign-ins nobody has, what site admins do to the site.
pub(crate) const SITE: AccountId = LIBRARY_ACCOUNT_ID;

/// The most entries one export holds; a narrower filter gets the rest.
const MAX_EXPORTED: u64 = 20_000;
/// Entries read at once.
const BATCH: u64 = 500;
const DAY_SECONDS: i64 = 86_400;

/// What happened, before it is known to whom and when.
#[derive(Debug)]
pub(crate) struct Event {
    /// One of [`events`].
    pub(crate) action: &'static str,
    /// What kind of thing it was done to.
    pub(crate) target_kind: &'static str,
    /// Which one.
    pub(crate) target_id: Option<Uuid>,
    /// What changed. Never a secret.
    pub(crate) payload: Value,
}

impl Event {
    /// Something done to that thing.
    pub(crate) fn new(
        action: &'static str,
        target_kind: &'static str,
        target_id: impl Into<Option<Uuid>>,
        payload: Value,
    ) -> Self {
        Self { action, target_kind, target_id: target_id.into(), payload }
    }
}

/// An entry with its actor's name, where there is one.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// The entry.
    pub entry: AuditEntry,
    /// What the actor is called today.
    pub actor_name: Option<String>,
}

/// A page of the log, newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The entries.
    pub items: Vec<AuditLine>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<AuditCursor>,
}

/// In what form the log leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFormat {
    /// One JSON object a line.
    Jsonl,
    /// A table.
    Csv,
}

/// What checking one account's chain found.
#[derive(Clone, Debug)]
pub struct ChainReport {
    /// Whose.
    pub account_id: AccountId,
    /// The number of the newest entry.
    pub seq: i64,
    /// Its digest, to note down elsewhere: an operator who rewrites everything cannot rewrite that.
    pub hash: String,
    /// How many entries were checked, or the first fault.
    pub checked: Result<u64, ChainFault>,
}

impl App {
    /// Writes into the actor's account's log, as the actor.
    pub(crate) async fn audit(&self, work: &mut Work, event: Event) -> Result<(), Failure> {
        let (account, actor, ctx) = (work.actor.account_id, work.actor.user_id, work.ctx);
        self.audit_in(work.unit.as_mut(), account, Some(actor), &ctx, event).await
    }

    /// Writes into an account's log, where no actor is known or the account is another.
    pub(crate) async fn audit_in(
        &self,
        unit: &mut dyn UnitOfWork,
        account_id: AccountId,
        actor_id: Option<UserId>,
        ctx: &Ctx,
        event: Event,
    ) -> Result<(), Failure> {
        let entry = AuditEntry {
            id: self.new_id(),
            account_id,
            actor_id,
            action: event.action.to_owned(),
            target_kind: event.target_kind.to_owned(),
            target_id: event.target_id,
            payload: event.payload,
            request_id: ctx.request_id,
            at: ctx.now,
        };
        Ok(unit.append_audit(entry).await?)
    }

    /// A page of the account's log.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit_log(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<AuditPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ReadAudit)?;
            let tenant = work.actor.account_id;
            let mut entries = work.unit.list_audit(tenant, filter, cursor, limit + 1).await?;
            let more = entries.len() as u64 > limit;
            entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            let next = entries.last().filter(|_| more).map(AuditCursor::of);
            let names = actor_names(work, &entries).await?;
            let line = |entry: AuditEntry| {
                let actor_name = entry.actor_id.and_then(|id| names.get(&id).cloned());
                AuditLine { entry, actor_name }
            };
            Ok(AuditPage { items: entries.into_iter().map(line).collect(), next })
        })
        .await
    }

    /// The actions the account's log has entries of.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit_actions(&self, caller: &Caller) -> Result<Vec<String>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ReadAudit)?;
            Ok(work.unit.audit_actions(work.actor.account_id).await?)
        })
        .await
    }

    /// The entries that match as one file, newest first; that it was made is an entry too.
    ///
    /// # Errors
    /// `forbidden`, `audit_export_too_large`.
    pub async fn export_audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        format: AuditFormat,
    ) -> Result<String, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ReadAudit)?;
            let tenant = work.actor.account_id;
            let entries = work.unit.list_audit(tenant, filter, None, MAX_EXPORTED + 1).await?;
            if entries.len() as u64 > MAX_EXPORTED {
                let detail = format!(
                    "More than {MAX_EXPORTED} entries match. Narrow the filter, by time for example."
                );
                return Err(Failure::new(AUDIT_EXPORT_TOO_LARGE, detail));
            }
            let names = actor_names(work, &entries).await?;
            let name = |entry: &AuditEntry| entry.actor_id.and_then(|id| names.get(&id).cloned());
            let (text, format) = match format {
                AuditFormat::Jsonl => (rf_audit::jsonl(&entries, name), "jsonl"),
                AuditFormat::Csv => (rf_audit::csv(&entries, name).map_err(Failure::internal)?, "csv"),
            };
            let payload = json!({ "format": format, "count": entries.len() });
            self.audit(work, Event::new(events::AUDIT_EXPORTED, "account", tenant.uuid(), payload)).await?;
            Ok(text)
        })
        .await
    }

    /// How many days the account's entries are kept; `None` = for ever.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit_retention(&self, caller: &Caller) -> Result<Option<i64>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ReadAudit)?;
            let chain = work.unit.audit_chain(work.actor.account_id).await?;
            Ok(chain.and_then(|chain| chain.retention_days))
        })
        .await
    }

    /// Sets it. Entries that are too old by it go with the next pruning.
    ///
    /// # Errors
    /// `forbidden`, `validation_failed`.
    pub async fn set_audit_retention(
        &self,
        caller: &Caller,
        days: Option<i64>,
    ) -> Result<Option<i64>, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ReadAudit)?;
            if days.is_some_and(|days| !(MIN_RETENTION_DAYS..=MAX_RETENTION_DAYS).contains(&days)) {
                let message = format!(
                    "must be between {MIN_RETENTION_DAYS} and {MAX_RETENTION_DAYS} days, or null to keep them for ever"
                );
                return Err(Failure::invalid_field("retention_days", "out_of_range", message));
            }
            let tenant = work.actor.account_id;
            let before = work.unit.audit_chain(tenant).await?.and_then(|chain| chain.retention_days);
            if before != days {
                work.unit.set_audit_retention(tenant, days).await?;
                let payload =
                    json!({ "before": { "retention_days": before }, "after": { "retention_days": days } });
                let event = Event::new(events::AUDIT_RETENTION_CHANGED, "account", tenant.uuid(), payload);
                self.audit(work, event).await?;
            }
            Ok(days)
        })
        .await
    }

    /// Checks every entry of the account's chain; `None` before the first entry.
    ///
    /// # Errors
    /// `forbidden`; a fault in the chain is in the report.
    pub async fn check_audit(&self, caller: &Caller) -> Result<Option<ChainReport>, Failure> {
        let tenant = self
            .read(caller, async |work| {
                require(&work.actor, Action::ReadAudit)?;
                Ok(work.actor.account_id)
            })
            .await?;
        retry_busy(async || self.verify_chain(tenant).await).await
    }

    /// Takes away what accounts do not want kept any longer; answers how many entries went. That they went is an
    /// entry of its account. For the operator and the server's upkeep.
    ///
    /// # Errors
    /// What the store says.
    pub async fn prune_audit(&self) -> Result<u64, Failure> {
        let accounts = self.store.begin(Access::system_read()).await?.audited_accounts().await?;
        let ctx = self.ctx(self.new_id());
        let mut gone = 0;
        for account in accounts {
            gone += self
                .system_write(async |unit| {
                    let chain = unit.audit_chain(account).await?;
                    let Some(days) = chain.and_then(|chain| chain.retention_days) else {
                        return Ok(Decided::Answer(0));
                    };
                    let before = ctx.now.plus_seconds(-days.saturating_mul(DAY_SECONDS));
                    let count = unit.prune_audit(account, before).await?;
                    if count > 0 {
                        let payload = json!({ "count": count, "before": before });
                        let event = Event::new(events::AUDIT_PRUNED, "account", account.uuid(), payload);
                        self.audit_in(unit, account, None, &ctx, event).await?;
                    }
                    Ok(Decided::Answer(count))
                })
                .await?;
        }
        Ok(gone)
    }

    /// Checks every entry of an account's chain, or of all. For the operator.
    ///
    /// # Errors
    /// What the store says; a fault in a chain is in its report.
    pub async fn verify_audit(&self, account: Option<AccountId>) -> Result<Vec<ChainReport>, Failure> {
        let accounts = match account {
            Some(account) => vec![account],
            None => self.store.begin(Access::system_read()).await?.audited_accounts().await?,
        };
        let mut reports = Vec::new();
        for account in accounts {
            reports.extend(retry_busy(async || self.verify_chain(account).await).await?);
        }
        Ok(reports)
    }

    /// Nobody appends to or prunes a chain while it is checked: its end and its entries are of one moment.
    async fn verify_chain(&self, account: AccountId) -> Result<Option<ChainReport>, Failure> {
        let mut unit = self.store.begin(Access::system_write()).await?;
        let Some(chain) = unit.lock_audit_chain(account).await? else { return Ok(None) };
        let (seq, hash) = (chain.seq, chain.hash.to_string());
        let mut check = ChainCheck::new(chain);
        // Below every number: an entry that stands outside the chain is found first.
        let mut after = -1;
        let checked = loop {
            let links = unit.audit_links(account, after, BATCH).await?;
            let Some(last) = links.last() else { break check.finish() };
            after = last.seq;
            if let Err(fault) = links.iter().try_for_each(|link| check.entry(link)) {
                break Err(fault);
            }
        };
        Ok(Some(ChainReport { account_id: account, seq, hash, checked }))
    }
}

/// The names of the people who did these things, as far as the account still has them.
async fn actor_names(work: &mut Work, entries: &[AuditEntry]) -> Result<BTreeMap<UserId, String>, Failure> {
    let mut names = App::names(work).await?;
    for id in entries.iter().filter_map(|entry| entry.actor_id) {
        if let std::collections::btree_map::Entry::Vacant(unknown) = names.entry(id)
            && let Some(user) = work.unit.user_by_id(work.actor.account_id, id).await?
        {
            unknown.insert(user.name);
        }
    }
    Ok(names)
}
