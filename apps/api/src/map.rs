//! Domain values to wire bodies.

use rf_accounts::{Account, InviteState, Plan, RedactionSettings, SubscriptionStatus, User};
use rf_api_types::{
    accounts::{ActiveUserBody, PolicyBoundsBody, PresetBody, SecurityResponse},
    admin::{AdminAccountResponse, AdminSubscription, AdminUserResponse},
    audit::{AuditActor, AuditCheckResponse, AuditEntryResponse},
    auth::{MeResponse, MemberResponse, TokenResponse, UserResponse},
    billing::{BillingResponse, PlanBody, SubscriptionBody, SubscriptionStatusBody},
    folders::{FolderResponse, FolderScopeBody},
    library::{ImportReport, ImportedFileBody},
    links::{InviteLookupResponse, InviteResponse, InviteStateBody},
    people::{AccountResponse, PersonResponse, TeamResponse},
    queue::{JobResponse, OutboxMailResponse},
    redaction::{NoteHitBody, NotePreviewResponse, RedactionRuleBody, RedactionSettingsResponse},
    sessions::{
        BatchProgressResponse, BatchSession, LogEntryResponse, SaveAsTreePreview, SessionResponse, StoredFlow,
    },
    trees::{
        FacetBody, FacetsResponse, LintResponse, TreeResponse, TreeStructure, TreeSummary,
        TreeVersionResponse, TreeVersionSummary,
    },
};
use rf_auth_policy::{PolicyBounds, SessionPreset};
use rf_jobs::Job;
use rf_kernel::Timestamp;
use rf_sessions::{LogEntry, Session};
use rf_trees::{
    Facet, FlowDraft, FolderScope, LintReport, Structure, Tree, TreeFacets, TreeFacts, TreeListItem,
    TreeVersion,
};
use rf_usecases::{
    AccountOverview, AuditLine, BatchProgress, BillingView, ChainReport, FolderView, ImportedFile,
    InviteLookup, InviteView, Me, NotePreview, OutboxMail, PersonView, SecurityView, SessionView, SignedIn,
    TeamView, TreeView,
};
use secrecy::ExposeSecret;

pub(crate) fn user(user: User, account: Account) -> UserResponse {
    UserResponse {
        id: user.id.uuid(),
        email: user.email.as_str().to_owned(),
        name: user.name,
        role: user.role.into(),
        account_id: account.id.uuid(),
        account_name: account.name,
        team_id: user.team_id.map(Into::into),
        is_active: user.is_active,
        is_super_admin: user.is_super_admin,
        email_verified_at: user.email_verified_at,
        last_login: user.last_login,
        created_at: user.created_at,
    }
}

pub(crate) fn me(me: Me) -> MeResponse {
    let Me { user: person, account, subscription, in_force } = me;
    MeResponse {
        user: user(person, account),
        subscription: subscription.map(|subscription| SubscriptionBody {
            plan: plan_body(subscription.plan),
            status: status_body(subscription.status),
            in_force,
            current_period_end: subscription.current_period_end,
            cancel_at_period_end: subscription.cancel_at_period_end,
            tree_limit: subscription.plan.tree_limit(),
            kb_conversions_limit: subscription.plan.kb_conversions_limit(),
        }),
    }
}

fn invite_state(state: InviteState) -> InviteStateBody {
    match state {
        InviteState::Open => InviteStateBody::Open,
        InviteState::Expired => InviteStateBody::Expired,
        InviteState::Accepted => InviteStateBody::Accepted,
        InviteState::Revoked => InviteStateBody::Revoked,
    }
}

pub(crate) fn invite(view: InviteView) -> InviteResponse {
    let InviteView { invite, invited_by, now } = view;
    InviteResponse {
        id: invite.id.uuid(),
        state: invite_state(invite.state(now)),
        email: invite.email.as_str().to_owned(),
        role: invite.role.into(),
        invited_by,
        created_at: invite.created_at,
        sent_at: invite.sent_at,
        expires_at: invite.expires_at,
        accepted_at: invite.accepted.map(|(_, at)| at),
        revoked_at: invite.revoked_at,
    }
}

