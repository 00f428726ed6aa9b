//! The JSON Web Tokens we sign, and the strict reading of the ones that come back.
//!
//! One algorithm (HS256), one audience per purpose, all of `exp aud iss sub typ` required, no leeway: the
//! library's default of 60 s would contradict "a deadline equal to now is expired". Time comes in as a value,
//! so the library's own clock checks are off and done here.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use rf_kernel::{AccountId, FamilyId, JwtId, Timestamp, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::RefreshClaims;

/// An access token lives five minutes (requirement AUTH-05).
pub const ACCESS_TOKEN_SECONDS: i64 = 300;

/// A password shown counts as fresh for five minutes.
pub const STEP_UP_SECONDS: i64 = 300;

/// Whoever showed a right password has five minutes to find their phone.
pub const SECOND_FACTOR_SECONDS: i64 = 300;

const ISSUER: &str = "resolutionflow";
const ACCESS_AUDIENCE: &str = "resolutionflow:access";
const REFRESH_AUDIENCE: &str = "resolutionflow:refresh";
const SECOND_FACTOR_AUDIENCE: &str = "resolutionflow:second-factor";
const STEP_UP_AUDIENCE: &str = "resolutionflow:step-up";
/// Longer ones are refused unread.
const MAX_TOKEN_BYTES: usize = 4_096;

/// Why a token was refused. Callers outside learn only what the taxonomy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Genuine, of the right type, but past its `exp`.
    #[error("the token has expired")]
    Expired,
    /// Anything else.
    #[error("the token is not valid")]
    Invalid,
}

/// A signing key with the id that tokens name it by.
#[derive(Debug)]
pub struct TokenKey {
    /// The `kid` in the token's header.
    pub id: String,
    /// At least 32 bytes.
    pub secret: SecretString,
}

/// The keys of this installation: the first signs, all of them verify.
#[derive(Debug)]
pub struct TokenKeys {
    keys: Vec<TokenKey>,
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Who.
    pub user_id: UserId,
    /// Their account.
    pub account_id: AccountId,
    /// The sign-in it belongs to.
    pub family_id: FamilyId,
    /// When the password was last shown, Unix seconds.
    pub auth_time: i64,
    /// The person's number when it was issued: ending their access raises it (see ADR 10).
    pub epoch: i64,
    /// When it was issued, Unix seconds.
    pub issued_at: i64,
    /// When it ends, Unix seconds.
    pub expires_at: i64,
}

impl AccessClaims {
    /// What somebody who has just shown who they are gets, outside any sign-in.
    #[must_use]
    pub fn of(user_id: UserId, account_id: AccountId, epoch: i64, now: Timestamp) -> Self {
        Self {
            user_id,
            account_id,
            family_id: FamilyId(Uuid::nil()),
            auth_time: now.unix(),
            epoch,
            issued_at: now.unix(),
            expires_at: now.unix() + ACCESS_TOKEN_SECONDS,
        }
    }

    /// Whether the password was shown lately enough for what needs it; the fifth minute's end is too late.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.unix() < self.auth_time.saturating_add(STEP_UP_SECONDS)
    }
}

/// A genuine step-up token: a signed-in person has shown their password once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepUp {
    /// Who.
    pub user_id: UserId,
    /// In which sign-in.
    pub family_id: FamilyId,
    /// When, Unix seconds.
    pub issued_at: i64,
}

/// A sign-in that lacks its second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfSignIn {
    /// Who.
    #[serde(rename = "sub")]
    pub user_id: UserId,
    /// Their account.
    #[serde(rename = "account")]
    pub account_id: AccountId,
    /// The person's number when it was begun: ending their access ends it too.
    pub epoch: i64,
    /// How it was begun, for the audit log.
    pub method: String,
}

/// A genuine refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The row it stands for.
    pub jti: JwtId,
    /// Who.
    pub user_id: UserId,
    /// The policy it carries; `None` in a token from before policies were embedded.
    pub claims: Option<RefreshClaims>,
    /// When it goes idle, Unix seconds.
    pub expires_at: i64,
}

#[derive(Serialize, Deserialize)]
struct AccessBody {
    iss: String,
    aud: String,
    typ: String,
    sub: UserId,
    account: AccountId,
    sid: FamilyId,
    auth_time: i64,
    epoch: i64,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

#[derive(Serialize, Deserialize)]
struct HalfSignInBody {
    iss: String,
    aud: String,
    typ: String,
    #[serde(flatten)]
    half: HalfSignIn,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

#[derive(Serialize, Deserialize)]
struct StepUpBody {
    iss: String,
    aud: String,
    typ: String,
    sub: UserId,
    sid: FamilyId,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

#[derive(Serialize, Deserialize)]
struct RefreshBody {
    iss: String,
    aud: String,
    typ: String,
    sub: UserId,
    jti: JwtId,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idle_max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    abs_max: Option<i64>,
}

impl TokenKeys {
    /// `keys` must not be empty, and each secret has 256 bits or more.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the configuration.
    pub fn new(keys: Vec<TokenKey>) -> Result<Self, String> {
        if keys.is_empty() {
            return Err("at least one signing key is needed".into());
        }
        for key in &keys {
            if key.secret.expose_secret().len() < 32 {
                return Err(format!("the signing key {:?} is shorter than 32 bytes", key.id));
            }
        }
        Ok(Self { keys })
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// When the library cannot serialise or sign, which would be a fault of ours.
    pub fn sign_access(
        &self,
        claims: &AccessClaims,
        jti: Uuid,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&AccessBody {
            iss: ISSUER.into(),
            aud: ACCESS_AUDIENCE.into(),
            typ: "access".into(),
            sub: claims.user_id,
            account: claims.account_id,
            sid: claims.family_id,
            auth_time: claims.auth_time,
            epoch: claims.epoch,
            iat: claims.issued_at,
            exp: claims.expires_at,
            jti,
        })
    }

