//! Rows to test with. Every id is new; every instant has microseconds, so that a store that loses them shows.

use std::sync::atomic::{AtomicU64, Ordering};

use rf_accounts::{
    Account, Email, Interval, NewsVersion, PasswordHash, Plan, PlanPrice, RedactionSettings, RefreshTokenRow,
    RevokeReason, Subscription, Team, User,
};
use rf_audit::AuditEntry;
use rf_auth_policy::Role;
use rf_handoff::{AssessmentStatus, Case, Handoff, HandoffIntent, HandoffSnapshot, HandoffStatus};
use rf_jobs::JobSpec;
use rf_kernel::{AccountId, Page, Revision, StoreError, Timestamp, TreeId};
use rf_notes::{CustomRule, RedactionOptions};
use rf_notifications::{Letter, Mail, MailState};
use rf_psa::{
    Artefact, ConnectionStatus, MemberMapping, Occasion, PsaConnection, PsaVendor, Push, PushKey, PushRecord,
    PushSettings, SessionRef,
};
use rf_sessions::{
    LogEntry, LogKind, Session, Variables,
    ai::{
        AiSession, AiStep, HiddenName, IntakeContent, IntakeType, ModelCall, NewAiSession, NewFix, Proposal,
        SentText, StepKind, StepOption, StepSource, SuggestedFix,
    },
};
use rf_store::{Access, Store, UnitOfWork};
use rf_trees::{
    Checklist, Field, FieldType, FlowDraft, Folder, FolderScope, Graph, IntakeForm, Node, NodeType, Section,
    Snapshot, Step, Structure, Tree, TreeFilter, TreeStatus, TreeType, TreeVersion,
};
use rf_vault::Sealed;
use serde_json::json;
use uuid::Uuid;

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

/// An account.
#[must_use]
pub fn account() -> Account {
    Account {
        id: id(),
        name: "Northwind IT".into(),
        session_idle_minutes: None,
        session_absolute_minutes: None,
        requires_second_factor: false,
        created_at: at(0),
    }
}

/// A team of the account.
#[must_use]
pub fn team(account: AccountId) -> Team {
    Team { id: id(), account_id: account, name: "Service desk".into(), created_at: at(1) }
}

/// An engineer of the account, without a team.
#[must_use]
pub fn user(account: AccountId) -> User {
    let id: Uuid = id();
    User {
        id: id.into(),
        account_id: account,
        team_id: None,
        email: Email::parse(&format!("{}@northwind.example", id.simple())).unwrap(),
        name: "Eli Ortiz".into(),
        role: Role::Engineer,
        is_super_admin: false,
        is_active: true,
        deleted_at: None,
        email_verified_at: None,
        password_hash: Some(PasswordHash::new("$2b$12$hash".into())),
        last_login: None,
        created_at: at(2),
        session_epoch: 0,
        second_factor_due: false,
    }
}

/// A free subscription of the account.
#[must_use]
pub fn subscription(account: AccountId) -> Subscription {
    Subscription::begin(id(), account, Plan::Free, at(3))
}

/// Where news stand that are as new as that.
#[must_use]
pub fn news_version(seconds: i64) -> NewsVersion {
    NewsVersion { at: at(seconds), stage: 1, event_id: format!("evt_{seconds}") }
}

/// Prices for both intervals, whose ids begin so.
#[must_use]
pub fn prices(name: &str) -> Vec<PlanPrice> {
    Interval::ALL
        .map(|interval| PlanPrice {
            price_id: format!("{name}_{}", interval.as_str()),
            plan: Plan::Pro,
            interval,
        })
        .to_vec()
}

/// What the account has masked, changed that many times.
#[must_use]
pub fn redaction_settings(tenant: &Tenant, revision: i64) -> RedactionSettings {
    let rule = CustomRule {
        name: format!("Badge {revision}"),
        pattern: r"badge (?P<value>\d{4})".into(),
        ignore_case: true,
        whole_word: false,
        label: Some("Ausweis".into()),
    };
    RedactionSettings {
        account_id: tenant.account.id,
        options: RedactionOptions { hostnames: true, unc_paths: false, guids: true, custom: vec![rule] },
        updated_by_id: Some(tenant.user.id),
        updated_at: Some(at(70 + revision)),
        revision: Revision(revision),
    }
}