pub(crate) fn invite_lookup(lookup: InviteLookup) -> InviteLookupResponse {
    let InviteLookup { view: InviteView { invite, invited_by, now }, account_name, has_account } = lookup;
    InviteLookupResponse {
        account_name,
        state: invite_state(invite.state(now)),
        email: invite.email.as_str().to_owned(),
        role: invite.role.into(),
        invited_by,
        expires_at: invite.expires_at,
        has_account,
    }
}

/// `with_account` is on where entries of several accounts stand together.
pub(crate) fn audit_line(line: AuditLine, with_account: bool) -> AuditEntryResponse {
    let AuditLine { entry, actor_name } = line;
    AuditEntryResponse {
        id: entry.id.uuid(),
        at: entry.at,
        actor: entry.actor_id.map(|id| AuditActor { id: id.uuid(), name: actor_name }),
        action: entry.action,
        target_kind: entry.target_kind,
        target_id: entry.target_id,
        payload: entry.payload,
        request_id: entry.request_id.uuid(),
        account_id: with_account.then(|| entry.account_id.uuid()),
    }
}

/// An account that nothing was written about has an empty chain, which holds.
pub(crate) fn audit_check(report: Option<ChainReport>) -> AuditCheckResponse {
    let Some(ChainReport { seq, hash, checked, .. }) = report else {
        return AuditCheckResponse { seq: 0, hash: None, entries: Some(0), fault: None };
    };
    let (entries, fault) = match checked {
        Ok(count) => (Some(count), None),
        Err(fault) => (None, Some(fault.to_string())),
    };
    AuditCheckResponse { seq, hash: Some(hash), entries, fault }
}

pub(crate) fn billing(view: &BillingView) -> BillingResponse {
    let subscription = view.subscription.as_ref();
    let plan = subscription.map(|subscription| subscription.plan);
    BillingResponse {
        plan: plan.map(plan_body),
        status: subscription.map(|subscription| status_body(subscription.status)),
        current_period_end: subscription.and_then(|subscription| subscription.current_period_end),
        cancel_at_period_end: subscription.is_some_and(|subscription| subscription.cancel_at_period_end),
        seats: subscription.map_or(0, |subscription| subscription.seats),
        tree_count: view.tree_count,
        tree_limit: plan.map_or(Some(0), Plan::tree_limit),
        kb_conversions_used: subscription.map_or(0, |subscription| subscription.kb_conversions_used),
        kb_conversions_limit: plan.map_or(Some(0), Plan::kb_conversions_limit),
        billing_enabled: view.billing_enabled,
        is_customer: subscription.is_some_and(|subscription| subscription.customer_id.is_some()),
    }
}

pub(crate) fn admin_account(overview: AccountOverview) -> AdminAccountResponse {
    AdminAccountResponse {
        id: overview.account.id.uuid(),
        name: overview.account.name,
        created_at: overview.account.created_at,
        member_count: overview.member_count,
        tree_count: overview.tree_count,
        subscription: overview.subscription.map(|subscription| AdminSubscription {
            plan: plan_body(subscription.plan),
            status: status_body(subscription.status),
            current_period_end: subscription.current_period_end,
            cancel_at_period_end: subscription.cancel_at_period_end,
            seats: subscription.seats,
            customer_id: subscription.customer_id,
        }),
    }
}

pub(crate) fn admin_user(user: User) -> AdminUserResponse {
    AdminUserResponse {
        id: user.id.uuid(),
        email: user.email.as_str().to_owned(),
        name: user.name,
        role: user.role.into(),
        account_id: user.account_id.uuid(),
        is_active: user.is_active,
        is_super_admin: user.is_super_admin,
        email_verified_at: user.email_verified_at,
        last_login_at: user.last_login,
        created_at: user.created_at,
    }
}

