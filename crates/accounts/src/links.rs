//! Links of mails that work once: choosing a new password, proving an address.

use std::str::FromStr;

use async_trait::async_trait;
use rf_auth_policy::LinkPurpose;
use rf_kernel::{AccountId, Failure, LinkTokenId, StoreError, Timestamp, UserId};

use crate::{
    Email, User,
    codes::{LINK_EXPIRED, LINK_SUPERSEDED, LINK_UNKNOWN, LINK_USED},
};

/// Seconds in which nobody is sent a second link of a kind: mailboxes of others are not to be filled through us.
const LINK_PAUSE_SECONDS: i64 = 60;

/// Seconds to wait before another link may follow one that was sent then; `None` when it may.
#[must_use]
pub fn link_pause(sent_at: Timestamp, now: Timestamp) -> Option<u64> {
    u64::try_from(LINK_PAUSE_SECONDS - now.seconds_since(sent_at)).ok().filter(|left| *left > 0)
}

/// How a link ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// It did what it was for.
    Used,
    /// A newer one took its place, or what it was for was done in another way.
    Superseded,
}

impl LinkEnd {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Superseded => "superseded",
        }
    }
}

impl FromStr for LinkEnd {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        [Self::Used, Self::Superseded]
            .into_iter()
            .find(|end| end.as_str() == s)
            .ok_or_else(|| format!("unknown end of a link {s:?}"))
    }
}

/// A link somebody was sent. Of its token only the digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkToken {
    /// Its id, which the token is made of.
    pub id: LinkTokenId,
    /// The person's account.
    pub account_id: AccountId,
    /// Who was sent it.
    pub user_id: UserId,
    /// What it does.
    pub purpose: LinkPurpose,
    /// The token's SHA-256.
    pub hash: String,
    /// The address it went to; of a change of address, the new one.
    pub email: Email,
    /// When.
    pub created_at: Timestamp,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// How it ended, and when.
    pub ended: Option<(LinkEnd, Timestamp)>,
}

impl LinkToken {
    /// Whether the link still does what it is for, for that person as they are now.
    ///
    /// # Errors
    /// `link_used`, `link_superseded`, `link_expired`; `link_unknown` for somebody who may not sign in, or whose
    /// address is another one by now.
    pub fn check(&self, user: &User, now: Timestamp) -> Result<(), Failure> {
        match self.ended {
            Some((LinkEnd::Used, _)) => {
                return Err(Failure::new(LINK_USED, "This link was used before. Each link works once."));
            }
            Some((LinkEnd::Superseded, _)) => {
                return Err(Failure::new(
                    LINK_SUPERSEDED,
                    "A newer link was sent after this one. Open the newest mail.",
                ));
            }
            None => {}
        }
        if now >= self.expires_at {
            return Err(Failure::new(LINK_EXPIRED, "This link is too old. Ask for a new one."));
        }
        if user.id != self.user_id || !self.went_to(user) || !user.can_sign_in() {
            return Err(link_unknown());
        }
        Ok(())
    }

    /// Whether it went where that person is now. A change of address goes to one that is not theirs yet.
    fn went_to(&self, user: &User) -> bool {
        self.purpose == LinkPurpose::ChangeEmail || self.email == user.email
    }

    /// Seconds to wait before that person is sent another of its kind; `None` when there is nothing to wait for.
    #[must_use]
    pub fn pause(&self, user: &User, now: Timestamp) -> Option<u64> {
        link_pause(self.created_at, now).filter(|_| self.ended.is_none() && self.went_to(user))
    }
}

/// The answer to a token nobody was sent.
#[must_use]
pub fn link_unknown() -> Failure {
    Failure::new(LINK_UNKNOWN, "This link is not valid. Open it from the mail again, or ask for a new one.")
}

/// Keeps links. Methods without a tenant belong to system units.
#[async_trait]
pub trait LinkTokenRepository: Send {
    /// Keeps a new link.
    async fn insert_link_token(&mut self, token: &LinkToken) -> Result<(), StoreError>;
    /// System: the link whose token has that digest.
    async fn link_token_by_hash(&mut self, hash: &str) -> Result<Option<LinkToken>, StoreError>;
    /// The newest link of a kind that was sent to a person of the account.
    async fn newest_link_token(
        &mut self,
        tenant: AccountId,
        user: UserId,
        purpose: LinkPurpose,
    ) -> Result<Option<LinkToken>, StoreError>;
    /// System: uses the link up if nothing ended it before, in one conditional write: of many attempts one does.
    async fn use_link_token(&mut self, id: LinkTokenId, at: Timestamp) -> Result<bool, StoreError>;
    /// Ends what is open of a person's links of a kind.
    async fn supersede_link_tokens(
        &mut self,
        tenant: AccountId,
        user: UserId,
        purpose: LinkPurpose,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// System: takes away the links that had run out by then, whatever became of them; answers how many.
    async fn sweep_link_tokens(&mut self, before: Timestamp) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use rf_auth_policy::Role;
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(1_795_442_400 + second).unwrap()
    }

    fn user() -> User {
        User {
            id: Uuid::from_u128(1).into(),
            account_id: Uuid::from_u128(2).into(),
            team_id: None,
            email: Email::parse("eli@north.example").unwrap(),
            name: "Eli".into(),
            role: Role::Engineer,
            is_super_admin: false,
            is_active: true,
            deleted_at: None,
            email_verified_at: None,
            password_hash: None,
            last_login: None,
            created_at: at(0),
            session_epoch: 0,
            second_factor_due: false,
            spared: None,
        }
    }

    fn link() -> LinkToken {
        LinkToken {
            id: Uuid::from_u128(3).into(),
            account_id: user().account_id,
            user_id: user().id,
            purpose: LinkPurpose::ResetPassword,
            hash: "hash".into(),
            email: user().email,
            created_at: at(0),
            expires_at: at(10),
            ended: None,
        }
    }

    #[test]
    fn a_link_dies_of_use_age_and_change() {
        let code = |link: &LinkToken, user: &User, second| {
            link.check(user, at(second)).err().map(|failure| failure.code)
        };
        assert_eq!(code(&link(), &user(), 9), None);
        assert_eq!(code(&link(), &user(), 10), Some(LINK_EXPIRED));
        let used = LinkToken { ended: Some((LinkEnd::Used, at(1))), ..link() };
        assert_eq!(code(&used, &user(), 99), Some(LINK_USED));
        let superseded = LinkToken { ended: Some((LinkEnd::Superseded, at(1))), ..link() };
        assert_eq!(code(&superseded, &user(), 2), Some(LINK_SUPERSEDED));
        for changed in [
            User { email: Email::parse("new@north.example").unwrap(), ..user() },
            User { is_active: false, ..user() },
            User { deleted_at: Some(at(1)), ..user() },
            User { id: Uuid::from_u128(9).into(), ..user() },
        ] {
            assert_eq!(code(&link(), &changed, 2), Some(LINK_UNKNOWN), "{changed:?}");
        }
    }

    #[test]
    fn a_change_of_address_goes_to_another_one() {
        let email = Email::parse("new@north.example").unwrap();
        let change = LinkToken { purpose: LinkPurpose::ChangeEmail, email, ..link() };
        assert!(change.check(&user(), at(9)).is_ok());
        let gone = User { is_active: false, ..user() };
        assert_eq!(change.check(&gone, at(9)).unwrap_err().code, LINK_UNKNOWN);
        assert_eq!(change.check(&user(), at(10)).unwrap_err().code, LINK_EXPIRED);
    }
}
