//! What site admins see: accounts, people, jobs, mails.

use rf_accounts::User;
use rf_api_types::{
    admin::{AdminAccountResponse, AdminSubscription, AdminUserResponse},
    queue::{JobResponse, OutboxMailResponse},
};
use rf_jobs::Job;
use rf_usecases::{AccountOverview, OutboxMail};

use super::{plan_body, status_body};

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
