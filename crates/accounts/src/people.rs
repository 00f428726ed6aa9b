//! Who may change whom, and who must stay.

use rf_auth_policy::{Actor, Role};
use rf_kernel::{Failure, TeamId, codes::FORBIDDEN};

use crate::{
    User,
    codes::{CANNOT_SWITCH_SELF_OFF, LAST_OWNER},
};

/// What changes about a person; `None` leaves it alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonChange {
    /// What colleagues see.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Their team; `Some(None)` = no team.
    pub team_id: Option<Option<TeamId>>,
    /// Whether they can sign in.
    pub is_active: Option<bool>,
}

impl PersonChange {
    /// Without what is so already.
    #[must_use]
    pub fn beyond(self, user: &User) -> Self {
        Self {
            name: self.name.filter(|name| *name != user.name),
            role: self.role.filter(|role| *role != user.role),
            team_id: self.team_id.filter(|team_id| *team_id != user.team_id),
            is_active: self.is_active.filter(|is_active| *is_active != user.is_active),
        }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The person after it.
    #[must_use]
    pub fn of(&self, user: &User) -> User {
        let mut after = user.clone();
        if let Some(name) = &self.name {
            after.name.clone_from(name);
        }
        after.role = self.role.unwrap_or(after.role);
        after.team_id = self.team_id.unwrap_or(after.team_id);
        after.is_active = self.is_active.unwrap_or(after.is_active);
        after
    }

    /// Whether it makes somebody an owner or touches one in what makes them one: that needs the password fresh.
    #[must_use]
    pub fn is_about_ownership(&self, user: &User) -> bool {
        self.role == Some(Role::Owner)
            || (user.role == Role::Owner && (self.role.is_some() || self.is_active == Some(false)))
    }

    /// Whether `actor` may change `user` so, in an account with that many *other* owners who can sign in.
    ///
    /// # Errors
    /// `forbidden` for whoever stands above the actor, and for a role above the actor's; `cannot_switch_self_off`;
    /// `last_owner`.
    pub fn check(&self, actor: &Actor, user: &User, other_owners: usize) -> Result<(), Failure> {
        let above = |role: Role| !actor.is_super_admin && role > actor.role;
        if above(user.role) || (user.is_super_admin && !actor.is_super_admin) {
            return Err(Failure::new(
                FORBIDDEN,
                "Only somebody with their role or a higher one may do that.",
            ));
        }
        if self.role.is_some_and(above) {
            return Err(Failure::new(FORBIDDEN, "You cannot give a role above your own."));
        }
        if actor.user_id == user.id && self.is_active == Some(false) {
            return Err(Failure::new(CANNOT_SWITCH_SELF_OFF, "Ask somebody else to deactivate you."));
        }
        let owns = |user: &User| user.role == Role::Owner && user.can_sign_in();
        if owns(user) && !owns(&self.of(user)) && other_owners == 0 {
            return Err(Failure::new(
                LAST_OWNER,
                "This is the last active owner. Make somebody else an owner first.",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rf_kernel::{Code, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::Email;

    fn user(number: u128, role: Role) -> User {
        let at = Timestamp::from_unix(1).unwrap();
        User {
            id: Uuid::from_u128(number).into(),
            account_id: Uuid::nil().into(),
            team_id: None,
            email: Email::from_stored(format!("{number}@northwind.example")),
            name: "Eli".into(),
            role,
            is_super_admin: false,
            is_active: true,
            deleted_at: None,
            email_verified_at: None,
            password_hash: None,
            last_login: None,
            created_at: at,
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        }
    }

    fn role(role: Role) -> PersonChange {
        PersonChange { role: Some(role), ..PersonChange::default() }
    }

    fn active(is_active: bool) -> PersonChange {
        PersonChange { is_active: Some(is_active), ..PersonChange::default() }
    }

    fn refusal(change: &PersonChange, by: Role, of: &User, other_owners: usize) -> Option<Code> {
        change.check(&user(1, by).actor(), of, other_owners).err().map(|failure| failure.code)
    }

    #[test]
    fn nobody_acts_on_somebody_above_or_lifts_anybody_above_themselves() {
        for by in Role::ALL {
            for of in Role::ALL {
                for to in Role::ALL {
                    let is_refused = refusal(&role(to), by, &user(2, of), 1) == Some(FORBIDDEN);
                    assert_eq!(is_refused, of > by || to > by, "{by} makes {of} a {to}");
                }
                assert_eq!(refusal(&active(false), by, &user(2, of), 1).is_some(), of > by, "{by} {of}");
            }
        }
        let admin = User { is_super_admin: true, ..user(2, Role::Viewer) };
        assert_eq!(refusal(&active(false), Role::Owner, &admin, 1), Some(FORBIDDEN));
        let actor = User { is_super_admin: true, ..user(1, Role::Viewer) }.actor();
        assert!(role(Role::Owner).check(&actor, &user(2, Role::Engineer), 0).is_ok());
    }

    #[test]
    fn an_account_keeps_an_owner_who_can_sign_in() {
        let last = user(2, Role::Owner);
        assert_eq!(refusal(&role(Role::TeamAdmin), Role::Owner, &last, 0), Some(LAST_OWNER));
        assert_eq!(refusal(&active(false), Role::Owner, &last, 0), Some(LAST_OWNER));
        assert_eq!(refusal(&active(false), Role::Owner, &last, 1), None);
        // Renaming them takes nothing away, and whoever is switched off is no owner to lose.
        let name = PersonChange { name: Some("Zoe".into()), ..PersonChange::default() };
        assert_eq!(refusal(&name, Role::Owner, &last, 0), None);
        let off = User { is_active: false, ..last };
        assert_eq!(refusal(&role(Role::Viewer), Role::Owner, &off, 0), None);
        let myself = user(1, Role::Owner);
        assert_eq!(refusal(&active(false), Role::Owner, &myself, 3), Some(CANNOT_SWITCH_SELF_OFF));
        assert_eq!(refusal(&role(Role::Viewer), Role::Owner, &myself, 1), None);
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let eli = user(2, Role::Engineer);
        let change = PersonChange {
            name: Some("Eli".into()),
            role: Some(Role::Engineer),
            team_id: Some(None),
            is_active: Some(true),
        };
        assert!(change.beyond(&eli).is_empty());
        assert!(!role(Role::Viewer).beyond(&eli).is_empty());
        assert!(role(Role::Owner).is_about_ownership(&eli));
        assert!(active(false).is_about_ownership(&user(2, Role::Owner)));
        assert!(!active(false).is_about_ownership(&eli));
    }
}
