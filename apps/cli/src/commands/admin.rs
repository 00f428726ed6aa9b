//! Site admins, made by whoever runs the installation.

use std::process::ExitCode;

use rf_bootstrap::Config;
use rf_usecases::{ResetLink, SiteAdminOutcome};
use secrecy::ExposeSecret;
use serde_json::json;

use super::told;
use crate::output::Output;

/// Whether a link to choose a password with is made, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reset {
    /// None is made.
    No,
    /// It is mailed, or printed where that fails.
    Send,
    /// It is printed.
    Print,
}

pub(crate) async fn create_site_admin(
    config: &Config,
    email: &str,
    promote_only: bool,
    reset: Reset,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let app = rf_bootstrap::start(config).await?.app;
    let (user, outcome) = app.create_site_admin(email, promote_only).await.map_err(told)?;
    let email = user.email.as_str();
    let (word, mut lines) = match outcome {
        SiteAdminOutcome::Created => ("created", format!("{email} was created as a site admin.")),
        SiteAdminOutcome::Promoted => ("promoted", format!("{email} is a site admin now.")),
        SiteAdminOutcome::Unchanged => {
            ("unchanged", format!("{email} was a site admin already; nothing was changed."))
        }
    };
    let has_password = user.password_hash.is_some();
    let mut facts = json!({ "email": email, "outcome": word, "has_password": has_password });
    if reset == Reset::No {
        if !has_password {
            lines.push_str(
                "\nThey have no password. --send-reset or --print-reset gives them a link to choose one.",
            );
        }
        output.tell(&facts, &lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    match app.reset_link(&user.email, reset == Reset::Send).await.map_err(told)? {
        ResetLink::Sent { to } => {
            lines.push_str("\nA link to choose a password with was mailed to them.");
            facts["reset_mailed_to"] = to.into();
        }
        ResetLink::ByHand { url, why_not_sent } => {
            if let Some(reason) = why_not_sent {
                eprintln!("rf: the mail could not be sent: {reason}");
                facts["why_not_mailed"] = reason.into();
            }
            let url = url.expose_secret();
            lines.push_str("\nWith this link a password is chosen; it works once, for an hour:\n");
            lines.push_str(url);
            facts["reset_url"] = url.into();
        }
    }
    output.tell(&facts, &lines)?;
    Ok(ExitCode::SUCCESS)
}