    /// Signs a step-up token.
    ///
    /// # Errors
    /// As [`TokenKeys::sign_access`].
    pub fn sign_step_up(
        &self,
        user_id: UserId,
        family_id: FamilyId,
        jti: Uuid,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&StepUpBody {
            iss: ISSUER.into(),
            aud: STEP_UP_AUDIENCE.into(),
            typ: "step-up".into(),
            sub: user_id,
            sid: family_id,
            iat: now.unix(),
            exp: now.unix() + STEP_UP_SECONDS,
            jti,
        })
    }

    /// Signs what a sign-in without its second factor goes on with.
    ///
    /// # Errors
    /// As [`TokenKeys::sign_access`].
    pub fn sign_half_sign_in(
        &self,
        half: HalfSignIn,
        jti: Uuid,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&HalfSignInBody {
            iss: ISSUER.into(),
            aud: SECOND_FACTOR_AUDIENCE.into(),
            typ: "second-factor".into(),
            half,
            iat: now.unix(),
            exp: now.unix() + SECOND_FACTOR_SECONDS,
            jti,
        })
    }

    /// Signs a refresh token.
    ///
    /// # Errors
    /// As [`TokenKeys::sign_access`].
    pub fn sign_refresh(
        &self,
        user_id: UserId,
        jti: JwtId,
        claims: RefreshClaims,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&RefreshBody {
            iss: ISSUER.into(),
            aud: REFRESH_AUDIENCE.into(),
            typ: "refresh".into(),
            sub: user_id,
            jti,
            iat: now.unix(),
            exp: claims.idle_expires_unix(now),
            auth_time: Some(claims.auth_time),
            idle_max: Some(claims.idle_max),
            abs_max: Some(claims.abs_max),
        })
    }

    /// Reads an access token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read_access(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenError> {
        let body: AccessBody = self.read(token, ACCESS_AUDIENCE)?;
        if body.typ != "access" {
            return Err(TokenError::Invalid);
        }
        // Ours never live longer; one that claims to was not made by this code.
        if body.exp - body.iat != ACCESS_TOKEN_SECONDS {
            return Err(TokenError::Invalid);
        }
        if now.unix() >= body.exp {
            return Err(TokenError::Expired);
        }
        Ok(AccessClaims {
            user_id: body.sub,
            account_id: body.account,
            family_id: body.sid,
            auth_time: body.auth_time,
            epoch: body.epoch,
            issued_at: body.iat,
            expires_at: body.exp,
        })
    }

    /// Reads a step-up token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read_step_up(&self, token: &str, now: Timestamp) -> Result<StepUp, TokenError> {
        let body: StepUpBody = self.read(token, STEP_UP_AUDIENCE)?;
        if body.typ != "step-up" || body.exp - body.iat != STEP_UP_SECONDS {
            return Err(TokenError::Invalid);
        }
        if now.unix() >= body.exp {
            return Err(TokenError::Expired);
        }
        Ok(StepUp { user_id: body.sub, family_id: body.sid, issued_at: body.iat })
    }

    /// Reads what a sign-in without its second factor goes on with.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read_half_sign_in(&self, token: &str, now: Timestamp) -> Result<HalfSignIn, TokenError> {
        let body: HalfSignInBody = self.read(token, SECOND_FACTOR_AUDIENCE)?;
        if body.typ != "second-factor" || body.exp - body.iat != SECOND_FACTOR_SECONDS {
            return Err(TokenError::Invalid);
        }
        if now.unix() >= body.exp {
            return Err(TokenError::Expired);
        }
        Ok(body.half)
    }

    /// Reads a refresh token, telling idle expiry from everything else.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read_refresh(&self, token: &str, now: Timestamp) -> Result<RefreshToken, TokenError> {
        let body: RefreshBody = self.read(token, REFRESH_AUDIENCE)?;
        if body.typ != "refresh" {
            return Err(TokenError::Invalid);
        }
        if now.unix() >= body.exp {
            return Err(TokenError::Expired);
        }
        let claims = match (body.auth_time, body.idle_max, body.abs_max) {
            (Some(auth_time), Some(idle_max), Some(abs_max)) => {
                Some(RefreshClaims { auth_time, idle_max, abs_max })
            }
            _ => None,
        };
        Ok(RefreshToken { jti: body.jti, user_id: body.sub, claims, expires_at: body.exp })
    }

    /// What new tokens are signed with.
    pub(crate) fn signing_secret(&self) -> &SecretString {
        &self.keys[0].secret
    }

    fn sign<T: Serialize>(&self, body: &T) -> Result<String, jsonwebtoken::errors::Error> {
        let key = &self.keys[0];
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, body, &EncodingKey::from_secret(key.secret.expose_secret().as_bytes()))
    }

    fn read<T: DeserializeOwned>(&self, token: &str, audience: &str) -> Result<T, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        // The algorithm and key come from us: a token may only *name* one of our keys.
        if header.alg != Algorithm::HS256 {
            return Err(TokenError::Invalid);
        }
        let key = self
            .keys
            .iter()
            .find(|key| header.kid.as_deref() == Some(key.id.as_str()))
            .ok_or(TokenError::Invalid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_exp = false;
        validation.set_audience(&[audience]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let secret = DecodingKey::from_secret(key.secret.expose_secret().as_bytes());
        decode::<T>(token, &secret, &validation).map(|data| data.claims).map_err(|_| TokenError::Invalid)
    }
}

#[cfg(test)]
mod tests;
