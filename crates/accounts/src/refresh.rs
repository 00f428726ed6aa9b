//! Refresh-token families: one per sign-in, one live token at a time, theft detected by replay.

use std::str::FromStr;

use rf_kernel::{AccountId, FamilyId, JwtId, Timestamp, UserId};

/// A browser with two tabs may send the same token twice. Within this many seconds, and while the successor is
/// unused, a replay is taken for that and not for theft.
pub const REUSE_GRACE_SECONDS: i64 = 10;

/// Why a refresh token stopped working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeReason {
    /// Exchanged for its successor. The only reason whose replay can mean theft.
    Rotated,
    /// Signed out.
    Logout,
    /// Ended by an owner.
    Bulk,
    /// Consumed by an attempt after the absolute limit.
    Absolute,
    /// Its family was ended because a used token came back.
    Reuse,
    /// The password or the sign-in address was changed.
    Password,
    /// The person was switched off.
    Disabled,
}

impl RevokeReason {
    const ALL: [Self; 7] = [
        Self::Rotated,
        Self::Logout,
        Self::Bulk,
        Self::Absolute,
        Self::Reuse,
        Self::Password,
        Self::Disabled,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rotated => "rotated",
            Self::Logout => "logout",
            Self::Bulk => "bulk",
            Self::Absolute => "absolute",
            Self::Reuse => "reuse",
            Self::Password => "password",
            Self::Disabled => "disabled",
        }
    }
}

impl FromStr for RevokeReason {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == s)
            .ok_or_else(|| format!("unknown revoke reason {s:?}"))
    }
}

/// Whose sign-ins a call is about, within one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIns {
    /// Everybody's.
    Everybodys,
    /// Everybody's but this one.
    AllBut(FamilyId),
    /// This person's.
    Of(UserId),
    /// This person's but for one sign-in.
    OfBut(UserId, FamilyId),
}

impl SignIns {
    /// Whether that person has one among them.
    #[must_use]
    pub fn concern(self, user: UserId) -> bool {
        match self {
            Self::Everybodys | Self::AllBut(_) => true,
            Self::Of(only) | Self::OfBut(only, _) => user == only,
        }
    }

    /// Whether they include one of that person and family.
    #[must_use]
    pub fn include(self, user: UserId, family: FamilyId) -> bool {
        self.concern(user) && !matches!(self, Self::AllBut(kept) | Self::OfBut(_, kept) if kept == family)
    }
}

/// One refresh token, as the store keeps it. The token itself is not kept, only its `jti`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshTokenRow {
    /// The token's `jti`.
    pub jti: JwtId,
    /// Whose.
    pub user_id: UserId,
    /// Their account.
    pub account_id: AccountId,
    /// The sign-in it belongs to.
    pub family_id: FamilyId,
    /// The token it replaced; `None` for the first of a family.
    pub parent_jti: Option<JwtId>,
    /// 0 for the first of a family.
    pub generation: i64,
    /// When it was minted.
    pub issued_at: Timestamp,
    /// When it goes idle.
    pub expires_at: Timestamp,
    /// When it stopped working, and why.
    pub revoked: Option<(Timestamp, RevokeReason)>,
}

/// What became of an attempt to use up a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsumeOutcome {
    /// This attempt used it up. The row is as it was before.
    Consumed(RefreshTokenRow),
    /// It had been used or revoked before.
    AlreadyRevoked(RefreshTokenRow),
    /// No such token.
    NotFound,
}

/// What a replayed token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayVerdict {
    /// Another tab was faster; the family lives on.
    BenignRace,
    /// A used token came back: end the family.
    Theft,
    /// It had been revoked in another way; nothing more to do.
    AlreadyEnded,
}

/// Judges the replay of `replayed` at `now`. `successor_used` says whether the token minted in its place has
/// been used or revoked; `None` when there is none.
#[must_use]
pub fn judge_replay(
    replayed: &RefreshTokenRow,
    successor_used: Option<bool>,
    now: Timestamp,
) -> ReplayVerdict {
    match replayed.revoked {
        Some((at, RevokeReason::Rotated)) => {
            let within_grace = now.seconds_since(at) < REUSE_GRACE_SECONDS && now >= at;
            if within_grace && successor_used == Some(false) {
                ReplayVerdict::BenignRace
            } else {
                ReplayVerdict::Theft
            }
        }
        _ => ReplayVerdict::AlreadyEnded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_700_000_000 + seconds).unwrap()
    }

    fn replayed(revoked: Option<(Timestamp, RevokeReason)>) -> RefreshTokenRow {
        RefreshTokenRow {
            jti: Uuid::from_u128(1).into(),
            user_id: Uuid::from_u128(2).into(),
            account_id: Uuid::from_u128(3).into(),
            family_id: Uuid::from_u128(4).into(),
            parent_jti: None,
            generation: 0,
            issued_at: at(-100),
            expires_at: at(10_000),
            revoked,
        }
    }

    #[test]
    fn only_the_direct_predecessor_of_an_unused_token_is_forgiven_and_not_for_long() {
        use ReplayVerdict::{BenignRace, Theft};
        let rotated = replayed(Some((at(0), RevokeReason::Rotated)));
        for (successor_used, seconds, verdict) in [
            (Some(false), 0, BenignRace),
            (Some(false), 9, BenignRace),
            (Some(false), 10, Theft),
            (Some(false), 11, Theft),
            (Some(false), 1_000_000, Theft),
            (Some(true), 0, Theft),
            (Some(true), 9, Theft),
            (Some(true), 10, Theft),
            // No successor at all: nothing that could be another tab's.
            (None, 0, Theft),
            (None, 10, Theft),
            // A clock that went back proves nothing.
            (Some(false), -1, Theft),
        ] {
            let judged = judge_replay(&rotated, successor_used, at(seconds));
            assert_eq!(judged, verdict, "successor used {successor_used:?}, after {seconds} s");
        }
    }

    #[test]
    fn a_token_ended_in_another_way_ends_nothing_more() {
        for reason in RevokeReason::ALL.into_iter().filter(|reason| *reason != RevokeReason::Rotated) {
            for successor_used in [None, Some(false), Some(true)] {
                for seconds in [0, 9, 10, 1_000] {
                    let judged = judge_replay(&replayed(Some((at(0), reason))), successor_used, at(seconds));
                    assert_eq!(judged, ReplayVerdict::AlreadyEnded, "{reason:?}");
                }
            }
        }
        assert_eq!(judge_replay(&replayed(None), None, at(0)), ReplayVerdict::AlreadyEnded);
    }

    #[test]
    fn reasons_are_read_by_their_names() {
        for reason in RevokeReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        assert!("stolen".parse::<RevokeReason>().is_err());
    }
}
