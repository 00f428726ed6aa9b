//! The tables, and the constraints they have in common with the SQL schema.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, HashSet},
    ops::RangeInclusive,
    sync::Arc,
};

use rf_accounts::{
    Account, Identity, Invite, LinkToken, NewsVersion, OauthFlow, PlanPrice, RedactionSettings,
    RefreshTokenRow, SecondFactor, Subscription, Team, User,
};
use rf_assistant::{Chat, ChatMessage, Document, MessageCall};
use rf_audit::{AuditChain, ChainedEntry};
use rf_handoff::Handoff;
use rf_jobs::Job;
use rf_kernel::{
    AccountId, AiSessionId, AiStepId, AuditId, ChannelId, ChannelMessageId, ChatId, DocumentId, EventId,
    FixId, FolderId, HandoffId, IdentityId, InviteId, JobId, JwtId, LinkTokenId, MailId, ModelCallId,
    NotificationId, PushId, SessionId, StoreError, SubscriptionId, TeamId, TreeId, UploadId, UserId,
    VersionId,
};
use rf_notifications::{Channel, ChannelMessage, Mail, Preferences};
use rf_psa::{
    MemberMapping, PsaCallback, PsaConnection, PsaFeed, PushKey, PushRecord, SessionRef, TicketSnapshot,
    TimeEdit,
};
use rf_sessions::{
    LogEntry, Session,
    ai::{AiSession, AiStep, DocumentKind, KeptNote, ModelCall, ModelTokens, SuggestedFix},
};
use rf_trees::{Folder, Snapshot, Tree, TreeVersion};
use rf_uploads::Upload;

use crate::{assistant::EmbeddingRow, events::EventRow, idempotency::KeyRow, notifications::NotificationRow};

/// Rows by key. A copy shares all rows; the first change to a copy copies the pointers to them.
#[derive(Debug)]
pub(crate) struct Table<K, V>(Arc<BTreeMap<K, Arc<V>>>);

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Arc::new(BTreeMap::new()))
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key).map(Borrow::borrow)
    }

    /// The rows of a range of keys.
    pub(crate) fn range(&self, keys: RangeInclusive<K>) -> impl Iterator<Item = &V> {
        self.0.range(keys).map(|(_, row)| row.borrow())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, row)| (key, row.borrow()))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values().map(Borrow::borrow)
    }

    /// Keeps `row`, in place of another where there is one.
    pub(crate) fn put(&mut self, key: K, row: V) {
        Arc::make_mut(&mut self.0).insert(key, Arc::new(row));
    }

    /// Takes a row away, if it is there.
    pub(crate) fn remove(&mut self, key: &K) {
        if self.0.contains_key(key) {
            Arc::make_mut(&mut self.0).remove(key);
        }
    }

    /// Keeps a row whose key must be new.
    pub(crate) fn insert(&mut self, primary_key: &str, key: K, row: V) -> Result<(), StoreError> {
        require(!self.0.contains_key(&key), primary_key)?;
        self.put(key, row);
        Ok(())
    }
}

/// How often an account started, ended and resolved sessions with a flow.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) count: i64,
    pub(crate) completed: i64,
    pub(crate) resolved: i64,
}

