//! People.

use std::fmt;

use rf_auth_policy::{Actor, Role};
use rf_kernel::{AccountId, FamilyId, FieldError, TeamId, Timestamp, UserId};

/// An e-mail address as sign-in name: trimmed and lower-cased, so one mailbox is one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    const MAX_BYTES: usize = 254;

    /// Normalises and checks an address. Only its shape: whether it exists is for a mail to show.
    ///
    /// # Errors
    /// A refused `email` field.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let email = raw.trim().to_lowercase();
        let refuse = |message: &str| FieldError {
            loc: "email".into(),
            code: "not_an_email",
            message: message.to_owned(),
        };
        if email.len() > Self::MAX_BYTES {
            return Err(refuse("is longer than an e-mail address can be"));
        }
        if email.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(refuse("must not contain spaces or control characters"));
        }
        match email.split_once('@') {
            Some((local, domain))
                if !local.is_empty()
                    && !domain.contains('@')
                    && domain.split('.').count() >= 2
                    && domain.split('.').all(|label| !label.is_empty()) =>
            {
                Ok(Self(email))
            }
            _ => Err(refuse("must look like name@example.com")),
        }
    }

    /// What stands in the place of the address of somebody who left: unique, and nobody's mailbox.
    #[must_use]
    pub fn of_somebody_gone(id: UserId) -> Self {
        Self(format!("{id}@left.invalid"))
    }

    /// An address read back from a store, where it was checked on the way in.
    #[must_use]
    pub fn from_stored(stored: String) -> Self {
        Self(stored)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A bcrypt hash. Not printable, so that it never reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a hash.
    #[must_use]
    pub const fn new(hash: String) -> Self {
        Self(hash)
    }

    /// The hash itself, for the verifier and the store.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their account.
    pub account_id: AccountId,
    /// Their team; `None` = no team.
    pub team_id: Option<TeamId>,
    /// Sign-in name, unique over all accounts.
    pub email: Email,
    /// What colleagues see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Site-wide administrator.
    pub is_super_admin: bool,
    /// Switched off people cannot sign in.
    pub is_active: bool,
    /// Soft delete.
    pub deleted_at: Option<Timestamp>,
    /// When they proved that the address is theirs.
    pub email_verified_at: Option<Timestamp>,
    /// `None`: no password yet, so none can match.
    pub password_hash: Option<PasswordHash>,
    /// Last time they signed in.
    pub last_login: Option<Timestamp>,
    /// When they were created.
    pub created_at: Timestamp,
    /// Access tokens carry this number; raising it refuses all that were minted before.
    pub session_epoch: i64,
    /// Whether they have to set up a second factor before they go on: their account requires it and they have none.
    pub second_factor_due: bool,
    /// The one sign-in that was spared when all others of theirs were ended.
    pub spared: Option<SparedSignIn>,
}

/// A sign-in whose access tokens are not refused with those of its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SparedSignIn {
    /// The sign-in.
    pub family_id: FamilyId,
    /// Its access tokens with this number or a later one; older ones had been refused before.
    pub epoch: i64,
}

impl User {
    /// Whether they may use the product at all.
    #[must_use]
    pub const fn can_sign_in(&self) -> bool {
        self.is_active && self.deleted_at.is_none()
    }

    /// Whether an access token of theirs, of that sign-in and with that number, was not refused since.
    #[must_use]
    pub fn accepts(&self, family: FamilyId, epoch: i64) -> bool {
        let is_spared = |spared: SparedSignIn| spared.family_id == family && spared.epoch <= epoch;
        epoch == self.session_epoch || epoch < self.session_epoch && self.spared.is_some_and(is_spared)
    }

    /// This person as the one a use case acts for.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: self.id,
            account_id: self.account_id,
            team_id: self.team_id,
            role: self.role,
            is_super_admin: self.is_super_admin,
            name: self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_lower_cased_and_shaped() {
        assert_eq!(Email::parse("  Eli@Northwind.Example ").unwrap().as_str(), "eli@northwind.example");
        for bad in
            ["", "eli", "eli@", "@x.example", "a b@x.example", "a@b@c.example", "a@host", "a@x..y", "a\0@x.y"]
        {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_hash_never_prints() {
        assert_eq!(format!("{:?}", PasswordHash::new("$2b$12$secret".into())), "PasswordHash(..)");
    }
}
