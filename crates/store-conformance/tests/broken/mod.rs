//! Stores with one fault each, around the one in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use rf_accounts::*;
use rf_assistant::*;
use rf_audit::{AuditChain, AuditCursor, AuditEntry, AuditFilter, AuditLog, ChainedEntry};
use rf_auth_policy::LinkPurpose;
use rf_events::{Event, EventLog, EventSpan, NewEvent};
use rf_handoff::{
    Assessment, AssessmentStatus, ClaimOutcome, EscalationCursor, EscalationFacts, EscalationFilter, Handoff,
    HandoffRepository, HandoffStatus,
};
use rf_jobs::*;
use rf_kernel::*;
use rf_notifications::*;
use rf_psa::{
    InsertPushOutcome, MemberMapping, PsaCallback, PsaConnection, PsaConnectionRepository, PsaFeed,
    PsaFeedRepository, PushCursor, PushFilter, PushKey, PushLog, PushRecord, SessionRef, TicketSnapshot,
    TimeEdit, TimeEditRepository,
};
use rf_sessions::{
    AppendOutcome, LogEntry, Session, SessionCursor, SessionFilter, SessionRepository, SessionUpdateOutcome,
    ai::*,
};
use rf_store::{Access, Scope, Store, UnitOfWork};
use rf_store_memory::MemoryStore;
use rf_trees::{
    Folder, FolderRepository, InsertVersionOutcome, LibraryStamp, Tree, TreeFacets, TreeFacts, TreeFilter,
    TreeListItem, TreeRepository, TreeVersion, UpdateOutcome,
};
use rf_uploads::*;
use rf_vault::{Sealed, SealedKind, SealedRow, SealedRows};

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: shows that the wrapper itself breaks no rule.
    None,
    /// Sessions are found by id alone, whoever asks.
    IgnoresTenant,
    /// Every call commits by itself, as if nobody had begun a transaction.
    NoTransaction,
    /// Changes are kept whatever revision they were made on.
    IgnoresRevision,
}

/// A store with a fault.
#[derive(Clone)]
pub(crate) struct Broken {
    fault: Fault,
    store: MemoryStore,
    owners: Arc<Mutex<HashMap<SessionId, AccountId>>>,
}

impl Broken {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, store: MemoryStore::new(), owners: Arc::default() }
    }
}

#[async_trait]
impl Store for Broken {
    async fn begin(&self, access: Access) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let inner = match self.fault {
            Fault::NoTransaction => None,
            Fault::IgnoresTenant => Some(self.store.begin(Access { scope: Scope::System, ..access }).await?),
            Fault::None | Fault::IgnoresRevision => Some(self.store.begin(access).await?),
        };
        Ok(Box::new(Unit { broken: self.clone(), access, inner }))
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }
    fn kind(&self) -> &'static str {
        self.store.kind()
    }
}

struct Unit {
    broken: Broken,
    access: Access,
    inner: Option<Box<dyn UnitOfWork>>,
}

impl Unit {
    /// The tenant to ask as.
    fn tenant(&self, tenant: AccountId, session: SessionId) -> AccountId {
        if self.broken.fault == Fault::IgnoresTenant {
            return *self.broken.owners.lock().unwrap().get(&session).unwrap_or(&tenant);
        }
        tenant
    }
}

#[async_trait]
impl UnitOfWork for Unit {
    fn has_new_jobs(&self) -> bool {
        self.inner.as_ref().is_some_and(|inner| inner.has_new_jobs())
    }
    fn has_new_events(&self) -> bool {
        self.inner.as_ref().is_some_and(|inner| inner.has_new_events())
    }
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        match self.inner {
            Some(inner) => inner.commit().await,
            None => Ok(()),
        }
    }
}

/// Calls the inner unit, or one that lives for this call only.
macro_rules! call {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        match &mut $self.inner {
            Some(inner) => inner.$method($($argument),*).await,
            None => {
                let mut unit = $self.broken.store.begin($self.access).await?;
                let answer = unit.$method($($argument),*).await?;
                unit.commit().await?;
                // As a store with a network between does: others get their turn.
                tokio::task::yield_now().await;
                Ok(answer)
            }
        }
    };
}