/// Everything the store keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) accounts: Table<AccountId, Account>,
    pub(crate) teams: Table<TeamId, Team>,
    pub(crate) users: Table<UserId, User>,
    pub(crate) subscriptions: Table<SubscriptionId, Subscription>,
    /// Of which news of the provider an account's subscription tells.
    pub(crate) news: Table<AccountId, NewsVersion>,
    pub(crate) payment_events: Table<String, AccountId>,
    pub(crate) plan_prices: Table<AccountId, Vec<PlanPrice>>,
    pub(crate) redaction: Table<AccountId, RedactionSettings>,
    pub(crate) refresh_tokens: Table<JwtId, RefreshTokenRow>,
    pub(crate) keys: Table<(AccountId, UserId, String), KeyRow>,
    pub(crate) identities: Table<IdentityId, Identity>,
    pub(crate) oauth_flows: Table<String, OauthFlow>,
    pub(crate) audit: Table<AuditId, ChainedEntry>,
    pub(crate) audit_chains: Table<AccountId, AuditChain>,
    pub(crate) events: Table<EventId, EventRow>,
    pub(crate) jobs: Table<JobId, Job>,
    pub(crate) mails: Table<MailId, Mail>,
    pub(crate) notifications: Table<NotificationId, NotificationRow>,
    /// How people want to be told, each with their account.
    pub(crate) preferences: Table<UserId, (AccountId, Preferences)>,
    pub(crate) channels: Table<ChannelId, Channel>,
    pub(crate) channel_messages: Table<ChannelMessageId, ChannelMessage>,
    pub(crate) link_tokens: Table<LinkTokenId, LinkToken>,
    pub(crate) invites: Table<InviteId, Invite>,
    pub(crate) second_factors: Table<UserId, SecondFactor>,
    pub(crate) trees: Table<TreeId, Tree>,
    pub(crate) usage: Table<(AccountId, TreeId), Usage>,
    pub(crate) folders: Table<FolderId, Folder>,
    pub(crate) folder_trees: Table<(FolderId, TreeId), ()>,
    pub(crate) favourites: Table<(UserId, TreeId), ()>,
    pub(crate) versions: Table<VersionId, TreeVersion>,
    /// Snapshots, each once, whoever refers to it.
    pub(crate) snapshots: Arc<HashSet<Snapshot>>,
    pub(crate) sessions: Table<SessionId, Session>,
    pub(crate) log: Table<(SessionId, i64), LogEntry>,
    pub(crate) ai_sessions: Table<AiSessionId, AiSession>,
    pub(crate) ai_steps: Table<AiStepId, AiStep>,
    pub(crate) fixes: Table<FixId, SuggestedFix>,
    pub(crate) handoffs: Table<HandoffId, Handoff>,
    pub(crate) kept_notes: Table<(AiSessionId, DocumentKind), KeptNote>,
    pub(crate) model_calls: Table<ModelCallId, ModelCall>,
    pub(crate) model_tokens: Table<AccountId, ModelTokens>,
    pub(crate) chats: Table<ChatId, Chat>,
    pub(crate) chat_messages: Table<(ChatId, i64), (ChatMessage, Option<MessageCall>)>,
    pub(crate) documents: Table<DocumentId, Document>,
    pub(crate) uploads: Table<UploadId, Upload>,
    pub(crate) embeddings: Table<(AccountId, String, String), EmbeddingRow>,
    pub(crate) psa_connections: Table<AccountId, PsaConnection>,
    pub(crate) psa_members: Table<(AccountId, UserId), MemberMapping>,
    pub(crate) pushes: Table<PushId, PushRecord>,
    pub(crate) psa_feeds: Table<AccountId, PsaFeed>,
    pub(crate) psa_callbacks: Table<(AccountId, String), PsaCallback>,
    pub(crate) kept_tickets: Table<SessionId, TicketSnapshot>,
    pub(crate) time_edits: Table<(AccountId, SessionRef), TimeEdit>,
    pub(crate) push_keys: Table<(AccountId, PushKey), PushId>,
}

impl State {
    /// The one copy of a snapshot.
    pub(crate) fn intern(&mut self, snapshot: &Snapshot) -> Snapshot {
        if let Some(known) = self.snapshots.get(snapshot) {
            return known.clone();
        }
        Arc::make_mut(&mut self.snapshots).insert(snapshot.clone());
        snapshot.clone()
    }

    pub(crate) fn require_account(&self, id: AccountId, constraint: &str) -> Result<(), StoreError> {
        require(self.accounts.get(&id).is_some(), constraint)
    }

    /// A customer of the provider is one account.
    pub(crate) fn require_customer(
        &self,
        account: AccountId,
        subscription: &Subscription,
    ) -> Result<(), StoreError> {
        let taken = self.subscriptions.values().any(|other| {
            other.account_id != account
                && other.customer_id.is_some()
                && other.customer_id == subscription.customer_id
        });
        require(!taken, "uq_subscriptions_customer")
    }

    /// The person exists, in that account.
    pub(crate) fn require_user(
        &self,
        account: AccountId,
        id: Option<UserId>,
        constraint: &str,
    ) -> Result<(), StoreError> {
        require(
            id.is_none_or(|id| self.users.get(&id).is_some_and(|user| user.account_id == account)),
            constraint,
        )
    }

    /// The team exists, in that account.
    pub(crate) fn require_team(
        &self,
        account: AccountId,
        id: Option<TeamId>,
        constraint: &str,
    ) -> Result<(), StoreError> {
        require(
            id.is_none_or(|id| self.teams.get(&id).is_some_and(|team| team.account_id == account)),
            constraint,
        )
    }

    /// The flow exists, in that account.
    pub(crate) fn require_tree(
        &self,
        account: AccountId,
        id: TreeId,
        constraint: &str,
    ) -> Result<(), StoreError> {
        require(self.trees.get(&id).is_some_and(|tree| tree.account_id == account), constraint)
    }
}

/// A named constraint.
pub(crate) fn require(holds: bool, constraint: &str) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(StoreError::Constraint { name: constraint.to_owned() }) }
}
