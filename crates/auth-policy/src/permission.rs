//! The role × action matrix. Rules about one row (owner, assignee, author) live with that row's aggregate.

use rf_kernel::{AccountId, Failure, TeamId, UserId, codes::FORBIDDEN};

use crate::Role;

/// The signed-in person a use case acts for, as read from the database in the same unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user_id: UserId,
    /// Their account: the tenant.
    pub account_id: AccountId,
    /// Their team. `None` is *no team*, never "the same team as another `None`".
    pub team_id: Option<TeamId>,
    /// Their role in the account.
    pub role: Role,
    /// Site-wide administrator.
    pub is_super_admin: bool,
    /// Their name, for notes and logs of what was done.
    pub name: String,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See flows, members and own sessions.
    Read,
    /// Work tickets: start, prepare, update and complete sessions.
    RunSessions,
    /// Create flows, and change one's own.
    AuthorTrees,
    /// Change flows of other people in the account.
    ManageTrees,
    /// See everybody, invite, change roles and teams, switch people off and on.
    ManagePeople,
    /// Rename the account, decide how long sign-ins last and end them, hand the account over.
    ManageAccount,
    /// Read the audit log and say how long it is kept.
    ReadAudit,
    /// See and change what the account pays for.
    ManageBilling,
    /// Say what notes of the account have masked.
    ManageRedaction,
    /// Connect the account to its PSA, and say what is pushed there.
    ManageIntegrations,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::RunSessions,
        Self::AuthorTrees,
        Self::ManageTrees,
        Self::ManageRedaction,
        Self::ManagePeople,
        Self::ManageAccount,
        Self::ReadAudit,
        Self::ManageBilling,
        Self::ManageIntegrations,
    ];

    /// The name in the table of who may call what.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::RunSessions => "run sessions",
            Self::AuthorTrees => "author flows",
            Self::ManageTrees => "manage flows",
            Self::ManageRedaction => "manage redaction",
            Self::ManagePeople => "manage people",
            Self::ManageAccount => "manage account",
            Self::ReadAudit => "read audit",
            Self::ManageBilling => "manage billing",
            Self::ManageIntegrations => "manage integrations",
        }
    }

    const fn lowest_role(self) -> Role {
        match self {
            Self::Read => Role::Viewer,
            Self::RunSessions | Self::AuthorTrees => Role::Engineer,
            Self::ManageTrees | Self::ManageRedaction | Self::ManagePeople | Self::ManageIntegrations => {
                Role::TeamAdmin
            }
            Self::ManageAccount | Self::ReadAudit | Self::ManageBilling => Role::Owner,
        }
    }
}

/// Whether the actor's role allows the action.
#[must_use]
pub fn decide(actor: &Actor, action: Action) -> bool {
    actor.is_super_admin || actor.role >= action.lowest_role()
}

/// [`decide`] as a result.
///
/// # Errors
/// `forbidden`.
pub fn require(actor: &Actor, action: Action) -> Result<(), Failure> {
    if decide(actor, action) {
        return Ok(());
    }
    Err(Failure::new(
        FORBIDDEN,
        format!("Your role ({}) does not allow this. Ask an owner of the account.", actor.role),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn actor(role: Role) -> Actor {
        Actor {
            user_id: Uuid::nil().into(),
            account_id: Uuid::nil().into(),
            team_id: None,
            role,
            is_super_admin: false,
            name: "Eli".into(),
        }
    }

    #[test]
    fn the_matrix_is_as_written_here() {
        let allowed = |role| Action::ALL.map(|action| decide(&actor(role), action));
        //                         read, run, author, trees, redaction, people, account, audit, billing, integrations
        assert_eq!(
            allowed(Role::Viewer),
            [true, false, false, false, false, false, false, false, false, false]
        );
        assert_eq!(
            allowed(Role::Engineer),
            [true, true, true, false, false, false, false, false, false, false]
        );
        assert_eq!(allowed(Role::TeamAdmin), [true, true, true, true, true, true, false, false, false, true]);
        assert_eq!(allowed(Role::Owner), [true, true, true, true, true, true, true, true, true, true]);
    }

    #[test]
    fn a_super_admin_may_do_all_whatever_the_role() {
        let admin = Actor { is_super_admin: true, ..actor(Role::Viewer) };
        assert!(Action::ALL.into_iter().all(|action| decide(&admin, action)));
    }

    #[test]
    fn the_refusal_names_the_role() {
        let failure = require(&actor(Role::Viewer), Action::RunSessions).unwrap_err();
        assert_eq!(failure.code, FORBIDDEN);
        assert!(failure.detail.to_string().contains("viewer"));
    }
}