pub(crate) const fn plan_of(plan: PlanBody) -> Plan {
    match plan {
        PlanBody::Free => Plan::Free,
        PlanBody::Pro => Plan::Pro,
    }
}

pub(crate) const fn status_of(status: SubscriptionStatusBody) -> SubscriptionStatus {
    match status {
        SubscriptionStatusBody::Active => SubscriptionStatus::Active,
        SubscriptionStatusBody::Trialing => SubscriptionStatus::Trialing,
        SubscriptionStatusBody::PastDue => SubscriptionStatus::PastDue,
        SubscriptionStatusBody::Canceled => SubscriptionStatus::Canceled,
        SubscriptionStatusBody::Locked => SubscriptionStatus::Locked,
    }
}

const fn plan_body(plan: Plan) -> PlanBody {
    match plan {
        Plan::Free => PlanBody::Free,
        Plan::Pro => PlanBody::Pro,
    }
}

const fn status_body(status: SubscriptionStatus) -> SubscriptionStatusBody {
    match status {
        SubscriptionStatus::Active => SubscriptionStatusBody::Active,
        SubscriptionStatus::Trialing => SubscriptionStatusBody::Trialing,
        SubscriptionStatus::PastDue => SubscriptionStatusBody::PastDue,
        SubscriptionStatus::Canceled => SubscriptionStatusBody::Canceled,
        SubscriptionStatus::Locked => SubscriptionStatusBody::Locked,
    }
}

pub(crate) fn job(job: Job) -> JobResponse {
    JobResponse {
        id: job.id.uuid(),
        account_id: job.account_id.uuid(),
        kind: job.kind,
        payload: job.payload,
        state: job.state.as_str(),
        attempts: job.attempts,
        run_at: job.run_at,
        last_error: job.last_error,
        created_at: job.created_at,
        finished_at: job.finished_at,
    }
}

pub(crate) fn outbox_mail(mail: OutboxMail) -> OutboxMailResponse {
    let OutboxMail { mail, words } = mail;
    let (subject, text, html) =
        words.map_or((None, None, None), |words| (Some(words.subject), Some(words.text), Some(words.html)));
    OutboxMailResponse {
        id: mail.id.uuid(),
        account_id: mail.account_id.uuid(),
        about: mail.letter.about(),
        to: mail.to,
        state: mail.state.as_str(),
        attempts: mail.attempts,
        created_at: mail.created_at,
        sent_at: mail.sent_at,
        response: mail.response,
        subject,
        text,
        html,
    }
}

/// A mail in a list: what it is, and not what it says. Reading one is a request of its own, which the log keeps.
pub(crate) fn outbox_line(mail: OutboxMail) -> OutboxMailResponse {
    OutboxMailResponse { text: None, html: None, ..outbox_mail(mail) }
}

pub(crate) fn member(user: User) -> MemberResponse {
    MemberResponse {
        id: user.id.uuid(),
        email: user.email.as_str().to_owned(),
        name: user.name,
        role: user.role.into(),
        team_id: user.team_id.map(Into::into),
    }
}

pub(crate) fn person(view: PersonView) -> PersonResponse {
    let PersonView { user, can_edit } = view;
    PersonResponse {
        id: user.id.uuid(),
        email: user.email.as_str().to_owned(),
        name: user.name,
        role: user.role.into(),
        team_id: user.team_id.map(Into::into),
        is_active: user.is_active,
        last_login: user.last_login,
        created_at: user.created_at,
        can_edit,
    }
}

pub(crate) fn team(view: TeamView) -> TeamResponse {
    TeamResponse {
        id: view.team.id.uuid(),
        name: view.team.name,
        people: view.people,
        created_at: view.team.created_at,
    }
}