/// The first token of a family.
#[must_use]
pub fn refresh_token(user: &User) -> RefreshTokenRow {
    RefreshTokenRow {
        jti: id(),
        user_id: user.id,
        account_id: user.account_id,
        family_id: id(),
        parent_jti: None,
        generation: 0,
        issued_at: at(10),
        expires_at: at(3_610),
        revoked: None,
    }
}

/// A job of the account, due at once.
#[must_use]
pub fn job(account: AccountId) -> JobSpec {
    JobSpec {
        id: id(),
        account_id: account,
        kind: "mail.send".into(),
        payload: json!({ "mail_id": "0190" }),
        delay_seconds: 0,
        dedupe_key: None,
    }
}

/// A mail of the account, not sent yet.
#[must_use]
pub fn mail(account: AccountId) -> Mail {
    Mail {
        id: id(),
        account_id: account,
        to: "eli@northwind.example".into(),
        letter: Letter::ResetPassword { name: "Zoë".into(), token: id() },
        state: MailState::Queued,
        attempts: 0,
        created_at: at(4),
        sent_at: None,
        response: None,
    }
}

/// The token minted in place of `parent`.
#[must_use]
pub fn successor(parent: &RefreshTokenRow) -> RefreshTokenRow {
    RefreshTokenRow {
        jti: id(),
        parent_jti: Some(parent.jti),
        generation: parent.generation + 1,
        issued_at: at(20),
        revoked: None,
        ..parent.clone()
    }
}

/// An audit entry of the account.
#[must_use]
pub fn audit_entry(account: AccountId, seconds: i64) -> AuditEntry {
    AuditEntry {
        id: id(),
        account_id: account,
        actor_id: Some(id()),
        action: rf_audit::events::TREE_PUBLISHED.into(),
        target_kind: "tree".into(),
        target_id: Some(id()),
        payload: json!({ "version": 3, "name": "Drucker öffnet \"nicht\"" }),
        request_id: id(),
        at: at(seconds),
    }
}

/// A small body of that type.
#[must_use]
pub fn structure(tree_type: TreeType) -> Structure {
    if tree_type == TreeType::Troubleshooting {
        return Structure::Graph(Graph {
            root: "start".into(),
            nodes: vec![
                Node {
                    id: "start".into(),
                    node_type: NodeType::Instruction,
                    title: "Restart the Spooler".into(),
                    body: Some("Run `net stop spooler`".into()),
                    warning: None,
                    scripts: Vec::new(),
                    ask: vec!["printer_name".into()],
                    evidence: Vec::new(),
                    expected_minutes: Some(3),
                    note: None,
                    options: Vec::new(),
                    next: Some("end".into()),
                    outcome: None,
                },
                Node {
                    id: "end".into(),
                    node_type: NodeType::Outcome,
                    title: "Printing works".into(),
                    body: None,
                    warning: None,
                    scripts: Vec::new(),
                    ask: Vec::new(),
                    evidence: Vec::new(),
                    expected_minutes: None,
                    note: None,
                    options: Vec::new(),
                    next: None,
                    outcome: None,
                },
            ],
        });
    }
    Structure::Checklist(Checklist {
        sections: vec![Section {
            id: "prepare".into(),
            title: "Prepare".into(),
            steps: vec![Step {
                id: "backup".into(),
                title: "Check the backup".into(),
                body: None,
                warning: Some("Never without one".into()),
                scripts: Vec::new(),
                ask: Vec::new(),
                evidence: vec!["Report".into()],
                expected_minutes: Some(7),
                note: None,
                required: true,
            }],
        }],
        targets: if tree_type == TreeType::Maintenance { vec!["DC01".into()] } else { Vec::new() },
    })
}

/// What a flow of that type and name says.
#[must_use]
pub fn draft(tree_type: TreeType, name: &str) -> FlowDraft {
    FlowDraft {
        name: name.into(),
        description: Some("What to do when nothing prints".into()),
        category: Some("Printing".into()),
        tags: vec!["printer".into(), "windows".into()],
        tree_type,
        structure: structure(tree_type),
        intake_form: IntakeForm {
            fields: vec![Field {
                name: "printer_name".into(),
                label: "Printer".into(),
                field_type: FieldType::Text,
                required: true,
                secret: false,
                options: Vec::new(),
                default: Some("LP-01".into()),
                help: None,
                placeholder: None,
            }],
        },
    }
}

