//! An account's connection to its PSA, and who is who there.

use std::fmt;

use rf_kernel::{AccountId, Checks, Failure, PsaConnectionId, Revision, Timestamp, UserId};
use rf_vault::{Place, Sealed};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{PsaError, PsaId, PushSettings, names::names};

names! {
    /// Whose PSA it is.
    PsaVendor {
        /// ConnectWise PSA (Manage).
        ConnectWise = "connectwise",
        /// HaloPSA.
        Halo = "halo",
    }
}

impl PsaVendor {
    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ConnectWise => "ConnectWise PSA",
            Self::Halo => "HaloPSA",
        }
    }

    /// Whether its people sign in to a company; else naming a tenant is for sites that have several.
    #[must_use]
    pub const fn needs_company(self) -> bool {
        matches!(self, Self::ConnectWise)
    }

    /// Whether its keys are a pair beside the client id; else there is one secret.
    #[must_use]
    pub const fn has_public_key(self) -> bool {
        matches!(self, Self::ConnectWise)
    }
}

names! {
    /// What the last test of a connection said.
    ConnectionStatus {
        /// It works.
        Ok = "ok",
        /// It does not; the diagnosis says why.
        Failing = "failing",
        /// Nobody has looked since it was changed.
        Untested = "untested",
    }
}

/// What a connection signs in with. Kept sealed, never told. Of a Halo there are the client id and, as the private key,
/// the client secret; its public key is empty.
#[derive(Clone)]
pub struct PsaCredentials {
    /// The public key of the API member.
    pub public_key: SecretString,
    /// The private key of the API member.
    pub private_key: SecretString,
    /// The client id of the integration.
    pub client_id: SecretString,
}

/// Prints nothing of it.
impl fmt::Debug for PsaCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PsaCredentials(..)")
    }
}

/// What is inside the seal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    public_key: String,
    private_key: String,
    client_id: String,
}

impl PsaCredentials {
    /// As one secret, to be sealed.
    ///
    /// # Errors
    /// Never in practice: texts are always JSON.
    pub fn to_secret(&self) -> Result<SecretString, serde_json::Error> {
        let plain = Plain {
            public_key: self.public_key.expose_secret().to_owned(),
            private_key: self.private_key.expose_secret().to_owned(),
            client_id: self.client_id.expose_secret().to_owned(),
        };
        serde_json::to_string(&plain).map(Into::into)
    }

    /// Out of what [`PsaCredentials::to_secret`] made; none when it is something else.
    #[must_use]
    pub fn from_secret(secret: &SecretString) -> Option<Self> {
        let plain: Plain = serde_json::from_str(secret.expose_secret()).ok()?;
        Some(Self {
            public_key: plain.public_key.into(),
            private_key: plain.private_key.into(),
            client_id: plain.client_id.into(),
        })
    }

    /// The end of the public key (of the client id where there is none), to tell one from another: at most 4 characters, and none of a key that is shorter
    /// than 8.
    #[must_use]
    pub fn public_key_hint(&self) -> String {
        let key = match self.public_key.expose_secret() {
            "" => self.client_id.expose_secret(),
            key => key,
        };
        let count = key.chars().count();
        if count < 8 { String::new() } else { key.chars().skip(count - 4).collect() }
    }
}

/// What a test of a connection found, in words for whoever typed it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// How it is, in a sentence.
    pub headline: String,
    /// What to do about it; empty when there is nothing to do.
    pub what_to_do: String,
    /// What was looked at, in order; the first that failed is the last.
    pub steps: Vec<DiagnosisStep>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisStep {
    /// What.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// An account's way to its PSA. There is at most one.
#[derive(Clone, Debug, PartialEq)]
pub struct PsaConnection {
    /// Its id.
    pub id: PsaConnectionId,
    /// The tenant.
    pub account_id: AccountId,
    /// Whose PSA it is.
    pub vendor: PsaVendor,
    /// Where its people sign in.
    pub site_url: String,
    /// The company they sign in to.
    pub company_id: String,
    /// The end of the public key.
    pub public_key_hint: String,
    /// [`PsaCredentials`], sealed for [`PsaConnection::place`].
    pub credentials: Sealed,
    /// What is pushed, and how.
    pub settings: PushSettings,
    /// What the last test said.
    pub status: ConnectionStatus,
    /// In words.
    pub diagnosis: Option<Diagnosis>,
    /// When that was.
    pub last_tested_at: Option<Timestamp>,
    /// Who connected it.
    pub connected_by: UserId,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub revision: Revision,
}

impl PsaConnection {
    /// The longest site, characters.
    pub const MAX_SITE_CHARS: usize = 255;
    /// The longest company, characters.
    pub const MAX_COMPANY_CHARS: usize = 100;

    /// Where its credentials belong: sealed for another account or connection they do not open.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { account_id: self.account_id, record_id: self.id.uuid() }
    }

    /// Checks what may be entered, but for whether it is an address to talk to: its adapter knows that.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.text("site_url", &self.site_url, 1..=Self::MAX_SITE_CHARS);
        let least = usize::from(self.vendor.needs_company());
        checks.text("company_id", &self.company_id, least..=Self::MAX_COMPANY_CHARS);
        checks.finish()
    }

    /// Takes what a test found.
    pub fn tested(&mut self, diagnosis: Diagnosis, now: Timestamp) {
        let good = diagnosis.steps.iter().all(|step| step.ok);
        self.status = if good { ConnectionStatus::Ok } else { ConnectionStatus::Failing };
        self.diagnosis = Some(diagnosis);
        self.last_tested_at = Some(now);
    }

    /// Counts a change.
    pub fn touch(&mut self, now: Timestamp) {
        self.revision = self.revision.next();
        self.updated_at = now;
    }
}

