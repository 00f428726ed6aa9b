//! A second factor of a sign-in: codes an authenticator app makes from a shared secret (TOTP, RFC 6238), and
//! recovery codes for the day the app is gone.
//!
//! A code works once: the step of time it belongs to is kept, and no code of that step or an earlier one is taken
//! again. Wrong codes are counted where the factor is kept, so that neither a restart nor a second server gives an
//! attacker more of them.

use async_trait::async_trait;
use rf_auth_policy::link_token_hash;
use rf_kernel::{AccountId, Failure, Revision, StoreError, Timestamp, UserId};
use rf_vault::Sealed;
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::codes::SECOND_FACTOR_TRIES;

/// Seconds a code is shown; what all authenticator apps do (RFC 6238, section 4.1).
const STEP_SECONDS: u64 = 30;
/// Codes of the step before and the one after count as well: clocks differ, and people type slowly (section 5.2).
const SKEW_STEPS: u16 = 1;
const DIGITS: u8 = 6;
/// Bytes of the shared secret: what HMAC-SHA-1 uses (RFC 4226, section 4, R6: at least 16, better 20).
pub const SECRET_BYTES: usize = 20;
/// Codes that may be tried in a window: 480 a day, of which each is one of the three right ones of a million. Who has
/// the password and guesses all day gets in on one day of seven hundred.
const TRIES: i64 = 5;
/// The window, seconds.
const TRIES_WINDOW_SECONDS: i64 = 900;
/// Recovery codes somebody gets.
pub const RECOVERY_CODES: usize = 10;
/// Letters and digits of a recovery code. Of 32 signs each it is worth 50 bits, and tries are counted.
pub const RECOVERY_SIGNS: usize = 10;

/// Somebody's second factor as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whose; each has one.
    pub user_id: UserId,
    /// Their account.
    pub account_id: AccountId,
    /// The shared secret in base32, sealed for the account and the person.
    pub sealed: Sealed,
    /// When a first code proved that the app has the secret; only then it counts.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the newest code that was taken; codes of it and of earlier ones are not taken again.
    pub last_step: i64,
    /// Digests of the recovery codes that are left.
    pub recovery: Vec<String>,
    /// Codes tried without success since [`SecondFactor::tries_from`].
    pub tries: i64,
    /// When the window of the tries began.
    pub tries_from: Timestamp,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Goes up with every change: of two tries at once one is judged.
    pub revision: Revision,
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is right.
    Right,
    /// It is not, or was used before.
    Wrong,
}

impl SecondFactor {
    /// A factor that does not count yet.
    #[must_use]
    pub const fn begun(user_id: UserId, account_id: AccountId, sealed: Sealed, now: Timestamp) -> Self {
        Self {
            user_id,
            account_id,
            sealed,
            confirmed_at: None,
            last_step: -1,
            recovery: Vec::new(),
            tries: 0,
            tries_from: now,
            created_at: now,
            revision: Revision(0),
        }
    }

    /// Judges a code and counts it. A right one ends the window of tries, is used up, and confirms the factor; a
    /// recovery code is right only for a factor that counts. Whatever the verdict, the change is to be kept.
    ///
    /// # Errors
    /// `second_factor_tries` with the seconds to wait, before anything is judged; `internal` for a secret that is
    /// none.
    pub fn judge(
        &mut self,
        secret: &SecretString,
        code: Option<&TypedCode>,
        now: Timestamp,
    ) -> Result<Judged, Failure> {
        let again = self.tries_from.plus_seconds(TRIES_WINDOW_SECONDS);
        if now >= again {
            (self.tries, self.tries_from) = (0, now);
        } else if self.tries >= TRIES {
            let seconds = u64::try_from(again.seconds_since(now)).unwrap_or(0).max(1);
            let text = "Too many wrong codes. Wait a few minutes, then try again.";
            return Err(Failure { retry_after: Some(seconds), ..Failure::new(SECOND_FACTOR_TRIES, text) });
        }
        self.revision = self.revision.next();
        let right = match code {
            Some(TypedCode::Totp(code)) => {
                let step = step_of_code(secret, code, now).map_err(Failure::internal)?;
                step.filter(|step| *step > self.last_step).map(|step| self.last_step = step).is_some()
            }
            Some(TypedCode::Recovery(code)) if self.confirmed_at.is_some() => {
                let (hash, before) = (link_token_hash(code), self.recovery.len());
                self.recovery.retain(|kept| *kept != hash);
                self.recovery.len() < before
            }
            Some(TypedCode::Recovery(_)) | None => false,
        };
        if !right {
            self.tries += 1;
            return Ok(Judged::Wrong);
        }
        self.tries = 0;
        self.confirmed_at = self.confirmed_at.or(Some(now));
        Ok(Judged::Right)
    }