/// A private draft of the tenant's.
#[must_use]
pub fn tree(tenant: &Tenant, name: &str) -> Tree {
    Tree {
        id: id(),
        account_id: tenant.account.id,
        team_id: None,
        author_id: Some(tenant.user.id),
        content: draft(TreeType::Troubleshooting, name),
        version: 0,
        status: TreeStatus::Draft,
        is_active: true,
        is_public: false,
        is_default: false,
        usage_count: 0,
        fork: None,
        created_at: at(30),
        updated_at: at(31),
        revision: Revision::FIRST,
    }
}

/// A flow everybody can use.
#[must_use]
pub fn shared_tree(tenant: &Tenant, name: &str) -> Tree {
    Tree { status: TreeStatus::Published, is_public: true, version: 1, ..tree(tenant, name) }
}

/// A folder of the whole account.
#[must_use]
pub fn folder(tenant: &Tenant, name: &str) -> Folder {
    Folder {
        id: id(),
        account_id: tenant.id(),
        parent_id: None,
        scope: FolderScope::Account,
        name: name.into(),
        created_at: at(20),
        updated_at: at(21),
    }
}

/// A version of the flow.
#[must_use]
pub fn version(tree: &Tree, number: i64) -> TreeVersion {
    TreeVersion {
        id: id(),
        tree_id: tree.id,
        account_id: tree.account_id,
        version: number,
        content: FlowDraft { name: format!("{} v{number}", tree.content.name), ..tree.content.clone() },
        change_note: Some("Clearer".into()),
        published_by_id: tree.author_id,
        published_at: at(40 + number),
    }
}

/// A prepared session of the tenant's person, of a flow that need not exist.
#[must_use]
pub fn session(tenant: &Tenant) -> Session {
    let flow = tree(tenant, "Printer offline");
    Session {
        id: id(),
        account_id: tenant.account.id,
        tree_id: id::<TreeId>(),
        user_id: tenant.user.id,
        snapshot: Snapshot::of(&flow).unwrap(),
        tree_name: flow.content.name,
        path_taken: Vec::new(),
        decisions: Vec::new(),
        custom_steps: Vec::new(),
        variables: Variables::new(),
        scratchpad: String::new(),
        ticket_number: None,
        client_name: None,
        batch_id: None,
        target_label: None,
        prepared_by_id: None,
        assigned_to_id: None,
        started_at: None,
        completed_at: None,
        outcome: None,
        outcome_notes: None,
        next_steps: None,
        exported: false,
        active_seconds: 0,
        last_activity_at: None,
        log_length: 0,
        created_at: at(50),
        updated_at: at(51),
        revision: Revision::FIRST,
    }
}

/// A conversation of the tenant's person, with nothing said.
#[must_use]
pub fn ai_session(tenant: &Tenant) -> AiSession {
    let new = NewAiSession {
        id: id(),
        intake_type: IntakeType::FreeText,
        intake: IntakeContent { text: Some("It does not print".into()), ..IntakeContent::default() },
        psa_ticket_id: None,
        client_name: None,
        engine: "offline".into(),
    };
    new.begun(&tenant.user.actor(), at(50))
}

/// A step of a conversation, open.
#[must_use]
pub fn ai_step(session: &AiSession, step_order: i64) -> AiStep {
    AiStep {
        id: id(),
        session_id: session.id,
        step_order,
        proposal: Proposal {
            kind: StepKind::Question,
            title: "Does it print for others?".into(),
            body: Some("Ask a *colleague*.".into()),
            warning: None,
            commands: vec!["Get-Printer".into()],
            options: vec![StepOption { id: "yes".into(), label: "Ja".into() }],
            source: StepSource::Flow { tree_id: id(), tree_name: "Printer".into(), node_id: "start".into() },
            why: "It tells the printer from the desk.".into(),
            note: None,
        },
        confidence_score: 0.625,
        answer: None,
        withdrawn: false,
        created_at: at(60 + step_order),
    }
}