impl Diagnosis {
    /// What the class of an error means for whoever connects, and what to do.
    #[must_use]
    pub fn of(steps: Vec<DiagnosisStep>, error: &PsaError) -> Self {
        let (headline, what_to_do) = match error {
            PsaError::Address(_) => (
                "The site cannot be talked to.",
                "Enter the host your team signs in at, such as eu.myconnectwise.net.",
            ),
            PsaError::Auth(_) => (
                "The company or the keys are not taken.",
                "Check the company, and make new keys in the PSA: in ConnectWise under System, Members, API Members; in \
                 Halo under Configuration, Integrations, HaloPSA API.",
            ),
            PsaError::Permission(_) => (
                "The keys are good, but the API member may not do this.",
                "Give the API member's security role the rights that the step names.",
            ),
            PsaError::NotFound(_) => (
                "What answers there is not the API.",
                "Check the site and the company id; the cloud answers like this to wrong keys, too.",
            ),
            PsaError::RateLimited { .. } => {
                ("The PSA takes no more calls just now.", "Test again in a few minutes.")
            }
            PsaError::Transient(_) | PsaError::UnknownOutcome(_) => {
                ("The PSA does not answer.", "Check the site, or test again in a few minutes.")
            }
            PsaError::Invalid { .. } | PsaError::Conflict(_) | PsaError::Unsupported(_) => (
                "The PSA does not take what was asked.",
                "Check what you entered against what the PSA shows.",
            ),
        };
        Self { headline: headline.into(), what_to_do: what_to_do.into(), steps }
    }
}

/// Who somebody is in the PSA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberMapping {
    /// The tenant.
    pub account_id: AccountId,
    /// The person here.
    pub user_id: UserId,
    /// The member there.
    pub member_id: PsaId,
    /// The name they sign in with there; time is charged under it.
    pub member_identifier: String,
    /// What they are called there.
    pub member_name: String,
    /// When somebody said so.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> PsaCredentials {
        PsaCredentials {
            public_key: "pub-12345678".into(),
            private_key: "s3cret".into(),
            client_id: "the-client".into(),
        }
    }

    #[test]
    fn credentials_survive_the_seal_and_are_never_printed() {
        let again = PsaCredentials::from_secret(&credentials().to_secret().unwrap()).unwrap();
        assert_eq!(again.private_key.expose_secret(), "s3cret");
        assert_eq!(again.public_key_hint(), "5678");
        assert!(!format!("{again:?}").contains("s3cret"));
        assert!(PsaCredentials::from_secret(&"{}".to_owned().into()).is_none());
        let short = PsaCredentials { public_key: "1234567".into(), ..credentials() };
        assert_eq!(short.public_key_hint(), "", "a hint must not be the key");
        let halo = PsaCredentials { public_key: "".into(), ..credentials() };
        assert_eq!(halo.public_key_hint(), "ient");
    }

    #[test]
    fn every_class_of_error_says_what_to_do() {
        for error in [
            PsaError::Address("a".into()),
            PsaError::Auth("a".into()),
            PsaError::Permission("a".into()),
            PsaError::NotFound("a".into()),
            PsaError::Invalid { field: None, message: "a".into() },
            PsaError::RateLimited { retry_after: None },
            PsaError::Transient("a".into()),
        ] {
            let diagnosis = Diagnosis::of(Vec::new(), &error);
            assert!(!diagnosis.headline.is_empty() && !diagnosis.what_to_do.is_empty(), "{error:?}");
        }
    }
}