    /// Takes new recovery codes in the place of all there were.
    pub fn renew_recovery<'a>(&mut self, codes: impl IntoIterator<Item = &'a SecretString>) {
        let signs = |code: &SecretString| code.expose_secret().replace('-', "");
        self.recovery = codes.into_iter().map(|code| link_token_hash(&signs(code))).collect();
        self.revision = self.revision.next();
    }
}

/// What was typed where a code is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedCode {
    /// Six digits of an authenticator app.
    Totp(String),
    /// A recovery code, as it is hashed.
    Recovery(String),
}

impl TypedCode {
    /// Reads what was typed; blanks and dashes are for people. `None` for what no code looks like.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let signs: String = typed
            .chars()
            .filter(|sign| !sign.is_whitespace() && *sign != '-')
            .collect::<String>()
            .to_uppercase();
        if signs.len() == usize::from(DIGITS) && signs.bytes().all(|sign| sign.is_ascii_digit()) {
            return Some(Self::Totp(signs));
        }
        let of_ours = |sign: u8| ALPHABET.contains(&sign);
        (signs.len() == RECOVERY_SIGNS && signs.bytes().all(of_ours)).then_some(Self::Recovery(signs))
    }
}

/// The signs of base32 (RFC 4648): no 0, 1 or 8 to mistake for a letter.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A shared secret in base32, from random bytes.
///
/// # Panics
/// Never: `random` is cut to the length asked.
#[must_use]
pub fn shared_secret(random: &[u8; SECRET_BYTES]) -> SecretString {
    Secret::new_stack(*random).to_base32().into()
}

/// A recovery code from random bytes, as it is shown: two groups with a dash.
#[must_use]
pub fn recovery_code(random: &[u8; RECOVERY_SIGNS]) -> SecretString {
    let signs = random.iter().map(|byte| char::from(ALPHABET[usize::from(*byte % 32)]));
    let code: String = signs.collect();
    let (first, second) = code.split_at(RECOVERY_SIGNS / 2);
    format!("{first}-{second}").into()
}

/// The step of time a code belongs to, if it is one of the secret's codes now.
///
/// # Errors
/// When the secret is none, which would be a fault of ours.
fn step_of_code(secret: &SecretString, code: &str, now: Timestamp) -> Result<Option<i64>, String> {
    let unix = u64::try_from(now.unix()).map_err(|error| error.to_string())?;
    totp(secret)?
        .check(code, unix)
        .map(|step| i64::try_from(step).map_err(|error| error.to_string()))
        .transpose()
}

fn totp(secret: &SecretString) -> Result<Totp, String> {
    let secret = Secret::try_from_base32(secret.expose_secret()).map_err(|error| error.to_string())?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret)
        .build()
        .map_err(|error| error.to_string())
}

/// What an authenticator app reads from a picture: the secret, and under which name to show it (the key URI format
/// all of them share).
#[must_use]
pub fn authenticator_url(secret: &SecretString, email: &str) -> SecretString {
    let issuer = "ResolutionFlow";
    let label = percent(email);
    let secret = secret.expose_secret();
    format!("otpauth://totp/{issuer}:{label}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}")
        .into()
}