pub(crate) fn account(account: Account) -> AccountResponse {
    AccountResponse { id: account.id.uuid(), name: account.name, created_at: account.created_at }
}

pub(crate) fn security(view: SecurityView) -> SecurityResponse {
    SecurityResponse {
        session_idle_minutes: view.account.session_idle_minutes,
        session_absolute_minutes: view.account.session_absolute_minutes,
        effective_idle_minutes: view.effective.idle_minutes,
        effective_absolute_minutes: view.effective.absolute_minutes,
        bounds: PolicyBoundsBody {
            idle_min: PolicyBounds::IDLE_MIN,
            idle_max: PolicyBounds::IDLE_MAX,
            absolute_min: PolicyBounds::ABSOLUTE_MIN,
            absolute_max: PolicyBounds::ABSOLUTE_MAX,
        },
        presets: SessionPreset::ALL
            .iter()
            .map(|preset| PresetBody {
                name: preset.name,
                idle_minutes: preset.idle_minutes,
                absolute_minutes: preset.absolute_minutes,
            })
            .collect(),
        active_users: view
            .active_users
            .into_iter()
            .map(|user| ActiveUserBody {
                user_id: user.id.uuid(),
                name: user.name,
                email: user.email.as_str().to_owned(),
                last_login_at: user.last_login,
            })
            .collect(),
    }
}

/// `with_refresh` is off in cookie mode, where the token travels in the cookie alone.
pub(crate) fn tokens(signed_in: &SignedIn, with_refresh: bool) -> TokenResponse {
    let left = |at: Timestamp| at.seconds_since(signed_in.now).max(0);
    TokenResponse {
        access_token: signed_in.access_token.clone(),
        refresh_token: with_refresh.then(|| signed_in.refresh_token.expose_secret().to_owned()),
        token_type: "bearer",
        expires_in: signed_in.expires_in,
        idle_expires_at: signed_in.idle_expires_at,
        absolute_expires_at: signed_in.absolute_expires_at,
        idle_expires_in: left(signed_in.idle_expires_at),
        absolute_expires_in: left(signed_in.absolute_expires_at),
    }
}

fn structure(structure: Structure) -> TreeStructure {
    match structure {
        Structure::Graph(graph) => TreeStructure::Graph(graph),
        Structure::Checklist(list) => TreeStructure::Checklist(list),
    }
}

fn tree_summary(
    tree: &Tree,
    facts: TreeFacts,
    step_count: i64,
    expected_minutes: Option<i64>,
    can_edit: bool,
) -> TreeSummary {
    let fork = tree.fork.as_ref();
    TreeSummary {
        id: tree.id.uuid(),
        name: tree.content.name.clone(),
        description: tree.content.description.clone(),
        category: tree.content.category.clone(),
        tags: tree.content.tags.clone(),
        version: tree.version,
        tree_type: tree.content.tree_type,
        status: tree.status,
        is_active: tree.is_active,
        is_public: tree.is_public,
        is_default: tree.is_default,
        usage_count: tree.usage_count,
        author_id: tree.author_id.map(Into::into),
        account_id: tree.account_id.uuid(),
        team_id: tree.team_id.map(Into::into),
        step_count,
        expected_minutes,
        parent_tree_id: fork.map(|fork| fork.parent_tree_id.uuid()),
        root_tree_id: fork.map(|fork| fork.root_tree_id.uuid()),
        fork_depth: fork.map_or(0, |fork| fork.fork_depth),
        fork_reason: fork.and_then(|fork| fork.fork_reason.clone()),
        parent_updated_at: fork.map(|fork| fork.parent_updated_at),
        created_at: tree.created_at,
        updated_at: tree.updated_at,
        revision: tree.revision.0,
        can_edit,
        is_favourite: facts.is_favourite,
        completed_count: facts.completed_count,
        success_rate: facts.success_rate(),
        upstream_changed: facts.upstream_changed,
    }
}