/// A fix suggested in a conversation.
#[must_use]
pub fn fix(session: &AiSession, seconds: i64) -> SuggestedFix {
    let new = NewFix { title: "Restart the spooler".into(), body: None, step_order: 1 };
    new.suggested(id(), session.id, at(seconds))
}

/// A conversation handed over by the tenant's person; nobody has it.
#[must_use]
pub fn handoff(session: &AiSession, seconds: i64) -> Handoff {
    let case = Case { session, steps: &[], fixes: &[], signatures: &[] };
    Handoff {
        id: id(),
        account_id: session.account_id,
        session_id: session.id,
        created_by: session.user_id,
        intent: HandoffIntent::Escalate,
        reason: "No rights on the print server".into(),
        target_user_id: None,
        snapshot: HandoffSnapshot::of(&case),
        documentation: None,
        assessment_status: AssessmentStatus::Pending,
        ai_assessment: None,
        ai_assessment_data: None,
        status: HandoffStatus::Waiting,
        claimed_by: None,
        claimed_at: None,
        picked_up_at: None,
        first_action_at: None,
        repeated_steps: 0,
        reminders: 0,
        closed_at: None,
        resolved: false,
        created_at: at(seconds),
    }
}

/// A model asked for a conversation.
#[must_use]
pub fn model_call(session: &AiSession, seconds: i64) -> ModelCall {
    let sent = |role: &str, text: &str| SentText { role: role.into(), text: text.into() };
    ModelCall {
        id: id(),
        session_id: session.id,
        turn: 3,
        purpose: "next_step".into(),
        model: "deep".into(),
        tier: "deep".into(),
        prompt_version: "turn 1".into(),
        sent: vec![sent("system", "You are"), sent("user", "It does not \u{0} print at [HOST-1] 🕒")],
        hidden: vec![HiddenName { token: "[HOST-1]".into(), kind: "host".into() }],
        input_tokens: 1_200,
        output_tokens: 80,
        failure: None,
        at: at(seconds),
    }
}

/// A connection to a PSA.
#[must_use]
pub fn psa_connection(tenant: &Tenant) -> PsaConnection {
    PsaConnection {
        id: id(),
        account_id: tenant.id(),
        vendor: PsaVendor::ConnectWise,
        site_url: "eu.myconnectwise.net".into(),
        company_id: "häuser".into(),
        public_key_hint: "5678".into(),
        credentials: Sealed::from_stored("sealed".into()),
        settings: PushSettings::default(),
        status: ConnectionStatus::Untested,
        diagnosis: None,
        last_tested_at: None,
        connected_by: tenant.user.id,
        created_at: at(1),
        updated_at: at(2),
        revision: Revision::FIRST,
    }
}

/// Who the person of a tenant is at the PSA.
#[must_use]
pub fn psa_member(tenant: &Tenant, member: i64) -> MemberMapping {
    MemberMapping {
        account_id: tenant.id(),
        user_id: tenant.user.id,
        member_id: member.into(),
        member_identifier: "eli".into(),
        member_name: "Eli".into(),
        updated_at: at(1),
    }
}

/// A push of a session of its own.
#[must_use]
pub fn push(tenant: &Tenant, seconds: i64) -> PushRecord {
    let (session, ticket) = (SessionRef::Ai(id()), 100.into());
    PushRecord {
        id: id(),
        account_id: tenant.id(),
        connection_id: id(),
        session,
        occasion: Occasion::Resolve,
        key: PushKey::new(session, Occasion::Resolve, 0, &ticket, Artefact::Note),
        ticket,
        artefact: Artefact::Note,
        minutes: None,
        content: None,
        warnings: Vec::new(),
        push: Push::queued(at(seconds)),
        requested_by: tenant.user.id,
        created_at: at(seconds),
        updated_at: at(seconds),
        revision: Revision::FIRST,
    }
}

/// A log entry.
#[must_use]
pub fn log_entry(tenant: &Tenant, seq: i64) -> LogEntry {
    LogEntry { seq, entry_id: Some(id()), ..LogEntry::new(LogKind::Done, tenant.user.id, at(60 + seq)) }
}

/// Revoked for that reason.
#[must_use]
pub fn revoked(token: &RefreshTokenRow, seconds: i64, reason: RevokeReason) -> RefreshTokenRow {
    RefreshTokenRow { revoked: Some((at(seconds), reason)), ..token.clone() }
}

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