/// Percent-encodes all but what RFC 3986 leaves alone everywhere.
fn percent(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text never fails.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Keeps second factors.
#[async_trait]
pub trait SecondFactorRepository: Send {
    /// The person's factor, confirmed or not.
    async fn second_factor_of(
        &mut self,
        tenant: AccountId,
        user: UserId,
    ) -> Result<Option<SecondFactor>, StoreError>;
    /// Keeps a factor if what is kept has the revision `expected`, in one conditional write; `None` expects that
    /// there is none. Whether it was kept.
    async fn keep_second_factor(
        &mut self,
        factor: &SecondFactor,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError>;
    /// Takes the person's factor away; whether there was one.
    async fn remove_second_factor(&mut self, tenant: AccountId, user: UserId) -> Result<bool, StoreError>;
    /// The people of the account with a factor that counts.
    async fn people_with_second_factor(&mut self, tenant: AccountId) -> Result<Vec<UserId>, StoreError>;
    /// Sets for all people of the account whether a second factor is due: the account requires one, and they have
    /// none that counts. To be called after each change of either.
    async fn settle_second_factors_due(&mut self, tenant: AccountId) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of its table for SHA-1.
    fn of_the_rfc() -> SecretString {
        shared_secret(b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of the eight digits the RFC prints.
        for (unix, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let now = Timestamp::from_unix(unix).unwrap();
            let step = step_of_code(&of_the_rfc(), code, now).unwrap();
            assert_eq!(step, Some(unix / 30), "{code}");
        }
    }

    #[test]
    fn a_code_counts_one_step_early_and_late_and_not_two() {
        let code = "287082";
        let at = |unix| step_of_code(&of_the_rfc(), code, Timestamp::from_unix(unix).unwrap()).unwrap();
        assert_eq!(at(30 - 1), Some(1), "the app's clock is ahead");
        assert_eq!(at(89), Some(1), "it was typed slowly");
        assert_eq!(at(90), None);
        assert_eq!(step_of_code(&of_the_rfc(), "287083", Timestamp::from_unix(59).unwrap()).unwrap(), None);
    }

    #[test]
    fn what_is_typed_is_told_apart() {
        assert_eq!(TypedCode::read(" 287 082 "), Some(TypedCode::Totp("287082".into())));
        let code = recovery_code(&[0, 31, 32, 255, 5, 6, 7, 8, 9, 10]);
        assert_eq!(code.expose_secret(), "A7A7F-GHIJK");
        assert_eq!(TypedCode::read("a7a7f ghijk"), Some(TypedCode::Recovery("A7A7FGHIJK".into())));
        for nothing in ["", "28708", "2870822", "ABCDE-FGHI", "ABCDE-FGHI1", "ABCDEFGHIJKL", "ÄBCDE-FGHIJ"] {
            assert_eq!(TypedCode::read(nothing), None, "{nothing}");
        }
        assert_eq!(TypedCode::read(&"1".repeat(1_000_000)), None);
    }

    #[test]
    fn the_address_for_apps_has_nothing_to_misread() {
        let url = authenticator_url(&of_the_rfc(), "jane+it@example.com");
        assert_eq!(
            url.expose_secret(),
            "otpauth://totp/ResolutionFlow:jane%2Bit%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=ResolutionFlow&algorithm=SHA1&digits=6&period=30"
        );
    }

    fn factor() -> SecondFactor {
        let id = uuid::Uuid::from_u128(7);
        SecondFactor::begun(id.into(), id.into(), Sealed::from_stored("sealed".into()), at(0))
    }

    fn at(unix: i64) -> Timestamp {
        Timestamp::from_unix(unix).unwrap()
    }

    fn judge(factor: &mut SecondFactor, code: &str, unix: i64) -> Result<Judged, rf_kernel::Code> {
        let code = TypedCode::read(code);
        factor.judge(&of_the_rfc(), code.as_ref(), at(unix)).map_err(|failure| failure.code)
    }

    #[test]
    fn a_code_confirms_and_works_once() {
        let mut factor = factor();
        assert_eq!(judge(&mut factor, "287082", 59), Ok(Judged::Right));
        assert_eq!(factor.confirmed_at, Some(at(59)));
        assert_eq!(judge(&mut factor, "287082", 60), Ok(Judged::Wrong), "it was used before");
        assert_eq!(factor.confirmed_at, Some(at(59)));
    }

    #[test]
    fn wrong_codes_are_counted_until_the_window_ends() {
        let mut factor = factor();
        for _ in 0..TRIES {
            assert_eq!(judge(&mut factor, "000000", 59), Ok(Judged::Wrong));
        }
        assert_eq!(judge(&mut factor, "287082", 60), Err(SECOND_FACTOR_TRIES), "even the right one");
        let before = factor.clone();
        let refused = factor.judge(&of_the_rfc(), None, at(60)).unwrap_err();
        assert_eq!(refused.retry_after, Some(840));
        assert_eq!(factor, before, "what is refused unjudged changes nothing");
        assert_eq!(judge(&mut factor, "000000", TRIES_WINDOW_SECONDS), Ok(Judged::Wrong), "a new window");
        assert_eq!((factor.tries, factor.tries_from), (1, at(TRIES_WINDOW_SECONDS)));
    }

    #[test]
    fn a_right_code_forgets_the_wrong_ones() {
        let mut factor = factor();
        for _ in 1..TRIES {
            judge(&mut factor, "nonsense", 59).unwrap();
        }
        assert_eq!(judge(&mut factor, "287082", 59), Ok(Judged::Right));
        assert_eq!(factor.tries, 0);
    }

    #[test]
    fn a_recovery_code_works_once_and_never_before_the_factor_counts() {
        let codes = [recovery_code(&[1; RECOVERY_SIGNS]), recovery_code(&[2; RECOVERY_SIGNS])];
        let mut factor = factor();
        factor.renew_recovery(&codes);
        assert_eq!(judge(&mut factor, codes[0].expose_secret(), 59), Ok(Judged::Wrong));
        judge(&mut factor, "287082", 59).unwrap();
        assert_eq!(judge(&mut factor, codes[0].expose_secret(), 59), Ok(Judged::Right));
        assert_eq!(factor.recovery.len(), 1);
        assert_eq!(judge(&mut factor, codes[0].expose_secret(), 59), Ok(Judged::Wrong));
        assert!(!format!("{factor:?}").contains(codes[1].expose_secret()));
    }
}
