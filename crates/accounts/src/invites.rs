//! Invitations to join an account.

use async_trait::async_trait;
use rf_auth_policy::Role;
use rf_kernel::{AccountId, Failure, InviteId, LinkTokenId, StoreError, Timestamp, UserId};
use serde_json::json;

use crate::{
    Email, Plan, Subscription,
    codes::{INVITE_EXPIRED, INVITE_NOT_FOUND, INVITE_REVOKED, INVITE_USED, SEAT_LIMIT_REACHED},
};

/// How an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteState {
    /// May be accepted.
    Open,
    /// Nobody accepted in time; it can be sent again.
    Expired,
    /// Somebody joined with it.
    Accepted,
    /// Taken back.
    Revoked,
}

impl InviteState {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
        }
    }
}

/// An invitation. Of its token only the digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// The account to join.
    pub account_id: AccountId,
    /// Who is invited.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// Who invited them.
    pub invited_by_id: UserId,
    /// What the newest link's token is made of.
    pub token_id: LinkTokenId,
    /// The SHA-256 of the newest link's token.
    pub hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the newest link was sent.
    pub sent_at: Timestamp,
    /// The first instant at which the newest link no longer works.
    pub expires_at: Timestamp,
    /// Who joined, and when.
    pub accepted: Option<(UserId, Timestamp)>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl Invite {
    /// How it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> InviteState {
        if self.accepted.is_some() {
            InviteState::Accepted
        } else if self.revoked_at.is_some() {
            InviteState::Revoked
        } else if now >= self.expires_at {
            InviteState::Expired
        } else {
            InviteState::Open
        }
    }

    /// Whether it may be accepted.
    ///
    /// # Errors
    /// `invite_used`, `invite_revoked`, `invite_expired`.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Failure> {
        match self.state(now) {
            InviteState::Open => Ok(()),
            InviteState::Expired => Err(Failure::new(
                INVITE_EXPIRED,
                "This invitation is too old. Ask whoever invited you to send it again.",
            )),
            _ => self.check_not_ended(),
        }
    }

    /// Whether it may be sent again or taken back.
    ///
    /// # Errors
    /// `invite_used`, `invite_revoked`.
    pub fn check_not_ended(&self) -> Result<(), Failure> {
        if self.accepted.is_some() {
            return Err(Failure::new(INVITE_USED, "This invitation was accepted before."));
        }
        if self.revoked_at.is_some() {
            return Err(Failure::new(INVITE_REVOKED, "This invitation was taken back."));
        }
        Ok(())
    }
}

/// The answer to a token, or an id, of no invitation.
#[must_use]
pub fn invite_not_found() -> Failure {
    Failure::new(INVITE_NOT_FOUND, "There is no such invitation. A newer mail may hold a newer link.")
}

/// People an account may have without paying for seats.
pub const FREE_SEATS: i64 = 5;

impl Subscription {
    /// How many active people the account may have; `None` = any number, where the plan was given and not bought.
    #[must_use]
    pub fn seat_limit(&self) -> Option<u64> {
        let seats = match (self.plan, &self.customer_id) {
            (Plan::Free, _) => FREE_SEATS,
            (Plan::Pro, Some(_)) => self.seats.max(FREE_SEATS),
            (Plan::Pro, None) => return None,
        };
        u64::try_from(seats).ok()
    }

    /// Whether one more person fits; `taken` is counted in the same unit under the account's lock.
    ///
    /// # Errors
    /// `seat_limit_reached` with `{code, message, limit, used, upgrade_url}`.
    pub fn check_seats(&self, taken: usize) -> Result<(), Failure> {
        let Some(limit) = self.seat_limit().filter(|limit| taken as u64 >= *limit) else { return Ok(()) };
        let message =
            format!("All {limit} seats of the account are taken. Upgrade the plan, or switch somebody off.");
        let detail = json!({
            "code": SEAT_LIMIT_REACHED.name,
            "message": message,
            "limit": limit,
            "used": taken,
            "upgrade_url": "/account/billing",
        });
        Err(Failure::new(SEAT_LIMIT_REACHED, detail))
    }
}