pub(crate) fn tree_item(item: &TreeListItem, can_edit: bool) -> TreeSummary {
    tree_summary(&item.tree, item.facts, item.step_count, item.expected_minutes, can_edit)
}

pub(crate) fn tree(view: TreeView) -> TreeResponse {
    let body = &view.tree.content.structure;
    let steps = i64::try_from(body.step_count()).unwrap_or(i64::MAX);
    let minutes = body.expected_minutes().map(i64::from);
    TreeResponse {
        summary: tree_summary(&view.tree, view.facts, steps, minutes, view.can_edit),
        tree_structure: structure(view.tree.content.structure),
        intake_form: view.tree.content.intake_form,
    }
}

pub(crate) fn version_summary(version: &TreeVersion) -> TreeVersionSummary {
    TreeVersionSummary {
        version: version.version,
        name: version.content.name.clone(),
        change_note: version.change_note.clone(),
        published_by_id: version.published_by_id.map(Into::into),
        published_at: version.published_at,
    }
}

pub(crate) fn version(version: TreeVersion) -> TreeVersionResponse {
    TreeVersionResponse {
        summary: version_summary(&version),
        description: version.content.description,
        tree_structure: structure(version.content.structure),
        intake_form: version.content.intake_form,
    }
}

pub(crate) fn lint(report: LintReport) -> LintResponse {
    LintResponse { can_publish: report.can_publish(), findings: report.findings }
}

pub(crate) fn import_report(files: Vec<ImportedFile>) -> ImportReport {
    let imported = files.iter().filter(|file| file.outcome.is_ok()).count();
    let body = |ImportedFile { file, outcome }: ImportedFile| {
        let (kept, refused) = match outcome {
            Ok(flow) => (Some(flow), None),
            Err(refused) => (None, Some(refused)),
        };
        ImportedFileBody {
            file,
            tree_id: kept.as_ref().map(|flow| flow.id.uuid()),
            status: kept.as_ref().map(|flow| flow.status),
            name: kept.map(|flow| flow.name),
            code: refused.as_ref().map(|refused| refused.code.to_owned()),
            message: refused.map(|refused| refused.message),
        }
    };
    ImportReport { imported, refused: files.len() - imported, files: files.into_iter().map(body).collect() }
}

pub(crate) fn folder(view: FolderView) -> FolderResponse {
    let FolderView { folder, tree_count, can_edit } = view;
    let (scope, team_id) = match folder.scope {
        FolderScope::Personal(_) => (FolderScopeBody::Personal, None),
        FolderScope::Team(team) => (FolderScopeBody::Team, Some(team.uuid())),
        FolderScope::Account => (FolderScopeBody::Account, None),
    };
    FolderResponse {
        id: folder.id.uuid(),
        name: folder.name,
        parent_id: folder.parent_id.map(Into::into),
        scope,
        team_id,
        tree_count,
        can_edit,
        created_at: folder.created_at,
        updated_at: folder.updated_at,
    }
}

pub(crate) fn tree_preview(content: FlowDraft, report: LintReport) -> SaveAsTreePreview {
    SaveAsTreePreview {
        tree_name: content.name,
        description: content.description,
        tree_type: content.tree_type,
        tree_structure: structure(content.structure),
        intake_form: content.intake_form,
        lint: lint(report),
    }
}

pub(crate) fn batch_progress(progress: BatchProgress) -> BatchProgressResponse {
    BatchProgressResponse {
        batch_id: progress.batch_id.uuid(),
        tree_id: progress.tree_id.uuid(),
        tree_name: progress.tree_name,
        total: progress.total,
        waiting: progress.waiting,
        active: progress.active,
        completed: progress.completed,
        outcomes: progress.outcomes,
    }
}

pub(crate) fn facets(facets: TreeFacets) -> FacetsResponse {
    let bodies = |list: Vec<Facet>| {
        list.into_iter().map(|facet| FacetBody { name: facet.name, count: facet.count }).collect()
    };
    FacetsResponse {
        categories: bodies(facets.categories),
        tags: bodies(facets.tags),
        types: bodies(facets.types),
    }
}