/// Passes methods on as they are.
macro_rules! forward {
    ($repository:ident { $($method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl $repository for Unit {
            $(async fn $method(&mut self, $($argument: $type),*) -> Result<$answer, StoreError> {
                call!(self.$method($($argument),*))
            })*
        }
    };
}

forward! { AccountRepository {
    insert_account(account: &Account) -> ();
    accounts_page(before: Option<AccountId>, limit: u64) -> Vec<Account>;
    account_by_id(tenant: AccountId) -> Option<Account>;
    update_account(tenant: AccountId, account: &Account) -> bool;
    lock_account(tenant: AccountId) -> ();
} }
forward! { UserRepository {
    insert_user(user: &User) -> InsertUserOutcome;
    user_by_id(tenant: AccountId, id: UserId) -> Option<User>;
    members(tenant: AccountId) -> Vec<User>;
    user_by_email(email: &Email) -> Option<User>;
    signed_in_users(tenant: AccountId, now: Timestamp) -> Vec<User>;
    user_for_sign_in(id: UserId) -> Option<User>;
    users_page(account: Option<AccountId>, before: Option<UserId>, limit: u64) -> Vec<User>;
    people(tenant: AccountId) -> Vec<User>;
    change_person(tenant: AccountId, id: UserId, change: &PersonChange) -> bool;
    set_password(tenant: AccountId, id: UserId, hash: &PasswordHash) -> bool;
    set_user_active(tenant: AccountId, id: UserId, is_active: bool) -> bool;
    make_super_admin(id: UserId, at: Timestamp) -> ();
    stamp_email_verified(tenant: AccountId, id: UserId, at: Timestamp) -> ();
    change_email(tenant: AccountId, id: UserId, email: &Email, at: Timestamp) -> bool;
    leave_account(tenant: AccountId, id: UserId, at: Timestamp) -> bool;
    record_sign_in(id: UserId, at: Timestamp) -> ();
} }
forward! { TeamRepository {
    insert_team(team: &Team) -> ();
    team_by_id(tenant: AccountId, id: TeamId) -> Option<Team>;
    teams(tenant: AccountId) -> Vec<Team>;
    rename_team(tenant: AccountId, id: TeamId, name: &str) -> bool;
    delete_team(tenant: AccountId, id: TeamId) -> DeleteTeamOutcome;
} }
forward! { SubscriptionRepository {
    insert_subscription(subscription: &Subscription) -> ();
    subscription_of(tenant: AccountId) -> Option<Subscription>;
    user_with_subscription(tenant: AccountId, id: UserId) -> Option<(User, Option<Subscription>)>;
    update_subscription(tenant: AccountId, subscription: &Subscription) -> bool;
    take_kb_conversion(tenant: AccountId, limit: Option<i64>) -> QuotaOutcome;
} }
forward! { PaymentRepository {
    record_payment_event(tenant: AccountId, event_id: &str, at: Timestamp) -> bool;
    apply_subscription_news(
        tenant: AccountId,
        subscription: &Subscription,
        version: &NewsVersion
    ) -> NewsOutcome;
    account_of_customer(customer_id: &str) -> Option<AccountId>;
    plan_prices(tenant: AccountId) -> Vec<PlanPrice>;
    set_plan_prices(tenant: AccountId, prices: &[PlanPrice]) -> ();
} }
forward! { RedactionRepository {
    redaction_settings(tenant: AccountId) -> Option<RedactionSettings>;
    keep_redaction_settings(settings: &RedactionSettings, expected: Revision) -> KeepRedactionOutcome;
} }
forward! { RefreshTokenRepository {
    insert_refresh_token(token: &RefreshTokenRow) -> ();
    consume_refresh_token(jti: JwtId, reason: RevokeReason, at: Timestamp) -> ConsumeOutcome;
    refresh_token_successor(jti: JwtId) -> Option<RefreshTokenRow>;
    revoke_family(family: FamilyId, reason: RevokeReason, at: Timestamp) -> u64;
    revoke_sign_ins(tenant: AccountId, which: SignIns, reason: RevokeReason, at: Timestamp) -> u64;
    refuse_access(tenant: AccountId, which: SignIns) -> ();
    spare_access(tenant: AccountId, user: UserId, spared: SparedSignIn) -> ();
    sweep_refresh_tokens(before: Timestamp) -> u64;
} }
forward! { IdempotencyRepository {
    claim_key(claim: &KeyClaim) -> KeyOutcome;
    keep_answer(claim: &KeyClaim, answer: &KeptAnswer) -> ();
} }
forward! { LinkTokenRepository {
    insert_link_token(token: &LinkToken) -> ();
    link_token_by_hash(hash: &str) -> Option<LinkToken>;
    newest_link_token(tenant: AccountId, user: UserId, purpose: LinkPurpose) -> Option<LinkToken>;
    use_link_token(id: LinkTokenId, at: Timestamp) -> bool;
    supersede_link_tokens(tenant: AccountId, user: UserId, purpose: LinkPurpose, at: Timestamp) -> ();
    sweep_link_tokens(before: Timestamp) -> u64;
} }
forward! { InviteRepository {
    insert_invite(invite: &Invite) -> ();
    invites(tenant: AccountId, limit: u64) -> Vec<Invite>;
    waiting_invites(tenant: AccountId) -> Vec<Invite>;
    invite_by_id(tenant: AccountId, id: InviteId) -> Option<Invite>;
    invite_by_hash(hash: &str) -> Option<Invite>;
    renew_invite(tenant: AccountId, invite: &Invite) -> bool;
    accept_invite(tenant: AccountId, invite: &Invite, by: UserId, at: Timestamp) -> bool;
    revoke_invite(tenant: AccountId, id: InviteId, at: Timestamp) -> bool;
} }
forward! { IdentityRepository {
    insert_identity(identity: &Identity) -> IdentityOutcome;
    identity_by_key(key: &IdentityKey) -> Option<Identity>;
    identities_of(tenant: AccountId, user: UserId) -> Vec<Identity>;
    delete_identity(tenant: AccountId, user: UserId, id: IdentityId) -> bool;
    record_identity_use(id: IdentityId, email: Option<&str>, at: Timestamp) -> ();
    insert_oauth_flow(flow: &OauthFlow) -> ();
    take_oauth_flow(state_hash: &str) -> Option<OauthFlow>;
    forget_oauth_flows(now: Timestamp) -> ();
} }
forward! { SecondFactorRepository {
    second_factor_of(tenant: AccountId, user: UserId) -> Option<SecondFactor>;
    keep_second_factor(factor: &SecondFactor, expected: Option<Revision>) -> bool;
    remove_second_factor(tenant: AccountId, user: UserId) -> bool;
    people_with_second_factor(tenant: AccountId) -> Vec<UserId>;
    settle_second_factors_due(tenant: AccountId) -> ();
} }
forward! { SealedRows {
    sealed_rows(kind: SealedKind, after: Option<uuid::Uuid>, limit: u64) -> Vec<SealedRow>;
    reseal(row: &SealedRow, sealed: &Sealed) -> bool;
} }
forward! { AuditLog {
    append_audit(entry: AuditEntry) -> ();
    audit_entries(tenant: AccountId, action: &str, limit: u64) -> Vec<AuditEntry>;
    list_audit(
        tenant: AccountId,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64
    ) -> Vec<AuditEntry>;
    list_all_audit(filter: &AuditFilter, cursor: Option<AuditCursor>, limit: u64) -> Vec<AuditEntry>;
    audit_actions(tenant: AccountId) -> Vec<String>;
    audit_chain(tenant: AccountId) -> Option<AuditChain>;
    lock_audit_chain(tenant: AccountId) -> Option<AuditChain>;
    audit_links(tenant: AccountId, after: i64, limit: u64) -> Vec<ChainedEntry>;
    set_audit_retention(tenant: AccountId, days: Option<i64>) -> ();
    audited_accounts() -> Vec<AccountId>;
    prune_audit(tenant: AccountId, before: Timestamp) -> u64;
} }

forward! { JobQueue {
    enqueue_job(job: &JobSpec) -> EnqueueOutcome;
    has_due_jobs(full: &[Full]) -> bool;
    claim_jobs(lease: LeaseId, seconds: i64, limit: u64, full: &[Full]) -> Vec<Job>;
    extend_lease(id: JobId, lease: LeaseId, seconds: i64) -> bool;
    finish_job(id: JobId, lease: LeaseId) -> bool;
    fail_job(id: JobId, lease: LeaseId, error: &str, then: AfterFailure) -> bool;
    job_by_id(id: JobId) -> Option<Job>;
    list_jobs(state: Option<JobState>, page: Page) -> Vec<Job>;
    retry_job(id: JobId) -> bool;
    prune_jobs(seconds: i64) -> u64;
} }
forward! { EventLog {
    append_event(tenant: AccountId, event: &NewEvent) -> ();
    has_unpublished_events() -> bool;
    publish_events(limit: u64) -> Vec<Event>;
    published_events(after: i64, limit: u64) -> Vec<Event>;
    events_of(tenant: AccountId, after: i64, limit: u64) -> Vec<Event>;
    event_span() -> Option<EventSpan>;
    prune_events(before: Timestamp) -> u64;
} }
forward! { NotificationRepository {
    insert_notification(tenant: AccountId, notification: &Notification) -> ();
    notifications(
        tenant: AccountId,
        user: UserId,
        unread_only: bool,
        after: Option<NotificationCursor>,
        limit: u64
    ) -> Vec<Notification>;
    unread_notifications(tenant: AccountId, user: UserId) -> u64;
    read_notification(tenant: AccountId, user: UserId, id: NotificationId, at: Timestamp)
        -> Option<Notification>;
    read_notifications(tenant: AccountId, user: UserId, at: Timestamp) -> u64;
    prune_notifications(before: Timestamp) -> u64;
    notification_preferences(tenant: AccountId, user: UserId) -> Option<Preferences>;
    keep_notification_preferences(tenant: AccountId, user: UserId, preferences: &Preferences, at: Timestamp)
        -> ();
} }
forward! { MailOutbox {
    insert_mail(mail: &Mail) -> ();
    mail_by_id(id: MailId) -> Option<Mail>;
    list_mails(state: Option<MailState>, page: Page) -> Vec<Mail>;
    record_mail_attempt(id: MailId, became: MailState, at: Timestamp, response: &str) -> bool;
} }

forward! { FolderRepository {
    insert_folder(folder: &Folder) -> ();
    folders(tenant: AccountId, reader: UserId) -> Vec<Folder>;
    update_folder(folder: &Folder) -> bool;
    delete_folders(tenant: AccountId, ids: &[FolderId]) -> ();
    set_in_folder(tenant: AccountId, folder: FolderId, tree: TreeId, is_in: bool) -> ();
    folders_of_trees(tenant: AccountId, trees: &[TreeId]) -> Vec<(FolderId, TreeId)>;
    folder_counts(tenant: AccountId, filter: &TreeFilter) -> Vec<(FolderId, i64)>;
} }

forward! { AiSessionRepository {
    insert_ai_session(session: &AiSession) -> ();
    ai_session_by_id(tenant: AccountId, id: AiSessionId) -> Option<AiSession>;
    ai_session_for_update(tenant: AccountId, id: AiSessionId) -> Option<AiSession>;
    ai_session_of_guided(tenant: AccountId, guided: SessionId) -> Option<AiSessionId>;
    update_ai_session(tenant: AccountId, session: &AiSession, expected: Revision) -> AiSessionUpdateOutcome;
    list_ai_sessions(tenant: AccountId, filter: &AiSessionFilter, after: Option<AiSessionCursor>, page: Page)
        -> Vec<AiSessionSummary>;
    abandon_ai_sessions(before: Timestamp) -> u64;
    insert_ai_step(tenant: AccountId, step: &AiStep) -> ();
    update_ai_step(tenant: AccountId, step: &AiStep) -> bool;
    ai_steps(tenant: AccountId, id: AiSessionId) -> Vec<AiStep>;
    insert_fix(tenant: AccountId, fix: &SuggestedFix) -> ();
    update_fix(tenant: AccountId, fix: &SuggestedFix) -> bool;
    fixes_of(tenant: AccountId, id: AiSessionId) -> Vec<SuggestedFix>;
    fixes_due(tenant: AccountId, person: UserId, by: Timestamp, page: Page) -> Vec<SuggestedFix>;
} }

forward! { HandoffRepository {
    insert_handoff(handoff: &Handoff) -> ();
    handoff_by_id(tenant: AccountId, id: HandoffId) -> Option<Handoff>;
    handoffs_of(tenant: AccountId, id: AiSessionId) -> Vec<Handoff>;
    claim_handoff(tenant: AccountId, id: HandoffId, by: UserId, at: Timestamp) -> ClaimOutcome;
    update_handoff(tenant: AccountId, handoff: &Handoff, expected: HandoffStatus) -> bool;
    keep_assessment(
        tenant: AccountId,
        id: HandoffId,
        status: AssessmentStatus,
        text: Option<&str>,
        data: Option<&Assessment>
    ) -> bool;
    list_escalations(
        tenant: AccountId,
        filter: &EscalationFilter,
        after: Option<EscalationCursor>,
        page: Page
    ) -> Vec<Handoff>;
    count_escalations(tenant: AccountId, filter: &EscalationFilter) -> u64;
    escalation_facts(tenant: AccountId, from: Timestamp, to: Timestamp, limit: u64) -> Vec<EscalationFacts>;
} }
forward! { ModelCallRepository {
    insert_model_call(tenant: AccountId, call: &ModelCall) -> ();
    model_calls(tenant: AccountId, id: AiSessionId) -> Vec<ModelCall>;
    model_tokens_for_update(tenant: AccountId) -> ModelTokens;
    keep_model_tokens(tenant: AccountId, tokens: ModelTokens) -> ();
} }
forward! { KeptNoteRepository {
    kept_note(tenant: AccountId, session: AiSessionId, kind: DocumentKind) -> KeptNote;
    keep_note_draft(tenant: AccountId, session: AiSessionId, kind: DocumentKind, draft: &NoteDraft) -> ();
    keep_note_edit(
        tenant: AccountId,
        session: AiSessionId,
        kind: DocumentKind,
        edit: Option<&NoteEdit>,
        expected: Revision
    ) -> KeepNoteOutcome;
} }
forward! { AssistantRepository {
    insert_chat(chat: &Chat) -> ();
    chat_by_id(tenant: AccountId, id: ChatId) -> Option<Chat>;
    chat_for_update(tenant: AccountId, id: ChatId) -> Option<Chat>;
    update_chat(tenant: AccountId, chat: &Chat) -> bool;
    delete_chat(tenant: AccountId, id: ChatId) -> bool;
    list_chats(
        tenant: AccountId,
        person: UserId,
        beside: Option<AiSessionId>,
        after: Option<ChatCursor>,
        page: Page
    ) -> Vec<Chat>;
    insert_chat_message(tenant: AccountId, message: &ChatMessage, call: Option<&MessageCall>) -> ();
    chat_messages(tenant: AccountId, id: ChatId) -> Vec<ChatMessage>;
    chat_calls(tenant: AccountId, id: ChatId) -> Vec<(ChatMessage, MessageCall)>;
    insert_document(document: &Document) -> ();
    document_by_id(tenant: AccountId, id: DocumentId) -> Option<Document>;
    list_documents(tenant: AccountId) -> Vec<DocumentSummary>;
    delete_document(tenant: AccountId, id: DocumentId) -> bool;
    document_stamp(tenant: AccountId) -> DocumentStamp;
} }
forward! { EmbeddingRepository {
    insert_embeddings(tenant: AccountId, model: &str, embeddings: &[Embedding], at: Timestamp) -> ();
    embeddings(tenant: AccountId, model: &str) -> Vec<Embedding>;
    embedded(tenant: AccountId, model: &str) -> Vec<String>;
    forget_embeddings(tenant: AccountId, model: &str, digests: &[String]) -> u64;
    embedding_stamp(tenant: AccountId, model: &str) -> EmbeddingStamp;
} }
forward! { UploadRepository {
    insert_upload(upload: &Upload) -> ();
    upload_by_id(tenant: AccountId, id: UploadId) -> Option<Upload>;
    mark_upload_kept(tenant: AccountId, id: UploadId) -> bool;
    attach_upload(tenant: AccountId, id: UploadId, to: Attachment) -> bool;
    uploads_of(tenant: AccountId, session: AiSessionId) -> Vec<Upload>;
    loose_uploads(tenant: AccountId, person: UserId) -> Vec<Upload>;
    delete_upload(tenant: AccountId, id: UploadId) -> bool;
    uploaded_bytes(tenant: AccountId) -> i64;
    sweep_loose_uploads(before: Timestamp) -> u64;
    known_uploads(ids: &[UploadId]) -> Vec<UploadId>;
} }
forward! { PsaConnectionRepository {
    insert_psa_connection(connection: &PsaConnection) -> ();
    psa_connection(tenant: AccountId) -> Option<PsaConnection>;
    update_psa_connection(connection: &PsaConnection, expected: Revision) -> bool;
    delete_psa_connection(tenant: AccountId) -> bool;
    psa_members(tenant: AccountId) -> Vec<MemberMapping>;
    set_psa_member(mapping: &MemberMapping) -> ();
    clear_psa_member(tenant: AccountId, user: UserId) -> bool;
} }

forward! { PsaFeedRepository {
    psa_feed(tenant: AccountId) -> Option<PsaFeed>;
    put_psa_feed(feed: &PsaFeed) -> ();
    delete_psa_feed(tenant: AccountId) -> bool;
    keep_psa_callback(callback: &PsaCallback) -> bool;
    prune_psa_callbacks(tenant: AccountId, before: Timestamp) -> u64;
    accounts_with_psa() -> Vec<AccountId>;
    tickets_under_way(tenant: AccountId, limit: u64) -> Vec<String>;
    sessions_of_ticket(tenant: AccountId, written: &[String]) -> Vec<SessionRef>;
    kept_ticket(tenant: AccountId, session: SessionId) -> Option<TicketSnapshot>;
    keep_ticket(tenant: AccountId, session: SessionId, ticket: &TicketSnapshot) -> ();
} }

forward! { TimeEditRepository {
    time_edit(tenant: AccountId, session: SessionRef) -> Option<TimeEdit>;
    keep_time_edit(edit: &TimeEdit, expected: Option<Revision>) -> bool;
} }

forward! { ChannelRepository {
    insert_channel(channel: &Channel) -> ();
    channels(tenant: AccountId) -> Vec<Channel>;
    channel_by_id(tenant: AccountId, id: ChannelId) -> Option<Channel>;
    update_channel(channel: &Channel, expected: Revision) -> bool;
    delete_channel(tenant: AccountId, id: ChannelId) -> bool;
    insert_channel_message(message: &ChannelMessage) -> ();
    channel_message_by_id(tenant: AccountId, id: ChannelMessageId) -> Option<ChannelMessage>;
    update_channel_message(message: &ChannelMessage, expected: Revision) -> bool;
    channel_messages(
        tenant: AccountId,
        channel: Option<ChannelId>,
        after: Option<ChannelMessageCursor>,
        limit: u64
    ) -> Vec<ChannelMessage>;
    prune_channel_messages(before: Timestamp) -> u64;
} }
forward! { PushLog {
    insert_push(record: &PushRecord) -> InsertPushOutcome;
    push_by_id(tenant: AccountId, id: PushId) -> Option<PushRecord>;
    push_by_key(tenant: AccountId, key: &PushKey) -> Option<PushRecord>;
    update_push(record: &PushRecord, expected: Revision) -> bool;
    list_pushes(tenant: AccountId, filter: &PushFilter, after: Option<PushCursor>, page: Page) -> Vec<PushRecord>;
} }

#[async_trait]
impl TreeRepository for Unit {
    async fn insert_tree(&mut self, tree: &Tree) -> Result<(), StoreError> {
        call!(self.insert_tree(tree))
    }
    async fn tree_by_id(&mut self, tenant: AccountId, id: TreeId) -> Result<Option<Tree>, StoreError> {
        call!(self.tree_by_id(tenant, id))
    }
    async fn update_tree(
        &mut self,
        tenant: AccountId,
        tree: &Tree,
        expected: Revision,
    ) -> Result<UpdateOutcome, StoreError> {
        let present = call!(self.tree_by_id(tenant, tree.id))?;
        let expected = match (self.broken.fault, present) {
            (Fault::IgnoresRevision, Some(present)) => present.revision,
            _ => expected,
        };
        call!(self.update_tree(tenant, tree, expected))
    }
    async fn list_trees(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
        page: Page,
    ) -> Result<(Vec<TreeListItem>, u64), StoreError> {
        call!(self.list_trees(tenant, filter, page))
    }
    async fn tree_facets(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<TreeFacets, StoreError> {
        call!(self.tree_facets(tenant, filter))
    }
    async fn tree_facts(
        &mut self,
        tenant: AccountId,
        reader: UserId,
        id: TreeId,
    ) -> Result<Option<TreeFacts>, StoreError> {
        call!(self.tree_facts(tenant, reader, id))
    }
    async fn set_favourite(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: TreeId,
        is_favourite: bool,
    ) -> Result<(), StoreError> {
        call!(self.set_favourite(tenant, user, id, is_favourite))
    }
    async fn increment_completions(
        &mut self,
        tenant: AccountId,
        id: TreeId,
        resolved: bool,
    ) -> Result<(), StoreError> {
        call!(self.increment_completions(tenant, id, resolved))
    }
    async fn library_stamp(&mut self, tenant: AccountId) -> Result<LibraryStamp, StoreError> {
        call!(self.library_stamp(tenant))
    }
    async fn count_own_trees(&mut self, tenant: AccountId) -> Result<u64, StoreError> {
        call!(self.count_own_trees(tenant))
    }
    async fn increment_usage(&mut self, tenant: AccountId, id: TreeId) -> Result<(), StoreError> {
        call!(self.increment_usage(tenant, id))
    }
    async fn insert_tree_version(
        &mut self,
        version: &TreeVersion,
    ) -> Result<InsertVersionOutcome, StoreError> {
        call!(self.insert_tree_version(version))
    }
    async fn tree_versions(&mut self, tenant: AccountId, id: TreeId) -> Result<Vec<TreeVersion>, StoreError> {
        call!(self.tree_versions(tenant, id))
    }
}

#[async_trait]
impl SessionRepository for Unit {
    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.broken.owners.lock().unwrap().insert(session.id, session.account_id);
        call!(self.insert_session(session))
    }
    async fn session_by_id(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        let tenant = self.tenant(tenant, id);
        call!(self.session_by_id(tenant, id))
    }
    async fn session_for_update(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        let tenant = self.tenant(tenant, id);
        call!(self.session_for_update(tenant, id))
    }
    async fn update_session(
        &mut self,
        tenant: AccountId,
        session: &Session,
        expected: Revision,
    ) -> Result<SessionUpdateOutcome, StoreError> {
        let tenant = self.tenant(tenant, session.id);
        let present = call!(self.session_by_id(tenant, session.id))?;
        let expected = match (self.broken.fault, present) {
            (Fault::IgnoresRevision, Some(present)) => present.revision,
            _ => expected,
        };
        call!(self.update_session(tenant, session, expected))
    }
    async fn list_sessions(
        &mut self,
        tenant: AccountId,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> Result<Vec<Session>, StoreError> {
        call!(self.list_sessions(tenant, filter, after, page))
    }
    async fn append_log(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: &LogEntry,
    ) -> Result<AppendOutcome, StoreError> {
        let tenant = self.tenant(tenant, id);
        call!(self.append_log(tenant, id, entry))
    }
    async fn has_log_entry(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: EntryId,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant(tenant, id);
        call!(self.has_log_entry(tenant, id, entry))
    }
    async fn session_log(&mut self, tenant: AccountId, id: SessionId) -> Result<Vec<LogEntry>, StoreError> {
        let tenant = self.tenant(tenant, id);
        call!(self.session_log(tenant, id))
    }
}