/// Keeps invitations. Methods without a tenant belong to system units.
#[async_trait]
pub trait InviteRepository: Send {
    /// Keeps a new invitation. An address has at most one in an account that was neither accepted nor revoked.
    async fn insert_invite(&mut self, invite: &Invite) -> Result<(), StoreError>;
    /// The account's newest `limit` invitations.
    async fn invites(&mut self, tenant: AccountId, limit: u64) -> Result<Vec<Invite>, StoreError>;
    /// Those of the account that were neither accepted nor revoked.
    async fn waiting_invites(&mut self, tenant: AccountId) -> Result<Vec<Invite>, StoreError>;
    /// An invitation of the account.
    async fn invite_by_id(&mut self, tenant: AccountId, id: InviteId) -> Result<Option<Invite>, StoreError>;
    /// System: the invitation whose newest token has that digest.
    async fn invite_by_hash(&mut self, hash: &str) -> Result<Option<Invite>, StoreError>;
    /// Keeps the new link of an invitation that was neither accepted nor revoked; whether there was one.
    async fn renew_invite(&mut self, tenant: AccountId, invite: &Invite) -> Result<bool, StoreError>;
    /// Keeps who joined, if the invitation is still open and the link the newest: of many attempts one does.
    async fn accept_invite(
        &mut self,
        tenant: AccountId,
        invite: &Invite,
        by: UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Takes an invitation back that was neither accepted nor revoked; whether there was one.
    async fn revoke_invite(
        &mut self,
        tenant: AccountId,
        id: InviteId,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(1_795_442_400 + second).unwrap()
    }

    fn invite() -> Invite {
        Invite {
            id: Uuid::from_u128(1).into(),
            account_id: Uuid::from_u128(2).into(),
            email: Email::parse("new@north.example").unwrap(),
            role: Role::Engineer,
            invited_by_id: Uuid::from_u128(3).into(),
            token_id: Uuid::from_u128(4).into(),
            hash: "hash".into(),
            created_at: at(0),
            sent_at: at(0),
            expires_at: at(10),
            accepted: None,
            revoked_at: None,
        }
    }

    #[test]
    fn what_ended_an_invitation_is_told_apart_and_counts_more_than_its_age() {
        let (accepted, revoked) = (Some((Uuid::from_u128(5).into(), at(1))), Some(at(1)));
        for (invite, second, state, code) in [
            (invite(), 9, InviteState::Open, None),
            (invite(), 10, InviteState::Expired, Some(INVITE_EXPIRED)),
            (Invite { accepted, ..invite() }, 99, InviteState::Accepted, Some(INVITE_USED)),
            (Invite { revoked_at: revoked, ..invite() }, 99, InviteState::Revoked, Some(INVITE_REVOKED)),
        ] {
            assert_eq!(invite.state(at(second)), state);
            assert_eq!(invite.check_open(at(second)).err().map(|failure| failure.code), code);
        }
    }

    #[test]
    fn seats_are_those_paid_for_and_a_few_for_nothing() {
        let begun = |plan, seats, customer: Option<&str>| Subscription {
            seats,
            customer_id: customer.map(str::to_owned),
            ..Subscription::begin(Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), plan, at(0))
        };
        assert_eq!(begun(Plan::Free, 1, None).seat_limit(), Some(5));
        assert_eq!(begun(Plan::Pro, 1, Some("cus")).seat_limit(), Some(5));
        assert_eq!(begun(Plan::Pro, 8, Some("cus")).seat_limit(), Some(8));
        assert_eq!(begun(Plan::Pro, 1, None).seat_limit(), None);
        let eight = begun(Plan::Pro, 8, Some("cus"));
        assert!(eight.check_seats(7).is_ok());
        assert_eq!(eight.check_seats(8).unwrap_err().code, SEAT_LIMIT_REACHED);
    }
}