pub(crate) fn session(view: SessionView) -> SessionResponse {
    SessionResponse { current_step_id: view.current_step_id, ..session_in_list(view.session) }
}

pub(crate) fn session_in_list(session: Session) -> SessionResponse {
    SessionResponse {
        status: session.status(),
        id: session.id.uuid(),
        tree_id: session.tree_id.uuid(),
        user_id: session.user_id.uuid(),
        account_id: session.account_id.uuid(),
        tree_snapshot: StoredFlow(session.snapshot),
        path_taken: session.path_taken,
        decisions: session.decisions,
        custom_steps: session.custom_steps,
        session_variables: session.variables,
        scratchpad: session.scratchpad,
        ticket_number: session.ticket_number,
        client_name: session.client_name,
        batch_id: session.batch_id.map(Into::into),
        target_label: session.target_label,
        prepared_by_id: session.prepared_by_id.map(Into::into),
        assigned_to_id: session.assigned_to_id.map(Into::into),
        started_at: session.started_at,
        completed_at: session.completed_at,
        outcome: session.outcome,
        outcome_notes: session.outcome_notes,
        next_steps: session.next_steps,
        exported: session.exported,
        created_at: session.created_at,
        updated_at: session.updated_at,
        revision: session.revision.0,
        current_step_id: None,
        active_seconds: session.active_seconds,
    }
}

pub(crate) fn redaction_settings(settings: RedactionSettings, can_edit: bool) -> RedactionSettingsResponse {
    let rule = |rule: rf_notes::CustomRule| RedactionRuleBody {
        name: rule.name,
        pattern: rule.pattern,
        label: rule.label,
        ignore_case: rule.ignore_case,
        whole_word: rule.whole_word,
    };
    RedactionSettingsResponse {
        hostnames: settings.options.hostnames,
        unc_paths: settings.options.unc_paths,
        guids: settings.options.guids,
        custom: settings.options.custom.into_iter().map(rule).collect(),
        updated_by_id: settings.updated_by_id.map(Into::into),
        updated_at: settings.updated_at,
        revision: settings.revision.0,
        can_edit,
    }
}

pub(crate) fn note_preview(NotePreview { preview, values }: NotePreview) -> NotePreviewResponse {
    let places = preview.utf16_ranges();
    let hits = preview.hits.iter().zip(places).map(|(hit, place)| NoteHitBody {
        key: hit.key.as_ref().map(|key| key.as_str().to_owned()),
        kind: hit.kind,
        start: place.start,
        end: place.end,
        start_byte: hit.range.start,
        end_byte: hit.range.end,
        kept: hit.kept,
        value: hit.key.as_ref().and_then(|key| values.get(key).cloned()),
    });
    NotePreviewResponse {
        hits: hits.collect(),
        unused: preview.unused.iter().map(|key| key.as_str().to_owned()).collect(),
        media_type: preview.note.media_type,
        summary: preview.note.redaction,
        text: preview.note.text,
    }
}

pub(crate) fn batch_session(session: &Session) -> Option<BatchSession> {
    Some(BatchSession {
        id: session.id.uuid(),
        batch_id: session.batch_id?.uuid(),
        target_label: session.target_label.clone()?,
        tree_id: session.tree_id.uuid(),
    })
}

pub(crate) fn log_entry(entry: LogEntry) -> LogEntryResponse {
    LogEntryResponse {
        seq: entry.seq,
        entry_id: entry.entry_id.map(Into::into),
        at: entry.at,
        actor_id: entry.actor_id.uuid(),
        kind: entry.kind,
        node_id: entry.node_id,
        title: entry.title,
        answer: entry.answer,
        option_id: entry.option_id,
        reason: entry.reason,
        notes: entry.notes,
    }
}
