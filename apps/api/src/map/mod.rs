//! Domain values to wire bodies.

mod admin;
mod assistant;
mod channels;
mod flows;
mod handoff;
mod notifications;
mod pilot;
mod psa;
mod sessions;

use rf_accounts::{Account, InviteState, Plan, SubscriptionStatus, User};
use rf_api_types::{
    accounts::{ActiveUserBody, PolicyBoundsBody, PresetBody, SecurityResponse},
    audit::{AuditActor, AuditCheckResponse, AuditEntryResponse},
    auth::{MeResponse, MemberResponse, TokenResponse, UserResponse},
    billing::{BillingResponse, PlanBody, SubscriptionBody, SubscriptionStatusBody},
    links::{InviteLookupResponse, InviteResponse, InviteStateBody},
    people::{AccountResponse, PersonResponse, TeamResponse},
};
use rf_auth_policy::{PolicyBounds, SessionPreset};
use rf_kernel::Timestamp;
use rf_usecases::{
    AuditLine, BillingView, ChainReport, InviteLookup, InviteView, Me, PersonView, SecurityView, SignedIn,
    TeamView,
};
use secrecy::ExposeSecret;

pub(crate) use self::{
    admin::*, assistant::*, channels::*, flows::*, handoff::*, notifications::*, pilot::*, psa::*,
    sessions::*,
};

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
        second_factor_due: person.second_factor_due,
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
